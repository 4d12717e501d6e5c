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
        package let sources: [Source]
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
    /// The fragments about it, by ID.
    package let fragments: [ObjectID]
    /// Links that say other subjects are this one, by ID, then dot.
    package let sameAs: [SameAs]
}

extension CountedCase {
    /// The subjects of some fragments given by ID, by key.
    func subjects(of fragments: [CaseFragment], links: [CaseView.Link]) -> [SubjectView] {
        var groups: [SubjectKey: [CaseFragment]] = [:]
        for fragment in fragments { groups[fragment.subject, default: []].append(fragment) }
        var sameAs: [ObjectID: [SubjectView.SameAs]] = [:]
        for link in links
        where link.link.relation == SubjectLink.sameAs && link.link.from != link.link.to {
            for (one, other) in [(link.link.from, link.link.to), (link.link.to, link.link.from)] {
                sameAs[one, default: []]
                    .append(SubjectView.SameAs(id: other, by: link.by, dot: link.dot))
            }
        }
        return groups.sorted { $0.key < $1.key }.map { key, fragments in
            SubjectView(
                key: key,
                id: key.id,
                parent: Self.parent(of: key, fragments),
                facts: self.facts(of: fragments),
                conflicts: Self.conflicts(of: fragments),
                fragments: fragments.map(\.id),
                sameAs: (sameAs[key.id] ?? []).sorted { ($0.id, $0.dot) < ($1.id, $1.dot) }
            )
        }
    }

    private static func parent(of key: SubjectKey, _ fragments: [CaseFragment]) -> ObjectID? {
        guard key.isVestiging else { return nil }
        let companies = Set(fragments.compactMap { $0.payload.value(FactName.kvk.fieldName) })
            .filter(SubjectKey.isKVK)
        guard companies.count == 1, let company = companies.first else { return nil }
        return SubjectKey(kvk: company).id
    }

    private func facts(of fragments: [CaseFragment]) -> [SubjectView.Fact] {
        var sources: [FactName: [String: [SubjectView.Source]]] = [:]
        for fragment in fragments {
            let by = Attribution(
                member: fragment.owner,
                handle: self.handle(fragment.owner),
                time: fragment.newest.header.time
            )
            let source = SubjectView.Source(by: by, fragment: fragment.id)
            for (name, value) in fragment.payload.facts {
                sources[name, default: [:]][value, default: []].append(source)
            }
        }
        return FactName.allCases.compactMap { name in
            guard let said = sources[name] else { return nil }
            let values = said.sorted { precedesInBytes($0.key, $1.key) }
                .map { SubjectView.FactValue(value: $0.key, sources: $0.value) }
            return SubjectView.Fact(name: name, values: values)
        }
    }

    /// Facts on which two owners' newest values differ, per location where they are about one.
    ///
    /// Without a BAG id, postcode and address are the location and so cannot differ within one.
    private static func conflicts(of fragments: [CaseFragment]) -> [FactName] {
        guard Set(fragments.map(\.owner)).count > 1 else { return [] }
        var locations: [FactLocation: [CaseFragment]] = [:]
        for fragment in fragments {
            locations[FactLocation(fragment.payload), default: []].append(fragment)
        }
        var differing = Self.differing(in: fragments) { !$0.isOfLocation }
        for fragments in locations.values where fragments.count > 1 {
            differing.formUnion(Self.differing(in: fragments, where: \.isOfLocation))
        }
        return differing.sorted { precedesInBytes($0.rawValue, $1.rawValue) }
    }

    /// The facts among some on which two owners' newest values differ.
    private static func differing(
        in fragments: [CaseFragment],
        where isCompared: (FactName) -> Bool
    ) -> Set<FactName> {
        typealias Newest = (place: EntryPlace, value: String)
        var newest: [FactName: [MemberNumber: Newest]] = [:]
        for fragment in fragments {
            // Places of one owner order by (generation, index).
            let place = fragment.newest.place
            for (name, value) in fragment.payload.facts where isCompared(name) {
                let known = newest[name]?[fragment.owner]
                guard known.map({ $0.place < place }) ?? true else { continue }
                newest[name, default: [:]][fragment.owner] = (place, value)
            }
        }
        return Set(newest.filter { Set($0.value.values.map(\.value)).count > 1 }.keys)
    }
}
