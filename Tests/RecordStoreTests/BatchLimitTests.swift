import CaseModel
import Cryptography
import Foundation
import RecordImport
@testable import RecordStore
@testable import StorePages
import SyncLog
import Testing
import Vocabulary

/// What the store does in batches, at the edge of each and beyond.
@Suite(.serialized)
struct BatchLimitTests {
    // MARK: Doomed slots

    @Test(arguments: [4_095, 4_096, 4_097])
    func `doomed slots are all destroyed, 4,096 in a transaction`(count: Int) throws {
        let (folder, store) = try NodeStoreTests.makeStore()
        let numbers = try store.environment.write { (transaction) throws(StoreError) in
            try store.allocator.allocate(count: count, in: &transaction)
        }
        for number in numbers { try store.slots.write(SecretKey.random(), to: number) }
        try store.slots.sync()
        let before = try store.environment.write { (transaction) throws(StoreError) in
            for number in numbers { try store.allocator.doom(number, in: &transaction) }
            return transaction.number()
        }
        try store.destroyDoomed()
        for number in numbers {
            #expect(throws: SlotError.destroyed(number: number)) {
                _ = try store.slots.read(number)
            }
        }
        let after = try store.environment.write { (transaction) throws(StoreError) in
            let isAny = try store.allocator.hasDoomed(in: transaction)
            #expect(!isAny)
            return transaction.number()
        }
        #expect(after - before - 1 == (count > 4_096 ? 2 : 1))
        withExtendedLifetime(folder) {}
    }

    // MARK: Pages

    private static func environment(_ path: String, _ mode: Environment.Mode) throws -> Environment
    {
        try Environment(
            path: path,
            mode: mode,
            tables: ["a"],
            options: .init(mapBytesMax: 1 << 30, readerCountMax: 126),
            sealKey: SecretKey([UInt8](repeating: 7, count: 32))
        )
    }

    /// Fills as many pages, two rows each, that follow each other in the file.
    private static func fill(_ path: String, pages: Int) throws {
        let environment = try Self.environment(path, .create)
        try environment.write { (transaction) throws(StoreError) in
            for row in 0..<2 * pages {
                var key: [UInt8] = []
                key.append(bigEndian: UInt32(row))
                let value = [UInt8](repeating: UInt8(1 + row % 250), count: 1_900)
                try transaction.putAppending(value, for: key, in: environment.table("a"))
            }
        }
    }

    private static func rowCount(_ path: String) throws -> Int {
        let environment = try Self.environment(path, .open)
        return try environment.read { (snapshot) throws(StoreError) in
            try snapshot.count(in: environment.table("a"))
        }
    }

    /// Makes the next opening compare every page.
    private static func touch(_ path: String) throws {
        try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)
    }

    @Test(arguments: [63, 64, 65, 128, 129, 300])
    func `neighbours that are read together are each sealed`(pages: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("store.lmdb")
        try Self.fill(path, pages: pages)
        try Self.touch(path)
        #expect(try Self.rowCount(path) == 2 * pages)
        // A change in any page is met by a seal of its own.
        let whole = try Data(contentsOf: URL(filePath: path))
        let rows = whole.indices.filter { $0.isMultiple(of: 4_096) && $0 + 4_096 <= whole.count }
            .filter { Set(whole[$0 + 3_000..<$0 + 4_000]).count == 1 && whole[$0 + 3_000] != 0 }
        #expect(rows.count == pages)
        for page in [rows.first, rows[rows.count / 2], rows.last].compactMap(\.self) {
            var changed = whole
            changed[page + 3_500] ^= 1
            try changed.write(to: URL(filePath: path))
            #expect(throws: StoreError.self) { try Self.rowCount(path) }
        }
        try whole.write(to: URL(filePath: path))
        #expect(try Self.rowCount(path) == 2 * pages)
    }

    @Test func `seals that are made anew are written 4,096 at a time`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("store.lmdb")
        try Self.fill(path, pages: 4_200)
        try FileManager.default.removeItem(atPath: path + "-seals")
        #expect(try Self.rowCount(path) == 8_400)
        try Self.touch(path)
        // Compared with the seals that were just made, page by page.
        #expect(try Self.rowCount(path) == 8_400)
        let seals = try Data(contentsOf: URL(filePath: path + "-seals"))
        #expect(seals.count > SealFile.headByteCount + 4_200 * SealFile.placeByteCount)
        var changed = try Data(contentsOf: URL(filePath: path))
        changed[changed.count - 4_096 * 20 + 4_000] ^= 1
        try changed.write(to: URL(filePath: path))
        #expect(throws: StoreError.self) { try Self.rowCount(path) }
    }
}
