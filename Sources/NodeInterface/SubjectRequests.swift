/// Everything that can be read here of one subject (`Protocol/subjects.md` §2).
package struct ShowSubject: Request {
    /// Its name to other processes.
    package static let name = "show-subject"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents]
    /// Most own records, and most fragments, that are read.
    package static let itemsMax = 2_000
    /// Most of each that are listed, the newest first.
    package static let listedMax = 500
    /// Most values of a fact, and names.
    package static let valuesMax = 20
    /// Most cases, establishments, sites, relations and decisions each.
    package static let partsMax = 200
    /// Most successions of one subject that are told, and followed, each way.
    package static let takeoversMax = 20
    /// Most steps back from a subject to what it took over from, and forth.
    package static let stepsMax = 16
    /// Quarters of a year that are told of.
    package static let quarterCount = 20

    /// The subject: its key, its ID, or the beginning of that.
    package var subject: String

    /// Asks for a subject.
    package init(subject: String) { self.subject = subject }

    /// What is known of it.
    package struct Answer: Document {
        /// Its ID.
        package var id: String
        /// Its keys: one, but for an own record without a number of which fragments were made.
        package var keys: [String]
        /// What it is called, the newest of each source first; else what is known of it.
        package var name: SubjectTitle
        /// Key of the company of an establishment, where its sources name one alone.
        package var parent: String?
        /// What is said of it, by fact.
        package var facts: Members<[FactValue]>
        /// Own records, newest first.
        package var records: [Item]
        /// How many there are; of more than are read, those that are read.
        package var records_found: Int
        /// Fragments of others, newest first.
        package var fragments: [Item]
        /// How many there are; of more than are read, those that are read.
        package var fragments_found: Int
        /// How many records and fragments are about its establishments; they are in no other number, item or quarter.
        package var establishment_items: Int
        /// How many of the items are of predecessors; they are in no other number.
        package var predecessors_found: Int
        /// Whether there are more that were not read.
        package var more: Bool
        /// The cases in which something of it stands.
        package var cases: [CaseReference]
        /// Of a company, its establishments.
        package var establishments: [SubjectEnd]
        /// The places that are named.
        package var sites: [Site]
        /// The last quarters, oldest first.
        package var quarters: [Quarter]
        /// How many items have no date, and how many one outside these quarters.
        package var undated: Int
        /// How many are dated outside these quarters.
        package var outside: Int
        /// Links of cases, other than decisions.
        package var relations: [Relation]
        /// What people decided about it: own decisions first, then of each author in turn.
        package var decisions: [Decision]
        /// How many there are.
        package var decisions_found: Int
        /// What these connect it with; `nil` for nothing.
        package var group: Group?
        /// What it took over from, each with its own before it.
        package var predecessors: [Takeover]
        /// What took over from it.
        package var successors: [Takeover]

        /// Creates an answer.
        package init(
            id: String,
            keys: [String],
            name: SubjectTitle,
            parent: String?,
            facts: Members<[FactValue]>,
            records: [Item],
            records_found: Int,
            fragments: [Item],
            fragments_found: Int,
            establishment_items: Int,
            predecessors_found: Int,
            more: Bool,
            cases: [CaseReference],
            establishments: [SubjectEnd],
            sites: [Site],
            quarters: [Quarter],
            undated: Int,
            outside: Int,
            relations: [Relation],
            decisions: [Decision],
            decisions_found: Int,
            group: Group?,
            predecessors: [Takeover],
            successors: [Takeover]
        ) {
            self.id = id
            self.keys = keys
            self.name = name
            self.parent = parent
            self.facts = facts
            self.records = records
            self.records_found = records_found
            self.fragments = fragments
            self.fragments_found = fragments_found
            self.establishment_items = establishment_items
            self.predecessors_found = predecessors_found
            self.more = more
            self.cases = cases
            self.establishments = establishments
            self.sites = sites
            self.quarters = quarters
            self.undated = undated
            self.outside = outside
            self.relations = relations
            self.decisions = decisions
            self.decisions_found = decisions_found
            self.group = group
            self.predecessors = predecessors
            self.successors = successors
        }
    }
}
