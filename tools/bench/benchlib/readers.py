"""Readers over HTTP: what a page asks for, again and again, and how long each answer takes."""
import http.client
import json
import statistics
import threading
import time

from .programs import Broken

READERS = 4
# Between an answer and the next question, as of people who look at what they got.
PAUSE_SECONDS = 0.05
ANSWER_SECONDS_MAX = 120


class Readers:
    """Some clients that ask for a case, then for a number, in turn, until they are told to stop."""

    def __init__(self, port, token, case, kvk):
        self.port, self.token = port, token
        self.questions = [("show-case", {"case": case}), ("search-records", {"kvk": kvk, "limit": 10})]
        self.seconds, self.problems = [], []
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._ask, args=(place,), daemon=True) for place in range(READERS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join()
        if self.problems:
            raise Broken(f"a reader: {self.problems[0]}")

    def _ask(self, place):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS_MAX)
        try:
            turn = place
            while not self.stopping.is_set():
                name, values = self.questions[turn % len(self.questions)]
                query = "&".join(f"{key}={value}" for key, value in values.items())
                start = time.monotonic()
                connection.request("GET", f"/api/v1/{name}?{query}", headers={"Authorization": f"Bearer {self.token}"})
                answer = connection.getresponse()
                body = answer.read()
                self.seconds.append(time.monotonic() - start)
                if answer.status != 200:
                    raise Broken(f"{name}: {answer.status} {body[:200]!r}")
                if name == "search-records" and json.loads(body)["total"] < 1:
                    raise Broken("nothing was found")
                turn += 1
                self.stopping.wait(PAUSE_SECONDS)
        except (OSError, Broken) as error:
            self.problems.append(error)
        finally:
            connection.close()

    def p95_milliseconds(self):
        """Of what was asked until now."""
        if len(self.seconds) < 2:
            raise Broken("no answers")
        return statistics.quantiles(self.seconds, n=20)[-1] * 1_000
