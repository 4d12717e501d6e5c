/// What identifies a subject or a place by a number.
package enum IdentifierKind: UInt8, CaseIterable, Hashable, Sendable {
    /// The KvK number.
    case kvk = 1
    /// The vestigingsnummer.
    case vestiging = 2
    /// The RSIN.
    case rsin = 3
    /// An identifier of the BAG.
    case bag = 4

    /// Digits that such a number has.
    package var digits: Int {
        switch self {
        case .kvk: 8
        case .vestiging: 12
        case .rsin: 9
        case .bag: 16
        }
    }

    /// Most digits of a number that is a term; longer ones are none of any kind.
    package static let digitsMax = 18

    /// The number that a text stands for: its digits, without blanks, dots and hyphens.
    ///
    /// - Returns: `nil` where it has other characters, no digit, or over ``digitsMax`` of them.
    package static func number(_ text: String) -> UInt64? {
        var number: UInt64 = 0
        var count = 0
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39:
                count += 1
                guard count <= self.digitsMax else { return nil }
                number = number * 10 + UInt64(byte - 0x30)
            case 0x20, 0x2D, 0x2E: continue
            default: return nil
            }
        }
        return count > 0 ? number : nil
    }
}

/// In which field of a document a word stands.
package enum WordField: UInt8, CaseIterable, Hashable, Sendable {
    /// Name of the subject.
    case name = 1
    /// Street and number.
    case address = 2
    /// Town or village.
    case place = 3
    /// Free text.
    case text = 4

    /// What a word in it adds to the score, beside one in the name.
    var weight: Double {
        switch self {
        case .name: 1
        case .address, .place: 0.9
        case .text: 0.6
        }
    }
}

/// The bytes of terms (`Protocol/search.md` §3).
enum SearchTerm {
    static let postcode: UInt8 = 5
    static let cell: UInt8 = 6
    static let word: UInt8 = 7
    /// A marked word of a name.
    static let marked: UInt8 = 8
    /// Most bytes of a postcode that is a term.
    static let postcodeByteCount = 16

    static func identifier(_ kind: IdentifierKind, _ number: UInt64) -> [UInt8] {
        var bytes: [UInt8] = [kind.rawValue]
        bytes.append(bigEndian: number)
        return bytes
    }

    /// How the terms of a word in any field begin.
    static func word(_ bytes: [UInt8]) -> [UInt8] { [self.word] + bytes + [0] }

    /// The word and the field of a term; `nil` for a term that is no word's.
    static func word(of term: ArraySlice<UInt8>) -> (bytes: ArraySlice<UInt8>, field: WordField)? {
        guard term.first == self.word, term.count > 3, let last = term.last,
            let field = WordField(rawValue: last), term[term.endIndex - 2] == 0
        else { return nil }
        return (term.dropFirst().dropLast(2), field)
    }

    /// A postcode as it is compared; `nil` for what is none.
    static func postcode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x20: continue
            case 0x61...0x7A: bytes.append(byte & 0xDF)
            // What else people write in it stays, and fits no range that names letters.
            case 0x21...0x7E: bytes.append(byte)
            default: return nil
            }
        }
        guard (4...self.postcodeByteCount).contains(bytes.count),
            bytes.prefix(4).allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        return bytes
    }
}

extension [UInt8] {
    mutating func append<Integer: FixedWidthInteger>(bigEndian value: Integer) {
        for shift in stride(from: Integer.bitWidth - 8, through: 0, by: -8) {
            self.append(UInt8(truncatingIfNeeded: value >> Integer(shift)))
        }
    }

    /// Appends a number in seven bits a byte, the lowest first (LEB128).
    mutating func append(varint value: UInt32) {
        var rest = value
        while rest >= 0x80 {
            self.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        self.append(UInt8(rest))
    }
}
