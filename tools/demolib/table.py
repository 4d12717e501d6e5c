"""What both demonstrations do the same: nodes, imports, the table, and writing down what was given."""
import datetime
import os
import shutil

from . import checks
from . import mapping as mappings
from . import pages, truth


class Table:
    """Nodes round one table, their records, and the model of what they shared."""

    def __init__(self, demo, grounds_path):
        self.demo, self.say = demo, demo.console
        self.nodes = demo.nodes
        self.grounds_path, self.grounds = grounds_path, checks.Grounds(grounds_path)
        self.table, self.members, self.numbers, self.cases = None, [], {}, {}
        self.given = {handle: {} for handle in demo.nodes}
        self.truths = {}

    def class_of(self, handle):
        return self.nodes[handle].member_class

    # Nodes.

    def start_nodes(self):
        self.say.title("Every partner has a node of its own: one process, one data folder, its own keys.",
                       "Elke partner heeft een eigen node: één proces, één datamap, eigen sleutels.")
        self.demo.stop_leftovers()
        for node in self.nodes.values():
            made = self.demo.init(node)
            self.say.promise(made["handle"] == node.handle and made["class"] == node.member_class,
                             f"{node.name} has node {made['node'][:12]}…", f"{node.name} heeft node {made['node'][:12]}…", made)
        self.run_nodes()

    def run_nodes(self):
        for node in self.nodes.values():
            ready = self.demo.start(node)
            self.say.promise(str(ready["listen"]).endswith(f":{node.port}"), f"{node.handle} runs and listens on {ready['listen']}",
                             f"{node.handle} draait en luistert op {ready['listen']}", ready)
            self.say.promise(ready["http"] == f"http://127.0.0.1:{node.http_port}/", f"its pages are at {ready['http']}",
                             f"zijn pagina's staan op {ready['http']}", ready)
            pages.add_users(self.demo, node)

    # Records.

    def import_file(self, handle, name, csv_path, mapping_path, truth_path):
        """Imports one file and checks the report; `truth_path` is what it is checked against."""
        mapping = mappings.load(mapping_path)
        expected = truth.imported(truth_path, mapping)
        self.truths[name] = (mapping, expected)
        done = self.demo.once(f"import {name}", self.nodes[handle], "record", "import", csv_path, "--mapping", mapping_path, exits=(0, 1))
        checks.check_import(self.demo, self.nodes[handle], name, done, expected)

    def fields(self, name, key):
        """The fields of a record as the CSV file says."""
        return self.truths[name][1]["records"][key]["fields"]

    def check_record(self, handle, name, key):
        """Compares a record in the node with the row in the file."""
        mapping, expected = self.truths[name]
        record = checks.find_record(self.demo, self.nodes[handle], mapping["source"], key)
        _, shown, _ = self.demo.run(self.nodes[handle], "record", "show", record, show=False)
        wanted = expected["records"][key]
        self.say.promise(shown["fields"] == wanted["fields"] and shown["category"] == mapping["category"],
                         f"{handle}: record {key} has the values of the file", f"{handle}: record {key} heeft de waarden van het bestand",
                         "; ".join(f"{k}: node {shown['fields'].get(k)!r}, file {wanted['fields'].get(k)!r}" for k in
                                   sorted(set(shown["fields"]) | set(wanted["fields"])) if shown["fields"].get(k) != wanted["fields"].get(k)))
        return shown

    # The table.

    def form(self, first, name, theme, purpose):
        """The first node drafts and signs the charter; the others sign until the quorum is there."""
        demo, year = self.demo, demo_year(self.demo)
        self.say.title(f"The table {name}: a charter that a majority of the partners must sign.",
                       f"De tafel {name}: een convenant dat de meerderheid van de partners moet tekenen.")
        others = [node for node in self.nodes.values() if node.handle != first]
        cards = {}
        for node in others:
            cards[node.handle] = os.path.join(demo.folder, node.handle + ".card")
            demo.once(f"card {node.handle}", node, "node", "card", "--out", cards[node.handle],
                      find=lambda path=cards[node.handle]: {"exit": 0, "json": None} if os.path.exists(path) else None)
        carried = os.path.join(demo.folder, "table.txt")
        members = [part for node in others for part in ("--member", cards[node.handle])]
        leader, quorum = self.nodes[first], len(self.nodes) // 2 + 1
        def found():
            _, value, _ = demo.run(leader, "table", "list", show=False)
            if not value["tables"] or not os.path.exists(carried):
                return None
            _, shown, _ = demo.run(leader, "table", "show", value["tables"][0]["table"], show=False)
            return {"exit": 0, "json": {"table": shown["table"], "version": 1, "quorum": shown["quorum"], "signatures": 1}}
        made = demo.once("table create", leader, "table", "create", "--theme", theme, "--name", name, "--purpose", purpose,
                         "--from", f"{year}-01-01", "--until", f"{year + 2}-12-31", *members, "--grounds", self.grounds_path,
                         "--out", carried, find=found)["json"]
        self.table = made["table"]
        self.say.promise(made["quorum"] == quorum and count(made["signatures"]) == 1, f"signed by {first}: 1 of {quorum} signatures needed",
                         f"getekend door {first}: 1 van de {quorum} nodige handtekeningen", made)
        early = demo.once("early case", leader, "case", "open", "--table", self.table, "--title", "Too early", exits=(2,))
        self.say.promise(early["stderr"].startswith("error: ") and early["json"] is None,
                         "before the quorum has signed, no case can be opened (exit 2)", "zolang het quorum niet heeft getekend kan geen zaak open (exit 2)",
                         early["stderr"])
        signed = 1
        for node in others:
            signed += 1
            done = demo.once(f"accept {node.handle}", node, "table", "accept", carried)["json"]
            self.say.promise(count(done["signatures"]) == signed and bool(done["effective"]) == (signed >= quorum) and done["table"] == self.table,
                             f"{node.handle} checks and signs: {signed} of {quorum}" + (", the table is effective" if signed >= quorum else ""),
                             f"{node.handle} controleert en tekent: {signed} van {quorum}" + (", de tafel geldt" if signed >= quorum else ""), done)
        for node in self.nodes.values():
            demo.once(f"accept again {node.handle}", node, "table", "accept", carried)
        ids = set()
        for node in self.nodes.values():
            _, shown, _ = demo.run(node, "table", "show", self.table, show=False)
            self.numbers = {m["handle"]: m["number"] for m in shown["members"]}
            self.members = [m["handle"] for m in sorted(shown["members"], key=lambda m: m["number"])]
            ids.add((shown["table"], bool(shown["effective"]), tuple(self.members), len(shown["grounds"])))
        self.say.promise(ids == {(self.table, True, tuple(self.members), len(self.grounds.grounds))} and set(self.members) == set(self.nodes),
                         f"all {len(self.nodes)} nodes hold the same charter: {', '.join(self.members)}, {len(self.grounds.grounds)} grounds",
                         f"alle {len(self.nodes)} nodes hebben hetzelfde convenant: {', '.join(self.members)}, {len(self.grounds.grounds)} grondslagen", ids)

    # Cases. Everything given is written down in `given`, to compare logs and bundles with.

    def note_given(self, author, entry, kind, case, audience, category):
        to = {handle: self.grounds.first(self.class_of(author), self.class_of(handle), category) for handle in audience if handle != author}
        self.given[author][entry["index"]] = {"kind": kind, "to": to, "category": category, "case": case}
        return to

    def unaccounted(self, author, kind):
        """An entry of this kind in the own log that the story did not write down: its command was broken off."""
        own = self.demo.run(self.nodes[author], "log", "show", self.table, show=False)[1]["entries"]
        left = [e for e in own if checks.kind_of(e["kind"]) == kind and e["index"] not in self.given[author]]
        return left[0] if left else None

    def written(self, author, kind):
        """The outcome of a broken off command that writes one entry, if it did."""
        entry = self.unaccounted(author, kind)
        return {"exit": 0, "json": {"entry": entry}} if entry else None

    def shared(self, author, case, record, fields, known):
        """The outcome of a broken off share, if it was done."""
        entry = self.unaccounted(author, "fragment")
        if not entry:
            return None
        before = next((f for f in case["fragments"] if f["record"] == record and f["owner"] == author), None)
        return {"exit": 0, "json": {"fragment": before["id"] if before else checks.object_id(self.table, self.numbers[author], entry["index"]),
                                    "entry": entry, "version": before["version"] + 1 if before else 1, "recipients": entry["to"],
                                    "omitted": [field for field in fields if field not in known]}}

    def check_id(self, author, told, index):
        """Ids follow from the place in the log: table, member number, index."""
        wanted = checks.object_id(self.table, self.numbers[author], index)
        if told != wanted:
            self.say.promise(False, "the id is the hash of the entry's place in the log", "het id is de hash van de plaats in het logboek", f"{told}, not {wanted}")

    def open_case(self, name, owner, title, summary, audience):
        """Opens a case for the handles of `audience`."""
        everyone = set(audience) == set(self.nodes)
        to = "all" if everyone else ",".join(h for h in audience if h != owner)
        def found():
            entry = self.unaccounted(owner, "operations")
            return {"exit": 0, "json": {"case": entry["case"], "entry": entry}} if entry else None
        done = self.demo.once(f"open {name}", self.nodes[owner], "case", "open", "--table", self.table, "--title", title,
                              "--summary", summary, "--to", to, find=found)["json"]
        members = [h for h in self.members if h in audience]
        self.check_id(owner, done["case"], done["entry"]["index"])
        self.cases[name] = {"id": done["case"], "table": self.table, "owner": owner, "audience": members,
                            "title": [{"by": owner, "value": title}], "summary": [{"by": owner, "value": summary}],
                            "phase": [{"by": owner, "value": "signaal"}], "lead": [], "notes": [], "tags": [], "links": [], "fragments": []}
        self.note_given(owner, done["entry"], "operations", done["case"], members, "business")
        return self.cases[name]

    def operate(self, step, author, case, *arguments):
        """One operation on a case by `author`."""
        done = self.demo.once(step, self.nodes[author], "case", *arguments, find=lambda: self.written(author, "operations"))["json"]
        self.note_given(author, done["entry"], "operations", case["id"], case["audience"], "business")

    def set_register(self, step, author, case, register, value, concurrent=False):
        self.operate(step, author, case, "set", case["id"], register, value)
        case[register] = (case[register] if concurrent else []) + [{"by": author, "value": value}]
        case[register].sort(key=lambda item: self.members.index(item["by"]))

    def share(self, step, author, case, name, key, fields, to=None, quiet=False):
        """Shares fields of one record; gives the fragment of the model."""
        mapping, _ = self.truths[name]
        record = checks.find_record(self.demo, self.nodes[author], mapping["source"], key)
        narrowed = ["--to", ",".join(to)] if to else []
        done = self.demo.once(step, self.nodes[author], "fragment", "share", "--case", case["id"], "--record", record,
                              "--fields", ",".join(fields), *narrowed, find=lambda: self.shared(author, case, record, fields, self.fields(name, key)))["json"]
        known = self.fields(name, key)
        audience = to or [h for h in case["audience"] if h != author]
        grounds = self.note_given(author, done["entry"], "fragment", case["id"], audience, mapping["category"])
        told = {r["handle"]: r["ground"] for r in done["recipients"]}
        empty = sorted(f for f in fields if f not in known)
        if not quiet or told != grounds or sorted(done["omitted"]) != empty:
            receivers = ", ".join(f"{h} ({g})" for h, g in grounds.items())
            self.say.promise(told == grounds and sorted(done["omitted"]) == empty,
                             f"{author} gives {len(fields) - len(empty)} fields of {key} to {receivers}",
                             f"{author} geeft {len(fields) - len(empty)} velden van {key} aan {receivers}", f"told {told}, omitted {done['omitted']}")
        fragment = next((f for f in case["fragments"] if f["id"] == done["fragment"]), None)
        if fragment is None:
            self.check_id(author, done["fragment"], done["entry"]["index"])
            fragment = {"id": done["fragment"], "record": record, "owner": author, "withdrawn": False, "version": 0}
            case["fragments"].append(fragment)
        fragment.update({"index": done["entry"]["index"], "version": fragment["version"] + 1, "type": mapping["type"], "category": mapping["category"],
                         "fields": {f: known[f] for f in fields if f in known}, "to": list(audience)})
        if done["version"] != fragment["version"]:
            self.say.promise(False, f"version {fragment['version']} of the fragment", f"versie {fragment['version']} van het fragment", done)
        return fragment

    def withdraw(self, step, author, case, fragment, reason):
        done = self.demo.once(step, self.nodes[author], "fragment", "withdraw", fragment["id"], "--reason", reason,
                              find=lambda: self.written(author, "withdrawal"))["json"]
        self.note_given(author, done["entry"], "withdrawal", case["id"], fragment["to"], fragment["category"])
        fragment["withdrawn"] = True

    # The end: everything against everything.

    def synchronise(self):
        self.say.title("Synchronise: nodes compare one number per log and send what is missing.",
                       "Synchroniseren: nodes vergelijken één getal per logboek en sturen wat ontbreekt.")
        equal, heads = checks.settle(self.demo, self.table, list(self.nodes.values()))
        sizes = ", ".join(f"{log[0]} {log[2]}" for log in next(iter(heads.values())))
        self.say.promise(equal, f"all nodes hold all logs to the same size and root ({sizes})",
                         f"alle nodes hebben alle logboeken tot dezelfde lengte en wortel ({sizes})", heads)

    def check_pages(self, case):
        """The pages of all in a case's audience against what the command line tells."""
        self.say.title("In a browser: people log in to their own node and see the same picture.",
                       "In een browser: mensen loggen in op hun eigen node en zien hetzelfde beeld.")
        for handle in case["audience"]:
            pages.check(self.demo, self.nodes[handle], case["id"])

    def check_audit(self):
        """Logs and bundles of all nodes against what was given."""
        self.say.title("Proof: what left is in a signed log; an auditor checks it offline, without the contents.",
                       "Bewijs: wat is verstrekt staat in een getekend logboek; een auditor controleert het los, zonder de inhoud.")
        for node in self.nodes.values():
            checks.check_log(self.demo, node, self.table, self.given[node.handle])
            bundle, policy = checks.check_bundle(self.demo, node, self.table, self.given[node.handle])
        checks.check_tampering(self.demo, bundle, policy)


def count(value):
    """A number told as a number or as a list."""
    return value if isinstance(value, int) else len(value)


def demo_year(demo):
    """The year the table starts in, fixed when the folder was made."""
    return demo.remember("year", lambda: datetime.date.today().year)


def copy_data(source, target):
    """A copy of a data folder, replacing an earlier one."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target
