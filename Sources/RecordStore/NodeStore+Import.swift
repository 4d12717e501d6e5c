import Cryptography
package import RecordImport
import Search
import SyncLog

/// What an import did with one record.
package enum RecordChange: Hashable, Sendable {
    case imported
    case updated
    case unchanged
}

/// A row of a batch with the ID of its record; ordered by ID, then as it came.
private struct BatchRow: Comparable {
    let id: ObjectID
    let index: Int

    static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.id == rhs.id ? lhs.index < rhs.index : lhs.id < rhs.id
    }
}

/// A record as it stands in the store, not yet read.
private struct HeldRecord {
    let slot: UInt64
    let plain: [UInt8]
}

/// What a batch does to one record.
private struct RecordWrite {
    let id: ObjectID
    /// The slot of a record that was there; nil for a new one.
    let slot: UInt64?
    let after: StoredRecord
}

extension NodeStore {
    /// Most records of one batch.
    package static let batchRecordsMax = 10_000
    /// Records after which the pages that were read are let go of: the system maps sixteen at once.
    static let pagesKeptCount = 64

    /// Stores a batch of records in one transaction, durable when this returns.
    ///
    /// Records are read and written in the order of their IDs, and found as soon as they are there: the batch
    /// makes a segment of the index of its own (`Protocol/search.md` §3).
    ///
    /// - Returns: What was done with each, in order.
    /// - Complexity: O(n log n); about one page of the store is written for each record.
    ///
    /// `settings`: named values of the node that are replaced in the same transaction.
    package func importRecords(
        _ records: [ImportedRecord],
        at milliseconds: UInt64,
        settings: [(name: String, value: [UInt8])] = []
    ) throws(SlotError) -> [RecordChange] {
        precondition(records.count <= Self.batchRecordsMax, "a batch has at most 10,000 records")
        // Outside the transaction: another writer waits no longer than it must.
        let rows = records.indices.map { index in
            let record = records[index]
            let id = self.recordID(source: record.source, key: record.sourceKey)
            return BatchRow(id: id, index: index)
        }.sorted()
        let changes = try self.write { (transaction) throws(SlotError) in
            var changes = [RecordChange](repeating: .unchanged, count: records.count)
            var writes: [RecordWrite] = []
            var start = 0
            while start < rows.count {
                let id = rows[start].id
                let end = rows[start...].firstIndex { $0.id != id } ?? rows.count
                let held = try self.heldRecord(id, in: transaction)
                let write = try Self.write(
                    rows[start..<end],
                    of: records,
                    over: held,
                    at: milliseconds,
                    changes: &changes
                )
                if let write { writes.append(write) }
                start = end
                if start.isMultiple(of: Self.pagesKeptCount) { self.environment.releasePages() }
            }
            try self.put(writes, in: &transaction)
            for (name, value) in settings { try self.set(name, value, in: &transaction) }
            return changes
        }
        self.environment.releasePages()
        return changes
    }

    /// Plays the rows of one record in the order they came; nil when they change nothing.
    ///
    /// Where the last says what is held, they do: the same file brought in again has rows that came
    /// before it, which went to the history the first time.
    private static func write(
        _ rows: ArraySlice<BatchRow>,
        of records: [ImportedRecord],
        over held: HeldRecord?,
        at milliseconds: UInt64,
        changes: inout [RecordChange]
    ) throws(SlotError) -> RecordWrite? {
        // Lengths stand before texts, so only equal contents begin with the same bytes.
        if let held, let last = rows.last,
            held.plain.starts(with: records[last.index].storedBytes)
        {
            return nil
        }
        var after: StoredRecord?
        for row in rows {
            let record = records[row.index]
            if let newest = after {
                guard newest.record != record else { continue }
                after = newest.replaced(by: record, at: milliseconds)
                changes[row.index] = .updated
            } else if let held {
                guard !held.plain.starts(with: record.storedBytes) else { continue }
                let stored = try SlotError.lifting { () throws(StoreError) in
                    try StoredRecord(stored: held.plain)
                }
                after = stored.replaced(by: record, at: milliseconds)
                changes[row.index] = .updated
            } else {
                after = StoredRecord(record: record, at: milliseconds, history: [])
                changes[row.index] = .imported
            }
        }
        guard let id = rows.first?.id, let after else { return nil }
        return RecordWrite(id: id, slot: held?.slot, after: after)
    }

    /// Writes records, ascending by ID, with their erase keys and terms.
    private func put(
        _ writes: [RecordWrite],
        in transaction: inout WriteTransaction
    ) throws(SlotError) {
        guard !writes.isEmpty else { return }
        let newCount = writes.count { $0.slot == nil }
        var free = try SlotError.lifting { () throws(StoreError) in
            try self.allocator.allocate(count: newCount, in: &transaction)[...]
        }
        var documents: [SearchDocument] = []
        documents.reserveCapacity(writes.count)
        for (place, write) in writes.enumerated() {
            if place.isMultiple(of: Self.pagesKeptCount) { self.environment.releasePages() }
            let slot: UInt64
            let eraseKey: SecretKey
            if let held = write.slot {
                slot = held
                eraseKey = try self.slots.read(held)
            } else {
                slot = free.removeFirst()
                eraseKey = .random()
                try self.slots.write(eraseKey, to: slot)
            }
            var value: [UInt8] = []
            let sealed = AuthenticatedEncryption.seal(
                write.after.storedBytes,
                nonce: Randomness.bytes(count: AuthenticatedEncryption.nonceByteCount),
                associatedData: write.id.bytes,
                key: eraseKey
            )
            value.reserveCapacity(8 + sealed.count)
            value.append(bigEndian: slot)
            value += sealed
            try SlotError.lifting { () throws(StoreError) in
                try transaction.put(value, for: write.id.bytes, in: self.tables.records)
            }
            documents.append(SearchDocument(write.after.record, id: write.id))
        }
        let changed = writes.filter { $0.slot != nil }.map { DocumentKey($0.id) }
        try self.removeDocuments(
            changed,
            family: Self.recordFamily,
            leavesNoTrace: false,
            in: &transaction
        )
        try self.addSegment(documents, family: Self.recordFamily, in: &transaction)
    }

    private func heldRecord(
        _ id: ObjectID,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(SlotError) -> HeldRecord? {
        let value = try SlotError.lifting { () throws(StoreError) in
            try snapshot.value(for: id.bytes, in: self.tables.records)
        }
        guard let value else { return nil }
        guard value.count > 8 else { throw .store(.corrupted(operation: "record")) }
        let slot = UInt64(bigEndian: value[..<8])
        let eraseKey = try self.slots.read(slot)
        guard
            let plain = AuthenticatedEncryption.open(
                Array(value[8...]),
                associatedData: id.bytes,
                key: eraseKey
            )
        else { throw .store(.corrupted(operation: "record")) }
        return HeldRecord(slot: slot, plain: plain)
    }

    /// A record as it stands in a snapshot.
    func storedRecord(
        _ id: ObjectID,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(SlotError) -> StoredRecord? {
        guard let held = try self.heldRecord(id, in: snapshot) else { return nil }
        return try SlotError.lifting { () throws(StoreError) in
            try StoredRecord(stored: held.plain)
        }
    }
}
