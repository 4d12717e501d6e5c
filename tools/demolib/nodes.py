"""The nodes of a demonstration: their folders, their processes, and every command that is given to them."""
import fcntl
import json
import os
import secrets
import shlex
import signal
import socket
import subprocess
import threading
import time

COMMAND_SECONDS_MAX = 300
READY_SECONDS_MAX = 60
STOP_SECONDS_MAX = 30
STATE_FILE = "tafel-demo.json"


class DemoError(Exception):
    """Something that ends the demonstration: a sentence for a person."""


class Console:
    """What the demonstration says, in one of two languages, and the promises it checked."""

    def __init__(self, language):
        self.language, self.verified, self.broken, self.step = language, 0, [], 0

    def text(self, english, dutch):
        return dutch if self.language == "nl" else english

    def title(self, english, dutch):
        self.step += 1
        print(f"\n{self.step}. {self.text(english, dutch)}", flush=True)

    def say(self, english, dutch):
        print("   " + self.text(english, dutch), flush=True)

    def command(self, arguments):
        print("   $ " + shlex.join(arguments), flush=True)

    def promise(self, kept, english, dutch, detail=""):
        """Says whether a promise was kept; a broken one is told again at the end."""
        words = self.text(english, dutch)
        if kept:
            self.verified += 1
            print("     ✓ " + words, flush=True)
            return
        self.broken.append(words + (f"\n       {detail}" if detail else ""))
        print("     ✗ " + words, flush=True)
        if detail:
            print("       " + str(detail), flush=True)


class Node:
    """One partner's node."""

    def __init__(self, handle, name, oin, member_class, folder, port, http_port):
        self.handle, self.name, self.oin, self.member_class = handle, name, oin, member_class
        self.data = os.path.join(folder, handle)
        self.passphrase = os.path.join(folder, handle + ".passphrase")
        self.port, self.http_port, self.process, self.stopping = port, http_port, None, False
        self.http = None  # where its pages are, once it runs

    def options(self):
        return ["--data", self.data, "--passphrase-file", self.passphrase]


class Demo:
    """A folder with nodes in it, the state of the story, and the two programs."""

    def __init__(self, folder, tafel, audit, console, members):
        self.folder, self.tafel_path, self.audit_path, self.console = folder, tafel, audit, console
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self.lock = open(os.path.join(folder, "lock"), "w", encoding="ascii")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoError(f"{folder} is in use by another demonstration: stop that one first") from error
        self.last = ""
        self.state_path = os.path.join(folder, STATE_FILE)
        self.state = {"ports": {}, "http_ports": {}, "pids": {}, "steps": {}, "begun": [], "finished": False}
        if os.path.exists(self.state_path):
            with open(self.state_path, encoding="utf-8") as file:
                self.state.update(json.load(file))
        handles = [member[0] for member in members]
        if self.state["ports"] and sorted(self.state["ports"]) != sorted(handles):
            raise DemoError(f"{folder} holds another demonstration, of {', '.join(self.state['ports'])}: name another folder with --dir")
        self.reserve_ports(handles)
        self.nodes = {m[0]: Node(*m, folder, self.state["ports"][m[0]], self.state["http_ports"][m[0]]) for m in members}

    def save(self):
        """Writes the state in one step, so that a crash leaves the old or the new one."""
        new = self.state_path + ".new"
        with open(new, "w", encoding="utf-8") as file:
            json.dump(self.state, file, indent=1, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self.state_path)

    def reserve_ports(self, handles):
        """Picks free ports once: cards and bookmarks name them, so they stay."""
        sockets = []
        for handle in handles:
            for kind in ("ports", "http_ports"):
                if handle not in self.state[kind]:
                    sockets.append(socket.create_server(("127.0.0.1", 0)))
                    self.state[kind][handle] = sockets[-1].getsockname()[1]
        for item in sockets:
            item.close()
        self.save()

    def run(self, node, *arguments, exits=(0,), show=True, as_json=True):
        """Gives one command to a node: (exit code, JSON or bytes or None, standard error)."""
        command = [*arguments, *node.options()]
        self.last = "tafel " + shlex.join(command)
        if show:
            self.console.command(["tafel", *command])
        try:
            done = subprocess.run([self.tafel_path, *command, *(["--json"] if as_json else [])], timeout=COMMAND_SECONDS_MAX,
                                  stdin=subprocess.DEVNULL, capture_output=True, check=False)
        except subprocess.TimeoutExpired as error:
            raise DemoError(f"no answer within {COMMAND_SECONDS_MAX} s: tafel {shlex.join(command)}") from error
        errors = done.stderr.decode(errors="replace").strip()
        if done.returncode not in exits:
            raise DemoError(f"tafel {shlex.join(command)} ended with {done.returncode}, not {' or '.join(map(str, exits))}: {errors}")
        if not as_json:
            return done.returncode, done.stdout, errors
        if not done.stdout.strip():
            if done.returncode in (0, 1):
                raise DemoError(f"tafel {shlex.join(command)} printed no JSON")
            return done.returncode, None, errors
        try:
            return done.returncode, json.loads(done.stdout), errors
        except ValueError as error:
            raise DemoError(f"tafel {shlex.join(command)} printed something else than one JSON document: {error}") from error

    def once(self, name, node, *arguments, exits=(0,), find=None):
        """Gives a command that changes something, once in the life of the folder; gives its stored outcome after that.

        `find` looks for the result of a command that was begun and whose outcome was not stored.
        """
        if name in self.state["steps"]:
            return self.state["steps"][name]
        begun = name in self.state["begun"]
        found = find() if find and begun else None
        if found is None:
            if not begun:
                self.state["begun"].append(name)
                self.save()
            code, value, errors = self.run(node, *arguments, exits=exits)
            found = {"exit": code, "json": value, "stderr": errors, "repeated": begun}
        self.state["steps"][name] = found
        self.save()
        return found

    def remember(self, name, make):
        """The value of `make`, computed once in the life of the folder."""
        if name not in self.state["steps"]:
            self.state["steps"][name] = make()
            self.save()
        return self.state["steps"][name]

    def audit(self, *arguments, exits=(0,), show=True):
        """Runs the auditor's program: (exit code, JSON or None)."""
        if show:
            self.console.command(["tafel-audit", *arguments])
        self.last = "tafel-audit " + shlex.join(arguments)
        done = subprocess.run([self.audit_path, *arguments, "--json"], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=COMMAND_SECONDS_MAX, check=False)
        if done.returncode not in exits:
            raise DemoError(f"tafel-audit {shlex.join(arguments)} ended with {done.returncode}: {done.stderr.decode(errors='replace').strip()}")
        return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None

    def init(self, node):
        """Makes the node's passphrase and data folder."""
        if not os.path.exists(node.passphrase):
            handle = os.open(node.passphrase, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(24) + "\n")
        def status():
            code, value, _ = self.run(node, "node", "status", exits=(0, 1, 2, 3), show=False)
            return {"exit": 0, "json": {"node": value["node"], "handle": node.handle, "class": node.member_class}} if code == 0 else None
        return self.once("init " + node.handle, node, "node", "init", "--handle", node.handle, "--name", node.name, "--oin", node.oin,
                         "--class", node.member_class, "--listen", f"127.0.0.1:{node.port}", "--http", f"127.0.0.1:{node.http_port}", find=status)["json"]

    def stop_leftovers(self):
        """Stops nodes of this folder that an earlier run could not stop."""
        for handle, pid in list(self.state["pids"].items()):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    ours = self.nodes[handle].data.encode() in file.read().split(b"\0")
            except (OSError, KeyError):
                ours = False
            if ours:
                self.console.say(f"the node of {handle} still runs from an earlier time: stopping it",
                                 f"de node van {handle} draait nog van een vorige keer: die wordt gestopt")
                os.kill(pid, signal.SIGTERM)
                end = time.monotonic() + STOP_SECONDS_MAX
                while os.path.exists(f"/proc/{pid}") and time.monotonic() < end:
                    time.sleep(0.1)
        self.state["pids"] = {}
        self.save()

    def start(self, node):
        """Starts a node and waits until it says that it is ready."""
        self.serve_pages(node)
        log = open(os.path.join(self.folder, node.handle + ".log"), "ab")
        command = ["node", "run", *node.options()]
        self.console.command(["tafel", *command])
        node.process = subprocess.Popen([self.tafel_path, *command, "--json"], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=log, start_new_session=True)
        log.close()
        self.state["pids"][node.handle] = node.process.pid
        self.save()
        ready, answer = threading.Event(), {}
        def listen():
            text = ""
            for line in node.process.stdout:
                if not answer:
                    text += line.decode(errors="replace")
                    try:
                        answer.update(json.loads(text))
                        ready.set()
                    except ValueError:
                        pass
            ready.set()
        threading.Thread(target=listen, daemon=True).start()
        ready.wait(READY_SECONDS_MAX)
        if not answer:
            self.stop(node)
            raise DemoError(f"the node of {node.handle} did not become ready; {self.folder}/{node.handle}.log says why "
                            f"(is port {node.port} or {node.http_port} taken by another program?)")
        node.http = answer["http"]
        return answer

    def serve_pages(self, node):
        """Lets a node of a demonstration that was made before there were pages serve them."""
        path = os.path.join(node.data, "node.json")
        with open(path, encoding="utf-8") as file:
            chosen = json.load(file)
        if "http" not in chosen:
            chosen["http"] = f"127.0.0.1:{node.http_port}"
            with open(path, "w", encoding="utf-8") as file:
                json.dump(chosen, file, indent=2)

    def stop(self, node):
        """Stops a node cleanly: its exit code, or None when it did not run."""
        if node.process is None:
            return None
        if not node.stopping and node.process.poll() is None:
            node.process.send_signal(signal.SIGTERM)
        node.stopping = False
        try:
            code = node.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            node.process.kill()
            code = node.process.wait()
        node.process = None
        self.state["pids"].pop(node.handle, None)
        self.save()
        return code

    def stop_all(self):
        """Stops all nodes; the exit codes of those that ran."""
        running = [node for node in self.nodes.values() if node.process]
        for node in running:
            if node.process.poll() is None:
                # All at once, and one signal each: a second one may mean "at once" to a program.
                node.process.send_signal(signal.SIGTERM)
                node.stopping = True
        return {node.handle: self.stop(node) for node in running}
