"""Vectors of Protocol/sync.md."""

from . import entries as e
from . import membership, merkle, messages
from .cases_merkle import LEAVES
from .cases_notes import checkpoint
from .cases_payloads import shown
from .primitives import sha256
from .protobuf import VARINT, delimited, key
from .world import NOORD, TABLE, charter, document, expect, secret

OWN = "Protocol/sync.md"
LOG = {"table": TABLE, "member": 1, "generation": 0}
SHOWN_MAX = 4_000  # bytes of a frame


def frame(message):
    data = message if isinstance(message, bytes) else messages.PEER_MESSAGE.encode(message)
    return len(data).to_bytes(4, "big") + data


def entry_parts(index=0):
    return e.plain_entry(NOORD.card(), kind=8, charter_version=1, time=1, index=index)


def accepted():
    header, payload = entry_parts()
    file = membership.table_file([charter()], [NOORD.card()])
    note = checkpoint(3, merkle.root(LEAVES[:3])).decode()
    full = {"header": header, "payload": payload, "boxes": []}
    boxed = {"header": header, "payload": payload, "boxes": [{"member": 2, "sealed": secret("a") * 2 + secret("b")[:16]}]}
    head = {"member": 1, "generation": 0, "checkpoint": note}
    second, _ = entry_parts(8)
    tables = [{"table": TABLE, "file_hash": sha256(file)}]
    branch = {"card": NOORD.card().decode(), "checkpoint": note, "leaf": LEAVES[2], "path": [LEAVES[0]]}
    low, high = sorted([branch, {**branch, "leaf": LEAVES[3]}], key=lambda b: b["leaf"])
    return {
        "hello": {"hello": {"version": 1, "card": NOORD.card().decode(), "tables": tables}},
        "hello of an instance": {"hello": {"version": 1, "card": NOORD.card().decode(), "tables": tables,
                                          "instance": (1 << 64) - 1}},
        "hello without tables": {"hello": {"version": 1, "card": NOORD.card().decode()}},
        "hello of a later version": {"hello": {"version": 2, "card": NOORD.card().decode()}},
        "hello with 64 tables": {"hello": {"version": 1, "card": NOORD.card().decode(), "tables": [
            {"table": table, "file_hash": secret("file")} for table in sorted(secret(f"table {n}") for n in range(64))]}},
        "table file": {"table_file": {"table": TABLE, "file": file.decode()}},
        "heads digest": {"heads_digest": {"table": TABLE, "digest": secret("digest"), "complete": 3,
                                          "settled": True, "round": True}},
        "heads digest, not settled": {"heads_digest": {"table": TABLE, "digest": secret("digest")}},
        "heads digest of a node whose store refuses": {"heads_digest": {
            "table": TABLE, "digest": secret("digest"), "failing": True}},
        "heads": {"heads": {"table": TABLE, "logs": [head, {**head, "member": 2, "generation": 1}]}},
        "heads without logs": {"heads": {"table": TABLE}},
        "heads of a node that fetches its own log back": {"heads": {"table": TABLE, "logs": [head], "recovering": True}},
        "heads with refused logs": {"heads": {"table": TABLE, "logs": [head], "refused": [
            {"member": 2, "generation": 0}, {"member": 3, "generation": 1}]}},
        "prove": {"prove": {**LOG, "index": (1 << 48) - 1}},
        "proof": {"proof": {**LOG, "index": 2, "branch": branch}},
        "proof at index 0": {"proof": {**LOG, "branch": {**branch, "path": []}}},
        "evidence": {"evidence": {**LOG, "index": 2, "first": low, "second": high}},
        "chunk": {"chunk": {**LOG, "items": [{"leaf": LEAVES[0]}, {"header": header}, {"full": full}],
                            "checkpoint": note, "complete": True}},
        "chunk from 2 of generation 1": {"chunk": {**LOG, "generation": 1, "from": 2, "items": [{"leaf": LEAVES[2]}], "checkpoint": note}},
        "chunk with a box": {"chunk": {**LOG, "items": [{"full": boxed}], "checkpoint": note}},
        "ack": {"ack": {**LOG, "size": 300}},
        "ask": {"ask": {**LOG, "from": 2, "until": 1 << 40}},
        "fill": {"fill": {**LOG, "until": 9, "entries": [boxed, {**full, "header": second}], "complete": True}},
        "fill without entries": {"fill": {**LOG, "from": 2, "until": 9, "complete": True}},
        "goodbye done": {"goodbye": {}},
        "goodbye with a text": {"goodbye": {"code": 4, "text": "te veel tabellen"}},
    }


def frames():
    cases = []
    for name, message in accepted().items():
        data = frame(message)
        found = shown(messages.decode_frame(data))
        cases.append({"name": name, "frame": data.hex(), "message": found if len(data) <= SHOWN_MAX else None})
    return document(f"{OWN} §2, proto/session.proto; `frame` is length and message", cases)


def frames_reject():
    header, payload = entry_parts()
    second, _ = entry_parts(8)
    good = accepted()
    ack = messages.PEER_MESSAGE.encode(good["ack"])
    full = {"header": header, "payload": payload}

    def sent(kind, **fields):
        return frame({kind: fields})

    def chunk(item, **fields):
        return frame({"chunk": {**LOG, **fields, "items": [item]}})

    heads = [{"member": 1, "generation": n} for n in range(1_025)]
    tables = [{"table": secret(f"table {n}"), "file_hash": secret(f"file {n}")} for n in range(65)]
    inner = messages.ITEM.encode({"leaf": LEAVES[0]})
    variants = {
        "length 0": ("frame", bytes(4)), "length 9,437,185": ("frame", (9_437_185).to_bytes(4, "big")),
        "length 2^32 - 1": ("frame", b"\xff" * 4),
        "unknown message": ("protobuf", frame(delimited(13, b"x"))),
        "refused logs not in order": ("message", sent("heads", table=TABLE, refused=[{"member": 2}, {"member": 1}])),
        "a refused log twice": ("message", sent("heads", table=TABLE, refused=[{"member": 1}] * 2)),
        "1,025 refused logs": ("limit", sent("heads", table=TABLE, refused=[
            {"member": 1, "generation": n} for n in range(1_025)])),
        "a refused log with a head": ("message", sent("heads", **{
            **good["heads with refused logs"]["heads"], "refused": [{"member": 1}]})),
        "prove at 2^48": ("limit", sent("prove", **LOG, index=1 << 48)),
        "proof without a branch": ("message", sent("proof", **LOG, index=2)),
        "proof with a path of 97 hashes": ("limit", sent("proof", **LOG, branch={
            **good["proof"]["proof"]["branch"], "path": [LEAVES[0]] * 97})),
        "proof with a leaf of 31 bytes": ("message", sent("proof", **LOG, branch={
            **good["proof"]["proof"]["branch"], "leaf": LEAVES[0][:31]})),
        "evidence with the higher leaf first": ("message", sent("evidence", **LOG, index=2, **{
            "first": good["evidence"]["evidence"]["second"], "second": good["evidence"]["evidence"]["first"]})),
        "evidence without a second history": ("message", sent("evidence", **LOG, index=2, first=good["evidence"]["evidence"]["first"])),
        "unknown field beside the message": ("protobuf", frame(ack + key(15, VARINT) + b"\1")),
        "unknown field in the message": ("protobuf", frame(delimited(6, delimited(1, TABLE) + key(9, VARINT) + b"\1"))),
        "unknown field in an item": ("protobuf", frame(delimited(5, delimited(1, TABLE) + key(2, VARINT) + b"\1" + delimited(5, inner + key(4, VARINT) + b"\1")))),
        "cut off": ("protobuf", frame(ack[:-1])), "wrong wire type": ("protobuf", frame(key(6, VARINT) + b"\1")),
        "text is not UTF-8": ("protobuf", frame(delimited(9, delimited(2, b"\xff")))),
        "table of 31 bytes": ("message", sent("ack", **{**LOG, "table": TABLE[:31]}, size=1)),
        "no table": ("message", sent("heads")),
        "member 0": ("message", sent("ack", table=TABLE, size=1)),
        "member 65,536": ("message", sent("ack", table=TABLE, member=65_536, size=1)),
        "generation 65,536": ("message", sent("ack", table=TABLE, member=1, generation=65_536, size=1)),
        "hello with 65 tables": ("limit", sent("hello", version=1, card=NOORD.card().decode(), tables=tables)),
        "hello with a table of 33 bytes": ("message", sent("hello", version=1, tables=[{"table": TABLE + b"x", "file_hash": TABLE}])),
        "hello with a file hash of 31 bytes": ("message", sent("hello", version=1, tables=[{"table": TABLE, "file_hash": TABLE[:31]}])),
        "hello with tables out of order": ("message", sent("hello", version=1, card=NOORD.card().decode(), tables=[
            {"table": table, "file_hash": TABLE} for table in sorted((TABLE, LEAVES[0]), reverse=True)])),
        "hello with a table twice": ("message", sent("hello", version=1, card=NOORD.card().decode(), tables=[
            {"table": TABLE, "file_hash": file_hash} for file_hash in (TABLE, LEAVES[0])])),
        "digest of 31 bytes": ("message", sent("heads_digest", table=TABLE, digest=TABLE[:31])),
        "no digest": ("message", sent("heads_digest", table=TABLE)),
        "heads with 1,025 logs": ("limit", sent("heads", table=TABLE, logs=heads)),
        "heads of member 0": ("message", sent("heads", table=TABLE, logs=[{"checkpoint": "x"}])),
        "heads without a checkpoint": ("message", sent("heads", table=TABLE, logs=[{"member": 1}])),
        "complete to 2^48 + 1": ("limit", sent("heads_digest", table=TABLE, digest=TABLE, complete=(1 << 48) + 1)),
        "chunk with 4,097 items": ("limit", frame({"chunk": {**LOG, "items": [{}] * 4_097}})),
        "item without contents": ("message", chunk({})), "leaf of 31 bytes": ("message", chunk({"leaf": LEAVES[0][:31]})),
        "empty leaf": ("message", chunk({"leaf": b""})), "header of 147 bytes": ("message", chunk({"header": header[:-1]})),
        "full entry without a header": ("message", chunk({"full": {"payload": payload}})),
        "full entry with a header of 149 bytes": ("message", chunk({"full": {**full, "header": header + b"x"}})),
        "fill with an empty entry": ("message", sent("fill", **LOG, until=9, entries=[{}])),
        "fill not in order": ("message", sent("fill", **LOG, until=9, entries=[{**full, "header": second}, full])),
        "fill with an entry twice": ("message", sent("fill", **LOG, until=9, entries=[full, full])),
    }
    variants["table file without fields"] = ("message", frame(delimited(2, b"")))
    cases = [
        {"name": name, "frame": data.hex(), "error": expect(error, messages.decode_frame, data)}
        for name, (error, data) in variants.items()
    ]
    return document(
        f"{OWN} §2, §4; \"frame\" closes the connection, \"protobuf\" and \"message\" end the session with goodbye 2, \"limit\" with 4. "
        "Where a frame's length is refused the message is left out.", cases)


def heads_digests():
    variants = {
        "no logs": [],
        "one log": [(1, 0, 5)],
        "size 0 is left out": [(1, 0, 5), (2, 0, 0)],
        "order of member, then generation": [(2, 0, 7), (1, 1, 9), (1, 0, 5)],
        "largest numbers": [(65_535, 65_535, 1 << 48)],
        "another root": [(1, 0, 5, "another")],
    }
    cases = []
    for name, logs in variants.items():
        logs = [frontier(*log) for log in logs]
        digest = e.heads_digest([(*log[:3], merkle.root_of_frontier(log[3])) for log in logs])
        shown_logs = [dict(zip(("member", "generation", "size"), log)) for log in logs]
        for log, (*_, hashes) in zip(shown_logs, logs):
            log["frontier"] = [hash.hex() for hash in hashes]
        cases.append({"name": name, "logs": shown_logs, "digest": digest.hex()})
    return document(f"{OWN} §3; `logs` in any order", cases)


def frontier(member, generation, size, label=""):
    """A log with some hash for each complete subtree."""
    hashes = [secret(f"subtree {label} {member} {generation} {n}") for n in range(bin(size).count("1"))]
    return member, generation, size, hashes


def files():
    return {
        "sync/accept/frames.json": frames(), "sync/reject/frames.json": frames_reject(),
        "sync/accept/heads-digests.json": heads_digests(),
    }
