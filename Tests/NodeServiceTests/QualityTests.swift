import NodeInterface
import RecordImport
import RecordStore
import SyncLog
import Testing
import Vocabulary

@testable import NodeService

/// What the owner of a source can mend (`Protocol/quality.md`).
@Suite(.serialized, .timeLimit(.minutes(5)))
struct QualityTests {
    private func record(
        _ key: String,
        _ fields: [String: String],
        source: String = "bron",
        type: RecordType = .inspection
    ) -> ImportedRecord {
        ImportedRecord(
            source: source,
            sourceKey: key,
            type: type,
            category: .business,
            fields: fields.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) },
            neverShare: []
        )
    }

    private func counts(_ findings: [(name: String, value: Int)]) -> ImportedCounts {
        ImportedCounts(
            read: 10,
            filtered: 1,
            rejected: 2,
            imported: 3,
            updated: 4,
            unchanged: 0,
            findings: Members(findings)
        )
    }

    @Test func `rules, gaps and links are counted from the records as they are`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        let records = [
            self.record(
                "1",
                [
                    "subject.name": "A", "subject.kvk": "12345678", "location.address": "Kade 1",
                    "location.postcode": "1234AB", "location.place": "X", "date": "2025-01-01",
                    "status": "compliant",
                ]
            ),
            self.record(
                "2",
                ["subject.name": "B", "subject.kvk": "123", "location.postcode": "12"]
            ),
            self.record("3", ["subject.name": "C", "subject.bsn": "111111111"]),
            self.record("4", ["date": "2025-01-01"], type: .permit),
            self.record("6", ["subject.name": "D", "location.bag": "0363100012345678"]),
            self.record("5", ["subject.kvk": "99"], source: "ander", type: .location),
        ]
        _ = try await live.node.store.importRecords(records, at: 1)
        let all = try await live.ask(ShowQuality())
        #expect(all.sources.map(\.source) == ["ander", "bron"] && all.left_out == 0)
        let bron = try #require(all.sources.last)
        #expect(bron.records == 5 && bron.with_number == 1)
        // The second has a name and a postcode, whatever its form, the last a place in the register of buildings.
        #expect(bron.by_name_and_place == 2 && bron.unlinkable == 2)
        let filled = Dictionary(uniqueKeysWithValues: bron.fields.map { ($0.field, $0.filled) })
        #expect(
            filled == [
                "subject.name": 4, "number": 1, "location.address": 1, "location.postcode": 2,
                "location.place": 1, "date": 2, "status": 1,
            ]
        )
        // A permit has no outcome.
        #expect(bron.fields.first { $0.field == "status" }?.wanted == 4)
        #expect(bron.rules.map(\.rule) == ["bsn.elfproef", "kvk.format", "postcode.format"])
        #expect(bron.rules.allSatisfy { $0.now == 1 && $0.last == nil && $0.records.count == 1 })
        let bsn = try #require(bron.rules.first?.records.first)
        #expect(bsn.key == "3" && bsn.value.isEmpty && !bsn.suggestion.contains("111111111"))
        #expect(!all.table.text().contains("111111111"))
        #expect(all.table.text().split(separator: "\r\n").count == 5)
        let one = try await live.ask(ShowQuality(source: "ander", named: 0))
        #expect(one.sources.map(\.source) == ["ander"])
        #expect(one.sources[0].rules[0].now == 1 && one.sources[0].rules[0].records.isEmpty)
        #expect(try await live.ask(ShowQuality(source: "geen")).sources.isEmpty)
        for named in [-1, ShowQuality.namedMax + 1] {
            await #expect(
                throws: Refusal.invalid(.limit, .outside(named, min: 0, max: ShowQuality.namedMax))
            ) { try await live.ask(ShowQuality(named: named)) }
        }
        _ = try await live.ask(ShowQuality(named: ShowQuality.namedMax))
    }

    @Test func `a BSN is shown by no rule, also where the source has it in another column`()
        async throws
    {
        let live = try LiveNode("od-noord", .odToezicht)
        let (good, bad) = ("123456782", "111111112")
        let records = [good, bad].map {
            self.record(
                $0 == good ? "1" : "2",
                ["subject.bsn": $0, "subject.kvk": $0, "location.postcode": $0]
            )
        }
        _ = try await live.node.store.importRecords(records, at: 1)
        let answer = try await live.ask(ShowQuality())
        let rules = try #require(answer.sources.first).rules
        #expect(rules.map(\.rule) == ["bsn.elfproef", "kvk.format", "postcode.format"])
        #expect(rules.map(\.records.count) == [1, 2, 2])
        #expect(rules.allSatisfy { $0.records.allSatisfy { $0.value.isEmpty } })
        let told = answer.table.text() + "\(answer)"
        #expect(!told.contains(good) && !told.contains(bad))
    }

    @Test func `of imports the last ones are kept, without values, the newest first`() async throws
    {
        let live = try LiveNode("od-noord", .odToezicht)
        let places = (1...NoteImport.placesMax + 1).map {
            FindingPlace(rule: "kvk.format", line: $0, field: "subject.kvk")
        }
        for number in 1...NoteImport.importsMax + 2 {
            let kept = try await live.ask(
                NoteImport(
                    source: "bron",
                    counts: self.counts([(name: "kvk.format", value: number)]),
                    places: number == 1 ? [] : places
                )
            ).kept
            #expect(kept == min(number, NoteImport.importsMax))
        }
        // One of which every row was rejected has no records.
        let told = try await live.ask(ShowQuality(source: "bron", named: ShowQuality.namedMax))
        let bron = try #require(told.sources.first)
        #expect(bron.records == 0 && bron.imports.count == NoteImport.importsMax)
        #expect(
            bron.imports.map { $0.counts.findings["kvk.format"] ?? 0 }
                == (3...NoteImport.importsMax + 2).reversed()
        )
        let rule = try #require(bron.rules.first)
        #expect(rule.last == NoteImport.importsMax + 2 && rule.before == NoteImport.importsMax + 1)
        #expect(rule.now == 0 && rule.places.count == NoteImport.placesMax)
        #expect(rule.places.first?.line == 1)
    }
}
