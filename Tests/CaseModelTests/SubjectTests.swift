import CaseModel
import SyncLog
import Testing

/// Worked examples of `Protocol/case-model.md` §4.
struct SubjectTests {
    private let world: World

    init() throws { self.world = try World() }

    private func conflicts(_ entries: [OpenedEntry]) throws -> [FactName] {
        let view = try self.world.view(entries)
        #expect(view.subjects.count == 1)
        return view.subjects.first?.conflicts ?? []
    }

    private func company(_ fields: [String: String]) -> [String: String] {
        fields.merging(["subject.kvk": "12345678"]) { own, _ in own }
    }

    @Test func `fragments with one key are one subject and no chain joins two keys`() throws {
        // The second names both numbers: it goes under its establishment, and joins nothing.
        let entries = [
            try self.world.fragment(1, 5, ["subject.kvk": "12345678"], to: [2]),
            try self.world.fragment(
                2,
                5,
                ["subject.vestiging": "000012345678", "subject.kvk": "12345678"],
                to: [1]
            ),
            try self.world.fragment(3, 5, ["subject.vestiging": "000012345678"], to: [1]),
            try self.world.fragment(3, 6, ["subject.rsin": "123456782"], to: [1]),
            try self.world.fragment(3, 7, ["subject.name": "Afval B.V."], to: [1]),
        ]
        let subjects = try self.world.view(entries).subjects
        let lone = self.world.fragmentID(3, 7)
        #expect(
            subjects.map(\.key.text) == [
                "fragment:\(lone.hex)", "kvk:12345678", "rsin:123456782",
                "vestiging:000012345678",
            ]
        )
        #expect(subjects.map(\.fragments.count) == [1, 1, 1, 2])
        #expect(
            subjects[3].fragments
                == [self.world.fragmentID(2, 5), self.world.fragmentID(3, 5)].sorted()
        )
        #expect(subjects[3].parent == subjects[1].id)
        #expect(subjects[1].parent == nil)
    }

    @Test func `an establishment whose fragments name two companies has no parent`() throws {
        let vestiging = ["subject.vestiging": "000012345678"]
        func parent(_ numbers: [String?]) throws -> ObjectID? {
            let entries = try numbers.enumerated().map { place, kvk in
                var fields = vestiging
                fields["subject.kvk"] = kvk
                return try self.world.fragment(1, 5 + UInt64(place), fields, to: [2])
            }
            return try self.world.view(entries).subjects.first?.parent
        }
        #expect(try parent(["12345678", "87654321"]) == nil)
        #expect(try parent(["12345678", "1234567"]) == SubjectKey(kvk: "12345678").id)
        #expect(try parent([nil, "12345678", "12345678"]) == SubjectKey(kvk: "12345678").id)
        #expect(try parent(["1234567"]) == nil)
        #expect(try parent([nil]) == nil)
    }

    @Test func `equal values are one line with several sources`() throws {
        let entries = [
            try self.world.fragment(1, 5, self.company(["subject.name": "Afval"]), to: [2]),
            try self.world.fragment(2, 5, self.company(["subject.name": "Afval"]), to: [1]),
            try self.world.fragment(3, 5, self.company(["subject.name": "AFVAL"]), to: [1]),
        ]
        let subject = try #require(try self.world.view(entries).subjects.first)
        #expect(subject.facts.map(\.name) == [.name, .kvk])
        #expect(subject.facts[0].values.map(\.value) == ["AFVAL", "Afval"])
        let sources = subject.facts[0].values[1].sources
        #expect(
            sources.map(\.fragment)
                == [self.world.fragmentID(1, 5), self.world.fragmentID(2, 5)].sorted()
        )
        #expect(Set(sources.map(\.by.handle)) == ["od-noord", "od-oost"])
        #expect(subject.conflicts == [.name])
        #expect(subject.facts[1].values.map(\.sources.count) == [3])
    }

    @Test func `one owner's different values are no conflict`() throws {
        let entries = [
            try self.world.fragment(1, 5, self.company(["subject.name": "Oud"]), to: [2]),
            try self.world.fragment(1, 6, self.company(["subject.name": "Nieuw"]), to: [2]),
        ]
        #expect(try self.conflicts(entries) == [])
    }

    @Test func `only an owner's newest value is compared`() throws {
        let old = try self.world.fragment(1, 5, self.company(["subject.name": "Oud"]), to: [2])
        let new = try self.world.fragment(1, 6, self.company(["subject.name": "Nieuw"]), to: [2])
        func other(_ name: String) throws -> OpenedEntry {
            try self.world.fragment(2, 5, self.company(["subject.name": name]), to: [1])
        }
        #expect(try self.conflicts([old, new, try other("Nieuw")]) == [])
        #expect(try self.conflicts([old, new, try other("Oud")]) == [.name])
        // A later version makes the older fragment the newest.
        let renewed = try self.world.fragment(
            1,
            9,
            self.company(["subject.name": "Oud"]),
            to: [2],
            first: 5
        )
        #expect(try self.conflicts([old, new, renewed, try other("Oud")]) == [])
        // A newer fragment without the fact leaves the older value the newest.
        let silent = try self.world.fragment(1, 7, self.company([:]), to: [2])
        #expect(try self.conflicts([old, new, silent, try other("Nieuw")]) == [])
        // A later generation is newer than any index of an earlier one.
        let reborn = try self.world.fragment(
            1,
            1,
            self.company(["subject.name": "Herboren"]),
            to: [2],
            generation: 1
        )
        #expect(try self.conflicts([old, new, reborn, try other("Herboren")]) == [])
        #expect(try self.conflicts([old, new, reborn, try other("Nieuw")]) == [.name])
    }

    @Test func `facts of different locations are listed together and do not conflict`() throws {
        let entries = [
            try self.world.fragment(
                1,
                5,
                self.company(["location.bag": "0363010000000001", "location.place": "A"]),
                to: [2]
            ),
            try self.world.fragment(
                2,
                5,
                self.company(["location.bag": "0363010000000002", "location.place": "B"]),
                to: [1]
            ),
        ]
        #expect(try self.conflicts(entries) == [])
        let subject = try #require(try self.world.view(entries).subjects.first)
        #expect(subject.facts.first { $0.name == .place }?.values.map(\.value) == ["A", "B"])
        #expect(subject.facts.first { $0.name == .bag }?.values.count == 2)
    }

    @Test func `facts of one BAG object conflict, address and postcode too`() throws {
        let bag = "0363010000000001"
        let entries = [
            try self.world.fragment(
                1,
                5,
                self.company([
                    "location.bag": bag, "location.address": "Kade 1",
                    "location.postcode": "1011 AA", "location.latitude": "52.1",
                ]),
                to: [2]
            ),
            try self.world.fragment(
                2,
                5,
                self.company([
                    "location.bag": bag, "location.address": "Kade 1a",
                    "location.postcode": "1011AA", "location.latitude": "52.2",
                ]),
                to: [1]
            ),
        ]
        #expect(try self.conflicts(entries) == [.address, .latitude, .postcode])
    }

    @Test func `without a BAG id the pair of postcode and address is the location`() throws {
        func entries(_ postcode: String) throws -> [OpenedEntry] {
            [
                try self.world.fragment(
                    1,
                    5,
                    self.company([
                        "location.postcode": "1011 AA", "location.address": "Kade 1",
                        "location.x": "120000",
                    ]),
                    to: [2]
                ),
                try self.world.fragment(
                    2,
                    5,
                    self.company([
                        "location.postcode": postcode, "location.address": "Kade 1",
                        "location.x": "130000",
                    ]),
                    to: [1]
                ),
            ]
        }
        #expect(try self.conflicts(try entries("1011 AA")) == [.x])
        #expect(try self.conflicts(try entries("1011 AB")) == [])
    }

    @Test func `a BAG id and an address are different locations`() throws {
        let entries = [
            try self.world.fragment(
                1,
                5,
                self.company([
                    "location.bag": "0363010000000001", "location.address": "Kade 1",
                    "location.place": "A",
                ]),
                to: [2]
            ),
            try self.world.fragment(
                2,
                5,
                self.company(["location.address": "Kade 1", "location.place": "B"]),
                to: [1]
            ),
        ]
        #expect(try self.conflicts(entries) == [])
    }

    @Test func `same-as links show on both subjects and join nothing`() throws {
        let (one, other) = (SubjectKey(kvk: "12345678").id, SubjectKey(kvk: "87654321").id)
        let same = try SubjectLink(from: one, relation: "same-as", to: other)
        let itself = try SubjectLink(from: one, relation: "same-as", to: one)
        let entries = [
            try self.world.fragment(1, 5, ["subject.kvk": "12345678"], to: [2]),
            try self.world.fragment(1, 6, ["subject.kvk": "87654321"], to: [2]),
            try self.world.operations(3, 5, [.addLink(same), .addLink(itself)]),
            try self.world.operations(2, 5, [.addLink(same)]),
        ]
        let subjects = try self.world.view(entries).subjects
        #expect(subjects.count == 2)
        #expect(subjects[0].sameAs.map(\.id) == [other, other])
        #expect(subjects[0].sameAs.map(\.by.handle) == ["od-oost", "politie"])
        #expect(subjects[1].sameAs.map(\.id) == [one, one])
        let removed = try self.world.operations(
            1,
            9,
            [.remove(entries[2...].map { $0.reference(operation: 0) })]
        )
        #expect(try self.world.view(entries + [removed]).subjects.allSatisfy(\.sameAs.isEmpty))
    }
}
