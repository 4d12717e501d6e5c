#!/usr/bin/env python3
"""A folder that was copied, and one that was put back, on real nodes: the fork stays where it is, is proven, and ends
with a pin."""

import os
import re
import shutil

from support import Suite, wait_until, written

HANDLES = ("od-noord", "politie", "om", "od-oost", "od-zuid")
OTHERS = [handle for handle in HANDLES if handle != "politie"]
SECONDS_MAX = 30


def notes(node, case):
    done = node.run("case", "show", case)
    return {note["text"] for note in done.json["notes"]} if done.code == 0 else set()


def disputed(node):
    return {log["author"] for log in node.ok("sync", "status")["logs"] if log["disputed"]}


def reach(suite, nodes, case, words):
    """Each node writes a note, which all the others show within seconds."""
    for node in nodes:
        node.ok("case", "note", case, f"{words} van {node.handle}")
    wanted = {f"{words} van {node.handle}" for node in nodes}
    for node in nodes:
        held = wait_until(lambda node=node: wanted <= notes(node, case), SECONDS_MAX, 0.5)
        suite.check(held, f"{node.handle} shows every note of {words}", wanted - notes(node, case))


def copied(suite, world, nodes, case):
    """politie's folder is copied while the node is down, and both copies run and write."""
    police = nodes["politie"]
    police.stop()
    shutil.copytree(police.data, police.data + ".unforked")
    police.ok("case", "note", case, "voor de kopie")
    twin = type(police)(world, "politie-kopie", police.number, police.member_class)
    shutil.copytree(police.data, twin.data)
    twin.passphrase = police.passphrase
    path = os.path.join(twin.data, "node.json")
    with open(path) as file:
        text = file.read()
    # The copy listens elsewhere, as on another machine.
    with open(path, "w") as file:
        file.write(re.sub(rf":{police.port}\b", f":{twin.port}", text))
    size = next(log["size"] for log in police.ok("sync", "status")["logs"] if log["author"] == "politie")
    done = twin.run("case", "note", case, "zonder het bestand ernaast")
    suite.check(
        done.code == 3 and "is missing" in done.err and "recover" in done.err,
        "a copy without the file beside it writes nothing before a partner confirms",
        done,
    )
    # With it, as in a copy of the whole machine, only the partners can tell.
    shutil.copy(written(police.data), written(twin.data))
    # Each copy writes before it can hear of the other.
    one, other = (node.ok("case", "note", case, f"geschreven door {node.handle}")["entry"] for node in (police, twin))
    suite.equal(one["index"], other["index"], "both copies write an entry of one index")
    suite.equal(one["index"], size, "it is the first that differs")
    police.start()
    nodes["om"].ok("sync", "now", "--peer", "politie", exits=(0, 1, 3))
    police.stop()
    twin.start()
    twin.ok("sync", "now", "--peer", "od-oost", exits=(0, 1, 3))
    police.start()
    return police, twin, one["index"]


def fork(suite, world, nodes, table, case):
    police, twin, index = copied(suite, world, nodes, case)
    suite.title("the others know, and go on")
    honest = [nodes[handle] for handle in OTHERS]
    for node in honest:
        known = wait_until(lambda node=node: disputed(node) == {"politie"}, SECONDS_MAX, 0.5)
        suite.check(known, f"{node.handle} holds the log of politie for disputed, and no other", disputed(node))
        peers = node.run("sync", "now").json["peers"]
        suite.check(
            all(peer["not_taken"] == ["politie"] for peer in peers), f"{node.handle} says so in each round", peers
        )
        alarms = [alarm for alarm in node.ok("node", "status")["alarms"] if alarm["code"] == "fork"]
        suite.equal(len(alarms), 1, f"{node.handle} has one alarm of a fork")
        suite.check(
            alarms and "of politie:" in alarms[0]["text"] and f"entry {index} on" in alarms[0]["text"],
            f"{node.handle}: the alarm names the author and the first entry that differs",
            alarms,
        )
        text = " ".join(alarm["text"] for alarm in node.ok("node", "status")["alarms"])
        suite.check(
            not any(f"{handle}: sent" in text or f"{handle}: what it sent" in text for handle in OTHERS),
            f"{node.handle} blames nobody else",
            text,
        )
    reach(suite, honest, case, "na de kopie")
    held, heads = world.settle(*honest)
    (
        suite.check(
            held,
            "the others hold the same of everything else",
            {h: [log for log in logs if log[1] != "politie"] for h, logs in heads.items()},
        )
        if not held and len({str([log for log in logs if log[1] != "politie"]) for logs in heads.values()}) > 1
        else None
    )
    for node in honest:
        done = node.run("sync", "now", "--peer", next(n.handle for n in honest if n is not node))
        suite.equal(done.code, 0, f"{node.handle}: sync now with another ends well")
    suite.title("the proof checks alone")
    for node in (honest[0], honest[-1]):
        path = world.path(f"{node.handle}.fork")
        found = node.ok("log", "fork", table, "--author", "politie", "--out", path)
        suite.equal(
            (found["author"], found["index"]), ("politie", index), f"{node.handle}: the proof is of the right entry"
        )
        done = world.audit("fork", path)
        suite.equal(
            (done.code, done.json["verdict"], done.json["author"], done.json["index"]),
            (0, "verified", "politie", index),
            "tafel-audit fork",
        )
        suite.equal(len({branch["leaf"] for branch in done.json["branches"]}), 2, "two entries at one place")
        with open(path, "rb") as file:
            data = file.read()
        bad = world.write("bad.fork", data.replace(f"index {index}\n".encode(), f"index {index - 1}\n".encode()))
        suite.check(world.audit("fork", bad).code in (1, 2), "a proof with another index proves nothing")
    suite.equal(world.audit("fork", path, as_json=False).code, 0, "in words")
    suite.equal(
        honest[0].run("log", "fork", table, "--author", "om", "--out", world.path("none")).code,
        2,
        "no proof against who did nothing",
    )
    suite.title("both copies know, and write nothing more")
    for node in (police, twin):
        known = wait_until(lambda node=node: node.run("case", "note", case, "te laat").code == 3, SECONDS_MAX, 1)
        suite.check(known, f"{node.handle} refuses to write")
        text = " ".join(alarm["text"] for alarm in node.ok("node", "status")["alarms"])
        suite.check("own log" in text, f"{node.handle} says why", text)
    suite.title("the exports of both copies contradict each other")
    paths = exported([police, twin], table, "copy")
    for words, given in (("together", paths), ("in the other order", paths[::-1])):
        done = world.audit("verify", *given)
        # A copy that got a partner's receipt of the other one's history exports it: class receipt.
        told = {(f["class"], f["index"]) for f in done.json["findings"]} - {("receipt", None)}
        suite.check(
            done.code == 1 and told == {("consistency", index)},
            f"both exports {words}: they differ from entry {index} on",
            done,
        )
    return police, twin


def exported(nodes, table, name):
    """An export of each node's log; gives their paths."""
    paths = [node.world.path(f"{name}-{number}.bundle") for number, node in enumerate(nodes)]
    for node, path in zip(nodes, paths):
        node.ok("log", "export", "--table", table, "--out", path)
    return paths


def pin(suite, world, nodes, table, case, police, twin):
    suite.title("a charter pins the log, and the member goes on")
    twin.stop()
    police.stop()
    # The machine as it was before the pin: folder, and the file beside it.
    shutil.copytree(police.data, police.data + ".before")
    shutil.copy(written(police.data), police.data + ".written.before")
    path = world.path("pinned.table")
    honest = [nodes[handle] for handle in OTHERS]
    suite.equal(
        honest[0].run("table", "amend", table, "--pin", "om", "--out", path).code, 2, "only a log that forked is pinned"
    )
    made = honest[0].ok("table", "amend", table, "--pin", "politie", "--out", path)
    suite.equal(made["version"], 2, "the next version")
    shown = honest[1].ok("table", "show", path)
    suite.equal(
        [change["what"] for change in shown["changes"]],
        ["pin politie 0"],
        "a file's changes are shown before it is signed",
    )
    suite.equal(
        (shown["version"], shown["effective"], shown["signatures"]), (2, False, [honest[0].handle]), "and who signed it"
    )
    same_draft(suite, world, honest[1], table, path)
    for node in honest[2:]:
        answer = node.ok("table", "accept", path)
    suite.equal(answer["effective"], True, "effective when the quorum signed")
    for node in honest:
        settled = wait_until(lambda node=node: node.ok("table", "show", table)["version"] == 2, SECONDS_MAX, 0.5)
        suite.check(settled, f"{node.handle} has version 2")
        alarms = [alarm for alarm in node.ok("node", "status")["alarms"] if alarm["code"] == "fork"]
        suite.equal(alarms, [], f"{node.handle}: the alarm has ended")
    police.start()
    goes_on = wait_until(
        lambda: police.run("case", "note", case, "verder in een nieuwe reeks").code == 0, SECONDS_MAX, 1
    )
    suite.check(goes_on, "politie writes again", police.run("case", "note", case, "nog eens"))
    for node in honest:
        held = wait_until(lambda node=node: "verder in een nieuwe reeks" in notes(node, case), SECONDS_MAX, 0.5)
        suite.check(held, f"{node.handle} shows what politie writes now")
    reach(suite, [*honest, police], case, "na de vastlegging")
    for node in honest:
        cut = {"geschreven door politie", "geschreven door politie-kopie"} & notes(node, case)
        suite.equal(cut, set(), f"{node.handle}: what lies beyond the pin does not count")
    views = {node.handle: node.canonical(case) for node in honest}
    suite.equal(len(set(views.values())), 1, "all see one view again")
    done = world.audit("verify", *exported([*honest, police], table, "pinned"))
    suite.check(
        done.code == 0 and done.json["verdict"] == "self-consistent", "the exports behind the pin are no finding", done
    )
    generations(suite, world, honest[0], police, table)
    before_the_pin(suite, nodes, table, case, police, path)


def before_the_pin(suite, nodes, table, case, police, path):
    """A machine put back to before its log was pinned knows nothing of the generation in which it wrote since."""
    suite.title("a machine put back to before the pin")
    police.stop()
    shutil.rmtree(police.data)
    shutil.copytree(police.data + ".before", police.data)
    shutil.copy(police.data + ".written.before", written(police.data))
    police.ok("table", "accept", path)
    done = police.run("case", "note", case, "zonder te weten")
    suite.check(
        done.code == 3 and "until a partner confirms" in done.err,
        "it writes nothing in a generation that may have begun",
        done,
    )
    codes = [alarm["code"] for alarm in police.ok("node", "status")["alarms"]]
    suite.check("unconfirmed" in codes, "and says so", codes)
    police.start()
    told = wait_until(
        lambda: "put-back" in [alarm["code"] for alarm in police.ok("node", "status")["alarms"]], SECONDS_MAX, 0.5
    )
    suite.check(told, "a partner shows that it wrote there")
    police.ok("node", "recover")
    police.ok("case", "note", case, "na het terugzetten")
    police.stop()
    # From before the fork, and without the marker: the charter itself says how much was written.
    shutil.rmtree(police.data)
    shutil.copytree(police.data + ".unforked", police.data)
    os.remove(written(police.data))
    police.run("table", "accept", path)
    done = police.run("case", "note", case, "van voor de kopie")
    suite.check(
        done.code == 3 and "the charter counts" in done.err,
        "a folder from before its fork knows so from the charter",
        done,
    )
    done = police.run("node", "recover", "--offline")
    suite.check(
        done.code == 1
        and done.json["tables"][0]["lost"] > 0
        and police.run("case", "note", case, "zonder partner").code == 0,
        "a person can say that it goes on without, and what the charter counts more is lost",
        done,
    )
    codes = [alarm["code"] for alarm in police.ok("node", "status")["alarms"]]
    suite.check("put-back" in codes, "which stands until it is fetched back", codes)
    shutil.rmtree(police.data)
    shutil.copytree(police.data + ".unforked", police.data)
    os.remove(written(police.data))
    police.run("table", "accept", path)
    police.start()
    done = police.run("sync", "now", "--peer", "om")
    error = done.json["peers"][0]["error"] or ""
    suite.check(
        done.code in (1, 3) and "node recover" in error and "for a minute" not in error and done.seconds < 30,
        "its own 'sync now' says why no round ends, and soon",
        (done.code, error, done.seconds),
    )
    done = nodes["om"].run("sync", "now", "--peer", "politie")
    suite.check(
        done.code == 3 and "put back" in done.json["peers"][0]["error"],
        "and its partners are told why no round ends",
        done,
    )
    police.ok("node", "recover")
    own = [(log["size"], log["complete"]) for log in police.ok("sync", "status")["logs"] if log["author"] == "politie"]
    suite.check(all(size == complete for size, complete in own), "each of its own logs is whole again", own)
    police.ok("case", "note", case, "weer bij")
    for node in (nodes[handle] for handle in OTHERS):
        held = wait_until(lambda node=node: "weer bij" in notes(node, case), SECONDS_MAX, 0.5)
        suite.check(held and disputed(node) == set(), f"{node.handle} has it, and disputes no log", disputed(node))


def generations(suite, world, node, police, table):
    """What a member disclosed before its log was cut can still be shown and exported."""
    for who, author in ((node, ("--author", "politie")), (police, ())):
        newest = who.ok("log", "show", table, *author)
        suite.equal((newest["generation"], newest["generations"]), (1, 2), f"{who.handle} shows the newest log")
        first = who.ok("log", "show", table, *author, "--generation", "0")
        suite.check(
            first["generation"] == 0 and len(first["entries"]) > 4,
            f"{who.handle} shows the one before",
            first["generation"],
        )
    suite.equal(police.run("log", "show", table, "--generation", "2").code, 2, "there is no other")
    for generation in (0, 1):
        path = world.path(f"politie-{generation}.bundle")
        done = police.ok("log", "export", "--table", table, "--generation", str(generation), "--out", path)
        suite.equal(done["generation"], generation, "the log that was asked for is exported")
        read = world.audit("verify", path)
        suite.check(
            read.code in (0, 1) and read.json["log"].endswith(f"/{generation}"),
            f"generation {generation} is read by an auditor",
            read,
        )
    text = police.run("log", "show", table, as_json=False).out
    suite.check(b"--generation 0" in text, "that there is one before is said", text[:300])


def same_draft(suite, world, other, table, path):
    """Another member drafts the version too, without knowing of the first draft."""
    made = other.ok("table", "amend", table, "--pin", "politie", "--out", world.path("same.table"))
    suite.equal(made["version"], 2, "who does not know the draft drafts its own")
    draft = other.ok("table", "show", table)["draft"]
    suite.equal(
        (draft["version"], [c["what"] for c in draft["changes"]]),
        (2, ["pin politie 0"]),
        "the draft that is held is shown",
    )
    suite.equal(
        other.ok("table", "accept", path)["signatures"], 2, "one text drafted twice is one draft, with both signatures"
    )


def put_back(suite, world, nodes, table, case):
    suite.title("a folder that was put back is noticed on both sides, in words")
    node, peer = nodes["od-zuid"], nodes["om"]
    node.stop()
    old = node.data + ".old"
    shutil.copytree(node.data, old)
    node.start()
    node.ok("case", "note", case, "voor het terugzetten")
    suite.check(
        wait_until(lambda: "voor het terugzetten" in notes(peer, case), SECONDS_MAX, 0.5), "the note reached a partner"
    )
    node.stop()
    shutil.rmtree(node.data)
    os.rename(old, node.data)
    node.start()
    refused = wait_until(lambda: node.run("case", "note", case, "erna").code == 3, SECONDS_MAX, 1)
    suite.check(refused, "the node refuses to write")
    text = " ".join(alarm["text"] for alarm in node.ok("node", "status")["alarms"])
    suite.check("put back" in text, "and says that its folder was put back", text)

    def told():
        return "od-zuid" in " ".join(a["text"] for a in peer.ok("node", "status")["alarms"] if "put back" in a["text"])

    suite.check(wait_until(told, SECONDS_MAX, 1), "a partner says so too", peer.ok("node", "status")["alarms"])
    suite.equal(disputed(peer), set(), "nobody calls it a fork")
    (path,) = exported([node], table, "put-back")
    done = world.audit("verify", path)
    suite.check(
        done.code == 1 and {f["class"] for f in done.json["findings"]} == {"receipt"},
        "its export has the partners' receipts of what it lost, and is a finding",
        done,
    )
    found = node.ok("node", "recover")["tables"]
    suite.equal(
        [(t["lost"], t["generation"], t["problem"]) for t in found],
        [(0, 0, None)],
        "'node recover' fetches everything back",
    )
    suite.check(found[0]["fetched"] > 0, "entries were fetched", found)
    node.ok("case", "note", case, "hersteld")
    suite.check(
        wait_until(lambda: "hersteld" in notes(peer, case), SECONDS_MAX, 0.5),
        "and what the node writes then reaches a partner",
    )

    def stands():
        return [alarm for alarm in node.ok("node", "status")["alarms"] if alarm["code"] == "put-back"]

    suite.check(wait_until(lambda: not stands(), SECONDS_MAX, 1), "its alarm has ended", stands())
    # What happened, as two copies of politie that were seen, stands until an operator says so.
    seen = node.run("node", "status", "--acknowledge")
    suite.equal((seen.code, seen.json["alarms"]), (0, []), "no other condition holds")
    suite.check(
        any(alarm["code"] == "put-back" and alarm["until"] for alarm in seen.json["past_alarms"]),
        "what ended is told with its time",
        seen.json["past_alarms"],
    )
    reach(suite, [nodes[h] for h in ("od-noord", "om", "od-oost")], case, "na het terugzetten")
    (path,) = exported([node], table, "recovered")
    done = world.audit("verify", path)
    suite.check(done.code == 0, "after which its export is in order", done)


def script(suite, world):
    nodes = {handle: world.node(handle) for handle in HANDLES}
    table = world.table(nodes["od-noord"], [nodes[handle] for handle in HANDLES if handle != "od-noord"])
    for node in nodes.values():
        node.start()
    case = nodes["od-noord"].ok("case", "open", "--table", table, "--title", "Gekopieerd")["case"]
    for node in nodes.values():
        suite.check(
            wait_until(lambda node=node: node.run("case", "show", case).code == 0, SECONDS_MAX, 0.5),
            f"{node.handle} has the case",
        )
    reach(suite, list(nodes.values()), case, "voor de kopie")
    suite.title("one folder is copied, and both copies run")
    police, twin = fork(suite, world, nodes, table, case)
    pin(suite, world, nodes, table, case, police, twin)
    put_back(suite, world, nodes, table, case)
    for node in nodes.values():
        if node.process:
            suite.equal(node.stop(), 0, f"{node.handle} stops in order")


if __name__ == "__main__":
    Suite("A folder that was copied, and one that was put back.").play(script)
