import Cryptography
import Foundation
import NodeInterface
import PeerTransport
import SyncLog
import Testing
import Wire

@testable import NodeService

/// What `node status` says of partners, beside what is known of them here.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct StatusTests {
    @Test func `a status is answered whatever a partner claims`() async throws {
        let table = try await HostileTable()
        let (log, _) = try table.forgedLog()
        let session = try await table.hostile.greet(table.victim, table: table.id)
        let size = EntryHeader.treeSizeMax
        let heads = (0...40).map { generation in
            let name = LogID(member: log.log.member, generation: UInt16(generation))
            return LogHead(
                log: name,
                checkpoint: log.checkpoint(
                    size: size,
                    root: .zero,
                    origin: name.origin(table: table.id)
                )
            )
        }
        try await session.send(.heads(Heads(table: table.id, logs: heads, refused: [])))
        try await session.settle(table.id)
        let status = try await table.victim.ask(ShowStatus())
        let peer = try #require(status.peers.first { $0.handle == "mallory" })
        // Logs that cannot exist are not missing.
        #expect(peer.missing_entries == Int(size))
        let named = NamedAnswer(status)
        #expect(try named.read(as: NodeStatus.self).peers == status.peers)
        await session.connection.close()
        try await table.stop()
    }

    @Test func `what a partner says it has and what came of it is told apart`() async throws {
        let table = try await HostileTable()
        func peer() async throws -> NodeStatus.Peer {
            let status = try await table.victim.ask(ShowStatus())
            #expect(status.uptime_seconds != nil)
            #expect(try #require(status.disk_free_bytes) > 0)
            return try #require(status.peers.first { $0.handle == "mallory" })
        }
        let unmet = try await peer()
        #expect(!unmet.connected)
        #expect(unmet.since == nil && unmet.address == nil && unmet.missing_entries == nil)

        let (log, _) = try table.forgedLog()
        let session = try await table.hostile.greet(table.victim, table: table.id)
        let head = LogHead(log: log.log, checkpoint: log.checkpoint())
        try await session.send(.heads(Heads(table: table.id, logs: [head], refused: [])))
        try await session.settle(table.id)
        let claimed = try await peer()
        #expect(claimed.connected)
        #expect(claimed.since != nil)
        #expect(claimed.address?.hasPrefix("127.0.0.1:") == true)
        #expect(claimed.missing_entries == Int(log.size))

        try await session.give(log.chunk(from: 0))
        #expect(try await peer().missing_entries == 0)

        await session.connection.close()
        var gone = try await peer()
        while gone.connected {
            try await Task.sleep(for: .milliseconds(10))
            gone = try await peer()
        }
        #expect(gone.address == nil)
        #expect(try #require(gone.since) >= claimed.since ?? "")
        try await table.checkAndStop(alarm: nil)
    }
}
