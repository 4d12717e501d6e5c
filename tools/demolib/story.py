"""The main demonstration: four invented partners, the table Afval, two cases."""
import os

from . import checks, view
from .table import Table

MEMBERS = [  # handle, name, OIN, class
    ("od-noord", "Omgevingsdienst Noord (verzonnen)", "00000009900000000001", "od-toezicht"),
    ("ilt", "Inspectie Leefomgeving (demo)", "00000009900000000002", "rijksinspectie-toezicht"),
    ("politie", "Politie-eenheid Demo", "00000009900000000003", "politie"),
    ("om", "Parket Demo", "00000009900000000004", "om"),
]
FILES = [("od-noord", "od-noord-inspecties"), ("od-noord", "od-noord-vergunningen"), ("ilt", "ilt-inspecties"), ("ilt", "ilt-handhaving"),
         ("politie", "politie-meldingen"), ("politie", "politie-incidenten"), ("om", "om-zaken")]
PLACE = ["location.address", "location.postcode", "location.place"]
WGS84 = ["location.latitude", "location.longitude"]
COMPANY = ["subject.name", "subject.kvk"]
ACT = ["date", "status", "text"]
# What only the police, od-noord and the OM may read.
HIDDEN_TEXT = "vrachtwagens lossen 's nachts puin aan de kade"
# The value that `--plant` changes, in the first inspection of od-noord.
PLANTED = ("herkomst van 1.400 ton granulaat", "herkomst van 1.500 ton granulaat")


class Story(Table):
    """The steps, in order. Every step may be repeated: what was done is not done again."""

    def __init__(self, demo, data, import_from):
        super().__init__(demo, os.path.join(data, "grounds.yaml"))
        self.data, self.import_from = data, import_from

    def play(self):
        self.start_nodes()
        self.import_all()
        self.form("od-noord", "Afval", "afval", "Illegale afvalstromen in het noorden zien, wegen en stoppen (verzonnen demonstratie)")
        self.open_cases()
        self.share_first()
        self.refusals()
        self.synchronise()
        self.shared_work()
        self.withdrawal()
        self.offline()
        self.synchronise()
        self.check_views()
        self.check_pages(self.harbour)
        self.check_audit()
        self.plain_text()

    def import_all(self):
        self.say.title("Each partner imports its own records. Nothing leaves: defects are told to their owner, nothing is changed silently.",
                       "Elke partner leest eigen gegevens in. Niets gaat eruit: gebreken hoort de eigenaar, niets verandert stil.")
        for handle, name in FILES:
            self.import_file(handle, name, os.path.join(self.import_from, name + ".csv"), os.path.join(self.data, name + ".yaml"),
                             os.path.join(self.data, name + ".csv"))
        for handle, name in FILES:
            self.check_record(handle, name, next(iter(self.truths[name][1]["records"])))
        name = "om-zaken"
        key = next(k for k, record in self.truths[name][1]["records"].items() if record["earlier"])
        shown, earlier = self.check_record("om", name, key), self.truths[name][1]["records"][key]["earlier"][0]
        self.say.promise(any(item["fields"] == earlier for item in shown["history"]),
                         f"om: of the repeated key {key} the earlier row is in the history", f"om: van de herhaalde sleutel {key} staat de eerdere rij in de historie",
                         shown["history"])
        self.search_by_name()
        self.search_by_kvk()

    def search_by_name(self):
        """Half a name with a typing error finds the record it is of, and says why."""
        word = max(self.fields("od-noord-inspecties", "OD-2025-0001")["subject.name"].split(), key=len)
        typed = word[:2] + word[3:]
        hits = self.demo.remember(
            "search by name",
            lambda: [[h["source_key"], h["why"]] for h in self.demo.run(self.nodes["od-noord"], "record", "search", "--all", typed)[1]["hits"]],
        )
        why = [w for key, w in hits if key == "OD-2025-0001"]
        self.say.promise(bool(why) and any(w.startswith("name") for w in why[0]), f"od-noord types \"{typed}\" and finds \"{word}\" by name",
                         f"od-noord typt \"{typed}\" en vindt \"{word}\" op naam", hits)

    def search_by_kvk(self):
        """Each partner finds its own records of a company by KvK number, whatever the spelling."""
        kvk = self.fields("od-noord-inspecties", "OD-2025-0001")["subject.kvk"]
        for node in self.nodes.values():
            wanted = sum(r["fields"].get("subject.kvk") == kvk for h, name in FILES if h == node.handle for r in self.truths[name][1]["records"].values())
            told = self.demo.remember(f"search {node.handle}", lambda n=node: self.demo.run(n, "record", "search", "--kvk", kvk)[1]["total"])
            self.say.promise(told == wanted and wanted > 0, f"{node.handle} finds its {wanted} own records of KvK {kvk}, lost zeros put back",
                             f"{node.handle} vindt zijn {wanted} eigen records van KvK {kvk}, ook waar nullen weg waren", f"told {told}")

    def open_cases(self):
        self.say.title("Two cases. The audience is chosen per case: the first for all, the second without the ILT.",
                       "Twee zaken. Per zaak wordt gekozen wie meedoet: de eerste voor allen, de tweede zonder de ILT.")
        self.harbour = self.open_case("harbour", "od-noord", "Granulaat van de Westerkade", "Partijen puingranulaat met asbest, herkomst onbekend",
                                      ["od-noord", "ilt", "politie", "om"])
        self.polder = self.open_case("polder", "od-noord", "Nachtelijke stort in de Veenpolder", "Verontreinigde grond en gestolen metaal, zelfde vervoerder",
                                     ["od-noord", "politie", "om"])
        equal, _ = checks.settle(self.demo, self.table, list(self.nodes.values()), quiet=True)
        self.say.promise(equal, "all nodes are equal", "alle nodes zijn gelijk")
        code, data = checks.canonical_view(self.demo, self.nodes["ilt"], self.polder["id"], exits=(0, 2))
        self.say.promise(code == 2 and not data, "ilt does not know the second case (exit 2)", "ilt kent de tweede zaak niet (exit 2)", f"exit {code}")

    def share_first(self):
        self.say.title("Each partner shares chosen fields of chosen records: a fragment, on a legal ground per receiver.",
                       "Elke partner deelt gekozen velden van gekozen records: een fragment, per ontvanger op een grondslag.")
        harbour, polder, demo = self.harbour, self.polder, self.demo
        inspection = COMPANY + PLACE + ["location.bag"] + ACT
        self.preview(harbour, inspection)
        first = "od-noord-inspecties"
        self.share("share od 1", "od-noord", harbour, first, "OD-2025-0001", inspection + ["extra.remark"])
        self.say.say("a field that is empty in the record is left out, and said", "een veld dat in het record leeg is blijft weg, en dat wordt gezegd")
        self.share("share od 2", "od-noord", harbour, "od-noord-vergunningen", "V2019/001", COMPANY + PLACE + ["location.bag"] + WGS84 + ACT + ["extra.activity"])
        self.share("share od 3", "od-noord", harbour, "od-noord-vergunningen", "V2020/002", COMPANY + ACT)
        self.share("share od 4", "od-noord", harbour, first, "OD-2025-0002", COMPANY + ["subject.vestiging"] + ACT)
        self.share("share ilt 1", "ilt", harbour, "ilt-inspecties", "ILT.00001", COMPANY + PLACE + ["location.bag"] + WGS84 + ACT)
        self.share("share ilt 2", "ilt", harbour, "ilt-inspecties", "ILT.00002", COMPANY + ["subject.vestiging"] + ACT)
        self.share("share ilt 3", "ilt", harbour, "ilt-handhaving", "2024-001", COMPANY + ["amount_eur"] + ACT)
        self.hidden = self.share("share politie 1", "politie", harbour, "politie-meldingen", "PN202500001", COMPANY + PLACE + WGS84 + ACT, to=["od-noord", "om"])
        self.incident = self.share("share politie 2", "politie", harbour, "politie-incidenten", "NN/0001", PLACE + ACT)
        self.share("share om 1", "om", harbour, "om-zaken", "81-000001-23", COMPANY + ["amount_eur"] + ACT)
        self.old = self.share("share om 2", "om", harbour, "om-zaken", "81-000002-22", COMPANY + ACT)
        self.share("share od 1 again", "od-noord", harbour, first, "OD-2025-0001", inspection + ["extra.waste"])
        self.say.say("the same record again is a new version of the same fragment", "hetzelfde record opnieuw is een nieuwe versie van hetzelfde fragment")
        self.share("share od 5", "od-noord", polder, first, "OD-2025-0003", COMPANY + PLACE + ACT + ["extra.waste"])
        self.share("share politie 3", "politie", polder, "politie-meldingen", "PN202500002", COMPANY + PLACE + ACT)
        self.share("share politie 4", "politie", polder, "politie-meldingen", "PN202400003", COMPANY + ACT)
        self.share("share om 3", "om", polder, "om-zaken", "81-000003-25", COMPANY + ACT)
        self.share("share om 4", "om", polder, "om-zaken", "81-000004-21", COMPANY + ["amount_eur"] + ACT)
        before = demo.state["steps"]["share od 1"]["json"]["fragment"]
        self.say.promise(demo.state["steps"]["share od 1 again"]["json"]["fragment"] == before, "its id stayed the same", "het id bleef hetzelfde", before)

    def preview(self, case, fields):
        """A preview shows what partners would see, and writes nothing."""
        mapping, _ = self.truths["od-noord-inspecties"]
        record = checks.find_record(self.demo, self.nodes["od-noord"], mapping["source"], "OD-2025-0001")
        told = self.demo.once("preview", self.nodes["od-noord"], "fragment", "share", "--case", case["id"], "--record", record, "--fields", ",".join(fields),
                              "--preview")["json"]
        known = self.fields("od-noord-inspecties", "OD-2025-0001")
        self.say.promise(told["fields"] == {f: known[f] for f in fields if f in known} and "entry" not in told,
                         "a preview shows exactly the values of the CSV row, and writes nothing", "een voorbeeld toont precies de waarden van de CSV-rij, en schrijft niets",
                         told)

    def refusals(self):
        self.say.title("What may not leave does not leave.", "Wat niet weg mag, gaat niet weg.")
        mapping, _ = self.truths["od-noord-inspecties"]
        node = self.nodes["od-noord"]
        record = checks.find_record(self.demo, node, mapping["source"], "OD-2025-0001")
        start = ["fragment", "share", "--case", self.harbour["id"], "--record", record, "--fields"]
        tries = [("never", [*start, "subject.name,extra.internal_note"], "a field marked never_share is refused", "een veld met never_share wordt geweigerd"),
                 ("unknown", [*start, "subject.nmae"], "an unknown field is refused", "een onbekend veld wordt geweigerd"),
                 ("ground", [*start, "subject.name", "--category", "criminal-justice"], "without a ground for this category nothing is given",
                  "zonder grondslag voor deze categorie wordt niets gegeven")]
        for name, command, english, dutch in tries:
            done = self.demo.once("refusal " + name, node, *command, exits=(2,))
            self.say.promise(done["stderr"].startswith("error: ") and done["json"] is None and "\n" not in done["stderr"],
                             f"{english}: {done['stderr']}", f"{dutch}: {done['stderr']}", done)

    def shared_work(self):
        self.say.title("Shared work on the case: phase, tags, a note, a link between subjects. Each with its author.",
                       "Samen werken aan de zaak: fase, labels, een notitie, een verband tussen subjecten. Steeds met wie het deed.")
        case = self.harbour
        self.set_register("phase 1", "od-noord", case, "phase", "informatie-uitvraag")
        self.synchronise_quietly()
        self.set_register("phase 2", "politie", case, "phase", "analyse")
        self.operate("tag 1", "od-noord", case, "tag", case["id"], "asbest")
        self.operate("tag 2", "politie", case, "tag", case["id"], "asbest")
        self.operate("tag 3", "ilt", case, "tag", case["id"], "granulaat")
        case["tags"] = [{"by": self.in_order(["od-noord", "politie"]), "tag": "asbest"}, {"by": ["ilt"], "tag": "granulaat"}]
        words = "Monster van de kade en partij van de weegbrug vergelijken voor het overleg."
        self.operate("note 1", "ilt", case, "note", case["id"], words)
        case["notes"] = [{"by": "ilt", "text": words}]
        company = view.subject_id("kvk:" + self.fields("od-noord-inspecties", "OD-2025-0001")["subject.kvk"])
        found = view.subject_id("fragment:" + self.incident["id"])
        self.operate("link 1", "politie", case, "link", case["id"], found, "same-as", company)
        case["links"] = [{"by": "politie", "from": found, "relation": "same-as", "to": company}]
        self.say.say("the heap on the quay names no company: politie links it to one, and can undo that",
                     "de hoop op de kade noemt geen bedrijf: politie legt het verband, en kan het weer weghalen")

    def in_order(self, handles):
        return [handle for handle in self.members if handle in handles]

    def synchronise_quietly(self):
        equal, heads = checks.settle(self.demo, self.table, list(self.nodes.values()), quiet=True)
        self.say.promise(equal, "all nodes are equal", "alle nodes zijn gelijk", heads)

    def withdrawal(self):
        self.say.title("The OM takes back one fragment; it disappears from every view, and the log still verifies.",
                       "Het OM neemt één fragment terug; het verdwijnt uit elk beeld, en het logboek blijft kloppen.")
        if "withdraw" not in self.demo.state["steps"]:
            self.synchronise_quietly()
        self.demo.remember("received", lambda: self.demo.run(self.nodes["om"], "fragment", "status", self.old["id"])[1])
        status = self.demo.state["steps"]["received"]
        self.say.promise({r["handle"] for r in status["recipients"] if r["received"]} == set(self.old["to"]) and not status["withdrawn"],
                         "all receivers have confirmed that they hold it", "alle ontvangers hebben bevestigd dat zij het hebben", status)
        self.withdraw("withdraw", "om", self.harbour, self.old, "Zaak is geseponeerd en hoort hier niet")
        self.synchronise_quietly()
        _, status, _ = self.demo.run(self.nodes["om"], "fragment", "status", self.old["id"])
        self.say.promise(bool(status["withdrawn"]), "the status says: withdrawn", "de status zegt: ingetrokken", status)

    def offline(self):
        self.say.title("A node stands alone: the OM's node stops, works on, and catches up.",
                       "Een node kan alleen: de node van het OM stopt, werkt door, en haalt in.")
        om, od, case, demo = self.nodes["om"], self.nodes["od-noord"], self.harbour, self.demo
        first = "offline done" not in demo.state["steps"]
        if first:
            code = demo.stop(om)
            self.say.promise(code == 0, "the node stops cleanly (exit 0)", "de node stopt netjes (exit 0)", f"exit {code}")
            code, told, _ = demo.run(od, "sync", "now", "--peer", "om", exits=(0, 1, 3))
            self.say.promise(code == 3 and told is not None and not told["peers"][0]["ok"], "od-noord is told that om cannot be reached (exit 3)",
                             "od-noord hoort dat om niet bereikbaar is (exit 3)", told)
        self.set_register("lead od", "od-noord", case, "lead", "od-noord")
        self.set_register("lead om", "om", case, "lead", "om", concurrent=True)
        self.say.say("both named a lead without seeing the other: both values stay until somebody chooses",
                     "beiden noemden een trekker zonder de ander te zien: beide waarden blijven staan tot iemand kiest")
        if first:
            demo.run(om, "sync", "now")
            demo.start(om)
            demo.remember("offline done", lambda: True)

    def check_views(self):
        self.say.title("One picture: the merged view, byte for byte, compared with the CSV files.",
                       "Eén beeld: het samengevoegde beeld, byte voor byte, vergeleken met de CSV-bestanden.")
        entitled, shown = ["od-noord", "politie", "om"], {}
        for name, case in (("harbour", self.harbour), ("polder", self.polder)):
            shown[name] = {h: checks.canonical_view(self.demo, self.nodes[h], case["id"])[1] for h in case["audience"]}
            for handle in case["audience"]:
                checks.check_view(self.demo, self.nodes[handle], case, shown[name][handle])
            equal = {shown[name][h] for h in entitled}
            self.say.promise(len(equal) == 1, f"od-noord, politie and om show the same bytes ({checks.digest(shown[name]['om'])})",
                             f"od-noord, politie en om tonen dezelfde bytes ({checks.digest(shown[name]['om'])})")
        left = checks.without(shown["harbour"]["om"], {self.hidden["id"]}, view.expected(self.harbour, "ilt"))
        self.say.promise(left == shown["harbour"]["ilt"] and left != shown["harbour"]["om"],
                         "ilt shows these bytes without the one fragment that was not given to it, and nothing else differs",
                         "ilt toont deze bytes zonder het ene fragment dat het niet kreeg, en verder verschilt niets")
        self.leads()
        _, logs, _ = self.demo.run(self.nodes["ilt"], "log", "show", self.table, "--author", "politie", show=False)
        state = {entry["index"]: entry["state"] for entry in logs["entries"]}
        self.say.promise(state.get(self.hidden["index"]) == "leaf", "of that fragment ilt holds a hash of 32 bytes and no more",
                         "van dat fragment heeft ilt een hash van 32 bytes en niet meer", state)
        code, _ = checks.canonical_view(self.demo, self.nodes["ilt"], self.polder["id"], exits=(0, 2))
        self.say.promise(code == 2, "ilt still does not know the second case", "ilt kent de tweede zaak nog steeds niet", f"exit {code}")

    def leads(self):
        values = sorted(item["value"] for item in self.harbour["lead"])
        _, shown, _ = self.demo.run(self.nodes["politie"], "case", "show", self.harbour["id"], show=False)
        self.say.promise(sorted(item["value"] for item in shown["lead"]) == values == ["od-noord", "om"], "both leads are shown, with who said so",
                         "beide trekkers staan er, met wie het zei", shown["lead"])

    def plain_text(self):
        self.say.title("A stolen disk tells nothing.", "Een gestolen schijf zegt niets.")
        checks.check_no_plain_text(self.demo, [HIDDEN_TEXT, "granulaat met te hoog asbestgehalte", "transactie betaald",
                                               self.fields("ilt-inspecties", "ILT.00001")["subject.name"]])

    def again(self):
        """After a restart: nothing is imported or shared twice, and the view is the same."""
        self.say.title("Stop all nodes and start them again: they continue where they were.", "Alle nodes stoppen en weer starten: ze gaan verder waar ze waren.")
        before = checks.canonical_view(self.demo, self.nodes["om"], self.harbour["id"])[1]
        codes = self.demo.stop_all()
        self.say.promise(set(codes.values()) == {0}, "all nodes stop cleanly (exit 0)", "alle nodes stoppen netjes (exit 0)", codes)
        self.run_nodes()
        for handle, name in FILES:
            code, told, _ = self.demo.run(self.nodes[handle], "record", "import", os.path.join(self.import_from, name + ".csv"), "--mapping",
                                          os.path.join(self.data, name + ".yaml"), exits=(0, 1), show=False)
            self.say.promise(told["imported"] == 0 and told["rejected"] == self.truths[name][1]["rejected"], f"{name} again: no record twice",
                             f"{name} opnieuw: geen record dubbel", told if code else "")
        after = checks.canonical_view(self.demo, self.nodes["om"], self.harbour["id"])[1]
        self.say.promise(before == after, "the view has the same bytes as before", "het beeld heeft dezelfde bytes als daarvoor")

    def next_commands(self):
        """Commands to try next: (what, node, arguments)."""
        steps, demo = self.demo.state["steps"], self.demo
        harbour, polder = steps["open harbour"]["json"]["case"], steps["open polder"]["json"]["case"]
        table, hidden = steps["table create"]["json"]["table"], steps["share politie 1"]["json"]["fragment"]
        kvk = "00231987"
        out = os.path.join(demo.folder, "politie-own.bundle")
        record = next(value for key, value in steps.items() if key.startswith("record od-noord ") and key.endswith("OD-2025-0001"))
        word = max(self.fields("od-noord-inspecties", "OD-2025-0001")["subject.name"].split(), key=len)
        return [("half a name, with a typing error", "een halve naam, met een tikfout", "od-noord", ["record", "search", "--all", word[:2] + word[3:]]),
                ("health of a node", "toestand van een node", "od-noord", ["node", "status"]),
                ("the merged view", "het samengevoegde beeld", "od-noord", ["case", "show", harbour]),
                ("the same at a partner with less", "hetzelfde bij een partner die minder kreeg", "ilt", ["case", "show", harbour]),
                ("a case the ILT does not know", "een zaak die de ILT niet kent", "ilt", ["case", "show", polder]),
                ("own and shared data on a KvK number", "eigen en gedeelde gegevens bij een KvK-nummer", "om", ["record", "search", "--kvk", kvk]),
                ("everything in a range of postcodes", "alles in een reeks postcodes", "od-noord", ["record", "search", "--postcode", "9860-9875"]),
                ("incidents of one year", "voorvallen van één jaar", "politie", ["record", "search", "--type", "incident", "--from", "2025-01-01", "--until", "2025-12-31"]),
                ("one record with its history", "één record met zijn historie", "od-noord", ["record", "show", record]),
                ("choose one lead: the conflict ends", "kies één trekker: het conflict is weg", "od-noord", ["case", "set", harbour, "lead", "od-noord"]),
                ("write a note", "schrijf een notitie", "politie", ["case", "note", harbour, "Overleg op dinsdag"]),
                ("who has this fragment", "wie heeft dit fragment", "politie", ["fragment", "status", hidden]),
                ("how far each log is", "hoe ver elk logboek is", "ilt", ["sync", "status"]),
                ("what left this node, to whom", "wat ging eruit, naar wie", "politie", ["log", "show", table]),
                ("write an audit bundle", "schrijf een auditbundel", "politie", ["log", "export", "--table", table, "--out", out])], out
