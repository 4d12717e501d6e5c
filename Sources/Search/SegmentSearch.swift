import Vocabulary

/// Searches one segment.
struct SegmentSearch {
    let part: Searcher.Part
    let blocks: BlockReader
    let evaluation: Evaluation

    var segment: OpenSegment { self.part.segment }
    var question: Question { self.evaluation.question }

    /// A document that fits but for the period.
    struct Found {
        let document: UInt32
        let score: Float
        /// What decides between equal scores.
        let finesse: UInt8
        let date: Int32
        /// The number of a list that it has, where that is to be told.
        let number: UInt64?
    }

    /// Calls `found` with each document that fits but for the period.
    func run(
        goesOn: () throws(SegmentError) -> Void,
        found: (Found) throws(SegmentError) -> Void
    ) throws(SegmentError) {
        guard let sources = self.sources else { return }
        let required = try self.required()
        if let all = required.all, all.isEmpty { return }
        var hits: [SlotHits] = []
        for slot in self.evaluation.slots.all {
            hits.append(try self.hits(of: slot))
        }
        let documents = self.documents(required.all, hits)
        guard !documents.isEmpty else { return }
        let marks = try self.marks()
        let kinds = try self.segment.kinds(forAbout: documents.count, self.blocks)
        let dates = try self.segment.dates(forAbout: documents.count, self.blocks)
        let requiredSet = hits.isEmpty ? nil : required.all.map { Set($0) }
        let types = Set(self.question.types.map(\.code))
        let looksAtKind = !types.isEmpty || sources != nil || !hits.isEmpty
        for (index, document) in documents.enumerated() {
            if index & 0xFFFF == 0xFFFF { try goesOn() }
            if self.part.removed.contains(document) { continue }
            if let requiredSet, !requiredSet.contains(document) { continue }
            var score = 100.0
            if let distance = required.distances[document] {
                score = self.evaluation.score(distance: distance)
            }
            if looksAtKind {
                let kind = try kinds(document)
                if !types.isEmpty, !types.contains(kind.type) { continue }
                if let sources, !sources.contains(kind.source) { continue }
                // Without words the score is that of the distance, whatever else is asked.
                if !hits.isEmpty {
                    guard let ranked = self.score(document, hits, kind) else { continue }
                    score = ranked
                }
            }
            if required.mentioning.contains(document) { score *= Evaluation.mentionWeight }
            let finesse = marks.isEmpty ? 0 : marks[Int(document)]
            try found(
                Found(
                    document: document,
                    score: Float(score),
                    finesse: finesse,
                    date: try dates(document),
                    number: required.numbers.isEmpty ? nil : required.numbers[document]
                )
            )
        }
    }

    /// How many marked words of the question the name of each document has; empty where nothing is asked of them.
    private func marks() throws(SegmentError) -> [UInt8] {
        let marked = self.evaluation.slots.all.isEmpty ? [] : self.question.marked
        guard !marked.isEmpty else { return [] }
        var marks = [UInt8](repeating: 0, count: self.segment.count)
        for word in marked {
            let term = [SearchTerm.marked] + word
            for document in try self.segment.documents(of: term, self.blocks) {
                marks[Int(document)] += 1
            }
        }
        return marks
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

    /// The score of a document by the words that it has; `nil` where it lacks too many.
    private func score(_ document: UInt32, _ hits: [SlotHits], _ kind: DocumentKind) -> Double? {
        var sum: Double = 0
        var missing = 0
        var named = 0
        var hasWord = self.evaluation.missingMax == 0
        for (index, hit) in hits.enumerated() {
            let rank = hit.ranks[Int(document)]
            if rank == 0 {
                missing += 1
                continue
            }
            let (value, isName) = HitRank.value(rank)
            let slot = self.evaluation.slots.all[index]
            sum += slot.weight * value
            hasWord = hasWord || !slot.asked.isNumber
            if isName { named += 1 }
        }
        guard missing <= self.evaluation.missingMax, hasWord else { return nil }
        return self.evaluation.score(sum: sum, named: named, nameWordCount: kind.nameWordCount)
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
            for document in documents {
                if let held = fields[document], held.weight >= field.weight { continue }
                fields[document] = field
            }
        }
        return fields
    }
}
