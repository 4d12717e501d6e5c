"""More of `tampers.CLASSES`: what only a whole call shows, and the auditor's clock. `untouched`: honest calls."""

import copy
import time

from . import bundle_audit, bundles, merkle, messages, notes, shapes
from . import entries as e
from .primitives import b64, sha256
from .shapes import DAY, NODES, Log, Table
from .tampers import CLASSES, NotHere, Target, pick, tamper
from .tampers_several import partner_of
from .world import charter, text_of


def trusting(table, *demands):
    return "".join(line + "\n" for line in (f"charter {table.id.hex()}", *demands))


def other_log(target):
    return target.table.logs[pick(target.random, (n.number for n in NODES if n.number != target.number))]


def in_windows(random, table, number):
    """One log in two or three windows that meet or overlap, in any order."""
    size = table.logs[number].size()
    cuts = sorted({0, size, *(random.randrange(1, size) for _ in range(random.randrange(1, 3)))})
    out = [table.export(number, max(0, low - random.randrange(3)), high) for low, high in zip(cuts, cuts[1:])]
    return random.sample(out, len(out))


def untouched(random):
    """An honest call, with a policy that it meets or none. A log that meets demands meets them in windows too."""
    if random.random() < 0.5:
        return shapes.untouched(random), None
    table, number = Table(random), random.choice(NODES).number
    others = [n.handle for n in NODES if n.number != number]
    day = time.strftime("%Y-%m-%d", time.gmtime((table.clock - random.randrange(DAY)) // 1000))
    demands = [
        *(f"require receipt {handle}" for handle in others), f"require witness {random.randrange(1, 3)}", f"require until {day}",
        f"require window 0 {table.logs[number].size()}"]
    met = [d for d in demands if not found([table.export(number)], trusting(table, d))]
    return in_windows(random, table, number), trusting(table, *met)


def found(datas, policy):
    return bundle_audit.verify(datas, bundles.parse_policy(policy.encode()), int(time.time()))["findings"]


@tamper
def a_receipt_that_is_proven_false_by_two_windows(random):
    target = Target(random)
    writer = other_log(target)
    item = target.table.item(target.log, writer.node)
    size = target.log.size()
    item["held_hash"] = random.randbytes(32)
    target.table.receipts.append((target.number, writer.node.number, writer.size(), size))
    target.table.plain(writer, 5, messages.RECEIPT.encode({"logs": [item]}))
    cut = random.randrange(1, size)
    return random.sample([target.table.export(target.number, 0, cut), target.table.export(target.number, cut)], 2), None


@tamper
def out_of_order_at_the_join_of_two_windows(random):
    target = Target(random)
    index = target.index(*e.ENCRYPTED)
    position = int.from_bytes(target.log.entries[index][0][76:80], "big")
    if position == 0 or random.random() < 0.5:
        target.rewrite(index, 16, target.log.entries[index - 1][0][16:24])
    else:
        target.rewrite(index, 76, (position + random.randrange(1, 9)).to_bytes(4, "big"))
    out = []
    for start, end in ((0, index), (index, target.log.size())):
        body = target.table.body(target.number, start, end)
        body["receipts"] = []
        out.append(target.table.write(target.number, body, start, end))
    return random.sample(out, 2), None


@tamper
def a_log_rewritten_beside_an_export_without_its_card(random):
    target = Target(random)
    writer, size = partner_of(target)
    index = target.index()
    if index >= size:
        raise NotHere
    body = target.table.body(writer)
    body["receipts"] = [r for r in body["receipts"] if r["member"] != target.number]
    body["cards"] = [n.card().decode() for n in NODES if n.number != target.number]
    body["until"] = target.table.checkpoint(target.table.logs[writer], target.table.logs[writer].size())
    other = target.table.write(writer, body)
    header = target.log.entries[index][0]
    target.rewrite(index, 16, (int.from_bytes(header[16:24], "big") + 1).to_bytes(8, "big"))
    mine = target.body()
    mine["receipts"] = []
    return random.sample([target.table.write(target.number, mine), other], 2), None


@tamper
def two_cards_of_one_version(random):
    target = Target(random)
    node = random.choice(NODES)
    body = target.body()
    body["cards"][node.number - 1] = node.card(1, name="Een ander", oin=f"{random.randrange(1, 1 << 60):020d}").decode()
    out = [target.table.write(target.number, body)]
    if node.number != target.number or random.random() < 0.5:
        out.append(target.table.export(other_log(target).node.number))
    return random.sample(out, len(out)), None


@tamper
def two_receipts_at_one_place(random):
    target = Target(random)
    writer = other_log(target)
    place, size = writer.size(), target.log.size()
    item = target.table.item(target.log, writer.node)
    given = [i for i, _ in target.table.given(target.log, writer.node.number, size)]
    out = []
    target.table.receipts.append((target.number, writer.node.number, place, size))
    for unopened in ([], [pick(random, given)]):
        del writer.entries[place:], writer.leaves[place:]
        target.table.plain(writer, 5, messages.RECEIPT.encode({"logs": [{**item, "unopened": unopened}]}))
        out.append(target.table.export(target.number))
    return random.sample(out, 2), None


def ending(random, seconds):
    """The log with its end cosigned at a time."""
    target = Target(random)
    witness = other_log(target).node
    text = text_of(target.table.checkpoint(target.log, target.log.size()).encode())
    target.table.cosigned[target.number, target.log.size()] = {"": witness.cosignature(text, seconds)}
    return target.exported(False)


FAR_SECONDS = (4_102_444_800, 253_402_300_800, 9_223_372_036_854_775, 18_446_744_073_709_551, (1 << 63) - 1)
CLASSES |= {
    "an end cosigned in the future": lambda random: ending(random, random.choice(FAR_SECONDS)),
    "an end cosigned long ago": lambda random: ending(random, random.randrange(1, 1_600_000_000)),
}


@tamper
def an_entry_dated_after_now(random):
    target = Target(random)
    last = target.log.size() - 1
    later = random.choice((int(time.time()) * 1000 + DAY, (1 << 48) - 1))
    target.rewrite(last, 16, (later << 16).to_bytes(8, "big"))
    return target.exported(False)


@tamper
def a_receipt_dated_before_its_cosignature(random):
    target = Target(random)
    table, other = target.table, other_log(target)
    writer, subject = random.sample([target.log, other], 2)
    item = table.item(subject, writer.node)
    text = text_of(item["checkpoint"].encode())
    seconds = random.choice((table.clock // 1000 + random.randrange(302, 1 << 30) + 600, *FAR_SECONDS))
    item["checkpoint"] = table.checkpoint(subject, subject.size(), [("", writer.node.cosignature(text, seconds))])
    if writer is other:
        table.receipts.append((target.number, writer.node.number, writer.size(), subject.size()))
    table.plain(writer, 5, messages.RECEIPT.encode({"logs": [item]}))
    return target.signed(target.body())


@tamper
def a_receipt_of_a_checkpoint_of_no_log(random):
    target = Target(random)
    other = other_log(target)
    item = target.table.item(other, target.log.node)
    text = text_of(item["checkpoint"].encode())
    first = text.split("\n")[0]
    origin = random.choice(("hello", first[:-1] + "70000", first.replace("/log/", "/log/v"), first.rsplit("/", 2)[0] + "/0/0"))
    text = text.replace(first, origin, 1)
    line = target.log.node.cosignature(text, target.table.clock // 1000)
    item["checkpoint"] = notes.sign(text, origin, other.node.log_seed) + line
    target.table.plain(target.log, 5, messages.RECEIPT.encode({"logs": [item]}))
    return target.signed(target.body())


@tamper
def a_generation_left_out(random):
    target = Target(random)
    table, size = target.table, target.log.size()
    previous = b64(sha256(text_of(table.charters[-1]).encode()))
    table.charters.append(charter(
        members=NODES, version=len(table.charters) + 1, previous=previous,
        pin=[f"{target.number} 0 {size} {b64(merkle.root(target.log.leaves))}"]))
    log = Log(target.log.node)
    table.plain(log, 8, log.node.card())
    log.version = len(table.charters)
    table.plain(log, 9, table.charters[-1])
    origin = notes.origin(table.id, target.number, 1)
    body = messages.BUNDLE_BODY.encode({
        **copy.deepcopy(target.body()), "until": notes.sign(
            notes.checkpoint_text(origin, 2, merkle.root(log.leaves)), origin, target.seed), "frontier": [],
        "entries": [{"header": h, "payload": p} for h, p in log.entries], "audiences": [], "receipts": [], "fragments": []})
    data = bundles.write(table.id, target.number, 1, 0, 2, body, target.seed)
    return [data], trusting(table, f"require window 0 {random.randrange(1, 3)}")


@tamper
def a_witness_whom_nobody_trusts(random):
    target = Target(random)
    body = target.body()
    body["receipts"] = []
    text = text_of(body["until"].encode())
    nodes = sorted((n for n in NODES if n.number != target.number), key=lambda n: n.identity)
    body["until"] = notes.sign(text, text.split("\n")[0], target.seed) + "".join(
        n.cosignature(text, target.table.clock // 1000) for n in nodes)
    data, _ = target.signed(body)
    if found(data, trusting(target.table, "require witness 2")):
        raise NotHere
    named = random.sample([target.log.node, nodes[0]], random.randrange(1, 3))
    lines = "".join(f"identity {n.identity.hex()}\n" for n in dict.fromkeys((target.log.node, *named)))
    return data, f"{lines}require witness 2\n"
