import Cryptography
import Simulator
@testable import SyncEngine
import SyncLog
import Testing
import Vocabulary
import Wire

/// `Protocol/sync.md` §3.4: how much of an author's log a node takes a day, and what becomes of the rest.
@Suite struct AllowanceTests {
    /// The first day of the charter, by which days are counted at first.
    private static let start = TestTable.start
    private static let day: UInt64 = 86_400_000
    private static let late = start + day

    // MARK: What is allowed

    private func state(entries: UInt64, bytes: UInt64, cases: UInt64) throws -> LogState {
        var state = LogState()
        state.frontier = try #require(
            MerkleFrontier(
                size: entries,
                hashes: Array(repeating: .zero, count: entries.nonzeroBitCount)
            )
        )
        state.intake.bytes = bytes
        state.intake.cases = cases
        return state
    }

    @Test(arguments: [
        (UInt64(131_072), UInt64(134_217_728), UInt64(2_048), 0), (131_073, 0, 0, 1),
        (0, 134_217_729, 0, 1), (0, 0, 2_049, 1), (262_144, 268_435_456, 4_096, 1),
        (262_145, 0, 0, 2), (0, 268_435_457, 0, 2), (0, 0, 4_097, 2),
    ])
    func `beyond half of a day's allowance a log is slowed, beyond it over`(
        entries: UInt64,
        bytes: UInt64,
        cases: UInt64,
        step: Int
    ) throws {
        let state = try self.state(entries: entries, bytes: bytes, cases: cases)
        let now = Self.start + 1_000
        let standings: [LogStanding] = [
            .within, .slowed(until: now + 30_000), .over(until: Self.late),
        ]
        #expect(state.standing(beginning: Self.start, now: now) == standings[step])
    }

    @Test(arguments: [
        (UInt64(786_432), UInt64(2), false), (786_433, 2, true), (1_048_576, 3, false),
        (287_047_680, 1_094, false), (287_047_681, 1_094, true),
    ])
    func `days in which nobody heard of an author add up`(
        entries: UInt64,
        days: UInt64,
        isOver: Bool
    ) throws {
        let state = try self.state(entries: entries, bytes: 0, cases: 0)
        let now = Self.start + days * Self.day + Self.day - 1
        let standing = state.standing(beginning: Self.start, now: now)
        // A pause ends with the day.
        let end = Self.start + (days + 1) * Self.day
        #expect(standing == (isOver ? .over(until: end) : .slowed(until: end)))
    }

    @Test func `what came before a log was level does not count, and days begin anew`() throws {
        var state = try self.state(entries: 3_000_000, bytes: 5_000_000_000, cases: 40_000)
        let now = Self.start + 400 * Self.day
        state.noteLevel(beginning: Self.start, now: now)
        #expect(state.standing(beginning: Self.start, now: now) == .within)
        state.intake.cases += 4_096
        let next = now + Self.day
        #expect(
            state.standing(beginning: Self.start, now: next - 1) == .slowed(until: next)
        )
        state.intake.cases += 1
        #expect(state.standing(beginning: Self.start, now: next - 1) == .over(until: next))
        // Level again within the day changes nothing.
        state.noteLevel(beginning: Self.start, now: next - 1)
        #expect(state.standing(beginning: Self.start, now: next - 1) == .over(until: next))
        state.noteLevel(beginning: Self.start, now: next)
        #expect(state.standing(beginning: Self.start, now: next) == .within)
    }

    @Test func `a clock behind the charter, or behind what was kept, allows one day`() throws {
        var state = try self.state(entries: 0, bytes: 0, cases: 4_097)
        #expect(state.standing(beginning: Self.late, now: 5) == .over(until: 5 + Self.day))
        state.intake.levelAt = Self.late
        #expect(
            state.standing(beginning: Self.start, now: Self.start)
                == .over(until: Self.start + Self.day)
        )
        // A folder whose log was made anew may hold less than was level.
        state.intake.level = IntakeAmount(entries: 9, bytes: 9, cases: 5_000)
        #expect(state.standing(beginning: Self.start, now: Self.late) == .within)
    }

    // MARK: What is counted

    @Test func `payloads count where they came, entries where anything did, cases by their header`()
        throws
    {
        var world = TestTable(count: 3)
        let audience = try world.audience([2])
        let opening = Draft(
            kind: .operations,
            subject: .opened,
            category: .business,
            audience: audience
        ) { _ in [1] }
        try world.write([opening, world.draft(audience, byteCount: 1_000)], by: 1)
        try world.give(1, to: 2)
        try world.give(1, to: 3)
        let log = world.log(1)
        let (two, three) = (world.store(2).state(of: log), world.store(3).state(of: log))
        #expect(two.size == three.size)
        #expect(two.intake.cases == 1 && three.intake.cases == 0)
        // Card, charter and grant go to whom they may; the thousand bytes to one.
        #expect(two.intake.bytes > three.intake.bytes + 1_000)
        // Its own log costs a member nothing.
        #expect(world.store(1).state(of: log).intake == LogIntake())
    }

    @Test func `what a fill brings counts once`() throws {
        var world = try TestTable.withAddressedEntries()
        try world.give(1, to: 2)
        let log = world.log(1)
        let whole = world.store(2).state(of: log).intake.bytes
        // 3 holds leaves of what is for 2; nothing that 1 fills in for 3 is new to it.
        try world.give(1, to: 3)
        let before = world.store(3).state(of: log).intake.bytes
        let fill = try world.fill(of: 1, 0..<7, by: 1, to: 3)
        let none = world.take(fill, from: 1, at: 3)
        #expect(none?.state.size == 7)
        #expect(world.store(3).state(of: log).intake.bytes == before)
        // From who holds no more than leaves of it 2 gets leaves, then by a fill as much as at once.
        world.stores[1] = MemoryTable()
        let chunk = try world.chunk(of: 1, from: 0, by: 3, to: 2)
        try world.take(chunk, from: 3, at: 2)
        #expect(world.store(2).state(of: log).intake.bytes < whole)
        let rest = try world.fill(of: 1, 0..<7, by: 1, to: 2)
        let filled = world.take(rest, from: 1, at: 2)
        #expect(filled?.state.size == 7)
        #expect(world.store(2).state(of: log).intake.bytes == whole)
    }

    // MARK: What becomes of it

    /// Member 2, which holds of 1's log what uses all of the day's bytes but 100 and `more`; 1 has an
    /// entry of 100 bytes more.
    private func flooded(_ more: UInt64) throws -> (TestTable, TestSession, Chunk) {
        var world = TestTable(count: 3)
        try world.write([world.draft(nil, byteCount: 1)], by: 1)
        try world.write([world.draft(nil, byteCount: 1)], by: 3)
        try world.give(1, to: 2)
        let size = world.store(2).state(of: world.log(1)).size
        try world.write([world.draft(nil, byteCount: 100)], by: 1)
        let chunk = try world.chunk(of: 1, from: size, by: 1, to: 2)
        var session = TestSession(world, 2, with: 1)
        _ = session.engine.handle(.tick(milliseconds: Self.start + 1_000, random: 1))
        session.engine.tables[world.table]?.logs[world.log(1)]?.intake.bytes =
            268_435_456 - 100 + more
        return (world, session, chunk)
    }

    @Test func `a chunk that uses all of the allowance is taken, then the log is slowed`() throws {
        var (world, session, chunk) = try self.flooded(0)
        let effects = session.receive(.chunk(chunk))
        #expect(effects.stores.count == 1 && effects.findings.isEmpty)
        #expect(effects.heads.map(\.refused) == [[world.log(1)]])
        let until = Self.start + 31_000
        let aside = session.engine.tables[world.table]?.putAside
        #expect(aside == [world.log(1): PutAside(until: until, isOver: false)])
        let stored = try #require(effects.stores.first)
        #expect(session.engine.handle(.stored(stored, state: stored.state)).acks.count == 1)
    }

    @Test func `a chunk with a byte more is dropped, and taken when the next day begins`() throws {
        var (world, session, chunk) = try self.flooded(1)
        let log = world.log(1)
        let effects = session.receive(.chunk(chunk))
        #expect(effects.stores.isEmpty && effects.closing == nil)
        #expect(effects.findings == [.putAside(world.table, log)])
        #expect(effects.heads.map(\.refused) == [[log]])
        #expect(session.engine.tables[world.table]?.putAside[log]?.until == Self.late)
        // What goes on meanwhile: others' logs, and nothing of this one.
        let other = try world.chunk(of: 3, from: 0, by: 3, to: 2)
        #expect(session.receive(.chunk(other)).stores.count == 1)
        #expect(session.receive(.chunk(chunk)).stores.isEmpty)
        let fill = try world.fill(of: 1, 0..<3, by: 1, to: 2)
        #expect(session.receive(.fill(fill)).isEmpty)

        let early = session.engine.handle(.tick(milliseconds: Self.late - 1, random: 1))
        #expect(session.engine.tables[world.table]?.putAside.isEmpty == false)
        #expect(session.receive(.chunk(chunk)).stores.isEmpty && early.stores.isEmpty)
        #expect(session.engine.nextTick == Self.late)
        let due = session.engine.handle(.tick(milliseconds: Self.late, random: 1))
        #expect(due.digests.count == 1)
        #expect(session.engine.tables[world.table]?.putAside.isEmpty == true)
        #expect(session.receive(.chunk(chunk)).stores.count == 1)
    }

    @Test func `a round ends without a log that is put aside`() throws {
        var (world, session, chunk) = try self.flooded(1)
        _ = session.receive(.chunk(chunk))
        let held = try #require(session.engine.tables[world.table])
        #expect(held.digest(without: []) == held.digest(without: [world.log(1)]))
        let digest = HeadsDigest(
            table: world.table,
            digest: held.digest(without: []),
            complete: 0,
            isSettled: true,
            isRound: true
        )
        var effects = session.receive(.headsDigest(digest))
        if effects.hasReceipt {
            // What is held of it is confirmed.
            let states = held.logs.mapValues { state in
                var state = state
                state.unreceipted = 0
                return state
            }
            _ = session.engine.handle(.receipted(table: world.table, states: states))
            effects = session.receive(.headsDigest(digest))
        }
        #expect(effects.hasRoundEnd)
    }

    @Test func `who does not know that a log is put aside is told, not compared with for ever`()
        throws
    {
        var (world, session, chunk) = try self.flooded(1)
        _ = session.receive(.chunk(chunk))
        // The heads were lost: the peer names the log as ever.
        _ = session.engine.digestDue(session.session)
        let theirs = Heads(
            table: world.table,
            logs: [LogHead(log: world.log(1), checkpoint: chunk.checkpoint)],
            refused: []
        )
        #expect(session.receive(.heads(theirs)).heads.map(\.refused) == [[world.log(1)]])
    }

    @Test func `a fill that is too much is kept, and the log put aside`() throws {
        var (world, session, _) = try self.flooded(0)
        let log = world.log(1)
        let fill = try world.fill(of: 1, 0..<3, by: 1, to: 2)
        var state = try #require(session.engine.tables[world.table]?.logs[log])
        #expect(session.receive(.fill(fill)).count == 1)
        state.intake.bytes += 101
        let effects = session.engine.handle(.fillStored(fill, session.session, state: state))
        #expect(effects.findings == [.putAside(world.table, log)])
        #expect(session.engine.tables[world.table]?.putAside[log]?.isOver == true)
    }

    // MARK: Who says what is level

    /// Member 2 on day 10, which holds all of 1's log, with a session with `peer`, which says the same.
    private func level(with peer: MemberNumber, digest isSame: Bool) throws -> LogIntake? {
        var world = TestTable(count: 3)
        try world.write([world.draft(nil, byteCount: 7)], by: 1)
        try world.give(1, to: 2)
        var session = TestSession(world, 2, with: peer)
        let now = Self.start + 10 * Self.day
        _ = session.engine.handle(.tick(milliseconds: now, random: 1))
        let digest = HeadsDigest(
            table: world.table,
            digest: isSame
                ? try #require(session.engine.tables[world.table]).digest(without: []) : .zero,
            complete: 0,
            isSettled: true,
            isRound: false
        )
        _ = session.receive(.headsDigest(digest))
        return session.engine.tables[world.table]?.logs[world.log(1)]?.intake
    }

    @Test func `the author's own equal digest makes its log level, and nobody else's`() throws {
        let own = try #require(try self.level(with: 1, digest: true))
        #expect(own.levelAt == Self.start + 10 * Self.day && own.level.entries == 3)
        #expect(own.level.bytes == own.bytes && own.bytes > 7)
        #expect(try self.level(with: 1, digest: false)?.levelAt == 0)
        #expect(try self.level(with: 3, digest: true)?.levelAt == 0)
    }

    @Test func `that a log is level outlasts a chunk on its way, and is durable with the next`()
        throws
    {
        var (world, session, chunk) = try self.flooded(0)
        let log = world.log(1)
        session.engine.tables[world.table]?.logs[log]?.intake.bytes = 0
        let first = try #require(session.receive(.chunk(chunk)).stores.first)
        let now = Self.start + 2 * Self.day
        session.engine.tables[world.table]?.logs[log]?.noteLevel(beginning: Self.start, now: now)
        _ = session.engine.handle(.stored(first, state: first.state))
        #expect(session.engine.tables[world.table]?.logs[log]?.intake.levelAt == now)
        try world.take(chunk, from: 1, at: 2)
        try world.write([world.draft(nil, byteCount: 5)], by: 1)
        let size = world.store(2).state(of: log).size
        let next = try world.chunk(of: 1, from: size, by: 1, to: 2)
        let second = try #require(session.receive(.chunk(next)).stores.first)
        let keys = world.keys(2)
        _ = world.stores[1].store(second, me: 2, sealingKey: keys.keys.sealing)
        #expect(world.store(2).state(of: log).intake.levelAt == now)
        #expect(world.store(2).state(of: log).intake.bytes > 105)
    }

    // MARK: Taking turns

    @Test func `logs are read for a peer in turn`() throws {
        var world = TestTable(count: 4)
        try world.write([world.draft(nil, byteCount: 1)], by: 1)
        var session = TestSession(world, 1, with: 4)
        let logs = [world.log(1), world.log(2), world.log(3)]
        var peer = SessionTable(member: 4)
        peer.knowsHeads = true
        peer.target = Dictionary(uniqueKeysWithValues: logs.map { ($0, 1_000_000) })
        session.engine.sessions[session.session]?.tables[world.table] = peer
        var read: [LogID] = []
        for _ in 0..<7 {
            // One place is free, and everything that was read was sent.
            session.engine.sessions[session.session]?.tables[world.table]?.inFlight = 3
            session.engine.sessions[session.session]?.tables[world.table]?.reading = []
            read += session.engine.pump(world.table, session.session).chunkRequests.map(\.log)
        }
        #expect(read == logs + logs + [logs[0]])
    }
}
