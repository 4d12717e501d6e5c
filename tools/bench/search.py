"""Measures searches (Q1) beside PostgreSQL: generated records, the same questions, answers held against an oracle.

tools/bench/search                                    the peer alone, 1,000,000 records
tools/bench/search --bin FOLDER                       the product beside it: FOLDER has tafel and tafel-bench
tools/bench/search --bin FOLDER --data NODE           the same, with a folder that has the records already
tools/bench/search --folder FOLDER --only-make        records, questions and expected answers, and no more
tools/bench/search --folder FOLDER --answers FILE     judges answers that a program wrote to the questions there
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
from benchlib import report  # noqa: E402
from benchlib.programs import Broken, World  # noqa: E402
from benchlib.search import answers, figures, files, product  # noqa: E402
from benchlib.search.cluster import Cluster  # noqa: E402
from benchlib.search.peer import Peer  # noqa: E402

ROUNDS = 7
# Asked before each round and not counted: a process or connection that just began is not what is measured.
WARMING = 20
# A kind of question that took a side so long is asked no more.
KIND_SECONDS_MAX = 600


def options():
    parser = argparse.ArgumentParser(
        prog="tools/bench/search", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, help=f"how many (default: as in --folder, else {files.RECORDS:,})")
    parser.add_argument(
        "--seed", type=int, help=f"of records and questions (default: as in --folder, else {files.SEED})"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"how often each side (default: {ROUNDS})")
    parser.add_argument("--folder", help="where records, questions and expected answers stay (default: they do not)")
    parser.add_argument("--scratch", help="where node and server go: a folder on the disk that is measured")
    parser.add_argument("--bin", help="folder with tafel and tafel-bench; without it the peer alone is measured")
    parser.add_argument("--data", help="folder that has the records, for tafel-bench; without it a node is made")
    parser.add_argument("--passphrase-file", help="passed on with --data")
    parser.add_argument("--no-peer", action="store_true", help="without PostgreSQL")
    parser.add_argument("--only-make", action="store_true", help="make the files in --folder, and no more")
    parser.add_argument("--answers", metavar="FILE", help="judge this file of answers, and no more")
    parser.add_argument("--json", metavar="FILE", help="write all figures to this file too")
    chosen = parser.parse_args()
    if chosen.rounds < 1 or chosen.records is not None and chosen.records < 1_000:
        parser.error("--rounds: 1 or more; --records: 1,000 or more")
    if (chosen.only_make or chosen.answers) and not chosen.folder:
        parser.error("--only-make and --answers need --folder")
    return chosen


def say(words):
    print(f"[{time.strftime('%H:%M:%S')}] {words}", file=sys.stderr, flush=True)


def warmed(questions):
    """The questions with some of each kind in front, under other names."""
    front, counts = [], {}
    for question in questions:
        counts[question["kind"]] = counts.get(question["kind"], 0) + 1
        if counts[question["kind"]] <= WARMING:
            front.append(question | {"id": "warm-" + question["id"]})
    return front + questions


def measure(sides, questions, expected, rounds):
    """By side: figures over the rounds, and what is wrong with the answers; the sides take turns in going first."""
    told = {side: {"rounds": [], "judged": None, "seconds": {}, "load": []} for side in sides}
    given = {side: [] for side in sides}
    for number in range(rounds):
        for side in list(sides) if number % 2 == 0 else reversed(list(sides)):
            one = told[side]
            asked = [question for question in questions if one["seconds"].get(question["kind"], 0) < KIND_SECONDS_MAX]
            answered = sides[side].answers(warmed(asked))
            kinds = {question["id"]: question["kind"] for question in asked}
            for answer in answered:
                if answer["id"] in kinds:
                    kind = kinds[answer["id"]]
                    one["seconds"][kind] = one["seconds"].get(kind, 0) + answer["microseconds"] / 1_000_000
            one["rounds"].append(figures.of_round(asked, answered))
            given[side].append(answered)
            one["load"].append(os.getloadavg()[0])
            judged = answers.judged(asked, expected, answered)
            # The round with most wrong answers tells, as one wrong answer is one too many.
            one["judged"] = {
                kind: max((values, (one["judged"] or {}).get(kind, values)), key=lambda values: values["wrong"])
                for kind, values in {**(one["judged"] or {}), **judged}.items()
            }
            say(f"round {number + 1} of {rounds}, {side}: {len(asked):,} questions")
    for side, one in told.items():
        one["figures"] = figures.over_rounds(one["rounds"])
        one["steady"] = figures.over_questions(questions, given[side])
    return told


def judgement(side, judged):
    """What to read of answers held against the oracle."""
    lines = []
    for kind in figures.GOALS:
        if kind in judged:
            one = judged[kind]
            found = f", right record among the hits: {one['found'] / one['questions']:.1%}" if kind == "name" else ""
            lines.append(f"{side}, {kind}: {one['questions']:,} questions, {one['wrong']} answers wrong{found}")
            lines += [f"  {words}" for words in one["complaints"]]
    return "\n".join(lines)


def run(chosen, folder, scratch):
    count, seed, questions, expected = files.prepare(folder, chosen.records, chosen.seed, say)
    if chosen.only_make:
        return 0
    if chosen.answers:
        judged = answers.judged(questions, expected, product.read(chosen.answers))
        print(judgement("answers", judged))
        print("\n".join(["not found:", *judged["name"]["missed"]]))
        return 1 if any(one["wrong"] for one in judged.values()) else 0
    document = {
        "machine": report.machine(scratch),
        "records": count,
        "seed": seed,
        "rounds": chosen.rounds,
    }
    sides, world = {}, World(scratch, os.path.realpath(chosen.bin or "."), "")
    if chosen.bin:
        sides["product"] = product.Product(world, chosen.data, chosen.passphrase_file)
        if not chosen.data:
            say("importing the records into a node")
        document["product_load"] = sides["product"].load(folder)
    if chosen.no_peer:
        told = measure(sides, questions, expected, chosen.rounds)
    else:
        with Cluster(scratch) as cluster:
            peer = sides["PostgreSQL"] = Peer(cluster)
            say("loading the records into PostgreSQL")
            document["peer_load"] = peer.load(folder)
            indexes, document["peer_names"] = peer.choose(questions, expected, say)
            document["peer_load"]["indexes"] |= indexes
            told = measure(sides, questions, expected, chosen.rounds)
            document["peer_round_trip"] = peer.round_trip()
            document["peer_server"] = peer.server_times(questions)
            peer.close()
    document["sides"] = told
    if "product" in sides:
        document["product_runs"] = sides["product"].memory
    tell(document)
    if chosen.json:
        with open(chosen.json, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=2, ensure_ascii=False)
            file.write("\n")
    return 1 if any(one["wrong"] for side in told.values() for one in side["judged"].values()) else 0


def tell(document):
    machine, told = document["machine"], document["sides"]
    print(
        f"{machine['date']}, {machine['processor']}, {machine['cores']} cores, {machine['file_system']}, load"
        f" {machine['load'][0]:.1f} at the start; {document['records']:,} records, seed {document['seed']}; of"
        f" {document['rounds']} rounds the medians (lowest to highest)\n"
    )
    print(figures.table(told) + "\n")
    for side, one in told.items():
        print(judgement(side, one["judged"]))
    if "peer_load" in document:
        print("\n" + figures.peer_tables(document))


def main():
    chosen = options()
    scratch = tempfile.mkdtemp(prefix="tafel-search-", dir=chosen.scratch)
    try:
        return run(chosen, os.path.realpath(chosen.folder) if chosen.folder else os.path.join(scratch, "made"), scratch)
    except (Broken, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
