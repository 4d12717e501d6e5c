"""Vectors of the payloads (Protocol/proto/payloads.proto, case-model.md §1, §3, §4)."""

from . import cases_keys, cases_log, messages
from . import entries as e
from .primitives import sha256
from .protobuf import LENGTH, VARINT, delimited, key, varint
from .world import NOORD, OOST, WEST, document, expect, secret

OWN = "Protocol/proto/payloads.proto"
INDEX = 7  # of the entry that the payload belongs to
AUTHOR = 1
VALUE_SHOWN_MAX = 10_000  # bytes of payload


def dot(*values, entry=None):
    """A reference; the entry that it names is a label, not one that exists."""
    found = dict(zip(("member", "generation", "index", "operation"), values))
    return {**found, "entry": secret(f"entry {values[:3]}")[:16] if entry is None else entry}


def removal(*values):
    return dict(zip(("member", "generation", "size"), values))


def operation(name, value):
    return {name: value}


SUBJECTS = [e.subject_id(k) for k in ("kvk:12345678", "vestiging:000012345678")]
LINK = {"from": SUBJECTS[0], "relation": "same-as", "to": SUBJECTS[1]}
SUCCESSION = {**LINK, "relation": "succeeds", "reason": "Overgenomen na faillissement", "date": "2025-02-28", "kind": "overdracht", "source": "Handelsregister"}
FIRST_AUDIENCE = {"version": 1, "members": [1, 2], "category": 3, "grounds": ["WABO-5.8"]}
OPERATIONS = {
    "open_case": operation("open_case", {"title": "Illegale stort", "summary": "Eerste\nTweede", "audience": FIRST_AUDIENCE}),
    "set_audience": operation("set_audience", {**FIRST_AUDIENCE, "version": 2, "members": [1, 2, 3]}),
    "set_audience that leaves members out": operation("set_audience", {
        **FIRST_AUDIENCE, "version": 256, "members": [1, 3], "removed": [removal(2, 0, 1 << 48), removal(65_535, 65_535, 0)]}),
    "set_register": operation("set_register", {"register": 2, "value": "analyse", "supersedes": [dot(1, 0, 3, 0), dot(2, 0, 5, 1)]}),
    "set_register of a first value": operation("set_register", {"register": 3, "value": "od-oost", "supersedes": []}),
    "add_note": operation("add_note", {"text": "Getuige gehoord — één keer\nTweede regel"}),
    "add_link": operation("add_link", LINK),
    "add_link with a reason": operation("add_link", {**LINK, "relation": "different-from", "reason": "Ander bedrijf, één naam"}),
    "add_link of a succession": operation("add_link", SUCCESSION),
    "add_tag": operation("add_tag", {"tag": "asbest"}),
    "remove": operation("remove", {"dots": [dot(1, 0, 6, 0), dot(2, 3, 300, 255)]}),
}
FIELDS = [{"name": "location.postcode", "value": "1234 AB"}, {"name": "subject.kvk", "value": "12345678"},
          {"name": "subject.name", "value": "Afval B.V."}]
FRAGMENT = {"first_index": INDEX, "version": 1, "type": "inspection", "fields": FIELDS, "expires": ""}
GRANT = {
    "audience": cases_keys.recipients([(2, "WABO-5.8"), (3, "AVG-5.1B")]),
    "box_hashes": [secret(f"box {n}") for n in range(3)], "history": [],
}


def decode(kind, data):
    return {
        "operations": lambda: messages.decode_operations(data),
        "fragment": lambda: messages.decode_fragment(data, INDEX),
        "withdrawal": lambda: messages.decode_withdrawal(data, INDEX, 0),
        "key grant": lambda: messages.decode_key_grant(data, AUTHOR, INDEX),
        "receipt": lambda: messages.decode_receipt(data),
    }[kind]()


SCHEMAS = {
    "operations": messages.OPERATIONS, "fragment": messages.FRAGMENT, "withdrawal": messages.WITHDRAWAL,
    "key grant": messages.KEY_GRANT, "receipt": messages.RECEIPT,
}


def shown(value):
    """As JSON: bytes in hexadecimal, absent members of a oneof left out."""
    if isinstance(value, dict):
        return {k: shown(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [shown(v) for v in value]
    return value.hex() if isinstance(value, bytes) else value


def accept(kind, variants):
    cases = []
    for name, value in variants.items():
        data = SCHEMAS[kind].encode(value)
        found = shown(decode(kind, data))
        cases.append({
            "name": name, "kind": kind, "author": AUTHOR, "index": INDEX, "payload": data.hex(),
            "sha256": sha256(data).hex(), "value": found if len(data) <= VALUE_SHOWN_MAX else None,
        })
    return cases


def payloads():
    operations = {name: {"audience_version": 1, "operations": [o]} for name, o in OPERATIONS.items()}
    shared = [o for o in OPERATIONS.values() if not {"open_case", "set_audience"} & set(o)]
    operations["all operations that need not be alone"] = {"audience_version": 2, "operations": shared}
    operations["remove of 256, one twice"] = {"audience_version": 256, "operations": [
        operation("remove", {"dots": [dot(2, 0, max(n, 1), 0) for n in range(256)]})]}
    operations["succession without a reason"] = {"audience_version": 1, "operations": [
        operation("add_link", {**SUCCESSION, "reason": "", "kind": "verhuizing", "source": "x" * 200})]}
    operations["succeeds without a day"] = {"audience_version": 1, "operations": [
        operation("add_link", {**LINK, "relation": "succeeds", "reason": "é" * 250})]}
    operations["256 operations"] = {"audience_version": 1, "operations": [OPERATIONS["add_tag"]] * 256}
    names = [f"extra.veld-{n:03d}" for n in range(256)]
    fragments = {
        "first version": FRAGMENT,
        "later version": {**FRAGMENT, "first_index": 3, "version": 2},
        "first index 0 left out": {**FRAGMENT, "first_index": 0, "version": 300},
        "with an expiry": {**FRAGMENT, "expires": "2028-02-29"},
        "value of 65,536 bytes": {**FRAGMENT, "fields": [{"name": "extra.a", "value": "x" * 65_536}]},
        "256 fields": {**FRAGMENT, "fields": [{"name": n, "value": "x"} for n in names]},
        "with a lowered category": {**FRAGMENT, "lowered": "Besluit van de teamleider: al openbaar"},
        "lowered, 500 bytes": {**FRAGMENT, "expires": "2028-02-29", "lowered": "é" * 250},
        "text beyond ASCII": {**FRAGMENT, "fields": [{"name": "subject.name", "value": "Coöperatie 𝟙"}]},
    }
    grants = {
        "one recipient": {**GRANT, "audience": GRANT["audience"][:1], "box_hashes": GRANT["box_hashes"][:2]},
        "two recipients": GRANT,
        "sixty-four recipients": {
            "audience": cases_keys.recipients([(n, "WABO-5.8") for n in range(2, 66)]),
            "box_hashes": [secret(f"box {n}") for n in range(65)]},
        "history": {**GRANT, "history": [0, 3, 6]},
    }
    withdrawals = {"withdrawal": {"first_index": 3, "reason": "Onjuist"}, "of entry 0": {"first_index": 0, "reason": "x"}}
    receipts = {"one log": {"logs": [cases_log.log_receipt()]}}
    cases = [
        *accept("operations", operations), *accept("fragment", fragments), *accept("withdrawal", withdrawals),
        *accept("key grant", grants), *accept("receipt", receipts),
    ]
    for case in cases:
        case["name"] = f"{case['kind']}: {case['name']}"
    return document(f"{OWN}, case-model.md §1, §3, keys.md §6; canonical bytes of the payload of entry {INDEX}", cases)


def canonical_reject():
    """Bytes that protobuf reads but that are not canonical, or that it does not read."""
    fragment = messages.FRAGMENT.encode(FRAGMENT)
    parts = [key(1, VARINT) + varint(INDEX), key(2, VARINT) + varint(1), delimited(3, b"inspection"),
             *(delimited(4, messages.FIELD.encode(f)) for f in FIELDS)]
    assert b"".join(parts) == fragment
    first, version, type, *fields = parts
    head = first + version + type
    body = b"".join(fields)
    note = delimited(1, b"x")
    tagged = delimited(6, delimited(1, b"x"))
    operations = key(1, VARINT) + b"\1"
    dots = messages.OPERATIONS.encode({"audience_version": 1, "operations": [OPERATIONS["remove"]]})
    full_dot = key(1, VARINT) + b"\1" + key(2, VARINT) + b"\0" + key(3, VARINT) + b"\6" + delimited(5, b"x" * 16)
    unpacked = messages.KEY_GRANT.encode(GRANT) + b"".join(key(3, VARINT) + varint(i) for i in (0, 3))
    long_length = type[:1] + bytes([type[1] | 0x80, 0]) + type[2:]
    return {
        "unknown field": ("fragment", fragment + delimited(6, b"x")),
        "unknown field of a varint": ("fragment", fragment + key(15, VARINT) + b"\1"),
        "unknown field in a field": ("fragment", head + delimited(4, delimited(1, b"a") + delimited(2, b"b") + delimited(3, b"c"))),
        "fields not in order": ("fragment", version + first + type + body),
        "fields of a field not in order": ("fragment", head + delimited(4, delimited(2, b"b") + delimited(1, b"a"))),
        "explicit default of a number": ("fragment", key(1, VARINT) + b"\0" + key(2, VARINT) + b"\2" + type + body),
        "explicit default of a text": ("fragment", fragment + delimited(5, b"")),
        "scalar twice": ("fragment", first + first + version + type + body),
        "over-long varint": ("fragment", key(1, VARINT) + b"\x87\0" + version + type + body),
        "over-long key": ("fragment", b"\x88\0" + first[1:] + version + type + body),
        "over-long length": ("fragment", first + version + long_length + body),
        "varint of 11 bytes": ("fragment", key(1, VARINT) + b"\x87" + b"\x80" * 9 + b"\0" + version + type + body),
        "varint over 64 bits": ("fragment", key(1, VARINT) + b"\xff" * 9 + b"\2" + version + type + body),
        "number over 32 bits": ("fragment", first + key(2, VARINT) + varint((1 << 32) + 1) + type + body),
        "varint cut off": ("fragment", first + version + type + body + key(2, VARINT) + b"\x80"),
        "text cut off": ("fragment", fragment[:-1]),
        "length over the end": ("fragment", head + key(4, LENGTH) + varint(1 << 40) + b"x"),
        "wrong wire type, length for a number": ("fragment", delimited(1, b"\7") + version + type + body),
        "wrong wire type, varint for a text": ("fragment", first + version + key(3, VARINT) + b"\1" + body),
        "wrong wire type, fixed32": ("fragment", key(1, 5) + b"\7\0\0\0" + version + type + body),
        "wire type 3, a group": ("fragment", fragment + key(6, 3) + key(6, 4)),
        "wire type 7": ("fragment", fragment + key(1, 7)),
        "field number 0": ("fragment", b"\0\0" + fragment),
        "text is not UTF-8": ("fragment", first + version + delimited(3, b"\xff") + body),
        "packed numbers not packed": ("key grant", unpacked),
        "packed numbers in two parts": ("key grant", messages.KEY_GRANT.encode(GRANT) + delimited(3, b"\0") + delimited(3, b"\3")),
        "packed numbers, empty": ("key grant", messages.KEY_GRANT.encode(GRANT) + delimited(3, b"")),
        "two members of a oneof": ("operations", operations + delimited(2, delimited(4, note) + tagged)),
        "member of a oneof twice": ("operations", operations + delimited(2, tagged + tagged)),
        "explicit default in a dot": ("operations", operations + delimited(2, delimited(7, delimited(1, full_dot)))),
        "bytes after the message": ("operations", dots + b"\0"),
    }


def limits_reject():
    """Canonical bytes that break one rule of the pages."""
    def fragment(**changes):
        return ("fragment", messages.FRAGMENT.encode({**FRAGMENT, **changes}))

    def operations(*items):
        return ("operations", messages.OPERATIONS.encode({"audience_version": 1, "operations": list(items)}))

    def grant(**changes):
        return ("key grant", messages.KEY_GRANT.encode({**GRANT, **changes}))

    def receipt(*logs):
        return ("receipt", messages.RECEIPT.encode({"logs": list(logs)}))

    field = FIELDS[0]
    tag, right = OPERATIONS["add_tag"], dot(1, 0, 6, 0)

    def link(of, **changes):
        return operations(operation("add_link", {**of, **changes}))

    def remove(*dots):
        return operations(operation("remove", {"dots": list(dots)}))

    def audience(**changes):
        return operations(operation("set_audience", {**FIRST_AUDIENCE, "version": 2, **changes}))

    log, west = cases_log.log_receipt(), cases_log.log_receipt(WEST, 13)
    out = {
        "fragment: no fields": fragment(fields=[]),
        "fragment: 257 fields": fragment(fields=[{"name": f"extra.veld-{n:03d}", "value": "x"} for n in range(257)]),
        "fragment: fields not in order": fragment(fields=FIELDS[::-1]),
        "fragment: field name twice": fragment(fields=[field, field]),
        "fragment: empty value": fragment(fields=[{**field, "value": ""}]),
        "fragment: value of 65,537 bytes": fragment(fields=[{**field, "value": "x" * 65_537}]),
        "fragment: value not in NFC": fragment(fields=[{**field, "value": "e\u0301"}]),
        "fragment: value with a control character": fragment(fields=[{**field, "value": "a\0b"}]),
        "fragment: subject.bsn": fragment(fields=[{"name": "subject.bsn", "value": "111222333"}]),
        "fragment: version 0": fragment(version=0),
        "fragment: version 1 of another index": fragment(first_index=6),
        "fragment: version 1 of another generation": fragment(generation=1),
        "fragment: version 2 of a later generation": fragment(version=2, generation=1, first_index=3),
        "fragment: version 2 of generation 65,536": fragment(version=2, generation=65_536, first_index=3),
        "fragment: version 2 of its own index": fragment(version=2),
        "fragment: version 2 of a later index": fragment(version=2, first_index=8),
        "fragment: expires on no such day": fragment(expires="2027-02-29"),
        "fragment: expires with a time": fragment(expires="2027-02-28T00:00:00Z"),
        "fragment: lowered for 501 bytes": fragment(lowered="x" * 501),
        "fragment: lowered on two lines": fragment(lowered="a\nb"),
        "fragment: lowered not in NFC": fragment(lowered="e\u0301"),
        "fragment: empty payload": ("fragment", b""),
        "operations: none": operations(),
        "operations: 257": operations(*[OPERATIONS["add_tag"]] * 257),
        "operations: an empty one": operations({}),
        "operations: register 0": operations(operation("set_register", {"register": 0, "value": "x"})),
        "operations: register 5": operations(operation("set_register", {"register": 5, "value": "x"})),
        "operations: link from 15 bytes": link(LINK, **{"from": SUBJECTS[0][:15]}),
        "operations: link to 17 bytes": link(LINK, to=SUBJECTS[1] + b"x"),
        "operations: link of no relation": link(LINK, relation=""),
        "operations: relation of 33 letters": link(LINK, relation="r" * 33),
        "operations: relation with a capital": link(LINK, relation="Same-as"),
        "operations: reason of a link of 501 bytes": link(LINK, reason="x" * 501),
        "operations: reason of a link on two lines": link(LINK, reason="a\nb"),
        "operations: reason of a link not in NFC": link(LINK, reason="e\u0301"),
        "operations: date of a link that is no succession": link(SUCCESSION, relation="same-as"),
        "operations: source of a link that is no succession": link(LINK, source="KvK"),
        "operations: succession on no such day": link(SUCCESSION, date="2025-02-29"),
        "operations: succession without a day": link(SUCCESSION, date=""),
        "operations: succession without a kind": link(SUCCESSION, kind=""),
        "operations: succession of another kind": link(SUCCESSION, kind="splitsing"),
        "operations: succession without a source": link(SUCCESSION, source=""),
        "operations: source of 201 bytes": link(SUCCESSION, source="x" * 201),
        "operations: source on two lines": link(SUCCESSION, source="a\nb"),
        "operations: audience version 0": ("operations", messages.OPERATIONS.encode({"audience_version": 0, "operations": [tag]})),
        "operations: audience version 257": (
            "operations", messages.OPERATIONS.encode({"audience_version": 257, "operations": [tag]})),
        "operations: open_case and another": operations(OPERATIONS["open_case"], tag),
        "operations: set_audience after another": operations(tag, OPERATIONS["set_audience"]),
        "operations: set_audience twice": operations(OPERATIONS["set_audience"], OPERATIONS["set_audience"]),
        "operations: open_case that leaves somebody out": operations(operation("open_case", {
            "title": "x", "summary": "", "audience": {**FIRST_AUDIENCE, "removed": [removal(3, 0, 1)]}})),
        "reference: no entry": remove({**right, "entry": b""}),
        "reference: entry of 15 bytes": remove({**right, "entry": right["entry"][:15]}),
        "reference: entry of 17 bytes": remove({**right, "entry": right["entry"] + b"x"}),
        "reference: entry of 32 bytes, the second of two": remove(right, {**right, "entry": secret("entry")}),
        "reference: in supersedes without entry": operations(operation("set_register", {
            "register": 1, "value": "x", "supersedes": [{**right, "entry": b""}]})),
        "reference: member 0": remove({**right, "member": 0}),
        "reference: generation 65,536": remove({**right, "generation": 65_536}),
        "reference: index 2^48": remove({**right, "index": 1 << 48}),
        "reference: operation 256": remove({**right, "operation": 256}),
        "remove: nothing": ("operations", key(1, VARINT) + b"\1" + delimited(2, delimited(7, b""))),
        "remove: 257": remove(*[right] * 257),
        "audience: version 257": audience(version=257),
        "audience: removed not in order": audience(removed=[removal(4, 0, 1), removal(3, 0, 1)]),
        "audience: removed twice": audience(removed=[removal(3, 0, 1), removal(3, 0, 2)]),
        "audience: removed and a member": audience(removed=[removal(2, 0, 1)]),
        "audience: member 0 removed": audience(removed=[removal(0, 0, 1)]),
        "audience: removed in generation 65,536": audience(removed=[removal(3, 65_536, 1)]),
        "audience: removed at size 2^48 + 1": audience(removed=[removal(3, 0, (1 << 48) + 1)]),
        "audience: 65 removed": audience(removed=[removal(n, 0, 1) for n in range(3, 68)]),
        "withdrawal: of itself": ("withdrawal", messages.WITHDRAWAL.encode({"first_index": INDEX, "reason": "x"})),
        "withdrawal: of a later entry": ("withdrawal", messages.WITHDRAWAL.encode({"first_index": 8, "reason": "x"})),
        "withdrawal: of a later generation": ("withdrawal", messages.WITHDRAWAL.encode(
            {"first_index": 3, "reason": "x", "generation": 1})),
        "key grant: a box hash too few": grant(box_hashes=GRANT["box_hashes"][:2]),
        "key grant: a box hash too many": grant(box_hashes=GRANT["box_hashes"] + [secret("box 3")]),
        "key grant: box hash of 31 bytes": grant(box_hashes=GRANT["box_hashes"][:2] + [secret("box 2")[:31]]),
        "key grant: history not in order": grant(history=[3, 0]),
        "key grant: history index twice": grant(history=[3, 3]),
        "key grant: history of itself": grant(history=[3, INDEX]),
        "receipt: no logs": receipt(),
        "receipt: logs not in order": receipt(west, log),
        "receipt: log twice": receipt(log, log),
        "receipt: member 0": receipt({**log, "member": 0}),
        "receipt: member 65,536": receipt({**log, "member": 65_536}),
        "receipt: generation 65,536": receipt({**log, "generation": 65_536}),
        "receipt: held hash of 31 bytes": receipt({**log, "held_hash": log["held_hash"][:31]}),
        "receipt: no held hash": receipt({**log, "held_hash": b""}),
        "receipt: unopened not in order": receipt({**log, "unopened": [4, 3]}),
        "receipt: unopened twice": receipt({**log, "unopened": [3, 3]}),
    }
    for name, pairs in cases_keys.BAD_AUDIENCES.items():
        hashes = [secret(f"box {n}") for n in range(len(pairs) + 1)]
        out[f"key grant: {name}"] = grant(audience=cases_keys.recipients(pairs), box_hashes=hashes)
    return out


def payloads_reject():
    cases = []
    for error, group in (("protobuf", canonical_reject()), ("payload", limits_reject())):
        for name, (kind, data) in group.items():
            audience = name.removeprefix("key grant: ") in cases_keys.BAD_AUDIENCES
            found = expect("audience" if audience else error, decode, kind, data)
            cases.append({"name": name, "kind": kind, "author": AUTHOR, "index": INDEX, "payload": data.hex(), "error": found})
    return document(f"{OWN}, case-model.md §1, §3, sync-log.md §7, keys.md §4, §6; payloads of entry {INDEX}", cases)


def subjects():
    fragment = secret("fragment")[:16]
    variants = {
        "establishment before all": {"subject.vestiging": "000012345678", "subject.kvk": "12345678", "subject.rsin": "123456782"},
        "establishment not beginning 0000": {"subject.vestiging": "100012345678", "subject.kvk": "12345678"},
        "establishment of 11 digits": {"subject.vestiging": "00001234567", "subject.kvk": "12345678"},
        "establishment alone": {"subject.vestiging": "000000000000"},
        "company": {"subject.kvk": "01234567"},
        "company of 7 digits": {"subject.kvk": "1234567", "subject.rsin": "123456782"},
        "company with a space": {"subject.kvk": "12345678 "},
        "company in other digits": {"subject.kvk": "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668"},
        "RSIN": {"subject.rsin": "123456782"},
        "RSIN that fails the elfproef": {"subject.rsin": "123456789"},
        "RSIN of 8 digits": {"subject.rsin": "23456782"},
        "name alone": {"subject.name": "Afval B.V."},
        "nothing": {},
    }
    cases = []
    for name, fields in variants.items():
        found = e.subject_key(fields, fragment)
        cases.append({"name": name, "fields": fields, "fragment": fragment.hex(), "key": found,
                      "subject": e.subject_id(found).hex()})
    return document("Protocol/case-model.md §4", cases)


def files():
    assert {NOORD.number, OOST.number, WEST.number} == {1, 2, 3}
    return {
        "case-model/accept/payloads.json": payloads(),
        "case-model/reject/payloads.json": payloads_reject(),
        "case-model/accept/subjects.json": subjects(),
    }
