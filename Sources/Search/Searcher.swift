import Geodesy
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
    package let key: DocumentKey
    /// Of a fragment, which.
    package let reference: FragmentReference?
    /// How well it fits, by the index.
    package let score: Double
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
    /// Says of a document whether it fits, and how well.
    package var evaluation: Evaluation
}

/// Searches the segments of a snapshot.
package struct Searcher {
    /// A segment with what was removed from it.
    package struct Part: Sendable {
        package let segment: OpenSegment
        /// As the snapshot has it.
        package let head: SegmentHead
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
        package let records: Int
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
    private static let incompleteMin = 3
    /// Documents after which it is asked whether to go on.
    private static let askedEvery = 65_536

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

    /// Looks for what fits.
    ///
    /// - Complexity: O(different words + documents with words like those of the question).
    package func candidates(
        for question: Question,
        most: Most
    ) throws(SegmentError) -> Candidates {
        let total = self.parts.reduce(0) { $0 + $1.head.liveCount }
        func found(
            editsMax: Int,
            missingMax: Int
        ) throws(SegmentError) -> Candidates {
            let slots = try WordSlots(
                question,
                editsMax: editsMax,
                documentCount: total,
                in: self.parts.map(\.segment),
                self.blocks
            )
            let evaluation = Evaluation(question: question, slots: slots, missingMax: missingMax)
            return try self.collect(evaluation, most)
        }
        var candidates = try found(editsMax: 1, missingMax: 0)
        func count() -> Int { candidates.recordCount + candidates.fragmentCount }
        guard !question.words.isEmpty else { return candidates }
        let hasLong = question.words.contains { Likeness.editsMax(of: $0.bytes, most: 2) == 2 }
        if count() < Self.enough, hasLong { candidates = try found(editsMax: 2, missingMax: 0) }
        if count() == 0, question.words.count >= Self.incompleteMin {
            candidates = try found(editsMax: 2, missingMax: 1)
        }
        return candidates
    }

    /// Which numbers of a list own records have.
    package func numbers(
        _ kind: IdentifierKind,
        among numbers: Set<UInt64>
    ) throws(SegmentError) -> Set<UInt64> {
        var found: Set<UInt64> = []
        for part in self.parts where part.head.family == 0 {
            for number in numbers.sorted() where !found.contains(number) {
                let documents = try part.segment.documents(
                    of: SearchTerm.identifier(kind, number),
                    self.blocks
                )
                if documents.contains(where: { !part.removed.contains($0) }) {
                    found.insert(number)
                }
            }
        }
        return found
    }

    private func collect(
        _ evaluation: Evaluation,
        _ most: Most
    ) throws(SegmentError) -> Candidates {
        var records = BestPlaces(most: most.records, isByDate: most.isByDate)
        var fragments = BestPlaces(most: most.fragments, isByDate: most.isByDate)
        var beyondPeriodCount = 0
        for (index, part) in self.parts.enumerated() {
            try self.goesOn()
            let search = SegmentSearch(part: part, blocks: self.blocks, evaluation: evaluation)
            try search.run(goesOn: self.goesOn) { document, score, date in
                let isOwn = part.segment.head.family == 0
                // Which version of a fragment counts, and so its date, is not the index's to say.
                guard !isOwn || evaluation.question.contains(date: date) else {
                    beyondPeriodCount += 1
                    return
                }
                let place = BestPlaces.Place(
                    score: score,
                    date: date,
                    part: Int32(index),
                    document: document
                )
                if isOwn {
                    records.add(place)
                } else {
                    fragments.add(place)
                }
            }
        }
        return Candidates(
            records: try self.named(records, isByDate: most.isByDate),
            recordCount: records.count,
            fragments: try self.named(fragments, isByDate: most.isByDate),
            fragmentCount: fragments.count,
            beyondPeriodCount: beyondPeriodCount,
            evaluation: evaluation
        )
    }

    /// The best, with their keys, which decide between those that are as good.
    private func named(
        _ best: BestPlaces,
        isByDate: Bool
    ) throws(SegmentError) -> [Candidate] {
        var candidates: [Candidate] = []
        for place in best.sorted {
            let segment = self.parts[Int(place.part)].segment
            candidates.append(
                Candidate(
                    family: segment.head.family,
                    key: try segment.key(of: place.document, self.blocks),
                    reference: try segment.reference(of: place.document, self.blocks),
                    score: Double(place.score),
                    date: place.date
                )
            )
        }
        candidates.sort {
            if isByDate, $0.date != $1.date { return $0.date > $1.date }
            if $0.score != $1.score { return $0.score > $1.score }
            if $0.date != $1.date { return $0.date > $1.date }
            return $0.family == $1.family ? $0.key < $1.key : $0.family < $1.family
        }
        return candidates
    }
}

/// The best of many, and how many there are.
struct BestPlaces {
    struct Place {
        let score: Float
        let date: Int32
        let part: Int32
        let document: UInt32

        func isBefore(_ other: Place, isByDate: Bool) -> Bool {
            if isByDate, self.date != other.date { return self.date > other.date }
            if self.score != other.score { return self.score > other.score }
            if self.date != other.date { return self.date > other.date }
            return self.part == other.part
                ? self.document < other.document : self.part < other.part
        }
    }

    private let most: Int
    private let isByDate: Bool
    private var places: [Place] = []
    private(set) var count = 0
    /// The worst of those that can still come in.
    private var bound: Place?

    init(most: Int, isByDate: Bool) {
        self.most = most
        self.isByDate = isByDate
    }

    mutating func add(_ place: Place) {
        self.count += 1
        guard self.most > 0,
            self.bound.map({ place.isBefore($0, isByDate: self.isByDate) }) ?? true
        else { return }
        self.places.append(place)
        // Sorted once for as many that came in: O(log n) each.
        if self.places.count / 2 >= max(32, self.most) {
            self.places = self.sorted
            self.bound = self.places.last
        }
    }

    var sorted: [Place] {
        Array(
            self.places.sorted { $0.isBefore($1, isByDate: self.isByDate) }.prefix(self.most)
        )
    }
}

/// Searches one segment.
private struct SegmentSearch {
    let part: Searcher.Part
    let blocks: BlockReader
    let evaluation: Evaluation

    private var segment: OpenSegment { self.part.segment }
    private var question: Question { self.evaluation.question }

    /// Calls `found` with each document that fits but for the period, its score and its date.
    func run(
        goesOn: () throws(SegmentError) -> Void,
        found: (UInt32, Float, Int32) -> Void
    ) throws(SegmentError) {
        guard let sources = self.sources else { return }
        var distances: [UInt32: Double] = [:]
        let required = try self.required(&distances)
        if let required, required.isEmpty { return }
        var hits: [SlotHits] = []
        for slot in self.evaluation.slots.all {
            hits.append(try self.hits(of: slot))
        }
        let documents = self.documents(required, hits)
        guard !documents.isEmpty else { return }
        let kinds = try self.segment.kinds(forAbout: documents.count, self.blocks)
        let dates = try self.segment.dates(forAbout: documents.count, self.blocks)
        let requiredSet = hits.isEmpty ? nil : required.map { Set($0) }
        let types = Set(self.question.types.map(\.code))
        let looksAtKind = !types.isEmpty || sources != nil || !hits.isEmpty
        for (index, document) in documents.enumerated() {
            if index & 0xFFFF == 0xFFFF { try goesOn() }
            if self.part.removed.contains(document) { continue }
            if let requiredSet, !requiredSet.contains(document) { continue }
            var score = distances[document].map { Float(self.evaluation.score(distance: $0)) } ?? 100
            if looksAtKind {
                let kind = try kinds(document)
                if !types.isEmpty, !types.contains(kind.type) { continue }
                if let sources, !sources.contains(kind.source) { continue }
                guard let ranked = self.score(document, hits, kind) else { continue }
                score = ranked
            }
            found(document, score, try dates(document))
        }
    }

    /// The places of the sources that are asked for; `nil` within where any will do, `nil` where the segment
    /// has none of them.
    private var sources: Set<UInt16>?? {
        guard !self.question.sources.isEmpty else { return .some(nil) }
        let places = self.segment.head.sources.indices
            .filter { self.question.sources.contains(self.segment.head.sources[$0]) }
            .map { UInt16($0) }
        return places.isEmpty ? nil : .some(Set(places))
    }

    /// The documents that may fit: each is looked at.
    private func documents(_ required: [UInt32]?, _ hits: [SlotHits]) -> [UInt32] {
        let lists = hits.map(\.documents).sorted { $0.count < $1.count }
        guard !lists.isEmpty else {
            return required ?? (0..<UInt32(self.segment.count)).map(\.self)
        }
        // A document that lacks some has one at least of any that are one more.
        var documents = lists[0]
        if self.evaluation.missingMax > 0 {
            let others = lists.dropFirst().prefix(self.evaluation.missingMax)
            documents = Array(others.reduce(into: Set(documents)) { $0.formUnion($1) })
        }
        if let required, required.count < documents.count { return required }
        return documents
    }

    private func score(_ document: UInt32, _ hits: [SlotHits], _ kind: DocumentKind) -> Float? {
        guard !hits.isEmpty else { return 100 }
        var sum: Double = 0
        var missing = 0
        var named = 0
        for (index, hit) in hits.enumerated() {
            let rank = hit.ranks[Int(document)]
            if rank == 0 {
                missing += 1
                continue
            }
            let (value, isName) = HitRank.value(rank)
            sum += self.evaluation.slots.all[index].weight * value
            if isName { named += 1 }
        }
        guard missing <= self.evaluation.missingMax, missing < hits.count else { return nil }
        return Float(
            self.evaluation.score(sum: sum, named: named, nameWordCount: kind.nameWordCount)
        )
    }

    // MARK: Words

    /// The documents of a word, and how good each is.
    private struct SlotHits {
        var ranks: [UInt8]
        var documents: [UInt32] = []

        mutating func add(_ found: [UInt32], rank: UInt8) {
            for document in found {
                let held = self.ranks[Int(document)]
                if held == 0 { self.documents.append(document) }
                if rank > held { self.ranks[Int(document)] = rank }
            }
        }
    }

    private func hits(of slot: WordSlots.Slot) throws(SegmentError) -> SlotHits {
        var hits = SlotHits(ranks: [UInt8](repeating: 0, count: self.segment.count))
        for (word, likeness) in slot.alternatives {
            try self.forEachField(of: word, slot) { field, documents in
                hits.add(documents, rank: HitRank.rank(likeness, field))
            }
        }
        for split in slot.splits {
            let halves = [try self.fields(of: split.0, slot), try self.fields(of: split.1, slot)]
            for (document, field) in halves[0] {
                guard let other = halves[1][document] else { continue }
                let worse = field.weight < other.weight ? field : other
                hits.add([document], rank: HitRank.rank(.joined, worse))
            }
        }
        if let postcodes = slot.asked.postcodes {
            hits.add(
                try self.documents(of: [postcodes]),
                rank: HitRank.rank(.same, .address)
            )
        }
        return hits
    }

    private func forEachField(
        of word: [UInt8],
        _ slot: WordSlots.Slot,
        _ body: (WordField, [UInt32]) -> Void
    ) throws(SegmentError) {
        let prefix = SearchTerm.word(word)
        try self.segment.forEachTerm(prefix: prefix, self.blocks) { cursor throws(SegmentError) in
            guard let field = WordField(rawValue: cursor.term[cursor.term.count - 1]) else {
                throw .malformed
            }
            if slot.asked.fields.contains(field) { body(field, try cursor.documents()) }
        }
    }

    /// The documents with a word, each with the best field in which it stands.
    private func fields(
        of word: [UInt8],
        _ slot: WordSlots.Slot
    ) throws(SegmentError) -> [UInt32: WordField] {
        var fields: [UInt32: WordField] = [:]
        try self.forEachField(of: word, slot) { field, documents in
            for document in documents where fields[document].map({ $0.weight < field.weight }) ?? true {
                fields[document] = field
            }
        }
        return fields
    }

    // MARK: Conditions

    /// The documents in which all conditions hold, ascending; `nil` where there is none.
    ///
    /// - Parameter distances: Gets how far each is from the point that was asked for.
    private func required(
        _ distances: inout [UInt32: Double]
    ) throws(SegmentError) -> [UInt32]? {
        var required: [UInt32]?
        func require(_ documents: [UInt32]) {
            guard let before = required else { return required = documents }
            let other = Set(documents)
            required = before.filter { other.contains($0) }
        }
        if let records = self.question.records {
            require(try self.documents(of: records))
        }
        for asked in self.question.identifiers { require(try self.documents(of: asked)) }
        if !self.question.postcodes.isEmpty {
            require(try self.documents(of: self.question.postcodes))
        }
        if let circle = self.question.circle {
            distances = try self.documents(in: circle)
            require(distances.keys.sorted())
        }
        return required
    }

    private func documents(of records: Set<DocumentKey>) throws(SegmentError) -> [UInt32] {
        guard self.segment.head.family == 0 else { return [] }
        var documents: [UInt32] = []
        for key in records.sorted() {
            if let document = try self.segment.document(key, self.blocks) {
                documents.append(document)
            }
        }
        return documents
    }

    private func documents(of asked: Question.Identifiers) throws(SegmentError) -> [UInt32] {
        var documents: [UInt32] = []
        for number in asked.numbers.sorted() {
            documents += try self.segment.documents(
                of: SearchTerm.identifier(asked.kind, number),
                self.blocks
            )
        }
        return asked.numbers.count > 1 ? Set(documents).sorted() : documents
    }

    private func documents(of ranges: [PostcodeRange]) throws(SegmentError) -> [UInt32] {
        var documents: [UInt32] = []
        for range in ranges {
            let (first, last) = range.areas
            try self.segment.forEachTerm(
                from: [SearchTerm.postcode] + first,
                through: [SearchTerm.postcode] + last,
                self.blocks
            ) { cursor throws(SegmentError) in
                if range.contains(cursor.term.dropFirst()) {
                    documents += try cursor.documents()
                }
            }
        }
        // A document has one postcode, which may be in more than one range.
        return ranges.count > 1 ? Set(documents).sorted() : documents.sorted()
    }

    private func documents(
        in circle: Question.Circle
    ) throws(SegmentError) -> [UInt32: Double] {
        var documents: [UInt32: Double] = [:]
        for range in circle.cells {
            try self.segment.forEachTerm(
                from: [SearchTerm.cell] + range.first.key,
                through: [SearchTerm.cell] + range.last.key,
                self.blocks
            ) { cursor throws(SegmentError) in
                for document in try cursor.documents() {
                    guard
                        let position = try self.segment.position(of: document, self.blocks)?.degrees
                    else { throw .malformed }
                    documents[document] = circle.distance(within: position)
                }
            }
        }
        return documents
    }
}
