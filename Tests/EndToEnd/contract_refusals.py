"""Bad input and things that are not there: mapping files, prefixes, options, passphrases, ports, locks."""

import fcntl
import os
import signal
import socket
import stat
import subprocess
import time

from contract_commands import IMPORT, answered
from support import MAPPING, csv_text, wait_until

QUICK_SECONDS_MAX = 5
MANY_ROWS = 20_000


def mappings(contract):
    """Mapping files that are wrong, and rows that are."""
    suite, world, node = contract.suite, contract.world, contract.nodes["politie"]
    good = MAPPING.format(source="proef", type="inspection", category="business")
    rows = [
        {"ID": "X-1", "Company": "Een", "Date": "2024-01-01"},
        {"ID": "", "Company": "Zonder sleutel"},
        {"ID": "X-3", "Company": "Drie", "Date": "gisteren"},
        {"ID": "X-4", "Company": "Vier", "Date": "2024-01-04"},
    ]
    path, count = world.write("rows.csv", csv_text(rows)), node.ok("node", "status")["store"]["records"]
    for words, text, needed in [
        ("with an unknown key", good + "kleur: rood\n", ["kleur"]),
        (
            "with an unknown key in a field",
            good.replace("location.bag: Bag", "location.bag: { column: Bag, vet: 1 }"),
            ["vet"],
        ),
        ("with a column the file lacks", good.replace("status: Status", "status: Oordeel"), ["Oordeel"]),
        ("with a column its key lacks", good.replace("{ID}", "{Nummer}"), ["Nummer"]),
        ("that is no YAML", "source: [proef\nformat csv", []),
        ("that is empty", "", []),
        ("without a source", good.replace("source: proef\n", ""), ["source"]),
        ("with an unknown format", good.replace("csv", "odt"), ["odt"]),
        ("with an unknown encoding", good.replace("utf-8", "ebcdic"), ["ebcdic"]),
        ("with an unknown category", good.replace("business", "geheim"), ["geheim"]),
        ("with an unknown field", good.replace("status: Status", "kleur: Status"), ["kleur"]),
        ("with a field twice", good.replace("  status: Status\n", "  status: Status\n  status: Text\n"), ["status"]),
        ("that is no text", b"\xff\xfe\x00source: x", []),
        ("of a megabyte", "#" * 1_500_000, []),
    ]:
        mapping = world.write("wrong.yaml", text)
        contract.exits(2, f"a mapping file {words}", node.run("record", "import", path, "--mapping", mapping), *needed)
    mapping = world.write("good.yaml", good)
    for words, content in [("without its header", "X-1,Een\n"), ("that is empty", "")]:
        contract.exits(
            2, f"a file {words}", node.run("record", "import", world.write("wrong.csv", content), "--mapping", mapping)
        )
    for words, arguments in [
        ("file", [world.path("none.csv"), "--mapping", mapping]),
        ("mapping", [path, "--mapping", world.path("none.yaml")]),
    ]:
        contract.exits(
            3, f"record import of a {words} that is not there", node.run("record", "import", *arguments), "none."
        )
    for arguments in ([node.data, "--mapping", mapping], [path, "--mapping", node.data]):
        done = node.run("record", "import", *arguments)
        suite.check(done.code in (2, 3), "a folder for a file: exit 2 or 3", done)
    suite.equal(node.ok("node", "status")["store"]["records"], count, "refused imports imported nothing")
    done = answered(
        contract,
        node,
        IMPORT,
        "record",
        "import",
        path,
        "--mapping",
        mapping,
        exits=(1,),
        words="record import with bad rows",
    )
    suite.equal([done[k] for k in ("read", "imported", "rejected")], [4, 2, 2], "a bad row does not stop the file")
    suite.equal(
        sorted((f["rule"], f["line"]) for f in done["findings"] if f["severity"] not in ("info", "warning")),
        [("date.unreadable", 4), ("key.missing", 3)],
        "the rejected rows, with rule and line",
    )
    suite.equal(done["findings_by_rule"].get("key.missing"), 1, "findings are counted by rule")
    text = node.run("record", "import", path, "--mapping", mapping, as_json=False)
    suite.check(text.code == 1 and text.out.strip(), "words without --json, and exit 1 again", text)


def prefixes(contract):
    """Six digits or more, unique."""
    suite, node, ids = contract.suite, contract.nodes["od-noord"], contract.ids
    for command, key in (
        (["record", "show"], "record"),
        (["table", "show"], "table"),
        (["case", "show"], "case"),
        (["fragment", "status"], "fragment"),
        (["log", "show"], "table"),
    ):
        full = ids[key]
        whole = node.run(*command, full)
        for length in (6, 7, len(full) - 1):
            done = node.run(*command, full[:length])
            suite.check(
                (done.code, done.out) == (0, whole.out), f"{' '.join(command)} with {length} digits: as with all", done
            )
        for words, prefix in (
            ("5 digits", full[:5]),
            ("no digits", ""),
            ("a digit more", full + "0"),
            ("another last digit", full[:-1] + ("0" if full[-1] != "0" else "1")),
            ("capitals", "ABCDEF" + full[6:]),
            ("other letters", "xyz" + full[3:]),
        ):
            contract.exits(2, f"{' '.join(command)} with {words}", node.run(*command, prefix))
    many = contract.nodes["od-zuid"]
    rows = [{"ID": f"M-{n}", "Company": f"Bedrijf {n}", "Postcode": f"{1000 + n % 9000}AA"} for n in range(MANY_ROWS)]
    suite.equal(many.import_rows("veel", rows)["imported"], MANY_ROWS, f"{MANY_ROWS} rows imported")
    hits = [
        hit
        for start in range(1, 10)
        for hit in many.ok("record", "search", "--postcode", f"{start}000AA-{start}999ZZ", "--limit", "10000")["hits"]
    ]
    suite.equal(len({hit["id"] for hit in hits}), MANY_ROWS, "all are found by postcode")
    seen, ambiguous = {}, None
    for hit in hits:
        if seen.setdefault(hit["id"][:6], hit["id"]) != hit["id"]:
            ambiguous = (hit["id"], seen[hit["id"][:6]])
            break
    if suite.check(ambiguous is not None, f"two of {len(hits)} records share six digits"):
        contract.exits(2, "an ambiguous prefix", many.run("record", "show", ambiguous[0][:6]))
        length = next(n for n in range(6, 33) if ambiguous[0][:n] != ambiguous[1][:n])
        suite.equal(
            [many.ok("record", "show", one[:length])["id"] for one in ambiguous],
            list(ambiguous),
            f"{length} digits tell them apart",
        )


def wrong_use(contract):
    """Options and commands that are none."""
    node = contract.nodes["od-noord"]
    for arguments in (
        ["kaas"],
        ["node", "kaas"],
        ["node", "status", "--kleur", "rood"],
        ["node", "status", "overig"],
        ["record", "show"],
        ["record", "import", "x.csv"],
        ["case", "set", "ab" * 16, "title"],
        ["case", "open", "--title", "x"],
        ["fragment", "share"],
        ["fragment", "withdraw", "ab" * 16],
        ["log", "export", "--out", "x"],
        ["table", "create"],
        ["case", "show", "ab" * 16, "--at"],
        ["node", "init", "--handle", "x"],
        ["sync", "now", "--peer"],
        ["--kleur"],
    ):
        done = node.run(*arguments)
        contract.exits(2, f"wrong use: {' '.join(arguments)[:60]}", done)
    for arguments, word in (
        (["kaas", "status"], "kaas"),
        (["node", "kaas"], "kaas"),
        (["help", "kaas"], "kaas"),
        (["help", "node", "kaas"], "kaas"),
    ):
        contract.exits(
            2,
            " ".join(arguments),
            contract.world.execute([contract.world.tafel, *arguments]),
            f"'{word}': no such command",
        )
    contract.exits(
        2,
        "record import of no path",
        node.run("record", "import", "", "--mapping", contract.world.path("od-noord-bron.yaml")),
        "file ''",
    )
    card = contract.world.path("regel.card")
    contract.nodes["politie"].ok("node", "card", "--out", card)
    texts = {"--theme": "afval", "--name": "Regels", "--purpose": "Doel"}
    for option in texts:
        for text in ("twee\nregels", "", "x" * 2_001):
            words = [part for pair in (texts | {option: text}).items() for part in pair]
            done = node.run(
                "table",
                "create",
                *words,
                "--from",
                "2020-01-01",
                "--until",
                "2090-12-31",
                "--member",
                card,
                "--out",
                contract.world.path("regel.table"),
            )
            contract.exits(2, f"table create {option} {text[:12]!r}", done, f"error: {option}: ")
    for words, folder, advice in (
        ("that is not there", contract.world.path("nergens"), "tafel node init"),
        ("that is a file", contract.world.path("rows.csv"), "not a folder"),
        ("that holds something else", contract.world.folder, "no key file"),
    ):
        other = contract.bare("x")
        other.data = folder
        done = other.run("node", "status")
        contract.suite.check(
            done.code in (2, 3) and os.path.basename(folder) in done.err and advice in done.err,
            f"a data folder {words}: exit 2 or 3, naming it",
            done,
        )
    done = contract.world.execute(
        [contract.world.tafel, "node", "status", "--json", "--passphrase-file", node.passphrase],
        {"TAFEL_DATA": node.data},
    )
    contract.suite.check(done.code == 0 and done.json["handle"] == "od-noord", "$TAFEL_DATA names the folder", done)
    os.makedirs(contract.world.path("xdg"), mode=0o700)
    os.symlink(node.data, contract.world.path("xdg/tafel"))
    done = contract.world.execute(
        [contract.world.tafel, "node", "status", "--json", "--passphrase-file", node.passphrase],
        {"XDG_DATA_HOME": contract.world.path("xdg")},
    )
    contract.suite.check(
        done.code == 0 and done.json["handle"] == "od-noord", "$XDG_DATA_HOME/tafel is the default", done
    )


def passphrases(contract):
    """Files with a passphrase, right and wrong."""
    suite, world, node = contract.suite, contract.world, contract.nodes["od-noord"]
    right, own = f"wachtwoord van od-noord {node.number}", node.passphrase
    for words, content, mode, codes in [
        ("without a newline", right, 0o600, (0,)),
        ("with one newline", right + "\n", 0o600, (0,)),
        ("read only", right, 0o400, (0,)),
        ("with two newlines", right + "\n\n", 0o600, (3,)),
        ("with a return", right + "\r\n", 0o600, (0,)),
        ("with a blank", right + " ", 0o600, (3,)),
        ("with a byte order mark", "\ufeff" + right, 0o600, (0,)),
        ("in UTF-16", "\ufeff".encode("utf-16-le") + (right + "\r\n").encode("utf-16-le"), 0o600, (0,)),
        ("of another", "iets anders\n", 0o600, (3,)),
        ("that is empty", "", 0o600, (2, 3)),
        ("that the group can read", right, 0o640, (2,)),
        ("that all can read", right, 0o644, (2,)),
        ("that others can write", right, 0o602, (2,)),
        ("of a megabyte", "x" * 1_000_000, 0o600, (2, 3)),
    ]:
        node.passphrase = world.write("passphrase", content, mode)
        done = node.run("node", "status")
        suite.check(done.code in codes, f"a passphrase file {words}: exit {codes}", done)
        os.remove(node.passphrase)
    for words, content in [
        ("with a blank", right + " "),
        ("with two lines", right + "\n\n"),
        ("with a tab", right + "\tx"),
    ]:
        fresh = contract.bare("nieuw")
        fresh.passphrase = world.write("passphrase", content, 0o600)
        done = fresh.run(
            "node",
            "init",
            "--handle",
            "nieuw",
            "--name",
            "N",
            "--oin",
            "3" * 20,
            "--class",
            "om",
            "--listen",
            f"127.0.0.1:{fresh.port}",
        )
        contract.exits(2, f"node init with a passphrase file {words}", done, "passphrase file")
    node.passphrase = world.path("none.passphrase")
    contract.exits(3, "a passphrase file that is not there", node.run("node", "status"), "none.passphrase")
    done = node.run("node", "status", passphrase=False)
    suite.check(
        done.code in (2, 3) and "--passphrase-file" in done.err,
        "no passphrase and no terminal: exit 2 or 3, naming the option",
        done,
    )
    done = node.run("node", "status", passphrase=False, env={"TAFEL_PASSPHRASE": right})
    suite.check(done.code in (2, 3), "a plain environment variable is no passphrase", done)
    done = node.run("node", "status", passphrase=False, env={"TAFEL_PASSPHRASE_FILE": own})
    suite.check(done.code == 0, "$TAFEL_PASSPHRASE_FILE names the file", done)
    node.passphrase = own
    wrong = contract.bare("wrong", "verkeerd")
    wrong.ok(
        "node",
        "init",
        "--handle",
        "verkeerd",
        "--name",
        "V",
        "--oin",
        "2" * 20,
        "--class",
        "om",
        "--listen",
        f"127.0.0.1:{wrong.port}",
    )
    with open(os.path.join(wrong.data, "keys"), "rb") as file:
        keys = file.read()
    suite.equal(
        (len(keys), keys[:8], stat.S_IMODE(os.stat(os.path.join(wrong.data, "keys")).st_mode)),
        (268, b"TAFELKEY", 0o600),
        "the key file has its length, its name, and one reader",
    )
    for words, content, codes in [
        ("one bit changed", keys[:100] + bytes([keys[100] ^ 1]) + keys[101:], (2, 3)),
        ("cut", keys[:200], (2, 3)),
        ("gone", None, (2, 3)),
        ("empty", b"", (2, 3)),
        ("asking for 2^32 KiB", keys[:16] + b"\xff" * 4 + keys[20:], (2, 3)),
    ]:
        path = os.path.join(wrong.data, "keys")
        os.remove(path)
        if content is not None:
            world.write("wrong/keys", content)
        done = wrong.run("node", "status")
        suite.check(done.code in codes, f"a key file that is {words}: exit {codes}", done)
        world.write("wrong/keys", keys)
    suite.check(wrong.run("node", "status").code == 0, "the key file restored: all is there")


def ports(contract):
    """A port that is taken, and a second node on a folder."""
    suite, node = contract.suite, contract.nodes["politie"]
    with socket.create_server(("127.0.0.1", node.port)):
        done = node.run("node", "run")
        contract.exits(3, "node run with its port in use", done, str(node.port))
        suite.check(done.seconds < QUICK_SECONDS_MAX, "and says so at once", done.seconds)
    node.start()
    contract.exits(3, "node run where it runs already", node.run("node", "run"))
    suite.check(node.ok("node", "status")["running"], "the first one still runs")
    suite.equal(node.stop(signal.SIGINT), 0, "SIGINT stops a node with exit 0")
    node.start()
    suite.equal(node.stop(), 0, "and SIGTERM does")


def places(contract):
    """Paths: relative ones while the node runs elsewhere, and a data folder whose path is too long for a socket."""
    suite, world, node = contract.suite, contract.world, contract.nodes["politie"]
    node.start()
    inner = world.path("inner")
    os.mkdir(inner)
    world.write("inner/r.csv", csv_text([{"ID": "P-1", "Company": "Pad"}]))
    world.write("inner/m.yaml", MAPPING.format(source="pad", type="inspection", category="business"))
    for arguments, made in (
        (["record", "import", "r.csv", "--mapping", "m.yaml"], None),
        (["node", "card", "--out", "own.card"], "own.card"),
        (["log", "export", "--table", contract.ids["table"], "--out", "own.bundle"], "own.bundle"),
    ):
        done = subprocess.run(
            node.command(*arguments),
            cwd=inner,
            env=world.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )
        suite.check(
            done.returncode == 0 and (made is None or os.path.exists(os.path.join(inner, made))),
            f"{arguments[0]} {arguments[1]}: paths are those of who gives the command",
            done,
        )
    node.stop()
    for words, runtime in (("without", None), ("with", world.path("runtime"))):
        deep = contract.bare("d" * 120 + words, "diep")
        deep.ok(
            "node",
            "init",
            "--handle",
            "diep",
            "--name",
            "Diep",
            "--oin",
            "3" * 20,
            "--class",
            "om",
            "--listen",
            f"127.0.0.1:{deep.port}",
        )
        if runtime is None:
            contract.exits(
                3,
                "node run in a path over 107 bytes without $XDG_RUNTIME_DIR",
                deep.run("node", "run"),
                "XDG_RUNTIME_DIR",
            )
            continue
        os.mkdir(runtime, mode=0o700)
        world.environment["XDG_RUNTIME_DIR"] = runtime
        deep.start()
        done = deep.run("node", "status", passphrase=False)
        suite.check(
            done.code == 0 and done.json["running"],
            "in a path over 107 bytes the control socket lies in $XDG_RUNTIME_DIR",
            done,
        )
        suite.equal(deep.stop(), 0, "and the node stops with exit 0")
        del world.environment["XDG_RUNTIME_DIR"]


def locks(contract):
    """A second process on a folder while a long import has it."""
    suite, world, node = contract.suite, contract.world, contract.nodes["om"]
    rows = [{"ID": f"L-{n}", "Company": f"Bedrijf {n}", "Text": "x" * 80} for n in range(MANY_ROWS)]
    path, mapping = world.write("long.csv", csv_text(rows)), world.write(
        "long.yaml", MAPPING.format(source="lang", type="inspection", category="business")
    )
    slots = os.path.join(node.data, "slots")
    before = os.path.getsize(slots)
    long = world.spawn(
        node.command("record", "import", path, "--mapping", mapping), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    suite.check(
        wait_until(lambda: os.path.getsize(slots) > before or long.poll() is not None, 30) and long.poll() is None,
        "the import works on the folder",
    )
    for arguments in (["node", "status"], ["record", "search", "--key", "L-1"], ["table", "list"]):
        contract.exits(0, f"{' '.join(arguments)} beside an import", node.run(*arguments))
    out, err = long.communicate(timeout=120)
    world.processes.discard(long)
    suite.check(
        long.returncode == 0 and f'"imported": {MANY_ROWS}'.encode() in out,
        "the import ends as if nothing had been",
        (long.returncode, err[-300:]),
    )
    suite.equal(node.ok("node", "status")["store"]["records"], MANY_ROWS + 1, "and the folder is free again")
    pipe = world.path("long.pipe")
    os.mkfifo(pipe)
    # What it is given is empty: it ends with exit 2 once the pipe is closed.
    long = world.spawn(
        node.command("record", "import", pipe, "--mapping", mapping), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with open(pipe, "wb"), open(os.path.join(node.data, "lock"), encoding="ascii") as lock:
        suite.check(
            wait_until(lambda: lock.seek(0) == 0 and lock.read().strip() == str(long.pid), 30),
            "an import has the folder",
        )
        contract.exits(
            3, "node run beside an import", node.run("node", "run"), f"process {long.pid} (tafel record import)"
        )
    long.communicate(timeout=60)
    world.processes.discard(long)
    with open(os.path.join(node.data, "lock"), "r+", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for arguments in (["node", "status"], ["node", "run"]):
            contract.exits(
                3,
                f"{' '.join(arguments)} while another process has the folder for longer",
                node.run(*arguments),
                "in use by",
            )
