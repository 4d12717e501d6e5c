/// A log's checkpoint and its entries' headers.
package struct ShowLog: Request {
    /// Its name to other processes.
    package static let name = "show-log"
    /// What it needs.
    package static let rights: Set<Right> = [.readLogs]

    /// ID of the table, or its beginning.
    package var table: String
    /// Handle of whose log; `nil` for the own.
    package var author: String?
    /// Which of its logs, from 0; `nil` for the newest.
    package var generation: Int?
    /// Only so many entries, the newest, to ``entriesMax``; `nil` for that many.
    package var last: Int?
    /// Only entries before this index; `nil` for all.
    package var before: Int?

    /// Most entries that one answer has.
    package static let entriesMax = 10_000

    /// Asks for a log.
    package init(
        table: String,
        author: String? = nil,
        generation: Int? = nil,
        last: Int? = nil,
        before: Int? = nil
    ) {
        self.table = table
        self.author = author
        self.generation = generation
        self.last = last
        self.before = before
    }

    /// A log as far as it is held.
    package struct Answer: Document {
        /// The newest signed checkpoint (C2SP tlog-checkpoint); `nil` of an empty log.
        package var checkpoint: String?
        /// Its entries, ascending.
        package var entries: [Entry]
        /// How many it has.
        package var size: Int
        /// Where those begin, as `before` asks for what comes before them; `nil` where nothing does.
        package var earlier: Int?
        /// Which of its author's logs it is.
        package var generation: Int
        /// How many there are.
        package var generations: Int
        /// How many entries count, where a charter cuts it.
        package var pinned: Int?
        /// Whether it exists by the charter that counts.
        package var known: Bool

        /// Creates an answer.
        package init(
            checkpoint: String?,
            entries: [Entry],
            size: Int,
            earlier: Int?,
            generation: Int,
            generations: Int,
            pinned: Int?,
            known: Bool
        ) {
            self.checkpoint = checkpoint
            self.entries = entries
            self.size = size
            self.earlier = earlier
            self.generation = generation
            self.generations = generations
            self.pinned = pinned
            self.known = known
        }
    }

    /// An entry, as far as it is held.
    package struct Entry: Codable, Hashable, Sendable {
        /// Its place in the log, from 0.
        package var index: Int
        /// Its kind; `nil` where the leaf hash alone is held.
        package var kind: String?
        /// When it was written, by its author's clock; `nil` as `kind`.
        package var time: String?
        /// ID of its case; `nil` for none.
        package var `case`: String?
        /// ID of the fragment that it gives or withdraws; `nil` for none, or where it cannot be read here.
        package var fragment: String?
        /// Which version of it, from 1; `nil` as `fragment`, and of a withdrawal.
        package var version: Int?
        /// Who was given it.
        package var to: [GroundedRecipient]
        /// Category of its data.
        package var category: String?
        /// Its hash.
        package var leaf: String
        /// `full`, `lost` (whole, and its key is damaged or gone here), `unopened`, `header` or `leaf`.
        package var state: String

        /// Creates an entry.
        package init(
            index: Int,
            kind: String?,
            time: String?,
            case id: String?,
            fragment: String?,
            version: Int?,
            to: [GroundedRecipient],
            category: String?,
            leaf: String,
            state: String
        ) {
            self.index = index
            self.kind = kind
            self.time = time
            self.case = id
            self.fragment = fragment
            self.version = version
            self.to = to
            self.category = category
            self.leaf = leaf
            self.state = state
        }
    }
}

/// A log's newest signed checkpoint, for other tools.
package struct ShowCheckpoint: Request {
    /// Its name to other processes.
    package static let name = "show-checkpoint"
    /// What it needs.
    package static let rights: Set<Right> = [.readLogs]

    /// ID of the table, or its beginning.
    package var table: String
    /// Handle of whose log; `nil` for the own.
    package var author: String?

    /// Asks for a checkpoint.
    package init(table: String, author: String? = nil) {
        self.table = table
        self.author = author
    }

    /// The checkpoint.
    package struct Answer: Document {
        /// With the cosignatures held (C2SP tlog-checkpoint).
        package var checkpoint: String

        /// Creates an answer.
        package init(checkpoint: String) {
            self.checkpoint = checkpoint
        }
    }
}

/// The keys that check a log's checkpoints and proofs.
package struct ShowLogKeys: Request {
    /// Its name to other processes.
    package static let name = "show-log-keys"
    /// What it needs.
    package static let rights: Set<Right> = [.readLogs]

    /// ID of the table, or its beginning.
    package var table: String
    /// Handle of whose log; `nil` for the own.
    package var author: String?

    /// Asks for keys.
    package init(table: String, author: String? = nil) {
        self.table = table
        self.author = author
    }

    /// The keys.
    package struct Answer: Document {
        /// The log's, then the members' witness keys (C2SP signed-note).
        package var keys: [String]

        /// Creates an answer.
        package init(keys: [String]) {
            self.keys = keys
        }
    }
}

/// That an entry stands in a log, for other tools.
package struct ShowProof: Request {
    /// Its name to other processes.
    package static let name = "show-proof"
    /// What it needs.
    package static let rights: Set<Right> = [.readLogs]

    /// ID of the table, or its beginning.
    package var table: String
    /// The entry's place in the log, from 0.
    package var index: Int
    /// Handle of whose log; `nil` for the own.
    package var author: String?

    /// Asks for a proof.
    package init(table: String, index: Int, author: String? = nil) {
        self.table = table
        self.index = index
        self.author = author
    }

    /// The proof.
    package struct Answer: Document {
        /// The proof (C2SP tlog-proof).
        package var proof: String
        /// The entry's header in base64, which it is about; `nil` where the leaf hash alone is
        /// held.
        package var leaf: String?

        /// Creates an answer.
        package init(proof: String, leaf: String?) {
            self.proof = proof
            self.leaf = leaf
        }
    }
}

/// The proof that a member signed two histories of its log.
package struct ShowFork: Request {
    /// Its name to other processes.
    package static let name = "show-fork"
    /// What it needs.
    package static let rights: Set<Right> = [.readLogs]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// ID of the table, or its beginning.
    package var table: String
    /// Handle of whose log; `nil` where one alone forked.
    package var author: String?

    /// Asks for a proof.
    package init(table: String, author: String? = nil) {
        self.table = table
        self.author = author
    }

    /// What it would change.
    package var change: Change? {
        Change("write proof of a fork", "table \(Change.id(self.table))")
    }

    /// The proof.
    package struct Answer: FileDocument {
        /// Handle of whose log it is.
        package var author: String
        /// Which of its logs, from 0.
        package var generation: Int
        /// The first entry that differs.
        package var index: Int
        /// Sizes of the two checkpoints.
        package var sizes: [Int]
        /// What is told of it.
        package var text: String
        /// The file; as a command prints it, where it was written.
        package var proof: String

        /// Creates an answer.
        package init(
            author: String,
            generation: Int,
            index: Int,
            sizes: [Int],
            text: String,
            proof: String
        ) {
            self.author = author
            self.generation = generation
            self.index = index
            self.sizes = sizes
            self.text = text
            self.proof = proof
        }

        /// ``proof``.
        package var file: String {
            get { self.proof }
            set { self.proof = newValue }
        }
    }
}
