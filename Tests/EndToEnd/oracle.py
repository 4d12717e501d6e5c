#!/usr/bin/env python3
"""Compares the merged view of three nodes, byte for byte, with one computed by an independent program
(tools/demolib/view.py).

The oracle is fed with what the commands answered: shared fields, places in the log, and times from `log show`.
"""

import datetime
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import scenario  # noqa: E402
from support import Suite  # noqa: E402
from demolib import checks, view  # noqa: E402


def moment(text):
    """A time as the log shows it, as `at` shows it: three decimals and Z."""
    value = datetime.datetime.fromisoformat(text)
    return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"


class Oracle:
    """The canonical view for a reader, with times."""

    def __init__(self, played):
        self.played, self.numbers = played, played.numbers

    def at(self, entry):
        return moment(self.played.entries[entry]["time"])

    def dot(self, item):
        author, index = item["entry"]
        return self.numbers[author], index

    def line(self, item):
        """An item of the model without its entry, with the time of it."""
        return {k: v for k, v in item.items() if k != "entry"} | {"at": self.at(item["entry"])}

    def lines(self, items):
        return [self.line(item) for item in sorted(items, key=self.dot)]

    def seen_at(self, fragments, at):
        """What `--at TIME` leaves of the fragments; a withdrawn one is left out also of a time before."""
        return [
            fragment
            for fragment in fragments
            if self.at(fragment["first"]) <= at and not (fragment["expires"] and at[:10] > fragment["expires"])
        ]

    def canonical(self, case, reader, at=None):
        """The bytes of the view."""
        fragments = case["fragments"] if at is None else self.seen_at(case["fragments"], at)
        tags = [{"tag": tag, "by": sorted(by, key=self.numbers.get)} for tag, by in sorted(case["tags"].items())]
        links = [self.line(link) | {"dot": self.dot(link)} for link in sorted(case["links"], key=self.dot)]
        model = case | {"tags": tags, "links": links, "notes": self.lines(case["notes"]), "fragments": fragments}
        for register in ("title", "phase", "summary", "lead"):
            model[register] = self.lines(case[register])
        shown = view.expected(model, reader)
        found = {fragment["id"]: fragment for fragment in fragments}
        for item in shown["fragments"]:
            item.update(at=self.at(found[item["id"]]["entry"]), expires=found[item["id"]]["expires"], withdrawn=None)
        for subject in shown["subjects"]:
            for lines in subject["facts"].values():
                for source in (source for value in lines for source in value["sources"]):
                    source["at"] = self.at(found[source["fragment"]]["entry"])
            same = [
                (link["to"] if link["from"] == subject["id"] else link["from"], link["dot"], link)
                for link in links
                if link["relation"] == "same-as" and subject["id"] in (link["from"], link["to"])
            ]
            subject["same_as"] = [
                {"at": link["at"], "by": link["by"], "id": other}
                for other, _, link in sorted(same, key=lambda item: item[:2])
            ]
        shown["links"] = [
            {k: v for k, v in link.items() if k != "dot"}
            for link in sorted(links, key=lambda link: (link["from"], link["relation"], link["to"], link["dot"]))
        ]
        return view.canonical(shown)


def compare(suite, words, found, wanted):
    """Byte for byte, and where they differ."""
    detail = (
        ""
        if found == wanted
        else "\n          ".join(
            view.differences(json.loads(found), json.loads(wanted)) or ["same values, other bytes"]
        )
    )
    suite.check(found == wanted, words, detail)


def check_case(suite, played, oracle, case, name):
    """Each entitled node shows what the oracle computes, running or not; the other shows nothing."""
    shown = {}
    for handle, node in played.nodes.items():
        if handle not in case["audience"]:
            done = node.run("case", "show", case["id"])
            suite.check(
                done.code == 2 and not done.out and "tafel sync now" in done.err,
                f"{name}: {handle}, outside the audience, answers exit 2 and suggests tafel sync now",
                done,
            )
            continue
        shown[handle] = node.canonical(case["id"])
        compare(suite, f"{name}: the view of {handle} is the oracle's", shown[handle], oracle.canonical(case, handle))
    return shown


def check_difference(suite, played, oracle, case, shown):
    """The om sees the case without the two fragments that were not given to it, and nothing else differs."""
    suite.check(
        shown["od-noord"] == shown["politie"], "od-noord and politie, with equal entitlements, show equal bytes"
    )
    hidden = {f["id"] for f in case["fragments"] if "om" not in f["to"] and f["owner"] != "om"}
    suite.equal(len(hidden), 2, "two fragments were not given to the om")
    suite.check(shown["om"] != shown["od-noord"], "the view of the om differs")
    suite.check(
        not any(fragment.encode() in shown["om"] for fragment in hidden),
        "the undisclosed fragments are nowhere in the view of the om",
    )
    compare(
        suite,
        "the om's view is od-noord's without the undisclosed fragments and what follows from them",
        shown["om"],
        checks.without(shown["od-noord"], hidden, json.loads(oracle.canonical(case, "om"))),
    )
    whole, less = json.loads(shown["od-noord"]), json.loads(shown["om"])
    suite.check(any(c["fact"] == "name" for c in whole["conflicts"]), "there is a conflict of names")
    suite.check(len(whole["phase"]) == 2, "there are two phases, written apart", whole["phase"])
    suite.equal(len(whole["fragments"]) - len(less["fragments"]), 2, "the om shows two fragments less")


def check_times(suite, played, oracle, case):
    """`--at`: on both sides of each moment that matters."""
    marks = sorted({oracle.at(f[k]) for f in case["fragments"] for k in ("first", "withdrawn_entry") if k in f})
    moments = {marks[0], marks[-1], "2089-01-31T23:59:59.999Z", "2089-02-01T00:00:00.000Z", "2019-01-01T00:00:00.000Z"}
    for mark in marks:
        before = datetime.datetime.fromisoformat(mark) - datetime.timedelta(milliseconds=1)
        moments |= {mark, moment(before.isoformat())}
    chosen = sorted(moments)
    for number, at in enumerate(chosen):
        handle = scenario.HANDLES[number % 3]
        compare(
            suite,
            f"--at {at}: the view of {handle} is the oracle's",
            played.nodes[handle].canonical(case["id"], "--at", at),
            oracle.canonical(case, handle, at),
        )


def script(suite, world):
    suite.title("three nodes, a case with a conflict, a withdrawal and two audiences")
    played = scenario.Scenario(suite, world)
    played.play()
    oracle = Oracle(played)
    suite.title("the views against the oracle")
    shown = check_case(suite, played, oracle, played.model, "first case")
    check_case(suite, played, oracle, played.second, "second case")
    check_difference(suite, played, oracle, played.model, shown)
    check_times(suite, played, oracle, played.model)
    suite.title("the same after a restart, and while not running")
    for handle, node in played.nodes.items():
        suite.equal(node.stop(), 0, f"{handle} stops cleanly")
        suite.check(node.canonical(played.model["id"]) == shown[handle], f"{handle}: the same bytes while not running")
        node.start()
        suite.check(node.canonical(played.model["id"]) == shown[handle], f"{handle}: the same bytes after a restart")
    suite.title("an oracle fed with one wrong value says so")
    played.model["fragments"][0]["fields"]["subject.name"] += "!"
    suite.check(oracle.canonical(played.model, "om") != shown["om"], "a changed value is found")


if __name__ == "__main__":
    Suite("The merged view against an independent oracle.").play(script)
