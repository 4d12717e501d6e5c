import Cryptography
package import SyncEngine
package import SyncLog

/// A table as it is stored: its local number, its charters and cards.
package struct StoredTable: Hashable, Sendable {
    /// Local number, which names it in keys.
    package let number: UInt32
    /// Charters and cards.
    package let file: TableFile
}

extension NodeStore {
    /// Every table, by local number, with the states of all its logs.
    package func loadTables() throws(SlotError) -> [(table: StoredTable, logs: [LogID: LogState])] {
        try self.read { (snapshot) throws(StoreError) in
            var tables: [(table: StoredTable, logs: [LogID: LogState])] = []
            for stored in try self.storedTables(in: snapshot) {
                var prefix: [UInt8] = []
                prefix.append(bigEndian: stored.number)
                var logs: [LogID: LogState] = [:]
                try snapshot.forEach(prefix: prefix, in: self.tables.logs) {
                    key,
                    value throws(StoreError) in
                    logs[LogID(key: key, at: 4)] = try LogState(stored: [UInt8](value))
                    return .next
                }
                tables.append((stored, logs))
            }
            return tables.sorted { $0.table.number < $1.table.number }
        }
    }

    /// Every table, in the order of their IDs, as a snapshot has them.
    func storedTables(
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> [StoredTable] {
        var tables: [StoredTable] = []
        try snapshot.forEach(prefix: [], in: self.tables.tables) { key, value throws(StoreError) in
            guard value.byteCount > 4 else { throw .corrupted(operation: "table") }
            let number = value.bigEndian(at: 0, as: UInt32.self)
            let file = try self.opened(Array([UInt8](value).dropFirst(4)), for: [UInt8](key))
            do throws(TableFileError) {
                tables.append(StoredTable(number: number, file: try TableFile(parsing: file)))
            } catch {
                throw .corrupted(operation: "table file")
            }
            return .next
        }
        return tables
    }

    /// Every table, by local number.
    package func storedTables() throws(SlotError) -> [StoredTable] {
        try self.read { (snapshot) throws(StoreError) in
            try self.storedTables(in: snapshot).sorted { $0.number < $1.number }
        }
    }

    /// The logs of a table of which something is held, whether or not it can be read.
    package func logIDs(of table: UInt32) throws(SlotError) -> [LogID] {
        try self.read { (snapshot) throws(StoreError) in
            var prefix: [UInt8] = []
            prefix.append(bigEndian: table)
            var logs: [LogID] = []
            for kept in [self.tables.logs, self.tables.entries, self.tables.tiles] {
                var from: [UInt8]? = nil
                while let row = try self.firstKey(prefix: prefix, from: from, in: kept, snapshot) {
                    guard row.count >= 8 else { throw .corrupted(operation: "log") }
                    let log = LogID(key: row.span.bytes, at: 4)
                    logs.append(log)
                    from = Array(row[..<8]).firstBeyondPrefix
                }
            }
            return Set(logs).sorted()
        }
    }

    private func firstKey(
        prefix: [UInt8],
        from: [UInt8]?,
        in table: Table,
        _ snapshot: borrowing ReadTransaction
    ) throws(StoreError) -> [UInt8]? {
        var found: [UInt8]?
        try snapshot.forEach(prefix: prefix, in: table, from: from) { key, _ in
            found = [UInt8](key)
            return .stop
        }
        return found
    }

    /// Stores a table's charters and cards, under a new number when the table is new.
    ///
    /// Where another text of a version comes to count, the own log adopts it before its next entry.
    package func storeTable(_ file: TableFile) throws(SlotError) -> StoredTable {
        let key = file.table.bytes
        return try self.write { (transaction) throws(SlotError) in
            try SlotError.lifting { () throws(StoreError) in
                let held = try transaction.value(for: key, in: self.tables.tables)
                let number: UInt32
                if let held {
                    guard held.count > 4 else { throw .corrupted(operation: "table") }
                    number = UInt32(bigEndian: held[..<4])
                    let before = try self.opened(Array(held.dropFirst(4)), for: key)
                    if let old = try? TableFile(parsing: before),
                        let version = old.rivalVersion(in: file)
                    {
                        try self.adoptAgain(from: version, table: number, in: &transaction)
                    }
                } else {
                    number = UInt32(try transaction.count(in: self.tables.tables)) + 1
                }
                var value: [UInt8] = []
                value.append(bigEndian: number)
                value += self.sealed(Array(file.encodedText.utf8), for: key)
                try transaction.put(value, for: key, in: self.tables.tables)
                return StoredTable(number: number, file: file)
            }
        }
    }

    /// Forgets that logs of a table adopted a version and those after it.
    private func adoptAgain(
        from version: Int,
        table number: UInt32,
        in transaction: inout WriteTransaction
    ) throws(StoreError) {
        var prefix: [UInt8] = []
        prefix.append(bigEndian: number)
        var changed: [(key: [UInt8], value: [UInt8])] = []
        try transaction.forEach(prefix: prefix, in: self.tables.logs) {
            key,
            value throws(StoreError) in
            var state = try LogState(stored: [UInt8](value))
            state.charterVersion = min(state.charterVersion, UInt16(version - 1))
            changed.append(([UInt8](key), state.storedBytes))
            return .next
        }
        for (key, value) in changed {
            try transaction.put(value, for: key, in: self.tables.logs)
        }
    }

    /// Runs `body` as the only writer of a table.
    package func write<Result>(
        table number: UInt32,
        _ body: (inout TableTransaction) throws(SlotError) -> Result
    ) throws(SlotError) -> Result {
        try self.write { (transaction) throws(SlotError) in
            // The pointer lives as long as this closure, and so does what holds it.
            try withUnsafeMutablePointer(to: &transaction) { (pointer) throws(SlotError) in
                var table = TableTransaction(store: self, number: number, transaction: pointer)
                let result = try body(&table)
                try table.finish()
                return result
            }
        }
    }

    /// Runs `body` on the newest snapshot of a table.
    package func read<Result>(
        table number: UInt32,
        _ body: (borrowing TableSnapshot) throws(SlotError) -> Result
    ) throws(SlotError) -> Result {
        try self.environment.read { (transaction) throws(SlotError) in
            try withUnsafePointer(to: transaction) { (pointer) throws(SlotError) in
                let table = TableSnapshot(store: self, number: number, transaction: pointer)
                return try body(table)
            }
        }
    }
}
