import CaseModel
import Cryptography
import Glibc
import RecordImport
@testable import RecordStore
import Search
import SyncLog
import Testing
import Vocabulary

/// The store of one node: making, opening, versions, own records, search.
struct NodeStoreTests {
    /// The storage key of the tests.
    static func key(_ byte: UInt8 = 0x11) throws -> SecretKey {
        guard let key = SecretKey([UInt8](repeating: byte, count: 32)) else {
            throw TestError.noKey
        }
        return key
    }

    /// A new store in a folder that goes with the value.
    static func makeStore() throws -> (folder: TemporaryFolder, store: NodeStore) {
        let parent = try TemporaryFolder()
        let folder = try DataFolder.create(at: parent.file("node"))
        return (parent, try NodeStore.create(in: folder, storageKey: try Self.key()))
    }

    /// The store of a folder opened again; the old one must be gone.
    static func open(
        _ parent: TemporaryFolder,
        keyByte: UInt8 = 0x11,
        steps: [StoreMigrationStep] = StoreMigrationStep.all,
        telling: StoreMigration.Telling = { _ in }
    ) throws -> NodeStore {
        try NodeStore.open(
            in: try Self.folder(of: parent),
            storageKey: try Self.key(keyByte),
            steps: steps,
            telling: telling
        )
    }

    /// The store of a folder opened again, and not brought up to date.
    static func openAsItIs(_ parent: TemporaryFolder) throws -> NodeStore {
        try NodeStore.opened(
            in: try Self.folder(of: parent),
            storageKey: try Self.key(),
            mode: .open
        ).store
    }

    /// The store of a folder opened to read it.
    static func inspect(_ parent: TemporaryFolder) throws -> NodeStore {
        try NodeStore.inspect(in: try Self.folder(of: parent), storageKey: try Self.key())
    }

    /// The folder, which has no key file, but for one that `DataFolder.open` asks for.
    private static func folder(of parent: TemporaryFolder) throws -> DataFolder {
        let path = parent.file("node")
        if access("\(path)/keys", F_OK) != 0 {
            let file = try #require(fopen("\(path)/keys", "w"))
            fclose(file)
            chmod("\(path)/keys", 0o600)
        }
        return try DataFolder.open(at: path)
    }

    enum TestError: Error { case noKey }

    static func record(
        _ key: String,
        source: String = "inspecties",
        _ values: [String: String],
        neverShare: [String] = []
    ) -> ImportedRecord {
        ImportedRecord(
            source: source,
            sourceKey: key,
            type: .inspection,
            category: .business,
            fields: values.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) },
            neverShare: neverShare
        )
    }

    @Test func `a record is imported, left alone, updated, and remembers`() throws {
        let (folder, store) = try Self.makeStore()
        let first = Self.record("a-1", ["status": "open", "subject.kvk": "12345678"])
        let second = Self.record("a-1", ["status": "dicht", "subject.kvk": "12345678"])
        let other = Self.record("a-1", source: "vergunningen", ["status": "verleend"])
        #expect(try store.importRecords([first, other], at: 10) == [.imported, .imported])
        #expect(try store.importRecords([first], at: 20) == [.unchanged])
        #expect(try store.importRecords([second], at: 30) == [.updated])
        // The same key in one batch: the last row wins, the earlier goes to the history.
        let third = Self.record("a-1", ["status": "heropend", "subject.kvk": "12345678"])
        let rows = [first, first, third]
        #expect(try store.importRecords(rows, at: 40) == [.updated, .unchanged, .updated])
        // Brought in again, the file says what is held already.
        #expect(try store.importRecords(rows, at: 50).allSatisfy { $0 == .unchanged })
        #expect(try store.recordCount() == 2)
        let id = store.recordID(source: "inspecties", key: "a-1")
        let held = try #require(try store.record(id))
        #expect(held.record == third && held.at == 40)
        #expect(
            held.history == [
                .init(at: 40, fields: first.fields), .init(at: 40, fields: second.fields),
                .init(at: 30, fields: first.fields),
            ]
        )
        #expect(try store.record(store.recordID(source: "inspecties", key: "a-2")) == nil)
        #expect(store.recordID(source: "vergunningen", key: "a-1") != id)
        _ = folder
    }

    @Test func `a record keeps its hundred newest states`() throws {
        let (folder, store) = try Self.makeStore()
        let records = (0...150).map { Self.record("a-1", ["status": "stand \($0)"]) }
        _ = try store.importRecords(records, at: 1)
        let held = try #require(
            try store.record(store.recordID(source: "inspecties", key: "a-1"))
        )
        #expect(held.value("status") == "stand 150")
        #expect(held.history.count == StoredRecord.historyMax)
        #expect(held.history.first?.fields.first?.value == "stand 149")
        #expect(held.history.last?.fields.first?.value == "stand 50")
        _ = folder
    }

    @Test func `a search finds the newest state and nothing older`() throws {
        let (folder, store) = try Self.makeStore()
        let old = Self.record(
            "a-1",
            ["location.postcode": "1234AB", "subject.kvk": "11111111"]
        )
        let new = Self.record(
            "a-1",
            ["location.postcode": "5678CD", "subject.vestiging": "000011111111"]
        )
        let far = Self.record("b-2", ["location.postcode": "1234ZZ"])
        _ = try store.importRecords([old, far], at: 1)
        let one = store.recordID(source: "inspecties", key: "a-1")
        let two = store.recordID(source: "inspecties", key: "b-2")
        #expect(try store.found(.kvk, 11_111_111) == [one])
        #expect(try store.found(postcode: "1234") == [one, two].sorted())
        // Twice in one batch: neither the stored terms nor those of the first row stay.
        _ = try store.importRecords([Self.record("a-1", ["subject.kvk": "2"]), new], at: 2)
        for (kind, number) in [(IdentifierKind.kvk, 11_111_111), (.kvk, 2), (.rsin, 11_111_111)] {
            #expect(try store.found(kind, UInt64(number)) == [])
        }
        #expect(try store.found(postcode: "1234") == [two])
        #expect(try store.found(postcode: "5678") == [one])
        #expect(try store.found(.vestiging, 11_111_111) == [one])
        _ = folder
    }

    @Test func `records are found by the beginning of their ID and listed in order`() throws {
        let (folder, store) = try Self.makeStore()
        let records = (0..<2_500).map { Self.record("r-\($0)", ["status": "\($0)"]) }
        _ = try store.importRecords(records, at: 1)
        let ids = records.map { store.recordID(source: $0.source, key: $0.sourceKey) }.sorted()
        #expect(try store.recordIDs(most: .max) == ids)
        for most in [0, 1, 7, 2_500] {
            #expect(try store.recordIDs(most: most) == Array(ids.prefix(most)))
        }
        for length in [1, 2, 3, 7, 32] {
            let prefix = String(ids[1_234].hex.prefix(length))
            let expected = ids.filter { $0.hex.hasPrefix(prefix) }
            #expect(try store.recordIDs(prefix: prefix, limit: 10_000) == expected)
            #expect(try store.recordIDs(prefix: prefix, limit: 1) == Array(expected.prefix(1)))
        }
        _ = folder
    }

    @Test func `what was stored is there when the store opens again`() throws {
        let folder: TemporaryFolder
        do {
            let made = try Self.makeStore()
            folder = made.folder
            let record = Self.record("a-1", ["status": "open"], neverShare: ["subject.bsn"])
            _ = try made.store.importRecords([record], at: 5)
            try made.store.setSetting("card", [1, 2, 3])
            try made.store.setSetting("card", [4, 5])
        }
        let store = try Self.open(folder)
        let held = try store.record(store.recordID(source: "inspecties", key: "a-1"))
        #expect(held?.record.neverShare == ["subject.bsn"] && held?.at == 5)
        #expect(try store.setting("card") == [4, 5])
        #expect(try store.setting("other") == nil)
        #expect(try store.byteCount() > 0)
    }

    @Test func `another storage key opens nothing`() throws {
        let folder: TemporaryFolder
        let id: ObjectID
        do {
            let made = try Self.makeStore()
            folder = made.folder
            _ = try made.store.importRecords([Self.record("a-1", ["status": "open"])], at: 5)
            try made.store.setSetting("card", [1])
            id = made.store.recordID(source: "inspecties", key: "a-1")
        }
        #expect(throws: NodeStoreError.self) { try Self.open(folder, keyByte: 0x22) }
        // Nor does it without the seals, which are the first to notice.
        #expect(unlink(folder.file("node") + "/store.lmdb-seals") == 0)
        let store = try Self.open(folder, keyByte: 0x22)
        #expect(throws: SlotError.self) { try store.setting("card") }
        #expect(throws: SlotError.self) { try store.record(id) }
        #expect(store.recordID(source: "inspecties", key: "a-1") != id)
    }

    @Test(arguments: [UInt32(0), 7, .max])
    func `a store of a newer version, or of one that never was, is refused`(version: UInt32) throws
    {
        let folder: TemporaryFolder
        do {
            let made = try Self.makeStore()
            folder = made.folder
            let meta = made.store.tables.meta
            try made.store.environment.write { (transaction) throws(StoreError) in
                var value: [UInt8] = []
                value.append(bigEndian: version)
                try transaction.put(value, for: Array("schema".utf8), in: meta)
            }
        }
        let expected: NodeStoreError =
            version > NodeStore.schemaVersion ? .newerSchema(version) : .unknownSchema(version)
        #expect(throws: expected) { try Self.open(folder) }
    }

    @Test func `a stored record reads back, and no part of it does`() throws {
        let record = StoredRecord(
            record: Self.record("a-1", ["status": "é", "text": "a\nb"], neverShare: ["text"]),
            at: 1,
            history: [.init(at: 2, fields: [.init(name: "status", value: "x")])]
        )
        let bytes = record.storedBytes
        #expect(try StoredRecord(stored: bytes) == record)
        for length in 0..<bytes.count {
            #expect(throws: StoreError.self) { try StoredRecord(stored: Array(bytes[..<length])) }
        }
        #expect(throws: StoreError.self) { try StoredRecord(stored: bytes + [0]) }
    }
}
