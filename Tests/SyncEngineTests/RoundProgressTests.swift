import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// What is counted while a round goes on.
@Suite struct RoundProgressTests {
    /// Members 1 and 2 lack something of each other.
    ///
    /// Member 1 wrote 7 entries that 2 lacks, member 2 wrote 3 that 1 lacks, and both hold the
    /// first 3 of member 3's, of which 1 holds 2 more. A log's first entries are card and charter.
    private func world() throws -> TestTable {
        var world = TestTable(count: 3)
        try world.write((0..<5).map { _ in world.draft(nil, byteCount: 3) }, by: 1)
        try world.write([world.draft(nil, byteCount: 3)], by: 2)
        try world.write([world.draft(nil, byteCount: 3)], by: 3)
        try world.give(3, to: 1)
        try world.give(3, to: 2)
        try world.write((0..<2).map { _ in world.draft(nil, byteCount: 3) }, by: 3)
        try world.give(3, to: 1)
        return world
    }

    private func heads(of member: MemberNumber, in world: TestTable) -> Heads {
        Heads(
            table: world.table,
            logs: world.state(member).heads(of: world.table).logs,
            refused: []
        )
    }

    private func ack(_ world: TestTable, _ author: MemberNumber, _ size: UInt64) -> Ack {
        Ack(table: world.table, log: world.log(author), size: size)
    }

    @Test func `before heads were compared there is no total`() {
        let progress = RoundProgress()
        #expect(progress.total == nil && progress.moved == 0)
    }

    @Test func `the total is what either side lacks`() throws {
        let world = try self.world()
        var progress = RoundProgress()
        progress.compare(self.heads(of: 2, in: world), with: world.state(1), peer: 2)
        #expect(progress.total == 7 + 3 + 2 && progress.moved == 0)
        // The other side counts the same.
        var other = RoundProgress()
        other.compare(self.heads(of: 1, in: world), with: world.state(2), peer: 1)
        #expect(other.total == 12 && other.moved == 0)
    }

    @Test func `an entry counts once, when the side that lacked it has it`() throws {
        let world = try self.world()
        var progress = RoundProgress()
        progress.compare(self.heads(of: 2, in: world), with: world.state(1), peer: 2)
        progress.noteAcknowledged(self.ack(world, 1, 4))
        #expect(progress.moved == 4)
        // Repeated, and overtaken by an older one.
        progress.noteAcknowledged(self.ack(world, 1, 4))
        progress.noteAcknowledged(self.ack(world, 1, 3))
        #expect(progress.moved == 4)
        progress.noteHeld(3, of: world.log(2), in: world.table)
        #expect(progress.moved == 7)
        // Of member 3's log the peer had 3.
        progress.noteAcknowledged(self.ack(world, 3, 4))
        #expect(progress.moved == 8 && progress.total == 12)
    }

    @Test func `heads that come again change neither the start nor what moved`() throws {
        var world = try self.world()
        var progress = RoundProgress()
        progress.compare(self.heads(of: 2, in: world), with: world.state(1), peer: 2)
        try world.give(1, to: 2)
        progress.compare(self.heads(of: 2, in: world), with: world.state(1), peer: 2)
        #expect(progress.moved == 7 && progress.total == 12)
    }

    @Test func `what is written meanwhile is moved and expected`() throws {
        let world = try self.world()
        var progress = RoundProgress()
        progress.compare(self.heads(of: 2, in: world), with: world.state(1), peer: 2)
        progress.noteAcknowledged(self.ack(world, 1, 9))
        #expect(progress.moved == 9 && progress.total == 14)
    }

    @Test func `logs that nothing was missing of count nothing`() throws {
        let world = try self.world()
        var progress = RoundProgress()
        progress.compare(self.heads(of: 1, in: world), with: world.state(1), peer: 2)
        progress.noteAcknowledged(self.ack(world, 1, 7))
        progress.noteHeld(5, of: world.log(3), in: world.table)
        #expect(progress.total == nil && progress.moved == 0)
    }

    @Test func `a disputed log is not waited for`() throws {
        let world = try self.world()
        var state = world.state(1)
        state.logs[world.log(3)]?.isDisputed = true
        var progress = RoundProgress()
        progress.compare(self.heads(of: 2, in: world), with: state, peer: 2)
        #expect(progress.total == 10)
    }

    @Test func `entries of fills count without a total`() throws {
        let world = try self.world()
        var progress = RoundProgress()
        progress.compare(self.heads(of: 2, in: world), with: world.state(1), peer: 2)
        progress.noteHeld(3, of: world.log(2), in: world.table)
        progress.noteFilled(20)
        #expect(progress.moved == 23 && progress.total == nil)
    }
}
