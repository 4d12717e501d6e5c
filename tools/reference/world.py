"""The nodes, cards, charters and entries that the vectors are about. Every key, nonce and hash that
would be random comes from SHA-256 of a label."""

from . import entries as e
from . import membership as m
from . import notes
from .primitives import Refused, b64, ed25519_public, sha256, x25519_public

START = 1_767_225_600_000  # 2026-01-01T00:00:00Z in milliseconds


def secret(label):
    return sha256(b"tafel/v1/test-vector/" + label.encode())


class Node:
    def __init__(self, number, handle, name, kind):
        self.number, self.handle, self.name, self.kind = number, handle, name, kind
        self.identity_seed = secret(handle + "/identity")
        self.log_seed = secret(handle + "/log")
        self.witness_seed = secret(handle + "/witness")
        self.sealing_private = secret(handle + "/sealing")
        self.identity = ed25519_public(self.identity_seed)
        self.log = ed25519_public(self.log_seed)
        self.witness = ed25519_public(self.witness_seed)
        self.sealing = x25519_public(self.sealing_private)

    def card_lines(self, version=1, endpoints=("127.0.0.1:7401",), **changes):
        values = {
            "version": version, "handle": self.handle, "name": self.name,
            "oin": f"{self.number:020d}", "class": self.kind, "identity": b64(self.identity),
            "log": b64(self.log), "witness": b64(self.witness), "sealing": b64(self.sealing),
            "tls": b64(secret(self.handle + "/tls")), **changes,
        }
        lines = ["tafel/v1/card"] + [f"{k} {v}" for k, v in values.items()]
        return lines + [f"endpoint {x}" for x in endpoints]

    def sign_identity(self, text):
        return notes.sign(text, m.node_name(self.identity), self.identity_seed).encode()

    def card(self, version=1, **changes):
        return self.sign_identity("\n".join(self.card_lines(version, **changes)) + "\n")

    def signature_line(self, text):
        return notes.sign_line(text, m.node_name(self.identity), self.identity_seed)

    def cosignature(self, text, time):
        return notes.cosign_line(text, notes.witness_name(self.identity), self.witness_seed, time)


NOORD = Node(1, "od-noord", "Omgevingsdienst Noord", "od-toezicht")
OOST = Node(2, "od-oost", "Omgevingsdienst Oost", "od-toezicht")
WEST = Node(3, "politie-west", "Politie West", "politie")
OTHER = Node(9, "od-zuid", "Omgevingsdienst Zuid", "od-toezicht")
NODES = {n.number: n for n in (NOORD, OOST, WEST, OTHER)}

GROUNDS = (
    "WABO-5.8 od-toezicht od-toezicht public,environmental,business,personal - Artikel 5.8 Wabo",
    "AVG-5.1B od-toezicht od-boa,politie,om public,environmental,business,personal 365 Artikel 5 AVG",
    "WPG-18 politie od-toezicht public,police - Artikel 18 Wpg jo. artikel 4:2 lid 2 Bpg",
)


def member_line(node, role="partner", number=None):
    return f"{number or node.number} {role} {node.kind} {node.handle} {b64(node.identity)}"


def charter_lines(members=(NOORD, OOST, WEST), **changes):
    """The lines of a charter; `changes` replaces values, a list replaces all lines of its key."""
    values = {
        "version": 1, "previous": "-", "name": "Afval", "theme": "afval",
        "purpose": "Aanpak van illegale afvalstromen", "from": "2026-01-01", "until": "2028-12-31",
        "evaluation": "2027-12-31", "quorum": len(members) // 2 + 1, "witness-quorum": 1,
        "member": [member_line(n) for n in members], "ground": list(GROUNDS), "pin": [],
    }
    values.update({k.replace("_", "-"): v for k, v in changes.items()})
    out = ["tafel/v1/charter"]
    for key, value in values.items():
        out += [f"{key} {v}" for v in (value if isinstance(value, list) else [value])]
    return out


def charter(signers=(NOORD, OOST), lines=None, **changes):
    text = "\n".join(lines or charter_lines(**changes)) + "\n"
    return (text + "\n" + "".join(n.signature_line(text) for n in signers)).encode()


def text_of(note):
    return notes.parse(note)[0]


def expect(kind, function, *arguments):
    """Asserts that the reference refuses, with this class."""
    try:
        function(*arguments)
    except Refused as refusal:
        assert refusal.kind == kind, f"expected {kind}, got {refusal}"
        return kind
    raise AssertionError(f"expected {kind}, was accepted")


def document(source, cases):
    names = [c["name"] for c in cases]
    assert len(set(names)) == len(names), "a name occurs twice"
    return {"source": source, "cases": cases}


def replaced(data, offset, new):
    return data[:offset] + new + data[offset + len(new) :]


TABLE = sha256(text_of(charter()).encode())
CASE = e.object_id(TABLE, e.dot_bytes(1, 0, 3, 0))
