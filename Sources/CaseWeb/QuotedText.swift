/// Texts of others within a text that somebody signs.
enum QuotedText {
    /// A text between quotation marks on one line, in which nothing can pass for what stands around
    /// it: line ends and quotation marks are escaped as in JSON, signs that turn the direction of
    /// writing are left out.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars where !self.turnsDirection(scalar) {
            switch scalar.value {
            case 0x22, 0x5C: quoted += "\\\(scalar)"
            case 0x09: quoted += "\\t"
            case 0x0A: quoted += "\\n"
            case 0x0D: quoted += "\\r"
            case 0x00...0x1F, 0x7F...0x9F, 0x2028, 0x2029:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// Marks, embeddings, overrides and isolates of the bidirectional algorithm (UAX #9 §2).
    private static func turnsDirection(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
