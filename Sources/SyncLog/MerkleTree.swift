package import Cryptography

/// Hashing of RFC 6962 §2.1.
package enum MerkleHashing {
    /// Root of the empty tree.
    package static let empty = Digest(hashing: [])

    /// Hash of a leaf.
    package static func leaf(_ bytes: [UInt8]) -> Digest {
        var hasher = DigestHasher()
        hasher.update(CollectionOfOne<UInt8>(0))
        hasher.update(bytes)
        return hasher.finish()
    }

    /// Hash of an interior node.
    package static func node(_ left: Digest, _ right: Digest) -> Digest {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(65)
        bytes.append(1)
        left.append(to: &bytes)
        right.append(to: &bytes)
        return Digest(hashing: bytes)
    }
}

/// The roots of a tree's complete subtrees: all that is needed to append and to know the root.
package struct MerkleFrontier: Hashable, Sendable {
    /// Number of leaves.
    package private(set) var size: UInt64
    /// One root for each one bit of the size, largest subtree first.
    package private(set) var hashes: [Digest]

    /// The frontier of the empty tree.
    package init() {
        self.size = 0
        self.hashes = []
    }

    /// A frontier that was stored; `nil` when the number of hashes does not fit the size.
    package init?(size: UInt64, hashes: [Digest]) {
        guard hashes.count == size.nonzeroBitCount, size <= EntryHeader.treeSizeMax else {
            return nil
        }
        self.size = size
        self.hashes = hashes
    }

    /// Appends a leaf hash.
    ///
    /// - Complexity: O(1) amortised, O(log size) at worst.
    package mutating func append(_ leaf: Digest) {
        precondition(self.size < EntryHeader.treeSizeMax, "a log ends at 2^48 entries")
        var hash = leaf
        for _ in 0..<(~self.size).trailingZeroBitCount {
            hash = MerkleHashing.node(self.hashes.removeLast(), hash)
        }
        self.hashes.append(hash)
        self.size += 1
    }

    /// The root hash.
    ///
    /// - Complexity: O(log size).
    package var root: Digest {
        guard var hash = self.hashes.last else { return MerkleHashing.empty }
        for left in self.hashes.dropLast().reversed() { hash = MerkleHashing.node(left, hash) }
        return hash
    }
}

/// Proofs of RFC 6962 §2.1.1 and §2.1.2, checked as RFC 9162 §2.1.3.2 and §2.1.4.2 describe.
package enum MerkleProof {
    /// Most hashes of a proof.
    package static let hashesMax = 96

    /// Whether `proof` shows that `leaf` stands at `index` of the tree with this size and root.
    package static func isIncluded(
        leaf: Digest,
        at index: UInt64,
        size: UInt64,
        root: Digest,
        proof: [Digest]
    ) -> Bool {
        guard index < size else { return false }
        var node = index
        var last = size - 1
        var hash = leaf
        for sibling in proof {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                hash = MerkleHashing.node(sibling, hash)
                while node & 1 == 0 && node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = MerkleHashing.node(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }

    /// Whether `proof` shows that the tree of `oldSize` is the beginning of that of `newSize`.
    package static func isConsistent(
        oldSize: UInt64,
        oldRoot: Digest,
        newSize: UInt64,
        newRoot: Digest,
        proof: [Digest]
    ) -> Bool {
        guard oldSize <= newSize else { return false }
        guard oldSize < newSize else { return proof.isEmpty && oldRoot == newRoot }
        guard oldSize > 0 else { return proof.isEmpty && oldRoot == MerkleHashing.empty }
        var path = proof[...]
        if oldSize.nonzeroBitCount == 1 { path = [oldRoot] + path }
        guard let first = path.popFirst() else { return false }
        var node = oldSize - 1
        var last = newSize - 1
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        var old = first
        var new = first
        for sibling in path {
            guard last > 0 else { return false }
            if node & 1 == 1 || node == last {
                old = MerkleHashing.node(sibling, old)
                new = MerkleHashing.node(sibling, new)
                while node & 1 == 0 && node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                new = MerkleHashing.node(new, sibling)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && old == oldRoot && new == newRoot
    }

    /// The subtrees whose hashes make up a proof, as (level, index): 2^level leaves from
    /// index · 2^level on.
    package typealias Subtree = (level: Int, index: UInt64)

    /// The subtrees that make up the tree of leaves `range`, largest first, left to right.
    package static func subtrees(covering range: Range<UInt64>) -> [Subtree] {
        var subtrees: [Subtree] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let aligned = start == 0 ? 62 : start.trailingZeroBitCount
            let fitting = 63 - (range.upperBound - start).leadingZeroBitCount
            let level = min(aligned, fitting)
            subtrees.append((level, start >> UInt64(level)))
            start += 1 << UInt64(level)
        }
        return subtrees
    }

    /// The subtree beside the path from a leaf to the root, at one step of it.
    package struct Sibling: Hashable, Sendable {
        /// The leaves under it.
        package let range: Range<UInt64>
        /// Whether it lies left of the leaf; such a subtree is complete, and the same in every
        /// tree that holds the leaf.
        package let isLeft: Bool
    }

    /// What an inclusion proof gives the hashes of: the siblings on the path of the leaf at `index` in
    /// a tree of `size`, lowest first.
    ///
    /// Those on the left cover all leaves before the index.
    ///
    /// - Complexity: O(log size).
    package static func siblings(of index: UInt64, size: UInt64) -> [Sibling] {
        precondition(index < size, "a leaf is proven in a tree that holds it")
        var range = 0..<size
        var siblings: [Sibling] = []
        while range.count > 1 {
            let middle = range.lowerBound + Self.split(UInt64(range.count))
            let isLeft = index >= middle
            let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
            siblings.append(Sibling(range: isLeft ? left : right, isLeft: isLeft))
            range = isLeft ? right : left
        }
        return siblings.reversed()
    }

    /// Builds an inclusion proof.
    ///
    /// `hash`: Root of the complete subtrees that cover a range, which starts at a
    ///   multiple of the largest power of two not above its length.
    package static func inclusion<Failure: Error>(
        index: UInt64,
        size: UInt64,
        hash: (Range<UInt64>) throws(Failure) -> Digest
    ) throws(Failure) -> [Digest] {
        var proof: [Digest] = []
        for sibling in self.siblings(of: index, size: size) {
            proof.append(try hash(sibling.range))
        }
        return proof
    }

    /// The largest power of two below `count`, which is 2 or more.
    private static func split(_ count: UInt64) -> UInt64 {
        1 << UInt64(63 - (count - 1).leadingZeroBitCount)
    }

    /// Builds a consistency proof between two sizes, 0 < `oldSize` ≤ `newSize`.
    package static func consistency<Failure: Error>(
        oldSize: UInt64,
        newSize: UInt64,
        hash: (Range<UInt64>) throws(Failure) -> Digest
    ) throws(Failure) -> [Digest] {
        precondition(0 < oldSize && oldSize <= newSize, "sizes of a consistency proof ascend")
        var range = 0..<newSize
        var proof: [Digest] = []
        var isOldRootKnown = true
        while oldSize != range.upperBound {
            let middle = range.lowerBound + Self.split(UInt64(range.count))
            if oldSize <= middle {
                proof.append(try hash(middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                proof.append(try hash(range.lowerBound..<middle))
                range = middle..<range.upperBound
                isOldRootKnown = false
            }
        }
        if !isOldRootKnown { proof.append(try hash(range)) }
        return proof.reversed()
    }
}
