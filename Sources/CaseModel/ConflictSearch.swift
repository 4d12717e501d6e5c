import SyncLog

/// Finds the facts of a subject on which two owners' newest values differ, per location where they
/// are about one (`Protocol/case-model.md` §4).
struct ConflictSearch {
    /// A fragment, with all that orders it.
    private struct Told {
        let owner: MemberNumber
        let newest: EntryPlace
        let payload: FragmentPayload

        init(_ fragment: CaseFragment) {
            self.owner = fragment.owner
            self.newest = fragment.newest.place
            self.payload = fragment.payload
        }

        /// Orders by owner, the newest first.
        static func precedes(_ lhs: Self, _ rhs: Self) -> Bool {
            // Places of one owner order by (generation, index).
            lhs.owner == rhs.owner ? rhs.newest < lhs.newest : lhs.owner < rhs.owner
        }
    }

    private var differing = FactSet()

    private init() {}

    /// The facts in conflict, by bytes of the name, `among` some, between the fragments of a
    /// subject, which stand at `places` of `fragments`.
    ///
    /// - Complexity: O(n log n) in the fragments of the subject.
    static func conflicts(
        of fragments: [CaseFragment],
        _ places: [Int],
        among facts: FactSet
    ) -> [FactName] {
        guard !facts.isEmpty, let first = places.first,
            places.contains(where: { fragments[$0].owner != fragments[first].owner })
        else { return [] }
        let told = places.map { Told(fragments[$0]) }.sorted(by: Told.precedes)
        var search = Self()
        search.compare(told, facts.intersection(.ofSubject))
        let ofLocation = facts.intersection(.ofLocation)
        if !ofLocation.isEmpty {
            // Without a BAG id, postcode and address are the location and so cannot differ in one.
            let locations = Dictionary(grouping: told) { FactLocation($0.payload) }
            for told in locations.values { search.compare(told, ofLocation) }
        }
        return FactName.allCases.filter { search.differing.contains($0) }
            .sorted { precedesInBytes($0.rawValue, $1.rawValue) }
    }

    /// Compares what owners told newest of some facts; what was told is in order.
    private mutating func compare(_ told: [Told], _ facts: FactSet) {
        // The newest value of the first owner who has one: the others' are that, or there is a
        // conflict.
        var values = [String?](repeating: nil, count: FactName.allCases.count)
        var owner: MemberNumber?
        var seen = FactSet()
        for item in told {
            if item.owner != owner {
                owner = item.owner
                seen = FactSet()
            }
            let fields = item.payload.fields
            for index in fields.indices {
                guard let fact = fields[index].fact, facts.contains(fact), !seen.contains(fact)
                else { continue }
                seen.insert(fact)
                if let value = values[fact.place] {
                    if value != fields[index].value { self.differing.insert(fact) }
                } else {
                    values[fact.place] = fields[index].value
                }
            }
        }
    }
}
