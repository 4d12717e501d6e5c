"""Vectors of Protocol/sync-log.md §2 to §4 and §7: names, headers, times and receipts."""

from . import entries as e
from . import merkle, messages, notes
from .cases_merkle import LEAVES
from .cases_notes import checkpoint
from .primitives import sha256
from .world import CASE, NOORD, OOST, START, TABLE, WEST, document, expect, replaced, secret

OWN = "Protocol/sync-log.md"


def header_fields(kind, **changes):
    number = e.KINDS[kind]
    fields = {
        "kind": number, "charter_version": 1, "category": 3 if number in e.LISTED else 0, "index": 7,
        "time": START << 16, "case": CASE if number in e.CASE_SET else bytes(16),
        "audience": secret("audience") if number in e.LISTED else e.ZERO32,
        "payload_hash": secret("payload"), "payload_length": 336,
    }
    if number in e.ENCRYPTED or kind == "key grant":
        fields |= {"epoch": 1, "position": 4, "key_commitment": secret("commitment")}
    return fields | changes


def header_case(name, header):
    h = e.decode_header(header)
    shown = {k: v.hex() if isinstance(v, bytes) else v for k, v in h.items() if k not in ("time", "reserved")}
    return {
        "name": name, "header": header.hex(), "leaf": e.leaf(header).hex(), **shown,
        "time_milliseconds": h["time"] >> 16, "time_counter": h["time"] & 0xFFFF,
    }


def headers():
    cases = [header_case(kind, e.encode_header(**header_fields(kind))) for kind in e.KINDS]
    big = {"index": (1 << 48) - 1, "time": (1 << 64) - 1, "charter_version": 65_535}
    more = {
        "first entry": header_fields("card", index=0, time=0),
        "destruction about a case": header_fields("destruction", case=CASE),
        "hold about a case": header_fields("hold", case=CASE),
        "history grant": header_fields("key grant", epoch=0, position=0, key_commitment=e.ZERO32),
        "payload of 40 bytes": header_fields("fragment", payload_length=40),
        "payload of 1,048,576 bytes": header_fields("fragment", payload_length=1_048_576),
        "largest numbers": header_fields("operations", **big, epoch=(1 << 32) - 1, position=(1 << 32) - 1),
    }
    cases += [header_case(name, e.encode_header(**f)) for name, f in more.items()]
    return document(f"{OWN} §3, §4", cases)


def headers_reject():
    good = e.encode_header(**header_fields("fragment"))
    variants = {
        "147 bytes": ("length", good[:-1]), "149 bytes": ("length", good + b"\0"), "empty": ("length", b""),
        "version 0": ("version", replaced(good, 0, b"\0")), "version 2": ("version", replaced(good, 0, b"\2")),
        "kind 0": ("kind", replaced(good, 1, b"\0")), "kind 14": ("kind", replaced(good, 1, b"\x0e")),
        "kind 255": ("kind", replaced(good, 1, b"\xff")),
        "charter version 0": ("charter version", replaced(good, 2, bytes(2))),
        "category 7": ("category", replaced(good, 4, b"\0\7")),
        "category 256": ("category", replaced(good, 4, b"\1\0")),
        "index 2^48": ("index", replaced(good, 8, b"\0\1" + bytes(6))),
        "reserved 1": ("reserved", replaced(good, 6, b"\0\1")),
        "reserved 256": ("reserved", replaced(good, 6, b"\1\0")),
        "payload length 1,048,577": ("payload length", replaced(good, 112, b"\0\x10\0\1")),
    }

    def combination(name, kind, **changes):
        variants[f"{kind}: {name}"] = ("combination", e.encode_header(**header_fields(kind, **changes)))

    for kind, number in e.KINDS.items():
        if number in e.LISTED:
            combination("no audience", kind, audience=e.ZERO32)
        else:
            combination("audience", kind, audience=secret("audience"))
        if number in e.CASE_SET:
            combination("no case", kind, case=bytes(16))
        elif number not in e.CASE_ANY:
            combination("case", kind, case=CASE)
        if number in e.ENCRYPTED:
            combination("no commitment", kind, key_commitment=e.ZERO32)
            combination("payload of 39 bytes", kind, payload_length=39)
        elif kind != "key grant":
            combination("commitment", kind, key_commitment=secret("commitment"))
            combination("epoch", kind, epoch=1)
            combination("position", kind, position=1)
    cases = [
        {"name": name, "header": header.hex(), "error": expect(error, e.decode_header, header)}
        for name, (error, header) in variants.items()
    ]
    return document(f"{OWN} §3, §4; one rule broken at a time", cases)


def times():
    clock = START
    variants = {
        "clock ahead": ((clock - 5, 9), [], clock),
        "same millisecond": ((clock, 0), [], clock),
        "clock behind": ((clock + 40, 2), [], clock),
        "own time exactly 300 s ahead": ((clock + 300_000, 2), [], clock),
        "own time 300.001 s ahead is left out": ((clock + 300_001, 2), [], clock),
        "own time five years ahead is left out, a near one received is not": (
            (clock + 5 * 365 * 86_400_000, 2), [(clock + 10, 7)], clock),
        "counter overflow": ((clock, 65_535), [], clock),
        "counter overflow while the clock is behind": ((clock + 3, 65_535), [], clock),
        "received ahead": ((clock - 5, 0), [(clock + 10, 7)], clock),
        "received overflow": ((clock - 5, 0), [(clock + 10, 65_535)], clock),
        "newest of several received": ((clock - 5, 0), [(clock + 10, 7), (clock + 11, 0), (clock + 9, 8)], clock),
        "received exactly 300 s ahead": ((clock - 5, 0), [(clock + 300_000, 0)], clock),
        "received 300.001 s ahead is left out": ((clock - 5, 0), [(clock + 300_001, 0)], clock),
        "only the near one of two received": ((clock - 5, 0), [(clock + 300_001, 0), (clock + 1, 1)], clock),
        "nothing before": ((0, 0), [], clock),
    }
    cases = []
    for name, (own, received, now) in variants.items():
        found = e.next_time(own[0] << 16 | own[1], [r[0] << 16 | r[1] for r in received], now)
        cases.append({
            "name": name, "own": own, "received": received, "clock": now, "next": [found >> 16, found & 0xFFFF],
        })
    return document(f"{OWN} §3; times as [milliseconds, counter], clock in milliseconds", cases)


def object_ids():
    dots = ((1, 0, 3, 0), (1, 0, 3, 1), (2, 0, 0, 255), (65_535, 65_535, (1 << 48) - 1, 255), (1, 1, 3, 0))
    cases = []
    for dot in dots:
        data = e.dot_bytes(*dot)
        cases.append({
            "name": "dot " + " ".join(map(str, dot)), "table": TABLE.hex(), "dot": data.hex(),
            "member": dot[0], "generation": dot[1], "index": dot[2], "operation": dot[3],
            "object": e.object_id(TABLE, data).hex(),
        })
    return document(f"{OWN} §2", cases)


def held_hashes():
    lists = {"none": [], "one": [(4, LEAVES[4])], "three": [(i, LEAVES[i]) for i in (2, 3, 17)]}
    cases = [
        {"name": name, "entries": [{"index": i, "leaf": l.hex()} for i, l in items], "held_count": len(items),
         "held_hash": e.held_hash(items).hex()}
        for name, items in lists.items()
    ]
    return document(f"{OWN} §7", cases)


def log_receipt(node=NOORD, size=5, witness=OOST, generation=0, unopened=(), **changes):
    note = checkpoint(size, merkle.root(LEAVES[:size]), notes.origin(TABLE, node.number, generation), node, (witness,))
    held = [(i, LEAVES[i]) for i in range(2, size)]
    return {
        "member": node.number, "generation": generation, "checkpoint": note.decode(), "held_count": len(held),
        "held_hash": e.held_hash(held), "unopened": list(unopened), **changes,
    }


def receipts():
    lists = {
        "one log": [log_receipt()],
        "with unopened": [log_receipt(size=9, unopened=(3, 7))],
        "two logs": [log_receipt(), log_receipt(WEST, 13)],
        "two generations": [log_receipt(), log_receipt(generation=1)],
        "nothing held": [log_receipt(size=2)],
    }
    cases = []
    for name, logs in lists.items():
        data = messages.RECEIPT.encode({"logs": logs})
        assert messages.decode_receipt(data)["logs"] == logs
        shown = [{**l, "checkpoint": l["checkpoint"].encode().hex(), "held_hash": l["held_hash"].hex()} for l in logs]
        cases.append({"name": name, "payload": data.hex(), "sha256": sha256(data).hex(), "logs": shown})
    return document(f"{OWN} §7, proto/payloads.proto; the writer is member 2", cases)


def files():
    return {
        "sync-log/accept/headers.json": headers(),
        "sync-log/reject/headers.json": headers_reject(),
        "sync-log/accept/times.json": times(),
        "sync-log/accept/object-ids.json": object_ids(),
        "sync-log/accept/held-hashes.json": held_hashes(),
        "sync-log/accept/receipts.json": receipts(),
    }
