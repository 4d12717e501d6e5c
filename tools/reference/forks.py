"""Evidence that an author signed two histories of one log (Protocol/sync-log.md §8)."""

import re

from . import membership, merkle, notes
from .primitives import b64, require, unb64

FILE_BYTES_MAX = 1_048_576 + 2 * (4_096 + 131_072)
HASHES_MAX = 96


def tlog_proof(index, path, checkpoint):
    """c2sp.org/tlog-proof."""
    lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *(b64(hash) for hash in path), ""]
    return "".join(line + "\n" for line in lines).encode() + checkpoint


def parse_tlog_proof(data):
    require(b"\n\n" in data, "proof", "no blank line")
    head, checkpoint = data.split(b"\n\n", 1)
    lines = head.decode().split("\n")
    require(lines[0] == "c2sp.org/tlog-proof@v1", "proof", "first line")
    require(len(lines) >= 2 and re.fullmatch(r"index (0|[1-9][0-9]*)", lines[1]), "proof", "index")
    require(len(lines) - 2 <= HASHES_MAX, "proof", "hashes")
    return int(lines[1][6:]), [unb64(line, 32, "proof") for line in lines[2:]], checkpoint


def fork_file(charters, index, branches):
    """`branches`: two of (card, leaf hash, path, checkpoint), the lower leaf hash first."""
    out = b"tafel/v1/fork\n" + b"".join(b"=== charter\n" + c for c in charters)
    for card, leaf, path, checkpoint in branches:
        out += b"=== card\n" + card + b"=== leaf\n" + b64(leaf).encode() + b"\n"
        out += b"=== proof\n" + tlog_proof(index, path, checkpoint)
    return out


def hashes_before(index, size, path):
    """The hashes of a path that stand left of the index."""
    out, start = [], 0
    for hash in reversed(path):
        k = merkle.split(size)
        if index - start < k:
            size = k
        else:
            out.append(hash)
            start, size = start + k, size - k
    return out


def parse_fork_file(data):
    """Whose log forked, and where."""
    require(len(data) <= FILE_BYTES_MAX, "fork", "over limit")
    head, *parts = re.split(rb"(?m)^=== ", data)
    require(head == b"tafel/v1/fork\n", "fork", "first line")
    sections = [part.split(b"\n", 1) for part in parts]
    names = [s[0] for s in sections]
    require(len(names) >= 7 and names[-6:] == [b"card", b"leaf", b"proof"] * 2, "fork", "sections")
    require(set(names[:-6]) == {b"charter"}, "fork", "sections")
    charters = [s[1] for s in sections[:-6]]
    chain = membership.parse_chain(charters)
    bodies = [s[1] for s in sections[-6:]]
    found = [parse_branch(*bodies[at : at + 3], chain) for at in (0, 3)]
    (log, index, leaf, before, _), (other, index2, leaf2, before2, _) = found
    require(log == other and index == index2, "fork", "two logs or places")
    require(leaf < leaf2, "fork", "same leaf, or wrong order")
    require(before == before2, "fork", "an earlier difference")
    member, generation = log
    naming = [c for c in chain if member in c["members"] and c["effective"]]
    require(naming and naming[0] is chain[-1], "fork", "charters")
    require(charters and data == fork_file(charters, index, [f[4] for f in found]), "fork", "form")
    return {"member": member, "generation": generation, "index": index,
            "handle": chain[-1]["members"][member]["handle"]}


def parse_branch(card_data, leaf_line, proof, chain):
    card = membership.parse_card(card_data)
    require(leaf_line.endswith(b"\n"), "fork", "leaf line")
    leaf = unb64(leaf_line[:-1].decode(), 32, "fork")
    index, path, checkpoint = parse_tlog_proof(proof)
    origin = notes.parse(checkpoint)[0].split("\n")[0]
    match = re.fullmatch(r"tafel/v1/log/([0-9a-f]{64})/([1-9][0-9]*)/(0|[1-9][0-9]*)", origin)
    require(match and bytes.fromhex(match[1]) == chain[0]["hash"], "fork", "origin")
    member, generation = int(match[2]), int(match[3])
    require(member <= 65_535 and generation <= 65_535, "fork", "origin")
    named = [c["members"][member] for c in chain if member in c["members"]]
    require(named and named[0]["identity"] == card["identity"], "fork", "card of another member")
    text, signers = notes.open_note(checkpoint, [notes.Key(origin, card["log"])])
    lines = text.split("\n")
    require(len(lines) == 4 and len(signers) == 1, "fork", "checkpoint")
    size, root = int(lines[1]), unb64(lines[2], 32, "fork")
    merkle.verify_inclusion(index, size, leaf, path, root)
    branch = (card_data, leaf, path, checkpoint)
    return (member, generation), index, leaf, hashes_before(index, size, path), branch
