import CaseModel
import Cryptography
import NodeInterface
import PeerTransport
import RecordStore
import SyncEngine
import SyncLog
import Testing
import Wire

@testable import NodeService

/// Messages in the wrong place, and hellos that lie.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct HostileSessionTests {
    /// Does something on a fresh connection and checks that the node closed it with a goodbye.
    private func refused(
        alarm: String,
        code: GoodbyeCode,
        _ act: (HostileTable, HostileSession) async throws -> Void
    ) async throws {
        let table = try await HostileTable()
        let session = try await table.hostile.dial(table.victim)
        guard case .hello = try await session.next() else { throw HostileError.unexpected }
        try await act(table, session)
        let codes = await session.ending().compactMap { message -> GoodbyeCode? in
            if case .goodbye(let code, _) = message { code } else { nil }
        }
        #expect(codes == [code])
        try await table.checkAndStop(alarm: alarm)
    }

    @Test func `a hello with another's card is refused`() async throws {
        try await self.refused(alarm: "not the certificate's", code: .verification) {
            table,
            session in
            try await session.send(
                .hello(Hello(version: 1, card: table.honest.card, tables: [:]))
            )
        }
    }

    @Test func `a hello of version 2 is refused`() async throws {
        try await self.refused(alarm: "version 1", code: .version) { table, session in
            try await session.send(
                .hello(Hello(version: 2, card: table.hostile.card, tables: [:]))
            )
        }
    }

    @Test func `a message before the hello is refused and not looked at`() async throws {
        try await self.refused(alarm: "a hello comes first", code: .malformed) { table, session in
            try await session.send(.chunk(try table.forgedLog().log.chunk(from: 0)))
        }
    }

    @Test func `what follows a refused message is not looked at`() async throws {
        let table = try await HostileTable()
        let (log, _) = try table.forgedLog()
        let session = try await table.hostile.dial(table.victim)
        guard case .hello(let hello) = try await session.next() else {
            throw HostileError.unexpected
        }
        try await session.send(.hello(Hello(version: 2, card: table.hostile.card, tables: [:])))
        try? await session.send(
            .hello(Hello(version: 1, card: table.hostile.card, tables: hello.tables))
        )
        try? await session.send(.chunk(log.chunk(from: 0)))
        _ = await session.ending()
        #expect(try await table.victim.items(of: log.log, in: table.id).isEmpty)
        try await table.checkAndStop(alarm: "version 1")
    }

    @Test func `a hello of 65 tables is refused`() async throws {
        try await self.refused(alarm: "is over a limit ('tables')", code: .limit) {
            table,
            session in
            let tables = (0..<65).map { (Digest(hashing: [$0]), Digest.zero) }
            try await session.send(
                .hello(
                    Hello(
                        version: 1,
                        card: table.hostile.card,
                        tables: Dictionary(uniqueKeysWithValues: tables)
                    )
                )
            )
        }
    }

    private static func quiet(
        _ description: String,
        _ tell:
            @escaping @Sendable (HostileTable, HostileSession, ForgedLog, ForgedChain) async throws
            -> Void
    ) -> Lie { Lie(description, alarm: nil, endsSession: false, tell: tell) }

    private static let elsewhere = Digest(hashing: Array("another table".utf8))

    static let lies: [Lie] = [
        quiet("a second hello") { table, session, _, _ in
            try await session.send(
                .hello(Hello(version: 1, card: table.hostile.card, tables: [Self.elsewhere: .zero]))
            )
        },
        Lie(
            "a chunk for a table that it is not at",
            alarm: "a table that it is not at",
            endsSession: false
        ) { _, session, log, _ in
            let chunk = log.chunk(from: 0)
            try await session.send(
                .chunk(
                    Chunk(
                        table: Self.elsewhere,
                        log: chunk.log,
                        from: 0,
                        items: chunk.items,
                        checkpoint: chunk.checkpoint,
                        isComplete: true
                    )
                )
            )
        },
        quiet("everything else for a table that it is not at") { _, session, log, _ in
            let digest = HeadsDigest(
                table: Self.elsewhere,
                digest: .zero,
                complete: 0,
                isSettled: true,
                isRound: true
            )
            try await session.send(.headsDigest(digest))
            let head = LogHead(log: log.log, checkpoint: log.checkpoint())
            try await session.send(.heads(Heads(table: Self.elsewhere, logs: [head], refused: [])))
            try await session.send(.ack(Ack(table: Self.elsewhere, log: log.log, size: 9)))
            try await session.send(
                .ask(Ask(table: Self.elsewhere, log: log.log, from: 0, until: 9))
            )
            try await session.send(
                .fill(
                    Fill(
                        table: Self.elsewhere,
                        log: log.log,
                        from: 0,
                        until: 4,
                        entries: log.entries,
                        isComplete: true
                    )
                )
            )
        },
        quiet("a file of a table that nobody accepted here") { table, session, _, _ in
            var charter = table.file.charters[0].charter
            charter.name = "Ongevraagd"
            var file = try TableFile(try SignedCharter(charter), cards: [table.hostile.card])
            try file.sign(with: table.hostile.keys.keys.identity)
            try await session.send(.tableFile(file))
        },
        quiet("acknowledgements of more than was sent") { table, session, _, _ in
            for member in [MemberNumber(1), 2, 3, 9] {
                let log = LogID(member: member, generation: 0)
                try await session.send(.ack(Ack(table: table.id, log: log, size: 1 << 48)))
            }
        },
        quiet("questions for logs and places that are not") { table, session, _, _ in
            for (member, from) in [(MemberNumber(1), UInt64(1) << 47), (9, 0), (1, 100)] {
                let log = LogID(member: member, generation: 0)
                try await session.send(
                    .ask(Ask(table: table.id, log: log, from: from, until: 1 << 48))
                )
            }
        },
        quiet("heads that claim everything, over and over") { table, session, log, _ in
            let head = LogHead(
                log: log.log,
                checkpoint: log.checkpoint(size: 1 << 48, root: Digest(hashing: [1]))
            )
            for _ in 0..<50 {
                try await session.send(.heads(Heads(table: table.id, logs: [head], refused: [])))
                try await session.send(.heads(Heads(table: table.id, logs: [], refused: [])))
            }
        },
        quiet("a chunk of the node's own log") { table, session, _, _ in
            let log = LogID(member: 1, generation: 0)
            let size = try await table.victim.state(of: log, in: table.id).size
            let origin = log.origin(table: table.id)
            let checkpoint = Checkpoint(
                origin: origin,
                size: size + 1,
                root: Digest(hashing: [1]),
                signedWith: table.hostile.keys.keys.log
            )
            for generation in [UInt16(0), 1] {
                try await session.send(
                    .chunk(
                        Chunk(
                            table: table.id,
                            log: LogID(member: 1, generation: generation),
                            from: generation == 0 ? size : 0,
                            items: [.leaf(Digest(hashing: [2]))],
                            checkpoint: checkpoint,
                            isComplete: true
                        )
                    )
                )
            }
        },
        quiet("that the node's own log is longer than it is, forged") { table, session, _, _ in
            let log = LogID(member: 1, generation: 0)
            let checkpoint = Checkpoint(
                origin: log.origin(table: table.id),
                size: 1 << 20,
                root: Digest(hashing: [1]),
                signedWith: table.hostile.keys.keys.log
            )
            let head = LogHead(log: log, checkpoint: checkpoint)
            try await session.send(.heads(Heads(table: table.id, logs: [head], refused: [])))
        },
    ]

    @Test(arguments: Self.lies)
    func `what has no meaning changes nothing`(lie: Lie) async throws {
        try await lie.check()
    }

    @Test func `asking gives nothing that is not addressed to who asks`() async throws {
        let table = try await HostileTable()
        let session = try await table.hostile.greet(table.victim, table: table.id)
        for member in [MemberNumber(1), 2] {
            let log = LogID(member: member, generation: 0)
            let items = try await table.victim.items(of: log, in: table.id)
            try await session.send(
                .ask(Ask(table: table.id, log: log, from: 0, until: UInt64(items.count)))
            )
            let fill = try await session.next { message -> Fill? in
                if case .fill(let fill) = message, fill.log == log { fill } else { nil }
            }
            let given = Set(fill.entries.map(\.header.index))
            for (index, item) in items.enumerated() {
                guard let header = item.header else { continue }
                let isForAll = !header.kind.hasAudience
                let audience = try await table.victim.read(table.id) { snapshot in
                    try snapshot.audience(header.audience)
                }
                let isAddressed = isForAll || audience?.contains(3) == true
                #expect(given.contains(UInt64(index)) == isAddressed, "\(member), \(index)")
            }
            if member == 1 { #expect(given.count < items.count) }
        }
        await session.connection.close()
        try await table.checkAndStop(alarm: nil)
    }

    @Test func `heads at zero give everything that is due and nothing else`() async throws {
        let table = try await HostileTable()
        let session = try await table.hostile.greet(table.victim, table: table.id)
        try await session.send(.heads(Heads(table: table.id, logs: [], refused: [])))
        var hidden = 0
        var logs: Set<MemberNumber> = []
        while logs.count < 2 {
            let chunk = try await session.next { message -> Chunk? in
                if case .chunk(let chunk) = message { chunk } else { nil }
            }
            logs.insert(chunk.log.member)
            for item in chunk.items {
                guard case .full(let entry) = item else {
                    hidden += 1
                    continue
                }
                guard entry.header.kind.hasAudience else { continue }
                #expect(entry.header.caseID != table.secretCaseID)
                if entry.header.kind == .keyGrant {
                    let grant = try KeyGrant(payload: entry.payload)
                    #expect(grant.audience.contains(3))
                }
            }
        }
        #expect(hidden >= 2, "the grant and the opening of the case for two")
        await session.connection.close()
        try await table.checkAndStop(alarm: nil)
    }

    @Test func `heads that are equal already let the round go on at once`() async throws {
        let table = try await HostileTable()
        let session = try await table.hostile.greet(table.victim, table: table.id)
        let heads = try await session.settle(table.id)
        let start = ContinuousClock.now
        // As when another session brought meanwhile what differed.
        try await session.send(.heads(heads))
        let digest = try await session.next { message -> HeadsDigest? in
            if case .headsDigest(let digest) = message { digest } else { nil }
        }
        #expect(digest.isRound)
        #expect(ContinuousClock.now - start < .seconds(10), "not only when a digest is due")
        await session.connection.close()
        try await table.checkAndStop(alarm: nil)
    }

    @Test func `a peer that asks without end and reads nothing is given little`() async throws {
        let table = try await HostileTable()
        let text = String(repeating: "lang ", count: 12_000)
        try await table.victim.ask(AddNote(case: table.caseID.hex, text: text))
        let log = LogID(member: 1, generation: 0)
        let size = try await table.victim.state(of: log, in: table.id).size
        let session = try await table.hostile.greet(table.victim, table: table.id)
        let ask = PeerMessage.ask(Ask(table: table.id, log: log, from: 0, until: size)).encoded
        for _ in 0..<1_500 { try await session.send(frame: ask) }
        try await Task.sleep(for: .seconds(1))
        let waiting = try await table.victim.node.links.all.map(\.waitingCount)
        #expect((waiting.max() ?? 0) <= 2 * PeerLink.waitingForReadsMax)
        // Once it reads, it gets its answers.
        let fill = try await session.next { message -> Fill? in
            if case .fill(let fill) = message { fill } else { nil }
        }
        #expect(fill.entries.contains { $0.payload.count > 60_000 })
        await session.connection.close()
        try await table.checkAndStop(alarm: nil)
    }
}
