"""Work and output that grow with somebody else's data (attacks.md, kind 3), and frames of every wrong form."""

import json
import os
import threading
import time

from liar_world import PATIENCE_SECONDS, silent
from support import wait_until

from reference import entries as e
from reference import membership, messages
from reference.peer_log import reference
from reference.peer_tls import Closed
from reference.protobuf import VARINT, delimited, key, varint

VECTORS = os.path.join(
    os.path.dirname(os.path.realpath(__file__)), "..", "..", "Protocol", "vectors", "sync", "reject", "frames.json"
)
# Of the short form and of the long one, which has the sizes of attacks.md.
TAGS = {False: 2_560, True: 768_000}
DOT_ENTRIES = {False: 1, True: 400}
RECEIPTS = {False: 150, True: 4_000}
CASES = {False: 300, True: 300_000}
NOTES = {False: 8, True: 1_320}
FRAGMENTS = {False: 300, True: 20_500}
CARDS = {False: 300, True: 3_000}
SOCKETS, SESSIONS = 300, 8
# Beside what the same takes without the flood: less than the ten seconds for which a silent connection could stand in
# the way.
CONNECT_SECONDS_MAX = 5
# sync.md §3.3: the cases that one author opens in a day.
CASES_PER_DAY_MAX = 4_096
# Processor time for any number of cards: 128 table files are read at once, then one a second; a debug build needs 10
# ms for each.
CARD_SECONDS_MAX = 3
FLOOD_SECONDS_MAX = 120  # of sending
PAYLOAD_ROOM = 1_000_000


def tags(stage):
    """More tags of one author on one case than anybody reads."""
    stage.begin()
    count = TAGS[stage.long]
    for start in range(0, count, 256):
        stage.log.operations(stage.case, stage.all, [{"add_tag": {"tag": f"t{n}"}} for n in range(start, start + 256)])
    stage.measure(stage.n, 30 + count / 500, [("case", "show", stage.case_id), ("case", "list")], f"{count:,} tags")
    shown = [tag for tag in stage.view(stage.n)["tags"] if stage.handle in tag["by"]]
    stage.trial.check(len(shown) < count, "what one author adds to one case is bounded", f"{len(shown)} tags")
    stage.give(stage.z, stage.y, seconds=60)


def dots(stage):
    """Operations that name as many dots as fit, all of nothing."""
    stage.begin()
    names = [reference(stage.number[stage.n.handle], 0, 1_000_000 + n) for n in range(256)]
    one = delimited(2, messages.OPERATION.encode({"remove": {"dots": names}}))
    times = min(256, PAYLOAD_ROOM // len(one))
    plaintext = key(1, VARINT) + varint(1) + one * times
    for _ in range(DOT_ENTRIES[stage.long]):
        stage.log.sealed(e.KINDS["operations"], stage.case, stage.all, plaintext)
    count = DOT_ENTRIES[stage.long] * times * 256
    stage.measure(stage.n, 60 + count / 20_000, [("case", "list"), ("case", "show", stage.case_id)], f"{count:,} dots")
    stage.give(stage.z, stage.y, seconds=60)


def receipts(stage):
    """A flood of receipts, each of which N compares with its own log."""
    stage.begin()
    for number in range(20):
        stage.n.ok("case", "note", stage.case_id, f"eigen notitie {number}")
    stage.begin(stage.n)
    held, count = stage.held.held[stage.number[stage.n.handle], 0], RECEIPTS[stage.long]
    for _ in range(count):
        stage.log.plain(e.KINDS["card"], stage.liar.face.card)
    before = stage.n.processor_seconds()
    # With the same command beside it as what follows.
    stage.measure(stage.n, 60 + count / 50, [("node", "status")], f"{count:,} other entries")
    plain = stage.n.processor_seconds() - before
    item = held.receipt_item(stage.liar, stage.log.member, stage.liar.sealing_private)
    for _ in range(count):
        stage.log.receipt([item])
    before = stage.n.processor_seconds()
    stage.measure(stage.n, 60 + count / 50, [("node", "status")], f"{count:,} receipts")
    # A receipt costs what any entry costs, and a comparison now and then: not one each with all that was given.
    used = stage.n.processor_seconds() - before
    stage.trial.check(
        used < 3 * max(plain, 0.5),
        "receipts cost N at most three times what other entries cost it",
        f"{used:.2f} s, other entries {plain:.2f} s",
    )


def cases(stage):
    """Case after case, one entry each."""
    stage.begin()
    count, members = CASES[stage.long], sorted(stage.number.values())
    for number in range(count):
        stage.log.open_case(f"Zaak {number}", stage.all, members)
    stage.measure(stage.n, 60 + count / 100, [("case", "list"), ("case", "show", stage.case_id)], f"{count:,} cases")
    stage.give(stage.z, stage.y, seconds=60 + count / 100)


def allowance(stage):
    """More cases than an author may open in a day: the log waits, and nobody else does (sync.md §3.3)."""
    stage.begin()
    members, before = sorted(stage.number.values()), stage.count_here(stage.n)

    def opens(count):
        for number in range(count):
            stage.log.open_case(f"Zaak {number}", stage.all, members)

    # By what it took in until now N was level with the liar; a hundred are well within the day's.
    opens(100)
    stage.trial.check(stage.give(stage.n, stage.z), "a hundred cases are taken")
    within = stage.count_here(stage.n)
    stage.trial.check(within >= before + 100, "N holds them", within)
    opens(CASES_PER_DAY_MAX - 99)
    session = stage.dial(stage.n)
    session.push(stage.held)
    refused = session.wait(
        lambda: any(member == stage.log.member for member, _ in session.refused.get(stage.held.id, ())), 30
    )
    stage.trial.check(
        refused and not session.ended.is_set(),
        "one case more than a day's is refused, and the session stays",
        session.error,
    )
    stage.trial.equal(stage.count_here(stage.n), within, "nothing of it is kept")
    stage.trial.check(
        stage.told(stage.n, "added more than a node takes in a day"),
        "N's operator is told whose log it is",
        stage.n.alarms(),
    )
    code = {alarm["code"] for alarm in stage.n.ok("node", "status", exits=(0, 1))["alarms"]}
    stage.trial.check("put-aside" in code, "the alarm has its code", code)
    until = stage.n.log_of(stage.table, stage.handle)["put_aside_until"]
    stage.trial.check(
        until and until > time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()),
        "sync status says until when it waits",
        until,
    )
    # Rounds end without it, with the liar too, and what others write goes on.
    session.send_digest(stage.held, in_round=True)
    ended = session.wait(lambda: any(name == "heads_digest" for name, _ in list(session.received)[-3:]), 10)
    stage.trial.check(ended, "N goes on with the session's round", [name for name, _ in list(session.received)[-6:]])
    session.end()
    stage.settle()
    # A node that starts anew takes no more of it either; the alarm is back when the log is offered.
    stage.trial.equal(stage.n.stop(), 0, "N stops cleanly")
    stage.n.begin()
    stage.flood(stage.n, 10, quiet=3)
    stage.trial.equal(stage.count_here(stage.n), within, "after a restart nothing of it is kept either")
    stage.trial.check(
        stage.told(stage.n, "added more than a node takes in a day"), "N tells it again", stage.n.alarms()
    )
    listed = stage.n.ok("case", "list")
    stage.trial.check(
        listed["next"] is None and len(listed["cases"]) <= 200, "the list of cases is whole", len(listed["cases"])
    )


def notes(stage):
    """The longest notes there may be, many of them."""
    stage.begin()
    text = "x" * 65_536
    for _ in range(NOTES[stage.long]):
        stage.log.note(stage.case, stage.all, text)
    stage.measure(
        stage.n,
        60 + NOTES[stage.long],
        [("case", "list"), ("case", "show", stage.case_id)],
        f"{NOTES[stage.long] * 65_536:,} bytes of notes",
    )
    stage.give(stage.z, stage.y, seconds=60 + NOTES[stage.long])


def unopened(stage):
    """Notes to cases that nobody opened: in no list, and in the way of no ID that the program printed."""
    stage.begin()
    for _ in range(202):
        stage.log.note(bytes(8) + os.urandom(8), stage.all, "niets")
    short = stage.case_id[:12]
    for last in range(2):
        stage.log.note(bytes.fromhex(f"{short}{last:020x}"), stage.all, "niets")
    stage.give(stage.n, stage.z)
    for node in (stage.n, stage.z):
        listed = node.ok("case", "list")
        stage.trial.check(
            listed["next"] is None and [case["case"] for case in listed["cases"]].count(stage.case_id) == 1,
            "the list shows what was opened, and nothing of the rest",
            [listed["next"], len(listed["cases"])],
        )
        stage.trial.equal(
            node.ok("case", "show", short)["case"], stage.case_id, "twelve digits, as a list prints them, are enough"
        )
    stage.n.ok("case", "note", short, "gezien")


def fragments(stage):
    """Fragments that all have one number, which searches find."""
    stage.begin()
    count, number = FRAGMENTS[stage.long], "20000001"
    for n in range(count):
        stage.log.fragment(stage.case, stage.all, {"subject.kvk": number, "subject.name": f"Naam {n}"})
    search = ("record", "search", "--kvk", number)
    if not stage.measure(stage.n, 60 + count / 50, [search, ("case", "show", stage.case_id)], f"{count:,} fragments"):
        return
    kinds = [hit["kind"] for hit in stage.n.ok(*search)["hits"]]
    stage.trial.check("record" in kinds, "an own record with that number is still found", len(kinds))
    stage.give(stage.z, stage.y, seconds=60 + count / 50)


def cards(stage):
    """One card version after the other in one session."""
    stage.begin()
    count, before = CARDS[stage.long], stage.n.processor_seconds()
    chain = [c["note"] for c in stage.held.chain]
    me = stage.held.numbers[stage.liar.identity]
    files = []
    for version in range(2, count + 2):
        held = {n: c["note"] for n, c in stage.held.cards.items()} | {
            me: stage.liar.card(stage.liar.face.tls, version=version)
        }
        files.append(membership.table_file(chain, [held[n] for n in sorted(held)]).decode())
    session = stage.dial(stage.n)
    started, sent = time.monotonic(), 0
    for file in files:
        # A node that reads slowly is not waited for.
        if time.monotonic() - started > FLOOD_SECONDS_MAX or not session.try_send(
            "table_file", table=stage.held.id, file=file
        ):
            break
        sent += 1
    done = stage.n.run("node", "status")
    stage.trial.check(done.code in (0, 1), "N answers meanwhile", done)
    wait_until(lambda: is_idle(stage.n), count / 20)
    session.end()
    used = stage.n.processor_seconds() - before
    lasted = time.monotonic() - started
    stage.figures = [f"{sent:,} of {count:,} card versions", lasted]
    most = CARD_SECONDS_MAX + lasted / 50
    stage.trial.check(used < most, f"N spends less than {most:.1f} s of processor on them", f"{used:.2f} s")
    session = stage.dial(stage.n)
    session.wait(lambda: session.ended.is_set(), 0.5)
    session.end()
    version = stage.held.cards[me]["version"]
    # One a minute: the first, and the newest of those that came since.
    stage.trial.check(
        version <= 3 or lasted > 55, "one version a minute is taken", f"version {version} after {lasted:.0f} s"
    )


def is_idle(node):
    """Whether a node does next to nothing for half a second."""
    before = node.processor_seconds()
    time.sleep(0.5)
    return node.processor_seconds() - before < 0.05


def silent_sockets(stage):
    """Connections over which nothing is said, renewed as they are closed, while two honest nodes find each other
    again."""
    stage.begin()
    server, client = sorted((stage.n, stage.z), key=lambda node: node.id, reverse=True)
    usual = 0.0
    for _ in range(2):
        stage.trial.equal(client.stop(), 0, "the node that dials stops cleanly")
        client.begin()
        usual = max(usual, client.sync(server).seconds)
    limit = CONNECT_SECONDS_MAX + 2 * usual
    client.stop()
    done, held = threading.Event(), []

    def keep():
        while not done.is_set():
            try:
                held.append(silent(stage.endpoints[server.handle]))
                if len(held) > SOCKETS:
                    held.pop(0).close()
            except OSError:
                time.sleep(0.05)
            if len(held) >= SOCKETS:
                time.sleep(0.01)

    threading.Thread(target=keep, daemon=True).start()
    try:
        wait_until(lambda: len(held) >= SOCKETS, PATIENCE_SECONDS)
        client.begin()
        started = time.monotonic()
        done_ = client.sync(server)
        seconds = time.monotonic() - started
        stage.trial.check(
            done_.code == 0 and seconds < limit,
            f"a partner is let in within {limit:.1f} s",
            f"{seconds:.1f} s, {done_}",
        )
        stage.figures = [f"{SOCKETS} silent sockets", seconds]
    finally:
        done.set()
        time.sleep(0.1)
        for sock in held:
            sock.close()


def frames(stage):
    """Every frame that the vectors say is refused; each ends its session and nothing else."""
    stage.begin()
    with open(VECTORS, encoding="utf-8") as file:
        vectors = json.load(file)["cases"]
    for vector in vectors:
        session = stage.dial(stage.n)
        session.channel.write(bytes.fromhex(vector["frame"]))
        ended = session.wait(session.ended.is_set, PATIENCE_SECONDS)
        stage.trial.check(ended, f"the session ends: {vector['name']}", session.error)
        code = 4 if vector["error"] == "limit" else 2
        if session.goodbye is not None and not vector["name"].startswith("length"):
            stage.trial.equal(session.goodbye["code"], code, f"goodbye of a frame with {vector['name']}")
        session.end()


def wrong_chunks(stage):
    """Chunks that do not verify: another root, another key, another's log, a gap; none is kept."""
    stage.begin()
    log, table = stage.log, stage.held
    size = stage.count_here(stage.n)
    # What the liar shows stays as N has it; what it sends goes on.
    stage.face(stage.n, logs={table.id: {0: log.branch()}})
    log.plain(e.KINDS["card"], stage.liar.face.card)
    forged = log.branch()
    forged.seed, forged.checkpoints = os.urandom(32), {}
    stage.settle()
    theirs = stage.n.log_of(stage.table, stage.z.handle)["size"]
    good = log.checkpoint()
    variants = {
        "another payload": (log.member, size, [{"full": {"header": log.entries[-1].header, "payload": b"x"}}], good),
        "more items than the checkpoint": (log.member, size, [{"leaf": log.entries[-1].leaf}] * 2, good),
        "a header of another place": (log.member, size, [{"header": log.entries[0].header}], good),
        # These N traces, and what the liar then proves is what N has.
        "another key": (log.member, size, [{"leaf": log.entries[-1].leaf}], forged.checkpoint()),
        "another root": (log.member, size, [{"leaf": os.urandom(32)}], good),
    }
    for words, chunk in variants.items():
        session = send_chunk(stage, *chunk)
        ended = session.wait(session.ended.is_set, PATIENCE_SECONDS)
        code = session.goodbye["code"] if session.goodbye else None
        stage.trial.check(
            ended and code == 3,
            f"a chunk with {words} ends the session as not verified",
            f"goodbye {code}, {session.error}",
        )
        asked = any(name == "prove" for name, _ in session.received)
        stage.trial.equal(
            asked, words in ("another key", "another root"), f"whether N asks for a proof after a chunk with {words}"
        )
        session.end()
    # Of Z's log N asks for what is held of it: the liar has that from N, and proves it.
    session = send_chunk(stage, stage.number[stage.z.handle], theirs, [{"leaf": os.urandom(32)}], good)
    session.wait(session.ended.is_set, 2)
    session.end()
    stage.trial.equal(stage.count_here(stage.n), size, "nothing of it is kept")
    stage.trial.check(
        stage.n.log_of(stage.table, stage.z.handle)["size"] >= theirs
        and not stage.n.log_of(stage.table, stage.z.handle)["disputed"],
        "Z's log is as it was",
    )
    for at in (size + 1, 1 << 40):
        session = send_chunk(stage, log.member, at, [{"leaf": log.entries[-1].leaf}], good)
        answered = session.wait(
            lambda: session.ended.is_set() or any(name == "heads" for name, _ in session.received), PATIENCE_SECONDS
        )
        stage.trial.check(answered, f"a chunk from {at} on is answered", session.error)
        session.end()
    session = send_chunk(stage, stage.number[stage.n.handle], 0, [{"leaf": os.urandom(32)}], good)
    session.wait(session.ended.is_set, 1)
    session.end()


def send_chunk(stage, member, at, items, note):
    """A session with N over which one chunk went."""
    session = stage.dial(stage.n, stage.liar.faces[stage.n.id])
    session.try_send(
        "chunk",
        table=stage.held.id,
        member=member,
        generation=0,
        **{"from": at},
        items=items,
        checkpoint=note,
        complete=True,
    )
    return session


def sessions(stage):
    """Session after session with N, which dials the liar too; none of them does the liar close."""
    stage.liar.admits, stage.liar.settles = True, False

    def open_ones():
        return [
            s
            for s in list(stage.liar.sessions)
            if s.identity == stage.n.id and s.greeted.is_set() and not s.ended.is_set()
        ]

    if not stage.trial.check(wait_until(open_ones, PATIENCE_SECONDS, 0.1), "N dials the liar"):
        return
    dialled = stage.liar.dial(stage.endpoints[stage.n.handle])
    wait_until(
        lambda: (dialled.greeted.is_set() or dialled.ended.is_set()) and len(open_ones()) == 1, PATIENCE_SECONDS, 0.05
    )
    left = [s.is_client for s in open_ones()]
    stage.trial.equal(
        left, [stage.liar.identity < stage.n.id], "of two that crossed the one stays that the smaller ID dialled"
    )
    stage.liar.admits = False
    for session in open_ones():
        session.end()
    made = []
    for _ in range(SESSIONS):
        try:
            made.append(stage.liar.dial(stage.endpoints[stage.n.handle]))
        except (Closed, OSError):
            time.sleep(0.1)
    wait_until(
        lambda: all(s.greeted.is_set() or s.ended.is_set() for s in made) and len(open_ones()) <= 1,
        PATIENCE_SECONDS,
        0.05,
    )
    stage.trial.check(
        len(open_ones()) == 1, "of several that the liar dialled one stays", f"{len(open_ones())} of {len(made)}"
    )
    codes = {s.goodbye["code"] for s in made if s.goodbye}
    stage.trial.check(codes <= {0}, "the others end as done", codes)
    stage.log.note(stage.case, stage.all, "over de sessie die blijft")
    for session in open_ones():
        stage.trial.check(session.give(stage.held, PATIENCE_SECONDS), "over it N takes what it is given", session.error)
        session.end()
    stage.settle()
    stage.trial.check(stage.reaches(stage.liar, "over de sessie die blijft"), "it reaches all")


ATTACKS = {
    "tags": (8, tags),
    "dots": (9, dots),
    "receipts": (10, receipts),
    "cases": (11, cases),
    "allowance": (11, allowance),
    "notes": (12, notes),
    "unopened": (0, unopened),
    "fragments": (13, fragments),
    "silent-sockets": (36, silent_sockets),
    "cards": (37, cards),
    "frames": (0, frames),
    "wrong-chunks": (0, wrong_chunks),
    "sessions": (0, sessions),
}
