"""What an import of one CSV file under one mapping must give, computed from the file alone."""
import csv
import re

from . import mapping as mappings
from . import rules

# A row whose fields break one of these is not imported.
REJECTING = {"key.missing", "date.unreadable", "number.unreadable", "value.rejected", "encoding.invalid"}


def read_rows(path, mapping):
    """(physical line, {column: text}) of every row, and the columns."""
    with open(path, encoding=mapping.get("encoding", "utf-8"), newline="") as file:
        reader = csv.reader(file, delimiter=mapping.get("delimiter", ","), strict=True)
        header = mapping.get("header")
        if not header:
            header = next(reader)
        rows, line = [], reader.line_num + 1
        for row in reader:
            if len(row) != len(header):
                raise ValueError(f"{path}: line {line} has {len(row)} fields, not {len(header)}")
            rows.append((line, dict(zip(header, row))))
            line = reader.line_num + 1
    return header, rows


def fill(template, row):
    """The template with its columns, trimmed; None when any of them is empty."""
    names = re.findall(r"\{([^}]+)\}", template)
    if any(not row[name].strip() for name in names):
        return None
    return re.sub(r"\{([^}]+)\}", lambda m: row[m[1]].strip(), template)


def field_value(name, spec, row, report):
    """The value of one field, or None when empty or rejected; rules go to `report(rule, field)`."""
    if isinstance(spec, str):
        spec = {"column": spec}
    if "template" in spec:
        return rules.normal(fill(spec["template"], row) or "") or None
    raw = row[spec["column"]]
    value = raw.strip()
    if value != raw and value:
        report("text.trimmed", name)
    if not value:
        return None
    if rules.normal(value) != value:
        report("text.normalised", name)
        value = rules.normal(value)
    if "pad" in spec and value.isdigit() and len(value) < spec["pad"]:
        report("padded", name)
        value = value.zfill(spec["pad"])
    if "format" in spec:
        read = rules.date(value, spec["format"])
        if read is None:
            report("date.unreadable", name)
        return read
    if "number" in spec:
        read = rules.number(value, spec["number"])
        if read is None:
            report("number.unreadable", name)
        return read
    if "values" in spec:
        if value in spec["values"]:
            return str(spec["values"][value])
        report("value.unmapped", name)
        if spec.get("otherwise") == "reject":
            report("value.rejected", name)
            return None
    return value


def record_of(row, mapping, report):
    """The fields of one row."""
    fields = {}
    for name, spec in mapping["fields"].items():
        value = field_value(name, spec, row, report)
        if value is not None:
            fields[name] = value
            for rule in rules.warnings(name, value):
                report(rule, name)
    rule = rules.coordinates(fields)
    if rule:
        report(rule, "location")
    return fields


def used_columns(mapping):
    """The columns that a mapping reads."""
    used = {column for spec in mapping["fields"].values() for column in mappings.columns(spec)}
    used.update(re.findall(r"\{([^}]+)\}", mapping["key"]))
    if "only" in mapping:
        used.add(mapping["only"]["column"])
    return used


def imported(path, mapping):
    """Counts, findings as (rule, line, field), and records by key as {fields, earlier, line}.

    `doubtful` holds the findings of rejected rows other than the one that rejects: an importer may stop
    at the first or report them all.
    """
    header, rows = read_rows(path, mapping)
    missing = used_columns(mapping) - set(header)
    if missing:
        raise ValueError(f"{path}: no column {', '.join(sorted(missing))}")
    out = {"read": len(rows), "filtered": 0, "imported": 0, "updated": 0, "unchanged": 0, "rejected": 0,
           "findings": [], "doubtful": [], "records": {}}
    if set(header) - used_columns(mapping):
        out["findings"].append(("column.unused", 1, ""))
    only = mapping.get("only")
    for line, row in rows:
        if only and row[only["column"]].strip() != str(only["equals"]):
            out["filtered"] += 1
            continue
        add_row(out, line, row, mapping)
    return out


def add_row(out, line, row, mapping):
    """Counts one row that is not filtered."""
    found = []
    key = fill(mapping["key"], row)
    if key is None:
        found.append(("key.missing", line, "key"))
    fields = record_of(row, mapping, lambda rule, field: found.append((rule, line, field)))
    bad = [item for item in found if item[0] in REJECTING]
    if bad:
        out["rejected"] += 1
        out["findings"] += [item for item in found if item[0] == "value.unmapped" and
                            ("value.rejected", line, item[2]) in found]
        out["findings"] += [item for item in bad if item[0] != "value.rejected"]
        out["doubtful"] += [item for item in found if item not in out["findings"] and item not in bad]
        return
    out["findings"] += found
    known = out["records"].get(key)
    if known is None:
        out["imported"] += 1
        out["records"][key] = {"fields": fields, "earlier": [], "line": line}
    elif known["fields"] == fields:
        out["unchanged"] += 1
        out["findings"].append(("key.same", line, "key"))
    else:
        out["updated"] += 1
        out["findings"].append(("key.repeated", line, "key"))
        known["earlier"].append(known["fields"])
        known["fields"], known["line"] = fields, line


def by_rule(findings):
    """Counts per rule."""
    out = {}
    for rule, _, _ in findings:
        out[rule] = out.get(rule, 0) + 1
    return dict(sorted(out.items()))
