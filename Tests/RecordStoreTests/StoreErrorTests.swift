import Foundation
import RecordStore
import Testing

struct StoreErrorTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        self.folder = try TemporaryFolder()
        self.path = self.folder.file("store.lmdb")
    }

    /// Commits values of 8 KiB one by one and returns how many were committed and the failure.
    private func fill(_ environment: Environment) -> (count: Int, error: StoreError?) {
        let table = environment.table("a")
        for count in 0..<10_000 {
            do throws(StoreError) {
                try environment.write { (transaction) throws(StoreError) in
                    let key = [UInt8(count >> 8), UInt8(count & 0xFF)]
                    try transaction.put([UInt8](repeating: 5, count: 8_192), for: key, in: table)
                }
            } catch {
                return (count, error)
            }
        }
        return (10_000, nil)
    }

    private func count(_ environment: Environment) throws(StoreError) -> Int {
        try environment.read { (snapshot) throws(StoreError) in
            var count = 0
            try snapshot.forEach(prefix: [], in: environment.table("a")) { _, value in
                if [UInt8](value) == [UInt8](repeating: 5, count: 8_192) { count += 1 }
                return .next
            }
            return count
        }
    }

    @Test func `a full map is named and keeps what was committed`() throws {
        let environment = try Environment(new: self.path, mapBytesMax: 1 << 20)
        let (count, error) = self.fill(environment)
        #expect(error == .mapFull)
        #expect(count > 50)
        #expect(try self.count(environment) == count)
    }

    @Test(.enabled(if: TemporaryMount.isPossible, "a small disk is mounted, which needs root"))
    func `a full disk is named, keeps what was committed, and can be emptied`() throws {
        let disk = try TemporaryMount(byteCount: 1 << 20)
        let path = "\(disk.path)/store.lmdb"
        var count = 0
        do {
            let environment = try Environment(new: path)
            let (committed, error) = self.fill(environment)
            count = committed
            #expect(error == .diskFull)
            #expect(count > 50)
            #expect(try self.count(environment) == count)
        }
        let environment = try Environment(existing: path)
        #expect(try self.count(environment) == count)
    }

    @Test(.enabled(if: TemporaryMount.isPossible, "a disk is mounted, which needs root"))
    func `a read-only file system is named`() throws {
        let disk = try TemporaryMount(byteCount: 1 << 20)
        let path = "\(disk.path)/store.lmdb"
        do { _ = try Environment(new: path) }
        try disk.makeReadOnly()
        #expect(throws: StoreError.readOnlyFileSystem) { _ = try Environment(existing: path) }
    }

    @Test func `one reader too many is refused, and only until another ends`() throws {
        let environment = try Environment(new: self.path, readerCountMax: 2)
        let nested = { () throws(StoreError) in
            try environment.read { (_) throws(StoreError) in 7 }
        }
        let error: StoreError? = try environment.read { (_) throws(StoreError) in
            try environment.read { (_) throws(StoreError) in
                do throws(StoreError) { _ = try nested() } catch { return error }
                return nil
            }
        }
        #expect(error == .readersFull)
        #expect(try nested() == 7)
    }

    @Test func `an address space that the system refuses is named`() {
        #expect(throws: StoreError.mapRefused) {
            _ = try Environment(new: self.path, mapBytesMax: 1 << 60)
        }
    }

    @Test func `an absent and an empty store are not taken for a new one`() throws {
        #expect(throws: StoreError.missing) { _ = try Environment(existing: self.path) }
        try Data().write(to: URL(filePath: self.path))
        #expect(throws: StoreError.missing) { _ = try Environment(existing: self.path) }
        _ = try Environment(new: self.path)
        #expect(throws: StoreError.exists) { _ = try Environment(new: self.path) }
    }

    @Test func `a folder that is not there is named`() {
        #expect(throws: StoreError.missing) {
            _ = try Environment(new: self.folder.file("absent/store.lmdb"))
        }
    }

    @Test func `a file that is no store is damage`() throws {
        try Data(repeating: 0x41, count: 20_000).write(to: URL(filePath: self.path))
        #expect(throws: StoreError.corrupted(operation: "mdb_env_open")) {
            _ = try Environment(existing: self.path)
        }
    }

    @Test(arguments: [2, 4, 8, 16])
    func `a store that was cut off is damage and does not kill the process`(part: Int) throws {
        do {
            let environment = try Environment(new: self.path)
            try environment.write { (transaction) throws(StoreError) in
                for number in 0..<UInt16(2_000) {
                    let key = [UInt8(number >> 8), UInt8(number & 0xFF)]
                    let value = [UInt8](repeating: 1, count: 100)
                    try transaction.put(value, for: key, in: environment.table("a"))
                }
            }
        }
        let file = try FileHandle(forUpdating: URL(filePath: self.path))
        try file.truncate(atOffset: try file.seekToEnd() / UInt64(part))
        try file.close()
        do throws(StoreError) {
            let environment = try Environment(existing: self.path)
            try environment.read { (snapshot) throws(StoreError) in
                try snapshot.forEach(prefix: [], in: environment.table("a")) { _, _ in .next }
            }
            Issue.record("a store that was cut off must not be read to its end")
        } catch {
            guard case .corrupted = error else { throw error }
        }
    }

    @Test func `going on after a failed step does not commit`() throws {
        let environment = try Environment(new: self.path, mapBytesMax: 1 << 18)
        #expect(throws: StoreError.transactionFailed) {
            try environment.write { (transaction) throws(StoreError) in
                let table = environment.table("a")
                try transaction.put([1], for: [1], in: table)
                do throws(StoreError) {
                    let value = [UInt8](repeating: 1, count: 1 << 19)
                    try transaction.put(value, for: [2], in: table)
                } catch {
                    #expect(error == .mapFull)
                }
            }
        }
        try environment.read { (snapshot) throws(StoreError) in
            #expect(try snapshot.count(in: environment.table("a")) == 0)
        }
    }
}
