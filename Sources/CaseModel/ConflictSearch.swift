import SyncLog

/// Finds the facts of a subject on which two owners' newest values differ, per location where they
/// are about one (`Protocol/case-model.md` §4).
struct ConflictSearch {
    /// A fragment, with all that orders it.
    private struct Told {
        let owner: MemberNumber
        let newest: EntryPlace
        let fields: [FragmentPayload.Field]
        /// Which of the subject's locations it is about.
        let location: Int

        /// Orders by owner, the newest first.
        static func precedes(_ lhs: Self, _ rhs: Self) -> Bool {
            // Places of one owner order by (generation, index).
            lhs.owner == rhs.owner ? rhs.newest < lhs.newest : lhs.owner < rhs.owner
        }
    }

    private var differing = FactSet()

    private init() {}

    /// The facts in conflict, by bytes of the name, among the fragments of a subject, which stand
    /// at `places` of `fragments`.
    ///
    /// - Complexity: O(n log n) in the fragments of the subject.
    static func conflicts(of fragments: [CaseFragment], _ places: [Int]) -> [FactName] {
        guard let first = places.first,
            places.contains(where: { fragments[$0].owner != fragments[first].owner })
        else { return [] }
        var locations: [FactLocation: Int] = [:]
        let told = places.map { place in
            let fragment = fragments[place]
            let location = FactLocation(fragment.payload)
            let number = locations[location] ?? locations.count
            locations[location] = number
            return Told(
                owner: fragment.owner,
                newest: fragment.newest.place,
                fields: fragment.payload.fields,
                location: number
            )
        }.sorted(by: Told.precedes)
        var search = Self()
        search.compare(told) { !$0.isOfLocation }
        // Without a BAG id, postcode and address are the location and so cannot differ within one.
        var toldOf = [[Told]](repeating: [], count: locations.count)
        for item in told { toldOf[item.location].append(item) }
        for told in toldOf where told.count > 1 {
            search.compare(told, where: \.isOfLocation)
        }
        return FactName.allCases.filter { search.differing.contains($0) }
            .sorted { precedesInBytes($0.rawValue, $1.rawValue) }
    }

    /// Compares what owners told newest of facts; what was told is in order.
    private mutating func compare(_ told: [Told], where isCompared: (FactName) -> Bool) {
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
            for field in item.fields {
                guard let fact = field.fact, isCompared(fact), !seen.contains(fact) else {
                    continue
                }
                seen.insert(fact)
                if let value = values[fact.place] {
                    if value != field.value { self.differing.insert(fact) }
                } else {
                    values[fact.place] = field.value
                }
            }
        }
    }
}
