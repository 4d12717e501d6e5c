"""An invented country within the Netherlands: towns, postcode areas, streets, and where each house number lies."""

import bisect
import math

from .chance import Chance
from .lexicon import GROUNDS, LANDMARKS, STREET_KINDS, STREETS_USUAL, rare_word

TOWNS = 800
AREAS = 4_000
# Pieces of land: south, north, west, east in degrees. Rough, and well within the borders.
LAND = (
    (52.65, 53.30, 5.95, 6.85),
    (52.85, 53.20, 5.55, 5.95),
    (51.98, 52.60, 5.60, 6.55),
    (51.85, 52.10, 4.25, 5.60),
    (52.10, 52.35, 4.50, 5.60),
    (52.35, 52.85, 4.72, 5.00),
    (51.46, 51.85, 4.40, 5.90),
    (51.46, 51.65, 3.75, 4.30),
    (50.90, 51.40, 5.80, 6.00),
)
METRES_PER_DEGREE = 111_300
# Letters that postcodes have; SA, SD and SS are not given out.
LETTERS = "ABCDEGHJKLMNPRSTVWXZ"
PAIRS = tuple(one + two for one in LETTERS for two in LETTERS if one + two not in ("SA", "SD", "SS"))
NUMBERS_OF_A_PAIR = 40


class Street:
    """A straight line of house numbers, with a pair of letters for every stretch of them."""

    __slots__ = ("name", "latitude", "longitude", "north", "east", "count", "pairs")

    def __init__(self, name, latitude, longitude, direction, count, pairs):
        self.name, self.latitude, self.longitude, self.count, self.pairs = name, latitude, longitude, count, pairs
        metre = 1 / METRES_PER_DEGREE
        self.north = math.sin(direction) * metre
        self.east = math.cos(direction) * metre / math.cos(math.radians(latitude))

    def point(self, number):
        """Six metres a number; the odd ones across the street."""
        along, across = number * 6 - self.count * 3, 8 if number % 2 else -8
        return (
            self.latitude + self.north * along + self.east * across * 0.6,
            self.longitude + self.east * along - self.north * across * 1.6,
        )

    def letters(self, number):
        return self.pairs[(number - 1) // NUMBERS_OF_A_PAIR % len(self.pairs)]


class Area:
    """Four digits of a postcode, in one town."""

    __slots__ = ("digits", "place", "latitude", "longitude", "streets")

    def __init__(self, digits, place, latitude, longitude):
        self.digits, self.place, self.latitude, self.longitude = digits, place, latitude, longitude
        self.streets = None


class Landscape:
    """All areas of a seed, ascending by digits; streets are made when one is first asked for."""

    def __init__(self, seed):
        self.seed = seed
        chance = Chance(seed, "landscape")
        sizes = _sizes()
        towns = sorted((_ground(chance), size) for size in sizes)
        names = _place_names(chance, len(towns))
        centres = []
        for ((piece, latitude, longitude), size), name in zip(towns, names):
            for _ in range(size):
                spread = 450 * math.sqrt(size) / METRES_PER_DEGREE
                centres.append(
                    (
                        name,
                        latitude + chance.bell() * spread,
                        longitude + chance.bell() * spread / math.cos(math.radians(latitude)),
                    )
                )
        step = 8_990 / len(centres)
        self.areas = [Area(1_000 + int(place * step), *centre) for place, centre in enumerate(centres)]
        total, self.sums = 0.0, []
        for _ in self.areas:
            total += math.exp(chance.bell() * 0.8)
            self.sums.append(total)

    def area(self, chance):
        """An area, the busy ones more often."""
        place = bisect.bisect(self.sums, chance.random() * self.sums[-1])
        area = self.areas[min(place, len(self.areas) - 1)]
        if area.streets is None:
            area.streets = _streets(Chance(self.seed, "streets", area.digits), area)
        return area


def _sizes():
    """How many areas each town has: few have many."""
    flat = 3
    whole = math.log((TOWNS + flat) / flat)
    return [max(1, round(AREAS * math.log((rank + 1 + flat) / (rank + flat)) / whole)) for rank in range(TOWNS)]


def _ground(chance):
    """Where a town lies; in the order of these, neighbours have neighbouring postcodes."""
    spaces = [(north - south) * (east - west) for south, north, west, east in LAND]
    left = chance.random() * sum(spaces)
    piece = 0
    while piece < len(LAND) - 1 and left >= spaces[piece]:
        left -= spaces[piece]
        piece += 1
    south, north, west, east = LAND[piece]
    # In rows of some 15 km.
    latitude = south + chance.random() * (north - south)
    return piece * 100 + int((latitude - south) / 0.135), latitude, west + chance.random() * (east - west)


def _place_names(chance, count):
    names = {}
    while len(names) < count:
        turn = chance.random()
        if turn < 0.75:
            name = chance.pick(LANDMARKS) + chance.pick(GROUNDS)
        elif turn < 0.9:
            name = rare_word(chance, 2) + chance.pick(GROUNDS)
        else:
            name = chance.pick(("Sint ", "Den ", "'s-", "Oud-", "Nieuw-", "'t ", "Nieuwe ")) + chance.pick(LANDMARKS)
            name = name.removesuffix("e") + chance.pick(("oord", "ermeer", "aërf", "ing", "veen", "dorp"))
        names[name] = None
    return list(names)


def _streets(chance, area):
    streets, used = [], 0
    for _ in range(chance.between(20, 50)):
        if chance.random() < 0.45:
            name = chance.often(STREETS_USUAL, 4)
        else:
            name = chance.pick(LANDMARKS) + chance.pick(STREET_KINDS)
        count = chance.between(20, 60) if chance.random() < 0.7 else chance.between(60, 320)
        pairs = PAIRS[used : used + math.ceil(count / NUMBERS_OF_A_PAIR)]
        if not pairs:
            break
        used += len(pairs)
        latitude = area.latitude + chance.bell() * 300 / METRES_PER_DEGREE
        longitude = area.longitude + chance.bell() * 300 / METRES_PER_DEGREE / math.cos(math.radians(latitude))
        streets.append(Street(name, latitude, longitude, chance.random() * math.tau, count, pairs))
    return streets
