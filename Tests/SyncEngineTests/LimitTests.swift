import Cryptography
import Simulator
import SyncLog
import Testing
import Wire

@testable import SyncEngine

/// Limits of synchronisation that no other test meets, exactly and passed by one.
@Suite struct LimitTests {
    @Test func `an answer looks at 65,536 positions and says how far it got`() throws {
        var world = TestTable(count: 2)
        let log = world.log(1)
        let leaves = [LogItem](repeating: .leaf(.zero), count: 65_538)
        world.stores[0].append(leaves, to: log, size: 0)
        var state = LogState()
        for leaf in leaves { state.frontier.append(leaf.leafHash) }
        world.stores[0].setState(state, of: log)
        for (range, until) in [
            (UInt64(1)..<65_537, UInt64(65_537)), (1..<65_538, 65_537),
        ] {
            let fill = try world.fill(of: 1, range, by: 1, to: 2)
            #expect(fill.from == 1 && fill.until == until && fill.entries.isEmpty)
        }
    }

    @Test(arguments: [(UInt64(1_023), false), (1_024, true)])
    func `after 1,024 entries a receipt is written before the round ends`(
        unreceipted: UInt64,
        isWritten: Bool
    ) throws {
        var world = TestTable(count: 2)
        try world.write([world.draft(nil, byteCount: 1)], by: 1)
        let chunk = try world.chunk(of: 1, from: 0, by: 1, to: 2)
        var session = TestSession(world, 2, with: 1)
        let verified = try #require(session.receive(.chunk(chunk)).stores.first)
        var state = verified.state
        state.unreceipted = unreceipted
        let effects = session.engine.handle(.stored(verified, state: state))
        #expect(effects.acks.map(\.size) == [3])
        #expect(effects.hasReceipt == isWritten)
    }
}
