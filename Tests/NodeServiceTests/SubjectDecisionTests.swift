import CaseModel
import NodeInterface
import RecordImport
import RecordStore
import SyncLog
import Testing
import Vocabulary

@testable import NodeService

/// What people decide about subjects (`Protocol/subjects.md` §4).
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SubjectDecisionTests: SubjectSuite {
    @Test func `so many decisions stand at a node, and what stands may change`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        let numbers = (0..<4).map { "4000100\($0)" }
        try await self.store(
            numbers.map { self.record($0, ["subject.kvk": $0, "subject.name": "BV \($0)"]) },
            at: live
        )
        func decide(_ place: Int, _ verdict: SubjectChoice, by user: String) async throws {
            _ = try await live.node.decide(
                DecideSubjects(
                    a: "kvk:\(numbers[place])",
                    b: "kvk:\(numbers[place + 1])",
                    verdict: verdict
                ),
                for: .owner(user),
                most: 2
            )
        }
        try await decide(0, .same, by: "eva")
        try await decide(1, .same, by: "eva")
        await #expect(throws: Refusal.refused(.decisionsFull(max: 2))) {
            try await decide(2, .same, by: "eva")
        }
        try await decide(1, .different, by: "eva")
        try await decide(0, .undo, by: "eva")
        try await decide(1, .same, by: "jan")
        #expect(try await live.node.store.decisionCount() == 2)
        let shown = try await live.ask(ShowSubject(subject: "kvk:\(numbers[1])"))
        #expect(Set(shown.decisions.map(\.by)) == ["eva", "jan"])
        #expect(shown.decisions.allSatisfy { $0.state == .conflict })
        #expect(shown.group == nil)
    }

    @Test func `of two decisions that became about one pair the one that was seen is undone`()
        async throws
    {
        let live = try LiveNode("od-noord", .odToezicht)
        let other = "kvk:40000032"
        func name(_ key: String) async throws -> String {
            "record:" + (try await live.node.store.recordID(source: "bron", key: key).hex)
        }
        func decide(_ one: String, _ verdict: SubjectChoice, seen: SubjectVerdict? = nil)
            async throws
        {
            _ = try await live.ask(DecideSubjects(a: one, b: other, verdict: verdict, seen: seen))
        }
        var records = ["A", "B"].map { self.record($0, ["subject.name": "Zonder nummer \($0)"]) }
        records.append(self.record("C", ["subject.kvk": "40000032", "subject.name": "Ander BV"]))
        try await self.store(records, at: live)
        try await decide(try await name("A"), .different)
        try await decide(try await name("B"), .same)
        // Both records get the same number.
        try await self.store(
            ["A", "B"].map { self.record($0, ["subject.kvk": Self.company]) },
            at: live
        )
        let asked = ShowSubject(subject: "kvk:\(Self.company)")
        let both = try await live.ask(asked).decisions
        #expect(Set(both.map(\.verdict)) == [.same, .different])
        // Of what one user says the latest counts, whatever it is.
        #expect(both.allSatisfy { $0.state == .same })
        try await decide("kvk:\(Self.company)", .undo, seen: .same)
        #expect(try await live.ask(asked).decisions.map(\.verdict) == [.different])
        await #expect(throws: Refusal.conflict(.decision)) {
            try await decide("kvk:\(Self.company)", .undo, seen: .same)
        }
        try await decide("kvk:\(Self.company)", .undo, seen: .different)
        #expect(try await live.ask(asked).decisions.isEmpty)
    }

    @Test func `a group names its weakest link and what is said against it`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        let numbers = (0..<4).map { "4000100\($0)" }
        try await self.store(
            numbers.map { self.record($0, ["subject.kvk": $0, "subject.name": "BV \($0)"]) },
            at: live
        )
        func decide(_ one: Int, _ other: Int, _ verdict: SubjectChoice, by user: String)
            async throws
        {
            _ = try await live.node.decide(
                DecideSubjects(
                    a: "kvk:\(numbers[one])",
                    b: "kvk:\(numbers[other])",
                    verdict: verdict
                ),
                for: .owner(user),
                most: 100
            )
        }
        for user in ["eva", "jan"] {
            try await decide(0, 1, .same, by: user)
            try await decide(2, 3, .same, by: user)
        }
        try await decide(1, 2, .same, by: "eva")
        try await decide(0, 3, .different, by: "jan")
        for place in 0..<4 {
            let shown = try await live.ask(ShowSubject(subject: "kvk:\(numbers[place])"))
            let group = try #require(shown.group)
            let others = numbers.indices.filter { $0 != place }.map { "kvk:\(numbers[$0])" }
            #expect(Set(group.others.compactMap(\.key)) == Set(others))
            #expect(
                Set(group.weakest.compactMap(\.key)) == ["kvk:\(numbers[1])", "kvk:\(numbers[2])"]
            )
            #expect(group.contradictions == 1)
        }
    }

    @Test func `what stands in a case is one judgement of its author, whatever came first`() throws
    {
        let (one, other) = (SubjectKey(kvk: "12345678").id, SubjectKey(kvk: "87654321").id)
        func statement(_ relation: String, _ author: String, _ sequence: UInt64) throws
            -> SubjectStatement
        {
            SubjectStatement(
                link: try SubjectLink(from: one, relation: relation, to: other),
                by: author,
                author: author,
                sequence: sequence,
                milliseconds: 0,
                caseID: nil
            )
        }
        let said = [
            try statement(SubjectLink.sameAs, "a", 1),
            try statement(SubjectLink.differentFrom, "a", 2),
            try statement(SubjectLink.unsureAbout, "b", 9),
            try statement("levert", "b", 10),
        ]
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2, 1, 1]] {
            let judgements = order.compactMap { said[$0].judgement { $0 } }
            #expect(judgements.count == order.count { $0 != 3 })
        }
        #expect(said[0].other(than: [one]) == other && said[0].other(than: [one, other]) == nil)
    }

    @Test func `an own record that others know by its fragment has its name in a group`()
        async throws
    {
        let noord = try LiveNode("od-noord", .odToezicht)
        let politie = try LiveNode("politie", .politie)
        let table = try await LiveTable([noord, politie]).id
        for node in [noord, politie] { try await node.start() }
        try await self.store([self.record("A", ["subject.name": "Loswal Oost"])], at: noord)
        try await self.store(
            [self.record("P", ["subject.kvk": Self.company, "subject.name": "Alfa BV"])],
            at: politie
        )
        let caseID = try await politie.openCase("Zaak", in: table, to: nil)
        _ = try await self.share("P", of: politie, in: caseID)
        try await eventually("the case is there") {
            _ = try await noord.ask(SyncNow())
            return try await noord.ask(ListCases()).cases.first?.fragments == 1
        }
        let fragment = try await self.share("A", of: noord, in: caseID)
        try await eventually("the fragment is there") {
            _ = try await politie.ask(SyncNow())
            return try await politie.ask(ListCases()).cases.first?.fragments == 2
        }
        let company = "kvk:\(Self.company)"
        _ = try await politie.ask(
            DecideSubjects(
                a: company,
                b: "fragment:\(fragment)",
                verdict: .same,
                case: caseID.hex
            )
        )
        try await eventually("the decision is there") {
            _ = try await noord.ask(SyncNow())
            return try await noord.ask(ShowSubject(subject: company)).group != nil
        }
        let group = try #require(try await noord.ask(ShowSubject(subject: company)).group)
        #expect(group.others.map(\.name?.names) == [["Loswal Oost"]])
    }

    @Test func `a member that writes of subjects that a case has nothing of hides nothing`()
        async throws
    {
        let noord = try LiveNode("od-noord", .odToezicht)
        let ilt = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([noord, ilt]).id
        for node in [noord, ilt] { try await node.start() }
        // Own records of one node, shared with nobody.
        try await self.store(
            self.strangers(60) + [
                self.record(
                    "A",
                    [
                        "subject.name": "Oosterwijk Puin BV", "subject.kvk": Self.company,
                        "location.address": "Kade 12", "location.postcode": "3511AA",
                    ]
                ),
                self.record(
                    "B",
                    [
                        "subject.name": "Oosterwijk Puin", "subject.rsin": "123456782",
                        "location.address": "Kade 12", "location.postcode": "3511AA",
                    ]
                ),
            ],
            at: noord
        )
        func isSuggested() async throws -> Bool {
            try await noord.ask(SuggestSubjects()).pairs.contains {
                Set([$0.a.key, $0.b.key]) == ["kvk:\(Self.company)", "rsin:123456782"]
            }
        }
        #expect(try await isSuggested())
        let caseID = try await ilt.openCase("Leeg", in: table, to: nil)
        let link = try SubjectLink(
            from: SubjectKey(kvk: Self.company).id,
            relation: SubjectLink.differentFrom,
            to: try #require(SubjectKey("rsin:123456782")).id
        )
        let itself = try SubjectLink(from: link.from, relation: "same-as", to: link.from)
        try await ilt.node.write([.addLink(link), .addLink(itself)], to: caseID)
        #expect(try await noord.ask(SyncNow()).outcome == .done)
        #expect(try await noord.ask(ShowCase(case: caseID.hex)).links.count == 2)
        #expect(try await isSuggested())
        #expect(try await noord.ask(SuggestSubjects()).decided_by_others == 0)
        let shown = try await noord.ask(ShowSubject(subject: "kvk:\(Self.company)"))
        #expect(shown.decisions.isEmpty && shown.group == nil && shown.relations.isEmpty)
        // Where both are known to the case it is shown: beside the pair, which is of own records and stays.
        let shared = try await noord.openCase("Samen", in: table, to: nil)
        for key in ["A", "B"] { _ = try await self.share(key, of: noord, in: shared) }
        try await eventually("the case is there") {
            _ = try await ilt.ask(SyncNow())
            return try await ilt.ask(ShowCase(case: shared.hex)).fragments.count == 2
        }
        try await ilt.node.write([.addLink(link)], to: shared)
        #expect(try await noord.ask(SyncNow()).outcome == .done)
        #expect(try await isSuggested())
        let said = try await noord.ask(SuggestSubjects())
        #expect(said.pairs.map(\.state) == [.different] && said.decided_by_others == 0)
    }
}
