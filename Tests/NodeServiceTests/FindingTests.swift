import Cryptography
import NodeInterface
import SyncLog
import Testing

@testable import NodeService
@testable import RecordStore

/// Finding what a person names by the beginning of its ID.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct FindingTests {
    /// Notes fragments of which nothing counts, whose IDs begin as `id` does and come before it.
    private func note(_ count: Int, before id: ObjectID, in store: NodeStore) throws {
        var beginning = Array(id.bytes.prefix(4))
        // The next digits are zero, so that each comes before; an ID in which they are too is not made.
        beginning += [UInt8](repeating: 0, count: 9)
        try store.write(table: 1) { (transaction) throws(SlotError) in
            for number in 0..<count {
                var key: [UInt8] = [0, 0, 0, 1] + beginning
                key += [0, UInt8(number >> 8), UInt8(number & 0xFF)]
                // Of member 9, generation 0, index 0.
                key += [0, 9, 0, 0] + [UInt8](repeating: 0, count: 8)
                try transaction.note(
                    [UInt8](repeating: 7, count: 16),
                    for: key,
                    in: store.tables.objects
                )
            }
        }
    }

    @Test(arguments: [Reader.fragmentsTriedMax - 1, Reader.fragmentsTriedMax])
    func `a fragment is found behind up to 63 that do not count`(count: Int) async throws {
        let node = try LiveNode("od-noord", .odToezicht)
        let partner = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([node, partner]).id
        let caseID = try await node.openCase("Zaak", in: table, to: nil)
        let record = try await node.importRecord(key: "a-1", name: "Naam", kvk: "20000001")
        let shared = try await node.share(record, in: caseID, to: nil).fragment
        let id = try #require(ObjectID(TextEncoding.bytes(hex: shared) ?? []))
        try self.note(count, before: id, in: try await node.node.store)
        let asked = ShowFragmentStatus(fragment: String(shared.prefix(8)))
        if count < Reader.fragmentsTriedMax {
            #expect(try await node.ask(asked).fragment == shared)
        } else {
            await #expect(throws: Refusal.self) { try await node.ask(asked) }
        }
        // By more digits it is found in any case.
        let whole = try await node.ask(ShowFragmentStatus(fragment: shared))
        #expect(whole.fragment == shared)
    }
}
