"""Three honest nodes, and for each attack a table of its own at which a liar is a genuine member."""

import json
import os
import re
import shutil
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from support import Broken, Node, forget_written, wait_until

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "tools"))
from reference.peer import Peer  # noqa: E402
from reference.peer_tls import Closed  # noqa: E402

HANDLES = ("od-noord", "politie", "od-zuid")
# How long anything honest may take before it counts as not coming: no attack but a hang is about time, and machines
# are busy.
PATIENCE_SECONDS = 90
# Longer than a round may stall (sync.md §3): `sync now` then says so itself.
COMMAND_SECONDS_MAX = 120
# Of a command while a flood comes in: the flood is an attack on just that.
HANG_SECONDS_MAX = 30
MEMORY_KIB_MAX = 256 * 1024
STOP_SECONDS_MAX = 15


class Trial:
    """What one attack's checks found; stands in for the suite while it is played."""

    def __init__(self, name):
        self.name, self.passed, self.failures, self.slowest = name, 0, [], (0.0, "")

    def check(self, held, words, detail=""):
        if held:
            self.passed += 1
            return True
        self.failures.append(f"{words}" + (f": {str(detail)[:700]}" if detail != "" else ""))
        return False

    def equal(self, found, wanted, words):
        return self.check(found == wanted, words, f"found {found!r}, expected {wanted!r}")

    def time(self, done):
        self.slowest = max(self.slowest, (done.seconds, done.words.split(" --data")[0][:60]))


class Honest(Node):
    """A real node whose commands are timed, and whose peak of memory can be asked for."""

    def run(self, *arguments, as_json=True, passphrase=True, env=None, seconds=COMMAND_SECONDS_MAX):
        done = super().run(*arguments, as_json=as_json, passphrase=passphrase, env=env, seconds=seconds)
        self.world.suite.time(done)
        return done

    def begin(self):
        """Starts it; its peak of memory counts from here."""
        self.start()
        self.id = bytes.fromhex(self.ready["node"])
        self.forget_peak()
        threading.Thread(target=self.watch, args=(self.process.pid,), daemon=True).start()

    def watch(self, pid):
        """Notes the most anonymous memory of the process, looked at fifty times a second, while it runs."""
        while getattr(self.process, "pid", None) == pid:
            found = re.search(r"RssAnon:\s+(\d+)", self.proc("status"))
            if not found:
                return
            self.anonymous_kib = max(self.anonymous_kib, int(found[1]))
            time.sleep(0.02)

    def proc(self, file):
        try:
            with open(f"/proc/{self.process.pid}/{file}", encoding="ascii") as lines:
                return lines.read()
        except (OSError, AttributeError):
            return ""

    def peak_kib(self):
        """The most memory of its own since the last `forget_peak`: without pages of the store's file, which the
        system takes
        back when somebody needs them."""
        return self.anonymous_kib

    def resident_kib(self):
        """The most memory that was resident since then, with these pages."""
        found = re.search(r"VmHWM:\s+(\d+)", self.proc("status"))
        return int(found[1]) if found else 0

    def forget_peak(self):
        self.anonymous_kib = 0
        try:
            with open(f"/proc/{self.process.pid}/clear_refs", "w", encoding="ascii") as file:
                file.write("5")
        except (OSError, AttributeError):
            pass

    def processor_seconds(self):
        """User and system time of the process so far."""
        fields = self.proc("stat").rsplit(")", 1)[-1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0

    def alarms(self):
        return [alarm["text"] for alarm in self.ok("node", "status", exits=(0, 1))["alarms"]]

    def log_of(self, table, handle, generation=0):
        """One line of `sync status`, or None."""
        found = [
            log
            for log in self.ok("sync", "status")["logs"]
            if log["table"] == table and log["author"] == handle and log["generation"] == generation
        ]
        return found[0] if found else None

    def entry(self, table, author, index):
        """The entry of a log as `log show` has it, or None."""
        entries = self.ok("log", "show", table, "--author", author)["entries"]
        return next((one for one in entries if one["index"] == index), None)

    def sync(self, other):
        """`sync now` with one partner."""
        return self.run("sync", "now", "--peer", other.handle)


class Honests:
    """The honest nodes; each attack meets them anew, from a kept copy of their folders."""

    def __init__(self, world):
        self.world, self.nodes, self.sound = world, [], world.path("sound")
        for number, handle in enumerate(HANDLES, 1):
            member_class = "politie" if handle == "politie" else "od-toezicht"
            node = Honest(world, handle, number, member_class)
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
                member_class,
                "--listen",
                f"127.0.0.1:{node.port}",
            )
            node.import_rows(
                "bron",
                [
                    {
                        "ID": f"R{n}",
                        "Company": f"Bedrijf {n}",
                        "kvk": 20000000 + n,
                        "Date": "2024-03-01",
                        "Text": f"waarneming {n}",
                    }
                    for n in range(3)
                ],
            )
            node.card = world.path(handle + ".card")
            node.ok("node", "card", "--out", node.card)
            self.nodes.append(node)
            shutil.copytree(node.data, os.path.join(self.sound, handle))

    def fresh(self):
        """All of them run, as they were when they were made."""
        self.stop()
        for node in self.nodes:
            shutil.rmtree(node.data)
            shutil.copytree(os.path.join(self.sound, node.handle), node.data)
            forget_written(node.data)
        # Most of a start is making keys of a passphrase: all at once.
        with ThreadPoolExecutor() as pool:
            list(pool.map(Honest.begin, self.nodes))

    def stop(self):
        for node in self.nodes:
            if node.process is not None:
                node.kill()


class Stage:
    """One attack's table: honest nodes `n`, `z`, `y`, a liar, and a case that all are in."""

    def __init__(self, trial, world, nodes, name, long, accomplice=False):
        self.trial, self.world, self.nodes, self.long, self.name = trial, world, nodes, long, name
        self.n, self.z, self.y = nodes
        self.handle = f"liar-{name}"
        self.liar = Peer(self.handle)
        self.peers = [self.liar] + ([Peer(f"helper-{name}", oin="00000009999999999998")] if accomplice else [])
        # The nodes dial it too; what reaches whom when is for the attack to say.
        for peer in self.peers:
            peer.admits = False
        self.endpoints = {node.handle: f"127.0.0.1:{node.port}" for node in nodes}
        self.waited = 0.0  # longest that `node status` took during a flood beyond what it took before
        self.figures = None  # of a flood: its size, seconds to take in; then peak in MiB, slowest command and which

    def form(self):
        """The charter, drafted by the first node, signed by all three; then the case."""
        options, path = [], self.world.path(f"{self.name}.table")
        for peer in self.peers:
            options += ["--member", self.world.write(peer.handle + ".card", peer.face.card)]
        for node in self.nodes[1:]:
            options += ["--member", node.card]
        if os.path.exists(path):
            os.remove(path)
        made = self.n.ok(
            "table",
            "create",
            "--theme",
            "afval",
            "--name",
            f"Tafel {self.name}",
            "--purpose",
            "Beproeving",
            "--from",
            "2020-01-01",
            "--until",
            "2090-12-31",
            "--quorum",
            "3",
            *options,
            "--out",
            path,
        )
        self.table = made["table"]
        for node in (self.z, self.y, self.n):
            answer = node.ok("table", "accept", path)
        if not answer["effective"]:
            raise Broken("the charter is not effective")
        with open(path, "rb") as file:
            data = file.read()
        self.at = {peer.handle: peer.join(data) for peer in self.peers}
        self.number = {m["handle"]: n for n, m in self.at[self.handle].charter["members"].items()}
        self.case_id = self.n.ok("case", "open", "--table", self.table, "--title", f"Zaak {self.name}", "--to", "all")[
            "case"
        ]
        self.case = bytes.fromhex(self.case_id)
        if not self.reaches(self.n, self.case_id[:12], seconds=PATIENCE_SECONDS):
            raise Broken("the case does not reach all honest nodes")
        return self

    # The liar's side

    @property
    def held(self):
        """The table as the liar holds it."""
        return self.at[self.handle]

    @property
    def log(self):
        return self.liar.log(self.held)

    @property
    def all(self):
        """The audience of the case, as the liar gives to it."""
        return self.held.recipients(self.log.member, self.number.values())

    def audience(self, *nodes):
        return self.held.recipients(self.log.member, [self.number[node.handle] for node in nodes])

    def dial(self, node, face=None, peer=None):
        """A session with a node, greeted, its sizes known."""
        session = (peer or self.liar).dial(self.endpoints[node.handle], face)
        table = self.held.id
        if not session.wait(lambda: session.greeted.is_set() and table in session.known, PATIENCE_SECONDS):
            # Equal digests need no heads: all is known then too.
            if not session.greeted.is_set():
                raise Closed(f"{node.handle} did not greet: {session.error}")
        return session

    def give(self, *nodes, face=None, peer=None, seconds=PATIENCE_SECONDS):
        """Gives the own logs to nodes and ends the sessions; whether all took all of it."""
        peer, good = peer or self.liar, True
        for node in nodes:
            session = self.dial(node, face, peer)
            good &= session.give(peer.tables[self.held.id], seconds)
            # What is not said to be complete is asked for, or filled, before the session ends.
            session.wait(lambda: session.ended.is_set(), 0.3)
            session.end()
        return good

    def give_at_once(self, faces, grow, sessions=None):
        """Shows nodes their faces, lets the log of each grow, and only then gives: nobody hears of it from another
        first."""
        sessions = sessions or {node: self.dial(node, face) for node, face in faces.items()}
        self.settle()
        for node, face in faces.items():
            grow(node, face.logs[self.held.id][0])
        for session in sessions.values():
            session.push(self.held)
        for node, session in sessions.items():
            self.trial.check(
                session.give(self.held, PATIENCE_SECONDS), f"{node.handle} takes what it is given", session.error
            )
            session.end()

    def show(self, node, face):
        """Shows a node the heads of a face, which gives nothing, until the node holds the log for disputed."""
        session = self.dial(node, face)
        session.send_heads(self.held)
        # N asks back until it knows where the histories differ.
        wait_until(lambda: self.disputed(node), PATIENCE_SECONDS, 0.3)
        session.end()

    def begin(self, *nodes):
        """The liar as an honest member: it takes in everything, and gives its log to the nodes."""
        for node in nodes or self.nodes:
            session = self.dial(node)
            session.wait(lambda: session.caught_up(self.held), PATIENCE_SECONDS)
            session.give(self.held, PATIENCE_SECONDS)
            session.end()

    def face(self, node=None, **changes):
        """A copy of the general face, shown to one node from now on."""
        face = self.liar.face.copy()
        for name, value in changes.items():
            setattr(face, name, value)
        if node is not None:
            self.liar.faces[node.id] = face
        return face

    # The honest side

    def canonical(self, node):
        """The bytes of the canonical view; none where the node does not show the case."""
        done = node.run("case", "show", self.case_id, "--canonical", as_json=False)
        return done.out.removesuffix(b"\n") if done.code == 0 else b""

    def reaches(self, writer, text, seconds=PATIENCE_SECONDS, nodes=None):
        """Whether a text of the case, or the case, shows at all honest nodes within some seconds."""
        return wait_until(
            lambda: all(text.encode() in self.canonical(node) for node in nodes or self.nodes if node is not writer),
            seconds,
            0.1,
        )

    def settle(self, *pairs):
        """`sync now` between honest pairs; each must say that it went well."""
        for one, other in pairs or ((self.n, self.z), (self.z, self.y), (self.y, self.n)):
            done = one.sync(other)
            self.trial.check(done.code == 0, f"{one.handle} and {other.handle} settle a round", done)

    def laws(self):
        """What holds after every attack."""
        for writer in (self.n, self.z):
            text = f"vers van {writer.handle} {time.time_ns()}"
            started = time.monotonic()
            writer.ok("case", "note", self.case_id, text)
            here = self.reaches(writer, text)
            self.trial.check(
                here, f"a fresh note of {writer.handle} reaches the others", f"{time.monotonic() - started:.1f} s"
            )
        self.settle()
        views = {node.handle: self.canonical(node) for node in self.nodes}
        self.trial.check(
            len(set(views.values())) == 1 and all(views.values()),
            "honest nodes show one view, byte for byte",
            {h: v[-300:] for h, v in views.items()},
        )
        self.no_blame()
        for node in self.nodes:
            peak = node.peak_kib()
            self.trial.check(
                0 < peak <= MEMORY_KIB_MAX, f"{node.handle} stays below {MEMORY_KIB_MAX} KiB", f"{peak} KiB"
            )

    def no_blame(self):
        """No alarm is about an honest node: one that names one names the liar before it."""
        for node in self.nodes:
            for text in node.alarms():
                honest = [at.start() for h in HANDLES for at in re.finditer(rf"\b{h}\b", text)]
                liar = text.find("liar-")
                self.trial.check(
                    not honest or 0 <= liar < min(honest), f"an alarm of {node.handle} blames nobody honest", text
                )
                own = re.search(r"\b((?<!its )own (log|store)|this node's|store:)", text)
                self.trial.check(not own, f"an alarm of {node.handle} blames not itself", text)

    def told(self, node, words, seconds=PATIENCE_SECONDS):
        """Whether an alarm of a node names the liar and matches a pattern."""
        return wait_until(
            lambda: any(self.handle in text and re.search(words, text) for text in node.alarms()), seconds, 0.3
        )

    def disputed(self, node):
        log = node.log_of(self.table, self.handle)
        return bool(log and log["disputed"])

    def count_here(self, node):
        """The measured size of the liar's log at a node."""
        log = node.log_of(self.table, self.handle)
        return log["size"] if log else 0

    def view(self, node, case=None):
        """The canonical view as a document; empty where the node has none."""
        done = node.run("case", "show", (case or self.case).hex(), "--canonical", as_json=False)
        return json.loads(done.out) if done.code == 0 else {}

    def flood(self, node, seconds, quiet=20, face=None):
        """Gives the liar's logs to a node until it took all, nothing moved for a while, or time is up; how long it
        took."""
        started = time.monotonic()
        session = self.dial(node, face)
        session.give(self.held, 0.1)
        wanted = {(self.held.id, k): log.size for k, log in session.own(self.held).items()}
        last, moved = None, time.monotonic()
        while not session.ended.is_set() and time.monotonic() - started < seconds and time.monotonic() - moved < quiet:
            now = sum(session.acked.values())
            if now != last:
                last, moved = now, time.monotonic()
            if all(session.acked.get(k, 0) >= size for k, size in wanted.items()):
                break
            time.sleep(0.05)
        session.end()
        return time.monotonic() - started

    def probe(self, node, done, waits):
        """How long `node status` takes, again and again: what it takes more than before the flood it waited."""
        while not done.is_set():
            waits.append(node.run("node", "status").seconds)
            done.wait(0.1)

    def measure(self, node, seconds, commands, size, **options):
        """Floods a node from another thread while commands are given to it; keeps the figures of the flood. Whether all
        commands answered."""
        took, limit, answered = [], HANG_SECONDS_MAX, True
        idle, waits, done = sorted(node.run("node", "status").seconds for _ in range(9))[4], [], threading.Event()
        options = {"quiet": 60 if self.long else 20} | options
        thread = threading.Thread(target=lambda: took.append(self.flood(node, seconds, **options)), daemon=True)
        self.trial.slowest = (0.0, "")
        prober = threading.Thread(target=self.probe, args=(node, done, waits), daemon=True)
        thread.start()
        if self.long:
            prober.start()
        again = True
        while again:
            # Once more when all has come: what is slow then was not seen before.
            again = thread.is_alive()
            for command in commands:
                answer = node.run(*command, seconds=limit)
                # One that hangs is enough: each more costs as long.
                if not self.trial.check(
                    answer.code in (0, 1) and answer.seconds < limit,
                    f"{' '.join(command)[:40]} answers within {limit} s",
                    answer,
                ):
                    again = answered = False
                    break
        thread.join(seconds)
        done.set()
        self.figures = [size, took[0] if took else seconds]
        self.waited = max(waits, default=idle) - idle
        return answered

    def audit(self, node):
        """The audit of a node's own bundle: the answer of the auditor's program."""
        path = self.world.path(f"{node.handle}-{self.name}.bundle")
        if os.path.exists(path):
            os.remove(path)
        node.ok("log", "export", "--table", self.table, "--out", path)
        return self.world.audit("verify", path)

    def end(self):
        for peer in self.peers:
            peer.end()


def silent(endpoint):
    """A connection over which nothing is said."""
    host, port = endpoint.rsplit(":", 1)
    return socket.create_connection((host, int(port)), timeout=2)
