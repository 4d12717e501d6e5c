import CaseModel
import Cryptography
import NodeInterface
import PeerTransport
import ReplicatedTypes
import SyncLog
import Testing
import Wire

@testable import NodeService

/// A member that supersedes and removes what others have yet to write.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct HostileReferenceTests {
    /// References to what members 1 and 2 may write next, 256 an operation, with guessed hashes.
    private static func guesses() -> [[DotReference]] {
        (MemberNumber(1)...2).flatMap { member in
            (UInt64(0)..<4).map { block in
                (0..<256).map { index in
                    DotReference(
                        dot: Dot(
                            member: member,
                            generation: 0,
                            index: block * 256 + index,
                            operation: 0
                        ),
                        entry: UInt128(index)
                    )
                }
            }
        }
    }

    @Test func `what is written after a flood of references to the future stands`() async throws {
        let table = try await HostileTable()
        var (log, chain) = try table.forgedLog()
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.give(log.chunk(from: 0))
        let first = Int(log.size)
        var operations = Self.guesses().map { CaseOperation.remove($0) }
        operations += Self.guesses().map {
            .setRegister(.title, value: "Gekaapt", supersedes: $0)
        }
        try log.appendContent(
            .operations,
            try OperationsPayload(audienceVersion: 1, operations: operations).payload,
            caseID: table.caseID,
            to: table.everybody,
            chain: &chain
        )
        try await session.give(log.chunk(from: first))
        let id = table.caseID.hex
        for node in [table.victim, table.honest] {
            _ = try await table.honest.syncNow(with: "od-noord")
            let title = "Titel van \(node === table.victim ? "od-noord" : "ilt")"
            try await node.ask(SetCase(case: id, field: "title", value: title))
            try await node.ask(TagCase(case: id, tag: title))
            let view = try await node.ask(ShowCase(case: id))
            #expect(view.title.map(\.value) == [title])
            #expect(try await node.canonical(table.caseID).contains("\"tag\":\"\(title)\""))
        }
        await session.connection.close()
        try await table.checkAndStop(alarm: nil)
    }

    @Test func `a node refuses to write what would not count, and says the limit`() async throws {
        let node = try LiveNode("od-noord", .odToezicht)
        let partner = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([node, partner]).id
        let caseID = try await node.openCase("Zaak", in: table, to: nil)
        let text = String(repeating: "x", count: 65_536)
        for _ in 0..<64 { try await node.ask(AddNote(case: caseID.hex, text: text)) }
        let error = await #expect(throws: Refusal.self) {
            try await node.ask(AddNote(case: caseID.hex, text: "x"))
        }
        #expect(error == .refused(.case(.full(.text, max: 4_194_304))))
        // Other things still go.
        try await node.ask(TagCase(case: caseID.hex, tag: "vol"))
        #expect(try await node.canonical(caseID).contains("\"tag\":\"vol\""))
        try await node.stop()
    }
}
