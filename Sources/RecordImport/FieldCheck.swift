package import Vocabulary

/// Checks of fields with a meaning of their own, one value at a time.
package enum FieldCheck {
    /// What a check found: the rule and what to do.
    package struct Violation: Hashable, Sendable {
        /// The rule that does not hold.
        package let rule: ImportRule
        /// What the owner of the data may do about it.
        package let advice: Advice

        /// ``advice`` in English.
        package var suggestion: String { self.advice.rawValue }
    }

    /// What the owner of the data may do about a value, in English.
    package enum Advice: String, CaseIterable, Sendable {
        case onlyZeros = "a number of only zeros names no company; leave it empty"
        case isVestiging = "this looks like a vestigingsnummer; map it to subject.vestiging"
        case kvkPad = "a KvK number has 8 digits; pad: 8 puts lost zeros back"
        case kvkDigits = "a KvK number has 8 digits"
        case vestigingPad =
            "a vestigingsnummer has 12 digits beginning 0000; pad: 12 puts lost zeros back"
        case vestigingDigits = "a vestigingsnummer has 12 digits beginning 0000"
        case checkDigit = "the check digit is wrong: look for an exchanged or mistyped digit"
        case rsinDigits = "an RSIN has 9 digits"
        case bsnDigits = "a BSN has 9 digits"
        case bagType = "digits 5 and 6 are the object type: 01, 02, 03, 10, 20 or 30"
        case bagPad = "a BAG identifier has 16 digits; pad: 16 puts lost zeros back"
        case bagDigits = "a BAG identifier has 16 digits"
        case upperCase = "write the letters in upper case"
        case dutchPostcode = "a Dutch postcode is 1000 to 9999 with two letters, not SA, SD or SS"
        case zipCode = "a ZIP code is 5 digits, or 5 and 4 with a hyphen"
        case noNumber = "not a number with a decimal point; number: nl reads a decimal comma"
        case exchanged = "the pair fits when exchanged: exchange the two columns"
        case areDegrees =
            "these are degrees: map them to location.latitude and location.longitude"
        case areMetres = "these are metres of RD New: map them to location.x and location.y"
        case outsideGrid = "outside the grid of RD New"
        case outsideNetherlands = "outside the European Netherlands"
        case outsideStates = "outside the United States"
        case outsideEarth = "outside the earth"
    }

    /// Object types of the BAG, digits 5 and 6 of an identifier: dwelling and other addressable
    /// objects, moorings, pitches, buildings, addresses and public spaces.
    private static let bagObjectTypes: Set<String> = ["01", "02", "03", "10", "20", "30"]

    /// Returns what is wrong with `value` in the field `name`; nil for other fields and good values.
    ///
    /// The rules are those of Dutch registers; only postcodes depend on `country`.
    ///
    /// - Complexity: O(length).
    package static func violation(
        _ value: String,
        in name: FieldName,
        country: Mapping.Country
    ) -> Violation? {
        switch name {
        case .subjectKvK: Self.kvk(value)
        case .subjectVestiging: Self.vestiging(value)
        case .subjectRSIN: Self.elfproef(value, rule: .rsinElfproef, digits: .rsinDigits)
        case .subjectBSN: Self.elfproef(value, rule: .bsnElfproef, digits: .bsnDigits)
        case .locationBAG: Self.bag(value)
        case .locationPostcode: Self.postcode(value, country: country)
        default: nil
        }
    }

    /// Whether `value` is 9 digits, not all zero, that pass the elfproef: the digits weighted
    /// 9, 8, 7, 6, 5, 4, 3, 2, -1 add up to a multiple of 11.
    package static func passesElfproef(_ value: String) -> Bool {
        guard Self.isDigits(value, count: 9), !Self.isZero(value) else { return false }
        let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1]
        return zip(value.utf8, weights).reduce(0) { $0 + Int($1.0 - 0x30) * $1.1 } % 11 == 0
    }

    private static func kvk(_ value: String) -> Violation? {
        if Self.isDigits(value, count: 8), !Self.isZero(value) { return nil }
        let advice: Advice =
            if Self.isZero(value) {
                .onlyZeros
            } else if Self.isDigits(value, count: 12), value.utf8.starts(with: "0000".utf8) {
                .isVestiging
            } else if Self.isDigits(value), value.utf8.count < 8 {
                .kvkPad
            } else {
                .kvkDigits
            }
        return Violation(rule: .kvkFormat, advice: advice)
    }

    private static func vestiging(_ value: String) -> Violation? {
        let isGood =
            Self.isDigits(value, count: 12) && value.utf8.starts(with: "0000".utf8)
            && !Self.isZero(value)
        if isGood { return nil }
        let advice: Advice =
            Self.isDigits(value) && value.utf8.count <= 8 && !Self.isZero(value)
            ? .vestigingPad
            : .vestigingDigits
        return Violation(rule: .vestigingFormat, advice: advice)
    }

    private static func elfproef(_ value: String, rule: ImportRule, digits: Advice) -> Violation? {
        if Self.passesElfproef(value) { return nil }
        let advice: Advice =
            Self.isDigits(value, count: 9)
            ? .checkDigit
            : digits
        return Violation(rule: rule, advice: advice)
    }

    private static func bag(_ value: String) -> Violation? {
        if Self.isDigits(value, count: 16) {
            let type = String(decoding: value.utf8.dropFirst(4).prefix(2), as: UTF8.self)
            if Self.bagObjectTypes.contains(type) { return nil }
            return Violation(
                rule: .bagFormat,
                advice: .bagType
            )
        }
        let advice: Advice =
            Self.isDigits(value) && value.utf8.count < 16
            ? .bagPad
            : .bagDigits
        return Violation(rule: .bagFormat, advice: advice)
    }

    private static func postcode(_ value: String, country: Mapping.Country) -> Violation? {
        switch country {
        case .nl:
            if Self.isDutchPostcode(Array(value.utf8)) { return nil }
            let isLowerCase = Self.isDutchPostcode(Array(value.uppercased().utf8))
            return Violation(
                rule: .postcodeFormat,
                advice: isLowerCase
                    ? .upperCase
                    : .dutchPostcode
            )
        case .us:
            let parts = value.utf8.split(separator: UInt8(ascii: "-"), maxSplits: 1)
            let counts = parts.map(\.count)
            let areDigits = parts.allSatisfy { $0.allSatisfy { (0x30...0x39).contains($0) } }
            if areDigits, counts == [5] && value.utf8.count == 5 || counts == [5, 4] { return nil }
            return Violation(
                rule: .postcodeFormat,
                advice: .zipCode
            )
        case .any: return nil
        }
    }

    private static func isDutchPostcode(_ bytes: [UInt8]) -> Bool {
        let digits = bytes.prefix(4)
        let rest = bytes.dropFirst(4)
        let letters = rest.first == UInt8(ascii: " ") ? rest.dropFirst() : rest
        guard digits.count == 4, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.first != UInt8(ascii: "0"), letters.count == 2,
            letters.allSatisfy({ (0x41...0x5A).contains($0) })
        else { return false }
        return !["SA", "SD", "SS"].contains(String(decoding: letters, as: UTF8.self))
    }

    private static func isDigits(_ value: String, count: Int) -> Bool {
        value.utf8.count == count && Self.isDigits(value)
    }

    private static func isDigits(_ value: String) -> Bool {
        !value.isEmpty && value.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func isZero(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 == 0x30 }
    }
}
