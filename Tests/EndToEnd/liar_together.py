"""Two members who lie together, a witness that lies, a removal that nobody signs, and bytes that trickle."""

import os
import socket
import threading
import time

from support import wait_until

from reference import entries as e
from reference import membership, messages, notes
from reference.peer_certificate import TLSKey
from reference.peer_held import HeldLog
from reference.peer_tls import Channel, Closed
from reference.primitives import b64, sha256

from liar_world import PATIENCE_SECONDS
from liar_forks import all_dispute, branches, grow, made_up
from liar_state import greeted, unopened

# What is over after 10 s, whatever comes (sync.md §4: handshakeTime, helloTime); a busy machine sees it later.
TEN_SECONDS, LATE_SECONDS = 10, 50
TRICKLE_SECONDS, MINUTE = 400, 60
IDLE_SECONDS_MAX = 150  # sync.md §4: 120 s, seen up to 30 s late
PILE = 120  # notes of 60,000 bytes that wait for one who does not read


def hold(table, log):
    """Another member's log as it is, held by a peer that got it in secret."""
    items = [
        {"full": {"header": x.header, "payload": x.payload, "boxes": x.boxes}, "header": None, "leaf": None}
        for x in log.entries
    ]
    held = table.held[log.member, log.generation] = HeldLog(table.id, log.member, log.generation)
    held.take({"from": 0, "items": items, "checkpoint": log.checkpoint()}, table.identity_of(log.member))
    return held


def relay(stage, peer, node, log):
    """A peer gives a node what it holds of another's log; whether the node took it."""
    session = stage.dial(node, peer=peer)
    session.push(stage.at[peer.handle])
    taken = session.wait(
        lambda: session.acked.get((stage.held.id, (log.member, log.generation)), 0) >= log.size, PATIENCE_SECONDS
    )
    session.end()
    return taken


def two_withhold(stage):
    """One keeps an entry from N and says that it gave all; the other, who has it, confirms that, and answers what N
    asks with nothing."""
    helper, log = stage.peers[1], stage.log
    table = stage.at[helper.handle]
    stage.begin()
    case = log.open_case("Zaak van twee", stage.all, sorted(stage.number.values()))
    hidden = log.note(case, stage.all, "achtergehouden")
    after = log.note(case, stage.all, "daarna")

    def nothing(session, value):
        if value["member"] != log.member:
            return False
        session.send(
            "fill",
            table=table.id,
            member=log.member,
            generation=0,
            **{"from": value["from"]},
            until=value["until"],
            entries=[],
            complete=False,
        )
        return True

    helper.face.hooks = {"ask": nothing}
    stage.give(stage.n, face=stage.face(gives=lambda log, index, receiver: "leaf" if index == hidden else None))
    held = hold(table, log)
    helper.log(table).receipt([held.receipt_item(helper, table.numbers[helper.identity], helper.sealing_private)])
    for node in stage.nodes:
        stage.trial.check(stage.give(node, peer=helper), f"{node.handle} takes the confirmation")
    stage.give(stage.z, stage.y)
    stage.settle()
    entry = stage.n.entry(stage.table, stage.handle, after)
    stage.trial.check(
        entry and entry["state"] != "full", "what waits for what was kept from N is not called full", entry
    )
    unopened(stage, stage.n, 1)
    for node in (stage.z, stage.y):
        unopened(stage, node, 0)
        shown = [note["text"] for note in stage.view(node, case).get("notes", [])]
        stage.trial.equal(shown, ["achtergehouden", "daarna"], f"{node.handle} shows both notes")
    stage.begin(stage.n)
    given = receipts_about(stage, stage.n, log.member)
    stage.trial.check(
        given and given[-1]["unopened"] == [after], "N's own receipt lists what it cannot open", given[-2:]
    )


def receipts_about(stage, node, member):
    """What a node's receipts, as the liar holds them, say of a member's log."""
    held = stage.held.held[stage.number[node.handle], 0]
    payloads = [
        held.items[index]["payload"]
        for index in sorted(held.items)
        if e.decode_header(held.items[index]["header"])["kind"] == e.KINDS["receipt"]
    ]
    return [
        item for payload in payloads for item in messages.decode_receipt(payload)["logs"] if item["member"] == member
    ]


def two_fork(stage):
    """One gives N a history of its log, and its helper another; the helper gives that one to Z and confirms it."""
    helper = stage.peers[1]
    table = stage.at[helper.handle]
    stage.begin()
    one, other = branches(stage, 1, 2)
    stage.give(stage.n, face=one)
    log = other.logs[stage.held.id][0]
    # What Z hears from N first it would keep.
    stage.n.stop()
    stage.y.stop()
    held = hold(table, log)
    helper.log(table).receipt([held.receipt_item(helper, table.numbers[helper.identity], helper.sealing_private)])
    stage.z.kill()
    stage.z.begin()
    relay(stage, helper, stage.z, log)
    for node in (stage.n, stage.y):
        node.begin()
    stage.settle()
    all_dispute(stage, one, other)
    for node in stage.nodes:
        found = node.log_of(stage.table, helper.handle)
        stage.trial.check(
            not (found and found["disputed"]),
            f"{node.handle} does not dispute the helper's log: it forked nothing",
            found,
        )


def false_witness(stage):
    """A witness cosigns what N signed, and at the same size what N never signed."""
    stage.begin()
    held = stage.held.held[stage.number[stage.n.handle], 0]
    item = held.receipt_item(stage.liar, stage.log.member, stage.liar.sealing_private)
    member, generation, _, *rest = item
    stage.log.receipt([item])
    stage.log.receipt([(member, generation, made_up(stage, held, held.size), *rest)])
    stage.log.receipt([(member, generation, made_up(stage, held, held.size), *rest)])
    stage.give(*stage.nodes)
    stage.settle()
    stage.trial.check(
        stage.told(stage.n, "receipt"), "N tells of the receipts, by the name of who signed them", stage.n.alarms()
    )
    done = stage.audit(stage.n)
    stage.trial.check(
        done.code == 0 and not done.json["findings"], "what N never signed is no evidence about its log", done
    )
    for node in stage.nodes:
        stage.trial.check(
            not any(log["disputed"] for log in node.ok("sync", "status")["logs"]),
            f"{node.handle} holds nothing for disputed: N forked nothing",
        )


def quoted_root(stage):
    """Two receipts quote two histories of a third member's log, both signed by that member; N holds one, and no head
    shows the other."""
    helper = stage.peers[1]
    table = stage.at[helper.handle]
    stage.begin()
    log = helper.log(table)
    other = log.branch()
    for history, version in ((log, 2), (other, 3)):
        history.plain(e.KINDS["card"], helper.card(helper.face.tls, version=version))
    stage.give(*stage.nodes, peer=helper)
    stage.liar.face.relays = False
    # The other history last: what the liar holds of the log is what it can prove.
    for history in (log, other):
        held = hold(stage.held, history)
        stage.log.receipt([held.receipt_item(stage.liar, stage.log.member, stage.liar.sealing_private)])
    session = stage.dial(stage.n)
    stage.trial.check(session.give(stage.held, PATIENCE_SECONDS), "N takes the receipts", session.error)
    asked = session.wait(lambda: any(name == "prove" for name, _ in session.received), 10)
    stage.trial.check(
        asked, "N looks for the place where the two histories differ", [name for name, _ in session.received]
    )
    session.end()
    stage.settle()
    found = stage.n.log_of(stage.table, helper.handle)
    told = [text for text in stage.n.alarms() if helper.handle in text]
    stage.trial.check(
        found["disputed"] or told,
        "N holds two signed histories of the helper's log and tells it",
        (found, stage.n.alarms()),
    )


def removal_refused(stage):
    """A charter without one member, which another signed: nobody signs it, and all goes on as before."""
    helper = stage.peers[1]
    stage.begin()
    path = stage.world.write(f"{stage.name}.removal", without(stage, helper))
    for node in (stage.n, stage.y):
        done = node.run("table", "accept", path)
        stage.trial.equal(done.code, 2, f"{node.handle} does not sign a charter that leaves a member out")
        stage.trial.check(f"leaves out {stage.handle}" in done.err, "who would be left out is told", done.err)
        shown = node.ok("table", "show", stage.table)
        stage.trial.equal(
            (shown["version"], stage.handle in [m["handle"] for m in shown["members"]]),
            (1, True),
            f"the charter is the one before at {node.handle}",
        )
    stage.log.note(stage.case, stage.all, "wie blijft")
    stage.give(*stage.nodes)
    same = wait_until(
        lambda: all(
            "wie blijft" in [note["text"] for note in stage.view(node).get("notes", [])] for node in stage.nodes
        ),
        PATIENCE_SECONDS,
        0.5,
    )
    stage.trial.check(same, "what the member writes still counts at all", stage.view(stage.z).get("notes"))


def without(stage, signer):
    """A table file with a next charter version that leaves the liar out, signed by one member."""
    first = stage.held.chain[0]
    lines = first["text"].splitlines(keepends=True)
    text = "".join(line for line in lines if f" {stage.handle} " not in line)
    text = text.replace("\nversion 1\n", "\nversion 2\n", 1).replace(
        "\nprevious -\n", f"\nprevious {b64(first['hash'])}\n", 1
    )
    note = notes.sign(text, membership.node_name(signer.identity), signer.identity_seed).encode()
    cards = stage.held.cards
    return membership.table_file([first["note"], note], [cards[number]["note"] for number in sorted(cards)])


def trickle(stage):
    """A byte now and then: within the handshake, before the hello, and with --long for minutes within a frame, read
    or unread."""
    stage.begin()
    ended = {}
    parts = [threading.Thread(target=part, args=(stage, ended), daemon=True) for part in (in_handshake, before_hello)]
    for part in parts:
        part.start()
    stage.settle()
    for part in parts:
        part.join(TEN_SECONDS + LATE_SECONDS + 20)
    for words in ("the handshake", "the hello"):
        stage.trial.check(
            ended.get(words) is not None,
            f"N waits no longer than {TEN_SECONDS} s for {words}, whatever trickles in",
            ended,
        )
    if stage.long:
        within_frame(stage)


def drip(stage, ended, words, write, read):
    """Writes a byte a second until the other side has closed; after how many seconds that was."""
    began = time.monotonic()
    while time.monotonic() - began < TEN_SECONDS + LATE_SECONDS:
        try:
            write()
            read()
        except (Closed, OSError):
            ended[words] = time.monotonic() - began
            return
        time.sleep(1)


def in_handshake(stage, ended):
    host, port = stage.endpoints[stage.n.handle].rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=5) as sock:
        # The first record says that more comes than does.
        hello = iter(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(400))
        sock.settimeout(0.01)

        def read():
            try:
                if sock.recv(1) == b"":
                    raise Closed("closed")
            except TimeoutError:
                pass

        drip(stage, ended, "the handshake", lambda: sock.sendall(bytes([next(hello)])), read)


def before_hello(stage, ended):
    channel = connect(stage, stage.liar)
    frame = iter((1_000_000).to_bytes(4, "big") + bytes(400))

    def read():
        try:
            channel.read(1 << 20, time.monotonic() + 0.01)
        except Closed as error:
            if "in time" not in str(error):
                raise

    drip(stage, ended, "the hello", lambda: channel.write(bytes([next(frame)])), read)
    channel.close()


def connect(stage, peer, receive=None):
    """A connection to N with TLS and nothing said over it; `receive` bounds the bytes that wait to be read here."""
    host, port = stage.endpoints[stage.n.handle].rsplit(":", 1)
    sock = socket.socket()
    if receive:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    sock.settimeout(10)
    sock.connect((host, int(port)))
    return Channel(sock, peer.face.context(), is_client=True)


def within_frame(stage):
    """A byte a minute: one session reads all that N sends, and one of a helper reads nothing while much waits for
    it."""
    helper, table = stage.peers[1], stage.held.id
    # One author has 4 MiB of a case.
    other = stage.n.ok("case", "open", "--table", stage.table, "--title", "Nog een", "--to", "all")["case"]
    for number in range(PILE):
        stage.n.ok("case", "note", (stage.case_id, other)[number % 2], f"{number} " + "x" * 60_000)
    reading, channel = stage.dial(stage.n), connect(stage, helper, receive=4_096)
    channel.read_frame(60)
    hello = {
        "version": 1,
        "card": helper.face.card.decode(),
        "tables": [{"table": table, "file_hash": sha256(stage.at[helper.handle].file)}],
    }
    channel.write_frame(messages.PEER_MESSAGE.encode({"hello": hello}))
    # Who has nothing is sent chunks of megabytes at once, more than any socket holds.
    channel.write_frame(messages.PEER_MESSAGE.encode({"heads": {"table": table, "logs": [], "refused": []}}))
    for writer in (reading.channel, channel):
        writer.write((9_000_000).to_bytes(4, "big"))
    began, closed = time.monotonic(), {}
    while time.monotonic() - began < TRICKLE_SECONDS and "unread" not in closed:
        for words, writer in (("read", reading.channel), ("unread", channel)):
            try:
                writer.write(b"\x0a")
            except (Closed, OSError):
                closed.setdefault(words, time.monotonic() - began)
        time.sleep(MINUTE)
    stage.trial.check(
        "unread" in closed and closed["unread"] <= IDLE_SECONDS_MAX + 2 * MINUTE + LATE_SECONDS,
        "N ends a session in which nothing that waits is taken, whatever trickles in",
        closed,
    )
    session = stage.dial(stage.n)
    stage.trial.check(
        session.give(stage.held, PATIENCE_SECONDS),
        "a new session of the liar takes the place of the one that trickles",
        session.error,
    )
    session.end()
    channel.close()
    reading.end()


ATTACKS = {
    "two-withhold": (0, two_withhold),
    "two-fork": (0, two_fork),
    "false-witness": (0, false_witness),
    "quoted-root": (0, quoted_root),
    "removal-refused": (0, removal_refused),
    "trickle": (0, trickle),
}
# These need a second member that lies.
WITH_HELPER = {"two-withhold", "two-fork", "quoted-root", "removal-refused", "trickle"}
