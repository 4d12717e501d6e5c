#!/usr/bin/env python3
"""A genuine member of a table that lies: a peer in Python, written from Protocol/ alone, plays attacks on real nodes.

Each attack has a table of its own at which three honest nodes and the liar are members. After it the honest nodes
still reach each
other, show one view, blame nobody honest, keep within their memory, and every command answered.
"""

import os
import sys
import time
import traceback

sys.dont_write_bytecode = True
try:
    import cryptography  # noqa: F401
except ImportError:
    if os.path.realpath(sys.executable) != os.path.realpath("/usr/bin/python3") and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", os.path.realpath(__file__), *sys.argv[1:]])
    sys.exit("error: python3: has no package cryptography. Run tools/install --tests")
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from liar_world import Honest, Honests, Stage, Trial  # noqa: E402
import liar_charters  # noqa: E402
import liar_floods  # noqa: E402
import liar_forks  # noqa: E402
import liar_state  # noqa: E402
import liar_together  # noqa: E402
from support import Broken, Suite  # noqa: E402
from reference.peer_tls import SSL, Closed  # noqa: E402
from reference.primitives import Refused  # noqa: E402

# By name: the row of the table of attacks, 0 for what has none, and the function that plays it.
ATTACKS = (
    {"honest": liar_state.ATTACKS["honest"]}
    | liar_forks.ATTACKS
    | liar_state.ATTACKS
    | liar_together.ATTACKS
    | liar_charters.ATTACKS
    | liar_floods.ATTACKS
)
WITH_HELPER = {"removed-member"} | liar_together.WITH_HELPER | liar_charters.WITH_HELPER
# Played with --long, or where it is named: no smaller size reaches the limit that it is about.
LONG = {"passed-over"}
# Attacks whose right answer is not built yet, with what was seen. One that passes while it is listed fails the run.
PENDING = {}


def add_arguments(parser):
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=sorted(ATTACKS), help="these attacks alone")
    parser.add_argument(
        "--long",
        action="store_true",
        help="floods of the sizes in the table of attacks; prints their figures as Markdown",
    )


def play(suite, world, honests, name):
    """One attack on fresh nodes; its trial and its stage."""
    row, attack = ATTACKS[name]
    trial = world.suite = Trial(name)
    honests.fresh()
    stage = Stage(trial, world, honests.nodes, name, suite.options.long, accomplice=name in WITH_HELPER)
    try:
        attack(stage.form())
        stage.laws()
    except (Broken, Closed, Refused, KeyError, TypeError, IndexError, ValueError, OSError) as error:
        at = traceback.extract_tb(error.__traceback__)
        trial.check(
            False,
            f"the attack goes to its end ({at[-1].name}, line {at[-1].lineno}; {at[1].name}, line {at[1].lineno})",
            repr(error)[:600],
        )
    finally:
        if stage.figures:
            peaks = [max(kib(node) for node in honests.nodes) // 1024 for kib in (Honest.peak_kib, Honest.resident_kib)]
            stage.figures[2:] = [*peaks, *trial.slowest, stage.waited]
        stage.end()
        honests.stop()
        world.suite = suite
    return trial, stage


def script(suite, world):
    if SSL is None:
        raise Broken("libssl.so.3 is not there")
    world.suite = Trial("setting up")
    honests = Honests(world)
    figures = []
    for name in suite.options.only or [name for name in ATTACKS if suite.options.long or name not in LONG]:
        row, started = ATTACKS[name][0], time.monotonic()
        trial, stage = play(suite, world, honests, name)
        words = (
            f"{name}{f' (#{row})' if row else ''}: {trial.passed} held, {len(trial.failures)} did not,"
            f" {time.monotonic() - started:.1f} s"
        )
        if stage.figures:
            words += (
                "; {0}, {1:.1f} s to take in, {2} MiB ({3} with file pages), slowest {4:.2f} s {5}, waited {6:.2f} s"
                .format(*stage.figures)
            )
            figures.append((f"#{row} {name}", stage.figures))
        if name in PENDING:
            suite.check(trial.failures, f"{name}: all holds. Take it off PENDING")
            words += f"; pending: {PENDING[name]}" if trial.failures else ""
            suite.title(words)
            for failure in trial.failures if suite.options.only else ():
                print(f"  pending: {failure[:600]}", flush=True)
            continue
        suite.title(words)
        suite.passed += trial.passed
        for failure in trial.failures:
            suite.check(False, f"{name}: {failure}")
    if suite.options.long:
        print(
            "\n| attack | size | seconds to take in | MiB of its own | with file pages | slowest command | longest wait"
            " |\n| --- | --- | --- | --- | --- | --- | --- |"
        )
        for name, (size, seconds, own, resident, slowest, command, waited) in figures:
            print(
                f"| {name} | {size} | {seconds:.1f} | {own} | {resident} | {slowest:.2f} s `{command}` |"
                f" {waited:.2f} s |"
            )


if __name__ == "__main__":
    Suite("A lying member at a table of honest nodes.", add_arguments).play(script)
