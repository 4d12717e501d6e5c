/// A canonical Huffman code (RFC 1951 §3.2.2), as a table of what each beginning of the input means.
struct HuffmanTable: Sendable {
    private static let lengthMost = 15

    /// The code of literals and lengths that blocks have without saying so.
    static let fixedLiterals = Self.fixed(
        [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112)
            + [UInt8](repeating: 7, count: 24) + [UInt8](repeating: 8, count: 8)
    )
    /// The code of distances that blocks have without saying so.
    static let fixedDistances = Self.fixed([UInt8](repeating: 5, count: 32))

    /// For each value of the next bits, the symbol and, in the lowest four bits, its length; 0 for none.
    private let entries: [UInt16]
    private let mask: UInt64

    /// Makes the code in which the symbol at each place has a length in bits, 0 for none.
    ///
    /// - Throws: `InflateError.malformed` when more symbols have codes than there are, or fewer, but for
    ///   one code or none.
    init(_ lengths: [UInt8]) throws(InflateError) {
        var counts = [Int](repeating: 0, count: Self.lengthMost + 1)
        for length in lengths where length > 0 { counts[Int(length)] += 1 }
        let longest = counts.lastIndex { $0 > 0 } ?? 1
        var left = 1
        var next = [Int](repeating: 0, count: Self.lengthMost + 2)
        for length in 1...Self.lengthMost {
            left = left * 2 - counts[length]
            guard left >= 0 else { throw .malformed }
            next[length + 1] = (next[length] + counts[length]) * 2
        }
        guard left == 0 || counts.reduce(0, +) <= 1 else { throw .malformed }
        var entries = [UInt16](repeating: 0, count: 1 << longest)
        for (symbol, length) in lengths.enumerated() where length > 0 {
            let code = next[Int(length)]
            next[Int(length)] += 1
            // Codes come with their highest bit first, all else with its lowest.
            var place = Self.reversed(code, count: Int(length))
            while place < entries.count {
                entries[place] = UInt16(symbol << 4) | UInt16(length)
                place += 1 << Int(length)
            }
        }
        self.entries = entries
        self.mask = UInt64(entries.count - 1)
    }

    /// Returns the symbol that input begins with, and its length in bits, 0 for none.
    func symbol(_ bits: UInt64) -> (symbol: Int, length: Int) {
        let entry = self.entries[Int(bits & self.mask)]
        return (Int(entry >> 4), Int(entry & 15))
    }

    private static func fixed(_ lengths: [UInt8]) -> HuffmanTable {
        do throws(InflateError) {
            return try HuffmanTable(lengths)
        } catch {
            preconditionFailure("the fixed codes are complete")
        }
    }

    private static func reversed(_ code: Int, count: Int) -> Int {
        (0..<count).reduce(0) { $0 << 1 | code >> $1 & 1 }
    }
}
