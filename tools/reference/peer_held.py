"""What a peer that takes part holds of others' logs: chunks and fills checked as Protocol/sync.md §3 says, entries opened
(keys.md §6), and receipts computed over them (sync-log.md §7)."""

import time

from . import entries as e
from . import messages, notes
from . import primitives as p
from .membership import parse_card
from .merkle import leaf_hash
from .peer_log import Tree
from .primitives import Refused, require


class HeldLog:
    """One log of another member as far as it is held."""

    def __init__(self, table, member, generation):
        self.table, self.member, self.generation = table, member, generation
        self.origin = notes.origin(table, member, generation)
        self.tree, self.items, self.leaves = Tree(), {}, []  # items: index -> FullEntry
        self.checkpoint, self.complete, self.checkpoints = None, 0, {}
        self.cards = {}  # index of a card entry -> its note

    @property
    def size(self):
        return len(self.leaves)

    def card(self, size=None, further=None):
        """The card whose log key signs checkpoints of a size (sync-log.md §6), a note."""
        cards = self.cards | (further or {})
        below = [index for index in cards if index < (self.size if size is None else size)]
        require(below, "chunk", "no card at index 0")
        return cards[max(below)]

    def check(self, note, cards):
        """A checkpoint with the author's line alone, by the key of the log's cards: (size, root)."""
        size = notes.parse_checkpoint_text(notes.parse(note.encode())[0])[1]
        key = parse_card(self.card(size, cards))["log"]
        return notes.open_checkpoint(note.encode(), self.origin, key, [])[:2]

    def take(self, chunk, identity):
        """Adds what is new of a chunk, all or nothing; `identity` is the author's."""
        require(chunk["from"] <= self.size, "chunk", "gap")
        tree, leaves, full, cards = self.tree.copy(), [], {}, {}
        for index, item in list(enumerate(chunk["items"], chunk["from"]))[self.size - chunk["from"] :]:
            entry = item["full"] or ({"header": item["header"]} if item["header"] else None)
            if entry:
                header = self.check_entry(entry, index)
                full[index] = entry
                if header["kind"] == e.KINDS["card"]:
                    require(parse_card(entry.get("payload", b""))["identity"] == identity, "chunk", "card of another")
                    cards[index] = entry["payload"]
            leaves.append(leaf_hash(entry["header"]) if entry else item["leaf"])
            tree.add(leaves[-1])
        if not leaves:
            return
        require(0 in self.cards | cards, "chunk", "entry 0 is no card")
        size, root = self.check(chunk["checkpoint"], cards)
        require(size == chunk["from"] + len(chunk["items"]), "chunk", "end")
        require(tree.root == root, "chunk", "root")
        self.tree, self.leaves, self.checkpoint = tree, self.leaves + leaves, chunk["checkpoint"]
        self.checkpoints[size] = chunk["checkpoint"]
        self.cards |= cards
        self.keep(full)

    def fill(self, fill):
        for entry in fill["entries"]:
            index = int.from_bytes(entry["header"][8:16], "big")
            require(fill["from"] <= index < min(fill["until"], self.size), "fill", "index")
            self.check_entry(entry, index)
            require(leaf_hash(entry["header"]) == self.leaves[index], "fill", "leaf")
            self.keep({index: entry})

    @staticmethod
    def check_entry(entry, index):
        header = e.decode_header(entry["header"])
        require(header["index"] == index, "chunk", "index")
        if "payload" in entry:
            good = len(entry["payload"]) == header["payload_length"] and p.sha256(entry["payload"]) == header["payload_hash"]
            require(good, "chunk", "payload hash")
        return header

    def keep(self, full):
        """Keeps full entries, and with a grant the boxes whose hash it names."""
        for index, entry in full.items():
            if "payload" not in entry:
                continue
            boxes = {b["member"]: b for b in self.items.get(index, {}).get("boxes", [])} | {b["member"]: b for b in entry["boxes"]}
            grant = read_grant(entry)
            if grant:
                named = dict(zip([self.member, *(r["member"] for r in grant["audience"])], grant["box_hashes"]))
                boxes = {m: b for m, b in boxes.items() if named.get(m) == p.sha256(b["sealed"])}
            self.items[index] = {**entry, "boxes": [boxes[m] for m in sorted(boxes)]}

    def grant_to(self, index, member):
        """The payload of a grant that is held and addressed to a member (keys.md §6, 1), or None."""
        grant = read_grant(self.items[index]) if index in self.items else None
        return grant if grant and any(r["member"] == member for r in grant["audience"]) else None

    def addressed(self, index, member):
        """Whether a held entry is addressed to a member; one for the whole table is to everybody."""
        header = e.decode_header(self.items[index]["header"])
        if header["audience"] == e.ZERO32:
            return True
        if header["kind"] == e.KINDS["key grant"]:
            return self.grant_to(index, member) is not None
        at = header["epoch"]
        if self.grant_to(at, member) is None:
            return False
        grant = e.decode_header(self.items[at]["header"])
        return (grant["audience"], grant["epoch"]) == (header["audience"], at)

    def chain_key(self, index, member, sealing_private):
        """The key that an open grant begins its chain with, or None where it is not open."""
        header, grant = e.decode_header(self.items[index]["header"]), self.grant_to(index, member)
        authored = any(r["member"] == self.member for r in grant["audience"])
        if header["epoch"] != index or header["position"] != 0 or grant["history"] or authored:
            return None
        for box in self.items[index]["boxes"]:
            if box["member"] == member:
                try:
                    key = p.open_sealed_box(sealing_private, box["sealed"])
                except Refused:
                    return None
                return key if len(key) == 32 and e.commitment(key) == header["key_commitment"] else None
        return None

    def opened(self, member, sealing_private):
        """{index: plaintext} of what is open of the grants and encrypted entries: a function of what is held (keys.md §6)."""
        chains, out = {}, {}  # index of a grant -> {position: lowest index that names it}
        for index in sorted(self.items):
            header = e.decode_header(self.items[index]["header"])
            if header["audience"] == e.ZERO32 or not self.addressed(index, member):
                continue
            if header["kind"] == e.KINDS["key grant"]:
                if self.chain_key(index, member, sealing_private):
                    out[index] = b""
            else:
                chains.setdefault(header["epoch"], {}).setdefault(header["position"], index)
        for epoch, users in chains.items():
            key, position = self.chain_key(epoch, member, sealing_private), 0
            while key and position in users:
                entry = self.items[users[position]]
                try:
                    out[users[position]] = e.open_entry(entry["header"], entry["payload"], e.content_key(key))
                except Refused:
                    pass
                key, position = e.next_chain_key(key), position + 1
        return out

    def receipt_item(self, peer, member, sealing_private):
        """What an honest receipt says of this log: an item for `Log.receipt`."""
        opened = self.opened(member, sealing_private)
        given = [i for i in sorted(self.items) if e.decode_header(self.items[i]["header"])["audience"] != e.ZERO32 and self.addressed(i, member)]
        unopened = [i for i in given if i not in opened]
        return self.member, self.generation, peer.cosigned(self.checkpoint), len(given), e.held_hash([(i, self.leaves[i]) for i in given]), unopened

    def as_item(self, index, receiver):
        """The item of a chunk for a receiver: full where it is addressed to it and held, else the leaf."""
        if index in self.items and self.addressed(index, receiver):
            return {"full": self.items[index]}
        return {"leaf": self.leaves[index]}


def read_grant(entry):
    """The payload of a key grant whose list is the one of its header, or None; the author may be on the list."""
    header = e.decode_header(entry["header"])
    if header["kind"] != e.KINDS["key grant"]:
        return None
    try:
        grant = messages.decode_key_grant(entry["payload"], None, header["index"])
        return grant if e.audience_hash(grant["audience"]) == header["audience"] else None
    except Refused:
        return None


def cosign(note, name, seed):
    """A checkpoint with one more line, a cosignature."""
    text = notes.parse(note.encode())[0]
    return note + notes.cosign_line(text, name, seed, int(time.time()))
