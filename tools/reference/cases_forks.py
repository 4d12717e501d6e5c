"""Vectors of Protocol/sync-log.md §8: evidence of forks as files."""

from . import forks, merkle
from .cases_notes import ORIGIN, checkpoint
from .primitives import Refused
from .world import NOORD, OOST, charter, document, secret

OWN = "Protocol/sync-log.md §8"


def leaves(size, fork, label):
    """Leaf hashes of a log that has a history of its own from `fork` on."""
    return [merkle.leaf_hash(f"{i} {label if i >= fork else ''}".encode()) for i in range(size)]


def branch(size, index, fork, label, node=NOORD, **more):
    found = leaves(size, fork, label)
    note = checkpoint(size, merkle.root(found), node=node, **more)
    return (node.card(), found[index], merkle.inclusion(index, found), note)


def ordered(*branches):
    return sorted(branches, key=lambda b: b[1])


def evidence(index, size, other_size):
    pair = ordered(branch(size, index, index, "a"), branch(other_size, index, index, "b"))
    return forks.fork_file([charter()], index, pair)


def accept():
    variants = {
        "at index 0": evidence(0, 1, 1), "the last of both": evidence(6, 7, 7),
        "one is longer": evidence(12, 13, 40), "far below both ends": evidence(5, 33, 64),
        "between complete subtrees": evidence(32, 33, 33), "sizes that are powers of two": evidence(15, 16, 32),
    }
    cases = []
    for name, data in variants.items():
        found = forks.parse_fork_file(data)
        cases.append({"name": name, "file": data.hex(), **found})
    return document(f"{OWN}; `file` proves that the log forked at `index`", cases)


def reject():
    good = evidence(12, 13, 14)
    charters = [charter()]
    one, two = branch(13, 12, 12, "a"), branch(14, 12, 12, "b")
    pair = ordered(one, two)
    foreign = ordered(branch(13, 12, 12, "a"), branch(14, 12, 12, "b", node=OOST))
    earlier = ordered(branch(13, 12, 11, "a"), branch(14, 12, 11, "b"))
    origin = ORIGIN.rsplit("/", 1)[0] + "/1"
    moved = ordered(one, branch(14, 12, 12, "b", origin=origin))
    longer = [one, branch(14, 12, 12, "a")]
    unsigned = (pair[0][0], pair[0][1], pair[0][2], checkpoint(13, secret("another root")))
    witness = (*pair[0][:3], checkpoint(13 if pair[0] is one else 14, merkle.root(leaves(
        13 if pair[0] is one else 14, 12, "a" if pair[0] is one else "b")), witnesses=(OOST,)))
    file = forks.fork_file
    variants = {
        "empty": b"", "another first line": good.replace(b"/fork\n", b"/table\n", 1),
        "no charter": good[: 14] + good[good.index(b"=== card") :],
        "a charter that too few signed": file([charter(signers=(NOORD,))], 12, pair),
        "of another table": file([charter(name="Water")], 12, pair),
        "the higher leaf hash first": file(charters, 12, pair[::-1]),
        "one history twice": file(charters, 12, [one, one]),
        "one history that is the beginning of the other": file(charters, 12, longer),
        "they differ before the index": file(charters, 12, earlier),
        "one by another member": file(charters, 12, foreign),
        "two logs": file(charters, 12, moved),
        "another root than the path's": file(charters, 12, [unsigned, pair[1]]),
        "a cosignature": file(charters, 12, [witness, pair[1]]),
        "another index": file(charters, 11, pair),
        "one proof only": good[: good.rindex(b"=== card")],
        "cut off": good[:-1], "a line behind": good + b"\n",
        "a hash less": file(charters, 12, [(*pair[0][:2], pair[0][2][1:], pair[0][3]), pair[1]]),
        "a card of somebody else": file(charters, 12, [(OOST.card(), *pair[0][1:]), pair[1]]),
    }
    cases = [{"name": name, "file": data.hex(), "error": refusal(data)} for name, data in variants.items()]
    return document(f"{OWN}; none of these proves anything", cases)


def refusal(data):
    try:
        forks.parse_fork_file(data)
    except Refused as refused:
        return refused.kind
    raise AssertionError("was accepted")


def files():
    return {"sync-log/accept/forks.json": accept(), "sync-log/reject/forks.json": reject()}
