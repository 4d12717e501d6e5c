"""The checks on imported values, written from the rules and not from the program under test.

Each function answers for one value; rule names are those of import reports.
"""
import datetime
import re
import unicodedata

IMPLAUSIBLE_BEFORE = datetime.date(1950, 1, 1)
IMPLAUSIBLE_YEARS_AHEAD = 2
# WGS84 box around the European Netherlands, in degrees; RD New in metres.
LATITUDES, LONGITUDES = (50.5, 53.8), (3.0, 7.4)
RD_X, RD_Y = (7_000, 300_000), (289_000, 629_000)
DATE_PARTS = {"yyyy": r"(?P<y>\d{4})", "yy": r"(?P<yy>\d{2})", "MM": r"(?P<m>\d{1,2})", "M": r"(?P<m>\d{1,2})",
              "dd": r"(?P<d>\d{1,2})", "d": r"(?P<d>\d{1,2})"}


def date(value, formats):
    """The value as YYYY-MM-DD by the first format that fits, or None. Two-digit years: 1970 to 2069."""
    for form in formats:
        pattern = re.sub(r"yyyy|yy|MM|M|dd|d|[^yMd]", lambda m: DATE_PARTS.get(m[0]) or re.escape(m[0]), form)
        found = re.fullmatch(pattern, value)
        if not found:
            continue
        parts = found.groupdict()
        year = int(parts["y"]) if parts.get("y") else int(parts["yy"]) + (1900 if int(parts["yy"]) >= 70 else 2000)
        try:
            return datetime.date(year, int(parts["m"]), int(parts["d"])).isoformat()
        except ValueError:
            continue
    return None


def implausible(iso):
    """Whether a date lies before 1950 or more than two years ahead."""
    day, today = datetime.date.fromisoformat(iso), datetime.date.today()
    ahead = today + datetime.timedelta(days=round(365.25 * IMPLAUSIBLE_YEARS_AHEAD))
    return day < IMPLAUSIBLE_BEFORE or day > ahead


def number(value, form):
    """The number as plain decimal text, or None. `nl`: 1.234,5; `en`: 1,234.5."""
    thousands, point = (".", ",") if form == "nl" else (",", ".")
    pattern = rf"-?(\d+|\d{{1,3}}(\{thousands}\d{{3}})+)(\{point}\d+)?"
    if not re.fullmatch(pattern, value):
        return None
    return value.replace(thousands, "").replace(point, ".")


def elfproef(value):
    """Whether nine digits pass the check of RSIN and BSN numbers."""
    digits = [int(char) for char in value]
    return sum(d * w for d, w in zip(digits, (9, 8, 7, 6, 5, 4, 3, 2, -1))) % 11 == 0


def warnings(field, value):
    """The rules that one value of a field breaks without being rejected."""
    out = []
    if field == "subject.kvk" and not re.fullmatch(r"[0-9]{8}", value):
        out.append("kvk.format")
    if field == "subject.vestiging" and not re.fullmatch(r"0000[0-9]{8}", value):
        out.append("vestiging.format")
    if field == "subject.rsin" and not (re.fullmatch(r"[0-9]{9}", value) and elfproef(value)):
        out.append("rsin.elfproef")
    if field == "location.bag" and not re.fullmatch(r"[0-9]{16}", value):
        out.append("bag.format")
    if field == "location.postcode" and not re.fullmatch(r"[1-9][0-9]{3} ?(?!SA|SD|SS)[A-Z]{2}", value):
        out.append("postcode.format")
    if field in ("date", "end_date") and implausible(value):
        out.append("date.implausible")
    if mojibake(value):
        out.append("text.mojibake")
    if re.search(r"</?[A-Za-z][^<>]*>|&(#[0-9]+|#x[0-9A-Fa-f]+|[A-Za-z]+);", value):
        out.append("text.markup")
    return out


def mojibake(value):
    """Whether a run of other than ASCII reads as UTF-8 when written back in an old code page."""
    for run in re.findall(r"[^\x00-\x7f]+", value):
        for page in ("windows-1252", "latin-1", "mac_roman"):
            try:
                run.encode(page).decode("utf-8")
                return True
            except UnicodeError:
                continue
    return "\ufffd" in value


def coordinates(fields):
    """The coordinate rule that the fields of one record break, or None."""
    pairs = (("location.latitude", "location.longitude", LATITUDES, LONGITUDES), ("location.x", "location.y", RD_X, RD_Y))
    for first, second, first_range, second_range in pairs:
        if first not in fields or second not in fields:
            continue
        try:
            a, b = float(fields[first]), float(fields[second])
        except ValueError:
            return "coordinate.outside"
        if first_range[0] <= a <= first_range[1] and second_range[0] <= b <= second_range[1]:
            continue
        if first_range[0] <= b <= first_range[1] and second_range[0] <= a <= second_range[1]:
            return "coordinate.swapped"
        return "coordinate.outside"
    return None


def normal(value):
    """The value in Unicode NFC."""
    return unicodedata.normalize("NFC", value)
