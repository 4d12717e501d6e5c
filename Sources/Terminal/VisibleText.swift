/// Somebody's text made visible (`Protocol/web.md` §6): each character that does not show itself
/// becomes a mark such as `⟨U+202E⟩`.
///
/// Marked are controls, format characters, line and paragraph separators, spaces but the common one
/// (general categories Cc, Cf, Zl, Zp, Zs), the blank braille pattern, the brackets that marks are made
/// of, and all else that Unicode lets a program leave out (`Default_Ignorable_Code_Point`):
/// what turns the direction of writing, has no width, or joins. Which scripts and pictures need
/// some of them does not matter: who reads sees that they are there. Only a variation selector 15
/// or 16 right after an emoji stays: it chooses between two pictures, and nothing can be hidden
/// in it.
///
/// A space at the beginning or the end of a text is marked, and within a line every further space of a
/// run: programs part columns with runs of them, so a text that has them would pass for several, and
/// one of spaces alone for none.
package enum VisibleText {
    /// Where a text stands decides what becomes of its line ends, LF and CR LF.
    package enum Place: Sendable {
        /// Among lines of the program: a line end is followed by ``lineMark``.
        case lines
        /// Within a line, where nothing may end it: line ends are marked.
        case line
        /// In a box of a page: line ends and tabs stay, for the box shows what is in it.
        case page
    }

    /// What the second and every further line of somebody's text begins with.
    package static let lineMark = "  | "

    /// The text with marks for what does not show itself.
    ///
    /// - Complexity: O(length). An ASCII text without controls, runs of spaces and spaces at its ends is returned as it is.
    package static func text(_ text: some StringProtocol, in place: Place) -> String {
        guard self.needsMarks(text, in: place) else { return String(text) }
        var visible = String.UnicodeScalarView()
        var previous: UnicodeScalar?
        var rest = text.unicodeScalars.makeIterator()
        var next = rest.next()
        while let scalar = next {
            next = rest.next()
            defer { previous = scalar }
            if scalar == "\r", next == "\n", place != .line { continue }
            switch (scalar, place) {
            case ("\n", .lines): visible.append(contentsOf: ("\n" + self.lineMark).unicodeScalars)
            case ("\n", .page), ("\t", .page): visible.append(scalar)
            case (" ", _) where previous == nil || next == nil,
                (" ", .lines) where previous == " ", (" ", .line) where previous == " ":
                visible.append(contentsOf: self.mark(scalar).unicodeScalars)
            case _ where self.isHidden(scalar, after: previous):
                visible.append(contentsOf: self.mark(scalar).unicodeScalars)
            default: visible.append(scalar)
            }
        }
        return String(visible)
    }

    private static func needsMarks(_ text: some StringProtocol, in place: Place) -> Bool {
        var previous: UInt8 = 0x20
        var isFirst = true
        for byte in text.utf8 {
            guard (0x20...0x7E).contains(byte) else { return true }
            if byte == 0x20, previous == 0x20, place != .page || isFirst { return true }
            previous = byte
            isFirst = false
        }
        return !isFirst && previous == 0x20
    }

    /// `⟨U+202E⟩`: four to six digits, as the Unicode Standard writes code points.
    private static func mark(_ scalar: UnicodeScalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "⟨U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits + "⟩"
    }

    private static func isHidden(_ scalar: UnicodeScalar, after previous: UnicodeScalar?) -> Bool {
        if (0x20...0x7E).contains(scalar.value) { return false }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator: return true
        default: break
        }
        // Blank though no space, of which a note head without one; and what marks are made of, or a typed mark would pass for one.
        if scalar == "\u{1D159}" { return true }
        if scalar == "\u{2800}" || scalar == "\u{27E8}" || scalar == "\u{27E9}" { return true }
        guard properties.isDefaultIgnorableCodePoint else { return false }
        let choosesPicture =
            (0xFE0E...0xFE0F).contains(scalar.value)
            && previous.map { !$0.isASCII && $0.properties.isEmoji } ?? false
        return !choosesPicture
    }
}
