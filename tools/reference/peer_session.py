"""One connection of the peer (Protocol/sync.md §3): what it answers to each message, as an honest member does unless its
face says otherwise."""

import threading
import time
from collections import deque

from . import entries as e
from . import messages
from .peer_log import Log
from .peer_tls import Closed
from .primitives import Refused, sha256

IN_FLIGHT_MAX = 4
SHOWN_MAX = 2_000  # messages remembered


class Session:
    """`received` holds the names and values of what came, the newest last; `goodbye` what ended it."""

    def __init__(self, peer, channel, is_client, face):
        self.peer, self.channel, self.is_client, self.face = peer, channel, is_client, face
        self.identity = channel.card["identity"]
        self.ended, self.greeted, self.changed = threading.Event(), threading.Event(), threading.Condition()
        self.goodbye, self.error, self.received = None, None, deque(maxlen=SHOWN_MAX)
        self.acked, self.next, self.flying, self.known, self.rounds = {}, {}, {}, set(), set()
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

    def sizes(self, table):
        held = {k: h.size for k, h in table.held.items() if h.size} if self.face.relays else {}
        return held | {k: log.size for k, log in self.own(table).items()}

    def send_digest(self, table, in_round=False):
        newest = max((g for member, g in table.held if member == self.number(table)), default=0)
        held = table.held.get((self.number(table), newest))
        digest = heads_digest(table, self)
        self.send("heads_digest", table=table.id, digest=digest, complete=held.complete if held else 0, settled=True, round=in_round)

    def send_heads(self, table):
        logs = {k: log.checkpoint() for k, log in self.own(table).items() if log.size}
        if self.face.relays:
            logs |= {k: h.checkpoint for k, h in table.held.items() if h.size}
        self.send("heads", table=table.id, logs=[{"member": k[0], "generation": k[1], "checkpoint": note} for k, note in sorted(logs.items())])

    def number(self, table):
        return table.numbers[self.identity]

    def push(self, table):
        """Sends chunks of every log that the other side has less of, as far as may be in flight."""
        with self.lock:
            own = self.own(table)
            for key, size in sorted(self.sizes(table).items()):
                if self.flying.get(table.id, 0) >= IN_FLIGHT_MAX or table.id not in self.known:
                    break
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
            elif value["round"]:
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
            self.note_sizes(table, theirs)
            ahead = any(size > table.held_log(*key).size for key, size in theirs.items() if key not in self.own(table))
        if ahead:
            self.send_heads(table)
        self.push(table)

    def note_sizes(self, table, theirs):
        """What the other side holds, as heads or an equal digest say; sending goes on from there."""
        with self.lock:
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
        with table.lock:
            held = table.held_log(*key)
            held.take(value, table.log_keys(key[0]), table.witnesses())
            if value["complete"] and key[0] == self.number(table):
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
        if not self.flying.get(table.id) and table.id in self.rounds:
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
            if value["complete"] and key[0] == self.number(table):
                table.held[key].complete = max(table.held[key].complete, value["until"])

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
        """Pushes the own logs; whether the other side acknowledged all of them in time."""
        try:
            self.push(table)
        except (Closed, OSError):
            return False
        wanted = {(table.id, k): log.size for k, log in self.own(table).items()}
        return self.wait(lambda: all(self.acked.get(k, 0) >= size for k, size in wanted.items()), seconds)

    def end(self):
        """Ends the session in order: what was sent last is read by the other side before it closes."""
        self.try_send("goodbye", code=0, text="")
        self.channel.finish()
        self.ended.wait(1)
        self.channel.close()


def heads_digest(table, session):
    """sync.md §3; the one place where this peer knows what a digest covers."""
    return e.heads_digest([(member, generation, size) for (member, generation), size in session.sizes(table).items()])
