import CaseModel
import NodeInterface
import RecordImport
import RecordStore
import SyncLog
import Testing
import Vocabulary

@testable import NodeService

/// What is told of a subject, and what users decide (`Protocol/subjects.md`).
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SubjectTests {
    private static let company = "40000016"

    private func record(
        _ key: String,
        _ fields: [String: String],
        type: RecordType = .inspection
    ) -> ImportedRecord {
        ImportedRecord(
            source: "bron",
            sourceKey: key,
            type: type,
            category: .business,
            fields: fields.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) },
            neverShare: []
        )
    }

    private func store(_ records: [ImportedRecord], at node: LiveNode) async throws {
        for start in stride(from: 0, to: records.count, by: 1_000) {
            _ = try await node.node.store.importRecords(
                Array(records[start...].prefix(1_000)),
                at: 1
            )
        }
    }

    /// Shares all fields of a record with everybody; the fragment's ID.
    @discardableResult
    private func share(
        _ key: String,
        of node: LiveNode,
        in caseID: ObjectID
    ) async throws -> String {
        let id = try await node.node.store.recordID(source: "bron", key: key)
        let record = try #require(try await node.node.store.record(id))
        return try await node.ask(
            ShareRecord(
                case: caseID.hex,
                record: id.hex,
                fields: record.record.fields.map(\.name),
                to: nil
            )
        ).fragment
    }

    @Test func `a key is read as it is written, and nothing else is one`() throws {
        for text in [
            "kvk:12345678", "vestiging:000012345678", "rsin:123456782",
            "record:0123456789abcdef0123456789abcdef",
            "fragment:0123456789abcdef0123456789abcdef",
        ] {
            #expect(SubjectKey(text)?.text == text)
        }
        for text in [
            "", "kvk:", "kvk:1234567", "kvk:123456789", "KVK:12345678", "kvk:1234567a",
            "vestiging:100012345678", "rsin:123456789", "record:0123",
            "record:0123456789ABCDEF0123456789ABCDEF", "bsn:123456782", "kvk:12345678 ",
        ] {
            #expect(SubjectKey(text) == nil, "\(text)")
        }
    }

    @Test func `decimals are rounded half away from zero`() {
        for (value, decimals, text) in [
            (0.9996, 3, "1.000"), (0.0, 1, "0.0"), (-0.04, 1, "0.0"), (-0.05, 1, "-0.1"),
            (-200.0, 1, "-200.0"), (52.37421871, 7, "52.3742187"), (4.05, 1, "4.1"),
            (-0.00000004, 7, "0.0000000"),
        ] as [(Double, Int, String)] {
            #expect(value.text(decimals: decimals) == text)
        }
    }

    @Test func `of many records the newest are listed, all that are read count, and more is said`()
        async throws
    {
        let live = try LiveNode("od-noord", .odToezicht)
        func records(_ range: Range<Int>) -> [ImportedRecord] {
            range.map { number in
                let (year, day) = (1_990 + number % 30, number % 28 + 1)
                return self.record(
                    "R-\(number)",
                    [
                        "subject.kvk": Self.company, "subject.name": "Naam \(number % 30)",
                        "date": "\(year)-03-\(day < 10 ? "0" : "")\(day)",
                        "location.bag": "\(1_000_000_000_000_000 + number % 300)",
                    ]
                )
            }
        }
        try await self.store(records(0..<ShowSubject.itemsMax), at: live)
        let asked = ShowSubject(subject: "kvk:\(Self.company)")
        let all = try await live.ask(asked)
        #expect(all.records_found == ShowSubject.itemsMax && !all.more)
        #expect(all.records.count == ShowSubject.listedMax)
        let dates = all.records.compactMap(\.date)
        #expect(dates == dates.sorted(by: >) && dates.count == ShowSubject.listedMax)
        #expect(all.facts["name"]?.count == ShowSubject.valuesMax)
        #expect(all.sites.count == ShowSubject.partsMax)
        try await self.store(records(ShowSubject.itemsMax..<ShowSubject.itemsMax + 1), at: live)
        let more = try await live.ask(asked)
        #expect(more.records_found == ShowSubject.itemsMax && more.more)
    }

    @Test func `a chain of successions is followed so many steps, and no further`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        let numbers = (0...ShowSubject.stepsMax + 1).map { "4000\(1_000 + $0)" }
        try await self.store(
            numbers.map { self.record($0, ["subject.kvk": $0, "subject.name": "BV \($0)"]) },
            at: live
        )
        for (successor, predecessor) in zip(numbers, numbers.dropFirst()) {
            _ = try await live.ask(
                SucceedSubject(
                    from: "kvk:\(successor)",
                    to: "kvk:\(predecessor)",
                    date: "2020-01-01",
                    kind: "fusie",
                    source: "KvK"
                )
            )
        }
        let first = try await live.ask(ShowSubject(subject: "kvk:\(numbers[0])"))
        #expect(
            first.predecessors.map(\.other.key)
                == numbers[1...ShowSubject.stepsMax].map { "kvk:\($0)" }
        )
        #expect(first.predecessors.map(\.steps) == Array(1...ShowSubject.stepsMax))
        let last = try await live.ask(ShowSubject(subject: "kvk:\(numbers[numbers.count - 1])"))
        #expect(last.successors.count == ShowSubject.stepsMax && last.predecessors.isEmpty)
    }

    @Test func `a successor began since 1900, or begins within two years`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        let numbers = ["40001000", "40001001"]
        try await self.store(
            numbers.map { self.record($0, ["subject.kvk": $0, "subject.name": "BV \($0)"]) },
            at: live
        )
        let year = try #require(Int(Reader.today.prefix(4))) + SucceedSubject.yearsAhead
        func succeed(_ date: String) async throws {
            _ = try await live.ask(
                SucceedSubject(
                    from: "kvk:\(numbers[0])",
                    to: "kvk:\(numbers[1])",
                    date: date,
                    kind: "fusie",
                    source: "KvK"
                )
            )
        }
        for date in ["1899-12-31", "0001-01-01", "\(year + 1)-01-01"] {
            await #expect(
                throws: Refusal.invalid(
                    .day,
                    .outsideDays(date, first: SucceedSubject.firstDay, last: "\(year)-12-31")
                )
            ) {
                try await succeed(date)
            }
        }
        for date in [SucceedSubject.firstDay, "\(year)-12-31"] { try await succeed(date) }
    }

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

    @Test func `a date that is none of the calendar is no date`() {
        for text in [
            "9223372036854775807-01-01", "2305843009213693952-01-01", "2025-13-01", "2025-02-30",
            "-2025-01-01", "0000-01-01", "2025-1-1", "", "2025-01-01T00:00", "٢٠٢٥-01-01",
        ] {
            #expect(SubjectTimeline.quarter(of: text) == nil, "\(text)")
        }
        #expect(SubjectTimeline.quarter(of: "2025-12-31") == 2_025 * 4 + 3)
        #expect(SubjectTimeline.quarter(of: "0001-01-01") == 4)
    }

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
                + (0..<120).map { number in
                    var values = fields("Woord\(number) Naam\(number * 7)", number)
                    values["location.postcode"] = "\(1_000 + number)ZZ"
                    return self.record("V\(number)", values)
                },
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
                + (0..<120).map {
                    self.record("V\($0)", fields("Woord\($0) Naam\($0 * 7)", "Weg \($0)", "P\($0)"))
                },
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
            (0..<120).map {
                self.record(
                    "V\($0)",
                    [
                        "subject.name": "Bedrijf\($0) Woord\($0 * 7)",
                        "location.address": "Weg\($0) \($0)",
                        "location.postcode": "\(1_100 + $0)AB",
                    ]
                )
            } + [
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

    @Test func `a record that its owner shares in two cases happened once`() async throws {
        let noord = try LiveNode("od-noord", .odToezicht)
        let politie = try LiveNode("politie", .politie)
        let table = try await LiveTable([noord, politie]).id
        for node in [noord, politie] { try await node.start() }
        let today = Reader.today
        try await self.store(
            [
                self.record(
                    "P",
                    ["subject.kvk": Self.company, "subject.name": "Alfa BV", "date": today]
                )
            ],
            at: politie
        )
        for title in ["Een", "Twee"] {
            let caseID = try await politie.openCase(title, in: table, to: nil)
            _ = try await self.share("P", of: politie, in: caseID)
        }
        let asked = ShowSubject(subject: "kvk:\(Self.company)")
        try await eventually("both are there") {
            _ = try await noord.ask(SyncNow())
            return try await noord.ask(asked).fragments_found == 2
        }
        let shown = try await noord.ask(asked)
        #expect(shown.fragments.count == 2 && Set(shown.fragments.map(\.case)).count == 2)
        let counted = shown.quarters.flatMap { $0.types.all.map(\.value) }
        #expect(counted == [1])
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
        let filler = (0..<120).map { number in
            self.record(
                "V\(number)",
                [
                    "subject.name": "Woord\(number) Naam\(number * 7)",
                    "location.address": "Weg\(number) \(number)",
                    "location.postcode": "\(1_000 + number)ZZ",
                ]
            )
        }
        let (named, bare) = ("000012345678", "000087654321")
        try await self.store(
            filler + [
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

    @Test func `half of the room is kept for each owner alike, and half is for who comes first`() {
        var room = FairRoom(most: 10, ownerCount: 2)
        let taken = ["a", "a", "a", "a", "a", "a", "a", "a", "b", "b", "b"].map { room.take($0) }
        // Two for each are kept, six go to who comes first.
        #expect(taken == Array(repeating: true, count: 8) + [true, true, false])
        var none = FairRoom(most: 0, ownerCount: 0)
        let isTaken = none.take("a")
        #expect(!isTaken)
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
            (0..<60).map { number in
                self.record(
                    "V\(number)",
                    [
                        "subject.name": "Bedrijf\(number) Woord\(number * 7)",
                        "location.address": "Weg\(number) \(number + 1)",
                        "location.postcode": "\(1_100 + number)AB",
                    ]
                )
            } + [
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
