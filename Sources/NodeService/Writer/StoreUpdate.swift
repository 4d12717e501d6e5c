import Cryptography
import Logging
import RecordStore
import SyncEngine
import SyncLog

/// Opening the store of a node that an older version of the program may have written.
enum StoreUpdate {
    /// Opens a store, brings it up to date, and tells of that in the node's log.
    ///
    /// - Throws: As ``RecordStore/NodeStore/open(in:storageKey:telling:)``.
    static func open(
        _ folder: DataFolder,
        keys: borrowing NodeKeys,
        logger: Logger
    ) throws(NodeStoreError) -> (store: NodeStore, hasTold: Bool) {
        let store = try NodeStore.open(in: folder, storageKey: keys.storage) { migration in
            guard case .begins(let from, let to) = migration else { return }
            logger.notice("store: of layout \(from), is brought up to layout \(to)")
        }
        var hasTold = false
        do throws(SlotError) {
            // The first layouts had none.
            if store.wasUnsealed, try store.setting(NodeStore.upgradeSetting) == nil {
                logger.warning(
                    "store.lmdb-seals: was not there, or empty, and is made anew; pages were taken as they are"
                )
            }
            for line in try self.told(of: store) {
                hasTold = true
                logger.notice("\(line)")
                try store.setSetting(
                    self.untoldSetting,
                    try self.untold(of: store) + line.utf8 + [0x0A]
                )
            }
            if try store.setting(NodeStore.upgradeSetting) != nil {
                try store.removeSetting(NodeStore.upgradeSetting)
            }
        } catch {
            throw .slot(error)
        }
        return (store, hasTold)
    }

    /// Name of the setting that keeps what was told while no log was read by anybody.
    private static let untoldSetting = "upgrade-untold"

    private static func untold(of store: NodeStore) throws(SlotError) -> [UInt8] {
        try store.setting(self.untoldSetting) ?? []
    }

    /// What is to be told of a store that was brought up to date, now or by a process that ended before it
    /// could.
    private static func told(of store: NodeStore) throws(SlotError) -> [String] {
        guard let bytes = try store.setting(NodeStore.upgradeSetting),
            let version = UInt32(String(decoding: bytes, as: UTF8.self))
        else { return [] }
        var lines = [
            "store: brought from layout \(version) to layout \(NodeStore.schemaVersion)"
        ]
        // No form of what counts has changed since version 4.
        let count = version < 4 ? try self.formlessCount(in: store) : 0
        if count > 0 {
            let what = "\(count) entries have a form that counts for nothing in this version"
            lines.append("store: \(what). They stay in their logs")
        }
        return lines
    }

    /// What an earlier command was told of, which kept it to itself: told once, by a node that runs.
    static func takeUntold(from store: NodeStore) -> [String] {
        guard let bytes = try? store.setting(self.untoldSetting),
            (try? store.removeSetting(self.untoldSetting)) != nil
        else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// How many readable entries of all logs have a payload of a form that this version does not
    /// read.
    ///
    /// Logs never change, so what older versions wrote stays as it is (`Protocol/records.md`
    /// §4).
    private static func formlessCount(in store: NodeStore) throws(SlotError) -> Int {
        var count = 0
        for table in try store.storedTables() {
            try store.read(table: table.number) { (snapshot) throws(SlotError) in
                for log in try store.logIDs(of: table.number) {
                    let size = try snapshot.state(of: log).size
                    for index in 0..<size {
                        guard let entry = try snapshot.plaintext(at: index, of: log) else {
                            continue
                        }
                        if entry.isFormless { count += 1 }
                    }
                }
            }
        }
        return count
    }
}

extension PlainEntry {
    /// Whether the payload is nothing that views or receipts read, though its kind is.
    fileprivate var isFormless: Bool {
        switch self.header.kind {
        case .operations, .fragment, .withdrawal, .receipt:
            if case .other = ReadableEntry(self).contents { true } else { false }
        case .card, .charterAdopted, .keyGrant, .consultation, .destruction, .forkEvidence, .hold,
            .export, .closing:
            false
        }
    }
}
