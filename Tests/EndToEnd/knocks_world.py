"""A data folder with everything in it, the truth about it, and what an answer to a knock may be."""

import json
import os
import shutil

from support import ERROR_FORM, MAPPING, TRACE_SIGNS, csv_text, forget_written

FILES = ("keys", "slots", "store.lmdb", "store.lmdb-seals")
ROWS = 400


class Knocked:
    """Two partners; the folder of the first is knocked about, from a sound copy each time."""

    def __init__(self, suite, world):
        self.suite, self.world = suite, world
        self.node, self.peer = world.node("od-noord"), world.node("politie")
        self.node.import_rows("bron", [self.row(n) for n in range(ROWS)])
        self.peer.import_rows("bron", [self.row(n) for n in range(5)])
        self.table = world.table(self.node, [self.peer])
        self.case = self.node.ok(
            "case", "open", "--table", self.table, "--title", "Klappen", "--summary", "Waarnemingen"
        )["case"]
        self.record = self.node.record("K7")
        self.share(self.node, "K7")
        for text in ("eerste", "tweede"):
            self.node.ok("case", "note", self.case, text)
        self.sync()
        self.share(self.peer, "K3")
        self.peer.ok("case", "note", self.case, "van de politie")
        self.sync()
        for n in (11, 12, 13):
            self.share(self.node, f"K{n}")
        self.sync()
        self.sound = world.path("sound")
        # Where the folders were made, wherever they are put back.
        self.home, self.peer_home = self.node.data, self.peer.data
        self.keep()

    @staticmethod
    def row(n):
        return {
            "ID": f"K{n}",
            "Company": f"Bedrijf {n}",
            "kvk": 20000000 + n,
            "Postcode": f"{1000 + n}AB",
            "Date": "2024-03-01",
            "Text": f"waarneming {n}",
        }

    def share(self, node, key, *options):
        return node.ok(
            "fragment",
            "share",
            "--case",
            self.case,
            "--record",
            node.record(key),
            "--fields",
            "subject.name,subject.kvk,text",
            *options,
        )

    def sync(self):
        """Until both hold the same; the partner runs."""
        self.peer.start()
        for _ in range(3):
            self.node.ok("sync", "now")
        self.suite.equal(self.peer.stop(), 0, "the partner stops cleanly")

    def keep(self):
        """The folder as it is now is the sound one, and what it shows the truth."""
        for node, kept in ((self.node, self.sound), (self.peer, self.sound + "-partner")):
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(node.data, kept, ignore=shutil.ignore_patterns("control.sock"))
        self.truth = self.answers(self.node)
        self.suite.check(all(code == 0 for code, _ in self.truth.values()), "the sound folder answers", self.truth)

    def put_back(self, path=None):
        """Makes the folder what it was when it was kept, at another path where one is given."""
        path = path or self.node.data
        for kept, folder, home in (
            (self.sound, path, self.home),
            (self.sound + "-partner", self.peer.data, self.peer_home),
        ):
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(kept, folder)
            forget_written(folder, home)

    COMMANDS = {
        "view": ("case", "show", "CASE", "--canonical"),
        "record": ("record", "show", "RECORD"),
        "search": ("record", "search", "--key", "K12"),
        "kvk": ("record", "search", "--kvk", "20000003"),
        "logs": ("sync", "status"),
        "own log": ("log", "show", "TABLE"),
        "partner's log": ("log", "show", "TABLE", "--author", "politie"),
    }

    def command(self, node, name):
        places = {"CASE": self.case, "RECORD": self.record, "TABLE": self.table}
        words = [places.get(word, word) for word in self.COMMANDS[name]]
        return self.lawful(node.run(*words, as_json=name != "view"))

    def answers(self, node):
        done = {name: self.command(node, name) for name in self.COMMANDS}
        return {name: (one.code, one.out) for name, one in done.items()}

    def lawful(self, done, codes=(0, 1, 2, 3)):
        """Ends by itself with a promised code; an error is one line of the promised form, and nothing else."""
        words = done.words[:120]
        self.suite.check(done.code in codes, f"ends with a promised exit code: {words}", done)
        self.suite.check(not any(sign in done.err for sign in TRACE_SIGNS), f"no trace: {words}", done.err[:600])
        if done.code not in (0, 1):
            self.suite.check(ERROR_FORM.fullmatch(done.err), f"an error of the promised form: {words}", done.err[:600])
            self.suite.check(not done.out, f"no output with an error: {words}", done.out[:200])
        return done

    def truthful(self, words, name=None, file=None):
        """One command, or each: the truth, or an error that names the file; whether all was the truth."""
        is_true = True
        for name in [name] if name else self.COMMANDS:
            done = self.command(self.node, name)
            if done.code == 0:
                (code, told), lost = self.truth[name], file == "slots" and lost_entries(done.json)
                if lost:
                    told, is_true = without_lost(json.loads(told), lost), False
                self.suite.check(
                    (done.code, done.json if lost else done.out) == (code, told),
                    f"{words}: '{name}' shows nothing but the truth",
                    done,
                )
                continue
            is_true = False
            self.suite.check(done.code == 3, f"{words}: '{name}' is unavailable", done)
            if file:
                named = {"keys": "key file"}.get(file, file)
                self.suite.check(named in done.err, f"{words}: '{name}' names {file}", done.err)
        return is_true

    def check(self, *options, node=None):
        """`node check`; its document, or None where it could not begin."""
        done = self.lawful((node or self.node).run("node", "check", *options))
        if done.code in (0, 1):
            self.suite.check(
                done.json and done.json["verdict"] == ("sound", "damaged")[done.code],
                "verdict and exit code agree",
                done,
            )
            for finding in done.json["findings"]:
                self.suite.check(
                    all(finding[k] for k in ("file", "part", "what", "means"))
                    and finding["remedy"] in ("rebuild", "fetch", "import", "backup", "none"),
                    "a finding says what, where, what it means and what to do",
                    finding,
                )
            return done.json
        return None

    def share_again(self, node):
        """Shares once more; whether that was done."""
        done = node.run(
            "fragment", "share", "--case", self.case, "--record", self.record, "--fields", "subject.name,text"
        )
        return self.lawful(done).code == 0

    def file(self, name, node=None):
        return os.path.join((node or self.node).data, name)

    def import_more(self, name, count, env=None, node=None, **options):
        """Runs an import of new rows; what it answered."""
        path = self.world.write(f"{name}.csv", csv_text([self.row(n) | {"ID": f"{name}-{n}"} for n in range(count)]))
        mapping = self.world.write(
            f"{name}.yaml", MAPPING.format(source=f"bron-{name}", type="inspection", category="business")
        )
        return self.lawful((node or self.node).run("record", "import", path, "--mapping", mapping, **options))


def lost_entries(document):
    """Places of the entries of which a log's document says that their key is lost."""
    entries = document.get("entries", []) if document and "checkpoint" in document else []
    return [n for n, entry in enumerate(entries) if entry["state"] == "lost"]


def without_lost(document, places):
    """A log's document as it is when the keys of the entries at these places are lost."""
    for place in places:
        document["entries"][place] |= {"state": "lost", "fragment": None, "version": None}
    return document


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    """Replaces what a file holds, in place."""
    with open(path, "r+b") as file:
        file.truncate(0)
        file.write(data)
