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

    /// What was found: facts by bytes of the name.
    struct Found {
        /// Those on which the newest values of two owners differ.
        var conflicts: [FactName] = []
        /// Those of them of which all that differ are variants of one value; for people, in no canonical view.
        var variants: [FactName] = []
    }

    private var differing = FactSet()
    /// Those of ``differing`` that differ by more than variants somewhere.
    private var apart = FactSet()

    private init() {}

    /// The facts in conflict, `among` some, between the fragments of a subject, which stand at `places` of
    /// `fragments`.
    ///
    /// - Complexity: O(n log n) in the fragments of the subject; owners are compared with each other where
    ///   coordinates differ.
    static func conflicts(
        of fragments: [CaseFragment],
        _ places: [Int],
        among facts: FactSet
    ) -> Found {
        guard !facts.isEmpty, let first = places.first,
            places.contains(where: { fragments[$0].owner != fragments[first].owner })
        else { return Found() }
        let told = places.map { Told(fragments[$0]) }.sorted(by: Told.precedes)
        var search = Self()
        search.compare(told, facts.intersection(.ofSubject))
        let ofLocation = facts.intersection(.ofLocation)
        if !ofLocation.isEmpty {
            // Without a BAG id, postcode and address are the location and so cannot differ in one.
            let locations = Dictionary(grouping: told) { FactLocation($0.payload) }
            for told in locations.values { search.compare(told, ofLocation) }
        }
        let conflicts = FactName.allCases.filter { search.differing.contains($0) }
            .sorted { precedesInBytes($0.rawValue, $1.rawValue) }
        return Found(
            conflicts: conflicts,
            variants: conflicts.filter { !search.apart.contains($0) }
        )
    }

    /// Compares what owners told newest of some facts; what was told is in order.
    private mutating func compare(_ told: [Told], _ facts: FactSet) {
        // The newest value of the first owner who has one: the others' are that, or there is a
        // conflict.
        var values = [String?](repeating: nil, count: FactName.allCases.count)
        var owner: MemberNumber?
        var seen = FactSet()
        var differing = FactSet()
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
                    if value != fields[index].value { differing.insert(fact) }
                } else {
                    values[fact.place] = fields[index].value
                }
            }
        }
        self.judge(differing, of: told)
    }

    /// Tells, of facts that differ in what was told of one place, whether it is by variants alone.
    private mutating func judge(_ facts: FactSet, of told: [Told]) {
        for fact in FactName.allCases where facts.contains(fact) {
            self.differing.insert(fact)
            if !Self.areVariants(fact, in: told) { self.apart.insert(fact) }
        }
    }

    private static func areVariants(_ fact: FactName, in told: [Told]) -> Bool {
        switch fact {
        case .name: NameForm.areVariants(Self.newest(.name, in: told).values)
        case .latitude, .longitude:
            Self.areNear(.latitude, .longitude, areDegrees: true, in: told)
        case .x, .y: Self.areNear(.x, .y, areDegrees: false, in: told)
        case .kvk, .vestiging, .rsin, .address, .postcode, .place, .bag: false
        }
    }

    /// Whether all owners mean one place by two coordinates; no where one gives only one of them.
    private static func areNear(
        _ first: FactName,
        _ second: FactName,
        areDegrees: Bool,
        in told: [Told]
    ) -> Bool {
        let (first, second) = (Self.newest(first, in: told), Self.newest(second, in: told))
        let owners = Set(first.keys).union(second.keys)
        let points = owners.compactMap { owner -> MapPoint? in
            guard let one = first[owner], let other = second[owner] else { return nil }
            return MapPoint(one, other, areDegrees: areDegrees)
        }
        return points.count == owners.count && MapPoint.areNear(points)
    }

    /// The newest value that each owner told of a fact; what was told is in order.
    private static func newest(_ fact: FactName, in told: [Told]) -> [MemberNumber: String] {
        var newest: [MemberNumber: String] = [:]
        for item in told where newest[item.owner] == nil {
            newest[item.owner] = item.payload.value(fact)
        }
        return newest
    }
}
