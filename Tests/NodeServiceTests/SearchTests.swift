import NodeInterface
import RecordImport
import RecordStore
import Search
import SyncLog
import Testing
import Vocabulary

@testable import NodeService

/// Searching among own records and what others share.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SearchTests {
    private static let kvk = "20000001"

    private func search(
        _ kvk: String?,
        _ most: Int?,
        limit: Int = 100,
        at node: LiveNode
    ) async throws -> SearchRecords.Answer {
        try await node.node.readers.read(for: .owner("operator")) { (reader) throws(Refusal) in
            try reader.search(
                SearchRecords(kvk: kvk, limit: limit),
                list: nil,
                fragmentsMost: most ?? SearchRecords.fragmentsMax
            )
        }
    }

    @Test func `others' fragments over the limit are told of, and hide no own record`() async throws
    {
        let noord = try LiveNode("od-noord", .odToezicht)
        let ilt = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([noord, ilt]).id
        for node in [noord, ilt] { try await node.start() }
        let own = try await noord.importRecord(key: "a-1", name: "Eigen", kvk: Self.kvk)
        var cases: Set<String> = []
        for number in 0..<3 {
            // Two in one case, one in another.
            let title = "Zaak \(number)"
            let caseID = try await ilt.openCase(title, in: table, to: nil)
            cases.insert(caseID.hex)
            for part in 0...(number == 0 ? 1 : 0) where number < 2 {
                let name = "Gedeeld \(number) \(part)"
                let record = try await ilt.importRecord(key: name, name: name, kvk: Self.kvk)
                _ = try await ilt.share(record, in: caseID, to: nil)
            }
        }
        #expect(try await noord.ask(SyncNow()).outcome == .done)

        for kvk in [Self.kvk, nil] {
            for (most, total, more) in [
                (nil, 4, false), (3, 4, false), (2, 3, true), (0, 1, true),
            ] as [(Int?, Int, Bool)] {
                let found = try await self.search(kvk, most, at: noord)
                #expect(found.total == total && found.more == more, "\(kvk ?? "all") \(most ?? -1)")
                #expect(found.hits.first?.id == own && found.hits.first?.kind == "record")
                #expect(found.hits.dropFirst().allSatisfy { $0.kind == "fragment" })
                #expect(found.hits.dropFirst().allSatisfy { cases.contains($0.case ?? "") })
                #expect(Set(found.hits.map(\.id)).count == total)
            }
        }
        let page = try await self.search(Self.kvk, nil, limit: 2, at: noord)
        #expect(page.hits.count == 2 && page.total == 4 && !page.more)

        // A phase is a case's: of own records those that are shared in one, of others' all that fit.
        let phased = try await noord.ask(SearchRecords(kvk: Self.kvk, phase: "signaal"))
        #expect(phased.total == 3 && phased.hits.allSatisfy { $0.kind == "fragment" })
        #expect(try await noord.ask(SearchRecords(kvk: Self.kvk, phase: "analyse")).total == 0)

        // What was withdrawn is as what never was: also in what is said of words.
        #expect(try await noord.ask(SearchRecords(text: "gedeelt")).total == 3)
        for hit in phased.hits {
            _ = try await ilt.ask(WithdrawFragment(fragment: hit.id, reason: "vergissing"))
        }
        #expect(try await noord.ask(SyncNow()).outcome == .done)
        let gone = try await noord.ask(SearchRecords(text: "gedeeld"))
        let never = try await noord.ask(SearchRecords(text: "qqqvvv"))
        #expect(gone.total == 0 && gone.unknown_words == ["gedeeld"] && !gone.more)
        #expect(never.total == 0 && never.unknown_words == ["qqqvvv"])
    }

    @Test func `a number is found as what it identifies and in texts, and is no part of another`()
        async throws
    {
        let live = try LiveNode("od-noord", .odToezicht)
        let rows = [
            ["subject.name": "Alfa", "subject.kvk": "20000001", "location.place": "Den Haag"],
            ["subject.name": "Beta", "text": "brief over 20000001", "location.place": "Zeist"],
            [
                "subject.name": "Gamma 24/7", "location.place": "Haag",
                "location.postcode": "3511AA",
            ],
            ["subject.name": "Delta 247", "location.postcode": "1011AB"],
        ]
        let records = rows.enumerated().map { place, fields in
            ImportedRecord(
                source: "bron",
                sourceKey: "R\(place)",
                type: .inspection,
                category: .business,
                fields: fields.sorted { $0.key < $1.key }.map {
                    .init(name: $0.key, value: $0.value)
                },
                neverShare: []
            )
        }
        _ = try await live.node.store.importRecords(records, at: 1)
        func found(_ asked: SearchRecords) async throws -> [String] {
            try await live.ask(asked).hits.map { "\($0.source_key ?? "") \($0.why)" }
        }
        // What it identifies comes first, whatever the order.
        for text in ["20000001", "2000 0001"] {
            let why = try await found(SearchRecords(text: text))
            #expect(why == [#"R0 ["kvk"]"#, #"R1 ["text"]"#])
        }
        #expect(try await found(SearchRecords(text: "KvK 20000001")) == [#"R0 ["kvk"]"#])
        #expect(try await found(SearchRecords(kvk: "20000001")) == [#"R0 ["kvk"]"#])
        let scores = try await live.ask(SearchRecords(text: "20000001")).hits.map(\.score)
        #expect(scores == [100, 60])
        #expect(try await live.ask(SearchRecords(text: "24/7")).hits.map(\.source_key) == ["R2"])
        #expect(try await live.ask(SearchRecords(text: "247")).hits.map(\.source_key) == ["R3"])

        // What people write: without zeros, with a hyphen, in other capitals, a word that is not there.
        let short = ImportedRecord(
            source: "bron",
            sourceKey: "Z-2026-0001",
            type: .inspection,
            category: .business,
            fields: [
                .init(name: "location.place", value: "'s-Gravenhage"),
                .init(name: "subject.kvk", value: "00012345"),
                .init(name: "subject.name", value: "Van der Meulen 12"),
            ],
            neverShare: []
        )
        _ = try await live.node.store.importRecords([short], at: 1)
        for text in [
            "12345", "kvk 12345", "KvK: 0001-2345", "z-2026-0001", "v.d. meulen", "v/d Meulen",
            "vd meulen",
            "den haag meulen", "s-gravenhage meulen", "meulen 99",
        ] {
            #expect(
                try await live.ask(SearchRecords(text: text)).hits.map(\.source_key) == [
                    "Z-2026-0001"
                ],
                "\(text)"
            )
        }
        #expect(try await live.ask(SearchRecords(place: "Zeist, Den Haag")).total == 4)
        for text in ["zq-12", "06-12", "12-03-2026"] {
            let none = try await live.ask(SearchRecords(text: text))
            #expect(none.total == 0 && !none.incomplete, "\(text)")
            #expect(none.understood.allSatisfy { $0.meaning == .words })
        }
        #expect(try await live.ask(SearchRecords(text: "zq-12")).unknown_words == ["zq"])
        for text in ["3500 AA - 3599 ZZ", "3500-3599", "3500 - 3599", "3511AA, 9999ZZ"] {
            #expect(
                try await live.ask(SearchRecords(text: text)).hits.map(\.source_key) == ["R2"],
                "\(text)"
            )
        }
        let turned = Refusal.invalid(.postcode, .order(first: "1015", last: "1011"))
        await #expect(throws: turned) { try await live.ask(SearchRecords(text: "1015-1011")) }

        // Several places, and several ranges, are any of them; what is in none is told.
        let places = try await live.ask(SearchRecords(place: "zeist; DEN HAAG ,Nergenshuizen"))
        #expect(Set(places.hits.compactMap(\.source_key)) == ["R0", "R1", "R2", "Z-2026-0001"])
        #expect(places.unknown_words == ["Nergenshuizen"])
        #expect(try await live.ask(SearchRecords(place: "zeits")).total == 1)
        let ranges = try await live.ask(SearchRecords(postcode: "1000-1099, 3511"))
        #expect(Set(ranges.hits.compactMap(\.source_key)) == ["R2", "R3"])
        await #expect(throws: Refusal.self) {
            try await live.ask(SearchRecords(postcode: "1000-1099, geen"))
        }
        await #expect(throws: Refusal.self) {
            try await live.ask(
                SearchRecords(
                    postcode: String(repeating: "1011;", count: SearchRecords.textMax / 5 + 1)
                )
            )
        }
    }

    @Test func `a member's many words and fragments hide no own record`() async throws {
        let noord = try LiveNode("od-noord", .odToezicht)
        let ilt = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([noord, ilt]).id
        for node in [noord, ilt] { try await node.start() }
        let own = try await noord.importRecord(
            key: "a-1",
            name: "Zwaluwenburg Afvalstromen",
            kvk: Self.kvk
        )
        _ = try await noord.importRecord(key: "a-2", name: "Jansen Geheim", kvk: "20000002")
        // Words one letter from what somebody types, as many as make the own one the last of all.
        let letters = "abcdefghijklmnopqrstuvwxyz".map(String.init)
        let typed = "zwaluwenbrg"
        var words: [String] = []
        for place in 0...typed.count {
            let (head, tail) = (typed.prefix(place), typed.dropFirst(place))
            words += letters.map { head + $0 + tail }
            words += letters.map { head + $0 + tail.dropFirst() }
        }
        words = Set(words).subtracting(["zwaluwenburg", typed]).sorted()
        #expect(words.count > WordSlots.othersMax)
        let caseID = try await ilt.openCase("Woorden", in: table, to: nil)
        // Each word twice: what is had by more comes first.
        var shared = 0
        for part in 0..<12 {
            let some = words.enumerated().filter { $0.offset % 6 == part % 6 }.map(\.element)
            let record = try await ilt.importRecord(
                key: "w-\(part)",
                name: some.joined(separator: " "),
                kvk: "3000000\(part % 10)"
            )
            _ = try await ilt.share(record, in: caseID, to: nil)
            shared += 1
        }
        // Ten that fit what is typed exactly, and the same number as an own record, dated later.
        for part in 0..<10 {
            let record = try await ilt.importRecord(key: "j-\(part)", name: "Jensan", kvk: Self.kvk)
            _ = try await ilt.share(record, in: caseID, to: nil)
            shared += 1
        }
        try await eventually("everything is there") {
            _ = try await noord.ask(SyncNow())
            return try await noord.ask(ListCases()).cases.first?.fragments == shared
        }
        for search in [
            SearchRecords(text: typed), SearchRecords(text: typed, partner: "od-noord"),
            SearchRecords(name: typed),
        ] {
            let found = try await noord.ask(search)
            #expect(found.hits.contains { $0.id == own }, "\(search)")
            #expect(found.unknown_words.isEmpty)
        }
        let jensan = try await noord.ask(SearchRecords(text: "jensan"))
        #expect(jensan.hits.contains { $0.title == "Jansen Geheim" })
        #expect(jensan.hits.first?.title == "Jensan")
        // Of equal hits own ones come first, whatever their dates.
        #expect(try await noord.ask(SearchRecords(kvk: Self.kvk, limit: 1)).hits.map(\.id) == [own])
        for node in [noord, ilt] { try await node.stop() }
    }

    @Test func `pages of a search list everything once, the name that was typed first`()
        async throws
    {
        let live = try LiveNode("od-noord", .odToezicht)
        let names = (0..<260).map { $0 % 13 == 0 ? "Bakker Sloop VOF" : "Bakker Sloop BV" }
        let records = (names + ["Bakker Sloop CV", "Sloop Bakker Jansen"]).enumerated().map {
            ImportedRecord(
                source: "bron",
                sourceKey: "R-\($0.offset)",
                type: .inspection,
                category: .business,
                fields: [
                    .init(name: "date", value: "2026-01-01"),
                    .init(name: "subject.name", value: $0.element),
                ],
                neverShare: []
            )
        }
        // In several imports: equal hits lie in several segments.
        for part in 0..<5 {
            let some = records.indices.filter { $0 % 5 == part }.map { records[$0] }
            _ = try await live.node.store.importRecords(some, at: 1)
        }
        for (asked, first) in [("bakker sloop cv", "CV"), ("Sloop, Bakker V.O.F.", "VOF")] {
            for limit in [1, 7, 50, 300] {
                var keys: [String] = []
                var offset = 0
                while true {
                    let page = try await live.ask(
                        SearchRecords(text: asked, limit: limit, offset: offset)
                    )
                    #expect(page.total == 262)
                    if offset == 0 { #expect(page.hits.first?.title.hasSuffix(first) == true) }
                    keys += page.hits.compactMap(\.source_key)
                    offset += limit
                    // Whole lists of small pages take long and say nothing more.
                    if page.hits.count < limit || limit == 1 { break }
                }
                if limit > 1 { #expect(Set(keys).count == 262 && keys.count == 262) }
            }
        }
    }

    @Test
    func `what is chosen beside the box holds for a key too, and sentences are of what is shown`()
        async throws
    {
        let live = try LiveNode("od-noord", .odToezicht)
        _ = try await live.importRecord(key: "R-0001", name: "Oud Afval", kvk: Self.kvk)
        let found = try await live.ask(SearchRecords(text: "R-0001"))
        #expect(found.total == 1 && found.unknown_words.isEmpty && !found.incomplete)
        #expect(found.understood.contains { $0.meaning == .key })
        #expect(try await live.ask(SearchRecords(text: "R-0001", type: "permit")).total == 0)
        await #expect(throws: Refusal.invalid(.partner, .notOneOf("ilt", allowed: ["od-noord"]))) {
            try await live.ask(SearchRecords(text: "R-0001", partner: "ilt"))
        }
        #expect(try await live.ask(SearchRecords(text: "KvK: \(Self.kvk)")).total == 1)
        #expect(try await live.ask(SearchRecords(text: "afv")).total == 1)
        let old = ImportedRecord(
            source: "bron",
            sourceKey: "Q-7",
            type: .inspection,
            category: .business,
            fields: [.init(name: "date", value: "2001-01-01")],
            neverShare: []
        )
        _ = try await live.node.store.importRecords([old], at: 1)
        let beyond = try await live.ask(SearchRecords(text: "Q-7", years: 5))
        #expect(beyond.total == 0 && beyond.beyond_period == 1 && beyond.unknown_words.isEmpty)
        #expect(try await live.ask(SearchRecords(text: "Q-7")).total == 1)
        let list = SearchList(
            list: "\"\(Self.kvk)\"\nkvk x1",
            search: SearchRecords(type: "permit")
        )
        let reading = try #require(try await live.ask(list).list)
        #expect(reading.found == 0 && reading.numbers == 1 && reading.wrong == 1)
    }

    @Test func `what fits is counted alike whether or not it is opened`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        // Some as people write them, of which an import warns.
        let written = [
            "1234AB", "1234", "1234 AB", "1234-AB", "1234ab", "12345", "1235ZZ", "1236AA", "1233ZZ",
            "1235AA", "", "AB1234",
        ]
        for (number, postcode) in written.enumerated() {
            let record = ImportedRecord(
                source: "inspecties",
                sourceKey: "\(number)",
                type: .inspection,
                category: .business,
                fields: postcode.isEmpty
                    ? [] : [.init(name: "location.postcode", value: postcode)],
                neverShare: []
            )
            _ = try await live.node.store.importRecords([record], at: 1)
        }
        func total(_ postcode: String, _ limit: Int, _ type: String?) async throws -> Int {
            try await live.ask(SearchRecords(postcode: postcode, type: type, limit: limit)).total
        }
        // By the four digits, of which the naive program is a list.
        for (range, areas) in [("1234", 1234...1234), ("1234-1235", 1234...1235)] {
            let expected = written.count { Int($0.prefix(4)).map(areas.contains) ?? false }
            for limit in [1, 100] {
                for type in [nil, "inspection"] {
                    #expect(try await total(range, limit, type) == expected)
                }
            }
        }
        for limit in [1, 100] {
            for type in [nil, "inspection"] {
                #expect(try await total("1234AB-1234AB", limit, type) == 3)
            }
        }
    }
}
