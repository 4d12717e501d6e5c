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
            precondition(checkpoint.size == state.size, "a state's checkpoint is for its size")
            isDue = isDue || state.unreceipted > 0
            let (open, unopened) = try self.openEntries(of: log, state: &state)
            guard
                let item = LogReceipt(
                    log: log,
                    checkpoint: checkpoint.cosigned(
                        with: keys.witness,
                        as: witness,
                        seconds: seconds
                    ),
                    openCount: open.count,
                    openHash: open.hash,
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

/// What was addressed to one member in one own log, up to a size: it never changes.
package struct GivenEntries: Hashable, Sendable {
    fileprivate var size: UInt64 = 0
    fileprivate var entries = OpenEntries()

    /// Starts with nothing counted.
    package init() {}
}

extension TableReading where Self: ~Copyable {
    /// Counts what is open; `state` keeps what no later receipt needs to count again.
    ///
    /// - Complexity: O(entries since the last receipt, or since the first that is not open).
    fileprivate func openEntries(
        of log: LogID,
        state: inout LogState
    ) throws(Failure) -> (open: OpenEntries, unopened: [UInt64]) {
        var open = state.opened
        var unopened: [UInt64] = []
        var leaves = LeafWindow(size: state.size)
        for (index, opening) in try self.openings(of: log, in: state.openedSize..<state.size) {
            if opening == .open {
                let hash = try leaves.hash(at: index) { (range) throws(Failure) in
                    try self.leafHashes(range, of: log)
                }
                open.add(index: index, leafHash: hash)
            } else {
                if unopened.isEmpty { (state.opened, state.openedSize) = (open, index) }
                unopened.append(index)
            }
        }
        if unopened.isEmpty { (state.opened, state.openedSize) = (open, state.size) }
        return (open, unopened)
    }

    /// Compares what a member confirms of the own log with what was addressed to it.
    ///
    /// - Parameters:
    ///   - item: What it confirms.
    ///   - member: Its number.
    ///   - given: What was counted for an earlier receipt of that member about that log; grows.
    /// - Returns: Whether count and hash agree with the audiences of the own entries.
    /// - Throws: That the store cannot be read.
    /// - Complexity: O(entries that were not counted before).
    package func isConfirmed(
        _ item: LogReceipt,
        by member: MemberNumber,
        given: inout GivenEntries
    ) throws(Failure) -> Bool {
        let size = item.checkpoint.size
        guard size <= (try self.state(of: item.log).size),
            try self.subtreeRoot(of: item.log, size: size) == item.checkpoint.root
        else { return false }
        let wholeSize = item.unopened.first ?? size
        var counted = given.size <= wholeSize ? given : GivenEntries()
        try self.count(&counted, until: wholeSize, of: item.log, to: member, without: [])
        if counted.size > given.size { given = counted }
        let unopened = Set(item.unopened)
        try self.count(&counted, until: size, of: item.log, to: member, without: unopened)
        return item.says(counted.entries)
    }

    private func count(
        _ given: inout GivenEntries,
        until size: UInt64,
        of log: LogID,
        to member: MemberNumber,
        without unopened: Set<UInt64>
    ) throws(Failure) {
        var leaves = LeafWindow(size: size)
        var isRecipient: [Digest: Bool] = [:]
        for (index, _) in try self.openings(of: log, in: given.size..<size) {
            guard let header = try self.header(at: index, of: log), !unopened.contains(index)
            else { continue }
            let isGiven: Bool
            if let known = isRecipient[header.audience] {
                isGiven = known
            } else {
                isGiven = try self.audience(header.audience)?.contains(member) == true
                isRecipient[header.audience] = isGiven
            }
            guard isGiven else { continue }
            let leafHash = try leaves.hash(at: index) { (range) throws(Failure) in
                try self.leafHashes(range, of: log)
            }
            given.entries.add(index: index, leafHash: leafHash)
        }
        given.size = size
    }

    /// The root of the tree at a size that is held.
    package func subtreeRoot(of log: LogID, size: UInt64) throws(Failure) -> Digest {
        size == 0 ? MerkleHashing.empty : try self.subtreeHash(0..<size, of: log)
    }
}

/// Leaf hashes of a log that are asked for in ascending order, read so many at a time.
///
/// An entry has many other bytes, which need not be read for its hash.
private struct LeafWindow {
    /// How many are read at a time.
    private static let hashCount: UInt64 = 4_096

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
            self.start = index - index % Self.hashCount
            self.hashes = try read(self.start..<min(self.start + Self.hashCount, self.size))
        }
        return self.hashes[Int(index - self.start)]
    }
}
