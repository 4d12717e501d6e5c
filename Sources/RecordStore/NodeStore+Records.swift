import Cryptography
package import SyncLog

extension NodeStore {
    /// The ID of a record: a keyed hash of source and key, so it tells nothing on a stolen disk.
    package func recordID(source: String, key: String) -> ObjectID {
        let name = Array(source.utf8) + [0] + Array(key.utf8)
        guard let id = ObjectID(self.indexKey.keyedHash16(name)) else {
            preconditionFailure("a hash of 16 bytes is an ID")
        }
        return id
    }

    /// A record by its ID.
    package func record(_ id: ObjectID) throws(SlotError) -> StoredRecord? {
        try self.environment.read { (snapshot) throws(SlotError) in
            try self.storedRecord(id, in: snapshot)
        }
    }

    /// The IDs of records that begin with some hexadecimal digits, at most `limit`.
    package func recordIDs(prefix: String, limit: Int) throws(SlotError) -> [ObjectID] {
        let even = prefix.prefix(prefix.utf8.count / 2 * 2)
        guard let start = TextEncoding.bytes(hex: even) else { return [] }
        return try self.read { (snapshot) throws(StoreError) in
            var ids: [ObjectID] = []
            try snapshot.forEach(prefix: start, in: self.tables.records) {
                key,
                _ throws(StoreError) in
                if let id = ObjectID([UInt8](key)), id.hex.hasPrefix(prefix) { ids.append(id) }
                return ids.count < limit ? .next : .stop
            }
            return ids
        }
    }

    /// The IDs of the first own records, ascending, at most `most`.
    package func recordIDs(most: Int) throws(SlotError) -> [ObjectID] {
        try self.read { (snapshot) throws(StoreError) in
            var ids: [ObjectID] = []
            guard most > 0 else { return ids }
            try snapshot.forEach(prefix: [], in: self.tables.records) { key, _ throws(StoreError) in
                guard let id = ObjectID([UInt8](key)) else { throw .corrupted(operation: "record") }
                ids.append(id)
                return ids.count < most ? .next : .stop
            }
            return ids
        }
    }

    /// Number of own records.
    package func recordCount() throws(SlotError) -> Int {
        try self.read { (snapshot) throws(StoreError) in
            try snapshot.count(in: self.tables.records)
        }
    }
}

extension TableTransaction {
    /// Notes which fragment an own record became in a case.
    package mutating func noteShare(
        record: ObjectID,
        caseID: ObjectID,
        fragment: ObjectID
    ) throws(SlotError) {
        var key: [UInt8] = []
        key.append(bigEndian: self.reads.number)
        key += record.bytes + caseID.bytes
        try self.note(fragment.bytes, for: key, in: self.store.tables.shares)
    }
}

extension TableSnapshot {
    /// The fragment that an own record became in a case.
    package func share(record: ObjectID, caseID: ObjectID) throws(SlotError) -> ObjectID? {
        var key: [UInt8] = []
        key.append(bigEndian: self.reads.number)
        key += record.bytes + caseID.bytes
        let value = try SlotError.lifting { () throws(StoreError) in
            try self.transaction.pointee.value(for: key, in: self.reads.store.tables.shares)
        }
        return value.flatMap { ObjectID($0) }
    }

    /// The own record that became a fragment; `nil` where none did.
    ///
    /// - Complexity: O(shares of the table).
    package func record(ofFragment fragment: ObjectID) throws(SlotError) -> ObjectID? {
        var prefix: [UInt8] = []
        prefix.append(bigEndian: self.reads.number)
        return try SlotError.lifting { () throws(StoreError) in
            var found: ObjectID?
            let tables = self.reads.store.tables
            try self.transaction.pointee.forEach(prefix: prefix, in: tables.shares) { key, value in
                guard [UInt8](value) == fragment.bytes else { return .next }
                found = ObjectID([UInt8](key).dropFirst(4).prefix(16))
                return .stop
            }
            return found
        }
    }
}
