"""The product's side: a program that answers a file of questions, `tafel-bench search`."""

import json
import os
import subprocess
import time

from ..programs import Broken, Node

PORT = 7_400


class Product:
    """The program, and the folder with what it imported."""

    def __init__(self, world, data=None, passphrase=None):
        self.world, self.data, self.passphrase = world, data, passphrase
        self.memory = []

    def load(self, folder):
        """Imports the records into a new node, unless a folder was given; what that took."""
        if self.data:
            return {}
        node = Node.make(self.world, "od-zoek", 1, PORT)
        done = node.tafel(
            "record", "import", os.path.join(folder, "records.csv"), "--mapping", os.path.join(folder, "records.yaml")
        )
        self.data, self.passphrase = node.data, node.passphrase
        size = sum(os.path.getsize(os.path.join(path, name)) for path, _, names in os.walk(node.data) for name in names)
        return {
            "rows": done.json["imported"],
            "import_seconds": done.wall,
            "memory_bytes": done.memory,
            "data_bytes": size,
        }

    def answers(self, questions):
        """One answer for each question, of a new process."""
        asked, told = self.world.path("questions.jsonl"), self.world.path("answers.jsonl")
        with open(asked, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(question, ensure_ascii=False) + "\n" for question in questions)
        if os.path.exists(told):
            os.remove(told)
        command = [
            os.path.join(self.world.programs, "tafel-bench"),
            "search",
            "--folder",
            self.data,
            "--queries",
            asked,
            "--answers",
            told,
        ]
        if self.passphrase:
            command += ["--passphrase-file", self.passphrase]
        self._run(command)
        return read(told)

    def _run(self, command):
        start = time.monotonic()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=self.world.environment,
        )
        error = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        if process.returncode != 0:
            raise Broken(f"{' '.join(command)}: exit {process.returncode}: {error[-600:].decode(errors='replace')}")
        self.memory.append({"memory_bytes": usage.ru_maxrss * 1024, "seconds": time.monotonic() - start})


def read(path):
    """The answers of a file, each checked for its form."""
    answers = []
    try:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                answer = json.loads(line)
                keys, time_taken = answer["keys"], answer["microseconds"]
                if not (isinstance(keys, list) and all(isinstance(key, str) for key in keys) and time_taken >= 0):
                    raise Broken(f"{path}:{number}: not an answer")
                answers.append(answer)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Broken(f"{path}: {error!r}") from None
    return answers
