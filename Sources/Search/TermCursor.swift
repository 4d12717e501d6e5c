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
    /// The list beside the term; empty where it stands apart.
    private var list: [UInt8] = []
    /// Where it stands in the section of lists; `nil` where it stands beside the term.
    private var place: Range<Int>?

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
        self.list.removeAll(keepingCapacity: true)
        self.place = nil
        if count & 1 == 0 {
            var numbers = 0
            while numbers < self.documentCount, self.list.count < TermPages.listByteCount {
                let byte = try self.byte()
                self.list.append(byte)
                if byte < 0x80 { numbers += 1 }
            }
        } else {
            let start = try self.varint()
            self.place = start..<start + (try self.varint())
        }
        return true
    }

    /// The documents with the term, ascending.
    func documents() throws(SegmentError) -> [UInt32] {
        var documents: [UInt32] = []
        try self.append(to: &documents)
        return documents
    }

    /// Appends the documents with the term, ascending.
    func append(to documents: inout [UInt32]) throws(SegmentError) {
        let apart = try self.place.map { (place) throws(SegmentError) in
            try self.segment.bytes(place, of: .lists, self.blocks)
        }
        try self.segment.decode(
            (apart ?? self.list)[...],
            count: self.documentCount,
            to: &documents
        )
    }
}
