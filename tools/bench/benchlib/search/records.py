"""Writes records of invented organisations and places, as a source system would export them, and what is true of each.

`records.csv` is what is imported, by `records.yaml`. `truth.csv` tells of each row the organisation and its name
without mistakes and legal form, so that a search can be judged.
"""

import csv
import datetime
import os

from . import lexicon
from .chance import Chance
from .landscape import Landscape, METRES_PER_DEGREE
from .typos import mistyped, reordered, without_diacritics

COLUMNS = lexicon.words("Key Type Name KvK Vestiging Address Postcode Place Latitude Longitude Date Status Text")
TRUTH_COLUMNS = ("Key", "Organisation", "Name", "Form")
MAPPING = """source: search-bench
format: csv
encoding: utf-8
delimiter: ","
type: {type}
category: business
key: "{{Key}}"
fields:
  subject.name: Name
  subject.kvk: KvK
  subject.vestiging: Vestiging
  location.address: Address
  location.postcode: Postcode
  location.place: Place
  location.latitude: Latitude
  location.longitude: Longitude
  date: Date
  status: Status
  text: Text
{rest}"""
# A mapping gives all its records one type: the file as a whole comes in as this one.
WHOLE_TYPE = "inspection"
TYPES = {
    "inspection": 30,
    "subject": 22,
    "permit": 13,
    "location": 10,
    "signal": 9,
    "enforcement": 6,
    "incident": 5,
    "sample": 3,
    "document": 2,
}
# These are of a place as often as of an organisation.
TYPES_OF_PLACES = {"location", "sample", "incident"}
# Constant, so that a file does not depend on the day on which it is made.
LAST_DAY = datetime.date(2026, 11, 28)
DAYS = [(LAST_DAY - datetime.timedelta(days=days)).isoformat() for days in range(3_652)]
# Rows that wait to be written: one organisation's do not stand together, as in a system that people fill day by day.
WAITING_MAX = 100_000
# A prime just under the 100 million numbers of eight digits: multiples of another number give each but zero once.
KVK_PRIME = 99_999_989
KVK_STEP = 61_803_399
MISSPELT = 0.03


def kvk_number(number):
    """The KvK number of an organisation, by its number from 1."""
    return f"{number * KVK_STEP % KVK_PRIME:08d}"


class Organisation:
    """A name, its legal form, a number, and where it is."""

    __slots__ = ("number", "name", "form", "kvk", "sites")

    def __init__(self, number, chance, landscape):
        self.number = number
        first = Site(chance, landscape, number * 8)
        self.form = chance.pick(lexicon.FORMS_BY_SHARE)
        self.name = _name(chance, first.place)
        self.kvk = kvk_number(number) if chance.random() < 0.93 else ""
        self.sites = [first]
        if chance.random() < 0.07:
            self.sites += [Site(chance, landscape, number * 8 + 1 + more) for more in range(chance.between(1, 6))]

    def written(self, chance):
        """The name as some source has it."""
        name, turn = self.name, chance.random()
        if turn < MISSPELT:
            name, _ = mistyped(chance, name)
        elif turn < 0.06:
            name = without_diacritics(name)
        elif turn < 0.075:
            name = reordered(chance, name)
        name = with_form(name, self.form, chance.often(lexicon.FORMS[self.form], 1) if chance.random() < 0.85 else "")
        return name.upper() if chance.random() < 0.05 else name


class Site:
    """An address with its point."""

    __slots__ = ("vestiging", "address", "postcode", "place", "latitude", "longitude")

    def __init__(self, chance, landscape, number):
        area = landscape.area(chance)
        street = chance.often(area.streets, 6)
        house = 1 + chance.below(street.count)
        self.vestiging = f"0000{number % 100_000_000:08d}"
        self.address = f"{street.name} {house}"
        if chance.random() < 0.12:
            self.address += chance.pick(("a", "b", "A", " a", "-1", "-2", " bis", "c", " hs"))
        self.postcode = f"{area.digits}{street.letters(house)}"
        self.place = area.place
        self.latitude, self.longitude = street.point(house)


def with_form(name, form, written):
    if not written:
        return name
    return f"{written} {name}" if form in lexicon.FORMS_IN_FRONT else f"{name} {written}"


def _family(chance):
    return chance.often(lexicon.FAMILIES) if chance.random() < 0.6 else lexicon.rare_family(chance)


def _name(chance, place):
    turn = chance.random()
    if turn < 0.30:
        return f"{chance.often(lexicon.TRADES)} {_family(chance)}"
    if turn < 0.42:
        return f"{_family(chance)} {chance.often(lexicon.TRADES if chance.random() < 0.5 else lexicon.ENDINGS)}"
    if turn < 0.47:
        return _family(chance)
    if turn < 0.57:
        initials = ".".join(chance.often(lexicon.INITIALS) for _ in range(chance.between(1, 3)))
        family = _family(chance)
        # Behind initials a particle is written small.
        return f"{initials}. {family[0].lower() + family[1:] if ' ' in family else family}"
    if turn < 0.63:
        pattern = chance.pick(("Gebr. {}", "Gebroeders {}", "Fa. {} en Zn.", "{} & Zonen", "{} en Zoon", "Firma {}"))
        return pattern.format(_family(chance))
    if turn < 0.68:
        return f"{_family(chance)} & {_family(chance)} {chance.often(lexicon.TRADES)}"
    if turn < 0.76:
        return f"{chance.often(lexicon.TRADES)} {place}"
    if turn < 0.80:
        return f"{chance.pick(lexicon.ASPECTS)} {chance.often(lexicon.TRADES)} {place}"
    brand = lexicon.rare_word(chance, 2 if chance.random() < 0.6 else 3)
    if turn < 0.95:
        return f"{brand} {chance.often(lexicon.ENDINGS if chance.random() < 0.6 else lexicon.TRADES)}"
    return (
        brand
        if turn < 0.98
        else f"{chance.pick(lexicon.TRADES)} De {chance.pick(lexicon.LANDMARKS)}{chance.pick(lexicon.GROUNDS)}"
    )


def _text(chance):
    words = [chance.often(lexicon.TEXT_WORDS, 20) for _ in range(chance.between(6, 22))]
    if chance.random() < 0.1:
        words[chance.below(len(words))] = lexicon.rare_word(chance, 3).lower()
    middle = len(words) // 2
    first = " ".join(words[:middle]).capitalize()
    return (
        f"{first}, {' '.join(words[middle:])}."
        if chance.random() < 0.5
        else f"{first}. {' '.join(words[middle:]).capitalize()}."
    )


def _counts(chance):
    """How many records an organisation has: most one or two, a few many."""
    count = 1
    while chance.random() < 0.45 and count < 60:
        count += 1
    return count * 8 if chance.random() < 0.01 else count


def rows(count, seed):
    """(row without its key, number of the organisation or "", its name, its form), in the order of the file."""
    landscape, chance = Landscape(seed), Chance(seed, "records")
    types = [name for name, share in TYPES.items() for _ in range(share)]
    waiting, made, number = [], 0, 0
    while made < count:
        number += 1
        one = Organisation(number, chance, landscape)
        for _ in range(min(_counts(chance), count - made)):
            row = _row(one, chance, chance.pick(types))
            made += 1
            if len(waiting) < WAITING_MAX:
                waiting.append(row)
            else:
                place = int(chance.random() * WAITING_MAX)
                yield waiting[place]
                waiting[place] = row
    chance.shuffle(waiting)
    yield from waiting


def _row(one, chance, kind):
    site = one.sites[0] if len(one.sites) == 1 else chance.pick(one.sites)
    turn = chance.random
    latitude, longitude = site.latitude, site.longitude
    if turn() < 0.1:
        # Two systems seldom have the same point for an address.
        latitude += chance.bell() * 10 / METRES_PER_DEGREE
        longitude += chance.bell() * 16 / METRES_PER_DEGREE
    has_point, has_postcode = turn() < 0.98, turn() < 0.99
    of_place = kind in TYPES_OF_PLACES and turn() < 0.5
    row = (
        kind,
        "" if of_place else one.written(chance),
        one.kvk if not of_place and turn() < 0.85 else "",
        site.vestiging if not of_place and one.kvk and turn() < 0.3 else "",
        site.address,
        site.postcode if has_postcode else "",
        site.place,
        f"{latitude:.6f}" if has_point else "",
        f"{longitude:.6f}" if has_point else "",
        DAYS[int(turn() * len(DAYS))],
        chance.often(lexicon.STATUSES, 2),
        _text(chance) if turn() < 0.35 else "",
    )
    return row, "" if of_place else one.number, "" if of_place else one.name, "" if of_place else one.form


def write(folder, count, seed):
    """Writes the files; the same for the same count and seed."""
    with (
        open(os.path.join(folder, "records.csv"), "w", encoding="utf-8", newline="") as records,
        open(os.path.join(folder, "truth.csv"), "w", encoding="utf-8", newline="") as truth,
    ):
        record, true = csv.writer(records, lineterminator="\n"), csv.writer(truth, lineterminator="\n")
        record.writerow(COLUMNS)
        true.writerow(TRUTH_COLUMNS)
        for place, (row, number, name, form) in enumerate(rows(count, seed), 1):
            key = f"R-{place:08d}"
            record.writerow((key, *row))
            true.writerow((key, number, name, form))
    with open(os.path.join(folder, "records.yaml"), "w", encoding="utf-8") as file:
        file.write(MAPPING.format(type=WHOLE_TYPE, rest="  extra.type: Type\n"))
    for kind in TYPES:
        with open(os.path.join(folder, f"records.{kind}.yaml"), "w", encoding="utf-8") as file:
            file.write(MAPPING.format(type=kind, rest=f"only: {{ column: Type, equals: {kind} }}\n"))
