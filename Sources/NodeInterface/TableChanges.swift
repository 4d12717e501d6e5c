/// A table's file after it was signed here.
package struct SignedTable: FileDocument {
    /// ID of the table.
    package var table: String
    /// Its name.
    package var name: String
    /// Number of the newest version.
    package var version: Int
    /// How many must sign it.
    package var quorum: Int
    /// How many have signed it.
    package var signatures: Int
    /// Whether that is enough.
    package var effective: Bool
    /// First day of its period.
    package var from: String
    /// Last day of it.
    package var until: String
    /// Whether that runs, by this node's day.
    package var period: Period
    /// What is to be known beside that; `nil` for nothing.
    package var note: Note?
    /// The version that counted here and gave way; `nil` for none.
    package var undone: Undone?
    /// The file's text; as a command prints it, where it was written.
    package var file: String

    /// Creates an answer.
    package init(
        table: String,
        name: String,
        version: Int,
        quorum: Int,
        signatures: Int,
        effective: Bool,
        from: String,
        until: String,
        period: Period,
        note: Note?,
        undone: Undone?,
        file: String
    ) {
        self.table = table
        self.name = name
        self.version = version
        self.quorum = quorum
        self.signatures = signatures
        self.effective = effective
        self.from = from
        self.until = until
        self.period = period
        self.note = note
        self.undone = undone
        self.file = file
    }

    /// What is to be known of what was signed.
    package enum Note: String, Choice {
        /// A version that counted here gave way to another text of it, which a quorum signed too.
        case undone
        /// Nothing was signed: another text of a version of the file counts here.
        case rival
        /// Nothing was signed: the file is older than what is held here.
        case older
        /// Nothing was signed: this node has no vote on the version.
        case noVote = "no-vote"
        /// The draft that gave way was signed here before.
        case givenUp = "given-up"
    }

    /// A version that counts no more.
    package struct Undone: Codable, Hashable, Sendable {
        /// Its number.
        package var version: Int
        /// The table's name in it.
        package var name: String

        /// Names a version.
        package init(version: Int, name: String) {
            self.version = version
            self.name = name
        }
    }
}

/// Drafts and signs a table's charter.
package struct CreateTable: Request {
    /// Its name to other processes.
    package static let name = "create-table"
    /// What it needs.
    package static let rights: Set<Right> = [.administer]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// Its theme.
    package var theme: String
    /// Its name.
    package var name: String
    /// Its purpose limitation.
    package var purpose: String
    /// First day.
    package var from: String
    /// Last day.
    package var until: String
    /// The other members' cards, as text.
    package var cards: [String]
    /// `HANDLE=ROLE` of those that are no partners.
    package var roles: [String]
    /// Text of the grounds file; `nil` for the default grounds.
    package var grounds: String?
    /// How many must sign; `nil` for a strict majority.
    package var quorum: Int?
    /// How many partners should cosign a checkpoint; `nil` for none.
    package var witness_quorum: Int?

    /// Asks for a table.
    package init(
        theme: String,
        name: String,
        purpose: String,
        from: String,
        until: String,
        cards: [String],
        roles: [String] = [],
        grounds: String? = nil,
        quorum: Int? = nil,
        witness_quorum: Int? = nil
    ) {
        self.theme = theme
        self.name = name
        self.purpose = purpose
        self.from = from
        self.until = until
        self.cards = cards
        self.roles = roles
        self.grounds = grounds
        self.quorum = quorum
        self.witness_quorum = witness_quorum
    }

    /// What it would change.
    package var change: Change? { Change("create table") }

    /// The table's file.
    package typealias Answer = SignedTable
}

/// Checks and signs a table's file, and adopts what counts.
package struct AcceptTable: Request {
    /// Its name to other processes.
    package static let name = "accept-table"
    /// What it needs.
    package static let rights: Set<Right> = [.administer]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// The file's text.
    package var file: String
    /// Whether its draft takes the place of another that is held.
    package var replaces: Bool

    /// Asks to accept a file.
    package init(file: String, replaces: Bool = false) {
        self.file = file
        self.replaces = replaces
    }

    /// What it would change.
    package var change: Change? { Change("accept table") }

    /// The table's file.
    package typealias Answer = SignedTable
}

/// Drafts and signs the next version of a charter, which cuts logs that forked.
package struct AmendTable: Request {
    /// Its name to other processes.
    package static let name = "amend-table"
    /// What it needs.
    package static let rights: Set<Right> = [.administer]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// ID of the table, or its beginning.
    package var table: String
    /// Handles of the members whose logs it cuts.
    package var pinning: [String]

    /// Asks for a version.
    package init(table: String, pinning: [String]) {
        self.table = table
        self.pinning = pinning
    }

    /// What it would change.
    package var change: Change? { Change("amend table", "table \(Change.id(self.table))") }

    /// The table's file.
    package typealias Answer = SignedTable
}
