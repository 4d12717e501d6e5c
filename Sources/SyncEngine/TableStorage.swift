package import Cryptography
package import SyncLog

/// Names a key chain: whose, for whom, from which grant on (`Protocol/keys.md` §6).
package struct ChainID: Hashable, Sendable {
    /// The author's log.
    package let log: LogID
    /// Hash of the audience list.
    package let audience: Digest
    /// Index of the key grant that begins it.
    package let epoch: UInt32

    /// Creates a name.
    package init(log: LogID, audience: Digest, epoch: UInt32) {
        self.log = log
        self.audience = audience
        self.epoch = epoch
    }
}

/// That an entry names a position of its chain; ascending by position, then by index.
package struct PositionClaim: Hashable, Comparable, Sendable {
    /// The position.
    package let position: UInt32
    /// Index of the entry.
    package let index: UInt64

    /// Creates a claim.
    package init(position: UInt32, index: UInt64) {
        self.position = position
        self.index = index
    }

    /// Orders by position, then index.
    package static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.position, lhs.index) < (rhs.position, rhs.index)
    }
}

/// What a node remembers of the chain it writes with for an audience.
package struct OwnChain: Hashable, Sendable {
    /// The epoch in use.
    package let epoch: UInt32
    /// When the epoch began, in milliseconds since 1970.
    package let startedMilliseconds: UInt64
    /// SHA-256 over the recipients' sealing keys the epoch was granted to.
    package let recipientKeys: Digest

    /// Creates a memory.
    package init(epoch: UInt32, startedMilliseconds: UInt64, recipientKeys: Digest) {
        self.epoch = epoch
        self.startedMilliseconds = startedMilliseconds
        self.recipientKeys = recipientKeys
    }
}

/// Whether an entry that is addressed to this node can be read here (`Protocol/keys.md` §6).
package enum Opening: UInt8, Hashable, Sendable {
    /// Its box is missing, its chain never begins, or it has not reached its position.
    case pending = 0
    /// It was opened and its content key is held.
    case open = 1
    /// It used its position and never opens, or is a grant that never does: box, commitment, tag
    /// or form is wrong.
    case failed = 2
    /// An entry with a lower index uses its position: its author used one key twice.
    case double = 3
}

/// What a node holds of one table, as one transaction sees it.
///
/// The record store and the simulator implement it, so that the code which appends, opens and
/// gives out entries is the same in both.
package protocol TableReading: ~Copyable {
    /// What a read or write can end with.
    associatedtype Failure: Error

    /// The state of a log; an empty one when nothing is held.
    func state(of log: LogID) throws(Failure) -> LogState
    /// The item at an index below the log's size.
    func item(at index: UInt64, of log: LogID) throws(Failure) -> LogItem
    /// The head of the entry at an index below the log's size; `nil` where the leaf hash alone is held.
    ///
    /// - Complexity: That of the head, whatever the payload's length.
    func header(at index: UInt64, of log: LogID) throws(Failure) -> EntryHeader?
    /// The leaf hashes of `range`, which ends at the log's size at most.
    ///
    /// - Complexity: O(hashes); no entry is read.
    func leafHashes(_ range: Range<UInt64>, of log: LogID) throws(Failure) -> [Digest]
    /// The root of the tree over `range`, which starts at a multiple of the largest power of two not
    /// above its length and ends at the log's size at most.
    func subtreeHash(_ range: Range<UInt64>, of log: LogID) throws(Failure) -> Digest
    /// The kept boundaries above a size, ascending, at most `limit`.
    func boundaries(
        of log: LogID,
        above size: UInt64,
        limit: Int
    ) throws(Failure) -> [Checkpoint]
    /// A list that was kept, by its hash.
    func audience(_ hash: Digest) throws(Failure) -> Audience?
    /// The content key of an entry that is open.
    func contentKey(at index: UInt64, of log: LogID) throws(Failure) -> SecretKey?
    /// How an entry stands; `nil` when it is neither addressed to this node nor written by it.
    func opening(at index: UInt64, of log: LogID) throws(Failure) -> Opening?
    /// How the entries addressed to this node, or written by it, stand: those of a log in `range`,
    /// ascending by index.
    func openings(
        of log: LogID,
        in range: Range<UInt64>
    ) throws(Failure) -> [(index: UInt64, opening: Opening)]
    /// Indices of the first `limit` entries that are addressed to this node and not open, ascending.
    ///
    /// - Complexity: O(limit), whatever the log's size.
    func unopened(of log: LogID, limit: Int) throws(Failure) -> [UInt64]
}

/// One transaction that changes what a node holds of one table.
///
/// A call that throws leaves the transaction to be aborted.
package protocol TableStorage: TableReading, ~Copyable {
    /// Replaces the state of a log.
    mutating func setState(_ state: LogState, of log: LogID) throws(Failure)
    /// Appends items whose first has the index `size`.
    mutating func append(_ items: [LogItem], to log: LogID, size: UInt64) throws(Failure)
    /// Puts an entry where the leaf hash alone was held, or adds boxes to one that is held.
    mutating func put(_ entry: Entry, in log: LogID) throws(Failure)
    /// Keeps a checkpoint as a place where chunks can end, or because a receipt quotes it.
    mutating func keep(_ checkpoint: Checkpoint, of log: LogID, isBoundary: Bool) throws(Failure)
    /// Keeps an audience list.
    mutating func keep(_ audience: Audience) throws(Failure)

    /// The newest chain key held.
    func chainKey(_ chain: ChainID) throws(Failure) -> ChainKey?
    /// Replaces the chain key; the old one becomes unreadable.
    mutating func setChainKey(_ key: borrowing ChainKey, of chain: ChainID) throws(Failure)
    /// Notes that an entry names a position; for good.
    mutating func setClaim(_ claim: PositionClaim, of chain: ChainID) throws(Failure)
    /// The first `limit` claims of a chain at or behind `first`, ascending.
    func claims(
        of chain: ChainID,
        from first: PositionClaim,
        limit: Int
    ) throws(Failure) -> [PositionClaim]
    /// The content key of the position that an entry used, whether it opened or not.
    func positionKey(at index: UInt64, of log: LogID) throws(Failure) -> SecretKey?
    /// The chain this node writes with for an audience.
    func ownChain(_ audience: Digest) throws(Failure) -> OwnChain?
    /// Replaces it.
    mutating func setOwnChain(_ chain: OwnChain, for audience: Digest) throws(Failure)
    /// Forgets the chains this node writes with: every audience is granted a new one.
    mutating func forgetOwnChains() throws(Failure)
    /// Notes how an entry addressed to this node, or written by it, stands, with the content key of
    /// the position it used; a key kept with it before becomes unreadable.
    mutating func setOpening(
        _ opening: Opening,
        contentKey: borrowing SecretKey?,
        at index: UInt64,
        of log: LogID
    ) throws(Failure)
}

/// An entry that this node can read, with what it says.
package struct PlainEntry: Hashable, Sendable {
    /// The log.
    package let log: LogID
    /// The head.
    package let header: EntryHeader
    /// The recipients; `nil` when the entry is for the whole table.
    package let audience: Audience?
    /// The payload, decrypted where it was encrypted.
    package let plaintext: [UInt8]
}
