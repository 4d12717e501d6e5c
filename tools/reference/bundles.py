"""Audit bundles and policies (Protocol/bundle.md §1, §3): writing and reading them."""

import re

from . import notes
from .membership import MEMBERS_MAX
from .messages import BUNDLE_BODY, check_date
from .primitives import Refused, b64, require, sha256, unb64

BUNDLE_BYTES_MAX = 1 << 30
POLICY_BYTES_MAX = 1 << 20

def manifest_text(table, member, generation, start, end, body):
    return (
        f"tafel/v1/bundle\ntable {table.hex()}\nmember {member}\ngeneration {generation}\n"
        f"window {start} {end}\nbody {b64(sha256(body))}\n"
    )


def write(table, member, generation, start, end, body, log_seed):
    text = manifest_text(table, member, generation, start, end, body)
    return notes.sign(text, notes.origin(table, member, generation), log_seed).encode() + body


def read(data):
    """Manifest and body; refused with the class "form" (exit 2)."""
    require(len(data) <= BUNDLE_BYTES_MAX, "form", "over limit")
    blank = data.find(b"\n\n")
    end = data.find(b"\n", blank + 2) + 1
    require(blank >= 0 and end > 0, "form", "no manifest")
    try:
        text, signatures = notes.parse(data[:end])
        body = BUNDLE_BODY.decode_canonical(data[end:])
        pattern = (
            r"tafel/v1/bundle\ntable ([0-9a-f]{64})\nmember ([1-9][0-9]{0,4})\n"
            r"generation (0|[1-9][0-9]{0,4})\nwindow (0|[1-9][0-9]{0,14}) (0|[1-9][0-9]{0,14})\n"
            r"body ([A-Za-z0-9+/=]+)\n"
        )
        match = re.fullmatch(pattern, text)
        require(match and len(signatures) == 1, "form", "manifest")
        numbers = [int(match[n]) for n in range(2, 6)]
        in_range = numbers[0] <= 65_535 and numbers[1] <= 65_535 and numbers[2] <= numbers[3]
        require(in_range and numbers[3] <= notes.TREE_SIZE_MAX, "form", "numbers")
        body_hash = unb64(match[6], 32)
    except Refused as refusal:
        raise Refused("form", str(refusal)) from None
    head = dict(zip(("member", "generation", "start", "end"), numbers))
    return {**head, "table": bytes.fromhex(match[1]), "body_hash": body_hash, "note": data[:end],
            "raw": data[end:], "body": body}


def text_file(data):
    """The text of a file that a person wrote (Protocol/records.md §3); ValueError when it is none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16")
    elif len(data) >= 4 and data[1] == data[3] == 0 and data[0] and data[2]:
        text = data.decode("utf-16-le")
    elif len(data) >= 4 and data[0] == data[2] == 0 and data[1] and data[3]:
        text = data.decode("utf-16-be")
    else:
        text = data.decode("utf-8").removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse_policy(data):
    """charters, identities; and what `require` lines ask for: receipts, witnesses, until, windows."""
    try:
        text = text_file(data)
    except UnicodeDecodeError:
        raise Refused("policy", "not text") from None
    require(len(data) <= POLICY_BYTES_MAX, "policy", "over limit")
    found = {"charters": [], "identities": [], "receipts": [], "witnesses": 0, "until": None, "windows": []}
    for line in text.split("\n"):
        words = [w for w in re.split("[ \t]", line.split("#", 1)[0]) if w]
        if words:
            read_statement(words, found)
    require(found["charters"] or found["identities"], "policy", "no key")
    return found


def read_statement(words, found):
    statement = " ".join(words)
    if match := re.fullmatch("(charter|identity) ([0-9a-f]{64})", statement):
        found["charters" if match[1] == "charter" else "identities"].append(bytes.fromhex(match[2]))
    elif match := re.fullmatch("require receipt ([a-z0-9]([a-z0-9-]*[a-z0-9])?)", statement):
        require(2 <= len(match[1]) <= 32, "policy", "handle")
        found["receipts"].append(match[1])
    elif match := re.fullmatch("require witness ([1-9][0-9]?)", statement):
        require(int(match[1]) <= MEMBERS_MAX, "policy", "number of witnesses")
        found["witnesses"] = max(found["witnesses"], int(match[1]))
    elif match := re.fullmatch("require until (.*)", statement):
        date = check_date(match[1], "policy")
        found["until"] = max(found["until"] or date, date)
    elif match := re.fullmatch("require window (0|[1-9][0-9]{0,14}) ([1-9][0-9]{0,14})", statement):
        window = int(match[1]), int(match[2])
        require(window[0] < window[1] <= notes.TREE_SIZE_MAX, "policy", "window")
        found["windows"].append(window)
    else:
        raise Refused("policy", "statement")
