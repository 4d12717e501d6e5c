package import Cryptography
package import SyncLog

/// Writing receipts, and comparing those of others with what was given (`Protocol/sync-log.md` §7).
extension TableStorage where Self: ~Copyable {
    /// Says what this node holds of the logs that moved since its last receipt and of which the
    /// author said that all was given.
    ///
    /// `logs` are the table's, `seconds` is the time of the cosignatures since 1970. Gives `nil` when
    /// nothing other than receipts came; else also the states that are to be reported to the engine
    /// once the receipt is durable.
    package mutating func composeReceipt(
        logs: [LogID],
        me: MemberNumber,
        keys: borrowing NodeKeys,
        node: NodeID,
        seconds: UInt64
    ) throws(Failure) -> (receipt: Receipt, states: [LogID: LogState])? {
        let witness = NoteKey.witness(keys.witness.verifyingKey, of: node)
        var items: [LogReceipt] = []
        var states: [LogID: LogState] = [:]
        var isDue = false
        for log in logs.sorted() where log.member != me {
            var state = try self.state(of: log)
            let moved = state.size > state.receiptedSize || state.unreceipted > 0
            guard moved, state.isReceiptable, let checkpoint = state.checkpoint,
                items.count < Receipt.logsMax
            else { continue }
            isDue = isDue || state.unreceipted > 0
            let (hasher, unopened) = try self.openEntries(of: log, below: checkpoint.size)
            guard
                let item = LogReceipt(
                    log: log,
                    checkpoint: checkpoint.cosigned(
                        with: keys.witness,
                        as: witness,
                        seconds: seconds
                    ),
                    openCount: hasher.count,
                    openHash: hasher.finish(),
                    unopened: Array(unopened.prefix(LogReceipt.unopenedMax))
                )
            else { preconditionFailure("unopened entries lie below the checkpoint's size") }
            items.append(item)
            state.receiptedSize = state.size
            state.unreceipted = 0
            states[log] = state
        }
        guard isDue, let receipt = Receipt(items) else { return nil }
        for (log, state) in states {
            if let checkpoint = state.checkpoint {
                try self.keep(checkpoint, of: log, isBoundary: false)
            }
            try self.setState(state, of: log)
        }
        return (receipt, states)
    }
}

extension TableReading where Self: ~Copyable {
    func openEntries(
        of log: LogID,
        below size: UInt64
    ) throws(Failure) -> (hasher: OpenEntriesHasher, unopened: [UInt64]) {
        var hasher = OpenEntriesHasher()
        var unopened: [UInt64] = []
        var leaves = LeafWindow(size: size)
        for (index, opening) in try self.openings(of: log, below: size) {
            if opening == .open {
                let hash = try leaves.hash(at: index) { (range) throws(Failure) in
                    try self.leafHashes(range, of: log)
                }
                hasher.add(index: index, leafHash: hash)
            } else {
                unopened.append(index)
            }
        }
        return (hasher, unopened)
    }

    /// Compares what a member confirms of the own log with what was addressed to it.
    ///
    /// - Returns: Whether count and hash agree with the audiences of the own entries.
    package func isConfirmed(_ item: LogReceipt, by member: MemberNumber) throws(Failure) -> Bool {
        let state = try self.state(of: item.log)
        guard item.checkpoint.size <= state.size,
            try self.subtreeRoot(of: item.log, size: item.checkpoint.size) == item.checkpoint.root
        else { return false }
        let unopened = Set(item.unopened)
        var hasher = OpenEntriesHasher()
        var leaves = LeafWindow(size: item.checkpoint.size)
        var isRecipient: [Digest: Bool] = [:]
        for (index, _) in try self.openings(of: item.log, below: item.checkpoint.size) {
            guard let header = try self.header(at: index, of: item.log), !unopened.contains(index)
            else { continue }
            let hash = header.audience
            let isGiven: Bool
            if let known = isRecipient[hash] {
                isGiven = known
            } else {
                isGiven = try self.audience(hash)?.contains(member) == true
                isRecipient[hash] = isGiven
            }
            guard isGiven else { continue }
            let leafHash = try leaves.hash(at: index) { (range) throws(Failure) in
                try self.leafHashes(range, of: item.log)
            }
            hasher.add(index: index, leafHash: leafHash)
        }
        return hasher.count == item.openCount && hasher.finish() == item.openHash
    }

    /// The root of the tree at a size that is held.
    package func subtreeRoot(of log: LogID, size: UInt64) throws(Failure) -> Digest {
        size == 0 ? MerkleHashing.empty : try self.subtreeHash(0..<size, of: log)
    }
}

/// Leaf hashes of a log that are asked for in ascending order, read so many at a time.
///
/// A receipt covers a whole log: to read its entries for their hashes would make a long one cost the
/// square of its length, for a receipt is due every few thousand entries.
private struct LeafWindow {
    /// Most hashes that are held.
    private static let hashesMax: UInt64 = 4_096

    private let size: UInt64
    private var start: UInt64 = 0
    private var hashes: [Digest] = []

    init(size: UInt64) { self.size = size }

    /// The hash at an index below the size; `read` gives those of a range.
    mutating func hash<Failure: Error>(
        at index: UInt64,
        read: (Range<UInt64>) throws(Failure) -> [Digest]
    ) throws(Failure) -> Digest {
        precondition(index < self.size, "leaf hashes are read below the size")
        if index < self.start || index - self.start >= UInt64(self.hashes.count) {
            self.start = index - index % Self.hashesMax
            self.hashes = try read(self.start..<min(self.start + Self.hashesMax, self.size))
        }
        return self.hashes[Int(index - self.start)]
    }
}
