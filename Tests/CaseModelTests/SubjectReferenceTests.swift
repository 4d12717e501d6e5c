import CaseModel
import SyncLog
import TestSupport
import Testing
import Vocabulary

/// Facts and conflicts beside a plain reading of `Protocol/case-model.md` §4, on random fragments.
struct SubjectReferenceTests {
    /// A version of a fragment, as it was written.
    private struct Told {
        let member: MemberNumber
        let generation: UInt16
        let first: UInt64
        let index: UInt64
        let fields: [String: String]

        var location: [String?] {
            if let bag = self.fields["location.bag"] { return [bag] }
            return [self.fields["location.postcode"], self.fields["location.address"]]
        }
    }

    private static let choices = [
        "subject.name": ["Afval", "Grond", "Groën"],
        "location.bag": ["0363010000000001", "0363010000000002"],
        "location.postcode": ["1011AA", "1011AB"],
        "location.address": ["Kade 1", "Kade 2"],
        "location.place": ["Utrecht", "Delft"],
        "location.x": ["130000", "130001"],
    ]

    /// Fragments of one company; some have a later version.
    private static func told(_ generator: inout SeededGenerator) -> [Told] {
        var all: [Told] = []
        for index in UInt64(5)..<21 {
            let author = MemberNumber.random(in: 1...3, using: &generator)
            let earlier = all.filter { $0.member == author }.randomElement(using: &generator)
            let isNew = earlier == nil || Int.random(in: 0..<4, using: &generator) > 0
            var fields = ["subject.kvk": "12345678"]
            for (name, values) in Self.choices.sorted(by: { $0.key < $1.key })
            where Bool.random(using: &generator) {
                fields[name] = values.randomElement(using: &generator)
            }
            all.append(
                Told(
                    member: author,
                    generation: isNew
                        ? UInt16.random(in: 0...1, using: &generator) : earlier?.generation ?? 0,
                    first: isNew ? index : earlier?.first ?? index,
                    index: index,
                    fields: fields
                )
            )
        }
        return all
    }

    /// Whether two owners' newest values of a field differ.
    private static func differs(_ field: String, in told: [Told]) -> Bool {
        let newest = [MemberNumber](1...3).compactMap { member in
            told.filter { $0.member == member && $0.fields[field] != nil }
                .max { ($0.generation, $0.index) < ($1.generation, $1.index) }?.fields[field]
        }
        return Set(newest).count > 1
    }

    @Test(arguments: UInt64(1)...100)
    func `facts and conflicts are those that a plain reading finds`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let world = try World()
        let all = Self.told(&generator)
        let entries = try all.map { told in
            try world.fragment(
                told.member,
                told.index,
                told.fields,
                to: [1, 2, 3].filter { $0 != told.member },
                first: told.first == told.index ? nil : told.first,
                generation: told.generation
            )
        }
        let subjects = try world.view(entries.shuffled(using: &generator)).subjects
        let subject = try #require(subjects.first)
        #expect(subjects.count == 1)
        let shown = all.filter { told in
            !all.contains {
                $0.member == told.member && $0.generation == told.generation
                    && $0.first == told.first && $0.index > told.index
            }
        }
        #expect(subject.fragments.count == shown.count)
        let locations = Set(shown.map(\.location))
        var conflicts: [String] = []
        for fact in FactName.allCases {
            let isInConflict =
                fact.isOfLocation
                ? locations.contains { location in
                    Self.differs(fact.fieldName.text, in: shown.filter { $0.location == location })
                } : Self.differs(fact.fieldName.text, in: shown)
            if isInConflict { conflicts.append(fact.rawValue) }
            let values = shown.compactMap { $0.fields[fact.fieldName.text] }
            let said = subject.facts.first { $0.name == fact }?.values ?? []
            #expect(said.map(\.value) == Set(values).sorted { precedesInBytes($0, $1) })
            #expect(
                said.allSatisfy { value in
                    value.sources.count == values.count { $0 == value.value }
                        && value.sources.map(\.fragment) == value.sources.map(\.fragment).sorted()
                }
            )
        }
        #expect(subject.conflicts.map(\.rawValue) == conflicts.sorted())
    }
}
