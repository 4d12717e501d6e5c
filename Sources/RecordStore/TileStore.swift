package import Cryptography
import SyncLog

/// The Merkle trees of logs, stored as tiles of 256 hashes (C2SP tlog-tiles).
///
/// A tile's key is log reference (8) ‖ level (1) ‖ tile index (8), its value 1 to 256 hashes of 32
/// bytes. Level 0 holds leaf hashes; an entry of level k is the root of a full tile of level k - 1.
/// Hashes in between are computed when they are asked for.
package struct TileStore: Sendable {
    /// Length of a log reference, in bytes.
    package static let logReferenceByteCount = 8
    /// Number of hashes in a full tile.
    package static let tileHashCount = 256
    /// Height of a tile: a full one is a tree of 2^8 hashes.
    private static let tileHeight = 8

    private let table: Table

    /// Stores trees in `table`, which holds nothing else.
    package init(table: Table) {
        self.table = table
    }

    /// Appends leaf hashes to a log.
    ///
    /// - Complexity: O(number of leaves), and one tile read and written per level touched.
    /// - Parameters:
    ///   - leafHashes: In order.
    ///   - log: Reference of the log, 8 bytes.
    ///   - size: Number of leaves the log has.
    ///   - transaction: Keeps them when it commits.
    /// - Throws: ``StoreError/corrupted(operation:)`` when tiles are stored of another size.
    package func append(
        _ leafHashes: [Digest],
        to log: [UInt8],
        size: UInt64,
        in transaction: inout WriteTransaction
    ) throws(StoreError) {
        precondition(
            size + UInt64(leafHashes.count) <= EntryHeader.treeSizeMax,
            "a log ends at 2^48 entries"
        )
        var bytes: [UInt8] = []
        bytes.reserveCapacity(leafHashes.count * Digest.byteCount)
        for hash in leafHashes { hash.append(to: &bytes) }
        var start = size
        var level: UInt8 = 0
        while !bytes.isEmpty {
            bytes = try self.append(
                bytes,
                start: start,
                to: Self.prefix(log, level: level),
                in: &transaction
            )
            start >>= UInt64(Self.tileHeight)
            level += 1
        }
    }

    /// The root of a complete subtree: that of the 2^level leaves from index · 2^level on.
    ///
    /// - Complexity: One tile is read, at most 127 hashes are computed.
    /// - Returns: `nil` where the log does not hold all of those leaves.
    package func hash(
        level: Int,
        index: UInt64,
        of log: [UInt8],
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> Digest? {
        precondition(
            0...48 ~= level && index <= EntryHeader.treeSizeMax >> UInt64(level),
            "a subtree lies in a tree of at most 2^48 leaves"
        )
        let height = level % Self.tileHeight
        let count = 1 << height
        let start = index << UInt64(height)
        let key = Self.key(
            Self.prefix(log, level: UInt8(level / Self.tileHeight)),
            tile: start >> 8
        )
        let bytes = try snapshot.withValue(for: key, in: self.table) { tile throws(StoreError) in
            try Self.hashes(of: tile, from: Int(start % 256), count: count)
        }
        guard let bytes, let bytes else { return nil }
        return Self.root(of: bytes)
    }

    /// The root of the tree of the leaves `range`, as RFC 6962 defines it.
    ///
    /// `range` begins at 0 or at a multiple of the smallest power of two not below its length, as
    /// the ranges of ``SyncLog/MerkleProof`` do.
    ///
    /// - Returns: `nil` where the log does not hold all of those leaves.
    package func root(
        of range: Range<UInt64>,
        of log: [UInt8],
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> Digest? {
        var root: Digest?
        for subtree in MerkleProof.subtrees(covering: range).reversed() {
            let hash = try self.hash(
                level: subtree.level,
                index: subtree.index,
                of: log,
                in: snapshot
            )
            guard let hash else { return nil }
            root = root.map { MerkleHashing.node(hash, $0) } ?? hash
        }
        return range.isEmpty ? MerkleHashing.empty : root
    }

    /// The leaf hashes at the indices of `range`, in order.
    ///
    /// - Returns: `nil` where the log does not hold all of them.
    package func leafHashes(
        _ range: Range<UInt64>,
        of log: [UInt8],
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> [Digest]? {
        guard range.upperBound <= EntryHeader.treeSizeMax else { return nil }
        var hashes: [Digest] = []
        let prefix = Self.prefix(log, level: 0)
        var start = range.lowerBound
        while start < range.upperBound {
            let first = Int(start % 256)
            let count = min(Self.tileHashCount - first, Int(range.upperBound - start))
            let key = Self.key(prefix, tile: start >> 8)
            let bytes = try snapshot.withValue(for: key, in: self.table) {
                tile throws(StoreError) in
                try Self.hashes(of: tile, from: first, count: count)
            }
            guard let bytes, let bytes else { return nil }
            for offset in stride(from: 0, to: bytes.count, by: Digest.byteCount) {
                guard let hash = Digest(bytes[offset..<offset + Digest.byteCount]) else {
                    preconditionFailure("a digest has 32 bytes")
                }
                hashes.append(hash)
            }
            start += UInt64(count)
        }
        return hashes
    }

    /// Appends hashes to one level.
    ///
    /// - Returns: The roots of the tiles this filled, which belong to the next level.
    private func append(
        _ bytes: [UInt8],
        start: UInt64,
        to prefix: [UInt8],
        in transaction: inout WriteTransaction
    ) throws(StoreError) -> [UInt8] {
        let tileByteCount = Self.tileHashCount * Digest.byteCount
        var roots: [UInt8] = []
        var index = start >> 8
        var filledByteCount = Int(start % 256) * Digest.byteCount
        var offset = 0
        if filledByteCount == 0, index > 0 {
            let previous = Self.key(prefix, tile: index - 1)
            let byteCount = try transaction.withValue(for: previous, in: self.table) {
                $0.byteCount
            }
            guard byteCount == tileByteCount else {
                throw .corrupted(operation: "size of a tile")
            }
        }
        while offset < bytes.count {
            let key = Self.key(prefix, tile: index)
            let stored = try transaction.value(for: key, in: self.table) ?? []
            guard stored.count == filledByteCount else {
                throw .corrupted(operation: "size of a tile")
            }
            let end = min(offset + tileByteCount - filledByteCount, bytes.count)
            let tile = stored + bytes[offset..<end]
            try transaction.put(tile, for: key, in: self.table)
            if tile.count == tileByteCount { Self.root(of: tile).append(to: &roots) }
            filledByteCount = 0
            offset = end
            index += 1
        }
        return roots
    }

    /// Cuts hashes out of a tile; `nil` where it does not hold all of them.
    private static func hashes(
        of tile: RawSpan,
        from first: Int,
        count: Int
    ) throws(StoreError) -> [UInt8]? {
        guard tile.byteCount % Digest.byteCount == 0,
            1...self.tileHashCount ~= tile.byteCount / Digest.byteCount
        else { throw .corrupted(operation: "length of a tile") }
        let end = (first + count) * Digest.byteCount
        guard end <= tile.byteCount else { return nil }
        return [UInt8](tile.extracting(first * Digest.byteCount..<end))
    }

    /// The root over a power of two of joined hashes.
    ///
    /// Works on bytes, in which the two children of a node lie side by side.
    private static func root(of hashes: [UInt8]) -> Digest {
        let pairByteCount = 2 * Digest.byteCount
        var row = hashes
        var message: [UInt8] = []
        message.reserveCapacity(1 + pairByteCount)
        while row.count > Digest.byteCount {
            var next: [UInt8] = []
            next.reserveCapacity(row.count / 2)
            for offset in stride(from: 0, to: row.count, by: pairByteCount) {
                message.removeAll(keepingCapacity: true)
                message.append(1)
                message.append(contentsOf: row[offset..<offset + pairByteCount])
                Digest(hashing: message).append(to: &next)
            }
            row = next
        }
        guard let root = Digest(row) else { preconditionFailure("a root has 32 bytes") }
        return root
    }

    private static func prefix(_ log: [UInt8], level: UInt8) -> [UInt8] {
        precondition(
            log.count == self.logReferenceByteCount,
            "a log reference has 8 bytes"
        )
        return log + [level]
    }

    private static func key(_ prefix: [UInt8], tile: UInt64) -> [UInt8] {
        var key = prefix
        key.append(bigEndian: tile)
        return key
    }
}
