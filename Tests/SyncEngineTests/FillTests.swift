import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// What is missing is asked for and given, event by event.
@Suite struct FillTests {
    @Test func `what is missing is filled by the author up to its size`() throws {
        var world = try TestTable.withAddressedEntries()
        try world.give(1, to: 3)
        try world.take(try world.chunk(of: 1, from: 0, by: 3, to: 2), from: 3, at: 2)
        var author = TestSession(world, 1, with: 2)
        let request = try #require(
            author.receive(
                author.digest(
                    of: world.engine(2),
                    complete: 0,
                    isSettled: true,
                    isRound: true
                )
            ).fillRequests.first
        )
        #expect(request.from == 0 && request.until == 7 && request.reader == 2)
        let fill = try world.fill(of: 1, 0..<7, by: 1, to: 2)
        // Card and charter are for everybody; the grant and two entries are for member 2.
        #expect(fill.entries.map(\.header.index) == [0, 1, 2, 3, 6] && fill.isComplete)
        var reader = TestSession(world, 2, with: 1)
        let effects = reader.receive(.fill(fill))
        #expect(effects == [.storeFill(fill, reader.session, isByAuthor: true)])
        let taken = world.take(fill, from: 1, at: 2)
        let stored = try #require(taken)
        #expect(stored.state.complete == 7 && stored.opened.count == 3)
        let digest = reader.engine.handle(
            .fillStored(fill, reader.session, state: stored.state)
        ).digests
        #expect(digest.map(\.complete) == [7])
    }

    /// 1 wrote for 2 and 4; 4 has the entries, 2 the leaf hashes alone.
    private static func entriesAtFour() throws -> TestTable {
        var world = TestTable(count: 4)
        let audience = try world.audience([2, 4])
        try world.write([world.draft(audience, byteCount: 5)], by: 1)
        try world.give(1, to: 3)
        try world.give(1, to: 4)
        // From 3, who is outside the audience: leaf hashes where there is a list.
        try world.take(try world.chunk(of: 1, from: 0, by: 3, to: 2), from: 3, at: 2)
        return world
    }

    @Test func `while the author is away a third member is asked and its word completes nothing`()
        throws
    {
        var world = try Self.entriesAtFour()
        var reader = TestSession(world, 2, with: 4)
        let digest = reader.digest(
            of: world.engine(4),
            complete: 0,
            isSettled: true,
            isRound: true
        )
        let asks = reader.receive(digest).asks
        #expect(asks == [Ask(table: world.table, log: world.log(1), from: 0, until: 4)])
        #expect(reader.receive(digest).asks.isEmpty)
        var holder = TestSession(world, 4, with: 2)
        let question = try #require(asks.first)
        let request = try #require(holder.receive(.ask(question)).fillRequests.first)
        // A question is answered before the next one is taken.
        #expect(holder.receive(.ask(question)).isEmpty)
        let fill = try world.fill(
            of: 1,
            request.from..<request.until,
            by: 4,
            to: request.reader
        )
        #expect(!fill.isComplete && fill.entries.count == 4)
        #expect(
            holder.engine.handle(.fillRead(fill, holder.session)).messages == [.fill(fill)]
        )
        #expect(holder.receive(.ask(question)).fillRequests.count == 1)
        #expect(
            reader.receive(.fill(fill))
                == [.storeFill(fill, reader.session, isByAuthor: false)]
        )
        let taken = world.take(fill, from: 4, at: 2)
        let stored = try #require(taken)
        #expect(stored.opened.count == 2 && stored.state.complete == 0)
        let done = reader.engine.handle(.fillStored(fill, reader.session, state: stored.state))
        #expect(done.isEmpty)
        // A new round asks again: the answer may have been lost.
        _ = reader.engine.roundDue(reader.session)
        #expect(reader.receive(digest).asks.count == 1)
    }

    @Test func `an answer in parts is followed from where it ended`() throws {
        let world = try Self.entriesAtFour()
        var reader = TestSession(world, 2, with: 4)
        _ = reader.receive(
            reader.digest(of: world.engine(4), complete: 0, isSettled: true, isRound: true)
        )
        let state = world.store(2).state(of: world.log(1))
        let part = try world.fill(of: 1, 0..<2, by: 4, to: 2)
        let next = reader.engine.handle(.fillStored(part, reader.session, state: state))
        #expect(next.asks == [Ask(table: world.table, log: world.log(1), from: 2, until: 4)])
        // The same part again leads nowhere.
        #expect(reader.engine.handle(.fillStored(part, reader.session, state: state)).isEmpty)
    }

    @Test func `a fill that is not the entries held is followed by a question for proof`() throws {
        var world = try TestTable.withAddressedEntries()
        try world.give(1, to: 2)
        let fill = try world.fill(of: 1, 0..<7, by: 1, to: 2)
        var session = TestSession(world, 2, with: 1)
        let effects = session.engine.handle(.fillStored(fill, session.session, state: nil))
        #expect(effects.findings.isEmpty && effects.closing == nil)
        #expect(
            effects.messages == [.prove(Prove(table: world.table, log: world.log(1), index: 6))]
        )
        // Beyond what is held it is not looked at.
        let beyond = Fill(
            table: world.table,
            log: world.log(1),
            from: 7,
            until: 8,
            entries: [],
            isComplete: true
        )
        #expect(session.receive(.fill(beyond)).isEmpty)
    }

    @Test func `an author's chunk fills what a relay gave as leaf hashes`() throws {
        var world = try TestTable.withAddressedEntries()
        try world.give(1, to: 2)
        try world.write([world.draft(try world.audience([2]), byteCount: 10)], by: 1)
        try world.give(1, to: 3)
        // The relay is faster than the author.
        try world.take(try world.chunk(of: 1, from: 7, by: 3, to: 2), from: 3, at: 2)
        let chunk = try world.chunk(of: 1, from: 7, by: 1, to: 2)
        var reader = TestSession(world, 2, with: 1)
        let effects = reader.receive(.chunk(chunk))
        guard case .storeFill(let fill, _, let isByAuthor) = try #require(effects.first) else {
            Issue.record("the entry is kept")
            return
        }
        #expect(isByAuthor && fill.entries.map(\.header.index) == [7] && effects.acks.count == 1)
        let taken = world.take(fill, from: 1, at: 2)
        let stored = try #require(taken)
        #expect(stored.opened.count == 1 && stored.state.complete == 7)
    }

    @Test func `an entry of another place in an author's chunk is looked for nowhere`() throws {
        var world = try TestTable.withAddressedEntries()
        try world.give(1, to: 3)
        try world.take(try world.chunk(of: 1, from: 0, by: 3, to: 2), from: 3, at: 2)
        let chunk = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        guard case .full(let entry) = chunk.items[6] else {
            Issue.record("the entry is the reader's")
            return
        }
        let far = chunk.with(
            items: chunk.items.prefix(6) + [.full(entry.with { $0.index = 1 << 40 })]
        )
        var reader = TestSession(world, 2, with: 1)
        let effects = reader.receive(.chunk(far))
        guard case .storeFill(let fill, _, _) = try #require(effects.first) else { return }
        #expect(fill.entries.allSatisfy { $0.header.index < 7 })
    }

    @Test func `an answer that brings nothing costs no write`() throws {
        let world = try Self.entriesAtFour()
        let log = world.log(1)
        func fill(isComplete: Bool) -> Fill {
            Fill(
                table: world.table,
                log: log,
                from: 0,
                until: 4,
                entries: [],
                isComplete: isComplete
            )
        }
        for (peer, isComplete, isStored) in [
            (MemberNumber(4), true, false), (1, false, false), (1, true, true),
        ] {
            var reader = TestSession(world, 2, with: peer)
            let effects = reader.receive(.fill(fill(isComplete: isComplete)))
            let isWritten = effects.contains { if case .storeFill = $0 { true } else { false } }
            #expect(isWritten == isStored)
        }
    }
}
