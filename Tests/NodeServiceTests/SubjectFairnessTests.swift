import CaseModel
import NodeInterface
import RecordImport
import RecordStore
import SyncLog
import Testing
import Vocabulary

@testable import NodeService

/// Nobody's many push what others say off the page of a subject.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SubjectFairnessTests: SubjectSuite {
    @Test func `nobody's many push away what somebody else says`() throws {
        let (one, other) = (SubjectKey(kvk: "12345678").id, SubjectKey(kvk: "87654321").id)
        func said(_ author: String, _ count: Int, from first: UInt64) throws -> [SubjectStatement] {
            try (0..<count).map { number in
                SubjectStatement(
                    link: try SubjectLink(from: one, relation: "same-as", to: other),
                    by: author,
                    author: author,
                    sequence: first + UInt64(number),
                    milliseconds: first + UInt64(number),
                    caseID: nil
                )
            }
        }
        let all =
            try said("liar", 1_000, from: 1_000_000) + said("own", 3, from: 1)
            + said("eva", 2, from: 5)
        let chosen = all.fairly(most: 10, own: ["own"])
        #expect(chosen.count == 10)
        #expect(chosen.prefix(3).map(\.by) == ["own", "own", "own"])
        #expect(chosen.count { $0.by == "eva" } == 2 && chosen.count { $0.by == "liar" } == 5)
        // The newest of each.
        #expect(chosen.first { $0.by == "liar" }?.sequence == 1_000_999)
        #expect(all.fairly(most: 2_000, own: []).count == all.count)
    }

    @Test func `a member's many and newest push nothing of others off a page`() async throws {
        let noord = try LiveNode("od-noord", .odToezicht)
        let ilt = try LiveNode("ilt", .rijksinspectieToezicht)
        let politie = try LiveNode("politie", .politie)
        let table = try await LiveTable([noord, ilt, politie]).id
        for node in [noord, ilt, politie] { try await node.start() }
        func fields(_ name: String, _ date: String, _ bag: Int) -> [String: String] {
            [
                "subject.kvk": Self.company, "subject.name": name, "date": date,
                "location.bag": String(bag),
            ]
        }
        // One member has more than a page lists of each, in more cases, all dated after everything else.
        let (many, cases) = (ShowSubject.listedMax + 1, ShowSubject.partsMax + 1)
        var lies = (0..<many).map {
            self.record(
                "L\($0)",
                fields(
                    "Leugen \($0)",
                    $0 % 2 == 0 ? "9999-12-31" : "zzzz",
                    1_000_000_000_000_000 + $0
                )
            )
        }
        lies += (0..<cases).map {
            var fields = fields("Leugen", "9999-12-31", 1_000_000_000_000_000)
            fields["subject.vestiging"] = "00000000\(1_000 + $0)"
            return self.record("V\($0)", fields)
        }
        try await self.store(lies, at: ilt)
        var opened: [ObjectID] = []
        for number in 0..<cases {
            opened.append(try await ilt.openCase("Zaak \(number)", in: table, to: nil))
        }
        for number in 0..<many {
            try await self.share("L\(number)", of: ilt, in: opened[number % cases])
        }
        for number in 0..<cases { try await self.share("V\(number)", of: ilt, in: opened[0]) }
        // Two others have one each, and one establishment.
        var others: [ObjectID] = []
        for (node, name, bag) in [
            (noord, "Eigen BV", 9_000_000_000_000_001),
            (politie, "Eerlijk BV", 9_000_000_000_000_002),
        ] {
            var establishment = fields(name, "2019-01-01", bag)
            establishment["subject.vestiging"] = "00009999\(bag % 10_000 + 1_000)"
            try await self.store(
                [
                    self.record("A", fields(name, "2019-01-01", bag)),
                    self.record("B", establishment),
                ],
                at: node
            )
            others.append(try await node.openCase(name, in: table, to: nil))
            for key in ["A", "B"] {
                try await self.share(key, of: node, in: others[others.count - 1])
            }
        }
        let asked = ShowSubject(subject: "kvk:\(Self.company)")
        try await eventually("everything is there") {
            _ = try await noord.ask(SyncNow())
            let shown = try await noord.ask(asked)
            return shown.fragments_found == many + 1
        }
        let shown = try await noord.ask(asked)
        #expect(Array(shown.name.names.prefix(2)) == ["Eigen BV", "Leugen 500"])
        let names = try #require(shown.facts["name"])
        #expect(names.count == ShowSubject.valuesMax)
        #expect(Set(names.map(\.value)).isSuperset(of: ["Eigen BV", "Eerlijk BV"]))
        #expect(shown.fragments.count == ShowSubject.listedMax)
        #expect(shown.fragments.contains { $0.owner == "politie" })
        // What is no day comes after what is one.
        #expect(shown.fragments.first?.date == "9999-12-31")
        #expect(shown.fragments.last?.date == "zzzz")
        let bags = Set(shown.sites.compactMap(\.bag))
        #expect(shown.sites.count == ShowSubject.partsMax)
        #expect(bags.isSuperset(of: ["9000000000000001", "9000000000000002"]))
        #expect(shown.cases.count == ShowSubject.partsMax)
        #expect(Set(shown.cases.map(\.case)).isSuperset(of: others.map(\.hex)))
        #expect(shown.establishments.count == ShowSubject.partsMax && shown.more)
        #expect(
            Set(shown.establishments.map(\.key)).isSuperset(
                of: ["vestiging:000099991001", "vestiging:000099991002"]
            )
        )
        for node in [noord, ilt, politie] { try await node.stop() }
    }

    @Test func `own successions are followed over all steps, whatever a member says beside them`()
        async throws
    {
        let noord = try LiveNode("od-noord", .odToezicht)
        let ilt = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([noord, ilt]).id
        for node in [noord, ilt] { try await node.start() }
        func fields(_ number: Int) -> [String: String] {
            ["subject.kvk": "\(50_000_000 + number)", "subject.name": "BV \(number)"]
        }
        func key(_ number: Int) -> String { "kvk:\(50_000_000 + number)" }
        let chain = 4
        try await self.store((0..<chain).map { self.record("A\($0)", fields($0)) }, at: noord)
        for number in 1..<chain {
            _ = try await noord.ask(
                SucceedSubject(
                    from: key(number - 1),
                    to: key(number),
                    date: "2020-01-0\(number)",
                    kind: "overdracht",
                    source: "KvK"
                )
            )
        }
        // The liar knows the first two, and says of each that it took over from 30 others, twice.
        let caseID = try await noord.openCase("Keten", in: table, to: nil)
        for number in 0..<2 { try await self.share("A\(number)", of: noord, in: caseID) }
        let others = 100..<160
        try await self.store(others.map { self.record("L\($0)", fields($0)) }, at: ilt)
        try await eventually("the case is there") {
            _ = try await ilt.ask(SyncNow())
            return try await ilt.ask(ListCases()).cases.first?.fragments == 2
        }
        for number in others { try await self.share("L\(number)", of: ilt, in: caseID) }
        let succession = try SubjectSuccession(
            date: "2024-01-01",
            kind: .overdracht,
            source: "leugen"
        )
        var links: [SubjectLink] = []
        for number in others {
            for first in [number % 2, 100] where first != number {
                links.append(
                    try SubjectLink(
                        from: SubjectKey(kvk: "\(50_000_000 + first)").id,
                        relation: SubjectLink.succeeds,
                        to: SubjectKey(kvk: "\(50_000_000 + number)").id,
                        reason: "",
                        succession: succession
                    )
                )
            }
        }
        try await ilt.node.write(links.map { .addLink($0) }, to: caseID)
        try await eventually("links are there") {
            _ = try await noord.ask(SyncNow())
            return try await noord.ask(ShowCase(case: caseID.hex)).links.count == links.count
        }
        let shown = try await noord.ask(ShowSubject(subject: key(0)))
        let own = shown.predecessors.filter { $0.case == nil }
        #expect(own.map(\.other.key) == (1..<chain).map(key) && own.map(\.steps) == [1, 2, 3])
        // Each once, and that there are more is told.
        #expect(Set(shown.predecessors.map(\.other.id)).count == shown.predecessors.count)
        #expect(shown.more)
        for node in [noord, ilt] { try await node.stop() }
    }

    @Test func `a member's many fragments hide no name of a linked subject that others gave`()
        async throws
    {
        let noord = try LiveNode("od-noord", .odToezicht)
        let ilt = try LiveNode("ilt", .rijksinspectieToezicht)
        let politie = try LiveNode("politie", .politie)
        let table = try await LiveTable([noord, ilt, politie]).id
        for node in [noord, ilt, politie] { try await node.start() }
        let (own, other) = ("51000001", "51000002")
        // More than a name is made of, newer than what others have.
        let many = 120
        try await self.store(
            (0..<many).map {
                self.record(
                    "L\($0)",
                    ["subject.kvk": other, "date": "2026-01-01", "text": "Ruis \($0)"]
                )
            },
            at: ilt
        )
        try await self.store(
            [
                self.record(
                    "A",
                    ["subject.kvk": other, "subject.name": "Eerlijk BV", "date": "2019-01-01"]
                )
            ],
            at: politie
        )
        try await self.store(
            [self.record("A", ["subject.kvk": own, "subject.name": "Eigen BV"])],
            at: noord
        )
        let lies = try await ilt.openCase("Ruis", in: table, to: nil)
        for number in 0..<many { try await self.share("L\(number)", of: ilt, in: lies) }
        let honest = try await politie.openCase("Eerlijk", in: table, to: nil)
        try await self.share("A", of: politie, in: honest)
        try await eventually("everything is there") {
            _ = try await noord.ask(SyncNow())
            return try await noord.ask(ShowSubject(subject: "kvk:\(other)")).fragments_found
                == many + 1
        }
        _ = try await noord.ask(
            SucceedSubject(
                from: "kvk:\(own)",
                to: "kvk:\(other)",
                date: "2024-01-01",
                kind: "overdracht",
                source: "KvK"
            )
        )
        let shown = try await noord.ask(ShowSubject(subject: "kvk:\(own)"))
        #expect(shown.predecessors.map(\.other.name?.names) == [["Eerlijk BV"]])
        for node in [noord, ilt, politie] { try await node.stop() }
    }

    @Test func `half of the room is kept for each owner alike, and half is for who comes first`() {
        var room = FairRoom(most: 10, ownerCount: 2)
        let taken = ["a", "a", "a", "a", "a", "a", "a", "a", "b", "b", "b"].map { room.take($0) }
        // Two for each are kept, six go to who comes first.
        #expect(taken == Array(repeating: true, count: 8) + [true, true, false])
        var none = FairRoom(most: 0, ownerCount: 0)
        let isTaken = none.take("a")
        #expect(!isTaken)
    }
}
