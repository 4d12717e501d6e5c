"""Cards, charters, chains of charters and table files (Protocol/keys.md §2, §3, §5)."""

import re

from . import notes
from .messages import GROUND_CODE, check_date
from .primitives import Refused, is_text, require, sha256, unb64, x25519_agrees

CLASSES = (
    "od-toezicht", "od-boa", "politie", "om", "rijksinspectie-toezicht", "rijksinspectie-opsporing",
    "waterschap", "provincie", "gemeente", "douane", "fiu", "other",
)
CATEGORIES = ("public", "environmental", "business", "personal", "police", "criminal-justice")
ROLES = ("partner", "contributor", "observer", "auditor")
CARD_BYTES_MAX = 4_096
CHARTER_BYTES_MAX = 131_072
TABLE_FILE_BYTES_MAX = 1_048_576
CHARTERS_MAX = MEMBERS_MAX = PINS_MAX = 64
GROUNDS_MAX = 256
ENDPOINTS_MAX = 8


def node_name(node):
    return f"tafel/v1/node/{node.hex()}"


class Lines:
    """The lines of a text, taken in order by key."""

    def __init__(self, text, kind):
        self.lines, self.kind = text[:-1].split("\n"), kind

    def refuse(self, text):
        raise Refused(self.kind, text)

    def first(self, expected):
        require(self.lines.pop(0) == expected, self.kind, "first line")

    def take(self, key):
        line = self.lines.pop(0) if self.lines else ""
        require(line.startswith(key + " "), self.kind, f"no {key}")
        return line[len(key) + 1 :]

    def take_all(self, key, least, most):
        out = []
        while self.lines and self.lines[0].startswith(key + " "):
            out.append(self.take(key))
        require(least <= len(out) <= most, self.kind, f"number of {key}")
        return out

    def end(self):
        require(not self.lines, self.kind, "more lines")

    def number(self, text, least, most):
        require(re.fullmatch(r"0|[1-9][0-9]{0,15}", text), self.kind, "number")
        require(least <= int(text) <= most, self.kind, "number out of range")
        return int(text)

    def text(self, text, most):
        good = 1 <= len(text.encode()) <= most and is_text(text) and text == text.strip(" ")
        require(good, self.kind, "text")
        return text

    def handle(self, text):
        good = re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", text) and 2 <= len(text) <= 32
        require(good, self.kind, "handle")
        return text

    def one_of(self, text, allowed):
        require(text in allowed, self.kind, f"{text} is not known")
        return text

    def listed(self, text, allowed):
        """Names joined by commas in the order of `allowed`, each once."""
        items = text.split(",")
        for item in items:
            self.one_of(item, allowed)
        places = [allowed.index(item) for item in items]
        require(all(a < b for a, b in zip(places, places[1:])), self.kind, "order of list")
        return items


def check_endpoint(text):
    match = re.fullmatch(r"(\[[0-9a-f:.]*:[0-9a-f:.]*\]|[A-Za-z0-9._-]+):([1-9][0-9]{0,4})", text)
    require(match and len(text) <= 255 and int(match[2]) <= 65_535, "card", "endpoint")


def parse_card(data):
    """The card's fields, its signature checked with the identity key that it names."""
    require(len(data) <= CARD_BYTES_MAX, "card", "over limit")
    text, signatures = notes.parse(data)
    lines = Lines(text, "card")
    lines.first("tafel/v1/card")
    card = {
        "version": lines.number(lines.take("version"), 1, 4_294_967_295),
        "handle": lines.handle(lines.take("handle")),
        "name": lines.text(lines.take("name"), 200),
        "oin": lines.take("oin"),
        "class": lines.one_of(lines.take("class"), CLASSES),
    }
    require(re.fullmatch(r"[0-9]{20}", card["oin"]), "card", "oin")
    for key in ("identity", "log", "witness", "sealing", "tls"):
        card[key] = unb64(lines.take(key), 32, "card")
    require(x25519_agrees(card["sealing"]), "card", "sealing key of small order")
    card["endpoints"] = lines.take_all("endpoint", 0, ENDPOINTS_MAX)
    lines.end()
    for endpoint in card["endpoints"]:
        check_endpoint(endpoint)
    require(len(signatures) == 1, "card", "number of signatures")
    notes.open_note(data, [notes.Key(node_name(card["identity"]), card["identity"])])
    return {**card, "note": data}


def parse_member(lines, line):
    parts = line.split(" ")
    require(len(parts) == 5, "charter", "member line")
    return {
        "number": lines.number(parts[0], 1, 65_535),
        "role": lines.one_of(parts[1], ROLES),
        "class": lines.one_of(parts[2], CLASSES),
        "handle": lines.handle(parts[3]),
        "identity": unb64(parts[4], 32, "charter"),
    }


def parse_ground(lines, line):
    parts = line.split(" ", 5)
    require(len(parts) == 6, "charter", "ground line")
    code, source, target, categories, retention, text = parts
    require(GROUND_CODE.fullmatch(code), "charter", "ground code")
    return {
        "code": code,
        "from": list(CLASSES) if source == "*" else lines.listed(source, CLASSES),
        "to": list(CLASSES) if target == "*" else lines.listed(target, CLASSES),
        "categories": lines.listed(categories, CATEGORIES),
        "retention": None if retention == "-" else lines.number(retention, 1, 36_500),
        "text": lines.text(text, 500),
    }


def parse_pin(lines, line):
    parts = line.split(" ")
    require(len(parts) == 4, "charter", "pin line")
    log = lines.number(parts[0], 1, 65_535), lines.number(parts[1], 0, 65_535)
    return log, lines.number(parts[2], 0, notes.TREE_SIZE_MAX), unb64(parts[3], 32, "charter")


def parse_charter_text(text):
    require(len(text.encode()) <= CHARTER_BYTES_MAX, "charter", "over limit")
    lines = Lines(text, "charter")
    lines.first("tafel/v1/charter")
    charter = {"version": lines.number(lines.take("version"), 1, 65_535)}
    previous = lines.take("previous")
    require((previous == "-") == (charter["version"] == 1), "charter", "previous")
    charter["previous"] = None if previous == "-" else unb64(previous, 32, "charter")
    for key, most in (("name", 200), ("theme", 200), ("purpose", 2_000)):
        charter[key] = lines.text(lines.take(key), most)
    dates = [check_date(lines.take(k), "charter") for k in ("from", "until", "evaluation")]
    require(dates[0] <= dates[2] <= dates[1], "charter", "order of dates")
    quorum, witness_quorum = lines.take("quorum"), lines.take("witness-quorum")
    members = [parse_member(lines, l) for l in lines.take_all("member", 1, MEMBERS_MAX)]
    numbers = [m["number"] for m in members]
    require(all(a < b for a, b in zip(numbers, numbers[1:])), "charter", "order of members")
    for key in ("handle", "identity"):
        require(len({m[key] for m in members}) == len(members), "charter", f"{key} twice")
    charter["quorum"] = lines.number(quorum, len(members) // 2 + 1, len(members))
    charter["witness_quorum"] = lines.number(witness_quorum, 0, len(members))
    grounds = [parse_ground(lines, l) for l in lines.take_all("ground", 0, GROUNDS_MAX)]
    require(len({g["code"] for g in grounds}) == len(grounds), "charter", "ground twice")
    pins = [parse_pin(lines, l) for l in lines.take_all("pin", 0, PINS_MAX)]
    require(len({log for log, _, _ in pins}) == len(pins), "charter", "pin twice")
    lines.end()
    return {
        **charter, "from": dates[0], "until": dates[1], "text": text, "hash": sha256(text.encode()),
        "members": {m["number"]: m for m in members}, "grounds": {g["code"]: g for g in grounds},
        "pins": {log: (size, root) for log, size, root in pins},
    }


def parse_charter(data, before=None):
    """A signed charter; `before` is the version before, whose members alone sign."""
    text, signatures = notes.parse(data)
    charter = parse_charter_text(text)
    identities = {}
    for m in (before or charter)["members"].values():
        identities[node_name(m["identity"])] = m
    keys = [notes.Key(name, m["identity"]) for name, m in identities.items()]
    _, signers = notes.open_note(data, keys)
    numbers = [identities[k.name]["number"] for k in signers]
    require(all(a < b for a, b in zip(numbers, numbers[1:])), "charter", "order of signatures")
    return {**charter, "signers": numbers, "note": data}


def is_effective(charter, before):
    """Whether the quorum signed: the own members' in version 1, else the version before's."""
    judge = before or charter
    return len(charter["signers"]) >= judge["quorum"]


def parse_chain(datas):
    """Charters of one table in order of version; each carries `effective`."""
    chain, numbers = [], {}
    for position, data in enumerate(datas):
        before = chain[-1] if chain else None
        charter = parse_charter(data, before)
        require(charter["version"] == position + 1, "chain", "version")
        require(charter["previous"] == (before["hash"] if before else None), "chain", "previous")
        for number, m in charter["members"].items():
            identity = numbers.setdefault(number, m["identity"])
            require(identity == m["identity"], "chain", "number used again")
        effective = is_effective(charter, before) and (before is None or before["effective"])
        chain.append({**charter, "effective": effective})
    return chain


def table_file(charters, cards):
    """Charters in order of version, cards in order of member number, as signed notes."""
    out = b"tafel/v1/table\n"
    out += b"".join(b"=== charter\n" + c for c in charters)
    return out + b"".join(b"=== card\n" + c for c in cards)


def parse_table_file(data):
    """(charter chain, cards by member number)."""
    require(len(data) <= TABLE_FILE_BYTES_MAX, "table", "over limit")
    head, *parts = re.split(rb"(?m)^=== ", data)
    require(head == b"tafel/v1/table\n", "table", "first line")
    titles = [part.split(b"\n", 1) for part in parts]
    require(all(len(t) == 2 for t in titles), "table", "section")
    names = [t[0] for t in titles]
    charters = [t[1] for t in titles if t[0] == b"charter"]
    cards = [t[1] for t in titles if t[0] == b"card"]
    good = names == [b"charter"] * len(charters) + [b"card"] * len(cards)
    require(good and 1 <= len(charters) <= CHARTERS_MAX, "table", "sections")
    chain = parse_chain(charters)
    require(all(c["effective"] for c in chain[:-1]), "chain", "a version after a draft")
    numbers = {m["identity"]: n for c in chain for n, m in c["members"].items()}
    found = {}
    for data in cards:
        card = parse_card(data)
        number = numbers.get(card["identity"])
        require(number is not None, "table", "card of no member")
        require(not found or number > max(found), "table", "order of cards")
        found[number] = card
    return chain, found


def merge_table_files(held, received):
    """keys.md §3: what a node that holds one file takes over from another."""
    (ours, our_cards), (theirs, their_cards) = parse_table_file(held), parse_table_file(received)
    require(ours[0]["text"] == theirs[0]["text"], "table", "other table")
    shared = 0
    while shared < min(len(ours), len(theirs)) and ours[shared]["text"] == theirs[shared]["text"]:
        shared += 1
    notes_ = [united(a, b) for a, b in zip(ours[:shared], theirs)]
    further = [c["note"] for c in theirs[shared:] if c["effective"]]
    rest = [c["note"] for c in ours[shared:]]
    if further:
        stands = [c for c in parse_chain(notes_ + rest) if c["effective"]]
        counting = [c for c in theirs if c["effective"]]
        # More effective versions first, then the lower hash of the first that differs.
        if shared >= len(stands) or (-len(counting), counting[shared]["hash"]) < (-len(stands), stands[shared]["hash"]):
            rest = further
    chain = parse_chain(notes_ + rest)
    numbers = {m["identity"]: n for c in chain for n, m in c["members"].items()}
    cards = {n: c for n, c in our_cards.items() if numbers.get(c["identity"]) == n}
    for card in their_cards.values():
        number = numbers.get(card["identity"])
        if number is not None and (number not in cards or card["version"] > cards[number]["version"]):
            cards[number] = card
    return table_file(notes_ + rest, [cards[n]["note"] for n in sorted(cards)])


def united(ours, theirs):
    """The note with the signatures of both, ours first where both have one of a member."""
    text = ours["text"]
    lines = {}
    for charter in (theirs, ours):
        rest = charter["note"][len(text.encode()) + 1 :].decode()
        lines.update(zip(charter["signers"], rest.splitlines(keepends=True)))
    return (text + "\n" + "".join(lines[n] for n in sorted(lines))).encode()
