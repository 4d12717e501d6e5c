"""The own log of a peer that takes part (Protocol/sync-log.md, keys.md §6): writing entries, grants, checkpoints.

A log can be copied, and each copy go on by itself: that is what a liar does. Nothing is refused here for being a lie.
"""

import copy
import os
import threading
import time

from . import entries as e
from . import messages, notes
from . import primitives as p
from .membership import parse_card
from .merkle import leaf_hash, node_hash

ITEMS_MAX, BOUNDARY_BYTES_MAX = messages.ITEMS_PER_CHUNK_MAX, 4_194_304


class Tree:
    """A growing RFC 6962 tree: the roots of its complete subtrees, largest first."""

    def __init__(self):
        self.size, self.stack = 0, []

    def add(self, leaf):
        level = 0
        while self.size >> level & 1:
            leaf = node_hash(self.stack.pop(), leaf)
            level += 1
        self.stack.append(leaf)
        self.size += 1

    @property
    def root(self):
        if not self.stack:
            return p.sha256(b"")
        value = self.stack[-1]
        for left in reversed(self.stack[:-1]):
            value = node_hash(left, value)
        return value

    def copy(self):
        other = Tree()
        other.size, other.stack = self.size, list(self.stack)
        return other


class Chain:
    """A key chain for one audience: the index of the grant that began it, and the key of the next position."""

    def __init__(self, epoch):
        self.epoch, self.position, self.key = epoch, 0, os.urandom(32)

    def take(self):
        """The position and its content key; the chain moves on."""
        position, key = self.position, e.content_key(self.key)
        self.position, self.key = position + 1, e.next_chain_key(self.key)
        return position, key


class Entry:
    """One entry: header, payload, boxes that travel with a grant, and the audience list where there is one."""

    __slots__ = ("header", "payload", "boxes", "recipients", "leaf")

    def __init__(self, header, payload, boxes=(), recipients=None):
        self.header, self.payload, self.boxes, self.recipients = header, payload, list(boxes), recipients
        self.leaf = leaf_hash(header)

    @property
    def bytes(self):
        return len(self.payload) + sum(len(b["sealed"]) + 16 for b in self.boxes)


class Log:
    """One log of the own: (table, member, generation). `charter` is the version that new entries name."""

    def __init__(self, table, member, generation, seed, sealing_of, charter=1):
        self.table, self.member, self.generation, self.seed, self.charter = table, member, generation, seed, charter
        self.sealing_of = sealing_of  # member number -> public sealing key
        self.origin = notes.origin(table, member, generation)
        self.entries, self.tree, self.chains, self.time = [], Tree(), {}, 0
        self.checkpoints, self.since = {}, 0
        self.lock = threading.RLock()  # sessions sign checkpoints while entries are written

    @property
    def size(self):
        return len(self.entries)

    @property
    def leaves(self):
        return [entry.leaf for entry in self.entries]

    def card(self):
        """The newest card entry that names the key this log's checkpoints are signed with, a note."""
        public = p.ed25519_public(self.seed)
        cards = [entry.payload for entry in list(self.entries) if entry.header[1] == e.KINDS["card"]]
        return next((card for card in reversed(cards) if parse_card(card)["log"] == public), cards[0])

    def branch(self):
        """A copy that goes on by itself."""
        other = copy.copy(self)
        other.lock = threading.RLock()
        other.entries, other.tree, other.checkpoints = list(self.entries), self.tree.copy(), dict(self.checkpoints)
        other.chains = {k: copy.copy(c) for k, c in self.chains.items()}
        return other

    def next_time(self):
        self.time = max(int(time.time() * 1000) << 16, self.time + 1)
        return self.time

    def add(self, header, payload, boxes=(), recipients=None):
        """Appends an entry as it is given; its index."""
        entry = Entry(header, payload, boxes, recipients)
        with self.lock:
            last = next(reversed(self.checkpoints), 0)
            if self.size - last >= ITEMS_MAX or (self.size > last and self.since + entry.bytes > BOUNDARY_BYTES_MAX):
                self.checkpoint()
            self.entries.append(entry)
            self.tree.add(entry.leaf)
            self.since += entry.bytes
            return self.size - 1

    def checkpoint(self):
        """The signed checkpoint of the present size, kept."""
        with self.lock:
            if self.size not in self.checkpoints:
                text = notes.checkpoint_text(self.origin, self.size, self.tree.root)
                self.checkpoints[self.size] = notes.sign(text, self.origin, self.seed)
                self.since = 0
            return self.checkpoints[self.size]

    def fields(self, kind, changes):
        base = {"kind": kind, "charter_version": self.charter, "index": self.size, "time": self.next_time()}
        return {**base, **changes}

    def plain(self, kind, payload, **changes):
        """An entry for the whole table."""
        return self.add(*e.plain_entry(payload, **self.fields(kind, changes)))

    def begin(self, card, charter):
        """The first two entries (sync-log.md §4)."""
        self.plain(e.KINDS["card"], card)
        self.plain(e.KINDS["charter adopted"], charter)
        return self

    def grant(self, recipients, box_key=None, recipient_keys=None):
        """A key grant for an audience: it begins a chain. `box_key` replaces what the boxes of others hold."""
        audience = e.audience_hash(recipients, self.member)
        chain = self.chains[audience] = Chain(self.size)
        boxes = []
        for member in [self.member, *(r["member"] for r in recipients)]:
            key = chain.key if member == self.member else (box_key or chain.key)
            public = (recipient_keys or {}).get(member) or self.sealing_of(member)
            boxes.append({"member": member, "sealed": p.sealed_box(public, key, os.urandom(32))})
        payload = messages.KEY_GRANT.encode({"audience": recipients, "box_hashes": [p.sha256(b["sealed"]) for b in boxes]})
        header, payload = e.plain_entry(payload, **self.fields(e.KINDS["key grant"], {
            "audience": audience, "epoch": chain.epoch, "position": chain.position, "key_commitment": e.commitment(chain.key)}))
        return self.add(header, payload, boxes, recipients)

    def sealed(self, kind, case, recipients, plaintext, category=3, **changes):
        """An encrypted entry for an audience, after its grant; its index."""
        audience = e.audience_hash(recipients, self.member)
        if audience not in self.chains:
            self.grant(recipients)
        chain = self.chains[audience]
        position, key = chain.take()
        values = {"audience": audience, "case": case, "category": category, "epoch": chain.epoch, "position": position, **changes}
        header, payload = e.seal_entry(key, os.urandom(24), plaintext, **self.fields(kind, values))
        return self.add(header, payload, (), recipients)

    def operations(self, case, recipients, operations, audience_version=1, **changes):
        data = messages.OPERATIONS.encode({"audience_version": audience_version, "operations": operations})
        return self.sealed(e.KINDS["operations"], case, recipients, data, **changes)

    def next_index(self, recipients):
        """The index that the next encrypted entry for an audience will have."""
        return self.size + (e.audience_hash(recipients, self.member) not in self.chains)

    def open_case(self, title, recipients, members):
        """Opens a case for an audience; its ID."""
        index = self.next_index(recipients)
        case = e.object_id(self.table, e.dot_bytes(self.member, self.generation, index, 0))
        audience = {"version": 1, "members": members, "category": 3}
        self.operations(case, recipients, [{"open_case": {"title": title, "summary": "", "audience": audience}}])
        return case

    def note(self, case, recipients, text, **changes):
        return self.operations(case, recipients, [{"add_note": {"text": text}}], **changes)

    def fragment(self, case, recipients, fields, kind="inspection"):
        values = [{"name": k, "value": v} for k, v in sorted(fields.items(), key=lambda f: f[0].encode())]
        data = {"first_index": self.next_index(recipients), "version": 1, "type": kind, "fields": values,
                "generation": self.generation}
        return self.sealed(e.KINDS["fragment"], case, recipients, messages.FRAGMENT.encode(data))

    def withdraw(self, case, recipients, first_index, reason):
        data = messages.WITHDRAWAL.encode(
            {"first_index": first_index, "reason": reason, "generation": self.generation})
        return self.sealed(e.KINDS["withdrawal"], case, recipients, data)

    def receipt(self, items):
        """A receipt over items (member, generation, checkpoint note with cosignature, count, hash, unopened)."""
        names = ("member", "generation", "checkpoint", "held_count", "held_hash", "unopened")
        data = messages.RECEIPT.encode({"logs": [dict(zip(names, item)) for item in items]})
        return self.plain(e.KINDS["receipt"], data)

    def dot(self, index, operation=0):
        """A reference to an own operation."""
        return reference(self.member, self.generation, index, operation, self.entries[index].leaf)


def reference(member, generation, index, operation=0, leaf=None):
    """A dot of `supersedes` or `remove`. Of an entry that does not exist yet nobody knows the leaf: a guess stands there."""
    entry = (leaf or os.urandom(32))[:16]
    return {"member": member, "generation": generation, "index": index, "operation": operation, "entry": entry}
