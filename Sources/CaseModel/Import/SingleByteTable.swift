/// The upper half of a single-byte encoding: what the bytes 0x80 to 0xFF stand for.
///
/// Source: the tables of the Unicode consortium, as Python's codecs `cp1252` and `mac_roman` have
/// them.
package struct SingleByteTable: Sendable {
    /// Windows-1252; its five unassigned bytes stand for the control characters of Latin-1.
    package static let windows1252 = SingleByteTable(
        "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ"
            + String(String.UnicodeScalarView((0xA0...0xFF).compactMap(Unicode.Scalar.init)))
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

    private init(_ upperHalf: String) {
        precondition(upperHalf.unicodeScalars.count == 128, "half a byte has 128 values")
        self.scalars = Array(upperHalf.unicodeScalars)
        var bytes: [Unicode.Scalar: UInt8] = [:]
        for (index, scalar) in self.scalars.enumerated() { bytes[scalar] = UInt8(0x80 + index) }
        self.bytes = bytes
    }

    /// Returns the byte, 0x80 to 0xFF, that stands for `scalar`, or nil when none does.
    ///
    /// - Complexity: O(1).
    package func byte(for scalar: Unicode.Scalar) -> UInt8? {
        self.bytes[scalar]
    }
}
