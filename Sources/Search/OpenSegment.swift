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
    private static let singlesCount = 512

    /// By which it is known in the store; none is used twice.
    package let number: UInt64
    /// What is known of it; the removed documents are those of a snapshot, and not kept here.
    package let head: SegmentHead
    let kept = Mutex(Kept())

    /// What was read and is kept.
    struct Kept {
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
        if count <= Self.singlesCount {
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
        if count <= Self.singlesCount {
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
