/// A table with the version of its charter that counts.
package struct ShowTable: Request {
    /// Its name to other processes.
    package static let name = "show-table"
    /// What it needs.
    package static let rights: Set<Right> = [.readTables]

    /// ID of the table, or its beginning.
    package var table: String

    /// Asks for a table.
    package init(table: String) {
        self.table = table
    }

    /// A version of a table's charter.
    package struct Answer: Document {
        /// ID of the table.
        package var table: String
        /// Number of the version.
        package var version: Int
        /// Name of the table.
        package var name: String
        /// Its theme.
        package var theme: String
        /// Its purpose limitation.
        package var purpose: String
        /// First day.
        package var from: String
        /// Last day.
        package var until: String
        /// Whether that period runs, by this node's day.
        package var period: Period
        /// Day of the evaluation.
        package var evaluation: String
        /// The members, by number.
        package var members: [Member]
        /// The legal grounds, in order of preference.
        package var grounds: [Ground]
        /// Logs that the version cuts.
        package var pins: [Pin]
        /// Handles of who signed it, by member number.
        package var signatures: [String]
        /// How many must sign.
        package var quorum: Int
        /// How many partners should cosign a checkpoint.
        package var witness_quorum: Int
        /// Whether enough have signed.
        package var effective: Bool
        /// The next version, which does not count yet; `nil` for none, and in a file.
        package var draft: Draft?
        /// Of a file, what its newest version says differently.
        package var changes: [Change]?
        /// Of a file, how it stands to what is held here.
        package var standing: Standing?

        /// Creates an answer.
        package init(
            table: String,
            version: Int,
            name: String,
            theme: String,
            purpose: String,
            from: String,
            until: String,
            period: Period,
            evaluation: String,
            members: [Member],
            grounds: [Ground],
            pins: [Pin],
            signatures: [String],
            quorum: Int,
            witness_quorum: Int,
            effective: Bool,
            draft: Draft?,
            changes: [Change]?,
            standing: Standing?
        ) {
            self.table = table
            self.version = version
            self.name = name
            self.theme = theme
            self.purpose = purpose
            self.from = from
            self.until = until
            self.period = period
            self.evaluation = evaluation
            self.members = members
            self.grounds = grounds
            self.pins = pins
            self.signatures = signatures
            self.quorum = quorum
            self.witness_quorum = witness_quorum
            self.effective = effective
            self.draft = draft
            self.changes = changes
            self.standing = standing
        }
    }

    /// A member of a table.
    package struct Member: Codable, Hashable, Sendable {
        /// Its handle.
        package var handle: String
        /// Its number.
        package var number: Int
        /// Its class.
        package var `class`: String
        /// Its role.
        package var role: String
        /// Name of the organisation; `nil` while no card is held.
        package var name: String?
        /// Version of its card; `nil` while none is held.
        package var card_version: Int?
        /// ID of its node.
        package var node: String

        /// Creates a member.
        package init(
            handle: String,
            number: Int,
            class memberClass: String,
            role: String,
            name: String?,
            card_version: Int?,
            node: String
        ) {
            self.handle = handle
            self.number = number
            self.class = memberClass
            self.role = role
            self.name = name
            self.card_version = card_version
            self.node = node
        }
    }

    /// A ground on which members give each other data.
    package struct Ground: Codable, Hashable, Sendable {
        /// Its code.
        package var code: String
        /// Its text.
        package var text: String
        /// Classes of who gives; `*` for every class.
        package var from: [String]
        /// Classes of who is given; `*` for every class.
        package var to: [String]
        /// Categories of data.
        package var categories: [String]

        /// Creates a ground.
        package init(code: String, text: String, from: [String], to: [String], categories: [String])
        {
            self.code = code
            self.text = text
            self.from = from
            self.to = to
            self.categories = categories
        }

        /// Whether a member of one class may give one of another data of a category on it.
        package func fits(from sender: String, to receiver: String, category: String) -> Bool {
            (self.from.contains("*") || self.from.contains(sender))
                && (self.to.contains("*") || self.to.contains(receiver))
                && self.categories.contains(category)
        }
    }

    /// A log that is cut.
    package struct Pin: Codable, Hashable, Sendable {
        /// Handle of whose log it is.
        package var author: String
        /// Which of its logs.
        package var generation: Int
        /// How many entries count.
        package var size: Int
        /// Root hash of those.
        package var root: String

        /// Creates a pin.
        package init(author: String, generation: Int, size: Int, root: String) {
            self.author = author
            self.generation = generation
            self.size = size
            self.root = root
        }
    }

    /// The next version of a charter.
    package struct Draft: Codable, Hashable, Sendable {
        /// Its number.
        package var version: Int
        /// Handles of who signed it.
        package var signatures: [String]
        /// How many must sign.
        package var quorum: Int
        /// What it says differently.
        package var changes: [Change]

        /// Creates a draft.
        package init(version: Int, signatures: [String], quorum: Int, changes: [Change]) {
            self.version = version
            self.signatures = signatures
            self.quorum = quorum
            self.changes = changes
        }
    }

    /// Something that two versions of a charter say differently.
    package struct Change: Codable, Hashable, Sendable {
        /// What it is about.
        package var what: String
        /// What the older says; `nil` where it says nothing of it.
        package var before: String?
        /// What the newer says; `nil` where it says nothing of it.
        package var after: String?

        /// Creates a change.
        package init(what: String, before: String?, after: String?) {
            self.what = what
            self.before = before
            self.after = after
        }
    }

    /// How a file stands to what is held here.
    package struct Standing: Codable, Hashable, Sendable {
        /// In what way.
        package var state: State
        /// The version that its newest is compared with, or of which another text counts; `nil` for
        /// a new table.
        package var version: Int?

        /// Creates it.
        package init(state: State, version: Int?) {
            self.state = state
            self.version = version
        }

        /// How a file's newest version stands to what is held.
        package enum State: String, Choice {
            /// Nothing of its table is held, and it has one version.
            case new
            /// Nothing of its table is held; its version is compared with the one before in the file.
            case notHeld = "not-held"
            /// It is later than the version that counts here.
            case later
            /// Nothing in it is newer than what counts here.
            case notNewer = "not-newer"
            /// Another text of a version counts here, and its quorum signed both: the file's comes first.
            case takesPlace = "takes-place"
            /// Another text of a version counts here, and its quorum signed both: that one comes first.
            case givesWay = "gives-way"
        }
    }
}

/// What a table's file that was not accepted would bring.
package struct ShowTableFile: Request {
    /// Its name to other processes.
    package static let name = "show-table-file"
    /// What it needs.
    package static let rights: Set<Right> = [.readTables]
    /// A file is too long for a query.
    package static let isQuery = false

    /// The file's text.
    package var file: String

    /// Asks about a file.
    package init(file: String) {
        self.file = file
    }

    /// The newest version in the file.
    package typealias Answer = ShowTable.Answer
}
