"""Vectors of removal from a case (case-model.md §1): which audience versions count, and what is cut."""

from .cases_replicated import Maker
from .world import document

OWN = "case-model.md §1, Removal"
EVERYBODY = [1, 2, 3]


class Versions:
    def __init__(self):
        self.members = [EVERYBODY]  # of version n at n - 1
        self.held = []  # [member, version that left it out, (generation, size)]

    def open_removal(self, member):
        """What holds of a member that is out."""
        return next((r for r in reversed(self.held) if r[0] == member), None)

    def counts(self, members, removed):
        before = self.members[-1]
        named = [r["member"] for r in removed]
        if any(m not in members and m not in named for m in before):
            return False
        for r in removed:
            if r["member"] in before:
                continue
            known = self.open_removal(r["member"])
            if known is None or (r["generation"], r["size"]) < known[2]:
                return False
        return True

    def add(self, members, removed):
        for r in removed:
            size = r["generation"], r["size"]
            if r["member"] in self.members[-1]:
                self.held.append([r["member"], len(self.members) + 1, size])
            else:
                self.open_removal(r["member"])[2] = size
        self.members.append(members)

    def is_cut(self, member, generation, index, version):
        return any(m == member and version < v and (generation, index) >= size for m, v, size in self.held)


def one(maker, name):
    versions, setters, entries = Versions(), [], []
    for _ in range(7):
        out = [[], [2], [3]][maker.bytes()[0] % 3]
        before = [m for m in EVERYBODY if m not in versions.members[-1]]
        # Mostly those who have to be named, now and then others or nobody.
        named = [[m for m in EVERYBODY if m in out], out + before, [], [2, 3]][maker.bytes()[0] % 4]
        removed = [{"member": m, "generation": maker.bytes()[0] % 3 // 2, "size": 10 + maker.bytes()[0] % 12}
                   for m in sorted({*named}) if m in out]
        members = [m for m in EVERYBODY if m not in out]
        counts = versions.counts(members, removed)
        setters.append({"version": len(versions.members) + 1, "members": members, "removed": removed, "counts": counts})
        if counts:
            versions.add(members, removed)
    for number in range(24):
        member, generation = 2 + number % 2, maker.bytes()[0] % 3 // 2
        within = [v for v, members in enumerate(versions.members, 1) if member in members]
        version, index = within[maker.bytes()[0] % len(within)], 8 + number // 2
        entries.append({"member": member, "generation": generation, "index": index, "version": version,
                        "counts": not versions.is_cut(member, generation, index, version)})
    return {"name": name, "setters": setters, "entries": entries}


def removals():
    cases = [one(Maker(f"removal {n}"), f"removal {n}") for n in range(24)]
    found = {(s["counts"], bool(s["removed"])) for c in cases for s in c["setters"]}
    assert len(found) == 4 and {e["counts"] for c in cases for e in c["entries"]} == {True, False}
    return document(f"{OWN}; a case of members 1, 2, 3 that 1 owns; setters in order of place, entries of one tag", cases)


def files():
    return {"case-model/accept/removals.json": removals()}
