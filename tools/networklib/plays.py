"""What networks do to nodes: delay, loss, cuts, routers that translate addresses, moves, broken connections, silence, kills."""
import os
import time

from .field import PORT
from .wire import RESET, SILENT, UNDIALLED

DELAY, LOSS = (0.080, 0.020), 0.02
# Protocol/sync.md §4, `idleTime`: 120 s, seen up to 30 s late; how late this program's own question is stands beside it.
IDLE_SECONDS_MAX, ASKING_SECONDS = 150, 40
STALL_SECONDS = 60  # of a round, sync.md §3
LARGE_ENTRIES, LARGE_FIELDS, LARGE_FIELD_BYTES = 20, 12, 60_000
LARGE_RATE = 300_000  # bytes a second: a chunk takes half a minute
# Beside what is in entries: TLS records, TCP and IP headers, leaves, acknowledgements.
CARRIED_PER_BYTE_MAX = 1.15
KILLS = 6


def steady(field):
    """Every packet takes 80 ms, 20 more or less; one of fifty is lost."""
    field.wire.delay, field.wire.loss = DELAY, LOSS
    field.all_meet("under delay and loss")
    for number in (1, 2):
        field.round(f"under delay and loss, {number}")
    for node in field.nodes:
        done = node.run("sync", "now")
        field.suite.equal(done.code, 0, f"{node.handle}: sync now ends well under delay and loss")
        field.suite.equal([peer["last_error"] for peer in node.peers().values()], [None] * 4, f"{node.handle}: no connection has failed")
    field.suite.check(sum(field.wire.lost.values()) > 0, "packets were lost", field.wire.lost)


def cuts(field):
    """One host, then two from three, are cut off in silence; both sides write; then it is mended."""
    first, second, *rest = field.nodes
    for words, ones, seconds in (("one host cut off", [second], 10), ("two hosts cut off from three", [first, second], 20)):
        others = field.others(*ones)
        field.rule(SILENT, ones, others)
        apart = [field.write(*side) for side in (ones, others)]
        for side, written in zip((ones, others), apart):
            field.arrive(written, side, words)
        time.sleep(seconds)
        for side, foreign in zip((ones, others), apart[::-1]):
            for node in side:
                field.suite.equal(node.notes(field.case) & set(foreign.values()), set(), f"{words}: {node.handle} shows nothing of the other side")
        field.rule(None, ones, others)
        for written in apart:
            field.arrive(written, field.nodes, f"{words}, mended")
        field.all_meet(f"{words}, mended")
        field.round(f"{words}, mended")


def translated(field):
    """The nodes with the smallest and the largest ID can dial and cannot be dialled."""
    order = sorted(field.nodes, key=lambda node: node.id)
    for words, hidden in (("the smallest ID cannot be dialled", order[:1]), ("the largest ID cannot be dialled", order[-1:]),
                          ("neither the smallest nor the largest can be dialled", [order[0], order[-1]])):
        field.rule(UNDIALLED, field.nodes, hidden, both=False)
        for node in hidden:
            node.kill()
        for node in hidden:
            node.start()
        apart = [{order[0], order[-1]}] if len(hidden) == 2 else []
        field.all_meet(words, apart)
        field.round(words, apart)
        for one, other in apart:
            pairs = [(one.peers()[other.handle], other.host.address), (other.peers()[one.handle], one.host.address)]
            for peer, address in pairs:
                field.suite.check(not peer["connected"] and address in (peer["last_error"] or ""),
                                  f"{words}: the two say that they do not reach each other, and where they tried", peer)
        # Only the hidden one can begin again what another's restart ended.
        other = next(node for node in field.nodes if node not in (order[0], order[-1]))
        other.kill()
        other.start()
        field.all_meet(f"{words}, another was restarted", apart)
        field.rule(None, field.nodes, hidden, both=False)
    field.all_meet("all can be dialled again")
    field.converge("all can be dialled again")


def moved(field):
    """A node moves to another address, tells one partner, and the others find it: it can dial nobody else."""
    node, friend, *others = field.nodes[2:] + field.nodes[:2]
    field.suite.equal(node.stop(), 0, f"{node.handle} stops in order")
    address = "10.77.0.103"
    node.host.move(address)
    node.listen(address)
    field.rule(UNDIALLED, [node], others, both=False)
    before = field.wire.begun.copy()
    made = node.ok("node", "card", "--endpoint", f"{address}:{PORT}")
    field.suite.equal(made.get("version"), 2, "the card is of the next version")
    node.start()
    field.all_meet("at another address")
    for other in others:
        dialled = field.wire.begun[other.host, node.host] > before[other.host, node.host]
        field.suite.check(dialled, f"{other.handle} dialled the new address, which only {friend.handle} was told")
    field.round("at another address")
    field.rule(None, [node], others, both=False)


def large_rows(number):
    """A record of 720,000 bytes that nobody can make smaller."""
    return {"ID": f"G{number}", "Company": "Groot", **{f"F{n}": os.urandom(LARGE_FIELD_BYTES // 2).hex() for n in range(LARGE_FIELDS)}}


def share_large(field, node):
    """One entry after the other, of 720,000 bytes each, in a case that nobody shows: its view is as large."""
    case = node.ok("case", "open", "--table", field.table, "--title", "Groot")["case"]
    columns = ["ID", "Company", *(f"F{n}" for n in range(LARGE_FIELDS))]
    lines = [",".join(columns)] + [",".join(row[c] for c in columns) for row in map(large_rows, range(LARGE_ENTRIES))]
    path = field.world.write("groot.csv", "\n".join(lines) + "\n")
    fields = "".join(f"  extra.f{n}: F{n}\n" for n in range(LARGE_FIELDS))
    mapping = field.world.write("groot.yaml", "source: groot\nformat: csv\nencoding: utf-8\ndelimiter: \",\"\ntype: inspection\n"
                                "category: business\nkey: \"{ID}\"\nfields:\n  subject.name: Company\n" + fields)
    node.ok("record", "import", path, "--mapping", mapping)
    names = ",".join(["subject.name", *(f"extra.f{n}" for n in range(LARGE_FIELDS))])
    for number in range(LARGE_ENTRIES):
        node.ok("fragment", "share", "--case", case, "--record", node.record(f"G{number}"), "--fields", names)


def broken_off(field):
    """Connections are reset in the middle of a large chunk; what was acknowledged before is not sent again."""
    source, sink, *rest = field.nodes
    sink.kill()
    share_large(field, source)
    # The only way is the one that is watched.
    field.rule(SILENT, [sink], rest)
    way, entry = (source.host, sink.host), LARGE_FIELDS * LARGE_FIELD_BYTES
    field.wire.rates[way] = LARGE_RATE
    whole, carried = source.log_of(source)["size"], field.wire.carried[way]
    sink.start()
    start = held = sink.log_of(source)["size"]
    # The first chunk breaks off within, the second after the first was taken in.
    for number in (1, 2):
        field.until(lambda: field.wire.carried[way] - carried > 2 * entry, f"break {number}: a chunk is on its way", sink.peers)
        if number == 2:
            field.until(lambda: sink.log_of(source)["size"] > start, f"break {number}: one chunk was taken in", lambda: sink.log_of(source))
            carried = field.wire.carried[way]
            field.until(lambda: field.wire.carried[way] - carried > entry, f"break {number}: the next is on its way", sink.peers)
        field.rule(RESET, [source], [sink])
        field.until(lambda: not source.meets(sink) and not sink.meets(source), f"break {number}: both ends know that the connection is gone",
                    lambda: (source.peers(), sink.peers()))
        before, held = held, sink.log_of(source)["size"]
        field.suite.check(before <= held < whole, f"break {number}: not all had come", (before, held, whole))
        field.suite.check(number == 1 or start < held, f"break {number}: what was taken in stays", (start, held))
        behind = source.peers()[sink.handle]["lag_entries"]
        field.suite.check(whole - held <= behind <= whole, f"break {number}: node status says how far the partner is behind", (behind, whole, held))
        missing, carried = (whole - held) * entry, field.wire.carried[way]
        field.rule(None, [source], [sink])
    field.until(lambda: sink.log_of(source)["size"] >= whole, "mended: all of the log has come", lambda: sink.log_of(source))
    sent = field.wire.carried[way] - carried
    field.suite.check(sent < missing * CARRIED_PER_BYTE_MAX + 500_000, "mended: only what was missing was sent",
                      f"{sent:,} bytes for {missing:,}, {whole - held} of {whole - start} entries")
    field.suite.title(f"  {sent:,} bytes were sent for the {missing:,} that were missing, {held - start} of {whole - start} entries had come before")
    field.wire.heal()
    field.all_meet("after breaks")
    field.round("after breaks")


def silence(field):
    """Packets vanish, on one way or on both, and nobody is told."""
    one, other, source, sink, fifth = field.nodes
    field.all_meet("before the silence")
    began = time.monotonic()
    field.rule(SILENT, [one], [other])
    field.rule(SILENT, [source], [sink], both=False)
    written = field.write(*field.nodes)
    field.arrive(written, field.nodes, "past the silence, through others")
    done = one.run("sync", "now", "--peer", other.handle)
    field.suite.check(done.code != 0 and done.seconds < STALL_SECONDS + ASKING_SECONDS, "sync now says soon that nothing has come for a minute", done)
    field.suite.check(other.handle in done.err + str(done.json), "and of whom", done)
    ends = [(one, other), (other, one), (source, sink), (sink, source)]
    noticed = {}
    while len(noticed) < len(ends) and time.monotonic() - began < IDLE_SECONDS_MAX + 60:
        for end in ends:
            if end not in noticed and not end[0].meets(end[1]):
                noticed[end] = time.monotonic() - began
        time.sleep(0.5)
    for node, peer in ends:
        seconds = noticed.get((node, peer))
        field.suite.check(seconds is not None and seconds <= IDLE_SECONDS_MAX + ASKING_SECONDS,
                          f"{node.handle} notices within {IDLE_SECONDS_MAX} s that nothing passes between it and {peer.handle}", seconds)
    for node, peer in ends:
        def told(node=node, peer=peer):
            return peer.host.address in (node.peers()[peer.handle]["last_error"] or "")
        field.until(told, f"{node.handle} says that it does not reach {peer.handle}, and where it tried", lambda node=node: node.peers(), 60)
    field.suite.title("  noticed after " + ", ".join(f"{s:.0f}" for s in noticed.values()) + " s")
    for pair in ((one, other), (source, sink)):
        field.suite.check(fifth.meets(*pair), "the others stay connected", fifth.peers())
    field.wire.heal()
    field.all_meet("after the silence")
    field.round("after the silence")


def moved_running(field):
    """A running node's address changes below it; its operator signs a card; nothing is restarted."""
    node = field.nodes[3]
    # It listens at every address from its next start on, as a node whose address may change does.
    field.suite.equal(node.stop(), 0, f"{node.handle} stops in order")
    node.listen("0.0.0.0")
    node.start()
    field.all_meet("before the move")
    node.host.move("10.77.0.104")
    node.ok("node", "card", "--endpoint", f"10.77.0.104:{PORT}")
    written = field.write(*field.nodes)
    field.arrive(written, field.nodes, "moved while running")
    field.all_meet("moved while running")
    field.round("moved while running")


def kills(field):
    """Nodes are killed in the middle of what they do, under delay and loss."""
    field.wire.delay, field.wire.loss = DELAY, LOSS
    written = {}
    for number in range(KILLS):
        node = field.suite.random.choice(field.nodes)
        for text in field.write(*field.nodes).values():
            written[text] = text
        time.sleep(field.suite.random.uniform(0, 0.5))
        node.kill()
        for text in field.write(*field.others(node)).values():
            written[text] = text
        node.start()
    field.arrive(written, field.nodes, "after kills under loss")
    field.all_meet("after kills under loss")
    field.round("after kills under loss")


# By name; those of LONG wait for idle times.
PLAYS = {"steady": steady, "cuts": cuts, "translated": translated, "moved": moved, "broken-off": broken_off, "kills": kills,
         "silence": silence, "moved-running": moved_running}
LONG = {"silence", "moved-running"}
