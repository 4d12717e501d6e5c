import Cryptography
import NodeInterface
import PeerTransport
import SyncLog
import Testing

@testable import NodeService

/// Alarms last until they end, over restarts (`Protocol/alarms.md`).
@Suite(.serialized, .timeLimit(.minutes(5)))
struct AlarmTests {
    @Test func `what happened stands over a restart until it was seen`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        try await live.raise("een klok", .clock)
        try await live.raise("een klok", .clock)
        try await live.raise("iets", .event)
        #expect(try await live.ask(ShowStatus()).outcome == .finding)
        var told = try await live.ask(ShowStatus())
        #expect(told.alarms.map(\.code) == ["clock", "event"], "the same twice is told once")
        let since = told.alarms.first?.since
        try await live.reopen()
        told = try await live.ask(ShowStatus())
        #expect(told.alarms.map(\.text) == ["een klok"])
        #expect(told.alarms.first?.since == since && told.alarms.first?.until == nil)
        #expect(try await live.ask(AcknowledgeAlarms()).outcome == .done)
        told = try await live.ask(ShowStatus())
        #expect(told.alarms.isEmpty && told.past_alarms.map(\.text) == ["een klok"])
        #expect(told.past_alarms.first?.until != nil)
        try await live.reopen()
        told = try await live.ask(ShowStatus())
        #expect(told.alarms.isEmpty && told.past_alarms.count == 1)
        // Told again, it stands again.
        try await live.raise("een klok", .clock)
        #expect(try await live.ask(ShowStatus()).outcome == .finding)
    }

    @Test func `that a partner is put back is told once, as it is now, and no seeing ends it`()
        async throws
    {
        let live = try LiveNode("od-noord", .odToezicht)
        try await live.raise("heeft er 3", .partnerPutBack)
        try await live.raise("heeft er 10", .partnerPutBack)
        #expect(try await live.ask(AcknowledgeAlarms()).outcome == .finding)
        let told = try await live.ask(ShowStatus())
        #expect(told.alarms.map(\.text) == ["heeft er 10"])
        #expect(told.past_alarms.isEmpty)
    }

    @Test func `who comes for a moment only is not silent`() async throws {
        let table = try await HostileTable()
        let node = try await table.victim.node
        let peer = table.hostile.card.identity
        func isTold() async throws -> Bool {
            let told = try await table.victim.ask(ShowStatus())
            return told.alarms.contains { $0.code == "silent" && $0.text.contains("mallory") }
        }
        await node.checkAlarms(isForced: true)
        let noticed = try #require(await node.troubles[peer]?.since)
        await node.raise("mallory: not reached", .silent, about: TextEncoding.hex(peer.bytes))
        // Who says no hello is not reached.
        let knock = try await table.hostile.dial(table.victim)
        _ = try await knock.next()
        await node.checkAlarms(isForced: true)
        #expect(try await isTold())
        await knock.connection.close()
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.settle(table.id)
        await session.connection.close()
        #expect(try await !isTold())
        try await eventually("the time counts anew") {
            await node.troubles[peer].map { $0.since > noticed } ?? false
        }
        try await table.stop()
    }

    @Test func `ended alarms make room before those that stand`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        try await live.raise("gezien", .clock)
        try await live.ask(AcknowledgeAlarms())
        for number in 0..<AlarmList.countMax { try await live.raise("\(number)", .event) }
        let told = try await live.ask(ShowStatus())
        #expect(told.alarms.map(\.text) == (0..<AlarmList.countMax).map(String.init))
        #expect(told.past_alarms.isEmpty)
    }

    @Test(
        arguments: [
            (1, true), (NodeConfiguration.silentMinutesMax, true), (0, false), (-1, false),
            (NodeConfiguration.silentMinutesMax + 1, false), (.max, false),
        ]
    )
    func `minutes until a partner is silent have a limit`(minutes: Int, isValid: Bool) throws {
        var configuration = NodeConfiguration(listen: "127.0.0.1:1", http: nil)
        configuration.alarmMinutes = minutes
        let bytes = try configuration.encoded()
        guard isValid else {
            #expect(throws: NodeFailure.self) { try NodeConfiguration(decoding: bytes) }
            return
        }
        #expect(
            try NodeConfiguration(decoding: bytes).silentMilliseconds == UInt64(minutes) * 60_000
        )
    }

    @Test(
        arguments: [
            (299_000, "about 5 minutes"), (59_000, "59 seconds"), (3_600_000, "about 1 hour"),
            (86_400_000 * 2, "about 2 days"), (157_680_000_000, "about 5 years"),
        ] as [(UInt64, String)]
    )
    func `a time that clocks differ by is told in words`(milliseconds: UInt64, words: String) {
        #expect(Node.duration(milliseconds) == words)
    }
}

extension LiveNode {
    func raise(_ text: String, _ code: AlarmCode) async throws {
        try await self.node.raise(text, code)
    }
}
