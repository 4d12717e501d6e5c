"""Questions about generated rows, each a line of JSON; Protocol of these lines: tools/bench/README.md."""

import math

from . import lexicon
from .chance import Chance
from .landscape import LAND, METRES_PER_DEGREE, PAIRS
from .records import kvk_number, with_form
from .typos import mistyped, plain, reordered, without_diacritics

RADII = (50, 250, 500, 1_000)
AREAS = (1, 1, 2, 3, 5, 10, 20, 50)
LIST_NUMBERS = 1_000
# Numbers that no organisation has: those of organisations far beyond any that are made.
ABSENT_FROM = 90_000_000
# Most hits that an answer lists; it tells how many there are all the same.
LIMITS = {"kvk": 100, "radius": 100, "postcode": 100, "kvk-list": 10_000, "name": 10}
KINDS = tuple(LIMITS)
COUNTS = {"kvk": 1_200, "radius": 800, "postcode": 400, "kvk-list": 40, "name": 1_000}
# With fewer letters a second mistake leaves nothing to know the name by.
LETTERS_MIN = 5
LETTERS_OF_TWO_MIN = 9


def make(rows, seed, counts=None):
    """(question, what is known of its answer) of every kind, mixed."""
    made = []
    for kind, count in (counts or COUNTS).items():
        chance = Chance(seed, "questions", kind)
        for number, (question, fact) in enumerate(MAKERS[kind](rows, chance, count), 1):
            made.append(({"id": f"{kind}-{number:04d}", "kind": kind, **question, "limit": LIMITS[kind]}, fact))
    Chance(seed, "order").shuffle(made)
    return made


def _number(rows, chance):
    """A number that a record has."""
    while True:
        kvk = chance.pick(rows.kvk)
        if kvk:
            return kvk


def _absent(chance):
    return kvk_number(ABSENT_FROM + chance.below(9_000_000))


def _numbers(rows, chance, count):
    for _ in range(count):
        yield {"kvk": _absent(chance) if chance.random() < 0.1 else _number(rows, chance)}, {}


def _lists(rows, chance, count):
    for _ in range(count):
        numbers = {}
        while len(numbers) < min(LIST_NUMBERS, len(rows) // 4):
            numbers[_absent(chance) if chance.random() < 0.15 else _number(rows, chance)] = None
        yield {"kvk": list(numbers)}, {}


def _point(rows, chance):
    while True:
        point = chance.pick(rows.points)
        if point:
            return point


def _circles(rows, chance, count):
    """A half around a record, a quarter near one, a quarter anywhere: there mostly nothing is."""
    for number in range(count):
        latitude, longitude = _point(rows, chance)
        turn = chance.random()
        if turn < 0.25:
            latitude += chance.bell() * 1_500 / METRES_PER_DEGREE
            longitude += chance.bell() * 1_500 / METRES_PER_DEGREE / math.cos(math.radians(latitude))
        elif turn < 0.5:
            south, north, west, east = chance.pick(LAND)
            latitude, longitude = south + chance.random() * (north - south), west + chance.random() * (east - west)
        yield {
            "latitude": round(latitude, 6),
            "longitude": round(longitude, 6),
            "metres": RADII[number % len(RADII)],
        }, {}


def _ranges(rows, chance, count):
    areas = sorted({postcode[:4] for postcode in rows.postcodes if postcode})
    for number in range(count):
        width = min(AREAS[number % len(AREAS)], len(areas))
        first = chance.below(len(areas) - width + 1)
        low, high = areas[first], areas[first + width - 1]
        turn = chance.random()
        if turn < 0.6:
            yield {"from": low + "AA", "until": high + "ZZ"}, {}
        else:
            # Letters are given out from AA on, so that most areas have only the first.
            start, end = sorted((chance.below(60), chance.below(60)))
            yield {"from": low + PAIRS[start], "until": high + (PAIRS[end] if turn < 0.8 else "ZZ")}, {}


class _Names:
    """Which rows have which name, mistakes and legal forms aside."""

    def __init__(self, rows):
        self.plain, self.by_name = {}, {}
        for place, name in enumerate(rows.names):
            if name:
                if name[0] not in self.plain:
                    self.plain[name[0]] = plain(name[0])
                self.by_name.setdefault(self.plain[name[0]], []).append(place)


def _names(rows, chance, count):
    """The name of a record with mistakes; with the place where the same name occurs in another one too."""
    names, made = _Names(rows), 0
    while made < count:
        row = chance.below(len(rows))
        if not rows.names[row]:
            continue
        name, form = rows.names[row]
        written, changes = _changed(chance, name, names.by_name)
        if not written:
            continue
        same = names.by_name[names.plain[name]]
        place = rows.places[row] if any(rows.places[other] != rows.places[row] for other in same) else None
        if place:
            same = [other for other in same if rows.places[other] == place]
        written, change = _with_some_form(chance, written, form)
        if chance.random() < 0.3:
            written = written.lower()
        question = {"name": written, "place": place} if place else {"name": written}
        made += 1
        yield question, {"rows": same, "name": name, "changes": changes + change}


def _changed(chance, name, known):
    """The name with one or two mistakes, and which; `None` where it cannot be told from another name."""
    letters = sum(c.isalpha() for c in name)
    if letters < LETTERS_MIN:
        return None, []
    written, changes = name, []
    if chance.random() < 0.3 and without_diacritics(name) != name:
        written, changes = without_diacritics(name), ["diacritics dropped"]
    for _ in range(2 if letters >= LETTERS_OF_TWO_MIN and chance.random() < 0.35 else 1):
        written, kind = mistyped(chance, written)
        if kind is None:
            return None, []
        changes.append(kind)
    # What is somebody else's name, or right by chance, is no mistake that anybody could see.
    if plain(written) in known:
        return None, []
    if chance.random() < 0.1:
        other = reordered(chance, written)
        if other != written and plain(other) not in known:
            written = other
            changes.append("words reordered")
    return written, changes


def _with_some_form(chance, written, form):
    spellings = [spelling for spelling in lexicon.FORMS[form] if spelling]
    if not spellings:
        return written, []
    turn = chance.random()
    if turn < 0.5:
        return written, ["form dropped"]
    if turn < 0.75:
        return with_form(written, form, spellings[0]), []
    return with_form(written, form, chance.pick(spellings[1:])), ["form written otherwise"]


MAKERS = {"kvk": _numbers, "radius": _circles, "postcode": _ranges, "kvk-list": _lists, "name": _names}
