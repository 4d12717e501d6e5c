#!/usr/bin/env python3
"""Subjects over all cases: what is known, what may be one, who decided, what took over from what.

IDs are worked out here from the keys, with hashlib; what is expected stands in the rows that are imported.
"""

import datetime
import hashlib
import json
import math
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from support import ERROR_FORM, Suite  # noqa: E402

TODAY = datetime.datetime.now(datetime.timezone.utc).date()
NEW, OLD, THIRD = "40000016", "40000024", "40000032"
NAME = "Oosterwijk Puinrecycling B.V."
FILLER = 300


def subject(key):
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def day(months_ago):
    months = TODAY.year * 12 + TODAY.month - 1 - months_ago
    return f"{months // 12}-{months % 12 + 1:02d}-10"


def quarter(date):
    return f"{date[:4]}-Q{(int(date[5:7]) + 2) // 3}"


def row(key, name="", kvk="", address="", postcode="", place="", date="", status="", text="", bag=""):
    return {
        "ID": key, "Company": name, "kvk": kvk, "Address": address, "Postcode": postcode, "Place": place,
        "Date": date, "Status": status, "Text": text, "Bag": bag,
    }  # fmt: skip


def filler(n):
    """Companies that share nothing with anybody: what is rare is learned from many."""
    words = [f"{a}{b}" for a in ("bro", "kla", "sti", "vor", "mel", "dru") for b in ("ka", "to", "ri", "nu", "sel")]
    name = f"{words[n % 30].title()} {words[(n * 7 + 3) % 30].title()} BV"
    return row(f"V{n}", name, "", f"{words[(n * 11) % 30].title()}weg {n % 90 + 1}", f"{1100 + n}AB", f"Dorp {n % 17}")


class Stage:
    """Two partners and a third who is given less; the same companies under different names."""

    def __init__(self, suite, world):
        self.suite, self.world = suite, world
        self.noord, self.politie, self.om = (world.node(h) for h in ("od-noord", "politie", "om"))
        site = {"address": "Westerkade 12 A", "postcode": "3511AA", "place": "Utrecht"}
        self.noord.import_rows(
            "controles",
            [
                row("K1", NAME, NEW, date=day(1), status="compliant", **site),
                row("K2", NAME, NEW, date=day(1), status="violation", **site),
                row("K3", NAME, NEW, date=day(8), status="compliant", **site),
                row("K4", NAME, NEW, date=day(11), **site),
                row("K5", NAME, NEW, date="2001-05-05", **site),
                row("K6", "Oosterwijk Puin-recycling BV", "", date=day(2), address="Westerkade 12a",
                    postcode="3511 AA", place="Utrecht"),
                row("K7", "Puin Oud VOF", OLD, date=day(20), status="violation", **site),
                row("K8", "Puin Oud VOF", OLD, date=day(0), status="violation", **site),
                row("K9", "Jansen BV", THIRD, date=day(3), address="Dorpsstraat 1", postcode="9999AB", place="Verweg"),
                row("K10", address="Loswal 14", place="Oosterveen", date=day(30)),
            ],
        )  # fmt: skip
        self.noord.import_rows("meer", [filler(n) for n in range(FILLER)])
        self.noord.import_rows(
            "signalen", [row("S1", NAME, NEW, date=day(8)), row("S2", NAME, NEW, date=day(14))], "signal"
        )
        self.politie.import_rows(
            "bron",
            [
                row("P1", "Oosterwijk Puinrecycling BV", NEW, date=day(4), text="geheim woord vlierbes", **site),
                row("P2", "Oosterwijk Puinrecycling", "", date=day(5), address="Westerkade 12", postcode="3511AA",
                    place="Utrecht"),
                row("P3", "Alleen Politie BV", "40000040", date=day(5)),
            ],
            "incident",
        )  # fmt: skip
        self.politie.import_rows("meer", [filler(n) for n in range(FILLER)])
        self.table = world.table(self.noord, [self.politie, self.om])
        self.politie.start()
        self.om.start()
        self.case = self.noord.ok("case", "open", "--table", self.table, "--title", "Puin", "--to", "politie,om")[
            "case"
        ]
        self.sync()
        fields = "subject.name,subject.kvk,location.address,location.postcode,location.place,date,status"
        self.share(self.noord, "K1", fields)
        self.share(self.noord, "K6", "subject.name,location.address,location.postcode,location.place,date")
        self.share(self.noord, "K9", fields, "--to", "politie")
        self.given = self.share(self.politie, "P1", fields)
        self.bare = self.share(
            self.politie, "P2", "subject.name,location.address,location.postcode,location.place,date"
        )
        self.sync()

    def share(self, node, key, fields, *options):
        done = node.ok(
            "fragment", "share", "--case", self.case, "--record", node.record(key), "--fields", fields, *options
        )
        return done["fragment"]

    def sync(self):
        for _ in range(3):
            self.noord.ok("sync", "now")

    def show(self, name, node=None):
        return (node or self.noord).ok("subject", "show", name)

    def pairs(self, name=None, node=None, *options):
        """The pairs that are suggested, by their keys."""
        found = (node or self.noord).ok("subject", "suggest", *([name] if name else []), *options)
        return {frozenset((pair["a"]["key"], pair["b"]["key"])): pair for pair in found["pairs"]}

    def refused(self, words, said, *command, node=None, code=2):
        """A command that is refused in one line that says what is wrong."""
        done = (node or self.noord).run(*command)
        self.suite.check(
            done.code == code and ERROR_FORM.fullmatch(done.err) and said in done.err and not done.out, words, done
        )


def known(stage):
    """The page of a company with a number."""
    suite = stage.suite
    shown = stage.show(f"kvk:{NEW}")
    suite.equal(shown["id"], subject(f"kvk:{NEW}"), "the ID is the hash of the key")
    for name in (shown["id"], shown["id"][:8], f"  kvk:{NEW} "):
        suite.equal(stage.show(name)["keys"], [f"kvk:{NEW}"], f"'{name}' names it too")
    suite.equal(shown["name"]["names"][0], NAME, "it is called by its name")
    names = {value["value"]: sorted(s["by"] for s in value["sources"]) for value in shown["facts"]["name"]}
    suite.equal(names, {NAME: ["od-noord"], "Oosterwijk Puinrecycling BV": ["politie"]}, "each name with who says so")
    suite.equal(shown["records_found"], 7, "own records of all types")
    suite.equal([f["id"] for f in shown["fragments"]], [stage.given], "the fragment of another, and no own one")
    suite.equal([(c["case"], c["titles"]) for c in shown["cases"]], [(stage.case, ["Puin"])], "its case")
    suite.equal(
        [(s["address"], s["items"], sorted(s["by"])) for s in shown["sites"]],
        [("Westerkade 12 A", 6, ["od-noord", "politie"])],
        "one site, with whose it is",
    )
    suite.equal(shown["outside"], 1, "one control before these five years")
    items = {}
    for date, kind, status in (
        (day(1), "inspection", "compliant"), (day(1), "inspection", "violation"), (day(8), "inspection", "compliant"),
        (day(11), "inspection", ""), (day(8), "signal", ""), (day(14), "signal", ""), (day(4), "incident", ""),
    ):  # fmt: skip
        items.setdefault(quarter(date), []).append((kind, status))
    quarters = {q["quarter"]: q for q in shown["quarters"]}
    suite.equal(len(shown["quarters"]), 20, "twenty quarters")
    suite.equal(shown["quarters"][-1]["quarter"], quarter(TODAY.isoformat()), "the last is this one")
    for name, quarter_shown in quarters.items():
        suite.equal(quarter_shown["colour"], colour(items.get(name, [])), f"the colour of {name}")
        suite.equal(sum(quarter_shown["types"].values()), len(items.get(name, [])), f"how many items are of {name}")
    ascending = [q["quarter"] for q in shown["quarters"]]
    suite.equal(ascending, sorted(ascending), "the oldest quarter comes first")
    place = stage.show("record:" + stage.noord.record("K10"))
    suite.equal(
        (place["name"]["names"], place["name"]["location"]),
        ([], "Loswal 14, Oosterveen"),
        "a subject without a name is called by its address",
    )
    suite.equal(
        stage.show("record:" + stage.noord.record("K1"))["keys"],
        [f"kvk:{NEW}"],
        "a record with a number is of its company",
    )
    text = stage.noord.run("subject", "show", f"kvk:{NEW}", as_json=False)
    suite.check(text.code == 0 and NAME in text.out.decode(), "in text too", text)


def colour(items):
    """What a quarter comes to, as `subjects.md` says."""
    if not items:
        return "none"
    if any(kind == "enforcement" or status == "violation" for kind, status in items):
        return "violation"
    if any(kind == "incident" for kind, _ in items):
        return "incident"
    if any(kind == "signal" for kind, _ in items):
        return "attention"
    controls = [status for kind, status in items if kind in ("inspection", "sample")]
    if not controls:
        return "other"
    return "compliant" if all(status == "compliant" for status in controls) else "unknown"


def suggested(stage):
    """What may be one is suggested, with what speaks for it; decisions take it away and undoing brings it back."""
    suite, bare = stage.suite, "record:" + stage.noord.record("K6")
    pair = frozenset((f"kvk:{NEW}", bare))
    other = frozenset((f"kvk:{NEW}", f"fragment:{stage.bare}"))
    for name in (None, f"kvk:{NEW}", bare):
        found = stage.pairs(name)
        suite.check(pair in found, f"the same company without a number is suggested ({name})", list(found)[:5])
        parts = {part["comparison"]: part for part in found[pair]["parts"]} if pair in found else {}
        suite.check(
            parts
            and float(parts["name"]["bits"]) > 0
            and float(parts["address"]["bits"]) > 0
            and parts["kvk"]["level"] is None,
            f"with the parts of its score ({name})",
            parts,
        )
    told = stage.noord.ok("subject", "suggest")
    for one in told["pairs"]:
        total = float(told["prior"]) + sum(float(part["bits"]) for part in one["parts"])
        suite.check(
            abs(total - float(one["bits"])) < 0.6, "the parts and what was beforehand add up", (total, one["bits"])
        )
    found = stage.pairs()
    suite.check(other in found, "a fragment of another is suggested too", list(found)[:5])
    suite.check(
        not any({f"kvk:{a}", f"kvk:{b}"} <= one for one in found for a in (NEW,) for b in (OLD, THIRD)),
        "two different KvK numbers are no suggestion",
        list(found)[:5],
    )
    suite.check(all(len(one) == 2 for one in found), "nothing is suggested to be itself")
    stage.refused("a limit of 0 is refused", "--limit", "subject", "suggest", "--limit", "0")
    suite.equal(len(stage.pairs(None, None, "--limit", "1")), 1, "as many pairs as are asked for")

    told = stage.noord.ok("subject", "different", f"kvk:{NEW}", bare, "--reason", "Andere eigenaar")
    suite.equal((told["state"], told["entry"]), ("different", None), "a decision stands at the node")
    suite.check(pair not in stage.pairs() and pair not in stage.pairs(bare), "what was rejected does not come back")
    for name in (f"kvk:{NEW}", bare):
        made = stage.show(name)["decisions"]
        suite.equal(
            [(d["verdict"], d["case"], d["reason"], d["state"]) for d in made],
            [("different", None, "Andere eigenaar", "different")],
            f"it is shown with its reason at {name}",
        )
        suite.check(made and made[0]["by"], "and who decided")
    told = stage.noord.ok("subject", "same", bare, f"kvk:{NEW}", "--as", "anna")
    suite.equal(told["state"], "conflict", "another user says otherwise: both stand")
    suite.check(stage.show(bare)["group"] is None, "a conflict joins nothing")
    told = stage.noord.ok("subject", "undo", f"kvk:{NEW}", bare)
    suite.equal(told["state"], "same", "undone: the other's decision is left")
    group = stage.show(bare)["group"]
    suite.equal([end["key"] for end in group["others"]], [f"kvk:{NEW}"], "a group names the other")
    suite.equal(stage.show(bare)["facts"].get("kvk"), None, "and no fact of it becomes one's own")
    stage.refused("undoing twice says that there is nothing", "decision", "subject", "undo", f"kvk:{NEW}", bare)
    stage.noord.ok("subject", "undo", f"kvk:{NEW}", bare, "--as", "anna")
    suite.check(pair in stage.pairs(), "undone by all: it is suggested again")
    stage.noord.ok("subject", "unsure", f"kvk:{NEW}", bare, "--as", "anna")
    suite.check(pair in stage.pairs(), "who could not tell keeps it from nobody else")
    suite.check(pair not in stage.pairs(None, None, "--as", "anna"), "and is not asked again")
    stage.noord.ok("subject", "undo", f"kvk:{NEW}", bare, "--as", "anna")


def weighed(stage):
    """What comparisons count is learned, kept, taken over by another node, and put out of force."""
    suite, noord, politie = stage.suite, stage.noord, stage.politie
    bare = "record:" + noord.record("K6")
    pair = frozenset((f"kvk:{NEW}", bare))
    suite.equal(noord.ok("subject", "suggest")["weights"], 0, "at first each question learns its own weights")
    learned = noord.ok("subject", "weights", "--learn")
    suite.equal((learned["in_force"], learned["shown"]), (1, 1), "learning puts the first version in force")
    version = learned["versions"][0]
    suite.check(
        version["learned"] and version["records"] > FILLER and version["fragments"] == 0, "it says from what", version
    )
    weights = {
        (one["comparison"], level["level"]): level
        for one in learned["weights"]["comparisons"]
        for level in one["levels"]
    }
    for name in (None, bare):
        found = noord.ok("subject", "suggest", *([name] if name else []))
        suite.equal(found["weights"], 1, f"suggestions say with which version they were counted ({name})")
        parts = {part["comparison"]: part for part in stage.pairs(name)[pair]["parts"]}
        level = weights["name", parts["name"]["level"]]
        counted = float(parts["name"]["bits"]) - float(parts["name"]["rarity"])
        exact = math.log2(float(level["same"]) / float(level["others"]))
        suite.check(abs(counted - exact) < 0.11, f"a level counts by m and u ({name})", (parts["name"], level))
        suite.check(abs(exact - float(level["bits"])) < 0.06, "as it is shown", level)
    path = stage.world.path("weights.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(learned, file)
    taken = politie.ok("subject", "weights", "--take", path)
    suite.equal(taken["weights"], learned["weights"], "another node takes them over, to the last digit")
    suite.equal((taken["in_force"], taken["versions"][0]["learned"]), (1, False), "and says that it learned them not")
    politie.stop()
    politie.start()
    suite.equal(politie.ok("subject", "weights")["weights"], learned["weights"], "they are there after a restart")
    learned["weights"]["comparisons"][0]["levels"][0]["same"] = "2"
    with open(path, "w", encoding="utf-8") as file:
        json.dump(learned, file)
    stage.refused("weights out of their range are refused", "weights", "subject", "weights", "--take", path)
    with open(path, "w", encoding="utf-8") as file:
        file.write("[]")
    stage.refused("and so is another file", "--take", "subject", "weights", "--take", path)
    stage.refused("a version that there is not is told", "weights '7'", "subject", "weights", "--use", "7")
    suite.equal(noord.ok("subject", "weights", "--use", "0")["in_force"], 0, "none is put in force")
    suite.equal(noord.ok("subject", "suggest")["weights"], 0, "and each question learns again")


def told_to_a_case(stage):
    """A decision in a case reaches its members, is theirs to contradict, and tells nobody of what they do not know."""
    suite, bare = stage.suite, "record:" + stage.noord.record("K6")
    noord, politie = stage.noord, stage.politie
    told = noord.ok("subject", "same", f"kvk:{NEW}", bare, "--case", stage.case, "--reason", "Zelfde loods")
    suite.check(told["state"] == "same" and told["entry"]["index"] > 0, "it is an entry of the log", told)
    stage.sync()
    made = stage.show(f"kvk:{NEW}", politie)["decisions"]
    suite.equal(
        [(d["verdict"], d["by"], d["case"], d["reason"]) for d in made],
        [("same", "od-noord", stage.case, "Zelfde loods")],
        "the partner sees who decided and why",
    )
    fragment = made[0]["other"]["key"] if made else ""
    suite.check(fragment.startswith("fragment:"), "and knows the other by its fragment", made)
    suite.check(
        frozenset((f"kvk:{NEW}", fragment)) not in stage.pairs(None, politie), "it is not suggested there any more"
    )
    told = politie.ok("subject", "different", f"kvk:{NEW}", fragment, "--case", stage.case)
    suite.equal(told["state"], "conflict", "the partner says otherwise: both stand")
    stage.sync()
    suite.equal(
        sorted((d["verdict"], d["by"], d["state"]) for d in stage.show(bare)["decisions"]),
        [("different", "politie", "conflict"), ("same", "od-noord", "conflict")],
        "and so it is at the first, at its own record",
    )
    noord.ok("subject", "different", bare, f"kvk:{NEW}", "--case", stage.case)
    links = [(l["relation"], l["by"]) for l in noord.ok("case", "show", stage.case)["links"]]
    suite.equal(
        sorted(links),
        [("different-from", "od-noord"), ("different-from", "politie")],
        "who decides anew takes back what it said",
    )
    noord.ok("subject", "undo", bare, f"kvk:{NEW}", "--case", stage.case)
    politie.ok("subject", "undo", fragment, f"kvk:{NEW}", "--case", stage.case)
    stage.sync()
    suite.equal(noord.ok("case", "show", stage.case)["links"], [], "both are undone")
    stage.refused(
        "who was given nothing of a subject is not told of it",
        "om",
        "subject", "same", f"kvk:{NEW}", f"kvk:{THIRD}", "--case", stage.case,
    )  # fmt: skip
    stage.refused(
        "by a link neither", "om", "case", "link", stage.case, subject(f"kvk:{NEW}"), "levert", subject(f"kvk:{THIRD}")
    )
    stage.refused(
        "nor of an own record that was not shared",
        "politie",
        "subject", "same", f"kvk:{NEW}", f"kvk:{OLD}", "--case", stage.case,
    )  # fmt: skip
    suite.equal(noord.ok("case", "show", stage.case)["links"], [], "and nothing was written")


def succeeded(stage):
    """What one took over from another shows at the successor up to the day, as its predecessor's."""
    suite, noord = stage.suite, stage.noord
    date = day(3)
    command = ("subject", "succeeds", f"kvk:{NEW}", f"kvk:{OLD}")
    noord.ok(*command, "--date", date, "--kind", "overdracht", "--source", "Handelsregister", "--reason", "Failliet")
    shown = stage.show(f"kvk:{NEW}")
    suite.equal(
        [(p["other"]["key"], p["date"], p["kind"], p["source"], p["steps"]) for p in shown["predecessors"]],
        [(f"kvk:{OLD}", date, "overdracht", "Handelsregister", 1)],
        "the successor names its predecessor",
    )
    suite.equal(
        [s["other"]["key"] for s in stage.show(f"kvk:{OLD}")["successors"]], [f"kvk:{NEW}"], "and the other way"
    )
    before = [r for r in shown["records"] if r["predecessor"]]
    suite.equal(
        [(r["date"], r["predecessor"]) for r in before],
        [(day(20), f"kvk:{OLD}")],
        "an offence before the day shows as the predecessor's, one after it does not",
    )
    suite.equal(shown["records_found"], 7, "and is in no count of the successor")
    suite.equal(sum(q["of_predecessors"] for q in shown["quarters"]), 1, "its quarter says whose it is")
    suite.equal(sorted(v["value"] for v in shown["facts"]["kvk"]), [NEW], "no fact is merged")
    pair = frozenset((f"kvk:{NEW}", f"kvk:{OLD}"))
    # A circle, and a chain.
    noord.ok("subject", "succeeds", f"kvk:{OLD}", f"kvk:{THIRD}", "--date", day(9), "--kind", "fusie", "--source", "x")
    noord.ok("subject", "succeeds", f"kvk:{THIRD}", f"kvk:{NEW}", "--date", day(12), "--kind", "fusie", "--source", "x")
    chain = [(p["other"]["key"], p["steps"]) for p in stage.show(f"kvk:{NEW}")["predecessors"]]
    suite.equal(chain, [(f"kvk:{OLD}", 1), (f"kvk:{THIRD}", 2), (f"kvk:{NEW}", 3)], "a circle is told once and ends")
    for one, other in ((OLD, THIRD), (THIRD, NEW), (NEW, OLD)):
        noord.ok("subject", "succeeds", f"kvk:{one}", f"kvk:{other}", "--undo")
    shown = stage.show(f"kvk:{NEW}")
    suite.check(not shown["predecessors"] and not any(r["predecessor"] for r in shown["records"]), "all is taken back")
    suite.check(pair not in stage.pairs(f"kvk:{NEW}"), "and two numbers speak against each other again")
    told = noord.ok(
        *("subject", "succeeds", f"kvk:{NEW}", "record:" + noord.record("K6"), "--case", stage.case),
        *("--date", date, "--kind", "verhuizing", "--source", "KvK"),
    )
    suite.check(told["entry"], "in a case it is an entry", told)
    stage.sync()
    met = stage.show(f"kvk:{NEW}", stage.politie)["predecessors"]
    suite.equal(
        [(p["kind"], p["by"], p["case"]) for p in met], [("verhuizing", "od-noord", stage.case)], "told to partners"
    )
    link = noord.ok("case", "show", stage.case)["links"][0]
    suite.equal((link["date"], link["kind"], link["source"]), (date, "verhuizing", "KvK"), "a link says since when")
    suite.equal(noord.canonical(stage.case), stage.politie.canonical(stage.case), "the view is the same bytes")
    noord.ok("subject", "succeeds", f"kvk:{NEW}", "record:" + noord.record("K6"), "--case", stage.case, "--undo")
    for option, value in (("--date", "2025-02-29"), ("--kind", "splitsing"), ("--source", ""), ("--source", "x" * 201)):
        options = {"--date": date, "--kind": "fusie", "--source": "KvK"} | {option: value}
        stage.refused(
            f"{option} '{value[:9]}' is refused",
            "date" if option == "--date" else option,
            *command,
            *sum(map(list, options.items()), []),
        )


def withdrawn(stage):
    """What is withdrawn is gone from the page, from suggestions, and its ID names nothing."""
    suite = stage.suite
    key = f"fragment:{stage.bare}"
    suite.equal(
        stage.show(key)["name"]["names"], ["Oosterwijk Puinrecycling"], "a fragment without a number is a subject"
    )
    noord = stage.noord
    noord.ok("subject", "same", f"kvk:{NEW}", key, "--reason", "Zelfde loods")
    noord.ok("subject", "same", f"kvk:{NEW}", key, "--case", stage.case)
    noord.ok("subject", "succeeds", f"kvk:{NEW}", key, "--date", day(9), "--kind", "fusie", "--source", "x")
    stage.politie.ok("fragment", "withdraw", stage.bare, "--reason", "Onjuist")
    stage.sync()
    stage.refused("withdrawn: it names nothing", "not known", "subject", "show", key)
    stage.refused("nor does its ID", "not known", "subject", "show", subject(key))
    suite.check(not any(key in one for one in stage.pairs()), "and it is in no suggestion")
    shown = stage.show(f"kvk:{NEW}")
    ends = [d["other"] for d in shown["decisions"]] + [p["other"] for p in shown["predecessors"]]
    suite.equal(
        [(end["id"], end["key"], end["name"]) for end in ends],
        [(subject(key), None, None)] * 2,
        "what was decided here is left, and tells nothing of it; what stood in the case says nothing any more",
    )
    noord.ok("subject", "undo", f"kvk:{NEW}", subject(key))
    noord.ok("subject", "undo", f"kvk:{NEW}", key, "--case", stage.case)
    noord.ok("subject", "succeeds", f"kvk:{NEW}", key, "--undo")
    shown = stage.show(f"kvk:{NEW}")
    suite.check(not shown["decisions"] and not shown["predecessors"], "all of it can be undone all the same")
    suite.equal(noord.ok("case", "show", stage.case)["links"], [], "in the case too")


def numbered(stage):
    """A record that gets its number keeps what was decided about it, and that can be undone."""
    suite, noord = stage.suite, stage.noord
    rows = [row("X1", "Getal BV", address="Kade 1", place="Ver"), row("X2", "Getal BV", address="Kade 2", place="Ver")]
    noord.import_rows("getal", rows)
    first, second = ("record:" + noord.record(key) for key in ("X1", "X2"))
    noord.ok("subject", "different", first, second)
    rows[0]["kvk"] = "40000057"
    noord.import_rows("getal", rows)
    for name, other in (("kvk:40000057", second), (first, second), (second, "kvk:40000057")):
        made = stage.show(name)["decisions"]
        suite.equal(
            [(d["verdict"], d["other"]["key"]) for d in made], [("different", other)], f"it stands at {name[:9]}"
        )
    told = noord.ok("subject", "same", "kvk:40000057", second)
    suite.equal(told["state"], "same", "deciding anew takes the place of what was decided before")
    suite.equal(len(stage.show(second)["decisions"]), 1, "and leaves one decision")
    noord.ok("subject", "undo", second, first)
    suite.equal(stage.show(second)["decisions"], [], "undone by the name that it had")


def copies(stage):
    """Copies of one record without a number are one question, and decisions of their own."""
    suite = stage.suite
    pair = frozenset((f"kvk:{NEW}", "record:" + stage.noord.record("K6")))
    copy = row("K6b", "Oosterwijk Puin-recycling BV", "", "Westerkade 12a", "3511 AA", "Utrecht")
    stage.noord.import_rows("kopie", [copy])
    copied = frozenset((f"kvk:{NEW}", "record:" + stage.noord.record("K6b")))
    found = stage.pairs(f"kvk:{NEW}")
    both = [one for one in (pair, copied) if one in found]
    suite.check(
        len(both) == 1 and [frozenset(one) for one in found[both[0]]["alike"]] == list({pair, copied} - set(both)),
        "copies of one record are one question",
        list(found)[:4],
    )
    for one in (pair, copied):
        stage.noord.ok("subject", "different", *one)
    suite.check(not {pair, copied} & set(stage.pairs(f"kvk:{NEW}")), "each is a decision of its own")


def mended(stage):
    """What the owner of a source can mend: what imports found, what is broken now, and a table of it."""
    suite, noord = stage.suite, stage.noord
    rows = [row("Q1", "=Som BV", "123", postcode="12"), row("Q2", "", ""), row("Q3", "Goed BV", "40000065")]
    noord.import_rows("stuk", rows, exits=(0, 1))
    told = noord.ok("record", "quality", "--source", "od-noord-stuk")["sources"]
    rules = {rule["rule"]: (rule["now"], rule["last"], rule["before"]) for rule in told[0]["rules"]}
    suite.equal(rules.get("kvk.format"), (1, 1, None), "a rule that one record breaks")
    suite.equal(rules.get("postcode.format"), (1, 1, None), "and another")
    lines = [place["line"] for rule in told[0]["rules"] if rule["rule"] == "kvk.format" for place in rule["places"]]
    suite.equal(lines, [2], "with its line")
    rows[0]["kvk"] = "40000073"
    noord.import_rows("stuk", rows, exits=(0, 1))
    told = noord.ok("record", "quality", "--source", "od-noord-stuk")["sources"][0]
    rules = {rule["rule"]: (rule["now"], rule["last"], rule["before"]) for rule in told["rules"]}
    suite.equal(
        rules.get("kvk.format"), (0, 0, 1), "mended: gone now and from the last import, not from the one before"
    )
    suite.equal([one["counts"]["read"] for one in told["imports"]], [3, 3], "both imports are kept")
    table = noord.run("record", "quality", "--source", "od-noord-stuk", "--csv", as_json=False)
    suite.equal(
        table.out.decode().splitlines()[1].split(",")[:5],
        ["od-noord-stuk", "Q1", "location.postcode", "postcode.format", "12"],
        "the table has the record, the rule and the value",
    )
    stage.refused("a table is no document", "--csv", "record", "quality", "--csv")


def wrong(stage):
    """What cannot be: said in one line."""
    for text, said in (
        ("kvk:40000099", "not known"), ("kvk:123", "ID"), ("", "ID"), ("zzzzzz", "ID"), ("abc", "ID"),
        ("kvk:40000040", "not known"), ("fragment:" + "0" * 32, "not known"), ("x" * 5_000, "ID"),
        ("\u202ekvk:1", "ID"), ("ffffffffffff", "not known"),
    ):  # fmt: skip
        stage.refused(f"no subject: {text[:20]!r}", said, "subject", "show", text)
    stage.refused("not with itself", "itself", "subject", "same", f"kvk:{NEW}", subject(f"kvk:{NEW}"))
    for reason in ("x" * 501, "a\nb"):
        stage.refused(
            f"reason {reason[:3]!r}", "--reason", "subject", "same", f"kvk:{NEW}", f"kvk:{OLD}", "--reason", reason
        )
    done = stage.noord.ok("subject", "same", f"kvk:{NEW}", f"kvk:{OLD}", "--reason", "é" * 250)
    stage.suite.equal(done["state"], "same", "500 bytes are taken")
    stage.noord.ok("subject", "undo", f"kvk:{NEW}", f"kvk:{OLD}")


def at_rest(stage):
    """Neither who decided about whom nor why is readable in the folder."""
    suite, noord = stage.suite, stage.noord
    noord.ok("subject", "different", f"kvk:{NEW}", f"kvk:{OLD}", "--reason", "schaduwboekhouding", "--as", "wilhelmina")
    folder = b""
    for name in ("store.lmdb", "slots"):
        with open(os.path.join(noord.data, name), "rb") as file:
            folder += file.read()
    ids = [bytes.fromhex(subject(f"kvk:{number}")) for number in (NEW, OLD)]
    for words in (b"schaduwboekhouding", b"wilhelmina", b"different-from", *ids, *(i.hex().encode() for i in ids)):
        suite.check(words not in folder, f"not in the folder: {words[:20]!r}")
    suite.equal(noord.ok("node", "check")["verdict"], "sound", "the folder is sound")
    stage.noord.start()
    suite.equal(
        [d["by"] for d in stage.show(f"kvk:{OLD}")["decisions"]], ["wilhelmina"], "the same while the node runs"
    )
    suite.equal(noord.stop(), 0, "it stops cleanly")


def script(suite, world):
    suite.title("three partners, one company under several names")
    stage = Stage(suite, world)
    for part in (
        known,
        suggested,
        weighed,
        told_to_a_case,
        succeeded,
        withdrawn,
        numbered,
        copies,
        mended,
        wrong,
        at_rest,
    ):
        suite.title(part.__doc__.splitlines()[0])
        part(stage)


if __name__ == "__main__":
    Suite("Subjects: pages, suggestions, decisions, successions.").play(script)
