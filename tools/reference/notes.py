"""C2SP signed notes, tlog checkpoints and cosignatures as Tafel narrows them (sync-log.md §1, §6)."""

import re

from .primitives import (
    Refused,
    b64,
    ed25519_public,
    ed25519_sign,
    ed25519_verify,
    is_text,
    require,
    sha256,
    unb64,
)

ED25519, COSIGNATURE = 1, 4
CHECKPOINT_BYTES_MAX = 65_536
TREE_SIZE_MAX = 1 << 48
SIGNATURES_MAX = 256
DASH = "\u2014"


class Key:
    """A key that a note may be signed with: name, algorithm byte and public key."""

    def __init__(self, name, public, algorithm=ED25519):
        self.name, self.public, self.algorithm = name, public, algorithm
        self.id = sha256(name.encode() + b"\n" + bytes([algorithm]) + public)[:4]

    def verify(self, text, signature):
        if self.algorithm == COSIGNATURE:
            require(len(signature) == 72, "signature", "length")
            time = int.from_bytes(signature[:8], "big")
            require(time < 1 << 63, "signature", "time")
            message = f"cosignature/v1\ntime {time}\n{text}"
            ok = ed25519_verify(self.public, signature[8:], message.encode())
        else:
            require(len(signature) == 64, "signature", "length")
            ok = ed25519_verify(self.public, signature, text.encode())
        require(ok, "signature", "does not verify")


def line(key, signature):
    return f"{DASH} {key.name} {b64(key.id + signature)}\n"


def sign_line(text, name, seed):
    return line(Key(name, ed25519_public(seed)), ed25519_sign(seed, text.encode()))


def cosign_line(text, name, seed, time):
    message = f"cosignature/v1\ntime {time}\n{text}".encode()
    signature = time.to_bytes(8, "big") + ed25519_sign(seed, message)
    return line(Key(name, ed25519_public(seed), COSIGNATURE), signature)


def sign(text, name, seed):
    return text + "\n" + sign_line(text, name, seed)


def parse(data):
    """Text and signature lines [(name, key ID, signature)] of a signed note."""
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("note", "not UTF-8") from None
    require(is_text(note, lines=True), "note", "control character or not NFC")
    at = note.rfind("\n\n")
    require(at >= 0 and note.endswith("\n"), "note", "no blank line or last newline")
    text, rest = note[: at + 1], note[at + 2 :]
    require(rest, "note", "no signature")
    require(rest.count("\n") <= SIGNATURES_MAX, "note", "signatures")
    signatures = []
    for item in rest[:-1].split("\n"):
        parts = item.split(" ")
        require(len(parts) == 3 and parts[0] == DASH, "note", "signature line")
        name = parts[1]
        good = name and "+" not in name and not any(c.isspace() for c in name)
        require(good, "note", "key name")
        value = unb64(parts[2], kind="note")
        require(len(value) > 4, "note", "signature length")
        signatures.append((name, value[:4], value[4:]))
    keys = [(name, id) for name, id, _ in signatures]
    require(len(set(keys)) == len(keys), "note", "key signs twice")
    return text, signatures


def open_note(data, keys):
    """The text and the keys that signed, in order. A line of a key not in `keys` is refused."""
    text, signatures = parse(data)
    known = {(k.name, k.id): k for k in keys}
    signers = []
    for name, id, signature in signatures:
        key = known.get((name, id))
        require(key is not None, "key", "unexpected")
        key.verify(text, signature)
        signers.append(key)
    return text, signers


def origin(table, member, generation):
    return f"tafel/v1/log/{table.hex()}/{member}/{generation}"


def witness_name(node):
    return f"tafel/v1/witness/{node.hex()}"


def checkpoint_text(origin, size, root):
    return f"{origin}\n{size}\n{b64(root)}\n"


def parse_checkpoint_text(text):
    """(origin, size, root). Of which log it is who knows the origin says: here it is any line."""
    lines = text[:-1].split("\n")
    require(len(lines) == 3, "checkpoint", "lines")
    require(lines[0], "checkpoint", "origin")
    require(re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]), "checkpoint", "size")
    require(int(lines[1]) <= TREE_SIZE_MAX, "checkpoint", "size over limit")
    return lines[0], int(lines[1]), unb64(lines[2], 32, "checkpoint")


def open_checkpoint(data, expected_origin, log_public, witnesses):
    """(size, root, keys of the cosignatures); `witnesses` are pairs (node ID, witness public key)."""
    require(len(data) <= CHECKPOINT_BYTES_MAX, "checkpoint", "over limit")
    author = Key(expected_origin, log_public)
    keys = [Key(witness_name(n), p, COSIGNATURE) for n, p in witnesses]
    text, signers = open_note(data, [author] + keys)
    found, size, root = parse_checkpoint_text(text)
    require(found == expected_origin, "checkpoint", "other origin")
    require(signers[0] is author, "checkpoint", "author's signature is not first")
    return size, root, signers[1:]
