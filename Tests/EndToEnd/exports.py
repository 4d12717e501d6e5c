#!/usr/bin/env python3
"""Bundles of long logs: exported while the node runs, in bounded memory, whole or not at all.

The entries are written by `tafel-bench load`, which lies beside the programs. The long form: --entries 500000.
"""

import os
import signal
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from support import Broken, Suite  # noqa: E402

# What the node may take besides what it has, however long the log is.
GROWTH_MAX = 64 << 20


def add_arguments(parser):
    parser.add_argument("--entries", type=int, default=12_000, help="fragments in the log (default: 12,000)")


def anonymous(process):
    """Bytes of memory of a process that are no pages of a file."""
    with open(f"/proc/{process.pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("RssAnon")) * 1_024


class Memory:
    """The most memory that a process had while this was open."""

    def __init__(self, process):
        self.process, self.most, self.is_over = process, anonymous(process), threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def watch(self):
        while not self.is_over.wait(0.01):
            self.most = max(self.most, anonymous(self.process))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.thread.join()


def loaded(world, node, count):
    program = os.path.join(os.path.dirname(world.tafel), "tafel-bench")
    done = world.execute(
        [
            program,
            "load",
            "--cases",
            "20",
            "--fragments",
            str(count),
            "--bytes",
            "512",
            "--data",
            node.data,
            "--passphrase-file",
            node.passphrase,
        ],
        seconds=1_800,
    )
    if done.code != 0:
        raise Broken(str(done))


def whole(suite, world, node, table):
    """The whole log, of a node that runs; others are answered meanwhile."""
    path = world.path("whole.bundle")
    before = anonymous(node.process)
    size = next(log["size"] for log in node.ok("sync", "status")["logs"] if log["author"] == node.handle)
    with Memory(node.process) as memory:
        export = threading.Thread(
            target=lambda: answers.append(node.run("log", "export", "--table", table, "--out", path, seconds=600))
        )
        answers, others = [], 0
        export.start()
        while export.is_alive():
            others += node.run("node", "status").code in (0, 1)
        export.join()
    done = answers[0]
    suite.check(
        done.code == 0 and done.json["entries"] == size and done.json["bundle"] == path, "every entry is exported", done
    )
    suite.check(
        memory.most - before <= GROWTH_MAX, f"in at most {GROWTH_MAX >> 20} MiB more than before", (before, memory.most)
    )
    suite.check(others > 0, "the node answers others meanwhile", others)
    print(
        f"  {size:,} entries, {os.path.getsize(path):,} bytes; the node had {before >> 20} MiB before and"
        f" {memory.most >> 20} MiB at most; {others} other commands answered",
        flush=True,
    )
    verified = world.audit("verify", path)
    suite.check(
        verified.code == 0
        and verified.json["verdict"] == "self-consistent"
        and sum(verified.json["entries"].values()) == size,
        "the auditor finds every entry and nothing wrong",
        (verified.code, verified.err[:300]),
    )
    return path


def never_over_another(suite, world, node, table, path):
    """A bundle is not written over unasked; and is, whole, where that is asked."""
    with open(path, "rb") as file:
        contents = file.read()
    done = node.run("log", "export", "--table", table, "--until", "5", "--out", path)
    suite.check(done.code == 2 and "--replace" in done.err, "an existing file is refused", done)
    with open(path, "rb") as file:
        suite.check(file.read() == contents, "and stays as it was")
    node.ok("log", "export", "--table", table, "--until", "5", "--out", path, "--replace")
    suite.check(
        world.audit("verify", path).code == 0 and os.path.getsize(path) < len(contents), "with --replace it is another"
    )


def knows_nameless(folder):
    """Whether a file of this file system can be without a name."""
    try:
        os.close(os.open(folder, os.O_TMPFILE | os.O_WRONLY))
        return True
    except OSError:
        return False


def whole_or_not_at_all(suite, world, node, table):
    """Whatever ends an export leaves no file of that name, and none beside it."""
    folder = world.path("unfinished")
    os.mkdir(folder)
    path = os.path.join(folder, "x.bundle")
    leaves_nothing = knows_nameless(folder)
    for words, number in (("interrupted", signal.SIGINT), ("ended", signal.SIGTERM), ("killed", signal.SIGKILL)):
        process = world.spawn(
            node.command("log", "export", "--table", table, "--out", path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        # Long enough to have begun, and not to be done: whenever it ends, what is said below holds.
        time.sleep(suite.random.uniform(0.05, 0.8))
        process.send_signal(number)
        process.communicate()
        world.processes.discard(process)
        suite.check(
            not os.path.exists(path) or world.audit("verify", path).code == 0,
            f"{words}: no part of a bundle has its name",
        )
        suite.check(
            not leaves_nothing or set(os.listdir(folder)) <= {"x.bundle"},
            f"{words}: nothing is left beside it",
            os.listdir(folder),
        )
        for name in os.listdir(folder):
            os.remove(os.path.join(folder, name))
        suite.check(node.run("node", "status").code in (0, 1), f"{words}: the node goes on")
    both = [world.path("one.bundle"), world.path("two.bundle")]
    threads = [
        threading.Thread(target=node.run, args=("log", "export", "--table", table, "--out", out)) for out in both
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    suite.check(all(world.audit("verify", out).code == 0 for out in both), "two at once are both whole")
    pipe = world.path("pipe")
    os.mkfifo(pipe)
    got = []

    def reading():
        with open(pipe, "rb") as file:
            got.append(file.read())

    reader = threading.Thread(target=reading)
    reader.start()
    done = node.run("log", "export", "--table", table, "--out", pipe)
    reader.join(60)
    with open(both[0], "rb") as file:
        suite.check(done.code == 0 and got and got[0] == file.read(), "a pipe gets the same bytes", done)


def script(suite, world):
    suite.title("a node with a long log")
    node, partner = world.node("od-noord", member_class="od-toezicht"), world.node(
        "politie", member_class="od-toezicht"
    )
    table = world.table(node, [partner])
    loaded(world, node, suite.options.entries)
    node.start()
    suite.title("the whole log")
    path = whole(suite, world, node, table)
    suite.title("over another file")
    never_over_another(suite, world, node, table, path)
    suite.title("broken off, two at once, a pipe")
    whole_or_not_at_all(suite, world, node, table)
    suite.equal(node.stop(), 0, "the node stops cleanly")


if __name__ == "__main__":
    Suite(__doc__.splitlines()[0], add_arguments).play(script)
