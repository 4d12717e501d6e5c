"""Tables: drafting, signing, signatures that are missing, changed files, files of other tables."""

import os

from contract_commands import COUNT, HEX32, TEXT, answered
from support import flipped

CARD_BITS, TABLE_BITS, HELD_BITS = 200, 200, 40
DRAFT = {"table": HEX32, "version": COUNT, "quorum": COUNT, "signatures": (COUNT, [TEXT])}
ACCEPTED = DRAFT | {"effective": bool}
SHOWN = {
    "table": HEX32,
    "version": COUNT,
    "name": TEXT,
    "theme": TEXT,
    "purpose": TEXT,
    "from": TEXT,
    "until": TEXT,
    "quorum": COUNT,
    "effective": bool,
    "members": [{"handle": TEXT, "number": COUNT, "class": TEXT, "role": TEXT}],
    "grounds": [{"code": TEXT, "text": TEXT, "from": [TEXT], "to": [TEXT], "categories": [TEXT]}],
}


def count(value):
    return value if isinstance(value, int) else len(value)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def create(contract, node, cards, out, *options, name="Afval", start="2020-01-01", end="2090-12-31"):
    members = [part for card in cards for part in ("--member", contract.world.path(card))]
    return [
        "table",
        "create",
        "--theme",
        "afval",
        "--name",
        name,
        "--purpose",
        "Illegale afvalstromen stoppen",
        "--from",
        start,
        "--until",
        end,
        *members,
        *options,
        "--out",
        contract.world.path(out),
    ]


def form(contract):
    """Four members, a quorum of three, in order: one signature, two, three, four."""
    suite, world, nodes = contract.suite, contract.world, contract.nodes
    leader, path = nodes["od-noord"], contract.world.path("Afval.table")
    cards = ["politie.card", "om.card", "ilt.card"]
    twin = contract.bare("twin", "om")
    twin.ok(
        "node",
        "init",
        "--handle",
        "om",
        "--name",
        "Ander parket",
        "--oin",
        "1" * 20,
        "--class",
        "om",
        "--listen",
        f"127.0.0.1:{twin.port}",
    )
    twin.ok("node", "card", "--out", world.path("twin.card"))
    for words, arguments in [
        ("a duplicate handle", create(contract, leader, ["om.card", "twin.card"], "no.table")),
        ("the same card twice", create(contract, leader, ["om.card", "om.card"], "no.table")),
        ("no majority as quorum", create(contract, leader, cards, "no.table", "--quorum", "2")),
        ("a quorum over the members", create(contract, leader, cards, "no.table", "--quorum", "5")),
        ("an unknown role", create(contract, leader, cards, "no.table", "--role", "om=baas")),
        ("a role of nobody", create(contract, leader, cards, "no.table", "--role", "niemand=partner")),
        ("an end before its start", create(contract, leader, cards, "no.table", start="2030-01-01", end="2029-01-01")),
        ("a date that is none", create(contract, leader, cards, "no.table", start="2030-02-30")),
        ("an empty name", create(contract, leader, cards, "no.table", name="")),
    ]:
        contract.exits(2, f"table create with {words}", leader.run(*arguments))
    for words, arguments in [
        ("a card that is not there", create(contract, leader, ["none.card"], "no.table")),
        (
            "a grounds file that is not there",
            create(contract, leader, cards, "no.table", "--grounds", world.path("none.yaml")),
        ),
    ]:
        contract.exits(3, f"table create with {words}", leader.run(*arguments))
    grounds = world.write(
        "grounds.yaml", 'grounds:\n  - { code: X-1, text: "x", from: [geheim], to: [om], categories: [public] }\n'
    )
    contract.exits(
        2,
        "table create with a class that is none",
        leader.run(*create(contract, leader, cards, "no.table", "--grounds", grounds)),
    )
    suite.check(
        not os.path.exists(world.path("no.table")) and leader.ok("table", "list")["tables"] == [],
        "a refused draft leaves no file and no table",
    )
    made = answered(contract, leader, DRAFT, *create(contract, leader, cards, "Afval.table"))
    table = contract.ids["table"] = made["table"]
    suite.equal(
        (made["version"], made["quorum"], count(made["signatures"])),
        (1, 3, 1),
        "default quorum: strict majority; signed by its maker",
    )
    contract.ids["one signature"] = read(path)
    early = ["case", "open", "--table", table, "--title", "Te vroeg", "--to", "politie,om"]
    contract.exits(2, "a case with one signature of three", leader.run(*early))
    done = answered(contract, nodes["politie"], ACCEPTED, "table", "accept", path)
    suite.equal(
        (count(done["signatures"]), done["quorum"], done["effective"], done["table"]),
        (2, 3, False, table),
        "two of three: not effective",
    )
    again = nodes["politie"].ok("table", "accept", path)
    suite.equal(count(again["signatures"]), 2, "accepting again signs once")
    for handle in ("od-noord", "politie"):
        nodes[handle].ok("table", "accept", path)
        contract.exits(2, f"a case at {handle} with two signatures of three", nodes[handle].run(*early))
        contract.exits(
            2,
            f"log export at {handle} before the table is effective",
            nodes[handle].run("log", "export", "--table", table, "--out", world.path("early.bundle")),
        )
    suite.equal(leader.ok("case", "list")["cases"], [], "no case was opened")
    contract.exits(2, "table accept by somebody who is no member", nodes["od-zuid"].run("table", "accept", path))
    suite.equal(nodes["od-zuid"].ok("table", "list")["tables"], [], "who is no member holds no table")
    contract.ids["two signatures"] = read(path)
    changed_before(contract)
    done = answered(contract, nodes["om"], ACCEPTED, "table", "accept", path)
    suite.equal((count(done["signatures"]), done["effective"]), (3, True), "three of three: effective")
    done = answered(contract, nodes["ilt"], ACCEPTED, "table", "accept", path)
    suite.equal((count(done["signatures"]), done["effective"]), (4, True), "the fourth signs too")
    for handle in ("od-noord", "politie", "om", "ilt"):
        suite.equal(nodes[handle].ok("table", "accept", path)["effective"], True, f"effective at {handle}")
        listed = answered(
            contract,
            nodes[handle],
            {"tables": [{"table": HEX32, "name": TEXT, "theme": TEXT, "version": COUNT, "effective": bool}]},
            "table",
            "list",
        )["tables"]
        suite.equal(
            listed,
            [{"table": table, "name": "Afval", "theme": "afval", "version": 1, "effective": True, "period": "running"}],
            f"table list at {handle}",
        )
    shown = answered(contract, leader, SHOWN, "table", "show", table)
    suite.equal(
        [(m["handle"], m["number"], m["class"], m["role"]) for m in shown["members"]],
        [
            ("od-noord", 1, "od-toezicht", "partner"),
            ("politie", 2, "politie", "partner"),
            ("om", 3, "om", "partner"),
            ("ilt", 4, "rijksinspectie-toezicht", "partner"),
        ],
        "members in order, partners by default",
    )
    suite.equal(
        (shown["purpose"], shown["from"], shown["until"], shown["quorum"], shown["effective"]),
        ("Illegale afvalstromen stoppen", "2020-01-01", "2090-12-31", 3, True),
        "table show shows the charter",
    )
    suite.equal(
        [g["code"] for g in shown["grounds"]],
        [
            "WABO-5.8",
            "AVG-5.1B",
            "BPG-BOA-7",
            "WPG-15",
            "WPG-16.1A",
            "WPG-18",
            "WJSG-39F",
            "WJSG-39E-F",
            "WJSG-39E-D",
            "WJSG-39B",
        ],
        "the default grounds, in order of preference",
    )


def refuse_bits(contract, node, words, data, bits, arguments):
    """Changes single bits of a file; each must be refused."""
    path = contract.world.path("changed.file")
    for bit in sorted(contract.suite.random.sample(range(len(data) * 8), bits)):
        contract.world.write("changed.file", flipped(data, bit))
        done = node.run(
            *arguments, path, *(["--out", contract.world.path("changed.table")] if "create" in arguments else [])
        )
        contract.exits(2, f"{words} with bit {bit} of {len(data) * 8} changed", done)


def changed_before(contract):
    """Single bits of a card and of a table file, given to nodes that do not hold the table yet."""
    suite, ilt, other = contract.suite, contract.nodes["ilt"], contract.nodes["od-zuid"]
    other.start()
    start = [
        "table",
        "create",
        "--theme",
        "lucht",
        "--name",
        "Lucht",
        "--purpose",
        "x",
        "--from",
        "2020-01-01",
        "--until",
        "2090-12-31",
        "--member",
    ]
    refuse_bits(contract, other, "a card", read(contract.world.path("om.card")), CARD_BITS, start)
    suite.check(
        not os.path.exists(contract.world.path("changed.table")) and other.ok("table", "list")["tables"] == [],
        "no changed card made a table",
    )
    other.stop()
    ilt.start()
    refuse_bits(contract, ilt, "a table file", contract.ids["two signatures"], TABLE_BITS, ["table", "accept"])
    suite.equal(ilt.ok("table", "list")["tables"], [], "no changed table file made a table")
    ilt.stop()


def changed_files(contract):
    """The same for a node that holds the table; and files that are something else."""
    suite, world, node, table = contract.suite, contract.world, contract.nodes["politie"], contract.ids["table"]
    data, before = read(world.path("Afval.table")), node.ok("table", "show", contract.ids["table"])
    node.start()
    refuse_bits(contract, node, "a table file that is known", data, HELD_BITS, ["table", "accept"])
    node.stop()
    suite.equal(node.ok("table", "show", table), before, "no changed file changed the table")
    for words, content in [
        ("CR LF line ends", data.replace(b"\n", b"\r\n")),
        ("a byte order mark", b"\xef\xbb\xbf" + data),
    ]:
        done = node.run("table", "accept", world.write("carried.file", content))
        suite.check(done.code == 0, f"table accept of a file that got {words} on its way: what was signed counts", done)
    for words, content in [
        ("an empty file", b""),
        ("a card", read(world.path("om.card"))),
        ("half of it", data[: len(data) // 2]),
        ("one line less", data.rsplit(b"\n", 2)[0] + b"\n"),
        ("one line more", data + b"x\n"),
        ("twice", data + data),
        ("random bytes", suite.random.randbytes(3000)),
        ("too much", data + b"\n" * 1_100_000),
    ]:
        contract.exits(2, f"table accept of {words}", node.run("table", "accept", world.write("changed.file", content)))
    contract.exits(3, "table accept of a file that is not there", node.run("table", "accept", world.path("none.table")))
    done = node.run("table", "accept", node.data)
    suite.check(done.code in (2, 3), "table accept of a folder: exit 2 or 3", done)
    # The old file, with one signature, brings nothing away and gets the others.
    old = world.write("old.table", contract.ids["one signature"])
    suite.equal(
        count(node.ok("table", "accept", old)["signatures"]), 4, "an older file is completed with the signatures known"
    )
    suite.check(read(old) == read(world.path("Afval.table")), "and written back")


def other_tables(contract):
    """A second table with one member of the first; mixing the two is refused."""
    suite, world, nodes = contract.suite, contract.world, contract.nodes
    maker = nodes["od-zuid"]
    made = answered(contract, maker, DRAFT, *create(contract, maker, ["om.card"], "Lucht.table", name="Lucht"))
    contract.ids["other"] = made["table"]
    done = nodes["om"].ok("table", "accept", world.path("Lucht.table"))
    suite.equal(
        (done["effective"], done["table"] != contract.ids["table"]),
        (True, True),
        "the second table is effective with two of two",
    )
    suite.equal(len(nodes["om"].ok("table", "list")["tables"]), 2, "one node at two tables")
    one, two = (read(world.path(name)) for name in ("Afval.table", "Lucht.table"))
    charter_one, charter_two = (data.split(b"=== card", 1)[0].split(b"=== charter\n", 1)[1] for data in (one, two))
    first, cards = b"tafel/v1/table\n=== charter\n", one[one.index(b"=== card") :]
    foreign = [line for line in charter_two.split(b"\n") if line.startswith("—".encode())][-1] + b"\n"
    for words, content in [
        ("with another table's charter as its second", first + charter_one + b"=== charter\n" + charter_two + cards),
        ("with another table's signature", first + charter_one + foreign + cards),
        ("with another table's cards", first + charter_one + two[two.index(b"=== card") :]),
        ("with another table's charter and its own cards", first + charter_two + cards),
    ]:
        contract.exits(
            2, f"a table file {words}", nodes["om"].run("table", "accept", world.write("changed.file", content))
        )
    contract.exits(
        2,
        "the file of another table, to who is no member",
        nodes["politie"].run("table", "accept", world.path("Lucht.table")),
    )
    contract.exits(
        2, "a case at a table of others", nodes["politie"].run("case", "open", "--table", made["table"], "--title", "x")
    )
    suite.equal(len(nodes["politie"].ok("table", "list")["tables"]), 1, "nothing came of it")
