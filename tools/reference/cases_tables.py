"""Vectors of Protocol/keys.md §3: table files and how they are merged."""

from . import membership as m
from .cases_membership import OWN, second
from .primitives import b64, sha256
from .world import NOORD, OOST, OTHER, WEST, charter, document, expect, text_of


def table_files():
    first = charter()
    variants = {
        "charter without cards": ([first], []),
        "charter and one card": ([first], [OOST.card()]),
        "charter and every card": ([first], [NOORD.card(), OOST.card(), WEST.card()]),
        "two charters": ([first, second()], [NOORD.card(2)]),
    }
    cases = []
    for name, (charters, cards) in variants.items():
        data = m.table_file(charters, cards)
        chain, found = m.parse_table_file(data)
        cases.append({
            "name": name, "file": data.hex(), "sha256": sha256(data).hex(), "table": chain[0]["hash"].hex(),
            "charters": len(chain), "cards": [[n, c["version"]] for n, c in found.items()],
        })
    return document(f"{OWN} §3; cards as [member, version]", cases)


def table_files_reject():
    first = charter()
    good = m.table_file([first], [NOORD.card(), OOST.card()])
    variants = {
        "empty": ("table", b""), "no charter": ("table", m.table_file([], [])),
        "wrong first line": ("table", good.replace(b"v1/table", b"v2/table")),
        "unknown section": ("table", good + b"=== remark\nx\n"),
        "card before the charter": ("table", b"tafel/v1/table\n=== card\n" + NOORD.card() + b"=== charter\n" + first),
        "cards not in order": ("table", m.table_file([first], [OOST.card(), NOORD.card()])),
        "two cards of one member": ("table", m.table_file([first], [NOORD.card(), NOORD.card(2)])),
        "card of no member": ("table", m.table_file([first], [OTHER.card()])),
        "charters not in order": ("chain", m.table_file([second(), first], [])),
        "a version after a draft": ("chain", m.table_file([charter((NOORD,)), second(first=charter((NOORD,)))], [])),
        "a version after a draft of version 2": ("chain", m.table_file([
            first, second((OOST,)), charter(version=3, previous=b64(sha256(text_of(second((OOST,))).encode())))], [])),
        "broken card": ("signature", m.table_file([first], [NOORD.card().replace(b"Noord", b"Noore")])),
        "no newline at the end": ("note", good[:-1]), "byte at the end": ("note", good + b"x"),
        "empty line at the end": ("note", good + b"\n"), "CRLF": ("table", good.replace(b"\n", b"\r\n")),
    }
    cases = [
        {"name": name, "file": data.hex(), "error": expect(error, m.parse_table_file, data)}
        for name, (error, data) in variants.items()
    ]
    return document(f"{OWN} §3", cases)


def merge_pairs():
    """(held, received) by name: taken over or left, and refused."""
    full = charter((NOORD, OOST, WEST))
    signed = second(first=full, purpose="Anders")
    other = second((OOST, WEST), first=full, purpose="Weer anders")
    low, high = sorted((signed, other), key=lambda note: sha256(text_of(note).encode()))
    later = charter(
        (NOORD, OOST), version=3, previous=b64(sha256(text_of(high).encode())), members=(NOORD, OOST, WEST)
    )
    draft = charter((NOORD,), version=3, previous=b64(sha256(text_of(high).encode())), members=(NOORD, OOST, WEST))
    grown = second((OOST,), first=full, members=(NOORD, OOST, WEST, OTHER))
    without = second((OOST,), first=full, members=(OOST, WEST), purpose="Zonder Noord")
    third = charter(
        (NOORD,), version=3, previous=b64(sha256(text_of(signed).encode())), members=(NOORD, OOST, WEST)
    )
    f = m.table_file
    taken = {
        "union of the signatures": (f([charter((WEST,))], []), f([charter((NOORD,))], [])),
        "newest card": (f([full], [NOORD.card(2), OOST.card()]), f([full], [NOORD.card(), WEST.card()])),
        "longer chain": (f([full], []), f([full, signed], [OOST.card()])),
        "shorter chain": (f([full, signed], []), f([charter((NOORD,))], [OOST.card()])),
        "equal": (f([full], []), f([full], [])),
        "of two cards of one version the one held": (f([full], [NOORD.card()]), f([full], [NOORD.card(name="Andere naam")])),
        "a draft without a quorum is left": (f([full], [NOORD.card()]), f([full, without], [OOST.card()])),
        "cards of a draft's new member are left": (f([full], []), f([full, grown], [OTHER.card()])),
        "signatures of a draft that is held": (
            f([full, second((OOST,), first=full)], []), f([full, second((NOORD,), first=full)], [])),
        "a held draft and its cards give way": (f([full, grown], [NOORD.card(), OTHER.card()]), f([full, signed], [])),
        "a held draft stays beside another": (f([full, without], []), f([full, grown], [])),
        "a draft after an effective version is left": (f([full], []), f([full, signed, third], [])),
        "of two effective versions the lower hash, held": (f([full, low], []), f([full, high], [])),
        "of two effective versions the lower hash, received": (f([full, high], []), f([full, low], [])),
        "of two effective versions the one that another follows on, held": (f([full, high, later], []), f([full, low], [])),
        "of two effective versions the one that another follows on, received": (f([full, low], []), f([full, high, later], [])),
        "a draft on the other goes with it": (f([full, high, draft], []), f([full, low], [])),
        "a draft on the other is left": (f([full, low], []), f([full, high, draft], [])),
    }
    refused = {
        "another table": (f([full], []), f([charter((NOORD,), purpose="Anders")], [])),
    }
    return taken, refused


def table_merges():
    cases = []
    for name, (held, received) in merge_pairs()[0].items():
        merged = m.merge_table_files(held, received)
        m.parse_table_file(merged)
        cases.append({"name": name, "held": held.hex(), "received": received.hex(), "merged": merged.hex()})
    return document(f"{OWN} §3", cases)


def table_merges_reject():
    cases = [
        {"name": name, "held": held.hex(), "received": received.hex(), "error": expect("table", m.merge_table_files, held, received)}
        for name, (held, received) in merge_pairs()[1].items()
    ]
    return document(f"{OWN} §3", cases)


def files():
    return {
        "keys/accept/table-files.json": table_files(), "keys/reject/table-files.json": table_files_reject(),
        "keys/accept/table-merges.json": table_merges(), "keys/reject/table-merges.json": table_merges_reject(),
    }
