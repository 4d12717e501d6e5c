package import Cryptography

/// What a receiver confirms of one log (`Protocol/sync-log.md` §7).
package struct LogReceipt: Hashable, Sendable {
    /// Most indices that one item lists as unopened.
    package static let unopenedMax = 4_096

    /// The log.
    package let log: LogID
    /// The author's checkpoint with the receiver's cosignature.
    package let checkpoint: Checkpoint
    /// Number of entries addressed to the receiver that it holds, open or not, below the checkpoint's
    /// size.
    package let heldCount: UInt64
    /// Hash over their indices and leaf hashes, by ``HeldEntries``.
    package let heldHash: Digest
    /// Those among them that it could not open, ascending.
    package let unopened: [UInt64]

    /// Creates an item; `nil` when the indices do not ascend below the size or are too many.
    package init?(
        log: LogID,
        checkpoint: Checkpoint,
        heldCount: UInt64,
        heldHash: Digest,
        unopened: [UInt64]
    ) {
        guard unopened.count <= Self.unopenedMax,
            zip(unopened, unopened.dropFirst()).allSatisfy({ $0 < $1 }),
            unopened.last.map({ $0 < checkpoint.size }) ?? true
        else { return nil }
        self.log = log
        self.checkpoint = checkpoint
        self.heldCount = heldCount
        self.heldHash = heldHash
        self.unopened = unopened
    }

    /// Whether these are the entries that it says it holds.
    package func says(_ entries: HeldEntries) -> Bool {
        self.heldCount == entries.count && self.heldHash == entries.hash
    }
}

/// What a receiver confirms, for every log that moved; ascending by log.
package struct Receipt: Hashable, Sendable {
    /// Most logs in one receipt.
    package static let logsMax = 1_024
    /// Most bytes of a receipt's payload.
    package static let payloadBytesMax = 524_288

    /// One item per log, ascending.
    package let logs: [LogReceipt]

    /// Creates a receipt; `nil` when it is empty, too long or not in order.
    package init?(_ logs: [LogReceipt]) {
        guard (1...Self.logsMax).contains(logs.count),
            zip(logs, logs.dropFirst()).allSatisfy({ $0.log < $1.log })
        else { return nil }
        self.logs = logs
    }
}

/// Count and hash of entries that are held, in order of index (`Protocol/sync-log.md` §7).
///
/// A chain: it goes on where it ended, so a receipt costs what came since the one before.
package struct HeldEntries: Hashable, Sendable {
    /// Number of entries added.
    package private(set) var count: UInt64
    /// The hash over them.
    package private(set) var hash: Digest

    /// Starts with no entries, or where others ended.
    package init(count: UInt64 = 0, hash: Digest = .zero) {
        self.count = count
        self.hash = hash
    }

    /// Adds an entry; indices must ascend.
    package mutating func add(index: UInt64, leafHash: Digest) {
        var bytes: [UInt8] = [0x02]
        bytes.reserveCapacity(1 + 2 * Digest.byteCount + 8)
        self.hash.append(to: &bytes)
        bytes.append(bigEndian: index)
        leafHash.append(to: &bytes)
        self.hash = Digest(hashing: bytes)
        self.count += 1
    }
}

/// Who reads an author's chain from a position on: the payload of a key grant
/// (`Protocol/keys.md` §6).
package struct KeyGrant: Hashable, Sendable {
    /// Most entries of a grant of history.
    package static let historyMax = 1_024

    /// The recipients.
    package let audience: Audience
    /// SHA-256 of each box: the author's own first, then the recipients' in order.
    package let boxHashes: [Digest]
    /// Entries whose content keys are given; empty in a grant of a chain key.
    package let history: [UInt64]

    /// Creates a grant; `nil` when the boxes do not fit the audience or the indices do not ascend.
    package init?(audience: Audience, boxHashes: [Digest], history: [UInt64]) {
        guard boxHashes.count == audience.recipients.count + 1, history.count <= Self.historyMax,
            zip(history, history.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        self.audience = audience
        self.boxHashes = boxHashes
        self.history = history
    }

    /// Whether the grant may stand at `index` of a log of `author`: it gives to others, and keys of
    /// earlier entries alone (`Protocol/keys.md` §4, §6).
    package func isAllowed(from author: MemberNumber, at index: UInt64) -> Bool {
        !self.audience.contains(author) && self.history.last.map { $0 < index } ?? true
    }

    /// The hash of a member's box; `nil` when there is none for it.
    package func boxHash(for member: MemberNumber, author: MemberNumber) -> Digest? {
        if member == author { return self.boxHashes[0] }
        return self.audience.members.firstIndex(of: member).map { self.boxHashes[$0 + 1] }
    }
}
