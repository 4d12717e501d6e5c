/// The merged view of a case.
package struct ShowCase: Request {
    /// Its name to other processes.
    package static let name = "show-case"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents]

    /// ID of the case, or its beginning.
    package var `case`: String

    /// Asks for a view.
    package init(case id: String) { self.case = id }

    /// The merged view as this node shows it, with what its reader is told beside it.
    package struct Answer: Document {
        /// ID of the case.
        package var `case`: String
        /// ID of the table.
        package var table: String
        /// Handle of who opened it.
        package var owner: String
        /// Handle of the node that shows it.
        package var reader: String
        /// Handles of the newest audience, by member number.
        package var audience: [String]
        /// The live titles.
        package var title: [Value]
        /// The live phases.
        package var phase: [Value]
        /// The live summaries.
        package var summary: [Value]
        /// The live leads.
        package var lead: [Value]
        /// The subjects, by key.
        package var subjects: [Subject]
        /// The fragments that are shown, ascending by ID.
        package var fragments: [Fragment]
        /// The links, by (from, relation, to).
        package var links: [Link]
        /// The notes, in the order of the log that each stands in, members ascending.
        package var notes: [Note]
        /// The tags, by bytes.
        package var tags: [Tag]
        /// The days on which something happened, ascending.
        package var timeline: [Day]
        /// The facts on which owners differ, by (subject, fact).
        package var conflicts: [Conflict]
        /// Who is in the audience no more, by member number.
        package var former_readers: [FormerReader]
        /// Notes of this node that count nowhere: it had been left out.
        package var uncounted_notes: [UncountedNote]
        /// The writes behind title, phase, summary and lead, as who writes later names those that
        /// they saw.
        package var seen: Members<[String]>

        /// Creates a view.
        package init(
            case id: String,
            table: String,
            owner: String,
            reader: String,
            audience: [String],
            title: [Value],
            phase: [Value],
            summary: [Value],
            lead: [Value],
            subjects: [Subject],
            fragments: [Fragment],
            links: [Link],
            notes: [Note],
            tags: [Tag],
            timeline: [Day],
            conflicts: [Conflict],
            former_readers: [FormerReader],
            uncounted_notes: [UncountedNote],
            seen: Members<[String]>
        ) {
            self.case = id
            self.table = table
            self.owner = owner
            self.reader = reader
            self.audience = audience
            self.title = title
            self.phase = phase
            self.summary = summary
            self.lead = lead
            self.subjects = subjects
            self.fragments = fragments
            self.links = links
            self.notes = notes
            self.tags = tags
            self.timeline = timeline
            self.conflicts = conflicts
            self.former_readers = former_readers
            self.uncounted_notes = uncounted_notes
            self.seen = seen
        }
    }

    /// Whether the live values of a title, phase, summary or lead differ.
    package static func isConflict(_ values: [Value]) -> Bool {
        Set(values.map(\.value)).count > 1
    }
}

extension ShowCase.Answer {
    /// How many facts of subjects, and fields of the case, have more than one value.
    package var conflictCount: Int {
        let fields = [self.title, self.phase, self.summary, self.lead]
        return self.conflicts.count + fields.count { ShowCase.isConflict($0) }
    }
}

/// The merged view of a case in the form that is equal, byte for byte, on nodes with equal entitlements.
package struct ShowCanonicalCase: Request {
    /// Its name to other processes.
    package static let name = "show-canonical-case"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents]

    /// ID of the case, or its beginning.
    package var `case`: String
    /// Of when, in milliseconds since 1970; `nil` for now.
    package var at: UInt64?

    /// Asks for a view.
    package init(case id: String, at milliseconds: UInt64? = nil) {
        self.case = id
        self.at = milliseconds
    }

    /// The view.
    package struct Answer: Document {
        /// A document of its own, in the form of RFC 8785.
        package var canonical: String

        /// Creates an answer.
        package init(canonical: String) { self.canonical = canonical }
    }
}
