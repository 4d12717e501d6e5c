// The standard library's own normalisation tables: Foundation's would draw Foundation into the
// core, and a second copy of Unicode's tables would age.
@_spi(_Unicode) import Swift

extension String {
    /// Whether the text is in Unicode Normalization Form C, the only one that is stored or sent.
    package var isNormalised: Bool {
        self.utf8.allSatisfy { $0 < 0x80 } || self.unicodeScalars.elementsEqual(self._nfc)
    }

    /// The text in Unicode Normalization Form C.
    package var normalised: String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: self._nfc)
        return String(scalars)
    }

    /// Whether a text of characters below U+0300 and of dashes (U+2014), which begin the lines of signatures,
    /// has no control characters; `nil` where it has others.
    ///
    /// These are in Form C whatever stands beside them, and nearly all texts have no others.
    private static func isPlain(_ bytes: [UInt8], allowsLines: Bool) -> Bool? {
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case 0x0A: guard allowsLines else { return false }
            case 0x20...0x7E: break
            case 0...0x7F: return false
            case 0xC2 where bytes[index + 1] < 0xA0: return false
            case 0xC2...0xCB: index += 1
            case 0xE2 where bytes[index + 1] == 0x80 && bytes[index + 2] == 0x94: index += 2
            default: return nil
            }
            index += 1
        }
        return true
    }

    /// Whether the text is in normal form and has no control characters, newlines apart where
    /// `allowsLines` (`Protocol/sync-log.md` §1).
    package func isSpecificationText(bytesMax: Int, allowsLines: Bool) -> Bool {
        guard self.utf8.count <= bytesMax else { return false }
        if let isPlain = Self.isPlain(Array(self.utf8), allowsLines: allowsLines) { return isPlain }
        return self.isNormalised
            && self.unicodeScalars.allSatisfy { scalar in
                switch scalar.value {
                case 0x0A: allowsLines
                case 0...0x1F, 0x7F...0x9F: false
                default: true
                }
            }
    }
}

extension StringProtocol {
    /// Whether both texts have the same UTF-8 bytes; `==` also holds between different forms.
    package func hasSameBytes(as other: some StringProtocol) -> Bool {
        self.utf8.elementsEqual(other.utf8)
    }
}

/// Orders texts by their UTF-8 bytes.
package func precedesInBytes(_ lhs: String, _ rhs: String) -> Bool {
    lhs.utf8.lexicographicallyPrecedes(rhs.utf8)
}

extension FixedWidthInteger {
    /// Reads a decimal number without sign or leading zeros; `nil` for anything else.
    package init?(canonicalDecimal text: some StringProtocol) {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0"),
            let value = Self(text)
        else { return nil }
        self = value
    }
}
