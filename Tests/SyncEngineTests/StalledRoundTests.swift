import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// Rounds in which nothing moves, or hardly anything (`Protocol/sync.md` §3).
struct StalledRoundTests {
    @Test(arguments: [UInt64(1), 7, 16])
    func `a peer that goes on one by one is waited for 9 minutes, else on and on`(
        step: UInt64
    ) throws {
        var world = try TestTable.withAddressedEntries()
        let three = try world.audience([3])
        let entries = (0..<900).map { _ in world.draft(three, byteCount: 1) }
        try world.write(entries, by: 1)
        var session = TestSession(world, 1, with: 2)
        var effects: [SyncEngine.Effect] = []
        func isStalled() -> Bool {
            effects.contains { if case .roundStalled = $0 { true } else { false } }
        }
        _ = session.engine.handle(.tick(milliseconds: TestTable.start, random: 1))
        _ = session.receive(.heads(Heads(table: world.table, logs: [], refused: [])))
        var taken: UInt64 = 0
        var minute: UInt64 = 0
        while !isStalled(), minute < 40 {
            minute += 1
            taken += step
            effects = session.engine.handle(
                .tick(milliseconds: TestTable.start + minute * 55_000, random: 1)
            )
            guard !isStalled() else { break }
            effects = session.receive(
                .ack(Ack(table: world.table, log: world.log(1), size: taken))
            )
        }
        switch step {
        case 1: #expect(minute == 10, "16 have not moved in 8 minutes")
        default: #expect(minute == 40, "16 move in less")
        }
    }

    @Test func `acknowledgements and fills that bring nothing keep no round alive`() throws {
        var world = try TestTable.withAddressedEntries()
        try world.give(1, to: 2)
        let fill = try world.fill(of: 1, 0..<7, by: 1, to: 2)
        for lie in [0, 1, 2] {
            var session = TestSession(world, 2, with: 1)
            _ = session.engine.handle(.tick(milliseconds: TestTable.start, random: 1))
            _ = session.engine.handle(.roundWanted(world.card(1).identity))
            var hasStalled = false
            for step in UInt64(1)...14 {
                let time = TestTable.start + step * 9_000
                let effects = session.engine.handle(.tick(milliseconds: time, random: 1))
                hasStalled =
                    hasStalled
                    || effects.contains { if case .roundStalled = $0 { true } else { false } }
                switch lie {
                case 0:
                    let log = LogID(member: 60_000, generation: UInt16(step))
                    _ = session.receive(.ack(Ack(table: world.table, log: log, size: 1)))
                case 1:
                    let size = 1 << 40 + step
                    _ = session.receive(
                        .ack(Ack(table: world.table, log: world.log(2), size: size))
                    )
                default: _ = session.receive(.fill(fill))
                }
            }
            #expect(hasStalled, "lie \(lie)")
        }
    }

    /// Whether a round with member 2 stalls within 4 minutes, when each 9 s an entry of it comes, and `answer` says
    /// what else it sends.
    private func stalls(
        answer: (_ step: UInt64, _ world: TestTable) -> PeerMessage?
    ) throws -> Bool {
        var world = try TestTable.withAddressedEntries()
        try world.writePreface(by: 2)
        let one = try world.audience([1])
        var session = TestSession(world, 1, with: 2)
        _ = session.engine.handle(.roundWanted(world.card(2).identity))
        session.tick(0)
        func give(_ effects: [SyncEngine.Effect]) throws {
            for request in effects.chunkRequests {
                let chunk = try world.chunk(of: 1, from: request.from, by: 1, to: 2)
                let more = session.engine.handle(.chunkRead(chunk, request, session.session))
                #expect(more.chunkRequests.isEmpty)
            }
        }
        let theirs = world.state(2).heads(of: world.table).logs
        let heads = Heads(table: world.table, logs: theirs, refused: [])
        try give(session.receive(.heads(heads)))
        for step in UInt64(1)...26 {
            let time = TestTable.start + step * 9_000
            let due = session.engine.handle(.tick(milliseconds: time, random: 1))
            if due.contains(.roundStalled(session.session)) { return true }
            _ = try session.take(2, &world, at: 1, from: 2)
            try world.write([world.draft(one, byteCount: 10)], by: 2)
            if let message = answer(step, world) { try give(session.receive(message)) }
        }
        return false
    }

    @Test func `who only gives, and acknowledges nothing for minutes, keeps no round alive`() throws
    {
        #expect(try self.stalls { _, _ in nil })
        // Nor does having it given once more.
        #expect(
            try self.stalls { step, world in
                step.isMultiple(of: 3)
                    ? .heads(
                        Heads(
                            table: world.table,
                            logs: world.state(2).heads(of: world.table).logs
                                .filter { $0.log.member == 2 },
                            refused: []
                        )
                    ) : nil
            }
        )
    }

    @Test func `a peer that takes a minute and a half for what it is given has not stalled`() throws
    {
        #expect(
            try !self.stalls { step, world in
                step.isMultiple(of: 10)
                    ? .ack(Ack(table: world.table, log: world.log(1), size: step / 10)) : nil
            }
        )
    }
}
