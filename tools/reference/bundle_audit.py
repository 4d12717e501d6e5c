"""Logs against each other, all evidence and a policy (Protocol/bundle.md §2, §3)."""

from bisect import bisect_left, bisect_right
from itertools import accumulate

from . import bundle_entries, notes
from . import entries as e
from .bundle_logs import Evidence
from .bundle_verifier import AHEAD_MILLISECONDS_MAX, CLASSES, DAY, RECEIPT, Verification, day_of


class Settlement:
    """What the evidence of a whole call says about one log; `now`: seconds since 1970."""

    def __init__(self, log, evidence, now):
        self.log, self.pin, self.is_explained = log, evidence.pins.get(log.origin), False
        self.last = now * 1_000 + AHEAD_MILLISECONDS_MAX
        self.statements = [s for s in evidence.statements if s.origin == log.origin and s.place[0] != log.member]
        cosignatures = [c for c in evidence.cosignatures if c[0] == log.origin]
        sizes = {c[1] for c in cosignatures} | {s.item["size"] for s in self.statements}
        self.roots = log.roots_at(sizes | ({self.pin[0]} if self.pin else set()))
        self.is_tied = bool(self.pin) and self.roots.get(self.pin[0]) == self.pin[1]
        self.cosignatures = [c for c in cosignatures if self.roots.get(c[1]) == c[2]]
        bundle_entries.check(log, evidence.logs)
        self.beyond_pin()
        self.times()
        self.receipts()

    def is_impossible(self, seconds):
        return seconds * 1_000 > self.last

    def times(self):
        log = self.log
        indices = list(log.headers)
        # Times may go back: the first that is later is the first of the maxima that is.
        times = list(accumulate((h["time"] >> 16 for h in log.headers.values()), max))
        if (place := bisect_right(times, self.last)) < len(indices):
            log.add("entry", indices[place])
        for _ in {witness for *_, witness, seconds in self.cosignatures if self.is_impossible(seconds)}:
            log.add("receipt")
        first = {}
        for _, size, _, witness, seconds in self.cosignatures:
            place = bisect_right(times, seconds * 1_000 + AHEAD_MILLISECONDS_MAX)
            if place < len(indices) and indices[place] < size:
                first[witness] = min(first.get(witness, size), indices[place])
        for witness, index in sorted(first.items(), key=lambda item: item[1]):
            log.add("entry" if witness == log.identity else "receipt", index)

    def beyond_pin(self):
        """Of the log's own charters."""
        log, place = self.log, (self.log.member, self.log.generation)
        pins = [c["pins"][place] for c in log.chain if place in c["pins"]]
        if pins and log.end > pins[-1][0]:
            log.add("entry", max(log.start, pins[-1][0]))

    def receipts(self):
        for member in sorted({s.place[0] for s in self.statements}):
            mine = {}
            # Those that the log's own bundles have first; the same receipt counts once.
            for s in sorted((s for s in self.statements if s.place[0] == member), key=lambda s: s.log is not self.log):
                mine.setdefault((s.place, s.leaf), s)
            self.compare(member, sorted(mine.values(), key=lambda s: (s.item["size"], s.place, s.leaf)))

    def compare(self, member, mine):
        log, newest, is_right = self.log, None, True
        self.state, self.hashed = bytes(32), 0
        for statement in mine:
            item, is_own = statement.item, statement.log is log
            if item["size"] > log.end:
                # Of another log's, class consistency speaks.
                if is_own:
                    is_right = False
                    log.add("receipt")
                continue
            if self.roots.get(item["size"], item["root"]) != item["root"]:
                if self.pin and (item["size"] > self.pin[0] or self.is_tied):
                    self.is_explained = True
                elif is_own:
                    is_right = False
                    log.add("receipt")
                continue
            if newest is None or (newest.place, newest.leaf) <= (statement.place, statement.leaf):
                newest = statement
            if not self.agrees(member, item):
                is_right = False
                log.add("receipt")
        if newest is None or not is_right:
            return
        item = newest.item
        for index in item["unopened"]:
            if index >= log.start:
                log.add("receipt", index)
        if item["size"] > log.start:
            log.received[member] = (item["size"], set(item["unopened"]))
        log.agreeing.append(member)
        if self.hidden(item["size"]):
            log.uncounted.append(member)

    def hidden(self, size):
        """How many entries below a size the log does not show."""
        return self.log.start + bisect_left(self.log.unseen, size)

    def agrees(self, member, item):
        log, given = self.log, self.log.given.get(member, [])
        count, hidden = bisect_left(given, item["size"]), self.hidden(item["size"])
        known = set(given[:count]) | set(log.unseen[:bisect_left(log.unseen, item["size"])])
        if any(i >= log.start and i not in known for i in item["unopened"]):
            return False
        if hidden:
            return count <= item["held_count"] <= count + hidden
        for i in given[self.hashed:count]:
            self.state = e.held_hash_step(self.state, i, log.leaves[i])
        self.hashed = max(self.hashed, count)
        return item["held_count"] == count and item["held_hash"] == self.state

    def covering(self, is_trusted):
        """Cosignatures by others of trees beyond every entry of the window that is no receipt: (witness, seconds)."""
        log = self.log
        other = (i for i in range(log.start, log.end) if log.headers.get(i, {"kind": 0})["kind"] != RECEIPT)
        last = max(other, default=log.start - 1)
        return [
            (w, t) for _, size, _, w, t in self.cosignatures
            if size > last and w != log.identity and is_trusted(w) and not self.is_impossible(t)]


def consistency(evidence):
    """The indices of findings, and the origins of which a pin explains something."""
    out, explained, origins = [], [], {}
    for log in evidence.logs:
        for b in log.bundles:
            for member, generation, size, root in b.roots:
                about = origins.setdefault(notes.origin(b.table, member, generation), (b.table, member, []))
                about[2].append((log, size, root))
    for origin in sorted(origins, key=str.encode):
        table, member, said = origins[origin]
        places, is_explained = histories(evidence, origin, said)
        out += places
        explained += [origin] * is_explained
        out += [None] * (len(evidence.first_keys(table, member)) > 1)
        out += holes(evidence, origin, said)
    for chains in evidence.chains.values():
        longest = max(chains, key=len)
        if any(x["hash"] != y["hash"] for chain in chains for x, y in zip(chain, longest)):
            out.append(None)
    texts = {}
    for identity, version, text in set().union(*(b.signed_cards for b in evidence.bundles)):
        texts.setdefault((identity, version), set()).add(text)
    out += [None] * len({identity for (identity, _), signed in texts.items() if len(signed) > 1})
    return out, explained


def histories(evidence, origin, said):
    """The lowest place at which histories differ, and the pin's size where a tree is another; whether a pin explained something."""
    trees, pin = [log for log in evidence.logs if log.origin == origin], evidence.pins.get(origin)
    sizes = {size for _, size, _ in said} | ({pin[0]} if pin else set())
    roots_of = [(log, log.roots_at(sizes)) for log in trees]
    own = {id(log): roots for log, roots in roots_of}
    # What receipts in a log's own bundles say against its tree is of class receipt.
    signed = {(size, root) for log, size, root in said if own.get(id(log), {}).get(size, root) == root}
    # ("root" or "leaf", place) → value → whether it stands in a tree that is not the pin's.
    facts, places, off, is_explained = {}, set(), [], False
    for size, root in signed:
        facts.setdefault((size, "root"), {}).setdefault(root, False)
    leaves = [(i, leaf) for at, i, leaf in evidence.leaves if at == origin]
    for i, leaf in leaves:
        facts.setdefault((i, "leaf"), {}).setdefault(leaf, False)
    told = {i for i, _ in leaves}
    for log, roots in roots_of:
        is_tied = bool(pin) and roots.get(pin[0]) == pin[1]
        if pin and roots.get(pin[0], pin[1]) != pin[1]:
            off.append(pin[0])
        for size, root in roots.items():
            values = facts.setdefault((size, "root"), {})
            values[root] = values.get(root, False) or not is_tied
        for i, leaf in enumerate(log.leaves, log.start):
            if len(trees) > 1 or i in told:
                values = facts.setdefault((i, "leaf"), {})
                values[leaf] = values.get(leaf, False) or not is_tied
    for (place, kind), values in facts.items():
        if len(values) > 1:
            is_beyond = pin and place + (kind == "leaf") > pin[0]
            if pin and (is_beyond or not any(values.values())):
                is_explained = True
            else:
                places.add(place)
    return sorted(places)[:1] + off[:1], is_explained


def holes(evidence, origin, said):
    windows, pin = evidence.windows(origin), evidence.pins.get(origin)
    if not windows:
        return []
    out, reached = [], windows[0][0]
    for start, end in windows:
        if start > reached:
            out.append(reached)
        reached = max(reached, end)
    sizes = [size for log, size, _ in said if log.origin != origin]
    counted = [min(size, pin[0]) if pin else size for size in sizes]
    return out + ([reached] if max(counted, default=0) > reached else [])


def strange_keys(subject, policy):
    """Of a log, or of a bundle that did not get behind the tree."""
    out = [None] if policy["charters"] and subject.table not in policy["charters"] else []
    members = [subject.members[n] for n in (subject.member, *subject.agreeing)]
    named = {(x["handle"], x["identity"]) for x in members}
    return out + [None for _, identity in named if policy["identities"] and identity not in policy["identities"]]


def unmet(settlement, evidence, policy):
    """Indices of what a policy demands of a log."""
    log, out = settlement.log, []

    def is_trusted(identity):
        return log.table in policy["charters"] or not policy["identities"] or identity in policy["identities"]

    for handle in policy["receipts"]:
        out += unconfirmed(log, handle, is_trusted)
    covering = settlement.covering(is_trusted)
    if policy["witnesses"] > len({w for w, _ in covering}):
        out.append(None)
    times = [h["time"] >> 16 for h in log.headers.values()] + [t * 1_000 for _, t in covering]
    # What is dated after now proves nothing but a wrong clock.
    last = max([t for t in times if t <= settlement.last], default=0)
    if policy["until"] and last // DAY < day_of(policy["until"]):
        out.append(None)
    earlier = evidence.logs[:evidence.logs.index(log)]
    generations = []
    if not any(x.origin == log.origin for x in earlier):
        generations = [(evidence.windows(log.origin), settlement.pin[0] if settlement.pin else None)]
        if not any((x.table, x.member) == (log.table, log.member) for x in earlier):
            generations += [([], size) for _, size in evidence.missing_generations(log.table, log.member)]
    for start, end in policy["windows"]:
        for windows, pin in generations:
            reached = start
            for low, high in windows:
                if low <= reached:
                    reached = max(reached, high)
            if reached < (end if pin is None else min(end, pin)):
                out.append(reached)
    return out


def unconfirmed(log, handle, is_trusted):
    numbers = [n for n, x in sorted(log.members.items()) if x["handle"] == handle]
    if log.member in numbers:
        return []
    trusted = [n for n in numbers if is_trusted(log.members[n]["identity"])]
    for index, number in sorted((i, n) for n in numbers for i in log.given.get(n, [])):
        size, unopened = log.received.get(number, (0, ())) if number in trusted else (0, ())
        if index >= size or index in unopened:
            return [index]
    return [] if any(n in log.agreeing for n in trusted) else [None]


def verify(datas, policy, now):
    """What `tafel-audit verify --json` must say of these bundles at a time, as far as the pages fix it."""
    bundles = [Verification(d) for d in datas]
    evidence = Evidence([b for b in bundles if b.is_proven])
    settlements = [Settlement(log, evidence, now) for log in evidence.logs]
    between, explained = consistency(evidence)
    if policy is not None:
        for b in bundles:
            if b.is_named and not b.is_proven:
                b.findings += [("policy", i) for i in strange_keys(b, policy)]
        for settlement in settlements:
            for index in strange_keys(settlement.log, policy) + unmet(settlement, evidence, policy):
                # Of the log as a whole.
                settlement.log.bundles[0].add("policy", index)
    for b in bundles:
        b.findings.sort(key=lambda f: f[1] if f[0] in ("entry", "audience") and f[1] is not None else -1)
    findings = [f for b in bundles for f in b.findings] + [("consistency", index) for index in between]
    findings.sort(key=lambda f: CLASSES.index(f[0]))
    good = "verified" if policy is not None else "self-consistent"
    answer = {
        "verdict": "finding" if findings else good,
        "findings": [{"class": name, "index": index} for name, index in findings],
        "explained": sorted({*explained, *(s.log.origin for s in settlements if s.is_explained)}),
    }
    if len(bundles) == 1 and evidence.logs:
        answer.update(report(bundles[0], evidence.logs[0]))
    return answer


def report(bundle, log):
    handle = {r["member"]: str(r["member"]) for l in log.lists.values() for r in l}
    handle.update({n: x["handle"] for n, x in log.members.items()})

    def is_received(member, index):
        size, unopened = log.received.get(member, (0, ()))
        return index < size and index not in unopened

    disclosures = [
        {
            "index": i,
            "to": [{"handle": handle[r["member"]], "ground": r["ground"]} for r in log.lists[h["audience"]]],
            "received_by": [handle[r["member"]] for r in log.lists[h["audience"]] if is_received(r["member"], i)],
        }
        for i, h in log.headers.items()
        if (h["kind"] in e.ENCRYPTED or i in log.histories) and h["audience"] in log.lists
    ]
    return {
        "window": {"from": bundle.start, "until": bundle.end}, "disclosures": disclosures,
        "cosigners": [notes.witness_name(identity) for identity, _ in bundle.last[2]],
        "uncounted_receipts": [handle[n] for n in sorted(log.uncounted)],
    }
