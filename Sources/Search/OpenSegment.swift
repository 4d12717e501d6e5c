import Synchronization

/// Gives the decrypted blocks of segments: of a snapshot of the store.
package struct BlockReader {
    private let read: (UInt64, BlockAddress) throws(SegmentError) -> [UInt8]

    /// Creates a reader.
    ///
    /// - Parameter read: Returns the block at an address of the segment with a number.
    package init(_ read: @escaping (UInt64, BlockAddress) throws(SegmentError) -> [UInt8]) {
        self.read = read
    }

    func block(_ address: BlockAddress, of segment: UInt64) throws(SegmentError) -> [UInt8] {
        try self.read(segment, address)
    }
}

/// A segment that is read, with what of it is kept in memory.
///
/// Its blocks never change, so what is kept is right for every snapshot in which the segment stands.
package final class OpenSegment: Sendable {
    /// Documents of which single values are read one by one; of more, the section is read whole.
    private static let singlesMax = 512

    /// By which it is known in the store; none is used twice.
    package let number: UInt64
    /// What is known of it; the removed documents are those of a snapshot, and not kept here.
    package let head: SegmentHead
    private let kept = Mutex(Kept())

    /// What was read and is kept.
    private struct Kept {
        var pages: TermDirectory?
        var words: WordList?
        var dates: [Int32]?
        var kinds: [UInt32]?
    }

    /// Opens a segment.
    package init(number: UInt64, head: SegmentHead) {
        self.number = number
        self.head = head
    }

    /// Number of its documents, removed ones too.
    var count: Int { Int(self.head.count) }

    /// Bytes that what is kept takes, about.
    package var keptByteCount: Int {
        self.kept.withLock { kept in
            (kept.pages?.byteCount ?? 0) + (kept.words?.byteCount ?? 0)
                + (kept.dates?.count ?? 0) * 4 + (kept.kinds?.count ?? 0) * 4
        }
    }

    // MARK: Bytes

    /// Where a byte of a section stands, and how many follow it in the same block.
    func place(
        of offset: Int,
        in section: SegmentSection
    ) -> (address: BlockAddress, index: Int, count: Int) {
        let size = BlockAddress.byteCount
        let length = self.head.length(of: section)
        let whole = length / size * size
        if offset < whole {
            let number = UInt32(offset / size)
            let index = offset % size
            return (BlockAddress(section: section.rawValue, number: number), index, size - index)
        }
        var start = 0
        for before in SegmentSection.allCases where before.rawValue < section.rawValue {
            start += self.head.length(of: before) % size
        }
        let tailOffset = start + offset - whole
        let index = tailOffset % size
        let address = BlockAddress(
            section: BlockAddress.tail,
            number: UInt32(tailOffset / size)
        )
        return (address, index, min(size - index, length - offset))
    }

    /// Bytes of a section.
    func bytes(
        _ range: Range<Int>,
        of section: SegmentSection,
        _ blocks: BlockReader
    ) throws(SegmentError) -> [UInt8] {
        guard range.lowerBound >= 0, range.upperBound <= self.head.length(of: section) else {
            throw .malformed
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        var offset = range.lowerBound
        while offset < range.upperBound {
            let (address, index, count) = self.place(of: offset, in: section)
            let block = try blocks.block(address, of: self.number)
            let taken = min(count, range.upperBound - offset)
            guard block.count >= index + taken else { throw .malformed }
            bytes += block[index..<index + taken]
            offset += taken
        }
        return bytes
    }

    // MARK: Documents

    /// The key of a document.
    func key(of document: UInt32, _ blocks: BlockReader) throws(SegmentError) -> DocumentKey {
        let start = Int(document) * 16
        let bytes = try self.bytes(start..<start + 16, of: .keys, blocks)
        return DocumentKey(high: bytes.bigEndian(at: 0), low: bytes.bigEndian(at: 8))
    }

    /// The fragment and the case of a document; `nil` for an own record.
    func reference(
        of document: UInt32,
        _ blocks: BlockReader
    ) throws(SegmentError) -> FragmentReference? {
        guard self.head.family != 0 else { return nil }
        let start = Int(document) * 32
        let bytes = try self.bytes(start..<start + 32, of: .fragments, blocks)
        return FragmentReference(
            fragment: DocumentKey(high: bytes.bigEndian(at: 0), low: bytes.bigEndian(at: 8)),
            caseID: DocumentKey(high: bytes.bigEndian(at: 16), low: bytes.bigEndian(at: 24))
        )
    }

    /// The document with a key; `nil` where it has none.
    ///
    /// Keys of own records are spread evenly, so it is looked for where it would stand.
    ///
    /// - Complexity: O(log log n) blocks for keys that are spread evenly, O(log n) for others.
    package func document(
        _ key: DocumentKey,
        _ blocks: BlockReader
    ) throws(SegmentError) -> UInt32? {
        var (low, high) = (0, self.count)
        var (lowest, highest) = (UInt64.min, UInt64.max)
        var turn = 0
        while low < high {
            let middle: Int
            if turn.isMultiple(of: 2), highest > lowest, key.high >= lowest, key.high <= highest {
                let share = Double(key.high - lowest) / Double(highest - lowest)
                middle = min(low + Int(share * Double(high - low)), high - 1)
            } else {
                middle = low + (high - low) / 2
            }
            turn += 1
            let found = try self.key(of: UInt32(middle), blocks)
            if found == key { return UInt32(middle) }
            if found < key {
                low = middle + 1
                lowest = found.high
            } else {
                high = middle
                highest = found.high
            }
        }
        return nil
    }

    /// The dates of all documents, or what tells that of one: which is less to read.
    func dates(
        forAbout count: Int,
        _ blocks: BlockReader
    ) throws(SegmentError) -> (UInt32) throws(SegmentError) -> Int32 {
        if let dates = self.kept.withLock({ $0.dates }) {
            return { (document) throws(SegmentError) in dates[Int(document)] }
        }
        if count <= Self.singlesMax {
            return { (document) throws(SegmentError) in
                let start = Int(document) * 4
                return try self.bytes(start..<start + 4, of: .dates, blocks).bigEndian(at: 0)
            }
        }
        let bytes = try self.bytes(0..<self.count * 4, of: .dates, blocks)
        let dates = (0..<self.count).map { bytes.bigEndian(at: $0 * 4) as Int32 }
        self.kept.withLock { $0.dates = dates }
        return { (document) throws(SegmentError) in dates[Int(document)] }
    }

    /// The kinds of all documents, or what tells that of one: which is less to read.
    func kinds(
        forAbout count: Int,
        _ blocks: BlockReader
    ) throws(SegmentError) -> (UInt32) throws(SegmentError) -> DocumentKind {
        if let kinds = self.kept.withLock({ $0.kinds }) {
            return { (document) throws(SegmentError) in DocumentKind(bits: kinds[Int(document)]) }
        }
        if count <= Self.singlesMax {
            return { (document) throws(SegmentError) in
                let start = Int(document) * 4
                let bytes = try self.bytes(start..<start + 4, of: .kinds, blocks)
                return DocumentKind(bits: bytes.bigEndian(at: 0))
            }
        }
        let bytes = try self.bytes(0..<self.count * 4, of: .kinds, blocks)
        let kinds = (0..<self.count).map { bytes.bigEndian(at: $0 * 4) as UInt32 }
        self.kept.withLock { $0.kinds = kinds }
        return { (document) throws(SegmentError) in DocumentKind(bits: kinds[Int(document)]) }
    }

    /// The position of a document; `nil` for one without.
    func position(
        of document: UInt32,
        _ blocks: BlockReader
    ) throws(SegmentError) -> GridPosition? {
        let start = Int(document) * 8
        return GridPosition(try self.bytes(start..<start + 8, of: .positions, blocks), at: 0)
    }

    // MARK: Terms

    /// Where the pages of terms begin.
    private func directory(_ blocks: BlockReader) throws(SegmentError) -> TermDirectory {
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
        guard documents.count == count, shift == 0 else { throw .malformed }
        return documents
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
            if !cursor.term.starts(with: last), last.lexicographicallyPrecedes(cursor.term) { return }
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

/// What of a document a filter or its rank needs.
struct DocumentKind {
    let type: UInt8
    let nameWordCount: Int
    let source: UInt16

    init(bits: UInt32) {
        self.type = UInt8(bits >> 24)
        self.nameWordCount = Int(bits >> 16 & 0xFF)
        self.source = UInt16(truncatingIfNeeded: bits)
    }
}

/// Where the pages of terms begin, and with which term.
private struct TermDirectory: Sendable {
    private let bytes: [UInt8]
    private let termsLength: Int
    /// Where each page's note begins in ``bytes``.
    private var notes: [Int] = []

    init(_ bytes: [UInt8], termsLength: Int) throws(SegmentError) {
        self.bytes = bytes
        self.termsLength = termsLength
        var place = 0
        while place < bytes.count {
            guard bytes.count - place >= 5 else { throw .malformed }
            let end = place + 5 + Int(bytes[place + 4])
            let offset: UInt32 = bytes.bigEndian(at: place)
            guard end <= bytes.count, Int(offset) < termsLength else { throw .malformed }
            self.notes.append(place)
            place = end
        }
        guard self.notes.isEmpty == (termsLength == 0) else { throw .malformed }
    }

    var byteCount: Int { self.bytes.count + self.notes.count * 8 }

    /// The bytes of the page that has a term, if one has; `nil` where it is before all terms.
    func range(ofPageWith term: [UInt8]) -> Range<Int>? {
        let page = self.page(with: term)
        guard page >= 0 else { return nil }
        let start = Int(self.bytes.bigEndian(at: self.notes[page]) as UInt32)
        let end = page + 1 < self.notes.count
            ? Int(self.bytes.bigEndian(at: self.notes[page + 1]) as UInt32) : self.termsLength
        return start <= end ? start..<end : nil
    }

    /// Where the last page begins whose first term is not behind `term`; that of the first where all are.
    func offset(ofPageWith term: [UInt8]) -> Int {
        guard let note = self.notes.indices.contains(0) ? self.notes[max(0, self.page(with: term))] : nil
        else { return 0 }
        return Int(self.bytes.bigEndian(at: note) as UInt32)
    }

    /// The last page whose first term is not behind `term`; −1 where all are.
    private func page(with term: [UInt8]) -> Int {
        var (low, high) = (0, self.notes.count)
        let asked = term.span
        while low < high {
            let middle = low + (high - low) / 2
            let start = self.notes[middle] + 5
            let own = self.bytes.span.extracting(start..<start + Int(self.bytes[start - 1]))
            if asked.precedes(own) { high = middle } else { low = middle + 1 }
        }
        return low - 1
    }
}

/// Goes through terms, in order.
struct TermCursor {
    /// The term that it stands at.
    private(set) var term: [UInt8] = []
    /// How many documents have it.
    private(set) var documentCount = 0

    private let segment: OpenSegment
    private let blocks: BlockReader
    private var offset: Int
    private let end: Int
    private var block: [UInt8] = []
    /// The bytes of ``block`` that come next.
    private var index = 0
    private var blockEnd = 0
    /// The list beside the term, or where it stands in the section of lists.
    private var list: List = .beside([])

    private enum List {
        case beside([UInt8])
        case apart(Range<Int>)
    }

    init(segment: OpenSegment, offset: Int, _ blocks: BlockReader) {
        self.segment = segment
        self.blocks = blocks
        self.offset = offset
        self.end = segment.head.length(of: .terms)
    }

    @inline(__always)
    private mutating func byte() throws(SegmentError) -> UInt8 {
        if self.index == self.blockEnd {
            guard self.offset < self.end else { throw .malformed }
            let (address, index, count) = self.segment.place(of: self.offset, in: .terms)
            self.block = try self.blocks.block(address, of: self.segment.number)
            guard self.block.count >= index + count else { throw .malformed }
            self.index = index
            self.blockEnd = index + count
        }
        defer {
            self.index += 1
            self.offset += 1
        }
        return self.block[self.index]
    }

    private mutating func varint() throws(SegmentError) -> Int {
        var value = 0
        var shift = 0
        while true {
            let byte = try self.byte()
            value |= Int(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
            guard shift < 35 else { throw .malformed }
        }
    }

    /// Goes to the next term; whether there is one.
    mutating func next() throws(SegmentError) -> Bool {
        guard self.offset < self.end else { return false }
        let shared = Int(try self.byte())
        let rest = Int(try self.byte())
        guard shared <= self.term.count else { throw .malformed }
        self.term.removeSubrange(shared...)
        for _ in 0..<rest { self.term.append(try self.byte()) }
        let count = try self.varint()
        self.documentCount = count >> 1
        guard self.documentCount > 0, self.documentCount <= self.segment.count else {
            throw .malformed
        }
        if count & 1 == 0 {
            var bytes: [UInt8] = []
            var numbers = 0
            while numbers < self.documentCount, bytes.count < TermPages.listMax {
                let byte = try self.byte()
                bytes.append(byte)
                if byte < 0x80 { numbers += 1 }
            }
            self.list = .beside(bytes)
        } else {
            let start = try self.varint()
            self.list = .apart(start..<start + (try self.varint()))
        }
        return true
    }

    /// The documents with the term, ascending.
    func documents() throws(SegmentError) -> [UInt32] {
        switch self.list {
        case .beside(let bytes): try self.segment.decoded(bytes[...], count: self.documentCount)
        case .apart(let range):
            try self.segment.decoded(
                try self.segment.bytes(range, of: .lists, self.blocks)[...],
                count: self.documentCount
            )
        }
    }
}

extension Span<UInt8> {
    /// Whether it is before another in the order of bytes.
    func precedes(_ other: borrowing Span<UInt8>) -> Bool {
        let count = Swift.min(self.count, other.count)
        for index in 0..<count where self[index] != other[index] { return self[index] < other[index] }
        return self.count < other.count
    }
}
