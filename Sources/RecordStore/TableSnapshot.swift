package import Cryptography
package import SyncEngine
package import SyncLog

/// What a reader sees of one table; lent to the closure of ``NodeStore/read(table:_:)``.
package struct TableSnapshot: ~Copyable, TableReading {
    let reads: TableReads
    // Points at the transaction that the store lends for the length of its closure.
    let transaction: UnsafePointer<ReadTransaction>

    init(store: NodeStore, number: UInt32, transaction: UnsafePointer<ReadTransaction>) {
        self.reads = TableReads(store: store, number: number)
        self.transaction = transaction
    }

    /// As ``SyncEngine/TableReading/state(of:)``.
    package func state(of log: LogID) throws(SlotError) -> LogState {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.state(of: log, in: self.transaction.pointee)
        }
    }

    /// As ``SyncEngine/TableReading/item(at:of:)``.
    package func item(at index: UInt64, of log: LogID) throws(SlotError) -> LogItem {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.item(at: index, of: log, in: self.transaction.pointee)
        }
    }

    /// As ``SyncEngine/TableReading/header(at:of:)``.
    package func header(at index: UInt64, of log: LogID) throws(SlotError) -> EntryHeader? {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.header(at: index, of: log, in: self.transaction.pointee)
        }
    }

    /// As ``SyncEngine/TableReading/leafHashes(_:of:)``.
    package func leafHashes(_ range: Range<UInt64>, of log: LogID) throws(SlotError) -> [Digest] {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.leafHashes(range, of: log, in: self.transaction.pointee)
        }
    }

    /// As ``SyncEngine/TableReading/subtreeHash(_:of:)``.
    package func subtreeHash(_ range: Range<UInt64>, of log: LogID) throws(SlotError) -> Digest {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.subtreeHash(range, of: log, in: self.transaction.pointee)
        }
    }

    /// As ``SyncEngine/TableReading/boundaries(of:above:limit:)``.
    package func boundaries(
        of log: LogID,
        above size: UInt64,
        limit: Int
    ) throws(SlotError) -> [Checkpoint] {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.boundaries(
                of: log,
                above: size,
                limit: limit,
                in: self.transaction.pointee
            )
        }
    }

    /// As ``SyncEngine/TableReading/audience(_:)``.
    package func audience(_ hash: Digest) throws(SlotError) -> Audience? {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.audience(hash, in: self.transaction.pointee)
        }
    }

    /// As ``SyncEngine/TableReading/contentKey(at:of:)``.
    package func contentKey(at index: UInt64, of log: LogID) throws(SlotError) -> SecretKey? {
        try self.reads.contentKey(at: index, of: log, in: self.transaction.pointee)
    }

    /// As ``SyncEngine/TableReading/opening(at:of:)``.
    package func opening(at index: UInt64, of log: LogID) throws(SlotError) -> Opening? {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.opening(at: index, of: log, in: self.transaction.pointee)?.opening
        }
    }

    /// As ``SyncEngine/TableReading/unopened(of:limit:)``.
    package func unopened(of log: LogID, limit: Int) throws(SlotError) -> [UInt64] {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.unopened(of: log, limit: limit, in: self.transaction.pointee)
        }
    }

    /// As ``SyncEngine/TableReading/openings(of:in:)``.
    package func openings(
        of log: LogID,
        in range: Range<UInt64>
    ) throws(SlotError) -> [(index: UInt64, opening: Opening)] {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.openings(of: log, range, in: self.transaction.pointee)
        }
    }

    /// The entries of a case, by place.
    package func entries(of caseID: ObjectID) throws(SlotError) -> [(log: LogID, index: UInt64)] {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.entries(of: caseID, in: self.transaction.pointee)
        }
    }

    /// The first `limit` cases of the table that were opened, from an ID on, ascending by ID.
    ///
    /// - Complexity: O(limit), whatever the table's size.
    package func caseIDs(from first: ObjectID, limit: Int) throws(SlotError) -> [ObjectID] {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.ids(
                from: first,
                limit: limit,
                in: self.reads.store.tables.caseOpenings,
                self.transaction.pointee
            )
        }
    }

    /// The first `limit` fragments of the table of which a version can be read, from an ID on, ascending.
    ///
    /// - Complexity: O(limit), whatever the table's size.
    package func fragmentIDs(
        from first: ObjectID,
        limit: Int
    ) throws(SlotError) -> [ObjectID] {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.ids(
                from: first,
                limit: limit,
                in: self.reads.store.tables.objects,
                self.transaction.pointee
            )
        }
    }

    /// The cases that versions of a fragment were put in.
    package func caseIDs(ofObject object: ObjectID) throws(SlotError) -> Set<ObjectID> {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.caseIDs(ofObject: object, in: self.transaction.pointee)
        }
    }

    /// The places of the receipts of others that quote a log, ascending by place.
    package func receipts(
        quoting log: LogID
    ) throws(SlotError) -> [(log: LogID, index: UInt64)] {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.receipts(quoting: log, in: self.transaction.pointee)
        }
    }

    /// Of each log of another the place of its newest receipt that quotes a log.
    ///
    /// - Complexity: O(logs), however many receipts there are.
    package func newestReceipts(quoting log: LogID) throws(SlotError) -> [LogID: UInt64] {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.newestReceipts(quoting: log, in: self.transaction.pointee)
        }
    }

    /// The kept checkpoint of a size; `nil` when it is not kept.
    package func checkpoint(size: UInt64, of log: LogID) throws(SlotError) -> Checkpoint? {
        try SlotError.lifting { () throws(StoreError) in
            try self.reads.keptCheckpoint(size: size, of: log, in: self.transaction.pointee)
        }
    }
}

extension TableReads {
    func entries(
        of caseID: ObjectID,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> [(log: LogID, index: UInt64)] {
        var prefix: [UInt8] = []
        prefix.append(bigEndian: self.number)
        prefix += caseID.bytes
        return try self.places(prefix: prefix, in: self.store.tables.cases, snapshot)
    }

    /// The first IDs that follow this table's number in the keys of a table of the store.
    func ids(
        from first: ObjectID,
        limit: Int,
        in table: Table,
        _ snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> [ObjectID] {
        var prefix: [UInt8] = []
        prefix.append(bigEndian: self.number)
        var ids: [ObjectID] = []
        var from = prefix + first.bytes
        // A key for each ID, not for each entry: the rest of one is jumped over.
        while ids.count < limit {
            var found: [UInt8]?
            try snapshot.forEach(prefix: prefix, in: table, from: from) { key, _ in
                found = [UInt8](key)
                return .stop
            }
            guard let found else { return ids }
            guard found.count >= 20, let id = ObjectID(found[4..<20]) else {
                throw .corrupted(operation: "ID")
            }
            ids.append(id)
            guard let next = Array(found[..<20]).firstBeyondPrefix else { return ids }
            from = next
        }
        return ids
    }

    func caseIDs(
        ofObject object: ObjectID,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> Set<ObjectID> {
        var prefix: [UInt8] = []
        prefix.append(bigEndian: self.number)
        prefix += object.bytes
        var cases: Set<ObjectID> = []
        try snapshot.forEach(prefix: prefix, in: self.store.tables.objects) {
            _,
            value throws(StoreError) in
            guard let id = ObjectID([UInt8](value)) else { throw .corrupted(operation: "object") }
            cases.insert(id)
            return .next
        }
        return cases
    }

    func receipts(
        quoting log: LogID,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> [(log: LogID, index: UInt64)] {
        try self.places(
            prefix: self.reference(log).bytes,
            in: self.store.tables.receipts,
            snapshot
        )
    }

    func newestReceipts(
        quoting log: LogID,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> [LogID: UInt64] {
        let prefix = self.reference(log).bytes
        var newest: [LogID: UInt64] = [:]
        // A log's last key is its newest; what goes on before it begins with another log.
        var last: [UInt8]?
        while true {
            var found: (log: LogID, index: UInt64)?
            try snapshot.forEachReversed(
                prefix: prefix,
                in: self.store.tables.receipts,
                from: last
            ) { key, _ throws(StoreError) in
                guard key.byteCount == prefix.count + 12 else {
                    throw .corrupted(operation: "place")
                }
                found = (
                    LogID(key: key, at: prefix.count),
                    key.bigEndian(at: prefix.count + 4, as: UInt64.self)
                )
                return .stop
            }
            guard let found else { return newest }
            newest[found.log] = found.index
            var start = prefix
            start.append(bigEndian: found.log.member)
            start.append(bigEndian: found.log.generation)
            last = start
        }
    }

    /// Keys that end in member (2), generation (2), index (8).
    private func places(
        prefix: [UInt8],
        in table: Table,
        _ snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> [(log: LogID, index: UInt64)] {
        var places: [(log: LogID, index: UInt64)] = []
        try snapshot.forEach(prefix: prefix, in: table) { key, _ throws(StoreError) in
            guard key.byteCount == prefix.count + 12 else {
                throw .corrupted(operation: "place")
            }
            places.append(
                (
                    LogID(key: key, at: prefix.count),
                    key.bigEndian(at: prefix.count + 4, as: UInt64.self)
                )
            )
            return .next
        }
        return places
    }

    func keptCheckpoint(
        size: UInt64,
        of log: LogID,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> Checkpoint? {
        let value = try snapshot.value(
            for: self.reference(log).key(size),
            in: self.store.tables.checkpoints
        )
        return try value.map { (value) throws(StoreError) in try Self.checkpoint(value) }
    }
}
