import RecordStore
import Simulator
import Testing

/// Scans, compared with sorting and filtering an array of keys.
struct ScanTests {
    private let folder: TemporaryFolder
    private let environment: Environment
    private let table: Table
    private let keys: [[UInt8]]

    init() throws {
        self.folder = try TemporaryFolder()
        self.environment = try Environment(new: self.folder.file("store.lmdb"))
        self.table = self.environment.table("a")
        var generator = SeededGenerator(seed: 11)
        var keys: Set<[UInt8]> = [[0xFF], [0xFF, 0xFF], [0], [0, 0]]
        for _ in 0..<1_500 {
            // Few byte values, so that prefixes have many keys and often end in 0xFF.
            let bytes: [UInt8] = [0, 1, 0x7F, 0xFE, 0xFF]
            let count = Int.random(in: 1...7, using: &generator)
            keys.insert((0..<count).compactMap { _ in bytes.randomElement(using: &generator) })
        }
        self.keys = keys.sorted { $0.lexicographicallyPrecedes($1) }
        let shuffled = self.keys.shuffled(using: &generator)
        try self.environment.write { (transaction) throws(StoreError) in
            for key in shuffled { try transaction.put(key + [0x2A], for: key, in: self.table) }
        }
    }

    private static let prefixes: [[UInt8]] = [
        [], [0], [0, 0], [1], [0x7F], [0x7F, 0xFF], [0xFE, 0xFF, 0xFF], [0xFF], [0xFF, 0xFF],
        [0xFF, 0xFF, 0xFF], [2], [0x80, 1], [0, 1, 0x7F, 0xFE, 0xFF, 0, 1, 2],
    ]

    private static let starts: [[UInt8]?] = [
        nil, [], [0], [0, 0, 0], [1, 0xFF], [0x7F], [0x7F, 0xFF, 1], [0x90], [0xFE, 0xFF, 0xFF],
        [0xFF], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ]

    @Test(arguments: Self.prefixes, Self.starts)
    func `a scan visits the keys with a prefix in order`(
        prefix: [UInt8],
        from: [UInt8]?
    ) throws {
        let expected = self.keys.filter { key in
            key.starts(with: prefix) && !(from.map { key.lexicographicallyPrecedes($0) } ?? false)
        }
        try self.environment.read { (snapshot) throws(StoreError) in
            var visited: [[UInt8]] = []
            try snapshot.forEach(prefix: prefix, in: self.table, from: from) { key, value in
                #expect([UInt8](value) == [UInt8](key) + [0x2A])
                visited.append([UInt8](key))
                return .next
            }
            #expect(visited == expected)
        }
    }

    @Test(arguments: Self.prefixes, Self.starts)
    func `a reversed scan visits them from the end`(prefix: [UInt8], from: [UInt8]?) throws {
        let expected = self.keys.reversed().filter { key in
            key.starts(with: prefix) && !(from.map { $0.lexicographicallyPrecedes(key) } ?? false)
        }
        try self.environment.read { (snapshot) throws(StoreError) in
            var visited: [[UInt8]] = []
            try snapshot.forEachReversed(prefix: prefix, in: self.table, from: from) { key, value in
                #expect([UInt8](value) == [UInt8](key) + [0x2A])
                visited.append([UInt8](key))
                return .next
            }
            #expect(visited == expected)
        }
    }

    @Test(arguments: Self.prefixes)
    func `first and last are the ends of a prefix`(prefix: [UInt8]) throws {
        let expected = self.keys.filter { $0.starts(with: prefix) }
        try self.environment.read { (snapshot) throws(StoreError) in
            let first = try snapshot.first(prefix: prefix, in: self.table)
            let last = try snapshot.last(prefix: prefix, in: self.table)
            #expect(first?.key == expected.first)
            #expect(first?.value == expected.first.map { $0 + [0x2A] })
            #expect(last?.key == expected.last)
            #expect(last?.value == expected.last.map { $0 + [0x2A] })
        }
    }

    @Test func `a scan stops when told and works inside a write`() throws {
        try self.environment.write { (transaction) throws(StoreError) in
            var visited = 0
            try transaction.forEach(prefix: [], in: self.table) { _, _ in
                visited += 1
                return visited < 3 ? .next : .stop
            }
            #expect(visited == 3)
        }
    }

    @Test func `an error in a scan ends it and comes through`() throws {
        #expect(throws: StoreError.corrupted(operation: "test")) {
            try self.environment.read { (snapshot) throws(StoreError) in
                try snapshot.forEach(prefix: [], in: self.table) { _, _ throws(StoreError) in
                    throw .corrupted(operation: "test")
                }
            }
        }
    }

    @Test(arguments: Self.prefixes.filter { !$0.isEmpty })
    func `all keys with a prefix are deleted and no others`(prefix: [UInt8]) throws {
        let kept = self.keys.filter { !$0.starts(with: prefix) }
        try self.environment.write { (transaction) throws(StoreError) in
            let count = try transaction.deleteAll(prefix: prefix, in: self.table)
            #expect(count == self.keys.count - kept.count)
            var left: [[UInt8]] = []
            try transaction.forEach(prefix: [], in: self.table) { key, _ in
                left.append([UInt8](key))
                return .next
            }
            #expect(left == kept)
        }
    }

    @Test func `a table is emptied and used again`() throws {
        try self.environment.write { (transaction) throws(StoreError) in
            try transaction.put([1], for: [1], in: self.environment.table("b"))
            try transaction.deleteAll(in: self.table)
            #expect(try transaction.count(in: self.table) == 0)
            #expect(try transaction.first(prefix: [], in: self.table) == nil)
            #expect(try transaction.last(prefix: [], in: self.table) == nil)
            try transaction.put([3], for: [4], in: self.table)
        }
        try self.environment.read { (snapshot) throws(StoreError) in
            #expect(try snapshot.last(prefix: [], in: self.table)?.key == [4])
            #expect(try snapshot.count(in: self.environment.table("b")) == 1)
        }
    }
}
