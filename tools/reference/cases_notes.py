"""Vectors of Protocol/sync-log.md §1 and §6: signed notes, checkpoints and cosignatures."""

from . import membership, merkle, notes
from .cases_merkle import LEAVES
from .primitives import b64, unb64
from .world import NOORD, OOST, TABLE, WEST, document, expect, secret

OWN = "Protocol/sync-log.md"
ORIGIN = notes.origin(TABLE, 1, 0)
WITNESSES = [(n.identity, n.witness) for n in (NOORD, OOST, WEST)]
TIME = 1_767_229_200  # of cosignatures, in seconds


def key_fields(key):
    return {"name": key.name, "algorithm": key.algorithm, "public": key.public.hex(), "id": key.id.hex()}


def note_case(name, note, keys, **more):
    return {"name": name, "note": note.hex(), "keys": [key_fields(k) for k in keys], **more}


def vkey(text):
    name, id, key = text.split("+", 2)
    data = unb64(key)
    found = notes.Key(name, data[1:], data[0])
    assert found.id.hex() == id
    return found


PETER = vkey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
ENOCH = vkey("EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop")
EXAMPLE = vkey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
REMORA = vkey("remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2")
PETER_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
EXAMPLE_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
REMORA_NOTE = (
    "arche2025h1.staging.ct.transparency.dev\n1432088532\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n\n"
    "— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==\n"
)


def notes_published():
    seed = unb64("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
    text = PETER_NOTE.split("\n\n")[0] + "\n"
    assert notes.sign(text, "PeterNeumann", seed) == PETER_NOTE
    published = (
        ("PeterNeumann", PETER_NOTE, [PETER], {"seed": seed.hex()}),
        ("PeterNeumann and EnochRoot", PETER_NOTE + ENOCH_LINE, [PETER, ENOCH], {}),
        ("example.com/foo", EXAMPLE_NOTE, [EXAMPLE], {}),
        ("cosignature/v1 of remora.n621.de, time 1779573024", REMORA_NOTE, [REMORA], {}),
    )
    cases = []
    for name, note, keys, more in published:
        found, signers = notes.open_note(note.encode(), keys)
        assert signers == keys
        cases.append(note_case(name, note.encode(), keys, text=found.encode().hex(), **more))
    assert int.from_bytes(notes.parse(REMORA_NOTE.encode())[1][0][2][:8], "big") == 1_779_573_024
    return document(
        "PeterNeumann, EnochRoot: golang.org/x/mod/sumdb/note package documentation. example.com/foo: "
        "c2sp.org/signed-note, section Example. remora.n621.de: the key from transparency-dev/formats "
        "note/note_cosigv1_test.go, the checkpoint as a public witness cosigned it (tests of tlog_scales); "
        "the other signature lines of that checkpoint are left out.", cases,
    )


NODE_KEY = notes.Key(membership.node_name(NOORD.identity), NOORD.identity)
OOST_KEY = notes.Key(membership.node_name(OOST.identity), OOST.identity)


def notes_own():
    texts = {
        "one line": "regel\n", "empty line inside": "eerste\n\ntweede\n",
        "text beyond ASCII": "Interventiecoördinatie — één\n", "sixteen lines": "regel\n" * 16,
    }
    cases = []
    for name, text in texts.items():
        note = NOORD.sign_identity(text)
        assert notes.open_note(note, [NODE_KEY])[0] == text
        cases.append(note_case(name, note, [NODE_KEY], text=text.encode().hex()))
    two = (texts["one line"] + "\n" + NOORD.signature_line("regel\n") + OOST.signature_line("regel\n")).encode()
    assert len(notes.open_note(two, [OOST_KEY, NODE_KEY])[1]) == 2
    cases.append(note_case("two signatures", two, [NODE_KEY, OOST_KEY], text=b"regel\n".hex()))
    return document(f"{OWN} §1, §6 and c2sp.org/signed-note; keys of world.py", cases)


def plus_order(signature):
    """The same signature with S + L in place of S, which RFC 8032 §5.1.7 refuses."""
    order = (1 << 252) + 27742317777372353535851937790883648493
    s = int.from_bytes(signature[32:], "little") + order
    return signature[:32] + s.to_bytes(32, "little")


def notes_reject():
    text = "regel\n"
    good = NOORD.sign_identity(text)
    line = NOORD.signature_line(text)
    key, signature = notes.parse(good)[1][0][1:]
    assert line.endswith("=\n")
    last = line[-3]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    odd = line[:-3] + alphabet[alphabet.index(last) ^ 1] + "=\n"
    name = NODE_KEY.name

    def with_line(changed, base=text):
        return (base + "\n" + changed).encode()

    def with_value(value):
        return with_line(f"— {name} {b64(value)}\n")

    variants = {
        "flipped bit in the text": ("signature", with_line(line, "regem\n")),
        "flipped bit in the signature": ("signature", with_value(key + bytes([signature[0] ^ 1]) + signature[1:])),
        "signature with S not below L": ("signature", with_value(key + plus_order(signature))),
        "signature of 63 bytes": ("signature", with_value(key + signature[:-1])),
        "signature of 65 bytes": ("signature", with_value(key + signature + b"\0")),
        "key ID alone": ("note", with_value(key)),
        "wrong key ID": ("key", with_value(bytes([key[0] ^ 1]) + key[1:] + signature)),
        "key ID of algorithm 4": ("key", with_value(notes.Key(name, NOORD.identity, 4).id + signature)),
        "wrong key name": ("key", with_line(line.replace(name, name[:-1] + "x"))),
        "base64 with unused bits set": ("note", with_line(odd)),
        "base64 without padding": ("note", with_line(line.replace("=", ""))),
        "base64 of the URL alphabet": ("note", with_line(f"— {name} " + b64(key + signature).replace("+", "-").replace("/", "_") + "\n")),
        "space inside the base64": ("note", with_line(line[:-10] + " " + line[-10:])),
        "line break inside the base64": ("note", with_line(line[:-10] + "\n" + line[-10:])),
        "no newline at the end": ("note", good[:-1]),
        "no newline before the blank line": ("note", ("regel\n" + line).encode()),
        "no signature": ("note", b"regel\n\n"),
        "no blank line": ("note", b"regel\n"),
        "empty": ("note", b""),
        "signature twice": ("note", with_line(line + line)),
        "line of an unknown key": ("key", with_line(line + WEST.signature_line(text))),
        "only a line of an unknown key": ("key", with_line(WEST.signature_line(text))),
        "CRLF": ("note", good.replace(b"\n", b"\r\n")),
        "byte after the last newline": ("note", good + b"x"),
        "empty line at the end": ("note", good + b"\n"),
        "hyphen for the em dash": ("note", with_line(line.replace("—", "-"))),
        "en dash for the em dash": ("note", with_line(line.replace("—", "–"))),
        "no em dash": ("note", with_line(line[2:])),
        "two spaces after the dash": ("note", with_line(line.replace("— ", "—  "))),
        "space after the base64": ("note", with_line(line[:-1] + " \n")),
        "plus in the key name": ("note", with_line(line.replace(name, "a+b"))),
        "no-break space in the key name": ("note", with_line(line.replace(name, "a\u00a0b"))),
        "tab in the text": ("note", NOORD.sign_identity("re\tgel\n")),
        "NUL in the text": ("note", NOORD.sign_identity("re\0gel\n")),
        "U+007F in the text": ("note", NOORD.sign_identity("re\x7fgel\n")),
        "U+0085 in the text": ("note", NOORD.sign_identity("re\u0085gel\n")),
        "text not in NFC": ("note", NOORD.sign_identity("coo\u0308rdinatie\n")),
        "not UTF-8": ("note", b"reg\xe9l\n" + good[6:]),
        "overlong UTF-8": ("note", b"reg\xc1\xa5l\n" + good[6:]),
        "surrogate in UTF-8": ("note", b"reg\xed\xa0\x80l\n" + good[6:]),
        "byte order mark before the text": ("signature", b"\xef\xbb\xbf" + good),
    }
    cases = [
        note_case(name, note, [NODE_KEY, OOST_KEY], error=expect(error, notes.open_note, note, [NODE_KEY, OOST_KEY]))
        for name, (error, note) in variants.items()
    ]
    return document(f"{OWN} §1, §6 and c2sp.org/signed-note; only the keys named are expected", cases)


def checkpoint(size, root, origin=ORIGIN, node=NOORD, witnesses=(), time=TIME):
    text = notes.checkpoint_text(origin, size, root)
    note = notes.sign(text, origin, node.log_seed)
    return (note + "".join(w.cosignature(text, time) for w in witnesses)).encode()


def checkpoint_case(name, note, **more):
    return {
        "name": name, "note": note.hex(), "origin": ORIGIN, "log": NOORD.log.hex(),
        "witnesses": [{"node": n.hex(), "public": p.hex()} for n, p in WITNESSES], **more,
    }


def checkpoints():
    variants = {
        "author alone": (5, ()), "one cosignature": (5, (OOST,)), "two cosignatures": (40, (OOST, WEST)),
        "size 2^48": (1 << 48, ()), "size 4096": (4096, (WEST,)),
    }
    cases = []
    for name, (size, witnesses) in variants.items():
        root = merkle.root(LEAVES[:size]) if size <= 40 else secret(f"root {size}")
        note = checkpoint(size, root, witnesses=witnesses)
        found = notes.open_checkpoint(note, ORIGIN, NOORD.log, WITNESSES)
        cases.append(checkpoint_case(
            name, note, size=size, root=root.hex(), time=TIME if witnesses else None,
            cosigners=[w.identity.hex() for w in witnesses],
        ))
        assert found[:2] == (size, root) and len(found[2]) == len(witnesses)
    root = merkle.root(LEAVES[:5])
    other = checkpoint(5, root, notes.origin(TABLE, 65_535, 65_535), NOORD)
    notes.open_checkpoint(other, notes.origin(TABLE, 65_535, 65_535), NOORD.log, WITNESSES)
    case = checkpoint_case("largest member and generation", other, size=5, root=root.hex(), time=None, cosigners=[])
    cases.append({**case, "origin": notes.origin(TABLE, 65_535, 65_535)})
    return document(f"{OWN} §6, c2sp.org/tlog-checkpoint, c2sp.org/tlog-cosignature", cases)


def checkpoints_reject():
    root = merkle.root(LEAVES[:5])
    text = notes.checkpoint_text(ORIGIN, 5, root)
    good = checkpoint(5, root, witnesses=(OOST,))
    plain = checkpoint(5, root)

    def signed(text):
        return notes.sign(text, ORIGIN, NOORD.log_seed).encode()

    later = OOST.cosignature(text, 1 << 63)
    odd = f"cosignature/v1\ntime 0{TIME}\n{text}"
    key = notes.Key(notes.witness_name(OOST.identity), OOST.witness, 4)
    cosignature = notes.parse(good)[1][1][2]
    odd_line = notes.line(key, TIME.to_bytes(8, "big") + notes.ed25519_sign(OOST.witness_seed, odd.encode()))
    as_note = notes.sign_line(text, notes.witness_name(OOST.identity), OOST.witness_seed)
    variants = {
        "other origin": ("key", checkpoint(5, root, notes.origin(TABLE, 2, 0))),
        "other origin in the text": ("checkpoint", signed(notes.checkpoint_text(notes.origin(TABLE, 2, 0), 5, root))),
        "origin of member 0": ("checkpoint", signed(text.replace("/1/0\n", "/0/0\n"))),
        "generation with a leading zero": ("checkpoint", signed(text.replace("/1/0\n", "/1/00\n"))),
        "size with a leading zero": ("checkpoint", signed(text.replace("\n5\n", "\n05\n"))),
        "size with a plus": ("checkpoint", signed(text.replace("\n5\n", "\n+5\n"))),
        "size in other digits": ("checkpoint", signed(text.replace("\n5\n", "\n\u0665\n"))),
        "size 2^48 + 1": ("checkpoint", checkpoint((1 << 48) + 1, root)),
        "root of 31 bytes": ("checkpoint", checkpoint(5, root[:31])),
        "root in hexadecimal": ("checkpoint", signed(text.replace(b64(root), root.hex()))),
        "root with unused bits set": ("checkpoint", signed(text[:-3] + chr(ord(text[-3]) + 1) + "=\n")),
        "extension line": ("checkpoint", signed(text + "extension\n")),
        "no root": ("checkpoint", signed(f"{ORIGIN}\n5\n")),
        "not signed by the author": ("checkpoint", (text + "\n" + OOST.cosignature(text, TIME)).encode()),
        "signed by another log key": ("key", checkpoint(5, root, node=OOST)),
        "cosignature before the author": ("checkpoint", (text + "\n" + OOST.cosignature(text, TIME) + plain.decode().split("\n\n")[1]).encode()),
        "cosignature with a flipped bit": ("signature", plain + notes.line(key, cosignature[:-1] + bytes([cosignature[-1] ^ 1])).encode()),
        "cosignature of another checkpoint": ("signature", plain + OOST.cosignature(text.replace("\n5\n", "\n6\n"), TIME).encode()),
        "cosignature time changed": ("signature", plain + notes.line(key, (TIME + 1).to_bytes(8, "big") + cosignature[8:]).encode()),
        "cosignature time 2^63": ("signature", plain + later.encode()),
        "cosignature time signed with a leading zero": ("signature", plain + odd_line.encode()),
        "cosignature without its time": ("signature", plain + notes.line(key, cosignature[8:]).encode()),
        "witness key signs as a note": ("key", plain + as_note.encode()),
        "witness twice": ("note", good + OOST.cosignature(text, TIME + 1).encode()),
        "unknown witness": ("key", plain + notes.cosign_line(text, notes.witness_name(secret("nobody")), secret("nobody"), TIME).encode()),
    }
    cases = [
        checkpoint_case(name, note, error=expect(error, notes.open_checkpoint, note, ORIGIN, NOORD.log, WITNESSES))
        for name, (error, note) in variants.items()
    ]
    return document(f"{OWN} §6", cases)


def files():
    return {
        "sync-log/accept/notes-published.json": notes_published(),
        "sync-log/accept/notes.json": notes_own(), "sync-log/reject/notes.json": notes_reject(),
        "sync-log/accept/checkpoints.json": checkpoints(), "sync-log/reject/checkpoints.json": checkpoints_reject(),
    }
