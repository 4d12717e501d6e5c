"""One audit bundle (Protocol/bundle.md §2): what it proves by itself. `bundle_logs` puts bundles together."""

import datetime

from . import entries as e
from . import membership as m
from . import merkle, notes
from .bundles import read
from .messages import ascending, decode_key_grant, decode_receipt
from .primitives import Refused, b64, require, sha256

FATAL = ("manifest", "charter", "card", "checkpoint", "frontier", "entry", "tree")
CLASSES = FATAL + ("blinded", "lost", "audience", "chain", "receipt", "consistency", "policy")
RECEIPT = e.KINDS["receipt"]
AHEAD_MILLISECONDS_MAX = 300_000
DAY = 86_400_000


def day_of(date):
    return (date - datetime.date(1970, 1, 1)).days


def read_receipt(payload):
    """The items of a receipt; the checkpoints that they quote have the form of one, whoever signed them."""
    items = decode_receipt(payload)["logs"]
    for item in items:
        require(len(item["checkpoint"].encode()) <= notes.CHECKPOINT_BYTES_MAX, "payload", "checkpoint over limit")
        text, _ = notes.parse(item["checkpoint"].encode())
        _, size, _ = notes.parse_checkpoint_text(text)
        require(all(i < size for i in item["unopened"]), "payload", "unopened beyond the size")
    return items


class Verification:
    """`findings`: pairs (class, index). `is_proven`: it got behind the tree."""

    def __init__(self, data):
        self.__dict__.update(read(data))
        self.origin = notes.origin(self.table, self.member, self.generation)
        self.headers, self.leaves, self.lists, self.histories, self.rivals = {}, [], {}, {}, []
        # By index: the charter version that an entry adopts; (generation, first index, version) of what the author says.
        self.adoptions, self.said = {}, {}
        self.findings, self.is_proven, self.chain, self.members, self.cards = [], False, [], {}, {}
        # Evidence: (member, generation, size, root); ((member, generation), index, leaf); (origin, size, root, identity of
        # the witness, seconds); (identity, version, text) of cards; (member, generation, header, item) of receipts.
        self.roots, self.signed_leaves, self.cosignatures, self.signed_cards, self.quotes = [], [], [], set(), []
        self.is_named = False
        # Places, (index, log), of items in the log's own receipts that somebody signed, and that nobody did.
        self.good_quotes, self.misquotes = set(), set()
        self.opened, self.agreeing = {}, []
        self.run()

    def run(self):
        for name in FATAL:
            self.at = None
            try:
                getattr(self, "check_" + name)()
            except Refused as refusal:
                self.findings = [("charter" if refusal.kind == "unreadable charter" else name, self.at)]
                return
        self.is_proven = True
        for name in ("fragments", "blinded", "lost", "audience", "receipt"):
            getattr(self, "check_" + name)()

    def add(self, name, index=None):
        self.findings.append((name, index))

    # Up to the tree: the first failure is the only finding.

    def check_manifest(self):
        require(sha256(self.raw) == self.body_hash, "manifest", "body hash")
        require(len(self.body["entries"]) == self.end - self.start > 0, "manifest", "window")
        author, readable = None, True
        for text in self.body["charters"]:
            try:
                charter = m.parse_charter_text(notes.parse(text.encode())[0])
                author = charter["members"].get(self.member, {"identity": author})["identity"]
            except Refused:
                readable = False
        require(author or readable, "unreadable charter")
        require(author, "manifest", "author is no member")
        named = f"identity {b64(author)}\n"
        cards = [card for card in map(readable_card, self.body["cards"]) if card and named.encode() in card["note"]]
        require(cards, "manifest", "no card of the author")
        self.log_key = min(cards, key=lambda c: c["version"])["log"]
        notes.open_note(self.note, [notes.Key(self.origin, self.log_key)])

    def check_charter(self):
        self.chain = m.parse_chain([c.encode() for c in self.body["charters"]])
        require(self.chain[0]["hash"] == self.table, "charter", "table ID")
        require(all(c["effective"] for c in self.chain), "charter", "quorum")
        self.members = {n: x for c in self.chain for n, x in c["members"].items()}
        require(self.is_begun(self.member, self.generation), "charter", "a generation without a pin")

    def is_begun(self, member, generation):
        return generation == 0 or any((member, generation - 1) in c["pins"] for c in self.chain)

    def check_card(self):
        """`cards`: of each member, ascending by version. Who came back has another number and the same identity."""
        order = []
        for text in self.body["cards"]:
            card = m.parse_card(text.encode())
            numbers = [n for c in reversed(self.chain) for n, x in c["members"].items() if x["identity"] == card["identity"]]
            require(numbers, "card", "of no member")
            order.append((numbers[0], card["version"]))
            self.note_card(card)
            for number in set(numbers):
                self.cards.setdefault(number, []).append(card)
        require(ascending(order), "card", "order")
        needed = {self.member} | {r["member"] for r in self.body["receipts"]}
        require(needed <= set(self.cards), "card", "missing")
        self.is_named = True
        self.witnesses = {(c["identity"], c["witness"]) for cards in self.cards.values() for c in cards}
        self.identities = {notes.witness_name(x["identity"]): x["identity"] for x in self.members.values()}

    def note_card(self, card):
        self.signed_cards.add((card["identity"], card["version"], notes.parse(card["note"])[0]))

    def open(self, text, member, generation, key):
        """(size, root, [(witness's identity, seconds)]) of a checkpoint under this log key."""
        origin = notes.origin(self.table, member, generation)
        if (origin, key, text) not in self.opened:
            size, root, keys = notes.open_checkpoint(text.encode(), origin, key, self.witnesses)
            require(len({k.name for k in keys}) == len(keys), "checkpoint", "a name twice")
            seconds = [int.from_bytes(s[:8], "big") for _, _, s in notes.parse(text.encode())[1][1:]]
            cosigners = [(self.identities[k.name], t) for k, t in zip(keys, seconds)]
            self.opened[origin, key, text] = size, root, cosigners
        return self.opened[origin, key, text]

    def opened_by_log(self, text, member, generation):
        require(member in self.cards, "checkpoint", "no card")
        return self.open(text, member, generation, self.cards[member][0]["log"])

    def note_evidence(self, member, generation, opened):
        size, root, cosigners = opened
        origin = notes.origin(self.table, member, generation)
        self.roots.append((member, generation, size, root))
        self.cosignatures += [(origin, size, root, witness, seconds) for witness, seconds in cosigners]

    def check_checkpoint(self):
        self.first = (0, merkle.root([]), [])
        require((self.start == 0) == (not self.body["from"]), "checkpoint", "from")
        if self.body["from"]:
            self.first = self.opened_by_log(self.body["from"], self.member, self.generation)
        self.last = self.opened_by_log(self.body["until"], self.member, self.generation)
        require((self.first[0], self.last[0]) == (self.start, self.end), "checkpoint", "size")
        for opened in [self.first, self.last] if self.start else [self.last]:
            self.note_evidence(self.member, self.generation, opened)

    def check_frontier(self):
        roots = self.body["frontier"]
        require(len(roots) == self.start.bit_count(), "frontier", "count")
        require(all(len(r) == 32 for r in roots), "frontier", "length")
        require(merkle.root_of_frontier(roots) == self.first[1], "frontier", "root")

    def check_entry(self):
        for offset, entry in enumerate(self.body["entries"]):
            self.at = index = self.start + offset
            if entry["header"] is None:
                leaf = entry["lost"] if entry["leaf"] is None else entry["leaf"]
                require(leaf is not None and len(leaf) == 32, "entry", "leaf")
                require(not entry["payload"], "entry", "payload of a leaf")
                self.leaves.append(leaf)
                continue
            h = e.decode_header(entry["header"])
            require(h["index"] == index, "entry", "index")
            require(h["charter_version"] <= len(self.chain), "entry", "no such charter")
            require(h["kind"] == {0: e.KINDS["card"], 1: e.KINDS["charter adopted"]}.get(index, h["kind"]), "entry", "how a log begins")
            if h["kind"] in e.ENCRYPTED:
                require(not entry["payload"], "entry", "payload of an encrypted kind")
            else:
                self.check_payload(h, entry["payload"])
            self.headers[index] = h
            self.leaves.append(e.leaf(entry["header"]))

    def check_payload(self, h, payload):
        require(len(payload) == h["payload_length"], "entry", "payload length")
        require(sha256(payload) == h["payload_hash"], "entry", "payload hash")
        if h["kind"] == e.KINDS["key grant"]:
            self.check_grant(h, decode_key_grant(payload, None, h["index"]))
        if h["kind"] == RECEIPT:
            read_receipt(payload)
        if h["kind"] == e.KINDS["card"]:
            card = m.parse_card(payload)
            require(card["identity"] == self.members[self.member]["identity"], "entry", "another's card")
            require(h["index"] > 0 or card["log"] == self.log_key, "entry", "another log key")
            self.note_card(card)
        if h["kind"] == e.KINDS["charter adopted"]:
            self.adoptions[h["index"]] = self.check_adopted(payload)

    def check_adopted(self, payload):
        """The version of a text of the chain, or of one that its quorum signed too and that gave way (keys.md §3)."""
        text, _ = notes.parse(payload)
        known = {c["hash"]: c for c in [*self.chain, *self.rivals]}
        if (held := known.get(sha256(text.encode()))) is None:
            before = known.get(m.parse_charter_text(text)["previous"])
            require(before is not None, "entry", "another charter")
            held = m.parse_charter(payload, before)
            require(held["version"] == before["version"] + 1 and m.is_effective(held, before), "entry", "another charter")
            self.rivals.append(held)
        return held["version"]

    def check_grant(self, h, grant):
        """keys.md §6."""
        require(e.audience_hash(grant["audience"], None) == h["audience"], "entry", "list of a grant")
        require(bool(grant["history"]) == (h["key_commitment"] == e.ZERO32), "entry", "commitment of a grant")
        if grant["history"]:
            require(h["epoch"] == h["position"] == 0, "entry", "place of a grant of history")
            self.histories[h["index"]] = grant["history"]

    def check_tree(self):
        require(self.roots_at({self.end})[self.end] == self.last[1], "tree", "root")

    def roots_at(self, sizes):
        """Roots of the tree at those of `sizes` that lie in the window."""
        out, previous, frontier = {}, self.start, self.body["frontier"]
        for size in sorted(s for s in sizes if self.start <= s <= self.end):
            frontier = merkle.extended_frontier(frontier, previous, self.leaves[previous - self.start:size - self.start])
            out[size], previous = merkle.root_of_frontier(frontier), size
        return out

    # Behind the tree: what is of this bundle alone. `bundle_entries` has what is of the log.

    def check_fragments(self):
        previous = -1
        for r in self.body["fragments"]:
            index = r["index"]
            if index > previous and self.start <= index < self.end:
                self.said[index] = r["generation"], r["first_index"], r["version"]
            else:
                self.add("entry", index)
            previous = max(previous, index)

    def check_blinded(self):
        for offset, entry in enumerate(self.body["entries"]):
            if entry["leaf"] is not None:
                self.add("blinded", self.start + offset)

    def check_lost(self):
        for offset, entry in enumerate(self.body["entries"]):
            if entry["lost"] is not None:
                self.add("lost", self.start + offset)

    def check_audience(self):
        previous, has_all = None, len(self.headers) == len(self.leaves)
        used = {h["audience"] for h in self.headers.values() if h["kind"] in e.LISTED}
        for item in self.body["audiences"]:
            try:
                value = e.audience_hash(item["recipients"], None)
            except Refused:
                self.add("audience")
                continue
            if previous is not None and previous >= value:
                self.add("audience")
            previous = value
            if value not in used and has_all:
                self.add("audience")
            self.lists[value] = item["recipients"]
        for i, h in self.headers.items():
            if h["kind"] in e.LISTED and h["audience"] not in self.lists:
                self.add("audience", i)

    def check_receipt(self):
        previous = None
        for receipt in self.body["receipts"]:
            try:
                place = self.prove(receipt)
            except Refused:
                self.add("receipt")
                continue
            if previous is not None and previous >= place:
                self.add("receipt")
            previous = place
        for index, h in self.headers.items():
            if h["kind"] == RECEIPT:
                entry = self.body["entries"][index - self.start]
                items = read_receipt(entry["payload"])
                self.quotes += [(self.member, self.generation, entry["header"], item) for item in items]

    def prove(self, receipt):
        """The receipt's place, (member, generation, index); its statements become evidence."""
        member, generation, payload = receipt["member"], receipt["generation"], receipt["payload"]
        require(member != self.member and self.is_begun(member, generation), "receipt", "the author's own, or of no log")
        h = e.decode_header(receipt["header"])
        require(h["kind"] == RECEIPT and sha256(payload) == h["payload_hash"], "receipt", "payload")
        require(h["payload_length"] == len(payload), "receipt", "payload length")
        log = self.opened_by_log(receipt["checkpoint"], member, generation)
        merkle.verify_inclusion(h["index"], log[0], e.leaf(receipt["header"]), receipt["proof"], log[1])
        items = read_receipt(payload)
        own = [i for i in items if (i["member"], i["generation"]) == (self.member, self.generation)]
        require(own, "receipt", "of other logs")
        opened = self.opened_by_log(own[0]["checkpoint"], self.member, self.generation)
        require(self.is_cosigned(opened, member, h), "receipt", "cosignature")
        self.note_evidence(member, generation, log)
        self.signed_leaves.append(((member, generation), h["index"], e.leaf(receipt["header"])))
        self.quotes += [(member, generation, receipt["header"], item) for item in items]
        return member, generation, h["index"]

    def is_cosigned(self, opened, member, h):
        """Whether the last line is this member's, dated no more than five minutes later than the receipt."""
        if not opened[2] or opened[2][-1][0] != self.members[member]["identity"]:
            return False
        return opened[2][-1][1] * 1_000 <= (h["time"] >> 16) + AHEAD_MILLISECONDS_MAX


def readable_card(text):
    try:
        return m.parse_card(text.encode())
    except Refused:
        return None
