"""Five real nodes on five hosts, a table and a case of theirs, and what plays ask of them."""
import json
import os
import re
import sys
import time

from .sandbox import Host
from .wire import Wire

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "Tests", "EndToEnd"))
from support import CLASSES, Node, wait_until  # noqa: E402

HANDLES = ("od-noord", "politie", "om", "od-oost", "od-zuid")
PORT = 7400
# How long anything may take that has no time of its own on the pages: no play says how fast a node is.
PATIENCE_SECONDS = 300


class NetworkNode(Node):
    """A node on a host of its own."""

    def __init__(self, world, host, handle, number):
        super().__init__(world, handle, number, CLASSES[handle])
        self.host = host

    def run(self, *arguments, **options):
        with self.host:
            return super().run(*arguments, **options)

    def start(self):
        with self.host:
            answer = super().start()
        self.id = bytes.fromhex(answer["node"])
        return answer

    def listen(self, address):
        """Sets where it listens from its next start on, as its operator would."""
        path = os.path.join(self.data, "node.json")
        with open(path) as file:
            text = file.read()
        with open(path, "w") as file:
            file.write(re.sub(r"[0-9.]+:7400", f"{address}:{PORT}", text))

    def peers(self):
        """The peers of `node status`, by handle."""
        return {peer["handle"]: peer for peer in self.ok("node", "status", exits=(0, 1))["peers"]}

    def meets(self, *others):
        """Whether it is connected to all of these."""
        peers = self.peers()
        return all(peers[other.handle]["connected"] for other in others)

    def logs(self):
        """Size and root of every log held."""
        return {f"{log['author']}/{log['generation']}": (log["size"], log["root"]) for log in self.ok("sync", "status")["logs"]}

    def log_of(self, author):
        return next(log for log in self.ok("sync", "status")["logs"] if log["author"] == author.handle)

    def alarms(self):
        return [alarm["text"] for alarm in self.ok("node", "status", exits=(0, 1))["alarms"]]

    def notes(self, case):
        done = self.run("case", "show", case)
        return {note["text"] for note in done.json["notes"]} if done.code == 0 else set()


def make_hosts():
    """A host for each handle; raises `Unavailable` where this machine has none to give."""
    return [Host(handle, f"10.77.0.{number}") for number, handle in enumerate(HANDLES, 1)]


class Field:
    """The hosts, the wire between them, the nodes, and the case that all are in."""

    def __init__(self, suite, world, hosts):
        self.suite, self.world = suite, world
        self.wire = Wire(hosts, suite.options.seed)
        self.nodes = []
        for number, (host, handle) in enumerate(zip(hosts, HANDLES), 1):
            node = NetworkNode(world, host, handle, number)
            node.ok("node", "init", "--handle", handle, "--name", f"Organisatie {handle}", "--oin", f"{99000000000 + number:020d}",
                    "--class", node.member_class, "--listen", f"{host.address}:{PORT}")
            self.nodes.append(world.nodes.setdefault(handle, node))
        self.table = world.table(self.nodes[0], self.nodes[1:])
        self.told = 0
        for node in self.nodes:
            node.start()
        self.case = self.nodes[0].ok("case", "open", "--table", self.table, "--title", "Over het net")["case"]

    def hosts(self, *nodes):
        return [node.host for node in nodes or self.nodes]

    def others(self, *nodes):
        return [node for node in self.nodes if node not in nodes]

    def rule(self, rule, ones, others, both=True):
        self.wire.rule(rule, self.hosts(*ones), self.hosts(*others), both)

    def until(self, condition, words, detail=lambda: "", seconds=PATIENCE_SECONDS):
        """A check that something comes about."""
        held = wait_until(condition, seconds, 0.5)
        return self.suite.check(held, words, "" if held else detail())

    def write(self, *nodes):
        """Each node writes a note; what they wrote, by node."""
        written = {}
        for node in nodes:
            self.told += 1
            written[node] = f"bericht {self.told} van {node.handle}"
            node.ok("case", "note", self.case, written[node])
        return written

    def arrive(self, written, nodes, words):
        """Checks that each of the nodes shows what was written."""
        wanted = set(written.values())
        for node in nodes:
            self.until(lambda node=node: wanted <= node.notes(self.case), f"{words}: {node.handle} shows every note",
                       lambda node=node: f"lacks {sorted(wanted - node.notes(self.case))}, {node.peers()}")

    def all_meet(self, words, apart=()):
        """Checks that every pair is connected, as both say, but pairs that are apart."""
        for node in self.nodes:
            met = [other for other in self.others(node) if {node, other} not in apart]
            self.until(lambda node=node, met=met: node.meets(*met), f"{words}: {node.handle} is connected to {len(met)} others", node.peers)

    def converge(self, words, apart=()):
        """Checks that all hold the same logs and show one view, and nobody is blamed. That all was given an author alone
        says, so of a pair that is apart neither knows it of the other."""
        def state():
            return {node.handle: node.logs() for node in self.nodes}

        def complete():
            return all(log["complete"] == log["size"] or {node.handle, log["author"]} in names
                       for node in self.nodes for log in node.ok("sync", "status")["logs"])

        names = [{node.handle for node in pair} for pair in apart]

        def same():
            # A receipt that is written while the nodes are asked one by one makes them differ for a moment.
            return len({json.dumps(logs, sort_keys=True) for logs in state().values()}) == 1 and complete()

        self.until(same, f"{words}: all hold the same logs, complete", state)
        views = {node.handle: node.canonical(self.case) for node in self.nodes}
        self.suite.equal(len(set(views.values())), 1, f"{words}: all show one view, byte for byte")
        for node in self.nodes:
            self.suite.equal(node.alarms(), [], f"{words}: {node.handle} has no alarm")

    def round(self, words, apart=()):
        """Each node writes, all show it, and all hold the same."""
        started = time.monotonic()
        self.arrive(self.write(*self.nodes), self.nodes, words)
        self.converge(words, apart)
        self.suite.title(f"  {words}: the same everywhere after {time.monotonic() - started:.0f} s")

    def end(self):
        self.wire.heal()
        for node in self.nodes:
            if node.process:
                self.suite.equal(node.stop(), 0, f"{node.handle} stops in order")
