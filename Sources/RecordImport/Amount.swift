/// An amount with what people and spreadsheet programs write around its digits.
///
/// - the euro, as `€`, `EUR` or `euro` in any case, before or behind; no other currency;
/// - blanks around it, also those that do not break;
/// - blanks between groups of three digits, all of them the same, instead of the style's mark;
/// - one sign: before the digits or behind them, as `-` or `−`, or parentheses around all;
/// - dashes instead of zeros behind the decimal mark: `1.250,-`.
struct Amount: Hashable {
    /// What is left: digits with the style's own marks, without a sign.
    let digits: String
    /// Whether it is below zero, or is written as if it were.
    let isNegative: Bool

    private static let blanks: Set<Unicode.Scalar> = [" ", "\u{A0}", "\u{2009}", "\u{202F}"]
    private static let minuses: Set<Unicode.Scalar> = ["-", "\u{2212}"]
    private static let dashes: Set<Unicode.Scalar> = [
        "-", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2212}",
    ]
    private static let euros = ["euro", "eur", "€"].map { Array($0.unicodeScalars) }

    /// Takes an amount apart; nil where something else stands there.
    ///
    /// - Parameters:
    ///   - text: The amount as it came.
    ///   - decimal: The decimal mark of the style.
    ///   - group: The mark between its groups of thousands.
    init?(_ text: String, decimal: Unicode.Scalar, group: Unicode.Scalar) {
        var rest = Self.trimmed(Array(text.unicodeScalars)[...])
        var signs: [Bool] = []
        if rest.first == "(", rest.last == ")" {
            rest = Self.trimmed(rest.dropFirst().dropLast())
            signs.append(true)
        }
        var hasEuro = false
        func takeEuro(atStart: Bool) {
            guard !hasEuro, let shorter = Self.withoutEuro(rest, atStart: atStart) else { return }
            rest = Self.trimmed(shorter)
            hasEuro = true
        }
        func takeSign() {
            guard let first = rest.first, Self.minuses.contains(first) || first == "+" else {
                return
            }
            signs.append(first != "+")
            rest = Self.trimmed(rest.dropFirst())
        }
        takeSign()
        takeEuro(atStart: true)
        takeSign()
        takeEuro(atStart: false)
        if let shorter = Self.withoutCents(rest, decimal: decimal) {
            rest = shorter
        } else if let last = rest.last, Self.minuses.contains(last) {
            signs.append(true)
            rest = Self.trimmed(rest.dropLast())
            takeEuro(atStart: false)
        }
        guard signs.count <= 1, let first = rest.first, Self.isDigit(first),
            let grouped = Self.grouped(rest, by: group)
        else { return nil }
        self.digits = String(String.UnicodeScalarView(grouped))
        self.isNegative = signs.first ?? false
    }

    /// Whether `text` names a currency that is not the euro.
    static func hasOtherCurrency(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            scalar != "€" && scalar.properties.generalCategory == .currencySymbol
        }
    }

    private static func trimmed(_ scalars: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar>
    {
        let tail = scalars.drop { self.blanks.contains($0) }
        let end = tail.lastIndex { !self.blanks.contains($0) }
        return end.map { tail[...$0] } ?? []
    }

    private static func withoutEuro(
        _ scalars: ArraySlice<Unicode.Scalar>,
        atStart: Bool
    ) -> ArraySlice<Unicode.Scalar>? {
        for euro in self.euros {
            let part = atStart ? scalars.prefix(euro.count) : scalars.suffix(euro.count)
            if part.map(\.properties.lowercaseMapping) == euro.map(String.init) {
                return atStart ? scalars.dropFirst(euro.count) : scalars.dropLast(euro.count)
            }
        }
        return nil
    }

    /// The amount before a decimal mark that one or two dashes follow; nil where none do.
    private static func withoutCents(
        _ scalars: ArraySlice<Unicode.Scalar>,
        decimal: Unicode.Scalar
    ) -> ArraySlice<Unicode.Scalar>? {
        guard let mark = scalars.lastIndex(of: decimal) else { return nil }
        let cents = scalars[(mark + 1)...]
        guard (1...2).contains(cents.count), cents.allSatisfy(self.dashes.contains) else {
            return nil
        }
        return scalars[..<mark]
    }

    /// The digits with the style's mark where blanks stood between groups; nil where both do.
    private static func grouped(
        _ scalars: ArraySlice<Unicode.Scalar>,
        by group: Unicode.Scalar
    ) -> [Unicode.Scalar]? {
        let blanks = Set(scalars.filter(self.blanks.contains))
        guard let blank = blanks.first else { return Array(scalars) }
        guard blanks.count == 1, !scalars.contains(group) else { return nil }
        return scalars.map { $0 == blank ? group : $0 }
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        (0x30...0x39).contains(scalar.value)
    }
}
