#!/usr/bin/env python3
"""kill -9 and SIGINT at seeded moments of import, share and synchronisation.

After each: what was acknowledged is there, nothing is half there, the node starts again at once, logs verify, and
both nodes
come to hold the same.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from support import MAPPING, Suite, csv_text  # noqa: E402

ROWS = 20_000
IMPORT_SECONDS, COMMAND_SECONDS, SYNC_SECONDS = (0.05, 2.6), (0.0, 0.4), (0.0, 0.8)
EXPORT_EVERY = 8
SIGNALS = (signal.SIGKILL, signal.SIGINT)
START_SECONDS_MAX = 10


def add_arguments(parser):
    parser.add_argument("--moments", type=int, default=102, help="moments at which something is killed (default: 102)")


def kill_at(suite, process, seconds, number):
    """Sends a signal after some seconds, unless the process ended before; (exit code, standard output, whether it was
    killed)."""
    end = threading.Timer(seconds, process.send_signal, (number,))
    end.start()
    try:
        out, err = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        suite.check(False, f"a process that got {number.name} ends within 60 s")
        process.kill()
        out, err = process.communicate()
    end.cancel()
    text = err.decode(errors="replace")
    suite.check(
        "Fatal error" not in text
        and process.returncode not in (70, -signal.SIGSEGV, -signal.SIGILL, -signal.SIGABRT, -signal.SIGTRAP),
        f"{number.name} ends a process without a crash of its own",
        (process.returncode, text[-500:]),
    )
    return process.returncode, out


class Imports:
    """One file, imported again and again until it is whole; then the next."""

    def __init__(self, suite, world):
        self.suite, self.world, self.node, self.round = suite, world, world.node("od-zuid"), 0
        self.rows, self.done_before, self.last = [], 0, 0
        self.next_file()

    def next_file(self):
        self.done_before += len(self.rows)
        self.round += 1
        random = self.suite.random
        self.rows = [
            {
                "ID": f"R{self.round}-{n}",
                "Company": f"Bedrijf {n} van {self.round}",
                "kvk": random.randrange(10**7, 10**8),
                "Postcode": f"{random.randrange(1000, 9999)}AB",
                "Date": f"2024-{random.randrange(1, 13):02d}-{random.randrange(1, 29):02d}",
                "Text": "tekst" + "x" * random.randrange(60),
            }
            for n in range(ROWS)
        ]
        path = self.world.write(f"big-{self.round}.csv", csv_text(self.rows))
        mapping = self.world.write(
            f"big-{self.round}.yaml",
            MAPPING.format(source=f"groot-{self.round}", type="inspection", category="business"),
        )
        self.arguments = ["record", "import", path, "--mapping", mapping]

    def check_whole(self, count):
        """Rows drawn by chance are whole, or not there."""
        for row in self.suite.random.sample(self.rows, count):
            hits = self.node.ok("record", "search", "--key", row["ID"])["hits"]
            if not self.suite.check(len(hits) <= 1, "no record twice", hits) or not hits:
                continue
            shown = self.node.ok("record", "show", hits[0]["id"])
            self.suite.equal(
                (shown["fields"], shown["history"]),
                (
                    {
                        "subject.name": row["Company"],
                        "subject.kvk": str(row["kvk"]),
                        "location.postcode": row["Postcode"],
                        "date": row["Date"],
                        "text": row["Text"],
                    },
                    [],
                ),
                f"record {row['ID']} is whole",
            )

    def moment(self, number, seconds):
        """One kill, and what must hold after it."""
        process = self.world.spawn(self.node.command(*self.arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        code, out = kill_at(self.suite, process, seconds, number)
        self.world.processes.discard(process)
        started = time.monotonic()
        records = self.node.ok("node", "status")["store"]["records"]
        self.suite.check(time.monotonic() - started < START_SECONDS_MAX, "the folder opens at once after a kill")
        self.suite.check(
            max(self.last, self.done_before) <= records <= self.done_before + ROWS,
            "records do not go away nor double",
            (self.last, records),
        )
        if code == 0:
            self.suite.equal(records, self.done_before + ROWS, "an import that ended with 0 is whole")
        else:
            self.suite.check(not out, "an import that was killed prints nothing", out[:200])
        self.last = records
        self.check_whole(1)
        if records == self.done_before + ROWS:
            self.complete()
            self.next_file()

    def complete(self):
        """The run that completes the import, and one more."""
        first = self.node.ok(*self.arguments)
        counts = [first[k] for k in ("read", "updated", "rejected", "filtered")]
        self.suite.equal(counts, [ROWS, 0, 0, 0], "the run that completes: nothing updated, nothing rejected")
        self.suite.equal(first["imported"] + first["unchanged"], ROWS, "the run that completes: its counts add up")
        self.suite.equal(first["unchanged"], self.last - self.done_before, "what was there before is unchanged")
        self.suite.equal(self.node.ok(*self.arguments)["unchanged"], ROWS, "once more: all unchanged")
        self.last = self.node.ok("node", "status")["store"]["records"]
        self.suite.equal(self.last, self.done_before + ROWS, "as many records as rows")
        self.check_whole(4)


class Pair:
    """Two partners with a case, and everything that was acknowledged to somebody who wrote."""

    def __init__(self, suite, world):
        self.suite, self.world, self.serial = suite, world, 0
        self.nodes = {handle: world.node(handle) for handle in ("od-noord", "politie")}
        self.acknowledged = {handle: [] for handle in self.nodes}
        self.tried, self.lock = set(), threading.Lock()
        self.rows = [
            {"ID": f"F-{n}", "Company": f"Bedrijf {n}", "kvk": 20_000_000 + n, "Text": f"waarneming {n} " + "y" * 3000}
            for n in range(12)
        ]
        for handle, node in self.nodes.items():
            node.import_rows("bron", [row | {"ID": handle + row["ID"]} for row in self.rows])
        one, two = self.nodes.values()
        self.table = world.table(one, [two])
        self.case = one.ok("case", "open", "--table", self.table, "--title", "Onder de hamer")["case"]
        self.records = {
            handle: [node.record(handle + row["ID"]) for row in self.rows] for handle, node in self.nodes.items()
        }
        for node in self.nodes.values():
            node.start()
        suite.check(world.settle(*self.nodes.values())[0], "both hold the same before the first kill")
        for node in self.nodes.values():
            node.stop()

    def next_write(self, handle):
        """A note, or a share of one of the records: the arguments and what it writes."""
        with self.lock:
            self.serial += 1
            serial = self.serial
        if serial % 3:
            text = f"notitie {serial} van {handle} " + "z" * (serial % 7 * 400)
            self.tried.add(text)
            return ["case", "note", self.case, text], ("note", text)
        record = self.records[handle][serial // 3 % len(self.rows)]
        return [
            "fragment",
            "share",
            "--case",
            self.case,
            "--record",
            record,
            "--fields",
            "subject.name,subject.kvk,text",
        ], ("share", record)

    def acknowledge(self, handle, written, done):
        """Remembers an answer with exit 0."""
        kind, what = written
        self.acknowledged[handle].append(
            {
                "kind": kind,
                "what": what,
                "entry": done["entry"],
                "fragment": done.get("fragment"),
                "version": done.get("version"),
            }
        )

    def check_held(self, handle):
        """Everything acknowledged at a node is there, once; what was not acknowledged is there once or not at all."""
        node, suite = self.nodes[handle], self.suite
        log = node.ok("log", "show", self.table)["entries"]
        leaves = {entry["index"]: entry["leaf"] for entry in log}
        suite.equal(sorted(leaves), list(range(len(log))), f"{handle}: its log has no gap")
        lost = [
            item for item in self.acknowledged[handle] if leaves.get(item["entry"]["index"]) != item["entry"]["leaf"]
        ]
        suite.check(
            not lost, f"{handle}: every acknowledged entry stands in the log where it was acknowledged", lost[:3]
        )
        suite.equal({entry["state"] for entry in log}, {"full"}, f"{handle}: every own entry is full")
        shown = node.ok("case", "show", self.case)
        notes = [note["text"] for note in shown["notes"]]
        wanted = {item["what"] for item in self.acknowledged[handle] if item["kind"] == "note"}
        suite.check(wanted <= set(notes), f"{handle}: every acknowledged note is shown", list(wanted - set(notes))[:3])
        suite.check(
            len(notes) == len(set(notes)) and set(notes) <= self.tried,
            f"{handle}: no note twice, none half",
            [n for n in notes if n not in self.tried][:3],
        )
        versions = {fragment["id"]: fragment["version"] for fragment in shown["fragments"]}
        behind = [
            item
            for item in self.acknowledged[handle]
            if item["kind"] == "share" and versions.get(item["fragment"], 0) < item["version"]
        ]
        suite.check(not behind, f"{handle}: every acknowledged version of a fragment is shown", behind[:3])
        texts = {row["Text"] for row in self.rows}
        suite.check(
            all(
                set(f["fields"]) == {"subject.name", "subject.kvk", "text"} and f["fields"]["text"] in texts
                for f in shown["fragments"]
            ),
            f"{handle}: every fragment is whole",
        )

    def verify(self, handle):
        """The log of a node verifies at the auditor's."""
        path = self.world.path(f"{handle}.bundle")
        self.nodes[handle].ok("log", "export", "--table", self.table, "--out", path)
        done = self.world.audit("verify", path)
        self.suite.check(done.code == 0, f"{handle}: its log verifies after kills", done)
        os.remove(path)

    def share_alone(self, number, seconds):
        """Kills a command that has the folder to itself; commands before it are acknowledged."""
        handle = self.suite.random.choice(list(self.nodes))
        node, (arguments, written) = self.nodes[handle], self.next_write(handle)
        process = self.world.spawn(node.command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        code, out = kill_at(self.suite, process, seconds, number)
        self.world.processes.discard(process)
        self.after_command(handle, written, code, out)
        self.check_held(handle)

    def after_command(self, handle, written, code, out):
        answer = None
        try:
            answer = json.loads(out) if out else None
        except ValueError:
            self.suite.check(code < 0, "only a kill cuts an answer short", out[:200])
        # Killed between its answer and its end, a command has still answered: what it says must hold.
        if answer is not None and code <= 0:
            self.acknowledge(handle, written, answer)
        elif code >= 0:
            self.suite.check(not out, "a command that failed printed nothing", out[:200])

    def write_until(self, handle, stop, problems):
        """Writes and writes through the running node; each answer is remembered."""
        node = self.nodes[handle]
        while not stop.is_set():
            arguments, written = self.next_write(handle)
            done = self.world.execute(node.command(*arguments, passphrase=False))
            if done.code not in (0, 2, 3) or done.code and done.out:
                problems.append(str(done))
            self.after_command(handle, written, done.code, done.out)

    def kill_running(self, handles, number, seconds, killed):
        """Kills one running node while somebody writes at each of `handles`; starts it again."""
        stop, problems = threading.Event(), []
        writers = [threading.Thread(target=self.write_until, args=(handle, stop, problems)) for handle in handles]
        for writer in writers:
            writer.start()
        # Not a wait for something: this is the seeded moment itself.
        time.sleep(0.25 + seconds)
        code = self.nodes[killed].stop(number)
        self.suite.check(
            code == (0 if number == signal.SIGINT else -signal.SIGKILL), f"{number.name} ends a running node: {code}"
        )
        started = time.monotonic()
        if len(handles) > 1:
            # The others go on writing while the killed one is away.
            time.sleep(seconds / 4)
        stop.set()
        for writer in writers:
            writer.join()
        self.suite.check(not problems, "who wrote to a node that went away got an error in form", problems[:3])
        self.nodes[killed].start()
        self.suite.check(time.monotonic() - started < START_SECONDS_MAX + seconds, "the node starts again at once")
        self.check_held(killed)

    def converge(self, words):
        """Both come to hold the same, and show the same."""
        equal, heads = self.world.settle(*self.nodes.values())
        self.suite.check(equal, f"{words}: both hold logs of equal size and root", heads)
        self.suite.check(all(log[3] == log[4] for log in heads["od-noord"]), f"{words}: complete", heads)
        views = [node.canonical(self.case) for node in self.nodes.values()]
        self.suite.check(views[0] == views[1], f"{words}: both show the same bytes")


def script(suite, world):
    count, random = suite.options.moments, suite.random
    thirds = (count + 2) // 3, (count + 1) // 3, count // 3
    suite.title(f"import of {ROWS} rows: {thirds[0]} moments")
    imports = Imports(suite, world)
    for moment in range(thirds[0]):
        imports.moment(SIGNALS[moment % 2], random.uniform(*IMPORT_SECONDS))
    imports.complete()
    suite.title(f"share: {thirds[1]} moments, of commands alone and of a running node")
    pair = Pair(suite, world)
    for moment in range(thirds[1]):
        number, handle = SIGNALS[moment // 2 % 2], random.choice(list(pair.nodes))
        if moment % 2:
            pair.nodes[handle].start()
            pair.kill_running([handle], number, random.uniform(*COMMAND_SECONDS), handle)
            suite.equal(pair.nodes[handle].stop(), 0, f"{handle} stops cleanly")
        else:
            pair.share_alone(number, random.uniform(*COMMAND_SECONDS))
        if moment % EXPORT_EVERY == 0:
            pair.verify(handle)
    suite.title(f"synchronisation of two running nodes: {thirds[2]} moments")
    for node in pair.nodes.values():
        node.start()
    for moment in range(thirds[2]):
        killed = random.choice(list(pair.nodes))
        pair.kill_running(list(pair.nodes), SIGNALS[moment % 2], random.uniform(*SYNC_SECONDS), killed)
        pair.converge(f"after kill {moment} of {killed}")
        if moment % EXPORT_EVERY == 0:
            pair.verify(killed)
    suite.title("the end")
    for handle, node in pair.nodes.items():
        pair.check_held(handle)
        pair.verify(handle)
        suite.equal(node.stop(), 0, f"{handle} stops cleanly")
    suite.check(
        sum(len(items) for items in pair.acknowledged.values()) >= count // 3,
        "enough was acknowledged to mean something",
        {h: len(i) for h, i in pair.acknowledged.items()},
    )
    suite.title(
        ", ".join(f"{handle}: {len(items)} writes acknowledged" for handle, items in pair.acknowledged.items())
        + f", of {pair.serial} tried"
    )


if __name__ == "__main__":
    Suite("kill -9 and SIGINT at seeded moments.", add_arguments).play(script)
