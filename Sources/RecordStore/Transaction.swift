import CLMDB
import StorePages

/// A named table of an environment.
///
/// Keys are ordered as bytes, a key before those it is the beginning of.
package struct Table: Hashable, Sendable {
    let handle: MDB_dbi
}

/// What a transaction reads and writes through; only this module can use it.
package struct TransactionHandle {
    let pointer: OpaquePointer
}

/// A read-only snapshot, lent to the closure of ``Environment/read(_:)``.
package struct ReadTransaction: ~Copyable, Snapshot {
    /// The transaction that is read.
    package let handle: TransactionHandle

    deinit { mdb_txn_abort(self.handle.pointer) }
}

/// The write transaction, lent to the closure of ``Environment/write(_:)``.
///
/// It reads what it wrote. A call that fails spoils it: committing then fails too.
package struct WriteTransaction: ~Copyable, Snapshot {
    /// The transaction that is read.
    package let handle: TransactionHandle

    deinit { mdb_txn_abort(self.handle.pointer) }

    /// Number of the transaction: one more than the last that committed.
    package borrowing func number() -> UInt64 { UInt64(mdb_txn_id(self.handle.pointer)) }

    /// A table that the environment was not opened with, as older versions had it; `nil` where
    /// there is none.
    ///
    /// No other transaction may be under way: LMDB asks for that where a table is opened.
    mutating func table(ifPresent name: String) throws(StoreError) -> Table? {
        var table: MDB_dbi = 0
        let returnCode = mdb_dbi_open(self.handle.pointer, name, 0, &table)
        guard returnCode != MDB_NOTFOUND else { return nil }
        try check(returnCode, "mdb_dbi_open")
        return Table(handle: table)
    }

    /// Stores `value` for `key`, replacing what was there.
    package mutating func put(
        _ value: [UInt8],
        for key: [UInt8],
        in table: Table
    ) throws(StoreError) {
        try self.put(value.span.bytes, for: key.span.bytes, in: table, flags: 0)
    }

    /// Stores `value` for `key`, replacing what was there.
    package mutating func put(
        _ value: RawSpan,
        for key: RawSpan,
        in table: Table
    ) throws(StoreError) {
        try self.put(value, for: key, in: table, flags: 0)
    }

    /// Stores `value` for `key` where there is none yet.
    ///
    /// - Returns: What is stored there already, which stays.
    package mutating func insert(
        _ value: [UInt8],
        for key: [UInt8],
        in table: Table
    ) throws(StoreError) -> [UInt8]? {
        let (returnCode, held) = key.span.bytes.withUnsafeBytes { key in
            value.span.bytes.withUnsafeBytes { value in
                var key = MDB_val(key: key)
                var value = MDB_val(lending: value)
                let returnCode = mdb_put(
                    self.handle.pointer,
                    table.handle,
                    &key,
                    &value,
                    UInt32(MDB_NOOVERWRITE)
                )
                return (returnCode, returnCode == MDB_KEYEXIST ? [UInt8](value.buffer) : nil)
            }
        }
        if returnCode != MDB_KEYEXIST {
            try checkWrite(returnCode, "mdb_put", environment: mdb_txn_env(self.handle.pointer))
        }
        return held
    }

    /// Stores `value` for `key`, which must be larger than every key of the table.
    ///
    /// For sorted loads: no search, and full pages. Another key is a bug and stops the program.
    package mutating func putAppending(
        _ value: [UInt8],
        for key: [UInt8],
        in table: Table
    ) throws(StoreError) {
        try self.put(value.span.bytes, for: key.span.bytes, in: table, flags: UInt32(MDB_APPEND))
    }

    private mutating func put(
        _ value: RawSpan,
        for key: RawSpan,
        in table: Table,
        flags: UInt32
    ) throws(StoreError) {
        let returnCode = key.withUnsafeBytes { key in
            value.withUnsafeBytes { value in
                var key = MDB_val(key: key)
                var value = MDB_val(lending: value)
                return mdb_put(self.handle.pointer, table.handle, &key, &value, flags)
            }
        }
        precondition(returnCode != MDB_KEYEXIST, "an appended key is larger than all before it")
        try checkWrite(
            returnCode,
            "mdb_put",
            environment: mdb_txn_env(self.handle.pointer)
        )
    }

    /// Deletes `key` and its value.
    ///
    /// - Returns: Whether it was there.
    @discardableResult
    package mutating func delete(_ key: [UInt8], in table: Table) throws(StoreError) -> Bool {
        try self.delete(key.span.bytes, in: table)
    }

    /// Deletes `key` and its value.
    ///
    /// - Returns: Whether it was there.
    @discardableResult
    package mutating func delete(_ key: RawSpan, in table: Table) throws(StoreError) -> Bool {
        let returnCode = key.withUnsafeBytes { key in
            var key = MDB_val(key: key)
            return mdb_del(self.handle.pointer, table.handle, &key, nil)
        }
        guard returnCode != MDB_NOTFOUND else { return false }
        try checkWrite(
            returnCode,
            "mdb_del",
            environment: mdb_txn_env(self.handle.pointer)
        )
        return true
    }

    /// Deletes all keys that begin with `prefix`, which is not empty.
    ///
    /// - Parameters:
    ///   - prefix: What they begin with.
    ///   - table: Where they are.
    ///   - progress: Called after each with how many are deleted.
    /// - Returns: How many there were.
    /// - Throws: `StoreError`.
    @discardableResult
    package mutating func deleteAll(
        prefix: [UInt8],
        in table: Table,
        progress: (Int) -> Void = { _ in }
    ) throws(StoreError) -> Int {
        precondition(!prefix.isEmpty, "a whole table is emptied with deleteAll(in:)")
        var count = 0
        let cursor = try Cursor(transaction: self.handle, table: table)
        var entry = Cursor.Entry()
        // Searched anew each time: where a cursor stands after a delete is LMDB's weakest promise.
        while try cursor.move(&entry, toFirstFrom: prefix), entry.hasPrefix(prefix) {
            try cursor.delete()
            count += 1
            progress(count)
        }
        return count
    }

    /// Deletes everything in `table`.
    ///
    /// - Complexity: O(pages of the table).
    package mutating func deleteAll(in table: Table) throws(StoreError) {
        try checkWrite(
            mdb_drop(self.handle.pointer, table.handle, 0),
            "mdb_drop",
            environment: mdb_txn_env(self.handle.pointer)
        )
    }

    /// Makes the changes durable.
    ///
    /// LMDB frees the handle even when this throws, so `deinit` must not run again.
    consuming func commit() throws(StoreError) {
        let pointer = self.handle.pointer
        discard self
        let environment = mdb_txn_env(pointer)
        try checkWrite(mdb_txn_commit(pointer), "mdb_txn_commit", environment: environment)
    }
}

extension MDB_val {
    /// Lends `bytes`, which LMDB reads and does not write through this.
    init(lending bytes: UnsafeRawBufferPointer) {
        let address = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        self.init(mv_size: bytes.count, mv_data: address)
    }

    /// Lends the bytes of a key.
    init(key bytes: UnsafeRawBufferPointer) {
        precondition(
            1...StorePage.keyBytesMax ~= bytes.count,
            "a key has 1 to \(StorePage.keyBytesMax) bytes"
        )
        self.init(lending: bytes)
    }

    /// The bytes in the map, which end with the transaction or with its next write.
    var buffer: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: self.mv_data, count: self.mv_size)
    }
}
