#!/usr/bin/env python3
"""Tells how large the page of a case is and how long it takes, over HTTP from a node that runs.

    tools/bench/case_page.py --bin FOLDER                      a case of 10,000 fragments
    tools/bench/case_page.py --bin FOLDER --fragments 100000

FOLDER has tafel and tafel-bench, built in release. Nothing is asserted. The first answer reads the case from the store; the
second is the first that is kept.
"""
import argparse
import http.client
import os
import re
import statistics
import sys
import tempfile
import time
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from benchlib.programs import Node, World, form_table, free_port  # noqa: E402

PASSWORD = "een lang wachtwoord"
PAYLOAD_BYTES = 512
# What is asked for, beside the page as it is first shown.
CHOICES = ("", "?fragments=-shared&fragmentpage=100", "?subjects=name", "?subjects=-fragments&subjectpage=40")


class Pages:
    """Somebody who is logged in at a node."""

    def __init__(self, port, user):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        answer, text = self.ask("GET", "/login")
        visitor = self.cookie(answer)
        token = re.search(rb'name="token" value="([0-9a-f]+)"', text).group(1).decode()
        form = urllib.parse.urlencode({"token": token, "user": user, "password": PASSWORD})
        answer, _ = self.ask("POST", "/login", form, {"Cookie": visitor, "Content-Type": "application/x-www-form-urlencoded"})
        self.session = self.cookie(answer)

    @staticmethod
    def cookie(answer):
        return answer.getheader("Set-Cookie").split(";")[0]

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        return answer, answer.read()

    def time(self, path, headers=None):
        """Milliseconds that a page takes, and its bytes."""
        start = time.monotonic()
        answer, text = self.ask("GET", path, None, {"Cookie": self.session} | (headers or {}))
        taken = (time.monotonic() - start) * 1_000
        if answer.status != 200:
            sys.exit(f"error: {path}: {answer.status}")
        return taken, len(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", required=True, help="folder with tafel and tafel-bench")
    parser.add_argument("--fragments", type=int, default=10_000, help="how many fragments the case has (default: 10000)")
    parser.add_argument("--rounds", type=int, default=20, help="how often each page is asked for (default: 20)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tafel-case-page-") as folder:
        world = World(folder, os.path.realpath(options.bin), "")
        try:
            node, other = Node.make(world, "od-gever", 1, free_port()), Node.make(world, "od-nemer", 2, free_port())
            form_table(world, node, [other], "Meting")
            case = node.bench("load", "--cases", 1, "--fragments", options.fragments, "--bytes", PAYLOAD_BYTES).json["first_case"]
            password = world.path("password")
            with open(password, "w", encoding="utf-8") as file:
                os.fchmod(file.fileno(), 0o600)
                file.write(PASSWORD + "\n")
            node.tafel("user", "add", "lezer", "--role", "analyst", "--password-file", password)
            web = free_port()
            node.settings(http=f"127.0.0.1:{web}")
            node.start()
            pages = Pages(web, "lezer")
            for choice in CHOICES:
                path = f"/cases/{case}{choice}"
                times = [pages.time(path)[0] for _ in range(options.rounds)]
                size, packed = pages.time(path)[1], pages.time(path, {"Accept-Encoding": "gzip"})[1]
                print(f"{choice or 'first page':38} {size:9,} B, {packed:7,} B in gzip's form; first {times[0]:4.0f} ms, "
                      f"then {statistics.median(times[1:]):4.0f} ms ({min(times[1:]):.0f} to {max(times[1:]):.0f})", flush=True)
        finally:
            world.end()


if __name__ == "__main__":
    main()
