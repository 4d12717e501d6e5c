import CaseModel
import Cryptography
import PeerTransport
import SyncLog
import Testing
import Wire

@testable import NodeService

/// A member that signs the next version of the charter alone (`Protocol/keys.md` §3).
@Suite(.serialized, .timeLimit(.minutes(5)))
struct DraftTests {
    /// The table's file with a next version that only the hostile member has signed.
    private func draft(
        of table: HostileTable,
        cards: [Card] = [],
        _ change: (inout Charter) -> Void
    ) throws -> TableFile {
        var charter = table.file.charters[0].charter
        charter.version = 2
        charter.previous = table.file.charters[0].textHash
        change(&charter)
        var signed = try SignedCharter(charter)
        signed.sign(with: table.hostile.keys.keys.identity, members: table.file.governing.members)
        var text = "tafel/v1/table\n"
        for charter in table.file.charters + [signed] {
            text += "=== charter\n" + charter.note.encodedText
        }
        for card in table.file.cards.sorted(by: { $0.key < $1.key }).map(\.value) + cards {
            text += "=== card\n" + card.note.encodedText
        }
        return try TableFile(parsing: Array(text.utf8))
    }

    private func version(at node: LiveNode, _ table: TableID) async throws -> Int {
        struct Document: Decodable {
            let version: Int
            let members: [Member]
            struct Member: Decodable { let handle: String }
        }
        let request = NodeRequest.showTable(id: TextEncoding.hex(table.bytes))
        let shown = try await node.perform(request, as: Document.self)
        #expect(shown.members.map(\.handle) == ["od-noord", "ilt", HostileTable.hostileHandle])
        return shown.version
    }

    @Test func `a draft that drops a partner shuts nobody out`() async throws {
        let table = try await HostileTable()
        let file = try self.draft(of: table) { charter in
            charter.members.removeAll { $0.handle == "ilt" }
            charter.quorum = 2
        }
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.send(.tableFile(file))
        // Acknowledged in order: what came before was looked at.
        let log = try table.forgedLog().log
        try await session.give(log.chunk(from: 0))
        #expect(try await self.version(at: table.victim, table.id) == 1)
        #expect(try await table.honest.syncNow(with: "od-noord") == 0)
        #expect(try await table.victim.syncNow(with: "ilt") == 0)
        try await table.victim.stop()
        try await table.victim.reopen()
        try await table.victim.start()
        #expect(try await self.version(at: table.victim, table.id) == 1)
        #expect(try await table.honest.syncNow(with: "od-noord") == 0)
        // The honest node holds it no more than the victim: a file is passed on as it is held.
        #expect(try await self.version(at: table.honest, table.id) == 1)
        try await table.checkAndStop(alarm: nil)
    }

    @Test func `a draft's new member is not let in`() async throws {
        let table = try await HostileTable()
        let accomplice = try HostilePeer("accomplice")
        let file = try self.draft(of: table, cards: [accomplice.card]) { charter in
            charter.quorum = 3
            charter.members.append(
                Member(
                    number: 4,
                    role: .partner,
                    memberClass: .odToezicht,
                    handle: "accomplice",
                    identity: accomplice.card.identity
                )
            )
        }
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.send(.tableFile(file))
        try await session.give(try table.forgedLog().log.chunk(from: 0))
        await #expect(throws: (any Error).self) {
            let refused = try await accomplice.dial(table.victim)
            _ = try await refused.next()
        }
        #expect(try await self.version(at: table.victim, table.id) == 1)
        try await table.checkAndStop(alarm: nil)
    }
}
