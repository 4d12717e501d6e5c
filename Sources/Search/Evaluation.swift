package import Vocabulary

/// Says of a document whether it fits a question, why, and how well: of its fields as they are, beside what
/// the index says of them.
package struct Evaluation: Sendable {
    /// What a number adds to the score that was asked for and found as a word alone, beside one that identifies.
    static let mentionWeight = WordField.text.weight

    /// What is looked for.
    package let question: Question
    let slots: WordSlots
    /// How many of the words may be missing.
    package let missingMax: Int
    private let weightSum: Double

    init(question: Question, slots: WordSlots, missingMax: Int) {
        self.question = question
        self.slots = slots
        self.missingMax = missingMax
        self.weightSum = slots.all.reduce(0) { $0 + $1.weight }
    }

    /// The words of the question, with what was known of each.
    package var words: [WordSlots.Slot] { self.slots.all }

    /// Why something was found.
    package enum Reason: Hashable, Sendable {
        /// It is the own record with the key of its source.
        case key
        /// It has a number.
        case identifier(IdentifierKind)
        /// Its postcode is in a range.
        case postcode
        /// It is in the circle, so many metres from its centre.
        case distance(Double)
        /// A word in a field is like one that was asked for.
        case word(field: WordField, likeness: Likeness)
    }

    /// How a document fits.
    package struct Match: Sendable {
        /// From 0, exclusive, to 100.
        package let score: Double
        /// What decides between equal scores, the higher first.
        package let finesse: Int
        /// Each once, in the order of the question.
        package let reasons: [Reason]
        /// How many words of the question it lacks.
        package let missingCount: Int

        /// That of an own record whose key was asked for.
        package static let byKey = Match(
            score: 100,
            finesse: .max,
            reasons: [.key],
            missingCount: 0
        )
    }

    /// The score of the words found, of what they add up to.
    func score(sum: Double, named: Int, nameWordCount: Int) -> Double {
        guard self.weightSum > 0 else { return 100 }
        let others = named > 0 ? max(0, nameWordCount - named) : 0
        // To hundredths, so that what is equal but for rounding is equal.
        let score = 100 * sum / self.weightSum / (1 + 0.1 * Double(others))
        return (score * 100).rounded() / 100
    }

    /// The score of a document that is so many metres from the point, where no words are asked for.
    func score(distance: Double) -> Double {
        guard let circle = self.question.circle else { return 100 }
        return 100 - 99 * min(1, distance / circle.radius)
    }

    /// How a document fits that was found without words: by conditions that the index is exact about.
    ///
    /// - Parameter candidate: As the index has it.
    /// - Returns: The match; `nil` where words were asked for, also instead of a number.
    package func match(_ candidate: Candidate) -> Match? {
        guard self.slots.all.isEmpty, self.question.identifiers.allSatisfy(\.words.isEmpty) else {
            return nil
        }
        var reasons: [Reason] = self.question.isByKey ? [.key] : []
        reasons += self.question.identifiers.map { .identifier($0.kind) }
        if !self.question.postcodes.isEmpty { reasons.append(.postcode) }
        if !self.question.places.isEmpty { reasons.append(.word(field: .place, likeness: .same)) }
        if let circle = self.question.circle {
            reasons.append(.distance((100 - candidate.score) / 99 * circle.radius))
        }
        return Match(score: candidate.score, finesse: 0, reasons: reasons, missingCount: 0)
    }

    /// Whether a document fits but for the period, and how well.
    ///
    /// - Parameters:
    ///   - type: Its type.
    ///   - source: Its source; `nil` for a fragment, which has none.
    ///   - key: Of an own record.
    ///   - fields: All its fields.
    /// - Returns: How it fits; `nil` where it does not.
    package func match(
        type: RecordType,
        source: String?,
        key: DocumentKey?,
        fields: DocumentFields
    ) -> Match? {
        var reasons: [Reason] = []
        let question = self.question
        if !question.types.isEmpty, !question.types.contains(type) { return nil }
        if !question.sources.isEmpty {
            guard let source, question.sources.contains(source) else { return nil }
        }
        // Fragments are no records: who asks for some asks otherwise which of those count.
        if let records = question.records, let key {
            guard records.contains(key) else { return nil }
            if question.isByKey { reasons.append(.key) }
        }
        var mentions = false
        for asked in question.identifiers {
            if let number = fields.numbers[asked.kind], asked.numbers.contains(number) {
                reasons.append(.identifier(asked.kind))
            } else if let field = fields.field(ofOneOf: asked.words) {
                reasons.append(.word(field: field, likeness: .same))
                mentions = true
            } else {
                return nil
            }
        }
        if !question.postcodes.isEmpty {
            guard let postcode = fields.postcode,
                question.postcodes.contains(where: { $0.contains(postcode[...]) })
            else { return nil }
            reasons.append(.postcode)
        }
        if !question.places.isEmpty {
            let words = Set(fields.words[.place] ?? [])
            let isIn = question.places.contains { place in
                place.words.allSatisfy { forms in forms.contains(where: words.contains) }
            }
            guard isIn else { return nil }
            reasons.append(.word(field: .place, likeness: .same))
        }
        if let circle = question.circle {
            guard let position = fields.position?.degrees,
                let distance = circle.distance(within: position)
            else { return nil }
            reasons.append(.distance(distance))
        }
        return self.match(words: fields, reasons, weight: mentions ? Self.mentionWeight : 1)
    }

    private func match(
        words fields: DocumentFields,
        _ before: [Reason],
        weight: Double
    ) -> Match? {
        var reasons = before
        guard !self.slots.all.isEmpty else {
            var score = 100.0
            for case .distance(let metres) in reasons { score = self.score(distance: metres) }
            return Match(score: score * weight, finesse: 0, reasons: reasons, missingCount: 0)
        }
        var sum = 0.0
        var named = 0
        var missing = 0
        var hasWord = self.missingMax == 0
        for slot in self.slots.all {
            guard let best = self.best(of: slot, in: fields) else {
                missing += 1
                continue
            }
            let (likeness, field) = HitRank.parts(best)
            let reason = Reason.word(field: field, likeness: likeness)
            if !reasons.contains(reason) { reasons.append(reason) }
            sum += slot.weight * HitRank.value(best).0
            hasWord = hasWord || !slot.asked.isNumber
            guard field == .name else { continue }
            named += 1
        }
        // A number alone is not what somebody looked for.
        guard missing <= self.missingMax, hasWord else { return nil }
        let finesse = fields.markedWords.intersection(self.question.marked).count
        let score = self.score(sum: sum, named: named, nameWordCount: fields.nameWordCount)
        return Match(
            score: score * weight,
            finesse: finesse,
            reasons: reasons,
            missingCount: missing
        )
    }

    /// The best rank of a word in a document; `nil` where it has none.
    private func best(of slot: WordSlots.Slot, in fields: DocumentFields) -> UInt8? {
        var best: UInt8 = 0
        func offer(_ rank: UInt8) { best = max(best, rank) }
        for field in WordField.allCases where slot.asked.fields.contains(field) {
            for word in fields.words[field] ?? [] {
                if let likeness = slot.alternatives[word] { offer(HitRank.rank(likeness, field)) }
            }
        }
        for split in slot.splits {
            let places = [split.0, split.1].map { half in
                WordField.allCases.filter {
                    slot.asked.fields.contains($0) && fields.words[$0]?.contains(half) ?? false
                }.max { $0.weight < $1.weight }
            }
            if let first = places[0], let second = places[1] {
                offer(HitRank.rank(.joined, first.weight < second.weight ? first : second))
            }
        }
        if let range = slot.asked.postcodes, let postcode = fields.postcode,
            range.contains(postcode[...])
        {
            offer(HitRank.rank(.same, .address))
        }
        return best > 0 ? best : nil
    }
}

/// The fields of a record or fragment as they are compared with a question.
package struct DocumentFields: Sendable {
    private(set) var words: [WordField: [[UInt8]]] = [:]
    private(set) var markedWords: Set<[UInt8]> = []
    private(set) var nameWordCount = 0
    private(set) var numbers: [IdentifierKind: UInt64] = [:]
    private(set) var postcode: [UInt8]?
    private(set) var position: GridPosition?
    /// Its date, as a ``DateNumber``.
    package private(set) var date: Int32?

    /// The field with the greatest weight in which one of some words stands; `nil` where none does.
    func field(ofOneOf words: Set<[UInt8]>) -> WordField? {
        WordField.allCases.first { field in
            self.words[field]?.contains(where: words.contains) ?? false
        }
    }

    /// Its number of a kind.
    package func number(_ kind: IdentifierKind) -> UInt64? { self.numbers[kind] }

    /// Reads the fields, as the index does.
    ///
    /// - Parameters:
    ///   - folding: Reads texts.
    ///   - forEachField: Calls what it is given with the name and value of every field.
    package init(folding: TextFolding, forEachField: ((String, String) -> Void) -> Void) {
        let content = SearchContent(folding: folding, forEachField: forEachField)
        self.nameWordCount = content.nameWordCount
        self.date = content.date
        self.position = content.position
        content.forEachTerm { term in
            if let (word, field) = SearchTerm.word(of: term) {
                self.words[field, default: []].append(Array(word))
            } else if let kind = term.first.flatMap(IdentifierKind.init(rawValue:)) {
                self.numbers[kind] = Array(term).bigEndian(at: 1)
            } else if term.first == SearchTerm.postcode {
                self.postcode = Array(term.dropFirst())
            }
        }
        self.markedWords = content.markedWords
    }
}
