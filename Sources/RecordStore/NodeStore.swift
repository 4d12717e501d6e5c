package import Cryptography
import SyncEngine
import SyncLog
import Synchronization

/// Why a node's store did not open.
package enum NodeStoreError: Error, Hashable, Sendable {
    /// The store was written by a newer version of the program.
    case newerSchema(UInt32)
    /// The store was written by an older version, which this one cannot bring up to date.
    case olderSchema(UInt32)
    /// LMDB or the slot file.
    case slot(SlotError)
}

/// Everything one node keeps, apart from its key file: one LMDB environment and one slot file.
///
/// Contents are encrypted under erase keys or the store key; index keys are keyed hashes
/// (`Protocol/records.md` §4). Writes come one at a time; readers see snapshots and never wait.
package final class NodeStore: Sendable {
    /// Version of the layout that this program writes.
    package static let schemaVersion: UInt32 = 4
    /// Largest size of the store, in bytes: address space, not disk.
    package static let mapBytesMax = 1 << 40
    /// Most doomed slots that are destroyed in one transaction.
    static let destroyedMax = 4_096

    let environment: Environment
    let tables: StoreTables
    let slots: SlotFile
    let allocator: SlotAllocator
    let tiles: TileStore
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
            let environment = try SlotError.lifting { () throws(StoreError) in
                try Environment(
                    path: folder.path(.store),
                    mode: .create,
                    tables: StoreTables.names,
                    options: Self.options,
                    sealKey: Self.sealKey(storageKey)
                )
            }
            let slots = try SlotFile.create(at: folder.path(.slots), storageKey: storageKey)
            let store = NodeStore(environment: environment, slots: slots, storageKey: storageKey)
            try SlotError.lifting { () throws(StoreError) in
                try environment.write { (transaction) throws(StoreError) in
                    var version: [UInt8] = []
                    version.append(bigEndian: Self.schemaVersion)
                    try transaction.put(version, for: Self.schemaKey, in: store.tables.meta)
                }
            }
            try store.noteCurrentProjections()
            return store
        } catch {
            throw .slot(error)
        }
    }

    /// Opens a node's store, and destroys what a crash left doomed.
    package static func open(
        in folder: DataFolder,
        storageKey: borrowing SecretKey
    ) throws(NodeStoreError) -> NodeStore {
        let store = try self.opened(in: folder, storageKey: storageKey, mode: .open)
        do throws(SlotError) { try store.destroyDoomed() } catch { throw .slot(error) }
        return store
    }

    /// Opens a node's store to read it; its pages are taken as they are, so check them before.
    package static func inspect(
        in folder: DataFolder,
        storageKey: borrowing SecretKey
    ) throws(NodeStoreError) -> NodeStore {
        try self.opened(in: folder, storageKey: storageKey, mode: .inspect)
    }

    private static func opened(
        in folder: DataFolder,
        storageKey: borrowing SecretKey,
        mode: Environment.Mode
    ) throws(NodeStoreError) -> NodeStore {
        let store: NodeStore
        let version: UInt32
        do throws(SlotError) {
            let environment = try SlotError.lifting { () throws(StoreError) in
                try Environment(
                    path: folder.path(.store),
                    mode: mode,
                    tables: StoreTables.names,
                    options: Self.options,
                    sealKey: Self.sealKey(storageKey)
                )
            }
            let slots = try SlotFile.open(
                at: folder.path(.slots),
                storageKey: storageKey,
                isReading: mode == .inspect
            )
            store = NodeStore(environment: environment, slots: slots, storageKey: storageKey)
            let bytes = try store.read { (snapshot) throws(StoreError) in
                try snapshot.value(for: Self.schemaKey, in: store.tables.meta)
            }
            guard let bytes, bytes.count == 4 else {
                throw SlotError.store(.corrupted(operation: "schema version"))
            }
            version = UInt32(bigEndian: bytes)
        } catch {
            throw .slot(error)
        }
        guard version <= Self.schemaVersion else { throw .newerSchema(version) }
        guard version == Self.schemaVersion else { throw .olderSchema(version) }
        return store
    }

    static func sealKey(_ storageKey: borrowing SecretKey) -> SecretKey {
        storageKey.derived("tafel/v1/pages")
    }

    private static let schemaKey = Array("schema".utf8)
    static let options = Environment.Options(
        mapBytesMax: NodeStore.mapBytesMax,
        readerCountMax: 510
    )

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
        try self.environment.write { (transaction) throws(SlotError) in
            let result = try body(&transaction)
            try self.slots.sync()
            return result
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
        let key = Array("setting/\(name)".utf8)
        return try self.read { (snapshot) throws(StoreError) in
            guard let value = try snapshot.value(for: key, in: self.tables.meta) else { return nil }
            return try self.opened(value, for: key)
        }
    }

    /// Replaces a named value of the node itself.
    package func setSetting(_ name: String, _ value: [UInt8]) throws(SlotError) {
        let key = Array("setting/\(name)".utf8)
        try self.write { (transaction) throws(SlotError) in
            try SlotError.lifting { () throws(StoreError) in
                try transaction.put(self.sealed(value, for: key), for: key, in: self.tables.meta)
            }
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
