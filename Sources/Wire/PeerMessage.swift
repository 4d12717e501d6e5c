package import Cryptography
package import SyncLog

/// What a node says first.
package struct Hello: Hashable, Sendable {
    /// Protocol version: 1.
    package let version: UInt32
    /// The sender's card, checked.
    package let card: Card
    /// For each table whose charter lists both: SHA-256 of the sender's table file.
    package let tables: [TableID: Digest]
    /// Random, chosen by the sender's process as it starts; 0 where it is not told.
    package let instance: UInt64

    /// Creates a hello.
    package init(
        version: UInt32,
        card: Card,
        tables: [TableID: Digest],
        instance: UInt64 = 0
    ) {
        self.version = version
        self.card = card
        self.tables = tables
        self.instance = instance
    }
}

/// A summary of everything the sender holds of a table.
package struct HeadsDigest: Hashable, Sendable {
    /// The table.
    package let table: TableID
    /// Over sizes and roots of all logs that neither side refuses (`Protocol/sync.md` §3).
    package let digest: Digest
    /// How far the sender is complete with the receiver's newest log.
    package let complete: UInt64
    /// The sender owes no receipt for what it holds.
    package let isSettled: Bool
    /// The sender is in a round: it wants an answer, and receipts to be settled.
    package let isRound: Bool
    /// The sender's store refused the last that it was to keep.
    package let isFailing: Bool

    /// Creates a summary.
    package init(
        table: TableID,
        digest: Digest,
        complete: UInt64,
        isSettled: Bool,
        isRound: Bool,
        isFailing: Bool = false
    ) {
        self.table = table
        self.digest = digest
        self.complete = complete
        self.isSettled = isSettled
        self.isRound = isRound
        self.isFailing = isFailing
    }
}

/// How far the sender is with one log.
package struct LogHead: Hashable, Sendable {
    /// The log.
    package let log: LogID
    /// The newest checkpoint the sender has verified; its size is the sender's.
    package let checkpoint: Checkpoint

    /// Entries verified and stored, 1 or more.
    package var size: UInt64 { self.checkpoint.size }

    /// Creates a head.
    package init(log: LogID, checkpoint: Checkpoint) {
        self.log = log
        self.checkpoint = checkpoint
    }
}

/// How far the sender is with every log of a table; ascending by log.
package struct Heads: Hashable, Sendable {
    /// Most logs of a table.
    package static let logsMax = 1_024

    /// The table.
    package let table: TableID
    /// The heads, ascending by log.
    package let logs: [LogHead]
    /// Logs of which the sender takes nothing and gives nothing, ascending; none of them is among
    /// ``logs``.
    package let refused: [LogID]
    /// The sender fetches its own log back: it is to be given that like any other.
    package let isRecovering: Bool

    /// Creates heads.
    package init(
        table: TableID,
        logs: [LogHead],
        refused: [LogID],
        isRecovering: Bool = false
    ) {
        self.table = table
        self.logs = logs
        self.refused = refused
        self.isRecovering = isRecovering
    }
}

/// Consecutive items of one log, up to a checkpoint its author signed.
package struct Chunk: Hashable, Sendable {
    /// Most items of a chunk or fill.
    package static let itemsMax = 4_096
    /// Most bytes of payload in a chunk or fill.
    package static let payloadBytesMax = 8_388_608

    /// The table.
    package let table: TableID
    /// The log.
    package let log: LogID
    /// Index of the first item.
    package let from: UInt64
    /// The items.
    package let items: [LogItem]
    /// The checkpoint at their end.
    package let checkpoint: Checkpoint
    /// Said by the author: all that is addressed to the receiver here is given here.
    package let isComplete: Bool

    /// Creates a chunk.
    package init(
        table: TableID,
        log: LogID,
        from: UInt64,
        items: [LogItem],
        checkpoint: Checkpoint,
        isComplete: Bool
    ) {
        self.table = table
        self.log = log
        self.from = from
        self.items = items
        self.checkpoint = checkpoint
        self.isComplete = isComplete
    }
}

/// An acknowledgement: the sender has stored this log durably up to here.
package struct Ack: Hashable, Sendable {
    /// The table.
    package let table: TableID
    /// The log.
    package let log: LogID
    /// The receiver's size.
    package let size: UInt64

    /// Creates an acknowledgement.
    package init(table: TableID, log: LogID, size: UInt64) {
        self.table = table
        self.log = log
        self.size = size
    }
}

/// A question for the entries in this range of this log that are addressed to the sender.
package struct Ask: Hashable, Sendable {
    /// The table.
    package let table: TableID
    /// The log.
    package let log: LogID
    /// First index.
    package let from: UInt64
    /// Index after the last.
    package let until: UInt64

    /// Creates a question.
    package init(table: TableID, log: LogID, from: UInt64, until: UInt64) {
        self.table = table
        self.log = log
        self.from = from
        self.until = until
    }
}

/// Entries addressed to the receiver in a range whose leaf hashes it has.
package struct Fill: Hashable, Sendable {
    /// The table.
    package let table: TableID
    /// The log.
    package let log: LogID
    /// First index that this answers for.
    package let from: UInt64
    /// Index after the last that this answers for.
    package let until: UInt64
    /// The entries, ascending by index.
    package let entries: [Entry]
    /// Said by the author: nothing else in the range is addressed to the receiver.
    package let isComplete: Bool

    /// Creates an answer.
    package init(
        table: TableID,
        log: LogID,
        from: UInt64,
        until: UInt64,
        entries: [Entry],
        isComplete: Bool
    ) {
        self.table = table
        self.log = log
        self.from = from
        self.until = until
        self.entries = entries
        self.isComplete = isComplete
    }
}

/// A question for what the receiver holds at an index of a log, or at its last one where that is
/// lower.
package struct Prove: Hashable, Sendable {
    /// The table.
    package let table: TableID
    /// The log.
    package let log: LogID
    /// The index.
    package let index: UInt64

    /// Creates a question.
    package init(table: TableID, log: LogID, index: UInt64) {
        self.table = table
        self.log = log
        self.index = index
    }
}

/// What the sender holds of a log at an index, under the newest checkpoint it has of it.
package struct Proof: Hashable, Sendable {
    /// The table.
    package let table: TableID
    /// The log.
    package let log: LogID
    /// The index.
    package let index: UInt64
    /// Leaf hash, path and checkpoint; not checked yet.
    package let branch: ForkBranch

    /// Creates an answer.
    package init(table: TableID, log: LogID, index: UInt64, branch: ForkBranch) {
        self.table = table
        self.log = log
        self.index = index
        self.branch = branch
    }
}

/// Why a session ends (`Protocol/sync.md` §5).
package enum GoodbyeCode: UInt32, Hashable, Sendable {
    case done = 0
    case version = 1
    case malformed = 2
    case verification = 3
    case limit = 4
    case shutdown = 5
}

/// What two nodes say to each other (`Protocol/sync.md`).
package enum PeerMessage: Hashable, Sendable {
    /// Most bytes of a frame.
    package static let bytesMax = 9_437_184
    /// Most tables of a hello.
    package static let tablesMax = 64
    /// Most bytes of a goodbye's text.
    package static let textBytesMax = 500

    case hello(Hello)
    case tableFile(TableFile)
    case headsDigest(HeadsDigest)
    case heads(Heads)
    case chunk(Chunk)
    case ack(Ack)
    case ask(Ask)
    case fill(Fill)
    case prove(Prove)
    case proof(Proof)
    /// Not checked yet.
    case evidence(ForkEvidence)
    case goodbye(GoodbyeCode, String)

    /// Whether a frame begins as that of a table file does, which takes longest to decode.
    package static func isTableFile(_ frame: [UInt8]) -> Bool {
        // Field 2 of the message, length-delimited (`Protocol/proto/session.proto`).
        frame.first == 2 << 3 | 2
    }
}
