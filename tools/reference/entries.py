"""Headers, times, names, audiences, key chains, contents and the two key files (sync-log.md, keys.md)."""

import struct

from . import primitives as p
from .merkle import leaf_hash
from .messages import PAYLOAD_BYTES_MAX, check_recipients
from .notes import TREE_SIZE_MAX
from .primitives import blake2b, labelled, require, sha256

KINDS = {
    "operations": 1, "fragment": 2, "withdrawal": 3, "key grant": 4, "receipt": 5, "consultation": 6,
    "destruction": 7, "card": 8, "charter adopted": 9, "fork evidence": 10, "hold": 11, "export": 12,
    "closing": 13,
}
LISTED = {1, 2, 3, 4, 6, 7, 11, 12}
ENCRYPTED = {1, 2, 3, 6, 7, 11, 12}
CASE_SET = {1, 2, 3}
CASE_ANY = {7, 11}
AHEAD_MAX = 300_000
CATEGORY_MAX = 6
ZERO32 = bytes(32)

HEADER = struct.Struct(">BBHHHQQ16s32sII32sI32s")
FIELDS = (
    "version", "kind", "charter_version", "category", "reserved", "index", "time", "case", "audience",
    "epoch", "position", "payload_hash", "payload_length", "key_commitment",
)


def encode_header(**values):
    """148 bytes; fields not named are zero, the version 1."""
    zero = {"case": bytes(16), "audience": ZERO32, "payload_hash": ZERO32, "key_commitment": ZERO32}
    return HEADER.pack(*({"version": 1, **zero, **values}.get(name, 0) for name in FIELDS))


def decode_header(data):
    require(len(data) == HEADER.size, "length")
    h = dict(zip(FIELDS, HEADER.unpack(data)))
    require(h["version"] == 1, "version")
    require(h["kind"] in KINDS.values(), "kind")
    require(h["category"] <= CATEGORY_MAX, "category")
    require(h["reserved"] == 0, "reserved")
    require(h["charter_version"] >= 1, "charter version")
    require(h["index"] < TREE_SIZE_MAX, "index")
    require(h["payload_length"] <= PAYLOAD_BYTES_MAX, "payload length")
    kind = h["kind"]
    require((h["audience"] != ZERO32) == (kind in LISTED), "combination", "audience")
    if kind not in CASE_ANY:
        require((h["case"] != bytes(16)) == (kind in CASE_SET), "combination", "case")
    if kind in ENCRYPTED:
        require(h["key_commitment"] != ZERO32, "combination", "commitment")
        require(h["payload_length"] >= 40, "combination", "payload length")
    elif kind != KINDS["key grant"]:
        key = (h["key_commitment"], h["epoch"], h["position"])
        require(key == (ZERO32, 0, 0), "combination", "key of a plain kind")
    return h


def next_time(own, received, clock):
    """sync-log.md §3: own and received times as 64 bits, clock in milliseconds."""
    near = [t for t in (own, *received) if (t >> 16) - clock <= AHEAD_MAX]
    return max([clock << 16, *(t + 1 for t in near)])


def dot_bytes(member, generation, index, operation):
    return struct.pack(">HHQB", member, generation, index, operation)


def object_id(table, dot):
    return labelled("tafel/v1/object", table + dot)[:16]


def digits(text, count):
    return len(text) == count and all(c in "0123456789" for c in text)


def is_rsin(text):
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return digits(text, 9) and sum(w * int(c) for w, c in zip(weights, text)) % 11 == 0


def subject_key(fields, fragment):
    """case-model.md §4; `fields` are those of the newest version, `fragment` the fragment ID."""
    establishment = fields.get("subject.vestiging", "")
    if digits(establishment, 12) and establishment.startswith("0000"):
        return "vestiging:" + establishment
    if digits(fields.get("subject.kvk", ""), 8):
        return "kvk:" + fields["subject.kvk"]
    if is_rsin(fields.get("subject.rsin", "")):
        return "rsin:" + fields["subject.rsin"]
    return "fragment:" + fragment.hex()


def subject_id(key):
    return sha256(key.encode())[:16]


def audience_bytes(recipients, author=None):
    check_recipients(recipients, author)
    out = struct.pack(">H", len(recipients))
    for r in recipients:
        out += struct.pack(">HB", r["member"], len(r["ground"])) + r["ground"].encode("ascii")
    return out


def audience_hash(recipients, author=None):
    return sha256(audience_bytes(recipients, author))


def content_key(chain_key):
    return blake2b(chain_key, b"tafel/v1/content-key")


def next_chain_key(chain_key):
    return blake2b(chain_key, b"tafel/v1/chain-key")


def commitment(key):
    return labelled("tafel/v1/key-commitment", key)


def associated_data(header):
    """The header with payload hash (80) and payload length (112) set to zero."""
    return header[:80] + ZERO32 + bytes(4) + header[116:]


def seal_entry(key, nonce, plaintext, **fields):
    """(header, payload) of an encrypted entry."""
    fields = {**fields, "key_commitment": commitment(key)}
    payload = nonce + p.xchacha_seal(key, nonce, plaintext, encode_header(**fields))
    header = encode_header(**fields, payload_hash=sha256(payload), payload_length=len(payload))
    return header, payload


def plain_entry(payload, **fields):
    return encode_header(**fields, payload_hash=sha256(payload), payload_length=len(payload)), payload


def open_entry(header, payload, key):
    h = decode_header(header)
    require(sha256(payload) == h["payload_hash"], "payload hash")
    require(len(payload) == h["payload_length"], "payload length")
    require(commitment(key) == h["key_commitment"], "commitment")
    return p.xchacha_open(key, payload[:24], payload[24:], associated_data(header))


def held_hash(entries):
    """sync-log.md §7, over pairs (index, leaf hash) in order of index."""
    chain = bytes(32)
    for index, leaf in entries:
        chain = held_hash_step(chain, index, leaf)
    return chain


def held_hash_step(chain, index, leaf):
    return sha256(b"\x02" + chain + struct.pack(">Q", index) + leaf)


def heads_digest(logs):
    """sync.md §3, over (member, generation, size, root)."""
    return sha256(b"".join(struct.pack(">HHQ", *log[:3]) + log[3] for log in sorted(logs) if log[2] > 0))


# Key file, keys.md §8


def key_file(passphrase, passes, memory, salt, nonce, secrets):
    head = struct.pack(">8sIII16s24s", b"TAFELKEY", 1, passes, memory, salt, nonce)
    return head + p.xchacha_seal(p.argon2id(passphrase, salt, passes, memory), nonce, secrets, head)


def open_key_file(data, passphrase):
    require(len(data) == 268, "length")
    magic, version, passes, memory, salt, nonce = struct.unpack(">8sIII16s24s", data[:60])
    require(magic == b"TAFELKEY", "magic")
    require(version == 1, "version")
    require(1 <= passes <= 16, "passes")
    require(8_192 <= memory <= 4_194_304, "memory")
    return p.xchacha_open(p.argon2id(passphrase, salt, passes, memory), nonce, data[60:], data[:60])


# Slot file, keys.md §9


def slot_header(file_id):
    return (b"TAFELSLT" + struct.pack(">I", 1) + file_id).ljust(128, b"\0")


def slot(storage_key, file_id, number, nonce, erase_key):
    key = blake2b(storage_key, b"tafel/v1/slots")
    data = nonce + p.xchacha_seal(key, nonce, erase_key, file_id + struct.pack(">Q", number))
    return data.ljust(128, b"\0")


def open_slot(data, storage_key, number):
    """The erase key of a slot, or None where it was destroyed."""
    require(len(data) >= 128 and len(data) % 128 == 0, "length")
    require(data[:8] == b"TAFELSLT", "magic")
    require(data[8:12] == struct.pack(">I", 1), "version")
    require(not any(data[28:128]), "padding")
    file_id, one = data[12:28], data[128 * (number + 1) : 128 * (number + 2)]
    require(len(one) == 128, "number")
    if not any(one):
        return None
    require(not any(one[72:]), "padding")
    key = blake2b(storage_key, b"tafel/v1/slots")
    return p.xchacha_open(key, one[:24], one[24:72], file_id + struct.pack(">Q", number))


def leaf(header):
    return leaf_hash(header)
