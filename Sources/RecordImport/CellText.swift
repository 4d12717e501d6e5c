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

    /// Whether `text` is printable ASCII, tabs and line ends, without the marks of HTML: then it is in
    /// NFC, was not misread, has nothing invisible and no markup.
    ///
    /// - Complexity: O(length).
    package static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            byte >= 0x20
                ? byte < 0x7F && byte != UInt8(ascii: "<") && byte != UInt8(ascii: "&")
                : byte == 0x09 || byte == 0x0A || byte == 0x0D
        }
    }

    /// Returns the characters of `text` that nobody sees, each once, in their order: controls but tab
    /// and line ends, and what Unicode lets a program leave out when it shows a text, such as zero
    /// widths, marks of direction, soft hyphens and byte-order marks.
    ///
    /// What makes an emoji of the character before it is not among them.
    ///
    /// - Complexity: O(length).
    package static func invisible(in text: String) -> [Unicode.Scalar] {
        var found: [Unicode.Scalar] = []
        var before: Unicode.Scalar = " "
        for scalar in text.unicodeScalars {
            defer { before = scalar }
            guard Self.isInvisible(scalar), !Self.shapesEmoji(scalar, after: before) else {
                continue
            }
            if !found.contains(scalar) { found.append(scalar) }
        }
        return found
    }

    /// Returns `text` without the characters that nobody sees.
    ///
    /// - Complexity: O(length).
    package static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: Self.isInvisible) else { return text }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.filter { !Self.isInvisible($0) })
        )
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E: false
        case 0...0x1F, 0x7F...0x9F, 0xFFF9...0xFFFB: true
        default: scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// Whether `scalar` chooses the form of the emoji before it, or joins it to the next.
    private static func shapesEmoji(_ scalar: Unicode.Scalar, after before: Unicode.Scalar) -> Bool
    {
        guard scalar == "\u{200D}" || (0xFE0E...0xFE0F).contains(scalar.value) else { return false }
        return before.properties.isEmoji || before.properties.isEmojiModifier
            || before == "\u{FE0F}"
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
