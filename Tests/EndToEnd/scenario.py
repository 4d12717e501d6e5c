"""A case of three partners with a conflict, a withdrawal and two audiences, and a model of what was done."""

import hashlib
import os
import struct
import sys

from support import Broken

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "tools"))
from demolib import view  # noqa: E402

HANDLES = ("od-noord", "politie", "om")
GROUNDS = {
    ("od-noord", "politie"): "AVG-5.1B",
    ("od-noord", "om"): "AVG-5.1B",
    ("politie", "od-noord"): "WPG-18",
    ("politie", "om"): "WPG-16.1A",
    ("om", "od-noord"): "WJSG-39F",
    ("om", "politie"): "WJSG-39E-D",
}
ALFA, BETA, GAMMA = "27123450", "27123461", "27123472"
BAG = "0363010000000017"
COMPANY = ["subject.name", "subject.kvk"]
PLACE = ["location.bag", "location.address", "location.postcode", "location.place"]
ACT = ["date", "status", "text"]
ROWS = {
    "od-noord": [
        {
            "ID": "OD-1",
            "Company": "Alfa Recycling B.V.",
            "kvk": ALFA,
            "Bag": BAG,
            "Address": "Kade 1",
            "Postcode": "9711AB",
            "Place": "Groningen",
            "Date": "2024-03-01",
            "Status": "violation",
            "Text": 'Granulaat zonder herkomst, "partij 7"',
            "Internal": "tipgever bekend",
        },
        {
            "ID": "OD-2",
            "Company": "Beta Transport",
            "kvk": BETA,
            "Date": "2024-03-02",
            "Text": "Vrachtbrief ontbreekt — zie é en ☃ en 😀",
        },
        {
            "ID": "OD-3",
            "Address": "Loswal 3",
            "Place": "Delfzijl",
            "Date": "2024-02-28",
            "Text": "Vaten zonder eigenaar",
        },
    ],
    "politie": [
        {
            "ID": "PL-1",
            "Company": "Alfa Recycling BV",
            "kvk": ALFA,
            "Bag": BAG,
            "Address": "Kade 1a",
            "Postcode": "9711AB",
            "Place": "Groningen",
            "Date": "2024-03-05",
            "Text": "Controle op de weg",
        },
        {
            "ID": "PL-2",
            "Company": "Alfa Holding",
            "kvk": ALFA,
            "Date": "2024-01-01",
            "Text": "Vertrouwelijke waarneming",
        },
        {
            "ID": "PL-3",
            "Company": "Gamma Opslag",
            "kvk": GAMMA,
            "Place": "Eemshaven",
            "Date": "2024-01-02",
            "Text": "Nachtelijke aanvoer",
        },
    ],
    "om": [
        {
            "ID": "OM-1",
            "Company": "Beta Transport B.V.",
            "kvk": BETA,
            "Place": "Assen",
            "Date": "2023-12-31",
            "Status": "sepot",
            "Text": "Eerdere zaak",
        },
        {"ID": "OM-2", "Company": "Beta Transport", "kvk": BETA, "Status": "open", "Text": "Lopende zaak"},
    ],
}


class Scenario:
    """Plays the case on three running nodes; `model` is the case as view.py wants it, `given` what each log holds."""

    def __init__(self, suite, world, rows=None, titles=("Granulaat aan de kade", "Tweede zaak")):
        self.suite, self.world, self.rows, self.titles = suite, world, rows or ROWS, titles
        self.nodes = {handle: world.nodes.get(handle) or world.node(handle) for handle in HANDLES}
        self.given = {handle: {} for handle in HANDLES}
        self.table, self.model, self.second, self.numbers = None, None, None, {}
        self.entries, self.subjects = {}, []

    def setup(self):
        """Imports, forms the table, starts the nodes."""
        for node in self.nodes.values():
            node.import_rows("bron", self.rows[node.handle])
        first, *others = self.nodes.values()
        self.table = self.world.table(first, others)
        shown = first.ok("table", "show", self.table)
        self.numbers = {member["handle"]: member["number"] for member in shown["members"]}
        for node in self.nodes.values():
            node.start()

    def object_id(self, author, index, operation=0):
        """Protocol/sync-log.md §2."""
        dot = struct.pack(">HHQB", self.numbers[author], 0, index, operation)
        return hashlib.sha256(b"tafel/v1/object\0" + bytes.fromhex(self.table) + dot).hexdigest()[:32]

    def give(self, author, entry, kind, case, to, category="business"):
        self.given[author][entry["index"]] = {
            "kind": kind,
            "case": case,
            "category": category,
            "to": {h: GROUNDS[author, h] for h in to},
        }

    def open_case(self, title, audience):
        owner = "od-noord"
        to = "all" if len(audience) == len(HANDLES) else ",".join(h for h in audience if h != owner)
        done = self.nodes[owner].ok(
            "case", "open", "--table", self.table, "--title", title, "--summary", "Waarnemingen samen", "--to", to
        )
        index = done["entry"]["index"]
        self.suite.equal(done["case"], self.object_id(owner, index), "the case ID is the object ID of its dot")
        self.give(owner, done["entry"], "operations", done["case"], [h for h in audience if h != owner])
        own = {"by": owner, "entry": (owner, index)}
        return {
            "id": done["case"],
            "table": self.table,
            "owner": owner,
            "audience": list(audience),
            "title": [own | {"value": title}],
            "summary": [own | {"value": "Waarnemingen samen"}],
            "phase": [own | {"value": "signaal"}],
            "lead": [],
            "notes": [],
            "tags": {},
            "links": [],
            "fragments": [],
        }

    def operate(self, author, case, command, *arguments):
        done = self.nodes[author].ok("case", command, case["id"], *arguments)
        self.give(author, done["entry"], "operations", case["id"], [h for h in case["audience"] if h != author])
        return author, done["entry"]["index"]

    def write(self, author, case, register, value, concurrent=False):
        entry = self.operate(author, case, "set", register, value)
        case[register] = (case[register] if concurrent else []) + [{"by": author, "value": value, "entry": entry}]

    def note(self, author, case, text):
        entry = self.operate(author, case, "note", text)
        case["notes"].append({"by": author, "text": text, "id": self.object_id(*entry), "entry": entry})

    def tag(self, author, case, tag):
        self.operate(author, case, "tag", tag)
        case["tags"].setdefault(tag, set()).add(author)

    def untag(self, author, case, tag):
        self.operate(author, case, "untag", tag)
        case["tags"].pop(tag)

    def link(self, author, case, one, relation, other):
        entry = self.operate(author, case, "link", one, relation, other)
        case["links"].append({"by": author, "from": one, "relation": relation, "to": other, "entry": entry})

    def share(self, author, case, key, fields, to=None, expires=None):
        """Shares a record, or a new version of it; gives the fragment of the model."""
        node = self.nodes[author]
        record = node.record(key)
        known = node.ok("record", "show", record)["fields"]
        audience = to or [h for h in case["audience"] if h != author]
        done = node.ok(
            "fragment",
            "share",
            "--case",
            case["id"],
            "--record",
            record,
            "--fields",
            ",".join(fields),
            *(["--to", ",".join(to)] if to else []),
            *(["--expires", expires] if expires else []),
        )
        self.suite.equal(
            {r["handle"]: r["ground"] for r in done["recipients"]},
            {h: GROUNDS[author, h] for h in audience},
            f"{author} {key}: recipients and grounds",
        )
        self.suite.equal(
            sorted(done["omitted"]),
            sorted(f for f in fields if f not in known),
            f"{author} {key}: empty fields are listed as left out",
        )
        index = done["entry"]["index"]
        self.give(author, done["entry"], "fragment", case["id"], audience)
        fragment = next((f for f in case["fragments"] if f["record"] == record), None)
        if fragment is None:
            self.suite.equal(
                done["fragment"],
                self.object_id(author, index),
                f"{author} {key}: the fragment ID is the object ID of its dot",
            )
            fragment = {
                "id": done["fragment"],
                "record": record,
                "owner": author,
                "version": 0,
                "withdrawn": False,
                "first": (author, index),
            }
            case["fragments"].append(fragment)
        fragment.update(
            {
                "version": fragment["version"] + 1,
                "index": index,
                "entry": (author, index),
                "type": "inspection",
                "category": "business",
                "fields": {f: known[f] for f in fields if f in known},
                "to": list(audience),
                "expires": expires,
            }
        )
        self.suite.equal(
            (done["fragment"], done["version"]),
            (fragment["id"], fragment["version"]),
            f"{author} {key}: fragment and version",
        )
        return fragment

    def withdraw(self, author, case, fragment):
        done = self.nodes[author].ok("fragment", "withdraw", fragment["id"], "--reason", "Ten onrechte gedeeld")
        self.give(author, done["entry"], "withdrawal", case["id"], fragment["to"])
        fragment.update(withdrawn=True, withdrawn_entry=(author, done["entry"]["index"]))

    def sync(self):
        equal, heads = self.world.settle(*self.nodes.values())
        if not self.suite.check(equal, "after sync now all nodes hold the same logs", heads):
            raise Broken("no convergence")

    def play(self):
        """All of it."""
        self.setup()
        case = self.model = self.open_case(self.titles[0], HANDLES)
        first = self.share("od-noord", case, "OD-1", COMPANY + PLACE + ACT)
        self.share("od-noord", case, "OD-2", COMPANY + PLACE + ACT)
        self.share("od-noord", case, "OD-3", PLACE + ["date", "text"], expires="2089-01-31")
        self.sync()
        self.share("politie", case, "PL-1", COMPANY + PLACE + ACT)
        self.share("politie", case, "PL-2", COMPANY + ["date", "text"], to=["od-noord"])
        self.share("politie", case, "PL-3", COMPANY + PLACE + ["date", "text"], to=["od-noord"])
        kept = self.share("om", case, "OM-1", COMPANY + PLACE + ACT)
        gone = self.share("om", case, "OM-2", COMPANY + ["status", "text"])
        self.sync()
        self.note("od-noord", case, 'Eerste bevinding: "zelfde kade" \\ twee namen')
        self.note("politie", case, "Wij rijden er langs — vrijdag ☃")
        self.tag("om", case, "granulaat")
        self.tag("politie", case, "granulaat")
        self.tag("politie", case, "tijdelijk")
        ids = self.subjects = [view.subject_id("kvk:" + row["kvk"]) for row in self.rows["od-noord"][:2]]
        self.link("politie", case, ids[0], "same-as", ids[1])
        self.link("om", case, ids[1], "supplies", ids[0])
        self.write("od-noord", case, "lead", "politie")
        self.sync()
        self.apart(case)
        self.untag("od-noord", case, "tijdelijk")
        self.write("politie", case, "summary", "Nieuwe samenvatting")
        self.withdraw("om", case, gone)
        self.update_first(case, first)
        self.share("om", case, "OM-1", COMPANY + ACT)
        self.second = self.open_case(self.titles[1], ("od-noord", "politie"))
        self.share("od-noord", self.second, "OD-1", COMPANY + ["text"])
        self.sync()
        self.share("politie", self.second, "PL-2", COMPANY + ["text"])
        self.note("politie", self.second, "Alleen voor ons twee")
        self.sync()
        self.suite.equal(kept["version"], 2, "the same record shared again is version 2")
        self.entries = self.read_entries()

    def apart(self, case):
        """Two partners write the phase while neither sees the other."""
        for handle in ("politie", "om"):
            self.suite.equal(self.nodes[handle].stop(), 0, f"{handle} stops cleanly")
        before = case["phase"]
        for handle, phase in (("politie", "analyse"), ("om", "beoordeling")):
            case["phase"] = []
            self.write(handle, case, "phase", phase)
            before = before + case["phase"]
        case["phase"] = before[1:]
        for handle in ("politie", "om"):
            self.nodes[handle].start()
        self.sync()

    def update_first(self, case, first):
        """A changed row, imported again and shared again."""
        changed = [
            dict(self.rows["od-noord"][0], Text="Herkomst alsnog onbekend", Status="warning"),
            *self.rows["od-noord"][1:],
        ]
        done = self.nodes["od-noord"].import_rows("bron", changed)
        self.suite.equal(
            (done["imported"], done["updated"], done["unchanged"]),
            (0, 1, 2),
            "re-import: one row updated, two unchanged",
        )
        again = self.share("od-noord", case, "OD-1", COMPANY + PLACE + ACT)
        self.suite.check(again is first, "the same case and record: the same fragment")

    def read_entries(self):
        """The own log of each node as it shows it: {(author, index): entry}."""
        return {
            (handle, entry["index"]): entry
            for handle, node in self.nodes.items()
            for entry in node.ok("log", "show", self.table)["entries"]
        }
