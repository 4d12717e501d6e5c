import Geodesy

/// The documents of a segment in which all conditions of a question hold.
struct RequiredDocuments {
    /// Ascending; `nil` where there is no condition.
    private(set) var all: [UInt32]?
    /// How far each is from the point that was asked for, in metres.
    fileprivate(set) var distances: [UInt32: Double] = [:]
    /// Those that have a number that was asked for only as a word.
    fileprivate(set) var mentioning: Set<UInt32> = []
    /// The number of a list that each has, where that is to be told.
    fileprivate(set) var numbers: [UInt32: UInt64] = [:]

    fileprivate mutating func require(_ documents: [UInt32]) {
        guard let before = self.all else { return self.all = documents }
        let other = Set(documents)
        self.all = before.filter { other.contains($0) }
    }
}

extension SegmentSearch {
    /// The documents in which all conditions hold.
    func required() throws(SegmentError) -> RequiredDocuments {
        var required = RequiredDocuments()
        if let records = self.question.records, self.segment.head.family == 0 {
            required.require(try self.documents(of: records))
        }
        for asked in self.question.identifiers {
            let documents = try self.documents(of: asked, &required.numbers)
            let mentioning = try self.mentioning(asked, beside: documents)
            required.mentioning.formUnion(mentioning)
            required.require(mentioning.isEmpty ? documents : (documents + mentioning).sorted())
        }
        if !self.question.postcodes.isEmpty {
            required.require(try self.documents(of: self.question.postcodes))
        }
        if !self.question.places.isEmpty {
            required.require(try self.documents(of: self.question.places))
        }
        if let circle = self.question.circle {
            required.distances = try self.documents(in: circle)
            required.require(required.distances.keys.sorted())
        }
        return required
    }

    private func documents(of records: Set<DocumentKey>) throws(SegmentError) -> [UInt32] {
        var documents: [UInt32] = []
        for key in records.sorted() {
            if let document = try self.segment.document(key, self.blocks) {
                documents.append(document)
            }
        }
        return documents
    }

    private func documents(
        of asked: Question.Identifiers,
        _ numbers: inout [UInt32: UInt64]
    ) throws(SegmentError) -> [UInt32] {
        var documents: [UInt32] = []
        for number in asked.numbers.sorted() {
            let some = try self.segment.documents(
                of: SearchTerm.identifier(asked.kind, number),
                self.blocks
            )
            if asked.tellsNumbers { for document in some { numbers[document] = number } }
            documents += some
        }
        return asked.numbers.count > 1 ? Set(documents).sorted() : documents
    }

    /// The documents that have one of the numbers as a word alone.
    private func mentioning(
        _ asked: Question.Identifiers,
        beside documents: [UInt32]
    ) throws(SegmentError) -> Set<UInt32> {
        var mentioning: Set<UInt32> = []
        for word in asked.words.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            try self.segment.forEachTerm(prefix: SearchTerm.word(word), self.blocks) {
                cursor throws(SegmentError) in
                mentioning.formUnion(try cursor.documents())
            }
        }
        return mentioning.subtracting(documents)
    }

    func documents(of places: [Question.Place]) throws(SegmentError) -> [UInt32] {
        var documents: Set<UInt32> = []
        for place in places {
            var ofPlace: Set<UInt32>?
            for forms in place.words {
                var some: Set<UInt32> = []
                for form in forms {
                    let term = SearchTerm.word(form) + [WordField.place.rawValue]
                    some.formUnion(try self.segment.documents(of: term, self.blocks))
                }
                ofPlace = ofPlace?.intersection(some) ?? some
            }
            documents.formUnion(ofPlace ?? [])
        }
        return documents.sorted()
    }

    func documents(of ranges: [PostcodeRange]) throws(SegmentError) -> [UInt32] {
        var documents: [UInt32] = []
        for range in ranges {
            let (first, last) = range.areas
            try self.segment.forEachTerm(
                from: [SearchTerm.postcode] + first,
                through: [SearchTerm.postcode] + last,
                self.blocks
            ) { cursor throws(SegmentError) in
                if range.contains(cursor.term.dropFirst()) { try cursor.append(to: &documents) }
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
