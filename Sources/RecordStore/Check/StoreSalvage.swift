package import Cryptography
import Glibc
import LocalFiles
import StorePages

/// Makes a new store of the rows in the sound pages of a damaged one.
package enum StoreSalvage {
    /// Most rows of one transaction.
    static let rowsMax = 8_192

    /// Replaces the store of a folder by one with the rows of its sound pages.
    ///
    /// The damaged file stays beside it as `store.lmdb.damaged`. Whatever happens, `store.lmdb` is
    /// the old file or the whole new one.
    ///
    /// - Returns: How many rows were taken over.
    package static func run(
        in folder: DataFolder,
        storageKey: borrowing SecretKey
    ) throws(StoreError) -> Int {
        let old = folder.path(.store)
        let new = old + ".new"
        unlink(new)
        unlink(new + "-lock")
        let count = try self.copy(from: old, to: new, key: NodeStore.sealKey(storageKey))
        unlink(old + ".damaged")
        try check(link(old, old + ".damaged") == 0 ? 0 : errno, "link")
        unlink(PageGuard.sealPath(of: old))
        try check(rename(new, old) == 0 ? 0 : errno, "rename")
        unlink(new + "-lock")
        do throws(FileError) { try Descriptor.syncFolder(containing: old) } catch {
            throw StoreError(error)
        }
        return count
    }

    /// Puts the damaged file back where ``run(in:storageKey:)`` replaced it.
    package static func undo(in folder: DataFolder) {
        let path = folder.path(.store)
        unlink(PageGuard.sealPath(of: path))
        rename(path + ".damaged", path)
    }

    private static func copy(
        from old: String,
        to new: String,
        key: borrowing SecretKey
    ) throws(StoreError) -> Int {
        let none: SecretKey? = nil
        let environment = try Environment(
            path: new,
            mode: .create,
            tables: StoreTables.names,
            options: NodeStore.options,
            sealKey: none
        )
        let names = Set(StoreTables.names)
        var rows: [(table: String, key: [UInt8], value: [UInt8])] = []
        var count = 0
        var failure: StoreError?
        func flush() {
            do throws(StoreError) {
                try environment.write { (transaction) throws(StoreError) in
                    for row in rows {
                        let table = environment.table(row.table)
                        try transaction.put(row.value, for: row.key, in: table)
                    }
                }
            } catch {
                failure = failure ?? error
            }
            count += rows.count
            rows.removeAll(keepingCapacity: true)
        }
        do throws(FileError) {
            _ = try PageReport(path: old, key: key, progress: { _, _ in }) { table, key, value in
                guard names.contains(table), failure == nil else { return }
                rows.append((table, Array(key), Array(value)))
                if rows.count == Self.rowsMax { flush() }
            }
        } catch {
            throw StoreError(error)
        }
        flush()
        if let failure { throw failure }
        return count
    }

    /// Removes the seals of a folder's store, so that it is sealed anew when it opens.
    package static func removeSeals(in folder: DataFolder) {
        unlink(PageGuard.sealPath(of: folder.path(.store)))
    }
}
