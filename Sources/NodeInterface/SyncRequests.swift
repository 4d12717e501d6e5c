/// How far a request that takes long is with one peer.
package struct SyncProgress: Codable, Hashable, Sendable {
    /// The peer's handle.
    package var peer: String
    /// Entries that moved, in both directions.
    package var moved: Int
    /// Entries that are to move; `nil` while nobody knows.
    package var total: Int?

    /// Creates a report.
    package init(peer: String, moved: Int, total: Int?) {
        self.peer = peer
        self.moved = moved
        self.total = total
    }
}

/// Rounds with peers until both hold the same, or what either held when the round began.
package struct SyncNow: Request {
    /// Its name to other processes.
    package static let name = "sync-now"
    /// What it needs.
    package static let rights: Set<Right> = [.synchronise]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// Handle of the only one; `nil` for each.
    package var peer: String?

    /// Asks for rounds.
    package init(peer: String? = nil) {
        self.peer = peer
    }

    /// What it would change.
    package var change: Change? { Change("synchronise") }

    /// What came of them.
    package struct Answer: Document {
        /// The peers, by handle.
        package var peers: [Peer]

        /// Creates an answer.
        package init(peers: [Peer]) {
            self.peers = peers
        }

        /// A finding where something failed verification, unavailable where a peer was not reached.
        package var outcome: Outcome {
            self.peers.contains(where: \.finding)
                ? .finding : self.peers.allSatisfy(\.ok) ? .done : .unavailable
        }
    }

    /// What kept the rounds with a peer from their end.
    package enum Trouble: String, Choice {
        /// Nobody answers in time where its card says.
        case unreachable
        /// Its card says nowhere.
        case noAddress = "no-address"
        /// This node's own certificate cannot be made.
        case certificate
        /// It answers, and takes no session with this node.
        case refused
        /// Somebody else answers where its card says.
        case stranger
        /// The session ended.
        case ended
        /// Its node stops.
        case stopping
        /// Nothing new was given or acknowledged for a minute, or for minutes hardly anything.
        case stalled
        /// Its folder was put back to an earlier state.
        case putBack = "put-back"
        /// This node's folder was.
        case ownPutBack = "own-put-back"
        /// Its store does not keep what it is given.
        case storeFails = "store-fails"
        /// This node's store does not.
        case ownStoreFails = "own-store-fails"
        /// It does not hold a table of both.
        case lacksTable = "lacks-table"
        /// Something did not verify.
        case finding
    }

    /// What came of the rounds with one peer.
    package struct Peer: Codable, Hashable, Sendable {
        /// Its handle.
        package var handle: String
        /// Whether the rounds came to their end.
        package var ok: Bool
        /// Whether both held the same then, the own log with it.
        package var level: Bool
        /// Whether others write on, so that there is more already: both have what either held when the round
        /// began.
        package var more: Bool
        /// Handles of those of whose logs nothing is taken at a table of both, disputed or put aside.
        package var not_taken: [String]
        /// Handles of those of whose logs the peer takes nothing; with the own one, nothing is level.
        package var refused: [String]
        /// Whether something failed verification.
        package var finding: Bool
        /// Why not, in words; `nil` where they do.
        package var error: String?
        /// What kind of reason that is.
        package var trouble: Trouble?
        /// What it was given.
        package var sent: Amount
        /// What it gave.
        package var received: Amount
        /// How many rounds.
        package var rounds: Int
        /// How long they took.
        package var seconds: Int

        /// Creates it.
        package init(
            handle: String,
            ok: Bool,
            level: Bool,
            more: Bool,
            not_taken: [String],
            refused: [String],
            finding: Bool,
            error: String?,
            trouble: Trouble?,
            sent: Amount,
            received: Amount,
            rounds: Int,
            seconds: Int
        ) {
            self.handle = handle
            self.ok = ok
            self.level = level
            self.more = more
            self.not_taken = not_taken
            self.refused = refused
            self.finding = finding
            self.error = error
            self.trouble = trouble
            self.sent = sent
            self.received = received
            self.rounds = rounds
            self.seconds = seconds
        }
    }

    /// What moved.
    package struct Amount: Codable, Hashable, Sendable {
        /// Entries.
        package var entries: Int
        /// Bytes.
        package var bytes: Int

        /// Creates an amount.
        package init(entries: Int, bytes: Int) {
            self.entries = entries
            self.bytes = bytes
        }
    }
}

/// Fetches the own logs back from partners and goes on.
package struct Recover: Request {
    /// Its name to other processes.
    package static let name = "recover"
    /// What it needs.
    package static let rights: Set<Right> = [.administer]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// Whether nobody is asked: what the folder holds is taken for all there is.
    package var offline: Bool

    /// Asks for the own logs.
    package init(offline: Bool = false) {
        self.offline = offline
    }

    /// What it would change.
    package var change: Change? { Change(self.offline ? "recover offline" : "recover") }

    /// What came of it.
    package struct Answer: Document {
        /// The tables, ascending by ID.
        package var tables: [Table]
        /// Always 0: what cannot be written is refused, so nothing waits
        /// (`Protocol/decisions/0016`).
        package var drafts: Int

        /// Creates an answer.
        package init(tables: [Table], drafts: Int) {
            self.tables = tables
            self.drafts = drafts
        }

        /// Unavailable where a log is in doubt still, a finding where entries are lost.
        package var outcome: Outcome {
            self.tables.contains { $0.problem != nil }
                ? .unavailable
                : self.tables.contains { $0.lost + $0.missing > 0 } ? .finding : .done
        }
    }

    /// What came of one table.
    package struct Table: Codable, Hashable, Sendable {
        /// Its ID.
        package var table: String
        /// Its name.
        package var name: String
        /// Entries that were fetched back.
        package var fetched: Int
        /// Entries of which nobody returned the contents.
        package var lost: Int
        /// The same, where nobody could be asked: who was not may hold them.
        package var missing: Int
        /// Which of the own logs is written to, from 0.
        package var generation: Int
        /// Own entries beyond where a charter cut an earlier log: they count nowhere.
        package var cut: Int
        /// Why the log is in doubt still; `nil` where it is not.
        package var problem: String?
        /// Partners that were not reached, each with why.
        package var unreached: [String]

        /// Creates it.
        package init(
            table: String,
            name: String,
            fetched: Int,
            lost: Int,
            missing: Int,
            generation: Int,
            cut: Int,
            problem: String?,
            unreached: [String]
        ) {
            self.table = table
            self.name = name
            self.fetched = fetched
            self.lost = lost
            self.missing = missing
            self.generation = generation
            self.cut = cut
            self.problem = problem
            self.unreached = unreached
        }
    }
}
