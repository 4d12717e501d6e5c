import Cryptography
import NodeInterface
import SyncLog
import Testing

@testable import NodeService
@testable import RecordStore
@testable import SyncEngine

/// What `tafel node check` says of rows that are gone from a store whose pages are sound, as after
/// a repair by a program that did not see it (`Protocol/records.md` §7).
@Suite(.serialized) struct NodeCheckTests {
    @Test func `an entry that was opened and is held by its hash alone is lost`() async throws {
        let nodes = [try LiveNode("od-noord", .odToezicht), try LiveNode("politie", .politie)]
        let table = try await LiveTable(nodes)
        for node in nodes { try await node.start() }
        let id = try await nodes[1].openCase("Granulaat", in: table.id, to: nil)
        #expect(try await nodes[0].syncNow(with: "politie") == .done)
        let truth = try await nodes[1].canonical(id)
        #expect(try await nodes[0].canonical(id) == truth)
        try await nodes[0].stop()

        let node = try await nodes[0].node
        let stored = try #require(try node.store.storedTables().first)
        let log = LogID(member: 2, generation: 0)
        let opened = try node.store.read(table: stored.number) { (snapshot) throws(SlotError) in
            let size = try snapshot.state(of: log).size
            return try snapshot.openings(of: log, in: 0..<size).map(\.index)
        }
        let lost = try #require(opened.last)
        let identity = nodes[0].card.identity
        func findings() -> [CheckFinding] {
            var check = NodeCheck()
            check.checkContents(node.store, identity: identity) { _, _, _ in
            }
            return check.findings
        }
        #expect(findings().isEmpty)
        let key = LogReference(table: stored.number, log: log).key(lost)
        try node.store.write { (transaction) throws(SlotError) in
            let table = node.store.tables.entries
            try SlotError.lifting { () throws(StoreError) in
                _ = try transaction.delete(key, in: table)
            }
        }
        let found = findings()
        #expect(found.contains { $0.what == "entry \(lost) is lost" && $0.remedy == .fetch })
        #expect(found.allSatisfy { $0.remedy != .backup }, "\(found)")
    }
}
