/// The judgements that are known, and what they come to: a function of their set alone, whatever order
/// they came in and however often.
package struct JudgementSet: Hashable, Sendable {
    /// Most authors whose judgements of one pair are kept; of more, those first by the bytes of their
    /// names.
    package static let authorsMax = 256

    /// The judgement of each author that counts, by pair.
    private var newest: [SubjectPair: [ByteText: Judgement]] = [:]

    /// No judgements.
    package init() {}

    /// The set of these judgements.
    package init(_ judgements: some Sequence<Judgement>) {
        for judgement in judgements { self.insert(judgement) }
    }

    /// Takes in a judgement; one that is known or superseded changes nothing.
    ///
    /// - Complexity: O(1), when few people judge a pair.
    package mutating func insert(_ judgement: Judgement) {
        var authors = self.newest[judgement.pair] ?? [:]
        if let kept = authors[judgement.author], !judgement.supersedes(kept) { return }
        authors[judgement.author] = judgement
        if authors.count > Self.authorsMax, let last = authors.keys.max() {
            authors[last] = nil
        }
        self.newest[judgement.pair] = authors
    }

    /// Takes in all judgements of another set.
    package mutating func merge(_ other: JudgementSet) {
        for judgement in other.newest.values.joined() { self.insert(judgement.value) }
    }

    /// The judgements about a pair that count, by the bytes of their authors' names; those withdrawn
    /// among them.
    package func judgements(of pair: SubjectPair) -> [Judgement] {
        (self.newest[pair] ?? [:]).values.sorted { $0.author < $1.author }
    }

    /// What the judgements about a pair come to.
    package func state(of pair: SubjectPair) -> PairState {
        let verdicts = Set((self.newest[pair] ?? [:]).values.map(\.verdict))
        switch (verdicts.contains(.same), verdicts.contains(.different)) {
        case (true, true): return .conflict
        case (true, false): return .same
        case (false, true): return .different
        case (false, false): return verdicts.contains(.unsure) ? .unsure : .open
        }
    }

    /// The pairs on which somebody said something that counts, with what it comes to; in order.
    package var states: [(pair: SubjectPair, state: PairState)] {
        self.newest.keys.sorted().map { ($0, self.state(of: $0)) }.filter { $0.1 != .open }
    }

    /// Whether a pair may be suggested to somebody: nobody decided it, and this person said nothing that
    /// counts.
    ///
    /// What somebody rejected stays away from all until it is withdrawn; a conflict is shown as one, not
    /// as a suggestion.
    package func maySuggest(_ pair: SubjectPair, to author: String) -> Bool {
        switch self.state(of: pair) {
        case .same, .different, .conflict: return false
        case .open, .unsure:
            let own = self.newest[pair]?[ByteText(author)]
            return own == nil || own?.verdict == .withdrawn
        }
    }
}
