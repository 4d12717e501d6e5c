"""Cases and fragments: what is shared, what is refused, and that a preview writes nothing."""

from contract_commands import COUNT, ENTRY, HEX16, MAYBE_TIME, RECIPIENT, TEXT, TIME, answered
from scenario import view

SHARED = {"fragment": HEX16, "entry": ENTRY, "version": COUNT, "omitted": [TEXT], "recipients": [RECIPIENT]}
PREVIEW = {"version": COUNT, "omitted": [TEXT], "recipients": [RECIPIENT], "fields": dict}
STATUS = {
    "withdrawn": (bool, None, TIME),
    "recipients": [{"handle": TEXT, "ground": TEXT, "received": (bool, *MAYBE_TIME), "destroyed": bool}],
}


def entries(contract, handle="od-noord"):
    return len(contract.nodes[handle].ok("log", "show", contract.ids["table"])["entries"])


def cases(contract):
    """Opening, and every write."""
    suite, node, table = contract.suite, contract.nodes["od-noord"], contract.ids["table"]
    opening = ["case", "open", "--table", table, "--title"]
    contract.exits(2, "case open to all, where a pair has no ground", node.run(*opening, "Granulaat"), "ilt")
    contract.exits(
        2, "case open --to ilt, a pair without ground", node.run(*opening, "Granulaat", "--to", "politie,ilt"), "ilt"
    )
    for words, extra in [
        ("to somebody not at the table", ["--to", "od-zuid"]),
        ("to nobody known", ["--to", "niemand"]),
        ("with an unknown ground", ["--to", "politie", "--ground", "NIETS-1"]),
        ("with a ground that does not fit", ["--to", "politie", "--ground", "WPG-15"]),
        ("with an unknown category", ["--to", "politie", "--category", "geheim"]),
        ("with a category that no ground allows", ["--to", "politie", "--category", "police"]),
        ("to an empty list", ["--to", ""]),
    ]:
        contract.exits(2, f"case open {words}", node.run(*opening, "Granulaat", *extra))
    contract.exits(2, "case open without a title", node.run(*opening, "", "--to", "politie"))
    contract.exits(2, "case open at an unknown table", node.run("case", "open", "--table", "ab" * 32, "--title", "x"))
    suite.equal(node.ok("case", "list")["cases"], [], "no refused case was opened")
    made = answered(
        contract,
        node,
        {"case": HEX16, "entry": ENTRY},
        *opening,
        "Granulaat aan de kade",
        "--summary",
        "Eerste",
        "--to",
        "politie,om",
        words="case open",
    )
    case = contract.ids["case"] = made["case"]
    narrow = answered(
        contract,
        node,
        {"case": HEX16, "entry": ENTRY},
        *opening,
        "Alleen politie",
        "--to",
        "politie",
        words="case open",
    )
    contract.ids["narrow"] = narrow["case"]
    for field, value in (("title", "Granulaat"), ("phase", "analyse"), ("lead", "politie"), ("summary", "Tweede")):
        answered(contract, node, {"entry": ENTRY}, "case", "set", case, field, value, words=f"case set {field}")
        suite.equal(
            [item["value"] for item in node.ok("case", "show", case)[field]],
            [value],
            f"case set {field} supersedes the value seen",
        )
    answered(contract, node, {"entry": ENTRY}, "case", "set", case, "phase", "signaal")
    before = entries(contract)
    for words, arguments in [
        ("set of an unknown field", ["set", case, "kleur", "rood"]),
        ("set of an unknown phase", ["set", case, "phase", "klaar"]),
        ("note without text", ["note", case, ""]),
        ("note in an unknown case", ["note", "ab" * 16, "x"]),
        ("tag without text", ["tag", case, ""]),
        ("link of unknown subjects", ["link", case, "ab" * 16, "same-as", "cd" * 16]),
        ("note with a control character", ["note", case, "a\x07b"]),
        ("note that is too long", ["note", case, "x" * 100_000]),
    ]:
        contract.exits(2, f"case {words}", node.run("case", *arguments))
    suite.equal(entries(contract), before, "no refused operation was written")
    answered(contract, node, {"entry": ENTRY}, "case", "note", case, "Regel een\nregel twee — ☃")
    answered(contract, node, {"entry": ENTRY}, "case", "tag", case, "granulaat")
    answered(contract, node, {"entry": ENTRY}, "case", "tag", case, "weg")
    answered(contract, node, {"entry": ENTRY}, "case", "untag", case, "weg")
    shown = node.ok("case", "show", case)
    suite.equal(
        ([n["text"] for n in shown["notes"]], [t["tag"] for t in shown["tags"]]),
        (["Regel een\nregel twee — ☃"], ["granulaat"]),
        "notes and tags are shown",
    )


def fragments(contract):
    """Sharing, and what may not leave."""
    suite, node, case = contract.suite, contract.nodes["od-noord"], contract.ids["case"]
    record, other, bare = (node.record(key) for key in ("OD-1", "OD-2", "OD-3"))
    contract.ids["record"] = record
    share = ["fragment", "share", "--case", case, "--record", record, "--fields"]
    before = (entries(contract), node.ok("case", "show", case), node.ok("node", "status")["store"]["entries"])
    shown = answered(
        contract, node, PREVIEW, *share, "subject.name,location.bag,text", "--preview", words="fragment share --preview"
    )
    suite.check(
        "entry" not in shown and shown["omitted"] == ["location.bag"],
        "a preview names no entry and what is left out",
        shown,
    )
    suite.check(
        "Granulaat zonder herkomst" in str(shown["fields"]) and "tipgever" not in str(shown),
        "a preview shows what each partner would see",
        shown,
    )
    for words, arguments, needed in [
        ("an unknown field", [*share, "subject.naam"], ["subject.naam"]),
        ("a known and an unknown field", [*share, "subject.name,extra.niets"], ["extra.niets"]),
        ("a BSN", [*share, "subject.bsn"], ["subject.bsn"]),
        ("a BSN among others", [*share, "subject.name,subject.bsn"], ["subject.bsn"]),
        ("a field that is never shared", [*share, "text,extra.internal_note"], ["extra.internal_note"]),
        ("a BSN in a preview", [*share, "subject.bsn", "--preview"], ["subject.bsn"]),
        ("a field never shared, in a preview", [*share, "extra.internal_note", "--preview"], ["extra.internal_note"]),
        ("empty fields alone", ["fragment", "share", "--case", case, "--record", bare, "--fields", "date,status"], []),
        ("no fields", [*share, ""], []),
        ("a partner outside the case", [*share, "text", "--to", "ilt"], ["ilt"]),
        ("one inside and one outside", [*share, "text", "--to", "politie,ilt"], ["ilt"]),
        ("somebody not at the table", [*share, "text", "--to", "od-zuid"], ["od-zuid"]),
        ("somebody not at the table, in a preview", [*share, "text", "--to", "od-zuid", "--preview"], ["od-zuid"]),
        ("a ground that does not fit", [*share, "text", "--ground", "WPG-15"], ["politie"]),
        ("an unknown ground", [*share, "text", "--ground", "NIETS-1"], ["NIETS-1"]),
        ("a category that no ground allows", [*share, "text", "--category", "criminal-justice"], ["politie"]),
        ("an unknown category", [*share, "text", "--category", "geheim"], ["geheim"]),
        ("a date that is none", [*share, "text", "--expires", "2030-02-30"], []),
        ("a day that is over", [*share, "text", "--expires", "2020-01-01"], ["2020-01-01"]),
        ("an unknown case", ["fragment", "share", "--case", "ab" * 16, "--record", record, "--fields", "text"], []),
        ("an unknown record", ["fragment", "share", "--case", case, "--record", "ab" * 16, "--fields", "text"], []),
    ]:
        contract.exits(2, f"fragment share of or to {words}", node.run(*arguments), *needed)
    after = (entries(contract), node.ok("case", "show", case), node.ok("node", "status")["store"]["entries"])
    suite.equal(after, before, "previews and refused shares wrote nothing")
    first = answered(
        contract,
        node,
        SHARED,
        *share,
        "subject.name,subject.kvk,location.bag,location.postcode,date,text",
        words="fragment share",
    )
    suite.equal(
        (first["version"], first["omitted"], first["recipients"]),
        (1, ["location.bag"], [{"handle": "politie", "ground": "AVG-5.1B"}, {"handle": "om", "ground": "AVG-5.1B"}]),
        "shared with the case's audience, each on the first ground that fits",
    )
    again = answered(
        contract, node, SHARED, *share, "subject.name,subject.kvk,text,status", words="fragment share again"
    )
    suite.equal(
        (again["fragment"], again["version"]),
        (first["fragment"], 2),
        "the same case and record: version 2 of the same fragment",
    )
    elsewhere = answered(
        contract,
        node,
        SHARED,
        "fragment",
        "share",
        "--case",
        contract.ids["narrow"],
        "--record",
        record,
        "--fields",
        "text",
        words="fragment share in another case",
    )
    suite.check(
        elsewhere["version"] == 1 and elsewhere["fragment"] != first["fragment"], "another case: another fragment"
    )
    narrow = answered(
        contract,
        node,
        SHARED,
        "fragment",
        "share",
        "--case",
        case,
        "--record",
        other,
        "--fields",
        "subject.name,subject.kvk",
        "--to",
        "politie",
        "--expires",
        "2089-05-31",
        words="fragment share --to",
    )
    suite.equal(narrow["recipients"], [{"handle": "politie", "ground": "AVG-5.1B"}], "a narrower audience")
    contract.ids |= {"fragment": first["fragment"], "small": narrow["fragment"]}
    shown = {f["id"]: f for f in node.ok("case", "show", case)["fragments"]}
    suite.equal(
        shown[first["fragment"]]["fields"],
        {
            "subject.name": "Alfa Recycling B.V.",
            "subject.kvk": "27123450",
            "text": "Granulaat zonder herkomst",
            "status": "violation",
        },
        "the view shows the newest version's fields",
    )
    suite.equal(shown[narrow["fragment"]]["expires"], "2089-05-31", "the date of expiry is shown")
    status = answered(contract, node, STATUS, "fragment", "status", first["fragment"])
    suite.equal(
        [(r["handle"], bool(r["received"]), r["destroyed"]) for r in status["recipients"]],
        [("politie", False, False), ("om", False, False)],
        "before a synchronisation nobody has it",
    )


def others(contract):
    """What the other partners can and cannot do after a synchronisation."""
    suite, nodes, ids = contract.suite, contract.nodes, contract.ids
    case, every = ids["case"], [nodes[h] for h in ("od-noord", "politie", "om", "ilt")]
    suite.check(
        {
            r["handle"]: bool(r["received"])
            for r in nodes["od-noord"].ok("fragment", "status", ids["fragment"])["recipients"]
        }
        == {"politie": True, "om": True},
        "fragment status: both received it",
    )
    contract.exits(
        2,
        "fragment withdraw by somebody else than its owner",
        nodes["politie"].run("fragment", "withdraw", ids["fragment"], "--reason", "niet van mij"),
    )
    contract.exits(
        2,
        "fragment withdraw of an unknown fragment",
        nodes["politie"].run("fragment", "withdraw", "ab" * 16, "--reason", "x"),
    )
    contract.exits(2, "case show outside the audience", nodes["ilt"].run("case", "show", case), "tafel sync now")
    contract.exits(2, "case note outside the audience", nodes["ilt"].run("case", "note", case, "x"))
    contract.exits(
        2,
        "fragment share outside the audience",
        nodes["ilt"].run(
            "fragment", "share", "--case", case, "--record", nodes["ilt"].record("IL-1"), "--fields", "text"
        ),
    )
    contract.exits(
        2, "case show of a case for others", nodes["om"].run("case", "show", ids["narrow"]), "tafel sync now"
    )
    suite.check(
        ids["small"] not in str(nodes["om"].ok("case", "show", case))
        and ids["small"] in str(nodes["politie"].ok("case", "show", case)),
        "a fragment given to one is shown to that one alone",
    )
    police = nodes["politie"].ok(
        "fragment",
        "share",
        "--case",
        case,
        "--record",
        nodes["politie"].record("PL-1"),
        "--fields",
        "subject.name,subject.kvk,text",
        "--to",
        "od-noord",
    )
    suite.equal(
        police["recipients"], [{"handle": "od-noord", "ground": "WPG-18"}], "the police gives on its own ground"
    )
    prosecutor = nodes["om"].ok(
        "fragment",
        "share",
        "--case",
        case,
        "--record",
        nodes["om"].record("OM-1"),
        "--fields",
        "subject.name,subject.kvk,text",
    )
    equal, heads = contract.world.settle(*every)
    suite.check(equal, "all hold the same", heads)
    shown = nodes["od-noord"].ok("case", "show", case)
    suite.equal(
        shown["conflicts"],
        [{"subject": view.subject_id(key), "fact": "name"} for key in ("kvk:27123450", "kvk:27123461")],
        "two names for one KvK number: conflicts",
    )
    hits = [h for h in nodes["od-noord"].ok("record", "search", "--kvk", "27123450")["hits"] if h["kind"] == "fragment"]
    suite.check([h["owner"] for h in hits].count("politie") == 1, "record search finds readable fragments too", hits)
    subjects = [view.subject_id("kvk:" + number) for number in ("27123450", "27123461")]
    answered(contract, nodes["politie"], {"entry": ENTRY}, "case", "link", case, subjects[0], "same-as", subjects[1])
    answered(contract, nodes["politie"], {"entry": ENTRY}, "case", "unlink", case, subjects[0], "same-as", subjects[1])
    answered(contract, nodes["politie"], {"entry": ENTRY}, "case", "link", case, subjects[0], "supplies", subjects[1])
    answered(
        contract,
        nodes["om"],
        {"entry": ENTRY},
        "fragment",
        "withdraw",
        prosecutor["fragment"],
        "--reason",
        "Ten onrechte",
    )
    equal, heads = contract.world.settle(*every)
    suite.check(equal, "all hold the same", heads)
    suite.check(
        not any(
            prosecutor["fragment"] in str(nodes[h].ok("case", "show", case)) for h in ("od-noord", "politie", "om")
        ),
        "a withdrawn fragment is in no view",
    )
    suite.check(
        not [h for h in nodes["od-noord"].ok("record", "search", "--kvk", "27123461")["hits"] if h["owner"] == "om"],
        "nor in a search",
    )
    status = answered(
        contract, nodes["om"], STATUS, "fragment", "status", prosecutor["fragment"], words="fragment status, withdrawn"
    )
    suite.check(
        status["withdrawn"] and not any(r["destroyed"] for r in status["recipients"]),
        "fragment status: withdrawn, destroyed false",
        status,
    )
    suite.equal(
        [
            [(l["from"], l["relation"], l["to"], l["by"]) for l in nodes[h].ok("case", "show", case)["links"]]
            for h in ("od-noord", "om")
        ],
        [[(subjects[0], "supplies", subjects[1], "politie")]] * 2,
        "the link that stayed is in both views",
    )


def lowered_and_left(contract, share, fragment):
    """A category that a manager lowers, a withdrawal from some, and a case that a partner is left out of."""
    suite, nodes, ids = contract.suite, contract.nodes, contract.ids
    node, case, every = nodes["od-noord"], ids["case"], [nodes[h] for h in ("od-noord", "politie", "om", "ilt")]
    path = contract.world.write("chef", "een goed wachtwoord\n")
    node.ok("user", "add", "chef", "--role", "manager", "--password-file", path)
    lower = [*share, "--to", "politie,om", "--category", "public", "--lower", "Staat al op internet"]
    contract.exits(2, "fragment share --lower by nobody who decides", node.run(*lower), "manager", "--as")
    contract.exits(
        2,
        "fragment share --lower where nothing is lowered",
        node.run(*share, "--lower", "zomaar", "--as", "chef"),
        "--lower",
    )
    contract.exits(
        2, "fragment share --lower with two lines", node.run(*lower[:-1], "een\ntwee", "--as", "chef"), "--lower"
    )
    contract.exits(2, "fragment share --lower for no reason", node.run(*lower[:-1], "  ", "--as", "chef"), "--lower")
    suite.equal(
        node.ok(*lower, "--as", "chef", "--preview")["lowered"],
        "Staat al op internet",
        "a preview says that the category is lowered, and why",
    )
    suite.equal(node.ok(*lower, "--as", "chef")["version"], 2, "a manager lowers a category")
    contract.world.settle(*every)
    shown = [f for f in nodes["om"].ok("case", "show", case)["fragments"] if f["id"] == fragment]
    suite.equal(
        [(f["category"], f["lowered"]) for f in shown], [("public", "Staat al op internet")], "who reads it reads why"
    )
    text = nodes["om"].run("case", "show", case, as_json=False).out.decode()
    suite.check("category lowered to public: Staat al op internet" in text, "in words too", text)
    contract.exits(
        2,
        "fragment withdraw --from who was not given it",
        node.run("fragment", "withdraw", fragment, "--from", "ilt", "--reason", "x"),
        "ilt",
        "politie",
    )
    contract.exits(
        2,
        "fragment withdraw --from nobody",
        node.run("fragment", "withdraw", fragment, "--from", "", "--reason", "x"),
        "--from",
    )
    contract.exits(
        2,
        "fragment withdraw --from of what a manager lowered",
        node.run("fragment", "withdraw", fragment, "--from", "om", "--reason", "x"),
        "manager",
    )
    done = answered(
        contract,
        node,
        {"entry": ENTRY, "fragment": HEX16},
        "fragment",
        "withdraw",
        fragment,
        "--from",
        "om",
        "--reason",
        "Niet voor om",
        "--as",
        "chef",
    )
    contract.world.settle(*every)
    ids_of = {
        h: {f["id"] for f in nodes[h].ok("case", "show", case)["fragments"]} for h in ("od-noord", "politie", "om")
    }
    suite.equal(
        [(fragment in ids_of[h], done["fragment"] in ids_of[h]) for h in ("od-noord", "politie", "om")],
        [(False, True), (False, True), (False, False)],
        "withdrawn from one, and given anew to the other",
    )
    again = node.ok(*share, "--lower", "Staat al op internet", "--category", "public", "--as", "chef")
    suite.equal(
        (again["fragment"], again["version"]),
        (done["fragment"], 2),
        "shared again it is the next version of what was given anew",
    )
    contract.exits(
        2,
        "case audience of another's case",
        nodes["politie"].run("case", "audience", case, "--to", "od-noord"),
        "owner",
    )
    contract.exits(
        2, "case audience that lets somebody in", node.run("case", "audience", case, "--to", "politie,om,ilt"), "ilt"
    )
    contract.exits(2, "case audience that changes nothing", node.run("case", "audience", case, "--to", "politie,om"))
    entries = node.ok("node", "status")["store"]["entries"]
    suite.equal(
        node.ok("case", "audience", case, "--to", "politie", "--preview")["left_out"],
        ["om"],
        "a preview says who is left out",
    )
    suite.equal(node.ok("node", "status")["store"]["entries"], entries, "and writes nothing")
    both = node.ok(
        "fragment", "share", "--case", case, "--record", node.record("OD-2"), "--fields", "text", "--to", "politie,om"
    )["fragment"]
    contract.world.settle(*every)
    # Not reached: the others read it after it was left out.
    runs = nodes["om"].process is not None
    if runs:
        nodes["om"].stop()
    late = nodes["om"].ok(
        "fragment", "share", "--case", case, "--record", nodes["om"].record("OM-1"), "--fields", "text"
    )["fragment"]
    nodes["om"].ok("case", "note", case, "te laat van om")
    left = answered(
        contract,
        node,
        {"entry": ENTRY, "version": COUNT, "left_out": [TEXT]},
        "case",
        "audience",
        case,
        "--to",
        "politie",
    )
    if runs:
        nodes["om"].start()
    suite.equal(
        (left["version"], left["left_out"], left["audience"]),
        (2, ["om"], ["od-noord", "politie"]),
        "a partner is left out of a case",
    )
    contract.world.settle(*every)
    node.ok("case", "note", case, "zonder om")
    contract.world.settle(*every)
    notes = {h: [n["text"] for n in nodes[h].ok("case", "show", case)["notes"]] for h in ("od-noord", "politie", "om")}
    suite.equal(["zonder om" in notes[h] for h in notes], [True, True, False], "and reads nothing more of it")
    told = {h: nodes[h].ok("case", "show", case) for h in ("od-noord", "politie", "om")}
    suite.equal(told["om"]["audience"], ["od-noord", "politie"], "which it is told")
    suite.equal(
        [[n["text"] for n in told[h]["uncounted_notes"]] for h in told],
        [[], [], ["te laat van om"]],
        "a note that counts nowhere is told to who wrote it, and to nobody else",
    )
    suite.equal(
        [[r["handle"] for r in told[h]["former_readers"]] for h in told], [["om"]] * 3, "who read along is told of"
    )
    last = [told[h]["former_readers"][0]["last"] for h in told]
    written = [n["at"] for n in told["politie"]["notes"] if n["text"] == "zonder om"]
    suite.check(all(at < written[0] for at in last), "up to when", (last, written))
    contract.exits(
        2,
        "fragment withdraw --from that gives anew to who was left out",
        node.run("fragment", "withdraw", both, "--from", "politie", "--reason", "x"),
        "om",
        "left out",
    )
    status = nodes["om"].ok("fragment", "status", late)
    suite.equal(
        (status["counts"], [r["handle"] for r in status["recipients"]]),
        (False, ["od-noord", "politie"]),
        "what was cut is known to who gave it",
    )
    nodes["om"].ok("fragment", "withdraw", late, "--reason", "Niet meer in de zaak")
    contract.world.settle(*every)
    suite.check(
        nodes["om"].ok("fragment", "status", late)["withdrawn"]
        and late not in str(nodes["politie"].ok("case", "show", case)),
        "what was cut can be withdrawn",
    )
    suite.check(
        b"This node was left out" in nodes["om"].run("case", "show", case, as_json=False).out,
        "who was left out is told",
    )
    contract.exits(2, "case note of who was left out", nodes["om"].run("case", "note", case, "toch"), "audience")
    node.ok("user", "remove", "chef")


def narrowed(contract):
    """A record shared again with fewer partners, below its category, and outside the period of a charter."""
    suite, nodes, ids = contract.suite, contract.nodes, contract.ids
    node, case, every = nodes["od-noord"], ids["case"], [nodes[h] for h in ("od-noord", "politie", "om", "ilt")]
    share = [
        "fragment",
        "share",
        "--case",
        case,
        "--record",
        node.record("OD-1"),
        "--fields",
        "subject.name,text",
        "--to",
        "politie",
    ]
    left = [{"handle": "om", "version": 2}]
    suite.equal(node.ok(*share, "--preview")["left_out"], left, "a preview says who has what and is left out")
    before = node.ok("node", "status")["store"]["entries"]
    contract.exits(
        2, "fragment share that leaves somebody out, without a word", node.run(*share), "om", "--keep", "--take-back"
    )
    contract.exits(2, "fragment share with both words", node.run(*share, "--keep", "--take-back"))
    contract.exits(
        2, "fragment share below the record's category", node.run(*share, "--keep", "--category", "public"), "business"
    )
    suite.equal(node.ok("node", "status")["store"]["entries"], before, "nothing was written")
    kept = node.ok(*share, "--keep")
    suite.equal(
        (kept["fragment"], kept["version"], kept["left_out"]),
        (ids["fragment"], 3, left),
        "left out, and keeps the version it has",
    )
    equal, heads = contract.world.settle(*every)
    suite.check(equal, "all hold the same", heads)
    status = node.ok("fragment", "status", ids["fragment"])
    suite.equal(
        [(r["handle"], r["version"], r["received"]) for r in status["recipients"]],
        [("politie", 3, True), ("om", 2, True)],
        "status is per recipient and version",
    )
    shown = {
        h: {f["id"]: f["version"] for f in nodes[h].ok("case", "show", case)["fragments"]}
        for h in ("od-noord", "politie", "om")
    }
    suite.equal(
        [shown[h].get(ids["fragment"]) for h in ("od-noord", "politie", "om")],
        [3, 3, 2],
        "each shows what it was given",
    )
    taken = node.ok(*share, "--take-back")
    suite.check(
        taken["fragment"] != ids["fragment"] and taken["version"] == 1, "taken back: a fragment of its own", taken
    )
    contract.world.settle(*every)
    shown = {
        h: {f["id"]: f["version"] for f in nodes[h].ok("case", "show", case)["fragments"]}
        for h in ("od-noord", "politie", "om")
    }
    suite.equal(
        [(shown[h].get(ids["fragment"]), shown[h].get(taken["fragment"])) for h in ("od-noord", "politie", "om")],
        [(None, 1), (None, 1), (None, None)],
        "taken back from everybody, and shared anew with who was not left out",
    )
    suite.check(node.ok("fragment", "status", ids["fragment"])["withdrawn"], "fragment status: withdrawn")
    reason = nodes["om"].ok("fragment", "status", ids["fragment"])
    suite.equal(
        reason["reason"],
        "taken back by its owner",
        "who was left out reads that it was taken back, and not that others have it anew",
    )
    lowered_and_left(contract, share, taken["fragment"])
    path = contract.world.path("narrowed.bundle")
    node.ok("log", "export", "--table", ids["table"], "--out", path)
    done = contract.world.audit("verify", path)
    suite.equal((done.code, done.json["findings"]), (0, []), "an auditor finds nothing in all this")
