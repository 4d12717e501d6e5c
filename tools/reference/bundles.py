"""Audit bundles and policies (Protocol/bundle.md): writing them, and a verifier."""

import re

from . import entries as e
from . import membership as m
from . import merkle, notes
from .messages import BUNDLE_BODY, decode_key_grant, decode_receipt
from .primitives import Refused, b64, require, sha256, unb64

BUNDLE_BYTES_MAX = 1 << 30
CLASSES = (
    "manifest", "charter", "card", "checkpoint", "frontier", "entry", "tree", "blinded", "audience",
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
        self.headers, self.leaves, self.lists, self.received = {}, [], {}, {}
        self.cosigners = []

    def run(self):
        for name in CLASSES[:11]:
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
        self.card = max(cards, key=lambda c: c["version"])
        notes.open_note(self.note, [notes.Key(self.origin, self.card["log"])])
        require(sha256(self.raw) == self.body_hash, "manifest", "body hash")
        require(len(self.body["entries"]) == self.end - self.start, "manifest", "window")

    def check_charter(self):
        self.chain = m.parse_chain([c.encode() for c in self.body["charters"]])
        require(self.chain[0]["hash"] == self.table, "charter", "table ID")
        require(all(c["effective"] for c in self.chain), "charter", "quorum")

    def check_card(self):
        numbers = {x["identity"]: n for c in self.chain for n, x in c["members"].items()}
        self.cards = {}
        for text in self.body["cards"]:
            card = m.parse_card(text.encode())
            require(card["identity"] in numbers, "card", "of no member")
            number = numbers[card["identity"]]
            if number not in self.cards or card["version"] > self.cards[number]["version"]:
                self.cards[number] = card
        needed = {self.member} | {r["member"] for r in self.body["receipts"]}
        require(needed <= set(self.cards), "card", "missing")

    def witnesses(self):
        return [(c["identity"], c["witness"]) for c in self.cards.values()]

    def check_checkpoint(self):
        self.first = (0, merkle.root([]))
        require((self.start == 0) == (not self.body["from"]), "checkpoint", "from")
        for text, size in ((self.body["from"], self.start), (self.body["until"], self.end)):
            if not text:
                continue
            found = notes.open_checkpoint(text.encode(), self.origin, self.card["log"], self.witnesses())
            require(found[0] == size, "checkpoint", "size")
            if text is self.body["from"]:
                self.first = found
            self.last, self.cosigners = found, [k.name for k in found[2]]

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
                require(entry["leaf"] is not None and len(entry["leaf"]) == 32, "entry", "leaf")
                require(not entry["payload"], "entry", "payload of a leaf")
                self.leaves.append(entry["leaf"])
                continue
            h = e.decode_header(entry["header"])
            require(h["index"] == index, "entry", "index")
            in_order = h["charter_version"] >= charter and h["time"] > time
            require(in_order and h["charter_version"] <= len(self.chain), "entry", "order")
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
            decode_key_grant(payload, self.member, h["index"])
        if h["kind"] == e.KINDS["receipt"]:
            decode_receipt(payload)

    def check_tree(self):
        found = merkle.extended_root(self.body["frontier"], self.start, self.leaves)
        require(found == self.last[1], "tree", "root")

    def check_blinded(self):
        require(len(self.headers) == len(self.leaves), "blinded", "an entry without its header")

    def check_audience(self):
        for item in self.body["audiences"]:
            recipients = item["recipients"]
            self.lists[e.audience_hash(recipients, self.member)] = recipients
        require(len(self.lists) == len(self.body["audiences"]), "audience", "twice")
        used = {h["audience"] for h in self.headers.values() if h["kind"] in e.LISTED}
        require(used == set(self.lists), "audience", "missing or not used")
        for h in self.headers.values():
            charter = self.chain[h["charter_version"] - 1]
            for r in self.lists.get(h["audience"], []):
                self.check_ground(charter, h, r)

    def check_ground(self, charter, h, recipient):
        ground = charter["grounds"].get(recipient["ground"])
        member = charter["members"].get(recipient["member"])
        require(ground and member, "audience", "no such ground or member")
        require(charter["members"][self.member]["class"] in ground["from"], "audience", "from")
        require(member["class"] in ground["to"], "audience", "to")
        if h["kind"] != e.KINDS["key grant"] or h["category"] != 0:
            names = [m.CATEGORIES[h["category"] - 1]] if 1 <= h["category"] <= 6 else [""]
            require(names[0] in ground["categories"], "audience", "category")

    def check_chain(self):
        next_positions = {}
        for h in self.headers.values():
            key = (h["audience"], h["epoch"])
            if h["kind"] == e.KINDS["key grant"] and h["key_commitment"] != e.ZERO32:
                require(next_positions.setdefault(key, h["position"]) == h["position"], "chain", "grant")
            elif h["kind"] in e.ENCRYPTED:
                require(next_positions.get(key) == h["position"], "chain", "position")
                next_positions[key] += 1

    def addressed(self, member, size):
        return [
            i for i, h in self.headers.items()
            if i < size and any(r["member"] == member for r in self.lists.get(h["audience"], []))
        ]

    def check_receipt(self):
        for receipt in self.body["receipts"]:
            self.check_one_receipt(receipt, self.cards[receipt["member"]])

    def check_one_receipt(self, receipt, card):
        h = e.decode_header(receipt["header"])
        payload = receipt["payload"]
        require(h["kind"] == e.KINDS["receipt"] and sha256(payload) == h["payload_hash"], "receipt", "")
        origin = notes.origin(self.table, receipt["member"], receipt["generation"])
        size, root, _ = notes.open_checkpoint(
            receipt["checkpoint"].encode(), origin, card["log"], self.witnesses())
        leaf = e.leaf(receipt["header"])
        merkle.verify_inclusion(h["index"], size, leaf, receipt["proof"], root)
        for log in decode_receipt(payload)["logs"]:
            if (log["member"], log["generation"]) == (self.member, self.generation):
                self.check_quoted(receipt["member"], card, log)

    def check_quoted(self, member, card, log):
        text = log["checkpoint"].encode()
        size, _, signers = notes.open_checkpoint(text, self.origin, self.card["log"], self.witnesses())
        writer = notes.witness_name(card["identity"])
        require(signers and signers[-1].name == writer, "receipt", "cosignature")
        require(size <= self.end, "receipt", "beyond the window")
        given = self.addressed(member, size)
        require(not set(given) & set(log["unopened"]), "receipt", "unopened")
        require(log["open_count"] == len(given), "receipt", "count")
        pairs = [(i, self.leaves[i - self.start]) for i in given]
        require(log["open_hash"] == e.open_hash(pairs), "receipt", "hash")
        self.received.setdefault(member, set()).update(given)

    def disclosures(self):
        """The entries with contents: what, to whom, and who confirmed it."""
        members = self.chain[-1]["members"]
        return [
            {
                "index": i,
                "to": [{"handle": members[r["member"]]["handle"], "ground": r["ground"]}
                       for r in self.lists[h["audience"]]],
                "received_by": [members[n]["handle"] for n in sorted(self.received) if i in self.received[n]],
            }
            for i, h in self.headers.items() if h["kind"] in e.ENCRYPTED
        ]


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


def is_trusted(bundle, policy):
    tables, identities = policy
    if tables and bundle.table not in tables:
        return False
    named = {bundle.member, *bundle.received}
    return not identities or all(bundle.cards[n]["identity"] in identities for n in named)


def verify(datas, policy=None):
    """What `tafel-audit verify --json` must say of these bundles, as far as the pages fix it."""
    bundles = [Verification(d) for d in datas]
    findings = [f for f in (b.run() for b in bundles) if f]
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
    return answer


def are_consistent(bundles):
    seen = {}
    for b in bundles:
        facts = [("leaf", b.start + i, leaf) for i, leaf in enumerate(b.leaves)]
        facts += [("root", b.end, b.last[1]), ("root", b.start, b.first[1])]
        for kind, at, value in facts:
            if seen.setdefault((b.origin, kind, at), value) != value:
                return False
    return True
