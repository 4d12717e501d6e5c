package import Cryptography
package import SyncLog
import Wire

/// What a node confirms when receipts are due.
package struct ComposedReceipts: Sendable {
    /// One or more, each within the limits, for the logs in ascending order; none when every log
    /// that is due was passed over.
    package let receipts: [Receipt]
    /// The states of all logs that were due, as they are stored now: for the engine, once durable.
    package let states: [LogID: LogState]
    /// Logs that are not confirmed, because more of their entries cannot be opened than an item lists.
    package let passedOver: [LogID]
}

/// Writing receipts (`Protocol/sync-log.md` §7).
extension TableStorage where Self: ~Copyable {
    /// Says what this node holds of the logs that moved since its last receipt and of which the
    /// author said that all was given.
    ///
    /// A log of which more cannot be opened than ``LogReceipt/unopenedMax`` is passed over: its author
    /// must not keep the others from being confirmed. It is due again when more of it comes.
    ///
    /// - Parameters:
    ///   - logs: The table's.
    ///   - me: The node's own number at the table.
    ///   - keys: Those of the node; the witness key cosigns.
    ///   - node: The node's ID.
    ///   - seconds: The time of the cosignatures since 1970.
    /// - Returns: `nil` when nothing other than receipts came.
    /// - Throws: That the store refused.
    /// - Complexity: O(entries that came since the last receipt, and entries listed as unopened).
    package mutating func composeReceipts(
        logs: [LogID],
        me: MemberNumber,
        keys: borrowing NodeKeys,
        node: NodeID,
        seconds: UInt64
    ) throws(Failure) -> ComposedReceipts? {
        let witness = NoteKey.witness(keys.witness.verifyingKey, of: node)
        var items: [LogReceipt] = []
        var states: [LogID: LogState] = [:]
        var passedOver: [LogID] = []
        var isDue = false
        for log in logs.sorted() where log.member != me {
            var state = try self.state(of: log)
            let moved = state.size > state.receiptedSize || state.unreceipted > 0
            guard moved, state.isReceiptable, let checkpoint = state.checkpoint else { continue }
            precondition(checkpoint.size == state.size, "a state's checkpoint is for its size")
            isDue = isDue || state.unreceipted > 0
            try self.countHeld(of: log, state: &state)
            let unopened = try self.unopened(of: log, limit: LogReceipt.unopenedMax + 1)
            let item = LogReceipt(
                log: log,
                checkpoint: checkpoint.cosigned(
                    with: keys.witness,
                    as: witness,
                    seconds: seconds
                ),
                heldCount: state.held.count,
                heldHash: state.held.hash,
                unopened: unopened
            )
            if let item { items.append(item) } else { passedOver.append(log) }
            state.receiptedSize = state.size
            state.unreceipted = 0
            states[log] = state
        }
        guard isDue else { return nil }
        for (log, state) in states {
            if let checkpoint = state.checkpoint, !passedOver.contains(log) {
                try self.keep(checkpoint, of: log, isBoundary: false)
            }
            try self.setState(state, of: log)
        }
        return ComposedReceipts(
            receipts: Receipt.dividing(items),
            states: states,
            passedOver: passedOver
        )
    }

    /// Counts what is held; `state` keeps what no later receipt needs to count again.
    private func countHeld(of log: LogID, state: inout LogState) throws(Failure) {
        var leaves = LeafWindow(size: state.size)
        for (index, _) in try self.openings(of: log, in: state.heldSize..<state.size) {
            let hash = try leaves.hash(at: index) { (range) throws(Failure) in
                try self.leafHashes(range, of: log)
            }
            state.held.add(index: index, leafHash: hash)
        }
        state.heldSize = state.size
    }
}

extension Receipt {
    /// As few receipts as hold the items in their order, each within the limits.
    static func dividing(_ items: [LogReceipt]) -> [Receipt] {
        var receipts: [Receipt] = []
        var logs: [LogReceipt] = []
        var byteCount = 0
        func end() {
            if let receipt = Receipt(logs) { receipts.append(receipt) }
            (logs, byteCount) = ([], 0)
        }
        for item in items {
            guard let alone = Receipt([item]) else {
                preconditionFailure("a receipt of one item is one")
            }
            // A payload is its items one behind the other, so their lengths add up.
            let count = alone.payload.count
            precondition(count <= Self.payloadBytesMax, "an item has at most some 100 KB")
            if logs.count == Self.logsMax || byteCount + count > Self.payloadBytesMax { end() }
            logs.append(item)
            byteCount += count
        }
        end()
        return receipts
    }
}

/// What was addressed to one member in one own log, up to a size, and what it says it cannot open.
package struct GivenEntries: Hashable, Sendable {
    fileprivate var size: UInt64 = 0
    fileprivate var entries = HeldEntries()
    /// As its last receipt listed them: each was given.
    fileprivate var unopened: [UInt64] = []
    /// Where the newest receipt stands that was compared; those before it say nothing new.
    package var newest: ReceiptQueue.Place?

    /// Starts with nothing counted.
    package init() {}
}

/// What an author finds when it compares a receipt with what it gave.
package enum ReceiptVerdict: Hashable, Sendable {
    /// Everything that was given is held; so many of the entries do not open there.
    case confirmed(unopened: Int)
    /// It quotes a tree that the own log does not have.
    case otherTree
    /// It quotes a smaller size than the receipt before.
    case smallerSize
    /// It confirms other entries than were given.
    case otherEntries
    /// It lists as unopened an entry that was not given to its writer.
    case notGiven(index: UInt64)
}

extension TableReading where Self: ~Copyable {
    /// Compares what a member confirms of the own log with what was addressed to it.
    ///
    /// - Parameters:
    ///   - item: What it confirms.
    ///   - member: Its number.
    ///   - given: What was counted for an earlier receipt of that member about that log; grows.
    /// - Returns: Whether it is a confirmation, and of what, or why not.
    /// - Throws: That the store cannot be read.
    /// - Complexity: O(entries that were not counted before, and unopened ones that the receipt
    ///   before did not list).
    package func verdict(
        on item: LogReceipt,
        by member: MemberNumber,
        given: inout GivenEntries
    ) throws(Failure) -> ReceiptVerdict {
        let size = item.checkpoint.size
        guard size <= (try self.state(of: item.log).size),
            try self.subtreeRoot(of: item.log, size: size) == item.checkpoint.root
        else { return .otherTree }
        guard size >= given.size else { return .smallerSize }
        try self.count(&given, until: size, of: item.log, to: member)
        guard item.says(given.entries) else { return .otherEntries }
        var known = given.unopened[...]
        for index in item.unopened {
            known = known.drop { $0 < index }
            guard known.first != index else { continue }
            guard let header = try self.header(at: index, of: item.log),
                try self.audience(header.audience)?.contains(member) == true
            else { return .notGiven(index: index) }
        }
        given.unopened = item.unopened
        return .confirmed(unopened: item.unopened.count)
    }

    private func count(
        _ given: inout GivenEntries,
        until size: UInt64,
        of log: LogID,
        to member: MemberNumber
    ) throws(Failure) {
        var leaves = LeafWindow(size: size)
        var isRecipient: [Digest: Bool] = [:]
        for (index, _) in try self.openings(of: log, in: given.size..<size) {
            guard let header = try self.header(at: index, of: log) else { continue }
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
