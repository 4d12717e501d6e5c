"""Vectors of policies (Protocol/bundle.md §3)."""

from . import bundles
from .primitives import b64
from .world import document, expect, secret

OWN = "Protocol/bundle.md"


def policies():
    one, two = secret("charter").hex(), secret("identity").hex()
    variants = {
        "charter": f"charter {one}\n", "identity": f"identity {two}\n", "both": f"charter {one}\nidentity {two}\n",
        "comment lines": f"# vertrouwd\n\ncharter {one}\n# einde\n", "comment after a statement": f"charter {one} # tafel Afval\n",
        "several identities": f"identity {one}\nidentity {two}\n", "byte order mark": f"\ufeffcharter {one}\n",
        "lines that end with CRLF": f"charter {one}\r\nidentity {two}\r\n", "blanks and tabs": f" charter\t{one}  \n",
        "no newline at the end": f"charter {one}",
        "requirements": f"charter {one}\nrequire receipt ilt\nrequire receipt od-noord\nrequire witness 3\n"
        "require until 2026-11-28\nrequire window 0 12\nrequire window 18 281474976710656\n",
        "the strictest of several": f"charter {one}\nrequire witness 64\nrequire witness 2\nrequire until 2026-11-28\n"
        "require until 2025-01-01\n",
    }
    files = {name: text.encode() for name, text in variants.items()}
    plain = f"charter {one}\nidentity {two} # één\n"
    files |= {
        "lines that end with CR": plain.replace("\n", "\r").encode(), "UTF-16": plain.encode("utf-16-le"),
        "UTF-16, high byte first": plain.encode("utf-16-be"), "UTF-16 with a mark": b"\xff\xfe" + plain.encode("utf-16-le"),
        "UTF-16 with a mark, high byte first": b"\xfe\xff" + plain.encode("utf-16-be"),
    }
    cases = []
    for name, data in files.items():
        found = bundles.parse_policy(data)
        cases.append({
            "name": name, "policy": data.hex(), "charters": [t.hex() for t in found["charters"]],
            "identities": [i.hex() for i in found["identities"]], "receipts": found["receipts"],
            "witnesses": found["witnesses"], "until": str(found["until"]) if found["until"] else None,
            "windows": [list(w) for w in found["windows"]],
        })
    return document(f"{OWN} §3", cases)


def policies_reject():
    one = secret("charter").hex()
    good = f"charter {one}\n"
    variants = {
        "empty": b"", "comments alone": b"# niets\n", "unknown statement": f"witness {one}\n".encode(),
        "charter without a value": b"charter\n", "charter of 31 bytes": f"charter {one[:62]}\n".encode(),
        "charter in base64": f"charter {b64(secret('charter'))}\n".encode(), "two values": f"charter {one} {one}\n".encode(),
        "not UTF-8": b"charter \xff\n", "a mark in the middle": f"{good}\ufeffidentity {one}\n".encode(),
        "two marks": f"\ufeff\ufeff{good}".encode(), "half a character of UTF-16": f"# {good}".encode("utf-16-le") + b"\x61",
        "half a pair of UTF-16": b"\xff\xfe#\x00\x3d\xd8\x0a\x00" + good.encode("utf-16-le"),
    }
    for words in (
            "require", "require receipt", "require receipt OD-NOORD", "require receipt x", "require receipt od noord",
            "require witness", "require witness 0", "require witness 65", "require witness 01", "require witness +1",
            "require until", "require until 2026-02-29", "require until 28-11-2026", "require until 2026-11-28 2026-11-29",
            "require window 0", "require window 3 3", "require window 4 3", "require window 0 281474976710657",
            "require window 01 3", "require window -1 3", "require nothing"):
        variants[words] = f"{good}{words}\n".encode()
    variants["a requirement alone"] = b"require witness 1\n"
    cases = [
        {"name": name, "policy": data.hex(), "error": expect("policy", bundles.parse_policy, data)}
        for name, data in variants.items()
    ]
    return document(f"{OWN} §3: exit 2", cases)


def files():
    return {"bundle/accept/policies.json": policies(), "bundle/reject/policies.json": policies_reject()}
