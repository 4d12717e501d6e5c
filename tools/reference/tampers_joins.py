"""More of `tampers.CLASSES`: what bundles of one log, or of one author's generations, show together."""

import copy

from . import bundles, merkle, messages, notes
from . import entries as e
from .primitives import b64, sha256
from .shapes import NODES, OPEN_GROUND, TABLE_GROUNDS, Log
from .tampers import NotHere, Target, pick, tamper
from .world import charter, text_of


def window(target, start, end, edit=lambda body: None):
    """An export without receipts, which would be of the log before it was changed."""
    body = copy.deepcopy(target.table.body(target.number, start, end))
    body["receipts"] = []
    edit(body)
    return target.table.write(target.number, body, start, end)


def in_two(target, cut):
    """The log in two windows that meet or overlap, in any order."""
    size = target.log.size()
    low = target.random.randrange(max(0, cut - 3), cut + 1)
    return target.random.sample([window(target, 0, cut), window(target, low, size)], 2)


@tamper
def history_on_the_wrong_ground_in_two_windows(random):
    target = Target(random)
    grants = [
        (i, value) for i, (h, p) in enumerate(target.log.entries)
        if h[1] == e.KINDS["key grant"] and (value := messages.KEY_GRANT.decode(p))["history"]]
    index, value = pick(random, grants)
    recipients = [{**r, "ground": OPEN_GROUND} for r in value["audience"]]
    audience, payload = e.audience_hash(recipients), messages.KEY_GRANT.encode({**value, "audience": recipients})
    target.table.lists[audience] = recipients
    header = bytearray(target.log.entries[index][0])
    header[40:72], header[80:112], header[112:116] = audience, sha256(payload), len(payload).to_bytes(4, "big")
    target.log.entries[index] = (bytes(header), payload)
    target.rewrite(index, 40, audience)
    return in_two(target, random.randrange(max(value["history"]) + 1, index + 1)), None


def amended(target):
    """Adds a charter version that the log does not adopt."""
    previous = b64(sha256(text_of(target.table.charters[-1]).encode()))
    version = len(target.table.charters) + 1
    target.table.charters.append(charter(members=NODES, version=version, previous=previous, ground=TABLE_GROUNDS))
    return version


@tamper
def a_charter_version_that_is_lower_behind_a_join(random):
    target = Target(random)
    named = [int.from_bytes(h[2:4], "big") for h, _ in target.log.entries]
    index = pick(random, (i for i in range(1, len(named)) if named[i] > 1 and named[i - 1] > 1))
    for i in range(index, len(named)):
        target.rewrite(i, 2, (1).to_bytes(2, "big"))
    return in_two(target, index), None


@tamper
def a_charter_version_that_no_window_adopts(random):
    target = Target(random)
    version = amended(target)
    index = target.index()
    for i in range(index, target.log.size()):
        target.rewrite(i, 2, version.to_bytes(2, "big"))
    if all(h[1] == e.KINDS["card"] for h, _ in target.log.entries[index:]):
        raise NotHere
    return in_two(target, index), None


@tamper
def two_statements_about_one_entry(random):
    target = Target(random)
    size, entries = target.log.size(), target.log.entries
    item = pick(random, (r for r in target.log.references if r["version"]))
    # What alone could be: another fragment of the case, in a version that nobody has.
    case = entries[item["index"]][0][24:40]
    firsts = [
        r["index"] for r in target.log.references
        if r["version"] == 1 and r["index"] < item["index"] and entries[r["index"]][0][24:40] == case]
    change = {"first_index": pick(random, firsts), "version": 1_000}

    def otherwise(body):
        for reference in body["fragments"]:
            if reference["index"] == item["index"]:
                reference.update(change)
        body["fragments"] = [r for r in body["fragments"] if r["index"] <= item["index"]]

    start = random.randrange(0, item["index"] + 1)
    end = random.randrange(item["index"] + 1, size + 1)
    return random.sample([window(target, 0, size), window(target, start, end, otherwise)], 2), None


@tamper
def a_fragment_that_another_window_shows_to_be_none(random):
    target = Target(random)
    size = target.log.size()
    item = pick(random, (r for r in target.log.references if r["version"] != 1))
    others = [i for i, (h, _) in enumerate(target.log.entries[:item["index"]]) if h[1] != e.KINDS["fragment"]]

    def otherwise(body):
        for reference in body["fragments"]:
            if reference["index"] == item["index"]:
                reference["first_index"] = pick(random, others)

    cut = random.randrange(max(others) + 1, item["index"] + 1)
    return random.sample([window(target, 0, cut), window(target, cut, size, otherwise)], 2), None


def next_generation(target):
    """Pins the log at its end, and lets its author go on with the fragments that it has; the later log and what is said of it."""
    table, old = target.table, target.log
    version = len(table.charters) + 1
    table.charters.append(charter(
        members=NODES, version=version, previous=b64(sha256(text_of(table.charters[-1]).encode())), ground=TABLE_GROUNDS,
        pin=[f"{target.number} 0 {old.size()} {b64(merkle.root(old.leaves))}"]))
    fragments = [h for h, _ in old.entries if h[1] == e.KINDS["fragment"]]
    header = e.decode_header(pick(target.random, fragments))
    log = Log(old.node)
    table.plain(log, 8, log.node.card())
    log.version = version
    table.plain(log, 9, table.charters[-1])
    for _ in range(target.random.randrange(1, 6)):
        table.give(log, table.lists[header["audience"]], header["category"])
    own = [{**r, "generation": 1} for r in log.references]
    live = [
        (first, v, case) for case, firsts in old.fragments.items() for first, v in firsts.items() if v]
    told = []
    for reference in own:
        case = log.entries[reference["index"]][0][24:40]
        # A first version that nothing in this log goes on with becomes the next one of a fragment of before.
        goes_on = sum(r["first_index"] == reference["index"] for r in own) > 1
        known = [(first, v) for first, v, c in live if c == case]
        if reference["version"] == 1 and known and not goes_on:
            first, v = target.random.choice(known)
            live = [(f, n + (f == first), c) for f, n, c in live]
            reference = {"index": reference["index"], "generation": 0, "first_index": first, "version": v + 1}
        told.append(reference)
    return log, told


def write_next(target, log, told):
    table, size, origin = target.table, log.size(), notes.origin(target.table.id, target.number, 1)
    named = sorted({h[40:72] for h, _ in log.entries if h[1] in e.LISTED})
    body = messages.BUNDLE_BODY.encode({
        "charters": [c.decode() for c in table.charters], "cards": [n.card().decode() for n in NODES], "from": "",
        "until": notes.sign(notes.checkpoint_text(origin, size, merkle.root(log.leaves)), origin, target.seed), "frontier": [],
        "entries": [{"header": h, "payload": b"" if h[1] in e.ENCRYPTED else p} for h, p in log.entries],
        "audiences": [{"recipients": table.lists[a]} for a in named], "receipts": [], "fragments": told})
    return bundles.write(table.id, target.number, 1, 0, size, body, target.seed)


def two_generations(random):
    """Honest: a log that is pinned at its end, whole or in two windows, and the one of the generation behind it."""
    target = Target(random)
    later = write_next(target, *next_generation(target))
    size = target.log.size()
    earlier = in_two(target, random.randrange(1, size)) if random.random() < 0.5 else [window(target, 0, size)]
    return random.sample([*earlier, later], len(earlier) + 1)


@tamper
def a_version_that_the_earlier_generation_contradicts(random):
    target = Target(random)
    log, told = next_generation(target)
    place = pick(random, (i for i, r in enumerate(told) if r["generation"] == 0))
    size = target.log.size()
    none = [i for i, (h, _) in enumerate(target.log.entries) if h[1] != e.KINDS["fragment"]]
    later = [r["index"] for r in target.log.references if r["version"] > 1]
    said = max(r["version"] for r in target.log.references if r["first_index"] == told[place]["first_index"])
    told[place] = {**told[place], **random.choice((
        {"first_index": random.choice(none)}, {"first_index": size + random.randrange(1 << 40)},
        {"version": random.randrange(2, said + 1) if said > 1 else 1}, {"first_index": random.choice([*later, 0])}))}
    earlier = in_two(target, random.randrange(1, size)) if random.random() < 0.5 else [window(target, 0, size)]
    return random.sample([*earlier, write_next(target, log, told)], len(earlier) + 1), None
