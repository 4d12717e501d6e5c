/// Makes one segment of several, step by step, without the documents that were removed from them.
///
/// Between two steps nothing is held but numbers, so each can read another snapshot: the segments do not
/// change.
package struct SegmentMerge: Sendable {
    /// Documents that are read at once of each segment.
    private static let rowsAtOnce = 1_024

    private let family: UInt32
    private var sources: [Source]
    private var writer = SegmentWriter()
    private var columns: DocumentColumns
    /// The last term that was written.
    private var lastTerm: [UInt8]?
    private var phase = Phase.documents

    private enum Phase {
        case documents
        case terms
        case ended
    }

    /// A segment that goes into the new one.
    private struct Source: Sendable {
        let segment: OpenSegment
        let removed: RemovedDocuments
        /// For each document its number in the new segment.
        var numbers: [UInt32] = []
        /// The document that comes next.
        var next: UInt32 = 0
    }

    /// The number that stands for a document that does not go along.
    private static let none = UInt32.max

    /// Begins to merge segments of one family.
    package init(_ parts: [Searcher.Part]) {
        guard let family = parts.first?.segment.head.family else {
            preconditionFailure("a merge has segments")
        }
        self.family = family
        self.columns = DocumentColumns(family: family)
        self.sources = parts.map { Source(segment: $0.segment, removed: $0.removed) }
    }

    /// What a step made.
    package struct Step: Sendable {
        /// Blocks of the new segment, to be stored.
        package let blocks: [SegmentBlock]
        /// Its head, from the last step, whose blocks are the last.
        package let head: SegmentHead?
    }

    /// Goes on until about so many bytes were written, or to the end.
    ///
    /// - Complexity: O(n log s) in what is read of s segments.
    package mutating func advance(
        byteCount: Int,
        _ blocks: BlockReader
    ) throws(SegmentError) -> Step {
        if self.phase == .documents {
            try self.mergeDocuments(byteCount: byteCount, blocks)
        }
        if self.phase == .terms { try self.mergeTerms(byteCount: byteCount, blocks) }
        guard self.phase == .ended else {
            return Step(blocks: self.writer.takeFull(), head: nil)
        }
        let lengths = self.writer.finish()
        let head = SegmentHead(
            family: self.family,
            count: self.columns.count,
            lengths: lengths,
            sources: self.columns.sources
        )
        return Step(blocks: self.writer.takeFull(), head: head)
    }

    /// The documents of the new segment that were removed from the old ones since the merge read
    /// them.
    ///
    /// - Parameter removed: For each segment, in the order in which they were given, what is removed by now.
    /// - Returns: Their numbers there, ascending.
    package func removed(since removed: [RemovedDocuments]) -> [UInt32] {
        var numbers: Set<UInt32> = []
        for (source, now) in zip(self.sources, removed) {
            for (document, number) in source.numbers.enumerated()
            where number != Self.none && now.contains(UInt32(document)) {
                numbers.insert(number)
            }
        }
        return numbers.sorted()
    }

    // MARK: Documents

    private mutating func mergeDocuments(
        byteCount: Int,
        _ blocks: BlockReader
    ) throws(SegmentError) {
        var rows: [DocumentRows] = []
        for source in self.sources {
            rows.append(DocumentRows(source.segment, from: source.next, atOnce: Self.rowsAtOnce))
        }
        for index in self.sources.indices { try self.skipRemoved(index, &rows[index], blocks) }
        while self.writer.fullByteCount < byteCount {
            var least: DocumentKey?
            for row in rows {
                guard let key = row.key else { continue }
                if least.map({ key < $0 }) ?? true { least = key }
            }
            guard let least else {
                self.phase = .terms
                return
            }
            let number = self.columns.count
            var isWritten = false
            for index in rows.indices where rows[index].key == least {
                if !isWritten {
                    self.columns.append(try rows[index].row(), to: &self.writer)
                    isWritten = true
                }
                self.sources[index].numbers.append(number)
                try self.step(index, &rows[index], blocks)
                try self.skipRemoved(index, &rows[index], blocks)
            }
        }
    }

    private mutating func step(
        _ index: Int,
        _ rows: inout DocumentRows,
        _ blocks: BlockReader
    ) throws(SegmentError) {
        self.sources[index].next += 1
        try rows.move(to: self.sources[index].next, blocks)
    }

    private mutating func skipRemoved(
        _ index: Int,
        _ rows: inout DocumentRows,
        _ blocks: BlockReader
    ) throws(SegmentError) {
        try rows.move(to: self.sources[index].next, blocks)
        while rows.key != nil, self.sources[index].removed.contains(self.sources[index].next) {
            self.sources[index].numbers.append(Self.none)
            try self.step(index, &rows, blocks)
        }
    }

    // MARK: Terms

    private mutating func mergeTerms(
        byteCount: Int,
        _ blocks: BlockReader
    ) throws(SegmentError) {
        var cursors: [TermCursor?] = []
        for source in self.sources {
            var cursor = try source.segment.terms(from: self.lastTerm ?? [], blocks)
            var isThere = try cursor.next()
            while isThere, let last = self.lastTerm, !last.lexicographicallyPrecedes(cursor.term) {
                isThere = try cursor.next()
            }
            cursors.append(isThere ? cursor : nil)
        }
        while self.writer.fullByteCount < byteCount {
            var least: [UInt8]?
            for cursor in cursors {
                guard let term = cursor?.term else { continue }
                if least.map({ term.lexicographicallyPrecedes($0) }) ?? true { least = term }
            }
            guard let term = least else {
                self.phase = .ended
                return
            }
            try self.merge(term, &cursors)
            self.lastTerm = term
        }
    }

    private mutating func merge(
        _ term: [UInt8],
        _ cursors: inout [TermCursor?]
    ) throws(SegmentError) {
        var documents: [UInt32] = []
        var isSorted = true
        for index in cursors.indices {
            guard cursors[index]?.term == term, var cursor = cursors[index] else { continue }
            // Its term changes in place where nothing else holds it.
            cursors[index] = nil
            let numbers = self.sources[index].numbers
            for document in try cursor.documents() {
                let number = numbers[Int(document)]
                guard number != Self.none else { continue }
                if let last = documents.last, last >= number { isSorted = false }
                documents.append(number)
            }
            cursors[index] = try cursor.next() ? cursor : nil
        }
        if !isSorted {
            documents.sort()
            var kept = 0
            for document in documents where kept == 0 || document != documents[kept - 1] {
                documents[kept] = document
                kept += 1
            }
            documents.removeSubrange(kept...)
        }
        if !documents.isEmpty { self.writer.add(term, documents) }
    }
}

/// Reads what stands of documents beside their terms, one after the other.
struct DocumentRows {
    private let segment: OpenSegment
    private let atOnce: Int
    private var document: UInt32
    private var first = 0
    private var count = 0
    private var keys: [UInt8] = []
    private var dates: [UInt8] = []
    private var kinds: [UInt8] = []
    private var positions: [UInt8] = []
    private var fragments: [UInt8] = []

    init(_ segment: OpenSegment, from document: UInt32, atOnce: Int) {
        self.segment = segment
        self.document = document
        self.atOnce = atOnce
    }

    private var place: Int { Int(self.document) - self.first }

    /// The key of the document it stands at; `nil` behind the last.
    var key: DocumentKey? {
        guard Int(self.document) < self.segment.count, self.count > 0 else { return nil }
        return DocumentKey(
            high: self.keys.bigEndian(at: self.place * 16),
            low: self.keys.bigEndian(at: self.place * 16 + 8)
        )
    }

    mutating func move(to document: UInt32, _ blocks: BlockReader) throws(SegmentError) {
        self.document = document
        guard Int(document) < self.segment.count,
            self.count == 0 || Int(document) >= self.first + self.count
        else { return }
        self.first = Int(document)
        self.count = min(self.atOnce, self.segment.count - self.first)
        func bytes(
            _ width: Int,
            _ section: SegmentSection
        ) throws(SegmentError) -> [UInt8] {
            let range = self.first * width..<(self.first + self.count) * width
            return try self.segment.bytes(range, of: section, blocks)
        }
        self.keys = try bytes(16, .keys)
        self.dates = try bytes(4, .dates)
        self.kinds = try bytes(4, .kinds)
        self.positions = try bytes(8, .positions)
        if self.segment.head.family != 0 { self.fragments = try bytes(32, .fragments) }
    }

    /// What stands of the document it stands at.
    func row() throws(SegmentError) -> DocumentColumns.Row {
        guard let key = self.key else { preconditionFailure("a row of a document that is there") }
        let kind = DocumentKind(bits: self.kinds.bigEndian(at: self.place * 4))
        let sources = self.segment.head.sources
        guard Int(kind.source) < sources.count else { throw .malformed }
        var reference: FragmentReference?
        if self.segment.head.family != 0 {
            func id(_ offset: Int) -> DocumentKey {
                DocumentKey(
                    high: self.fragments.bigEndian(at: self.place * 32 + offset),
                    low: self.fragments.bigEndian(at: self.place * 32 + offset + 8)
                )
            }
            reference = FragmentReference(fragment: id(0), caseID: id(16))
        }
        return DocumentColumns.Row(
            key: key,
            reference: reference,
            date: self.dates.bigEndian(at: self.place * 4),
            type: kind.type,
            nameWordCount: UInt8(kind.nameWordCount),
            source: sources[Int(kind.source)],
            position: Array(self.positions[self.place * 8..<self.place * 8 + 8])
        )
    }
}

/// Which segments become one (`Protocol/search.md` §3).
package enum MergePolicy {
    /// Segments of a tier that become one.
    static let tierCount = 8
    /// Documents of a segment of the first tier.
    static let firstTier = 256
    /// Most documents of a segment of fragments: written anew whole where one must leave no trace.
    package static let fragmentsMax = 16_384

    /// Chooses what to merge next.
    ///
    /// - Parameter segments: Numbers and heads of all.
    /// - Returns: The numbers of those to merge; none when nothing needs to be.
    package static func next(
        of segments: [(number: UInt64, head: SegmentHead)]
    ) -> [UInt64] {
        let ordered = segments.sorted { $0.number < $1.number }
        for (number, head) in ordered {
            let isHalfEmpty = head.removedCount > 0 && 2 * head.removedCount >= head.count
            if head.mustRewrite || isHalfEmpty { return [number] }
        }
        var tiers: [Tier: [(number: UInt64, head: SegmentHead)]] = [:]
        for segment in ordered {
            tiers[Tier(segment.head), default: []].append(segment)
        }
        for (tier, members) in tiers.sorted(by: { $0.key < $1.key }) {
            guard members.count >= self.tierCount else { continue }
            let most = tier.family == 0 ? SegmentHead.documentsMax : self.fragmentsMax
            var chosen: [UInt64] = []
            var count = 0
            for (number, head) in members.prefix(self.tierCount) {
                guard count + head.liveCount <= most else { break }
                chosen.append(number)
                count += head.liveCount
            }
            if chosen.count > 1 { return chosen }
        }
        return []
    }

    private struct Tier: Hashable, Comparable {
        let family: UInt32
        let level: Int

        init(_ head: SegmentHead) {
            self.family = head.family
            var level = 0
            var rest = Int(head.count) / MergePolicy.firstTier
            while rest >= 8 {
                rest /= 8
                level += 1
            }
            self.level = level
        }

        static func < (lhs: Self, rhs: Self) -> Bool {
            lhs.level == rhs.level ? lhs.family < rhs.family : lhs.level < rhs.level
        }
    }
}
