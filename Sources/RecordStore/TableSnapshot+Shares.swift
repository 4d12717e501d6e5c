import Cryptography
package import SyncLog

/// That an own record was shared in a case.
package struct RecordShare: Hashable, Sendable {
    /// The record.
    package let record: ObjectID
    /// The case.
    package let caseID: ObjectID
    /// The fragment that it became there.
    package let fragment: ObjectID
}

extension TableSnapshot {
    /// Every own record that was shared in a case, by record and case.
    ///
    /// - Complexity: O(shares of the table).
    package func shares() throws(SlotError) -> [RecordShare] {
        var prefix: [UInt8] = []
        prefix.append(bigEndian: self.reads.number)
        return try SlotError.lifting { () throws(StoreError) in
            var found: [RecordShare] = []
            let tables = self.reads.store.tables
            try self.transaction.pointee.forEach(prefix: prefix, in: tables.shares) {
                key,
                value throws(StoreError) in
                let bytes = [UInt8](key).dropFirst(prefix.count)
                guard bytes.count == 32, let record = ObjectID(bytes.prefix(16)),
                    let caseID = ObjectID(bytes.suffix(16)), let fragment = ObjectID([UInt8](value))
                else { throw .corrupted(operation: "shares") }
                found.append(RecordShare(record: record, caseID: caseID, fragment: fragment))
                return .next
            }
            return found
        }
    }

    /// The cases that an own record was shared in, ascending, each with the fragment that it became there.
    ///
    /// - Complexity: O(those cases).
    package func shares(
        of record: ObjectID
    ) throws(SlotError) -> [(caseID: ObjectID, fragment: ObjectID)] {
        var prefix: [UInt8] = []
        prefix.append(bigEndian: self.reads.number)
        prefix += record.bytes
        return try SlotError.lifting { () throws(StoreError) in
            var found: [(caseID: ObjectID, fragment: ObjectID)] = []
            let tables = self.reads.store.tables
            try self.transaction.pointee.forEach(prefix: prefix, in: tables.shares) {
                key,
                value throws(StoreError) in
                guard let caseID = ObjectID([UInt8](key).dropFirst(prefix.count)),
                    let fragment = ObjectID([UInt8](value))
                else { throw .corrupted(operation: "shares") }
                found.append((caseID, fragment))
                return .next
            }
            return found
        }
    }
}
