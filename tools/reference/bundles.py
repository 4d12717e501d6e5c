"""Audit bundles and policies (Protocol/bundle.md): writing them, and a verifier."""

import re

from . import entries as e
from . import membership as m
from . import merkle, notes
from .messages import BUNDLE_BODY, ascending, decode_key_grant, decode_receipt
from .primitives import Refused, b64, require, sha256, unb64

BUNDLE_BYTES_MAX = 1 << 30
CLASSES = (
    "manifest", "charter", "card", "checkpoint", "frontier", "entry", "tree", "blinded", "lost", "audience",
    "chain", "receipt", "consistency", "policy",
)


def manifest_text(table, member, generation, start, end, body):
    return (
        f"tafel/v1/bundle\ntable {table.hex()}\nmember {member}\ngeneration {generation}\n"
        f"window {start} {end}\nbody {b64(sha256(body))}\n"
    )


def write(table, member, generation, start, end, body, log_seed):
    text = manifest_text(table, member, generation, start, end, body)
    return notes.sign(text, notes.origin(table, member, generation), log_seed).encode() + body


def read(data):
    """Manifest and body; refused with the class "form" (exit 2)."""
    require(len(data) <= BUNDLE_BYTES_MAX, "form", "over limit")
    blank = data.find(b"\n\n")
    end = data.find(b"\n", blank + 2) + 1
    require(blank >= 0 and end > 0, "form", "no manifest")
    try:
        text, signatures = notes.parse(data[:end])
        body = BUNDLE_BODY.decode_canonical(data[end:])
        pattern = (
            r"tafel/v1/bundle\ntable ([0-9a-f]{64})\nmember ([1-9][0-9]{0,4})\n"
            r"generation (0|[1-9][0-9]{0,4})\nwindow (0|[1-9][0-9]{0,14}) (0|[1-9][0-9]{0,14})\n"
            r"body ([A-Za-z0-9+/=]+)\n"
        )
        match = re.fullmatch(pattern, text)
        require(match and len(signatures) == 1, "form", "manifest")
        numbers = [int(match[n]) for n in range(2, 6)]
        in_range = numbers[0] <= 65_535 and numbers[1] <= 65_535 and numbers[2] <= numbers[3]
        require(in_range and numbers[3] <= notes.TREE_SIZE_MAX, "form", "numbers")
        body_hash = unb64(match[6], 32)
    except Refused as refusal:
        raise Refused("form", str(refusal)) from None
    head = dict(zip(("member", "generation", "start", "end"), numbers))
    return {**head, "table": bytes.fromhex(match[1]), "body_hash": body_hash, "note": data[:end],
            "raw": data[end:], "body": body}


class Verification:
    """One bundle; `run` goes through the classes in order and answers the first finding, or None."""

    def __init__(self, data):
        self.__dict__.update(read(data))
        self.origin = notes.origin(self.table, self.member, self.generation)
        self.headers, self.leaves, self.lists, self.histories = {}, [], {}, {}
        self.cosigners, self.received, self.agreeing, self.quoted, self.lost = [], {}, [], [], 0

    def run(self):
        for name in CLASSES[:12]:
            try:
                getattr(self, "check_" + name)()
            except Refused:
                return name
        return None

    def check_manifest(self):
        require(self.body["charters"], "manifest", "no charter")
        last = m.parse_charter_text(notes.parse(self.body["charters"][-1].encode())[0])
        require(self.member in last["members"], "manifest", "author is no member")
        author = last["members"][self.member]["identity"]
        named = f"identity {b64(author)}\n"
        cards = [m.parse_card(c.encode()) for c in self.body["cards"] if named in c]
        require(cards, "manifest", "no card of the author")
        newest = max(cards, key=lambda c: c["version"])
        notes.open_note(self.note, [notes.Key(self.origin, newest["log"])])
        require(sha256(self.raw) == self.body_hash, "manifest", "body hash")
        require(len(self.body["entries"]) == self.end - self.start, "manifest", "window")

    def check_charter(self):
        self.chain = m.parse_chain([c.encode() for c in self.body["charters"]])
        require(self.chain[0]["hash"] == self.table, "charter", "table ID")
        require(all(c["effective"] for c in self.chain), "charter", "quorum")
        self.members = {n: x for c in self.chain for n, x in c["members"].items()}

    def check_card(self):
        """`cards`: of each member, ascending by version. Who came back has another number and the same identity."""
        self.cards, order = {}, []
        for text in self.body["cards"]:
            card = m.parse_card(text.encode())
            numbers = [n for c in reversed(self.chain) for n, x in c["members"].items() if x["identity"] == card["identity"]]
            require(numbers, "card", "of no member")
            order.append((numbers[0], card["version"]))
            for number in set(numbers):
                self.cards.setdefault(number, []).append(card)
        require(ascending(order), "card", "order")
        needed = {self.member} | {r["member"] for r in self.body["receipts"]}
        require(needed <= set(self.cards), "card", "missing")

    def open(self, text, member, generation):
        """(size, root, cosigners) of a checkpoint by a log key on any card of its author."""
        cosigners = {(c["identity"], c["witness"]) for cards in self.cards.values() for c in cards}
        origin, refusal = notes.origin(self.table, member, generation), None
        for key in {c["log"] for c in self.cards[member]}:
            try:
                size, root, keys = notes.open_checkpoint(text.encode(), origin, key, cosigners)
            except Refused as other:
                refusal = other
                continue
            require(len({k.name for k in keys}) == len(keys), "checkpoint", "a name twice")
            return size, root, [k.name for k in keys]
        raise refusal

    def check_checkpoint(self):
        self.first = (0, merkle.root([]), [])
        require((self.start == 0) == (not self.body["from"]), "checkpoint", "from")
        if self.body["from"]:
            self.first = self.open(self.body["from"], self.member, self.generation)
        self.last = self.open(self.body["until"], self.member, self.generation)
        require((self.first[0], self.last[0]) == (self.start, self.end), "checkpoint", "size")
        self.cosigners = self.last[2]

    def check_frontier(self):
        roots = self.body["frontier"]
        require(len(roots) == self.start.bit_count(), "frontier", "count")
        require(all(len(r) == 32 for r in roots), "frontier", "length")
        require(merkle.root_of_frontier(roots) == self.first[1], "frontier", "root")

    def check_entry(self):
        charter, time = 1, -1
        for offset, entry in enumerate(self.body["entries"]):
            index = self.start + offset
            if entry["header"] is None:
                leaf = entry["lost"] if entry["leaf"] is None else entry["leaf"]
                require(leaf is not None and len(leaf) == 32, "entry", "leaf")
                require(not entry["payload"], "entry", "payload of a leaf")
                self.lost += entry["leaf"] is None
                self.leaves.append(leaf)
                continue
            h = e.decode_header(entry["header"])
            require(h["index"] == index, "entry", "index")
            in_order = h["charter_version"] >= charter and h["time"] > time
            require(in_order and h["charter_version"] <= len(self.chain), "entry", "order")
            first = {0: e.KINDS["card"], 1: e.KINDS["charter adopted"]}
            require(h["kind"] == first.get(index, h["kind"]), "entry", "how a log begins")
            charter, time = h["charter_version"], h["time"]
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
            self.check_grant(h, decode_key_grant(payload, self.member, h["index"]))
        if h["kind"] == e.KINDS["receipt"]:
            read_receipt(payload)
        if h["kind"] == e.KINDS["card"]:
            card = m.parse_card(payload)
            require(card["identity"] == self.members[self.member]["identity"], "entry", "another's card")
        if h["kind"] == e.KINDS["charter adopted"]:
            text, _ = notes.parse(payload)
            require(sha256(text.encode()) in [c["hash"] for c in self.chain], "entry", "another charter")

    def check_grant(self, h, grant):
        """keys.md §6."""
        require(e.audience_hash(grant["audience"], self.member) == h["audience"], "entry", "list of a grant")
        require(bool(grant["history"]) == (h["key_commitment"] == e.ZERO32), "entry", "commitment of a grant")
        if grant["history"]:
            require(h["epoch"] == h["position"] == 0, "entry", "place of a grant of history")
            self.histories[h["index"]] = grant["history"]

    def check_tree(self):
        require(self.root_at(self.end) == self.last[1], "tree", "root")

    def root_at(self, size):
        return merkle.extended_root(self.body["frontier"], self.start, self.leaves[:size - self.start])

    def check_blinded(self):
        require(len(self.headers) + self.lost == len(self.leaves), "blinded", "an entry without its header")

    def check_lost(self):
        require(self.lost == 0, "lost", "an entry that its author lost")

    def check_audience(self):
        hashes = []
        for item in self.body["audiences"]:
            hashes.append(e.audience_hash(item["recipients"], None))
            self.lists[hashes[-1]] = item["recipients"]
        require(ascending(hashes), "audience", "order")
        used = {h["audience"] for h in self.headers.values() if h["kind"] in e.LISTED}
        require(used == set(self.lists), "audience", "missing or not used")
        for h in self.headers.values():
            if h["kind"] in e.LISTED:
                self.check_grounds(h, self.lists[h["audience"]])

    def check_grounds(self, h, recipients):
        """A grant is judged by classes alone, one of history with the category of every entry it names too."""
        is_grant = h["kind"] == e.KINDS["key grant"]
        given = [self.headers[i]["category"] for i in self.histories.get(h["index"], []) if i >= self.start]
        charter = self.chain[h["charter_version"] - 1]
        for recipient in recipients:
            ground = charter["grounds"].get(recipient["ground"])
            member = charter["members"].get(recipient["member"])
            require(ground and member and recipient["member"] != self.member, "audience", "no such ground or member")
            require(charter["members"][self.member]["class"] in ground["from"], "audience", "from")
            require(member["class"] in ground["to"], "audience", "to")
            categories = [h["category"]] if not is_grant or h["category"] != 0 else []
            for category in categories + given:
                require(category != 0 and m.CATEGORIES[category - 1] in ground["categories"], "audience", "category")

    def check_chain(self):
        """bundle.md §2, Chains."""
        following = {}
        for h in self.headers.values():
            if h["kind"] not in e.LISTED or h["index"] in self.histories:
                continue
            chain = (h["audience"], h["epoch"])
            if h["kind"] == e.KINDS["key grant"]:
                require((h["epoch"], h["position"]) == (h["index"], 0), "chain", "beginning")
                following[chain] = 0
                continue
            if chain in following:
                require(h["position"] == following[chain], "chain", "position")
            else:
                # Its grant lies before the window.
                require(h["epoch"] < min(self.start, h["index"]), "chain", "no grant")
            following[chain] = h["position"] + 1

    def addressed(self, member, size):
        return [
            i for i, h in self.headers.items()
            if i < size and any(r["member"] == member for r in self.lists.get(h["audience"], []))
        ]

    def check_receipt(self):
        proven = [self.proven(r) for r in self.body["receipts"]]
        require(ascending([place for place, _ in proven]), "receipt", "order")
        newest = {}
        for (member, _, _), item in proven:
            self.check_agreement(member, item)
            newest[member] = item
        for member, item in newest.items():
            require(not any(i >= self.start for i in item["unopened"]), "receipt", "unopened")
            if item["size"] > self.start:
                self.received[member] = item["size"]
            self.agreeing.append(member)

    def proven(self, receipt):
        """The receipt's place, (member, generation, index), and its item on this log."""
        member, payload = receipt["member"], receipt["payload"]
        require(member != self.member, "receipt", "the author's own")
        h = e.decode_header(receipt["header"])
        require(h["kind"] == e.KINDS["receipt"] and sha256(payload) == h["payload_hash"], "receipt", "payload")
        require(h["payload_length"] == len(payload), "receipt", "payload length")
        size, root, _ = self.open(receipt["checkpoint"], member, receipt["generation"])
        merkle.verify_inclusion(h["index"], size, e.leaf(receipt["header"]), receipt["proof"], root)
        self.quoted.append((notes.origin(self.table, member, receipt["generation"]), size, root))
        own = [i for i in read_receipt(payload) if (i["member"], i["generation"]) == (self.member, self.generation)]
        require(own, "receipt", "of other logs")
        item = own[0]
        size, root, signers = self.open(item["checkpoint"], self.member, self.generation)
        require(signers and signers[-1] == notes.witness_name(self.members[member]["identity"]), "receipt", "cosignature")
        require(size <= self.end, "receipt", "beyond the window")
        self.quoted.append((self.origin, size, root))
        return (member, receipt["generation"], h["index"]), {**item, "size": size, "root": root}

    def check_agreement(self, member, item):
        require(item["size"] < self.start or self.root_at(item["size"]) == item["root"], "receipt", "root")
        given = self.addressed(member, item["size"])
        unopened = {i for i in item["unopened"] if i >= self.start}
        require(unopened <= set(given), "receipt", "unopened of another")
        if self.start > 0:
            # What was given before the window is not in the bundle: neither number can be made again.
            require(item["held_count"] >= len(given), "receipt", "count")
            return
        require(item["held_count"] == len(given), "receipt", "count")
        require(item["held_hash"] == e.held_hash([(i, self.leaves[i]) for i in given]), "receipt", "hash")

    def disclosures(self):
        """The entries with contents, and grants of history: what, to whom, and who confirmed it."""
        handle = {n: x["handle"] for n, x in self.members.items()}
        return [
            {
                "index": i,
                "to": [{"handle": handle[r["member"]], "ground": r["ground"]} for r in self.lists[h["audience"]]],
                "received_by": [handle[r["member"]] for r in self.lists[h["audience"]] if i < self.received.get(r["member"], 0)],
            }
            for i, h in self.headers.items() if h["kind"] in e.ENCRYPTED or i in self.histories
        ]

    def uncounted(self):
        """Who wrote receipts whose count could not be made again."""
        return [self.members[n]["handle"] for n in sorted(self.agreeing)] if self.start > 0 else []


def parse_policy(data):
    """(table IDs, identities)."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("policy", "not UTF-8") from None
    found = {"charter": [], "identity": []}
    for line in text.splitlines():
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        good = len(words) == 2 and words[0] in found and re.fullmatch("[0-9a-f]{64}", words[1])
        require(good, "policy", "statement")
        found[words[0]].append(bytes.fromhex(words[1]))
    require(found["charter"] or found["identity"], "policy", "no statement")
    return found["charter"], found["identity"]


def read_receipt(payload):
    """The items of a receipt; the checkpoints that they quote have the form of one, whoever signed them."""
    items = decode_receipt(payload)["logs"]
    for item in items:
        text, _ = notes.parse(item["checkpoint"].encode())
        _, size, _ = notes.parse_checkpoint_text(text)
        require(all(i < size for i in item["unopened"]), "payload", "unopened beyond the size")
    return items


def is_trusted(bundle, policy):
    tables, identities = policy
    if tables and bundle.table not in tables:
        return False
    named = [bundle.member, *bundle.agreeing]
    return not identities or all(bundle.members[n]["identity"] in identities for n in named)


def verify(datas, policy=None):
    """What `tafel-audit verify --json` must say of these bundles, as far as the pages fix it."""
    bundles = [Verification(d) for d in datas]
    findings = sorted((f for f in (b.run() for b in bundles) if f), key=CLASSES.index)
    if not findings and not are_consistent(bundles):
        findings.append("consistency")
    if not findings and policy is not None and not all(is_trusted(b, policy) for b in bundles):
        findings.append("policy")
    good = "verified" if policy is not None else "self-consistent"
    answer = {"verdict": "finding" if findings else good, "findings": [{"class": f} for f in findings[:1]]}
    if len(bundles) == 1 and (not findings or findings == ["policy"]):
        bundle = bundles[0]
        answer["window"] = {"from": bundle.start, "until": bundle.end}
        answer["disclosures"] = bundle.disclosures()
        answer["cosigners"] = bundle.cosigners
        answer["uncounted_receipts"] = bundle.uncounted()
    return answer


def are_consistent(bundles):
    seen, charters = {}, {}
    for b in bundles:
        facts = [(b.origin, "leaf", b.start + i, leaf) for i, leaf in enumerate(b.leaves)]
        facts += [(b.origin, "root", size, b.root_at(size)) for size in range(b.start, b.end + 1)]
        facts += [(origin, "root", size, root) for origin, size, root in b.quoted]
        for origin, kind, at, value in facts:
            if seen.setdefault((origin, kind, at), value) != value:
                return False
        own = [c["hash"] for c in b.chain]
        known = charters.setdefault(b.table, own)
        if any(x != y for x, y in zip(known, own)):
            return False
        charters[b.table] = max(known, own, key=len)
    return True
