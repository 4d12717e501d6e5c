package import SyncLog
package import Wire

/// How much of the log of a member that left a case's audience counts under earlier versions
/// (`Protocol/case-model.md` §1).
package struct CaseRemoval: Hashable, Sendable {
    /// The member that left.
    package let member: MemberNumber
    /// Generation of its log; earlier ones count whole, later ones not at all.
    package let generation: UInt16
    /// How many entries of that generation count.
    package let size: UInt64

    /// Creates a removal.
    ///
    /// Throws `.field("removed")` when the member is 0 or no log is of that size.
    package init(member: MemberNumber, generation: UInt16, size: UInt64) throws(WireError) {
        guard member > 0, size <= EntryHeader.treeSizeMax else { throw .field("removed") }
        self.member = member
        self.generation = generation
        self.size = size
    }

    /// Whether an entry of the member lies past what counts.
    func cuts(_ place: EntryPlace) -> Bool {
        (place.log.generation, place.index) >= (self.generation, self.size)
    }

    /// Whether all that `other` lets count of the member counts.
    func keeps(_ other: CaseRemoval) -> Bool {
        (self.generation, self.size) >= (other.generation, other.size)
    }
}
