"""The messages of Protocol/proto/ with the limits that the pages put on them."""

import datetime
import re

from .primitives import is_text, require
from .protobuf import Message
from .notes import TREE_SIZE_MAX

R, O = "repeated", "oneof"
PAYLOAD_BYTES_MAX = 1_048_576
OPERATIONS_PER_ENTRY_MAX = 256
FIELDS_MAX = 256
VALUE_BYTES_MAX = 65_536
LOGS_PER_RECEIPT_MAX = 1_024
UNOPENED_MAX = 4_096
RECEIPT_BYTES_MAX = 524_288
HISTORY_MAX = 1_024
AUDIENCE_MAX = 64
AUDIENCE_VERSION_MAX = 256
REFERENCES_MAX = 256
ENTRY_HASH_BYTES = 16  # of a reference
FRAME_BYTES_MAX = 9_437_184
ITEMS_PER_CHUNK_MAX = 4_096
TABLES_PER_SESSION_MAX = 64
LOGS_PER_TABLE_MAX = 1_024
PATH_MAX = 96
GROUND_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,31}")

RECIPIENT = Message("Recipient", (1, "member", "u32"), (2, "ground", "str"))
KEY_GRANT = Message(
    "KeyGrantPayload", (1, "audience", RECIPIENT, R), (2, "box_hashes", "bytes", R), (3, "history", "u64", R)
)
LOG_RECEIPT = Message(
    "LogReceipt", (1, "member", "u32"), (2, "generation", "u32"), (3, "checkpoint", "str"),
    (4, "held_count", "u64"), (5, "held_hash", "bytes"), (6, "unopened", "u64", R),
)
RECEIPT = Message("ReceiptPayload", (1, "logs", LOG_RECEIPT, R))
DOT = Message(
    "DotReference", (1, "member", "u32"), (2, "generation", "u32"), (3, "index", "u64"), (4, "operation", "u32"),
    (5, "entry", "bytes"),
)
REMOVAL = Message("Removal", (1, "member", "u32"), (2, "generation", "u32"), (3, "size", "u64"))
CASE_AUDIENCE = Message(
    "CaseAudience", (1, "version", "u32"), (2, "members", "u32", R), (3, "category", "u32"),
    (4, "grounds", "str", R), (5, "removed", REMOVAL, R),
)
OPERATION = Message(
    "Operation",
    (1, "open_case", Message(
        "OpenCase", (1, "title", "str"), (2, "summary", "str"), (3, "audience", CASE_AUDIENCE)), O),
    (2, "set_audience", CASE_AUDIENCE, O),
    (3, "set_register", Message(
        "SetRegister", (1, "register", "u32"), (2, "value", "str"), (3, "supersedes", DOT, R)), O),
    (4, "add_note", Message("AddNote", (1, "text", "str")), O),
    (5, "add_link", Message(
        "AddLink", (1, "from", "bytes"), (2, "relation", "str"), (3, "to", "bytes"), (4, "reason", "str"),
        (5, "date", "str"), (6, "kind", "str"), (7, "source", "str")), O),
    (6, "add_tag", Message("AddTag", (1, "tag", "str")), O),
    (7, "remove", Message("Remove", (1, "dots", DOT, R)), O),
)
OPERATIONS = Message("OperationsPayload", (1, "audience_version", "u32"), (2, "operations", OPERATION, R))
FIELD = Message("Field", (1, "name", "str"), (2, "value", "str"))
FRAGMENT = Message(
    "FragmentPayload", (1, "first_index", "u64"), (2, "version", "u32"), (3, "type", "str"),
    (4, "fields", FIELD, R), (5, "expires", "str"), (6, "generation", "u32"), (7, "lowered", "str"),
)
WITHDRAWAL = Message("WithdrawalPayload", (1, "first_index", "u64"), (2, "reason", "str"), (3, "generation", "u32"))

TABLE = (1, "table", "bytes")
LOG = (TABLE, (2, "member", "u32"), (3, "generation", "u32"))
HELLO = Message(
    "Hello", (1, "version", "u32"), (2, "card", "str"),
    (3, "tables", Message("TableHead", TABLE, (2, "file_hash", "bytes")), R), (4, "instance", "u64"),
)
LOG_NAME = Message("LogName", (1, "member", "u32"), (2, "generation", "u32"))
BRANCH = Message(
    "Branch", (1, "card", "str"), (2, "checkpoint", "str"), (3, "leaf", "bytes"), (4, "path", "bytes", R)
)
LOG_HEAD = Message("LogHead", (1, "member", "u32"), (2, "generation", "u32"), (3, "checkpoint", "str"))
BOX = Message("Box", (1, "member", "u32"), (2, "sealed", "bytes"))
FULL_ENTRY = Message("FullEntry", (1, "header", "bytes"), (2, "payload", "bytes"), (3, "boxes", BOX, R))
ITEM = Message("Item", (1, "leaf", "bytes", O), (2, "header", "bytes", O), (3, "full", FULL_ENTRY, O))
CHUNK = Message(
    "Chunk", *LOG, (4, "from", "u64"), (5, "items", ITEM, R), (6, "checkpoint", "str"), (7, "complete", "bool")
)
FILL = Message(
    "Fill", *LOG, (4, "from", "u64"), (5, "until", "u64"),
    (6, "entries", FULL_ENTRY, R), (7, "complete", "bool"),
)
PEER_MESSAGE = Message(
    "PeerMessage",
    (1, "hello", HELLO, O),
    (2, "table_file", Message("TableFile", TABLE, (2, "file", "str")), O),
    (3, "heads_digest", Message(
        "HeadsDigest", TABLE, (2, "digest", "bytes"), (3, "complete", "u64"), (4, "settled", "bool"),
        (5, "round", "bool"), (6, "failing", "bool")), O),
    (4, "heads", Message("Heads", TABLE, (2, "logs", LOG_HEAD, R), (3, "refused", LOG_NAME, R), (4, "recovering", "bool")), O),
    (5, "chunk", CHUNK, O),
    (6, "ack", Message("Ack", *LOG, (4, "size", "u64")), O),
    (7, "ask", Message("Ask", *LOG, (4, "from", "u64"), (5, "until", "u64")), O),
    (8, "fill", FILL, O),
    (9, "goodbye", Message("Goodbye", (1, "code", "u32"), (2, "text", "str")), O),
    (10, "prove", Message("Prove", *LOG, (4, "index", "u64")), O),
    (11, "proof", Message("Proof", *LOG, (4, "index", "u64"), (5, "branch", BRANCH)), O),
    (12, "evidence", Message(
        "ForkEvidence", *LOG, (4, "index", "u64"), (5, "first", BRANCH), (6, "second", BRANCH)), O),
)

BUNDLE_ENTRY = Message("BundleEntry", (1, "header", "bytes", O), (2, "leaf", "bytes", O), (3, "payload", "bytes"),
                       (4, "lost", "bytes", O))
AUDIENCE_LIST = Message("AudienceList", (1, "recipients", RECIPIENT, R))
BUNDLE_RECEIPT = Message(
    "BundleReceipt", (1, "member", "u32"), (2, "generation", "u32"), (3, "header", "bytes"),
    (4, "payload", "bytes"), (5, "checkpoint", "str"), (6, "proof", "bytes", R),
)
FRAGMENT_REFERENCE = Message(
    "FragmentReference", (1, "index", "u64"), (2, "generation", "u32"), (3, "first_index", "u64"), (4, "version", "u32"),
)
BUNDLE_BODY = Message(
    "BundleBody", (1, "charters", "str", R), (2, "cards", "str", R), (3, "from", "str"), (4, "until", "str"),
    (5, "frontier", "bytes", R), (6, "entries", BUNDLE_ENTRY, R), (7, "audiences", AUDIENCE_LIST, R),
    (8, "receipts", BUNDLE_RECEIPT, R), (9, "fragments", FRAGMENT_REFERENCE, R),
)


def ascending(values):
    return all(a < b for a, b in zip(values, values[1:]))


def check_log(value, kind):
    require(1 <= value["member"] <= 65_535 and value["generation"] <= 65_535, kind, "member or generation")


def check_recipients(recipients, author=None):
    """keys.md §4."""
    members = [r["member"] for r in recipients]
    require(1 <= len(members) <= AUDIENCE_MAX, "audience", "count")
    require(ascending(members) and 1 <= members[0] and members[-1] <= 65_535, "audience", "members")
    require(author not in members, "audience", "author among them")
    require(all(GROUND_CODE.fullmatch(r["ground"]) for r in recipients), "audience", "ground")


def decode_key_grant(data, author, index):
    value = KEY_GRANT.decode_canonical(data)
    check_recipients(value["audience"], author)
    hashes = value["box_hashes"]
    require(len(hashes) == 1 + len(value["audience"]), "payload", "box hashes")
    require(all(len(h) == 32 for h in hashes), "payload", "box hash length")
    history = value["history"]
    require(len(history) <= HISTORY_MAX and ascending(history), "payload", "history")
    require(not history or history[-1] < index, "payload", "history index")
    return value


def decode_receipt(data):
    require(len(data) <= RECEIPT_BYTES_MAX, "payload", "receipt bytes")
    value = RECEIPT.decode_canonical(data)
    logs = value["logs"]
    require(1 <= len(logs) <= LOGS_PER_RECEIPT_MAX, "payload", "logs")
    for log in logs:
        check_log(log, "payload")
        require(len(log["held_hash"]) == 32, "payload", "held hash")
        require(len(log["unopened"]) <= UNOPENED_MAX and ascending(log["unopened"]), "payload", "unopened")
    require(ascending([(l["member"], l["generation"]) for l in logs]), "payload", "order")
    return value


def decode_operations(data):
    value = OPERATIONS.decode_canonical(data)
    require(1 <= value["audience_version"] <= AUDIENCE_VERSION_MAX, "payload", "audience version")
    require(1 <= len(value["operations"]) <= OPERATIONS_PER_ENTRY_MAX, "payload", "operations")
    alone = any(o["open_case"] or o["set_audience"] for o in value["operations"])
    require(not alone or len(value["operations"]) == 1, "payload", "not alone")
    for operation in value["operations"]:
        ((name, item),) = [(k, v) for k, v in operation.items() if v is not None] or [("", None)]
        require(item is not None, "payload", "no operation")
        if name == "open_case":
            require(item["audience"] is not None and not item["audience"]["removed"], "payload", "audience")
            check_case_audience(item["audience"])
        if name == "set_audience":
            check_case_audience(item)
        if name == "set_register":
            require(1 <= item["register"] <= 4, "payload", "register")
            check_references(item["supersedes"])
        if name == "remove":
            require(item["dots"], "payload", "no dots")
            check_references(item["dots"])
        if name == "add_link":
            require(len(item["from"]) == 16 and len(item["to"]) == 16, "payload", "subject")
            check_link(item)
    return value


def check_link(link):
    require(re.fullmatch("[a-z][a-z-]{0,31}", link["relation"]), "payload", "relation")
    reason, source = link["reason"], link["source"]
    require(len(reason.encode()) <= 500 and is_text(reason) and "\n" not in reason, "payload", "reason")
    if not (link["date"] or link["kind"] or source):
        return
    require(link["relation"] == "succeeds", "payload", "succession")
    check_date(link["date"], "payload")
    require(link["kind"] in ("overdracht", "fusie", "verhuizing"), "payload", "kind")
    require(1 <= len(source.encode()) <= 200 and is_text(source) and "\n" not in source, "payload", "source")


def check_references(references):
    require(len(references) <= REFERENCES_MAX, "payload", "references")
    for reference in references:
        check_log(reference, "payload")
        require(reference["index"] < TREE_SIZE_MAX and reference["operation"] <= 255, "payload", "dot")
        require(len(reference["entry"]) == ENTRY_HASH_BYTES, "payload", "entry of a reference")


def check_case_audience(audience):
    members, removed = audience["members"], audience["removed"]
    require(1 <= audience["version"] <= AUDIENCE_VERSION_MAX, "payload", "version")
    require(1 <= len(members) <= AUDIENCE_MAX and ascending(members), "payload", "members")
    require(1 <= members[0] and members[-1] <= 65_535, "payload", "member")
    left = [r["member"] for r in removed]
    require(len(left) <= AUDIENCE_MAX and ascending(left) and not set(left) & set(members), "payload", "removed")
    for removal in removed:
        check_log(removal, "payload")
        require(removal["size"] <= TREE_SIZE_MAX, "payload", "size")


def decode_fragment(data, index, generation=0):
    value = FRAGMENT.decode_canonical(data)
    version, first, own = value["version"], (value["generation"], value["first_index"]), (generation, index)
    require(version >= 1 and (first == own if version == 1 else first < own), "payload", "version")
    names = [f["name"].encode() for f in value["fields"]]
    require(1 <= len(names) <= FIELDS_MAX and ascending(names), "payload", "fields")
    require(b"subject.bsn" not in names, "payload", "subject.bsn")
    for field in value["fields"]:
        require(1 <= len(field["value"].encode()) <= VALUE_BYTES_MAX, "payload", "value")
        require(is_text(field["value"]), "payload", "text")
    if value["expires"]:
        check_date(value["expires"], "payload")
    lowered = value["lowered"]
    require(len(lowered.encode()) <= 500 and is_text(lowered), "payload", "lowered")
    return value


def decode_withdrawal(data, index, generation=0):
    value = WITHDRAWAL.decode_canonical(data)
    require((value["generation"], value["first_index"]) < (generation, index), "payload", "index")
    return value


def check_date(text, kind):
    require(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text), kind, "date")
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        require(False, kind, "date")


def decode_frame(frame):
    """sync.md §2: length ‖ PeerMessage, and the limits that can be checked on the message alone."""
    require(len(frame) >= 4, "frame", "length")
    size = int.from_bytes(frame[:4], "big")
    require(1 <= size <= FRAME_BYTES_MAX and len(frame) == 4 + size, "frame", "length")
    message = PEER_MESSAGE.decode(frame[4:])
    ((name, value),) = [(k, v) for k, v in message.items() if v is not None] or [("", None)]
    require(value is not None, "message", "none")
    if "table" in value:
        require(len(value["table"]) == 32, "message", "table")
    if "member" in value:
        check_log(value, "message")
    CHECKS.get(name, lambda _: None)(value)
    return message


def check_hello(value):
    require(len(value["tables"]) <= TABLES_PER_SESSION_MAX, "limit", "tables")
    good = all(len(t["table"]) == 32 and len(t["file_hash"]) == 32 for t in value["tables"])
    require(good, "message", "hash length")
    require(ascending([t["table"] for t in value["tables"]]), "message", "order of tables")


def check_heads(value):
    require(len(value["logs"]) <= LOGS_PER_TABLE_MAX, "limit", "logs")
    for log in value["logs"]:
        check_log(log, "message")
        require(log["checkpoint"], "message", "checkpoint")
    require(len(value["refused"]) <= LOGS_PER_TABLE_MAX, "limit", "refused logs")
    for log in value["refused"]:
        check_log(log, "message")
    names = [(log["member"], log["generation"]) for log in value["refused"]]
    heads = {(log["member"], log["generation"]) for log in value["logs"]}
    require(ascending(names) and not heads.intersection(names), "message", "refused logs")


def check_full(entry):
    require(entry is not None and len(entry["header"]) == 148, "message", "header")
    require(len(entry["payload"]) <= PAYLOAD_BYTES_MAX, "limit", "payload")


def check_chunk(value):
    require(len(value["items"]) <= ITEMS_PER_CHUNK_MAX, "limit", "items")
    for item in value["items"]:
        if item["full"] is not None:
            check_full(item["full"])
        elif item["header"] is not None:
            require(len(item["header"]) == 148, "message", "header")
        else:
            require(item["leaf"] is not None and len(item["leaf"]) == 32, "message", "leaf")


def check_fill(value):
    require(len(value["entries"]) <= ITEMS_PER_CHUNK_MAX, "limit", "entries")
    for entry in value["entries"]:
        check_full(entry)
    require(ascending([entry["header"][8:16] for entry in value["entries"]]), "message", "order")


def check_digest(value):
    require(len(value["digest"]) == 32, "message", "digest")
    require(value["complete"] <= TREE_SIZE_MAX, "limit", "complete")


def check_branch(branch):
    require(branch is not None and len(branch["leaf"]) == 32, "message", "leaf")
    require(len(branch["path"]) <= PATH_MAX, "limit", "path")
    require(all(len(hash) == 32 for hash in branch["path"]), "message", "path")
    require(branch["card"] and branch["checkpoint"], "message", "card or checkpoint")


def check_index(value):
    require(value["index"] < TREE_SIZE_MAX, "limit", "index")


def check_proof(value):
    check_index(value)
    check_branch(value["branch"])


def check_evidence(value):
    check_index(value)
    check_branch(value["first"])
    check_branch(value["second"])
    require(value["first"]["leaf"] < value["second"]["leaf"], "message", "order")


CHECKS = {
    "hello": check_hello, "heads": check_heads, "chunk": check_chunk, "fill": check_fill,
    "heads_digest": check_digest, "prove": check_index, "proof": check_proof, "evidence": check_evidence,
}
