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
    ) throws(NodeStoreError) -> NodeStore {
        var before: UInt32?
        let store = try NodeStore.open(in: folder, storageKey: keys.storage) { migration in
            switch migration {
            case .begins(let from, let to):
                logger.notice("store: of layout \(from), is brought up to layout \(to)")
            case .ended(let from, let to):
                before = from
                logger.notice("store: brought from layout \(from) to layout \(to)")
            }
        }
        // No form of what counts has changed since version 4.
        guard let before, before < 4 else { return store }
        let count: Int
        do throws(SlotError) { count = try self.formlessCount(in: store) } catch {
            throw .slot(error)
        }
        if count > 0 {
            let what = "\(count) entries have a form that counts for nothing in this version"
            logger.notice("store: \(what). They stay in their logs")
        }
        return store
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
