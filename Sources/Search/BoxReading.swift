import Geodesy

/// What was typed into the one box, taken apart (`Protocol/search.md` §5).
package struct BoxReading: Sendable {
    /// Radius around a point that comes without one, in metres.
    package static let radiusDefault = 250.0

    /// A part of it, as it was understood.
    package enum Part: Hashable, Sendable {
        /// A number that identifies; whether it was called so, else it may be any number.
        case identifier(IdentifierKind, text: String, isNamed: Bool)
        /// A postcode or a range of them.
        case postcodes(PostcodeRange)
        /// Around a point.
        case circle(Question.Circle, isExchanged: Bool)
        /// A house number behind a postcode.
        case houseNumber(String)
        /// Words in any field.
        case words(String)
    }

    /// Its parts, in order.
    package private(set) var parts: [Part] = []
    /// A radius that was typed and is none: 0, or over the longest.
    package private(set) var wrongRadius: String?
    /// A range of postcodes of which the last is before the first.
    package private(set) var wrongRange: (first: String, last: String)?

    /// Takes a text apart; any text is something.
    package init(_ text: String) {
        if self.takePoint(text) { return }
        if self.takeNumber(text) { return }
        var tokens = text.split(whereSeparator: { $0.isWhitespace || $0 == "," || $0 == ";" })
            .map(String.init)[...]
        var words: [String] = []
        func isNumeric(_ token: String?) -> Bool {
            guard let token, let first = token.utf8.first else { return false }
            return first >= 0x30 && first <= 0x39 && token.utf8.count <= 6
        }
        while let token = tokens.popFirst() {
            if self.takeRange(token, &tokens) {
                continue
            } else if let (postcode, usesNext) = Self.postcode(token, tokens.first) {
                if usesNext { tokens = tokens.dropFirst() }
                self.parts.append(.postcodes(postcode))
                if isNumeric(tokens.first), let number = tokens.first,
                    Self.postcode(number, tokens.dropFirst().first) == nil
                {
                    tokens = tokens.dropFirst()
                    self.parts.append(.houseNumber(number))
                }
            } else if let (kind, text, count) = Self.named(token, tokens) {
                self.parts.append(.identifier(kind, text: text, isNamed: true))
                tokens = tokens.dropFirst(count)
            } else if let kind = Self.kind(ofDigits: token, isNamed: false) {
                self.parts.append(.identifier(kind, text: token, isNamed: false))
            } else {
                words.append(token)
            }
        }
        if !words.isEmpty { self.parts.append(.words(words.joined(separator: " "))) }
    }

    /// A point, with a radius behind it or without.
    private mutating func takePoint(_ text: String) -> Bool {
        let (rest, radius) = Self.radius(of: text)
        for (part, metres) in [(rest, radius), (text, nil)] as [(String, Double?)] {
            guard let point = try? TypedPoint(part) else { continue }
            let (place, isExchanged) =
                switch point {
                case .point(let place): (place, false)
                case .swapped(_, let exchanged): (exchanged, true)
                }
            guard
                let circle = Question.Circle(
                    center: place.position,
                    radius: metres ?? Self.radiusDefault
                )
            else {
                self.wrongRadius = text
                return true
            }
            self.parts.append(.circle(circle, isExchanged: isExchanged))
            return true
        }
        return false
    }

    /// What stands before a radius, and the radius in metres.
    private static func radius(of text: String) -> (String, Double?) {
        var rest = text[...]
        while rest.last?.isWhitespace ?? false { rest = rest.dropLast() }
        var unit = 1.0
        if rest.lowercased().hasSuffix("km") {
            unit = 1_000
            rest = rest.dropLast(2)
        } else if rest.lowercased().hasSuffix("m") {
            rest = rest.dropLast()
        } else {
            return (text, nil)
        }
        while rest.last?.isWhitespace ?? false { rest = rest.dropLast() }
        let digits = rest.reversed().prefix {
            $0.isASCII && ($0.isNumber || $0 == "." || $0 == ",")
        }
        let number = String(digits.reversed().map { $0 == "," ? "." : $0 })
        guard let value = Double(number), value.isFinite else { return (text, nil) }
        return (String(rest.dropLast(digits.count)), value * unit)
    }

    /// A range of postcodes, with blanks in it or without.
    private mutating func takeRange(_ token: String, _ tokens: inout ArraySlice<String>) -> Bool {
        for count in (0...min(4, tokens.count)).reversed() {
            let text = ([token] + tokens.prefix(count)).joined()
            guard text.contains("-") else { continue }
            do throws(PostcodeRange.ReadingError) {
                self.parts.append(.postcodes(try PostcodeRange(text)))
            } catch {
                guard case .order(let first, let last) = error else { continue }
                self.wrongRange = (first, last)
            }
            tokens = tokens.dropFirst(count)
            return true
        }
        return false
    }

    /// A number that stands alone, with blanks and dots in it.
    private mutating func takeNumber(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        // Four digits between hyphens are a year, or part of a range.
        let isGrouped =
            groups.count > 1
            && groups.allSatisfy { group in
                let count = Self.digitCount(String(group))
                return count == group.utf8.count && [1, 2, 3, 5].contains(count)
            }
        guard let kind = Self.kind(ofDigits: text, isNamed: isGrouped),
            !isGrouped || Self.digitCount(text) == 8
        else { return false }
        self.parts.append(
            .identifier(kind, text: text.filter { !$0.isWhitespace }, isNamed: false)
        )
        return true
    }

    /// The number of a kind that stands alone, as the one box reads it.
    ///
    /// With its name before it or without; blanks, dots and hyphens in it. A shorter one lost its zeros.
    package static func number(_ text: String, _ kind: IdentifierKind) -> UInt64? {
        if let number = IdentifierKind.number(text) {
            return number > 0 && self.digitCount(text) <= kind.digits ? number : nil
        }
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard let first = words.first, let named = self.named(first, words.dropFirst()[...]),
            named.kind == kind, named.count == words.count - 1
        else { return nil }
        return IdentifierKind.number(named.text)
    }

    /// What words say that a number comes behind them; `nil` for those that do not say of which kind.
    private static let labels: [String: IdentifierKind?] = [
        "kvk": .kvk, "kvknr": .kvk, "kvknummer": .kvk, "nr": nil, "no": nil, "nummer": nil,
        "vestiging": .vestiging, "vestigingsnr": .vestiging, "vestigingsnummer": .vestiging,
        "rsin": .rsin, "bag": .bag, "bagid": .bag, "handelsregister": .kvk,
        "handelsregisternummer": .kvk, "dossiernummer": .kvk, "inschrijfnummer": .kvk,
    ]

    /// A number with words before it that name it, as `KvK nr. 2734 5611` and `kvk:27345611`: its kind, its text,
    /// and how many of the words after the first it takes; `nil` where it is none.
    private static func named(
        _ token: String,
        _ rest: ArraySlice<String>
    ) -> (kind: IdentifierKind, text: String, count: Int)? {
        // What stands behind a colon is a word of its own.
        let parts = token.split(separator: ":", maxSplits: 1).map(String.init)
        var words = (parts + rest.prefix(Self.namedWordsMax))[...]
        var said: IdentifierKind?
        var isNamed = false
        while let word = words.first,
            let label = self.labels[word.lowercased().filter { $0.isLetter }],
            !word.contains(where: \.isNumber)
        {
            isNamed = true
            said = said ?? label
            words = words.dropFirst()
        }
        guard isNamed else { return nil }
        // The first words that are a whole number together; else the first alone, which lost its zeros.
        for isWhole in [true, false] {
            for count in 1...(isWhole ? max(1, min(words.count, 5)) : 1) where !words.isEmpty {
                let text = words.prefix(count).joined(separator: " ")
                let digits = Self.digitCount(text)
                guard let kind = self.kind(ofDigits: text, isNamed: true),
                    said == nil || said == kind, isWhole ? digits >= 8 : said != nil
                else { continue }
                let left = words.count - count
                return (kind, text, min(rest.count, Self.namedWordsMax) - left)
            }
        }
        return nil
    }

    /// Most words after the first that a named number is looked for in.
    private static let namedWordsMax = 8

    /// What a number may be: unless something names it, it has no hyphens, for these part dates and ranges too, and
    /// one with fewer digits than eight is a KvK number without its zeros where it has no blanks.
    private static func kind(ofDigits text: String, isNamed: Bool) -> IdentifierKind? {
        guard let number = IdentifierKind.number(text), number > 0,
            isNamed || !text.contains("-")
        else { return nil }
        let isPlain = text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        return switch Self.digitCount(text) {
        case 1...4 where isNamed: .kvk
        case 5...7 where isNamed || isPlain: .kvk
        case 8: .kvk
        case 9: .rsin
        case 12: .vestiging
        case 16: .bag
        default: nil
        }
    }

    private static func digitCount(_ text: String) -> Int {
        text.utf8.count(where: { $0 >= 0x30 && $0 <= 0x39 })
    }

    /// A whole postcode, with its letters in the same word or the next.
    private static func postcode(
        _ token: String,
        _ next: String?
    ) -> (PostcodeRange, usesNext: Bool)? {
        if token.utf8.count == 6, let range = try? PostcodeRange(token) { return (range, false) }
        guard token.utf8.count == 4, let next, next.utf8.count == 2,
            next == next.uppercased() || Word(folded: Array(next.utf8)).kind != .particle,
            let range = try? PostcodeRange(token + next)
        else { return nil }
        return (range, true)
    }
}
