#!/usr/bin/env python3
"""What makes the programs easy: `tafel` alone says what to do next, shells complete it, manual pages show every
command."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from shifted_clock import shifted  # noqa: E402
from support import Suite, wait_until  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
# What a press of Tab after these words must offer, among others.
COMPLETIONS = (
    (("tafel", ""), {"node", "record", "table", "case", "fragment", "sync", "log"}),
    (("tafel", "no"), {"node"}),
    (("tafel", "node", ""), {"init", "run", "card", "status"}),
    (("tafel", "case", "o"), {"open"}),
    (("tafel", "fragment", "share", "--"), {"--case", "--record", "--fields", "--preview", "--data"}),
    (("tafel-audit", "verify", "--p"), {"--policy"}),
)


def alone(world, folder):
    """What `tafel` says without arguments, with its data in a folder."""
    return world.execute([world.tafel], env=world.environment | {"TAFEL_DATA": folder})


def check_alone(suite, world):
    """The advice follows what there is."""
    said = alone(world, world.path("none"))
    suite.check(said.code == 0 and b"tafel node init" in said.out and not said.err, "without a node: make one", said)
    noord, politie = world.node("od-noord", 1), world.node("politie", 2)
    said = alone(world, noord.data)
    suite.check(
        said.code == 0 and b"tafel node run" in said.out and b"node init" not in said.out,
        "with a node that does not run: start it",
        said,
    )
    noord.start()
    said = alone(world, noord.data)
    suite.check(
        said.code == 0 and b"record import" in said.out and b"table accept" in said.out,
        "with an empty node: records and a table",
        said,
    )
    noord.import_rows("bron", [{"ID": "1", "Company": "Alfa B.V.", "kvk": "12345678"}])
    table = world.table(noord, [politie])
    said = alone(world, noord.data)
    suite.check(b"case open" in said.out and b"record import" not in said.out, "with a table: open a case", said)
    noord.ok("case", "open", "--table", table, "--title", "Zaak")
    said = alone(world, noord.data)
    suite.check(
        b"case list" in said.out and b"fragment share" in said.out and b"case open" not in said.out,
        "with a case: look and share",
        said,
    )


def offered(script, program, words):
    """What bash offers after these words."""
    line = " ".join(words)
    code = (
        f"source {script}; COMP_WORDS=({' '.join(repr(w) for w in words)}); COMP_CWORD={len(words) - 1};"
        f" COMP_LINE={line!r}; COMP_POINT={len(line)}; COMPREPLY=(); f=$(complete -p {program} | sed 's/.*-F \\([^"
        f" ]*\\).*/\\1/'); $f {program} {words[-1]!r} {words[-2]!r}; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, timeout=30)
    return {word.strip() for word in done.stdout.splitlines()}, done.stderr


def check_completions(suite, world, prefix):
    """Bash is asked; zsh and fish read their files where they are installed."""
    for words, wanted in COMPLETIONS:
        found, errors = offered(os.path.join(prefix, "share/bash-completion/completions", words[0]), words[0], words)
        suite.check(wanted <= found and not errors, f"bash completes: {' '.join(words)}", f"{sorted(found)} {errors}")
    for program in ("tafel", "tafel-audit"):
        for shell, place in (
            ("zsh", f"share/zsh/site-functions/_{program}"),
            ("fish", f"share/fish/vendor_completions.d/{program}.fish"),
        ):
            path = os.path.join(prefix, place)
            suite.check(os.path.getsize(path) > 500, f"{shell} has completions for {program}")
            if shutil.which(shell):
                done = subprocess.run([shell, "-n", path], capture_output=True, text=True, timeout=30)
                suite.check(done.returncode == 0, f"{shell} reads the completions for {program}", done.stderr)
            else:
                print(f"  {shell} is not installed: its completions for {program} are written and not read")


def commands(world, *path):
    """Every command that the help shows below a path, as words."""
    shown = world.execute([world.tafel, *path, "--help"]).out.decode()
    yield ("tafel", *path)
    if "SUBCOMMANDS:" in shown:
        for line in shown.split("SUBCOMMANDS:")[1].splitlines():
            if line.startswith("  ") and line[2:3].islower():
                yield from commands(world, *path, line.split()[0])


def check_pages(suite, world, prefix):
    """A page for each command, with each option of its help, that the formatter takes without a warning."""
    folder = os.path.join(prefix, "share/man/man1")
    listed = list(commands(world))
    suite.check(len(listed) > 25, "the help shows the commands", len(listed))
    for path in listed:
        page = os.path.join(folder, "-".join(path) + ".1")
        if not suite.check(os.path.exists(page), f"a manual page for {' '.join(path)}"):
            continue
        with open(page, encoding="utf-8") as file:
            text = file.read().replace("\\-", "-")
        shown = world.execute([world.tafel, *path[1:], "--help"]).out.decode()
        options = {word.strip(",") for line in shown.splitlines() for word in line.split()[:1] if word.startswith("--")}
        missing = [option for option in options - {"--version", "--help"} if option not in text]
        suite.check(not missing, f"the page of {' '.join(path)} has its options", missing)
        if shutil.which("groff"):
            done = subprocess.run(
                ["groff", "-man", "-ww", "-z", "-Tutf8", page], capture_output=True, text=True, timeout=30
            )
            suite.check(
                done.returncode == 0 and not done.stderr, f"the page of {' '.join(path)} is well formed", done.stderr
            )
    if not shutil.which("groff"):
        print("  groff is not installed: the pages are written and not formatted")


def check_waits(suite, world):
    """A node starts while commands come and go, commands wait for a node that starts or stops, and its terminal may
    go."""
    node, done, stop = world.node("waterschap"), [], threading.Event()

    def look():
        while not stop.is_set():
            done.append(node.run("node", "status"))

    looker = threading.Thread(target=look)
    looker.start()
    try:
        for _ in range(5):
            node.start()
            os.kill(node.process.pid, signal.SIGHUP)
            suite.equal(node.run("node", "card").code, 0, "a node that lost its terminal goes on")
            suite.equal(node.stop(), 0, "and stops cleanly")
    finally:
        stop.set()
        looker.join()
    # One that the node had taken when it stopped is told so.
    failed = [one for one in done if one.code != 0 and "ended before it answered" not in one.err]
    suite.check(len(done) > 4 and not failed, "each command beside it was answered", [str(one) for one in failed[:2]])
    with open(world.path("waterschap.log"), encoding="utf-8") as log:
        text = log.read()
    suite.check(
        text.count("started, listens on") == 5 and text.count("stops") == 5,
        "its log has each start and stop",
        text[-400:],
    )


def check_silence(suite, world):
    """A partner that is not reached for as long as the operator set is an alarm, which ends with it."""
    node, partner = (world.node(handle, member_class="od-toezicht") for handle in ("od-wacht", "od-stil"))
    table = world.table(node, [partner])
    path = os.path.join(node.data, "node.json")
    with open(path, encoding="utf-8") as file:
        chosen = json.load(file)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(chosen | {"alarm_minutes": 1}, file)
    node.start()
    suite.equal(node.run("node", "status").code, 0, "no alarm stands at first")
    told = wait_until(lambda: node.run("node", "status").code == 1, 80, 1)
    alarms = node.ok("node", "status")["alarms"]
    suite.check(
        told and [a["code"] for a in alarms] == ["silent"] and "od-stil" in alarms[0]["text"],
        "who is not reached for a minute is an alarm, and the exit code 1",
        alarms,
    )
    partner.start()
    ended = wait_until(lambda: node.run("node", "status").code == 0, 60, 1)
    past = node.ok("node", "status")["past_alarms"]
    suite.check(
        ended and past and past[0]["code"] == "silent" and past[0]["until"], "it ends when the partner is there", past
    )
    # One that hangs takes nothing: what it lacks is told, or that it is gone once its session is.
    partner.process.send_signal(signal.SIGSTOP)
    node.ok("case", "open", "--table", table, "--title", "Achterstand")
    told = wait_until(lambda: node.run("node", "status").code == 1, 130, 1)
    alarms = node.ok("node", "status")["alarms"]
    suite.check(
        told and [a["code"] for a in alarms] in (["backlog"], ["silent"]) and "od-stil" in alarms[0]["text"],
        "a partner that hangs is an alarm too",
        alarms,
    )
    partner.process.send_signal(signal.SIGCONT)
    suite.check(
        wait_until(lambda: node.run("node", "status").code == 0, 90, 1),
        "which ends when it goes on",
        node.ok("node", "status")["alarms"],
    )
    partner.stop()
    node.stop()


def check_clock(suite, world):
    """A clock two days behind is told on both sides, though nothing that it dates is in the future."""
    off = shifted(world)
    if not off:
        print("  SKIPPED: no C compiler: no clock is behind", flush=True)
        return
    node, partner = (world.node(handle, member_class="od-toezicht") for handle in ("od-goed", "od-achter"))
    table = world.table(node, [partner])
    case = node.ok("case", "open", "--table", table, "--title", "Klok")["case"]
    node.start()
    partner.start(env=off(-172_800))
    level = wait_until(lambda: partner.run("case", "show", case).code == 0 and node.run("sync", "now").code == 0, 60, 1)
    suite.check(level, "they meet")
    suite.equal(
        [a for a in node.ok("node", "status")["alarms"] if a["code"] == "clock"],
        [],
        "what was written before they met says nothing",
    )
    partner.ok("case", "note", case, "eergisteren, naar mijn klok")

    def told(who, by, words):
        def found():
            return [
                a
                for a in who.ok("node", "status")["alarms"]
                if a["code"] == "clock" and a["handle"] == by and words in a["text"]
            ]

        return suite.check(
            wait_until(found, 30, 1), f"{who.handle} is told of {by}: '{words}'", who.ok("node", "status")["alarms"]
        )

    told(node, "od-achter", "about 2 days before")
    told(partner, "od-goed", "about 2 days ahead")
    partner.stop()
    node.stop()


def check_unaccepted(suite, world):
    """A table that a partner has not accepted is nothing that a round waits for."""
    maker, second, third = (
        world.node(handle, member_class="od-toezicht") for handle in ("od-maker", "od-mee", "od-later")
    )
    world.table(maker, [second, third], "--quorum", "3", name="Oud", accept=False)
    old, new = world.path("Oud.table"), world.path("Nieuw.table")
    third.ok("table", "accept", old)
    world.table(maker, [second, third], "--quorum", "3", name="Oud", accept=False)
    suite.equal(
        second.ok("table", "show", old)["signatures"],
        ["od-maker", "od-later"],
        "a table that is made again keeps what others signed in its file",
    )
    maker.ok("table", "accept", old)
    for node in (maker, second, third):
        node.start()
    cards = [part for node in (second, third) for part in ("--member", world.path(node.handle + ".card"))]
    newer = maker.ok(
        "table",
        "create",
        "--theme",
        "afval",
        "--name",
        "Nieuw",
        "--purpose",
        "Beproeving",
        "--from",
        "2020-01-01",
        "--until",
        "2090-12-31",
        *cards,
        "--out",
        new,
    )["table"]
    second.ok("table", "accept", new)
    maker.ok("table", "accept", new)
    maker.ok("case", "open", "--table", newer, "--title", "Voor wie later komt")
    # No table counts at both yet.
    done = maker.run("sync", "now", "--peer", "od-later")
    suite.check(
        done.code == 3 and done.seconds < 30 and "does not hold 'Nieuw' yet" in done.json["peers"][0]["error"],
        "a partner that holds no table in common is told so at once",
        done,
    )
    second.ok("table", "accept", old)
    suite.check(
        wait_until(lambda: all(one["effective"] for one in maker.ok("table", "list")["tables"]), 20),
        "the older table counts",
        maker.ok("table", "list"),
    )
    for node in (maker, second):
        done = node.run("sync", "now")
        suite.check(done.code == 0 and done.seconds < 30, f"{node.handle} is in step of what all hold", done)
    third.ok("table", "accept", new)
    done = maker.run("sync", "now", "--peer", "od-later")
    suite.check(
        done.code == 0 and len(third.ok("case", "list")["cases"]) == 1, "once it is accepted the round has it too", done
    )
    for node in (maker, second, third):
        node.stop()


def script(suite, world):
    suite.title("tafel alone")
    check_alone(suite, world)
    prefix = os.path.realpath(world.path("prefix"))
    done = world.execute(
        [
            sys.executable,
            os.path.join(ROOT, "tools/manual"),
            "--bin",
            os.path.realpath(suite.options.bin),
            "--out",
            prefix,
        ]
    )
    suite.check(done.code == 0, "manual pages and completions are written", done)
    suite.title("completions")
    check_completions(suite, world, prefix)
    suite.title("manual pages")
    check_pages(suite, world, prefix)
    suite.title("one folder, many commands")
    check_waits(suite, world)
    suite.title("a table that a partner has not accepted")
    check_unaccepted(suite, world)
    suite.title("a clock that is behind")
    check_clock(suite, world)
    suite.title("a partner that is silent")
    check_silence(suite, world)


if __name__ == "__main__":
    Suite("First advice, completions, manual pages.").play(script)
