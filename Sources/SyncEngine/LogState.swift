package import Cryptography
package import ReplicatedTypes
package import SyncLog

/// How far a node is with one log.
package struct LogState: Hashable, Sendable {
    /// Verified and stored: the tree up to here.
    package var frontier: MerkleFrontier
    /// Up to where the author said that all addressed to this node was given; of the own log its size.
    package var complete: UInt64
    /// The author's newest checkpoint that was verified; its size is the frontier's.
    package var checkpoint: Checkpoint?
    /// The key that signs the log's checkpoints: that of the card it begins with; `nil` before that.
    ///
    /// No later card changes it, in the log or beside it, so that all who hold one history check it
    /// against one key, whatever of it they hold in full.
    package var logKey: VerifyingKey?
    /// Highest charter version of the entries whose headers came with the log; 0 before the first.
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
    /// Evidence of a fork is held: it is read no further, but where a charter pins it.
    package var isDisputed: Bool
    /// Version of the newest card in a log of this node's own; 0 before the first, and of others' logs.
    package var cardVersion: UInt32
    /// How much of it came in, for its author's allowance; nothing in a log of this node's own.
    package var intake: LogIntake

    /// The state of a log of which nothing is held.
    package init() {
        self.frontier = MerkleFrontier()
        self.complete = 0
        self.checkpoint = nil
        self.logKey = nil
        self.charterVersion = 0
        self.time = .zero
        self.receiptedSize = 0
        self.unreceipted = 0
        self.held = HeldEntries()
        self.heldSize = 0
        self.boundarySize = 0
        self.boundaryBytes = 0
        self.isDisputed = false
        self.cardVersion = 0
        self.intake = LogIntake()
    }

    /// Takes note of an own entry as it is appended, under the card that the log is written with.
    mutating func noteOwn(_ header: EntryHeader, card: Card) {
        self.charterVersion = header.charterVersion
        self.time = header.time
        guard header.kind == .card else { return }
        self.cardVersion = card.version
        if header.index == 0 { self.logKey = card.logKey }
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
