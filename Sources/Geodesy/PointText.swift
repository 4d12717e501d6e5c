/// Two numbers in a text, with the letters of their axes where it has them.
struct PointText {
    /// What letters say of the order of two numbers.
    enum Axes {
        case latitudeFirst
        case longitudeFirst
    }

    /// The numbers as they stand.
    struct Pair {
        /// First and second; negative behind the letters of south and west.
        let numbers: (Double, Double)
        /// The order, nil without letters.
        let axes: Axes?

        /// Second and first.
        var exchanged: (Double, Double) { (self.numbers.1, self.numbers.0) }
    }

    private enum Direction {
        case north, east, south, west

        var isLatitude: Bool { self == .north || self == .south }
        var sign: Double { self == .north || self == .east ? 1 : -1 }

        /// English and Dutch: noord, oost, zuid, west; noorder- and zuiderbreedte, ooster- and westerlengte.
        init?(_ word: String) {
            switch word.uppercased() {
            case "N", "NB": self = .north
            case "E", "O", "OL": self = .east
            case "S", "Z", "ZB": self = .south
            case "W", "WL": self = .west
            default: return nil
            }
        }
    }

    private enum Token {
        /// Digits with points and commas, which may begin with a sign.
        case number(String)
        case direction(Direction)
        case separator

        /// One letter for each kind, of which ``PointText/pair()`` knows the orders that are read.
        var symbol: Character {
            switch self {
            case .number: "n"
            case .direction: "d"
            case .separator: ","
            }
        }
    }

    private var tokens: [Token] = []

    /// Divides a text into numbers, letters and what parts them.
    init(_ text: String) throws(TypedPoint.ReadingError) {
        var rest = Array(text.unicodeScalars)[...]
        // Whether a number may begin: behind another one there is a blank or a separator.
        var isApart = true
        while let scalar = rest.first {
            if Self.isBlank(scalar) {
                isApart = true
                rest.removeFirst()
            } else if scalar == "°" || scalar == "º" {
                guard case .number = self.tokens.last else { throw .notAPair }
                isApart = true
                rest.removeFirst()
            } else if scalar == ";" || scalar == "," {
                self.tokens.append(.separator)
                isApart = true
                rest.removeFirst()
            } else if Self.isLetter(scalar) {
                let word = rest.prefix(while: Self.isLetter)
                rest = rest.dropFirst(word.count)
                guard let direction = Direction(Self.text(word)) else { throw .notAPair }
                self.tokens.append(.direction(direction))
                isApart = true
            } else {
                guard isApart else { throw .notAPair }
                let taken = try Self.number(&rest)
                self.tokens += taken
                isApart = taken.count > 1
            }
        }
        if self.tokens.isEmpty { throw .empty }
    }

    /// The two numbers, where they stand in an order that is read.
    func pair() throws(TypedPoint.ReadingError) -> Pair {
        let numbers = self.tokens.compactMap {
            if case .number(let text) = $0 { text } else { nil }
        }
        let directions = self.tokens.compactMap {
            if case .direction(let direction) = $0 { direction } else { nil }
        }
        switch String(self.tokens.map(\.symbol)) {
        case "n": return try Self.divided(numbers[0])
        case "nn", "n,n":
            return Pair(
                numbers: (try Self.value(numbers[0]), try Self.value(numbers[1])),
                axes: nil
            )
        case "dndn", "dn,dn", "ndnd", "nd,nd":
            // A sign and a letter may say the same twice or opposite things.
            let isSigned = numbers.contains { $0.hasPrefix("-") || $0.hasPrefix("+") }
            guard !isSigned, directions[0].isLatitude != directions[1].isLatitude else {
                throw .notAPair
            }
            return Pair(
                numbers: (
                    try Self.value(numbers[0]) * directions[0].sign,
                    try Self.value(numbers[1]) * directions[1].sign
                ),
                axes: directions[0].isLatitude ? .latitudeFirst : .longitudeFirst
            )
        default: throw .notAPair
        }
    }

    /// Two numbers that commas alone part: `52.37,4.89`, `121687,487484`, `52,37,4,89`.
    private static func divided(_ text: String) throws(TypedPoint.ReadingError) -> Pair {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let halves: (String, String)
        switch (parts.count, text.contains(".")) {
        case (2, true): halves = (parts[0], parts[1])
        case (2, false):
            // Whole degrees, or one number with a decimal comma; metres have more digits before it.
            guard parts.allSatisfy({ $0.utf8.count >= 4 }) else { throw .doubtfulComma }
            halves = (parts[0], parts[1])
        case (4, false): halves = (parts[0] + "," + parts[1], parts[2] + "," + parts[3])
        default: throw .notAPair
        }
        return Pair(numbers: (try Self.value(halves.0), try Self.value(halves.1)), axes: nil)
    }

    /// A sign, digits, and a decimal point or comma with digits on both sides.
    private static func value(_ text: String) throws(TypedPoint.ReadingError) -> Double {
        var digits = Array(text.utf8)[...]
        if digits.first == UInt8(ascii: "-") || digits.first == UInt8(ascii: "+") {
            digits.removeFirst()
        }
        let parts = digits.split(
            omittingEmptySubsequences: false,
            whereSeparator: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }
        )
        let areDigits = parts.allSatisfy {
            !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) }
        }
        let plain = String(text.map { $0 == "," ? "." : $0 })
        guard parts.count <= 2, areDigits, let value = Double(plain), value.isFinite else {
            throw .notAPair
        }
        return value
    }

    /// Takes a number, and the commas at its end, which part it from what follows.
    private static func number(
        _ rest: inout ArraySlice<Unicode.Scalar>
    ) throws(TypedPoint.ReadingError) -> [Token] {
        var text = ""
        if let sign = rest.first, Self.minusSigns.contains(sign) || sign == "+" {
            text = sign == "+" ? "+" : "-"
            rest.removeFirst()
        }
        var body = rest.prefix { ("0"..."9").contains($0) || $0 == "." || $0 == "," }
        rest = rest.dropFirst(body.count)
        var separators: [Token] = []
        while body.last == "," {
            body.removeLast()
            separators.append(.separator)
        }
        guard !body.isEmpty else { throw .notAPair }
        return [.number(text + Self.text(body))] + separators
    }

    private static let minusSigns: [Unicode.Scalar] = ["-", "\u{2212}"]

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("A"..."Z").contains(scalar) || ("a"..."z").contains(scalar)
    }

    /// Blank, tab, and the spaces that programs put between numbers.
    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        [" ", "\t", "\u{A0}", "\u{2009}", "\u{202F}"].contains(scalar)
    }
}
