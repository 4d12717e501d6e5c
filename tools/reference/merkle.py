"""RFC 6962 §2.1 trees by plain recursion over the list of leaf hashes (Protocol/sync-log.md §5)."""

from .primitives import Refused, require, sha256


def leaf_hash(data):
    return sha256(b"\0" + data)


def node_hash(left, right):
    return sha256(b"\1" + left + right)


def split(count):
    """The largest power of two below `count`, which is 2 or more."""
    return 1 << (count - 1).bit_length() - 1


def root(leaves):
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(root(leaves[:k]), root(leaves[k:]))


def frontier(leaves):
    """Roots of the complete subtrees, largest first."""
    out, start = [], 0
    for bit in range(len(leaves).bit_length() - 1, -1, -1):
        if len(leaves) >> bit & 1:
            out.append(root(leaves[start : start + (1 << bit)]))
            start += 1 << bit
    return out


def root_of_frontier(roots):
    if not roots:
        return sha256(b"")
    value = roots[-1]
    for left in reversed(roots[:-1]):
        value = node_hash(left, value)
    return value


def extended_frontier(roots, size, leaves):
    """Frontier after appending `leaves` to the tree of `size` with frontier `roots`."""
    stack = list(zip([b for b in range(64, -1, -1) if size >> b & 1], roots))
    for leaf in leaves:
        level, value = 0, leaf
        while stack and stack[-1][0] == level:
            value = node_hash(stack.pop()[1], value)
            level += 1
        stack.append((level, value))
    return [value for _, value in stack]


def inclusion(index, leaves):
    """RFC 6962 §2.1.1 audit path."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return inclusion(index, leaves[:k]) + [root(leaves[k:])]
    return inclusion(index - k, leaves[k:]) + [root(leaves[:k])]


def consistency(first, leaves, whole=True):
    """RFC 6962 §2.1.2 proof from size `first`, 1 or more."""
    if first == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if first <= k:
        return consistency(first, leaves[:k], whole) + [root(leaves[k:])]
    return consistency(first - k, leaves[k:], False) + [root(leaves[:k])]


def root_from_inclusion(index, size, leaf, proof):
    """Root that an audit path leads to; refused where its length is not that of the position."""

    def walk(index, size, proof):
        if size == 1:
            require(not proof, "proof", "too long")
            return leaf
        require(proof, "proof", "too short")
        k = split(size)
        if index < k:
            return node_hash(walk(index, k, proof[:-1]), proof[-1])
        return node_hash(proof[-1], walk(index - k, size - k, proof[:-1]))

    require(0 <= index < size and all(len(p) == 32 for p in proof), "proof", "index or hash")
    return walk(index, size, list(proof))


def verify_inclusion(index, size, leaf, proof, expected):
    require(root_from_inclusion(index, size, leaf, proof) == expected, "proof", "root")


def verify_consistency(first, second, proof, first_root, second_root):
    """Sizes 1 ≤ first ≤ second."""

    def walk(first, second, proof, whole):
        if first == second:
            if whole:
                require(not proof, "proof", "too long")
                return first_root, first_root
            require(len(proof) == 1, "proof", "length")
            return proof[0], proof[0]
        require(proof, "proof", "too short")
        k = split(second)
        if first <= k:
            old, new = walk(first, k, proof[:-1], whole)
            return old, node_hash(new, proof[-1])
        old, new = walk(first - k, second - k, proof[:-1], False)
        return node_hash(proof[-1], old), node_hash(proof[-1], new)

    require(1 <= first <= second and all(len(p) == 32 for p in proof), "proof", "sizes or hash")
    if walk(first, second, list(proof), True) != (first_root, second_root):
        raise Refused("proof", "root")
