import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// A peer whose own log is shorter than what is held of it (`Protocol/sync.md` §3).
struct PeerBehindTests {
    /// Member 2 wrote twice and gave both to member 1; it says and holds only what it had before.
    private struct Shorter {
        var session: TestSession
        let old: TestTable
        let world: TestTable
        let head: LogHead
        let held: UInt64

        init() throws {
            var world = TestTable(count: 2)
            let audience = try world.audience([1])
            try world.write([world.draft(audience, byteCount: 9)], by: 2)
            self.old = world
            self.head = try #require(world.state(2).heads(of: world.table).logs.first)
            try world.write([world.draft(audience, byteCount: 9)], by: 2)
            try world.give(2, to: 1)
            self.held = world.store(1).state(of: world.log(2)).size
            self.world = world
            self.session = TestSession(world, 1, with: 2)
        }

        func heads(_ logs: [LogHead]) -> PeerMessage {
            .heads(Heads(table: self.world.table, logs: logs, refused: []))
        }

        /// What member 2 answers from a store.
        func proof(from world: TestTable) throws -> PeerMessage {
            let request = BranchRequest(
                table: world.table,
                log: world.log(2),
                index: self.held - 1
            )
            let found = try #require(world.store(2).branch(request))
            return .proof(
                Proof(
                    table: world.table,
                    log: request.log,
                    index: found.index,
                    branch: found.branch
                )
            )
        }

        func finding(offered: UInt64) -> SyncFinding {
            .peerBehind(
                self.world.table,
                self.world.log(2),
                held: self.held,
                offered: offered
            )
        }
    }

    @Test func `a peer whose own log is shorter than before was put back, once it proves so`()
        throws
    {
        var peer = try Shorter()
        let asked = peer.session.receive(peer.heads([peer.head]))
        #expect(asked.findings.isEmpty, "it may have been on its way")
        let prove = Prove(
            table: peer.world.table,
            log: peer.world.log(2),
            index: peer.held - 1
        )
        #expect(asked.messages.contains(.prove(prove)))
        let effects = peer.session.receive(try peer.proof(from: peer.old))
        #expect(effects.findings == [peer.finding(offered: peer.head.checkpoint.size)])
        _ = peer.session.receive(peer.heads([peer.head]))
        let again = peer.session.receive(try peer.proof(from: peer.old))
        #expect(again.findings.isEmpty, "once")
        // Its round, in which nothing moved since it began, has stalled after 5 s.
        let early = peer.session.engine.handle(.tick(milliseconds: 4_999, random: 1))
        #expect(!early.contains(.roundStalled(peer.session.session)))
        let stalled = peer.session.engine.handle(.tick(milliseconds: 5_000, random: 1))
        #expect(stalled.contains(.roundStalled(peer.session.session)))
    }

    @Test func `heads that were overtaken put nobody back`() throws {
        var peer = try Shorter()
        _ = peer.session.receive(peer.heads([peer.head]))
        let effects = peer.session.receive(try peer.proof(from: peer.world))
        #expect(effects.findings.isEmpty)
        #expect(effects.closing == nil)
    }

    @Test func `a round that ends says of its table alone that the peer is level`() throws {
        let world = TestTable(count: 2)
        var session = TestSession(world, 1, with: 2)
        let id = session.session
        let other = Digest(hashing: [1])
        let tables = [world.table, other, other]
        let news = tables.map { session.engine.schedule.notePeerBehind($0, id) }
        #expect(news == [true, true, false], "each table is told of, once")
        // Nobody wrote anything: both hold the same.
        _ = session.engine.handle(.roundWanted(world.card(2).identity))
        let level = session.digest(
            of: world.engine(2),
            complete: 0,
            isSettled: true,
            isRound: true
        )
        #expect(session.receive(level).hasRoundEnd)
        let isAnew = session.engine.schedule.notePeerBehind(world.table, id)
        #expect(isAnew, "and anew after that")
        session.engine.schedule.noteLevel(world.table, id)
        #expect(session.engine.hindrance(of: id) == .putBack, "the other table is as it was")
        session.engine.schedule.noteLevel(other, id)
        #expect(session.engine.hindrance(of: id) == nil)
    }

    @Test func `of a pinned log somebody is behind as far as the pin, and not beyond`() throws {
        var peer = try Shorter()
        let root = peer.world.store(1).subtreeRoot(of: peer.world.log(2), size: 1)
        let file = try peer.world.pinned([Pin(log: peer.world.log(2), size: 1, root: root)])
        let states = peer.world.store(1).states
        let state = TableState(file: file, me: 1, logs: states, evidence: [:])
        _ = peer.session.engine.handle(.tableChanged(state))
        let asked = peer.session.receive(peer.heads([peer.head]))
        #expect(!asked.messages.contains { if case .prove = $0 { true } else { false } })
        // Nothing of it at all is less than the pin: said once more some time later it is true.
        _ = peer.session.engine.handle(.tick(milliseconds: 2_000, random: 1))
        #expect(peer.session.receive(peer.heads([])).findings.isEmpty)
        _ = peer.session.engine.handle(.tick(milliseconds: 4_000, random: 1))
        let told = SyncFinding.peerBehind(
            peer.world.table,
            peer.world.log(2),
            held: 1,
            offered: 0
        )
        #expect(peer.session.receive(peer.heads([])).findings == [told])
    }

    @Test func `a peer that has nothing of its own log was put back, once it says so again`()
        throws
    {
        var peer = try Shorter()
        #expect(peer.session.receive(peer.heads([])).findings.isEmpty)
        let asked = peer.session.engine.handle(.tick(milliseconds: 2_000, random: 1))
        #expect(asked.digests.count == 1)
        #expect(peer.session.receive(peer.heads([])).findings == [peer.finding(offered: 0)])
        #expect(peer.session.receive(peer.heads([])).findings.isEmpty, "once")
    }
}
