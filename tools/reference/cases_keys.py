"""Vectors of Protocol/keys.md §4 to §9: audiences, key chains, boxes, contents and the key files."""

from . import entries as e
from . import messages, primitives
from .primitives import sha256
from .world import CASE, NOORD, OOST, START, WEST, document, expect, replaced, secret

OWN = "Protocol/keys.md"


# Audiences, key chains, boxes and contents, §4 to §7

AUDIENCES = {
    "one recipient": [(2, "WABO-5.8")],
    "two recipients": [(2, "WABO-5.8"), (3, "AVG-5.1B")],
    "largest number and code of 32 bytes": [(65_535, "A" * 32)],
    "code of 1 byte": [(2, "A")],
    "sixty-four recipients": [(n, "WABO-5.8") for n in range(2, 66)],
}


def recipients(pairs):
    return [{"member": n, "ground": g} for n, g in pairs]


def audiences():
    cases = []
    for name, pairs in AUDIENCES.items():
        data = e.audience_bytes(recipients(pairs), 1)
        cases.append({
            "name": name, "author": 1, "recipients": recipients(pairs), "bytes": data.hex(), "hash": sha256(data).hex(),
        })
    return document(f"{OWN} §4", cases)


BAD_AUDIENCES = {
    "no recipient": [],
    "author among the recipients": [(1, "WABO-5.8"), (2, "WABO-5.8")],
    "recipients not in order": [(3, "AVG-5.1B"), (2, "WABO-5.8")],
    "recipient twice": [(2, "AVG-5.1B"), (2, "WABO-5.8")],
    "member 0": [(0, "WABO-5.8")], "member 65,536": [(65_536, "WABO-5.8")],
    "empty code": [(2, "")], "code of 33 bytes": [(2, "A" * 33)], "code in small letters": [(2, "wabo")],
    "code beyond ASCII": [(2, "WABO-É")], "sixty-five recipients": [(n, "WABO-5.8") for n in range(2, 67)],
}


def audiences_reject():
    cases = [
        {"name": name, "author": 1, "recipients": recipients(pairs),
         "error": expect("audience", e.audience_bytes, recipients(pairs), 1)}
        for name, pairs in BAD_AUDIENCES.items()
    ]
    return document(f"{OWN} §4", cases)


def key_chains():
    cases = []
    for name in ("zeros", "one", "two"):
        key = bytes(32) if name == "zeros" else secret(f"chain {name}")
        steps = []
        for position in range(4):
            content = e.content_key(key)
            steps.append({
                "position": position, "chain_key": key.hex(), "chain_key_commitment": e.commitment(key).hex(),
                "content_key": content.hex(), "content_key_commitment": e.commitment(content).hex(),
            })
            key = e.next_chain_key(key)
        cases.append({"name": f"chain {name}", "steps": steps})
    return document(f"{OWN} §6", cases)


def boxes():
    cases = []
    for node, message in ((OOST, secret("chain one")), (WEST, secret("chain two")), (OOST, secret("a") + secret("b"))):
        ephemeral = secret(f"ephemeral {node.handle} {len(message)}")
        box = primitives.sealed_box(node.sealing, message, ephemeral)
        assert primitives.open_sealed_box(node.sealing_private, box) == message
        cases.append({
            "name": f"{len(message)} bytes to {node.handle}", "sealing_private": node.sealing_private.hex(),
            "sealing_public": node.sealing.hex(), "ephemeral_private": ephemeral.hex(), "message": message.hex(),
            "box": box.hex(), "sha256": sha256(box).hex(),
        })
    return document(f"{OWN} §6; libsodium crypto_box_seal opens these boxes", cases)


def boxes_reject():
    good = primitives.sealed_box(OOST.sealing, secret("chain one"), secret("ephemeral"))
    variants = {
        "flipped bit in the ephemeral key": ("tag", bytes([good[0] ^ 1]) + good[1:]),
        "flipped bit in the tag": ("tag", replaced(good, 32, bytes([good[32] ^ 1]))),
        "flipped bit in the ciphertext": ("tag", good[:-1] + bytes([good[-1] ^ 1])),
        "one byte less": ("tag", good[:-1]), "one byte more": ("tag", good + b"\0"),
        "47 bytes": ("length", good[:47]),
        "sealed to another": ("tag", primitives.sealed_box(WEST.sealing, secret("chain one"), secret("ephemeral"))),
    }
    cases = [
        {"name": name, "sealing_private": OOST.sealing_private.hex(), "box": box.hex(),
         "error": expect(error, primitives.open_sealed_box, OOST.sealing_private, box)}
        for name, (error, box) in variants.items()
    ]
    return document(f"{OWN} §6", cases)


def grant_boxes(nodes, message, label):
    return [primitives.sealed_box(n.sealing, message, secret(f"{label} {n.handle}")) for n in nodes]


def grants():
    """Key grant entries with boxes: what a recipient opens and checks."""
    audience = recipients(AUDIENCES["two recipients"])
    chain = secret("chain one")
    fields = {"kind": 4, "charter_version": 1, "category": 0, "index": 2, "time": START << 16,
              "audience": e.audience_hash(audience, 1)}
    grants = {
        "chain key": (chain, [], {"epoch": 2, "key_commitment": e.commitment(chain)}),
        "chain key of a later grant": (secret("chain two"), [], {"epoch": 7, "index": 7}),
        "history of two entries": (e.content_key(chain) + e.content_key(e.next_chain_key(chain)), [3, 5], {"index": 9}),
    }
    cases = []
    for name, (message, history, more) in grants.items():
        if not history:
            more = more | {"key_commitment": e.commitment(message)}
        boxes = grant_boxes((NOORD, OOST, WEST), message, name)
        payload = messages.KEY_GRANT.encode(
            {"audience": audience, "box_hashes": [sha256(b) for b in boxes], "history": history})
        header, _ = e.plain_entry(payload, **(fields | more))
        h = e.decode_header(header)
        messages.decode_key_grant(payload, 1, h["index"])
        cases.append({
            "name": name, "author": 1, "index": h["index"], "header": header.hex(), "leaf": e.leaf(header).hex(),
            "payload": payload.hex(), "recipients": audience, "history": history, "message": message.hex(),
            "boxes": [{"member": n.number, "sealing_private": n.sealing_private.hex(), "box": b.hex()}
                      for n, b in zip((NOORD, OOST, WEST), boxes)],
        })
    return document(f"{OWN} §6; each box opens to `message`", cases)


PLAINTEXTS = {"empty": b"", "one byte": b"x", "a fragment": messages.FRAGMENT.encode({
    "first_index": 4, "version": 1, "type": "inspection",
    "fields": [{"name": "subject.kvk", "value": "12345678"}, {"name": "subject.name", "value": "Afval B.V."}]})}


def contents():
    audience = e.audience_hash(recipients(AUDIENCES["two recipients"]), 1)
    key = e.content_key(e.next_chain_key(secret("chain one")))
    cases = []
    for name, plaintext in PLAINTEXTS.items():
        fields = {"kind": 2, "charter_version": 1, "category": 3, "index": 4, "time": (START << 16) + 5, "case": CASE,
                  "audience": audience, "epoch": 2, "position": 1}
        nonce = secret("nonce " + name)[:24]
        header, payload = e.seal_entry(key, nonce, plaintext, **fields)
        assert e.open_entry(header, payload, key) == plaintext
        cases.append({
            "name": name, "chain_key": secret("chain one").hex(), "position": 1, "content_key": key.hex(),
            "nonce": nonce.hex(), "plaintext": plaintext.hex(), "associated_data": e.associated_data(header).hex(),
            "payload": payload.hex(), "payload_hash": sha256(payload).hex(), "header": header.hex(),
            "leaf": e.leaf(header).hex(),
        })
    return document(f"{OWN} §6, §7; `chain_key` is that of position 0", cases)


def contents_reject():
    case = contents()["cases"][2]
    header, payload, key = (bytes.fromhex(case[k]) for k in ("header", "payload", "content_key"))

    def with_payload(new):
        return replaced(header, 80, sha256(new) + len(new).to_bytes(4, "big")), new

    flipped = payload[:-1] + bytes([payload[-1] ^ 1])
    moved = replaced(header, 8, (5).to_bytes(8, "big"))
    other = e.content_key(secret("chain two"))
    variants = {
        "payload hash differs": ("payload hash", header, flipped, key),
        "payload length differs": ("payload length", replaced(header, 112, (len(payload) + 1).to_bytes(4, "big")), payload, key),
        "another key": ("commitment", header, payload, other),
        "another key with its commitment": ("tag", replaced(header, 116, e.commitment(other)), payload, other),
        "flipped bit in the tag": ("tag", *with_payload(flipped), key),
        "flipped bit in the nonce": ("tag", *with_payload(bytes([payload[0] ^ 1]) + payload[1:]), key),
        "at another index": ("tag", moved, payload, key),
        "for another case": ("tag", replaced(header, 24, secret("case")[:16]), payload, key),
        "for another audience": ("tag", replaced(header, 40, secret("audience")), payload, key),
        "one byte less": ("tag", *with_payload(payload[:-1]), key),
    }
    cases = [
        {"name": name, "header": v[1].hex(), "payload": v[2].hex(), "content_key": v[3].hex(),
         "error": expect(v[0], e.open_entry, *v[1:])}
        for name, v in variants.items()
    ]
    return document(f"{OWN} §7", cases)


# Files, §8 and §9

PASSPHRASE = b"een lang wachtwoord van deze tafel"
SECRET_NAMES = ("storage", "identity", "log", "witness", "sealing", "tls")


def key_file():
    secrets = b"".join(secret("key file " + n) for n in SECRET_NAMES)
    cases = []
    for name, passes, memory in (("new file", 3, 65_536), ("smallest", 1, 8_192)):
        data = e.key_file(PASSPHRASE, passes, memory, secret("salt")[:16], secret("nonce " + name)[:24], secrets)
        assert e.open_key_file(data, PASSPHRASE) == secrets
        key = primitives.argon2id(PASSPHRASE, secret("salt")[:16], passes, memory)
        cases.append({
            "name": name, "passphrase": PASSPHRASE.hex(), "passes": passes, "memory": memory, "key": key.hex(),
            "file": data.hex(), **{n: secret("key file " + n).hex() for n in SECRET_NAMES},
        })
    return document(f"{OWN} §8", cases)


def key_file_reject():
    good = bytes.fromhex(key_file()["cases"][1]["file"])
    variants = {
        "267 bytes": ("length", good[:-1]), "269 bytes": ("length", good + b"\0"),
        "wrong magic": ("magic", b"TAFELKEZ" + good[8:]), "version 2": ("version", replaced(good, 11, b"\2")),
        "0 passes": ("passes", replaced(good, 15, b"\0")), "17 passes": ("passes", replaced(good, 15, b"\x11")),
        "8,191 KiB": ("memory", replaced(good, 16, (8_191).to_bytes(4, "big"))),
        "4,194,305 KiB": ("memory", replaced(good, 16, (4_194_305).to_bytes(4, "big"))),
        "2 passes in place of 1": ("tag", replaced(good, 15, b"\2")),
        "salt changed": ("tag", replaced(good, 20, bytes([good[20] ^ 1]))),
        "nonce changed": ("tag", replaced(good, 36, bytes([good[36] ^ 1]))),
        "tag changed": ("tag", good[:-1] + bytes([good[-1] ^ 1])),
    }
    cases = [
        {"name": name, "passphrase": PASSPHRASE.hex(), "file": data.hex(),
         "error": expect(error, e.open_key_file, data, PASSPHRASE)}
        for name, (error, data) in variants.items()
    ]
    cases.append({"name": "another passphrase", "passphrase": b"ander".hex(), "file": good.hex(),
                  "error": expect("tag", e.open_key_file, good, b"ander")})
    return document(f"{OWN} §8", cases)


def slot_file_bytes():
    storage, file_id = secret("key file storage"), secret("slots")[:16]
    slots = [e.slot(storage, file_id, n, secret(f"slot nonce {n}")[:24], secret(f"erase {n}")) for n in range(3)]
    return storage, e.slot_header(file_id) + slots[0] + bytes(128) + slots[2]


def slot_file():
    storage, data = slot_file_bytes()
    keys = [e.open_slot(data, storage, n) for n in range(3)]
    assert keys == [secret("erase 0"), None, secret("erase 2")]
    return document(f"{OWN} §9; slot 1 was destroyed", [{
        "name": "three slots", "storage": storage.hex(), "file_id": secret("slots")[:16].hex(), "file": data.hex(),
        "slot_key": primitives.blake2b(storage, b"tafel/v1/slots").hex(),
        "erase_keys": [k.hex() if k else None for k in keys],
    }])


def slot_file_reject():
    storage, good = slot_file_bytes()
    variants = {
        "wrong magic": ("magic", b"TAFELSLU" + good[8:], 0), "version 2": ("version", replaced(good, 11, b"\2"), 0),
        "header not zero at the end": ("padding", replaced(good, 127, b"\1"), 0),
        "slot not zero at the end": ("padding", replaced(good, 255, b"\1"), 0),
        "slot moved to another number": ("tag", replaced(good, 256, good[128:256]), 1),
        "file ID changed": ("tag", replaced(good, 12, bytes([good[12] ^ 1])), 0),
        "tag changed": ("tag", replaced(good, 199, bytes([good[199] ^ 1])), 0),
        "slot beyond the file": ("number", good, 3),
    }
    cases = [
        {"name": name, "storage": storage.hex(), "file": data.hex(), "slot": number,
         "error": expect(error, e.open_slot, data, storage, number)}
        for name, (error, data, number) in variants.items()
    ]
    return document(f"{OWN} §9", cases)


def files():
    out = {
        "keys/accept/audiences.json": audiences(), "keys/reject/audiences.json": audiences_reject(),
        "keys/accept/key-chains.json": key_chains(),
        "keys/accept/boxes.json": boxes(), "keys/reject/boxes.json": boxes_reject(),
        "keys/accept/grants.json": grants(),
        "keys/accept/contents.json": contents(), "keys/reject/contents.json": contents_reject(),
        "keys/accept/slot-file.json": slot_file(), "keys/reject/slot-file.json": slot_file_reject(),
    }
    if primitives.Argon2id is not None:
        out["keys/accept/key-file.json"] = key_file()
        out["keys/reject/key-file.json"] = key_file_reject()
    return out
