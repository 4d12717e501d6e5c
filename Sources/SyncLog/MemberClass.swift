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
