import CaseModel
import Cryptography
import Foundation
import NodeInterface
import SyncEngine
import SyncLog
import Terminal
import Testing

@testable import NodeService

/// Lists of cases come in pages: nobody's cases make a list that nobody can read.
@Suite(.serialized)
struct CaseListTests {
    @Test func `a list has at most 200 cases, and says where it goes on`() async throws {
        let nodes = [
            try LiveNode("od-noord", .odToezicht), try LiveNode("politie", .politie),
        ]
        let table = try await LiveTable(nodes).id
        let (live, hex) = (nodes[0], TextEncoding.hex(table.bytes))
        func list(after last: String?) async throws -> ListCases.Answer {
            try await live.ask(ListCases(table: hex, after: last))
        }
        var opened: Set<String> = []
        for number in 1...200 {
            opened.insert(try await live.openCase("Zaak \(number)", in: table, to: nil).hex)
        }
        let whole = try await list(after: nil)
        #expect(Set(whole.cases.map(\.case)) == opened && whole.next == nil)

        let last = try await live.openCase("Zaak 201", in: table, to: nil).hex
        let all = opened.union([last]).sorted()
        let first = try await list(after: nil)
        #expect(first.cases.map(\.case) == Array(all.prefix(200)) && first.next == all[199])
        let rest = try await list(after: first.next)
        #expect(rest.cases.map(\.case) == [all[200]] && rest.next == nil)
        #expect(try await live.ask(ListCases()).next == all[199])
        // A page may start behind an ID that is no case.
        let middle = try await list(after: String(all[99].dropLast()) + "0")
        #expect(middle.cases.count >= 101)
        await #expect(throws: Refusal.self) { try await list(after: "abc") }
    }

    @Test func `a list shows what changed since it was shown`() async throws {
        let nodes = [
            try LiveNode("od-noord", .odToezicht), try LiveNode("politie", .politie),
        ]
        let table = try await LiveTable(nodes).id
        for node in nodes { try await node.start() }
        let caseID = try await nodes[0].openCase("Eerst", in: table, to: nil)
        #expect(try await nodes[0].ask(SyncNow()).outcome == .done)
        func titles(at node: LiveNode) async throws -> [[String]] {
            try await node.ask(ListCases()).cases.map(\.titles)
        }
        for node in nodes { #expect(try await titles(at: node) == [["Eerst"]]) }
        try await nodes[0].ask(SetCase(case: caseID.hex, field: "title", value: "Daarna"))
        #expect(try await titles(at: nodes[0]) == [["Daarna"]])
        #expect(try await nodes[0].ask(SyncNow()).outcome == .done)
        #expect(try await titles(at: nodes[1]) == [["Daarna"]])
        let record = try await nodes[1].importRecord(key: "a", name: "Naam", kvk: "20000001")
        _ = try await nodes[1].share(record, in: caseID, to: nil)
        #expect(try await nodes[1].ask(ListCases()).cases.map(\.fragments) == [1])
    }

    @Test func `up to 4,096 lines are kept`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        let partner = try LiveNode("politie", .politie)
        let table = try await LiveTable([live, partner]).id
        let caseID = try await live.openCase("Zaak", in: table, to: nil)
        let reader = try await live.node.reader
        let state = try #require(reader.tables[table])
        let summary = try reader.counted(caseID, in: state)?.summary(on: "2026-01-01")
        let cache = CaseCache()
        func key(_ number: Int) -> CaseCache.Key {
            CaseCache.Key(table: table, caseID: ObjectID(high: 1, low: UInt64(number)))
        }
        func isKept(_ number: Int, on day: String = "2026-01-01") -> Bool {
            cache.line(key(number), judgement: table, day: day) != nil
        }
        for number in 0..<CaseCache.linesMax {
            let reading = cache.begin(key(number))
            cache.end(reading, with: summary, judgement: table, day: "2026-01-01")
        }
        #expect(isKept(0) && isKept(CaseCache.linesMax - 1))
        // What has expired depends on the day.
        #expect(!isKept(0, on: "2026-01-02"))
        let last = cache.begin(key(CaseCache.linesMax))
        cache.end(last, with: summary, judgement: table, day: "2026-01-01")
        #expect(isKept(CaseCache.linesMax) && !isKept(0))
    }
}
