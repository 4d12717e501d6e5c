"""A third party's lie comes between two honest members: cards, histories, generations, receipts (attacks.md, kind 1)."""
import os
import time

from support import wait_until

from reference import entries as e
from reference import primitives as p
from reference.peer_held import cosign
from reference import notes

UNOPENABLE = {False: 4_500, True: 458_752}
GENERATIONS = {False: 200, True: 1_023}
GENERATIONS_TAKEN_MAX = 64
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
        stage.trial.check(stage.give(node, face=face), f"{node.handle} takes what is under the card it knows")
    stage.n.begin()
    stage.y.begin()
    stage.settle()
    for node in (stage.n, stage.z):
        stage.trial.check(stage.told(node, "."), f"{node.handle} is told that its author signed two cards or histories", node.alarms())
    audits(stage)


def audits(stage):
    """What somebody else did makes no finding of an honest node's own log."""
    for node in (stage.n, stage.z):
        done = stage.audit(node)
        stage.trial.check(done.code == 0, f"the audit of {node.handle} finds nothing", done.json and done.json.get("findings") or done)


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


def both_dispute(stage, *nodes):
    for node in nodes:
        held = wait_until(lambda node=node: stage.disputed(node), 5, 0.3)
        stage.trial.check(held, f"{node.handle} holds the liar's log for disputed", node.log_of(stage.table, stage.handle))


def two_sizes(stage):
    """Two histories of different sizes, one for N and one for Z."""
    stage.begin()
    faces = dict(zip((stage.n, stage.z), branches(stage, 0, 0)))
    stage.give_at_once(faces, lambda node, log: grow(stage, log, 1 if node is stage.n else 3))
    stage.settle()
    both_dispute(stage, stage.n, stage.z)


def one_size(stage):
    """Two histories of one size. The liar's ID is the larger one: the nodes dial it, and it is the server."""
    faces = dict(zip((stage.n, stage.z), branches(stage, 0, 0)))
    stage.liar.faces = {node.id: face for node, face in faces.items()}
    stage.liar.admits = True

    def session_of(node):
        found = [s for s in stage.liar.sessions if s.identity == node.id and not s.ended.is_set() and s.acked.get((stage.held.id, (stage.log.member, 0)))]
        return found[-1] if found else None

    came = wait_until(lambda: all(session_of(node) for node in faces), 20, 0.1)
    if stage.trial.check(came, "N and Z dial the liar and take its first entries"):
        stage.give_at_once(faces, lambda node, log: grow(stage, log, 1), {node: session_of(node) for node in faces})
    stage.settle()
    both_dispute(stage, stage.n, stage.z)


def fork_goes_on(stage):
    """N has seen both histories; the liar goes on with one of them at Z, who has seen one."""
    stage.begin()
    one, other = branches(stage, 0, 0)
    stage.give_at_once({stage.n: one, stage.z: other}, lambda node, log: grow(stage, log, 1))
    stage.show(stage.n, other)
    stage.trial.check(wait_until(lambda: stage.disputed(stage.n), 5, 0.3), "N disputes the log")
    for _ in range(2):
        grow(stage, other.logs[stage.held.id][0], 1)
        stage.give(stage.z, face=other, seconds=3)
        stage.settle((stage.n, stage.z), (stage.z, stage.n))
    both_dispute(stage, stage.n, stage.z)


def generations(stage):
    """Generation after generation of the own log, without a pin; the long form has as many as there may be logs, less one."""
    stage.begin()
    stage.liar.face.relays = False
    for generation in range(1, GENERATIONS[stage.long]):
        stage.liar.face.logs[stage.held.id][generation] = stage.liar.new_log(stage.held, generation)
    for node in (stage.n, stage.z):
        stage.flood(node, seconds=90)
        held = [log for log in node.ok("sync", "status")["logs"] if log["author"] == stage.handle]
        stage.trial.check(len(held) <= GENERATIONS_TAKEN_MAX, f"{node.handle} takes a bounded number of generations", len(held))


def unopenable(stage):
    """Entries that nobody can open, addressed to a list that nobody has."""
    stage.begin()
    log = stage.log
    count = UNOPENABLE[stage.long]
    for _ in range(count):
        payload = os.urandom(40)
        header = e.encode_header(**log.fields(e.KINDS["operations"], {
            "category": 3, "case": stage.case, "audience": p.sha256(b"nobody"), "payload_hash": p.sha256(payload), "payload_length": 40,
            "key_commitment": p.sha256(payload)}))
        log.add(header, payload)
    face = stage.face(gives=lambda log, index, receiver: "full")
    stage.measure(stage.n, 60 + count / 500, [("node", "status"), ("case", "list")], f"{count:,} entries", face=face)
    stage.laws()
    stage.trial.equal(stage.n.stop(), 0, "N stops cleanly")
    stage.n.begin()


def receipt_beyond(stage):
    """A receipt that lists indices which N does not have, and such as were never addressed to its author."""
    stage.begin()
    held = stage.held.held[stage.number[stage.n.handle], 0]
    member, generation, note, count, digest, _ = held.receipt_item(stage.liar, stage.log.member, stage.liar.sealing_private)
    stage.log.receipt([(member, generation, note, count, digest, list(range(held.size)))])
    for size in (held.size + 1, 2_000_000, 1 << 48):
        stage.log.receipt([(member, generation, made_up(stage, held, size), count, digest, [0, size - 1])])
    stage.give(stage.n)
    time.sleep(0.5)


def made_up(stage, held, size):
    """A checkpoint of N's log that N never signed, cosigned by the liar."""
    text = notes.checkpoint_text(held.origin, size, os.urandom(32))
    return cosign(notes.sign(text, held.origin, stage.liar.log_seed), notes.witness_name(stage.liar.identity), stage.liar.witness_seed)


def many_errors(stage):
    """A fork, then 150 different errors; the alarm about the fork must stay, also after a restart."""
    stage.begin()
    one, other = branches(stage, 1, 1)
    stage.give(stage.n, face=one)
    stage.show(stage.n, other)
    fork = "(?i)two histories|fork|disputed"
    stage.trial.check(stage.told(stage.n, fork), "N tells of the fork", stage.n.alarms())
    quiet = stage.face(logs={})
    for number in range(ERRORS):
        session = stage.liar.dial(stage.endpoints[stage.n.handle], quiet)
        session.greeted.wait(5)
        session.try_send("goodbye", code=3, text=f"fout nummer {number}")
        session.end()
    stage.trial.check(stage.told(stage.n, fork), f"the alarm about the fork is still there after {ERRORS} others", stage.n.alarms()[:3])
    stage.trial.equal(stage.n.stop(), 0, "N stops cleanly")
    stage.n.begin()
    stage.trial.check(stage.told(stage.n, fork), "it is still there after a restart", stage.n.alarms()[:3])


def wrong_receipts(stage):
    """Receipts whose count and hash are wrong, and one that quotes a root which N's log never had."""
    stage.begin()
    held = stage.held.held[stage.number[stage.n.handle], 0]
    member, generation, note, count, digest, unopened = held.receipt_item(stage.liar, stage.log.member, stage.liar.sealing_private)
    stage.log.receipt([(member, generation, note, count + 3, os.urandom(32), unopened)])
    stage.log.receipt([(member, generation, note, count, digest, [i for i in range(held.size)])])
    stage.log.receipt([(member, generation, made_up(stage, held, held.size), count, digest, unopened)])
    stage.give(stage.n)
    stage.settle()
    done = stage.audit(stage.n)
    stage.trial.check(done.json is not None and done.code in (0, 1), "the audit of N comes to its end", done)
    stage.trial.check(done.json and done.json["findings"], "what is wrong with the receipts is found", done.json)
    for finding in (done.json or {}).get("findings", []):
        stage.trial.check(stage.handle in finding["text"], "a finding about a receipt names who signed it", finding)


ATTACKS = {
    "new-card": (1, new_card), "two-cards": (1, two_cards), "two-sizes": (2, two_sizes), "fork-goes-on": (3, fork_goes_on),
    "generations": (6, generations), "unopenable": (7, unopenable), "one-size": (18, one_size), "receipt-beyond": (19, receipt_beyond),
    "many-errors": (20, many_errors), "wrong-receipts": (21, wrong_receipts),
}
