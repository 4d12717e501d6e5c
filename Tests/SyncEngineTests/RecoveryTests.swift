import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// A store that was put back fetches its own log back; copies of one node (`Protocol/sync.md` §3.3).
struct RecoveryTests {
    /// Member 1 wrote for 2 and 3, both hold it, and then its store was put back to its first entries.
    private struct PutBack {
        var world: TestTable
        /// Everything that member 1 had written.
        let whole: MemoryTable

        init() throws {
            var world = TestTable(count: 3)
            let (two, three) = (try world.audience([2]), try world.audience([3]))
            try world.write([world.draft(two, byteCount: 10)], by: 1)
            let old = world.store(1)
            try world.write(
                [
                    world.draft(three, byteCount: 11), world.draft(two, byteCount: 12),
                    world.draft(nil, byteCount: 13),
                ],
                by: 1
            )
            try world.give(1, to: 2)
            try world.give(1, to: 3)
            self.whole = world.store(1)
            world.stores[0] = old
            self.world = world
        }

        var log: LogID { self.world.log(1) }

        /// What member 1 knows of the table while it fetches its log back.
        var state: TableState {
            var state = self.world.state(1)
            state.isOwnLogAhead = true
            state.isRecovering = true
            return state
        }

        /// Takes in what a partner gives of the own log, from the size held on.
        mutating func take(from giver: MemberNumber) throws -> StoredEntries {
            let held = self.world.store(1).state(of: self.log)
            let chunk = try self.world.chunk(of: 1, from: held.size, by: giver, to: 1)
            let verified = try #require(try self.state.verify(chunk, from: giver, held: held))
            let keys = self.world.keys(1)
            return self.world.stores[0].store(verified, me: 1, sealingKey: keys.keys.sealing)
        }

        func lost() -> [UInt64] {
            let store = self.world.store(1)
            return store.lostIndices(of: self.log, in: 0..<store.state(of: self.log).size)
        }
    }

    @Test func `what partners give back is the same, and opens`() throws {
        var table = try PutBack()
        let size = table.world.store(1).state(of: table.log).size
        _ = table.world.stores[0].beginRecovery(of: table.log)
        let stored = try table.take(from: 2)
        #expect(stored.state.frontier == table.whole.state(of: table.log).frontier)
        // The grant for 3 and its entry came as leaf hashes.
        #expect(table.lost().count == 2)
        #expect(stored.state.complete == size)
        let fill = try table.world.fill(of: 1, size..<stored.state.size, by: 3, to: 1)
        let taken = table.world.take(fill, from: 3, at: 1)
        let filled = try #require(taken)
        #expect(table.lost().isEmpty)
        #expect(filled.state.complete == size)
        let store = table.world.store(1)
        for index in 0..<stored.state.size {
            #expect(
                store.plaintext(at: index, of: table.log)
                    == table.whole.plaintext(at: index, of: table.log)
            )
            #expect(
                store.opening(at: index, of: table.log)
                    == table.whole.opening(at: index, of: table.log)
            )
        }
        #expect(store.unopened(of: table.log, limit: 10).isEmpty)
    }

    @Test func `after it no chain is written with that was granted before`() throws {
        var table = try PutBack()
        _ = table.world.stores[0].beginRecovery(of: table.log)
        let stored = try table.take(from: 3)
        // The entry for 2 stays lost, and with it a position of its chain.
        #expect(table.lost() == [6])
        let ended = table.world.stores[0].endRecovery(of: table.log)
        #expect(ended.complete == ended.size)
        let two = try table.world.audience([2])
        let written = try table.world.write([table.world.draft(two, byteCount: 14)], by: 1)
        try #require(written.size == stored.state.size + 2, "a grant comes first")
        let grant = try #require(
            table.world.store(1).header(at: stored.state.size, of: table.log)
        )
        let entry = try #require(
            table.world.store(1).header(at: stored.state.size + 1, of: table.log)
        )
        #expect(grant.kind == .keyGrant)
        #expect((entry.epoch, entry.position) == (UInt32(stored.state.size), 0))
    }

    @Test func `a recovery that was broken off writes with no chain of before either`() throws {
        var table = try PutBack()
        _ = table.world.stores[0].beginRecovery(of: table.log)
        let stored = try table.take(from: 3)
        let two = try table.world.audience([2])
        let written = try table.world.write([table.world.draft(two, byteCount: 14)], by: 1)
        try #require(written.size == stored.state.size + 2, "a grant comes first")
        let entry = try #require(
            table.world.store(1).header(at: stored.state.size + 1, of: table.log)
        )
        #expect((entry.epoch, entry.position) == (UInt32(stored.state.size), 0))
    }

    @Test func `what is lost is asked for again by a later recovery`() throws {
        var table = try PutBack()
        _ = table.world.stores[0].beginRecovery(of: table.log)
        _ = try table.take(from: 3)
        _ = table.world.stores[0].endRecovery(of: table.log)
        let (state, lost) = table.world.stores[0].beginRecovery(of: table.log)
        #expect((state.complete, lost) == (6, 1))
        let fill = try table.world.fill(of: 1, 6..<state.size, by: 2, to: 1)
        let taken = table.world.take(fill, from: 2, at: 1)
        #expect(taken != nil)
        #expect(table.lost().isEmpty)
    }

    @Test func `the own log is given to its author only while it says that it recovers`() throws {
        let table = try PutBack()
        let heads = table.world.state(1).heads(of: table.world.table)
        for isRecovering in [false, true] {
            var partner = TestSession(table.world, 2, with: 1)
            let effects = partner.receive(
                .heads(
                    Heads(
                        table: heads.table,
                        logs: heads.logs,
                        refused: [],
                        isRecovering: isRecovering
                    )
                )
            )
            let reads = effects.contains {
                if case .readChunk(let request, _) = $0 {
                    request.log == table.log && request.reader == 1
                } else {
                    false
                }
            }
            #expect(reads == isRecovering)
        }
    }

    @Test func `the own log is taken in only while it is recovered`() throws {
        let table = try PutBack()
        let size = table.world.store(1).state(of: table.log).size
        let chunk = try table.world.chunk(of: 1, from: size, by: 2, to: 1)
        var session = TestSession(table.world, 1, with: 2)
        #expect(session.receive(.chunk(chunk)).isEmpty)
        let own = table.world.store(1).state(of: table.log)
        let effects = session.engine.handle(.recovering(table.world.table, own))
        #expect(
            effects.messages.contains {
                if case .heads(let heads) = $0 { heads.isRecovering } else { false }
            }
        )
        #expect(session.engine.tables[table.world.table]?.isWritable == false)
        let stores = session.receive(.chunk(chunk)).contains {
            if case .store = $0 { true } else { false }
        }
        #expect(stores)
        _ = session.engine.handle(.recovered(table.world.table, own))
        #expect(session.engine.tables[table.world.table]?.isWritable == true)
        #expect(session.receive(.chunk(chunk)).isEmpty)
    }

    @Test func `a recovery that was given up leaves the log as it was`() throws {
        let table = try PutBack()
        var session = TestSession(table.world, 1, with: 2)
        let own = table.world.store(1).state(of: table.log)
        var state = table.world.state(1)
        state.isOwnLogAhead = true
        session.engine = SyncEngine(card: table.world.card(1), tables: [state.file.table: state])
        _ = session.engine.handle(.recovering(table.world.table, own))
        _ = session.engine.handle(.recovered(table.world.table, nil))
        #expect(session.engine.tables[table.world.table]?.isWritable == false)
        #expect(session.engine.tables[table.world.table]?.isRecovering == false)
    }

    /// At which of the hellos of processes, one after the other, two are known to run.
    private func told(_ processes: [UInt64]) -> [Bool] {
        var instances = Instances()
        return processes.map { instances.areTwo($0) }
    }

    @Test func `two processes that come back run beside each other`() {
        #expect(self.told([1, 1, 2, 1, 2]) == [false, false, false, false, true])
        // The last hello of a process that ended may come after the first of the next.
        #expect(self.told([2, 1, 2, 2, 3, 4]) == [false, false, false, false, false, false])
        // Not told: nothing is known of it.
        #expect(self.told([0, 1, 0, 1]) == [false, false, false, false])
    }

    @Test func `the last 16 processes of a peer are remembered`() {
        let processes = Array(1...UInt64(Instances.countMax))
        #expect(self.told(processes + [1, 2]).last == true)
        #expect(self.told(processes + [17, 1, 2]).last == false)
    }

    @Test func `hellos of two processes that take turns are told`() throws {
        let world = TestTable(count: 2)
        var engine = world.engine(1)
        var findings: [SyncFinding] = []
        for (number, instance) in [UInt64(7), 8, 7, 8].enumerated() {
            let session = SessionID(UInt64(number) + 1)
            _ = engine.handle(
                .connected(session, peer: world.card(2).identity, isInitiator: true)
            )
            findings +=
                engine.handle(
                    .received(
                        .hello(
                            Hello(
                                version: 1,
                                card: world.card(2),
                                tables: [:],
                                instance: instance
                            )
                        ),
                        session
                    )
                ).findings
        }
        #expect(findings == [.twoCopies(world.card(2).identity)])
    }
}
