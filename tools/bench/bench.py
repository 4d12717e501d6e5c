"""Measures the product beside its floor: the sides alternate, medians and spread are told.

    tools/bench/run                    everything, 7 runs
    tools/bench/run --short            little of everything: that it works, not how fast
    tools/bench/run --only S1,L1       some lines
    tools/bench/run --profile FOLDER   where the product's time goes
"""
import argparse
import json
import os
import shutil
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from benchlib import profile, report  # noqa: E402
from benchlib.programs import Broken, World  # noqa: E402
from benchlib.work import FULL, SHORT, Work  # noqa: E402

RUNS = 7
# Each side goes first once.
RUNS_SHORT = 2


def options():
    parser = argparse.ArgumentParser(prog="tools/bench/run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, help=f"how often each side (default: {RUNS}; {RUNS_SHORT} with --short)")
    parser.add_argument("--short", action="store_true", help="small sizes: shows that it works, the figures say nothing")
    parser.add_argument("--only", metavar="KEYS", help="lines to measure, by key, joined by commas")
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file too")
    parser.add_argument("--profile", metavar="FOLDER", help="instead of measuring, record the product's side with perf, and tell where the time goes")
    parser.add_argument("--folder", help="where the stores go: a folder on the disk that is measured (default: the temporary folder)")
    parser.add_argument("--bin", required=True, help="folder with tafel and tafel-bench")
    parser.add_argument("--floor", required=True, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.runs is not None and chosen.runs < 1:
        parser.error("--runs: 1 or more")
    return chosen


def say(words):
    print(f"[{time.strftime('%H:%M:%S')}] {words}", file=sys.stderr, flush=True)


def measure(world, items, runs, seconds):
    """Each side of each item so often, the other first in every second run."""
    figures = {item.key: {"floor": [], "product": []} for item in items}
    values = {}
    for run in range(runs):
        for name, rate in world.floor("primitives", world.empty("floor"), seconds).items():
            values.setdefault(name, []).append(rate)
        for item in items:
            sides = [("floor", item.floor), ("product", item.product)]
            for side, figure in sides if run % 2 == 0 else reversed(sides):
                figures[item.key][side].append(figure())
            told = figures[item.key]
            say(f"run {run + 1} of {runs}, {item.key}: floor {report.number(told['floor'][-1])}, product {report.number(told['product'][-1])} {item.unit}")
    return figures, {name: report.summary(rates) for name, rates in values.items()}


def record(world, items, folder):
    """Runs the product's side of each item once under the recorder; what it found."""
    os.makedirs(folder, exist_ok=True)
    world.recording = lambda key: profile.recording(folder, key)
    told = []
    # S5 is the work of S1 again.
    for item in (item for item in items if item.key != "S5"):
        item.product()
        say(f"recorded {item.key}")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".perf"):
            told.append(profile.text(folder, name.removesuffix(".perf")))
    return "\n\n".join(told)


def main():
    chosen = options()
    if chosen.profile and profile.needs():
        print(f"error: {profile.needs()}", file=sys.stderr)
        return 3
    sizes = SHORT if chosen.short else FULL
    runs = chosen.runs or (RUNS_SHORT if chosen.short else RUNS)
    folder = tempfile.mkdtemp(prefix="tafel-bench-", dir=chosen.folder)
    world = World(folder, os.path.realpath(chosen.bin), os.path.realpath(chosen.floor))
    try:
        machine = report.machine(folder)
        if machine["file_system"] == "tmpfs":
            say("the stores go to memory (tmpfs): give --folder on a disk for figures that mean something")
        work = Work(world, sizes)
        items = work.items()
        if chosen.only:
            wanted = chosen.only.split(",")
            unknown = [key for key in wanted if key not in {item.key for item in items}]
            if unknown:
                print(f"error: --only: no line {', '.join(unknown)}. Choose from {', '.join(item.key for item in items)}", file=sys.stderr)
                return 2
            items = [item for item in items if item.key in wanted]
        work.prepare(say)
        if chosen.profile:
            print(record(world, items, os.path.realpath(chosen.profile)))
            return 0
        figures, values = measure(world, items, runs, sizes.primitive_seconds)
    except Broken as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    finally:
        world.end()
        shutil.rmtree(folder, ignore_errors=True)
    lines = [report.line(item, **figures[item.key]) for item in items]
    document = {"machine": machine, "runs": runs, "short": chosen.short, "lines": lines, "primitives": values}
    if chosen.json:
        with open(chosen.json, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=2, ensure_ascii=False)
            file.write("\n")
    kind = "small sizes, no figures to keep" if chosen.short else "medians (spread)"
    print(f"{machine['date']}, {machine['processor']}, {machine['cores']} cores, {machine['file_system']}, load {machine['load'][0]:.1f}; {runs} runs, {kind}\n")
    print(report.table(lines) + "\n\n" + report.primitives(values))
    if not report.is_whole(lines, values):
        print("error: a line has no figure", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
