/// Shares fields of an own record in a case: a fragment, or the next version of one.
package struct ShareRecord: Request {
    /// Its name to other processes.
    package static let name = "share-record"
    /// What it needs.
    package static let rights: Set<Right> = [.writeCases]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// ID of the case, or its beginning.
    package var `case`: String
    /// ID of the record, or its beginning.
    package var record: String
    /// Names of the fields.
    package var fields: [String]
    /// Handles of who is given it; `nil` for the case's audience.
    package var to: [String]?
    /// Codes of grounds to prefer; `nil` for the case's.
    package var grounds: [String]?
    /// Category of the data; `nil` for the record's, or that of what is shared of it.
    package var category: String?
    /// Last day; `nil` for the one it has, or none.
    package var expires: String?
    /// What a preview said of itself (``PreviewShare/Answer/seen``): where it would say something
    /// else by now that is a conflict, and nothing is written; `nil` for no check.
    package var seen: String?
    /// What becomes of who was given an earlier version and is left out now; `nil` where nobody may
    /// be.
    package var leaving_out: LeavingOut?
    /// Why the category may be below the record's, or the one of what is shared of it; `nil`: it
    /// may not be.
    package var lowering: String?

    /// Asks for a fragment.
    package init(
        case id: String,
        record: String,
        fields: [String],
        to: [String]? = nil,
        grounds: [String]? = nil,
        category: String? = nil,
        expires: String? = nil,
        seen: String? = nil,
        leaving_out: LeavingOut? = nil,
        lowering: String? = nil
    ) {
        self.case = id
        self.record = record
        self.fields = fields
        self.to = to
        self.grounds = grounds
        self.category = category
        self.expires = expires
        self.seen = seen
        self.leaving_out = leaving_out
        self.lowering = lowering
    }

    /// What it would change.
    package var change: Change? { Change("share record", "case \(Change.id(self.case))") }

    /// What becomes of a partner that a new version of a fragment leaves out.
    package enum LeavingOut: String, Choice {
        /// It keeps the version that it has.
        case keep
        /// That is withdrawn from everybody, and the others are given a fragment of its own.
        case takeBack = "take-back"
    }

    /// Who was given an earlier version, and not a later one.
    package struct LeftOut: Codable, Hashable, Sendable {
        /// Handle of the member.
        package var handle: String
        /// The version that it has.
        package var version: Int

        /// Creates it.
        package init(handle: String, version: Int) {
            self.handle = handle
            self.version = version
        }
    }

    /// What was shared.
    package struct Answer: WrittenDocument {
        /// ID of the fragment.
        package var fragment: String
        /// What was written.
        package var entry: EntryReference
        /// Number of the version.
        package var version: Int
        /// Names of fields that are empty in the record, and were left out.
        package var omitted: [String]
        /// Who was given it.
        package var recipients: [GroundedRecipient]
        /// Who has an earlier version, and was left out.
        package var left_out: [LeftOut]

        /// Creates an answer.
        package init(
            fragment: String,
            entry: EntryReference,
            version: Int,
            omitted: [String],
            recipients: [GroundedRecipient],
            left_out: [LeftOut]
        ) {
            self.fragment = fragment
            self.entry = entry
            self.version = version
            self.omitted = omitted
            self.recipients = recipients
            self.left_out = left_out
        }
    }
}

/// Tells what sharing would give to whom, and writes nothing.
package struct PreviewShare: Request {
    /// Its name to other processes.
    package static let name = "preview-share"
    /// What it needs: it shows what stands in the record.
    package static let rights: Set<Right> = [.readContents, .writeCases]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// What would be asked.
    package var share: ShareRecord

    /// Asks what would be given.
    package init(_ share: ShareRecord) {
        self.share = share
    }

    /// What each recipient would see.
    package struct Answer: Document {
        /// ID of the fragment that gets a new version; `nil` for a new one.
        package var fragment: String?
        /// Number of the version.
        package var version: Int
        /// Names of fields that are empty in the record, and would be left out.
        package var omitted: [String]
        /// Who would be given it.
        package var recipients: [GroundedRecipient]
        /// Category of the data.
        package var category: String
        /// Why that is below the record's; `nil` where it is not.
        package var lowered: String?
        /// Last day; `nil` for none.
        package var expires: String?
        /// Who has an earlier version, and would be left out.
        package var left_out: [ShareRecord.LeftOut]
        /// The fields with their values.
        package var fields: Members<String>
        /// By what this preview is known again.
        package var seen: String

        /// Creates an answer.
        package init(
            fragment: String?,
            version: Int,
            omitted: [String],
            recipients: [GroundedRecipient],
            category: String,
            lowered: String?,
            expires: String?,
            left_out: [ShareRecord.LeftOut],
            fields: Members<String>,
            seen: String
        ) {
            self.fragment = fragment
            self.version = version
            self.omitted = omitted
            self.recipients = recipients
            self.category = category
            self.lowered = lowered
            self.expires = expires
            self.left_out = left_out
            self.fields = fields
            self.seen = seen
        }
    }
}

/// Withdraws an own fragment from everybody, or from some.
package struct WithdrawFragment: Request {
    /// Its name to other processes.
    package static let name = "withdraw-fragment"
    /// What it needs.
    package static let rights: Set<Right> = [.writeCases]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// ID of the fragment, or its beginning.
    package var fragment: String
    /// Handles of from whom; `nil` for everybody.
    ///
    /// The others are given a fragment of its own.
    package var from: [String]?
    /// Why; all who have it are told.
    package var reason: String

    /// Asks for a withdrawal.
    package init(fragment: String, from: [String]? = nil, reason: String) {
        self.fragment = fragment
        self.from = from
        self.reason = reason
    }

    /// What it would change.
    package var change: Change? { Change("withdraw", "fragment \(Change.id(self.fragment))") }

    /// What was written.
    package struct Answer: WrittenDocument {
        /// The first withdrawal.
        package var entry: EntryReference
        /// The withdrawals: one for each category in which versions were given.
        package var entries: [EntryReference]
        /// ID of the fragment that the others are given; `nil` for none.
        package var fragment: String?
        /// Handles of the others.
        package var recipients: [String]

        /// Creates an answer.
        package init(
            entry: EntryReference,
            entries: [EntryReference],
            fragment: String?,
            recipients: [String]
        ) {
            self.entry = entry
            self.entries = entries
            self.fragment = fragment
            self.recipients = recipients
        }
    }
}
