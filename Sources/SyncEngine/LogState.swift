package import Cryptography
package import ReplicatedTypes
package import SyncLog
package import Wire

/// How far a node is with one log.
package struct LogState: Hashable, Sendable {
    /// Verified and stored: the tree up to here.
    package var frontier: MerkleFrontier
    /// Up to where the author said that all addressed to this node was given; of the own log its size.
    package var complete: UInt64
    /// The author's newest checkpoint that was verified; its size is the frontier's.
    package var checkpoint: Checkpoint?
    /// Charter version of the last entry whose header is known; 0 before the first.
    package var charterVersion: UInt16
    /// Time of the last entry whose header is known.
    package var time: HybridTime
    /// Size at which a receipt of this node was last due: it quoted that, or passed the log over.
    package var receiptedSize: UInt64
    /// Entries other than receipts that came after that.
    package var unreceipted: UInt64
    /// Over the entries below ``heldSize`` that are held and addressed to this node.
    package var held: HeldEntries
    /// Up to where a receipt has counted them.
    package var heldSize: UInt64
    /// Size of the last checkpoint kept as a place where chunks can end.
    package var boundarySize: UInt64
    /// Bytes of payload held since then.
    package var boundaryBytes: UInt64
    /// Two checkpoints of one size and different roots were seen: it is read no further.
    package var isDisputed: Bool

    /// The state of a log of which nothing is held.
    package init() {
        self.frontier = MerkleFrontier()
        self.complete = 0
        self.checkpoint = nil
        self.charterVersion = 0
        self.time = .zero
        self.receiptedSize = 0
        self.unreceipted = 0
        self.held = HeldEntries()
        self.heldSize = 0
        self.boundarySize = 0
        self.boundaryBytes = 0
        self.isDisputed = false
    }

    /// Number of entries.
    package var size: UInt64 { self.frontier.size }

    /// Whether a receipt can say exactly what was given: the author said that all was.
    ///
    /// Before that the count would be short, and the author would take it for a denial.
    package var isReceiptable: Bool { self.complete == self.size && !self.isDisputed }

    /// Forgets what was counted when an entry turned out to be addressed below its end.
    mutating func recount(from index: UInt64) {
        guard index < self.heldSize else { return }
        self.held = HeldEntries()
        self.heldSize = 0
    }

    /// Whether something is to be confirmed.
    package var isReceiptDue: Bool { self.unreceipted > 0 && self.isReceiptable }
}

/// How far a node is with a whole table.
package struct TableState: Hashable, Sendable {
    /// Charters and cards.
    package var file: TableFile
    /// The node's own number at the table.
    package let me: MemberNumber
    /// Every log of which something is held.
    package var logs: [LogID: LogState]

    /// Creates a state as it was stored.
    package init(file: TableFile, me: MemberNumber, logs: [LogID: LogState]) {
        self.file = file
        self.me = me
        self.logs = logs
    }

    /// Whether a charter counts: before that nothing but signatures and cards travels.
    package var isEffective: Bool { self.file.effectiveVersion > 0 }

    /// The own log that is written now: the newest generation.
    package var ownLog: LogID { self.newestLog(of: self.me) }

    /// The newest log of a member, or its first when nothing is held.
    package func newestLog(of member: MemberNumber) -> LogID {
        self.logs.keys.filter { $0.member == member }.max()
            ?? LogID(member: member, generation: 0)
    }

    /// SHA-256 over the sizes of all logs (`Protocol/sync.md` §3).
    package var digest: Digest {
        var bytes: [UInt8] = []
        for (log, state) in self.logs.sorted(by: { $0.key < $1.key }) where state.size > 0 {
            bytes.append(bigEndian: log.member)
            bytes.append(bigEndian: log.generation)
            bytes.append(bigEndian: state.size)
        }
        return Digest(hashing: bytes)
    }

    /// Whether entries other than receipts came that no own receipt has confirmed and can.
    package var owesReceipt: Bool {
        self.logs.contains { $0.key.member != self.me && $0.value.isReceiptDue }
    }

    /// Takes over a log's state as it was stored; a dispute seen here stays.
    mutating func set(_ state: LogState, of log: LogID) {
        let isDisputed = self.logs[log]?.isDisputed ?? false
        self.logs[log] = state
        if isDisputed { self.logs[log]?.isDisputed = true }
    }

    /// The heads of all logs, ascending.
    package var heads: [LogHead] {
        self.logs.sorted { $0.key < $1.key }.compactMap { log, state in
            state.checkpoint.map { LogHead(log: log, checkpoint: $0) }
        }
    }

    /// The key that signs the checkpoints of a member's log: that of the newest card held.
    package func logKey(of member: MemberNumber) -> VerifyingKey? {
        self.file.cards[member]?.logKey
    }
}
