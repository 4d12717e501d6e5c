"""The bundles of a call as logs, and what all of them say (Protocol/bundle.md §2, Logs and Evidence)."""

from collections import namedtuple

from . import entries as e
from . import merkle, notes
from .primitives import Refused

# One item of a receipt: the log it is about, where the receipt stands and which it is, and whose bundle has it.
Statement = namedtuple("Statement", "origin place leaf item log")


class Log:
    """Bundles of one log whose windows join and agree, in order of their windows."""

    def __init__(self, windows):
        first = windows[0]
        self.table, self.member, self.generation, self.origin = first.table, first.member, first.generation, first.origin
        self.start, self.end = first.start, max(b.end for b in windows)
        self.frontier, self.key = first.body["frontier"], first.log_key
        self.chain = max((b.chain for b in windows), key=len)
        self.members = max(windows, key=lambda b: len(b.chain)).members
        self.leaves, self.headers, self.lists, self.histories, self.adoptions, self.said = [], {}, {}, {}, {}, {}
        for b in windows:
            self.leaves += b.leaves[self.start + len(self.leaves) - b.start:]
            for name in ("headers", "lists", "histories", "adoptions"):
                getattr(self, name).update(getattr(b, name))
            for index, words in b.said.items():
                self.said.setdefault(index, set()).add(words)
        # What the author says of an entry, where it says one thing.
        self.statements = {i: next(iter(words)) for i, words in self.said.items() if len(words) == 1}
        self.headers = dict(sorted(self.headers.items()))
        listed = {i: h["audience"] for i, h in self.headers.items() if h["kind"] in e.LISTED}
        self.unseen = [
            i for i in range(self.start, self.end)
            if i not in self.headers or i in listed and listed[i] not in self.lists]
        self.given = {}
        for i, audience in listed.items():
            for recipient in self.lists.get(audience, []):
                self.given.setdefault(recipient["member"], []).append(i)
        self.received, self.agreeing, self.uncounted = {}, [], []

    def roots_at(self, sizes):
        """Roots of the tree at those of `sizes` that lie in the window."""
        out, previous, frontier = {}, self.start, self.frontier
        for size in sorted(s for s in sizes if self.start <= s <= self.end):
            frontier = merkle.extended_frontier(frontier, previous, self.leaves[previous - self.start:size - self.start])
            out[size], previous = merkle.root_of_frontier(frontier), size
        return out

    @property
    def identity(self):
        return self.members[self.member]["identity"]

    def add(self, name, index=None):
        """What is found about an entry stands with the first bundle that shows it, else with the first that has it."""
        shows = [b for b in self.bundles if index in b.headers]
        has = [b for b in self.bundles if index is not None and b.start <= index < b.end]
        (shows + has + self.bundles)[0].add(name, index)


def agree(windows):
    """Whether bundles of one log, each of which begins no later than those before it end, show one history."""
    first, starts, leaves = windows[0], {}, list(windows[0].leaves)
    chain = first.chain
    for b in windows[1:]:
        same = (b.log_key, b.members[b.member]["identity"]) == (first.log_key, first.members[first.member]["identity"])
        if not same or any(x["hash"] != y["hash"] for x, y in zip(chain, b.chain)):
            return False
        chain = max(chain, b.chain, key=len)
        root = merkle.root_of_frontier(b.body["frontier"])
        offset = b.start - first.start
        shared = leaves[offset:offset + len(b.leaves)]
        if starts.setdefault(b.start, root) != root or shared != b.leaves[:len(shared)]:
            return False
        leaves += b.leaves[len(shared):]
    whole = Log(windows)
    return whole.roots_at(starts) == starts


def joined(bundles):
    """Logs, in order of their first bundles. Where bundles of one log contradict each other, each stands for itself."""
    by_origin, logs = {}, []
    for b in bundles:
        by_origin.setdefault(b.origin, []).append(b)
    for group in by_origin.values():
        runs, reached = [], None
        for b in sorted(group, key=lambda b: (b.start, b.end)):
            if reached is not None and b.start <= reached:
                runs[-1].append(b)
            else:
                runs.append([b])
            reached = max(reached or 0, b.end)
        if not all(agree(run) for run in runs):
            runs = [[b] for b in group]
        for run in runs:
            log = Log(run)
            log.bundles = [b for b in bundles if b in run]
            logs.append(log)
    return sorted(logs, key=lambda log: bundles.index(log.bundles[0]))


class Evidence:
    def __init__(self, bundles):
        self.bundles, quoted = bundles, []
        for b in bundles:
            for quote in b.quotes:
                quoted += self.opened(b, quote)
        self.logs = joined(bundles)
        for log in self.logs:
            # What one bundle's cards show to be signed is.
            places = set().union(*(b.misquotes for b in log.bundles)) - set().union(*(b.good_quotes for b in log.bundles))
            for index, _ in sorted(places):
                log.add("receipt", index)
        of_bundle = {id(b): log for log in self.logs for b in log.bundles}
        self.statements = [Statement(*parts, of_bundle[id(b)]) for b, *parts in quoted]
        self.cosignatures = [c for log in self.logs for b in log.bundles for c in b.cosignatures]
        self.leaves = [(notes.origin(b.table, *log), i, leaf) for b in bundles for log, i, leaf in b.signed_leaves]
        self.pins, self.chains = {}, {}
        for log in self.logs:
            self.chains.setdefault(log.table, []).append(log.chain)
        for table, chains in self.chains.items():
            # Of different ones of one length, which are a finding, the one whose last text has the highest hash.
            for charter in max(chains, key=lambda chain: (len(chain), chain[-1]["hash"])):
                for (member, generation), pin in charter["pins"].items():
                    self.pins[notes.origin(table, member, generation)] = pin

    def first_keys(self, table, member):
        """What bundles say is the key of a member's logs: that of the card of the lowest version in each."""
        return {b.cards[member][0]["log"] for b in self.bundles if b.table == table and member in b.cards}

    def all_keys(self, table, member):
        return {c["log"] for b in self.bundles if b.table == table for c in b.cards.get(member, [])}

    def opened(self, b, quote):
        """What a receipt in bundle `b` says, where its signatures hold; else perhaps a misquote."""
        member, generation, header, item = quote
        h, about = e.decode_header(header), (item["member"], item["generation"])
        found = self.open(b, member, h, item, self.first_keys(b.table, about[0]))
        is_own = (member, generation) == (b.member, b.generation)
        if found:
            if is_own:
                b.good_quotes.add((h["index"], about))
            b.note_evidence(*about, found)
            item = {**item, "size": found[0], "root": found[1]}
            return [(b, notes.origin(b.table, *about), (member, generation, h["index"]), e.leaf(header), item)]
        keys = self.all_keys(b.table, about[0])
        if is_own and keys:
            places = b.good_quotes if self.open(b, member, h, item, keys) else b.misquotes
            places.add((h["index"], about))
        return []

    def open(self, b, member, h, item, keys):
        for key in sorted(keys):
            try:
                found = b.open(item["checkpoint"], item["member"], item["generation"], key)
            except Refused:
                continue
            if b.is_cosigned(found, member, h):
                return found
        return None

    def windows(self, origin):
        return sorted((log.start, log.end) for log in self.logs if log.origin == origin)

    def missing_generations(self, table, member):
        """Those of a member that a charter pins and no bundle shows, with the pin's size."""
        pinned = {place for log in self.logs if log.table == table for c in log.chain for place in c["pins"]}
        out = []
        for number, generation in sorted(pinned):
            origin = notes.origin(table, number, generation)
            if number == member and origin in self.pins and not self.windows(origin):
                out.append((generation, self.pins[origin][0]))
        return out
