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
}
