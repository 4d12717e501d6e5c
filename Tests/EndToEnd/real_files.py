#!/usr/bin/env python3
"""Imports the real files into four nodes and checks all that follows against truth computed from the files alone.

Every finding by rule, line and field; counts and records; fragments of the places that both Amsterdam files know,
with facts,
sources and conflicts; no two KvK numbers of the homonym list in one subject. Skipped where ../shared/data is absent.
"""

import collections
import csv
import json
import os
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DATA, TOOLS = os.path.join(os.path.dirname(ROOT), "shared", "data"), os.path.join(ROOT, "tools")
sys.path.insert(0, HERE)
sys.path.insert(0, TOOLS)
import real_truth  # noqa: E402
from demolib import view  # noqa: E402
from support import Broken, Suite  # noqa: E402

NODES = {"toezicht": ["inspections"], "ggd": ["daycare"], "ilt": ["accidents"], "register": ["homonyms", "services"]}
CLASSES = {"toezicht": "od-toezicht", "ggd": "od-toezicht", "ilt": "rijksinspectie-toezicht", "register": "od-toezicht"}
LOCATION = ["location.address", "location.postcode", "location.place", "location.latitude", "location.longitude"]
SHARED = {
    "toezicht": ["subject.name", "subject.vestiging", *LOCATION, "date", "status", "extra.lrk"],
    "ggd": ["subject.name", "subject.kvk", "subject.vestiging", *LOCATION, "date", "status", "extra.lrk"],
    "register": ["subject.name", "subject.kvk"],
}
SEVERITIES = {
    "key.missing": "error",
    "date.unreadable": "error",
    "number.unreadable": "error",
    "key.same": "info",
    "kvk.padded": "info",
    "value.padded": "info",
    "text.trimmed": "info",
    "text.normalised": "info",
    "column.unused": "info",
}
# Defects that identifiers.md tells of, that these files have: an import that finds none of them is broken, whatever
# the truth says.
KNOWN = {
    "inspections": {
        "key.missing": 17,
        "key.repeated": 1,
        "vestiging.format": 1,
        "text.mojibake": 1,
        "value.padded": 2000,
    },
    "daycare": {"key.same": 1, "kvk.padded": 1, "text.trimmed": 1, "value.unmapped": 1},
    "accidents": {"date.implausible": 1, "text.mojibake": 1},
    "homonyms": {"kvk.padded": 518, "key.same": 2000},
    "services": {"value.padded": 3000, "coordinate.outside": 94, "date.implausible": 1},
}
SEARCHED = 20


def add_arguments(parser):
    parser.add_argument(
        "--data", default=DATA, metavar="FOLDER", help="folder with the real files (default: ../shared/data)"
    )
    parser.add_argument("--places", type=int, default=50, help="how many places both inspectors share (default: 50)")
    parser.add_argument(
        "--numbers", type=int, default=2, help="how many KvK numbers of each homonym are shared (default: 2)"
    )


def told(path):
    """The findings that the program wrote: (rule, line, field) and (rule, severity)."""
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    return [(row["rule"], int(row["line"]), row["field"]) for row in rows], {
        (row["rule"], row["severity"]) for row in rows
    }


def check_import(suite, world, node, name, truth):
    """Imports one file and compares counts, every finding, and what the store then holds."""
    spec, wanted = real_truth.FILES[name], truth[name]
    path, listed = os.path.join(suite.options.data, spec["file"]), world.path(name + "-findings.csv")
    arguments = ["record", "import", path, "--mapping", os.path.join(TOOLS, spec["mapping"])]
    answer = node.ok(*arguments, "--findings", listed, exits=(1 if wanted["counts"]["rejected"] else 0,))
    suite.equal({key: answer[key] for key in wanted["counts"]}, wanted["counts"], f"{name}: counts")
    found, severities = told(listed)
    rules = collections.Counter(rule for rule, _, _ in wanted["findings"])
    suite.equal(answer["findings_by_rule"], dict(rules), f"{name}: findings per rule")
    missing, extra = (
        collections.Counter(a) - collections.Counter(b)
        for a, b in ((wanted["findings"], found), (found, wanted["findings"]))
    )
    suite.check(
        not missing, f"{name}: every finding of the truth is told, with rule, line and field", list(missing)[:8]
    )
    suite.check(not extra, f"{name}: no finding is told that the truth has not", list(extra)[:8])
    suite.check(
        all(severity == SEVERITIES.get(rule, "warning") for rule, severity in severities),
        f"{name}: severities",
        severities,
    )
    for rule, least in KNOWN[name].items():
        suite.check(rules[rule] >= least, f"{name}: {rule} is found at least {least} times", rules[rule])
    suite.equal(
        len(found),
        len(answer["findings"]) + answer["findings_more"],
        f"{name}: the file lists also what the answer leaves out",
    )
    again = node.ok(*arguments, exits=(0, 1))
    repeats = wanted["counts"]["updated"]
    suite.check(
        again["imported"] == 0 and again["updated"] <= 2 * repeats,
        f"{name}: the same file again imports nothing",
        again["updated"],
    )
    return answer


def check_records(suite, node, name, truth):
    """Records chosen over the whole file have the values, and the earlier ones, that the truth has."""
    records = truth[name]["records"]
    repeated = [key for key, record in records.items() if record["earlier"]][:SEARCHED]
    for key in [*list(records)[:: max(1, len(records) // SEARCHED)], *repeated]:
        shown = node.ok("record", "show", node.record(key))
        suite.equal(shown["fields"], records[key]["fields"], f"{name}: the fields of {key}")
        if key in repeated:
            suite.equal(
                shown["history"][-1]["fields"],
                records[key]["earlier"][-1],
                f"{name}: the first state of {key} is in its history",
            )


def share(node, case, key, fields, filled):
    """Shares one record; the fragment's id."""
    answer = node.ok("fragment", "share", "--case", case, "--record", node.record(key), "--fields", ",".join(fields))
    if sorted(answer["omitted"]) != sorted(set(fields) - set(filled)):
        raise Broken(f"{key}: {answer['omitted']} left out")
    return answer["fragment"]


def subjects_of(shown, owners, keys):
    """Subjects as a node shows them, with record keys in the place of fragment ids."""
    out = {}
    for subject in shown["subjects"]:
        key = subject["key"]
        if key.startswith("fragment:"):
            key = f"fragment:{owners[key[9:]]} {keys[key[9:]]}"
        facts = {
            fact: [
                {
                    "value": value["value"],
                    "sources": sorted(
                        ({"by": s["by"], "record": keys[s["fragment"]]} for s in value["sources"]),
                        key=lambda s: (s["by"], s["record"]),
                    ),
                }
                for value in values
            ]
            for fact, values in subject["facts"].items()
        }
        out[key] = {"key": key, "facts": facts, "conflicts": subject["conflicts"]}
    return out


def places(suite, world, table):
    """Both inspectors share what they have on the places that both know."""
    done = subprocess.run(
        [
            sys.executable,
            os.path.join(TOOLS, "nl-truth"),
            os.path.join(suite.options.data, "nl-inspections"),
            "--places",
            str(suite.options.places),
        ],
        capture_output=True,
        check=True,
    )
    truth = json.loads(done.stdout)
    suite.equal(len(truth["places"]), suite.options.places, "both files know as many places")
    nodes, keys, owners, records = world.nodes, {}, {}, {}
    case = nodes["toezicht"].ok("case", "open", "--table", table, "--title", "Locaties in beide bestanden")["case"]
    suite.check(world.settle(*nodes.values())[0], "the case reaches all nodes")
    for handle, name in (("toezicht", "inspections"), ("ggd", "daycare")):
        records[handle] = real_truth.imported(
            os.path.join(suite.options.data, real_truth.FILES[name]["file"]), real_truth.FILES[name]
        )["records"]
    total = sum(len(found) for place in truth["places"] for found in place["records"].values())
    suite.title(f"{total} inspections of {suite.options.places} places are shared")
    for place in truth["places"]:
        for handle in ("toezicht", "ggd"):
            for key in place["records"][handle]:
                fragment = share(nodes[handle], case, key, SHARED[handle], records[handle][key]["fields"])
                keys[fragment], owners[fragment] = key, handle
    suite.check(world.settle(*nodes.values())[0], "all nodes come to hold the same")
    shown = {handle: node.canonical(case) for handle, node in nodes.items()}
    suite.equal(len(set(shown.values())), 1, "all four show the same bytes")
    found, wanted = subjects_of(json.loads(shown["ilt"]), owners, keys), {
        subject["key"]: subject for subject in truth["subjects"]
    }
    conflicts = sum(len(subject["conflicts"]) for subject in wanted.values())
    suite.check(
        conflicts > 0
        and any(
            len({s["by"] for v in values for s in v["sources"]}) > 1
            for subject in wanted.values()
            for values in subject["facts"].values()
        ),
        "the truth has conflicts, and facts with both as sources",
    )
    suite.check(
        found == wanted,
        f"{len(wanted)} subjects, every fact with its sources, {conflicts} conflicts",
        "\n".join(view.differences(found, wanted)[:8]),
    )
    suite.equal(len(json.loads(shown["ilt"])["fragments"]), total, "as many fragments as records shared")


def homonyms(suite, world, table, truth):
    """Companies with one name stay as many subjects as they have KvK numbers."""
    node, records = world.nodes["register"], truth["homonyms"]["records"]
    names = collections.defaultdict(list)
    for key, record in records.items():
        names[record["fields"]["subject.name"]].append(key)
    chosen = [key for name in names for key in names[name][: suite.options.numbers]]
    suite.title(f"{len(chosen)} companies with {len(names)} names are shared")
    case = node.ok("case", "open", "--table", table, "--title", "Naamgenoten")["case"]
    for key in chosen:
        share(node, case, key, SHARED["register"], records[key]["fields"])
    suite.check(world.settle(*world.nodes.values())[0], "all nodes come to hold the same")
    shown = json.loads(world.nodes["ggd"].canonical(case))["subjects"]
    numbers = {key: records[key]["fields"]["subject.kvk"] for key in chosen}
    suite.equal(
        sorted(s["key"] for s in shown),
        sorted("kvk:" + number for number in set(numbers.values())),
        "a subject for each KvK number",
    )
    suite.check(all(len(s["facts"]["kvk"]) == 1 for s in shown), "no two KvK numbers in one subject")
    same = collections.Counter(value["value"] for s in shown for value in s["facts"]["name"])
    suite.check(
        max(same.values()) == suite.options.numbers and len(same) >= 200,
        "names stand at as many subjects as have them",
        same.most_common(3),
    )
    suite.equal(sum(len(s["conflicts"]) for s in shown), 0, "no conflicts between companies that share a name")


def script(suite, world):
    data = suite.options.data
    suite.title("truth is computed from the files")
    truth = {
        name: real_truth.imported(os.path.join(data, spec["file"]), spec) for name, spec in real_truth.FILES.items()
    }
    for number, handle in enumerate(NODES, 1):
        world.node(handle, number, CLASSES[handle])
    for handle, names in NODES.items():
        for name in names:
            suite.title(f"{handle} imports {real_truth.FILES[name]['file']}")
            check_import(suite, world, world.nodes[handle], name, truth)
    for node in world.nodes.values():
        node.start()
    for handle, names in NODES.items():
        for name in names:
            check_records(suite, world.nodes[handle], name, truth)
    leader, *others = world.nodes.values()
    table = world.table(leader, others, "--grounds", os.path.join(TOOLS, "demo-data", "grounds.yaml"), name="Echt")
    world.settle(*world.nodes.values())
    places(suite, world, table)
    homonyms(suite, world, table, truth)
    for node in world.nodes.values():
        suite.equal(node.stop(), 0, f"the node of {node.handle} stops cleanly")


if __name__ == "__main__":
    SUITE = Suite(__doc__.split("\n")[0], add_arguments)
    if not os.path.isdir(SUITE.options.data):
        print(f"skipped: {os.path.relpath(SUITE.options.data)} is absent, and with it the real files")
        sys.exit(0)
    SUITE.play(script)
