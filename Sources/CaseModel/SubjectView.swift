package import ReplicatedTypes
package import SyncLog

/// What the merged view says of one subject.
package struct SubjectView: Hashable, Sendable {
    /// Who says something.
    package struct Source: Hashable, Sendable {
        /// The owner of the fragment, and the time of the version shown.
        package let by: Attribution
        /// The fragment.
        package let fragment: ObjectID
    }

    /// One value of a fact with everybody who says so.
    package struct FactValue: Hashable, Sendable {
        /// The value.
        package let value: String
        /// The fragments that say so, by ID.
        package fileprivate(set) var sources: [Source]
    }

    /// A fact with its values, by bytes.
    package struct Fact: Hashable, Sendable {
        /// What it is.
        package let name: FactName
        /// The different values.
        package let values: [FactValue]
    }

    /// A link that says another subject is this one.
    package struct SameAs: Hashable, Sendable {
        /// The other subject.
        package let id: ObjectID
        /// Who says so.
        package let by: Attribution
        /// The operation that added the link.
        package let dot: Dot
    }

    /// What its fragments have in common.
    package let key: SubjectKey
    /// Its ID.
    package let id: ObjectID
    /// The company of an establishment, when its fragments name exactly one.
    package let parent: ObjectID?
    /// The facts, in the order of ``FactName``.
    package let facts: [Fact]
    /// Facts on which the newest values of two owners differ, by bytes of the name.
    package let conflicts: [FactName]
    /// Those of the conflicts in which partners write one value in different ways: names that differ in how
    /// their legal form is written, coordinates at most 50 m apart (`Protocol/web.md` §7).
    ///
    /// For people: in no canonical view, where they stand as conflicts.
    package let variants: [FactName]
    /// The fragments about it, by ID.
    package let fragments: [ObjectID]
    /// Links that say other subjects are this one, by ID, then dot.
    package let sameAs: [SameAs]
}

extension CountedCase {
    /// The subjects of some fragments given by ID, with who shares each, by key.
    static func subjects(
        of fragments: [CaseFragment],
        by: [Attribution],
        links: [CaseView.Link]
    ) -> [SubjectView] {
        // Places in `fragments`, not copies of them.
        var groups: [SubjectKey: [Int]] = [:]
        for (place, fragment) in fragments.enumerated() {
            groups[fragment.subject, default: []].append(place)
        }
        var sameAs: [ObjectID: [SubjectView.SameAs]] = [:]
        for link in links
        where link.link.relation == SubjectLink.sameAs && link.link.from != link.link.to {
            for (one, other) in [(link.link.from, link.link.to), (link.link.to, link.link.from)] {
                sameAs[one, default: []]
                    .append(SubjectView.SameAs(id: other, by: link.by, dot: link.dot))
            }
        }
        return groups.sorted { $0.key < $1.key }.map { key, places in
            let id = key.id
            let facts = Self.facts(of: fragments, by: by, places)
            let differing = ConflictSearch.conflicts(
                of: fragments,
                places,
                // What all say alike is in no conflict.
                among: FactSet(facts.lazy.filter { $0.values.count > 1 }.map(\.name))
            )
            return SubjectView(
                key: key,
                id: id,
                parent: Self.parent(of: key, fragments, places),
                facts: facts,
                conflicts: differing.conflicts,
                variants: differing.variants,
                fragments: places.map { fragments[$0].id },
                sameAs: (sameAs[id] ?? []).sorted { ($0.id, $0.dot) < ($1.id, $1.dot) }
            )
        }
    }

    private static func parent(
        of key: SubjectKey,
        _ fragments: [CaseFragment],
        _ places: [Int]
    ) -> ObjectID? {
        guard key.isVestiging else { return nil }
        let companies = Set(places.compactMap { fragments[$0].payload.value(.kvk) })
            .filter(SubjectKey.isKVK)
        guard companies.count == 1, let company = companies.first else { return nil }
        return SubjectKey(kvk: company).id
    }

    private static func facts(
        of fragments: [CaseFragment],
        by: [Attribution],
        _ places: [Int]
    ) -> [SubjectView.Fact] {
        var gathered = FactName.allCases.map { _ in FactGathering(countMax: places.count) }
        for place in places {
            let source = SubjectView.Source(by: by[place], fragment: fragments[place].id)
            let fields = fragments[place].payload.fields
            for index in fields.indices {
                guard let fact = fields[index].fact else { continue }
                gathered[fact.place].add(fields[index].value, from: source)
            }
        }
        return zip(FactName.allCases, gathered).compactMap { name, gathered in
            guard !gathered.values.isEmpty else { return nil }
            return SubjectView.Fact(
                name: name,
                values: gathered.values.sorted { precedesInBytes($0.value, $1.value) }
            )
        }
    }
}

/// The values of one fact, each with who says so in the order in which they are added.
private struct FactGathering {
    /// The different values, in the order in which they first came.
    private(set) var values: [SubjectView.FactValue] = []
    private var places: [String: Int] = [:]
    private var last = 0
    private let countMax: Int

    /// `countMax`: How many may say something of the fact.
    init(countMax: Int) { self.countMax = countMax }

    mutating func add(_ value: String, from source: SubjectView.Source) {
        // Partners mostly say the same of a fact: places are kept from the second value on.
        if self.last >= self.values.count || self.values[self.last].value != value {
            self.last = self.place(of: value)
        }
        self.values[self.last].sources.append(source)
    }

    private mutating func place(of value: String) -> Int {
        if let only = self.values.first, self.values.count == 1 { self.places[only.value] = 0 }
        if let place = self.places[value] { return place }
        let place = self.values.count
        self.values.append(SubjectView.FactValue(value: value, sources: []))
        if place == 0 {
            self.values[place].sources.reserveCapacity(self.countMax)
        } else {
            self.places[value] = place
        }
        return place
    }
}
