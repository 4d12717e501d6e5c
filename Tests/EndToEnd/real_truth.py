"""What an import of the real files must give, computed from the files alone by Protocol/records.md §3.

The mappings stand here as code, apart from the mapping files in tools/, so that an error in one of the two shows.
"""

import csv
import datetime
import re
import unicodedata

COLOURS = {"groen": "compliant", "geel": "minor", "oranje": "moderate", "rood": "violation"}
CAUSES = {"a": "equipment failure", "b": "human error", "c": "natural cause", "d": "unknown"}
# Per file: where it lies, its mapping file, encoding, header, country, key, and per field (template, conversion).
FILES = {
    "inspections": {
        "file": "nl-inspections/amsterdam-inspections-2012-2016.csv",
        "mapping": "nl-inspections/inspections-2012-2016.yaml",
        "country": "nl",
        "key": "{lrknummer}/{bezoekdatum}",
        "fields": {
            "subject.name": ("{naam}", None),
            "subject.vestiging": ("{kvk_vestiging}", 12),
            "location.address": ("{adres}", None),
            "location.postcode": ("{postcode}", None),
            "location.place": ("{plaats}", None),
            "location.latitude": ("{Latitude}", None),
            "location.longitude": ("{Longitude}", None),
            "date": ("{bezoekdatum}", ["d-MM-yy"]),
            "status": ("{kleur}", COLOURS),
            "extra.lrk": ("{lrknummer}", None),
            "extra.kind": ("{type}", None),
            "extra.register_kind": ("{soort}", None),
            "extra.register_status": ("{status}", None),
            "extra.register_url": ("{lrk_url}", None),
            "extra.holder": ("{houder/_text}", None),
            "extra.holder_since": ("{houder_vanaf}", None),
            "extra.disputes": ("{geschillencommissie}", None),
            "extra.places": ("{kindplaatsen}", None),
        },
    },
    "daycare": {
        "file": "nl-inspections/amsterdam-daycare-inspections-kvk.csv",
        "mapping": "nl-inspections/daycare-inspections-kvk.yaml",
        "country": "nl",
        "key": "{LRK nummer}/{datum_inspectie}",
        "fields": {
            "subject.name": ("{actuele_naam_oko}", None),
            "subject.kvk": ("{kvk_nummer_houder}", 8),
            "subject.vestiging": ("{kvkvestiging}", 12),
            "location.address": ("{opvanglocatie_adres}", None),
            "location.postcode": ("{opvanglocatie_postcode}", None),
            "location.place": ("{opvanglocatie_woonplaats}", None),
            "location.latitude": ("{latitude}", None),
            "location.longitude": ("{longitude}", None),
            "date": ("{datum_inspectie}", ["MM/dd/yyyy"]),
            "status": ("{kleur vestiging}", COLOURS),
            "extra.lrk": ("{LRK nummer}", None),
            "extra.kind": ("{type onderzoek}", None),
            "extra.places": ("{aantal_kindplaatsen}", None),
            "extra.early_education": ("{vve}", None),
            "extra.registered": ("{inschrijfdatum}", None),
            "extra.holder": ("{naam_houder}", None),
            "extra.holder_form": ("{rechtsvorm_houder}", None),
            "extra.holder_address": ("{houder_adres}", None),
            "extra.holder_postcode": ("{houder_postcode}", None),
            "extra.holder_place": ("{houder_woonplaats}", None),
            "extra.holder_register": ("{houder.text}", None),
            "extra.holder_since": ("{houdervanaf}", None),
        },
    },
    "accidents": {
        "file": "us-rmp/accidents.csv",
        "mapping": "us-rmp/accidents.yaml",
        "country": "us",
        "key": "{AccidentHistoryID}",
        "fields": {
            "date": ("{AccidentDate}", ["yyyy-MM-dd"]),
            "text": ("{AccidentChemicals}: {OtherReleaseSource}", None),
            "status": ("{InitiatingEvent}", CAUSES),
            "extra.facility": ("{EPAFacilityID}", None),
            "extra.submission": ("{SubmissionID}", None),
            "extra.time": ("{AccidentTime}", None),
            "extra.industry": ("{NAICSCode}", None),
            "extra.chemicals": ("{AccidentChemicals}", None),
            "extra.release_source": ("{OtherReleaseSource}", None),
            "extra.injured_workers": ("{InjuriesWorkers}", "number"),
            "extra.dead_workers": ("{DeathsWorkers}", "number"),
            "extra.evacuated": ("{Evacuated}", "number"),
            "extra.damage_usd_onsite": ("{OnsitePropertyDamage}", "number"),
            "extra.damage_usd_offsite": ("{OffsitePropertyDamage}", "number"),
            "extra.other_factor": ("{CF_Other}", None),
            "extra.other_improvement": ("{CI_OtherType}", None),
            "extra.other_effect": ("{ED_Other}", None),
            "extra.responders": ("{OffsiteRespondersNotify}", None),
        },
    },
    "homonyms": {
        "file": "nl-organisations/kvk-names-homonyms.csv",
        "mapping": "nl-organisations/kvk-names-homonyms.yaml",
        "country": "nl",
        "header": ["name", "kvk"],
        "key": "{kvk}",
        "fields": {"subject.name": ("{name}", None), "subject.kvk": ("{kvk}", 8)},
    },
    "services": {
        "file": "nl-organisations/public-services-rd-bag.csv",
        "mapping": "nl-organisations/public-services-rd-bag.yaml",
        "country": "nl",
        "encoding": "latin-1",
        "key": "{gml_id}",
        "fields": {
            "location.address": ("{straatnaam} {huisnummer}{huisletter}", None),
            "location.postcode": ("{postcode}", None),
            "location.place": ("{plaats}", None),
            "location.bag": ("{identificatieAdresseerbaarObject}", 16),
            "location.x": ("{X}", None),
            "location.y": ("{Y}", None),
            "text": ("{activiteitOmschrijving}", None),
            "extra.activity": ("{activiteitCode}", None),
            "extra.number_designation": ("{identificatieNummeraanduiding}", 16),
            "extra.recorded": ("{datum}", ["yyyyMMdd"]),
        },
    },
}
# First and second coordinate: where a pair has to lie.
BOXES = {
    "nl": ((50.7, 53.7), (3.2, 7.3)),
    "us": ((17.5, 71.5), (-179.3, -64.5)),
    "rd": ((7_000, 300_000), (289_000, 629_000)),
}
ERRORS = {"key.missing", "date.unreadable", "number.unreadable"}
PLAIN_NUMBER = r"[-+]?[0-9]+(\.[0-9]+)?"
TAG = re.compile(r"<!--|</?[A-Za-z][A-Za-z0-9]*(?=[\s/>])[^<>]*>")
REFERENCE = re.compile(
    r"&(#[0-9]+|#[xX][0-9A-Fa-f]+|amp|lt|gt|quot|apos|nbsp|euro|copy|reg|[A-Za-z](acute|grave|circ|uml|tilde|cedil));",
    re.I,
)
SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def in_page(char, page):
    """The byte of a character in an old code page; 0 where it has none."""
    try:
        return char.encode(page)[0]
    except UnicodeError:
        return ord(char) if page == "cp1252" and 0x80 <= ord(char) < 0xA0 else 0


def mojibake(text):
    """Whether characters of the text, as bytes of an old code page, are UTF-8 for a printable character."""
    if "\ufffd" in text:
        return True
    for page in ("cp1252", "mac_roman"):
        for found in SEQUENCE.finditer(bytes(in_page(c, page) if ord(c) > 0x7F else 0x20 for c in text)):
            try:
                if found[0].decode("utf-8").isprintable():
                    return True
            except UnicodeError:
                continue
    return False


def fill(template, row):
    """The template with its columns; empty when all of them are."""
    values = [row[name] for name in columns(template)]
    return re.sub(r"\{([^}]+)\}", lambda m: row[m[1]], template) if any(values) else ""


def columns(template):
    return re.findall(r"\{([^}]+)\}", template)


def date(value, formats):
    """The day as YYYY-MM-DD, or None."""
    parts = {
        "yyyy": r"(?P<year>\d{4})",
        "yy": r"(?P<short>\d\d)",
        "MM": r"(?P<month>\d\d)",
        "M": r"(?P<month>\d\d?)",
        "dd": r"(?P<day>\d\d)",
        "d": r"(?P<day>\d\d?)",
    }
    for form in formats:
        found = re.fullmatch(
            re.sub(r"yyyy|yy|MM|M|dd|d|[^yMd]", lambda m: parts.get(m[0]) or re.escape(m[0]), form), value
        )
        if not found:
            continue
        groups = found.groupdict()
        year = (
            int(groups["year"])
            if "year" in groups
            else int(groups["short"]) + (1900 if int(groups["short"]) >= 70 else 2000)
        )
        try:
            return datetime.date(year, int(groups["month"]), int(groups["day"])).isoformat()
        except ValueError:
            continue
    return None


def implausible(iso):
    today = datetime.date.today()
    return not "1950-01-01" <= iso <= f"{today.year + 2:04}-{today.month:02}-{today.day:02}"


def number(value):
    """The number without signs and zeros that say nothing, or None."""
    if not re.fullmatch(PLAIN_NUMBER, value):
        return None
    sign = "-" if value.startswith("-") else ""
    whole, _, fraction = value.lstrip("+-").partition(".")
    text = (whole.lstrip("0") or "0") + ("." + fraction.rstrip("0") if fraction.rstrip("0") else "")
    return text if text == "0" else sign + text


def elfproef(value):
    return sum(int(digit) * weight for digit, weight in zip(value, (9, 8, 7, 6, 5, 4, 3, 2, -1))) % 11 == 0


def form_rule(field, value, country):
    """The rule that a value of a field with a form breaks, or None."""

    def broken(rule, pattern):
        return None if re.fullmatch(pattern, value) and value.strip("0") else rule

    if field == "subject.kvk":
        return broken("kvk.format", r"[0-9]{8}")
    if field == "subject.vestiging":
        return broken("vestiging.format", r"0000[0-9]{8}")
    if field == "subject.rsin":
        return broken("rsin.elfproef", r"[0-9]{9}") or (None if elfproef(value) else "rsin.elfproef")
    if field == "location.bag":
        return broken("bag.format", r"[0-9]{4}(01|02|03|10|20|30)[0-9]{10}")
    if field == "location.postcode" and country == "nl":
        return broken("postcode.format", r"[1-9][0-9]{3} ?(?!SA|SD|SS)[A-Z]{2}")
    if field == "location.postcode" and country == "us":
        return broken("postcode.format", r"[0-9]{5}(-[0-9]{4})?")
    return None


def coordinate_rules(fields, country):
    """(rule, field) of each pair of coordinates that does not lie where it should."""
    for first, second, box in (
        ("location.latitude", "location.longitude", BOXES[country]),
        ("location.x", "location.y", BOXES["rd"]),
    ):
        given = [(fields[name], bounds) for name, bounds in zip((first, second), box) if name in fields]
        label = first if first in fields else second
        if any(not re.fullmatch(PLAIN_NUMBER, value) for value, _ in given):
            yield "coordinate.outside", label
        elif not all(low <= float(value) <= high for value, (low, high) in given):
            swapped = len(given) == 2 and all(
                low <= float(value) <= high for (value, _), (_, (low, high)) in zip(given, reversed(given))
            )
            yield ("coordinate.swapped" if swapped else "coordinate.outside"), label


def convert(field, text, conversion, found):
    """The value of a field, None where the row is rejected; rules go to `found`."""
    if isinstance(conversion, int):
        if text.isascii() and text.isdigit() and len(text) < conversion:
            found.append(("kvk.padded" if field == "subject.kvk" else "value.padded", field))
            return text.zfill(conversion)
    elif isinstance(conversion, list):
        day = date(text, conversion)
        if day is None:
            found.append(("date.unreadable", field))
        elif implausible(day):
            found.append(("date.implausible", field))
        return day
    elif conversion == "number":
        value = number(text)
        if value is None:
            found.append(("number.unreadable", field))
        return value
    elif isinstance(conversion, dict):
        if text not in conversion:
            found.append(("value.unmapped", field))
        return conversion.get(text, text)
    return text


def clean(row, labels, found):
    """The used cells of a row, trimmed and in NFC."""
    out = {}
    for column, label in labels.items():
        raw = row[column]
        text = raw.strip()
        if text != raw:
            found.append(("text.trimmed", label))
        if unicodedata.normalize("NFC", text) != text:
            found.append(("text.normalised", label))
            text = unicodedata.normalize("NFC", text)
        if mojibake(text):
            found.append(("text.mojibake", label))
        if TAG.search(text) or REFERENCE.search(text):
            found.append(("text.markup", label))
        out[column] = text
    return out


def rows_of(path, spec):
    """Header, and (physical line, cells) of every row."""
    with open(path, encoding=spec.get("encoding", "utf-8"), newline="") as file:
        reader = csv.reader(file, strict=True)
        header = spec.get("header") or next(reader)
        rows, line = [], reader.line_num + 1
        for cells in reader:
            rows.append((line, cells))
            line = reader.line_num + 1
    return header, rows


def imported(path, spec):
    """Counts, findings as (rule, line, field), and the records by key: {fields, earlier}."""
    header, rows = rows_of(path, spec)
    labels = {}
    for label in sorted(spec["fields"]):
        for column in columns(spec["fields"][label][0]):
            labels.setdefault(column, label)
    for column in columns(spec["key"]):
        labels.setdefault(column, "key")
    counts = dict.fromkeys(("read", "filtered", "imported", "updated", "unchanged", "rejected"), 0)
    findings, records = [], {}
    if set(header) - set(labels):
        findings.append(("column.unused", 1, ""))
    for line, cells in rows:
        counts["read"] += 1
        if len(cells) != len(header):
            counts["rejected"] += 1
            findings.append(("row.columns", line, ""))
            continue
        found = []
        row = clean(dict(zip(header, cells)), labels, found)
        if not all(row[column] for column in columns(spec["key"])):
            found.append(("key.missing", "key"))
        fields = {}
        for field in sorted(spec["fields"]):
            template, conversion = spec["fields"][field]
            text = fill(template, row)
            value = convert(field, text, conversion, found) if text else None
            if value:
                value = value.strip()
                fields[field] = value
                rule = form_rule(field, value, spec["country"])
                if rule:
                    found.append((rule, field))
        found += coordinate_rules(fields, spec["country"])
        key = fill(spec["key"], row)
        if any(rule in ERRORS for rule, _ in found) or any(
            rule == "value.unmapped" and spec["fields"][field][1] is CAUSES for rule, field in found
        ):
            counts["rejected"] += 1
        elif key not in records:
            counts["imported"] += 1
            records[key] = {"fields": fields, "earlier": []}
        elif records[key]["fields"] == fields:
            counts["unchanged"] += 1
            found.append(("key.same", "key"))
        else:
            counts["updated"] += 1
            found.append(("key.repeated", "key"))
            records[key] = {"fields": fields, "earlier": [records[key]["fields"], *records[key]["earlier"]]}
        findings += [(rule, line, field) for rule, field in found]
    return {"counts": counts, "findings": findings, "records": records}
