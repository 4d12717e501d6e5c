"""Vectors of Protocol/keys.md §2 and §3: cards, charters and chains."""

from . import membership as m
from . import notes
from .primitives import b64, sha256
from .world import (
    NOORD, OOST, OTHER, TABLE, WEST, charter, charter_lines, document, expect, member_line, secret, text_of,
)

OWN = "Protocol/keys.md"


# Cards, §2


def card_of(lines):
    return NOORD.sign_identity("\n".join(lines) + "\n")


def cards():
    long_host = ".".join(["a" * 61] * 4) + ".nl"  # 250 bytes, 255 with the port
    variants = {
        "one endpoint": NOORD.card(),
        "no endpoint": NOORD.card(endpoints=()),
        "eight endpoints": NOORD.card(endpoints=[f"10.0.0.{n}:7401" for n in range(8)]),
        "endpoint by name": NOORD.card(endpoints=("knooppunt.example.nl:1",)),
        "endpoint by IPv6": NOORD.card(endpoints=("[2001:db8::1]:65535",)),
        "endpoint by name with an underscore": NOORD.card(endpoints=("knoop_1.example.nl:1",)),
        "endpoint of 255 bytes": NOORD.card(endpoints=(long_host + ":7401",)),
        "largest version": NOORD.card(4_294_967_295),
        "name of 200 bytes": NOORD.card(name="é" * 100),
        "handle of 2 bytes": NOORD.card(handle="od"),
        "handle of 32 bytes": NOORD.card(handle="o" + "-" * 30 + "1"),
    }
    variants |= {f"class {k}": NOORD.card(**{"class": k}) for k in m.CLASSES[1:]}
    cases = []
    for name, note in variants.items():
        card = m.parse_card(note)
        shown = {k: v.hex() if isinstance(v, bytes) else v for k, v in card.items() if k != "note"}
        cases.append({"name": name, "card": note.hex(), "fields": shown})
    return document(f"{OWN} §2; binary fields in hexadecimal", cases)


# RFC 7748 §6.1: public keys that give zeros whatever the private key.
SMALL_ORDER = {
    "0": bytes(32), "1": (1).to_bytes(32, "little"), "p - 1": (2**255 - 20).to_bytes(32, "little"), "p": (2**255 - 19).to_bytes(32, "little"),
    "order 8": bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    "order 8, the other": bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
}


def cards_reject():
    lines = NOORD.card_lines()
    good = NOORD.card()

    def changed(key, value):
        return card_of([f"{key} {value}" if l.split(" ")[0] == key else l for l in lines])

    swapped = list(lines)
    swapped[2], swapped[3] = swapped[3], swapped[2]
    other_key = OOST.sign_identity("\n".join(lines) + "\n")
    text = text_of(good)
    variants = {
        "wrong first line": ("card", card_of(["tafel/v2/card"] + lines[1:])),
        "lines in another order": ("card", card_of(swapped)),
        "unknown line": ("card", card_of(lines + ["note x"])),
        "empty line at the end": ("card", card_of(lines + [""])),
        "two spaces after the key": ("card", changed("class", " od-toezicht")),
        "text without its last newline": ("note", good.replace(b"7401\n\n", b"7401\n")),
        "signed by another identity": ("key", other_key),
        "signed twice": ("card", good + OOST.signature_line(text).encode()),
        "log key name": ("key", (text + "\n" + notes.sign_line(text, "tafel/v1/log/x", NOORD.identity_seed)).encode()),
        "flipped bit": ("signature", good.replace(b"Noord", b"Noore")),
        "version 0": ("card", changed("version", "0")),
        "version 4,294,967,296": ("card", changed("version", "4294967296")),
        "version with a leading zero": ("card", changed("version", "01")),
        "version with a sign": ("card", changed("version", "+1")),
        "handle of 1 byte": ("card", changed("handle", "o")),
        "handle of 33 bytes": ("card", changed("handle", "o" * 33)),
        "handle with a capital": ("card", changed("handle", "OD-noord")),
        "handle with a hyphen first": ("card", changed("handle", "-od")),
        "handle with a hyphen last": ("card", changed("handle", "od-")),
        "handle beyond ASCII": ("card", changed("handle", "od-é")),
        "name missing": ("card", card_of([l for l in lines if not l.startswith("name")])),
        "name empty": ("card", changed("name", "")), "name with a space first": ("card", changed("name", " Noord")),
        "name with a space last": ("card", changed("name", "Noord ")),
        "name of 201 bytes": ("card", changed("name", "é" * 100 + "e")),
        "name not in NFC": ("note", changed("name", "Coo\u0308rdinatie")),
        "name with U+0009": ("note", changed("name", "Dienst\tNoord")),
        "name with U+0085": ("note", changed("name", "Dienst\u0085Noord")),
        "oin of 19 digits": ("card", changed("oin", "0" * 19)),
        "oin of 21 digits": ("card", changed("oin", "0" * 21)),
        "oin with a letter": ("card", changed("oin", "0" * 19 + "a")),
        "oin in other digits": ("card", changed("oin", "\u0660" * 20)),
        "unknown class": ("card", changed("class", "bank")),
        "log key of 31 bytes": ("card", changed("log", b64(bytes(31)))),
        "witness key of 33 bytes": ("card", changed("witness", b64(bytes(33)))),
        **{f"sealing key of small order, {name}": ("card", changed("sealing", b64(key))) for name, key in SMALL_ORDER.items()},
        "sealing key without padding": ("card", changed("sealing", b64(NOORD.sealing).rstrip("="))),
        "tls with unused bits set": ("card", changed("tls", b64(bytes(32))[:-2] + "B=")),
        "nine endpoints": ("card", NOORD.card(endpoints=[f"10.0.0.{n}:7401" for n in range(9)])),
        "endpoint without a port": ("card", changed("endpoint", "127.0.0.1")),
        "endpoint with port 0": ("card", changed("endpoint", "127.0.0.1:0")),
        "endpoint with port 65,536": ("card", changed("endpoint", "127.0.0.1:65536")),
        "endpoint without a host": ("card", changed("endpoint", ":7401")),
        "endpoint of bare IPv6": ("card", changed("endpoint", "2001:db8::1:7401")),
        "endpoint of IPv6 in capitals": ("card", changed("endpoint", "[2001:DB8::1]:7401")),
        "endpoint of IPv4 in brackets": ("card", changed("endpoint", "[127.0.0.1]:7401")),
        "endpoint of 256 bytes": ("card", changed("endpoint", "a" * 251 + ":7401")),
        "endpoint with a space": ("card", changed("endpoint", "a b:7401")),
        "endpoint with a scheme": ("card", changed("endpoint", "https://a:7401")),
        "endpoint of 300 bytes": ("card", changed("endpoint", ".".join(["a" * 59] * 5)[:295] + ":7401")),
    }
    cases = [
        {"name": name, "card": note.hex(), "error": expect(error, m.parse_card, note)}
        for name, (error, note) in variants.items()
    ]
    return document(f"{OWN} §2; one rule broken at a time", cases)


# Charters, §3


def charter_case(name, note, before=None):
    found = m.parse_charter(note, before)
    return {
        "name": name, "charter": note.hex(), "version": found["version"], "hash": found["hash"].hex(),
        "quorum": found["quorum"], "members": sorted(found["members"]), "signers": found["signers"],
        "effective": m.is_effective(found, before),
    }


def charters():
    ground = "{} od-toezicht od-toezicht public - {}"
    variants = {
        "three members, two signed": charter(),
        "three members, all signed": charter((NOORD, OOST, WEST)),
        "one signature too few": charter((NOORD,)),
        "one member": charter((NOORD,), members=(NOORD,)),
        "two members": charter(members=(NOORD, OOST)),
        "all roles": charter(member=[
            member_line(NOORD), member_line(OOST, "contributor"), member_line(WEST, "observer"),
            member_line(OTHER, "auditor")], quorum=3, signers=(NOORD, OOST, OTHER)),
        "sixty-four members": charter(member=[member_line(NOORD)] + [
            f"{n} partner other lid-{n} {b64(secret(f'member {n}'))}" for n in range(2, 65)], quorum=33, signers=(NOORD,)),
        "largest member number": charter(member=[member_line(NOORD), member_line(OOST, number=65_535)], quorum=2),
        "no grounds": charter(ground=[]), "one pin": charter(pin=[f"4 0 1200 {b64(secret('pin'))}"]),
        "ground from and to everyone": charter(ground=["A * * public - Openbaar"]),
        "ground with every class and category": charter(
            ground=[f"B.1-2 {','.join(m.CLASSES)} {','.join(m.CLASSES)} {','.join(m.CATEGORIES)} 36500 Alles"]),
        "ground code of 32 bytes": charter(ground=[ground.format("A" * 32, "x")]),
        "ground text of 500 bytes": charter(ground=[ground.format("A", "x" * 500)]),
        "ground kept for one day": charter(ground=["A * * public 1 x"]),
        "name and theme of 200 bytes": charter(name="n" * 200, theme="é" * 100),
        "purpose of 2,000 bytes": charter(purpose="p" * 2_000),
        "all dates equal": charter(**{"from": "2028-02-29", "until": "2028-02-29", "evaluation": "2028-02-29"}),
        "quorum of all": charter((NOORD, OOST, WEST), quorum=3),
        "witness quorum 0": charter(witness_quorum=0),
        "witness quorum of all": charter(witness_quorum=3),
    }
    cases = [charter_case(name, note) for name, note in variants.items()]
    return document(f"{OWN} §3; `effective` judges this charter as version 1", cases)


def charters_reject():
    lines = charter_lines()
    good = charter()
    members = [member_line(n) for n in (NOORD, OOST, WEST)]

    def ground(text):
        return charter(ground=[text])

    def pin(text):
        return charter(pin=[text])

    variants = {
        "wrong first line": charter(lines=["tafel/v1/card"] + lines[1:]),
        "version 0": charter(version=0), "version 65,536": charter(version=65_536, previous=b64(bytes(32))),
        "version with a leading zero": charter(version="01"),
        "previous in version 1": charter(previous=b64(bytes(32))),
        "no previous in version 2": charter(version=2),
        "previous of 31 bytes": charter(version=2, previous=b64(bytes(31))),
        "lines in another order": charter(lines=lines[:3] + [lines[4], lines[3]] + lines[5:]),
        "line missing": charter(lines=lines[:4] + lines[5:]),
        "unknown line": charter(lines=lines + ["remark x"]),
        "ground before member": charter(lines=lines[:10] + [lines[13]] + lines[10:13] + lines[14:]),
        "name empty": charter(name=""), "name of 201 bytes": charter(name="n" * 201),
        "theme of 201 bytes": charter(theme="é" * 100 + "e"),
        "name with a space first": charter(name=" Afval"), "theme with a space last": charter(theme="afval "),
        "purpose with a space last": charter(purpose="Aanpak "), "purpose empty": charter(purpose=""),
        "purpose of 2,001 bytes": charter(purpose="p" * 2_001),
        "until before from": charter(until="2025-12-31", evaluation="2025-12-31"),
        "evaluation before from": charter(evaluation="2025-12-31"),
        "evaluation after until": charter(evaluation="2029-01-01"),
        "no such day": charter(evaluation="2027-02-29"), "month 13": charter(evaluation="2027-13-01"),
        "date with a time": charter(evaluation="2027-12-31T00:00:00Z"), "date without zeros": charter(evaluation="2027-9-1"),
        "quorum of half": charter(member=members + [member_line(OTHER)], quorum=2),
        "quorum too low": charter(quorum=1), "quorum over the members": charter(quorum=4), "quorum 0": charter(quorum=0),
        "witness quorum over the members": charter(witness_quorum=4),
        "no members": charter(member=[], quorum=1, witness_quorum=0),
        "sixty-five members": charter(member=[member_line(NOORD)] + [
            f"{n} partner other lid-{n} {b64(secret(f'member {n}'))}" for n in range(2, 66)], quorum=33, signers=(NOORD,)),
        "members not in order": charter(member=[members[1], members[0], members[2]]),
        "member number twice": charter(member=[members[0], member_line(OOST, number=1), members[2]]),
        "member 0": charter(member=[member_line(NOORD, number="0")] + members[1:]),
        "member 65,536": charter(member=members + [member_line(OTHER, number=65_536)], quorum=3),
        "member number with a leading zero": charter(member=["0" + members[0]] + members[1:]),
        "handle twice": charter(member=members + [member_line(OTHER).replace("od-zuid", "od-oost")], quorum=3),
        "identity twice": charter(member=members + [f"9 partner other zuid {b64(OOST.identity)}"], quorum=3),
        "unknown role": charter(member=[member_line(NOORD, "guest")] + members[1:]),
        "unknown class": charter(member=[members[0].replace("od-toezicht", "bank")] + members[1:]),
        "member with a bad handle": charter(member=[members[0].replace("od-noord", "Od")] + members[1:]),
        "member line too long": charter(member=[members[0] + " x"] + members[1:]),
        "identity of 31 bytes": charter(member=members + [f"9 partner other zuid {b64(bytes(31))}"], quorum=3),
        "ground code twice": charter(ground=["A * * public - x", "A * * business - y"]),
        "ground code in small letters": ground("wabo * * public - x"),
        "ground code with a dot first": ground(".A * * public - x"),
        "ground code of 33 bytes": ground("A" * 33 + " * * public - x"),
        "ground from an unknown class": ground("A bank * public - x"),
        "ground classes not in order": ground("A politie,od-boa * public - x"),
        "ground class twice": ground("A * om,om public - x"),
        "ground list with an empty item": ground("A * om, public - x"),
        "ground with an unknown category": ground("A * * secret - x"),
        "ground categories not in order": ground("A * * business,public - x"),
        "ground with every category by asterisk": ground("A * * * - x"),
        "ground kept for 0 days": ground("A * * public 0 x"),
        "ground kept for 36,501 days": ground("A * * public 36501 x"),
        "ground without a text": ground("A * * public -"), "ground with an empty text": ground("A * * public - "),
        "ground text of 501 bytes": ground("A * * public - " + "x" * 501),
        "257 grounds": charter(ground=[f"A{n} * * public - x" for n in range(257)]),
        "pin of 31 bytes": pin(f"4 0 1200 {b64(bytes(31))}"), "pin without a root": pin("4 0 1200"),
        "two pins of one log": charter(pin=[f"4 0 {n} {b64(bytes(32))}" for n in (3, 7)]),
        "65 pins": charter(pin=[f"{n} 0 1 {b64(bytes(32))}" for n in range(1, 66)]),
        "signatures not in order": charter((OOST, NOORD)),
    }
    others = {
        "name not in NFC": ("note", charter(name="Coo\u0308rdinatie")),
        "name with U+0007": ("note", charter(name="Af\x07val")),
        "ground text with U+009F": ("note", ground("A * * public - x\u009f")),
        "signed by a stranger": ("key", charter((NOORD, OOST, OTHER))),
        "signature twice": ("note", charter((NOORD, NOORD))),
        "no signature": ("note", charter(())),
        "flipped bit": ("signature", good.replace(b"Afval", b"Afvam")),
        "blank line in the text": ("charter", charter(lines=lines + [""])),
    }
    pairs = {name: ("charter", note) for name, note in variants.items()} | others
    cases = [
        {"name": name, "charter": note.hex(), "error": expect(error, m.parse_charter, note)}
        for name, (error, note) in pairs.items()
    ]
    return document(f"{OWN} §3; one rule broken at a time", cases)


def second(signers=(NOORD, OOST), first=None, **changes):
    first = first or charter()
    return charter(signers, **({"version": 2, "previous": b64(sha256(text_of(first).encode()))} | changes))


def chains():
    first = charter()
    grown = second(members=(NOORD, OOST, WEST, OTHER), signers=(NOORD, OOST))
    removed = second(members=(NOORD, OOST), purpose="Aanpak zonder West")
    third = charter(version=3, previous=b64(sha256(text_of(removed).encode())), members=(NOORD, OOST, OTHER))
    variants = {
        "version 1": [first], "version 2 changes the purpose": [first, second(purpose="Aanpak van afval")],
        "version 2 adds a member": [first, grown], "version 2 signed by one of three": [first, second((WEST,))],
        "version 2 lacks the old quorum": [first, second((NOORD,), members=(NOORD, OTHER))],
        "removed and grown": [first, removed, third],
    }
    cases = []
    for name, notes in variants.items():
        chain = m.parse_chain(notes)
        cases.append({
            "name": name, "charters": [n.hex() for n in notes], "table": chain[0]["hash"].hex(),
            "hashes": [c["hash"].hex() for c in chain], "effective": [c["effective"] for c in chain],
        })
    return document(f"{OWN} §3", cases)


def chains_reject():
    first = charter()
    removed = second(members=(NOORD, OOST))
    again = charter(version=3, previous=b64(sha256(text_of(removed).encode())),
                    member=[member_line(NOORD), member_line(OOST), member_line(OTHER, number=3)])
    variants = {
        "begins with version 2": [second()],
        "version left out": [first, charter(version=3, previous=b64(sha256(text_of(first).encode())))],
        "version 1 twice": [first, first],
        "wrong previous": [first, second(previous=b64(secret("previous")))],
        "previous is the hash of the signed note": [first, second(previous=b64(sha256(first)))],
        "number of another member": [first, second(member=[member_line(NOORD), member_line(OTHER, number=2)])],
        "number of a removed member": [first, removed, again],
    }
    strangers = {
        "signed by the member it adds": [first, second((NOORD, OOST, OTHER), members=(NOORD, OOST, WEST, OTHER))],
        "signed by a member removed before": [
            first, removed, charter((NOORD, WEST), version=3, previous=b64(sha256(text_of(removed).encode())))],
    }
    cases = [
        {"name": name, "charters": [n.hex() for n in notes], "error": expect(error, m.parse_chain, notes)}
        for error, group in (("chain", variants), ("key", strangers)) for name, notes in group.items()
    ]
    return document(f"{OWN} §3", cases)


def files():
    assert TABLE == m.parse_charter(charter())["hash"]
    return {
        "keys/accept/cards.json": cards(), "keys/reject/cards.json": cards_reject(),
        "keys/accept/charters.json": charters(), "keys/reject/charters.json": charters_reject(),
        "keys/accept/chains.json": chains(), "keys/reject/chains.json": chains_reject(),
    }
