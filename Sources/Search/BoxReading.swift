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
        var isNamed = false
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
            } else if Self.isLabel(token),
                tokens.first.flatMap({ Self.kind(ofDigits: $0, isNamed: true) }) != nil
            {
                // "KvK 12345678": the number says it.
                isNamed = true
                continue
            } else if let kind = Self.kind(ofDigits: token, isNamed: isNamed) {
                self.parts.append(.identifier(kind, text: token, isNamed: isNamed))
            } else {
                words.append(token)
            }
            isNamed = false
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
        guard let kind = Self.kind(ofDigits: text, isNamed: false) else { return false }
        self.parts.append(
            .identifier(kind, text: text.filter { !$0.isWhitespace }, isNamed: false)
        )
        return true
    }

    /// Whether a word only says what number comes behind it.
    private static func isLabel(_ token: String) -> Bool {
        let letters = token.lowercased().filter { $0.isLetter }
        let labels: Set = [
            "kvk", "kvknr", "kvknummer", "nr", "nummer", "vestiging", "vestigingsnummer", "rsin",
            "bag", "bagid",
        ]
        return labels.contains(letters)
    }

    /// What a number may be: unless something names it, it has no hyphens, for these part dates and ranges too, and
    /// one with fewer digits than eight is a KvK number without its zeros where it has no blanks.
    private static func kind(ofDigits text: String, isNamed: Bool) -> IdentifierKind? {
        guard IdentifierKind.number(text) != nil, isNamed || !text.contains("-") else { return nil }
        let isPlain = text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        return switch text.utf8.count(where: { $0 >= 0x30 && $0 <= 0x39 }) {
        case 1...4 where isNamed: .kvk
        case 5...7 where isNamed || isPlain: .kvk
        case 8: .kvk
        case 9: .rsin
        case 12: .vestiging
        case 16: .bag
        default: nil
        }
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
