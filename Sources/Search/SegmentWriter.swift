import Vocabulary

/// Writes a segment: documents and terms in their order, block after block.
///
/// Full blocks can be taken while it is written, so that it never needs to be in memory whole.
struct SegmentWriter {
    private var rests: [[UInt8]]
    private var lengths: [Int]
    private var terms = TermPages()
    /// The blocks that are full.
    private var full: [SegmentBlock] = []

    init() {
        let count = SegmentSection.allCases.count
        self.rests = [[UInt8]](repeating: [], count: count)
        self.lengths = [Int](repeating: 0, count: count)
    }

    /// Bytes of the blocks that can be taken.
    var fullByteCount: Int { self.full.count * BlockAddress.byteCount }

    /// Takes the blocks that are full.
    mutating func takeFull() -> [SegmentBlock] {
        defer { self.full = [] }
        return self.full
    }

    func length(of section: SegmentSection) -> Int { self.lengths[Int(section.rawValue)] }

    mutating func append(_ bytes: some Collection<UInt8>, to section: SegmentSection) {
        let index = Int(section.rawValue)
        self.rests[index] += bytes
        self.lengths[index] += bytes.count
        if self.rests[index].count >= BlockAddress.byteCount { self.cut(index) }
    }

    private mutating func cut(_ index: Int) {
        var rest = self.rests[index][...]
        var number = (self.lengths[index] - rest.count) / BlockAddress.byteCount
        while rest.count >= BlockAddress.byteCount {
            let address = BlockAddress(section: UInt8(index), number: UInt32(number))
            let block = Array(rest.prefix(BlockAddress.byteCount))
            self.full.append(SegmentBlock(address: address, bytes: block))
            rest = rest.dropFirst(BlockAddress.byteCount)
            number += 1
        }
        self.rests[index] = Array(rest)
    }

    /// Adds a term behind those that come before it, with its documents, ascending.
    mutating func add(_ term: [UInt8], _ documents: [UInt32]) {
        var list: [UInt8] = []
        var previous: UInt32?
        for document in documents {
            list.append(varint: previous.map { document - $0 - 1 } ?? document)
            previous = document
        }
        var entry: [UInt8] = []
        let isApart = list.count > TermPages.listByteCount
        entry.append(varint: UInt32(documents.count) << 1 | (isApart ? 1 : 0))
        if !isApart {
            entry += list
        } else {
            entry.append(varint: UInt32(self.length(of: .lists)))
            entry.append(varint: UInt32(list.count))
            self.append(list, to: .lists)
        }
        let offset = self.length(of: .terms)
        let (bytes, page) = self.terms.add(term, entry, at: offset)
        if let page { self.append(page, to: .pages) }
        self.append(bytes, to: .terms)
    }

    /// Ends the segment: the tail, and the length of each section.
    mutating func finish() -> [UInt32] {
        let tail = self.rests.reduce(into: [UInt8]()) { $0 += $1 }
        var start = 0
        var number: UInt32 = 0
        while start < tail.count {
            let end = min(start + BlockAddress.byteCount, tail.count)
            let address = BlockAddress(section: BlockAddress.tail, number: number)
            self.full.append(SegmentBlock(address: address, bytes: Array(tail[start..<end])))
            start = end
            number += 1
        }
        return self.lengths.map { UInt32($0) }
    }
}

/// Puts terms into pages.
struct TermPages {
    /// Bytes at which a page ends.
    static let byteCount = 1_024
    /// Most bytes of a list that stands beside its term.
    static let listByteCount = 24

    private var previous: [UInt8] = []
    private var pageStart: Int?

    /// What stands behind a term.
    struct Found {
        let count: Int
        /// Where its list stands in the page, or the place of it.
        let list: Range<Int>
        let isApart: Bool
    }

    /// Looks for a term in a page, without making the terms before it.
    static func find(_ term: [UInt8], in page: Span<UInt8>) throws(SegmentError) -> Found? {
        var place = 0
        // How many bytes of the term the one before begins with; that one is before it.
        var matched = 0
        func byte() throws(SegmentError) -> Int {
            guard place < page.count else { throw .malformed }
            defer { place += 1 }
            return Int(page[place])
        }
        while place < page.count {
            let shared = try byte()
            let rest = try byte()
            guard page.count - place >= rest else { throw .malformed }
            // One that parts from the one before earlier is behind the term.
            if shared < matched { return nil }
            var isFound = false
            if shared == matched {
                var same = 0
                while same < rest, matched < term.count, page[place + same] == term[matched] {
                    same += 1
                    matched += 1
                }
                if same < rest {
                    if matched == term.count || page[place + same] > term[matched] { return nil }
                } else {
                    isFound = matched == term.count
                }
            }
            place += rest
            let (bits, next) = try self.varint(in: page, at: place)
            place = next
            let isApart = bits & 1 == 1
            let start = place
            var numbers = isApart ? 2 : bits >> 1
            while numbers > 0 { if try byte() < 0x80 { numbers -= 1 } }
            if isFound { return Found(count: bits >> 1, list: start..<place, isApart: isApart) }
        }
        return nil
    }

    /// Where the list stands whose place is noted.
    static func place(in page: Span<UInt8>, at start: Int) throws(SegmentError) -> Range<Int> {
        let (offset, next) = try self.varint(in: page, at: start)
        let (count, _) = try self.varint(in: page, at: next)
        return offset..<offset + count
    }

    private static func varint(
        in page: Span<UInt8>,
        at start: Int
    ) throws(SegmentError) -> (value: Int, next: Int) {
        var value = 0
        var shift = 0
        var place = start
        while place < page.count, shift < 35 {
            let byte = Int(page[place])
            place += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80 { return (value, place) }
            shift += 7
        }
        throw .malformed
    }

    /// The bytes of a term, and those that note a page where it begins one.
    mutating func add(
        _ term: [UInt8],
        _ entry: [UInt8],
        at offset: Int
    ) -> (bytes: [UInt8], page: [UInt8]?) {
        var page: [UInt8]?
        var shared = 0
        if let start = self.pageStart, offset - start < Self.byteCount {
            let most = min(term.count, self.previous.count)
            while shared < most, term[shared] == self.previous[shared] { shared += 1 }
        } else {
            self.pageStart = offset
            var noted: [UInt8] = []
            noted.append(bigEndian: UInt32(offset))
            noted.append(UInt8(term.count))
            page = noted + term
        }
        self.previous = term
        var bytes: [UInt8] = [UInt8(shared), UInt8(term.count - shared)]
        bytes += term[shared...]
        return (bytes + entry, page)
    }
}

/// Adds documents one after the other, ascending by key.
struct DocumentColumns {
    private let family: UInt32
    private var places: [String: UInt16] = [:]
    private(set) var sources: [String] = []
    private(set) var count: UInt32 = 0

    init(family: UInt32) { self.family = family }

    /// What stands of a document beside its terms.
    struct Row {
        let key: DocumentKey
        let reference: FragmentReference?
        let date: Int32
        let type: UInt8
        let nameWordCount: UInt8
        let source: String
        let position: [UInt8]
    }

    mutating func append(_ row: Row, to writer: inout SegmentWriter) {
        var key: [UInt8] = []
        key.append(bigEndian: row.key.high)
        key.append(bigEndian: row.key.low)
        writer.append(key, to: .keys)
        var date: [UInt8] = []
        date.append(bigEndian: row.date)
        writer.append(date, to: .dates)
        var kind = [row.type, row.nameWordCount]
        kind.append(bigEndian: self.place(of: row.source))
        writer.append(kind, to: .kinds)
        writer.append(row.position, to: .positions)
        if self.family != 0 {
            guard let reference = row.reference else {
                preconditionFailure("a document of a table is of a fragment")
            }
            var bytes: [UInt8] = []
            for id in [reference.fragment, reference.caseID] {
                bytes.append(bigEndian: id.high)
                bytes.append(bigEndian: id.low)
            }
            writer.append(bytes, to: .fragments)
        }
        self.count += 1
    }

    private mutating func place(of source: String) -> UInt16 {
        if let place = self.places[source] { return place }
        // More sources than places: the last stands for the rest, which a filter by source then looks at.
        guard self.sources.count < Int(UInt16.max) else { return UInt16.max - 1 }
        let place = UInt16(self.sources.count)
        self.places[source] = place
        self.sources.append(source)
        return place
    }
}

/// A segment that was made in memory.
package struct BuiltSegment: Sendable {
    /// What is known of it without its blocks.
    package let head: SegmentHead
    /// Its blocks.
    package let blocks: [SegmentBlock]

    /// Makes a segment of documents.
    ///
    /// - Parameters:
    ///   - documents: In any order, each key once.
    ///   - family: 0 for own records, else the number of their table.
    /// - Complexity: O(n log n) in the terms.
    package init(_ documents: [SearchDocument], family: UInt32) {
        precondition(documents.count <= SegmentHead.documentsMax, "a segment has a most")
        let sorted = documents.sorted { $0.key < $1.key }
        var writer = SegmentWriter()
        var columns = DocumentColumns(family: family)
        for document in sorted {
            columns.append(
                DocumentColumns.Row(
                    key: document.key,
                    reference: document.reference,
                    date: document.content.date ?? 0,
                    type: document.type.code,
                    nameWordCount: UInt8(min(255, document.content.nameWordCount)),
                    source: document.source,
                    position: document.content.position?.bytes ?? GridPosition.noneBytes
                ),
                to: &writer
            )
        }
        Self.addTerms(of: sorted, to: &writer)
        let lengths = writer.finish()
        self.head = SegmentHead(
            family: family,
            count: columns.count,
            lengths: lengths,
            sources: columns.sources
        )
        self.blocks = writer.takeFull()
    }

    /// A term in a document; orders by the term's first bytes, which nearly always differ.
    private struct Occurrence {
        let prefix: UInt64
        let start: UInt32
        let count: UInt16
        let document: UInt32
    }

    private static func addTerms(of documents: [SearchDocument], to writer: inout SegmentWriter) {
        var bytes: [UInt8] = []
        var occurrences: [Occurrence] = []
        for (number, document) in documents.enumerated() {
            var start = 0
            let base = bytes.count
            let content = document.content
            bytes += content.termBytes
            for end in content.termEnds {
                var prefix: UInt64 = 0
                for offset in 0..<8 {
                    let place = start + offset
                    let byte = place < Int(end) ? content.termBytes[place] : 0
                    prefix = prefix << 8 | UInt64(byte)
                }
                occurrences.append(
                    Occurrence(
                        prefix: prefix,
                        start: UInt32(base + start),
                        count: UInt16(Int(end) - start),
                        document: UInt32(number)
                    )
                )
                start = Int(end)
            }
        }
        func term(_ occurrence: Occurrence) -> ArraySlice<UInt8> {
            bytes[Int(occurrence.start)..<Int(occurrence.start) + Int(occurrence.count)]
        }
        func precedes(_ lhs: Occurrence, _ rhs: Occurrence) -> Bool? {
            if lhs.prefix != rhs.prefix { return lhs.prefix < rhs.prefix }
            if lhs.count <= 8, rhs.count <= 8 {
                return lhs.count == rhs.count ? nil : lhs.count < rhs.count
            }
            let (left, right) = (term(lhs), term(rhs))
            if left == right { return nil }
            return left.lexicographicallyPrecedes(right)
        }
        occurrences.sort { precedes($0, $1) ?? ($0.document < $1.document) }
        var place = 0
        while place < occurrences.count {
            let first = occurrences[place]
            var numbers: [UInt32] = []
            while place < occurrences.count, precedes(first, occurrences[place]) == nil {
                if numbers.last != occurrences[place].document {
                    numbers.append(occurrences[place].document)
                }
                place += 1
            }
            writer.add(Array(term(first)), numbers)
        }
    }
}

extension RecordType {
    /// The number of a type: its place in `Protocol/records.md` §1, from 1.
    var code: UInt8 {
        switch self {
        case .subject: 1
        case .location: 2
        case .inspection: 3
        case .permit: 4
        case .signal: 5
        case .enforcement: 6
        case .incident: 7
        case .sample: 8
        case .document: 9
        }
    }
}
