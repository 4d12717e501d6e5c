/// How the values of one or two fields are compared, and into which levels.
///
/// Level 0 is the closest, the last one is "different". A pair where either side has no value has no
/// level: absence says nothing.
package enum ComparisonKind: Hashable, Sendable {
    /// A number that names one thing. It counts only in a form that `IdentifierForm` accepts.
    case identifier(IdentifierForm)
    /// The name of an organisation or a place, by its words and how rare they are.
    case organisationName
    /// One part of a person's name; `crossed` is the field of the other part, for names that were
    /// entered in each other's place.
    case personName(crossed: MatchField?)
    /// A short text, by its letters.
    case text
    /// A day, by its digits.
    case date
    /// A postcode, and the district and area it lies in.
    case postcode
    /// Street and house number in one line.
    case address
    /// How far two places lie apart.
    case distance
    /// One of few words: equal or not.
    case category

    /// What each level is called, from closest to different.
    package var levelNames: [String] {
        switch self {
        case .identifier: ["same", "one digit off", "different"]
        case .organisationName:
            [
                "same name", "same words", "same words, other legal form", "nearly the same words",
                "most of the words", "some of the words", "different",
            ]
        case .personName:
            [
                "same", "close", "a part the same", "alike", "short form", "in the other's place",
                "different",
            ]
        case .text: ["same", "close", "alike", "a little alike", "different"]
        case .date:
            [
                "same", "one digit off", "day and month exchanged", "two parts the same",
                "same year", "different",
            ]
        case .postcode: ["same", "one character off", "same district", "same area", "different"]
        case .address:
            ["same", "same number, street alike", "other addition", "same street", "different"]
        case .distance:
            [
                "within 25 m", "within 100 m", "within 500 m", "within 2 km", "within 10 km",
                "further",
            ]
        case .category: ["same", "different"]
        }
    }

    /// What a comparison of this kind is evidence of.
    ///
    /// Evidence of one family is never enough for a suggestion, unless it is of identifiers.
    package var family: EvidenceFamily {
        switch self {
        // One building holds several companies.
        case .identifier(.bag): .location
        case .identifier: .identifier
        case .organisationName, .personName: .name
        case .postcode, .address, .distance: .location
        case .text, .date, .category: .other
        }
    }

    /// The probability of each level among pairs that are the same, before anything was learned.
    ///
    /// Judged by hand, not measured: careful registers with some typing errors. They add up to 1.
    package var assumedMatch: [Double] {
        switch self {
        case .identifier: [0.96, 0.02, 0.02]
        case .organisationName: [0.55, 0.12, 0.05, 0.10, 0.08, 0.05, 0.05]
        case .personName: [0.76, 0.08, 0.03, 0.03, 0.03, 0.02, 0.05]
        case .text: [0.75, 0.09, 0.04, 0.04, 0.08]
        case .date: [0.82, 0.07, 0.02, 0.03, 0.02, 0.04]
        case .postcode: [0.78, 0.07, 0.05, 0.03, 0.07]
        case .address: [0.65, 0.12, 0.08, 0.05, 0.10]
        case .distance: [0.50, 0.20, 0.12, 0.06, 0.04, 0.08]
        case .category: [0.85, 0.15]
        }
    }

    /// Whether level 0 is held by equal values alone.
    var isByValue: Bool {
        switch self {
        case .identifier, .personName, .text, .date, .postcode, .category: true
        case .organisationName, .address, .distance: false
        }
    }

    /// Whether agreement on a rare value says more than on a common one.
    package var usesFrequencies: Bool {
        switch self {
        case .identifier, .distance: false
        case .organisationName, .personName, .text, .date, .postcode, .address, .category: true
        }
    }
}

/// What evidence is about.
package enum EvidenceFamily: Hashable, Sendable {
    /// Numbers of registers.
    case identifier
    /// Names.
    case name
    /// Addresses, their numbers in the BAG, postcodes, towns, coordinates.
    case location
    /// Dates, kinds, and whatever else.
    case other
}

/// The form of a number that names one thing; other text counts as no value.
package enum IdentifierForm: Hashable, Sendable {
    /// 8 digits, not all zero.
    case kvk
    /// 12 digits beginning 0000, not all zero.
    case vestiging
    /// 9 digits that pass the elfproef, not all zero.
    case rsin
    /// 16 digits.
    case bag
    /// Any text with a letter or digit, folded, without blanks.
    case any

    /// Returns the number as it is compared; nil where `text` does not have the form.
    ///
    /// - Complexity: O(length).
    func canonical(_ text: String) -> String? {
        let digits = Array(text.utf8)
        let areDigits = digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let isZero = digits.allSatisfy { $0 == UInt8(ascii: "0") }
        switch self {
        case .any:
            let folded = FoldedText.fold(text) { $0 }.filter { $0 != " " }
            return folded.isEmpty ? nil : folded
        case .kvk: return areDigits && !isZero && digits.count == 8 ? text : nil
        case .vestiging:
            let isLocal = text.utf8.starts(with: "0000".utf8)
            return areDigits && !isZero && digits.count == 12 && isLocal ? text : nil
        case .rsin:
            guard areDigits, !isZero, digits.count == 9 else { return nil }
            let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1]
            let sum = zip(digits, weights).reduce(0) { $0 + Int($1.0 - UInt8(ascii: "0")) * $1.1 }
            return sum.isMultiple(of: 11) ? text : nil
        case .bag: return areDigits && !isZero && digits.count == 16 ? text : nil
        }
    }
}

/// One comparison of a configuration.
package struct Comparison: Hashable, Sendable {
    /// What it is called where a score is explained; each once in a configuration.
    package let name: String
    /// The field whose values are compared.
    package let field: MatchField
    /// How.
    package let kind: ComparisonKind
    /// Bits that the last level counts instead of what is learned; 0 or less, nil to learn it.
    ///
    /// It is evidence against that nothing outweighs.
    package let conflictBits: Double?

    /// What it is evidence of: of the location where its field is the town, else what its kind says.
    package var family: EvidenceFamily { self.field == .place ? .location : self.kind.family }

    /// Whether a pair can have a level: where a difference is a conflict no slip of a typist is looked for.
    package func gives(level: Int) -> Bool {
        guard self.conflictBits != nil, case .identifier = self.kind else { return true }
        return self.kind.levelNames[level] != "one digit off"
    }

    /// A comparison.
    package init(
        _ name: String,
        of field: MatchField,
        as kind: ComparisonKind,
        conflictBits: Double? = nil
    ) {
        precondition(conflictBits ?? 0 <= 0, "a conflict is evidence against")
        self.name = name
        self.field = field
        self.kind = kind
        self.conflictBits = conflictBits
    }
}
