"""More of `tampers.CLASSES`: receipts, logs that are rewritten and signed anew, and several bundles."""

from . import bundles, messages, notes
from . import entries as e
from .primitives import b64, ed25519_public, sha256
from .shapes import DAY, NODES
from .tampers import CLASSES, NotHere, Target, of_body, of_header, pick, tamper
from .world import START, charter, secret, text_of

# Receipts that somebody changed.


def of_receipt(edit):
    def function(random):
        target = Target(random)
        body = target.body()
        place = pick(target.random, range(len(body["receipts"])))
        body["receipts"][place] = {**body["receipts"][place], **edit(target, body["receipts"][place])}
        return target.signed(body)
    CLASSES[edit.__name__.replace("_", " ")] = function


@of_receipt
def a_receipt_with_another_proof(target, receipt):
    return {"proof": [secret("proof"), *receipt["proof"][1:]]}


@of_receipt
def a_receipt_with_another_payload(target, receipt):
    return {"payload": receipt["payload"][:-1] + bytes([receipt["payload"][-1] ^ 1])}


@of_receipt
def a_receipt_of_another_generation(target, receipt):
    return {"generation": 1}


@of_receipt
def a_receipt_in_the_authors_name(target, receipt):
    return {"member": target.number}


@of_receipt
def a_receipt_under_another_checkpoint(target, receipt):
    text = text_of(receipt["checkpoint"].encode())
    return {"checkpoint": notes.sign(text, text.split("\n")[0], secret("another key"))}


@of_body
def a_receipt_twice(target, body):
    body["receipts"].insert(0, pick(target.random, body["receipts"]))
    body["receipts"].append(body["receipts"][0])


def lying_receiver(change):
    """A member writes a receipt that is not so, into its own log; the author exports it."""
    def function(random):
        target = Target(random)
        writer = target.table.logs[pick(random, (n.number for n in NODES if n.number != target.number))]
        item = change(target, target.table.item(target.log, writer.node), writer)
        target.table.receipts.append((target.number, writer.node.number, writer.size(), target.log.size()))
        target.table.plain(writer, 5, messages.RECEIPT.encode({"logs": [item]}))
        # In the author's own export, or in the writer's beside one that does not have it.
        body = target.body()
        if random.random() < 0.5:
            return target.signed(body)
        body["receipts"] = []
        return [target.table.write(target.number, body), target.table.export(writer.node.number)], None
    return function


def miscounted(target, item, writer):
    return {**item, "held_count": max(0, item["held_count"] + target.random.choice((-2, -1, 1))) or 1}


CLASSES["a receipt that counts wrong"] = lying_receiver(miscounted)
CLASSES["a receipt of others"] = lying_receiver(lambda t, item, w: {**item, "held_hash": t.random.randbytes(32)})


def unopened(target, item, writer):
    given = [i for i, _ in target.table.given(target.log, writer.node.number, target.log.size())]
    return {**item, "unopened": [pick(target.random, given)]}


CLASSES["a receipt of what could not be opened"] = lying_receiver(unopened)
CLASSES["a receipt of what was not given"] = lying_receiver(lambda t, item, w: {**item, "unopened": [t.random.randrange(2)]})


def another_root(target, item, writer):
    origin, size = notes.origin(target.table.id, target.number, 0), target.log.size()
    text = notes.checkpoint_text(origin, size, secret("another history"))
    line = writer.node.cosignature(text, target.table.clock // 1000)
    return {**item, "checkpoint": notes.sign(text, origin, target.seed) + line}


CLASSES["a receipt of another history"] = lying_receiver(another_root)


def forged(target, item, writer):
    origin, size = notes.origin(target.table.id, target.number, 0), target.log.size()
    text = notes.checkpoint_text(origin, size, secret("another history"))
    line = writer.node.cosignature(text, target.table.clock // 1000)
    return {**item, "checkpoint": notes.sign(text, origin, writer.node.log_seed) + line}


CLASSES["a receipt of a checkpoint that nobody signed"] = lying_receiver(forged)


# The author rewrites its log and signs it again.


CLASSES |= {
    "a wrong index": of_header((), 8, lambda t, i: (i + 1).to_bytes(8, "big")),
    "a kind that is not": of_header((), 1, lambda t, i: bytes([t.random.choice((0, 14, 255))])),
    "reserved bytes": of_header((), 6, lambda t, i: b"\0\1"),
    "a charter version that is not": of_header((), 2, lambda t, i: b"\0\7"),
    "a time that is not later": of_header((), 16, lambda t, i: t.log.entries[i - 1][0][16:24]),
    "the last entry ten years on": lambda random: last_entry(random, 3_650),
    "the last entry behind the period": lambda random: last_entry(random, 1_200),
    "entries before the period": lambda random: early(random),
    "a position too high": of_header(tuple(e.ENCRYPTED), 76, lambda t, i: (4_000).to_bytes(4, "big")),
    "a chain of no grant": of_header(tuple(e.ENCRYPTED), 72, lambda t, i: (1).to_bytes(4, "big")),
    "a chain of a later entry": of_header(tuple(e.ENCRYPTED), 72, lambda t, i: (i + 5).to_bytes(4, "big")),
    "a category that no ground has": of_header(tuple(e.ENCRYPTED), 4, lambda t, i: b"\0\6"),
    "no category": of_header(tuple(e.ENCRYPTED), 4, lambda t, i: b"\0\0"),
    "a list that is nowhere": of_header(tuple(e.LISTED), 40, lambda t, i: secret("nowhere"), False),
    "another payload hash": of_header((4, 5, 8, 9), 80, lambda t, i: secret("payload")),
}


def last_entry(random, days):
    target = Target(random)
    index = target.log.size() - 1
    if target.log.entries[index][0][1] not in (1, 2):
        raise NotHere
    target.rewrite(index, 16, ((START + days * DAY) << 16).to_bytes(8, "big"))
    return target.exported()


@tamper
def an_entry_dated_after_its_cosignature(random):
    target = Target(random)
    last = target.log.size() - 1
    target.rewrite(last, 16, (target.table.clock + random.randrange(300_001 + 1_000, 300 * DAY) << 16).to_bytes(8, "big"))
    witness = pick(random, (n for n in NODES if n.number != target.number))
    text = text_of(target.table.checkpoint(target.log, last + 1).encode())
    line = witness.cosignature(text, target.table.clock // 1000)
    target.table.cosigned[target.number, last + 1] = {notes.witness_name(witness.identity): line}
    return target.exported(False)


def early(random):
    target = Target(random)
    target.index(1, 2)
    for index in range(target.log.size()):
        target.rewrite(index, 16, ((START - DAY + index) << 16).to_bytes(8, "big"))
    return target.exported()


# Several bundles.


def partner_of(target):
    """A member whose log quotes the target's, with what it quotes at most."""
    sizes = {}
    for member, writer, _, size in target.table.receipts:
        if member == target.number:
            sizes[writer] = max(sizes.get(writer, 0), size)
    return pick(target.random, sorted(sizes.items()))


@tamper
def a_log_rewritten_beside_a_partners_export(random):
    target = Target(random)
    writer, size = partner_of(target)
    index = target.index()
    if index >= size:
        raise NotHere
    other = target.table.export(writer)
    header = target.log.entries[index][0]
    target.rewrite(index, 16, (int.from_bytes(header[16:24], "big") + 1).to_bytes(8, "big"))
    body = target.body()
    body["receipts"] = []
    return random.sample([target.table.write(target.number, body), other], 2), None


@tamper
def an_older_export_beside_a_partners(random):
    target = Target(random)
    writer, size = partner_of(target)
    end = random.randrange(1, size)
    return random.sample([target.table.export(target.number, 0, end), target.table.export(writer)], 2), None


@tamper
def windows_with_a_gap(random):
    target = Target(random)
    if target.log.size() < 4:
        raise NotHere
    one, two = sorted(random.sample(range(1, target.log.size()), 2))
    return random.sample([target.table.export(target.number, 0, one), target.table.export(target.number, two)], 2), None


@tamper
def two_charters_of_one_table(random):
    target = Target(random)
    if len(target.table.charters) > 1:
        raise NotHere
    second = charter(members=NODES, version=2, previous=b64(target.table.id), purpose="Iets anders")
    third = charter(members=NODES, version=2, previous=b64(target.table.id), purpose="Weer iets anders")
    out = []
    for note in (second, third):
        body = target.body()
        body["charters"].append(note.decode())
        out.append(target.table.write(target.number, body))
    return out, None


@tamper
def a_window_of_nothing(random):
    target = Target(random)
    size = random.randrange(1, target.log.size() + 1)
    return [target.table.export(target.number, size, size)], None


@tamper
def beyond_a_pin(random):
    target = Target(random)
    size = random.randrange(1, target.log.size())
    root = text_of(target.table.checkpoint(target.log, size).encode()).split("\n")[2]
    if random.random() < 0.5:
        root = b64(secret("another root"))
    previous = b64(sha256(text_of(target.table.charters[-1]).encode()))
    body = target.body()
    body["charters"].append(charter(
        members=NODES, version=len(target.table.charters) + 1, previous=previous,
        pin=[f"{target.number} 0 {size} {root}"]).decode())
    return target.signed(body)


@tamper
def a_generation_of_which_nothing_is_pinned(random):
    target = Target(random)
    body = messages.BUNDLE_BODY.encode(target.body())
    text = bundles.manifest_text(target.table.id, target.number, 1, 0, target.log.size(), body)
    return [notes.sign(text, notes.origin(target.table.id, target.number, 1), target.seed).encode() + body], None


@tamper
def a_key_of_a_later_card(random):
    target = Target(random)
    body = target.body()
    seed = secret("a later key")
    later = target.log.node.card(2, log=b64(ed25519_public(seed))).decode()
    body["cards"].insert(target.number, later)
    return target.signed(body, seed=seed)


@tamper
def a_demand_that_is_not_met(random):
    target = Target(random)
    trusted = f"charter {target.table.id.hex()}\n"
    demand = random.choice((
        "require receipt od-zuid", "require witness 3", "require until 2027-06-01",
        f"require window 0 {target.log.size() + 1}"))
    return target.exported(True)[0], f"{trusted}{demand}\n"
