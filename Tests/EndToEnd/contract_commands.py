"""Every command of the contract: keys and types of its JSON, and the same answer with the node running or not."""

import json
import os
import re

from support import Broken, free_port

HEX32, HEX16 = re.compile("[0-9a-f]{64}"), re.compile("[0-9a-f]{32}")
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z")
MAYBE_TIME = (None, TIME)
COUNT, TEXT = int, str
ENTRY = {"index": COUNT, "leaf": HEX32}
RECIPIENT = {"handle": TEXT, "ground": TEXT}
REGISTER = [{"value": TEXT, "by": TEXT, "at": TIME}]
VIEW = {
    "case": HEX16,
    "table": HEX32,
    "owner": TEXT,
    "audience": [TEXT],
    "title": REGISTER,
    "phase": REGISTER,
    "summary": REGISTER,
    "lead": REGISTER,
    "subjects": [
        {
            "id": HEX16,
            "key": TEXT,
            "parent": (None, HEX16),
            "facts": dict,
            "conflicts": [TEXT],
            "fragments": [HEX16],
            "same_as": [{"id": HEX16, "by": TEXT, "at": TIME}],
        }
    ],
    "fragments": [
        {
            "id": HEX16,
            "owner": TEXT,
            "version": COUNT,
            "type": TEXT,
            "fields": dict,
            "category": TEXT,
            "at": TIME,
            "expires": (None, TEXT),
            "withdrawn": (None, TEXT, bool),
        }
    ],
    "links": [
        {
            "from": TEXT,
            "relation": TEXT,
            "to": TEXT,
            "by": TEXT,
            "at": TIME,
            "reason": (None, TEXT),
            "date": (None, TEXT),
            "kind": (None, TEXT),
            "source": (None, TEXT),
        }
    ],
    "notes": [{"id": HEX16, "by": TEXT, "at": TIME, "text": TEXT}],
    "former_readers": [{"handle": TEXT, "last": TIME}],
    "uncounted_notes": [{"at": TIME, "text": TEXT}],
    "tags": [{"tag": TEXT, "by": [TEXT]}],
    "timeline": [{"date": TEXT, "type": TEXT, "fragment": HEX16}],
    "conflicts": [{"subject": HEX16, "fact": TEXT}],
}
IMPORT = {
    "read": COUNT,
    "filtered": COUNT,
    "imported": COUNT,
    "updated": COUNT,
    "unchanged": COUNT,
    "rejected": COUNT,
    "findings_by_rule": dict,
    "findings_more": COUNT,
    "findings": [
        {
            "rule": TEXT,
            "severity": TEXT,
            "line": COUNT,
            "field": (None, TEXT),
            "value": (None, TEXT),
            "suggestion": (None, TEXT),
        }
    ],
}
STATUS = {
    "node": HEX32,
    "running": bool,
    "version": TEXT,
    "uptime_seconds": (None, COUNT),
    "disk_free_bytes": COUNT,
    "tables": [object],
    "store": {"bytes": COUNT, "records": COUNT, "entries": COUNT},
    "unopened": [object],
    "alarms": [object],
    "peers": [
        {
            "handle": TEXT,
            "connected": bool,
            "since": MAYBE_TIME,
            "address": (None, TEXT),
            "lag_entries": (None, COUNT),
            "missing_entries": (None, COUNT),
            "lag_seconds": (None, COUNT, float),
            "last_sync": MAYBE_TIME,
        }
    ],
}
HEAD = {
    "table": HEX32,
    "author": TEXT,
    "generation": COUNT,
    "size": COUNT,
    "complete": COUNT,
    "unopened": COUNT,
    "root": TEXT,
    "disputed": bool,
}
HELP = [
    "",
    "node",
    "node init",
    "node card",
    "node run",
    "node status",
    "record",
    "record import",
    "record search",
    "record show",
    "table",
    "table create",
    "table accept",
    "table list",
    "table show",
    "table amend",
    "case",
    "case open",
    "case list",
    "case show",
    "case set",
    "case note",
    "case link",
    "case unlink",
    "case tag",
    "case untag",
    "case audience",
    "fragment",
    "fragment share",
    "fragment withdraw",
    "fragment status",
    "sync",
    "sync now",
    "sync status",
    "log",
    "log show",
    "log export",
    "user",
    "user add",
    "user list",
    "user remove",
    "user password",
]


def misfits(value, form, path=""):
    """Where a value has not the form: lines."""
    if form is object:
        return []
    if isinstance(form, re.Pattern):
        return [] if isinstance(value, str) and form.fullmatch(value) else [f"{path}: {value!r} is not {form.pattern}"]
    if isinstance(form, tuple):
        return [] if any(not misfits(value, one, path) for one in form) else [f"{path}: {value!r}"]
    if form is None:
        return [] if value is None else [f"{path}: {value!r} is not null"]
    if isinstance(form, list):
        if not isinstance(value, list):
            return [f"{path}: {value!r} is no list"]
        return [line for n, item in enumerate(value) for line in misfits(item, form[0], f"{path}[{n}]")]
    if isinstance(form, dict):
        if not isinstance(value, dict):
            return [f"{path}: {value!r} is no object"]
        return [
            line
            for key in form
            for line in (
                misfits(value[key], form[key], f"{path}.{key}") if key in value else [f"{path}.{key} is missing"]
            )
        ]
    return (
        []
        if isinstance(value, form) and not (form is int and isinstance(value, bool))
        else [f"{path}: {value!r} is not {form.__name__}"]
    )


def answered(contract, node, form, *arguments, exits=(0,), words=None):
    """Gives a command that must succeed and checks its JSON; gives the JSON."""
    done = node.run(*arguments)
    words = words or " ".join(arguments[:2])
    if not contract.suite.check(done.code in exits, f"{words}: exit {exits}", done):
        raise Broken(str(done))
    wrong = misfits(done.json, form)
    contract.suite.check(not wrong, f"{words}: keys and types of its JSON", "; ".join(wrong[:6]))
    return done.json


def make_nodes(contract):
    """Four nodes at the table, one elsewhere."""
    for handle in ("od-noord", "politie", "om", "ilt", "od-zuid"):
        contract.node(handle)
    bare, options = contract.bare("new", "nieuw"), [
        "--handle",
        "nieuw",
        "--name",
        "Nieuw",
        "--oin",
        "0" * 20,
        "--class",
        "om",
    ]
    made = answered(
        contract,
        bare,
        {"node": HEX32, "handle": TEXT, "oin": TEXT, "name": TEXT, "class": TEXT},
        "node",
        "init",
        *options,
        "--listen",
        f"127.0.0.1:{bare.port}",
    )
    contract.suite.equal(
        (made["handle"], made["oin"], made["name"], made["class"]),
        ("nieuw", "0" * 20, "Nieuw", "om"),
        "node init answers with what it was told",
    )
    before = {name: open(os.path.join(bare.data, name), "rb").read() for name in ("keys", "slots")}
    done = bare.run("node", "init", *options)
    contract.suite.check(
        done.code in (2, 3) and bare.data in done.err, "node init where a node is: exit 2 or 3, naming the folder", done
    )
    contract.suite.check(
        before == {name: open(os.path.join(bare.data, name), "rb").read() for name in before},
        "a refused node init leaves keys and slots as they were",
    )
    for _ in range(2):
        moved = answered(
            contract, bare, {"card": TEXT, "version": COUNT}, "node", "card", "--endpoint", "knooppunt.example:7400"
        )
        contract.suite.check(
            moved["version"] == 2
            and "\nversion 2\n" in moved["card"]
            and "\nendpoint knooppunt.example:7400\n" in moved["card"],
            "node card --endpoint signs one new version",
            moved,
        )
    for words in ("0.0.0.0:7000", "knooppunt", "a b:1", "knooppunt:0"):
        contract.exits(
            2, f"node card --endpoint {words!r}", bare.run("node", "card", "--endpoint", words), "error: --endpoint"
        )
    endpoint = contract.bare("endpoint")
    for words, extra in [
        ("--endpoint 0.0.0.0", ["--endpoint", "0.0.0.0:7000"]),
        ("--listen 0.0.0.0 without --endpoint", ["--listen", "0.0.0.0:7000"]),
        ("--endpoint [::]", ["--endpoint", "[::]:7000"]),
        ("--listen without port", ["--listen", "127.0.0.1"]),
        ("port 0", ["--endpoint", "127.0.0.1:0"]),
        ("port 70000", ["--listen", "127.0.0.1:70000"]),
    ]:
        contract.exits(2, f"node init with {words}", endpoint.run("node", "init", *options, *extra))
    for name, value in [
        ("--handle", "Hoofdletter"),
        ("--handle", "a"),
        ("--handle", "-x"),
        ("--handle", "x" * 33),
        ("--oin", "123"),
        ("--oin", "x" * 20),
        ("--class", "geheim"),
        ("--name", ""),
        ("--name", "x" * 201),
        ("--name", "twee\nregels"),
    ]:
        changed = list(options)
        changed[changed.index(name) + 1] = value
        contract.exits(
            2, f"node init {name} {value[:20]!r}", endpoint.run("node", "init", *changed, "--listen", "127.0.0.1:7001")
        )
    contract.suite.check(not os.path.exists(os.path.join(endpoint.data, "keys")), "a refused node init makes no keys")
    done = contract.bare("nothing").run("node", "status")
    contract.suite.check(
        done.code in (2, 3) and "nothing" in done.err, "a folder without a node: exit 2 or 3, naming it", done
    )
    for handle, node in contract.nodes.items():
        card = answered(contract, node, {"card": TEXT}, "node", "card")["card"]
        contract.suite.check(
            card.startswith("tafel/v1/card\n") and f"\nhandle {handle}\n" in card, f"{handle}: the card names it"
        )
        path = contract.world.path(handle + ".card")
        answered(contract, node, {}, "node", "card", "--out", path)
        contract.suite.check(open(path, encoding="utf-8").read() == card, f"{handle}: --out writes the same card")
        status = answered(contract, node, STATUS, "node", "status")
        contract.suite.equal(
            (status["running"], status["tables"], status["store"]["records"]),
            (False, [], 0),
            f"{handle}: a fresh node's status",
        )


def help_everywhere(contract):
    bare = contract.bare("nothing")
    for words in HELP:
        done = contract.world.execute([contract.world.tafel, *words.split(), "--help"])
        contract.suite.check(
            done.code == 0 and b"USAGE: tafel" in done.out and not done.err, f"{words} --help: exit 0 and help", done
        )
    for words in ([], ["verify"], ["checkpoint"], ["proof"]):
        done = contract.world.audit(*words, "--help", as_json=False)
        contract.suite.check(done.code == 0 and b"USAGE: tafel-audit" in done.out, f"tafel-audit {words} --help", done)
    contract.suite.check(not os.path.exists(bare.data), "asking for help makes no folder")


def not_built(contract):
    """Commands and options of later versions."""
    node, path = contract.nodes["od-noord"], contract.world.path("x")
    for arguments in (
        ["table", "amend", "ab" * 32, "--remove", "om", "--out", path],
        ["sync", "export", "--out", path],
        ["sync", "import", path],
    ):
        contract.exits(
            2,
            " ".join(arguments[:4]).replace(contract.world.folder, ""),
            node.run(*arguments),
            "not available in this version",
        )


def users(contract):
    """Accounts for the pages, and where the pages may be."""
    suite, world = contract.suite, contract.world
    node, path = contract.nodes["od-noord"], world.write("wachtwoord", "een goed wachtwoord\n")
    form = {"user": TEXT, "role": TEXT}
    for name, role in (("jan", "analyst"), ("piet", "operator"), ("els", "auditor")):
        suite.equal(
            answered(contract, node, form, "user", "add", name, "--role", role, "--password-file", path),
            {"user": name, "role": role},
            f"user add {name}",
        )
    listed = answered(contract, node, {"users": [form | {"created": TIME, "password_set": TIME}]}, "user", "list")
    suite.equal(
        [(u["user"], u["role"]) for u in listed["users"]],
        [("els", "auditor"), ("jan", "analyst"), ("piet", "operator")],
        "user list, by name",
    )
    answered(contract, node, form, "user", "password", "jan", "--password-file", path)
    answered(contract, node, form, "user", "remove", "els")
    suite.equal(len(node.ok("user", "list")["users"]), 2, "a removed user is gone")
    contract.exits(
        2,
        "the same user twice",
        node.run("user", "add", "jan", "--role", "analyst", "--password-file", path),
        "jan",
        "already",
    )
    contract.exits(
        2,
        "a role that is none",
        node.run("user", "add", "kees", "--role", "chief", "--password-file", path),
        "chief",
        "analyst",
    )
    contract.exits(
        2, "a name that is none", node.run("user", "add", "Kees", "--role", "analyst", "--password-file", path), "Kees"
    )
    contract.exits(2, "nobody's password", node.run("user", "password", "kees", "--password-file", path), "kees")
    contract.exits(2, "nobody to remove", node.run("user", "remove", "kees"), "kees")
    contract.exits(
        2, "no password and no terminal", node.run("user", "add", "kees", "--role", "analyst"), "--password-file"
    )
    contract.exits(
        2,
        "a short password",
        node.run("user", "add", "kees", "--role", "analyst", "--password-file", world.write("kort", "1234567\n")),
        "8 bytes",
    )
    contract.exits(
        2,
        "an empty password",
        node.run("user", "add", "kees", "--role", "analyst", "--password-file", world.write("leeg-wachtwoord", "\n")),
        "empty",
    )
    contract.exits(
        2,
        "a password that others can read",
        node.run(
            "user",
            "add",
            "kees",
            "--role",
            "analyst",
            "--password-file",
            world.write("open", "een goed wachtwoord\n", 0o644),
        ),
        "chmod 600",
    )
    contract.exits(
        3,
        "a password file that is not there",
        node.run("user", "add", "kees", "--role", "analyst", "--password-file", world.path("nergens")),
        "nergens",
    )
    start = [
        "node",
        "init",
        "--handle",
        "web",
        "--name",
        "Web",
        "--oin",
        "0" * 19 + "7",
        "--class",
        "om",
        "--listen",
        f"127.0.0.1:{free_port()}",
    ]
    for number, (words, options, needed) in enumerate(
        (
            ("pages on every address without TLS", ["--http", "0.0.0.0:7480"], "--http-certificate"),
            ("pages on a name without TLS", ["--http", "example.org:7480"], "--http-certificate"),
            ("a certificate without its key", ["--http", "127.0.0.1:7480", "--http-certificate", path], "--http-key"),
            ("a certificate without pages", ["--http-certificate", path, "--http-key", path], "--http"),
            ("an address that is none", ["--http", "7480"], "HOST:PORT"),
        )
    ):
        bare = contract.bare(f"web{number}")
        contract.exits(2, words, bare.run(*start, *options), needed)
        suite.check(not os.path.exists(bare.data), f"{words}: nothing is made")


def records(contract, rows):
    """Import, import again, search and show."""
    suite = contract.suite
    for handle, listed in rows.items():
        node = contract.nodes[handle]
        node.import_rows("bron", listed)
    node, suite_rows = contract.nodes["od-noord"], rows["od-noord"]
    mapping, path = contract.world.path("od-noord-bron.yaml"), contract.world.path("od-noord-bron.csv")
    again = answered(contract, node, IMPORT, "record", "import", path, "--mapping", mapping)
    suite.equal(
        [again[k] for k in ("read", "imported", "updated", "unchanged", "rejected", "filtered")],
        [3, 0, 0, 3, 0, 0],
        "the same file again: all unchanged",
    )
    old = node.ok("record", "show", node.record("OD-2"))
    changed = node.import_rows("bron", [suite_rows[0], dict(suite_rows[1], Text="Vrachtbrief gevonden"), suite_rows[2]])
    suite.equal(
        [changed[k] for k in ("read", "imported", "updated", "unchanged")], [3, 0, 1, 2], "one row changed: one updated"
    )
    shown = answered(
        contract,
        node,
        {
            "id": HEX16,
            "type": TEXT,
            "source": TEXT,
            "source_key": TEXT,
            "category": TEXT,
            "fields": dict,
            "history": [{"at": TIME, "fields": dict}],
        },
        "record",
        "show",
        node.record("OD-2"),
    )
    suite.equal(
        (shown["id"], shown["fields"]["text"], shown["source"], shown["source_key"], shown["type"], shown["category"]),
        (old["id"], "Vrachtbrief gevonden", "od-noord-bron", "OD-2", "inspection", "business"),
        "the record has the new value under the same id",
    )
    suite.equal(
        [h["fields"].get("text") for h in shown["history"]],
        ["Vrachtbrief ontbreekt"],
        "the earlier value stands in its history",
    )
    suite.equal(node.ok("node", "status")["store"]["records"], 3, "no record doubled")
    hit = {
        "id": HEX16,
        "kind": TEXT,
        "owner": TEXT,
        "type": TEXT,
        "source_key": TEXT,
        "title": TEXT,
        "score": (COUNT, float),
        "why": [TEXT],
        "fresh": TIME,
    }
    lists = contract.world.write("nummers.csv", "kvk\n27123450\nx;27123461,27.12.34.50\n99999999\n")
    for options, keys in [
        (["--key", "OD-1"], ["OD-1"]),
        (["--kvk", "27123461"], ["OD-2"]),
        (["--postcode", "9711AB"], ["OD-1"]),
        (["--postcode", "9711AA-9712ZZ"], ["OD-1", "OD-2"]),
        (["--key", "OD-9"], []),
        (["--vestiging", "000012345678"], []),
        (["--kvk", "27123450", "--postcode", "9712CD"], []),
        (["--type", "inspection", "--kvk", "27123450"], ["OD-1"]),
        (["--kvk", "27123450", "--type", "permit"], []),
        (["--kvk", "27123450", "--from", "2024-03-01", "--until", "2024-03-01"], ["OD-1"]),
        (["--kvk", "2712 34.61"], ["OD-2"]),
        (["--kvk", "27123450", "--from", "2024-03-02"], []),
        (["--kvk", "7123461"], []),
        (["--name", "alfa"], ["OD-1"]),
        (["--name", "recyling alfa bv"], ["OD-1"]),
        (["--name", "beta", "--kvk", "27123450"], []),
        (["--kvk-list", lists], ["OD-1", "OD-2"]),
        (["--all", "alfa"], ["OD-1"]),
        (["--all", "27123461"], ["OD-2"]),
        (["--all", "OD-2"], ["OD-2"]),
        (["--all", "9711 AB"], ["OD-1"]),
        (["--all", "9711-9712"], ["OD-1", "OD-2"]),
        (["--years", "1", "alfa"], []),
        (["--source", "od-noord-bron", "--key", "OD-1"], ["OD-1"]),
    ]:
        found = answered(contract, node, {"hits": [hit], "total": COUNT}, "record", "search", *options)
        suite.equal(
            (sorted(h["source_key"] for h in found["hits"]), found["total"]),
            (keys, len(keys)),
            f"record search {' '.join(options)}",
        )
    found = answered(
        contract,
        node,
        {"hits": [hit], "total": COUNT},
        "record",
        "search",
        "--postcode",
        "9711AA-9712ZZ",
        "--limit",
        "1",
    )
    suite.equal((len(found["hits"]), found["total"]), (1, 2), "--limit shows fewer and counts all")
    done = node.run("record", "search", "--postcode", "9711AA-9712ZZ", "--limit", "1", "--csv", as_json=False)
    suite.equal(len(done.out.splitlines()), 2, "a table has a line for its columns and one for each hit")
    suite.check("2 found, 1 shown" in done.err and "--offset" in done.err, "what it leaves out is told beside it", done)
    for options in (
        ["--limit", "0"],
        ["--limit", "x"],
        ["--postcode", "x-"],
        ["--from", "2024-13-01"],
        ["--from", "01-02-2024"],
        ["--from", "2024-03-02", "--until", "2024-03-01"],
        ["--vestiging", "Kade"],
        ["--vestiging", "0" * 13],
        ["--radius", "5"],
        ["--near", "53.2,6.5", "--radius", "0"],
        ["--near", "53.2,6.5", "--radius", "-5"],
        ["--near", "daar"],
        ["--name", ""],
        ["--sort", "mooi"],
        ["--source", "anders"],
        ["--partner", "niemand"],
        ["--years", "2", "--from", "2024-01-01"],
        ["--years", "0"],
        ["--phase", "klaar"],
        ["x" * 2_000],
        [],
    ):
        done = node.run("record", "search", "--kvk", "27123450", *options) if options else node.run("record", "search")
        suite.check(
            done.code == 2 if options else done.code in (0, 2),
            f"record search {' '.join(options) or 'without conditions'}: exit 2",
            done,
        )


def synchronise(contract):
    """`sync now` with the peers running and not, `sync status`."""
    suite, leader = contract.suite, contract.nodes["od-noord"]
    peers = {
        "peers": [
            {
                "handle": TEXT,
                "ok": bool,
                "error": (None, TEXT),
                "sent": {"entries": COUNT, "bytes": COUNT},
                "received": {"entries": COUNT, "bytes": COUNT},
                "rounds": COUNT,
                "seconds": (COUNT, float),
            }
        ]
    }
    done = answered(contract, leader, peers, "sync", "now", exits=(3,), words="sync now with no peer running")
    suite.check(
        len(done["peers"]) == 3 and not any(p["ok"] or not p["error"] for p in done["peers"]),
        "no peer running: each is named with its error",
        done,
    )

    def run(handle):
        ready = contract.nodes[handle].start()
        suite.equal(
            misfits(ready, {"node": HEX32, "listen": TEXT, "http": (None, TEXT)}),
            [],
            f"node run of {handle}: keys and types of its JSON",
        )

    # One peer alone: a third node would write receipts meanwhile, which are new.
    run("politie")
    done = answered(
        contract, leader, peers, "sync", "now", "--peer", "politie", words="sync now from a node that does not run"
    )
    suite.equal(
        [(p["handle"], p["ok"]) for p in done["peers"]], [("politie", True)], "one peer named: one synchronised"
    )
    suite.check(
        done["peers"][0]["sent"]["entries"] > 0 and done["peers"][0]["sent"]["bytes"] > 0,
        "what was sent is counted",
        done,
    )
    again = answered(contract, leader, peers, "sync", "now", "--peer", "politie")["peers"][0]
    suite.equal((again["sent"]["entries"], again["received"]["entries"]), (0, 0), "nothing is sent twice")
    run("om")
    done = answered(contract, leader, peers, "sync", "now", exits=(3,), words="sync now with one peer down")
    suite.equal(
        {p["handle"]: p["ok"] for p in done["peers"]},
        {"politie": True, "om": True, "ilt": False},
        "a peer that is down does not stop the others",
    )
    contract.exits(2, "sync now --peer of an unknown handle", leader.run("sync", "now", "--peer", "niemand"), "niemand")
    contract.exits(2, "sync now --peer of itself", leader.run("sync", "now", "--peer", "od-noord"))
    for handle in ("ilt", "od-noord", "od-zuid"):
        contract.nodes[handle].start()
    equal, heads = contract.world.settle(*(contract.nodes[h] for h in ("od-noord", "politie", "om", "ilt")))
    suite.check(equal, "all four hold the same", heads)
    status = answered(contract, leader, {"logs": [HEAD]}, "sync", "status")
    suite.check(
        status["logs"] and not any(log["disputed"] or log["complete"] != log["size"] for log in status["logs"]),
        "sync status: complete, not disputed",
        status,
    )
    status = answered(contract, leader, STATUS, "node", "status", words="node status, running")
    suite.check(
        status["running"]
        and sorted(p["handle"] for p in status["peers"]) == ["ilt", "om", "politie"]
        and all(p["lag_entries"] == 0 for p in status["peers"]),
        "node status names the peers, none behind",
        status,
    )
    suite.check(
        all(
            p["missing_entries"] == 0 and p["since"] and p["address"].startswith("127.0.0.1:") for p in status["peers"]
        ),
        "since when and from where each is connected, and that nothing of it is missing",
        status["peers"],
    )
    suite.equal(
        status["version"],
        contract.world.execute([contract.world.tafel, "--version"]).out.decode().strip(),
        "the version is that of the command",
    )


def logs(contract):
    suite, node, table = contract.suite, contract.nodes["od-noord"], contract.ids["table"]
    form = {
        "checkpoint": TEXT,
        "entries": [
            {
                "index": COUNT,
                "kind": TEXT,
                "time": TIME,
                "case": (None, TEXT),
                "to": [RECIPIENT],
                "category": (None, TEXT),
                "leaf": HEX32,
                "state": TEXT,
            }
        ],
    }
    own = answered(contract, node, form, "log", "show", table)
    suite.equal(
        [e["index"] for e in own["entries"]], list(range(len(own["entries"]))), "log show: every entry in order"
    )
    suite.equal({e["state"] for e in own["entries"]}, {"full"}, "the own log is full")
    suite.check(
        own["checkpoint"].startswith(f"tafel/v1/log/{table}/1/0\n{len(own['entries'])}\n"),
        "the checkpoint is the log's, of its size",
        own["checkpoint"][:200],
    )
    times = [e["time"] for e in own["entries"]]
    suite.check(times == sorted(times), "times do not go back")
    # Of an entry held as a leaf there is no header to show.
    form["entries"][0] |= {"kind": (None, TEXT), "time": MAYBE_TIME}
    last = answered(contract, node, form, "log", "show", table, "--last", "2")
    suite.equal(
        [e["index"] for e in last["entries"]], [own["size"] - 2, own["size"] - 1], "log show --last 2: the newest two"
    )
    before = answered(contract, node, form, "log", "show", table, "--before", str(last["earlier"]))
    suite.equal(before["entries"] + last["entries"], own["entries"], "log show --before: those that come before them")
    suite.equal(
        (own["earlier"], before["earlier"], len(own["entries"])),
        (None, None, own["size"]),
        "log show: nothing before the first entry",
    )
    contract.exits(2, "log show --before a negative index", node.run("log", "show", table, "--before=-1"), "0")
    other = answered(contract, contract.nodes["ilt"], form, "log", "show", table, "--author", "od-noord")
    suite.equal(
        [e["leaf"] for e in other["entries"]], [e["leaf"] for e in own["entries"]], "another node holds the same leaves"
    )
    secret = {e["index"] for e in own["entries"] if e["to"] and "ilt" not in {to["handle"] for to in e["to"]}}
    suite.check(
        secret and all(e["state"] == "leaf" for e in other["entries"] if e["index"] in secret),
        "of what was not given to it, it holds leaves alone",
    )
    bundle = contract.world.path("contract.bundle")
    done = answered(
        contract, node, {"entries": COUNT, "bundle": TEXT}, "log", "export", "--table", table, "--out", bundle
    )
    suite.equal((done["entries"], done["bundle"]), (len(own["entries"]), bundle), "log export tells how much and where")
    suite.equal(contract.world.audit("verify", bundle).code, 0, "the bundle verifies")
    contract.exits(2, "log show of an unknown author", node.run("log", "show", table, "--author", "niemand"), "niemand")
    contract.suite.check(
        node.run("log", "export", "--table", table, "--out", contract.world.path("no/such/folder/x")).code in (2, 3),
        "log export into no folder: exit 2 or 3",
    )


def views(contract):
    suite, node, case = contract.suite, contract.nodes["politie"], contract.ids["case"]
    shown = answered(contract, node, VIEW, "case", "show", case)
    for subject in shown["subjects"]:
        for name, values in subject["facts"].items():
            wrong = misfits(
                values,
                [{"value": TEXT, "sources": [{"by": TEXT, "at": TIME, "fragment": HEX16, "ground": (None, TEXT)}]}],
            )
            suite.check(not wrong, f"facts.{name}: keys and types", wrong)
    canonical = node.run("case", "show", case, "--canonical", as_json=False).out.removesuffix(b"\n")
    parsed = json.loads(canonical)
    suite.check(
        json.dumps(parsed, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() == canonical,
        "--canonical is RFC 8785",
    )
    suite.check(
        b'"ground"' not in canonical and set(parsed) == set(VIEW) - {"former_readers", "uncounted_notes"},
        "--canonical has the members of the view that all readers share, and no grounds",
        sorted(parsed),
    )
    done = node.run("case", "show", case, "--canonical")
    suite.check(done.code == 0 and done.json == parsed, "--canonical with --json is the same document", done)
    for handle in ("od-noord", "om"):
        other = contract.nodes[handle].canonical(case)
        suite.check(
            (other == canonical) == (handle == "od-noord"),
            f"--canonical of {handle}: equal with equal entitlements alone",
        )
    listed = answered(
        contract,
        node,
        {
            "cases": [
                {
                    "case": HEX16,
                    "table": HEX32,
                    "title": TEXT,
                    "phase": TEXT,
                    "owner": TEXT,
                    "fragments": COUNT,
                    "conflicts": COUNT,
                }
            ],
            "next": (None, HEX16),
        },
        "case",
        "list",
    )["cases"]
    suite.equal(
        [(c["fragments"], c["conflicts"]) for c in listed if c["case"] == case],
        [(len(shown["fragments"]), len(shown["conflicts"]))],
        "case list counts what case show shows",
    )
    for options, wanted in (
        (["--phase", "afgesloten"], 0),
        (["--phase", "signaal"], len(listed)),
        (["--table", contract.ids["table"]], len(listed)),
    ):
        suite.equal(len(node.ok("case", "list", *options)["cases"]), wanted, f"case list {' '.join(options)}")
    for options in (["--at", "gisteren"], ["--at", "2024-02-30T00:00:00Z"]):
        contract.exits(
            2, f"case show --canonical {' '.join(options)}", node.run("case", "show", case, "--canonical", *options)
        )


def same_answers(contract):
    """The commands that only read: running, stopped, and running again."""
    ids = contract.ids
    reads = [
        ["node", "card"],
        ["record", "search", "--kvk", "27123450"],
        ["record", "search", "--key", "OD-1"],
        ["record", "show", ids["record"]],
        ["table", "list"],
        ["table", "show", ids["table"]],
        ["case", "list"],
        ["case", "show", ids["case"]],
        ["case", "show", ids["case"], "--canonical"],
        ["fragment", "status", ids["fragment"]],
        ["sync", "status"],
        ["log", "show", ids["table"]],
        ["log", "show", ids["table"], "--author", "politie"],
        ["record", "show", "ab" * 16],
        ["case", "show", "ab" * 16],
        ["table", "show", "ab" * 32],
        ["fragment", "status", "ab" * 16],
    ]
    node = contract.nodes["od-noord"]
    for handle in ("politie", "om", "ilt", "od-zuid"):
        contract.suite.equal(contract.nodes[handle].stop(), 0, f"{handle} stops with exit 0")
    running = [node.run(*arguments) for arguments in reads]
    text = [node.run(*arguments, as_json=False) for arguments in reads]
    without = [node.run(*arguments, passphrase=False) for arguments in reads]
    status = node.ok("node", "status")
    contract.suite.equal(node.stop(), 0, "the node stops with exit 0")
    for position, arguments in enumerate(reads):
        words = " ".join(arguments)
        done = node.run(*arguments)
        contract.suite.check(
            (done.code, done.out, done.err) == (running[position].code, running[position].out, running[position].err),
            f"the same with the node running or not: {words}",
            f"{running[position]}\n{done}",
        )
        contract.suite.check(
            (without[position].code, without[position].out) == (done.code, done.out),
            f"no passphrase needed while the node runs: {words}",
            without[position],
        )
        plain = node.run(*arguments, as_json=False)
        contract.suite.check(
            (plain.code, plain.out) == (text[position].code, text[position].out),
            f"the same words without --json: {words}",
            f"{text[position]}\n{plain}",
        )
    stopped = node.ok("node", "status")
    contract.suite.check(
        stopped["running"] is False
        and {k: stopped[k] for k in ("node", "tables")} == {k: status[k] for k in ("node", "tables")}
        and stopped["store"]["records"] == status["store"]["records"]
        and stopped["store"]["entries"] == status["store"]["entries"],
        "node status, stopped",
        f"{status} {stopped}",
    )
