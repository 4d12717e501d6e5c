"""A clock set back, values at their limits, very many notes."""

import time
from datetime import datetime

from knocks_world import read
from shifted_clock import shifted
from support import csv_text, MAPPING

DAY = 86_400


def clock_set_back(knocked):
    """Entries carry the clock's time, also after one that was far ahead, and that is told; nothing else minds."""
    suite, node, world = knocked.suite, knocked.node, knocked.world
    off = shifted(world)
    if not off:
        print("  SKIPPED: no C compiler: the clock is not set back", flush=True)
        return
    knocked.put_back()

    def entries():
        return node.ok("log", "show", knocked.table)["entries"]

    shown = world.execute([*node.command("log", "show", knocked.table)], env=off(0))
    suite.equal(shown.code, 0, "the program runs with another clock")
    for seconds in (-3600, -DAY, -400 * DAY, -20_000 * DAY, 3600, 0, 40 * DAY, 0, -DAY):
        before, words = entries(), f"clock off by {seconds} s"
        done = node.run("case", "note", knocked.case, f"klok {seconds}", env=off(seconds))
        if seconds == -20_000 * DAY:
            suite.check(
                done.code == 2 and "has not begun" in done.err and entries() == before,
                f"{words}: before the charter's period nothing is written",
                done,
            )
            continue
        knocked.lawful(done, codes=(0,))
        after = entries()[-1]["time"]
        told = datetime.fromisoformat(after.replace("Z", "+00:00")).timestamp()
        suite.check(abs(told - (time.time() + seconds)) < 120, f"{words}: the entry carries the clock's time", after)
        suite.equal(done.json["entry"]["index"], len(entries()) - 1, f"{words}: the entry is the last")
        for name in ("record", "search"):
            suite.equal(knocked.command(node, name).out, knocked.truth[name][1], f"{words}: '{name}' shows the same")
        suite.check(knocked.check()["verdict"] == "sound", f"{words}: the folder is sound")
        imported = knocked.import_more(f"klok{seconds}", 3, env=off(seconds))
        suite.equal(imported.code, 0, f"{words}: an import is done")
    told = node.ok("node", "status")["alarms"]
    suite.check(told and {alarm["code"] for alarm in told} == {"clock"}, "that its clock was ahead is told", told)
    suite.equal(node.ok("node", "status", "--acknowledge")["alarms"], [], "until it was seen")
    knocked.peer.start()
    for _ in range(2):
        done = knocked.lawful(node.run("sync", "now", env=off(-DAY)))
        suite.equal(done.code, 0, "a node whose clock is a day behind synchronises")
    suite.equal(knocked.peer.stop(), 0, "the partner stops cleanly")
    shown = knocked.peer.ok("case", "show", knocked.case)["notes"]
    suite.equal(len([n for n in shown if n["text"].startswith("klok")]), 8, "the partner shows all notes")
    knocked.keep()


def values(knocked):
    """Each limit that a person can meet, exactly and passed by one; a value of 1 MiB."""
    suite, node = knocked.suite, knocked.node
    knocked.put_back()

    def case(*words):
        return ("case", *words)

    text = lambda count: "x" * (count - 2) + "é"  # noqa: E731 - bytes are counted, not characters
    open_case = ("case", "open", "--table", knocked.table, "--title")
    lines = [
        ("a note", lambda t: case("note", knocked.case, t), 65_536),
        ("a title", lambda t: (*open_case, t), 200),
        ("a summary", lambda t: (*open_case, "t", "--summary", t), 4_000),
        ("a tag", lambda t: case("tag", knocked.case, t), 64),
        ("a title written later", lambda t: case("set", knocked.case, "title", t), 200),
        ("a summary written later", lambda t: case("set", knocked.case, "summary", t), 4_000),
        ("a user's name", lambda t: case("note", knocked.case, "n", "--as", t), 64),
    ]
    for words, command, largest in lines:
        done = knocked.lawful(node.run(*command(text(largest))), codes=(0,))
        suite.equal(done.code, 0, f"{words} of {largest} bytes is taken")
        done = knocked.lawful(node.run(*command(text(largest + 1))), codes=(2,))
        suite.equal(done.code, 2, f"{words} of {largest + 1} bytes is refused")
    view = node.ok("case", "show", knocked.case)
    suite.check(text(65_536) in [n["text"] for n in view["notes"]], "a note of 65,536 bytes is shown whole")
    relation = "r" * 32
    subjects = [subject["id"] for subject in view["subjects"]][:2]
    suite.equal(
        knocked.lawful(node.run("case", "link", knocked.case, subjects[0], relation, subjects[1])).code,
        0,
        "a relation of 32 letters is taken",
    )
    suite.equal(
        knocked.lawful(node.run("case", "link", knocked.case, subjects[0], relation + "r", subjects[1])).code,
        2,
        "a relation of 33 letters is refused",
    )
    for largest, rule in ((65_536, "value.length"), (1_048_576, "row.length")):
        rows = [{"ID": f"L{largest}-{n}", "Text": "y" * (largest + n)} for n in (-1, 0, 1)] + [
            {"ID": f"L{largest}-z", "Text": "kort"}
        ]
        path = knocked.world.write("lang.csv", csv_text(rows))
        mapping = knocked.world.write(
            "lang.yaml", MAPPING.format(source="lang", type="inspection", category="business")
        )
        done = knocked.lawful(node.run("record", "import", path, "--mapping", mapping), codes=(1,))
        rejected = {finding["line"] for finding in done.json["findings"] if finding["severity"] == "error"}
        suite.equal(
            rejected,
            {4} if largest == 65_536 else {2, 3, 4},
            f"values of about {largest} bytes: those too long are rejected",
        )
        suite.check(
            any(finding["rule"] == rule for finding in done.json["findings"]),
            f"and named {rule}",
            done.json["findings_by_rule"],
        )
    record = node.record("L65536-0")
    suite.equal(
        len(node.ok("record", "show", record)["fields"]["text"]), 65_536, "a value of 65,536 bytes is kept whole"
    )
    done = knocked.lawful(
        node.run("fragment", "share", "--case", knocked.case, "--record", record, "--fields", "text"), codes=(0,)
    )
    suite.equal(done.code, 0, "and shared whole")
    reason = ("fragment", "withdraw", done.json["fragment"], "--reason")
    suite.equal(knocked.lawful(node.run(*reason, "r" * 501)).code, 2, "a reason of 501 bytes is refused")
    suite.equal(knocked.lawful(node.run(*reason, "r" * 500)).code, 0, "a reason of 500 bytes is taken")
    for size, code in ((1_024, 3), (1_025, 2)):
        knocked.world.write("lang.passphrase", "p" * size)
        done = knocked.lawful(
            knocked.world.execute(
                [
                    knocked.world.tafel,
                    "node",
                    "status",
                    "--data",
                    node.data,
                    "--passphrase-file",
                    knocked.world.path("lang.passphrase"),
                ]
            )
        )
        suite.equal(done.code, code, f"a passphrase of {size} bytes")
    suite.check(knocked.check()["verdict"] == "sound", "the folder is sound")
    knocked.sync()
    suite.equal(node.canonical(knocked.case), knocked.peer.canonical(knocked.case), "the partner shows the same")
    knocked.keep()


def many_notes(knocked, count):
    """One after another on a running node: a note at the end costs not much more than one at the beginning."""
    suite, node = knocked.suite, knocked.node
    knocked.put_back()
    node.start()
    seconds = []
    for n in range(count):
        started = time.monotonic()
        node.ok("case", "note", knocked.case, f"notitie {n}")
        seconds.append(time.monotonic() - started)
    node.ok("case", "show", knocked.case)
    with open(f"/proc/{node.process.pid}/status") as file:
        peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
    first, last = sorted(seconds[:50])[25], sorted(seconds[-50:])[25]
    print(
        f"  {count} notes: {first * 1000:.1f} ms each at first, {last * 1000:.1f} ms at last, {peak // 1024} MiB at"
        " most",
        flush=True,
    )
    suite.equal(
        len([n for n in node.ok("case", "show", knocked.case)["notes"] if n["text"].startswith("notitie")]),
        count,
        "all notes are shown",
    )
    knocked.peer.start()
    node.ok("sync", "now")
    suite.equal(node.heads(), knocked.peer.heads(), "both hold the same")
    suite.equal(node.stop(), 0, "the node stops cleanly")
    suite.equal(knocked.peer.stop(), 0, "the partner stops cleanly")
    suite.equal(node.canonical(knocked.case), knocked.peer.canonical(knocked.case), "both show the same")
    knocked.keep()
