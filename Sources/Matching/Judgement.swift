/// A name or ID that is compared as bytes: `==` of texts also holds between different forms of one text.
package struct ByteText: Hashable, Comparable, Sendable {
    /// The text.
    package let text: String

    /// A text.
    package init(_ text: String) { self.text = text }

    /// Whether the bytes are the same.
    package static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.text.utf8.elementsEqual(rhs.text.utf8)
    }

    /// Orders by the bytes.
    package static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.text.utf8.lexicographicallyPrecedes(rhs.text.utf8)
    }

    /// Hashes the bytes.
    package func hash(into hasher: inout Hasher) {
        for byte in self.text.utf8 { hasher.combine(byte) }
    }
}

/// A pair of subjects, whatever the order they are named in: of IDs that differ.
package struct SubjectPair: Hashable, Comparable, Sendable {
    /// The ID that comes first by its bytes.
    package let first: ByteText
    /// The other.
    package let second: ByteText

    /// A pair; nil where both IDs are the same.
    package init?(_ one: String, _ other: String) {
        let (a, b) = (ByteText(one), ByteText(other))
        guard a != b else { return nil }
        self.first = min(a, b)
        self.second = max(a, b)
    }

    /// Orders by the first IDs, then by the second.
    package static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.first == rhs.first ? lhs.second < rhs.second : lhs.first < rhs.first
    }
}

/// What a person says about a pair.
package enum Verdict: UInt8, Hashable, Comparable, Sendable {
    /// One subject.
    case same = 1
    /// Two subjects.
    case different = 2
    /// Somebody looked and could not tell; the pair is not suggested again to that person.
    case unsure = 3
    /// What the person said before no longer counts: undo.
    case withdrawn = 4

    /// Orders as listed.
    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// What a person said about a pair, when and why.
///
/// It never changes; another judgement takes its place.
package struct Judgement: Hashable, Sendable {
    /// Most bytes of a reason, in UTF-8.
    package static let reasonBytesMax = 1_000
    /// Most bytes of an author's name, in UTF-8.
    package static let authorBytesMax = 200

    /// Why a judgement is refused.
    package enum Refusal: Error, Hashable, Sendable {
        /// No author, or one over `authorBytesMax`.
        case author
        /// A reason over `reasonBytesMax`.
        case reason
    }

    /// The pair.
    package let pair: SubjectPair
    /// What is said of it.
    package let verdict: Verdict
    /// Who says it: one name for one person, everywhere.
    package let author: ByteText
    /// Counts the author's judgements: a later one has a higher number.
    ///
    /// What orders judgements is this and not a clock.
    package let sequence: UInt64
    /// When, in milliseconds since 1970: shown, never compared with.
    package let milliseconds: UInt64
    /// Why, in the author's words; may be empty.
    package let reason: String

    /// A judgement.
    package init(
        _ pair: SubjectPair,
        _ verdict: Verdict,
        by author: String,
        sequence: UInt64,
        milliseconds: UInt64,
        reason: String
    ) throws(Refusal) {
        guard (1...Self.authorBytesMax).contains(author.utf8.count) else { throw .author }
        guard reason.utf8.count <= Self.reasonBytesMax else { throw .reason }
        self.pair = pair
        self.verdict = verdict
        self.author = ByteText(author)
        self.sequence = sequence
        self.milliseconds = milliseconds
        self.reason = reason
    }

    /// Whether this takes the place of another judgement of the same author about the same pair.
    ///
    /// The higher sequence does. Of two with one sequence, which an honest author never writes, the one that
    /// claims less counts, so that every node chooses the same.
    func supersedes(_ other: Judgement) -> Bool {
        if self.sequence != other.sequence { return self.sequence > other.sequence }
        if self.verdict != other.verdict { return self.verdict > other.verdict }
        if self.milliseconds != other.milliseconds { return self.milliseconds > other.milliseconds }
        return other.reason.utf8.lexicographicallyPrecedes(self.reason.utf8)
    }
}

/// What the judgements about a pair come to.
package enum PairState: Hashable, Sendable {
    /// Nobody says anything that counts.
    case open
    /// All who decided say: one subject.
    case same
    /// All who decided say: two subjects. The pair is not suggested again.
    case different
    /// Somebody says one and somebody two: shown as that, joined by nobody.
    case conflict
    /// People looked and none could tell.
    case unsure
}
