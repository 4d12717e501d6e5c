"""Measures matching on sets of data whose truth is known, beside Splink on the same data in the same run.

tools/bench/linking --data FOLDER                          every set, 7 runs
tools/bench/linking --data FOLDER --only historical --runs 1
tools/bench/linking --data FOLDER --bin FOLDER --no-peer   the product alone, already built
"""

import argparse
import json
import os
import statistics
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from benchlib import report  # noqa: E402
from benchlib.programs import Broken, execute  # noqa: E402

RUNS = 7
# The sets of `tafel-bench link` (LinkSet): what they are, and whether each side has no repeats of its own.
SETS = {
    "amsterdam": ("places known to both files of inspections", True),
    "febrl4": ("FEBRL 4, two files", True),
    "historical": ("half of historical_50k, pairs of one cluster", False),
    "febrl1": ("FEBRL 1", False),
    "fake": ("fake_1000", False),
    "homonyms": ("206 names with 2,895 KvK numbers", False),
    "names": ("the same without their numbers", False),
}
# What Splink is measured with (splink_peer.py): as its own examples do it, and the widest that served it well.
PEERS = {"historical": ["historical", "historical-wide"], "febrl4": ["febrl4"], "fake": ["fake"]}


def options():
    parser = argparse.ArgumentParser(
        prog="tools/bench/linking", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", required=True, help="the folder with nl-inspections, nl-organisations and linkage")
    parser.add_argument("--only", metavar="SETS", help=f"sets, joined by commas: {', '.join(SETS)}")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"how often each side (default: {RUNS})")
    parser.add_argument("--bin", required=True, help="folder with tafel-bench")
    parser.add_argument("--program", default="tafel-bench", help=argparse.SUPPRESS)
    parser.add_argument("--peer-python", help="a Python that has splink")
    parser.add_argument("--no-peer", action="store_true", help="without Splink")
    parser.add_argument("--json", metavar="FILE", help="write all figures to this file too")
    chosen = parser.parse_args()
    chosen.only = chosen.only.split(",") if chosen.only else list(SETS)
    if chosen.runs < 1 or set(chosen.only) - set(SETS):
        parser.error(f"--runs: 1 or more; --only: choose from {', '.join(SETS)}")
    return chosen


def product(chosen, name):
    path = os.path.join(os.path.realpath(chosen.bin), chosen.program)
    done = execute([path, "link", "--set", name, "--data", chosen.data], dict(os.environ))
    return done.json | {"memory": done.memory, "processor": done.processor}


def peer(chosen, name):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "splink_peer.py")
    return execute([chosen.peer_python, script, name, chosen.data], dict(os.environ)).json


def rows_of(name, sides):
    """A set's rows: quality is the same in every run of the product, time and memory are medians."""
    runs = sides[name]
    one = runs[0]
    if any(other["f1"] != one["f1"] or other["suggested"] != one["suggested"] for other in runs):
        raise Broken(f"{name}: two runs found different pairs")
    words, is_pairwise = SETS[name]
    prefix = "one_to_one_" if is_pairwise else ""
    quality = [f"{float(one[prefix + key]):.4f}" for key in ("f1", "precision", "recall")]
    if name in ("homonyms", "names"):
        quality = [f"{one['wrong']} suggested", "", ""]
    seconds = report.cell(report.summary([run["seconds"] for run in runs]), "s")
    memory = f"{statistics.median(run['memory'] for run in runs) / 2**20:.0f} MiB"
    told = [name, words, "product, 0.5" + (", one to one" if is_pairwise else ""), *quality, f"{float(one['best_f1']):.4f}", seconds, memory]
    rows = [told]
    for side, others in sides.items():
        if side == name:
            continue
        fixed = others[0]["fixed"]["0.5"]
        cells = [f"{fixed[key]:.4f}" for key in ("f1", "precision", "recall")]
        cells.append(f"{statistics.median(run['best_f1'] for run in others):.4f}")
        cells.append(report.cell(report.summary([run["seconds"] for run in others]), "s"))
        cells.append(f"{statistics.median(run['memory_kib'] for run in others) / 2**10:.0f} MiB")
        rows.append(["", "", side + ", 0.5", *cells])
    return rows


def main():
    chosen = options()
    is_alone = chosen.no_peer or not chosen.peer_python
    machine = report.machine(".")
    rows = [["set", "what", "side", "F1", "precision", "recall", "best F1", "time", "memory"]]
    figures = {}
    try:
        for name in chosen.only:
            sides = [(name, product)] + [("Splink, " + other, peer) for other in ([] if is_alone else PEERS.get(name, []))]
            figures[name] = {side: [] for side, _ in sides}
            for run in range(chosen.runs):
                for side, ask in sides if run % 2 == 0 else reversed(sides):
                    figures[name][side].append(ask(chosen, side.removeprefix("Splink, ")))
                print(f"[{time.strftime('%H:%M:%S')}] {name}, run {run + 1} of {chosen.runs}", file=sys.stderr, flush=True)
            rows += rows_of(name, figures[name])
    except Broken as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if chosen.json:
        with open(chosen.json, "w", encoding="utf-8") as file:
            json.dump({"machine": machine, "runs": chosen.runs, "sets": figures}, file, indent=2, ensure_ascii=False)
            file.write("\n")
    print(f"{machine['date']}, {machine['processor']}, {machine['cores']} cores, load {machine['load'][0]:.1f}; {chosen.runs} runs, medians (spread)\n")
    print(report.markdown(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
