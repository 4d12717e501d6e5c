"""Vectors of Protocol/sync-log.md §5: trees and proofs."""

from . import merkle
from .world import document, expect

OWN = "Protocol/sync-log.md"

# transparency-dev/merkle, proof/verify_test.go (from google/certificate-transparency)
PUBLISHED_LEAVES = (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)
PUBLISHED_ROOTS = """
6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77
d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7
4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4
76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef
ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c
5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
""".split()
A, B, C, D, E, F, G, H = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
)
FIRST, SECOND = PUBLISHED_ROOTS[0], PUBLISHED_ROOTS[1]
# leaf index (0-based), size, proof
PUBLISHED_INCLUSION = (
    (0, 1, ()), (0, 8, (A, B, C)), (5, 8, (D, E, F)), (2, 3, (SECOND,)), (1, 5, (FIRST, B, D)),
)
PUBLISHED_CONSISTENCY = ((1, 1, ()), (1, 8, (A, B, C)), (6, 8, (G, E, F)), (2, 5, (B, D)), (6, 7, (G, H, F)))


def merkle_published():
    leaves = [merkle.leaf_hash(bytes.fromhex(x)) for x in PUBLISHED_LEAVES]
    cases = []
    for size, root in enumerate(PUBLISHED_ROOTS, 1):
        assert merkle.root(leaves[:size]).hex() == root
        cases.append({"name": f"root of size {size}", "size": size, "leaf_data": PUBLISHED_LEAVES[:size], "root": root})
    for index, size, proof in PUBLISHED_INCLUSION:
        assert [p.hex() for p in merkle.inclusion(index, leaves[:size])] == list(proof)
        cases.append({
            "name": f"inclusion of {index} in {size}", "index": index, "size": size,
            "leaf": leaves[index].hex(), "proof": proof, "root": PUBLISHED_ROOTS[size - 1],
        })
    for first, second, proof in PUBLISHED_CONSISTENCY:
        assert [p.hex() for p in merkle.consistency(first, leaves[:second])] == list(proof)
        cases.append({
            "name": f"consistency of {first} and {second}", "first": first, "second": second, "proof": proof,
            "first_root": PUBLISHED_ROOTS[first - 1], "second_root": PUBLISHED_ROOTS[second - 1],
        })
    return document("transparency-dev/merkle proof/verify_test.go, first in google/certificate-transparency", cases)


LEAVES = [merkle.leaf_hash(bytes([i])) for i in range(40)]


def merkle_trees():
    cases = []
    for size in range(41):
        leaves = LEAVES[:size]
        frontier = merkle.frontier(leaves)
        assert len(frontier) == size.bit_count() and merkle.root_of_frontier(frontier) == merkle.root(leaves)
        half = size // 2
        assert merkle.extended_frontier(merkle.frontier(leaves[:half]), half, leaves[half:]) == merkle.frontier(leaves)
        cases.append({
            "name": f"size {size}", "size": size, "root": merkle.root(leaves).hex(),
            "frontier": [f.hex() for f in frontier],
        })
    return document(f"{OWN} §5; leaf n is the one byte n", cases)


def merkle_proofs():
    cases = []
    for size in (1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 40):
        root = merkle.root(LEAVES[:size])
        for index in sorted({0, 1, size // 2, size - 2, size - 1} & set(range(size))):
            proof = merkle.inclusion(index, LEAVES[:size])
            merkle.verify_inclusion(index, size, LEAVES[index], proof, root)
            cases.append({
                "name": f"inclusion of {index} in {size}", "index": index, "size": size,
                "leaf": LEAVES[index].hex(), "proof": [p.hex() for p in proof], "root": root.hex(),
            })
        for first in sorted({1, 2, size // 2, size - 1, size} & set(range(1, size + 1))):
            proof = merkle.consistency(first, LEAVES[:size])
            first_root = merkle.root(LEAVES[:first])
            merkle.verify_consistency(first, size, proof, first_root, root)
            cases.append({
                "name": f"consistency of {first} and {size}", "first": first, "second": size,
                "proof": [p.hex() for p in proof], "first_root": first_root.hex(), "second_root": root.hex(),
            })
    return document(f"{OWN} §5, RFC 6962 §2.1.1 and §2.1.2; leaf n is the one byte n", cases)


def merkle_proofs_reject():
    root = merkle.root(LEAVES[:13])
    proof = merkle.inclusion(9, LEAVES[:13])
    flipped = [bytes([proof[0][0] ^ 8]) + proof[0][1:]] + proof[1:]
    variants = {
        "wrong index": (8, 13, LEAVES[9], proof, root),
        "index beyond the size": (13, 13, LEAVES[9], proof, root),
        "wrong size": (9, 12, LEAVES[9], proof, root),
        "wrong leaf": (9, 13, LEAVES[8], proof, root),
        "wrong root": (9, 13, LEAVES[9], proof, merkle.root(LEAVES[:12])),
        "proof too short": (9, 13, LEAVES[9], proof[:-1], root),
        "proof too long": (9, 13, LEAVES[9], proof + [root], root),
        "flipped bit": (9, 13, LEAVES[9], flipped, root),
        "hash of 31 bytes": (9, 13, LEAVES[9], [proof[0][:31]] + proof[1:], root),
        "hashes in the wrong order": (9, 13, LEAVES[9], proof[::-1], root),
    }
    cases = [
        {"name": f"inclusion, {name}", "index": v[0], "size": v[1], "leaf": v[2].hex(),
         "proof": [p.hex() for p in v[3]], "root": v[4].hex(), "error": expect("proof", merkle.verify_inclusion, *v)}
        for name, v in variants.items()
    ]
    proof, old = merkle.consistency(6, LEAVES[:13]), merkle.root(LEAVES[:6])
    variants = {
        "wrong first size": (5, 13, proof, old, root),
        "first size over the second": (14, 13, proof, old, root),
        "wrong second size": (6, 17, proof, old, root),
        "wrong first root": (6, 13, proof, merkle.root(LEAVES[:5]), root),
        "wrong second root": (6, 13, proof, old, merkle.root(LEAVES[:12])),
        "empty proof": (6, 13, [], old, root),
        "proof too short": (6, 13, proof[:-1], old, root),
        "proof too long": (6, 13, proof + [root], old, root),
        "equal sizes with a proof": (13, 13, [root], root, root),
        "equal sizes with different roots": (13, 13, [], old, root),
    }
    cases += [
        {"name": f"consistency, {name}", "first": v[0], "second": v[1], "proof": [p.hex() for p in v[2]],
         "first_root": v[3].hex(), "second_root": v[4].hex(), "error": expect("proof", merkle.verify_consistency, *v)}
        for name, v in variants.items()
    ]
    return document(f"{OWN} §5", cases)


def files():
    return {
        "sync-log/accept/merkle-published.json": merkle_published(),
        "sync-log/accept/merkle-trees.json": merkle_trees(),
        "sync-log/accept/merkle-proofs.json": merkle_proofs(),
        "sync-log/reject/merkle-proofs.json": merkle_proofs_reject(),
    }
