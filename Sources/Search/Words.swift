/// A word of a text, as it is compared (`Protocol/search.md` §2).
package struct Word: Hashable, Sendable {
    /// What a word is good for.
    package enum Kind: Hashable, Sendable {
        /// Digits: found exactly.
        case number
        /// A form of company, which says little of who it is.
        case legalForm
        /// An article, preposition or conjunction.
        case particle
        /// Any other.
        case plain
    }

    /// Its letters or digits in UTF-8, folded.
    package let bytes: [UInt8]
    /// What it is good for.
    package let kind: Kind

    /// Creates a word from what is folded already.
    init(folded bytes: [UInt8]) {
        self.bytes = bytes
        self.kind = Self.kind(of: bytes)
    }

    /// The word as text, for people.
    package var text: String { String(decoding: self.bytes, as: UTF8.self) }

    /// Whether it is only a part of rank in a name.
    package var isMarked: Bool { self.kind == .legalForm || self.kind == .particle }

    /// Whether it is short for particles: it is not asked for, though names are found by it as by others.
    var isAbbreviation: Bool { Self.abbreviations.contains(self.bytes) }

    /// What else the town is called of whose name it is.
    var otherNames: [[UInt8]] { Self.towns[self.bytes].map { [$0] } ?? [] }

    private static let abbreviations = Set(["vd", "vdr", "vh", "vt"].map { Array($0.utf8) })
    private static let towns: [[UInt8]: [UInt8]] = {
        var towns: [[UInt8]: [UInt8]] = [:]
        for (one, other) in [("haag", "gravenhage"), ("bosch", "hertogenbosch")] {
            towns[Array(one.utf8)] = Array(other.utf8)
            towns[Array(other.utf8)] = Array(one.utf8)
        }
        return towns
    }()

    private static func kind(of bytes: [UInt8]) -> Kind {
        guard let first = bytes.first else { return .plain }
        if first >= 0x30, first <= 0x39 { return .number }
        guard bytes.count <= self.longestMarked else { return .plain }
        return self.marked[bytes] ?? .plain
    }

    private static let legalForms = [
        "bv", "nv", "vof", "cv", "ltd", "limited", "gmbh", "ag", "kg", "ohg", "inc", "llc", "lp",
        "plc", "sa", "sarl", "sas", "sprl", "bvba", "srl", "spa", "oij", "ab", "as", "aps",
        "eenmanszaak", "maatschap", "stichting", "vereniging", "coperatie", "cooperatie",
        "vennootschap", "besloten", "naamloze", "beslotenvennootschap", "naamlozevennootschap",
        "onder", "firma", "fa", "ua", "ba", "wa",
    ]
    private static let particles = [
        "van", "de", "der", "den", "het", "een", "t", "s", "te", "ter", "ten", "en", "of", "in",
        "op", "aan", "bij", "voor", "the", "and", "la", "le", "von", "du",
    ]
    private static let marked: [[UInt8]: Kind] = {
        var marked: [[UInt8]: Kind] = [:]
        for text in Self.particles { marked[Array(text.utf8)] = .particle }
        for text in Self.legalForms { marked[Array(text.utf8)] = .legalForm }
        return marked
    }()
    private static let longestMarked = 20
}

/// Reads texts as words (`Protocol/search.md` §2).
///
/// The compatibility form of Unicode is asked of the caller, for text that is not ASCII.
package struct TextFolding: Sendable {
    /// Most bytes of a word; the rest of a longer one goes.
    package static let wordMax = 40

    private let decomposed: @Sendable (String) -> String

    /// Creates a reader.
    ///
    /// - Parameter decomposed: Returns a text in Unicode NFKD.
    package init(decomposed: @escaping @Sendable (String) -> String) {
        self.decomposed = decomposed
    }

    /// The words of a text, in its order.
    ///
    /// - Complexity: O(length).
    package func words(_ text: String) -> [Word] {
        var words: [Word] = []
        self.forEachWord(of: text) { words.append(Word(folded: $0)) }
        return words
    }

    /// Calls `body` with the folded bytes of each word, in order.
    func forEachWord(of text: String, _ body: ([UInt8]) -> Void) {
        var parts = WordParts()
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            for byte in text.utf8 { parts.take(ascii: byte) }
        } else {
            // NFKD makes a blank and a mark of an acute accent that stands for an apostrophe.
            let plain = String(
                String.UnicodeScalarView(text.unicodeScalars.filter { $0.value != 0xB4 })
            )
            for scalar in self.decomposed(plain).unicodeScalars { parts.take(scalar) }
        }
        parts.finish()
        parts.forEach(body)
    }
}

/// Collects runs of letters and of digits, and joins single letters that only dots and blanks part.
private struct WordParts {
    /// Letters and digits, word after word.
    private var bytes: [UInt8] = []
    /// Where each word ends in ``bytes``.
    private var ends: [Int] = []
    private var start = 0
    private var isNumber = false
    /// Whether the last word is of single letters, and only dots and blanks stand behind it.
    private var joins = false
    /// Letters, not bytes, of the word that is being read.
    private var letterCount = 0

    mutating func take(ascii byte: UInt8) {
        switch byte {
        case 0x61...0x7A: self.letter(byte)
        case 0x41...0x5A: self.letter(byte | 0x20)
        case 0x30...0x39: self.digit(byte)
        // Apostrophes.
        case 0x27, 0x60: break
        case 0x26: self.ampersand()
        case 0x20, 0x2E, 0x09: self.end(keepsJoining: true)
        default: self.end(keepsJoining: false)
        }
    }

    mutating func take(_ scalar: Unicode.Scalar) {
        if scalar.value < 0x80 { return self.take(ascii: UInt8(scalar.value)) }
        switch scalar.value {
        case 0x2018, 0x2019, 0x02BC: return
        case 0xDF: return self.letters("ss")
        case 0xE6, 0xC6: return self.letters("a")
        case 0x153, 0x152, 0xF8, 0xD8: return self.letters("o")
        case 0x142, 0x141: return self.letters("l")
        case 0x111, 0x110, 0xF0, 0xD0: return self.letters("d")
        case 0xFE, 0xDE: return self.letters("th")
        case 0x131: return self.letters("i")
        default: break
        }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return
        case .decimalNumber:
            if let value = properties.numericType == .decimal ? properties.numericValue : nil {
                return self.digit(0x30 + UInt8(value))
            }
            self.end(keepsJoining: false)
        case _ where properties.isAlphabetic:
            self.begin(number: false)
            self.bytes.append(contentsOf: properties.lowercaseMapping.utf8)
            self.letterCount += 1
        default: self.end(keepsJoining: false)
        }
    }

    private mutating func letters(_ text: StaticString) {
        for character in text.description.utf8 { self.letter(character) }
    }

    private mutating func letter(_ byte: UInt8) {
        self.begin(number: false)
        self.letterCount += 1
        self.bytes.append(byte)
    }

    private mutating func digit(_ byte: UInt8) {
        self.begin(number: true)
        self.bytes.append(byte)
    }

    private mutating func begin(number: Bool) {
        if self.bytes.count > self.start, self.isNumber != number {
            self.end(keepsJoining: false)
        }
        self.isNumber = number
    }

    private mutating func ampersand() {
        self.end(keepsJoining: false)
        self.bytes.append(contentsOf: "en".utf8)
        self.isNumber = false
        self.letterCount = 2
        self.end(keepsJoining: false)
    }

    /// Ends the word that is being read.
    private mutating func end(keepsJoining: Bool) {
        guard self.bytes.count > self.start else {
            if !keepsJoining { self.joins = false }
            return
        }
        let isSingle = !self.isNumber && self.letterCount == 1
        if isSingle, self.joins {
            self.ends[self.ends.count - 1] = self.bytes.count
        } else {
            self.ends.append(self.bytes.count)
        }
        self.joins = isSingle && keepsJoining
        self.start = self.bytes.count
        self.letterCount = 0
    }

    mutating func finish() { self.end(keepsJoining: false) }

    /// Calls `body` with each word, its digraphs folded and no longer than a word may be.
    func forEach(_ body: ([UInt8]) -> Void) {
        var first = 0
        var word: [UInt8] = []
        for end in self.ends {
            word.removeAll(keepingCapacity: true)
            var index = first
            while index < end, word.count < TextFolding.wordMax {
                let byte = self.bytes[index]
                let next = index + 1 < end ? self.bytes[index + 1] : 0
                switch (byte, next) {
                case (0x79, _):
                    word.append(0x69)
                    word.append(0x6A)
                    index += 1
                case (0x61, 0x65), (0x6F, 0x65), (0x75, 0x65):
                    word.append(byte)
                    index += 2
                default:
                    word.append(byte)
                    index += 1
                }
            }
            // Half a character is none.
            while let last = word.last, last >= 0x80, index < end, self.bytes[index] & 0xC0 == 0x80
            {
                word.removeLast()
                if last >= 0xC0 { break }
            }
            if !word.isEmpty { body(word) }
            first = end
        }
    }
}
