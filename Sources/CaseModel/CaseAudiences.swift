import SyncLog

/// The audience versions of a case that count, and what they leave of the work of members that they
/// left out (`Protocol/case-model.md` §1).
struct CaseAudiences {
    /// A removal that holds until a later version has the member again.
    private struct Cut {
        /// The version that left the member out.
        let version: UInt32
        var removal: CaseRemoval
    }

    /// Version n at n - 1.
    private(set) var versions: [CaseAudience] = []
    /// By member, in order of version.
    private var cuts: [MemberNumber: [Cut]] = [:]

    /// The version with a number; `nil` when there is none.
    func version(_ number: UInt32) -> CaseAudience? {
        let place = Int(number) - 1
        return self.versions.indices.contains(place) ? self.versions[place] : nil
    }

    /// Whether a version says of all whom it leaves out how much of their logs counts, and of
    /// nobody else but those who were left out before, of whom at least as much as until now.
    func isFollowed(by next: CaseAudience) -> Bool {
        guard let newest = self.versions.last else { return next.removed.isEmpty }
        let named = Set(next.removed.map(\.member))
        let remaining = Set(next.members)
        guard newest.members.allSatisfy({ remaining.contains($0) || named.contains($0) }) else {
            return false
        }
        return next.removed.allSatisfy { removal in
            if newest.members.contains(removal.member) { return true }
            guard let cut = self.cuts[removal.member]?.last else { return false }
            return removal.keeps(cut.removal)
        }
    }

    /// Takes the next version, which ``isFollowed(by:)`` accepted.
    mutating func append(_ next: CaseAudience) {
        let before = self.versions.last?.members ?? []
        for removal in next.removed {
            var cuts = self.cuts[removal.member] ?? []
            if before.contains(removal.member) || cuts.isEmpty {
                cuts.append(Cut(version: next.version, removal: removal))
            } else {
                cuts[cuts.count - 1].removal = removal
            }
            self.cuts[removal.member] = cuts
        }
        self.versions.append(next)
    }

    /// Whether an entry written under a version lies past what a later version, which left its author
    /// out, lets count.
    func cuts(_ place: EntryPlace, under version: UInt32) -> Bool {
        self.cuts[place.log.member]?
            .contains { $0.version > version && $0.removal.cuts(place) } ?? false
    }

    /// The number of the newest version that holds some members, given ascending.
    ///
    /// Where an entry under this one is cut, it is cut under each earlier one too.
    func newest(holding members: [MemberNumber]) -> UInt32? {
        self.versions.last { version in
            var others = version.members[...]
            return members.allSatisfy { member in
                guard let place = others.firstIndex(where: { $0 >= member }),
                    others[place] == member
                else { return false }
                others = others[(place + 1)...]
                return true
            }
        }?.version
    }
}
