import CaseModel
import NodeInterface
import PeerTransport
import Testing
import Wire

@testable import NodeService

/// `sync now` while other sessions come and go.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SyncNowTests {
    @Test func `a session that ends under a round is not the peer's last word`() async throws {
        let table = try await HostileTable()
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.settle(table.id)
        let victim = table.victim
        async let answer = victim.ask(SyncNow(peer: HostileTable.hostileHandle))
        _ = try await session.next { message -> Bool? in
            if case .headsDigest(let digest) = message, digest.isRound { true } else { nil }
        }
        await session.connection.close()
        // It is dialled then, at the endpoints of its card, which has none.
        let told = try await answer
        #expect(told.outcome == .unavailable)
        #expect(told.peers.contains { $0.error?.contains("its card names no endpoint") == true })
        try await table.checkAndStop(alarm: nil)
    }

    @Test func `a session that gives way to another with its hello ends no round`() async throws {
        let table = try await HostileTable()
        let older = try await table.hostile.dial(table.victim)
        let kept = try await table.hostile.greet(table.victim, table: table.id)
        try await kept.settle(table.id)
        let victim = table.victim
        async let answer = victim.ask(SyncNow(peer: HostileTable.hostileHandle))
        _ = try await kept.next { message -> Bool? in
            if case .headsDigest(let digest) = message, digest.isRound { true } else { nil }
        }
        // Of two sessions of one dialler the younger stays, whose hello was first here.
        try await table.hostile.sayHello(over: older, table: table.id)
        _ = await older.ending()
        await kept.connection.close()
        let told = try await answer
        #expect(told.outcome == .unavailable)
        #expect(told.peers.contains { $0.error?.contains("its card names no endpoint") == true })
        try await table.checkAndStop(alarm: nil)
    }

    @Test func `each side can synchronise as soon as the other is done`() async throws {
        let table = try await HostileTable()
        for round in 0..<20 {
            #expect(try await table.honest.syncNow(with: "od-noord") == .done, "round \(round)")
            #expect(try await table.victim.syncNow(with: "ilt") == .done, "round \(round)")
        }
        try await table.checkAndStop(alarm: nil)
    }
}
