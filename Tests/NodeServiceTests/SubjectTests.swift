import CaseModel
import NodeInterface
import RecordImport
import RecordStore
import SyncLog
import Testing
import Vocabulary

@testable import NodeService

/// What is told of a subject (`Protocol/subjects.md` §1 to §3, §5).
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SubjectTests: SubjectSuite {
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
        func counted() async throws -> [Int] {
            try await noord.ask(asked).quarters.flatMap { $0.types.all.map(\.value) }
        }
        #expect(try await counted() == [1])
        // Two in one case are two, whatever they say.
        try await self.store(
            [
                self.record(
                    "Q",
                    ["subject.kvk": Self.company, "subject.name": "Alfa BV", "date": today]
                )
            ],
            at: politie
        )
        let third = try await politie.openCase("Drie", in: table, to: nil)
        for key in ["P", "Q"] { _ = try await self.share(key, of: politie, in: third) }
        try await eventually("all are there") {
            _ = try await noord.ask(SyncNow())
            return try await noord.ask(asked).fragments_found == 4
        }
        #expect(try await counted() == [2])
    }
}
