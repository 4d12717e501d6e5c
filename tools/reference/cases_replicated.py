"""Vectors of the replicated types (case-model.md §2): what is live, by the words of the page."""

import random

from .world import document

OWN = "case-model.md §2"


def name(dot):
    return dot["member"], dot["generation"], dot["index"], dot["operation"]


def key(reference):
    return *name(reference), reference["entry"]


def last_of_author(write, writes):
    return not any(o["member"] == write["member"] and name(o) > name(write) for o in writes)


def live_writes(writes):
    named = {key(r) for w in writes for r in w["supersedes"]}
    unnamed = [w for w in writes if key(w) not in named]
    live = [w for w in unnamed if last_of_author(w, writes)]
    return sorted(map(name, live or [w for w in unnamed if last_of_author(w, unnamed)]))


def live_adds(adds, removes):
    named = {key(r) for remove in removes for r in remove}
    return sorted(name(a) for a in adds if key(a) not in named)


class Maker:
    """Makes operations in an order of its own, as liars do: indices need not ascend."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        dots = [(m, g, i, 0) for m in (1, 2, 3, 4) for g in (0, 1) for i in (2, 3, 258)]
        self.random.shuffle(dots)
        self.dots = dots

    def hash(self):
        return self.random.randbytes(16).hex()

    def reference(self, dot, entry=None):
        member, generation, index, operation = dot
        return {"member": member, "generation": generation, "index": index, "operation": operation,
                "entry": entry or self.hash()}

    def some(self, items, chance):
        return [i for i in items if self.random.random() < chance]

    def references(self, made):
        """Some that match, and some guesses."""
        keys = ("member", "generation", "index", "operation", "entry")
        right = [{k: m[k] for k in keys} for m in self.some(made, 0.3)]
        return right + [self.reference(d) for d in self.some(self.dots, 0.2)]

    def register(self, count):
        writes = []
        for dot in self.dots[:count]:
            write = {**self.reference(dot), "value": self.random.choice("abc"), "supersedes": self.references(writes)}
            writes.append(write)
        return writes


def registers():
    cases = []
    for number in range(24):
        writes = Maker(f"register {number}").register(1 + number % 9)
        cases.append({"name": f"register {number}", "writes": writes, "live": live_writes(writes)})
    first, second, third = (Maker("ring").reference(d) for d in ((1, 0, 9, 0), (2, 0, 3, 0), (1, 0, 5, 0)))
    ring = [{**first, "value": "a", "supersedes": []}, {**second, "value": "b", "supersedes": [first]},
            {**third, "value": "c", "supersedes": [second]}]
    cases.append({"name": "ring by a log that was filled backwards", "writes": ring, "live": live_writes(ring)})
    assert cases[-1]["live"] == [(1, 0, 5, 0)]
    return document(f"{OWN}, multi-value register; live as [member, generation, index, operation]", cases)


def sets():
    cases = []
    for number in range(12):
        maker = Maker(f"set {number}")
        adds = [{**maker.reference(d), "element": maker.random.choice("abc")} for d in maker.dots[:8]]
        removes = [maker.references(adds) for _ in range(number % 4)]
        cases.append({"name": f"set {number}", "adds": adds, "removes": removes, "live": live_adds(adds, removes)})
    return document(f"{OWN}, observed-remove set; live as [member, generation, index, operation]", cases)


def files():
    return {"case-model/accept/registers.json": registers(), "case-model/accept/sets.json": sets()}
