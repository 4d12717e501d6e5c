/// One page of a case: some of its subjects, fragments and notes, and how many there are.
///
/// A case has parts without end; a page shows so many of each that it stays readable, whatever the case.
package struct ShowCasePage: Request {
    /// Its name to other processes.
    package static let name = "show-case-page"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents]
    /// Most parts of one kind that a page has.
    package static let partsMax = 200

    /// By what subjects are in order; where it is equal, by key.
    package enum SubjectOrder: String, Choice {
        /// What its fragments have in common.
        case key
        /// The first of its names.
        case name
        /// How many of its facts are in conflict.
        case conflicts
        /// How many fragments are about it.
        case fragments
    }

    /// By what fragments are in order; where it is equal, by when they were shared.
    package enum FragmentOrder: String, Choice {
        /// The day that they are about; those without one last.
        case date
        /// When their newest version was written, by its owner's clock.
        case shared
        /// Handle of who shares it.
        case owner
        /// Type of the record.
        case type
    }

    /// ID of the case, or its beginning.
    package var `case`: String
    /// ID of the only subject that is shown, with the fragments about it; `nil` for all.
    package var subject: String?
    /// Whether subjects in conflict alone are shown.
    package var disputed: Bool
    /// The order of subjects; `nil` for ``SubjectOrder/key``.
    package var subject_order: SubjectOrder?
    /// Whether that order is turned round.
    package var subjects_reversed: Bool
    /// How many subjects come before the page.
    package var subject_start: Int
    /// The order of fragments; `nil` for ``FragmentOrder/date``.
    package var fragment_order: FragmentOrder?
    /// Whether that order is turned round.
    package var fragments_reversed: Bool
    /// How many fragments come before the page.
    package var fragment_start: Int
    /// ID of a fragment: the page is the one that it is on, where it is on any; `nil` for ``fragment_start``.
    package var fragment: String?
    /// Handle of the only owner whose fragments are shown; `nil` for all.
    package var fragment_owner: String?
    /// How many notes, the newest first, come before the page.
    package var note_start: Int
    /// Most of each that the page has.
    package var limit: Int
    /// Whether it is only looked at in passing: it takes the place of no case that people work in.
    package var glances: Bool

    /// Asks for the first page.
    package init(case id: String, limit: Int) {
        self.case = id
        self.disputed = false
        self.subjects_reversed = false
        self.subject_start = 0
        self.fragments_reversed = false
        self.fragment_start = 0
        self.note_start = 0
        self.limit = limit
        self.glances = false
    }

    /// A page, and of what it is one.
    package struct Answer: Document {
        /// The view, with the subjects in their order, the newest notes of the page, and links and conflicts, as far as they are
        /// on the page; of the fragments those that are shared, in no order; without a time line.
        package var view: ShowCase.Answer
        /// The fragments of the page in their order: also what was withdrawn.
        package var disclosures: [ListDisclosures.Item]
        /// Subjects that the page names beside those that it shows, without their sources.
        package var mentioned: [ShowCase.Subject]
        /// Subjects of the conflicts of the page.
        package var disputed: [ShowCase.Subject]
        /// Of the subjects of the page, and of its conflicts, who shares fragments about each: by ID.
        package var sources: Members<[SourceCount]>
        /// Fragments about those subjects that the whole audience was given, by ID.
        package var open: [String]
        /// Fragments about those subjects of which more is to be known than what they say.
        package var marked: [Mark]
        /// Notes in the form of a weighing, of each author in turn the newest, in order of time.
        package var weighings: [ShowCase.Note]
        /// How many fragments come before the page.
        package var fragment_start: Int
        /// How many there are of each.
        package var counts: Counts
        /// ``ListCases/Item/mark`` of the case.
        package var mark: String

        /// Creates a page.
        package init(
            view: ShowCase.Answer,
            disclosures: [ListDisclosures.Item],
            mentioned: [ShowCase.Subject],
            disputed: [ShowCase.Subject],
            sources: Members<[SourceCount]>,
            open: [String],
            marked: [Mark],
            weighings: [ShowCase.Note],
            fragment_start: Int,
            counts: Counts,
            mark: String
        ) {
            self.view = view
            self.disclosures = disclosures
            self.mentioned = mentioned
            self.disputed = disputed
            self.sources = sources
            self.open = open
            self.marked = marked
            self.weighings = weighings
            self.fragment_start = fragment_start
            self.counts = counts
            self.mark = mark
        }
    }

    /// How many parts a case has.
    package struct Counts: Codable, Hashable, Sendable {
        /// Subjects.
        package var subjects: Int
        /// Those of them that a page can show, as was asked.
        package var subjects_found: Int
        /// Fragments, with those that were withdrawn.
        package var fragments: Int
        /// Those of them that count and have not expired, as in the list of cases.
        package var fragments_current: Int
        /// Those of them that a page can show, as was asked.
        package var fragments_found: Int
        /// Notes.
        package var notes: Int
        /// Links.
        package var links: Int
        /// Conflicts that are no variants.
        package var conflicts: Int

        /// Creates counts.
        package init(
            subjects: Int,
            subjects_found: Int,
            fragments: Int,
            fragments_current: Int,
            fragments_found: Int,
            notes: Int,
            links: Int,
            conflicts: Int
        ) {
            self.subjects = subjects
            self.subjects_found = subjects_found
            self.fragments = fragments
            self.fragments_current = fragments_current
            self.fragments_found = fragments_found
            self.notes = notes
            self.links = links
            self.conflicts = conflicts
        }
    }

    /// How many fragments somebody shares about a subject.
    package struct SourceCount: Codable, Hashable, Sendable {
        /// Handle of their owner.
        package var by: String
        /// How many.
        package var count: Int

        /// Counts fragments.
        package init(by: String, count: Int) {
            self.by = by
            self.count = count
        }
    }

    /// What is to be known of a fragment beside what it says.
    package struct Mark: Codable, Hashable, Sendable {
        /// Its ID.
        package var fragment: String
        /// Whether its last day is over, by this node's clock.
        package var expired: Bool
        /// Whether it is dated outside the period of the charter it was shared under.
        package var outside_period: Bool

        /// Marks a fragment.
        package init(fragment: String, expired: Bool, outside_period: Bool) {
            self.fragment = fragment
            self.expired = expired
            self.outside_period = outside_period
        }
    }
}
