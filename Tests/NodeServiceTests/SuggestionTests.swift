import CaseModel
import NodeInterface
import RecordImport
import RecordStore
import SyncLog
import Testing
import Vocabulary

@testable import NodeService

/// Which pairs of subjects are suggested (`Protocol/subjects.md` §6).
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SuggestionTests: SubjectSuite {
    @Test func `a member's copies and links hide no pair and no decision of others`() async throws {
        let noord = try LiveNode("od-noord", .odToezicht)
        let ilt = try LiveNode("ilt", .rijksinspectieToezicht)
        let politie = try LiveNode("politie", .politie)
        let table = try await LiveTable([noord, ilt, politie]).id
        for node in [noord, ilt, politie] { try await node.start() }
        let copies = SuggestSubjects.foundMax + 20
        func fields(_ name: String, _ number: Int) -> [String: String] {
            [
                "subject.name": name, "location.address": "Kade \(number)",
                "location.postcode": "35\(number)AA", "date": "2020-01-01",
            ]
        }
        // What is rare is learned from companies that share nothing with anybody.
        try await self.store(
            [
                self.record("A", fields("Oosterwijk Puinrecycling BV", 12)),
                self.record("B", fields("Oosterwijk Puin-recycling", 12)),
            ]
                + self.strangers(),
            at: noord
        )
        // A liar's many are at the same place, under nearly the same names, and newer.
        try await self.store(
            (0..<copies).map { number in
                var values = fields("Oosterwijk Puinrecyclin\(number % 2 == 0 ? "g" : "gg")", 12)
                values["date"] = "9999-12-31"
                values["text"] = "\(number)"
                return self.record("L\(number)", values)
            },
            at: ilt
        )
        try await self.store(
            [self.record("P", fields("Oosterwijk Puinrecycling", 12))],
            at: politie
        )
        let lies = try await ilt.openCase("Leugens", in: table, to: nil)
        for number in 0..<copies { _ = try await self.share("L\(number)", of: ilt, in: lies) }
        let honest = try await politie.openCase("Eerlijk", in: table, to: nil)
        let shared = try await self.share("P", of: politie, in: honest)
        try await eventually("everything is there") {
            _ = try await noord.ask(SyncNow())
            let cases = try await noord.ask(ListCases()).cases
            return cases.reduce(0) { $0 + $1.fragments } == copies + 1
        }
        func name(_ key: String) async throws -> String {
            "record:" + (try await noord.node.store.recordID(source: "bron", key: key).hex)
        }
        let (one, other) = (try await name("A"), try await name("B"))
        for subject in [nil, one] {
            let found = try await noord.ask(SuggestSubjects(subject: subject))
            // Those with the same values are one question.
            var pairs: Set<Set<String?>> = []
            for pair in found.pairs {
                pairs.insert([pair.a.key, pair.b.key])
                for alike in pair.alike { pairs.insert(Set(alike)) }
            }
            #expect(pairs.contains([one, other]), "own ones (\(subject ?? "all"))")
            #expect(
                pairs.contains([one, "fragment:\(shared)"]),
                "another member's (\(subject ?? "all"))"
            )
        }
        // Links of the liar between everything it gave, and one decision here.
        let fragments = try await noord.ask(ShowCase(case: lies.hex)).fragments.map(\.id)
        let links = try fragments.dropFirst().map { id in
            try SubjectLink(
                from: try #require(SubjectKey("fragment:\(fragments[0])")).id,
                relation: SubjectLink.sameAs,
                to: try #require(SubjectKey("fragment:\(id)")).id
            )
        }
        try await ilt.node.write(links.map { .addLink($0) }, to: lies)
        _ = try await noord.ask(
            DecideSubjects(a: "fragment:\(fragments[0])", b: one, verdict: .same)
        )
        try await eventually("links are there") {
            _ = try await noord.ask(SyncNow())
            return try await noord.ask(ShowCase(case: lies.hex)).links.count == links.count
        }
        let shown = try await noord.ask(ShowSubject(subject: "fragment:\(fragments[0])"))
        let group = try #require(shown.group)
        #expect(group.others.contains { $0.key == one } && group.more)
        #expect(group.others.count == SubjectEnds.groupMax)
        #expect(shown.decisions.contains { $0.other.key == one })
        #expect(shown.decisions.count == ShowSubject.partsMax)
        for node in [noord, ilt, politie] { try await node.stop() }
    }

    @Test func `a member's many pairs push no pair of others off the list`() async throws {
        let noord = try LiveNode("od-noord", .odToezicht)
        let ilt = try LiveNode("ilt", .rijksinspectieToezicht)
        let politie = try LiveNode("politie", .politie)
        let table = try await LiveTable([noord, ilt, politie]).id
        for node in [noord, ilt, politie] { try await node.start() }
        func fields(_ name: String, _ address: String, _ place: String) -> [String: String] {
            [
                "subject.name": name, "location.address": address, "location.postcode": "3511AA",
                "location.place": place, "date": "2026-01-01",
            ]
        }
        try await self.store(
            [
                self.record("A", fields("Oosterwijk Puinrecycling BV", "Kade 12", "Utrecht")),
                self.record("B", fields("Oosterwijk Puin-recycling", "Kade 12", "Utrecht")),
            ]
                + self.strangers(),
            at: noord
        )
        // Each with each is a pair, and there are more of these than are answered.
        let many = 46
        #expect(many * (many - 1) / 2 > SuggestSubjects.pairsMax)
        try await self.store(
            (0..<many).map {
                self.record(
                    "L\($0)",
                    fields("Zeldzaam Verzonnen Bedrijf", "Kade 99", "Plaats \($0)")
                )
            },
            at: ilt
        )
        try await self.store(
            [self.record("P", fields("Oosterwijk Puinrecycling", "Kade 12", "Utrecht"))],
            at: politie
        )
        let lies = try await ilt.openCase("Leugens", in: table, to: nil)
        for number in 0..<many { _ = try await self.share("L\(number)", of: ilt, in: lies) }
        let honest = try await politie.openCase("Eerlijk", in: table, to: nil)
        let shared = try await self.share("P", of: politie, in: honest)
        try await eventually("everything is there") {
            _ = try await noord.ask(SyncNow())
            let cases = try await noord.ask(ListCases()).cases
            return cases.reduce(0) { $0 + $1.fragments } == many + 1
        }
        let found = try await noord.ask(SuggestSubjects(subject: nil))
        #expect(found.total > found.pairs.count && found.pairs.count == SuggestSubjects.pairsMax)
        func name(_ key: String) async throws -> String {
            "record:" + (try await noord.node.store.recordID(source: "bron", key: key).hex)
        }
        let first = found.pairs.prefix(4).map { Set([$0.a.key, $0.b.key]) }
        #expect(first.first == [try await name("A"), try await name("B")], "own ones come first")
        let other: Set<String?> = [try await name("A"), "fragment:\(shared)"]
        #expect(first.contains(other), "then those of each two owners in turn")
    }

    @Test func `a pair of subjects has its best pair of items, whoever gave these`() async throws {
        let noord = try LiveNode("od-noord", .odToezicht)
        let politie = try LiveNode("politie", .politie)
        let table = try await LiveTable([noord, politie]).id
        for node in [noord, politie] { try await node.start() }
        func fields(_ name: String, _ number: (String, String)?) -> [String: String] {
            var fields = [
                "subject.name": name, "location.address": "Kade 12", "location.postcode": "3511AA",
            ]
            if let (field, value) = number { fields[field] = value }
            return fields
        }
        let rsin = ("subject.rsin", "123456782")
        try await self.store(
            self.strangers() + [
                self.record(
                    "A",
                    fields("Oosterwijk Puin BV", ("subject.kvk", Self.company))
                ),
                self.record("B", fields("Oosterwijk Puin", rsin)),
            ],
            at: noord
        )
        func bits() async throws -> Double {
            let pairs = try await noord.ask(SuggestSubjects()).pairs
            #expect(pairs.count == 1, "one pair of subjects is one question")
            return Double(pairs.first?.bits ?? "") ?? 0
        }
        let own = try await bits()
        try await self.store(
            [self.record("P", fields("Oosterwijk Puin BV", rsin))],
            at: politie
        )
        let caseID = try await politie.openCase("Zaak", in: table, to: nil)
        _ = try await self.share("P", of: politie, in: caseID)
        try await eventually("it is there") {
            _ = try await noord.ask(SyncNow())
            return try await noord.ask(ListCases()).cases.first?.fragments == 1
        }
        #expect(try await bits() > own)
    }

    @Test func `an establishment is no question beside its company, but where nothing says so`()
        async throws
    {
        let live = try LiveNode("od-noord", .odToezicht)
        func fields(_ more: [String: String]) -> [String: String] {
            [
                "subject.name": "Oosterwijk Puinrecycling", "location.address": "Kade 12",
                "location.postcode": "3511AA",
            ].merging(more) { $1 }
        }
        let (named, bare) = ("000012345678", "000087654321")
        try await self.store(
            self.strangers() + [
                self.record("A", fields(["subject.kvk": Self.company])),
                self.record(
                    "B",
                    fields(["subject.kvk": Self.company, "subject.vestiging": named])
                ),
                self.record("C", fields(["subject.vestiging": bare])),
            ],
            at: live
        )
        let company = "kvk:\(Self.company)"
        for subject in [nil, company] {
            let found = try await live.ask(SuggestSubjects(subject: subject)).pairs
            let pairs = Set(found.map { Set([$0.a.key, $0.b.key]) })
            #expect(!pairs.contains([company, "vestiging:\(named)"]))
            #expect(pairs.contains([company, "vestiging:\(bare)"]))
        }
        let shown = try await live.ask(ShowSubject(subject: company))
        #expect(shown.establishment_items == 1 && shown.records_found == 1)
        for name in [Self.company, "KvK: \(Self.company)", "kvk:\(Self.company) "] {
            #expect(try await live.ask(ShowSubject(subject: name)).keys == [company])
        }
        let id = try await live.node.store.recordID(source: "bron", key: "V1").hex
        for name in [String(id.prefix(12)), "record:\(id.prefix(12))"] {
            #expect(try await live.ask(ShowSubject(subject: name)).keys == ["record:\(id)"])
        }
    }
}
