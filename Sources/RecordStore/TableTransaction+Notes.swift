import Cryptography
package import SyncLog

/// What views and audits look up.
extension TableTransaction {
    /// Notes that an entry is about a case.
    package mutating func noteCase(
        _ caseID: ObjectID,
        log: LogID,
        index: UInt64
    ) throws(SlotError) {
        let key = self.key(caseID, log: log, index: index)
        try self.note([1], for: key, in: self.store.tables.cases)
    }

    /// Lets go of the note that an entry, which was opened in an earlier transaction, is about a case.
    package mutating func forgetCase(
        _ caseID: ObjectID,
        log: LogID,
        index: UInt64
    ) throws(SlotError) {
        let key = self.key(caseID, log: log, index: index)
        try self.lift { () throws(StoreError) in
            _ = try self.transaction.pointee.delete(key, in: self.store.tables.cases)
        }
    }

    private func key(_ caseID: ObjectID, log: LogID, index: UInt64) -> [UInt8] {
        var key: [UInt8] = []
        key.append(bigEndian: self.reads.number)
        key += caseID.bytes
        key += self.reads.reference(log).key(index).dropFirst(4)
        return key
    }

    /// Notes which case an object, such as a fragment, belongs to.
    package mutating func noteObject(
        _ object: ObjectID,
        in caseID: ObjectID
    ) throws(SlotError) {
        var key: [UInt8] = []
        key.append(bigEndian: self.reads.number)
        key += object.bytes
        try self.note(caseID.bytes, for: key, in: self.store.tables.objects)
    }

    /// Notes that a receipt of another member quotes a log.
    package mutating func noteReceipt(
        quoting quoted: LogID,
        log: LogID,
        index: UInt64
    ) throws(SlotError) {
        let key =
            self.reads.reference(quoted).bytes
            + self.reads.reference(log).key(index).dropFirst(4)
        try self.note([1], for: key, in: self.store.tables.receipts)
    }
}
