#!/usr/bin/env python3
"""Programs of others read what a log gives away: Go's packages for transparency logs, and Python's cryptography."""

import base64
import json
import os
import subprocess

from support import Suite

FOLDER = os.path.dirname(os.path.realpath(__file__))
# Debian's packages of Go lie in a path of their own, without modules.
GO = {"GOPATH": "/usr/share/gocode", "GO111MODULE": "off", "CGO_ENABLED": "0"}


def leaf_text(entry):
    return base64.b64encode(bytes.fromhex(entry["leaf"])).decode()


def go_says(world, cases):
    program = world.path("sumdb")
    if not os.path.exists(program):
        environment = {**os.environ, **GO, "GOCACHE": world.path("go-cache")}
        subprocess.run(
            ["go", "build", "-o", program, os.path.join(FOLDER, "outside/sumdb.go")], check=True, env=environment
        )
    done = subprocess.run([program], input=json.dumps(cases), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def ed25519_holds(keys, text):
    """Whether the log's key signed a checkpoint, as Python's cryptography says: key and note taken apart by hand."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    name, _, key = keys.split("\n")[0].split("+", 2)
    body, _, lines = text.partition("\n\n")
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key)[1:])
    signed = [line.split(" ")[2] for line in lines.splitlines() if line.split(" ")[1] == name]
    try:
        for signature in signed:
            public.verify(base64.b64decode(signature)[4:], (body + "\n").encode())
    except InvalidSignature:
        return False
    return len(signed) == 1


def flipped(text, place, alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"):
    """One character of base64 changed, past the bits that carry nothing."""
    other = alphabet[(alphabet.index(text[place]) + 1) % 64]
    return text[:place] + other + text[place + 1 :]


def script(suite, world):
    suite.title("two nodes, a table, some entries")
    node, partner = (world.node(handle) for handle in ("od-noord", "politie"))
    table = world.table(node, [partner])
    node.start()
    partner.start()
    case = node.ok("case", "open", "--table", table, "--title", "Naar buiten")["case"]
    for number in range(9):
        node.ok("case", "note", case, f"aantekening {number}")
    partner.ok("sync", "now")

    suite.title("Go's note and tlog")
    cases = []
    for author in ("od-noord", "politie"):
        words = (table, "--author", author)
        keys = node.run("log", "keys", *words, as_json=False).out.decode()
        for entry in node.ok("log", "show", *words)["entries"]:
            proof = node.run("log", "proof", table, str(entry["index"]), "--author", author, as_json=False).out.decode()
            cases.append({"keys": keys, "proof": proof, "leaf": leaf_text(entry)})
    suite.check(len(cases) > 14, "entries of both logs", len(cases))
    for one, said in zip(cases, go_says(world, cases)):
        suite.equal(said, "", f"proof of {one['proof'].splitlines()[1]} of {one['keys'].split('+')[0][-3:]}")

    suite.title("and what is changed they refuse")
    whole = max(cases, key=lambda one: len(one["proof"]))
    lines = whole["proof"].split("\n")
    root = whole["proof"].split("\n\n")[1].split("\n")[2]
    bent = {
        "a leaf of another entry": {**whole, "leaf": cases[-1]["leaf"]},
        "a sibling changed": {**whole, "proof": "\n".join([*lines[:2], flipped(lines[2], 5), *lines[3:]])},
        "another index": {**whole, "proof": whole["proof"].replace(lines[1], "index 1", 1)},
        "a root changed": {**whole, "proof": whole["proof"].replace(root, flipped(root, 3), 1)},
        "keys of another log": {**whole, "keys": cases[-1]["keys"]},
    }
    for words, said in zip(bent, go_says(world, list(bent.values()))):
        suite.check(said != "", words, said)

    suite.title("Python's cryptography")
    for author in ("od-noord", "politie"):
        keys, checkpoint = (
            node.run("log", word, table, "--author", author, as_json=False).out.decode()
            for word in ("keys", "checkpoint")
        )
        suite.check(ed25519_holds(keys, checkpoint), f"the log key of {author} signed the checkpoint")
        size = checkpoint.splitlines()[1]
        suite.check(
            not ed25519_holds(keys, checkpoint.replace(f"\n{size}\n", f"\n{int(size) + 1}\n", 1)), "and no other size"
        )
    node.stop()
    partner.stop()


if __name__ == "__main__":
    Suite("Programs of others read keys, checkpoints and proofs.").play(script)
