/// What is known of what a subject is called: never an ID.
package struct SubjectTitle: Codable, Hashable, Sendable {
    /// Its names, the newest first.
    package var names: [String]
    /// The number of its key, with what it is: `kvk`, `vestiging` or `rsin`.
    package var number: String?
    /// Type of its newest record or fragment.
    package var type: String?
    /// Where it is, in a line.
    package var location: String?

    /// Creates a title.
    package init(names: [String], number: String?, type: String?, location: String?) {
        self.names = names
        self.number = number
        self.type = type
        self.location = location
    }
}

/// The other end of something.
package struct SubjectEnd: Codable, Hashable, Sendable {
    /// Its ID.
    package var id: String
    /// Its key; `nil` where nothing here has it.
    package var key: String?
    /// What it is called; `nil` where nothing here has its key.
    package var name: SubjectTitle?

    /// Creates an end.
    package init(id: String, key: String?, name: SubjectTitle?) {
        self.id = id
        self.key = key
        self.name = name
    }
}

/// What somebody says of two subjects.
package enum SubjectVerdict: String, Choice {
    /// They are one.
    case same
    /// They are two.
    case different
    /// Who looked could not tell.
    case unsure
}

/// What somebody does about two subjects.
package enum SubjectChoice: String, Choice {
    /// Says that they are one.
    case same
    /// Says that they are two.
    case different
    /// Says that nobody could tell.
    case unsure
    /// Takes back what was said before.
    case undo

    /// What is said; `nil` for nothing any more.
    package var verdict: SubjectVerdict? { SubjectVerdict(rawValue: self.rawValue) }
}

/// What all who decided about a pair come to.
package enum PairOutcome: String, Choice {
    /// Nobody says anything that counts.
    case open
    /// One subject.
    case same
    /// Two subjects.
    case different
    /// Somebody says one and somebody two.
    case conflict
    /// Nobody could tell.
    case unsure
}
