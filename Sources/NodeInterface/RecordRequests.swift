/// Looks for own records, and for fragments that can be read here; everything that is given must
/// hold.
package struct SearchRecords: Request {
    /// Its name to other processes.
    package static let name = "search-records"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents]

    /// Key in the source system.
    package var key: String?
    /// KvK number.
    package var kvk: String?
    /// Vestigingsnummer.
    package var vestiging: String?
    /// Postcode: `1234`, `1234AB`, or a range `P-P`.
    package var postcode: String?
    /// Record type.
    package var type: String?
    /// First date.
    package var from: String?
    /// Last date.
    package var until: String?
    /// Most hits to show, from 1.
    package var limit: Int
    /// Most records and fragments to look at; `nil` for no limit.
    ///
    /// With more own records the search is refused; of others' fragments the rest is not looked at,
    /// and the answer says so.
    package var candidate_limit: Int?

    /// Asks for hits.
    package init(
        key: String? = nil,
        kvk: String? = nil,
        vestiging: String? = nil,
        postcode: String? = nil,
        type: String? = nil,
        from: String? = nil,
        until: String? = nil,
        limit: Int = 100,
        candidate_limit: Int? = nil
    ) {
        self.key = key
        self.kvk = kvk
        self.vestiging = vestiging
        self.postcode = postcode
        self.type = type
        self.from = from
        self.until = until
        self.limit = limit
        self.candidate_limit = candidate_limit
    }

    /// Most hits that are shown.
    package static let limitMax = 10_000

    /// What was found.
    package struct Answer: Document {
        /// The first hits, records before fragments, each descending by ID.
        package var hits: [Hit]
        /// How many there are.
        package var total: Int
        /// Whether others share more that was not looked at.
        package var more: Bool

        /// Creates an answer.
        package init(hits: [Hit], total: Int, more: Bool) {
            self.hits = hits
            self.total = total
            self.more = more
        }
    }

    /// Something that was found.
    package struct Hit: Codable, Hashable, Sendable {
        /// ID of the record or fragment.
        package var id: String
        /// `record` or `fragment`.
        package var kind: String
        /// Handle of whose it is.
        package var owner: String
        /// Type of the record.
        package var type: String
        /// Key in the source system; `nil` for a fragment.
        package var source_key: String?
        /// ID of the case that a fragment is in; `nil` for a record.
        package var `case`: String?
        /// Name of the subject, else what is known of it.
        package var title: String
        /// How well it fits, to 100.
        package var score: Int
        /// By what it was found.
        package var why: String
        /// Of a fragment, whether its last day is over.
        package var expired: Bool

        /// Creates a hit.
        package init(
            id: String,
            kind: String,
            owner: String,
            type: String,
            source_key: String?,
            case caseID: String?,
            title: String,
            score: Int,
            why: String,
            expired: Bool
        ) {
            self.id = id
            self.kind = kind
            self.owner = owner
            self.type = type
            self.source_key = source_key
            self.case = caseID
            self.title = title
            self.score = score
            self.why = why
            self.expired = expired
        }
    }
}

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
        /// When it was withdrawn; `nil` where it was not.
        package var withdrawn: String?

        /// Creates a share.
        package init(
            case id: String,
            titles: [String],
            phases: [String],
            fragment: String,
            version: Int,
            at: String,
            to: [String],
            withdrawn: String?
        ) {
            self.case = id
            self.titles = titles
            self.phases = phases
            self.fragment = fragment
            self.version = version
            self.at = at
            self.to = to
            self.withdrawn = withdrawn
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
