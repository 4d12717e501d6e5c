"""What the end-to-end scripts share: temporary folders, nodes as processes, commands, and counting checks."""

import argparse
import atexit
import json
import os
import pty
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

COMMAND_SECONDS_MAX = 120
READY_SECONDS_MAX = 30
STOP_SECONDS_MAX = 30
FAILURES_SHOWN_MAX = 60
# `error: WHAT: WHY. WHAT TO DO`, on one line.
ERROR_FORM = re.compile(r"error: \S.*?: \S.*?\. \S[^\n]*\n")
TRACE_SIGNS = (
    "Fatal error",
    "Thread 0",
    "Error Domain",
    "NSError",
    "Backtrace",
    "Stack dump",
    "Swift runtime",
    ".swift:",
)
CLASSES = {
    "od-noord": "od-toezicht",
    "od-zuid": "od-toezicht",
    "politie": "politie",
    "om": "om",
    "ilt": "rijksinspectie-toezicht",
    "od-oost": "od-toezicht",
    "waterschap": "od-toezicht",
}
MAPPING = """source: {source}
format: csv
encoding: utf-8
delimiter: ","
type: {type}
category: {category}
key: "{{ID}}"
fields:
  subject.name: Company
  subject.kvk: kvk
  subject.bsn: bsn
  location.bag: Bag
  location.address: Address
  location.postcode: Postcode
  location.place: Place
  date: {{ column: Date, format: ["yyyy-MM-dd"] }}
  status: Status
  text: Text
  extra.internal_note: Internal
never_share: [extra.internal_note]
"""
COLUMNS = ("ID", "Company", "kvk", "bsn", "Bag", "Address", "Postcode", "Place", "Date", "Status", "Text", "Internal")


class Broken(Exception):
    """Something without which the script cannot go on."""


class Suite:
    """Counts checks; tells what failed as it happens and the totals at the end."""

    def __init__(self, words, add_arguments=lambda parser: None):
        parser = argparse.ArgumentParser(description=words)
        parser.add_argument(
            "--bin", required=True, metavar="FOLDER", help="folder with the programs tafel and tafel-audit"
        )
        parser.add_argument("--seed", type=int, default=1, help="seed of everything random (default: 1)")
        parser.add_argument("--keep", action="store_true", help="keep the temporary folder")
        add_arguments(parser)
        self.options = parser.parse_args()
        self.random = random.Random(self.options.seed)
        self.passed, self.failures, self.started = 0, [], time.monotonic()

    def title(self, words):
        print(f"[{time.monotonic() - self.started:6.1f} s] {words}", flush=True)

    def check(self, held, words, detail=""):
        """Counts one check; gives whether it held."""
        if held:
            self.passed += 1
            return True
        self.failures.append(words)
        if len(self.failures) <= FAILURES_SHOWN_MAX:
            print(f"  FAILED: {words}" + (f"\n          {str(detail)[:1500]}" if detail != "" else ""), flush=True)
        return False

    def equal(self, found, wanted, words):
        """A check that two values are the same."""
        return self.check(found == wanted, words, f"found {found!r}, expected {wanted!r}")

    def play(self, script):
        """Runs `script(suite, world)` in a temporary folder; exits with 1 when a check failed."""

        def stop(_number, _frame):
            raise KeyboardInterrupt

        signal.signal(signal.SIGTERM, stop)
        # A shell that runs the tests in the background lets them ignore SIGINT, and they their children.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        world = World(self)
        try:
            script(self, world)
        except Broken as error:
            self.check(False, f"the script goes to its end: {error}")
        except (KeyError, TypeError, IndexError, ValueError, OSError) as error:
            import traceback

            self.check(False, "answers have the promised form", f"{error!r}\n{traceback.format_exc(limit=-4)}")
        except KeyboardInterrupt:
            self.check(False, "the script was broken off")
        finally:
            world.end()
        if self.failures or self.options.keep:
            print(f"kept to look at: {world.folder}", flush=True)
        else:
            shutil.rmtree(world.folder, ignore_errors=True)
        print(f"seed {self.options.seed}, {time.monotonic() - self.started:.0f} s", flush=True)
        print(f"{self.passed} passed, {len(self.failures)} failed", flush=True)
        sys.exit(1 if self.failures else 0)


class Done:
    """What a command answered."""

    def __init__(self, words, code, out, err, seconds):
        self.words, self.code, self.out, self.err, self.seconds = (
            words,
            code,
            out,
            err.decode(errors="replace"),
            seconds,
        )
        try:
            self.json = json.loads(out) if out.strip() else None
        except ValueError:
            self.json = None

    def __str__(self):
        return (
            f"{self.words}: exit {self.code}, {len(self.out)} bytes out {self.out[:200]!r}, stderr {self.err[:600]!r}"
        )


class World:
    """A temporary folder, the two programs, and the processes started."""

    def __init__(self, suite):
        self.suite = suite
        self.folder = tempfile.mkdtemp(prefix="tafel-e2e-")
        # Sockets of one run do not meet those of another, nor a folder of the person who runs it.
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("TAFEL_", "XDG_"))} | {
            "HOME": self.folder,
            "LC_ALL": "C.UTF-8",
        }
        self.tafel, self.audit_path = (
            os.path.join(os.path.realpath(suite.options.bin), name) for name in ("tafel", "tafel-audit")
        )
        for path in (self.tafel, self.audit_path):
            if not os.access(path, os.X_OK):
                sys.exit(f"error: {path}: not there. Build it, and name its folder with --bin")
        self.nodes, self.processes = {}, set()
        atexit.register(self.end)

    def end(self):
        """Kills what still runs."""
        for process in list(self.processes):
            if process.poll() is None:
                process.kill()
                process.wait()
        self.processes.clear()

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data, mode=0o600):
        """Writes a file into the folder; gives its path."""
        with open(self.path(name), "wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
        os.chmod(self.path(name), mode)
        return self.path(name)

    def spawn(self, command, **options):
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            env=options.pop("env", self.environment),
            cwd=self.folder,
            start_new_session=True,
            **options,
        )
        self.processes.add(process)
        return process

    def on_terminal(self, command, seconds=300):
        """Runs a command whose standard error is a terminal: its exit code, its output, what the terminal showed."""
        main, other = pty.openpty()
        # A file: a pipe that nobody reads while the bar is watched would stop the program.
        path = self.path("answer")
        with open(path, "wb") as answer:
            process = self.spawn(command, stdout=answer, stderr=other)
        os.close(other)
        shown = b""
        while True:
            try:
                piece = os.read(main, 4096)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        process.wait(timeout=seconds)
        self.processes.discard(process)
        os.close(main)
        with open(path, "rb") as answer:
            return process.returncode, answer.read(), shown.decode()

    def execute(self, command, env=None, seconds=COMMAND_SECONDS_MAX):
        """Runs one command to its end."""
        started = time.monotonic()
        process = self.spawn(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment | (env or {})
        )
        words = " ".join([os.path.basename(command[0]), *command[1:]]).replace(self.folder + "/", "")
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            self.suite.check(False, f"ends within {seconds} s: {words[:200]}", err[-400:])
        finally:
            self.processes.discard(process)
        return Done(words, process.returncode, out, err, time.monotonic() - started)

    def audit(self, *arguments, as_json=True):
        """Runs the auditor's program."""
        return self.execute([self.audit_path, *arguments, *(["--json"] if as_json else [])])

    def node(self, handle, number=None, member_class=None, options=()):
        """Makes a node with a passphrase of its own; `options` go to `node init`."""
        number = len(self.nodes) + 1 if number is None else number
        node = Node(self, handle, number, member_class or CLASSES[handle])
        node.ok(
            "node",
            "init",
            "--handle",
            handle,
            "--name",
            f"Organisatie {handle}",
            "--oin",
            f"{99000000000 + number:020d}",
            "--class",
            node.member_class,
            "--listen",
            f"127.0.0.1:{node.port}",
            *options,
        )
        self.nodes[handle] = node
        return node

    def table(self, leader, others, *options, name="Afval", accept=True):
        """Forms a table of nodes; gives its id. With `accept`, until it is effective everywhere."""
        cards = []
        for node in others:
            cards += ["--member", self.path(node.handle + ".card")]
            node.ok("node", "card", "--out", cards[-1])
        path = self.path(name + ".table")
        made = leader.ok(
            "table",
            "create",
            "--theme",
            "afval",
            "--name",
            name,
            "--purpose",
            "Beproeving",
            "--from",
            "2020-01-01",
            "--until",
            "2090-12-31",
            *cards,
            *options,
            "--out",
            path,
        )
        if accept:
            for node in [*others, leader, *others]:
                answer = node.ok("table", "accept", path)
            if not answer["effective"]:
                raise Broken(f"table {name} is not effective after all signed")
        return made["table"]

    def settle(self, *nodes, rounds=4):
        """Synchronises until all hold the same; whether they do, and what they hold. The nodes must run."""
        heads = {}
        for _ in range(rounds):
            for node in nodes:
                node.ok("sync", "now")
            heads = {node.handle: node.heads() for node in nodes}
            if len({json.dumps(value) for value in heads.values()}) == 1:
                return True, heads
        return False, heads


class Node:
    """One node: its folder, its passphrase file, and its process while it runs."""

    def __init__(self, world, handle, number, member_class):
        self.world, self.handle, self.number, self.member_class = world, handle, number, member_class
        self.data, self.port, self.process, self.ready = world.path(handle), free_port(), None, None
        self.passphrase = world.write(handle + ".passphrase", f"wachtwoord van {handle} {number}\n")
        # Called with every answer; a script hangs its general laws on it.
        self.inspect = lambda done, as_json: None

    def command(self, *arguments, as_json=True, passphrase=True):
        return [
            self.world.tafel,
            *arguments,
            "--data",
            self.data,
            *(["--passphrase-file", self.passphrase] if passphrase else []),
            *(["--json"] if as_json else []),
        ]

    def run(self, *arguments, as_json=True, passphrase=True, env=None, seconds=COMMAND_SECONDS_MAX):
        """Gives the node one command."""
        done = self.world.execute(self.command(*arguments, as_json=as_json, passphrase=passphrase), env, seconds)
        self.inspect(done, as_json)
        return done

    def ok(self, *arguments, exits=(0,)):
        """The JSON of a command that must succeed; `node status` does with alarms too."""
        exits = (0, 1) if arguments[:2] == ("node", "status") else exits
        done = self.run(*arguments)
        if done.code not in exits or done.json is None:
            raise Broken(str(done))
        return done.json

    def canonical(self, case, *options):
        """The bytes of a case's canonical view."""
        done = self.run("case", "show", case, "--canonical", *options, as_json=False)
        if done.code != 0:
            raise Broken(str(done))
        return done.out.removesuffix(b"\n")

    def heads(self):
        """Every log this node holds: size, how far complete, root."""
        return sorted(
            [log["table"], log["author"], log["generation"], log["size"], log["complete"], log["root"]]
            for log in self.ok("sync", "status")["logs"]
        )

    def start(self, env=None):
        """Starts the node, maybe in another environment, and waits until it says that it is ready."""
        with open(self.world.path(self.handle + ".log"), "ab") as log:
            process = self.process = self.world.spawn(
                self.command("node", "run"),
                env=self.world.environment | (env or {}),
                stdout=subprocess.PIPE,
                stderr=log,
            )
        answer, ready = {}, threading.Event()

        def listen():
            text = b""
            for line in process.stdout:
                text += line
                try:
                    answer.update(json.loads(text))
                    ready.set()
                except ValueError:
                    continue
            ready.set()

        threading.Thread(target=listen, daemon=True).start()
        ready.wait(READY_SECONDS_MAX)
        if not answer:
            self.kill()
            raise Broken(
                f"the node of {self.handle} became not ready: {self.world.path(self.handle + '.log')} says why"
            )
        self.ready = answer
        return answer

    def stop(self, number=signal.SIGTERM):
        """Stops the node with a signal; its exit code."""
        process, self.process = self.process, None
        process.send_signal(number)
        try:
            code = process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code = None
        self.world.processes.discard(process)
        return code

    def kill(self):
        """kill -9."""
        return self.stop(signal.SIGKILL)

    def import_rows(self, name, rows, kind="inspection", category="business", exits=(0,)):
        """Imports rows given as dictionaries of columns; the answer."""
        path = self.world.write(f"{self.handle}-{name}.csv", csv_text(rows))
        mapping = self.world.write(
            f"{self.handle}-{name}.yaml", MAPPING.format(source=f"{self.handle}-{name}", type=kind, category=category)
        )
        return self.ok("record", "import", path, "--mapping", mapping, exits=exits)

    def record(self, key):
        """The id of an own record by its key."""
        hits = [
            hit
            for hit in self.ok("record", "search", "--key", key)["hits"]
            if hit["kind"] == "record" and hit["source_key"] == key
        ]
        if len(hits) != 1:
            raise Broken(f"{self.handle}: {len(hits)} records with key {key}")
        return hits[0]["id"]


def written(folder):
    """The path of what a node keeps beside its folder."""
    return os.path.join(os.path.dirname(folder), f".{os.path.basename(folder)}.written")


def forget_written(folder, home=None):
    """Lets what a node keeps beside its folder say that nothing was written yet, so that it does not notice a folder
    that is put back.

    `home`: where the folder was, if it is elsewhere now.
    """
    if os.path.exists(written(home or folder)):
        with open(written(home or folder)) as file:
            node, *lines = file.read().splitlines()
        with open(written(folder), "w") as file:
            file.write(
                "\n".join([node, *(f"{table} {member} 0 0" for table, member, *_ in map(str.split, lines))]) + "\n"
            )


def csv_text(rows):
    """A CSV file of rows, with quotes wherever they are needed."""

    def quoted(value):
        return '"' + value.replace('"', '""') + '"' if re.search('[",\n]', value) else value

    return (
        "\n".join([",".join(COLUMNS), *(",".join(quoted(str(row.get(c, ""))) for c in COLUMNS) for row in rows)]) + "\n"
    )


# Below those that the system gives to outgoing connections: such a one may have any of its own by the time that a
# node starts.
# Browsers do not connect to port 10080, which was that of another protocol.
PORTS = random.SystemRandom().sample([port for port in range(10_000, 32_000) if port != 10_080], 21_999)


def free_port():
    """A port that nobody listens on now, each once."""
    while True:
        port = PORTS.pop()
        try:
            socket.create_server(("127.0.0.1", port)).close()
            return port
        except OSError:
            continue


def wait_until(condition, seconds, step=0.02):
    """Waits until a condition holds; whether it did in time."""
    end = time.monotonic() + seconds
    while not (held := condition()) and time.monotonic() < end:
        time.sleep(step)
    return bool(held)


def flipped(data, bit):
    """The bytes with one bit changed."""
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)
