import Cryptography
import RecordStore
import Simulator
import SyncLog
import Testing

/// RFC 6962 §2.1 to the letter, by recursion.
private struct RecursiveTree {
    let leaves: [Digest]
    // Subtrees met again cost nothing, so that every size can be checked.
    private var known: [Range<Int>: Digest] = [:]

    init(leaves: [Digest]) { self.leaves = leaves }

    mutating func root(_ range: Range<Int>) -> Digest {
        if range.isEmpty { return Digest(hashing: []) }
        if range.count == 1 { return self.leaves[range.lowerBound] }
        if let known = self.known[range] { return known }
        var split = 1
        while split * 2 < range.count { split *= 2 }
        let middle = range.lowerBound + split
        let left = self.root(range.lowerBound..<middle)
        let right = self.root(middle..<range.upperBound)
        let root = Digest(hashing: [1] + left.bytes + right.bytes)
        self.known[range] = root
        return root
    }
}

struct TileStoreTests {
    private static let log: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 9]

    private let folder: TemporaryFolder
    private let environment: Environment
    private let store: TileStore

    init() throws {
        self.folder = try TemporaryFolder()
        self.environment = try Environment(new: self.folder.file("store.lmdb"))
        self.store = TileStore(table: self.environment.table("a"))
    }

    private static func leaves(_ count: Int) -> [Digest] {
        (0..<count).map { Digest(hashing: [0] + Array("leaf \($0)".utf8)) }
    }

    private func append(
        _ leaves: some Collection<Digest>,
        size: Int,
        to log: [UInt8] = Self.log
    ) throws(StoreError) {
        try self.environment.write { (transaction) throws(StoreError) in
            try self.store.append(
                Array(leaves),
                to: log,
                size: UInt64(size),
                in: &transaction
            )
        }
    }

    @Test func `the roots are those of the Certificate Transparency test vectors`() throws {
        // Leaves and roots of the merkle tree tests of google/certificate-transparency.
        let inputs: [[UInt8]] = [
            [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43],
            Array(0x50...0x57), Array(0x60...0x6F),
        ]
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ]
        try self.append(inputs.map { Digest(hashing: [0] + $0) }, size: 0)
        try self.environment.read { (snapshot) throws(StoreError) in
            for (index, expected) in roots.enumerated() {
                let root = try self.store.root(
                    of: 0..<UInt64(index + 1),
                    of: Self.log,
                    in: snapshot
                )
                let hex = root?.bytes.map { byte in
                    (byte < 16 ? "0" : "") + String(byte, radix: 16)
                }
                #expect(hex?.joined() == expected)
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `every root, subtree and leaf is that of the recursive tree`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let leaves = Self.leaves(1_100)
        var tree = RecursiveTree(leaves: leaves)
        var size = 0
        var checked = 0
        while size < leaves.count {
            let largest = [1, 3, 300, 700].randomElement(using: &generator) ?? 1
            let count = min(Int.random(in: 0...largest, using: &generator), leaves.count - size)
            try self.append(leaves[size..<size + count], size: size)
            size += count
            try self.environment.read { (snapshot) throws(StoreError) in
                for end in checked...size {
                    let root = try self.store.root(of: 0..<UInt64(end), of: Self.log, in: snapshot)
                    #expect(root == tree.root(0..<end))
                }
                let beyond = try self.store.root(
                    of: 0..<UInt64(size + 1),
                    of: Self.log,
                    in: snapshot
                )
                #expect(beyond == nil)
            }
            checked = size
        }
        try self.environment.read { (snapshot) throws(StoreError) in
            for level in 0...12 {
                for index in 0...1_100 >> level {
                    let range = index << level..<(index + 1) << level
                    let hash = try self.store.hash(
                        level: level,
                        index: UInt64(index),
                        of: Self.log,
                        in: snapshot
                    )
                    #expect(hash == (range.upperBound <= size ? tree.root(range) : nil))
                }
            }
            for _ in 0..<100 {
                let start = Int.random(in: 0...size, using: &generator)
                let end = Int.random(in: start...size, using: &generator)
                let read = try self.store.leafHashes(
                    UInt64(start)..<UInt64(end),
                    of: Self.log,
                    in: snapshot
                )
                #expect(read == Array(leaves[start..<end]))
            }
            #expect(try self.store.leafHashes(0..<1_101, of: Self.log, in: snapshot) == nil)
        }
    }

    @Test func `a tree of three levels of tiles is right at its seams`() throws {
        let leaves = Self.leaves(66_000)
        var tree = RecursiveTree(leaves: leaves)
        try self.append(leaves[..<65_535], size: 0)
        try self.append(leaves[65_535..<65_536], size: 65_535)
        try self.append(leaves[65_536...], size: 65_536)
        try self.environment.read { (snapshot) throws(StoreError) in
            for end in [255, 256, 257, 65_279, 65_535, 65_536, 65_537, 65_792, 66_000] {
                let root = try self.store.root(of: 0..<UInt64(end), of: Self.log, in: snapshot)
                #expect(root == tree.root(0..<end))
            }
            let whole = try self.store.hash(level: 16, index: 0, of: Self.log, in: snapshot)
            #expect(whole == tree.root(0..<65_536))
            // 258 tiles of leaves, 2 of level 1, 1 of level 2.
            #expect(try snapshot.count(in: self.environment.table("a")) == 261)
        }
    }

    private func root(of range: Range<UInt64>) throws(StoreError) -> Digest {
        try self.environment.read { (snapshot) throws(StoreError) in
            guard let root = try self.store.root(of: range, of: Self.log, in: snapshot) else {
                throw .corrupted(operation: "root")
            }
            return root
        }
    }

    @Test func `proofs made from tiles are accepted`() throws {
        let leaves = Self.leaves(700)
        try self.append(leaves, size: 0)
        let root = try self.root(of: 0..<700)
        for index in stride(from: UInt64(0), to: 700, by: 37) {
            let inclusion = try MerkleProof.inclusion(
                index: index,
                size: 700,
                hash: self.root(of:)
            )
            #expect(
                MerkleProof.isIncluded(
                    leaf: leaves[Int(index)],
                    at: index,
                    size: 700,
                    root: root,
                    proof: inclusion
                )
            )
            let consistency = try MerkleProof.consistency(
                oldSize: index + 1,
                newSize: 700,
                hash: self.root(of:)
            )
            #expect(
                MerkleProof.isConsistent(
                    oldSize: index + 1,
                    oldRoot: try self.root(of: 0..<index + 1),
                    newSize: 700,
                    newRoot: root,
                    proof: consistency
                )
            )
        }
    }

    @Test func `logs do not touch each other`() throws {
        let other: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 10]
        let leaves = Self.leaves(600)
        try self.append(leaves[..<300], size: 0)
        try self.append(leaves[300...], size: 0, to: other)
        try self.environment.read { (snapshot) throws(StoreError) in
            let first = try self.store.leafHashes(0..<300, of: Self.log, in: snapshot)
            let second = try self.store.leafHashes(0..<300, of: other, in: snapshot)
            #expect(first == Array(leaves[..<300]))
            #expect(second == Array(leaves[300...]))
        }
    }

    @Test(arguments: [0, 1, 99, 101, 256, 300])
    func `appending at another size than stored is refused`(size: Int) throws {
        let leaves = Self.leaves(101)
        try self.append(leaves[..<100], size: 0)
        #expect(throws: StoreError.corrupted(operation: "size of a tile")) {
            try self.append(leaves[100...], size: size)
        }
    }

    @Test(arguments: [31, 0, 8_224])
    func `a tile of another length is damage`(byteCount: Int) throws {
        try self.append(Self.leaves(2), size: 0)
        try self.environment.write { (transaction) throws(StoreError) in
            let key = Self.log + [0] + [0, 0, 0, 0, 0, 0, 0, 0]
            let value = [UInt8](repeating: 1, count: byteCount)
            try transaction.put(value, for: key, in: self.environment.table("a"))
        }
        #expect(throws: StoreError.corrupted(operation: "length of a tile")) {
            try self.environment.read { (snapshot) throws(StoreError) in
                _ = try self.store.leafHashes(0..<1, of: Self.log, in: snapshot)
            }
        }
    }
}
