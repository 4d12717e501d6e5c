/// A class of organisation; legal grounds are stated between classes (`Protocol/keys.md` §5).
package enum MemberClass: String, CaseIterable, Hashable, Comparable, Sendable {
    case odToezicht = "od-toezicht"
    case odBOA = "od-boa"
    case politie
    case om
    case rijksinspectieToezicht = "rijksinspectie-toezicht"
    case rijksinspectieOpsporing = "rijksinspectie-opsporing"
    case waterschap
    case provincie
    case gemeente
    case douane
    case fiu
    case other

    /// Orders as the specification lists them.
    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.place < rhs.place }

    private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A category of data; the raw value is the code in a header (`Protocol/keys.md` §5).
package enum Category: UInt16, CaseIterable, Hashable, Comparable, Sendable {
    case `public` = 1
    case environmental = 2
    case business = 3
    case personal = 4
    case police = 5
    case criminalJustice = 6

    /// The word used in charters, mapping files and on screen.
    package var name: String {
        switch self {
        case .public: "public"
        case .environmental: "environmental"
        case .business: "business"
        case .personal: "personal"
        case .police: "police"
        case .criminalJustice: "criminal-justice"
        }
    }

    /// Reads the word.
    package init?(name: some StringProtocol) {
        guard let category = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = category
    }

    /// Orders by code.
    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// What a member organisation may do at a table (`Protocol/keys.md` §3).
package enum MemberRole: String, CaseIterable, Hashable, Sendable {
    /// Shares and reads.
    case partner
    /// Shares only.
    case contributor
    /// Sees figures only.
    case observer
    /// Sees headers only.
    case auditor
}
