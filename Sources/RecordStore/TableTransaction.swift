package import Cryptography
import Search
package import SyncEngine
package import SyncLog

/// The write transaction on one table; lent to the closure of ``NodeStore/write(table:_:)``.
///
/// Chain keys, claims, leaf hashes, taken slots and notes for look-ups are gathered and written once, at the
/// end: notes in the order of their keys, which lie anywhere in their tables.
package struct TableTransaction: ~Copyable, TableStorage {
    /// A chain key with its slot; a class, because a dictionary cannot hold what cannot be copied.
    private final class HeldChain {
        var key: ChainKey
        var slot: UInt64?
        var isChanged: Bool

        init(key: consuming ChainKey, slot: UInt64?, isChanged: Bool) {
            self.key = key
            self.slot = slot
            self.isChanged = isChanged
        }
    }

    let reads: TableReads
    // Points at the transaction that the store lends for the length of its closure.
    let transaction: UnsafeMutablePointer<WriteTransaction>
    private var chains: [ChainID: HeldChain] = [:]
    var claims: [ChainID: HeldClaims] = [:]
    private var leaves: [LogID: (size: UInt64, hashes: [Digest])] = [:]
    private var reserve = SlotReserve()
    private var notes: [Table: [Note]] = [:]
    private var noteCount = 0
    /// What is found from now on, and what no longer is.
    var documents: [SearchDocument] = []
    var lostDocuments: [DocumentKey] = []
    /// Most notes that are gathered before they are written.
    private static var notesMax: Int { 65_536 }

    /// Something that is looked up, as it will be written.
    private struct Note: Comparable {
        let key: [UInt8]
        let value: [UInt8]
        /// How many notes were gathered before; of one key the last is written last.
        let place: Int

        static func < (lhs: Self, rhs: Self) -> Bool {
            lhs.key == rhs.key
                ? lhs.place < rhs.place : lhs.key.lexicographicallyPrecedes(rhs.key)
        }
    }

    init(store: NodeStore, number: UInt32, transaction: UnsafeMutablePointer<WriteTransaction>) {
        self.reads = TableReads(store: store, number: number)
        self.transaction = transaction
    }

    var store: NodeStore { self.reads.store }

    func lift<Result: ~Copyable>(
        _ body: () throws(StoreError) -> Result
    ) throws(SlotError) -> Result {
        try SlotError.lifting(body)
    }

    /// Writes what was gathered.
    mutating func finish() throws(SlotError) {
        try self.flushLeaves()
        for (chain, held) in self.chains where held.isChanged {
            var exposed = held.key.exposedBytes()
            defer { exposed.wipe() }
            guard let secret = SecretKey(exposed) else {
                preconditionFailure("a chain key has 32 bytes")
            }
            let slot = try self.writeSlot(secret)
            var value: [UInt8] = []
            value.append(bigEndian: slot)
            value.append(bigEndian: held.key.position)
            try self.put(value, for: self.key(chain), in: self.store.tables.chains)
            if let old = held.slot {
                try self.lift { () throws(StoreError) in
                    try self.store.allocator.doom(old, in: &self.transaction.pointee)
                }
            }
            held.slot = slot
            held.isChanged = false
        }
        try self.noteClaims()
        try self.flushNotes()
        let (allocator, transaction) = (self.store.allocator, self.transaction)
        try SlotError.lifting { () throws(StoreError) in
            try allocator.settle(&self.reserve, in: &transaction.pointee)
        }
        // Segments take slots of their own, of what the reserve left.
        try self.flushDocuments()
    }

    private mutating func flushNotes() throws(SlotError) {
        for (table, notes) in self.notes {
            for note in notes.sorted() {
                try self.put(note.value, for: note.key, in: table)
            }
        }
        self.notes = [:]
        self.noteCount = 0
    }

    private mutating func flushLeaves() throws(SlotError) {
        for (log, leaves) in self.leaves {
            try self.lift { () throws(StoreError) in
                try self.store.tiles.append(
                    leaves.hashes,
                    to: self.reads.reference(log).bytes,
                    size: leaves.size,
                    in: &self.transaction.pointee
                )
            }
        }
        self.leaves = [:]
    }

    func put(_ value: [UInt8], for key: [UInt8], in table: Table) throws(SlotError) {
        try self.lift { () throws(StoreError) in
            try self.transaction.pointee.put(value, for: key, in: table)
        }
    }

    /// Puts at the end what nothing reads in this transaction.
    mutating func note(
        _ value: [UInt8],
        for key: [UInt8],
        in table: Table
    ) throws(SlotError) {
        self.notes[table, default: []].append(Note(key: key, value: value, place: self.noteCount))
        self.noteCount += 1
        if self.noteCount == Self.notesMax { try self.flushNotes() }
    }

    /// Writes a key into a slot of its own.
    mutating func writeSlot(_ key: borrowing SecretKey) throws(SlotError) -> UInt64 {
        let (allocator, transaction) = (self.store.allocator, self.transaction)
        let slot = try SlotError.lifting { () throws(StoreError) in
            try allocator.take(from: &self.reserve, in: &transaction.pointee)
        }
        try self.store.slots.write(key, to: slot)
        return slot
    }

    func key(_ chain: ChainID) -> [UInt8] {
        var key = self.reads.reference(chain.log).bytes
        chain.audience.append(to: &key)
        key.append(bigEndian: chain.epoch)
        return key
    }

    // MARK: Reading

    /// As ``SyncEngine/TableReading/state(of:)``.
    package func state(of log: LogID) throws(SlotError) -> LogState {
        try self.lift { () throws(StoreError) in
            try self.reads.state(of: log, in: self.transaction.pointee)
        }
    }

    /// As ``SyncEngine/TableReading/item(at:of:)``.
    package func item(at index: UInt64, of log: LogID) throws(SlotError) -> LogItem {
        if let held = self.leaves[log], index >= held.size,
            index - held.size < UInt64(held.hashes.count)
        {
            let key = self.reads.reference(log).key(index)
            let value = try self.lift { () throws(StoreError) in
                try self.transaction.pointee.value(for: key, in: self.store.tables.entries)
            }
            guard let value else { return .leaf(held.hashes[Int(index - held.size)]) }
            return try self.lift { () throws(StoreError) in
                try StoredEntry.decode(value, key: key, store: self.store)
            }
        }
        return try self.lift { () throws(StoreError) in
            try self.reads.item(at: index, of: log, in: self.transaction.pointee)
        }
    }

    /// As ``SyncEngine/TableReading/header(at:of:)``.
    package func header(at index: UInt64, of log: LogID) throws(SlotError) -> EntryHeader? {
        try self.lift { () throws(StoreError) in
            try self.reads.header(at: index, of: log, in: self.transaction.pointee)
        }
    }

    /// As ``SyncEngine/TableReading/leafHashes(_:of:)``; those appended in this transaction included.
    package func leafHashes(_ range: Range<UInt64>, of log: LogID) throws(SlotError) -> [Digest] {
        let size = self.leaves[log]?.size ?? .max
        let stored = range.clamped(to: 0..<size)
        var hashes = try self.lift { () throws(StoreError) in
            try self.reads.leafHashes(stored, of: log, in: self.transaction.pointee)
        }
        if let held = self.leaves[log], range.upperBound > size {
            let first = Int(max(range.lowerBound, size) - size)
            hashes += held.hashes[first..<Int(range.upperBound - size)]
        }
        return hashes
    }

    /// As ``SyncEngine/TableReading/subtreeHash(_:of:)``; of what was committed before.
    package func subtreeHash(_ range: Range<UInt64>, of log: LogID) throws(SlotError) -> Digest {
        precondition(
            range.upperBound <= self.leaves[log]?.size ?? .max,
            "a tree is read before it is appended to in one transaction"
        )
        return try self.lift { () throws(StoreError) in
            try self.reads.subtreeHash(range, of: log, in: self.transaction.pointee)
        }
    }

    /// As ``SyncEngine/TableReading/boundaries(of:above:limit:)``.
    package func boundaries(
        of log: LogID,
        above size: UInt64,
        limit: Int
    ) throws(SlotError) -> [Checkpoint] {
        try self.lift { () throws(StoreError) in
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
        try self.lift { () throws(StoreError) in
            try self.reads.audience(hash, in: self.transaction.pointee)
        }
    }

    /// As ``SyncEngine/TableReading/contentKey(at:of:)``.
    package func contentKey(at index: UInt64, of log: LogID) throws(SlotError) -> SecretKey? {
        try self.reads.contentKey(at: index, of: log, in: self.transaction.pointee)
    }

    /// As ``SyncEngine/TableReading/opening(at:of:)``.
    package func opening(at index: UInt64, of log: LogID) throws(SlotError) -> Opening? {
        try self.lift { () throws(StoreError) in
            try self.reads.opening(at: index, of: log, in: self.transaction.pointee)?.opening
        }
    }

    /// As ``SyncEngine/TableReading/unopened(of:limit:)``.
    package func unopened(of log: LogID, limit: Int) throws(SlotError) -> [UInt64] {
        try self.lift { () throws(StoreError) in
            try self.reads.unopened(of: log, limit: limit, in: self.transaction.pointee)
        }
    }

    /// As ``SyncEngine/TableReading/openings(of:in:)``.
    package func openings(
        of log: LogID,
        in range: Range<UInt64>
    ) throws(SlotError) -> [(index: UInt64, opening: Opening)] {
        try self.lift { () throws(StoreError) in
            try self.reads.openings(of: log, range, in: self.transaction.pointee)
        }
    }

    // MARK: Writing

    /// As ``SyncEngine/TableStorage/setState(_:of:)``.
    package mutating func setState(_ state: LogState, of log: LogID) throws(SlotError) {
        try self.put(
            state.storedBytes,
            for: self.reads.reference(log).bytes,
            in: self.store.tables.logs
        )
    }

    /// As ``SyncEngine/TableStorage/append(_:to:size:)``.
    package mutating func append(
        _ items: [LogItem],
        to log: LogID,
        size: UInt64
    ) throws(SlotError) {
        let reference = self.reads.reference(log)
        let held = self.leaves[log].map { $0.size + UInt64($0.hashes.count) } ?? size
        precondition(held == size, "a log has no gaps")
        self.leaves[log, default: (size, [])].hashes += items.map(\.leafHash)
        for (offset, item) in items.enumerated() {
            let key = reference.key(size + UInt64(offset))
            guard let value = StoredEntry.encode(item, key: key, store: self.store) else {
                continue
            }
            try self.put(value, for: key, in: self.store.tables.entries)
        }
    }

    /// As ``SyncEngine/TableStorage/put(_:in:)``.
    package mutating func put(_ entry: Entry, in log: LogID) throws(SlotError) {
        var entry = entry
        if case .full(let held) = try self.item(at: entry.header.index, of: log) {
            let known = Set(entry.boxes.map(\.member))
            let boxes = entry.boxes + held.boxes.filter { !known.contains($0.member) }
            entry = Entry(header: entry.header, payload: entry.payload, boxes: boxes)
        }
        let key = self.reads.reference(log).key(entry.header.index)
        guard let value = StoredEntry.encode(.full(entry), key: key, store: self.store) else {
            preconditionFailure("a full entry has a stored form")
        }
        try self.put(value, for: key, in: self.store.tables.entries)
    }

    /// The checkpoint of a log that is kept of a size, and whether it is a boundary; `nil` where none is.
    func kept(size: UInt64, of log: LogID) throws(SlotError) -> (Checkpoint, isBoundary: Bool)? {
        let key = self.reads.reference(log).key(size)
        return try self.lift { () throws(StoreError) in
            try self.transaction.pointee.value(for: key, in: self.store.tables.checkpoints)
                .map { (held) throws(StoreError) in
                    (try TableReads.checkpoint(held), held.first == 1)
                }
        }
    }

    /// As ``SyncEngine/TableStorage/keep(_:of:isBoundary:)``.
    package mutating func keep(
        _ checkpoint: Checkpoint,
        of log: LogID,
        isBoundary: Bool
    ) throws(SlotError) {
        let held = try self.kept(size: checkpoint.size, of: log)
        var kept = held?.0 ?? checkpoint
        if held != nil { kept.addCosignatures(of: checkpoint) }
        let isKeptBoundary = isBoundary || held?.isBoundary ?? false
        try self.put(
            [isKeptBoundary ? 1 : 0] + kept.note.encoded,
            for: self.reads.reference(log).key(checkpoint.size),
            in: self.store.tables.checkpoints
        )
    }

    /// As ``SyncEngine/TableStorage/keep(_:)``.
    package mutating func keep(_ audience: Audience) throws(SlotError) {
        try self.put(
            audience.bytes,
            for: audience.hash.bytes,
            in: self.store.tables.audiences
        )
    }

    /// As ``SyncEngine/TableStorage/chainKey(_:)``.
    package func chainKey(_ chain: ChainID) throws(SlotError) -> ChainKey? {
        if let held = self.chains[chain] { return held.key.duplicate() }
        guard let stored = try self.storedChain(chain) else { return nil }
        return ChainKey(try self.store.slots.read(stored.slot), position: stored.position)
    }

    private func storedChain(
        _ chain: ChainID
    ) throws(SlotError) -> (slot: UInt64, position: UInt32)? {
        let value = try self.lift { () throws(StoreError) in
            try self.transaction.pointee.value(for: self.key(chain), in: self.store.tables.chains)
        }
        guard let value else { return nil }
        guard value.count == 12 else { throw .store(.corrupted(operation: "chain")) }
        return (UInt64(bigEndian: value[..<8]), UInt32(bigEndian: value[8...]))
    }

    /// As ``SyncEngine/TableStorage/setChainKey(_:of:)``.
    package mutating func setChainKey(
        _ key: borrowing ChainKey,
        of chain: ChainID
    ) throws(SlotError) {
        if let held = self.chains[chain] {
            held.key = key.duplicate()
            held.isChanged = true
        } else {
            self.chains[chain] = HeldChain(
                key: key.duplicate(),
                slot: try self.storedChain(chain)?.slot,
                isChanged: true
            )
        }
    }
}
