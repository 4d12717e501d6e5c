/// Text as it comes out of a cell, and the two changes made to it.
package enum CellText {
    /// Returns `text` without blanks, tabs, line ends and other white space at its ends.
    ///
    /// - Complexity: O(1) when there is none, else O(length).
    package static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last else { return text }
        guard Self.isBlank(first) || Self.isBlank(last) else { return text }
        let tail = scalars.drop(while: Self.isBlank)
        let end = tail.lastIndex { !Self.isBlank($0) }
        return end.map { String(tail[...$0]) } ?? ""
    }

    /// Returns `text` in Unicode NFC.
    ///
    /// - Parameters:
    ///   - text: Any text.
    ///   - normalise: Brings text to NFC; called only for text that may need it.
    /// - Returns: The same text where it is in NFC already.
    /// - Complexity: O(length).
    package static func normalised(_ text: String, by normalise: (String) -> String) -> String {
        self.isSurelyNormal(text) ? text : normalise(text)
    }

    /// Whether `text` is in NFC for a reason that is quick to see.
    ///
    /// Below U+0300 every character is its own NFC and none combines with one before it (Unicode
    /// Standard Annex 15); UTF-8 of U+0300 begins with 0xCC.
    package static func isSurelyNormal(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 < 0xCC }
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        // Almost all text begins and ends in ASCII, where the answer is known.
        scalar.value < 0x80
            ? scalar == " " || (0x09...0x0D).contains(scalar.value)
            : scalar.properties.isWhitespace
    }
}
