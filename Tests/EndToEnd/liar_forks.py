"""A third party's lie comes between two honest members: cards, histories, generations, receipts (attacks.md, kind
1)."""

import os
import time

from support import wait_until

from liar_world import PATIENCE_SECONDS
from reference import entries as e
from reference import primitives as p
from reference import merkle, messages, notes
from reference.forks import parse_fork_file
from reference.peer_session import branch_at

UNOPENABLE = {False: 4_500, True: 458_752}
GENERATIONS = {False: 200, True: 1_023}
ERRORS = 150


def new_card(stage):
    """A new card with another log key for Z only, while N holds entries under the old key."""
    stage.begin(stage.n)
    other = stage.face(stage.z, logs={}, card=stage.liar.card(stage.liar.face.tls, version=2, log_seed=os.urandom(32)))
    session = stage.dial(stage.z, other)
    session.wait(lambda: session.ended.is_set(), 0.5)
    session.end()
    stage.settle()
    stage.trial.equal(stage.count_here(stage.z), stage.log.size, "entries under the card before come to Z through N")
    audits(stage)


def two_cards(stage):
    """Two different cards of one version, each with a log key of its own; N and Z each hold entries under one."""
    for node in stage.nodes[1:]:
        node.stop()
    faces = []
    for node in (stage.n, stage.z):
        # Apart: cards travel from node to node.
        if node is stage.z:
            stage.n.stop()
            node.begin()
        seed = os.urandom(32)
        face = stage.face(node, card=stage.liar.card(stage.liar.face.tls, version=2, log_seed=seed))
        log = stage.liar.new_log(stage.held, log_seed=seed, card=face.card)
        log.plain(e.KINDS["card"], face.card)
        face.logs = {stage.held.id: {0: log}}
        faces.append(face)
        stage.trial.check(stage.give(node, face=face), f"{node.handle} takes what is under the card it knows")
    stage.n.begin()
    stage.y.begin()
    stage.settle()
    all_dispute(stage, *faces)
    audits(stage)


def audits(stage):
    """What somebody else did makes no finding of an honest node's own log."""
    for node in (stage.n, stage.z):
        done = stage.audit(node)
        stage.trial.check(
            done.code == 0, f"the audit of {node.handle} finds nothing", done.json and done.json.get("findings") or done
        )


def branches(stage, *counts):
    """Copies of the liar's log that go on with entries of their own, which no view shows."""
    out = []
    for count in counts:
        log = stage.log.branch()
        grow(stage, log, count)
        out.append(stage.face(logs={stage.held.id: {0: log}}))
    return out


def grow(stage, log, count):
    """Entries that no view shows, of another time than those of any branch before."""
    for _ in range(count):
        time.sleep(0.002)
        log.plain(e.KINDS["card"], stage.liar.face.card)


def all_dispute(stage, one, other):
    """All honest nodes hold the log for disputed, tell it, and hand out a proof that names the first place where two
    faces differ."""
    pair = [face.logs[stage.held.id][0].leaves for face in (one, other)]
    index = next(at for at, (here, there) in enumerate(zip(*pair)) if here != there)
    for node in stage.nodes:
        held = wait_until(lambda node=node: stage.disputed(node), PATIENCE_SECONDS, 0.3)
        if not stage.trial.check(
            held, f"{node.handle} holds the liar's log for disputed", node.log_of(stage.table, stage.handle)
        ):
            continue
        told = [alarm["text"] for alarm in node.ok("node", "status")["alarms"] if alarm["code"] == "fork"]
        stage.trial.check(
            len(told) == 1 and stage.handle in told[0], f"{node.handle} tells of the fork by its author's name", told
        )
        path = stage.world.path(f"{node.handle}-{stage.name}.fork")
        done = node.run("log", "fork", stage.table, "--author", stage.handle, "--out", path)
        if not stage.trial.check(
            done.code == 0 and done.json["index"] == index, f"{node.handle} writes a proof from entry {index} on", done
        ):
            continue
        found = stage.world.audit("fork", path)
        right = found.code == 0 and (found.json["author"], found.json["generation"], found.json["index"]) == (
            stage.handle,
            0,
            index,
        )
        stage.trial.check(right, "the auditor finds that the proof holds", found)
        with open(path, "rb") as file:
            found = parse_fork_file(file.read())
        stage.trial.equal(
            found,
            {"member": stage.log.member, "generation": 0, "index": index, "handle": stage.handle},
            "so does another program",
        )


def two_sizes(stage):
    """Two histories of different sizes, one for N and one for Z."""
    stage.begin()
    faces = dict(zip((stage.n, stage.z), branches(stage, 0, 0)))
    stage.give_at_once(faces, lambda node, log: grow(stage, log, 1 if node is stage.n else 3))
    stage.settle()
    all_dispute(stage, *faces.values())


def one_size(stage):
    """Two histories of one size. The nodes dial the liar, which is the server."""
    faces = dict(zip((stage.n, stage.z), branches(stage, 0, 0)))
    stage.liar.faces = {node.id: face for node, face in faces.items()}
    stage.liar.admits = True

    def session_of(node):
        found = [
            s
            for s in stage.liar.sessions
            if s.identity == node.id and not s.ended.is_set() and s.acked.get((stage.held.id, (stage.log.member, 0)))
        ]
        return found[-1] if found else None

    came = wait_until(lambda: all(session_of(node) for node in faces), PATIENCE_SECONDS, 0.1)
    if stage.trial.check(came, "N and Z dial the liar and take its first entries"):
        stage.give_at_once(faces, lambda node, log: grow(stage, log, 1), {node: session_of(node) for node in faces})
    stage.settle()
    all_dispute(stage, *faces.values())


def fork_goes_on(stage):
    """N has seen both histories; the liar goes on with one of them at Z, who has seen one."""
    stage.begin()
    one, other = branches(stage, 0, 0)
    stage.give_at_once({stage.n: one, stage.z: other}, lambda node, log: grow(stage, log, 1))
    stage.show(stage.n, other)
    stage.trial.check(wait_until(lambda: stage.disputed(stage.n), PATIENCE_SECONDS, 0.3), "N disputes the log")
    for _ in range(2):
        grow(stage, other.logs[stage.held.id][0], 1)
        stage.give(stage.z, face=other, seconds=3)
        stage.settle((stage.n, stage.z), (stage.z, stage.n))
    all_dispute(stage, one, other)


def generations(stage):
    """Generation after generation of the own log, without a pin; the long form has as many as there may be logs, less
    one."""
    stage.begin()
    stage.liar.face.relays = False
    for generation in range(1, GENERATIONS[stage.long]):
        stage.liar.face.logs[stage.held.id][generation] = stage.liar.new_log(stage.held, generation)
    for node in (stage.n, stage.z):
        stage.flood(node, seconds=90, quiet=2)
        held = [log["generation"] for log in node.ok("sync", "status")["logs"] if log["author"] == stage.handle]
        stage.trial.equal(held, [0], f"{node.handle} takes no generation, since none is pinned")


def evidence(stage, index, one, other):
    """Evidence of two logs of the liar that differ at an index, as it would be sent; of which nothing need be true."""
    return between(stage, stage.log.member, index, *(branch_at(log, index)[1] for log in (one, other)))


def between(stage, member, index, *branches):
    first, second = sorted(branches, key=lambda branch: branch["leaf"])
    return {"table": stage.held.id, "member": member, "generation": 0, "index": index, "first": first, "second": second}


def false_proofs(stage):
    """Evidence that proves nothing, about the liar's log and about Z's; then proofs that are none; then evidence that
    is good."""
    stage.z.ok("case", "note", stage.case_id, "van Z")
    stage.begin()
    size = stage.log.size
    faces = branches(stage, 3, 3)
    one, other = (face.logs[stage.held.id][0] for face in faces)
    good = evidence(stage, size, one, other)
    for words, lie in false_evidence(stage, good, one, other).items():
        session = stage.dial(stage.n)
        session.try_send("evidence", **lie)
        closed_as_false(stage, session, f"evidence {words}")
    for words, change in false_answers(stage).items():

        def answer(session, value, change=change):
            index, branch = branch_at(stage.log, value["index"])
            session.send(
                "proof",
                table=stage.held.id,
                member=stage.log.member,
                generation=0,
                index=index,
                branch={**branch, **change(branch)},
            )
            return True

        session = stage.dial(stage.n, stage.face(hooks={"prove": answer}))
        # A chunk that does not fit makes N ask.
        session.try_send(
            "chunk",
            table=stage.held.id,
            member=stage.log.member,
            generation=0,
            **{"from": size},
            items=[{"leaf": os.urandom(32)}],
            checkpoint=branch_to(one, size + 1),
            complete=True,
        )
        closed_as_false(stage, session, f"a proof {words}")
    session = stage.dial(stage.n)
    # Of whom N may not know yet, and what it did not ask for: neither is the doing of who sends it.
    for lie in ({**good, "member": 60_000}, {**good, "generation": 1}):
        session.try_send("evidence", **lie)
    session.try_send(
        "proof",
        table=stage.held.id,
        member=stage.log.member,
        generation=0,
        index=size,
        branch=branch_at(other, size)[1],
    )
    time.sleep(0.3)
    for node in stage.nodes:
        stage.trial.check(
            not any(log["disputed"] for log in node.ok("sync", "status")["logs"]),
            f"{node.handle} holds nothing for disputed",
        )
    stage.trial.check(
        session.try_send("evidence", **good) and not session.ended.is_set(), "the session stays", session.error
    )
    all_dispute(stage, *faces)
    session.end()


def false_evidence(stage, good, one, other):
    """What proves nothing, by what it is."""
    size, z = stage.log.size, stage.number[stage.z.handle]
    forged = one.branch()
    forged.seed, forged.checkpoints = os.urandom(32), {}
    grow(stage, forged, 1)
    held = stage.held.held[z, 0]
    last, theirs = branch_at(held, held.size)
    leaves = held.leaves[:-1] + [os.urandom(32)]
    note = notes.sign(
        notes.checkpoint_text(held.origin, held.size, merkle.root(leaves)), held.origin, stage.liar.log_seed
    )
    made = {**theirs, "checkpoint": note, "leaf": leaves[last]}
    return {
        "about an entry after the first that differs": evidence(stage, size + 1, one, other),
        "about another index": {**good, "index": size - 1},
        "with a path that is cut off": {**good, "second": {**good["second"], "path": good["second"]["path"][:-1]}},
        "with a checkpoint by another key": evidence(stage, size, forged, other),
        "about Z's log, with the liar's": {**good, "member": z},
        "about Z's log, one history signed by the liar": between(stage, z, last, theirs, made),
        "the same, with the liar's card": between(stage, z, last, theirs, {**made, "card": good["first"]["card"]}),
    }


def false_answers(stage):
    """What is no proof of a history that differs from N's, by what it is: changes of a branch."""
    return {
        "with a path that is cut off": lambda branch: {"path": branch["path"][:-1]},
        "with another leaf": lambda branch: {"leaf": os.urandom(32)},
        "with Z's card": lambda branch: {"card": stage.held.held[stage.number[stage.z.handle], 0].card().decode()},
        "of the history that N has": lambda branch: {},
    }


def own_ahead(stage):
    """Heads that say that N's own log is longer than N has it, with a checkpoint that N never signed."""
    stage.begin()
    n = stage.number[stage.n.handle]
    held = stage.held.held[n, 0]
    note = made_up(stage, held, held.size + 1_000, cosigned=False)

    def proves(session, value):
        index, branch = branch_at(held, value["index"])
        session.send(
            "proof", table=stage.held.id, member=n, generation=0, index=index, branch={**branch, "checkpoint": note}
        )
        return True

    for words, hook in (
        ("nothing", lambda session, value: True),
        ("what N has", None),
        ("under the checkpoint that was made up", proves),
    ):
        session = stage.dial(stage.n, stage.face(hooks={"prove": hook}))
        session.try_send("heads", table=stage.held.id, logs=[{"member": n, "generation": 0, "checkpoint": note}])
        session.wait(session.ended.is_set, 0.7)
        told = [alarm for alarm in stage.n.ok("node", "status", exits=(0, 1))["alarms"] if alarm["code"] == "put-back"]
        stage.trial.equal(told, [], f"N does not take itself for put back by one who then proves {words}")
        session.end()


def branch_to(log, size):
    """A checkpoint of the first entries of a log, signed."""
    return notes.sign(notes.checkpoint_text(log.origin, size, merkle.root(log.leaves[:size])), log.origin, log.seed)


def closed_as_false(stage, session, words):
    """Waits for the end of a session, which must be that of one over which something false came."""
    ended = session.wait(session.ended.is_set, PATIENCE_SECONDS)
    code = session.goodbye["code"] if session.goodbye else None
    stage.trial.check(
        ended and code == 3, f"{words} ends the session as not verified", f"goodbye {session.goodbye}, {session.error}"
    )
    session.end()


def unopenable(stage):
    """Entries that nobody can open, addressed to a list that nobody has."""
    stage.begin()
    log = stage.log
    count = UNOPENABLE[stage.long]
    for _ in range(count):
        payload = os.urandom(40)
        header = e.encode_header(
            **log.fields(
                e.KINDS["operations"],
                {
                    "category": 3,
                    "case": stage.case,
                    "audience": p.sha256(b"nobody"),
                    "payload_hash": p.sha256(payload),
                    "payload_length": 40,
                    "key_commitment": p.sha256(payload),
                },
            )
        )
        log.add(header, payload)
    face = stage.face(gives=lambda log, index, receiver: "full")
    stage.measure(stage.n, 60 + count / 500, [("node", "status"), ("case", "list")], f"{count:,} entries", face=face)
    stage.laws()
    stage.trial.equal(stage.n.stop(), 0, "N stops cleanly")
    stage.n.begin()


def passed_over(stage):
    """More entries for N that it cannot open than a receipt lists: that log is in no receipt, the others are as
    ever."""
    stage.begin()
    log, count = stage.log, messages.UNOPENED_MAX
    log.grant(stage.all, box_key=os.urandom(32))
    for _ in range(count):
        log.note(stage.case, stage.all, "x")
    stage.flood(stage.n, 60)
    stage.trial.equal(stage.count_here(stage.n), log.size, "N holds all of it")
    shared = stage.y.ok(
        "fragment", "share", "--case", stage.case_id, "--record", stage.y.record("R1"), "--fields", "subject.name"
    )["fragment"]

    def received():
        return any(
            r["handle"] == stage.n.handle and r["received"]
            for r in stage.y.ok("fragment", "status", shared)["recipients"]
        )

    stage.settle((stage.y, stage.n))
    stage.trial.check(stage.told(stage.n, "no receipt"), "N tells whose log is in no receipt", stage.n.alarms())
    stage.trial.check(
        wait_until(received, PATIENCE_SECONDS, 0.3),
        "N's receipts confirm what another gave",
        stage.y.ok("fragment", "status", shared),
    )
    stage.begin(stage.n)
    held = stage.held.held[stage.number[stage.n.handle], 0]
    given = [
        entry["payload"]
        for entry in held.items.values()
        if e.decode_header(entry["header"])["kind"] == e.KINDS["receipt"]
    ]
    sizes = [
        int(item["checkpoint"].split("\n")[1])
        for payload in given
        for item in messages.decode_receipt(payload)["logs"]
        if item["member"] == log.member
    ]
    stage.trial.check(given and log.size not in sizes, "none of them is about all of the liar's log", sizes)


def receipt_beyond(stage):
    """A receipt that lists indices which N does not have, and such as were never addressed to its author."""
    stage.begin()
    held = stage.held.held[stage.number[stage.n.handle], 0]
    member, generation, note, count, digest, _ = held.receipt_item(
        stage.liar, stage.log.member, stage.liar.sealing_private
    )
    stage.log.receipt([(member, generation, note, count, digest, list(range(held.size)))])
    for size in (held.size + 1, 2_000_000, 1 << 48):
        stage.log.receipt([(member, generation, made_up(stage, held, size), count, digest, [0, size - 1])])
    stage.give(stage.n)
    time.sleep(0.5)


def made_up(stage, held, size, cosigned=True):
    """A checkpoint of N's log that N never signed, cosigned by the liar."""
    note = notes.sign(notes.checkpoint_text(held.origin, size, os.urandom(32)), held.origin, stage.liar.log_seed)
    return stage.liar.cosigned(note) if cosigned else note


def many_errors(stage):
    """A fork, then 150 different errors; the alarm about the fork must stay, also after a restart."""
    stage.begin()
    one, other = branches(stage, 1, 1)
    stage.give(stage.n, face=one)
    stage.show(stage.n, other)
    fork = "two histories"
    stage.trial.check(stage.told(stage.n, fork), "N tells of the fork", stage.n.alarms())
    quiet = stage.face(logs={})
    for number in range(ERRORS):
        session = stage.liar.dial(stage.endpoints[stage.n.handle], quiet)
        session.greeted.wait(PATIENCE_SECONDS)
        session.try_send("goodbye", code=3, text=f"fout nummer {number}")
        session.end()
    stage.trial.check(
        stage.told(stage.n, fork),
        f"the alarm about the fork is still there after {ERRORS} others",
        stage.n.alarms()[:3],
    )
    stage.trial.equal(stage.n.stop(), 0, "N stops cleanly")
    stage.n.begin()
    stage.trial.check(stage.told(stage.n, fork), "it is still there after a restart", stage.n.alarms()[:3])
    all_dispute(stage, one, other)


def wrong_receipts(stage):
    """Receipts whose count and hash are wrong, and one that quotes a root which N's log never had."""
    stage.begin()
    held = stage.held.held[stage.number[stage.n.handle], 0]
    member, generation, note, count, digest, unopened = held.receipt_item(
        stage.liar, stage.log.member, stage.liar.sealing_private
    )
    stage.log.receipt([(member, generation, note, count + 3, os.urandom(32), unopened)])
    stage.log.receipt([(member, generation, note, count, digest, [i for i in range(held.size)])])
    stage.log.receipt([(member, generation, made_up(stage, held, held.size), count, digest, unopened)])
    stage.give(stage.n)
    stage.settle()
    done = stage.audit(stage.n)
    stage.trial.check(done.json is not None and done.code in (0, 1), "the audit of N comes to its end", done)
    stage.trial.check(done.json and done.json["findings"], "what is wrong with the receipts is found", done.json)
    for finding in (done.json or {}).get("findings", []):
        stage.trial.check(
            finding.get("signer") == stage.handle, "a finding about a receipt names who signed it", finding
        )


def unsigned_receipts(stage):
    """A receipt with the right count and hash, whose cosignature is not its writer's; then one that is."""
    stage.begin()
    stage.give(stage.n)
    held = stage.held.held[stage.number[stage.n.handle], 0]
    member, generation, note, count, digest, unopened = held.receipt_item(
        stage.liar, stage.log.member, stage.liar.sealing_private
    )

    def say(words):
        stage.log.receipt([(member, generation, words, count, digest, unopened)])
        stage.give(stage.n)
        stage.settle()

    def told():
        return [text for text in stage.n.alarms() if "not signed by its witness key" in text]

    head, line = note.rstrip("\n").rsplit(" ", 1)
    signature = bytearray(p.unb64(line))
    signature[-1] ^= 1
    say(f"{head} {p.b64(bytes(signature))}\n")
    stage.trial.check(
        wait_until(told, PATIENCE_SECONDS, 0.3),
        "a receipt that its writer did not cosign is told, by name",
        stage.n.alarms(),
    )
    say(note)
    stage.trial.check(wait_until(lambda: not told(), PATIENCE_SECONDS, 0.3), "which ends with one that it did", told())
    ahead = notes.cosign_line(
        notes.parse(held.checkpoint.encode())[0],
        notes.witness_name(stage.liar.identity),
        stage.liar.witness_seed,
        int(time.time()) + 100_000_000,
    )
    say(held.checkpoint + ahead)
    stage.trial.check(
        wait_until(lambda: any("is dated ahead" in text for text in stage.n.alarms()), PATIENCE_SECONDS, 0.3),
        "a receipt that is cosigned at a time which is not yet is told",
        stage.n.alarms(),
    )


def witness_keys(stage):
    """A witness key that stands on no card which an export carries: neither its log's first nor the newest."""
    stage.begin()
    held = lambda: stage.held.held[stage.number[stage.n.handle], 0]

    def card(version, seed):
        """Another card, with another witness key, goes by hello until N has taken it over."""
        stage.liar.witness_seed = seed
        face = stage.liar.face
        face.card, face.kept = stage.liar.card(face.tls, version=version), None

        def seen():
            session = stage.dial(stage.n)
            session.wait(lambda: session.ended.is_set(), 0.5)
            session.end()
            members = stage.n.ok("table", "show", stage.table)["members"]
            return any(m["handle"] == stage.handle and m["card_version"] == version for m in members)

        # One card of a member in a minute.
        stage.trial.check(wait_until(seen, 90, 3), f"N has card {version}")

    def cosign(seed):
        item = list(held().receipt_item(stage.liar, stage.log.member, stage.liar.sealing_private))
        text = notes.parse(held().checkpoint.encode())[0]
        item[2] = held().checkpoint + notes.cosign_line(
            text, notes.witness_name(stage.liar.identity), seed, int(time.time())
        )
        stage.log.receipt([item])
        stage.give(stage.n)

    second, third = os.urandom(32), os.urandom(32)
    card(2, second)
    stage.begin(stage.n)
    cosign(second)
    card(3, third)
    for words in ("after the key was replaced", "with a line by the newest key"):
        done = stage.audit(stage.n)
        stage.trial.check(done.code == 0, f"the export of N holds {words}", done)
        stage.begin(stage.n)
        cosign(third)


ATTACKS = {
    "witness-keys": (21, witness_keys),
    "unsigned-receipts": (21, unsigned_receipts),
    "new-card": (1, new_card),
    "two-cards": (1, two_cards),
    "two-sizes": (2, two_sizes),
    "fork-goes-on": (3, fork_goes_on),
    "generations": (6, generations),
    "unopenable": (7, unopenable),
    "passed-over": (7, passed_over),
    "one-size": (18, one_size),
    "receipt-beyond": (19, receipt_beyond),
    "many-errors": (20, many_errors),
    "wrong-receipts": (21, wrong_receipts),
    "false-proofs": (0, false_proofs),
    "own-ahead": (0, own_ahead),
}
