/// Text as it is compared: words of small letters and digits, one blank between two.
///
/// Folding is made for Dutch names first (`Protocol/matching.md` §2): letters lose their case and marks,
/// `ij` is `y`, `ö` and `oe` are `o`, `&` is `en`, a dot after a single letter joins (`B.V.` is `bv`),
/// apostrophes go, every other mark is a blank. `ch`, `ph` and the like stay: they are the business of
/// `Sound`.
package enum FoldedText {
    /// Returns `text` folded.
    ///
    /// - Parameters:
    ///   - text: Any text.
    ///   - decompose: Brings text to Unicode NFKD; called only for text with other characters than ASCII.
    /// - Returns: Folded text; empty where `text` has neither letters nor digits.
    /// - Complexity: O(length).
    package static func fold(_ text: String, decompose: (String) -> String) -> String {
        let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
        let plain = isASCII ? text : self.withoutMarks(decompose(text))
        var folder = Folder()
        folder.output.reserveCapacity(plain.utf8.count + 4)
        for byte in plain.utf8 { folder.take(byte) }
        return folder.end()
    }

    /// Letters without their marks in lower case; what has no letter in ASCII stays as it is.
    private static func withoutMarks(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                result.append(scalar)
                continue
            }
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .spacingMark, .format: continue
            default: break
            }
            if let letters = self.letters[scalar] {
                result.append(contentsOf: letters.unicodeScalars)
            } else {
                let lower = scalar.properties.lowercaseMapping.unicodeScalars
                for scalar in lower where !self.isMark(scalar) {
                    if let letters = self.letters[scalar] {
                        result.append(contentsOf: letters.unicodeScalars)
                    } else {
                        result.append(
                            scalar.properties.isAlphabetic || scalar.isDigit ? scalar : " "
                        )
                    }
                }
            }
        }
        return String(result)
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .nonspacingMark
    }

    /// Letters that Unicode does not take apart, and marks that stand for an apostrophe.
    private static let letters: [Unicode.Scalar: String] = [
        "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
        "ı": "i", "\u{2018}": "'", "\u{2019}": "'", "\u{201B}": "'", "\u{02BC}": "'",
        "\u{00B4}": "'",
    ]
}

extension Unicode.Scalar {
    fileprivate var isDigit: Bool { self.properties.numericType == .decimal }
}

/// The state of a text that is folded byte by byte.
private struct Folder {
    var output: [UInt8] = []
    /// Letters and digits since the last blank, or since the last dot that joins.
    private var count = 0
    /// Where a single letter was joined to those before it by a dot, as in `B.V`.
    ///
    /// When it turns out to begin a word, as in `J.Jansen`, a blank goes there after all.
    private var join: Int?

    mutating func take(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): self.letter(byte | 0x20)
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
            self.letter(byte)
        case UInt8(ascii: "'"), UInt8(ascii: "`"): break
        case UInt8(ascii: "&"), UInt8(ascii: "+"):
            self.blank()
            self.letter(UInt8(ascii: "e"))
            self.letter(UInt8(ascii: "n"))
            self.blank()
        case UInt8(ascii: "."):
            guard self.count == 1, let last = self.output.last, last > UInt8(ascii: "9") else {
                self.blank()
                return
            }
            self.join = self.output.count
            self.count = 0
        default: self.blank()
        }
    }

    mutating func end() -> String {
        if self.output.last == UInt8(ascii: " ") { self.output.removeLast() }
        return String(decoding: self.output, as: UTF8.self)
    }

    private mutating func letter(_ byte: UInt8) {
        if self.count > 0, let last = self.output.last {
            if byte == UInt8(ascii: "e"), last == UInt8(ascii: "o") { return }
            if byte == UInt8(ascii: "j"), last == UInt8(ascii: "i") {
                self.output[self.output.count - 1] = UInt8(ascii: "y")
                return
            }
        }
        self.output.append(byte)
        self.count += 1
        if self.count == 2, let join = self.join {
            self.output.insert(UInt8(ascii: " "), at: join)
            self.join = nil
        }
    }

    private mutating func blank() {
        self.count = 0
        self.join = nil
        if let last = self.output.last, last != UInt8(ascii: " ") {
            self.output.append(UInt8(ascii: " "))
        }
    }
}
