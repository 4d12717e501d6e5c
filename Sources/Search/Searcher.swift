import Vocabulary

/// The documents of a segment that were removed, of one snapshot.
package struct RemovedDocuments: Sendable {
    private let bits: [UInt8]

    /// Takes the bits, the highest of the first byte first; what is behind them is not removed.
    package init(bits: [UInt8]) { self.bits = bits }

    /// None.
    package static let none = RemovedDocuments(bits: [])

    /// Whether a document was removed.
    package func contains(_ document: UInt32) -> Bool {
        let byte = Int(document >> 3)
        return byte < self.bits.count && self.bits[byte] & 0x80 >> UInt8(document & 7) != 0
    }
}

/// Something that may be what was looked for.
package struct Candidate: Sendable {
    /// 0 for own records, else the number of a table.
    package let family: UInt32
    /// Its key in the family.
    package let key: DocumentKey
    /// Of a fragment, which.
    package let reference: FragmentReference?
    /// How well it fits, by the index.
    package let score: Double
    /// What decides between equal scores, the higher first.
    package let finesse: Int
    /// Its date, 0 for none.
    package let date: Int32
}

/// What a search found in the index.
package struct Candidates: Sendable {
    /// Own records, the best first, at most as many as were asked for.
    package var records: [Candidate] = []
    /// How many own records there are.
    package var recordCount = 0
    /// Versions of fragments, the best first, at most as many as were asked for.
    package var fragments: [Candidate] = []
    /// How many versions there are.
    package var fragmentCount = 0
    /// How many more own records would fit without the period.
    package var beyondPeriodCount = 0
    /// Which numbers of a list own records have that fit, where that was to be told.
    package var numbers: Set<UInt64> = []
    /// Says of a document whether it fits, and how well.
    package var evaluation: Evaluation
}

/// How much was found that counts, those beyond the period too.
package struct CountedHits: Sendable {
    /// Of own records, where they are asked for: nobody's many fragments say that enough was found.
    package let own: Int?
    /// Of everything.
    package let all: Int

    /// Creates counts.
    package init(own: Int?, all: Int) {
        self.own = own
        self.all = all
    }
}

/// Searches the segments of a snapshot.
package struct Searcher {
    /// A segment with what was removed from it.
    package struct Part: Sendable {
        /// The segment.
        package let segment: OpenSegment
        /// As the snapshot has it.
        package let head: SegmentHead
        /// What was removed from it.
        package let removed: RemovedDocuments

        /// Creates a part.
        package init(segment: OpenSegment, head: SegmentHead, removed: RemovedDocuments) {
            self.segment = segment
            self.head = head
            self.removed = removed
        }
    }

    /// How many are kept of what was found.
    package struct Most: Sendable {
        /// Of own records.
        package let records: Int
        /// Of versions of fragments.
        package let fragments: Int
        /// Whether those with the newest dates are kept, instead of those that fit best.
        package let isByDate: Bool

        /// Creates a bound.
        package init(records: Int, fragments: Int, isByDate: Bool = false) {
            self.records = records
            self.fragments = fragments
            self.isByDate = isByDate
        }
    }

    /// Hits from which words that are farther away are not looked for.
    private static let enough = 10
    /// Words from which one may be missing.
    private static let incompleteMin = 2

    private let parts: [Part]
    private let blocks: BlockReader
    private let goesOn: () throws(SegmentError) -> Void

    /// Creates a searcher.
    ///
    /// - Parameters:
    ///   - parts: The segments of a snapshot.
    ///   - blocks: Their blocks.
    ///   - goesOn: Asked now and then; what it throws ends the search.
    package init(
        parts: [Part],
        blocks: BlockReader,
        goesOn: @escaping () throws(SegmentError) -> Void
    ) {
        self.parts = parts
        self.blocks = blocks
        self.goesOn = goesOn
    }

    /// Names of the sources of own records.
    package var sources: Set<String> {
        Set(self.parts.filter { $0.head.family == 0 }.flatMap(\.segment.head.sources))
    }

    /// Looks for what fits; farther where too little of it counts.
    ///
    /// - Parameters:
    ///   - question: What is looked for.
    ///   - most: How many are kept.
    ///   - counting: Says how many of what was found count, those beyond the period too; of fragments the index
    ///     does not know.
    /// - Returns: What was found where it was looked last.
    /// - Throws: `SegmentError`.
    /// - Complexity: O(different words + documents with words like those of the question).
    package func candidates(
        for question: Question,
        most: Most,
        counting: (Candidates) throws(SegmentError) -> CountedHits
    ) throws(SegmentError) -> Candidates {
        let total = self.parts.reduce(0) { $0 + $1.head.liveCount }
        func found(
            _ reach: Likeness.Reach,
            missingMax: Int
        ) throws(SegmentError) -> Candidates {
            let slots = try WordSlots(
                question,
                reach: reach,
                documentCount: total,
                in: self.parts.map(\.segment),
                self.blocks
            )
            let evaluation = Evaluation(question: question, slots: slots, missingMax: missingMax)
            return try self.collect(evaluation, most)
        }
        var candidates = try found(.near, missingMax: 0)
        var count = try counting(candidates)
        guard !question.words.isEmpty, (count.own ?? count.all) < Self.enough else {
            return candidates
        }
        if question.words.contains(where: \.reachesFarther) {
            candidates = try found(.far, missingMax: 0)
            count = try counting(candidates)
        }
        if count.all == 0, question.words.count >= Self.incompleteMin {
            candidates = try found(.far, missingMax: 1)
            _ = try counting(candidates)
        }
        return candidates
    }

    /// Returns which of the places of a question no own record is in.
    package func unknownPlaces(of evaluation: Evaluation) throws(SegmentError) -> [String] {
        var unknown: [String] = []
        for place in evaluation.question.places {
            var isKnown = false
            for part in self.parts where part.head.family == 0 && !isKnown {
                let search = SegmentSearch(part: part, blocks: self.blocks, evaluation: evaluation)
                isKnown = try search.documents(of: [place]).contains { !part.removed.contains($0) }
            }
            if !isKnown { unknown.append(place.typed) }
        }
        return unknown
    }

    /// Calls `body` with each number of a kind that a document has, some of them several times.
    ///
    /// - Complexity: O(numbers of the kind).
    package func forEachNumber(
        of kind: IdentifierKind,
        _ body: (UInt64) -> Void
    ) throws(SegmentError) {
        for part in self.parts {
            try self.goesOn()
            let prefix = [kind.rawValue]
            try part.segment.forEachTerm(prefix: prefix, self.blocks) {
                cursor throws(SegmentError) in
                guard cursor.term.count == 9 else { throw .malformed }
                body(cursor.term.bigEndian(at: 1))
            }
        }
    }

    private func collect(
        _ evaluation: Evaluation,
        _ most: Most
    ) throws(SegmentError) -> Candidates {
        let (parts, blocks) = (self.parts, self.blocks)
        func tie(_ place: BestPlaces.Place) throws(SegmentError) -> BestPlaces.Tie {
            let segment = parts[Int(place.part)].segment
            return BestPlaces.Tie(
                family: segment.head.family,
                key: try segment.key(of: place.document, blocks)
            )
        }
        var records = BestPlaces(most: most.records, isByDate: most.isByDate, tie: tie)
        var fragments = BestPlaces(most: most.fragments, isByDate: most.isByDate, tie: tie)
        var beyondPeriodCount = 0
        var numbers: Set<UInt64> = []
        for (index, part) in self.parts.enumerated() {
            try self.goesOn()
            let search = SegmentSearch(part: part, blocks: self.blocks, evaluation: evaluation)
            try search.run(goesOn: self.goesOn) { found throws(SegmentError) in
                let isOwn = part.segment.head.family == 0
                // Which version of a fragment counts, and so its date, is not the index's to say.
                guard !isOwn || evaluation.question.contains(date: found.date) else {
                    beyondPeriodCount += 1
                    return
                }
                let place = BestPlaces.Place(
                    score: found.score,
                    finesse: found.finesse,
                    date: found.date,
                    part: Int32(index),
                    document: found.document
                )
                if isOwn {
                    try records.add(place)
                    if let number = found.number { numbers.insert(number) }
                } else {
                    try fragments.add(place)
                }
            }
        }
        return Candidates(
            records: try self.named(try records.best(), isByDate: most.isByDate),
            recordCount: records.count,
            fragments: try self.named(try fragments.best(), isByDate: most.isByDate),
            fragmentCount: fragments.count,
            beyondPeriodCount: beyondPeriodCount,
            numbers: numbers,
            evaluation: evaluation
        )
    }

    /// The best, with their keys, which decide between those that are as good.
    private func named(
        _ places: [BestPlaces.Place],
        isByDate: Bool
    ) throws(SegmentError) -> [Candidate] {
        var candidates: [Candidate] = []
        for place in places {
            let segment = self.parts[Int(place.part)].segment
            candidates.append(
                Candidate(
                    family: segment.head.family,
                    key: try segment.key(of: place.document, self.blocks),
                    reference: try segment.reference(of: place.document, self.blocks),
                    score: Double(place.score),
                    finesse: Int(place.finesse),
                    date: place.date
                )
            )
        }
        candidates.sort {
            if isByDate, $0.date != $1.date { return $0.date > $1.date }
            if $0.score != $1.score { return $0.score > $1.score }
            if $0.finesse != $1.finesse { return $0.finesse > $1.finesse }
            if $0.date != $1.date { return $0.date > $1.date }
            return $0.family == $1.family ? $0.key < $1.key : $0.family < $1.family
        }
        return candidates
    }
}
