"""Audit bundles against each other, all evidence and a policy (Protocol/bundle.md §2, §3)."""

import datetime
import time
from bisect import bisect_left, bisect_right
from itertools import accumulate

from . import entries as e
from . import notes
from .bundle_verifier import CLASSES, RECEIPT, Verification

AHEAD_MILLISECONDS_MAX = 300_000
DAY = 86_400_000
PERIOD_KINDS = (e.KINDS["operations"], e.KINDS["fragment"])


def day_of(date):
    return (date - datetime.date(1970, 1, 1)).days


class Settlement:
    """What the evidence of a whole call says about one bundle that got behind the tree."""

    def __init__(self, bundle, evidence, pin):
        self.bundle, self.pin, self.is_explained = bundle, pin, False
        self.statements = [s for s in evidence.statements if s[0] == bundle.origin and s[1] != bundle.member]
        cosignatures = [c for c in evidence.cosignatures if c[0] == bundle.origin]
        sizes = {c[1] for c in cosignatures} | {s[4]["size"] for s in self.statements} | ({pin[0]} if pin else set())
        self.roots = bundle.roots_at(sizes)
        self.is_tied = bool(pin) and self.roots.get(pin[0]) == pin[1]
        self.cosignatures = [c for c in cosignatures if self.roots.get(c[1]) == c[2]]
        bundle.findings += sorted([("entry", i) for i in bundle.bad_references() + self.times() + self.beyond_pin()])
        self.receipts()

    def times(self):
        b = self.bundle
        out = b.dated_back + [i for i, h in b.headers.items() if self.is_judged(i, h) and not self.in_period(h)]
        indices = list(b.headers)
        # Times may go back: the first that is later is the first of the maxima that is.
        times = list(accumulate((h["time"] >> 16 for h in b.headers.values()), max))
        first = {}
        for _, size, _, witness, seconds in self.cosignatures:
            place = bisect_right(times, seconds * 1_000 + AHEAD_MILLISECONDS_MAX)
            if place < len(indices) and indices[place] < size:
                first[witness] = min(first.get(witness, size), indices[place])
        return out + list(first.values())

    def is_judged(self, index, h):
        return h["kind"] in PERIOD_KINDS or index in self.bundle.histories

    def in_period(self, h):
        charter = self.bundle.chain[h["charter_version"] - 1]
        return day_of(charter["from"]) <= (h["time"] >> 16) // DAY <= day_of(charter["until"])

    def beyond_pin(self):
        b = self.bundle
        pins = [c["pins"][b.member, b.generation] for c in b.chain if (b.member, b.generation) in c["pins"]]
        return [max(b.start, pins[-1][0])] if pins and b.end > pins[-1][0] else []

    def receipts(self):
        b = self.bundle
        for member in sorted({s[1] for s in self.statements}):
            mine = []
            for _, _, generation, index, item in sorted(
                    (s for s in self.statements if s[1] == member), key=lambda s: (s[4]["size"], s[2], s[3])):
                if (generation, index, item) not in mine:
                    mine.append((generation, index, item))
            own = [(s[2], s[3], s[4]) for s in b.statements if s[0] == b.origin and s[1] == member]
            self.compare(member, mine, own)

    def compare(self, member, mine, own):
        b, newest, is_right = self.bundle, None, True
        self.state, self.hashed = bytes(32), 0
        for statement in mine:
            generation, index, item = statement
            if item["size"] > b.end:
                if statement in own:
                    is_right = False
                    b.add("receipt")
                continue
            if self.roots.get(item["size"], item["root"]) != item["root"]:
                # Of another bundle's, class consistency speaks.
                if self.pin and (item["size"] > self.pin[0] or self.is_tied):
                    self.is_explained = True
                    continue
                if statement not in own:
                    continue
                is_right = False
                b.add("receipt")
                continue
            if newest is None or (generation, index) >= newest[:2]:
                newest = statement
            if not self.agrees(member, item):
                is_right = False
                b.add("receipt")
        if newest is None or not is_right:
            return
        item = newest[2]
        for index in item["unopened"]:
            if index >= b.start:
                b.add("receipt", index)
        if item["size"] > b.start:
            b.received[member] = (item["size"], set(item["unopened"]))
        b.agreeing.append(member)
        if self.hidden(item["size"]):
            b.uncounted.append(member)

    def hidden(self, size):
        """How many entries below a size the bundle does not show."""
        return self.bundle.start + bisect_left(self.bundle.unseen, size)

    def agrees(self, member, item):
        b, given = self.bundle, self.bundle.given.get(member, [])
        count, hidden = bisect_left(given, item["size"]), self.hidden(item["size"])
        known = set(given[:count]) | set(b.unseen[:bisect_left(b.unseen, item["size"])])
        if any(i >= b.start and i not in known for i in item["unopened"]):
            return False
        if hidden:
            return count <= item["held_count"] <= count + hidden
        for i in given[self.hashed:count]:
            self.state = e.held_hash_step(self.state, i, b.leaves[i])
        self.hashed = max(self.hashed, count)
        return item["held_count"] == count and item["held_hash"] == self.state

    def covering(self):
        """Cosignatures by others of trees beyond every entry of the window that is no receipt: (witness, seconds)."""
        b = self.bundle
        last = max([b.start - 1, *(i for i in range(b.start, b.end) if b.headers.get(i, {"kind": 0})["kind"] != RECEIPT)])
        return [(w, t) for _, size, _, w, t in self.cosignatures if size > last and w not in b.numbers_of(b.member)]


class Evidence:
    def __init__(self, bundles):
        self.bundles = bundles
        self.statements = [s for b in bundles for s in b.statements]
        self.cosignatures = [c for b in bundles for c in b.cosignatures]
        self.pins, chains = {}, {}
        for b in bundles:
            chains[b.table] = max(chains.get(b.table, []), b.chain, key=len)
        for table, chain in chains.items():
            for charter in chain:
                for (member, generation), pin in charter["pins"].items():
                    self.pins[notes.origin(table, member, generation)] = pin

    def findings(self):
        """Of class consistency: the indices."""
        out, self.explained = [], []
        origins = {root[0] for b in self.bundles for root in b.roots}
        for origin in sorted(origins, key=str.encode):
            out += self.of_log(origin)
        known = {}
        for b in self.bundles:
            own, chain = [c["hash"] for c in b.chain], known.get(b.table, [])
            if any(x != y for x, y in zip(chain, own)):
                out.append(None)
            known[b.table] = max(chain, own, key=len)
        return [("consistency", index) for index in out]

    def of_log(self, origin):
        trees = [b for b in self.bundles if b.origin == origin]
        pin = self.pins.get(origin)
        said = [(b, size, root) for b in self.bundles for at, size, root in b.roots if at == origin]
        sizes = {size for _, size, _ in said} | ({pin[0]} if pin else set())
        roots_of = [(b, b.roots_at(sizes)) for b in trees]
        own = {id(b): roots for b, roots in roots_of}
        # What a bundle's own receipts say against its own tree is of class receipt.
        signed = {(size, root) for b, size, root in said if own.get(id(b), {}).get(size, root) == root}
        places, is_explained = set(), False
        facts = {}  # ("root" or "leaf", place) → value → whether it stands in a tree that is not the pin's
        for size, root in signed:
            facts.setdefault((size, "root"), {}).setdefault(root, False)
        off = []
        for b, roots in roots_of:
            is_tied = bool(pin) and roots.get(pin[0]) == pin[1]
            if pin and roots.get(pin[0], pin[1]) != pin[1]:
                off.append(pin[0])
            for size, root in roots.items():
                values = facts.setdefault((size, "root"), {})
                values[root] = values.get(root, False) or not is_tied
            for offset, leaf in enumerate(b.leaves if len(trees) > 1 else []):
                values = facts.setdefault((b.start + offset, "leaf"), {})
                values[leaf] = values.get(leaf, False) or not is_tied
        for (place, kind), values in facts.items():
            if len(values) > 1:
                is_beyond = pin and place + (kind == "leaf") > pin[0]
                if pin and (is_beyond or not any(values.values())):
                    is_explained = True
                else:
                    places.add(place)
        if is_explained:
            self.explained.append(origin)
        keys = {key for b in self.bundles for at, key in b.keys if at == origin}
        return sorted(places)[:1] + off[:1] + [None] * (len(keys) > 1) + self.holes(origin, trees, pin)

    def holes(self, origin, trees, pin):
        if not trees:
            return []
        out, reached = [], min(b.start for b in trees)
        for b in sorted(trees, key=lambda b: (b.start, b.end)):
            if b.start > reached:
                out.append(reached)
            reached = max(reached, b.end)
        sizes = [size for b in self.bundles if b.origin != origin for at, size, _ in b.roots if at == origin]
        counted = [min(size, pin[0]) if pin else size for size in sizes]
        return out + ([reached] if max(counted, default=0) > reached else [])


def policy_findings(bundle, settlement, evidence, policy):
    """Indices."""
    out = []
    if policy["charters"] and bundle.table not in policy["charters"]:
        out.append(None)
    for number in [bundle.member, *bundle.agreeing]:
        if policy["identities"] and bundle.members[number]["identity"] not in policy["identities"]:
            out.append(None)
    if settlement is None:
        return out
    for handle in policy["receipts"]:
        out += unconfirmed(bundle, handle)
    covering = settlement.covering()
    if policy["witnesses"] > len({w for w, _ in covering}):
        out.append(None)
    times = [h["time"] >> 16 for h in bundle.headers.values()] + [t * 1_000 for _, t in covering]
    # What is dated after now proves nothing but a wrong clock.
    last = max([t for t in times if t <= time.time() * 1_000 + AHEAD_MILLISECONDS_MAX], default=0)
    if policy["until"] and last // DAY < day_of(policy["until"]):
        out.append(None)
    trees = [b for b in evidence.bundles if b.origin == bundle.origin]
    for start, end in policy["windows"] if trees[0] is bundle else []:
        for b in sorted(trees, key=lambda b: b.start):
            if b.start <= start:
                start = max(start, b.end)
        if start < end:
            out.append(start)
    return out


def unconfirmed(bundle, handle):
    numbers = [n for n, x in sorted(bundle.members.items()) if x["handle"] == handle]
    if bundle.member in numbers:
        return []
    if not numbers:
        return [None]
    given = sorted((i, n) for n in numbers for i in bundle.given.get(n, []))
    for index, number in given:
        size, unopened = bundle.received.get(number, (0, ()))
        if index >= size or index in unopened:
            return [index]
    return [] if any(n in bundle.agreeing for n in numbers) else [None]


def verify(datas, policy=None):
    """What `tafel-audit verify --json` must say of these bundles, as far as the pages fix it."""
    bundles = [Verification(d) for d in datas]
    evidence = Evidence([b for b in bundles if b.is_proven])
    settlements = [Settlement(b, evidence, evidence.pins.get(b.origin)) if b.is_proven else None for b in bundles]
    between = evidence.findings()
    if policy is not None:
        for b, settlement in zip(bundles, settlements):
            if b.is_named:
                b.findings += [("policy", i) for i in policy_findings(b, settlement, evidence, policy)]
    findings = sorted([f for b in bundles for f in b.findings] + between, key=lambda f: CLASSES.index(f[0]))
    good = "verified" if policy is not None else "self-consistent"
    answer = {
        "verdict": "finding" if findings else good,
        "findings": [{"class": name, "index": index} for name, index in findings],
        "explained": sorted({*evidence.explained, *(s.bundle.origin for s in settlements if s and s.is_explained)}),
    }
    if len(bundles) == 1 and bundles[0].is_proven:
        answer.update(report(bundles[0]))
    return answer


def report(bundle):
    handle = {r["member"]: str(r["member"]) for l in bundle.lists.values() for r in l}
    handle.update({n: x["handle"] for n, x in bundle.members.items()})

    def is_received(member, index):
        size, unopened = bundle.received.get(member, (0, ()))
        return index < size and index not in unopened

    disclosures = [
        {
            "index": i,
            "to": [{"handle": handle[r["member"]], "ground": r["ground"]} for r in bundle.lists[h["audience"]]],
            "received_by": [handle[r["member"]] for r in bundle.lists[h["audience"]] if is_received(r["member"], i)],
        }
        for i, h in bundle.headers.items()
        if (h["kind"] in e.ENCRYPTED or i in bundle.histories) and h["audience"] in bundle.lists
    ]
    return {
        "window": {"from": bundle.start, "until": bundle.end}, "disclosures": disclosures,
        "cosigners": [notes.witness_name(bundle.members[n]["identity"]) for n, _ in bundle.last[2]],
        "uncounted_receipts": [handle[n] for n in sorted(bundle.uncounted)],
    }
