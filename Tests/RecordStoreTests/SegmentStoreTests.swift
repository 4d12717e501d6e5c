import Cryptography
import RecordImport
import Search
import Simulator
import SyncLog
import Testing

@testable import RecordStore

/// The index in the store: found at once, merged beside other writes, and gone without a trace.
@Suite(.serialized)
struct SegmentStoreTests {
    private static func record(_ number: Int, kvk: Int, name: String) -> ImportedRecord {
        NodeStoreTests.record(
            "a-\(number)",
            ["subject.kvk": "\(kvk + number)", "subject.name": "Bedrijf \(name) \(number)"]
        )
    }

    @Test func `records are found before, while and after segments are merged`() throws {
        let (folder, store) = try NodeStoreTests.makeStore()
        let count = 9_000
        func check(without lost: Set<Int> = []) throws {
            for number in stride(from: 0, to: count, by: 750) {
                let id = store.recordID(source: "inspecties", key: "a-\(number)")
                // The second batch took away what the first said.
                #expect(try store.found(.kvk, UInt64(10_000_000 + number)) == [])
                #expect(try store.found(.kvk, UInt64(20_000_000 + number)) == [id])
            }
        }
        for kvk in [10_000_000, 20_000_000] {
            for part in 0..<6 {
                let records = (part * 1_500..<(part + 1) * 1_500).map {
                    Self.record($0, kvk: kvk, name: "Alfa")
                }
                _ = try store.importRecords(records, at: 1)
            }
        }
        try check()
        #expect(try store.segmentCount() == 12)
        // Broken off after a part, and begun anew.
        var half = try #require(try store.beginMerge())
        _ = try store.advance(&half)
        try check()
        var whole = try #require(try store.beginMerge())
        var isRunning = true
        var late = 0
        while isRunning {
            isRunning = try store.advance(&whole)
            _ = try store.importRecords(
                [NodeStoreTests.record("b-\(late)", ["subject.kvk": "3"])],
                at: 3
            )
            late += 1
            try check()
        }
        try store.mergeAll()
        try check()
        #expect(try store.found(.kvk, 3).count == late)
        #expect(try store.beginMerge() == nil)
        // What the merge that was broken off wrote goes when the store opens.
        try store.deleteLooseBlocks()
        let found = try store.checkRecords { _, _ in }
        #expect(found.unfound.isEmpty && found.strayCount == 0)
        withExtendedLifetime(folder) {}
    }

    @Test func `what is removed during a merge is not found after it`() throws {
        let (folder, store) = try NodeStoreTests.makeStore()
        for part in 0..<8 {
            let records = (0..<1_200).map {
                Self.record(part * 1_200 + $0, kvk: 10_000_000, name: "Beta \(part)")
            }
            _ = try store.importRecords(records, at: 1)
        }
        var merge = try #require(try store.beginMerge())
        var isRunning = try store.advance(&merge)
        _ = try store.importRecords([Self.record(5, kvk: 30_000_000, name: "Gamma")], at: 2)
        while isRunning { isRunning = try store.advance(&merge) }
        #expect(try store.found(.kvk, 10_000_005) == [])
        let id = store.recordID(source: "inspecties", key: "a-5")
        #expect(try store.found(.kvk, 30_000_005) == [id])
        let found = try store.checkRecords { _, _ in }
        #expect(found.unfound.isEmpty && found.strayCount == 0)
        withExtendedLifetime(folder) {}
    }

    @Test func `a document that leaves no trace takes its segment's key with it`() throws {
        let (folder, store) = try NodeStoreTests.makeStore()
        let records = (0..<20).map { Self.record($0, kvk: 10_000_000, name: "Delta") }
        _ = try store.importRecords(records, at: 1)
        let before = try store.environment.read { (snapshot) throws(SlotError) in
            try store.segments(in: snapshot).held.values.map(\.slot)
        }
        let lost = store.recordID(source: "inspecties", key: "a-7")
        try store.write { (transaction) throws(SlotError) in
            try store.removeDocuments(
                [DocumentKey(lost)],
                family: NodeStore.recordFamily,
                leavesNoTrace: true,
                in: &transaction
            )
        }
        try store.destroyDoomed()
        #expect(try store.found(.kvk, 10_000_007) == [])
        #expect(try store.found(.kvk, 10_000_008).count == 1)
        for slot in before {
            #expect(throws: SlotError.destroyed(number: slot)) { _ = try store.slots.read(slot) }
        }
        let parts = try store.environment.read { (snapshot) throws(SlotError) in
            try store.segments(in: snapshot).parts
        }
        #expect(parts.map(\.head.count) == [19] && parts.map(\.head.removedCount) == [0])
        withExtendedLifetime(folder) {}
    }

    @Test func `blocks that are changed or exchanged are not read`() throws {
        let (folder, store) = try NodeStoreTests.makeStore()
        _ = try store.importRecords(
            (0..<400).map { Self.record($0, kvk: 10_000_000, name: "Epsilon") },
            at: 1
        )
        let keys = try store.read { (snapshot) throws(StoreError) in
            var keys: [[UInt8]] = []
            try snapshot.forEach(prefix: [], in: store.tables.blocks) { key, _ in
                keys.append([UInt8](key))
                return .next
            }
            return keys
        }
        #expect(keys.count > 1)
        // The first block in the place of the second, which has other associated data.
        try store.write { (transaction) throws(SlotError) in
            try SlotError.lifting { () throws(StoreError) in
                let value = try transaction.value(for: keys[0], in: store.tables.blocks) ?? []
                for key in keys.dropFirst() {
                    try transaction.put(value, for: key, in: store.tables.blocks)
                }
            }
        }
        #expect(throws: SlotError.store(.corrupted(operation: "segment"))) {
            _ = try store.found(.kvk, 10_000_007)
        }
        let found = try store.checkRecords { _, _ in }
        #expect(found.isIndexUnreadable && found.readableCount == 400)
        withExtendedLifetime(folder) {}
    }

    @Test func `the index is made anew from the records alone`() throws {
        let (folder, store) = try NodeStoreTests.makeStore()
        _ = try store.importRecords(
            (0..<300).map { Self.record($0, kvk: 10_000_000, name: "Zeta") },
            at: 1
        )
        try store.clearSegments()
        #expect(try store.found(.kvk, 10_000_007) == [])
        #expect(try store.checkRecords { _, _ in }.unfound.count == 300)
        #expect(try store.rowCount(.blocks) == 0)
        try store.indexRecords()
        #expect(try store.found(.kvk, 10_000_007).count == 1)
        #expect(try store.checkRecords { _, _ in }.unfound.isEmpty)
        withExtendedLifetime(folder) {}
    }

    @Test func `searches go on while segments are merged and their keys destroyed`() async throws {
        let (folder, store) = try NodeStoreTests.makeStore()
        _ = try store.importRecords([Self.record(0, kvk: 10_000_000, name: "Eta")], at: 1)
        let writing = Task.detached {
            for number in 1...200 {
                _ = try store.importRecords(
                    [Self.record(number, kvk: 10_000_000, name: "Eta")],
                    at: 1
                )
                try store.mergeAll()
                try store.destroyDoomed()
            }
        }
        let reading = Task.detached {
            var last = 0
            for _ in 0..<2_000 {
                // As who has opened none of them yet: its key may be destroyed before it is read.
                store.segmentCache.clear()
                // What is there stays found, whatever becomes of its segment.
                #expect(try store.found(.kvk, 10_000_000).count == 1)
                let count = try store.found(Question()).count
                #expect(count >= last)
                last = count
            }
        }
        try await writing.value
        try await reading.value
        #expect(try store.found(Question()).count == 201)
        withExtendedLifetime(folder) {}
    }
}
