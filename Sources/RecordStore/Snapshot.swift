import CLMDB

/// What a read and a write transaction have in common: reading.
///
/// A helper that reads takes `borrowing some Snapshot & ~Copyable` and works in both. Bytes are lent
/// as `RawSpan` out of the map, without a copy; `[UInt8](span)` copies them.
package protocol Snapshot: ~Copyable {
    /// The transaction that is read.
    var handle: TransactionHandle { get }
}

/// Whether a scan goes on.
package enum ScanStep: Hashable, Sendable {
    /// To the next key.
    case next
    /// No further.
    case stop
}

/// A key and its value, copied out of the store.
package struct KeyedValue: Hashable, Sendable {
    /// The key.
    package let key: [UInt8]
    /// The value.
    package let value: [UInt8]
}

extension Snapshot where Self: ~Copyable {
    /// Lends the value stored for `key`, or returns `nil` where there is none.
    package borrowing func withValue<Result: ~Copyable>(
        for key: [UInt8],
        in table: Table,
        _ body: (RawSpan) throws(StoreError) -> Result
    ) throws(StoreError) -> Result? {
        try self.withValue(for: key.span.bytes, in: table, body)
    }

    /// Lends the value stored for `key`, or returns `nil` where there is none.
    package borrowing func withValue<Result: ~Copyable>(
        for key: RawSpan,
        in table: Table,
        _ body: (RawSpan) throws(StoreError) -> Result
    ) throws(StoreError) -> Result? {
        var value = MDB_val()
        let returnCode = key.withUnsafeBytes { key in
            var key = MDB_val(key: key)
            return mdb_get(self.handle.pointer, table.handle, &key, &value)
        }
        guard returnCode != MDB_NOTFOUND else { return nil }
        try check(returnCode, "mdb_get")
        return try body(value.buffer.bytes)
    }

    /// A copy of the value stored for `key`; `nil` where there is none.
    package borrowing func value(
        for key: [UInt8],
        in table: Table
    ) throws(StoreError) -> [UInt8]? {
        try self.withValue(for: key, in: table) { [UInt8]($0) }
    }

    /// Whether there is a value for `key`.
    package borrowing func contains(_ key: [UInt8], in table: Table) throws(StoreError) -> Bool {
        try self.withValue(for: key, in: table) { _ in true } ?? false
    }

    /// Number of keys in `table`.
    ///
    /// - Complexity: O(1).
    package borrowing func count(in table: Table) throws(StoreError) -> Int {
        var state = MDB_stat()
        try check(mdb_stat(self.handle.pointer, table.handle, &state), "mdb_stat")
        return state.ms_entries
    }

    /// Visits the keys that begin with `prefix`, ascending.
    ///
    /// - Parameters:
    ///   - prefix: Beginning of the keys; empty for the whole table.
    ///   - table: Where they are.
    ///   - from: Smallest key to visit; `nil` begins with the first.
    ///   - body: Takes key and value and says whether to go on.
    /// - Throws: What `body` throws, or that the store cannot be read.
    package borrowing func forEach(
        prefix: [UInt8],
        in table: Table,
        from: [UInt8]? = nil,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws(StoreError) -> ScanStep
    ) throws(StoreError) {
        let cursor = try Cursor(transaction: self.handle, table: table)
        var entry = Cursor.Entry()
        let isFromInside = from.map { prefix.lexicographicallyPrecedes($0) } ?? false
        let start = isFromInside ? from ?? prefix : prefix
        var isFound = try cursor.move(&entry, toFirstFrom: start)
        while isFound, entry.hasPrefix(prefix) {
            guard try body(entry.key.buffer.bytes, entry.value.buffer.bytes) == .next else {
                return
            }
            isFound = try cursor.move(&entry, MDB_NEXT)
        }
    }

    /// Visits the keys that begin with `prefix`, descending.
    ///
    /// - Parameters:
    ///   - prefix: Beginning of the keys; empty for the whole table.
    ///   - table: Where they are.
    ///   - from: Largest key to visit; `nil` begins with the last.
    ///   - body: Takes key and value and says whether to go on.
    /// - Throws: What `body` throws, or that the store cannot be read.
    package borrowing func forEachReversed(
        prefix: [UInt8],
        in table: Table,
        from: [UInt8]? = nil,
        _ body: (_ key: RawSpan, _ value: RawSpan) throws(StoreError) -> ScanStep
    ) throws(StoreError) {
        let cursor = try Cursor(transaction: self.handle, table: table)
        var entry = Cursor.Entry()
        let end = prefix.firstBeyondPrefix
        var isFound: Bool
        if let from, end.map({ from.lexicographicallyPrecedes($0) }) ?? true {
            isFound = try cursor.move(&entry, toLastUpTo: from)
        } else if let end {
            isFound = try cursor.move(&entry, toLastBefore: end)
        } else {
            isFound = try cursor.move(&entry, MDB_LAST)
        }
        while isFound, entry.hasPrefix(prefix) {
            guard try body(entry.key.buffer.bytes, entry.value.buffer.bytes) == .next else {
                return
            }
            isFound = try cursor.move(&entry, MDB_PREV)
        }
    }

    /// The smallest key that begins with `prefix`, and its value; `nil` where there is none.
    package borrowing func first(
        prefix: [UInt8],
        in table: Table
    ) throws(StoreError) -> KeyedValue? {
        var found: KeyedValue?
        try self.forEach(prefix: prefix, in: table) { key, value in
            found = KeyedValue(key: [UInt8](key), value: [UInt8](value))
            return .stop
        }
        return found
    }

    /// The largest key that begins with `prefix`, and its value; `nil` where there is none.
    package borrowing func last(
        prefix: [UInt8],
        in table: Table
    ) throws(StoreError) -> KeyedValue? {
        var found: KeyedValue?
        try self.forEachReversed(prefix: prefix, in: table) { key, value in
            found = KeyedValue(key: [UInt8](key), value: [UInt8](value))
            return .stop
        }
        return found
    }
}
