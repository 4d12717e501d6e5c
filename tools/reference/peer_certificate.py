"""The self-signed certificate that carries a card (Protocol/sync.md §1), written and read byte by byte: the arc of the card's
OID is larger than some libraries take.
"""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from .membership import parse_card
from .primitives import require, sha256

INTEGER, BITS, OCTETS, OID, UTC_TIME, SEQUENCE, VERSION, EXTENSIONS = 0x02, 0x03, 0x04, 0x06, 0x17, 0x30, 0xA0, 0xA3
ECDSA_SHA256 = bytes.fromhex("2a8648ce3d040302")
# SubjectPublicKeyInfo of a P-256 key by name of its curve, as far as the uncompressed point: 91 bytes with it.
P256_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
CARD_ARC = 1978111711399791466


def der(tag, *parts):
    """One value of DER, its contents joined."""
    data = b"".join(parts)
    size = len(data)
    if size < 0x80:
        return bytes([tag, size]) + data
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + data


def card_oid():
    """2.25.CARD_ARC: the first two arcs in one byte, the third in groups of seven bits."""
    groups, rest = [CARD_ARC & 0x7F], CARD_ARC >> 7
    while rest:
        groups.append(0x80 | rest & 0x7F)
        rest >>= 7
    return bytes([2 * 40 + 25, *reversed(groups)])


def values(data):
    """The values of DER that follow each other: (tag, contents, all of it)."""
    at, out = 0, []
    while at < len(data):
        require(at + 2 <= len(data), "certificate", "cut off")
        size, start = data[at + 1], at + 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(data[at + 2 : start], "big")
        require(start + size <= len(data), "certificate", "cut off")
        out.append((data[at], data[start : start + size], data[at : start + size]))
        at = start + size
    return out


class TLSKey:
    """A P-256 key and the SHA-256 of its SubjectPublicKeyInfo, which a card names."""

    def __init__(self):
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.info = self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.hash = sha256(self.info)

    def private_der(self):
        return self.private.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())

    def certificate(self, card):
        """A certificate for a card, DER; the card lies in an OCTET STRING within that of the extension."""
        algorithm = der(SEQUENCE, der(OID, ECDSA_SHA256))
        dates = der(SEQUENCE, der(UTC_TIME, b"260101000000Z"), der(UTC_TIME, b"491231235959Z"))
        extension = der(SEQUENCE, der(OID, card_oid()), der(OCTETS, der(OCTETS, card)))
        body = der(SEQUENCE, der(VERSION, der(INTEGER, b"\2")), der(INTEGER, b"\1"), algorithm, der(SEQUENCE), dates, der(SEQUENCE),
                   self.info, der(EXTENSIONS, der(SEQUENCE, extension)))
        signature = self.private.sign(body, ec.ECDSA(hashes.SHA256()))
        return der(SEQUENCE, body, algorithm, der(BITS, b"\0", signature))


def card_of(certificate):
    """The card of a peer's certificate, checked as sync.md §1 says; that the key is the peer's TLS has shown."""
    ((_, outer, _),) = values(certificate)
    fields = values(values(outer)[0][1])
    require(len(fields) >= 7 and fields[0][0] == VERSION, "certificate", "fields")
    info = fields[6][2]
    require(info.startswith(P256_HEAD) and len(info) == 91, "certificate", "key")
    extensions = [e for tag, contents, _ in fields[7:] if tag == EXTENSIONS for e in values(values(contents)[0][1])]
    parts = [values(contents) for _, contents, _ in extensions]
    cards = [p[-1][1] for p in parts if p[0][1] == card_oid()]
    require(len(cards) == 1, "certificate", "card extension")
    ((tag, card, _),) = values(cards[0])
    require(tag == OCTETS, "certificate", "card extension")
    card = parse_card(card)
    require(card["tls"] == sha256(info), "certificate", "tls key")
    return card
