/// An own record, with its history.
package struct ShowRecord: Request {
    /// Its name to other processes.
    package static let name = "show-record"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents]
    /// Most cases of which it is told that the record was shared in them: each is read for that.
    package static let sharesMax = 20

    /// ID of the record, or its beginning.
    package var record: String

    /// Asks for a record.
    package init(record: String) {
        self.record = record
    }

    /// The record.
    package struct Answer: Document {
        /// Its ID.
        package var id: String
        /// Its type.
        package var type: String
        /// Name of the source system.
        package var source: String
        /// Its key there.
        package var source_key: String
        /// Category of its data.
        package var category: String
        /// When it was last changed.
        package var at: String
        /// Names of the fields that are never shared.
        package var never_share: [String]
        /// Its values by name.
        package var fields: Members<String>
        /// What it was before, newest first.
        package var history: [Version]
        /// The cases that it was shared in, by table and ID; at most ``ShowRecord/sharesMax``.
        package var shares: [Share]
        /// How many there are.
        package var share_count: Int

        /// Creates an answer.
        package init(
            id: String,
            type: String,
            source: String,
            source_key: String,
            category: String,
            at: String,
            never_share: [String],
            fields: Members<String>,
            history: [Version],
            shares: [Share],
            share_count: Int
        ) {
            self.id = id
            self.type = type
            self.source = source
            self.source_key = source_key
            self.category = category
            self.at = at
            self.never_share = never_share
            self.fields = fields
            self.history = history
            self.shares = shares
            self.share_count = share_count
        }
    }

    /// A case that a record was shared in.
    package struct Share: Codable, Hashable, Sendable {
        /// ID of the case.
        package var `case`: String
        /// The live titles, each once.
        package var titles: [String]
        /// The live phases, each once.
        package var phases: [String]
        /// ID of the fragment that it became.
        package var fragment: String
        /// Number of the newest version.
        package var version: Int
        /// When that was written.
        package var at: String
        /// Handles of those who were given a version.
        package var to: [String]
        /// Number of the version that each of them was given last, by handle.
        package var versions: Members<Int>
        /// When it was withdrawn; `nil` where it was not.
        package var withdrawn: String?
        /// Whether a new version can be shared: it was not withdrawn, the table's period runs, and this node is in the case.
        package var takes: Bool

        /// Creates a share.
        package init(
            case id: String,
            titles: [String],
            phases: [String],
            fragment: String,
            version: Int,
            at: String,
            to: [String],
            versions: Members<Int>,
            withdrawn: String?,
            takes: Bool
        ) {
            self.case = id
            self.titles = titles
            self.phases = phases
            self.fragment = fragment
            self.version = version
            self.at = at
            self.to = to
            self.versions = versions
            self.withdrawn = withdrawn
            self.takes = takes
        }
    }

    /// What a record was before.
    package struct Version: Codable, Hashable, Sendable {
        /// Until when.
        package var at: String
        /// Its values by name.
        package var fields: Members<String>

        /// Creates a version.
        package init(at: String, fields: Members<String>) {
            self.at = at
            self.fields = fields
        }
    }
}
