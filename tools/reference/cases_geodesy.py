"""Vectors of Protocol/geography.md: conversions and distances by PROJ and its geodesics; cells and typed points
by this program, which reads a text by regular expressions."""
import re
from fractions import Fraction

from .primitives import sha256
from .world import document

try:
    import pyproj
except ImportError:
    pyproj = None

NEEDS_PYPROJ = ("geodesy/accept/conversions.json", "geodesy/accept/distances.json")

# EPSG:28992 to EPSG:4326 as PROJ does it without a grid file, written out: which operation PROJ chooses by itself
# depends on what is installed.
PIPELINE = (
    "+proj=pipeline +step +inv +proj=sterea +lat_0=52.1561605555556 +lon_0=5.38763888888889 +k=0.9999079 +x_0=155000"
    " +y_0=463000 +ellps=bessel +step +proj=push +v_3 +step +proj=cart +ellps=bessel +step +proj=helmert +x=565.4171"
    " +y=50.3319 +z=465.5524 +rx=0.398957388243134 +ry=-0.343987817378283 +rz=1.87740163998045 +s=4.0725"
    " +convention=coordinate_frame +step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 +step +proj=unitconvert"
    " +xy_in=rad +xy_out=deg"
)


def share(label):
    """A number from 0 to below 1 that belongs to a label."""
    return int.from_bytes(sha256(f"tafel/v1/test-vector/{label}".encode())[:6], "big") / 2**48


def between(label, low, high, digits):
    return round(low + (high - low) * share(label), digits)


def conversions():
    """RD to degrees and back: a grid with its edges, and places between."""
    convert = pyproj.Transformer.from_pipeline(PIPELINE)
    points = [(x, y) for x in range(7000, 300001, 58600) for y in range(289000, 629001, 68000)]
    points += [(155000, 463000), (120700.723, 487525.502), (233883.131, 582065.168)]
    points += [(between(f"rd/x/{i}", 7000, 300000, 3), between(f"rd/y/{i}", 289000, 629000, 3)) for i in range(60)]
    for x, y in points:
        longitude, latitude = convert.transform(x, y)
        latitude, longitude = round(latitude, 10), round(longitude, 10)
        back = convert.transform(longitude, latitude, direction="INVERSE")
        yield {"name": f"{x}, {y}", "x": x, "y": y, "latitude": latitude, "longitude": longitude,
               "back": [round(value, 5) for value in back]}


def pairs():
    """Two positions each: near, far, at poles, over the antimeridian, nearly antipodal."""
    def random(label):
        return between(label + "/lat", -90, 90, 7), between(label + "/lon", -180, 180, 7)

    yield "the same place", (52.0, 5.0), (52.0, 5.0)
    yield "one unit apart", (52.0, 5.0), (52.0, 5.0000001)
    yield "a quarter of the equator", (0, 0), (0, 90)
    yield "along the equator to where it stops to be shortest", (0, 0), (0, 179.39)
    yield "past where the equator is shortest", (0, 0), (0, 179.4)
    yield "antipodes on the equator", (0, 0), (0, 180)
    yield "antipodes elsewhere", (30, 10), (-30, -170)
    yield "pole to pole", (90, 0), (-90, 77)
    yield "a pole at two longitudes", (90, 12), (90, -100)
    yield "pole to place", (90, 40), (52.3731, 4.8922)
    yield "over a pole", (89.9, 10), (89.9, -170)
    yield "beside a pole", (89.9999999, 10), (89.9999999, -60)
    yield "over the antimeridian", (-17.5, 179.9), (-17.6, -179.9)
    yield "one unit over the antimeridian", (10, 179.9999999), (10, -180)
    yield "a long way on a parallel", (52, -10), (52, 100)
    yield "opposite latitudes", (45, 0), (-45, 90)
    # Where no azimuth that a double can hold meets the second point.
    yield "a hair beside the equator, on one side", (1.2e-14, 0), (1.2e-14, 36.8)
    yield "a hair beside the equator, on both sides", (1e-15, 0), (-1e-15, 111.5)
    yield "less than a hair beside the equator", (1e-18, 0), (5e-19, 90)
    yield "a hair beside the antipodes on the equator", (1e-14, 0), (-1e-14, 179.9)
    for i in range(40):
        yield f"anywhere {i}", random(f"far/{i}/1"), random(f"far/{i}/2")
    for i in range(40):
        size = 10 ** between(f"near/{i}/size", -6, 0, 3)
        lat, lon = between(f"near/{i}/lat", 50.5, 53.8, 7), between(f"near/{i}/lon", 3.2, 7.3, 7)
        other = round(lat + between(f"near/{i}/dlat", -size, size, 8), 7), round(lon + between(f"near/{i}/dlon", -size, size, 8), 7)
        yield f"near {i}", (lat, lon), other
    for i in range(60):
        size = 10 ** between(f"anti/{i}/size", -6, 0.2, 3)
        lat = between(f"anti/{i}/lat", -89, 89, 7) if i % 4 else between(f"anti/{i}/lat", -0.5, 0.5, 7)
        other = -lat + between(f"anti/{i}/dlat", -size, size, 8)
        yield f"nearly antipodal {i}", (lat, 0), (round(other, 7), round(180 - abs(between(f"anti/{i}/dlon", -size, size, 8)), 7))


def distances():
    geod = pyproj.Geod(ellps="WGS84")
    for name, (lat1, lon1), (lat2, lon2) in pairs():
        metres = geod.inv(lon1, lat1, lon2, lat2)[2]
        yield {"name": name, "from": [lat1, lon1], "to": [lat2, lon2], "metres": round(metres, 6)}


def units(text):
    """Units of 1e-7 degrees of a decimal text, halves away from zero."""
    value = Fraction(text) * 10**7
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


def cell(latitude, longitude):
    row = min((units(latitude) + 900_000_000) // 22_500, 79_999)
    column = (units(longitude) + 1_800_000_000) % 3_600_000_000 // 36_000
    return row, column


def cells():
    places = [("52.3731", "4.8922"), ("0", "0"), ("-0.0000001", "-0.0000001"), ("90", "0"), ("-90", "12"),
              ("89.9999999", "179.9999999"), ("10", "180"), ("10", "-180"), ("10", "179.99999999"), ("52.1549999", "5.3999999"),
              ("52.155", "5.4"), ("-52.155", "-5.4"), ("-52.1550001", "-5.4000001")]
    places += [(str(between(f"cell/{i}/lat", -90, 90, 7)), str(between(f"cell/{i}/lon", -180, 180, 7))) for i in range(40)]
    for latitude, longitude in places:
        row, column = cell(latitude, longitude)
        yield {"name": f"{latitude}, {longitude}", "latitude": float(latitude), "longitude": float(longitude), "row": row,
               "column": column, "key": (row.to_bytes(3, "big") + column.to_bytes(3, "big")).hex()}


BLANK = "[ \t\u00a0\u2009\u202f]"
NUMBER = "[0-9]+(?:[.,][0-9]+)?"
LATITUDE, LONGITUDE = "NB|ZB|N|S|Z", "OL|WL|E|O|W"
DEGREE = f"{BLANK}*(?:[°º]{BLANK}*)*"
SIGNED = f"([-+\u2212]?{NUMBER}){DEGREE}"


def lettered(first, second):
    one = f"({first}){BLANK}*({NUMBER}){DEGREE}{BLANK}*[;,]?{BLANK}*({second}){BLANK}*({NUMBER}){DEGREE}"
    two = f"({NUMBER}){DEGREE}({first}){BLANK}*[;,]?{BLANK}*({NUMBER}){DEGREE}({second})"
    return re.compile(one, re.I), re.compile(two, re.I)


PLAIN = (
    # A semicolon, a comma with a blank, or blanks between: both may have a decimal comma.
    re.compile(f"{SIGNED}(?:{BLANK}+,{BLANK}*|,{BLANK}+|{BLANK}*;{BLANK}*|{BLANK}+){SIGNED}"),
    re.compile(f"([-+\u2212]?{NUMBER}){BLANK}*[°º]{DEGREE}[;,]?{BLANK}*{SIGNED}"),
    # One comma and a point somewhere.
    re.compile(r"(?=[^.]*\.)([-+−]?[0-9]+(?:\.[0-9]+)?),([-+−]?[0-9]+(?:\.[0-9]+)?)"),
    re.compile(r"([-+−]?[0-9]{4,}),([0-9]{4,})"),
    re.compile(r"([-+−]?[0-9]+,[0-9]+),([0-9]+,[0-9]+)"),
)


def number(text):
    return float(text.replace(",", ".").replace("−", "-"))


def place(first, second):
    """What two numbers are, as they stand."""
    if 7000 <= first <= 300000 and 289000 <= second <= 629000:
        return ["metres", first, second]
    if abs(first) <= 90 and abs(second) <= 180:
        return ["degrees", first, second]
    return None


def is_dutch(found):
    return bool(found) and (found[0] == "metres" or 50.5 <= found[1] <= 53.8 and 3.2 <= found[2] <= 7.3)


def read(text):
    """`(typed, exchanged or None)`, or None where nothing is read."""
    text = text.strip(" \t\u00a0\u2009\u202f")
    for first, second, is_swapped in ((LATITUDE, LONGITUDE, False), (LONGITUDE, LATITUDE, True)):
        for index, pattern in enumerate(lettered(first, second)):
            if match := pattern.fullmatch(text):
                groups = match.groups() if index == 0 else (match[2], match[1], match[4], match[3])
                values = [-number(n) if d[0].upper() in "SZW" else number(n) for d, n in (groups[:2], groups[2:])]
                latitude, longitude = reversed(values) if is_swapped else values
                found = abs(latitude) <= 90 and abs(longitude) <= 180
                return (["degrees", latitude, longitude], None) if found else None
    for pattern in PLAIN:
        if match := pattern.fullmatch(text):
            values = number(match[1]), number(match[2])
            typed, exchanged = place(*values), place(*reversed(values))
            if is_dutch(exchanged) and not is_dutch(typed):
                return typed, exchanged
            return (typed, None) if typed else None
    return None


ACCEPTED = [
    "52.3731, 4.8922", "52.3731 4.8922", "52.3731,4.8922", "52.3731;4.8922", "52,3731 4,8922", "52,3731; 4,8922",
    "52,3731, 4,8922", "52,3731,4,8922", "N52.37 E4.89", "N 52.37 E 4.89", "52.37N 4.89E", "52.37 N, 4.89 E", "E4.89 N52.37",
    "52,37° NB 4,89° OL", "n52,37 o4,89", "N52.37,E4.89", "N52.37E4.89", "4.89E;52.37N", "52.37° 4.89°", "52.37°4.89°",
    "121687, 487484", "121687,487484", "121687 487484", "121687.5 487484,25", "121687.5,487484.2", " \t52.3731\u00a04.8922 ",
    "4.8922, 52.3731", "4,8922 52,3731", "487484, 121687", "487484,121687", "295000 296000", "296000 295000",
    "54.5, 4.5", "40.7128, -74.0060", "40.7128,-74.0060", "\u221233.86, 151.2", "S33.86 E151.2", "Z33,86 W70,5", "33,86 ZB 70,5 WL",
    "0 0", "+52.37 +4.89", "90 180", "-90 -180", "52 4", "52, 4", "53.9 7", "3.2 50.5", "50.5 3.2", "7.3, 53.8", "N4.89 E52.37",
    "7000 289000", "300000 629000", "007000 289000",
]
REFUSED = [
    "", " ", "52.3731", "52,3731", "52,4", "52 4 3", "abc", "52.37, ", ", 52.37 4.89", "52.37,,4.89", "52.37, , 4.89", "52.37;;4.89",
    "91, 200", "121.687 487.484", "1.234,5 6", "N52.37 N4.89", "N52.37 4.89", "52.37 E4.89", "N-52.37 E4.89", "N52.37 4.89E",
    "1e5 2", "nan nan", "inf, 1", "0x10 5", ".5 4", "52. 4", "52.37 4.", "--52 4", "- 52 4", "52.3-4.8", "52°22'23\" 4°53'", "° 52 4",
    "6999 289000", "7000 288999", "300001 629000", "300000 629001", "52.37/4.89", "52.37\n4.89", "52 37 4 89", "\u0665\u0662 4",
    "52\u0000 4", "N52.37 E4.89 N", "N91 E4", "52.3731 4.8922;", "X52 Y4", "121687,4874", "1234,5678",
]


def accepted():
    for text in ACCEPTED:
        typed, exchanged = read(text)
        yield {"name": text, "text": text.encode().hex(), "typed": typed, "exchanged": exchanged}


def refused():
    for text in REFUSED:
        assert read(text) is None, text
        yield {"name": text, "text": text.encode().hex(), "error": "no point"}


def files():
    found = {
        "geodesy/accept/cells.json": document("geography.md §5, with fractions", list(cells())),
        "geodesy/accept/points.json": document("geography.md §6, with regular expressions", list(accepted())),
        "geodesy/reject/points.json": document("geography.md §6, with regular expressions", list(refused())),
    }
    if pyproj is not None:
        found["geodesy/accept/conversions.json"] = document("PROJ, EPSG:28992 to EPSG:4326 without a grid", list(conversions()))
        found["geodesy/accept/distances.json"] = document("PROJ, geodesics of WGS84 (Karney 2013)", list(distances()))
    return found
