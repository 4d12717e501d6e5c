"""Hashes, signatures, authenticated encryption and boxes (Protocol/sync-log.md §1, keys.md §6 to §8).

HChaCha20, XChaCha20-Poly1305, HSalsa20, XSalsa20-Poly1305 and crypto_box_seal are written out here;
`check()` compares them with published values. Written for clarity: nothing here is constant-time.
"""

import base64
import hashlib
import struct
import unicodedata

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.poly1305 import Poly1305

try:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
except ImportError:  # cryptography below 44
    Argon2id = None


class Refused(Exception):
    """Input that the specification refuses; `kind` is the class written to the vectors."""

    def __init__(self, kind, text=""):
        super().__init__(f"{kind}: {text}" if text else kind)
        self.kind = kind


def require(condition, kind, text=""):
    if not condition:
        raise Refused(kind, text)


def sha256(data):
    return hashlib.sha256(data).digest()


def labelled(label, data):
    """`SHA-256(LABEL, x)` of sync-log.md §1."""
    return sha256(label.encode("ascii") + b"\0" + data)


def blake2b(key, message, size=32):
    return hashlib.blake2b(message, key=key, digest_size=size).digest()


def b64(data):
    return base64.b64encode(data).decode("ascii")


def unb64(text, size=None, kind="base64"):
    """Canonical base64 with padding; anything else is refused."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Refused(kind, "not base64") from None
    require(b64(data) == text, kind, "not canonical")
    require(size is None or len(data) == size, kind, "length")
    return data


def is_text(text, lines=False):
    """NFC without control characters; U+000A where the text is said to have lines."""
    if unicodedata.normalize("NFC", text) != text:
        return False
    return not any(
        (ord(c) <= 0x1F and not (lines and c == "\n")) or 0x7F <= ord(c) <= 0x9F for c in text
    )


# Ed25519 and X25519


def ed25519_public(seed):
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def ed25519_sign(seed, message):
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def ed25519_verify(public, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def x25519_public(private):
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def x25519(private, public):
    key = X25519PrivateKey.from_private_bytes(private)
    return key.exchange(X25519PublicKey.from_public_bytes(public))


def x25519_agrees(public):
    """Whether a secret can be agreed with a public key; the library refuses one of zeros."""
    try:
        x25519(bytes([1] * 32), public)
    except ValueError:
        return False
    return True


# ChaCha20 family

MASK = 0xFFFFFFFF
SIGMA = struct.unpack("<4I", b"expand 32-byte k")


def rotate(value, count):
    value &= MASK
    return (value << count | value >> (32 - count)) & MASK


def chacha_quarter(s, a, b, c, d):
    for add, mix, turn in ((a, d, 16), (c, b, 12), (a, d, 8), (c, b, 7)):
        other = b if mix == d else d
        s[add] = (s[add] + s[other]) & MASK
        s[mix] = rotate(s[mix] ^ s[add], turn)


def hchacha20(key, nonce16):
    """draft-irtf-cfrg-xchacha-03 §2.2."""
    s = list(SIGMA + struct.unpack("<8I", key) + struct.unpack("<4I", nonce16))
    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)):
            chacha_quarter(s, a, b, c, d)
        for a, b, c, d in ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            chacha_quarter(s, a, b, c, d)
    return struct.pack("<8I", *s[0:4], *s[12:16])


def xchacha_seal(key, nonce, plaintext, associated):
    """XChaCha20-Poly1305; the answer is ciphertext ‖ tag."""
    inner = ChaCha20Poly1305(hchacha20(key, nonce[:16]))
    return inner.encrypt(bytes(4) + nonce[16:], plaintext, associated)


def xchacha_open(key, nonce, sealed, associated):
    inner = ChaCha20Poly1305(hchacha20(key, nonce[:16]))
    try:
        return inner.decrypt(bytes(4) + nonce[16:], sealed, associated)
    except InvalidTag:
        raise Refused("tag") from None


# Salsa20 family


def salsa_rounds(s):
    def quarter(a, b, c, d):
        s[b] ^= rotate(s[a] + s[d], 7)
        s[c] ^= rotate(s[b] + s[a], 9)
        s[d] ^= rotate(s[c] + s[b], 13)
        s[a] ^= rotate(s[d] + s[c], 18)

    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (5, 9, 13, 1), (10, 14, 2, 6), (15, 3, 7, 11)):
            quarter(a, b, c, d)
        for a, b, c, d in ((0, 1, 2, 3), (5, 6, 7, 4), (10, 11, 8, 9), (15, 12, 13, 14)):
            quarter(a, b, c, d)
    return s


def salsa_state(key, block16):
    k, n = struct.unpack("<8I", key), struct.unpack("<4I", block16)
    return [SIGMA[0], *k[0:4], SIGMA[1], *n, SIGMA[2], *k[4:8], SIGMA[3]]


def hsalsa20(key, nonce16):
    s = salsa_rounds(salsa_state(key, nonce16))
    return struct.pack("<8I", s[0], s[5], s[10], s[15], *s[6:10])


def xsalsa20_stream(key, nonce, size):
    inner = hsalsa20(key, nonce[:16])
    out = bytearray()
    counter = 0
    while len(out) < size:
        start = salsa_state(inner, nonce[16:] + struct.pack("<Q", counter))
        end = salsa_rounds(list(start))
        out += struct.pack("<16I", *((a + b) & MASK for a, b in zip(start, end)))
        counter += 1
    return bytes(out[:size])


def exclusive_or(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def secretbox_seal(key, nonce, message):
    """NaCl crypto_secretbox: tag ‖ ciphertext."""
    stream = xsalsa20_stream(key, nonce, 32 + len(message))
    cipher = exclusive_or(message, stream[32:])
    return Poly1305.generate_tag(stream[:32], cipher) + cipher


def secretbox_open(key, nonce, box):
    stream = xsalsa20_stream(key, nonce, 32 + len(box) - 16)
    require(Poly1305.generate_tag(stream[:32], box[16:]) == box[:16], "tag")
    return exclusive_or(box[16:], stream[32:])


def box_key(private, public):
    return hsalsa20(x25519(private, public), bytes(16))


def sealed_box(recipient_public, message, ephemeral_private):
    """libsodium crypto_box_seal with the ephemeral key given: ephemeral public ‖ tag ‖ ciphertext."""
    ephemeral = x25519_public(ephemeral_private)
    nonce = blake2b(b"", ephemeral + recipient_public, 24)
    return ephemeral + secretbox_seal(box_key(ephemeral_private, recipient_public), nonce, message)


def open_sealed_box(recipient_private, box):
    require(len(box) >= 48, "length")
    nonce = blake2b(b"", box[:32] + x25519_public(recipient_private), 24)
    return secretbox_open(box_key(recipient_private, box[:32]), nonce, box[32:])


def argon2id(passphrase, salt, passes, memory):
    return Argon2id(
        salt=salt, length=32, iterations=passes, lanes=1, memory_cost=memory
    ).derive(passphrase)


# Published values


def check():
    """Compares what is written out above with published values; raises AssertionError."""
    h = bytes.fromhex
    # draft-irtf-cfrg-xchacha-03 §2.2.1
    assert hchacha20(bytes(range(32)), h("000000090000004a0000000031415927")) == h(
        "82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc"
    )
    # draft-irtf-cfrg-xchacha-03 appendix A.3.1
    sunscreen = (
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip "
        b"for the future, sunscreen would be it."
    )
    sealed = xchacha_seal(
        bytes(range(0x80, 0xA0)), bytes(range(0x40, 0x58)), sunscreen, h("50515253c0c1c2c3c4c5c6c7")
    )
    assert sealed == h(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
        "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
        "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
        "21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49"
    )
    # RFC 7748 §6.1; Bernstein, "Cryptography in NaCl" (2009), §5 to §10, the same two key pairs
    alice = h("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    bob = x25519_public(h("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"))
    assert bob == h("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
    key = box_key(alice, bob)
    assert key == h("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389")
    nonce = h("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37")
    message = h(
        "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffc"
        "e5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb31"
        "0e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde"
        "048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f93776384864"
        "5e0705"
    )
    assert secretbox_seal(key, nonce, message) == h(
        "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce"
        "48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c972"
        "71d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae"
        "90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b3"
        "7973f622a43d14a6599b1f654cb45a74e355a5"
    )
    # RFC 9106 §5.3 (four lanes, with secret and associated data)
    if Argon2id is not None:
        derived = Argon2id(
            salt=bytes([2] * 16), length=32, iterations=3, lanes=4, memory_cost=32,
            ad=bytes([4] * 12), secret=bytes([3] * 8),
        ).derive(bytes([1] * 32))
        assert derived == h("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659")
