import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// Rounds with those who write on and on (`Protocol/sync.md` §3).
struct CaughtUpTests {
    /// Member 2 in a round with member 1, whose log it lacked at first.
    private struct Round {
        var world: TestTable
        var session: TestSession

        init() throws {
            self.world = try TestTable.withAddressedEntries()
            self.session = TestSession(self.world, 2, with: 1)
            self.tick(0)
            _ = self.session.receive(.heads(self.heads))
        }

        private var heads: Heads {
            Heads(
                table: self.world.table,
                logs: self.world.state(1).heads(of: self.world.table).logs,
                refused: []
            )
        }

        mutating func tick(_ milliseconds: UInt64) { self.session.tick(milliseconds) }

        /// Member 1 writes an entry for member 3.
        mutating func write() throws {
            let three = try self.world.audience([3])
            try self.world.write([self.world.draft(three, byteCount: 10)], by: 1)
        }

        /// What comes of all that member 1 has, stored.
        mutating func take() throws -> [SyncEngine.Effect] {
            let size = self.world.store(2).state(of: self.world.log(1)).size
            let chunk = try self.world.chunk(of: 1, from: size, by: 1, to: 2)
            let verified = try #require(self.session.receive(.chunk(chunk)).stores.first)
            let stored = try self.world.take(chunk, from: 1, at: 2)
            return self.session.engine.handle(.stored(verified, state: stored.state))
        }
    }

    @Test func `a round ends when more comes 3 s after its goal was reached`() throws {
        var round = try Round()
        #expect(try !round.take().hasCaughtUp)
        round.tick(2_999)
        try round.write()
        #expect(try !round.take().hasCaughtUp)
        round.tick(3_000)
        try round.write()
        let effects = try round.take()
        #expect(effects.hasCaughtUp && !effects.hasRoundEnd)
        // It is told once; the round goes on.
        round.tick(9_000)
        try round.write()
        #expect(try !round.take().hasCaughtUp)
    }

    @Test func `a round whose goal was not reached goes on`() throws {
        var round = try Round()
        round.tick(60_000)
        try round.write()
        // With this the goal is reached, and not before.
        #expect(try !round.take().hasCaughtUp)
        round.tick(62_999)
        try round.write()
        #expect(try !round.take().hasCaughtUp)
    }

    @Test func `what comes of the goal itself ends nothing`() throws {
        var round = try Round()
        _ = try round.take()
        round.tick(10_000)
        let ack = Ack(table: round.world.table, log: round.world.log(1), size: 7)
        #expect(!round.session.receive(.ack(ack)).hasCaughtUp)
    }

    @Test func `an own log that the peer has not acknowledged is no goal reached`() throws {
        var world = try TestTable.withAddressedEntries()
        let three = try world.audience([3])
        var session = TestSession(world, 1, with: 2)
        func ack(_ size: UInt64) -> PeerMessage {
            .ack(Ack(table: world.table, log: world.log(1), size: size))
        }
        _ = session.receive(.heads(Heads(table: world.table, logs: [], refused: [])))
        _ = session.receive(ack(6))
        _ = session.engine.handle(.tick(milliseconds: TestTable.start + 10_000, random: 1))
        let state = try world.write([world.draft(three, byteCount: 10)], by: 1)
        _ = session.engine.handle(.committed(table: world.table, log: world.log(1), state: state))
        #expect(!session.receive(ack(7)).hasCaughtUp, "reached now")
        _ = session.engine.handle(.tick(milliseconds: TestTable.start + 13_000, random: 1))
        #expect(!session.receive(ack(7)).hasCaughtUp, "nothing beyond it")
        #expect(session.receive(ack(8)).hasCaughtUp)
    }

    @Test func `that a peer says it holds more than there is shows nobody who writes on`() throws {
        let world = try TestTable.withAddressedEntries()
        var session = TestSession(world, 1, with: 2)
        let size = world.state(1).logs[world.log(1)]?.size ?? 0
        func ack(_ size: UInt64) -> PeerMessage {
            .ack(Ack(table: world.table, log: world.log(1), size: size))
        }
        _ = session.receive(.heads(Heads(table: world.table, logs: [], refused: [])))
        _ = session.receive(ack(size))
        _ = session.engine.handle(.tick(milliseconds: TestTable.start + 10_000, random: 1))
        for more: UInt64 in [1, 2, 1_000_000] {
            #expect(!session.receive(ack(size + more)).hasCaughtUp)
        }
    }

    @Test func `heads that change all the time are not sent for ever`() throws {
        var world = try TestTable.withAddressedEntries()
        var session = TestSession(world, 2, with: 1)
        let ahead = PeerMessage.heads(
            Heads(table: world.table, logs: world.state(1).heads(of: world.table).logs, refused: [])
        )
        var count = 0
        for _ in 0..<100 {
            let state = try world.write([world.draft(nil, byteCount: 1)], by: 2)
            _ = session.engine.handle(
                .committed(table: world.table, log: world.log(2), state: state)
            )
            count += session.receive(ahead).heads.count
        }
        // After three a digest, as long as those go out at once; then there is a pause.
        let most = SyncEngine.headsInExchangeMax * SyncEngine.promptDigestsMax
        #expect((SyncEngine.headsInExchangeMax...most).contains(count))
        let due = try #require(session.engine.nextTick)
        #expect(due <= SyncEngine.roundPauseMin)
    }

    @Test func `what is not acknowledged is given again so often and no more at once`() throws {
        let world = try TestTable.withAddressedEntries()
        var session = TestSession(world, 1, with: 2)
        let nothing = PeerMessage.heads(Heads(table: world.table, logs: [], refused: []))
        func given() throws -> Int {
            var count = 0
            for request in session.receive(nothing).chunkRequests {
                let chunk = try world.chunk(of: 1, from: request.from, by: 1, to: 2)
                let effects = session.engine.handle(.chunkRead(chunk, request, session.session))
                count += effects.messages.count { if case .chunk = $0 { true } else { false } }
            }
            return count
        }
        let counts = try (0..<100).map { _ in try given() }
        // The first is no repetition.
        #expect(counts.reduce(0, +) == 1 + SyncEngine.restartsMax)
        // Once the peer acknowledges more, it may ask anew.
        let size = world.store(1).state(of: world.log(1)).size
        _ = session.receive(.ack(Ack(table: world.table, log: world.log(1), size: size)))
        #expect(try given() == 1)
    }

    @Test func `what was filled is filled again so often and no more at once`() throws {
        var world = try TestTable.withAddressedEntries()
        try world.give(1, to: 2)
        var session = TestSession(world, 1, with: 2)
        var count = 0
        for _ in 0..<100 {
            let digest = session.digest(
                of: session.engine,
                complete: 0,
                isSettled: true,
                isRound: false
            )
            for request in session.receive(digest).fillRequests {
                let range = request.from..<request.until
                let fill = try world.fill(of: 1, range, by: 1, to: 2)
                count += session.engine.handle(.fillRead(fill, session.session)).messages.count
            }
        }
        // The first is no repetition.
        #expect(count == 1 + SyncEngine.restartsMax)
    }

    @Test func `the goal has the logs of others too`() throws {
        var world = try TestTable.withAddressedEntries()
        try world.writePreface(by: 3)
        try world.give(3, to: 1)
        let two = try world.audience([2])
        var session = TestSession(world, 2, with: 1)
        session.tick(0)
        let logs = world.state(1).heads(of: world.table).logs
        #expect(logs.count == 2)
        _ = session.receive(.heads(Heads(table: world.table, logs: logs, refused: [])))
        for step in UInt64(0)...3 {
            session.tick(step * 4_000)
            let effects = try session.take(1, &world, at: 2, from: 1)
            #expect(!effects.hasCaughtUp, "the log of member 3 is lacking")
            try world.write([world.draft(two, byteCount: 10)], by: 1)
        }
        #expect(try !session.take(3, &world, at: 2, from: 1).hasCaughtUp, "reached now")
        session.tick(20_000)
        #expect(try session.take(1, &world, at: 2, from: 1).hasCaughtUp)
    }

    @Test func `that a peer holds an own log is not that it has what is for it`() throws {
        var world = try TestTable.withAddressedEntries()
        try world.writePreface(by: 2)
        let one = try world.audience([1])
        var session = TestSession(world, 1, with: 2)
        session.tick(0)
        // As a relay gave it: the peer has every leaf hash of the own log, and said nothing of entries.
        let own = try #require(world.state(1).heads(of: world.table).logs.first)
        let theirs = world.state(2).heads(of: world.table).logs
        _ = session.receive(.heads(Heads(table: world.table, logs: [own] + theirs, refused: [])))
        func step(_ milliseconds: UInt64) throws -> Bool {
            session.tick(milliseconds)
            let effects = try session.take(2, &world, at: 1, from: 2)
            try world.write([world.draft(one, byteCount: 10)], by: 2)
            return effects.hasCaughtUp
        }
        for number in UInt64(0)...3 { #expect(try !step(number * 4_000)) }
        let digest = HeadsDigest(
            table: world.table,
            digest: .zero,
            complete: own.size,
            isSettled: true,
            isRound: false
        )
        _ = session.receive(.headsDigest(digest))
        #expect(try !step(16_000), "reached now")
        #expect(try step(19_000))
    }

    @Test func `a peer that shows more of the own log is not caught up with`() throws {
        var world = try TestTable.withAddressedEntries()
        var session = TestSession(world, 1, with: 2)
        let three = try world.audience([3])
        func write() throws -> LogState {
            let state = try world.write([world.draft(three, byteCount: 10)], by: 1)
            _ = session.engine.handle(
                .committed(table: world.table, log: world.log(1), state: state)
            )
            return state
        }
        func ack(_ size: UInt64) -> [SyncEngine.Effect] {
            session.receive(.ack(Ack(table: world.table, log: world.log(1), size: size)))
        }
        session.tick(0)
        _ = session.receive(.heads(Heads(table: world.table, logs: [], refused: [])))
        #expect(!ack(7).hasCaughtUp, "reached now")
        // What another copy of this node wrote, and gave to the peer.
        var copy = world
        for _ in 0..<2 { try copy.write([copy.draft(three, byteCount: 10)], by: 1) }
        let heads = copy.state(1).heads(of: world.table).logs
        _ = session.receive(.heads(Heads(table: world.table, logs: heads, refused: [])))
        session.tick(10_000)
        let size = try write().size
        #expect(size == 8 && !ack(size).hasCaughtUp)
    }

    @Test func `digests of a round have pauses between them from the ninth on`() throws {
        var world = try TestTable.withAddressedEntries()
        let two = try world.audience([2])
        var session = TestSession(world, 1, with: 2)
        var digests = 0
        var requests = session.receive(
            .heads(Heads(table: world.table, logs: [], refused: []))
        ).chunkRequests
        // Each time all that is given was acknowledged, heads are compared again.
        for size in UInt64(7)..<40 {
            for request in requests {
                let chunk = try world.chunk(of: 1, from: request.from, by: 1, to: 2)
                _ = session.engine.handle(.chunkRead(chunk, request, session.session))
            }
            let ack = Ack(table: world.table, log: world.log(1), size: size)
            digests += session.receive(.ack(ack)).digests.count
            try world.write([world.draft(two, byteCount: 10)], by: 1)
            requests =
                session.engine.handle(
                    .committed(
                        table: world.table,
                        log: world.log(1),
                        state: world.store(1).state(of: world.log(1))
                    )
                ).chunkRequests
        }
        // One went out when the session began.
        #expect(digests == SyncEngine.promptDigestsMax - 1)
        let due = try #require(session.engine.nextTick)
        #expect(due <= SyncEngine.roundPauseMin)
    }
}

extension [SyncEngine.Effect] {
    fileprivate var hasCaughtUp: Bool {
        self.contains { if case .roundCaughtUp = $0 { true } else { false } }
    }
}

extension TestSession {
    /// What a session of `member` says when entries of `author`, of whom it lacks some, come from `giver`.
    mutating func take(
        _ author: MemberNumber,
        _ world: inout TestTable,
        at member: MemberNumber,
        from giver: MemberNumber
    ) throws -> [SyncEngine.Effect] {
        let size = world.store(member).state(of: world.log(author)).size
        let chunk = try world.chunk(of: author, from: size, by: giver, to: member)
        let verified = try #require(self.receive(.chunk(chunk)).stores.first)
        let stored = try world.take(chunk, from: giver, at: member)
        return self.engine.handle(.stored(verified, state: stored.state))
    }
}
