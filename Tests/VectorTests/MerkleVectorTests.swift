import Cryptography
import SyncLog
import Testing

/// Trees and proofs of `Protocol/sync-log.md` §5.
struct MerkleVectorTests {
    struct TreeCase: VectorCase {
        let name: String
        let size: UInt64
        let root: Hex
        let frontier: [Hex]
    }

    /// A root, an inclusion or a consistency, as the fields tell.
    struct ProofCase: VectorCase {
        let name: String
        let leafData: [Hex]?
        let index: UInt64?
        let size: UInt64?
        let leaf: Hex?
        let root: Hex?
        let first: UInt64?
        let second: UInt64?
        let firstRoot: Hex?
        let secondRoot: Hex?
        let proof: [Hex]?

        /// Whether the proof holds; one with a hash of another length is no proof.
        func holds() throws -> Bool {
            let proof = try #require(self.proof)
            let hashes = proof.compactMap { Digest($0.bytes) }
            guard hashes.count == proof.count else { return false }
            if let index = self.index {
                return MerkleProof.isIncluded(
                    leaf: try #require(self.leaf).digest(),
                    at: index,
                    size: try #require(self.size),
                    root: try #require(self.root).digest(),
                    proof: hashes
                )
            }
            return MerkleProof.isConsistent(
                oldSize: try #require(self.first),
                oldRoot: try #require(self.firstRoot).digest(),
                newSize: try #require(self.second),
                newRoot: try #require(self.secondRoot).digest(),
                proof: hashes
            )
        }
    }

    /// A tree over leaves in memory.
    struct Tree {
        let leaves: [Digest]

        func root(_ range: Range<UInt64>) -> Digest {
            var frontier = MerkleFrontier()
            for leaf in self.leaves[Int(range.lowerBound)..<Int(range.upperBound)] {
                frontier.append(leaf)
            }
            return frontier.root
        }

        /// Builds the proof that a case holds, and compares it with the case's.
        func compare(with item: ProofCase) throws {
            let proof = try #require(item.proof).map { try $0.digest() }
            if let index = item.index {
                let size = try #require(item.size)
                #expect(self.leaves[Int(index)] == (try item.leaf?.digest()))
                #expect(self.root(0..<size) == (try item.root?.digest()))
                let built = MerkleProof.inclusion(index: index, size: size, hash: self.root)
                #expect(built == proof)
            } else {
                let first = try #require(item.first)
                let second = try #require(item.second)
                #expect(self.root(0..<first) == (try item.firstRoot?.digest()))
                #expect(self.root(0..<second) == (try item.secondRoot?.digest()))
                guard first > 0 else { return }
                let built = MerkleProof.consistency(
                    oldSize: first,
                    newSize: second,
                    hash: self.root
                )
                #expect(built == proof)
            }
        }
    }

    /// Leaf n is the one byte n.
    private static let counted = Tree(leaves: (0..<40).map { MerkleHashing.leaf([$0]) })

    @Test(arguments: try VectorFile.cases("sync-log/accept/merkle-trees.json") as [TreeCase])
    func `roots and frontiers are those of the vectors`(_ item: TreeCase) throws {
        var frontier = MerkleFrontier()
        for leaf in Self.counted.leaves.prefix(Int(item.size)) { frontier.append(leaf) }
        #expect(frontier.size == item.size)
        #expect(frontier.root == (try item.root.digest()))
        let hashes = try item.frontier.map { try $0.digest() }
        #expect(frontier.hashes == hashes)
        #expect(MerkleFrontier(size: item.size, hashes: hashes) == frontier)
        #expect(MerkleFrontier(size: item.size, hashes: hashes + [.zero]) == nil)
        #expect(hashes.isEmpty || MerkleFrontier(size: item.size, hashes: hashes.dropLast()) == nil)
    }

    @Test(
        arguments: try VectorFile.cases("sync-log/accept/merkle-published.json") as [ProofCase]
    )
    func `published roots and proofs hold and are built again`(_ item: ProofCase) throws {
        if let data = item.leafData {
            let tree = Tree(leaves: data.map { MerkleHashing.leaf($0.bytes) })
            #expect(UInt64(data.count) == item.size)
            #expect(tree.root(0..<UInt64(data.count)) == (try item.root?.digest()))
            return
        }
        #expect(try item.holds())
        let cases: [ProofCase] = try VectorFile.cases("sync-log/accept/merkle-published.json")
        let leaves = try #require(cases.compactMap(\.leafData).max { $0.count < $1.count })
        try Tree(leaves: leaves.map { MerkleHashing.leaf($0.bytes) }).compare(with: item)
    }

    @Test(arguments: try VectorFile.cases("sync-log/accept/merkle-proofs.json") as [ProofCase])
    func `proofs hold and are built again`(_ item: ProofCase) throws {
        #expect(try item.holds())
        try Self.counted.compare(with: item)
    }

    @Test(arguments: try VectorFile.cases("sync-log/reject/merkle-proofs.json") as [ProofCase])
    func `wrong proofs are refused`(_ item: ProofCase) throws {
        #expect(try !item.holds())
    }
}
