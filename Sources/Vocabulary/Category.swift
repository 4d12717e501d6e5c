/// A category of data; the raw value is the code in a header (`Protocol/keys.md` §5).
package enum Category: UInt16, CaseIterable, Hashable, Comparable, Sendable {
    /// Published already.
    case `public` = 1
    /// About the environment.
    case environmental = 2
    /// About a business.
    case business = 3
    /// About a person.
    case personal = 4
    /// Police data.
    case police = 5
    /// Criminal justice data.
    case criminalJustice = 6

    /// The word used in charters, mapping files, stored records and on screen.
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
