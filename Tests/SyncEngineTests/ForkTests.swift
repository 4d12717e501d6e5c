import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// Two histories of one log: found, proven, passed on, and held against nobody but their author
/// (`Protocol/sync.md` §3, `Protocol/sync-log.md` §8).
@Suite struct ForkTests {
    /// Members 2 and 3 hold what two copies of member 1's store wrote, alike up to `fork`.
    private func world(fork: Int, sizes: (Int, Int)) throws -> ForkedTable {
        try ForkedTable(fork: fork, sizes: sizes)
    }

    @Test(arguments: [
        (2, 3, 3), (2, 3, 40), (5, 33, 6), (16, 17, 17), (31, 32, 64), (40, 41, 57), (64, 90, 65),
    ])
    func `the first position that differs is found, whoever holds more`(
        fork: Int,
        size: Int,
        other: Int
    ) throws {
        var world = try self.world(fork: fork, sizes: (size, other))
        try world.exchange()
        for engine in [world.two.engine, world.three.engine] {
            let state = try #require(engine.tables[world.table])
            let evidence = try #require(state.evidence[world.log])
            #expect(evidence.index == UInt64(fork))
            try evidence.verify(author: world.author)
            #expect(state.logs[world.log]?.isDisputed == true)
            #expect(state.refused == [world.log])
        }
        // Nobody ended a session, and the author alone is named.
        #expect(world.closings.isEmpty)
        #expect(
            world.findings.allSatisfy {
                if case .fork(let found) = $0 { found.log == world.log } else { false }
            }
        )
        #expect(!world.findings.isEmpty)
        // What else they hold is equal, so the round is over.
        #expect(world.roundsEnded == [2, 3])
    }

    @Test func `a history that is the beginning of the other is no fork`() throws {
        var world = try self.world(fork: 9, sizes: (9, 20))
        try world.exchange()
        #expect(world.findings.isEmpty && world.closings.isEmpty)
        #expect(world.two.engine.tables[world.table]?.logs[world.log]?.size == 20)
    }

    @Test func `a chunk of another history costs its messenger nothing`() throws {
        var world = try self.world(fork: 4, sizes: (5, 8))
        let request = ChunkRequest(table: world.table, log: world.log, from: 5, reader: 2)
        let charter = try #require(world.honest.file.effective)
        let chunk = try #require(
            world.copy.store(3).readChunk(request, charter: charter, me: 3)
        )
        let effects = world.two.receive(.chunk(chunk))
        #expect(effects.closing == nil && effects.findings.isEmpty)
        #expect(
            effects.messages == [.prove(Prove(table: world.table, log: world.log, index: 4))]
        )
        // Asked once, however often it comes.
        #expect(world.two.receive(.chunk(chunk)).isEmpty)
    }

    @Test func `a chunk that its sender changed is the sender's own doing`() throws {
        var world = try TestTable.withAddressedEntries()
        try world.give(1, to: 3)
        try world.take(try world.chunk(of: 1, from: 0, by: 3, to: 2), from: 3, at: 2)
        try world.write([world.draft(nil, byteCount: 1)], by: 1)
        try world.give(1, to: 3)
        let genuine = try world.chunk(of: 1, from: 7, by: 3, to: 2)
        var session = TestSession(world, 2, with: 3)
        let asked = session.receive(.chunk(genuine.with(items: [.leaf(.zero)])))
        guard case .prove(let prove) = try #require(asked.messages.first) else {
            Issue.record("a proof is asked for")
            return
        }
        let request = BranchRequest(table: world.table, log: prove.log, index: prove.index)
        let found = try #require(world.store(3).branch(request))
        let proof = Proof(
            table: world.table,
            log: prove.log,
            index: found.index,
            branch: found.branch
        )
        #expect(session.receive(.proof(proof)) == [.compare(proof, session.session)])
        let effects = session.engine.handle(
            .compared(world.store(2).compare(proof), proof, session.session)
        )
        #expect(effects.findings == [.untrue(world.log(1))])
        #expect(effects.closing == .verification)
        #expect(session.engine.tables[world.table]?.evidence.isEmpty == true)
    }

    @Test func `entries that came meanwhile are compared again before anybody is blamed`() throws {
        var world = try TestTable.withAddressedEntries()
        try world.give(1, to: 2)
        var session = TestSession(world, 2, with: 3)
        let effects = session.engine.handle(
            .fillStored(
                try world.fill(of: 1, 0..<7, by: 1, to: 2),
                session.session,
                state: nil
            )
        )
        #expect(effects.messages.count == 1 && effects.closing == nil)
        try world.write([world.draft(nil, byteCount: 1)], by: 1)
        try world.give(1, to: 2)
        let state = world.store(2).state(of: world.log(1))
        _ = session.engine.handle(.receipted(table: world.table, states: [world.log(1): state]))
        let request = BranchRequest(table: world.table, log: world.log(1), index: 6)
        let found = try #require(world.store(1).branch(request))
        let proof = Proof(
            table: world.table,
            log: world.log(1),
            index: found.index,
            branch: found.branch
        )
        let after = session.engine.handle(.compared(.same, proof, session.session))
        #expect(after.closing == nil && after.findings.isEmpty)
    }

    @Test func `a proof that does not verify ends the session of who made it`() throws {
        var world = try self.world(fork: 4, sizes: (5, 8))
        let chunk = try world.chunkOfThree(from: 5)
        _ = world.two.receive(.chunk(chunk))
        let request = BranchRequest(table: world.table, log: world.log, index: 4)
        let found = try #require(world.copy.store(3).branch(request))
        let wrong = ForkBranch(
            card: found.branch.card,
            checkpoint: found.branch.checkpoint,
            leaf: .zero,
            path: found.branch.path
        )
        let proof = Proof(table: world.table, log: world.log, index: 4, branch: wrong)
        #expect(world.two.receive(.proof(proof)).closing == .verification)
    }

    @Test func `evidence is taken over and told to everybody else once`() throws {
        var world = try self.world(fork: 4, sizes: (5, 8))
        try world.exchange()
        let state = try #require(world.two.engine.tables[world.table])
        let evidence = try #require(state.evidence[world.log])
        var four = TestSession(world.honest, 4, with: 2)
        let other = four.connect(to: 3, of: world.honest)
        let effects = four.receive(.evidence(evidence))
        #expect(effects.first == .storeEvidence(evidence))
        #expect(effects.findings == [.fork(evidence)])
        #expect(effects.contains(.send(.evidence(evidence), other)))
        #expect(!effects.contains(.send(.evidence(evidence), four.session)))
        #expect(four.receive(.evidence(evidence)).isEmpty)
        // Who sent it has it; who comes later is told with its heads, once in a session.
        let heads = Heads(table: world.table, logs: [], refused: [])
        #expect(!four.receive(.heads(heads)).messages.contains(.evidence(evidence)))
        let later = four.connect(to: 3, of: world.honest)
        for count in [1, 0] {
            let told = four.engine.handle(.received(.heads(heads), later)).messages
            #expect(told.count { $0 == .evidence(evidence) } == count)
        }
    }

    @Test func `evidence of one log gives way to earlier evidence 64 times`() throws {
        var world = try self.world(fork: 4, sizes: (5, 8))
        try world.exchange()
        let genuine = try #require(try world.state(of: 2).evidence[world.log])
        func evidence(_ index: UInt64) -> ForkEvidence {
            ForkEvidence(
                table: genuine.table,
                log: genuine.log,
                index: index,
                genuine.first,
                genuine.second
            )
        }
        var state = world.honest.state(2)
        state.keep(evidence(1_000))
        for lower in UInt64(1)...64 {
            try #require(state.isNews(evidence(1_000 - lower)))
            state.keep(evidence(1_000 - lower))
        }
        #expect(!state.isNews(evidence(935)))
        #expect(state.evidence[world.log]?.index == 936)
    }

    @Test func `evidence that proves nothing ends the session of who sent it`() throws {
        var world = try self.world(fork: 4, sizes: (5, 8))
        try world.exchange()
        let state = try #require(world.two.engine.tables[world.table])
        let genuine = try #require(state.evidence[world.log])
        let forgeries = [
            ForkEvidence(
                table: genuine.table,
                log: LogID(member: 2, generation: 0),
                index: genuine.index,
                genuine.first,
                genuine.second
            ),
            ForkEvidence(
                table: genuine.table,
                log: genuine.log,
                index: genuine.index,
                genuine.first,
                genuine.first
            ),
            ForkEvidence(
                table: genuine.table,
                log: genuine.log,
                index: 3,
                genuine.first,
                genuine.second
            ),
        ]
        for forgery in forgeries {
            var four = TestSession(world.honest, 4, with: 2)
            let effects = four.receive(.evidence(forgery))
            #expect(effects.closing == .verification)
            #expect(four.engine.tables[world.table]?.refused.isEmpty == true)
        }
    }

    @Test func `a peer that holds more of the own log shows that the store was put back`() throws {
        var world = try TestTable.withAddressedEntries()
        let before = world
        try world.write([world.draft(nil, byteCount: 1)], by: 1)
        try world.give(1, to: 2)
        let heads = Heads(
            table: world.table,
            logs: world.state(2).heads(of: world.table).logs,
            refused: []
        )
        var session = TestSession(before, 1, with: 2)
        let asked = session.receive(.heads(heads))
        #expect(
            asked.messages.contains(
                .prove(Prove(table: world.table, log: world.log(1), index: 6))
            )
        )
        let found = try #require(
            world.store(2).branch(
                BranchRequest(table: world.table, log: world.log(1), index: 6)
            )
        )
        let proof = Proof(table: world.table, log: world.log(1), index: 6, branch: found.branch)
        let effects = session.engine.handle(
            .compared(before.store(1).compare(proof), proof, session.session)
        )
        #expect(
            effects.findings == [.ownLogAhead(world.table, world.log(1), held: 7, offered: 8)]
        )
    }

    // MARK: Pins

    @Test(arguments: [(10, 12), (6, 12), (5, 9), (10, 8)])
    func `who holds another history than the pinned one comes to hold the pinned one`(
        size: Int,
        pinned: Int
    ) throws {
        // They differ from entry 4 on, and the pin lies at 8: two other copies differ there.
        var world = try self.world(fork: 4, sizes: (size, pinned))
        try world.exchange()
        try world.pin(size: 8)
        try world.exchange()
        let (two, three) = (try world.state(of: 2), try world.state(of: 3))
        #expect(world.closings.isEmpty)
        #expect(two.offPin.isEmpty && two.refused.isEmpty)
        #expect(two.digest(without: []) == three.digest(without: []))
        #expect(two.isClosed(world.log) && three.isClosed(world.log))
        #expect(world.roundsEnded == [2, 3])
    }

    @Test func `of another history than the pinned one nothing counts`() throws {
        let world = try self.world(fork: 4, sizes: (10, 12))
        let root = world.copy.store(3).subtreeRoot(of: world.log, size: 8)
        let pin = Pin(log: world.log, size: 8, root: root)
        let file = try world.honest.pinned([pin])
        for (table, member, off) in [
            (world.honest, MemberNumber(2), Set([world.log])), (world.copy, 3, []),
        ] {
            let store = table.store(member)
            #expect(store.logsOff(file.governing.pins) == off)
            let state = TableState(
                file: file,
                me: member,
                logs: store.states,
                evidence: [:],
                offPin: off
            )
            #expect(state.pins.map(\.size) == [off.isEmpty ? 8 : 0])
            // What its author completed is confirmed only where it is the pinned history.
            #expect(state.logs[world.log]?.isReceiptDue == true)
            #expect(state.owesReceipt == off.isEmpty)
        }
    }

    @Test func `a pin that nobody holds costs no session and no round`() throws {
        var world = try self.world(fork: 9, sizes: (9, 20))
        try world.exchange()
        let file = try world.honest.pinned([Pin(log: world.log, size: 4, root: .zero)])
        for (member, count) in [(MemberNumber(2), 20), (3, 20)] {
            let state = try world.state(of: member)
            #expect(state.logs[world.log]?.size == UInt64(count))
        }
        try world.take(file)
        try world.exchange()
        #expect(world.closings.isEmpty && world.roundsEnded == [2, 3])
        #expect(try world.state(of: 2).logs[world.log]?.size == 20)
        #expect(try world.state(of: 2).refused == [world.log])
    }

    @Test func `evidence of an earlier difference takes the place of what was known`() throws {
        var late = try self.world(fork: 7, sizes: (9, 8))
        try late.exchange()
        let known = try #require(late.two.engine.tables[late.table]?.evidence[late.log])
        // Member 3 of another world holds a third history, which differs from entry 4 on.
        var early = try self.world(fork: 4, sizes: (9, 8))
        try early.exchange()
        let news = try #require(early.two.engine.tables[early.table]?.evidence[early.log])
        var four = TestSession(late.honest, 4, with: 2)
        let other = four.connect(to: 3, of: late.honest)
        #expect(four.receive(.evidence(known)).contains(.storeEvidence(known)))
        let effects = four.receive(.evidence(news))
        #expect(effects.contains(.storeEvidence(news)))
        #expect(effects.contains(.send(.evidence(news), other)))
        #expect(four.receive(.evidence(known)).isEmpty)
        #expect(four.engine.tables[late.table]?.evidence[late.log] == news)
    }

    @Test func `who gets evidence looks whether it holds a third history`() throws {
        var early = try self.world(fork: 4, sizes: (9, 8))
        try early.exchange()
        let news = try #require(early.two.engine.tables[early.table]?.evidence[early.log])
        var two = TestSession(early.honest, 2, with: 4)
        let effects = two.receive(.evidence(news))
        #expect(
            effects.messages.contains(
                .prove(Prove(table: early.table, log: early.log, index: 8))
            )
        )
        // It holds one of the two: nobody is blamed.
        let found = try #require(
            early.honest.store(2).branch(
                BranchRequest(table: early.table, log: early.log, index: 8)
            )
        )
        let proof = Proof(table: early.table, log: early.log, index: 8, branch: found.branch)
        #expect(
            two.engine.handle(.compared(.same, proof, two.session)).isEmpty
        )
    }

    @Test func `what is on its way to disk puts no blame on who sends another history`() throws {
        let world = try self.world(fork: 4, sizes: (8, 8))
        let charter = try #require(world.honest.file.effective)
        func chunk(_ store: MemoryTable, _ giver: MemberNumber) throws -> Chunk {
            let request = ChunkRequest(table: world.table, log: world.log, from: 0, reader: 4)
            return try #require(store.readChunk(request, charter: charter, me: giver))
        }
        var four = TestSession(world.honest, 4, with: 2)
        let other = four.connect(to: 3, of: world.honest)
        let first = try chunk(world.honest.store(2), 2)
        #expect(four.receive(.chunk(first)).stores.count == 1)
        // Three entries more, of the other history.
        var longer = world.copy
        try longer.write([longer.draft(nil, byteCount: 4)], by: 1)
        try longer.give(1, to: 3)
        let effects = four.engine.handle(.received(.chunk(try chunk(longer.store(3), 3)), other))
        #expect(effects.closing == nil && effects.findings.isEmpty)
    }
}
