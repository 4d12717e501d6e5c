import Cryptography
import SyncLog

/// What is known of peers over all their connections.
struct PeerBook {
    private(set) var statuses: [NodeID: PeerStatus]
    /// The same as the store has it.
    private var kept: [NodeID: PeerStatus]
    /// Why a peer could not be dialled last; nothing once it said hello.
    private var dialProblems: [NodeID: String] = [:]
    /// When a peer was connected, or not connected any more, in this run.
    private var connectionChanges: [NodeID: UInt64] = [:]
    /// How long peers' own logs are as they said last, until a round has ended with both level.
    private var claimedSizes: [NodeID: [TableID: [LogID: UInt64]]] = [:]
    /// How far peers' own logs went when a round with them ended.
    private var levelMarks: [NodeID: [TableID: [LogID: LevelMark]]] = [:]

    /// Begins with what earlier runs kept.
    init(kept: [NodeID: PeerStatus] = [:]) {
        self.statuses = kept
        self.kept = kept
    }

    /// What is known of a peer.
    subscript(peer: NodeID) -> PeerStatus { self.statuses[peer] ?? PeerStatus() }

    /// Notes how many own entries of a table a peer has said it holds.
    mutating func acknowledge(_ size: UInt64, in table: TableID, by peer: NodeID) {
        self.statuses[peer, default: PeerStatus()].acknowledge(size, in: table)
    }

    /// A round with a peer has ended, at `milliseconds` since 1970: both hold the same of a table.
    mutating func noteLevel(
        _ peer: NodeID,
        in table: TableID,
        ownSize: UInt64?,
        marks: [LogID: LevelMark]?,
        at milliseconds: UInt64
    ) {
        self.statuses[peer, default: PeerStatus()].lastSync = milliseconds
        if let ownSize { self.acknowledge(ownSize, in: table, by: peer) }
        self.claimedSizes[peer]?[table] = [:]
        if let marks { self.levelMarks[peer, default: [:]][table] = marks }
    }

    /// How far a peer's own logs of a table went when a round last ended.
    func levelMarks(of peer: NodeID, in table: TableID) -> [LogID: LevelMark]? {
        self.levelMarks[peer]?[table]
    }

    /// Notes how long a peer says that its own logs are.
    mutating func noteClaimed(_ sizes: [LogID: UInt64], in table: TableID, by peer: NodeID) {
        self.claimedSizes[peer, default: [:]][table] = sizes
    }

    /// How long a peer said that its own logs are; `nil` when it said nothing yet.
    func claimedSizes(of peer: NodeID) -> [TableID: [LogID: UInt64]]? { self.claimedSizes[peer] }

    /// A peer was connected, or is not connected any more.
    mutating func noteConnectionChange(of peer: NodeID, at milliseconds: UInt64) {
        self.connectionChanges[peer] = milliseconds
    }

    /// When that was last, in this run.
    func connectionChange(of peer: NodeID) -> UInt64? { self.connectionChanges[peer] }

    /// Why a peer could not be dialled; `nil` once it said hello.
    mutating func noteDialProblem(_ text: String?, of peer: NodeID) {
        self.dialProblems[peer] = text
    }

    /// Why a peer could not be dialled last.
    func dialProblem(of peer: NodeID) -> String? { self.dialProblems[peer] }

    /// The stored form, where it is another than the one that is kept.
    ///
    /// A peer that comes and goes without a round costs no write.
    var unkept: [UInt8]? {
        self.statuses == self.kept ? nil : PeerStatus.bytes(of: self.statuses)
    }

    /// What is known now is in the store.
    mutating func noteKept() { self.kept = self.statuses }
}
