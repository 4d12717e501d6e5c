import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// Sending and taking in chunks, event by event.
@Suite struct ChunkTests {
    private func world(entries: Int) throws -> TestTable {
        var world = TestTable(count: 3)
        let audience = try world.audience([2])
        try world.write(
            (0..<entries).map { _ in world.draft(audience, byteCount: 10) },
            by: 1
        )
        return world
    }

    @Test func `a chunk is stored before it is acknowledged`() throws {
        let world = try self.world(entries: 3)
        let chunk = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        var session = TestSession(world, 2, with: 1)
        let effects = session.receive(.chunk(chunk))
        #expect(effects.stores.map(\.log) == [world.log(1)])
        #expect(effects.messages.isEmpty)
        let verified = try #require(effects.stores.first)
        let after = session.engine.handle(.stored(verified, state: verified.state))
        #expect(after.acks == [Ack(table: world.table, log: world.log(1), size: 6)])
    }

    @Test func `a chunk beyond a gap is answered with heads, once`() throws {
        var world = try self.world(entries: 3)
        try world.write([world.draft(nil, byteCount: 1)], by: 1)
        let chunk = try world.chunk(of: 1, from: 6, by: 1, to: 2)
        var session = TestSession(world, 2, with: 1)
        #expect(session.receive(.chunk(chunk)).heads.map(\.logs) == [[]])
        #expect(session.receive(.chunk(chunk)).isEmpty)
        #expect(session.engine.digestDue(session.session).digests.count == 1)
        #expect(session.receive(.chunk(chunk)).heads.count == 1)
    }

    @Test func `a chunk that is durable is acknowledged again and not stored again`() throws {
        let world = try self.world(entries: 3)
        let chunk = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        var session = TestSession(world, 2, with: 1)
        let verified = try #require(session.receive(.chunk(chunk)).stores.first)
        // On its way to disk: nothing to store, nothing to say yet.
        #expect(session.receive(.chunk(chunk)).isEmpty)
        let stored = session.engine.handle(.stored(verified, state: verified.state))
        #expect(stored.acks.count == 1)
        let again = session.receive(.chunk(chunk))
        #expect(again.acks.map(\.size) == [6] && again.stores.isEmpty)
    }

    @Test func `of a chunk that overlaps the rest is stored`() throws {
        var world = try self.world(entries: 3)
        try world.give(1, to: 2)
        try world.write([world.draft(nil, byteCount: 1)], by: 1)
        let chunk = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        var session = TestSession(world, 2, with: 1)
        let verified = try #require(session.receive(.chunk(chunk)).stores.first)
        #expect(verified.from == 6 && verified.items.count == 1 && verified.state.size == 7)
    }

    @Test func `the own log is taken from nobody`() throws {
        let world = try self.world(entries: 3)
        let chunk = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        var fresh = TestTable(count: 3)
        fresh.file = world.file
        var session = TestSession(fresh, 1, with: 2)
        #expect(session.receive(.chunk(chunk)).isEmpty)
        let fill = try world.fill(of: 1, 0..<6, by: 1, to: 2)
        #expect(session.receive(.fill(fill)).isEmpty)
    }

    @Test func `a chunk that fails to store can come again`() throws {
        let world = try self.world(entries: 3)
        let chunk = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        var session = TestSession(world, 2, with: 1)
        let verified = try #require(session.receive(.chunk(chunk)).stores.first)
        // The peer is told once, until something could be kept again.
        #expect(session.engine.handle(.storeFailed(verified)).digests.map(\.isFailing) == [true])
        let again = try #require(session.receive(.chunk(chunk)).stores.first)
        #expect(session.engine.handle(.storeFailed(again)).isEmpty)
        let kept = try #require(session.receive(.chunk(chunk)).stores.first)
        _ = session.engine.handle(.stored(kept, state: kept.state))
        let later = session.engine.handle(.tick(milliseconds: 60_000, random: 1))
        #expect(later.digests.map(\.isFailing) == [false])
    }

    @Test func `a round with a peer whose store fails has stalled within seconds`() throws {
        let world = try self.world(entries: 3)
        var session = TestSession(world, 1, with: 2)
        let node = world.card(2).identity
        _ = session.engine.handle(.roundWanted(node))
        func digest(isFailing: Bool) -> PeerMessage {
            .headsDigest(
                HeadsDigest(
                    table: world.table,
                    digest: .zero,
                    complete: 0,
                    isSettled: true,
                    isRound: false,
                    isFailing: isFailing
                )
            )
        }
        _ = session.receive(digest(isFailing: true))
        #expect(session.engine.hindrance(of: session.session) == .storeFails)
        let stalled = session.engine.handle(.tick(milliseconds: 5_000, random: 1))
        #expect(stalled.contains(.roundStalled(session.session)))
        _ = session.receive(digest(isFailing: false))
        #expect(session.engine.hindrance(of: session.session) == nil)
        // Some 60 s from the last that moved, as with any other.
        let soon = session.engine.handle(.tick(milliseconds: 12_000, random: 1))
        #expect(!soon.contains(.roundStalled(session.session)))
    }

    @Test func `chunks in a row are verified before the first is durable`() throws {
        var world = try self.world(entries: 3)
        let first = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        try world.write([world.draft(nil, byteCount: 1)], by: 1)
        let second = try world.chunk(of: 1, from: 6, by: 1, to: 2)
        var session = TestSession(world, 2, with: 1)
        let one = try #require(session.receive(.chunk(first)).stores.first)
        let two = try #require(session.receive(.chunk(second)).stores.first)
        #expect(session.engine.handle(.stored(one, state: one.state)).acks.map(\.size) == [6])
        #expect(session.engine.handle(.stored(two, state: two.state)).acks.map(\.size) == [7])
    }

    @Test func `a chunk that does not verify is reported and ends the session`() throws {
        let world = try self.world(entries: 3)
        var chunk = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        chunk = chunk.with(items: [chunk.items[0], .leaf(.zero)] + chunk.items.dropFirst(2))
        var session = TestSession(world, 2, with: 1)
        let effects = session.receive(.chunk(chunk))
        // Nothing of the log is held that could be another history.
        #expect(effects.findings == [.untrue(world.log(1))])
        #expect(effects.closing == .verification)
        #expect(effects.stores.isEmpty)
    }

    @Test func `at most four chunks are in flight and an acknowledgement lets the next go`() throws
    {
        var world = TestTable(count: 7)
        for author in MemberNumber(1)...6 {
            try world.write([world.draft(nil, byteCount: 1)], by: author)
            if author != 1 { try world.give(author, to: 1) }
        }
        var session = TestSession(world, 1, with: 7)
        var effects = session.receive(.heads(Heads(table: world.table, logs: [], refused: [])))
        #expect(effects.chunkRequests.count == 4)
        var sent = 0
        var waiting = effects.chunkRequests
        // Six logs, each read once; bounded by twice as many steps.
        for _ in 0..<12 {
            guard let request = waiting.first else { break }
            waiting.removeFirst()
            let chunk = try world.chunk(
                of: request.log.member,
                from: request.from,
                by: 1,
                to: 7
            )
            effects = session.engine.handle(.chunkRead(chunk, request, session.session))
            sent += effects.messages.count
            waiting += effects.chunkRequests
        }
        #expect(sent == 4)
        let ack = Ack(table: world.table, log: world.log(1), size: 3)
        #expect(session.receive(.ack(ack)).chunkRequests.map(\.log.member) == [5])
    }

    @Test func `own entries are pushed when they commit`() throws {
        var world = try self.world(entries: 3)
        try world.give(1, to: 2)
        var session = TestSession(world, 1, with: 2)
        let peer = world.engine(2)
        _ = session.receive(
            session.digest(of: peer, complete: 6, isSettled: true, isRound: false)
        )
        let state = try world.write([world.draft(nil, byteCount: 1)], by: 1)
        let effects = session.engine.handle(
            .committed(table: world.table, log: world.log(1), state: state)
        )
        #expect(
            effects.chunkRequests
                == [
                    ChunkRequest(table: world.table, log: world.log(1), from: 6, reader: 2)
                ]
        )
    }

    @Test func `no more chunks wait for the disk than an honest sender has under way`() throws {
        var world = TestTable(count: 3)
        var session = TestSession(world, 2, with: 1)
        var stored = 0
        for step in 0..<UInt64(SyncEngine.chunksUndurableMax + 4) {
            try world.write([world.draft(nil, byteCount: 1)], by: 1)
            let size = step == 0 ? 0 : step + 2
            let chunk = try world.chunk(of: 1, from: size, by: 1, to: 2)
            stored += session.receive(.chunk(chunk)).stores.count
        }
        #expect(stored == SyncEngine.chunksUndurableMax)
    }

    @Test func `an acknowledgement of an unknown log is not remembered`() throws {
        let world = try self.world(entries: 1)
        var session = TestSession(world, 1, with: 2)
        for generation in UInt16(1)...50 {
            let log = LogID(member: 3, generation: generation)
            #expect(session.receive(.ack(Ack(table: world.table, log: log, size: 1))).isEmpty)
        }
        let next = session.engine.sessions[session.session]?.tables[world.table]?.next
        #expect(next?.count ?? 0 <= 1)
    }

    @Test func `chunks of a table the peer is not at are reported`() throws {
        let world = try self.world(entries: 1)
        let chunk = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        let other = Chunk(
            table: .zero,
            log: chunk.log,
            from: 0,
            items: chunk.items,
            checkpoint: chunk.checkpoint,
            isComplete: true
        )
        var session = TestSession(world, 2, with: 1)
        #expect(session.receive(.chunk(other)).findings == [.notAMember])
    }
}
