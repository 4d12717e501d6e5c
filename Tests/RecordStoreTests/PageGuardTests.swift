import Cryptography
import Foundation
import RecordStore
import Simulator
import Testing

/// Damage of the store's file is found before LMDB reads it, and named.
struct PageGuardTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        self.folder = try TemporaryFolder()
        self.path = self.folder.file("store.lmdb")
    }

    private static let names = ["a", "b", "c"]

    private func environment(_ mode: Environment.Mode) throws -> Environment {
        try Environment(
            path: self.path,
            mode: mode,
            tables: Self.names,
            options: .init(mapBytesMax: 1 << 30, readerCountMax: 126),
            sealKey: SecretKey([UInt8](repeating: 7, count: 32))
        )
    }

    /// Everything in the tables.
    private typealias Model = [String: [[UInt8]: [UInt8]]]

    private func contents(_ environment: Environment) throws -> Model {
        var model: Model = [:]
        try environment.read { (snapshot) throws(StoreError) in
            for name in Self.names {
                try snapshot.forEach(prefix: [], in: environment.table(name)) { key, value in
                    model[name, default: [:]][[UInt8](key)] = [UInt8](value)
                    return .next
                }
            }
        }
        return model
    }

    /// One transaction of random puts and deletes, some of long values, sometimes of a whole table.
    private func change(
        _ environment: Environment,
        _ model: inout Model,
        using random: inout SeededGenerator
    ) throws {
        var changed = model
        try environment.write { (transaction) throws(StoreError) in
            let name = Self.names[Int.random(in: 0..<3, using: &random)]
            let table = environment.table(name)
            if Int.random(in: 0..<40, using: &random) == 0 {
                try transaction.deleteAll(in: table)
                changed[name] = [:]
            }
            for _ in 0..<Int.random(in: 1...120, using: &random) {
                var key = (0..<Int.random(in: 1...40, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                if Bool.random(using: &random),
                    let held = changed[name]?.keys.sorted(by: {
                        $0.lexicographicallyPrecedes($1)
                    }).randomElement(using: &random)
                {
                    key = held
                }
                if Int.random(in: 0..<3, using: &random) == 0 {
                    try transaction.delete(key, in: table)
                    changed[name, default: [:]][key] = nil
                } else {
                    let isLong = Int.random(in: 0..<10, using: &random) == 0
                    let count = Int.random(in: 0...(isLong ? 20_000 : 400), using: &random)
                    let value = [UInt8](
                        repeating: UInt8.random(in: 0...255, using: &random),
                        count: count
                    )
                    try transaction.put(value, for: key, in: table)
                    changed[name, default: [:]][key] = value
                }
            }
        }
        model = changed
    }

    private func isSame(_ left: Model, _ right: Model) -> Bool {
        Self.names.allSatisfy { (left[$0] ?? [:]) == (right[$0] ?? [:]) }
    }

    /// Makes the next opening compare every page.
    private func touch() throws {
        try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: self.path)
    }

    private var sealPath: String { self.path + "-seals" }

    @Test(arguments: [UInt64(1), 2, 3])
    func `what was committed is sealed, whatever was written`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var model: Model = [:]
        for round in 0..<12 {
            let environment = try self.environment(round == 0 ? .create : .open)
            #expect(self.isSame(try self.contents(environment), model))
            for _ in 0..<10 { try self.change(environment, &model, using: &random) }
            #expect(self.isSame(try self.contents(environment), model))
            if round.isMultiple(of: 2) { try self.touch() }
        }
        #expect(try Data(contentsOf: URL(filePath: self.sealPath)).count > 1_000)
    }

    @Test func `a process that ends between a commit and its seals loses nothing`() throws {
        var random = SeededGenerator(seed: 4)
        var model: Model = [:]
        let kept = self.folder.file("kept")
        for round in 0..<10 {
            do {
                let environment = try self.environment(round == 0 ? .create : .open)
                for _ in 0..<5 { try self.change(environment, &model, using: &random) }
                try? FileManager.default.removeItem(atPath: kept)
                try FileManager.default.copyItem(atPath: self.sealPath, toPath: kept)
                try self.change(environment, &model, using: &random)
            }
            try FileManager.default.removeItem(atPath: self.sealPath)
            try FileManager.default.moveItem(atPath: kept, toPath: self.sealPath)
        }
        #expect(self.isSame(try self.contents(try self.environment(.open)), model))
    }

    @Test func `a store without seals gets them`() throws {
        var random = SeededGenerator(seed: 5)
        var model: Model = [:]
        do {
            let environment = try self.environment(.create)
            for _ in 0..<5 { try self.change(environment, &model, using: &random) }
        }
        try FileManager.default.removeItem(atPath: self.sealPath)
        #expect(self.isSame(try self.contents(try self.environment(.open)), model))
        #expect(try Data(contentsOf: URL(filePath: self.sealPath)).count > 160)
    }

    @Test(arguments: [UInt64(11), 12, 13, 14])
    func `a changed bit is named or changes nothing`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var model: Model = [:]
        do {
            let environment = try self.environment(.create)
            for _ in 0..<30 { try self.change(environment, &model, using: &random) }
        }
        let store = try Data(contentsOf: URL(filePath: self.path))
        let seals = try Data(contentsOf: URL(filePath: self.sealPath))
        var namedCount = 0
        for flip in 0..<150 {
            // The first pages and the heads of pages more often than their share.
            var offset = Int.random(in: 0..<store.count, using: &random)
            if flip.isMultiple(of: 3) { offset = Int.random(in: 0..<8_192, using: &random) }
            if flip % 3 == 1 { offset = offset & ~4_095 | Int.random(in: 0..<16, using: &random) }
            if flip.isMultiple(of: 5) {
                offset = Int.random(in: 0..<152, using: &random) + flip % 2 * 4_096
            }
            var changed = store
            changed[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try changed.write(to: URL(filePath: self.path))
            try seals.write(to: URL(filePath: self.sealPath))
            do {
                #expect(
                    self.isSame(try self.contents(try self.environment(.open)), model),
                    "\(offset)"
                )
            } catch StoreError.corrupted {
                namedCount += 1
            }
        }
        #expect(namedCount > 40)
        try store.write(to: URL(filePath: self.path))
        for _ in 0..<60 {
            var changed = seals
            let offset = Int.random(in: 0..<seals.count, using: &random)
            changed[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try changed.write(to: URL(filePath: self.sealPath))
            do {
                #expect(self.isSame(try self.contents(try self.environment(.open)), model))
            } catch StoreError.sealsDamaged {}
        }
    }

    @Test(arguments: [UInt64(21), 22])
    func `a changed bit of an unsealed store never ends the process`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var model: Model = [:]
        do {
            let environment = try self.environment(.create)
            for _ in 0..<20 { try self.change(environment, &model, using: &random) }
        }
        let store = try Data(contentsOf: URL(filePath: self.path))
        for flip in 0..<150 {
            var offset = Int.random(in: 0..<store.count, using: &random)
            if flip.isMultiple(of: 2) {
                offset = offset & ~4_095 | Int.random(in: 0..<64, using: &random)
            }
            var changed = store
            changed[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try changed.write(to: URL(filePath: self.path))
            try? FileManager.default.removeItem(atPath: self.sealPath)
            do {
                let environment = try self.environment(.open)
                var held = try self.contents(environment)
                try self.change(environment, &held, using: &random)
            } catch StoreError.corrupted {}
        }
    }

    @Test(arguments: [UInt64(31), 32])
    func `a store that was cut off is named`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var model: Model = [:]
        do {
            let environment = try self.environment(.create)
            for _ in 0..<20 { try self.change(environment, &model, using: &random) }
        }
        let store = try Data(contentsOf: URL(filePath: self.path))
        let seals = try Data(contentsOf: URL(filePath: self.sealPath))
        for _ in 0..<60 {
            let count = Int.random(in: 1..<store.count, using: &random)
            try store.prefix(count).write(to: URL(filePath: self.path))
            try seals.write(to: URL(filePath: self.sealPath))
            do {
                #expect(self.isSame(try self.contents(try self.environment(.open)), model))
            } catch StoreError.corrupted {}
        }
        try store.write(to: URL(filePath: self.path))
        for _ in 0..<40 {
            try seals.prefix(Int.random(in: 0..<seals.count, using: &random))
                .write(to: URL(filePath: self.sealPath))
            do {
                #expect(self.isSame(try self.contents(try self.environment(.open)), model))
            } catch StoreError.sealsDamaged {}
        }
    }

    @Test func `an older copy of the store beside newer seals is named`() throws {
        var random = SeededGenerator(seed: 41)
        var model: Model = [:]
        do {
            let environment = try self.environment(.create)
            for _ in 0..<5 { try self.change(environment, &model, using: &random) }
        }
        let older = try Data(contentsOf: URL(filePath: self.path))
        do {
            let environment = try self.environment(.open)
            try self.change(environment, &model, using: &random)
        }
        try older.write(to: URL(filePath: self.path))
        do {
            _ = try self.environment(.open)
            Issue.record("an older store must not open beside newer seals")
        } catch StoreError.corrupted(let operation) {
            #expect(operation.contains("older") || operation.contains("says where"))
        }
    }
}
