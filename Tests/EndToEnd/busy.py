#!/usr/bin/env python3
"""Partners write without end: a round with them ends all the same, and little is sent twice."""

import os
import threading
import time

from support import Suite, wait_until, written

SECONDS = 12
QUIET_SECONDS = 25
# An entry may come from its author and from whoever holds it already, in each comparison of a round.
SENT_FOR_EACH_MAX = 25


class Writer(threading.Thread):
    """Writes notes one after the other until it is told to end."""

    def __init__(self, node, case):
        super().__init__()
        self.node, self.case, self.ends = node, case, threading.Event()
        self.count, self.failed = 0, []

    def run(self):
        while not self.ends.is_set():
            done = self.node.run("case", "note", self.case, f"{self.node.handle} {self.count}")
            if done.code != 0:
                self.failed.append(str(done))
            self.count += 1


def in_doubt(suite, node, case):
    """A node whose own log may go on elsewhere is told by partners how far it goes, also while they write."""
    suite.title("the file beside the folder is gone, and the others write on")
    node.stop()
    os.remove(written(node.data))
    node.start()
    able = wait_until(lambda: node.run("case", "note", case, "weer").code == 0, 60, 0.5)
    suite.check(able, "it writes again without being asked to", node.ok("node", "status", exits=(0, 1))["alarms"])
    suite.title("it fetches its log back, and the others write on")
    done = node.run("node", "recover")
    suite.check(done.code == 0, "which ends well", done)
    suite.equal(node.run("case", "note", case, "en weer").code, 0, "and it writes")


def all_write(suite, world):
    suite.title("five nodes, of which four write")
    nodes = [world.node(handle) for handle in ("od-noord", "politie", "om", "waterschap", "od-zuid")]
    asking, *writing = nodes
    table = world.table(asking, writing)
    for node in nodes:
        node.start()
    case = asking.ok("case", "open", "--table", table, "--title", "Druk")["case"]
    world.settle(*nodes)

    writers = [Writer(node, case) for node in writing]
    for writer in writers:
        writer.start()
    rounds, end = [], time.monotonic() + SECONDS
    while time.monotonic() < end:
        began = time.monotonic()
        rounds.append((asking.run("sync", "now"), time.monotonic() - began))
    written = sum(writer.count for writer in writers)
    in_doubt(suite, asking, case)
    for writer in writers:
        writer.ends.set()
    for writer in writers:
        writer.join()
    suite.equal([words for writer in writers for words in writer.failed], [], "every note was written")
    suite.check(written > 20, "they wrote all the time", written)

    slowest = max(seconds for _, seconds in rounds)
    peers = [peer for done, _ in rounds for peer in (done.json or {}).get("peers", [])]
    sent = sum(peer["sent"]["entries"] for peer in peers)
    received = sum(peer["received"]["entries"] for peer in peers)
    suite.title(
        f"{len(rounds)} rounds, the slowest in {slowest:.1f} s: {sent} entries sent and {received} received for "
        f"{written} that were written"
    )
    for done, _ in rounds:
        suite.equal(done.code, 0, f"sync now: {done.err[:300]}")
    suite.check(sent + received <= SENT_FOR_EACH_MAX * written, "little is sent twice", (sent, received, written))

    suite.title("and when they rest all hold the same")
    world.settle(*nodes)
    last = asking.ok("sync", "now")["peers"]
    suite.check(all(peer["level"] and not peer["not_taken"] for peer in last), "a round ends level", last)
    views = {node.handle: node.canonical(case) for node in nodes}
    suite.equal(len(set(views.values())), 1, "one view at five nodes")
    for node in nodes:
        node.stop()


def one_is_quiet(suite, world):
    """One partner writes, another only receives: rounds with that one end too, each time."""
    suite.title("three nodes: one writes, one only receives, one asks again and again")
    asking = world.node("od-oost")
    writing, quiet = world.node("schrijver", member_class="politie"), world.node("stil", member_class="om")
    nodes = [asking, writing, quiet]
    table = world.table(asking, [writing, quiet], name="Stil")
    for node in nodes:
        node.start()
    case = asking.ok("case", "open", "--table", table, "--title", "Stil")["case"]
    world.settle(*nodes)
    writer = Writer(writing, case)
    writer.start()
    seconds, end = [], time.monotonic() + QUIET_SECONDS
    while time.monotonic() < end:
        done = asking.run("sync", "now", seconds=60)
        suite.check(done.code == 0, "sync now ends well", done) if done.code else None
        seconds.append(done.seconds)
    writer.ends.set()
    writer.join()
    suite.check(len(seconds) > 5 and max(seconds) < 20, f"{len(seconds)} rounds, the slowest {max(seconds):.1f} s")
    suite.check(writer.count > 20 and not writer.failed, "and the other wrote all the time", writer.count)
    world.settle(*nodes)
    suite.equal(len({node.canonical(case) for node in nodes}), 1, "one view at three nodes")
    for node in nodes:
        node.stop()


def script(suite, world):
    all_write(suite, world)
    one_is_quiet(suite, world)


if __name__ == "__main__":
    Suite("Rounds with partners who write without end.").play(script)
