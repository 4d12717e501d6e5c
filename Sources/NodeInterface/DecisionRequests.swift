/// Decides about two subjects, anew or for the first time, or undoes that.
package struct DecideSubjects: Request {
    /// Its name to other processes.
    package static let name = "decide-subjects"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents, .writeCases]
    /// Whether it is asked by a query.
    package static let isQuery = false
    /// Most decisions and successions that stand at a node.
    package static let decisionsMax = 100_000

    /// One: its key, its ID, or the beginning of that.
    package var a: String
    /// The other.
    package var b: String
    /// What is decided, or that what who asks decided is undone.
    package var verdict: SubjectChoice
    /// Why.
    package var reason: String?
    /// The case whose members are told; `nil` for this node alone.
    package var `case`: String?
    /// What was decided as who undoes it saw it; where it is another by now nothing is undone.
    package var seen: SubjectVerdict?
    /// Whether who decides saw nothing decided yet: then what is of the same user by now is not replaced.
    package var fresh: Bool?

    /// Asks for a decision.
    package init(
        a: String,
        b: String,
        verdict: SubjectChoice,
        reason: String? = nil,
        case id: String? = nil,
        seen: SubjectVerdict? = nil,
        fresh: Bool? = nil
    ) {
        self.a = a
        self.b = b
        self.verdict = verdict
        self.reason = reason
        self.case = id
        self.seen = seen
        self.fresh = fresh
    }

    /// What it would change.
    package var change: Change? {
        Change(
            self.verdict.verdict.map { "decide \($0.rawValue)" } ?? "undo decision",
            self.case.map { "case \(Change.id($0))" } ?? "here"
        )
    }

    /// What came of it.
    package typealias Answer = Decided
}

/// Says that one subject took over from another, or takes that back.
package struct SucceedSubject: Request {
    /// Its name to other processes.
    package static let name = "succeed-subject"
    /// What it needs.
    package static let rights: Set<Right> = [.readContents, .writeCases]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// The first day that a successor can have begun on.
    package static let firstDay = "1900-01-01"
    /// Years after the day on which it is written that a successor can begin.
    package static let yearsAhead = 2

    /// The successor: its key, its ID, or the beginning of that.
    package var from: String
    /// What it took over from.
    package var to: String
    /// The first day of the successor.
    package var date: String?
    /// `overdracht`, `fusie` or `verhuizing`.
    package var kind: String?
    /// Which register or document says so.
    package var source: String?
    /// Why.
    package var reason: String?
    /// The case whose members are told; `nil` for this node alone.
    package var `case`: String?
    /// Whether what who asks said is taken back; then the rest is left out.
    package var removes: Bool

    /// Asks for a succession.
    package init(
        from: String,
        to: String,
        date: String?,
        kind: String?,
        source: String?,
        reason: String? = nil,
        case id: String? = nil,
        removes: Bool = false
    ) {
        self.from = from
        self.to = to
        self.date = date
        self.kind = kind
        self.source = source
        self.reason = reason
        self.case = id
        self.removes = removes
    }

    /// What it would change.
    package var change: Change? {
        Change(
            self.removes ? "remove succession" : "add succession",
            self.case.map { "case \(Change.id($0))" } ?? "here"
        )
    }

    /// What came of it.
    package typealias Answer = Decided
}

/// What came of a decision.
package struct Decided: Document {
    /// ID of one.
    package var a: String
    /// ID of the other.
    package var b: String
    /// What all who decided about this pair come to now.
    package var state: PairOutcome
    /// The entry that tells the case; `nil` where it stands at this node alone.
    package var entry: EntryReference?

    /// Creates an answer.
    package init(a: String, b: String, state: PairOutcome, entry: EntryReference?) {
        self.a = a
        self.b = b
        self.state = state
        self.entry = entry
    }
}
