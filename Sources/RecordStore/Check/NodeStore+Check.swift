import Cryptography
import RecordImport
import Search
import SyncEngine
package import SyncLog

/// What reading every own record showed.
package struct RecordCheck: Hashable, Sendable {
    /// Own records that open.
    package var readableCount = 0
    /// Own records that do not, because of their slot.
    package var lostKeys: [ObjectID] = []
    /// Own records that do not, though their slot does.
    package var unreadable: [ObjectID] = []
    /// Own records that a search would miss, or find by what they are not.
    package var unfound: [ObjectID] = []
    /// How many records the index has that are not there.
    package var strayCount = 0
    /// Whether the index cannot be read.
    package var isIndexUnreadable = false

    /// Creates a check that has read nothing.
    package init() {}
}

extension NodeStore {
    /// Opens every own record, and looks whether the index has of it what it should.
    ///
    /// - Complexity: O(records and what the index has of them).
    package func checkRecords(progress: CheckProgress) throws(SlotError) -> RecordCheck {
        var check = RecordCheck()
        try self.environment.read { (snapshot) throws(SlotError) in
            var digests: [DocumentKey: UInt64] = [:]
            do throws(SlotError) {
                digests = try self.digests(family: Self.recordFamily, in: snapshot)
            } catch {
                check.isIndexUnreadable = true
            }
            let ids = try self.recordIDs(in: snapshot)
            for (offset, id) in ids.enumerated() {
                progress(UInt64(offset), UInt64(ids.count))
                let held = digests.removeValue(forKey: DocumentKey(id))
                do throws(SlotError) {
                    guard let record = try self.storedRecord(id, in: snapshot) else { continue }
                    check.readableCount += 1
                    if !check.isIndexUnreadable,
                        held != SearchDocument(record.record, id: id).digest
                    {
                        check.unfound.append(id)
                    }
                } catch {
                    switch error {
                    case .damaged, .absent, .destroyed: check.lostKeys.append(id)
                    default: check.unreadable.append(id)
                    }
                }
            }
            check.strayCount = digests.count
        }
        return check
    }

    private func recordIDs(
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(SlotError) -> [ObjectID] {
        try SlotError.lifting { () throws(StoreError) in
            var ids: [ObjectID] = []
            try snapshot.forEach(prefix: [], in: self.tables.records) { key, _ throws(StoreError) in
                guard let id = ObjectID([UInt8](key)) else { throw .corrupted(operation: "record") }
                ids.append(id)
                return .next
            }
            return ids
        }
    }

    /// Lets go of own records that do not open; the index is made anew after.
    package func repairRecords(_ check: RecordCheck) throws(SlotError) {
        try self.write { (transaction) throws(SlotError) in
            for id in check.lostKeys + check.unreadable {
                try SlotError.lifting { () throws(StoreError) in
                    let value = try transaction.value(for: id.bytes, in: self.tables.records) ?? []
                    if value.count > 8 {
                        try self.allocator.doom(UInt64(bigEndian: value[..<8]), in: &transaction)
                    }
                    try transaction.delete(id.bytes, in: self.tables.records)
                }
            }
        }
    }

    /// Makes the tree of a log anew from the entries held; the log's check must say that they are
    /// all there.
    package func rebuildTree(of log: LogID, table number: UInt32) throws(SlotError) {
        let reference = LogReference(table: number, log: log)
        let reads = TableReads(store: self, number: number)
        try self.write { (transaction) throws(SlotError) in
            try SlotError.lifting { () throws(StoreError) in
                let state = try reads.state(of: log, in: transaction)
                var hashes: [Digest] = []
                for index in 0..<state.size {
                    hashes.append(try reads.item(at: index, of: log, in: transaction).leafHash)
                }
                try transaction.deleteAll(prefix: reference.bytes, in: self.tables.tiles)
                try self.tiles.append(hashes, to: reference.bytes, size: 0, in: &transaction)
            }
        }
    }

    /// Lets go of everything held of a partner's log, so that it is fetched anew.
    ///
    /// Slots are doomed: what is fetched gets new ones.
    ///
    /// `projected`: Its table, whose rows of the log's entries go too; `nil` where entries may be damaged, and
    /// all projections are made anew after.
    package func forget(
        _ log: LogID,
        table number: UInt32,
        projected: ProjectedTable?
    ) throws(SlotError) {
        try self.write(table: number) { (transaction) throws(SlotError) in
            if let projected { try transaction.removeRows(of: log, at: projected) }
            try transaction.forgetPlaces(of: log)
            try transaction.forget(log)
        }
    }

    /// Lets go of chain keys of the own log that are damaged: the next entry begins a new epoch.
    package func forgetLostChainKeys(of log: LogID, table number: UInt32) throws(SlotError) {
        let prefix = LogReference(table: number, log: log).bytes
        try self.write { (transaction) throws(SlotError) in
            let chains = try TableReads(store: self, number: number).chainSlots(
                log,
                in: transaction
            )
            for (key, slot) in chains where !self.isReadable(slot) {
                precondition(key.starts(with: prefix), "chains are found by their log")
                try SlotError.lifting { () throws(StoreError) in
                    _ = try transaction.delete(key, in: self.tables.chains)
                    try self.allocator.doom(slot, in: &transaction)
                }
            }
        }
    }

    func isReadable(_ slot: UInt64) -> Bool {
        do throws(SlotError) {
            _ = try self.slots.read(slot)
            return true
        } catch {
            return false
        }
    }
}

extension TableTransaction {
    /// Lets go of the rows of every entry of a log that can be read.
    ///
    /// Of what cannot be read any more its terms stay, and lead to nothing.
    fileprivate mutating func removeRows(
        of log: LogID,
        at table: ProjectedTable
    ) throws(SlotError) {
        for index in 0..<(try self.state(of: log).size) {
            if let item = try self.readable(at: index, of: log) {
                try self.remove(item, at: table)
            }
        }
    }

    /// Deletes the rows of a log's entries, whatever they say now: keys that end in its place.
    fileprivate mutating func forgetPlaces(of log: LogID) throws(SlotError) {
        var prefix: [UInt8] = []
        prefix.append(bigEndian: self.reads.number)
        for projection in Projection.allCases {
            let table = self.store.tables[projection.table]
            try self.lift { () throws(StoreError) in
                var keys: [[UInt8]] = []
                try self.transaction.pointee.forEach(prefix: prefix, in: table) { key, _ in
                    if key.byteCount > 12, LogID(key: key, at: key.byteCount - 12) == log {
                        keys.append([UInt8](key))
                    }
                    return .next
                }
                for key in keys { try self.transaction.pointee.delete(key, in: table) }
            }
        }
    }

    /// Deletes what is held of a log, and dooms its slots.
    fileprivate mutating func forget(_ log: LogID) throws(SlotError) {
        let prefix = self.reads.reference(log).bytes
        let tables = self.store.tables
        try self.lift { () throws(StoreError) in
            var slots: [UInt64] = []
            for (table, offset) in [(tables.openings, 1), (tables.chains, 0)] {
                try self.transaction.pointee.forEach(prefix: prefix, in: table) { _, value in
                    guard value.byteCount >= offset + 8 else { return .next }
                    let slot = value.bigEndian(at: offset, as: UInt64.self)
                    if slot <= SlotFile.numberMax { slots.append(slot) }
                    return .next
                }
            }
            for slot in Set(slots) {
                try self.store.allocator.doom(slot, in: &self.transaction.pointee)
            }
            for table in StoreTable.allCases where table.isOfLogs {
                try self.transaction.pointee.deleteAll(prefix: prefix, in: tables[table])
            }
        }
    }
}

extension TableReads {
    /// Keys of the chains of a log, with their slots.
    func chainSlots(
        _ log: LogID,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(SlotError) -> [(key: [UInt8], slot: UInt64)] {
        try SlotError.lifting { () throws(StoreError) in
            var chains: [(key: [UInt8], slot: UInt64)] = []
            try snapshot.forEach(prefix: self.reference(log).bytes, in: self.store.tables.chains) {
                key,
                value throws(StoreError) in
                guard value.byteCount == 12 else { throw .corrupted(operation: "chain") }
                chains.append(([UInt8](key), value.bigEndian(at: 0, as: UInt64.self)))
                return .next
            }
            return chains
        }
    }
}

extension TableSnapshot {
    /// Whether nothing is held of a log beyond its size.
    func endsAtSize(_ size: UInt64, _ log: LogID) throws(SlotError) -> Bool {
        try SlotError.lifting { () throws(StoreError) in
            let prefix = self.reads.reference(log).bytes
            let table = self.reads.store.tables.entries
            let last = try self.transaction.pointee.last(prefix: prefix, in: table)
            guard let last, last.key.count == 16 else { return last == nil }
            return UInt64(bigEndian: last.key[8...]) < size
        }
    }

    /// How many chain keys of a log cannot be read.
    func lostChainKeyCount(of log: LogID) throws(SlotError) -> UInt64 {
        let chains = try self.reads.chainSlots(log, in: self.transaction.pointee)
        return UInt64(chains.count { !self.reads.store.isReadable($0.slot) })
    }
}
