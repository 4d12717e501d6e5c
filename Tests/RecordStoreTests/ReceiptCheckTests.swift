import Cryptography
import ReplicatedTypes
import Simulator
import SyncEngine
import SyncLog
import Testing

@testable import RecordStore

@Suite(.serialized) struct ReceiptCheckTests {
    @Test func `figures before`() throws {
        let (folder, store) = try NodeStoreTests.makeStore()
        let members = SimulatedTable(seed: 7, count: 3)
        let random = SeededBytes(seed: 9)
        let log = LogID(member: 1, generation: 0)
        let audience = try #require(Audience([Recipient(member: 2, ground: "ALL")]))
        let context = WritingContext(
            file: members.file, log: log, card: members.cards[0],
            clock: HybridTime(milliseconds: 1_767_225_600_000),
            random: { random.next($0) })
        let keys = members.keys[0]
        for _ in 0..<10 {
            let drafts = (0..<2_000).map { _ in
                Draft(kind: .consultation, subject: .none, category: nil, audience: audience) { _ in [1, 2, 3] }
            }
            try store.write(table: 1) { (transaction) throws(SlotError) in
                _ = try transaction.write(drafts, context: context, keys: keys.keys)
            }
        }
        let clock = ContinuousClock()
        for kind in ["newest size", "entry 5 unopened", "older sizes"] {
            var given = GivenEntries()
            let took = try clock.measure {
                try store.read(table: 1) { (snapshot) throws(SlotError) in
                    let size = try snapshot.state(of: log).size
                    for round in 0..<4_000 {
                        let quoted = kind == "older sizes" ? size - UInt64(round % 2) * 100 : size
                        let root = try snapshot.subtreeRoot(of: log, size: quoted)
                        let checkpoint = Checkpoint(
                            origin: log.origin(table: members.file.table), size: quoted, root: root,
                            signedWith: keys.keys.log)
                        let item = LogReceipt(
                            log: log, checkpoint: checkpoint, heldCount: 1, heldHash: .zero,
                            unopened: kind == "entry 5 unopened" ? [5] : [])!
                        _ = try snapshot.isConfirmed(item, by: 2, given: &given)
                        if round == 99, kind != "newest size" { break }
                    }
                }
            }
            print("BEFORE \(kind): \(took)")
        }
        _ = folder
    }
}
