import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// Heads that tell of a second history, or of more of the own log than is held.
@Suite struct ForkTests {
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

    @Test func `two trees of one size are reported as a fork and the log is read no further`()
        throws
    {
        var world = try TestTable.withAddressedEntries()
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
        var world = try TestTable.withAddressedEntries()
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
        var world = try TestTable.withAddressedEntries()
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
