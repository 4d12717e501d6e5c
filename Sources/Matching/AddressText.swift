/// An address line taken apart: `Nieuwe Teertuinen 17 A-2` is a street, 17 and `a2`.
package struct AddressText: Hashable, Sendable {
    /// The street, folded.
    package let street: String
    /// The house number; 0 where there is none.
    package let number: Int32
    /// What follows the number, without blanks.
    package let addition: String

    /// Takes a folded address apart.
    ///
    /// The house number is the last word that begins with a digit and has words before it, else the
    /// first word, as in `12 high street`; letters that follow its digits belong to the addition. In
    /// `Plein 1940 5` it is 5, in `Laan 1940-1945` it is 1945: a street that ends in digits needs its
    /// number after them.
    ///
    /// - Parameter folded: What `FoldedText.fold` returned.
    /// - Complexity: O(length).
    package init(folded: String) {
        let words = folded.split(separator: " ")
        func isNumeric(_ word: Substring) -> Bool {
            word.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
        }
        // Additions are short: a word that is a number of its own after another one, as in "17 2", is
        // the addition only when the word before it is the number of a street.
        var index = words.lastIndex(where: isNumeric)
        if let last = index, last >= 2, isNumeric(words[last - 1]), last - 1 > 0,
            words[last - 1].utf8.count <= 3
        {
            index = last - 1
        }
        guard let index, index > 0 || words.count > 1 else {
            self.street = folded
            self.number = 0
            self.addition = ""
            return
        }
        let word = words[index]
        let digits = word.prefix { $0.isASCII && $0.isNumber }.prefix(8)
        self.number = Int32(digits) ?? 0
        if index == 0 {
            self.street = words.dropFirst().joined(separator: " ")
            self.addition = String(word.dropFirst(digits.count))
        } else {
            self.street = words[..<index].joined(separator: " ")
            self.addition = word.dropFirst(digits.count) + words[(index + 1)...].joined()
        }
    }
}

/// A postcode and where it lies.
package enum PostcodeText {
    /// Returns the district and the area of a folded postcode without blanks.
    ///
    /// | postcode | district | area |
    /// | --- | --- | --- |
    /// | Dutch, `1018rl` | its 4 digits | the first 2 |
    /// | British, `tn248xw` | all but the last 3 | its letters at the start |
    /// | only digits | all but the last | all but the last 2 |
    /// | other | the first 3 | the first |
    package static func parts(_ text: String) -> (district: String, area: String) {
        let bytes = Array(text.utf8)
        func isDigit(_ byte: UInt8) -> Bool {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        func prefix(_ count: Int) -> String { String(decoding: bytes.prefix(count), as: UTF8.self) }
        let digitCount = bytes.prefix(while: isDigit).count
        if digitCount == bytes.count {
            return (prefix(max(1, bytes.count - 1)), prefix(max(1, bytes.count - 2)))
        }
        if bytes.count == 6, digitCount == 4 { return (prefix(4), prefix(2)) }
        let letterCount = bytes.prefix { !isDigit($0) }.count
        if (5...7).contains(bytes.count), (1...2).contains(letterCount) {
            return (prefix(bytes.count - 3), prefix(letterCount))
        }
        return (prefix(3), prefix(1))
    }
}
