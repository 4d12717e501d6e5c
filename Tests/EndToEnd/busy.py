#!/usr/bin/env python3
"""Partners write without end: a round with them ends all the same, and little is sent twice."""

import threading
import time

from support import Suite

SECONDS = 12
# An entry may come from its author and from whoever holds it already, in each comparison of a round.
SENT_FOR_EACH_MAX = 10


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


def script(suite, world):
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
    for writer in writers:
        writer.ends.set()
    for writer in writers:
        writer.join()
    suite.equal([words for writer in writers for words in writer.failed], [], "every note was written")
    suite.check(written > 100, "they wrote all the time", written)

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
    suite.check(not all(peer["level"] for peer in peers), "it is said that others write on")
    suite.check(sent + received <= SENT_FOR_EACH_MAX * written, "little is sent twice", (sent, received, written))

    suite.title("and when they rest all hold the same")
    world.settle(*nodes)
    last = asking.ok("sync", "now")["peers"]
    suite.check(all(peer["level"] and not peer["not_taken"] for peer in last), "a round ends level", last)
    views = {node.handle: node.canonical(case) for node in nodes}
    suite.equal(len(set(views.values())), 1, "one view at five nodes")
    for node in nodes:
        node.stop()


if __name__ == "__main__":
    Suite("Rounds with partners who write without end.").play(script)
