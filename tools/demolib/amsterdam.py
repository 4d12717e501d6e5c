"""The demonstration on real data: two agencies' views of the same places in Amsterdam, a third who reads along."""
import json
import os
import subprocess
import sys

from . import checks, view
from .table import Table

MEMBERS = [
    ("toezicht", "Toezicht Demo", "00000009900000000011", "od-toezicht"),
    ("ggd", "GGD Demo", "00000009900000000012", "od-toezicht"),
    ("lezer", "Meelezer Demo", "00000009900000000013", "od-toezicht"),
]
FILES = [("toezicht", "inspections-2012-2016", "amsterdam-inspections-2012-2016.csv"), ("ggd", "daycare-inspections-kvk", "amsterdam-daycare-inspections-kvk.csv")]


class Amsterdam(Table):
    """Imports both files, shares all records of the first places that both know, checks against tools/nl-truth."""

    def __init__(self, demo, data, tools, places):
        super().__init__(demo, os.path.join(tools, "demo-data", "grounds.yaml"))
        self.data, self.tools, self.places = data, tools, demo.remember("places", lambda: places)
        done = subprocess.run([sys.executable, os.path.join(tools, "nl-truth"), data, "--places", str(self.places)], capture_output=True, check=True)
        self.truth = json.loads(done.stdout)

    def play(self):
        self.start_nodes()
        self.import_both()
        self.form("toezicht", "Kinderopvang", "kinderopvang", "Twee bronnen over dezelfde locaties naast elkaar leggen (demonstratie)")
        self.share_places()
        self.synchronise()
        self.check_places()
        self.check_audit()

    def import_both(self):
        self.say.title("Two agencies import their own file of inspections.", "Twee organisaties lezen elk hun eigen bestand met inspecties in.")
        for handle, name, file in FILES:
            path = os.path.join(self.data, file)
            self.import_file(handle, name, path, os.path.join(self.tools, "nl-inspections", name + ".yaml"), path)
            wanted = self.truth["mappings"][name]
            told = self.demo.state["steps"][f"import {name}"]["json"]
            counts = ("read", "filtered", "imported", "updated", "unchanged", "rejected")
            problems = [f"{key} {told[key]}, not {wanted[key]}" for key in counts if told[key] != wanted[key]]
            problems += [f"{rule} {told['findings_by_rule'].get(rule, 0)}, not {n}" for rule, n in wanted["findings_by_rule"].items()
                         if not n <= told["findings_by_rule"].get(rule, 0) <= n + wanted["on_rejected_rows"].get(rule, 0) and rule not in checks.BY_LINE]
            self.say.promise(not problems, f"{name}: counts and findings are those of tools/nl-truth", f"{name}: aantallen en bevindingen zijn die van tools/nl-truth",
                             "; ".join(problems))
            for place in self.truth["places"]:
                self.check_record(handle, name, place["records"][handle][0])

    def share_places(self):
        total = sum(len(keys) for place in self.truth["places"] for keys in place["records"].values())
        self.say.title(f"Both share their {total} inspections of the first {len(self.truth['places'])} of {self.truth['known_to_both']} places that both know.",
                       f"Beide delen hun {total} inspecties van de eerste {len(self.truth['places'])} van {self.truth['known_to_both']} locaties die beide kennen.")
        case = self.case = self.open_case("places", "toezicht", "Locaties in beide bestanden", "De eerste plaatsen met hetzelfde LRK-nummer", [m[0] for m in MEMBERS])
        checks.settle(self.demo, self.table, list(self.nodes.values()), quiet=True)
        names = {handle: name for handle, name, _ in FILES}
        wanted = {"toezicht": ["subject.name", "subject.vestiging"], "ggd": ["subject.name", "subject.kvk", "subject.vestiging"]}
        place_fields = ["location.address", "location.postcode", "location.place", "location.latitude", "location.longitude", "date", "status", "extra.lrk"]
        self.key_of = {}
        for place in self.truth["places"]:
            for handle in ("toezicht", "ggd"):
                for number, key in enumerate(place["records"][handle]):
                    fragment = self.share(f"share {handle} {key}", handle, case, names[handle], key, wanted[handle] + place_fields, quiet=number > 0)
                    self.key_of[fragment["id"]] = key

    def check_places(self):
        self.say.title("One picture of each place: facts with their sources, conflicts only where the two files differ.",
                       "Eén beeld per locatie: feiten met hun bronnen, conflicten alleen waar de bestanden verschillen.")
        shown = {h: checks.canonical_view(self.demo, self.nodes[h], self.case["id"])[1] for h in self.nodes}
        for node in self.nodes.values():
            checks.check_view(self.demo, node, self.case, shown[node.handle])
        self.say.promise(len(set(shown.values())) == 1, f"all three show the same bytes ({checks.digest(shown['lezer'])})",
                         f"alle drie tonen dezelfde bytes ({checks.digest(shown['lezer'])})")
        told = {}
        for subject in json.loads(shown["lezer"])["subjects"]:
            key = subject["key"]
            if key.startswith("fragment:"):
                owner = next(f["owner"] for f in self.case["fragments"] if f["id"] == subject["fragments"][0])
                key = f"fragment:{owner} {self.key_of[subject['fragments'][0]]}"
            facts = {fact: [{"value": value["value"], "sources": sorted(({"by": s["by"], "record": self.key_of[s["fragment"]]} for s in value["sources"]),
                                                                        key=lambda s: (s["by"], s["record"]))} for value in values]
                     for fact, values in subject["facts"].items()}
            told[key] = {"key": key, "facts": facts, "conflicts": subject["conflicts"]}
        wanted = {subject["key"]: subject for subject in self.truth["subjects"]}
        conflicts = sum(len(s["conflicts"]) for s in wanted.values())
        self.say.promise(told == wanted, f"{len(wanted)} subjects, every fact with its sources, {conflicts} conflicts: equal to tools/nl-truth",
                         f"{len(wanted)} subjecten, elk feit met zijn bronnen, {conflicts} conflicten: gelijk aan tools/nl-truth",
                         "\n       ".join(view.differences(told, wanted)))

    def again(self):
        """After a restart the view is the same."""
        self.say.title("Stop all nodes and start them again.", "Alle nodes stoppen en weer starten.")
        before = checks.canonical_view(self.demo, self.nodes["lezer"], self.case["id"])[1]
        codes = self.demo.stop_all()
        self.say.promise(set(codes.values()) == {0}, "all nodes stop cleanly (exit 0)", "alle nodes stoppen netjes (exit 0)", codes)
        self.run_nodes()
        self.say.promise(before == checks.canonical_view(self.demo, self.nodes["lezer"], self.case["id"])[1], "the view has the same bytes as before",
                         "het beeld heeft dezelfde bytes als daarvoor")

    def next_commands(self):
        """Commands to try next: (what, node, arguments)."""
        steps, demo = self.demo.state["steps"], self.demo
        case, table, out = steps["open places"]["json"]["case"], steps["table create"]["json"]["table"], os.path.join(demo.folder, "ggd-own.bundle")
        vestiging = self.truth["subjects"][0]["key"].split(":")[1]
        return [("health of a node", "toestand van een node", "ggd", ["node", "status"]),
                ("the merged view", "het samengevoegde beeld", "lezer", ["case", "show", case]),
                ("the case list", "de zaken", "lezer", ["case", "list"]),
                ("one place, own and shared", "één locatie, eigen en gedeeld", "toezicht", ["record", "search", "--vestiging", vestiging]),
                ("everything in a range of postcodes", "alles in een reeks postcodes", "toezicht", ["record", "search", "--postcode", "1011-1012"]),
                ("inspections of one year", "inspecties van één jaar", "ggd", ["record", "search", "--type", "inspection", "--from", "2014-01-01", "--until", "2014-12-31"]),
                ("by postcode range", "op postcodes", "toezicht", ["record", "search", "--postcode", "1011AA-1011ZZ"]),
                ("the charter", "het convenant", "lezer", ["table", "show", table]),
                ("write a note", "schrijf een notitie", "lezer", ["case", "note", case, "Gezien"]),
                ("tag the case", "geef de zaak een label", "ggd", ["case", "tag", case, "gezien"]),
                ("how far each log is", "hoe ver elk logboek is", "lezer", ["sync", "status"]),
                ("write an audit bundle", "schrijf een auditbundel", "ggd", ["log", "export", "--table", table, "--out", out])], out
