"""Vectors of the replicated types (case-model.md §2): what is live, by the words of the page."""

from .world import document, secret

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

    def __init__(self, label):
        self.label, self.drawn = label, 0
        dots = [(m, g, i, 0) for m in (1, 2, 3, 4) for g in (0, 1) for i in (2, 3, 258)]
        self.dots = sorted(dots, key=lambda _: self.bytes())

    def bytes(self):
        self.drawn += 1
        return secret(f"{self.label} {self.drawn}")[:16]

    def some(self, items, of):
        """One in so many."""
        return [i for i in items if int.from_bytes(self.bytes(), "big") % of == 0]

    def letter(self):
        return "abc"[self.bytes()[0] % 3]

    def reference(self, dot):
        member, generation, index, operation = dot
        return {"member": member, "generation": generation, "index": index, "operation": operation,
                "entry": self.bytes().hex()}

    def references(self, made):
        """Some that match, and some guesses."""
        keys = ("member", "generation", "index", "operation", "entry")
        right = [{k: m[k] for k in keys} for m in self.some(made, 3)]
        return right + [self.reference(d) for d in self.some(self.dots, 5)]

    def register(self, count):
        writes = []
        for dot in self.dots[:count]:
            writes.append({**self.reference(dot), "value": self.letter(), "supersedes": self.references(writes)})
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
        adds = [{**maker.reference(d), "element": maker.letter()} for d in maker.dots[:8]]
        removes = [maker.references(adds) for _ in range(number % 4)]
        cases.append({"name": f"set {number}", "adds": adds, "removes": removes, "live": live_adds(adds, removes)})
    return document(f"{OWN}, observed-remove set; live as [member, generation, index, operation]", cases)


def files():
    return {"case-model/accept/registers.json": registers(), "case-model/accept/sets.json": sets()}
