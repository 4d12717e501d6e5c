import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// Heads, receipts and the end of a round, event by event.
@Suite struct RoundTests {
    @Test func `a log that no charter allows any more is refused, and named once in heads`() throws
    {
        var world = TestTable(count: 2)
        try world.writePreface(by: 1)
        let before = world.log(1)
        let later = LogID(member: 1, generation: 1)
        var state = world.state(2)
        // As held under a charter that pinned the log before, and gave way.
        state.set(world.store(1).state(of: before), of: later)
        #expect(!state.isKnown(later) && state.refused == [later])
        let heads = state.heads(of: world.table, foreign: [later])
        #expect(!heads.logs.contains { $0.log == later } && heads.refused == [later])
        let frame = PeerMessage.heads(heads).encoded
        #expect(try PeerMessage(decoding: frame) == .heads(heads))
    }

    @Test func `a log that a charter lets exist meanwhile is refused no more`() throws {
        var world = TestTable(count: 2)
        try world.writePreface(by: 1)
        try world.give(1, to: 2)
        let log = world.log(1)
        let heads = world.state(2).heads(of: world.table, foreign: [log])
        #expect(heads.logs.map(\.log) == [log] && heads.refused.isEmpty)
        #expect(try PeerMessage(decoding: PeerMessage.heads(heads).encoded) == .heads(heads))
    }

    @Test func `other digests are answered with heads and those with chunks`() throws {
        let world = try TestTable.withAddressedEntries()
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
        let effects = session.receive(.heads(Heads(table: world.table, logs: [], refused: [])))
        #expect(effects.chunkRequests.map(\.from) == [0])
    }

    @Test func `heads that are ahead are answered with the own, once`() throws {
        let world = try TestTable.withAddressedEntries()
        var session = TestSession(world, 2, with: 1)
        let heads = PeerMessage.heads(
            Heads(table: world.table, logs: world.state(1).heads(of: world.table).logs, refused: [])
        )
        #expect(session.receive(heads).heads.count == 1)
        #expect(session.receive(heads).heads.isEmpty)
    }

    @Test func `what was acknowledged is filled while digests differ`() throws {
        var world = try TestTable.withAddressedEntries()
        try world.give(1, to: 2)
        var session = TestSession(world, 1, with: 2)
        let heads = world.state(2).heads(of: world.table)
        _ = session.receive(.heads(heads))
        // What a third member writes meanwhile keeps the digests apart.
        let differing = HeadsDigest(
            table: world.table,
            digest: .zero,
            complete: 3,
            isSettled: true,
            isRound: true
        )
        #expect(session.receive(.headsDigest(differing)).fillRequests.isEmpty, "nothing is known")
        let ack = Ack(table: world.table, log: world.log(1), size: 7)
        _ = session.receive(.heads(heads))
        _ = session.receive(.ack(ack))
        let fills = session.receive(.headsDigest(differing)).fillRequests
        #expect(fills.map { [$0.from, $0.until] } == [[3, 7]])
    }

    @Test func `logs that cannot exist here are named as refused and cost nobody anything`()
        throws
    {
        let world = try TestTable.withAddressedEntries()
        var session = TestSession(world, 2, with: 1)
        let head = try #require(world.state(1).heads(of: world.table).logs.first)
        let foreign = [LogID(member: 1, generation: 1), LogID(member: 9, generation: 0)]
        let heads = Heads(
            table: world.table,
            logs: [head] + foreign.map { LogHead(log: $0, checkpoint: head.checkpoint) },
            refused: []
        )
        let effects = session.receive(.heads(heads))
        #expect(effects.heads.map(\.refused) == [foreign])
        #expect(effects.findings.isEmpty)
        let chunk = Chunk(
            table: world.table,
            log: foreign[1],
            from: 0,
            items: [.leaf(.zero)],
            checkpoint: head.checkpoint,
            isComplete: false
        )
        let answer = session.receive(.chunk(chunk))
        #expect(answer.findings.isEmpty && answer.closing == nil && answer.stores.isEmpty)
    }

    @Test func `no more logs are named as refused than heads can hold`() throws {
        let world = try TestTable.withAddressedEntries()
        var session = TestSession(world, 2, with: 1)
        let head = try #require(world.state(1).heads(of: world.table).logs.first)
        let logs = (1...Heads.logsMax).map {
            LogHead(
                log: LogID(member: 9, generation: UInt16($0)),
                checkpoint: head.checkpoint
            )
        }
        let heads = Heads(table: world.table, logs: logs, refused: [])
        let answer = session.receive(.heads(heads)).heads
        #expect(answer.map(\.refused.count) == [Heads.logsMax])
        #expect(throws: Never.self) {
            try PeerMessage(decoding: PeerMessage.heads(answer[0]).encoded)
        }
    }

    @Test func `a round ends on both sides`() throws {
        var world = try TestTable.withAddressedEntries()
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
        let asked = first.engine.roundDue(first.session)
        let digest = try #require(asked.messages.first)
        let answer = second.receive(digest)
        #expect(answer.hasRoundEnd)
        let reply = try #require(answer.digests.first)
        #expect(!reply.isRound && reply.complete == 7 && reply.isSettled)
        let end = first.receive(.headsDigest(reply))
        #expect(end.hasRoundEnd && end.messages.isEmpty)
    }

    @Test func `a receipt is owed before a round ends and for receipts alone it is not`() throws {
        var world = try TestTable.withAddressedEntries()
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
        var world = try TestTable.withAddressedEntries()
        try world.give(1, to: 2)
        var waiting = TestSession(world, 1, with: 2)
        _ = waiting.engine.roundDue(waiting.session)
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
        let composed = world.stores[Int(member) - 1].composeReceipts(
            logs: [world.log(author)],
            me: member,
            keys: keys.keys,
            node: world.card(member).identity,
            seconds: 1
        )
        return try #require(composed?.receipts.first?.payload)
    }

    @Test func `leaf hashes of a relay call for a receipt once the author has given all`() throws {
        var world = try TestTable.withAddressedEntries()
        try world.give(1, to: 2)
        try world.give(1, to: 3)
        let keys = world.keys(2)
        let first = world.stores[1].composeReceipts(
            logs: [world.log(1)],
            me: 2,
            keys: keys.keys,
            node: world.card(2).identity,
            seconds: 1
        )
        #expect(first != nil && !world.state(2).owesReceipt)
        try world.write([world.draft(try world.audience([3]), byteCount: 10)], by: 1)
        try world.give(1, to: 3)
        let relayed = try world.chunk(of: 1, from: 7, by: 3, to: 2)
        try world.take(relayed, from: 3, at: 2)
        #expect(world.state(2).logs[world.log(1)]?.unreceipted == 0)
        let fill = try world.fill(of: 1, 7..<8, by: 1, to: 2)
        #expect(fill.entries.isEmpty)
        let filled = world.take(fill, from: 1, at: 2)
        #expect(filled?.state.complete == 8 && world.state(2).owesReceipt)
    }

    @Test func `a log that came by a relay is confirmed when the author has said all`() throws {
        var world = try TestTable.withAddressedEntries()
        try world.give(1, to: 3)
        try world.take(
            try world.chunk(of: 1, from: 0, by: 3, to: 2),
            from: 3,
            at: 2
        )
        // Card and charter: of the leaf hashes a relay does not say what they are.
        #expect(world.state(2).logs[world.log(1)]?.unreceipted == 2)
        #expect(!world.state(2).owesReceipt)
        let keys = world.keys(2)
        let none = world.stores[1].composeReceipts(
            logs: [world.log(1)],
            me: 2,
            keys: keys.keys,
            node: world.card(2).identity,
            seconds: 1
        )
        #expect(none?.receipts == nil)
        let fill = try world.fill(of: 1, 0..<7, by: 1, to: 2)
        let filled = world.take(fill, from: 1, at: 2)
        #expect(filled?.state.complete == 7)
        #expect(world.state(2).owesReceipt)
        let composed = world.stores[1].composeReceipts(
            logs: [world.log(1)],
            me: 2,
            keys: keys.keys,
            node: world.card(2).identity,
            seconds: 1
        )
        let item = try #require(composed?.receipts.first?.logs.first)
        // A grant and two entries.
        #expect(item.heldCount == 3 && item.unopened.isEmpty)
        var given = GivenEntries()
        #expect(world.store(1).verdict(on: item, by: 2, given: &given) == .confirmed(unopened: 0))
        // What was counted for it changes nothing when it comes again.
        #expect(world.store(1).verdict(on: item, by: 2, given: &given) == .confirmed(unopened: 0))
        var other = GivenEntries()
        #expect(world.store(1).verdict(on: item, by: 3, given: &other) == .otherEntries)
    }

    @Test func `a receipt goes on where the one before ended`() throws {
        var world = try TestTable.withAddressedEntries()
        let log = world.log(1)
        var given = GivenEntries()
        var held = HeldEntries()
        for round in 1...3 {
            try world.give(1, to: 2)
            let size = world.state(2).logs[log]?.size ?? 0
            let keys = world.keys(2)
            let composed = world.stores[1].composeReceipts(
                logs: [log],
                me: 2,
                keys: keys.keys,
                node: world.card(2).identity,
                seconds: 1
            )
            let item = try #require(composed?.receipts.first?.logs.first)
            // From nothing, by the audiences alone.
            held = HeldEntries()
            for index in 0..<size {
                guard case .full(let entry) = world.store(1).item(at: index, of: log),
                    world.store(1).audience(entry.header.audience)?.contains(2) == true
                else { continue }
                held.add(index: index, leafHash: entry.header.leafHash)
            }
            #expect(held.count >= UInt64(round) && item.says(held))
            let state = try #require(composed?.states[log])
            #expect(state.heldSize == size && state.held == held)
            #expect(
                world.store(1).verdict(on: item, by: 2, given: &given) == .confirmed(unopened: 0)
            )
            // Nothing counted before helps a member that claims less.
            let other = try #require(
                LogReceipt(
                    log: log,
                    checkpoint: item.checkpoint,
                    heldCount: item.heldCount,
                    heldHash: HeldEntries().hash,
                    unopened: []
                )
            )
            #expect(world.store(1).verdict(on: other, by: 2, given: &given) == .otherEntries)
            try world.write([world.draft(try world.audience([2]), byteCount: 1)], by: 1)
        }
    }
}
