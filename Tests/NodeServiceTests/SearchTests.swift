import NodeInterface
import RecordImport
import RecordStore
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
        try await node.ask(SearchRecords(kvk: kvk, limit: limit, candidate_limit: most))
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
            await #expect(throws: Refusal.self) {
                _ = try await self.search(kvk, -1, at: noord)
            }
        }
        let page = try await self.search(Self.kvk, nil, limit: 2, at: noord)
        #expect(page.hits.count == 2 && page.total == 4 && !page.more)
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
