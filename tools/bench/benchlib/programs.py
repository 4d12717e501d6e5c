"""Running programs and nodes: what they answered, how long they took, what they used."""
import json
import os
import shutil
import signal
import socket
import subprocess
import time

READY_SECONDS_MAX = 60
COMMAND_SECONDS_MAX = 3600


class Broken(Exception):
    """A program did not do what is measured, so there is no figure."""


class Done:
    """What a program answered: its JSON, seconds by the wall and of processor, most memory."""

    def __init__(self, out, wall, usage):
        self.json = json.loads(out)
        self.wall = wall
        self.processor = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss * 1024


def execute(command, environment, codes=(0,)):
    """Runs a program that prints one JSON document, to its end."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    out = process.stdout.read()
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    process.stderr.close()
    if process.returncode not in codes:
        said = (error + out)[-600:].decode(errors="replace")
        raise Broken(f"{' '.join(command)}: exit {process.returncode}: {said}")
    try:
        return Done(out, wall, usage)
    except ValueError:
        raise Broken(f"{' '.join(command)}: printed no JSON: {out[:200]!r}") from None


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class World:
    """A folder for everything, the programs, and the nodes that run."""

    def __init__(self, folder, programs, floor):
        self.folder, self.programs, self.floor_path = folder, programs, floor
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("TAFEL_", "XDG_"))} | {"HOME": folder, "LC_ALL": "C.UTF-8"}
        self.running = []
        # Gives, by a line's key, what begins its measured command: nothing, or a recorder.
        self.recording = lambda key: []

    def path(self, name):
        return os.path.join(self.folder, name)

    def floor(self, *words):
        """What the floor tells of one of its commands."""
        return execute([self.floor_path, *map(str, words)], self.environment).json

    def empty(self, name):
        """An empty folder."""
        shutil.rmtree(self.path(name), ignore_errors=True)
        os.makedirs(self.path(name))
        return self.path(name)

    def end(self):
        for process in self.running:
            if process.poll() is None:
                # With the node that a recorder started.
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.running.clear()


class Node:
    """A node's folder; it can be copied, so that every run begins with the same."""

    def __init__(self, world, handle, folder=None):
        self.world, self.handle = world, handle
        self.data = world.path(folder or handle)
        self.passphrase = world.path(handle + ".passphrase")
        self.process = None
        self.is_recorded = False

    @classmethod
    def make(cls, world, handle, number, port):
        node = cls(world, handle)
        with open(node.passphrase, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(f"wachtwoord van {handle}\n")
        node.tafel("node", "init", "--handle", handle, "--name", f"Organisatie {handle}", "--oin", f"{99000000000 + number:020d}",
                   "--class", "od-toezicht", "--listen", f"127.0.0.1:{port}")
        return node

    def copy(self, folder):
        """A copy that has been used for nothing yet."""
        other = Node(self.world, self.handle, folder)
        shutil.rmtree(other.data, ignore_errors=True)
        shutil.copytree(self.data, other.data)
        # What was just copied is not to be written to disk while the clock runs.
        os.sync()
        return other

    def remove(self):
        shutil.rmtree(self.data, ignore_errors=True)

    def options(self):
        return ["--data", self.data, "--passphrase-file", self.passphrase]

    def tafel(self, *words, codes=(0,), key=None):
        """A command of the product; with a key it is the one that is measured."""
        recording = self.world.recording(key) if key else []
        return execute([*recording, os.path.join(self.world.programs, "tafel"), *words, *self.options(), "--json"], self.world.environment, codes)

    def bench(self, command, *words, key=None):
        """A command of the product's own benchmarks; with a key it is the one that is measured."""
        recording = self.world.recording(key) if key else []
        return execute([*recording, os.path.join(self.world.programs, "tafel-bench"), command, *map(str, words), *self.options()], self.world.environment)

    def listen(self, port):
        """Changes where the node listens; its card tells others another port."""
        self.settings(listen=f"127.0.0.1:{port}")

    def settings(self, **values):
        """Changes what an operator chose."""
        path = os.path.join(self.data, "node.json")
        with open(path, encoding="utf-8") as file:
            settings = json.load(file)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(settings | values, file)

    def start(self, key=None):
        """Starts the node; it is ready when this returns."""
        recording = self.world.recording(key) if key else []
        self.is_recorded = bool(recording)
        log = open(self.data + ".log", "wb")
        self.process = subprocess.Popen([*recording, os.path.join(self.world.programs, "tafel"), "node", "run", *self.options()], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=log, env=self.world.environment, start_new_session=True)
        log.close()
        self.world.running.append(self.process)
        if not self.process.stdout.readline():
            raise Broken(f"the node {self.handle} became not ready: {self._said()}")

    def _said(self):
        with open(self.data + ".log", encoding="utf-8", errors="replace") as file:
            return file.read()[-600:].strip()

    def _child(self):
        pid = self.process.pid
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return int(file.read().split()[0])

    def stop(self):
        """Stops the node; what it used."""
        # A recorder that is told to end calls that a failure: tell the node, its only child.
        os.kill(self._child() if self.is_recorded else self.process.pid, signal.SIGTERM)
        self.process.stdout.read()
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.process.stdout.close()
        self.world.running.remove(self.process)
        if self.process.returncode != 0:
            raise Broken(f"the node {self.handle} did not stop cleanly: {self._said()}")
        return usage


def form_table(world, leader, others, name):
    """Makes a table that counts at every node."""
    cards, path = [], world.path(name + ".table")
    for node in others:
        cards += ["--member", world.path(node.handle + ".card")]
        node.tafel("node", "card", "--out", cards[-1])
    table = leader.tafel("table", "create", "--theme", "afval", "--name", name, "--purpose", "Meten", "--from", "2020-01-01",
                         "--until", "2090-12-31", *cards, "--out", path).json["table"]
    for node in [*others, leader, *others]:
        answer = node.tafel("table", "accept", path).json
        if node is others[-1] and not answer["effective"]:
            answer = node.tafel("table", "accept", path).json
    if not answer["effective"]:
        raise Broken("the table is not effective after all signed")
    return table
