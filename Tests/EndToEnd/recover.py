#!/usr/bin/env python3
"""`node recover` on real nodes: a folder that was put back fetches its own log back, what nobody holds is lost, and
copies are told."""

import os
import re
import shutil

from support import Suite, wait_until, written

SECONDS_MAX = 30
SHARED = ("subject.name", "subject.kvk", "date", "text")


class Table:
    """Three nodes at one table, with a case, fragments and notes."""

    def __init__(self, suite, world):
        self.suite, self.world = suite, world
        self.nodes = [world.node(handle) for handle in ("od-noord", "politie", "om")]
        self.me, self.police, self.om = self.nodes
        self.me.import_rows(
            "bron",
            [
                {
                    "ID": f"R{n}",
                    "Company": f"Bedrijf {n}",
                    "kvk": 20000000 + n,
                    "Date": "2024-03-01",
                    "Text": f"waarneming {n}",
                }
                for n in range(6)
            ],
        )
        self.table = world.table(self.police, [self.me, self.om])
        self.case = self.me.ok("case", "open", "--table", self.table, "--title", "Te herstellen")["case"]
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            suite.check(
                wait_until(lambda node=node: node.run("case", "show", self.case).code == 0, SECONDS_MAX, 0.5),
                f"{node.handle} has the case",
            )

    def share(self, number, *options):
        self.me.ok(
            "fragment",
            "share",
            "--case",
            self.case,
            "--record",
            self.me.record(f"R{number}"),
            "--fields",
            ",".join(SHARED),
            *options,
        )

    def size(self, node, author="od-noord"):
        return next((log["size"] for log in node.ok("sync", "status")["logs"] if log["author"] == author), 0)

    def reaches(self, *nodes):
        size = self.size(self.me)
        for node in nodes:
            self.suite.check(
                wait_until(lambda node=node: self.size(node) >= size, SECONDS_MAX, 0.5),
                f"all that od-noord wrote is at {node.handle}",
            )

    def keep(self):
        """The folder as it is now, to be put back later."""
        self.me.stop()
        self.old = self.me.data + ".old"
        shutil.rmtree(self.old, ignore_errors=True)
        shutil.copytree(self.me.data, self.old, ignore=shutil.ignore_patterns("control.sock"))
        self.me.start()

    def put_back(self):
        if self.me.process:
            self.me.stop()
        shutil.rmtree(self.me.data)
        shutil.copytree(self.old, self.me.data)

    def views(self):
        return {node.canonical(self.case) for node in self.nodes}

    def entries(self):
        path = self.world.path("uitvoer.tafel-log")
        if os.path.exists(path):
            os.remove(path)
        self.me.ok("log", "export", "--table", self.table, "--out", path)
        done = self.world.audit("verify", path)
        return done.code, done.json


def report_in_words(t):
    """The auditor's report in words."""
    return t.world.audit("verify", t.world.path("uitvoer.tafel-log"), as_json=False).out.decode()


def whole(t):
    """Nothing is lost: every entry is at some partner."""
    suite, me = t.suite, t.me
    suite.title("a folder that was put back fetches its log back")
    t.share(0)
    t.reaches(t.police, t.om)
    t.keep()
    t.share(1)
    me.ok("case", "set", t.case, "phase", "analyse")
    me.ok("case", "note", t.case, "na de kopie")
    suite.check(me.ok("node", "recover")["tables"][0]["fetched"] == 0, "a node that lacks nothing fetches nothing")
    t.reaches(t.police, t.om)
    held = t.size(me)
    leaves = [entry["leaf"] for entry in me.ok("log", "show", t.table)["entries"]]
    t.put_back()
    for words in (("case", "note", t.case, "te vroeg"), ("case", "open", "--table", t.table, "--title", "Te vroeg")):
        done = me.run(*words)
        suite.check(
            done.code == 3 and "put back" in done.err and "recover" in done.err,
            f"'{' '.join(words[:2])}' is refused, and says what to do",
            done,
        )
    text = me.run("node", "recover", as_json=False)
    suite.check(
        text.code == 0 and b"fetched back; written to again" in text.out,
        "'node recover' of a node that does not run, in words",
        text,
    )
    suite.equal(
        [entry["leaf"] for entry in me.ok("log", "show", t.table)["entries"]][:held],
        leaves,
        "every entry is back, the same",
    )
    suite.equal(me.ok("node", "status")["alarms"], [], "no alarm is left")
    me.start()
    suite.check(wait_until(lambda: len(t.views()) == 1, SECONDS_MAX, 0.5), "the canonical views are equal")
    me.ok("case", "note", t.case, "verder")
    t.share(2)
    t.reaches(t.police, t.om)
    suite.check(wait_until(lambda: len(t.views()) == 1, SECONDS_MAX, 0.5), "the views are equal after new writes")
    for node in t.nodes:
        suite.equal(node.ok("sync", "now")["peers"][0]["ok"], True, f"{node.handle} is in step")
        suite.equal(
            [log["author"] for log in node.ok("sync", "status")["logs"] if log["disputed"]],
            [],
            f"{node.handle} disputes no log",
        )
    code, report = t.entries()
    suite.equal((code, report["findings"], report["entries"]["lost"]), (0, [], 0), "the audit finds nothing")


def lost(t):
    """Entries that were only for a partner who has not got them yet: another holds their leaf hashes."""
    suite, me = t.suite, t.me
    suite.title("what nobody holds is lost, and told")
    t.keep()
    t.police.stop()
    hidden = me.ok("case", "open", "--table", t.table, "--title", "Alleen voor politie", "--to", "politie")["case"]
    me.ok("case", "note", hidden, "niet voor om")
    me.ok("case", "note", t.case, "voor allen")
    size = t.size(me)
    t.reaches(t.om)
    t.put_back()
    me.start()
    found = me.run("node", "recover")
    answer = found.json["tables"][0]
    suite.equal(found.code, 1, "lost entries are a finding")
    suite.check(answer["lost"] > 0 and answer["problem"] is None, "so many are lost", answer)
    suite.check(answer["fetched"] > 0, "the others are back", answer)
    suite.check(t.size(me) >= size, "no index is used twice", (t.size(me), size))
    suite.equal(me.run("case", "show", hidden).code, 2, "the case that was lost is not known any more")
    code, report = t.entries()
    words = report_in_words(t)
    suite.check(
        "is niet na te gaan wat in dit venster is verstrekt" in words and "is niets verstrekt" not in words,
        "the report does not deny disclosures",
        words,
    )
    suite.equal(
        (code, {f["class"] for f in report["findings"]}, report["entries"]["lost"], report["entries"]["leaf"]),
        (1, {"lost"}, answer["lost"], 0),
        "the audit says what was lost",
    )
    me.ok("case", "note", t.case, "verder na het verlies")
    t.police.start()
    t.reaches(t.om, t.police)
    suite.check(wait_until(lambda: len(t.views()) == 1, SECONDS_MAX, 0.5), "the views of the other case are equal")
    for node in t.nodes:
        suite.equal(node.ok("node", "status")["alarms"], [], f"{node.handle} blames nobody for what was lost")
    again = me.run("node", "recover")
    suite.equal((again.code, again.json["tables"][0]["lost"]), (1, answer["lost"]), "asking again finds the same")
    me.ok("case", "note", t.case, "en nog eens")
    t.reaches(t.om, t.police)


def machine(t):
    """The folder and the file beside it are put back together: only who knows more can tell."""
    suite, me = t.suite, t.me
    suite.title("what a partner showed of the own log is remembered, whoever is there later")
    t.keep()
    shutil.copy(written(me.data), written(me.data) + ".old")
    t.om.stop()
    me.ok("case", "note", t.case, "alleen bij politie")
    t.reaches(t.police)
    t.put_back()
    shutil.copy(written(me.data) + ".old", written(me.data))
    me.start()
    told = wait_until(
        lambda: any(alarm["code"] == "put-back" for alarm in me.ok("node", "status")["alarms"]), SECONDS_MAX, 0.5
    )
    suite.check(told, "politie shows that more was written", me.ok("node", "status")["alarms"])
    suite.equal(me.run("node", "card", "--endpoint", "127.0.0.1:1").code, 3, "no card is signed meanwhile")
    t.police.stop()
    t.om.start()
    done = me.run("node", "recover")
    suite.check(
        done.code == 3 and "Not reached: politie" in done.json["tables"][0]["problem"],
        "with a partner that lacks it the log does not go on",
        done,
    )
    suite.equal(me.run("case", "note", t.case, "te vroeg").code, 3, "and nothing is written")
    t.police.start()
    found = me.ok("node", "recover")["tables"][0]
    suite.equal(
        (found["fetched"], found["lost"], found["problem"]), (1, 0, None), "with the one that holds it, it does"
    )
    me.ok("case", "note", t.case, "na de machine")
    t.reaches(t.police, t.om)
    for node in t.nodes:
        ended = wait_until(lambda node=node: not node.ok("node", "status")["alarms"], SECONDS_MAX, 1)
        suite.check(ended, f"{node.handle} has no alarm left", node.ok("node", "status")["alarms"])


def bad_files(t):
    """What stands in the file beside the folder is not believed blindly, and a link is no second folder."""
    suite, me = t.suite, t.me
    me.stop()
    with open(written(me.data)) as file:
        sound = file.read()
    suite.equal(os.stat(written(me.data)).st_mode & 0o777, 0o600, "the file is for its owner alone")
    for words, size in (("beyond all logs", 1 << 63), ("beyond all numbers", 1 << 70), ("none", "x")):
        with open(written(me.data), "w") as file:
            file.write(
                "".join(
                    line.rpartition(" ")[0] + f" {size}\n" if line.count(" ") else line
                    for line in sound.splitlines(True)
                )
            )
        alarms = [alarm["code"] for alarm in me.ok("node", "status")["alarms"]]
        suite.equal(alarms, ["unconfirmed"], f"a size {words} is as good as no file")
    me.ok("node", "recover", exits=(0, 1))
    link = me.data + "-link"
    os.symlink(me.data, link)
    home, me.data = me.data, link
    suite.equal(me.ok("node", "status")["alarms"], [], "by another path it is the same folder")
    me.ok("case", "note", t.case, "door een koppeling")
    suite.check(not os.path.exists(written(link)), "which has one file beside it")
    me.data = home
    me.start()


def unconfirmed(t):
    suite, me = t.suite, t.me
    suite.title("without the file beside the folder a partner confirms first")
    me.stop()
    os.remove(written(me.data))
    done = me.run("case", "note", t.case, "zonder bestand")
    suite.check(done.code == 3 and "is missing" in done.err, "nothing is written, and why", done)
    alarms = me.ok("node", "status")["alarms"]
    suite.equal([alarm["code"] for alarm in alarms], ["unconfirmed"], "it is an alarm")
    me.ok("sync", "now", "--peer", "om")
    me.ok("case", "note", t.case, "bevestigd")
    suite.equal(me.ok("node", "status")["alarms"], [], "the alarm has ended")
    os.remove(written(me.data))
    for node in (t.police, t.om):
        node.stop()
    done = me.run("node", "recover")
    suite.check(
        done.code == 3
        and "No round with a partner came to its end" in done.out.decode()
        and "--offline" in done.out.decode(),
        "without a partner nothing is confirmed",
        done,
    )
    suite.equal(me.run("case", "note", t.case, "nog niet").code, 3, "and nothing is written")
    suite.equal(
        [alarm["code"] for alarm in me.ok("node", "status")["alarms"]],
        ["unconfirmed"],
        "that nobody was reached changes nothing that was known",
    )
    # What was lost before is still a finding.
    me.ok("node", "recover", "--offline", exits=(1,))
    me.ok("case", "note", t.case, "op eigen gezag")
    for node in t.nodes:
        node.start()
    t.reaches(t.police, t.om)


def before_table(t):
    """The folder is put back to before the table was accepted, and accepts it once more."""
    suite, world = t.suite, t.world
    suite.title("a folder from before the table knows by the file beside it")
    late = world.node("od-oost")
    old = late.data + ".old"
    shutil.copytree(late.data, old)
    for node in (t.police, t.om):
        node.stop()
    table = world.table(t.police, [late, t.om], name="Tweede")
    case = late.ok("case", "open", "--table", table, "--title", "Van voor de tafel")["case"]
    for node in (t.police, t.om):
        node.start()
    late.ok("sync", "now")
    with open(written(late.data)) as marker:
        kept = marker.read()
    shutil.rmtree(late.data)
    shutil.copytree(old, late.data)
    os.remove(written(late.data))
    late.ok("table", "accept", world.path("Tweede.table"))
    done = late.run("case", "open", "--table", table, "--title", "Zonder te weten")
    suite.check(
        done.code == 3 and "until a partner confirms" in done.err,
        "without that file: this node's own signature on the table's file tells",
        done,
    )
    shutil.rmtree(late.data)
    os.rename(old, late.data)
    with open(written(late.data), "w") as marker:
        marker.write(kept)
    late.ok("table", "accept", world.path("Tweede.table"))
    done = late.run("case", "open", "--table", table, "--title", "Te vroeg")
    suite.check(
        done.code == 3 and "put back" in done.err, "nothing is written at the table that was accepted again", done
    )
    told = late.run("node", "status", as_json=False).out
    suite.check(
        b"put-back" in told and b"--acknowledge" not in told,
        "that something can be acknowledged is not said where that ends nothing",
        told,
    )
    found = late.ok("node", "recover")["tables"][0]
    suite.check(found["fetched"] > 0 and found["lost"] == 0, "its log is fetched back", found)
    late.ok("case", "note", case, "terug")
    late.ok("sync", "now")
    suite.equal(late.canonical(case), t.om.canonical(case), "the views are equal")


def slots_alone(t):
    """One file of the folder is put back from before: what it lacks does not open, and the folder says so."""
    suite, node = t.suite, t.om
    suite.title("the slot file alone")
    node.stop()
    shutil.copytree(node.data, node.data + ".heel", ignore=shutil.ignore_patterns("control.sock"))
    shutil.copy(written(node.data), node.data + ".heel.written")
    suite.equal(
        [a["code"] for a in node.ok("node", "status")["alarms"] if a["code"] == "damaged"],
        [],
        "a whole folder is not damaged",
    )
    shutil.copy(os.path.join(node.data, "slots"), node.data + ".slots")
    for number in range(3):
        node.ok("case", "note", t.case, f"na de kopie van slots {number}")
    shutil.copy(node.data + ".slots", os.path.join(node.data, "slots"))
    codes = [a["code"] for a in node.ok("node", "status")["alarms"]]
    suite.check("damaged" in codes, "an older slot file is an alarm at the next command", codes)
    done = node.run("case", "note", t.case, "lukt niet")
    suite.check(done.code == 3 and "node check" in done.err, "what needs it says what to do", done)
    # New slots do not bring old ones back.
    node.run("node", "recover")
    node.run("case", "note", t.case, "met nieuwe sleutels")
    codes = [a["code"] for a in node.ok("node", "status")["alarms"]]
    suite.check("damaged" in codes, "it stays an alarm when new slots are written", codes)
    shutil.rmtree(node.data)
    shutil.copytree(node.data + ".heel", node.data)
    # Nobody was given what it wrote meanwhile.
    shutil.copy(node.data + ".heel.written", written(node.data))
    node.start()


def moved(t, node, signs_again):
    """The folder is from before its card named another address; `signs_again`: and signs one of the same version."""
    suite, others = t.suite, [one for one in t.nodes if one is not node]
    suite.title(f"put back to before its address changed{', and changed again' if signs_again else ''}")
    own, elsewhere, old = f"127.0.0.1:{node.port}", "127.0.0.1:9", node.data + ".adres"
    node.stop()
    shutil.copytree(node.data, old, ignore=shutil.ignore_patterns("control.sock"))
    shutil.copy(written(node.data), old + ".written")
    node.start()
    version = node.ok("node", "card", "--endpoint", elsewhere)["version"]
    for other in others:
        known = wait_until(lambda other=other: card_version(t, other, node) == version, SECONDS_MAX, 0.5)
        suite.check(known, f"{other.handle} has the new card")
    node.stop()
    shutil.rmtree(node.data)
    shutil.copytree(old, node.data)
    if signs_again:
        # A whole machine that was put back: nothing on it can tell.
        shutil.copy(old + ".written", written(node.data))
        own = f"localhost:{node.port}"
        suite.equal(
            node.ok("node", "card", "--endpoint", own)["version"], version, "another card of that version is signed"
        )
    node.start()
    node.run("node", "recover")

    def addresses():
        return [alarm["text"] for alarm in node.ok("node", "status")["alarms"] if alarm["code"] == "address"]

    told = wait_until(addresses, SECONDS_MAX, 0.5)
    suite.check(
        told and all(elsewhere in text and own in text for text in addresses()),
        "which cards there are, and what they name, is an alarm",
        addresses(),
    )
    done = node.ok("node", "card", "--endpoint", own)
    suite.equal(done["version"], version + 1, "the next card is signed, where the address is the same too")
    suite.equal(addresses(), [], "the alarm ends with it")
    node.ok("case", "note", t.case, "weer thuis")
    size = t.size(node, node.handle)
    for other in others:
        suite.check(
            wait_until(lambda other=other: t.size(other, node.handle) >= size, SECONDS_MAX, 0.5),
            f"{other.handle} has what {node.handle} writes",
        )


def card_version(t, node, of):
    """The version of a partner's card that a node knows."""
    members = node.ok("table", "show", t.table)["members"]
    return next(member["card_version"] for member in members if member["handle"] == of.handle)


def copies(t):
    suite, me, world = t.suite, t.me, t.world
    suite.title("two copies that run are noticed before they write")
    me.stop()
    twin = type(me)(world, "od-noord-kopie", me.number, me.member_class)
    shutil.copytree(me.data, twin.data, ignore=shutil.ignore_patterns("control.sock"))
    shutil.copy(written(me.data), written(twin.data))
    twin.passphrase = me.passphrase
    path = os.path.join(twin.data, "node.json")
    with open(path) as file:
        text = file.read()
    with open(path, "w") as file:
        file.write(re.sub(rf":{me.port}\b", f":{twin.port}", text))
    me.start()
    twin.start()
    for partner in (t.police, t.om):

        def told(partner=partner):
            return any("od-noord: two processes" in alarm["text"] for alarm in partner.ok("node", "status")["alarms"])

        # Which of two crossing sessions stays depends on the keys: at worst one of them gives way for half a minute.
        suite.check(
            wait_until(told, 240, 1),
            f"{partner.handle} says that two copies of od-noord run",
            partner.ok("node", "status")["alarms"],
        )
    twin.stop()


def damaged_store(t):
    """The store is overwritten under a node that runs: who asks how it is gets an answer."""
    suite, node = t.suite, t.om
    suite.title("a store that is damaged under its node")
    if node.process:
        node.stop()
    node.start()
    path = os.path.join(node.data, "store.lmdb")
    # Zeroes are no page, which every reader notices. Random bytes may look like an empty one: nothing sees
    # that in a file that is open, as `records.md` says.
    with open(path, "r+b") as file:
        file.seek(2 * 4_096)
        file.write(bytes(os.path.getsize(path) - 2 * 4_096))
    done = node.run("node", "status")
    told = [alarm["text"] for alarm in (done.json or {"alarms": []})["alarms"] if alarm["code"] == "store"]
    suite.check(
        done.code == 1 and told and "node check" in told[0],
        "'node status' is answered, and says that the store cannot be read",
        done,
    )
    done = node.run("case", "list")
    suite.check(
        done.code == 3 and "node check" in done.err and "change again" not in done.err,
        "other commands say what to do",
        done,
    )
    node.kill()


def script(suite, world):
    t = Table(suite, world)
    whole(t)
    machine(t)
    bad_files(t)
    lost(t)
    unconfirmed(t)
    before_table(t)
    copies(t)
    slots_alone(t)
    moved(t, t.om, False)
    moved(t, t.police, True)
    damaged_store(t)
    for node in t.nodes:
        if node.process:
            suite.equal(node.stop(), 0, f"{node.handle} stops in order")


if __name__ == "__main__":
    Suite("A node that was put back fetches its own log back.").play(script)
