/// Where the pages of terms begin, and with which term.
struct TermDirectory: Sendable {
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
        let end =
            page + 1 < self.notes.count
            ? Int(self.bytes.bigEndian(at: self.notes[page + 1]) as UInt32) : self.termsLength
        return start <= end ? start..<end : nil
    }

    /// Where the last page begins whose first term is not behind `term`; that of the first where all are.
    func offset(ofPageWith term: [UInt8]) -> Int {
        guard !self.notes.isEmpty else { return 0 }
        return Int(self.bytes.bigEndian(at: self.notes[max(0, self.page(with: term))]) as UInt32)
    }

    /// The last page whose first term is not behind `term`; −1 where all are.
    private func page(with term: [UInt8]) -> Int {
        var (low, high) = (0, self.notes.count)
        let asked = term.span
        while low < high {
            let middle = low + (high - low) / 2
            let start = self.notes[middle] + 5
            let own = self.bytes.span.extracting(start..<start + Int(self.bytes[start - 1]))
            if asked.precedes(own) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low - 1
    }
}

extension Span<UInt8> {
    /// Whether it is before another in the order of bytes.
    func precedes(_ other: borrowing Span<UInt8>) -> Bool {
        let count = Swift.min(self.count, other.count)
        for index in 0..<count where self[index] != other[index] {
            return self[index] < other[index]
        }
        return self.count < other.count
    }
}
