"""The merged view of a case, computed from what was shared: Protocol/case-model.md §4 and §5."""
import hashlib
import json
import re

from . import rules

FACTS = ("name", "kvk", "vestiging", "rsin", "address", "postcode", "place", "bag", "latitude", "longitude", "x", "y")
LOCATION_FACTS = set(FACTS[4:])


def subject_key(fragment):
    """The key of the subject a fragment is about."""
    fields = fragment["fields"]
    vestiging, kvk, rsin = (fields.get("subject." + name, "") for name in ("vestiging", "kvk", "rsin"))
    if re.fullmatch(r"0000[0-9]{8}", vestiging):
        return "vestiging:" + vestiging
    if re.fullmatch(r"[0-9]{8}", kvk):
        return "kvk:" + kvk
    if re.fullmatch(r"[0-9]{9}", rsin) and rules.elfproef(rsin):
        return "rsin:" + rsin
    return "fragment:" + fragment["id"]


def subject_id(key):
    """First 16 bytes of SHA-256 over the key, in hexadecimal."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def facts_of(fragment):
    """Facts of one fragment: {name: value}."""
    out = {}
    for name in FACTS:
        value = fragment["fields"].get(("location." if name in LOCATION_FACTS else "subject.") + name)
        if value is not None:
            out[name] = value
    return out


def location_of(facts):
    """What tells one location from another."""
    if "bag" in facts:
        return ("bag", facts["bag"])
    return ("address", facts.get("postcode"), facts.get("address"))


def conflicts_of(fragments):
    """Names of the facts on which the newest values of two owners differ."""
    newest = {}
    for fragment in fragments:
        facts = facts_of(fragment)
        for name, value in facts.items():
            place = location_of(facts) if name in LOCATION_FACTS else None
            if name in ("address", "postcode") and place[0] != "bag":
                continue
            slot = newest.setdefault((name, place), {})
            if slot.get(fragment["owner"], (-1, ""))[0] < fragment["index"]:
                slot[fragment["owner"]] = (fragment["index"], value)
    return sorted({name for (name, _), slot in newest.items() if len({value for _, value in slot.values()}) > 1})


def subject_of(key, fragments, links):
    """One subject of the view."""
    facts = {}
    for fragment in fragments:
        for name, value in facts_of(fragment).items():
            facts.setdefault(name, {}).setdefault(value, []).append({"by": fragment["owner"], "fragment": fragment["id"]})
    me = subject_id(key)
    companies = {f["fields"].get("subject.kvk", "") for f in fragments}
    companies = {kvk for kvk in companies if re.fullmatch(r"[0-9]{8}", kvk)}
    parent = subject_id("kvk:" + companies.pop()) if key.startswith("vestiging:") and len(companies) == 1 else None
    same = [{"by": link["by"], "id": link["to"] if link["from"] == me else link["from"]}
            for link in links if link["relation"] == "same-as" and me in (link["from"], link["to"])]
    return {
        "conflicts": conflicts_of(fragments),
        "facts": {name: [{"sources": sorted(sources, key=lambda s: s["fragment"]), "value": value}
                         for value, sources in sorted(values.items(), key=lambda item: item[0].encode())]
                  for name, values in facts.items()},
        "fragments": sorted(f["id"] for f in fragments), "id": me, "key": key, "parent": parent,
        "same_as": sorted(same, key=lambda s: s["id"]),
    }


def expected(case, reader):
    """The canonical view of `case` for `reader`, without times and the ids of notes.

    `case`: {id, table, owner, audience, title, phase, summary, lead, notes, tags, links, fragments}; a
    fragment: {id, owner, index, version, type, category, fields, to, withdrawn}.
    """
    seen = [f for f in case["fragments"] if not f["withdrawn"] and (reader == f["owner"] or reader in f["to"])]
    groups = {}
    for fragment in seen:
        groups.setdefault(subject_key(fragment), []).append(fragment)
    subjects = [subject_of(key, groups[key], case["links"]) for key in sorted(groups)]
    return {
        "audience": case["audience"], "case": case["id"], "owner": case["owner"], "table": case["table"],
        "title": case["title"], "phase": case["phase"], "summary": case["summary"], "lead": case["lead"],
        "subjects": subjects, "notes": case["notes"], "tags": case["tags"],
        "links": sorted(case["links"], key=lambda k: (k["from"], k["relation"], k["to"])),
        "fragments": [{"category": f["category"], "fields": f["fields"], "id": f["id"], "owner": f["owner"],
                       "type": f["type"], "version": f["version"]} for f in sorted(seen, key=lambda f: f["id"])],
        "timeline": [{"date": date, "fragment": fid, "type": kind} for date, fid, kind in
                     sorted((f["fields"]["date"], f["id"], f["type"]) for f in seen if "date" in f["fields"])],
        "conflicts": [{"fact": fact, "subject": s["id"]} for s in subjects for fact in s["conflicts"]],
    }


def comparable(shown):
    """A canonical view as the program shows it, without what no outsider can foretell."""
    def clean(value, key=""):
        if isinstance(value, dict):
            drop = {"at"} | ({"id"} if key == "notes" else set())
            if key == "fragments":
                drop |= {"expires", "withdrawn"}
            return {k: clean(v, k) for k, v in value.items() if k not in drop}
        if isinstance(value, list):
            return [clean(item, key) for item in value]
        return value
    return clean(shown)


def canonical(value):
    """RFC 8785 bytes of a value of text, integers, null, lists and objects (names without surrogates)."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def differences(left, right, path=""):
    """Up to eight lines that say where two values differ."""
    if left == right:
        return []
    if isinstance(left, dict) and isinstance(right, dict):
        out = []
        for key in sorted(set(left) | set(right)):
            if left.get(key) != right.get(key) or (key in left) != (key in right):
                out += differences(left.get(key), right.get(key), f"{path}.{key}")
        return out[:8]
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        return [line for n, (a, b) in enumerate(zip(left, right)) for line in differences(a, b, f"{path}[{n}]")][:8]
    return [f"{path or '.'}: shown {json.dumps(left, ensure_ascii=False)[:300]}, expected {json.dumps(right, ensure_ascii=False)[:300]}"]
