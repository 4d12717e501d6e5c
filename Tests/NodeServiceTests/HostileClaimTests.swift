import Cryptography
import Foundation
import NodeInterface
import PeerTransport
import ReplicatedTypes
import SyncEngine
import SyncLog
import Testing
import Wire

@testable import NodeService

/// What a member signs about logs and is not so: a receipt that denies, a second history.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct HostileClaimTests {
    @Test func `a receipt that denies what was given raises an alarm`() async throws {
        let table = try await HostileTable()
        var (log, _) = try table.forgedLog()
        let own = LogID(member: 1, generation: 0)
        let state = try await table.victim.state(of: own, in: table.id)
        let checkpoint = try #require(state.checkpoint).cosigned(
            with: table.hostile.keys.keys.witness,
            as: .witness(table.hostile.card.witnessKey, of: table.hostile.card.identity),
            seconds: 1
        )
        let item = try #require(
            LogReceipt(
                log: own,
                checkpoint: checkpoint,
                heldCount: 0,
                heldHash: HeldEntries().hash,
                unopened: []
            )
        )
        log.append(log.header(.receipt), payload: try #require(Receipt([item])).payload)
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.give(log.chunk(from: 0))
        await session.connection.close()
        try await table.checkAndStop(alarm: "confirms other entries")
    }

    @Test func `what receipts quote of another own history is told, and exported once each`()
        async throws
    {
        let table = try await HostileTable()
        var (log, _) = try table.forgedLog()
        let own = LogID(member: 1, generation: 0)
        let size = try await table.victim.state(of: own, in: table.id).size
        let witness = NoteKey.witness(
            table.hostile.card.witnessKey,
            of: table.hostile.card.identity
        )
        let max = BundleWriting.contradictionsMax
        for number in 0...max {
            let checkpoint = try await table.victim.signed(
                size: size,
                root: Digest(hashing: [UInt8(number)]),
                of: own,
                in: table.id
            )
            let item = LogReceipt(
                log: own,
                checkpoint: checkpoint.cosigned(
                    with: table.hostile.keys.keys.witness,
                    as: witness,
                    seconds: 1
                ),
                heldCount: 0,
                heldHash: HeldEntries().hash,
                unopened: []
            )
            let sole = try #require(item)
            let receipt = try #require(Receipt([sole]))
            for _ in 0..<2 { log.append(log.header(.receipt), payload: receipt.payload) }
        }
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.give(log.chunk(from: 0))
        await session.connection.close()
        let export = ExportLog(table: TextEncoding.hex(table.id.bytes))
        let bundle = try Wire.Bundle(parsing: try await table.victim.bytes(of: export))
        #expect(bundle.body.receipts.filter { $0.log == log.log }.count == max)
        try await table.checkAndStop(alarm: "a receipt of mallory quotes another history of it")
    }

    @Test func `entries of another time are told, and move nothing`() async throws {
        let table = try await HostileTable()
        var (log, _) = try table.forgedLog()
        var header = log.header(.card)
        let years: UInt64 = 5 * 365 * 86_400_000
        header.time = HybridTime(milliseconds: header.time.milliseconds + years)
        log.append(header, payload: table.hostile.card.note.encoded)
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.give(log.chunk(from: 0))
        await session.connection.close()
        try await table.victim.ask(AddNote(case: table.caseID.hex, text: "daarna"))
        let own = try await table.victim.items(of: LogID(member: 1, generation: 0), in: table.id)
        let last = try #require(own.compactMap(\.header).last)
        let now = UInt64(Date().timeIntervalSince1970 * 1_000)
        #expect(last.time.milliseconds <= now + 1_000, "the own clock is not moved")
        try await table.checkAndStop(alarm: "dated entries about 5 years ahead")
    }

    @Test func `who may have followed another's clock is not told of`() async throws {
        let table = try await HostileTable()
        var (log, _) = try table.forgedLog()
        var header = log.header(.card)
        // An honest node follows a liar for 300 s, and its clock may be a little ahead of this one.
        header.time = HybridTime(milliseconds: header.time.milliseconds + 590_000)
        log.append(header, payload: table.hostile.card.note.encoded)
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.give(log.chunk(from: 0))
        await session.connection.close()
        try await table.checkAndStop(alarm: nil)
    }

    @Test func `of a wrong clock the worst of each direction is told`() async throws {
        let table = try await HostileTable()
        var (log, _) = try table.forgedLog()
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.give(log.chunk(from: 0))
        let node = try await table.victim.node
        await node.noteLevel(table.hostile.card.identity, in: table.id)
        let hour: Int64 = 3_600_000
        func told(after hours: Int64) async throws -> [String] {
            var header = log.header(.card)
            let time = Int64(header.time.milliseconds) + hours * hour
            header.time = HybridTime(milliseconds: UInt64(time))
            let size = log.size
            log.append(header, payload: table.hostile.card.note.encoded)
            try await session.give(log.chunk(from: Int(size)))
            return await node.alarms.standing.filter { $0.code == .clock }.map(\.text)
        }
        #expect(try await told(after: -48).map { $0.contains("about 2 days before") } == [true])
        #expect(try await told(after: -72).map { $0.contains("about 2 days before") } == [true])
        var texts = try await told(after: 48)
        #expect(texts.count == 2 && texts.last?.contains("about 2 days ahead") == true)
        // Markedly worse: a new alarm in the place of the old.
        texts = try await told(after: 24 * 3_650)
        #expect(texts.count == 2 && texts.last?.contains("about 10 years ahead") == true)
        texts = try await told(after: -24 * 400)
        #expect(texts.count == 2 && texts.last?.contains("about 1 year before") == true)
        await node.acknowledgeAlarms()
        #expect(try await told(after: 72).count == 1)
        await session.connection.close()
        try await table.stop()
    }

    @Test func `two histories of one size are found, told, and stay disputed`() async throws {
        let table = try await HostileTable()
        var (one, chain) = try table.forgedLog()
        var (other, otherChain) = (one, chain)
        func claim(_ text: String, _ log: inout ForgedLog, _ chain: inout ForgedChain) throws {
            try log.appendContent(
                .operations,
                try HostileTable.note(text),
                caseID: table.caseID,
                to: table.everybody,
                chain: &chain
            )
        }
        try claim("voor de een", &one, &chain)
        try claim("voor de ander", &other, &otherChain)
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.give(one.chunk(from: 0))
        let before = try await table.victim.items(of: one.log, in: table.id)
        let head = LogHead(log: other.log, checkpoint: other.checkpoint())
        try await session.send(.heads(Heads(table: table.id, logs: [head], refused: [])))
        try await session.prove(other)
        try await session.settle(table.id)
        // Nothing is read of it any more.
        var longer = one
        longer.append(longer.header(.card), payload: table.hostile.card.note.encoded)
        try await session.send(.chunk(longer.chunk(from: 5)))
        try await session.settle(table.id)
        #expect(try await table.victim.items(of: one.log, in: table.id) == before)
        #expect(
            try await table.victim.alarms().contains {
                $0.contains("of mallory: its author signed two histories")
                    && $0.contains("differ from entry 4 on")
            }
        )
        await session.connection.close()
        for _ in 0..<2 {
            let status = try await table.victim.ask(ShowSyncStatus())
            #expect(status.logs.first { $0.author == "mallory" }?.disputed == true)
            // A restart forgets nothing of it.
            try await table.victim.reopen()
        }
        try await table.victim.checkOwnLog(in: table.id, member: 1)
        try await table.stop()
    }
}
