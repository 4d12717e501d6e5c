"""Checks that both demonstrations make: imports, views, logs and bundles against what the CSV files say."""
import hashlib
import json
import os
import re
import struct

from . import mapping as mappings
from . import truth, view

# Rules whose number per row is the program's own choice: their lines must agree.
DUTCH_COUNTS = {"read": "gelezen", "filtered": "niet gekozen", "imported": "ingelezen", "updated": "bijgewerkt", "unchanged": "gelijk",
                "rejected": "geweigerd"}
BY_LINE = ("coordinate.outside", "coordinate.swapped")


def check_import(demo, node, name, done, expected):
    """Compares an import's report with the truth computed from the file."""
    say, told, exit_code = demo.console, done["json"], done["exit"]
    counts = {key: expected[key] for key in ("read", "filtered", "imported", "updated", "unchanged", "rejected")}
    shown = {key: told.get(key) for key in counts}
    if done["repeated"]:
        # An import that was broken off and done again: how many were new is not known any more.
        for key in ("imported", "updated", "unchanged"):
            del counts[key], shown[key]
    say.promise(shown == counts,
                f"{node.handle}, {name}: " + ", ".join(f"{v} {k}" for k, v in counts.items()),
                f"{node.handle}, {name}: " + ", ".join(f"{v} {DUTCH_COUNTS[k]}" for k, v in counts.items()), f"shown {shown}, expected {counts}")
    say.promise(exit_code == (1 if counts["rejected"] else 0), "the exit code says whether rows were rejected",
                "de uitgangscode zegt of er rijen zijn geweigerd", f"exit {exit_code}")
    problems = finding_problems(told, expected)
    planted = sum(n for rule, n in truth.by_rule(expected["findings"]).items() if rule not in ("padded", "column.unused"))
    say.promise(not problems, f"its findings are the {planted} defects in the file, rule by rule and line by line",
                f"de bevindingen zijn de {planted} gebreken in het bestand, per regel en per rij", "; ".join(problems))


def finding_problems(told, expected):
    """What differs between the findings told and those in the file."""
    problems, counts = [], dict(told["findings_by_rule"])
    padded_told = sum(counts.pop(rule) for rule in list(counts) if rule.endswith(".padded"))
    wanted, doubtful = truth.by_rule(expected["findings"]), truth.by_rule(expected["doubtful"])
    low = wanted.pop("padded", 0)
    if not low <= padded_told <= low + doubtful.get("padded", 0):
        problems.append(f"padded: told {padded_told}, in the file {low}")
    for rule in sorted(set(counts) | set(wanted)):
        if rule in BY_LINE:
            continue
        low, high = wanted.get(rule, 0), wanted.get(rule, 0) + doubtful.get(rule, 0)
        if not low <= counts.get(rule, 0) <= high:
            problems.append(f"{rule}: told {counts.get(rule, 0)}, in the file {low}")
    if told.get("findings_more"):
        return problems
    unsure = {(rule, line) for rule, line, _ in expected["doubtful"]}
    lines_told = {(f["rule"], f["line"]) for f in told["findings"] if not f["rule"].endswith(".padded")} - unsure
    lines = {(rule, line) for rule, line, _ in expected["findings"] if rule != "padded"} - unsure
    lines_told, lines = ({item for item in both if item[0] != "column.unused"} for both in (lines_told, lines))
    for rule, line in sorted(lines ^ lines_told)[:6]:
        problems.append(f"{rule} at line {line}: {'in the file, not told' if (rule, line) in lines else 'told, not in the file'}")
    return problems


def find_record(demo, node, source, key):
    """The id of an own record by its source and key."""
    def look():
        _, value, _ = demo.run(node, "record", "search", "--key", key, show=False)
        for hit in value["hits"]:
            if hit["owner"] == node.handle and hit["source_key"] == key and hit["kind"] != "fragment":
                _, shown, _ = demo.run(node, "record", "show", hit["id"], show=False)
                if shown["source"] == source:
                    return hit["id"]
        raise DemoMissing(f"{node.handle} has no record {key} of {source}")
    return demo.remember(f"record {node.handle} {source} {key}", look)


class DemoMissing(Exception):
    """A record that should be there is not."""


class Grounds:
    """The grounds of a charter, and which one a giver uses for a receiver."""

    def __init__(self, path):
        self.grounds = mappings.load(path)["grounds"]

    def first(self, giver, receiver, category):
        """Code of the first ground for two member classes and a category, or None."""
        def fits(classes, member_class):
            return classes == "*" or "*" in classes or member_class in classes
        for ground in self.grounds:
            if fits(ground["from"], giver) and fits(ground["to"], receiver) and category in ground["categories"]:
                return ground["code"]
        return None


def settle(demo, table, nodes, quiet=False):
    """Synchronises until all logs are equal everywhere: whether they became so."""
    heads = {}
    for _ in range(6):
        for node in nodes:
            demo.run(node, "sync", "now", show=not quiet)
        quiet, heads = True, {}
        for node in nodes:
            _, value, _ = demo.run(node, "sync", "status", show=False)
            heads[node.handle] = sorted((log["author"], log["generation"], log["size"], log["root"], log["complete"])
                                        for log in value["logs"] if log["table"] == table)
        if all(head and head == heads[nodes[0].handle] and all(log[2] == log[4] for log in head) for head in heads.values()):
            return True, heads
    return False, heads


def canonical_view(demo, node, case, exits=(0,)):
    """The bytes of the canonical view at a node, without a last newline."""
    code, data, _ = demo.run(node, "case", "show", case, "--canonical", exits=exits, as_json=False)
    return code, data.removesuffix(b"\n")


def check_view(demo, node, model, data):
    """Compares the canonical view at a node with the one computed from the CSV files and the steps."""
    say, wanted = demo.console, view.expected(model, node.handle)
    try:
        shown = json.loads(data)
    except ValueError:
        say.promise(False, f"{node.handle} shows the case as JSON", f"{node.handle} toont de zaak als JSON", data[:200])
        return
    say.promise(view.canonical(shown) == data, f"{node.handle}: the view is canonical JSON (RFC 8785)",
                f"{node.handle}: het beeld is canonieke JSON (RFC 8785)")
    problems = view.differences(view.comparable(shown), wanted)
    conflicts = ", ".join(sorted({f"{c['fact']}" for c in wanted["conflicts"]})) or "-"
    say.promise(not problems,
                f"{node.handle}: {len(wanted['fragments'])} fragments, {len(wanted['subjects'])} subjects, conflicts exactly where the files differ ({conflicts})",
                f"{node.handle}: {len(wanted['fragments'])} fragmenten, {len(wanted['subjects'])} subjecten, conflicten precies waar de bestanden verschillen ({conflicts})",
                "\n       ".join(problems))


def without(data, hidden, wanted):
    """The bytes of a canonical view after taking the fragments `hidden` out; conflicts as in `wanted`."""
    shown = json.loads(data)
    for name in ("fragments", "timeline"):
        shown[name] = [item for item in shown[name] if item.get("id", item.get("fragment")) not in hidden]
    left, conflicts = [], {s["id"]: s["conflicts"] for s in wanted["subjects"]}
    for subject in shown["subjects"]:
        subject["fragments"] = [item for item in subject["fragments"] if item not in hidden]
        for fact in list(subject["facts"]):
            for value in subject["facts"][fact]:
                value["sources"] = [s for s in value["sources"] if s["fragment"] not in hidden]
            subject["facts"][fact] = [value for value in subject["facts"][fact] if value["sources"]]
            if not subject["facts"][fact]:
                del subject["facts"][fact]
        if subject["fragments"]:
            subject["conflicts"] = conflicts.get(subject["id"], [])
            left.append(subject)
    shown["subjects"], shown["conflicts"] = left, wanted["conflicts"]
    return view.canonical(shown)


def kind_of(name):
    """The kind of an entry, whatever its spelling: `fragment`, `operations`, `withdrawal`, `keygrant`, …"""
    return re.sub(r"[^a-z]", "", name.lower())


def check_log(demo, node, table, given):
    """The node's own log holds what was given, to whom, and nothing else. `given`: index → {kind, to, category, case}."""
    _, value, _ = demo.run(node, "log", "show", table)
    shown = {entry["index"]: {"kind": kind_of(entry["kind"]), "to": {to["handle"]: to["ground"] for to in entry["to"]},
                              "category": entry["category"], "case": entry["case"]}
             for entry in value["entries"] if kind_of(entry["kind"]) in ("fragment", "operations", "withdrawal")}
    demo.console.promise(shown == given, f"{node.handle}: its log holds these {len(given)} disclosures, with receivers and grounds, and no other",
                         f"{node.handle}: het logboek bevat deze {len(given)} verstrekkingen, met ontvangers en grondslagen, en geen andere",
                         "\n       ".join(view.differences({str(k): v for k, v in shown.items()}, {str(k): v for k, v in given.items()})))


def check_bundle(demo, node, table, given, charter=None):
    """Exports the node's log, has it verified under a policy, and compares the report with what was given."""
    say, policy = demo.console, os.path.join(demo.folder, "policy.txt")
    with open(policy, "w", encoding="ascii") as file:
        file.write(f"# The table that this auditor trusts: SHA-256 of the first charter.\ncharter {charter or table}\n")
    bundle = os.path.join(demo.folder, f"{node.handle}.bundle")
    if os.path.exists(bundle):
        os.remove(bundle)
    demo.run(node, "log", "export", "--table", table, "--out", bundle)
    code, report = demo.audit("verify", bundle, "--policy", policy, exits=(0, 1, 2))
    report = report or {"verdict": None, "disclosures": [], "findings": []}
    say.promise(code == 0 and report["verdict"] == "verified" and report.get("anchored") is True,
                f"{node.handle}: the auditor's program says: verified", f"{node.handle}: het programma van de auditor zegt: in orde",
                f"exit {code}, {report['verdict']}, {report['findings'][:3]}")
    told = {item["index"]: {"to": {to["handle"]: to["ground"] for to in item["to"]}, "category": item["category"],
                            "received_by": sorted(by if isinstance(by, str) else by["handle"] for by in item["received_by"])} for item in report["disclosures"] if item["index"] in given}
    wanted = {index: {"to": item["to"], "category": item["category"], "received_by": sorted(item["to"])} for index, item in given.items()
              if item["kind"] == "fragment" or index in told}
    say.promise(told == wanted, f"{node.handle}: who received what is exactly what was given, each receipt signed by the receiver",
                f"{node.handle}: wie wat kreeg is precies wat er is gegeven, elke ontvangst getekend door de ontvanger",
                "\n       ".join(view.differences({str(k): v for k, v in told.items()}, {str(k): v for k, v in wanted.items()})))
    return bundle, policy


def check_tampering(demo, bundle, policy):
    """A bundle with one bit changed is refused."""
    with open(bundle, "rb") as file:
        data = bytearray(file.read())
    data[len(data) * 2 // 3] ^= 1
    changed = bundle + ".changed"
    with open(changed, "wb") as file:
        file.write(data)
    code, _ = demo.audit("verify", changed, "--policy", policy, exits=(0, 1, 2))
    demo.console.promise(code != 0, "the same bundle with one bit changed is refused", "hetzelfde bundel met één bit veranderd wordt geweigerd", f"exit {code}")
    os.remove(changed)


def check_no_plain_text(demo, words):
    """The words stand in no file of any node."""
    found = []
    for node in demo.nodes.values():
        for folder, _, files in os.walk(node.data):
            for name in files:
                path = os.path.join(folder, name)
                if not os.path.isfile(path):
                    continue
                with open(path, "rb") as file:
                    data = file.read()
                found += [f"{path}: {word}" for word in words if word.encode() in data]
    demo.console.promise(not found, "no node's disk holds these texts in the clear", "op geen enkele schijf staan deze teksten leesbaar", found[:3])


def object_id(table, member, index):
    """The id of what the first operation of an entry creates: Protocol/sync-log.md §2."""
    dot = struct.pack(">HHQB", member, 0, index, 0)
    return hashlib.sha256(b"tafel/v1/object\0" + bytes.fromhex(table) + dot).hexdigest()[:32]


def digest(data):
    """The first hex digits of SHA-256, to show that bytes are equal."""
    return hashlib.sha256(data).hexdigest()[:16]
