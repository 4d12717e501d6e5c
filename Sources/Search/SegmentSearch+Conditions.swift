import Geodesy

/// The conditions of a question.
extension SegmentSearch {
    /// The documents in which all conditions hold, ascending; `nil` where there is none.
    ///
    /// `distances`: gets how far each is from the point that was asked for.
    func required(
        _ distances: inout [UInt32: Double]
    ) throws(SegmentError) -> [UInt32]? {
        var required: [UInt32]?
        func require(_ documents: [UInt32]) {
            guard let before = required else { return required = documents }
            let other = Set(documents)
            required = before.filter { other.contains($0) }
        }
        if let records = self.question.records, self.segment.head.family == 0 {
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

    func documents(of ranges: [PostcodeRange]) throws(SegmentError) -> [UInt32] {
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
