import Foundation
import RecordStore
import StorePages
import Synchronization
import Testing

/// An error of a caller's own.
private enum Refusal: StoreFailure, Equatable {
    case notToday(count: Int)
    case store(StoreError)
}

struct EnvironmentTests {
    private let folder: TemporaryFolder
    private let environment: Environment
    private let table: Table

    init() throws {
        self.folder = try TemporaryFolder()
        self.environment = try Environment(new: self.folder.file("store.lmdb"))
        self.table = self.environment.table("a")
    }

    private func value(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
        try self.environment.read { (snapshot) throws(StoreError) in
            try snapshot.value(for: key, in: self.table)
        }
    }

    @Test func `a committed value can be read, also empty and also by a new environment`() throws {
        let path = self.folder.file("other.lmdb")
        do {
            let first = try Environment(new: path)
            try first.write { (transaction) throws(StoreError) in
                try transaction.put([1, 2, 3], for: [9], in: first.table("a"))
                try transaction.put([], for: [10], in: first.table("a"))
                try transaction.put([4], for: [9], in: first.table("b"))
            }
        }
        let second = try Environment(existing: path)
        try second.read { (snapshot) throws(StoreError) in
            #expect(try snapshot.value(for: [9], in: second.table("a")) == [1, 2, 3])
            #expect(try snapshot.value(for: [10], in: second.table("a")) == [])
            #expect(try snapshot.value(for: [11], in: second.table("a")) == nil)
            #expect(try snapshot.value(for: [9], in: second.table("b")) == [4])
            #expect(try snapshot.count(in: second.table("a")) == 2)
        }
    }

    @Test func `one that only reads names the part that an older program did not make`() throws {
        let path = self.folder.file("older.lmdb")
        do { _ = try Environment(new: path) }
        let error = #expect(throws: StoreError.self) {
            try Environment(
                path: path,
                mode: .inspect,
                tables: ["a", "decisions"],
                options: .init(mapBytesMax: 1 << 40, readerCountMax: 126),
                sealKey: nil
            )
        }
        #expect(error == .tableMissing(name: "decisions"))
        #expect(error?.description.contains("'decisions'") == true)
        #expect(error?.description.contains("'tafel node status'") == true)
    }

    @Test func `a write transaction reads what it wrote, others do not`() throws {
        try self.environment.write { (transaction) throws(StoreError) in
            try transaction.put([1], for: [1], in: self.table)
            #expect(try transaction.value(for: [1], in: self.table) == [1])
            #expect(try self.value([1]) == nil)
        }
        #expect(try self.value([1]) == [1])
    }

    @Test func `a reader keeps its snapshot while a writer commits`() throws {
        try self.environment.read { (snapshot) throws(StoreError) in
            try self.environment.write { (transaction) throws(StoreError) in
                try transaction.put([1], for: [1], in: self.table)
            }
            #expect(try snapshot.contains([1], in: self.table) == false)
        }
        #expect(try self.value([1]) == [1])
    }

    @Test func `a caller's own error aborts the transaction and comes through typed`() throws {
        do throws(Refusal) {
            try self.environment.write { (transaction) throws(Refusal) in
                try Refusal.lifting { () throws(StoreError) in
                    try transaction.put([1], for: [1], in: self.table)
                }
                throw .notToday(count: 3)
            }
            Issue.record("the write must throw")
        } catch {
            #expect(error == .notToday(count: 3))
        }
        #expect(try self.value([1]) == nil)
    }

    @Test func `a failure of the store comes through a caller's own error`() throws {
        let small = try Environment(new: self.folder.file("small.lmdb"), mapBytesMax: 1 << 18)
        #expect(throws: Refusal.store(.mapFull)) {
            try small.write { (transaction) throws(Refusal) in
                try Refusal.lifting { () throws(StoreError) in
                    let value = [UInt8](repeating: 1, count: 1 << 19)
                    try transaction.put(value, for: [1], in: small.table("a"))
                }
            }
        }
    }

    @Test func `delete says whether the key was there`() throws {
        try self.environment.write { (transaction) throws(StoreError) in
            try transaction.put([1], for: [1], in: self.table)
            #expect(try transaction.delete([1], in: self.table))
            #expect(try transaction.delete([1], in: self.table) == false)
        }
        #expect(try self.value([1]) == nil)
    }

    @Test func `keys of 1 and of 511 bytes are stored`() throws {
        let long = [UInt8](repeating: 7, count: StorePage.keyBytesMax)
        try self.environment.write { (transaction) throws(StoreError) in
            try transaction.put([1], for: [0], in: self.table)
            try transaction.put([2], for: long, in: self.table)
        }
        #expect(try self.value([0]) == [1])
        #expect(try self.value(long) == [2])
    }

    @Test(arguments: [0, 512])
    func `a key of another length stops the program`(byteCount: Int) async {
        await #expect(processExitsWith: .failure) { [byteCount] in
            let folder = try TemporaryFolder()
            let environment = try Environment(new: folder.file("store.lmdb"))
            try environment.write { (transaction) throws(StoreError) in
                let key = [UInt8](repeating: 1, count: byteCount)
                try transaction.put([1], for: key, in: environment.table("a"))
            }
        }
    }

    @Test func `appending takes ascending keys`() throws {
        try self.environment.write { (transaction) throws(StoreError) in
            for key in UInt8.min...UInt8.max {
                try transaction.putAppending([key], for: [1, key], in: self.table)
            }
        }
        #expect(try self.value([1, 77]) == [77])
    }

    @Test func `appending a key that is not the largest stops the program`() async {
        await #expect(processExitsWith: .failure) {
            let folder = try TemporaryFolder()
            let environment = try Environment(new: folder.file("store.lmdb"))
            try environment.write { (transaction) throws(StoreError) in
                try transaction.putAppending([1], for: [2], in: environment.table("a"))
                try transaction.putAppending([1], for: [1], in: environment.table("a"))
            }
        }
    }

    @Test func `threads read at the same time as one writes`() throws {
        let failures = Mutex(0)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for round in 0..<50 {
                do {
                    if thread == 0 {
                        try self.environment.write { (transaction) throws(StoreError) in
                            // Two keys that are always equal in a snapshot.
                            try transaction.put([UInt8(round)], for: [1], in: self.table)
                            try transaction.put([UInt8(round)], for: [2], in: self.table)
                        }
                    } else {
                        let isEqual = try self.environment.read { (snapshot) throws(StoreError) in
                            let first = try snapshot.value(for: [1], in: self.table)
                            return try snapshot.value(for: [2], in: self.table) == first
                        }
                        if !isEqual { failures.withLock { $0 += 1 } }
                    }
                } catch {
                    failures.withLock { $0 += 1 }
                }
            }
        }
        #expect(failures.withLock { $0 } == 0)
        #expect(try self.value([2]) == [49])
    }

    @Test func `the file grows, has mode 600 and can be synced`() throws {
        let before = try self.environment.fileByteCount()
        try self.environment.write { (transaction) throws(StoreError) in
            try transaction.put([UInt8](repeating: 1, count: 1 << 20), for: [1], in: self.table)
        }
        try self.environment.sync()
        #expect(try self.environment.fileByteCount() >= before + 1 << 20)
        let path = self.folder.file("store.lmdb")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(attributes[.size] as? Int == (try self.environment.fileByteCount()))
    }
}
