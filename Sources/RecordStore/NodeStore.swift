package import Cryptography
import SyncEngine
import SyncLog
import Synchronization

/// Why a node's store did not open.
package enum NodeStoreError: Error, Hashable, Sendable {
    /// The store was written by a newer version of the program.
    case newerSchema(UInt32)
    /// The store was written by an older version, and is only read.
    case olderSchema(UInt32)
    /// No version of the program wrote such a store: its version is damaged.
    case unknownSchema(UInt32)
    /// LMDB or the slot file.
    case slot(SlotError)
}

/// Everything one node keeps, apart from its key file: one LMDB environment and one slot file.
///
/// Contents are encrypted under erase keys or the store key; index keys are keyed hashes
/// (`Protocol/records.md` §4). Writes come one at a time; readers see snapshots and never wait.
package final class NodeStore: Sendable {
    /// Version of the layout that this program writes.
    package static let schemaVersion: UInt32 = 6
    /// Largest size of the store, in bytes: address space, not disk.
    package static let mapBytesMax = 1 << 40
    /// Most doomed slots that are destroyed in one transaction.
    static let destroyedMax = 4_096

    let environment: Environment
    let tables: StoreTables
    let slots: SlotFile
    let allocator: SlotAllocator
    let tiles: TileStore
    let segmentCache = SegmentCache()
    let indexKey: SecretKey
    let valueKey: SecretKey

    private init(environment: Environment, slots: SlotFile, storageKey: borrowing SecretKey) {
        let tables = StoreTables(environment)
        self.environment = environment
        self.tables = tables
        self.slots = slots
        self.allocator = SlotAllocator(meta: tables.meta, lists: tables.slots)
        self.tiles = TileStore(table: tables.tiles)
        self.indexKey = storageKey.derived("tafel/v1/index")
        self.valueKey = storageKey.derived("tafel/v1/store")
    }

    /// Makes the store of a new node in its folder.
    package static func create(
        in folder: DataFolder,
        storageKey: borrowing SecretKey
    ) throws(NodeStoreError) -> NodeStore {
        do throws(SlotError) {
            let environment = try self.environment(
                in: folder,
                storageKey: storageKey,
                mode: .create,
                tables: StoreTables.names
            )
            let slots = try SlotFile.create(at: folder.path(.slots), storageKey: storageKey)
            let store = NodeStore(environment: environment, slots: slots, storageKey: storageKey)
            try SlotError.lifting { () throws(StoreError) in
                try environment.write { (transaction) throws(StoreError) in
                    try store.setSchema(Self.schemaVersion, in: &transaction)
                }
            }
            try store.noteCurrentProjections()
            return store
        } catch {
            throw .slot(error)
        }
    }

    /// Opens a node's store, brings it up to date, and destroys what a crash left doomed.
    ///
    /// - Parameters:
    ///   - folder: Where it is.
    ///   - storageKey: Opens what is in it.
    ///   - telling: Is told when the store is of an older version, before and after.
    /// - Returns: The store, of ``schemaVersion``.
    /// - Throws: What keeps it from being opened; where that is met while the store is brought up
    ///   to date, it stands where a step began.
    package static func open(
        in folder: DataFolder,
        storageKey: borrowing SecretKey,
        telling: StoreMigration.Telling
    ) throws(NodeStoreError) -> NodeStore {
        try self.open(
            in: folder,
            storageKey: storageKey,
            steps: StoreMigrationStep.all,
            telling: telling
        )
    }

    /// As ``open(in:storageKey:telling:)``, with steps of a test.
    static func open(
        in folder: DataFolder,
        storageKey: borrowing SecretKey,
        steps: [StoreMigrationStep],
        telling: StoreMigration.Telling
    ) throws(NodeStoreError) -> NodeStore {
        let (store, version) = try self.opened(in: folder, storageKey: storageKey, mode: .open)
        try store.bringUpToDate(from: version, steps: steps, telling: telling)
        do throws(SlotError) {
            try store.destroyDoomed()
            try store.deleteLooseBlocks()
        } catch {
            throw .slot(error)
        }
        return store
    }

    /// Opens a node's store to read it; its pages are taken as they are, so check them before.
    ///
    /// One of an older version is ``NodeStoreError/olderSchema(_:)``: nothing is written here.
    package static func inspect(
        in folder: DataFolder,
        storageKey: borrowing SecretKey
    ) throws(NodeStoreError) -> NodeStore {
        // An older version may lack a table, and none is made here: so this is asked before.
        let version = try self.inspectedSchema(in: folder, storageKey: storageKey)
        guard version >= Self.schemaVersion else {
            throw StoreMigrationStep.leads(from: version)
                ? .olderSchema(version) : .unknownSchema(version)
        }
        return try self.opened(in: folder, storageKey: storageKey, mode: .inspect).store
    }

    /// The store of a folder, and the version it is of, which is not newer than this program's.
    static func opened(
        in folder: DataFolder,
        storageKey: borrowing SecretKey,
        mode: Environment.Mode
    ) throws(NodeStoreError) -> (store: NodeStore, version: UInt32) {
        let store: NodeStore
        let version: UInt32
        do throws(SlotError) {
            let environment = try self.environment(
                in: folder,
                storageKey: storageKey,
                mode: mode,
                tables: StoreTables.names
            )
            let slots = try SlotFile.open(
                at: folder.path(.slots),
                storageKey: storageKey,
                isReading: mode == .inspect
            )
            store = NodeStore(environment: environment, slots: slots, storageKey: storageKey)
            version = try self.schema(of: environment)
        } catch {
            throw .slot(error)
        }
        guard version <= Self.schemaVersion else { throw .newerSchema(version) }
        return (store, version)
    }

    /// The version of a store of which nothing else is looked at.
    private static func inspectedSchema(
        in folder: DataFolder,
        storageKey: borrowing SecretKey
    ) throws(NodeStoreError) -> UInt32 {
        do throws(SlotError) {
            let environment = try self.environment(
                in: folder,
                storageKey: storageKey,
                mode: .inspect,
                tables: [StoreTable.meta.rawValue]
            )
            return try self.schema(of: environment)
        } catch {
            throw .slot(error)
        }
    }

    private static func environment(
        in folder: DataFolder,
        storageKey: borrowing SecretKey,
        mode: Environment.Mode,
        tables: [String]
    ) throws(SlotError) -> Environment {
        try SlotError.lifting { () throws(StoreError) in
            try Environment(
                path: folder.path(.store),
                mode: mode,
                tables: tables,
                options: Self.options,
                sealKey: Self.sealKey(storageKey)
            )
        }
    }

    private static func schema(of environment: Environment) throws(SlotError) -> UInt32 {
        try SlotError.lifting { () throws(StoreError) in
            try environment.read { (snapshot) throws(StoreError) in
                let meta = environment.table(StoreTable.meta.rawValue)
                let bytes = try snapshot.value(for: Self.schemaKey, in: meta)
                guard let bytes, bytes.count == 4 else {
                    throw .corrupted(operation: "schema version")
                }
                return UInt32(bigEndian: bytes)
            }
        }
    }

    /// Writes which version the store is of.
    func setSchema(
        _ version: UInt32,
        in transaction: inout WriteTransaction
    ) throws(StoreError) {
        var value: [UInt8] = []
        value.append(bigEndian: version)
        try transaction.put(value, for: Self.schemaKey, in: self.tables.meta)
    }

    static func sealKey(_ storageKey: borrowing SecretKey) -> SecretKey {
        storageKey.derived("tafel/v1/pages")
    }

    private static let schemaKey = Array("schema".utf8)
    static let options = Environment.Options(
        mapBytesMax: NodeStore.mapBytesMax,
        readerCountMax: 510
    )

    /// Whether there were no seals of the pages when it was opened.
    package var wasUnsealed: Bool { self.environment.wasUnsealed }

    /// Length of the store's file, in bytes.
    package func byteCount() throws(SlotError) -> Int {
        try SlotError.lifting { () throws(StoreError) in try self.environment.fileByteCount() }
    }

    /// Runs `body` on the newest snapshot.
    func read<Result: ~Copyable>(
        _ body: (borrowing ReadTransaction) throws(StoreError) -> Result
    ) throws(SlotError) -> Result {
        try SlotError.lifting { () throws(StoreError) in try self.environment.read(body) }
    }

    /// Runs `body` as the only writer; slots are synced before the transaction that names them.
    func write<Result: ~Copyable>(
        _ body: (inout WriteTransaction) throws(SlotError) -> Result
    ) throws(SlotError) -> Result {
        do throws(SlotError) {
            return try self.environment.write { (transaction) throws(SlotError) in
                let result = try body(&transaction)
                try self.slots.sync()
                return result
            }
        } catch {
            // Numbers of segments that it took are taken again, for others.
            self.segmentCache.clear()
            throw error
        }
    }

    /// Why the newest slot that the store names does not open; `nil` when it does, or there is none.
    ///
    /// A slot file that was put back alone is older than the store, and lacks it.
    package func slotProblem() throws(SlotError) -> SlotError? {
        let number = try self.read { (snapshot) throws(StoreError) in
            try self.allocator.highestTaken(triesMax: UInt64(Self.destroyedMax), in: snapshot)
        }
        guard let number else { return nil }
        do throws(SlotError) {
            _ = try self.slots.read(number)
            return nil
        } catch {
            return error
        }
    }

    /// Overwrites the erase keys that nothing names any more.
    package func destroyDoomed() throws(SlotError) {
        while true {
            let isAny = try self.read { (snapshot) throws(StoreError) in
                try self.allocator.hasDoomed(in: snapshot)
            }
            guard isAny else { return }
            let count = try self.environment.write { (transaction) throws(SlotError) in
                try self.allocator.destroyDoomed(
                    slots: self.slots,
                    countMax: Self.destroyedMax,
                    in: &transaction
                )
            }
            guard count == Self.destroyedMax else { return }
        }
    }

    // MARK: Values under the store key

    /// Encrypts a small value; the key it is stored under is bound to it.
    func sealed(_ value: [UInt8], for key: [UInt8]) -> [UInt8] {
        AuthenticatedEncryption.seal(
            value,
            nonce: Randomness.bytes(count: AuthenticatedEncryption.nonceByteCount),
            associatedData: key,
            key: self.valueKey
        )
    }

    /// Opens what ``sealed(_:for:)`` made.
    func opened(_ value: [UInt8], for key: [UInt8]) throws(StoreError) -> [UInt8] {
        guard
            let plain = AuthenticatedEncryption.open(
                value,
                associatedData: key,
                key: self.valueKey
            )
        else { throw .corrupted(operation: "sealed value") }
        return plain
    }

    /// A named value of the node itself, such as its card.
    package func setting(_ name: String) throws(SlotError) -> [UInt8]? {
        try self.read { (snapshot) throws(StoreError) in try self.setting(name, in: snapshot) }
    }

    /// As ``setting(_:)``, as a snapshot has it.
    func setting(
        _ name: String,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> [UInt8]? {
        let key = Array("setting/\(name)".utf8)
        guard let value = try snapshot.value(for: key, in: self.tables.meta) else { return nil }
        return try self.opened(value, for: key)
    }

    /// Replaces a named value of the node itself.
    package func setSetting(_ name: String, _ value: [UInt8]) throws(SlotError) {
        try self.write { (transaction) throws(SlotError) in
            try self.set(name, value, in: &transaction)
        }
    }

    /// Deletes half of the settings whose names have a beginning, where there are more than so many.
    ///
    /// - Complexity: O(those settings).
    package func trimSettings(_ beginning: String, most: Int) throws(SlotError) {
        let prefix = Array("setting/\(beginning)".utf8)
        func keys(
            _ snapshot: borrowing some Snapshot & ~Copyable
        ) throws(StoreError) -> [[UInt8]] {
            var keys: [[UInt8]] = []
            try snapshot.forEach(prefix: prefix, in: self.tables.meta) { key, _ in
                keys.append([UInt8](key))
                return .next
            }
            return keys
        }
        let count = try self.read { (snapshot) throws(StoreError) in try keys(snapshot).count }
        guard count > most else { return }
        try self.write { (transaction) throws(SlotError) in
            try SlotError.lifting { () throws(StoreError) in
                for key in try keys(transaction).prefix(count / 2) {
                    _ = try transaction.delete(key, in: self.tables.meta)
                }
            }
        }
    }

    /// As ``setSetting(_:_:)``, within a transaction.
    func set(
        _ name: String,
        _ value: [UInt8],
        in transaction: inout WriteTransaction
    ) throws(SlotError) {
        let key = Array("setting/\(name)".utf8)
        try SlotError.lifting { () throws(StoreError) in
            try transaction.put(self.sealed(value, for: key), for: key, in: self.tables.meta)
        }
    }

    /// Forgets a setting; nothing happens where there is none.
    package func removeSetting(_ name: String) throws(SlotError) {
        let key = Array("setting/\(name)".utf8)
        try self.write { (transaction) throws(SlotError) in
            try SlotError.lifting { () throws(StoreError) in
                _ = try transaction.delete(key, in: self.tables.meta)
            }
        }
    }
}
