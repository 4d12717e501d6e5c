#!/usr/bin/env python3
"""Long work shows a bar with share, rate and time left on a terminal, and nothing anywhere else.

The entries are written by `tafel-bench load`, which lies beside the programs; totals are counted from them.
"""

import json
import os
import re
import signal
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from support import Broken, Suite  # noqa: E402

CASES = 3
HALT_SECONDS = 3
BAR = r"\[#*\.*\] (\d+)%  \d+ {unit}/s  \d+ (s|min) left *"
COUNT = r"(\d+) {unit}  \d+ {unit}/s *"


def add_arguments(parser):
    parser.add_argument("--entries", type=int, default=12_000, help="fragments in the log (default: 12,000)")


def check_bar(suite, shown, unit, label=""):
    """What a terminal showed is bars, the share grows, and they are taken away."""
    lines = [line for line in shown.split("\r") if line.strip()]
    bars = [re.fullmatch(re.escape(label) + BAR.format(unit=unit), line) for line in lines]
    shares = [int(bar[1]) for bar in bars if bar]
    others = [
        line
        for line, bar in zip(lines, bars)
        if not bar and not re.fullmatch(re.escape(label) + COUNT.format(unit=unit), line)
    ]
    suite.check(shares and not others, "share, rate and time left", (lines[:2], others[:2]))
    suite.check(shares and shares == sorted(shares) and shares[-1] <= 100, "the share grows", shares)
    suite.check(shown.endswith(" \r"), "the bar is taken away", shown[-80:])


def loaded(world, node, count):
    """Writes fragments into the log of a node that does not run."""
    program = os.path.join(os.path.dirname(world.tafel), "tafel-bench")
    done = world.execute(
        [
            program,
            "load",
            "--cases",
            str(CASES),
            "--fragments",
            str(count),
            "--bytes",
            "512",
            "--data",
            node.data,
            "--passphrase-file",
            node.passphrase,
        ],
        seconds=600,
    )
    if done.code != 0:
        raise Broken(str(done))


def check_sync(suite, world, table):
    """Fetching everything, once with the own node running and once without; and on no terminal."""
    giver, running, opened, silent = (world.nodes[handle] for handle in ("od-noord", "politie", "ilt", "om"))
    giver.start()
    size = next(log["size"] for log in giver.ok("sync", "status")["logs"] if log["author"] == "od-noord")
    suite.title("sync now, the own node does not run")
    code, out, shown = world.on_terminal(opened.command("sync", "now", "--peer", "od-noord"))
    answer = json.loads(out)["peers"][0]
    suite.check(code == 0 and answer["ok"] and answer["received"]["entries"] >= size, "everything came", answer)
    check_bar(suite, shown, "entries", "od-noord  ")
    suite.title("sync now, the own node runs")
    # Nodes that run fetch by themselves: the giver is halted before the other begins, until the command waits for it.
    giver.process.send_signal(signal.SIGSTOP)
    running.start()
    threading.Timer(HALT_SECONDS, giver.process.send_signal, [signal.SIGCONT]).start()
    code, out, shown = world.on_terminal(running.command("sync", "now", "--peer", "od-noord", passphrase=False))
    answer = json.loads(out)["peers"][0]
    suite.check(code == 0 and answer["ok"] and answer["rounds"] > 0, "the round is done", answer)
    check_bar(suite, shown, "entries", "od-noord  ")
    suite.equal(running.stop(), 0, "the node stops cleanly")
    suite.title("sync now without a terminal")
    done = silent.run("sync", "now", "--peer", "od-noord")
    suite.check(done.code == 0 and done.json["peers"][0]["received"]["entries"] > size, "everything came", done)
    suite.equal(done.err, "", "no bar")
    giver.stop()


def check_folder(suite, world, node):
    """Reading everything in a folder, part by part."""
    suite.title("node check")
    code, out, shown = world.on_terminal(node.command("node", "check"))
    suite.check(code == 0 and json.loads(out)["verdict"] == "sound", "the folder is sound", out[:200])
    parts = {}
    for line in shown.split("\r"):
        if line.strip():
            parts.setdefault(line.split("  ")[0], []).append(line)
    suite.check(
        "od-noord/0" in parts and set(parts) <= {"store", "od-noord/0", "politie/0", "ilt/0", "om/0"},
        "the parts are named",
        list(parts),
    )
    for part, lines in parts.items():
        check_bar(suite, "\r".join([*lines, " \r"]), "pages" if part == "store" else "entries", part + "  ")
    done = node.run("node", "check")
    suite.equal((done.code, done.err), (0, ""), "no bar without a terminal")


def check_bundle(suite, world, node, table):
    """Verifying a bundle."""
    suite.title("tafel-audit verify")
    path = world.path("bundle")
    node.ok("log", "export", "--table", table, "--out", path)
    code, out, shown = world.on_terminal([world.audit_path, "verify", path, "--json"])
    suite.check(code == 0 and json.loads(out)["verdict"] == "self-consistent", "the bundle holds", out[:200])
    check_bar(suite, shown, "entries")
    done = world.audit("verify", path)
    suite.equal((done.code, done.err), (0, ""), "no bar without a terminal")


def script(suite, world):
    # One class: each has a ground to give the others business data.
    nodes = [world.node(handle, member_class="od-toezicht") for handle in ("od-noord", "politie", "ilt", "om")]
    table = world.table(nodes[0], nodes[1:])
    loaded(world, nodes[0], suite.options.entries)
    check_sync(suite, world, table)
    check_folder(suite, world, nodes[0])
    check_bundle(suite, world, nodes[0], table)


if __name__ == "__main__":
    Suite(__doc__.split("\n")[0], add_arguments).play(script)
