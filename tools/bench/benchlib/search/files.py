"""The folder with records, questions and expected answers: made once for a size and a seed."""

import hashlib
import json
import os

from . import questions
from .oracle import Oracle
from .records import write
from .rows import Rows

RECORDS = 1_000_000
SEED = 1
# What they are made by: when one of these changes, what was made before is not used.
MAKERS = ("chance", "lexicon", "landscape", "typos", "records", "rows", "questions", "oracle")


def _made_by(count, seed):
    digest = hashlib.sha256()
    for name in MAKERS:
        with open(os.path.join(os.path.dirname(__file__), name + ".py"), "rb") as file:
            digest.update(file.read())
    return {"records": count, "seed": seed, "makers": digest.hexdigest()}


def prepare(folder, count, seed, say):
    """Makes what is not there yet; how many records, the seed, the questions, and what is expected by question.

    Without a count or a seed those of the folder stay.
    """
    note = os.path.join(folder, "made.json")
    made = json.loads(_text(note)) if os.path.exists(note) else {}
    count, seed = count or made.get("records", RECORDS), made.get("seed", SEED) if seed is None else seed
    wanted = _made_by(count, seed)
    if made != wanted:
        os.makedirs(folder, exist_ok=True)
        if os.path.exists(note):
            os.remove(note)
        say(f"writing {count:,} records")
        write(folder, count, seed)
        rows = Rows(folder)
        say("making questions, and finding the answers one by one")
        oracle = Oracle(rows)
        with (
            open(os.path.join(folder, "queries.jsonl"), "w", encoding="utf-8") as asked,
            open(os.path.join(folder, "expected.jsonl"), "w", encoding="utf-8") as expected,
        ):
            for question, fact in questions.make(rows, seed):
                asked.write(json.dumps(question, ensure_ascii=False) + "\n")
                expected.write(json.dumps(oracle.expected(question, fact), ensure_ascii=False) + "\n")
        with open(note, "w", encoding="utf-8") as file:
            json.dump(wanted, file)
    return count, seed, _lines(folder, "queries.jsonl"), {one["id"]: one for one in _lines(folder, "expected.jsonl")}


def _text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def _lines(folder, name):
    return [json.loads(line) for line in _text(os.path.join(folder, name)).splitlines()]
