"""One connection of the peer (Protocol/sync.md §3): what it answers to each message, as an honest member does unless its
face says otherwise."""

import contextlib
import threading
import time
from collections import deque

from . import entries as e
from . import messages
from .forks import fork_file, parse_fork_file
from .merkle import inclusion
from .peer_log import Log
from .peer_tls import Closed
from .primitives import Refused, require, sha256

IN_FLIGHT_MAX = 4
SHOWN_MAX = 2_000  # messages remembered


class Session:
    """`received` holds the names and values of what came, the newest last; `goodbye` what ended it."""

    def __init__(self, peer, channel, is_client, face):
        self.peer, self.channel, self.is_client, self.face = peer, channel, is_client, face
        self.identity = channel.card["identity"]
        self.ended, self.greeted, self.changed = threading.Event(), threading.Event(), threading.Condition()
        self.goodbye, self.error, self.received = None, None, deque(maxlen=SHOWN_MAX)
        self.acked, self.next, self.flying, self.known = {}, {}, {}, set()
        # Of a table: the sizes the other side named last, the logs it refuses, and those whose evidence it was sent.
        self.theirs, self.refused, self.shown = {}, {}, {}
        self.began = time.monotonic()
        self.lock = threading.RLock()

    def start(self):
        if not self.is_client:
            self.say_hello()
        threading.Thread(target=self.run, daemon=True).start()

    # What goes out

    def send(self, name, **value):
        self.channel.write_frame(messages.PEER_MESSAGE.encode({name: value}))

    def try_send(self, name, **value):
        """Sends unless the connection is over; whether it went."""
        try:
            self.send(name, **value)
            return True
        except (Closed, OSError):
            return False

    def say_hello(self):
        tables = [{"table": t.id, "file_hash": sha256(t.file)} for t in self.peer.tables.values() if self.identity in t.numbers]
        self.send("hello", version=1, card=self.face.card.decode(), tables=tables)

    def own(self, table):
        """The logs that this face calls its own: {(member, generation): Log}."""
        me = table.numbers[self.peer.identity]
        return {(me, g): log for g, log in self.face.logs.get(table.id, {}).items()}

    def logs(self, table):
        """The logs that this peer does not refuse and that are not empty; of its own it refuses none."""
        held = {k: h for k, h in list(table.held.items()) if not table.refuses(k)} if self.face.relays else {}
        return {k: log for k, log in (held | self.own(table)).items() if log.size}

    def sizes(self, table):
        return {k: log.size for k, log in self.logs(table).items()}

    def refusals(self, table):
        """The logs of others that this peer refuses, as far as it knows of them."""
        return sorted(k for k in set(table.held) | set(table.evidence) if table.refuses(k) and k not in self.own(table))

    def send_digest(self, table, in_round=False):
        newest = max((g for member, g in table.held if member == self.number(table)), default=0)
        held = table.held.get((self.number(table), newest))
        digest = heads_digest(table, self)
        self.send("heads_digest", table=table.id, digest=digest, complete=held.complete if held else 0, settled=True, round=in_round)

    def send_heads(self, table):
        logs = {k: log.checkpoint() if isinstance(log, Log) else log.checkpoint for k, log in self.logs(table).items()}
        self.send("heads", table=table.id, logs=[{"member": k[0], "generation": k[1], "checkpoint": note} for k, note in sorted(logs.items())],
                  refused=[{"member": k[0], "generation": k[1]} for k in self.refusals(table)])

    def number(self, table):
        return table.numbers[self.identity]

    def push(self, table):
        """Sends chunks of every log that the other side has less of and does not refuse, as far as may be in flight."""
        with self.lock:
            own = self.own(table)
            for key, size in sorted(self.sizes(table).items()):
                if self.flying.get(table.id, 0) >= IN_FLIGHT_MAX or table.id not in self.known:
                    break
                if key in self.refused.get(table.id, ()):
                    continue
                while (at := self.next.get((table.id, key), 0)) < size and self.flying.get(table.id, 0) < IN_FLIGHT_MAX:
                    end = self.chunk_end(own.get(key) or table.held[key], at)
                    if end <= at:
                        break
                    self.flying[table.id] = self.flying.get(table.id, 0) + 1
                    self.next[table.id, key] = end
                    self.send_chunk(table, key, own.get(key), at, end)

    @staticmethod
    def chunk_end(log, at):
        """Where a chunk from `at` ends: the next checkpoint held, or signed now where the log is the own."""
        if isinstance(log, Log):
            log.checkpoint()
        return min((size for size in list(log.checkpoints) if size > at), default=at)

    def send_chunk(self, table, key, log, at, end):
        if log:
            items = [self.own_item(table, log, i) for i in range(at, end)]
            note, complete = log.checkpoints[end], self.face.says_complete
        else:
            items = [table.held[key].as_item(i, self.number(table)) for i in range(at, end)]
            note, complete = table.held[key].checkpoints[end], False
        self.send("chunk", table=table.id, member=key[0], generation=key[1], **{"from": at}, items=items, checkpoint=note, complete=complete)

    def own_item(self, table, log, index):
        entry, receiver = log.entries[index], self.number(table)
        how = self.face.gives(log, index, receiver)
        addressed = entry.recipients is None or any(r["member"] == receiver for r in entry.recipients)
        if how == "full" or (how is None and addressed):
            return {"full": {"header": entry.header, "payload": entry.payload, "boxes": entry.boxes}}
        return {"leaf": entry.leaf}

    def send_fill(self, table, key, at, until):
        """The entries of a log in a range that are addressed to the other side, of own logs as far as the face gives them."""
        log = self.own(table).get(key)
        found, count = [], 0
        for index in range(at, min(until, log.size if log else table.held[key].size)):
            item = self.own_item(table, log, index) if log else table.held[key].as_item(index, self.number(table))
            if "full" in item:
                count += len(item["full"]["payload"]) + 80 * len(item["full"]["boxes"])
                if len(found) >= messages.ITEMS_PER_CHUNK_MAX or count > 8_000_000:
                    until = index
                    break
                found.append(item["full"])
        self.send("fill", table=table.id, member=key[0], generation=key[1], **{"from": at}, until=until, entries=found,
                  complete=bool(log) and self.face.says_complete)

    # What comes in

    def run(self):
        try:
            while True:
                message = messages.PEER_MESSAGE.decode(self.channel.read_frame())
                ((name, value),) = [(k, v) for k, v in message.items() if v is not None]
                with self.changed:
                    self.received.append((name, value))
                    self.changed.notify_all()
                hook = self.face.hooks.get(name)
                if not (hook and hook(self, value)):
                    # What this peer has no answer to it reads and leaves.
                    getattr(self, "on_" + name, lambda _value: None)(value)
        except (Closed, OSError, Refused, ValueError) as error:
            self.error = self.error or error
        finally:
            self.ended.set()
            with self.changed:
                self.changed.notify_all()
            self.channel.close()

    def table(self, value):
        table = self.peer.tables.get(value["table"])
        return table if table and self.identity in table.numbers else None

    def on_hello(self, value):
        if self.greeted.is_set():
            return
        if self.is_client:
            self.say_hello()
        self.greeted.set()
        self.peer.settle(self)
        for head in value["tables"]:
            table = self.table(head)
            if table:
                if head["file_hash"] != sha256(table.file):
                    self.send("table_file", table=table.id, file=table.file.decode())
                self.send_digest(table, in_round=True)

    def on_table_file(self, value):
        table = self.table(value)
        if table and self.peer.merge(table, value["file"].encode()):
            if table.file != value["file"].encode():
                self.send("table_file", table=table.id, file=table.file.decode())
            self.send_digest(table, in_round=True)

    def on_heads_digest(self, value):
        table = self.table(value)
        if table is None:
            return
        with table.lock:
            log = self.own(table)[max(self.own(table))] if self.own(table) else None
            if value["digest"] != heads_digest(table, self):
                self.send_heads(table)
                return
            self.note_sizes(table, self.sizes(table))
            if log and value["complete"] < log.size:
                self.send_fill(table, (log.member, log.generation), value["complete"], log.size)
            if value["round"]:
                self.send_digest(table)

    def on_heads(self, value):
        table = self.table(value)
        if table is None:
            return
        with table.lock, self.lock:
            theirs = {}
            for head in value["logs"]:
                size = int(head["checkpoint"].split("\n")[1])
                theirs[head["member"], head["generation"]] = size
            self.refused[table.id] = {(log["member"], log["generation"]) for log in value["refused"]}
            self.note_sizes(table, theirs)
            ahead = any(size > table.held_log(*key).size for key, size in theirs.items() if key not in self.own(table) and not table.refuses(key))
            unknown = [k for k in self.refusals(table) if k in table.evidence and k not in self.refused[table.id]]
        for key in unknown:
            self.show_evidence(table, key)
        if ahead:
            self.send_heads(table)
        self.push(table)

    def show_evidence(self, table, key):
        """Once in a session."""
        if key not in self.shown.setdefault(table.id, set()):
            self.shown[table.id].add(key)
            self.try_send("evidence", **table.evidence[key])

    def note_sizes(self, table, theirs):
        """What the other side holds, as heads or an equal digest say; sending goes on from there."""
        with self.lock:
            self.theirs[table.id] = theirs
            for key in set(theirs) | set(self.sizes(table)):
                self.next[table.id, key] = self.acked[table.id, key] = theirs.get(key, 0)
            self.flying[table.id] = 0
            self.known.add(table.id)
        with self.changed:
            self.changed.notify_all()

    def on_chunk(self, value):
        table = self.table(value)
        key = value["member"], value["generation"]
        if table is None or key in self.own(table) or key[0] not in table.charter["members"]:
            return
        if table.refuses(key):
            self.send_heads(table)
            return
        with table.lock:
            held = table.held_log(*key)
            held.take(value, table.identity_of(key[0]))
            if value["complete"] and key[0] == self.number(table) and held.complete >= value["from"]:
                held.complete = held.size
            size = held.size
        self.send("ack", table=table.id, member=key[0], generation=key[1], size=size)

    def on_ack(self, value):
        table = self.table(value)
        if table is None:
            return
        key = table.id, (value["member"], value["generation"])
        with self.lock:
            self.flying[table.id] = max(0, self.flying.get(table.id, 0) - 1)
            self.acked[key] = max(value["size"], self.acked.get(key, 0))
        self.push(table)
        if not self.flying[table.id]:
            self.send_digest(table, in_round=True)
        with self.changed:
            self.changed.notify_all()

    def on_ask(self, value):
        table, key = self.table(value), (value["member"], value["generation"])
        if table and (key in self.own(table) or key in table.held):
            self.send_fill(table, key, value["from"], value["until"])

    def on_fill(self, value):
        table, key = self.table(value), (value["member"], value["generation"])
        if table is None or key not in table.held:
            return
        with table.lock:
            table.held[key].fill(value)
            if value["complete"] and key[0] == self.number(table) and table.held[key].complete >= value["from"]:
                table.held[key].complete = max(table.held[key].complete, value["until"])
                self.send_digest(table)

    def on_prove(self, value):
        """sync.md §3.2: what this face holds at an index, or at its last one, under its newest checkpoint; of refused logs too."""
        table, key = self.table(value), (value["member"], value["generation"])
        log = (table.held | self.own(table)).get(key) if table else None
        if not log or not log.size:
            return
        with table.lock:
            index, branch = branch_at(log, value["index"])
        self.send("proof", table=table.id, member=key[0], generation=key[1], index=index, branch=branch)

    def on_evidence(self, value):
        """Checked as sync-log.md §8 says, kept, and passed on to every other session of the table."""
        table, key = self.table(value), (value["member"], value["generation"])
        if table is None or key in table.evidence:
            return
        naming = [n for n, c in enumerate(table.chain) if c["effective"] and key[0] in c["members"]]
        require(naming, "fork", "no member")
        charters = [c["note"] for c in table.chain[: naming[0] + 1]]
        branches = [(b["card"].encode(), b["leaf"], b["path"], b["checkpoint"].encode()) for b in (value["first"], value["second"])]
        file = fork_file(charters, value["index"], branches)
        found = parse_fork_file(file)
        require((found["member"], found["generation"], found["index"]) == (*key, value["index"]), "fork", "another log or place")
        with table.lock:
            table.evidence[key] = value
        if key not in self.own(table):
            for session in list(self.peer.sessions):
                if session is not self and session.greeted.is_set() and session.table(value):
                    session.show_evidence(table, key)

    def on_goodbye(self, value):
        self.goodbye = value
        raise Closed(f"goodbye {value['code']}: {value['text']}")

    # For whoever drives it

    def wait(self, condition, seconds=10):
        """Waits until a condition over this session holds; whether it did before the time or the session's end."""
        end = time.monotonic() + seconds
        with self.changed:
            while not condition():
                if self.ended.is_set() or time.monotonic() >= end:
                    return bool(condition())
                self.changed.wait(min(0.1, max(0.0, end - time.monotonic())))
        return True

    def give(self, table, seconds=10):
        """Pushes the own logs; whether the other side acknowledged all of them in time, and refuses none."""
        try:
            self.push(table)
        except (Closed, OSError):
            return False
        wanted = {(table.id, k): log.size for k, log in self.own(table).items()}

        def taken():
            return all(self.acked.get(k, 0) >= size for k, size in wanted.items())

        def refused():
            return any(k in self.refused.get(table.id, ()) for _, k in wanted)

        self.wait(lambda: taken() or refused(), seconds)
        return taken()

    def caught_up(self, table):
        """Whether this peer holds all that the other side said it has, and the other's own log complete."""
        if table.id not in self.known:
            return False
        for key, size in self.theirs.get(table.id, {}).items():
            held = table.held.get(key)
            if key in self.own(table) or table.refuses(key):
                continue
            if held is None or held.size < size or (key[0] == self.number(table) and held.complete < size):
                return False
        return True

    def end(self):
        """Ends the session in order: what was sent last is read by the other side before it closes."""
        self.try_send("goodbye", code=0, text="")
        self.channel.finish()
        self.ended.wait(1)
        self.channel.close()


def branch_at(log, index):
    """What a log holds at an index, or at its last one, under its newest checkpoint: the index and a `Branch`."""
    own = isinstance(log, Log)
    with log.lock if own else contextlib.nullcontext():
        note, leaves = log.checkpoint() if own else log.checkpoint, log.leaves
        index = min(index, len(leaves) - 1)
        return index, {"card": log.card().decode(), "checkpoint": note, "leaf": leaves[index], "path": inclusion(index, leaves)}


def heads_digest(table, session):
    """sync.md §3; the one place where this peer knows what a digest covers."""
    there = session.refused.get(table.id, ())
    return e.heads_digest([(*key, log.size, log.tree.root) for key, log in session.logs(table).items() if key not in there])
