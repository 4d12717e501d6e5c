"""What a peer that takes part holds of others' logs: chunks and fills checked as Protocol/sync.md §3 says, entries opened
(keys.md §6), and receipts computed over them (sync-log.md §7)."""

import time

from . import entries as e
from . import messages, notes
from . import primitives as p
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
        self.audiences = {}  # audience hash -> recipients

    @property
    def size(self):
        return len(self.leaves)

    def check(self, note, log_keys, witnesses):
        """A checkpoint by any log key known of the author: (size, root)."""
        for n, key in enumerate(log_keys):
            try:
                return notes.open_checkpoint(note.encode(), self.origin, key, witnesses)[:2]
            except Refused:
                if n + 1 == len(log_keys):
                    raise
        raise Refused("checkpoint", "no card of the author")

    def take(self, chunk, log_keys, witnesses):
        """Adds what is new of a chunk, all or nothing."""
        require(chunk["from"] <= self.size, "chunk", "gap")
        size, root = self.check(chunk["checkpoint"], log_keys, witnesses)
        require(size == chunk["from"] + len(chunk["items"]), "chunk", "end")
        tree, leaves, full = self.tree.copy(), [], {}
        for index, item in list(enumerate(chunk["items"], chunk["from"]))[self.size - chunk["from"] :]:
            entry = item["full"] or ({"header": item["header"]} if item["header"] else None)
            if entry:
                self.check_entry(entry, index)
                full[index] = entry
            leaves.append(leaf_hash(entry["header"]) if entry else item["leaf"])
            tree.add(leaves[-1])
        if not leaves:
            return
        require(tree.root == root, "chunk", "root")
        self.tree, self.leaves, self.checkpoint = tree, self.leaves + leaves, chunk["checkpoint"]
        self.checkpoints[size] = chunk["checkpoint"]
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
            require(p.sha256(entry["payload"]) == header["payload_hash"], "chunk", "payload hash")

    def keep(self, full):
        for index, entry in full.items():
            if "payload" not in entry:
                continue
            self.items[index] = entry
            header = e.decode_header(entry["header"])
            if header["kind"] == e.KINDS["key grant"]:
                recipients = messages.decode_key_grant(entry["payload"], self.member, index)["audience"]
                self.audiences[header["audience"]] = recipients

    def addressed(self, index, member):
        """Whether a held entry's readable list names a member, or is the whole table."""
        audience = e.decode_header(self.items[index]["header"])["audience"]
        return audience == e.ZERO32 or any(r["member"] == member for r in self.audiences.get(audience, []))

    def opened(self, member, sealing_private):
        """{index: plaintext} of the encrypted entries and grants that open, chains taken in order of position."""
        chains, out = {}, {}
        for index in sorted(self.items):
            header = e.decode_header(self.items[index]["header"])
            name = header["audience"], header["epoch"]
            if header["kind"] == e.KINDS["key grant"]:
                for box in self.items[index]["boxes"]:
                    if box["member"] == member and name not in chains:
                        key = p.open_sealed_box(sealing_private, box["sealed"])
                        if e.commitment(key) == header["key_commitment"]:
                            chains[name], out[index] = (header["position"], key), b""
            elif header["kind"] in e.ENCRYPTED and chains.get(name, (None,))[0] == header["position"]:
                position, key = chains[name]
                try:
                    out[index] = e.open_entry(self.items[index]["header"], self.items[index]["payload"], e.content_key(key))
                except Refused:
                    pass
                chains[name] = position + 1, e.next_chain_key(key)
        return out

    def receipt_item(self, peer, member, sealing_private):
        """What an honest receipt says of this log: an item for `Log.receipt`."""
        opened = self.opened(member, sealing_private)
        pairs = [(i, self.leaves[i]) for i in sorted(opened)]
        unopened = [i for i in sorted(self.items) if i not in opened and self.addressed(i, member)
                    and e.decode_header(self.items[i]["header"])["audience"] != e.ZERO32]
        return self.member, self.generation, peer.cosigned(self.checkpoint), len(pairs), e.open_hash(pairs), unopened

    def as_item(self, index, receiver):
        """The item of a chunk for a receiver: full where it is addressed to it and held, else the leaf."""
        if index in self.items and self.addressed(index, receiver):
            return {"full": self.items[index]}
        return {"leaf": self.leaves[index]}


def cosign(note, name, seed):
    """A checkpoint with one more line, a cosignature."""
    text = notes.parse(note.encode())[0]
    return note + notes.cosign_line(text, name, seed, int(time.time()))
