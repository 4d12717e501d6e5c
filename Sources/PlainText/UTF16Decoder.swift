/// Turns UTF-16 into UTF-8, in pieces of any size.
///
/// Half a surrogate pair, or half a unit at the end, becomes the byte 0xFF, which is no UTF-8: so
/// what is damaged is found where the text is read, and nothing around it is lost.
package struct UTF16Decoder: Sendable {
    /// What stands for a unit that is no part of a character.
    private static let damaged: UInt8 = 0xFF

    private let isBigEndian: Bool
    /// The first byte of a unit that a piece ended in.
    private var half: UInt8?
    /// The first unit of a pair that a piece ended in.
    private var high: UInt16?

    /// Creates a decoder at the start of a text, behind its mark.
    package init(isBigEndian: Bool) {
        self.isBigEndian = isBigEndian
    }

    /// Returns the next piece as UTF-8.
    ///
    /// - Complexity: O(length).
    package mutating func decode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.underestimatedCount)
        for byte in bytes {
            guard let first = self.half.take() else {
                self.half = byte
                continue
            }
            let (upper, lower) = self.isBigEndian ? (first, byte) : (byte, first)
            self.take(UInt16(upper) << 8 | UInt16(lower), into: &text)
        }
        return text
    }

    /// Says that the text has ended, and returns what is left of it.
    package mutating func finish() -> [UInt8] {
        let isDamaged = self.half.take() != nil || self.high.take() != nil
        return isDamaged ? [Self.damaged] : []
    }

    private mutating func take(_ unit: UInt16, into text: inout [UInt8]) {
        if let high = self.high.take() {
            if UTF16.isTrailSurrogate(unit) {
                let value = 0x10000 + UInt32(high - 0xD800) << 10 + UInt32(unit - 0xDC00)
                return Self.append(value, to: &text)
            }
            text.append(Self.damaged)
        }
        if UTF16.isLeadSurrogate(unit) {
            self.high = unit
        } else {
            Self.append(UInt32(unit), to: &text)
        }
    }

    private static func append(_ value: UInt32, to text: inout [UInt8]) {
        if value < 0x80 {
            text.append(UInt8(value))
        } else if let scalar = Unicode.Scalar(value), let bytes = UTF8.encode(scalar) {
            text.append(contentsOf: bytes)
        } else {
            text.append(self.damaged)
        }
    }
}
