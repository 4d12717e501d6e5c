import Cryptography
import ReplicatedTypes
import SyncEngine
import SyncLog
import Testing

@testable import RecordStore

/// What is written of a log's state and of an entry reads back, and no part of it does.
@Suite(.serialized)
struct StoredFormTests {
    @Test func `a log's state reads back, and no part of it does`() throws {
        for size in [UInt64(0), 1, 2, 3, 255, 256, 1_000] {
            var state = SampleTable.state(SampleTable.logs[0], size, seed: 0x1234_5678_9ABC + size)
            state.heldSize = size / 2
            state.intake.bytes = 0x0102_0304_0506_0708 + size
            state.intake.cases = 0x1112_1314 + size
            state.intake.level = IntakeAmount(entries: size / 3, bytes: size << 40, cases: size / 5)
            state.intake.levelAt = 1_767_225_600_000 + size
            for index in 0..<(size / 4) {
                state.held.add(index: index, leafHash: Digest(hashing: [UInt8(index % 256)]))
            }
            let bytes = state.storedBytes
            #expect(try LogState(stored: bytes) == state)
            for length in 0..<bytes.count {
                #expect(throws: StoreError.self, "\(size), \(length)") {
                    try LogState(stored: Array(bytes[..<length]))
                }
            }
            #expect(throws: StoreError.self) { try LogState(stored: bytes + [0]) }
            var flagged = bytes
            flagged[154] = 2
            #expect(throws: StoreError.self) { try LogState(stored: flagged) }
            // More is open than there is, or than was looked at.
            for place in [7, 8] {
                var over = bytes
                over[9 + 8 * place] = UInt8(truncatingIfNeeded: size + 1)
                over[8 + 8 * place] = UInt8((size + 1) >> 8)
                #expect(throws: StoreError.self) { try LogState(stored: over) }
            }
        }
    }

    @Test func `a stored entry reads back, and no part of it does`() throws {
        let (folder, store) = try NodeStoreTests.makeStore()
        let key = [UInt8](repeating: 7, count: 16)
        for seed in UInt64(0)..<24 {
            var entry = SampleTable.entry(5, seed: seed)
            if entry.header.kind == .keyGrant {
                let boxes = (1...3).map {
                    Box(member: $0, sealed: [UInt8](repeating: 1, count: 80))
                }
                entry = Entry(header: entry.header, payload: entry.payload, boxes: boxes)
            }
            for item in [LogItem.full(entry), .header(entry.header)] {
                let bytes = try #require(StoredEntry.encode(item, key: key, store: store))
                #expect(try StoredEntry.decode(bytes, key: key, store: store) == item)
                for length in stride(from: 0, to: bytes.count, by: 7) {
                    #expect(throws: StoreError.self) {
                        try StoredEntry.decode(Array(bytes[..<length]), key: key, store: store)
                    }
                }
                for tag in [UInt8(0), 4, 255] {
                    let changed = [tag] + bytes.dropFirst()
                    #expect(throws: StoreError.self) {
                        try StoredEntry.decode(changed, key: key, store: store)
                    }
                }
                #expect(throws: StoreError.self) {
                    try StoredEntry.decode(bytes + [0], key: key, store: store)
                }
            }
        }
        #expect(StoredEntry.encode(.leaf(.zero), key: key, store: store) == nil)
        _ = folder
    }
}
