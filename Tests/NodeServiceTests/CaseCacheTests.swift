import CaseModel
import Cryptography
import NodeInterface
import SyncLog
import Testing

@testable import NodeService

/// Which cases are kept open.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct CaseCacheTests {
    private func isKept(_ caseID: ObjectID, at node: LiveNode, _ table: TableID) async throws
        -> Bool
    {
        var cache = try await node.node.caseCache
        let key = CaseCache.Key(table: table, caseID: caseID)
        return cache.counted(key, charter: table, isHeadEnough: true) != nil
    }

    @Test func `eight cases are kept, and the ninth takes the place of the one used longest ago`()
        async throws
    {
        let node = try LiveNode("od-noord", .odToezicht)
        let partner = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([node, partner]).id
        var cases: [ObjectID] = []
        for number in 0..<9 {
            cases.append(try await node.openCase("Zaak \(number)", in: table, to: nil))
        }
        func use(_ numbers: [Int]) async throws {
            for number in numbers {
                try await node.ask(AddNote(case: cases[number].hex, text: "gezien"))
            }
        }
        try await use([0, 1, 2, 3, 4, 5, 6, 7])
        for number in 0..<9 {
            #expect(try await self.isKept(cases[number], at: node, table) == (number != 8))
        }
        // Used again in another order, so that 3 was used longest ago; and 4 twice.
        try await use([3, 1, 2, 0, 7, 6, 5, 4, 4])
        try await use([8])
        for number in 0..<9 {
            #expect(try await self.isKept(cases[number], at: node, table) == (number != 3))
        }
    }

    @Test func `a case judged under another charter is read anew`() async throws {
        let node = try LiveNode("od-noord", .odToezicht)
        let partner = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([node, partner]).id
        let caseID = try await node.openCase("Zaak", in: table, to: nil)
        try await node.ask(AddNote(case: caseID.hex, text: "gezien"))
        #expect(try await self.isKept(caseID, at: node, table))
        var cache = try await node.node.caseCache
        let key = CaseCache.Key(table: table, caseID: caseID)
        #expect(cache.counted(key, charter: Digest(hashing: [2]), isHeadEnough: true) == nil)
    }
}
