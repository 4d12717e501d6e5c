import Synchronization

/// The terms of a segment.
extension OpenSegment {
    /// Where the pages of terms begin.
    func directory(_ blocks: BlockReader) throws(SegmentError) -> TermDirectory {
        if let pages = self.kept.withLock({ $0.pages }) { return pages }
        let length = self.head.length(of: .pages)
        let pages = try TermDirectory(
            try self.bytes(0..<length, of: .pages, blocks),
            termsLength: self.head.length(of: .terms)
        )
        self.kept.withLock { $0.pages = pages }
        return pages
    }

    /// The terms from the page on that a term is in or would be in.
    func terms(
        from term: [UInt8],
        _ blocks: BlockReader
    ) throws(SegmentError) -> TermCursor {
        let offset = try self.directory(blocks).offset(ofPageWith: term)
        return TermCursor(segment: self, offset: offset, blocks)
    }

    /// The documents with a term, ascending.
    package func documents(
        of term: [UInt8],
        _ blocks: BlockReader
    ) throws(SegmentError) -> [UInt32] {
        guard let range = try self.directory(blocks).range(ofPageWith: term) else { return [] }
        let page = try self.bytes(range, of: .terms, blocks)
        guard let found = try TermPages.find(term, in: page.span) else { return [] }
        guard found.list.upperBound <= page.count else { throw .malformed }
        guard found.isApart else { return try self.decoded(page[found.list], count: found.count) }
        let place = try TermPages.place(in: page.span, at: found.list.lowerBound)
        return try self.decoded(try self.bytes(place, of: .lists, blocks)[...], count: found.count)
    }

    /// The documents of a list.
    func decoded(_ bytes: ArraySlice<UInt8>, count: Int) throws(SegmentError) -> [UInt32] {
        guard count <= self.count else { throw .malformed }
        var documents: [UInt32] = []
        documents.reserveCapacity(count)
        try self.decode(bytes, count: count, to: &documents)
        return documents
    }

    /// Appends the documents of a list.
    func decode(
        _ bytes: ArraySlice<UInt8>,
        count: Int,
        to documents: inout [UInt32]
    ) throws(SegmentError) {
        let before = documents.count
        var next: UInt64 = 0
        var value: UInt64 = 0
        var shift: UInt64 = 0
        let span = bytes.span
        for index in span.indices {
            let byte = span[index]
            value |= UInt64(byte & 0x7F) << shift
            if byte >= 0x80 {
                shift += 7
                guard shift < 35 else { throw .malformed }
                continue
            }
            next += value
            guard next < UInt64(self.count) else { throw .malformed }
            documents.append(UInt32(truncatingIfNeeded: next))
            next += 1
            value = 0
            shift = 0
        }
        guard documents.count - before == count, shift == 0 else { throw .malformed }
    }

    /// Calls `body` at every term that begins with `prefix`, in order.
    func forEachTerm(
        prefix: [UInt8],
        _ blocks: BlockReader,
        _ body: (borrowing TermCursor) throws(SegmentError) -> Void
    ) throws(SegmentError) {
        try self.forEachTerm(from: prefix, through: prefix, blocks, body)
    }

    /// Calls `body` at every term from `first` on, up to those that begin with `last`.
    func forEachTerm(
        from first: [UInt8],
        through last: [UInt8],
        _ blocks: BlockReader,
        _ body: (borrowing TermCursor) throws(SegmentError) -> Void
    ) throws(SegmentError) {
        var cursor = try self.terms(from: first, blocks)
        while try cursor.next() {
            if cursor.term.lexicographicallyPrecedes(first) { continue }
            if !cursor.term.starts(with: last), last.lexicographicallyPrecedes(cursor.term) {
                return
            }
            try body(cursor)
        }
    }

    /// All words, with how many documents have each.
    func words(_ blocks: BlockReader) throws(SegmentError) -> WordList {
        if let words = self.kept.withLock({ $0.words }) { return words }
        var words = WordList()
        try self.forEachTerm(prefix: [SearchTerm.word], blocks) { cursor throws(SegmentError) in
            guard let (word, _) = SearchTerm.word(of: cursor.term[...]) else { throw .malformed }
            words.add(word, count: cursor.documentCount)
        }
        let made = words
        self.kept.withLock { $0.words = made }
        return made
    }
}
