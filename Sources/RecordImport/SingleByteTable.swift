/// A single-byte encoding: ASCII, and what the bytes 0x80 to 0xFF stand for.
///
/// Source: the tables of the Unicode consortium, as Python's codecs `latin_1`, `cp1252` and
/// `mac_roman` have them (`Protocol/vectors/import/accept/encodings.json`).
package struct SingleByteTable: Sendable {
    /// ISO 8859-1: every byte is the scalar of its own number.
    package static let latin1 = SingleByteTable(
        String(String.UnicodeScalarView((0x80...0xFF).compactMap(Unicode.Scalar.init)))
    )
    /// Windows-1252; its five unassigned bytes stand for the control characters of Latin-1 where
    /// misread text is repaired, and are no text in a file.
    package static let windows1252 = SingleByteTable(
        "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ"
            + String(String.UnicodeScalarView((0xA0...0xFF).compactMap(Unicode.Scalar.init))),
        unassigned: [0x81, 0x8D, 0x8F, 0x90, 0x9D]
    )
    /// Mac OS Roman.
    package static let macRoman = SingleByteTable(
        "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü"
            + "†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø"
            + "¿¡¬√ƒ≈∆«»…\u{A0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ"
            + "‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{F8FF}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ"
    )

    /// The scalars of the bytes 0x80 to 0xFF, in order; always 128.
    package let scalars: [Unicode.Scalar]
    private let bytes: [Unicode.Scalar: UInt8]
    private let unassigned: Set<UInt8>

    private init(_ upperHalf: String, unassigned: Set<UInt8> = []) {
        precondition(upperHalf.unicodeScalars.count == 128, "half a byte has 128 values")
        self.scalars = Array(upperHalf.unicodeScalars)
        var bytes: [Unicode.Scalar: UInt8] = [:]
        for (index, scalar) in self.scalars.enumerated() { bytes[scalar] = UInt8(0x80 + index) }
        self.bytes = bytes
        self.unassigned = unassigned
    }

    /// Returns the text of `bytes`, or nil when a byte among them stands for nothing.
    ///
    /// - Complexity: O(length).
    package func text(of bytes: ArraySlice<UInt8>) -> String? {
        guard !bytes.allSatisfy({ $0 < 0x80 }) else {
            return String(decoding: bytes, as: UTF8.self)
        }
        var scalars = String.UnicodeScalarView()
        for byte in bytes {
            guard byte >= 0x80 else {
                scalars.append(Unicode.Scalar(byte))
                continue
            }
            guard !self.unassigned.contains(byte) else { return nil }
            scalars.append(self.scalars[Int(byte) - 0x80])
        }
        return String(scalars)
    }

    /// Returns the byte, 0x80 to 0xFF, that stands for `scalar`, or nil when none does.
    ///
    /// - Complexity: O(1).
    package func byte(for scalar: Unicode.Scalar) -> UInt8? {
        self.bytes[scalar]
    }
}
