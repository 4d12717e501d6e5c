import Cryptography
import Testing

@testable import SyncLog

/// RFC 6962 §2.1 written down as it stands there, without regard to cost.
private enum NaiveTree {
    static func root(_ leaves: ArraySlice<Digest>) -> Digest {
        guard let first = leaves.first else { return Digest(hashing: []) }
        guard leaves.count > 1 else { return first }
        let middle = leaves.startIndex + self.split(leaves.count)
        let left = self.root(leaves[..<middle])
        let right = self.root(leaves[middle...])
        return Digest(hashing: [1] + left.bytes + right.bytes)
    }

    static func split(_ count: Int) -> Int {
        var power = 1
        while power * 2 < count { power *= 2 }
        return power
    }

    static func path(_ index: Int, _ leaves: ArraySlice<Digest>) -> [Digest] {
        guard leaves.count > 1 else { return [] }
        let k = self.split(leaves.count)
        let middle = leaves.startIndex + k
        return index < k
            ? self.path(index, leaves[..<middle]) + [self.root(leaves[middle...])]
            : self.path(index - k, leaves[middle...]) + [self.root(leaves[..<middle])]
    }

    static func proof(_ m: Int, _ leaves: ArraySlice<Digest>) -> [Digest] {
        self.subproof(m, leaves, isComplete: true)
    }

    private static func subproof(
        _ m: Int,
        _ leaves: ArraySlice<Digest>,
        isComplete: Bool
    ) -> [Digest] {
        guard m < leaves.count else { return isComplete ? [] : [self.root(leaves)] }
        let k = self.split(leaves.count)
        let middle = leaves.startIndex + k
        return m <= k
            ? self.subproof(m, leaves[..<middle], isComplete: isComplete)
                + [self.root(leaves[middle...])]
            : self.subproof(m - k, leaves[middle...], isComplete: false)
                + [self.root(leaves[..<middle])]
    }
}

struct MerkleTreeTests {
    static let sizeMax = 130
    static let leaves = (0..<UInt8(sizeMax)).map { MerkleHashing.leaf([$0]) }

    /// Hash of a range of leaves, and a check that only ranges of the promised form are asked for.
    private static func hash(_ range: Range<UInt64>) -> Digest {
        var largest: UInt64 = 1
        while largest * 2 <= range.upperBound - range.lowerBound { largest *= 2 }
        #expect(range.lowerBound.isMultiple(of: largest))
        return NaiveTree.root(self.leaves[Int(range.lowerBound)..<Int(range.upperBound)])
    }

    @Test func `a leaf hash is that of RFC 6962`() {
        #expect(MerkleHashing.leaf([1, 2]) == Digest(hashing: [0, 1, 2]))
        #expect(MerkleHashing.empty == Digest(hashing: []))
        let (a, b) = (Self.leaves[0], Self.leaves[1])
        #expect(MerkleHashing.node(a, b) == Digest(hashing: [1] + a.bytes + b.bytes))
    }

    @Test func `a frontier has the root of the tree at every size`() throws {
        var frontier = MerkleFrontier()
        for size in 0...Self.sizeMax {
            #expect(frontier.size == UInt64(size))
            #expect(frontier.hashes.count == size.nonzeroBitCount)
            #expect(frontier.root == NaiveTree.root(Self.leaves[..<size]))
            let stored = try #require(
                MerkleFrontier(size: UInt64(size), hashes: frontier.hashes)
            )
            #expect(stored == frontier)
            #expect(MerkleFrontier(size: UInt64(size), hashes: frontier.hashes + [.zero]) == nil)
            if size < Self.sizeMax { frontier.append(Self.leaves[size]) }
        }
        #expect(MerkleFrontier(size: EntryHeader.treeSizeMax * 2, hashes: [.zero]) == nil)
    }

    @Test func `every inclusion proof up to 130 leaves is that of RFC 6962 and verifies`() {
        for size in 1...Self.sizeMax {
            let root = NaiveTree.root(Self.leaves[..<size])
            for index in 0..<size {
                let proof = MerkleProof.inclusion(
                    index: UInt64(index),
                    size: UInt64(size),
                    hash: Self.hash
                )
                #expect(proof == NaiveTree.path(index, Self.leaves[..<size]))
                #expect(
                    MerkleProof.isIncluded(
                        leaf: Self.leaves[index],
                        at: UInt64(index),
                        size: UInt64(size),
                        root: root,
                        proof: proof
                    )
                )
            }
        }
    }

    @Test(arguments: [1, 2, 3, 7, 8, 21, 64, 65])
    func `an inclusion proof shows one leaf at one place of one tree`(size: Int) {
        let root = NaiveTree.root(Self.leaves[..<size])
        func isIncluded(_ leaf: Digest, _ index: Int, _ size: Int, _ proof: [Digest]) -> Bool {
            MerkleProof.isIncluded(
                leaf: leaf,
                at: UInt64(index),
                size: UInt64(size),
                root: root,
                proof: proof
            )
        }
        for index in 0..<size {
            let proof = NaiveTree.path(index, Self.leaves[..<size])
            #expect(!isIncluded(.zero, index, size, proof))
            #expect(!isIncluded(Self.leaves[index], index, size, proof + [.zero]))
            #expect(!isIncluded(Self.leaves[index], size, size, proof))
            for other in 0..<size where other != index {
                #expect(!isIncluded(Self.leaves[index], other, size, proof))
            }
            for changed in proof.indices {
                var wrong = proof
                wrong[changed] = .zero
                #expect(!isIncluded(Self.leaves[index], index, size, wrong))
                wrong.remove(at: changed)
                #expect(!isIncluded(Self.leaves[index], index, size, wrong))
            }
        }
        #expect(!isIncluded(Self.leaves[0], 0, 0, []))
    }

    @Test func `every consistency proof up to 130 leaves is that of RFC 6962 and verifies`() {
        let roots = (0...Self.sizeMax).map { NaiveTree.root(Self.leaves[..<$0]) }
        for new in 1...Self.sizeMax {
            for old in 1...new {
                let proof = MerkleProof.consistency(
                    oldSize: UInt64(old),
                    newSize: UInt64(new),
                    hash: Self.hash
                )
                #expect(proof == NaiveTree.proof(old, Self.leaves[..<new]))
                #expect(
                    MerkleProof.isConsistent(
                        oldSize: UInt64(old),
                        oldRoot: roots[old],
                        newSize: UInt64(new),
                        newRoot: roots[new],
                        proof: proof
                    )
                )
            }
        }
    }

    @Test(arguments: [(1, 2), (3, 7), (4, 7), (6, 8), (8, 8), (8, 13), (5, 33)])
    func `a consistency proof shows one tree in one other`(old: Int, new: Int) {
        let (oldRoot, newRoot) = (
            NaiveTree.root(Self.leaves[..<old]), NaiveTree.root(Self.leaves[..<new])
        )
        func isConsistent(
            _ old: Int,
            _ oldRoot: Digest,
            _ new: Int,
            _ newRoot: Digest,
            _ proof: [Digest]
        ) -> Bool {
            MerkleProof.isConsistent(
                oldSize: UInt64(old),
                oldRoot: oldRoot,
                newSize: UInt64(new),
                newRoot: newRoot,
                proof: proof
            )
        }
        let proof = NaiveTree.proof(old, Self.leaves[..<new])
        #expect(!isConsistent(old, .zero, new, newRoot, proof))
        #expect(!isConsistent(old, oldRoot, new, .zero, proof))
        #expect(!isConsistent(old, oldRoot, new, newRoot, proof + [.zero]))
        #expect(!isConsistent(new, oldRoot, old, newRoot, proof) || old == new)
        for changed in proof.indices {
            var wrong = proof
            wrong[changed] = .zero
            #expect(!isConsistent(old, oldRoot, new, newRoot, wrong))
            wrong.remove(at: changed)
            #expect(!isConsistent(old, oldRoot, new, newRoot, wrong))
        }
        #expect(isConsistent(0, MerkleHashing.empty, new, newRoot, []))
        #expect(!isConsistent(0, .zero, new, newRoot, []))
    }

    @Test func `subtrees cover a range, each at a multiple of its own size`() {
        for end in 0...UInt64(Self.sizeMax) {
            for start in 0...end {
                var next = start
                for (level, index) in MerkleProof.subtrees(covering: start..<end) {
                    #expect(index << UInt64(level) == next)
                    next += 1 << UInt64(level)
                }
                #expect(next == end)
            }
        }
    }
}
