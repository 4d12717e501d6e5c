import CLMDB

/// A place in a table, for the length of one scan.
struct Cursor: ~Copyable {
    /// The key and value that the cursor stands on, in the map.
    struct Entry {
        var key = MDB_val()
        var value = MDB_val()

        func hasPrefix(_ prefix: [UInt8]) -> Bool { self.key.buffer.starts(with: prefix) }
    }

    private let handle: OpaquePointer

    /// Opens a cursor, which must be gone before its transaction ends.
    init(transaction: TransactionHandle, table: Table) throws(StoreError) {
        var handle: OpaquePointer?
        try check(
            mdb_cursor_open(transaction.pointer, table.handle, &handle),
            "mdb_cursor_open"
        )
        guard let handle else { preconditionFailure("mdb_cursor_open made no cursor") }
        self.handle = handle
    }

    deinit { mdb_cursor_close(self.handle) }

    /// Moves and reads; `false` where there is no key, which leaves `entry` without meaning.
    borrowing func move(
        _ entry: inout Entry,
        _ operation: MDB_cursor_op
    ) throws(StoreError) -> Bool {
        let returnCode = mdb_cursor_get(self.handle, &entry.key, &entry.value, operation)
        guard returnCode != MDB_NOTFOUND else { return false }
        try check(returnCode, "mdb_cursor_get")
        return true
    }

    /// Moves to the first key that is `start` or larger.
    borrowing func move(
        _ entry: inout Entry,
        toFirstFrom start: [UInt8]
    ) throws(StoreError) -> Bool {
        guard !start.isEmpty else { return try self.move(&entry, MDB_FIRST) }
        // LMDB takes a key it searches for whatever its length; none is stored over the limit.
        let returnCode = start.span.bytes.withUnsafeBytes { start in
            entry.key = MDB_val(lending: start)
            return mdb_cursor_get(self.handle, &entry.key, &entry.value, MDB_SET_RANGE)
        }
        guard returnCode != MDB_NOTFOUND else { return false }
        try check(returnCode, "mdb_cursor_get")
        return true
    }

    /// Moves to the last key that is smaller than `end`.
    borrowing func move(
        _ entry: inout Entry,
        toLastBefore end: [UInt8]
    ) throws(StoreError) -> Bool {
        let isFound = try self.move(&entry, toFirstFrom: end)
        return try self.move(&entry, isFound ? MDB_PREV : MDB_LAST)
    }

    /// Moves to the last key that is `start` or smaller.
    borrowing func move(
        _ entry: inout Entry,
        toLastUpTo start: [UInt8]
    ) throws(StoreError) -> Bool {
        guard try self.move(&entry, toFirstFrom: start) else {
            return try self.move(&entry, MDB_LAST)
        }
        guard !entry.key.buffer.elementsEqual(start) else { return true }
        return try self.move(&entry, MDB_PREV)
    }

    /// Deletes the key that the cursor stands on.
    borrowing func delete() throws(StoreError) {
        try checkWrite(
            mdb_cursor_del(self.handle, 0),
            "mdb_cursor_del",
            environment: mdb_txn_env(mdb_cursor_txn(self.handle))
        )
    }
}

extension [UInt8] {
    /// The first key after all that begin with this one; `nil` when there is none.
    var firstBeyondPrefix: [UInt8]? {
        guard let index = self.lastIndex(where: { $0 < .max }) else { return nil }
        return self[..<index] + [self[index] + 1]
    }
}
