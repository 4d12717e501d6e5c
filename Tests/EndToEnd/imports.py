#!/usr/bin/env python3
"""Imports of other formats and encodings, the list of findings, the progress bar, memory, and what an interruption
leaves.

Expected values are those that went into files written here with Python's json, csv and codecs.
"""

import csv
import json
import os
import random
import re
import signal
import stat
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import imports_habits  # noqa: E402
from support import Suite, wait_until  # noqa: E402

HEAD = "source: {source}\ntype: inspection\ncategory: business\nformat: {format}\nencoding: {encoding}\n"
MEMORY_SHARE_MAX = 1.2
TEXTS = {
    "utf-8": "café – “Zuid‑Oost” 😀 Łódź",
    "latin-1": "café ÆØÅ §½ÿ\x85",
    "windows-1252": "café – “quoted” € ™ Œuvre",
    "macroman": "café – “quoted” € ™ Œuvre ∞ Ω",
}
CODECS = {"utf-8": "utf-8", "latin-1": "latin_1", "windows-1252": "cp1252", "macroman": "mac_roman"}


def add_arguments(parser):
    parser.add_argument("--rows", type=int, default=50_000, help="rows of the large files (default: 50,000)")


def imported(world, node, name, data, mapping, *options, exits=(0,)):
    """Imports bytes under a mapping; the answer."""
    return node.ok(
        "record",
        "import",
        world.write(name, data),
        "--mapping",
        world.write(name + ".yaml", mapping),
        *options,
        exits=exits,
    )


def formats(suite, world, node):
    """The same values in every encoding, as CSV and as lines of JSON."""
    suite.title("formats and encodings")
    for encoding, text in TEXTS.items():
        head = (
            HEAD.format(source="csv-" + encoding, format="csv", encoding=encoding)
            + 'delimiter: ";"\nheader: [nr, tekst]\nkey: "{nr}"\nfields: { text: tekst }\n'
        )
        imported(world, node, f"{encoding}.csv", f"C-{encoding};{text}\n".encode(CODECS[encoding]), head)
        head = (
            HEAD.format(source="json-" + encoding, format="ndjson", encoding=encoding)
            + 'key: "{id.nr}"\nfields: { text: a.1.tekst }\n'
        )
        line = json.dumps({"id": {"nr": "J-" + encoding}, "a": [None, {"tekst": text}]}, ensure_ascii=False)
        imported(world, node, f"{encoding}.ndjson", line.encode(CODECS[encoding]), head)
        for kind in "CJ":
            shown = node.ok("record", "show", node.record(f"{kind}-{encoding}"))["fields"]["text"]
            suite.equal(
                shown,
                text.strip("\x85"),
                f"{encoding} is read as Python writes it ({'CSV' if kind == 'C' else 'JSON'})",
            )
    lines = [
        '{"nr":"1","bedrag":1234.50,"ja":true,"status":"groen","datum":"3-02-24"}',
        '{"nr":"2",}',
        '{"nr":"3","bedrag":null,"ja":false,"datum":"31-02-24"}',
        "[1]",
        "x" * 1_100_000,
        '{"nr":"4","status":"paars","bedrag":"0.0","datum":"1-1-24"}',
    ]
    mapping = HEAD.format(source="regels", format="ndjson", encoding="utf-8") + """key: "R-{nr}"
fields:
  amount_eur: bedrag
  extra.yes: ja
  status: { column: status, values: { groen: compliant }, otherwise: keep }
  date: { column: datum, format: ["d-MM-yy", "d-M-yy"] }
  text: { template: "Nr {nr}: {ja}" }
"""
    answer = imported(world, node, "regels.ndjson", "\n".join(lines), mapping, exits=(1,))
    suite.equal(
        [answer[k] for k in ("read", "imported", "rejected")],
        [6, 2, 4],
        "a bad line is a rejected row and never stops the file",
    )
    suite.equal(
        [(f["rule"], f["line"]) for f in answer["findings"]],
        [("row.json", 2), ("date.unreadable", 3), ("row.json", 4), ("row.length", 5), ("value.unmapped", 6)],
        "findings of lines, with rule and line",
    )
    suite.equal(
        node.ok("record", "show", node.record("R-1"))["fields"],
        {
            "amount_eur": "1234.5",
            "extra.yes": "true",
            "status": "compliant",
            "date": "2024-02-03",
            "text": "Nr 1: true",
        },
        "numbers, truth values, dates, templates and lists of values of a line",
    )


def findings(suite, world, node):
    """The list of findings: whole, private, harmless in a spreadsheet, never over an input."""
    suite.title("the list of findings")
    evil = ['=cmd|"/c calc"!A0', "+1", "-1", "@x", "ja;=1", " =1"]
    rows = (
        "id,kvk,bsn\n"
        + "".join(f'{n},"{value.replace(chr(34), chr(34) * 2)}",12345678{n}\n' for n, value in enumerate(evil))
        + "".join(f"{n},x,1\n" for n in range(10, 2_010))
        + "9999,1,2,3\n"
    )
    mapping = (
        HEAD.format(source="evil", format="csv", encoding="utf-8")
        + 'key: "E-{id}"\nfields: { subject.kvk: kvk, subject.bsn: bsn }\n'
    )
    path = world.path("list.csv")
    answer = imported(world, node, "evil.csv", rows, mapping, "--findings", path, exits=(1,))
    suite.equal(stat.S_IMODE(os.stat(path).st_mode), 0o600, "only its owner can read the list")
    with open(path, encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file, strict=True))
    suite.equal(len(listed), sum(answer["findings_by_rule"].values()), "all findings are listed")
    suite.equal(
        (len(answer["findings"]), answer["findings_more"]),
        (1_000, len(listed) - 1_000),
        "the answer has the first thousand and counts the others",
    )
    keys = ("rule", "severity", "field")
    suite.equal(
        [[f[k] for k in keys] + [str(f["line"])] for f in answer["findings"]],
        [[f[k] for k in keys] + [f["line"]] for f in listed[:1_000]],
        "the list begins as the answer does",
    )
    cells = [cell for row in listed for value in row.values() for cell in re.split("[;,\t\n]", value)]
    suite.check(
        not any(re.match('[\\s"]*[=+@-]', cell) for cell in cells),
        "no cell begins a formula",
        [c for c in cells if re.match('[\\s"]*[=+@-]', c)][:3],
    )
    with open(path, encoding="utf-8") as file:
        suite.check("12345678" not in file.read(), "a BSN is not listed")
    source, mapped = world.path("evil.csv"), world.path("evil.csv.yaml")
    for words, target, code in (
        ("over the file", source, 2),
        ("over the mapping", mapped, 2),
        ("in a folder that is not there", world.path("nergens/list.csv"), 3),
        ("over a folder", world.folder, 3),
    ):
        done = node.run("record", "import", source, "--mapping", mapped, "--findings", target)
        suite.check(
            (done.code, done.out) == (code, b"") and done.err.startswith("error: "),
            f"a list {words}: exit {code}",
            done,
        )
    with open(source, encoding="utf-8") as file:
        suite.equal(file.read(), rows, "the file that was imported is as before")


def edges(suite, world, node):
    """Twenty findings are shown to a person; batches of 5,000 records leave none out."""
    suite.title("edges of what is shown and of batches")
    mapping = (
        HEAD.format(source="rand", format="csv", encoding="utf-8") + 'key: "G-{nr}"\nfields: { subject.kvk: kvk }\n'
    )
    world.write("rand.yaml", mapping)
    for count in (19, 20, 21):
        source = world.write(f"rand-{count}.csv", "nr,kvk\n" + "".join(f"{count}-{n},geen\n" for n in range(count)))
        done = node.run("record", "import", source, "--mapping", world.path("rand.yaml"), as_json=False)
        text = done.out.decode()
        suite.equal(
            (done.code, text.count("kvk.format: subject.kvk"), "--findings FILE" in text),
            (0, min(count, 20), count > 20),
            f"{count} findings: at most 20 are shown, and where the others are",
        )
    mapping = HEAD.format(source="stapel", format="csv", encoding="utf-8") + 'key: "S-{nr}"\nfields: { text: tekst }\n'
    before = 0
    for count in (4_999, 5_000, 5_001, 10_001):
        answer = imported(
            world, node, f"stapel-{count}.csv", "nr,tekst\n" + "".join(f"{n},regel\n" for n in range(count)), mapping
        )
        suite.equal(
            (answer["imported"], answer["unchanged"]), (count - before, before), f"{count} rows: each is in, once"
        )
        before = count
    twice = "nr,tekst\n1,eerst\n2,anders\n1,daarna\n"
    mapping = HEAD.format(source="dubbel", format="csv", encoding="utf-8") + 'key: "D-{nr}"\nfields: { text: tekst }\n'
    for _ in range(3):
        answer = imported(world, node, "dubbel.csv", twice, mapping)
    history = node.ok("record", "show", node.record("D-1"))["history"]
    suite.equal(
        (answer["imported"], answer["updated"], answer["unchanged"], len(history)),
        (0, 0, 3, 1),
        "a file with a repeated key, brought in again, changes nothing",
    )
    suite.check(
        node.record("S-10000") and node.record("S-4999") and node.record("S-5000"),
        "rows on both sides of a batch's end are found",
    )


def large(suite, seed, rows, start=0):
    """Rows of a large file: (text, {key: (kvk, name)}); the last tenth repeats keys of the first with other
    contents."""
    generator, lines, known = random.Random(seed), ["id,name,kvk,postcode,text"], {}
    for number in range(rows):
        key = f"L-{start + (number if number < rows * 9 // 10 else number - rows * 9 // 10)}"
        kvk = f"{generator.randrange(10**7, 10**8)}"
        lines.append(f"{key},Bedrijf {number},{kvk},{1000 + number % 9000}AB,{'x' * generator.randrange(40)}")
        known.setdefault(key, []).append((kvk, f"Bedrijf {number}"))
    return "\n".join(lines) + "\n", known


LARGE = (
    HEAD.format(source="groot", format="csv", encoding="utf-8")
    + 'key: "{id}"\nfields: { subject.name: name, subject.kvk: kvk, location.postcode: postcode, text: text }\n'
)


def peak(world, command):
    """Runs a command; (exit code, standard output, most memory in KiB)."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=world.environment,
        cwd=world.folder,
    )
    out, _ = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, json.loads(out), usage.ru_maxrss


def memory(suite, world, node):
    """A key is known however far back it was, and memory is that of a small file."""
    rows = suite.options.rows
    suite.title(f"{rows} rows: memory, and keys far apart")
    mapping, sizes = world.write("large.yaml", LARGE), {}
    for count in (rows // 3, rows):
        text, known = large(suite, count, count, start=count * 10)
        command = node.command("record", "import", world.write("large.csv", text), "--mapping", mapping)
        code, answer, sizes[count] = peak(world, command)
        repeats = count - count * 9 // 10
        suite.equal(
            (code, answer["imported"], answer["updated"], answer["findings_by_rule"]),
            (0, count - repeats, repeats, {"key.repeated": repeats}),
            f"{count} rows: repeats are known from far apart",
        )
    suite.check(sizes[rows] <= MEMORY_SHARE_MAX * sizes[rows // 3], "memory does not grow with the file", sizes)
    for key in list(known)[:3] + list(known)[-3:]:
        states = known[key]
        shown = node.ok("record", "show", node.record(key))
        suite.equal(
            [shown["fields"]["subject.name"]] + [h["fields"]["subject.name"] for h in shown["history"]],
            [name for _, name in reversed(states)],
            f"{key}: the last row wins, the earlier is in the history",
        )
        suite.equal(
            [
                len([h for h in node.ok("record", "search", "--kvk", kvk)["hits"] if h["source_key"] == key])
                for kvk, _ in states
            ],
            [0] * (len(states) - 1) + [1],
            f"{key}: found by its number now, not by an earlier one",
        )


def interruption(suite, world, node):
    """After SIGINT and SIGKILL all that counts is found; the next run completes it."""
    rows = suite.options.rows
    suite.title("an import that is broken off")
    text, known = large(suite, 7, rows, start=10**8)
    path, mapping = world.write("broken.csv", text), world.write("large.yaml", LARGE)
    before = node.ok("node", "status")["store"]["records"]
    slots = os.path.join(node.data, "slots")
    for number in (signal.SIGINT, signal.SIGKILL):
        size = os.path.getsize(slots)
        process = world.spawn(
            node.command("record", "import", path, "--mapping", mapping), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        suite.check(
            wait_until(lambda: os.path.getsize(slots) > size or process.poll() is not None, 60), "the import writes"
        )
        time.sleep(0.3)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        world.processes.discard(process)
        suite.check(
            process.returncode == -number and not out,
            f"{number.name} ends it, and nothing is told",
            (process.returncode, out[:100], err[-200:]),
        )
        count = node.ok("node", "status")["store"]["records"] - before
        suite.check(0 < count < len(known), "a part is stored", count)
        found = [
            key
            for key in list(known)[:: max(1, len(known) // 60)]
            if node.ok("record", "search", "--kvk", known[key][0][0])["total"]
        ]
        suite.check(found, "what was stored is found before the index is settled", len(found))
        suite.check(
            all(
                any(h["source_key"] == key for h in node.ok("record", "search", "--key", key)["hits"]) for key in found
            ),
            "by its key as well",
        )
    suite.check(
        not [name for name in os.listdir(node.data) if name.startswith("scratch")], "no scratch file stays behind"
    )
    done = node.ok("record", "import", path, "--mapping", mapping)
    suite.equal(done["imported"] + done["unchanged"] + done["updated"], rows, "the next run completes it")
    suite.equal(node.ok("node", "status")["store"]["records"] - before, len(known), "as many records as keys")


def progress(suite, world, node):
    """A bar on a terminal, and nowhere else."""
    suite.title("the bar")
    path, mapping = world.path("broken.csv"), world.path("large.yaml")
    _, answer, shown = world.on_terminal(node.command("record", "import", path, "--mapping", mapping))
    bars = [line for line in shown.split("\r") if line.startswith("[")]
    suite.check(
        bars and all(re.fullmatch(r"\[#*\.*\] \d+%  \d+ [KM]iB/s  \d+ (s|min) left *", bar) for bar in bars),
        "share, rate and time left",
        bars[:2],
    )
    shares = [int(re.search(r"(\d+)%", bar)[1]) for bar in bars]
    suite.check(shares == sorted(shares) and 0 < shares[-1] <= 100, "the share grows", shares)
    suite.check(
        shown.endswith(" \r") and json.loads(answer)["read"] == suite.options.rows,
        "the bar is taken away, and the answer is whole",
    )
    done = node.run("record", "import", path, "--mapping", mapping)
    suite.equal(done.err, "", "no bar without a terminal")


def running(suite, world, node):
    """A node that runs gives the same answers as one that is opened."""
    suite.title("the node runs")
    text, known = large(suite, 3, 12_000, start=10**6)
    wide = "id,text\n" + "".join(f"W-{n},{'y' * 60_000}\n" for n in range(300))
    mapping = HEAD.format(source="breed", format="csv", encoding="utf-8") + 'key: "{id}"\nfields: { text: text }\n'
    node.start()
    first = imported(world, node, "large.csv", text, LARGE)
    suite.equal(
        (first["imported"], first["updated"]),
        (10_800, 1_200),
        "rows on the wire: as many new and updated as in the file",
    )
    again = imported(world, node, "large.csv", text, LARGE)
    suite.equal((again["imported"], again["unchanged"]), (0, 9_600), "once more: what did not change is unchanged")
    suite.equal(
        imported(world, node, "wide.csv", wide, mapping)["imported"],
        300,
        "rows of 60,000 bytes go in batches that fit the wire",
    )
    key = list(known)[0]
    suite.equal(
        node.ok("record", "show", node.record(key))["fields"]["subject.kvk"], known[key][-1][0], "the last row wins"
    )
    suite.equal(node.stop(), 0, "the node stops cleanly")


def script(suite, world):
    node = world.node("od-zuid")
    formats(suite, world, node)
    findings(suite, world, node)
    edges(suite, world, node)
    imports_habits.play(suite, world, node, peak)
    memory(suite, world, node)
    interruption(suite, world, node)
    progress(suite, world, node)
    running(suite, world, node)


if __name__ == "__main__":
    Suite(__doc__.split("\n")[0], add_arguments).play(script)
