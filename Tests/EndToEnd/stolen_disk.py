#!/usr/bin/env python3
"""Scans every file of three data folders for planted names, numbers, texts and secrets, while the nodes run and after
they stop.

Planted: company names, KvK and BSN numbers, places, texts, fragment values, notes, case titles, tags, reasons, file
names, passphrases.
"""

import base64
import os
import re
import sys
import unicodedata

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import scenario  # noqa: E402
from support import Suite  # noqa: E402

READ_BYTES_MAX = 1 << 30
# A shorter text would be found by chance.
PLANTED_BYTES_MIN = 8
# A form of four bytes stands by chance in one of some hundred megabytes: too often to mean something.
FORM_BYTES_MIN = 6
# A word of a planted text that is looked for alone: shorter ones stand in texts of the program too.
WORD_MIN = 10


def fold(word):
    """A word as searches compare it (`Protocol/search.md` §2)."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return plain.replace("y", "ij").replace("ae", "a").replace("oe", "o").replace("ue", "u")


def needles(text):
    """The forms in which a text may stand in a file: {name of the form: bytes}."""
    plain = text.encode()
    digits = plain.hex()
    nibbles = "".join(digits[n + 1] + digits[n] for n in range(0, len(digits), 2))
    forms = {
        "UTF-8": plain,
        "UTF-16 little": text.encode("utf-16-le"),
        "UTF-16 big": text.encode("utf-16-be"),
        "lower case": text.lower().encode(),
        "upper case": text.upper().encode(),
        "hex": digits.encode(),
        "HEX": digits.upper().encode(),
        "nibbles": nibbles.encode(),
        "nibbles as bytes": bytes.fromhex(nibbles),
        "backwards": plain[::-1],
    }
    # The longest word as an index would have it: folded, and alone.
    word = max(re.findall(r"[^\W\d_]+", text.lower()), key=len, default="")
    if len(word) >= WORD_MIN:
        forms["longest word"] = word.encode()
        forms["longest word folded"] = fold(word).encode()
    # Base64 at each of the three places where a text may begin in it, without the characters its neighbours share.
    for shift in range(3):
        code = base64.b64encode(bytes(shift) + plain).rstrip(b"=")
        forms[f"base64 at {shift}"] = code[(0, 2, 3)[shift] : len(code) - 1]
    if text.isdigit():
        # Two digits a byte, and as a number: a key of an index may be one.
        forms["packed digits"] = bytes.fromhex(text if len(text) % 2 == 0 else "0" + text)
        size = 4 if int(text) < 1 << 32 else 8
        forms["number big"], forms["number little"] = int(text).to_bytes(size, "big"), int(text).to_bytes(
            size, "little"
        )
    return {name: form for name, form in forms.items() if len(form) >= FORM_BYTES_MIN}


def planted(random):
    """Unusual texts that nothing else writes, by what they are."""

    def word(length=14):
        return "".join(random.choice("bcdfghjklmnpqrstvwxz") for _ in range(length))

    def digits(count):
        return "".join(random.choice("123456789") for _ in range(count))

    rows, texts = {}, {}
    for handle, keys in (
        ("od-noord", ("OD-1", "OD-2", "OD-3")),
        ("politie", ("PL-1", "PL-2", "PL-3")),
        ("om", ("OM-1", "OM-2")),
    ):
        rows[handle] = []
        for key in keys:
            row = {
                "ID": key,
                "Company": f"{word()} Zwaarmetaal B.V.",
                "Address": f"{word()}pad 12",
                "Place": word(),
                "Text": f"{word()} {word()}",
                "Status": word(),
                "Internal": f"{word()} tip",
                "bsn": digits(9),
                "Date": "2024-05-06",
                "Bag": digits(16),
            }
            rows[handle].append(row)
            for column in ("Company", "Address", "Place", "Text", "Status", "Internal", "Bag"):
                texts[f"{handle} {key} {column}"] = row[column].removesuffix(" Zwaarmetaal B.V.")
            texts[f"{handle} {key} bsn"] = row["bsn"]
    return rows, texts


def files_of(folder):
    """Every file below a folder that can be read: sockets have no contents."""
    return sorted(
        os.path.join(at, name)
        for at, _, names in os.walk(folder)
        for name in names
        if os.path.isfile(os.path.join(at, name))
    )


def scan(paths, texts):
    """Where a text stands: [(path, what, form)]."""
    found = []
    forms = {(what, form): data for what, text in texts.items() for form, data in needles(text).items()}
    for path in paths:
        with open(path, "rb") as file:
            data = file.read(READ_BYTES_MAX)
        # A name of a file tells as much as its contents.
        data += b"\0" + path.encode()
        found += [(path, *name) for name, form in forms.items() if form in data]
    return found


def check_self(suite, world, texts):
    """The scanner finds each text in each form in a plain file, and in the middle of another."""
    for what, text in list(texts.items())[:3] + [("number", "271234501")]:
        for form, data in needles(text).items():
            path = world.write("plain.bin", suite.random.randbytes(5000) + data + suite.random.randbytes(5000))
            suite.check((path, what, form) in scan([path], {what: text}), f"the scanner finds a planted text as {form}")
    path = world.write("base64.bin", b"".join(base64.b64encode(bytes(n) + text.encode() + b"end") for n in range(3)))
    suite.check(
        len({form for _, _, form in scan([path], {"x": text}) if form.startswith("base64")}) == 3,
        "the scanner finds base64 at each place",
    )
    path = world.write("clean.bin", suite.random.randbytes(200_000))
    suite.equal(scan([path], texts), [], "the scanner finds nothing in random bytes")
    os.remove(path)


def check_disks(suite, world, texts, when):
    """Nothing planted stands in any file of any data folder."""
    for handle, node in world.nodes.items():
        paths = files_of(node.data)
        names = {os.path.basename(path) for path in paths}
        suite.check(
            {"keys", "slots", "store.lmdb", "store.lmdb-lock"} <= names,
            f"{handle}, {when}: the files of a data folder are there",
            names,
        )
        found = scan(paths, texts)
        suite.check(
            not found,
            f"{handle}, {when}: nothing planted in {len(paths)} files",
            "\n          ".join(f"{what} as {form} in {os.path.basename(path)}" for path, what, form in found[:12]),
        )
        loose = [path for path in [node.data, *paths] if os.stat(path).st_mode & 0o077]
        suite.check(not loose, f"{handle}, {when}: nobody else may read them", loose)
    left = [
        path
        for path in files_of(world.folder)
        if not any(path.startswith(node.data + os.sep) for node in world.nodes.values())
    ]
    written = {path for path in left if path.endswith((".log", ".card", ".table", ".bundle"))}
    # The log of a node names who made changes and which accounts (Protocol/web.md): users, never what they wrote.
    named = ("user", "account")
    found = scan(
        {path for path in written if not path.endswith(".log")},
        {what: text for what, text in texts.items() if not what.startswith("table")},
    )
    found += scan(
        {path for path in written if path.endswith(".log")},
        {what: text for what, text in texts.items() if not what.startswith("table") and what not in named},
    )
    suite.check(
        not found,
        f"{when}: nothing planted in cards, table files, bundles and what the nodes logged ({len(written)} files)",
        found[:8],
    )


def operations(suite, world, played, texts):
    """All that a person may do, with planted texts in everything."""
    case, nodes = played.model, played.nodes
    linked = (played.subjects[1], texts["relation"], played.subjects[0])
    for handle in scenario.HANDLES:
        played.note(handle, case, texts[f"note of {handle}"])
    played.tag("politie", case, texts["tag"])
    played.write("om", case, "summary", texts["summary"])
    played.write("om", case, "title", texts["second title"])
    played.link("politie", case, *linked)
    nodes["om"].ok("case", "unlink", case["id"], *linked)
    nodes["om"].ok("case", "untag", case["id"], texts["tag"])
    fragment = next(
        f for f in case["fragments"] if f["owner"] == "politie" and not f["withdrawn"] and len(f["to"]) == 2
    )
    nodes["politie"].ok("fragment", "withdraw", fragment["id"], "--reason", texts["reason"])
    preview = nodes["politie"].ok(
        "fragment",
        "share",
        "--case",
        case["id"],
        "--record",
        nodes["politie"].record("PL-3"),
        "--fields",
        "text",
        "--preview",
        "--as",
        texts["user"],
    )
    suite.check(texts["politie PL-3 Text"] in str(preview), "the preview shows the planted text")
    for handle, node in nodes.items():
        password = world.write("account.passphrase", texts["account's password"] + "\n")
        node.ok("user", "add", texts["account"], "--role", "analyst", "--password-file", password)
        row = played.rows[handle][0]
        found = node.ok("record", "search", "--kvk", row.get("kvk", "0"), "--as", texts["user"])
        suite.check(found["total"] >= 0, f"{handle}: a search")
        named = node.ok("record", "search", "--all", row["Company"], "--as", texts["user"])
        suite.check(
            row["ID"] in [hit["source_key"] for hit in named["hits"]],
            f"{handle}: the planted name is found by its words",
            named,
        )
        shown = node.ok("record", "show", node.record(row["ID"]))
        suite.check(row["Text"] in str(shown), f"{handle}: the planted text is shown to who may see it")
        node.ok("log", "export", "--table", played.table, "--out", world.path(handle + ".bundle"))
    played.sync()
    suite.check(
        all(texts["note of om"].encode() in node.canonical(case["id"]) for node in nodes.values()),
        "the planted note is in every view",
    )


def script(suite, world):
    rows, texts = planted(suite.random)
    numbers = {
        company: "".join(suite.random.choice("123456789") for _ in range(8))
        for company in (scenario.ALFA, scenario.BETA, scenario.GAMMA)
    }
    for handle, listed in rows.items():
        # Companies that two partners know keep one number between them.
        for row, model in zip(listed, scenario.ROWS[handle]):
            row["kvk"] = numbers.get(model.get("kvk"), "")
    texts |= {f"kvk {n}": number for n, number in numbers.items()}
    for what in (
        "title",
        "second title",
        "other title",
        "summary",
        "tag",
        "relation",
        "reason",
        "user",
        "account",
        "account's password",
        *(f"note of {h}" for h in scenario.HANDLES),
    ):
        texts[what] = "".join(suite.random.choice("bcdfghjklmnpqrstvwxz") for _ in range(16))
    # Only what is long enough can be told from chance.
    texts = {what: text for what, text in texts.items() if len(text) >= PLANTED_BYTES_MIN}
    suite.title("the scanner itself")
    check_self(suite, world, texts)
    suite.title("three nodes and everything they can do")
    played = scenario.Scenario(suite, world, rows, (texts["title"], texts["other title"]))
    texts |= {f"passphrase of {h}": f"wachtwoord van {h}" for h in scenario.HANDLES}
    played.play()
    operations(suite, world, played, texts)
    suite.title("while the nodes run")
    check_disks(suite, world, texts, "running")
    suite.title("after they stopped, and after one was killed")
    for handle, node in played.nodes.items():
        (node.kill if handle == "om" else node.stop)()
    check_disks(suite, world, texts, "stopped")
    for node in played.nodes.values():
        node.import_rows("bron", played.rows[node.handle])
    check_disks(suite, world, texts, "after a re-import")


if __name__ == "__main__":
    Suite("What a stolen disk shows: nothing that was planted.").play(script)
