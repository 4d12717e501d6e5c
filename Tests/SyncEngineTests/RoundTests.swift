import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// Heads, receipts, fills and the end of a round, event by event.
@Suite struct RoundTests {
    /// Member 1 wrote two entries for member 2 and one for 3.
    private func world() throws -> TestTable {
        var world = TestTable(count: 3)
        let two = try world.audience([2])
        let three = try world.audience([3])
        try world.write(
            [
                world.draft(two, byteCount: 10), world.draft(three, byteCount: 10),
                world.draft(two, byteCount: 10),
            ],
            by: 1
        )
        return world
    }

    /// A log of member 1 of another history, as long as the one in `world`.
    private func fork(of world: TestTable) throws -> TestTable {
        var other = TestTable(count: 3)
        let size = world.store(1).state(of: world.log(1)).size
        try other.write(
            (0..<(size - 2)).map { _ in other.draft(nil, byteCount: 3) },
            by: 1
        )
        return other
    }

    @Test func `other digests are answered with heads and those with chunks`() throws {
        let world = try self.world()
        var session = TestSession(world, 1, with: 2)
        let heads = session.receive(
            session.digest(
                of: world.engine(2),
                complete: 0,
                isSettled: true,
                isRound: true
            )
        ).heads
        #expect(heads.map { $0.logs.map(\.size) } == [[7]])
        let effects = session.receive(.heads(Heads(table: world.table, logs: [])))
        #expect(effects.chunkRequests.map(\.from) == [0])
    }

    @Test func `heads that are ahead are answered with the own, once`() throws {
        let world = try self.world()
        var session = TestSession(world, 2, with: 1)
        let heads = PeerMessage.heads(Heads(table: world.table, logs: world.state(1).heads))
        #expect(session.receive(heads).heads.count == 1)
        #expect(session.receive(heads).heads.isEmpty)
    }

    @Test func `a round ends on both sides`() throws {
        var world = try self.world()
        try world.give(1, to: 2)
        try world.write([world.draft(nil, byteCount: 1)], by: 2)
        try world.give(2, to: 1)
        for member in MemberNumber(1)...2 {
            let other = world.log(3 - member)
            var state = world.store(member).state(of: other)
            state.unreceipted = 0
            world.stores[Int(member) - 1].setState(state, of: other)
        }
        var first = TestSession(world, 1, with: 2)
        var second = TestSession(world, 2, with: 1)
        let asked = first.engine.handle(.roundDue(first.session))
        let digest = try #require(asked.messages.first)
        let answer = second.receive(digest)
        #expect(answer.hasRoundEnd)
        let reply = try #require(answer.digests.first)
        #expect(!reply.isRound && reply.complete == 7 && reply.isSettled)
        let end = first.receive(.headsDigest(reply))
        #expect(end.hasRoundEnd && end.messages.isEmpty)
    }

    @Test func `a receipt is owed before a round ends and for receipts alone it is not`() throws {
        var world = try self.world()
        try world.give(1, to: 2)
        var session = TestSession(world, 2, with: 1)
        let digest = session.digest(
            of: world.engine(1),
            complete: 0,
            isSettled: true,
            isRound: true
        )
        let effects = session.receive(digest)
        #expect(effects.hasReceipt && !effects.hasRoundEnd)
        // Asked again while it is being written: once is enough.
        #expect(!session.receive(digest).hasReceipt)
        var state = world.store(2).state(of: world.log(1))
        state.unreceipted = 0
        world.stores[1].setState(state, of: world.log(1))
        let payload = try self.receipt(by: 1, about: 2, in: &world)
        let receipt = Draft(kind: .receipt, subject: .none, category: nil, audience: nil) { _ in
            payload
        }
        try world.write([receipt], by: 1)
        try world.give(1, to: 2)
        #expect(world.state(2).logs[world.log(1)]?.unreceipted == 0)
        #expect(!world.state(2).owesReceipt)
    }

    @Test func `a peer that owes a receipt hears that a round waits for it`() throws {
        var world = try self.world()
        try world.give(1, to: 2)
        var waiting = TestSession(world, 1, with: 2)
        _ = waiting.engine.handle(.roundDue(waiting.session))
        // The peer took in what it was given, and says so outside a round of its own.
        let owing = waiting.digest(
            of: world.engine(1),
            complete: 7,
            isSettled: false,
            isRound: false
        )
        let effects = waiting.receive(owing)
        #expect(!effects.hasRoundEnd)
        let answer = try #require(effects.digests.first)
        #expect(answer.isRound && effects.digests.count == 1)
        var owner = TestSession(world, 2, with: 1)
        let written = owner.receive(.headsDigest(answer))
        #expect(written.hasReceipt && written.digests.isEmpty)
    }

    /// A receipt of one member about another's log, which it is given first.
    private func receipt(
        by member: MemberNumber,
        about author: MemberNumber,
        in world: inout TestTable
    ) throws -> [UInt8] {
        try world.write([world.draft(nil, byteCount: 1)], by: author)
        try world.give(author, to: member)
        let keys = world.keys(member)
        let composed = world.stores[Int(member) - 1].composeReceipt(
            logs: [world.log(author)],
            me: member,
            keys: keys.keys,
            node: world.card(member).identity,
            seconds: 1
        )
        return try #require(composed?.receipt.payload)
    }

    @Test func `a log that came by a relay is confirmed when the author has said all`() throws {
        var world = try self.world()
        try world.give(1, to: 3)
        try world.take(
            try world.chunk(of: 1, from: 0, by: 3, to: 2),
            from: 3,
            at: 2
        )
        #expect(world.state(2).logs[world.log(1)]?.unreceipted == 7)
        #expect(!world.state(2).owesReceipt)
        let keys = world.keys(2)
        let none = world.stores[1].composeReceipt(
            logs: [world.log(1)],
            me: 2,
            keys: keys.keys,
            node: world.card(2).identity,
            seconds: 1
        )
        #expect(none == nil)
        let fill = try world.fill(of: 1, 0..<7, by: 1, to: 2)
        let filled = world.take(fill, from: 1, at: 2)
        #expect(filled?.state.complete == 7)
        #expect(world.state(2).owesReceipt)
        let composed = world.stores[1].composeReceipt(
            logs: [world.log(1)],
            me: 2,
            keys: keys.keys,
            node: world.card(2).identity,
            seconds: 1
        )
        let item = try #require(composed?.receipt.logs.first)
        // A grant and two entries.
        #expect(item.openCount == 3 && item.unopened.isEmpty)
        var given = GivenEntries()
        #expect(world.store(1).isConfirmed(item, by: 2, given: &given))
        // What was counted for it changes nothing when it comes again.
        #expect(world.store(1).isConfirmed(item, by: 2, given: &given))
        var other = GivenEntries()
        #expect(!world.store(1).isConfirmed(item, by: 3, given: &other))
    }

    @Test func `a receipt goes on where the one before ended`() throws {
        var world = try self.world()
        let log = world.log(1)
        var given = GivenEntries()
        var open = OpenEntries()
        for round in 1...3 {
            try world.give(1, to: 2)
            let size = world.state(2).logs[log]?.size ?? 0
            let keys = world.keys(2)
            let composed = world.stores[1].composeReceipt(
                logs: [log],
                me: 2,
                keys: keys.keys,
                node: world.card(2).identity,
                seconds: 1
            )
            let item = try #require(composed?.receipt.logs.first)
            // From nothing, by the audiences alone.
            open = OpenEntries()
            for index in 0..<size {
                guard case .full(let entry) = world.store(1).item(at: index, of: log),
                    world.store(1).audience(entry.header.audience)?.contains(2) == true
                else { continue }
                open.add(index: index, leafHash: entry.header.leafHash)
            }
            #expect(open.count >= UInt64(round) && item.says(open))
            let state = try #require(composed?.states[log])
            #expect(state.openedSize == size && state.opened == open)
            #expect(world.store(1).isConfirmed(item, by: 2, given: &given))
            // Nothing counted before helps a member that claims less.
            let other = try #require(
                LogReceipt(
                    log: log,
                    checkpoint: item.checkpoint,
                    openCount: item.openCount,
                    openHash: OpenEntries().hash,
                    unopened: []
                )
            )
            #expect(!world.store(1).isConfirmed(other, by: 2, given: &given))
            try world.write([world.draft(try world.audience([2]), byteCount: 1)], by: 1)
        }
    }

    @Test func `what is missing is filled by the author up to its size`() throws {
        var world = try self.world()
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

    @Test func `while the author is away a third member is asked and its word completes nothing`()
        throws
    {
        var world = TestTable(count: 4)
        let audience = try world.audience([2, 4])
        try world.write([world.draft(audience, byteCount: 5)], by: 1)
        try world.give(1, to: 3)
        try world.give(1, to: 4)
        // From 3, who is outside the audience: leaf hashes where there is a list.
        try world.take(try world.chunk(of: 1, from: 0, by: 3, to: 2), from: 3, at: 2)
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
        let stored = world.take(fill, from: 4, at: 2)
        let (state, opened) = try #require(stored)
        #expect(opened.count == 2 && state.complete == 0)
        let done = reader.engine.handle(.fillStored(fill, reader.session, state: state))
        #expect(done.isEmpty)
        // A new round asks again: the answer may have been lost.
        _ = reader.engine.handle(.roundDue(reader.session))
        #expect(reader.receive(digest).asks.count == 1)
    }

    @Test func `an answer in parts is followed from where it ended`() throws {
        var world = TestTable(count: 4)
        let audience = try world.audience([2, 4])
        try world.write([world.draft(audience, byteCount: 5)], by: 1)
        try world.give(1, to: 3)
        try world.give(1, to: 4)
        try world.take(try world.chunk(of: 1, from: 0, by: 3, to: 2), from: 3, at: 2)
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

    @Test func `a fill that is not the entries held ends the session`() throws {
        var world = try self.world()
        try world.give(1, to: 2)
        let fill = try world.fill(of: 1, 0..<7, by: 1, to: 2)
        var session = TestSession(world, 2, with: 1)
        let effects = session.engine.handle(.fillStored(fill, session.session, state: nil))
        #expect(effects.findings == [.fill(world.log(1))] && effects.closing == .verification)
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

    @Test func `two trees of one size are reported as a fork and the log is read no further`()
        throws
    {
        var world = try self.world()
        let other = try self.fork(of: world)
        try world.give(1, to: 2)
        var session = TestSession(world, 2, with: 3)
        let held = try #require(world.state(2).heads.first?.checkpoint)
        let offered = try #require(other.state(1).heads.first?.checkpoint)
        #expect(held.size == offered.size && held.root != offered.root)
        let effects = session.receive(
            .heads(
                Heads(table: world.table, logs: [LogHead(log: world.log(1), checkpoint: offered)])
            )
        )
        #expect(
            effects.findings == [.fork(world.table, world.log(1), held: held, offered: offered)]
        )
        try world.write([world.draft(nil, byteCount: 1)], by: 1)
        let chunk = try world.chunk(of: 1, from: 7, by: 1, to: 2)
        #expect(session.receive(.chunk(chunk)).findings == [.chunk(world.log(1), .disputed)])
        // What was on its way to disk does not lift the dispute.
        let state = world.store(2).state(of: world.log(1))
        _ = session.engine.handle(.receipted(table: world.table, states: [world.log(1): state]))
        #expect(session.engine.tables[world.table]?.logs[world.log(1)]?.isDisputed == true)
    }

    @Test func `a checkpoint that its author did not sign accuses nobody`() throws {
        var world = try self.world()
        try world.give(1, to: 2)
        var session = TestSession(world, 2, with: 3)
        let keys = world.keys(3)
        let forged = Checkpoint(
            origin: world.log(1).origin(table: world.table),
            size: 7,
            root: .zero,
            signedWith: keys.keys.log
        )
        let effects = session.receive(
            .heads(
                Heads(table: world.table, logs: [LogHead(log: world.log(1), checkpoint: forged)])
            )
        )
        #expect(effects.findings.isEmpty)
    }

    @Test func `a peer that holds more of the own log is reported`() throws {
        var world = try self.world()
        let before = world.state(1)
        try world.write([world.draft(nil, byteCount: 1)], by: 1)
        let heads = Heads(table: world.table, logs: world.state(1).heads)
        var session = TestSession(world, 1, with: 2)
        session.engine = SyncEngine(card: world.card(1), tables: [world.table: before])
        _ = session.engine.handle(
            .connected(session.session, peer: world.card(2).identity, isInitiator: true)
        )
        _ = session.receive(
            .hello(
                Hello(
                    version: 1,
                    card: world.card(2),
                    tables: [world.table: world.file.fileHash]
                )
            )
        )
        #expect(
            session.receive(.heads(heads)).findings
                == [.ownLogAhead(world.table, world.log(1), held: 7, offered: 8)]
        )
    }
}
