"""Honest tables of random shape, and exports of their logs (Protocol/bundle.md, sync-log.md)."""

from . import bundles, merkle, messages, notes
from . import entries as e
from .primitives import b64, sha256
from .world import GROUNDS, NOORD, OOST, START, WEST, charter, secret, text_of

NODES = (NOORD, OOST, WEST)
CHARTER_CHANGE = "Aanpak van asbest"
# No list of a table that is untouched has it.
OPEN_GROUND = "OPEN-1"
TABLE_GROUNDS = [*GROUNDS, f"{OPEN_GROUND} od-toezicht,politie od-toezicht,politie public - Openbaar"]
# Ground and category by the classes of giver and receiver.
FITTING = {
    ("od-toezicht", "od-toezicht"): ("WABO-5.8", 3), ("od-toezicht", "politie"): ("AVG-5.1B", 3),
    ("politie", "od-toezicht"): ("WPG-18", 5),
}


class Log:
    def __init__(self, node):
        self.node, self.entries, self.leaves, self.chains, self.version = node, [], [], {}, 1
        # By case: places of fragments' first versions, with the newest version; None where withdrawn.
        self.fragments, self.references, self.quoted = {}, [], {}

    def size(self):
        return len(self.leaves)


class Table:
    """`random` decides who writes what; every log and receipt is what its writer's node would write."""

    def __init__(self, random, steps=None):
        self.random, self.clock = random, START + random.randrange(DAY)
        first = charter(signers=(NOORD, OOST), members=NODES, ground=TABLE_GROUNDS)
        self.id = sha256(text_of(first).encode())
        self.charters = [first]
        self.logs = {node.number: Log(node) for node in NODES}
        self.lists, self.receipts, self.cosigned = {}, [], {}
        for log in self.logs.values():
            self.plain(log, 8, log.node.card())
            self.plain(log, 9, first)
        for _ in range(steps or random.randrange(4, 30)):
            self.step(self.logs[random.choice(NODES).number])
        for log in self.logs.values():
            if random.random() < 0.8:
                self.receipt(log)

    def tick(self):
        self.clock += self.random.randrange(1, 600_000)
        return self.clock << 16

    def append(self, log, header, payload):
        log.entries.append((header, payload))
        log.leaves.append(e.leaf(header))

    def fields(self, log, kind, **more):
        return {"kind": kind, "charter_version": log.version, "index": log.size(), "time": self.tick(), **more}

    def plain(self, log, kind, payload, **more):
        self.append(log, *e.plain_entry(payload, **self.fields(log, kind, **more)))

    def step(self, log):
        random = self.random
        action = random.random()
        if action < 0.15:
            return self.receipt(log)
        if action < 0.2 and len(self.charters) == 1:
            self.charters.append(charter(
                signers=(NOORD, WEST), members=NODES, version=2, previous=b64(self.id), purpose=CHARTER_CHANGE,
                ground=TABLE_GROUNDS))
        if log.version < len(self.charters) and random.random() < 0.5:
            log.version = len(self.charters)
            self.plain(log, 9, self.charters[-1])
        others = [n for n in NODES if n is not log.node]
        members = sorted(random.sample(others, random.randrange(1, 3)), key=lambda n: n.number)
        kinds = [FITTING[log.node.kind, n.kind] for n in members]
        recipients = [{"member": n.number, "ground": ground} for n, (ground, _) in zip(members, kinds)]
        category = kinds[0][1]
        for _ in range(random.randrange(1, 5)):
            self.give(log, recipients, category)

    def give(self, log, recipients, category):
        random, case = self.random, secret(f"shape case {self.random.randrange(3)}")[:16]
        audience = e.audience_hash(recipients)
        self.lists[audience] = recipients
        if audience not in log.chains or random.random() < 0.1:
            self.grant(log, recipients, key_commitment=secret("key"), epoch=log.size())
            log.chains[audience] = [log.size() - 1, 0]
        kind, reference = self.choose(log, case)
        if kind == 4:
            given = [i for i, (h, _) in enumerate(log.entries) if h[1] == 2 and e.decode_header(h)["category"] == category]
            if given:
                self.grant(log, recipients, history=given[-3:])
            return
        chain = log.chains[audience]
        header = e.encode_header(
            **self.fields(log, kind, case=case, audience=audience, epoch=chain[0], position=chain[1], category=category),
            payload_hash=random.randbytes(32), payload_length=random.randrange(40, 500), key_commitment=random.randbytes(32))
        chain[1] += 1
        if reference:
            log.references.append({"index": log.size(), "generation": 0, "first_index": reference[0], "version": reference[1]})
        self.append(log, header, b"")

    def choose(self, log, case):
        """Kind, and (first index, version) of the fragment it is about."""
        kind = self.random.choice((1, 1, 2, 2, 2, 2, 3, 4))
        live = {first: v for first, v in log.fragments.setdefault(case, {}).items() if v}
        if kind == 2 and live and self.random.random() < 0.4:
            first = self.random.choice(sorted(live))
            log.fragments[case][first] += 1
            return 2, (first, log.fragments[case][first])
        if kind == 2:
            log.fragments[case][log.size()] = 1
            return 2, (log.size(), 1)
        if kind == 3 and live:
            first = self.random.choice(sorted(live))
            log.fragments[case][first] = None
            return 3, (first, 0)
        return (1, None) if kind == 3 else (kind, None)

    def grant(self, log, recipients, history=(), **more):
        boxes = [self.random.randbytes(32) for _ in range(len(recipients) + 1)]
        payload = messages.KEY_GRANT.encode({"audience": recipients, "box_hashes": boxes, "history": list(history)})
        self.plain(log, 4, payload, audience=e.audience_hash(recipients), **more)

    def given(self, log, member, size):
        out = []
        for index, (header, _) in enumerate(log.entries[:size]):
            recipients = self.lists.get(header[40:72], [])
            if any(r["member"] == member for r in recipients):
                out.append((index, log.leaves[index]))
        return out

    def checkpoint(self, log, size, lines=()):
        origin = notes.origin(self.id, log.node.number, 0)
        text = notes.checkpoint_text(origin, size, merkle.root(log.leaves[:size]))
        return notes.sign(text, origin, log.node.log_seed) + "".join(line for _, line in sorted(lines))

    def item(self, log, writer, size=None):
        size = log.size() if size is None else size
        text = text_of(self.checkpoint(log, size).encode())
        line = writer.cosignature(text, self.clock // 1000)
        given = self.given(log, writer.number, size)
        return {
            "member": log.node.number, "generation": 0, "checkpoint": self.checkpoint(log, size, [("", line)]),
            "held_count": len(given), "held_hash": e.held_hash(given), "unopened": [],
        }

    def receipt(self, log):
        """Of every log in which something other than a receipt came."""
        items = []
        for other in self.logs.values():
            done = log.quoted.get(other.node.number, 0)
            if other is log or not any(h[1] != 5 for h, _ in other.entries[done:]):
                continue
            self.clock += 1_000
            item = self.item(other, log.node)
            log.quoted[other.node.number] = other.size()
            line = item["checkpoint"].rstrip("\n").rsplit("\n", 1)[1] + "\n"
            self.cosigned.setdefault((other.node.number, other.size()), {})[notes.witness_name(log.node.identity)] = line
            items.append(item)
        if items:
            for item in items:
                self.receipts.append((item["member"], log.node.number, log.size(), merkle_size(item)))
            self.plain(log, 5, messages.RECEIPT.encode({"logs": items}))

    def proven(self, number, end):
        """Each member's newest receipt for a log up to a size."""
        newest = {}
        for member, writer, index, size in self.receipts:
            if member == number and size <= end:
                newest[writer] = index
        out = []
        for writer, index in sorted(newest.items()):
            log = self.logs[writer]
            header, payload = log.entries[index]
            out.append({
                "member": writer, "generation": 0, "header": header, "payload": payload,
                "checkpoint": self.checkpoint(log, log.size()), "proof": merkle.inclusion(index, log.leaves),
            })
        return out

    def body(self, number, start=0, end=None):
        log = self.logs[number]
        end = log.size() if end is None else end
        window = log.entries[start:end]
        named = sorted({h[40:72] for h, _ in window if h[1] in e.LISTED})
        return {
            "charters": [c.decode() for c in self.charters], "cards": [n.card().decode() for n in NODES],
            "from": self.checkpoint(log, start) if start else "",
            "until": self.checkpoint(log, end, self.cosigned.get((number, end), {}).items()),
            "frontier": merkle.frontier(log.leaves[:start]),
            "entries": [{"header": h, "payload": b"" if h[1] in e.ENCRYPTED else p} for h, p in window],
            "audiences": [{"recipients": self.lists[a]} for a in named if a in self.lists],
            "receipts": self.proven(number, end),
            "fragments": [r for r in log.references if start <= r["index"] < end],
        }

    def write(self, number, body, start=0, end=None, seed=None):
        log = self.logs[number]
        end = log.size() if end is None else end
        return bundles.write(self.id, number, 0, start, end, messages.BUNDLE_BODY.encode(body), seed or log.node.log_seed)

    def export(self, number, start=0, end=None):
        return self.write(number, self.body(number, start, end), start, end)


DAY = 86_400_000


def merkle_size(item):
    return int(item["checkpoint"].split("\n")[1])


def untouched(random):
    """Bundles of one honest table that belong together: every log, in one window or in two that meet or overlap."""
    table, out = Table(random), []
    for number, log in table.logs.items():
        choice = random.random()
        if choice < 0.5:
            out.append(table.export(number))
        elif choice < 0.8:
            cut = random.randrange(1, log.size())
            low = random.randrange(0, cut + 1)
            low = min(low, log.size() - 1)
            out += [table.export(number, 0, cut), table.export(number, low)]
        else:
            out.append(table.export(number, random.randrange(0, log.size())))
    return out
