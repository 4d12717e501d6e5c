"""The work that is measured: each item makes one figure of the product and one of the floor, in one run."""
import os
from dataclasses import dataclass

import time

from . import sample
from .programs import Broken, Node, execute, form_table, free_port
from .proxy import CountingProxy
from .readers import Readers

PAYLOAD_BYTES = 512
LOG_BATCH = 256
IMPORT_BATCH = 2_000
COMMANDS_MAX = 20


@dataclass
class Sizes:
    """How much of each work."""
    rows: int
    fragments: int
    cases: int
    appended: int
    members: int
    each: int
    rounds: int
    primitive_seconds: float
    # How long readers ask without an import beside them.
    reading_seconds: float
    # Entries of the store that is opened, in cases of `each`.
    opened: int


FULL = Sizes(rows=200_000, fragments=100_000, cases=400, appended=25_600, members=40, each=250, rounds=10, primitive_seconds=0.5, reading_seconds=8, opened=1_000_000)
SHORT = Sizes(rows=300, fragments=400, cases=4, appended=512, members=4, each=10, rounds=2, primitive_seconds=0.01, reading_seconds=0.5, opened=400)


@dataclass
class Item:
    """A line of the table."""
    key: str
    words: str
    unit: str
    # How the figure relates to the floor: "rate" is product over floor, "cost" floor over product; 1 is the floor.
    kind: str
    goal: str
    floor: object
    product: object
    # What a line tells beside the figure, by name: seconds of processor and bytes of memory.
    notes: dict


@dataclass
class Fetched:
    """What fetching everything took, without the start of the program, and what it used."""
    seconds: float
    notes: dict


def without_start(commands, start):
    """Seconds of commands without their start, which is never more than half: small work is lost in the noise of it."""
    wall = sum(done.wall for done in commands)
    return max(wall - start * len(commands), wall / 2)


class Work:
    """Prepares what the items begin with, once; then each can be measured again and again."""

    def __init__(self, world, sizes):
        self.world, self.sizes = world, sizes
        self.notes = {}
        self.opener = None

    def prepare(self, say):
        """Makes the nodes, the table and the entries."""
        sizes, world = self.sizes, self.world
        say(f"writing a file of {sizes.rows:,} rows")
        self.csv, self.mapping = world.path("rows.csv"), world.path("rows.yaml")
        sample.write(self.csv, sizes.rows)
        with open(self.mapping, "w", encoding="utf-8") as file:
            file.write(sample.MAPPING)
        say(f"making two nodes, and sharing {sizes.fragments:,} fragments of {PAYLOAD_BYTES} bytes in {sizes.cases} cases")
        self.port = free_port()
        self.giver = Node.make(world, "od-gever", 1, self.port)
        self.taker = Node.make(world, "od-nemer", 2, free_port())
        form_table(world, self.giver, [self.taker], "Meting")
        self.writer = self.giver.copy("writer")
        self.giver.bench("load", "--cases", sizes.cases, "--fragments", sizes.fragments, "--bytes", PAYLOAD_BYTES)
        self.viewer = self.writer.copy("viewer")
        count = sizes.members * sizes.each
        self.case = self.viewer.bench("load", "--cases", 1, "--fragments", count, "--bytes", PAYLOAD_BYTES).json["first_case"]

    def reading_node(self):
        """A node that runs, with pages, somebody's token, and a case of many fragments that it shares."""
        node = self.giver.copy("reading")
        web = free_port()
        node.settings(listen=f"127.0.0.1:{free_port()}", http=f"127.0.0.1:{web}")
        password = self.world.path("password")
        with open(password, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write("een lang wachtwoord\n")
        node.tafel("user", "add", "lezer", "--role", "analyst", "--password-file", password)
        token = node.tafel("token", "add", "lezer", "--scope", "read-contents").json["token"]
        case = node.tafel("case", "list").json["cases"][0]["case"]
        # A record of its own that searches find.
        first = self.world.path("first.csv")
        sample.write(first, 1)
        node.tafel("record", "import", first, "--mapping", self.mapping)
        node.start()
        return node, lambda: Readers(web, token, case, "10000000")

    # M2.

    def large(self):
        """A node with many entries, closed in good order; made once."""
        if self.opener is None:
            self.opener = self.writer.copy("opener")
            count = self.sizes.opened
            told = self.opener.bench("load", "--cases", max(1, count // self.sizes.each), "--fragments", count, "--bytes", PAYLOAD_BYTES)
            self.opened_case = told.json["first_case"]
            # A store that was just written is read once; after that it is as a node finds it that was stopped and starts.
            self.opener.bench("show", self.opened_case, "--rounds", 1)
        return self.opener

    def open_floor(self):
        told = self.world.floor("view", 1, self.sizes.each, PAYLOAD_BYTES, self.sizes.rounds)
        return (told["view_seconds"] + told["open_seconds"]) * 1_000

    def open_product(self):
        done = self.large().bench("show", self.opened_case, "--rounds", 1, key="M2")
        self.note("M2", open_milliseconds=done.json["open_seconds"] * 1_000, own_memory_bytes=done.json["own_bytes_after_first"])
        return (done.json["open_seconds"] + done.json["first_seconds"]) * 1_000

    # C1: both sides are this program, without the other work and with it.

    def import_at(self, node, key=None):
        """Rows a second of an import into a node that runs."""
        done = node.tafel("record", "import", self.csv, "--mapping", self.mapping, key=key)
        return self.sizes.rows / done.wall

    def reading_floor(self):
        node, readers = self.reading_node()
        with readers() as asking:
            time.sleep(self.sizes.reading_seconds)
        node.stop()
        node.remove()
        return asking.p95_milliseconds()

    def reading_product(self):
        node, readers = self.reading_node()
        with readers() as asking:
            rate = self.import_at(node, key="C1")
        node.stop()
        node.remove()
        self.note("C1", import_rows_a_second=rate, answers=len(asking.seconds))
        return asking.p95_milliseconds()

    def import_alone(self):
        node, _ = self.reading_node()
        rate = self.import_at(node)
        node.stop()
        node.remove()
        return rate

    def import_beside(self):
        node, readers = self.reading_node()
        with readers():
            rate = self.import_at(node)
        node.stop()
        node.remove()
        return rate

    def note(self, key, **values):
        for name, value in values.items():
            self.notes.setdefault(key, {}).setdefault(name, []).append(value)

    def start_seconds(self, node):
        """How long a command takes that does nothing: program, passphrase, opening the store."""
        return min(node.tafel("node", "status", codes=(0, 1)).wall for _ in range(2))

    # Import.

    def import_floor(self):
        told = self.world.floor("import", self.csv, self.world.empty("floor"), IMPORT_BATCH)
        if told["rows"] != self.sizes.rows:
            raise Broken(f"the floor read {told['rows']} rows")
        return told["rows"] / told["seconds"]

    def import_product(self):
        node = self.writer.copy("import")
        start = self.start_seconds(node)
        done = node.tafel("record", "import", self.csv, "--mapping", self.mapping, key="import")
        node.remove()
        if done.json["imported"] != self.sizes.rows:
            raise Broken(f"{done.json['imported']} rows of {self.sizes.rows} were imported")
        self.note("import", processor_seconds=done.processor, memory_bytes=done.memory, command_seconds=done.wall, start_seconds=start)
        return self.sizes.rows / without_start([done], start)

    # S1 and S5.

    def sync_floor(self):
        told = self.world.floor("sync", self.world.empty("floor"), self.sizes.fragments, PAYLOAD_BYTES)
        self.note("S5", floor_bytes=told["wire_bytes"])
        return told["entries"] / told["seconds"]

    def sync(self, listens_at, key=None):
        """One node fetches everything from the other, which runs."""
        giver, taker = self.giver.copy("sync-giver"), self.taker.copy("sync-taker")
        giver.listen(listens_at)
        giver.start(key=key and f"{key} giver")
        start = self.start_seconds(taker)
        commands = []
        # A round in which nothing moves for a minute ends; a slow machine asks again and goes on where it was.
        while not commands or commands[-1].json["peers"][0]["error"] and len(commands) < COMMANDS_MAX:
            commands.append(taker.tafel("sync", "now", "--peer", giver.handle, codes=(0, 3), key=key if not commands else None))
        usage = giver.stop()
        error = commands[-1].json["peers"][0]["error"]
        received = sum(done.json["peers"][0]["received"]["entries"] for done in commands)
        if error or received < self.sizes.fragments + self.sizes.cases:
            raise Broken(f"{received} entries came, {error}")
        # Searchable: any subject but the last has four fragments, each found by its KvK number.
        found = taker.tafel("record", "search", "--kvk", "10000000", "--limit", "10").json["total"]
        if found != 4:
            raise Broken(f"{found} fragments of the first subject were found, not 4")
        giver.remove()
        taker.remove()
        return Fetched(
            seconds=without_start(commands, start),
            notes={"commands": len(commands), "received_entries": received, "start_seconds": start,
                   "processor_seconds": sum(done.processor for done in commands), "memory_bytes": max(done.memory for done in commands),
                   "giver_processor_seconds": usage.ru_utime + usage.ru_stime, "giver_memory_bytes": usage.ru_maxrss * 1024})

    def sync_product(self):
        fetched = self.sync(self.port, key="S1")
        self.note("S1", **fetched.notes)
        return self.sizes.fragments / fetched.seconds

    def wire_floor(self):
        told = self.world.floor("sync", self.world.empty("floor"), self.sizes.fragments, PAYLOAD_BYTES)
        return told["wire_bytes"] / (self.sizes.fragments * PAYLOAD_BYTES)

    def wire_product(self):
        inner = free_port()
        proxy = CountingProxy(self.port, inner)
        try:
            self.sync(inner)
        finally:
            proxy.close()
        return proxy.bytes / (self.sizes.fragments * PAYLOAD_BYTES)

    # L1.

    def append_floor(self):
        told = self.world.floor("append", self.world.empty("floor"), self.sizes.appended, LOG_BATCH, PAYLOAD_BYTES)
        return told["entries"] / told["seconds"]

    def append_product(self):
        node = self.writer.copy("append")
        done = node.bench("append", "--count", self.sizes.appended, "--batch", LOG_BATCH, "--bytes", PAYLOAD_BYTES, key="L1")
        node.remove()
        self.note("L1", processor_seconds=done.processor, memory_bytes=done.memory)
        return done.json["entries"] / done.json["seconds"]

    # M3.

    def view_told(self):
        sizes = self.sizes
        return self.world.floor("view", sizes.members, sizes.each, PAYLOAD_BYTES, sizes.rounds)

    def view_floor(self):
        return self.view_told()["view_seconds"] * 1_000

    def view_product(self):
        sizes = self.sizes
        command = ("view", "--members", sizes.members, "--fragments", sizes.each, "--bytes", PAYLOAD_BYTES, "--rounds", sizes.rounds)
        done = self.outside_a_node(command)
        self.note("M3", read_milliseconds=done.json["read_seconds"] * 1_000, memory_bytes=done.memory)
        return done.json["view_seconds"] * 1_000

    def outside_a_node(self, command):
        return execute([*self.world.recording("M3"), os.path.join(self.world.programs, "tafel-bench"), *map(str, command)], self.world.environment)

    def show_floor(self):
        told = self.view_told()
        return (told["view_seconds"] + told["open_seconds"]) * 1_000

    def show_product(self):
        done = self.viewer.bench("show", self.case, "--rounds", self.sizes.rounds, key="M3 store")
        self.note("M3 store", first_milliseconds=done.json["first_seconds"] * 1_000, memory_bytes=done.memory)
        return done.json["seconds"] * 1_000

    def items(self):
        """Every line of the table."""
        def item(key, words, unit, kind, goal, floor, product):
            return Item(key, words, unit, kind, goal, floor, product, self.notes.setdefault(key, {}))
        sizes = self.sizes
        fragments, merged = f"{sizes.fragments:,} fragments of {PAYLOAD_BYTES} B", f"{sizes.members} partners × {sizes.each} fragments"
        return [
            item("import", f"import of {sizes.rows:,} rows, 4 search terms each", "rows/s", "rate", "≥ 20,000 rows/s", self.import_floor, self.import_product),
            item("S1", f"{fragments}, loopback TLS, from empty to searchable", "entries/s", "rate", "≥ 0.5 × floor", self.sync_floor, self.sync_product),
            item("S5", "bytes on the wire / payload bytes of the same", "", "cost", "≤ 1.45", self.wire_floor, self.wire_product),
            item("L1", f"append, durable, batches of {LOG_BATCH}", "entries/s", "rate", "≥ 0.5 × floor", self.append_floor, self.append_product),
            item("M3", f"merged view, {merged}, entries open", "ms", "cost", "≤ 20 ms", self.view_floor, self.view_product),
            item("M2", f"opening a node with {sizes.opened:,} entries, unlocked, to the first view of a case of {sizes.each}; floor: those entries alone, opened", "ms", "cost", "≤ 100 ms", self.open_floor, self.open_product),
            item("C1", "p95 of 4 readers over HTTP (a case, a number) beside an import; floor: the same without it", "ms", "cost", "≤ 2 × without", self.reading_floor, self.reading_product),
            item("C1 import", "import into a running node beside those readers; floor: alone", "rows/s", "rate", "≥ 0.7 × alone", self.import_alone, self.import_beside),
            item("M3 store", "`case show` of as many from the store, JSON and text", "ms", "cost", "", self.show_floor, self.show_product),
        ]
