/// Opens a case.
package struct OpenCase: Request {
    /// Its name to other processes.
    package static let name = "open-case"
    /// What it needs.
    package static let rights: Set<Right> = [.writeCases]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// ID of the table, or its beginning.
    package var table: String
    /// Its title.
    package var title: String
    /// Its summary; may be empty.
    package var summary: String
    /// Category of the shared work.
    package var category: String
    /// Handles of who is in it; `nil` for all partners.
    package var to: [String]?
    /// Codes of grounds to prefer.
    package var grounds: [String]?

    /// Asks for a case.
    package init(
        table: String,
        title: String,
        summary: String = "",
        category: String,
        to: [String]? = nil,
        grounds: [String]? = nil
    ) {
        self.table = table
        self.title = title
        self.summary = summary
        self.category = category
        self.to = to
        self.grounds = grounds
    }

    /// What it would change.
    package var change: Change? { Change("open case", "table \(Change.id(self.table))") }

    /// What was opened.
    package struct Answer: WrittenDocument {
        /// ID of the case.
        package var `case`: String
        /// What was written.
        package var entry: EntryReference
        /// Handles of who is in it.
        package var audience: [String]

        /// Creates an answer.
        package init(case id: String, entry: EntryReference, audience: [String]) {
            self.case = id
            self.entry = entry
            self.audience = audience
        }
    }
}

/// Tells what opening a case would tell to whom, and writes nothing.
package struct PreviewOpening: Request {
    /// Its name to other processes.
    package static let name = "preview-opening"
    /// What it needs.
    package static let rights: Set<Right> = [.writeCases]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// What would be asked.
    package var opening: OpenCase

    /// Asks what would be told.
    package init(_ opening: OpenCase) {
        self.opening = opening
    }

    /// Who would see title and summary.
    package struct Answer: Document {
        /// Category of the shared work.
        package var category: String
        /// The title as it would be written.
        package var title: String
        /// The summary as it would be written.
        package var summary: String
        /// Who would be told of the case.
        package var recipients: [GroundedRecipient]

        /// Creates an answer.
        package init(
            category: String,
            title: String,
            summary: String,
            recipients: [GroundedRecipient]
        ) {
            self.category = category
            self.title = title
            self.summary = summary
            self.recipients = recipients
        }
    }
}

/// Writes a title, phase, lead or summary, in place of the values there are.
package struct SetCase: Request {
    /// Its name to other processes.
    package static let name = "set-case"
    /// What it needs.
    package static let rights: Set<Right> = [.writeCases]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// ID of the case, or its beginning.
    package var `case`: String
    /// `title`, `phase`, `lead` or `summary`.
    package var field: String
    /// The new value.
    package var value: String
    /// The only writes that it supersedes (``ShowCase/Answer/seen``); `nil` for all there are.
    ///
    /// Another of this node's since then is a conflict.
    package var seen: [String]?

    /// Asks for a new value.
    package init(case id: String, field: String, value: String, seen: [String]? = nil) {
        self.case = id
        self.field = field
        self.value = value
        self.seen = seen
    }

    /// What it would change.
    package var change: Change? {
        Change("set \(Change.word(self.field))", "case \(Change.id(self.case))")
    }

    /// What was written.
    package typealias Answer = Written
}

/// Adds a note to a case.
package struct AddNote: Request {
    /// Its name to other processes.
    package static let name = "add-note"
    /// What it needs.
    package static let rights: Set<Right> = [.writeCases]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// ID of the case, or its beginning.
    package var `case`: String
    /// What it says; not blank alone.
    package var text: String

    /// Asks for a note.
    package init(case id: String, text: String) {
        self.case = id
        self.text = text
    }

    /// What it would change.
    package var change: Change? { Change("add note", "case \(Change.id(self.case))") }

    /// What was written.
    package typealias Answer = Written
}

/// Links two subjects of a case, or removes such a link.
package struct LinkSubjects: Request {
    /// Its name to other processes.
    package static let name = "link-subjects"
    /// What it needs.
    package static let rights: Set<Right> = [.writeCases]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// ID of the case, or its beginning.
    package var `case`: String
    /// ID of the first, or its beginning.
    package var from: String
    /// How it relates to the other: a-z and hyphen.
    package var relation: String
    /// ID of the other, or its beginning.
    package var to: String
    /// Why; may be left out.
    ///
    /// A link is removed whatever its reason.
    package var reason: String?
    /// Whether the link is removed.
    package var removes: Bool

    /// Asks for a link.
    package init(
        case id: String,
        from: String,
        relation: String,
        to: String,
        reason: String? = nil,
        removes: Bool = false
    ) {
        self.case = id
        self.from = from
        self.relation = relation
        self.to = to
        self.reason = reason
        self.removes = removes
    }

    /// What it would change.
    package var change: Change? {
        Change(self.removes ? "remove link" : "add link", "case \(Change.id(self.case))")
    }

    /// What was written.
    package typealias Answer = Written
}

/// Tags a case, or removes a tag.
package struct TagCase: Request {
    /// Its name to other processes.
    package static let name = "tag-case"
    /// What it needs.
    package static let rights: Set<Right> = [.writeCases]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// ID of the case, or its beginning.
    package var `case`: String
    /// The tag.
    package var tag: String
    /// Whether the tag is removed.
    package var removes: Bool
    /// The only additions that a removal takes back (``ShowCase/Tag/seen``); `nil` for all there
    /// are.
    package var seen: [String]?

    /// Asks for a tag.
    package init(case id: String, tag: String, removes: Bool = false, seen: [String]? = nil) {
        self.case = id
        self.tag = tag
        self.removes = removes
        self.seen = seen
    }

    /// What it would change.
    package var change: Change? {
        Change(self.removes ? "remove tag" : "add tag", "case \(Change.id(self.case))")
    }

    /// What was written.
    package typealias Answer = Written
}

/// Leaves members out of an own case.
package struct SetAudience: Request {
    /// Its name to other processes.
    package static let name = "set-audience"
    /// What it needs.
    package static let rights: Set<Right> = [.writeCases]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// ID of the case, or its beginning.
    package var `case`: String
    /// Handles of who stays; the own one need not be named.
    package var to: [String]

    /// Asks for another audience.
    package init(case id: String, to: [String]) {
        self.case = id
        self.to = to
    }

    /// What it would change.
    package var change: Change? { Change("set audience", "case \(Change.id(self.case))") }

    /// What was written.
    package struct Answer: WrittenDocument {
        /// ID of the case.
        package var `case`: String
        /// What was written.
        package var entry: EntryReference
        /// Number of the audience's version.
        package var version: Int
        /// Handles of who is in it now.
        package var audience: [String]
        /// Handles of who was left out.
        package var left_out: [String]

        /// Creates an answer.
        package init(
            case id: String,
            entry: EntryReference,
            version: Int,
            audience: [String],
            left_out: [String]
        ) {
            self.case = id
            self.entry = entry
            self.version = version
            self.audience = audience
            self.left_out = left_out
        }
    }
}

/// Tells what another audience would come to, and writes nothing.
package struct PreviewAudience: Request {
    /// Its name to other processes.
    package static let name = "preview-audience"
    /// What it needs.
    package static let rights: Set<Right> = [.writeCases]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// What would be asked.
    package var audience: SetAudience

    /// Asks what would be written.
    package init(_ audience: SetAudience) {
        self.audience = audience
    }

    /// What would be written.
    package struct Answer: Document {
        /// ID of the case.
        package var `case`: String
        /// Number of the audience's version.
        package var version: Int
        /// Handles of who would be in it.
        package var audience: [String]
        /// Handles of who would be left out.
        package var left_out: [String]

        /// Creates an answer.
        package init(case id: String, version: Int, audience: [String], left_out: [String]) {
            self.case = id
            self.version = version
            self.audience = audience
            self.left_out = left_out
        }
    }
}
