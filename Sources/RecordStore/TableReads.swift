import Cryptography
import SyncEngine
import SyncLog

/// What reading a table's store means, on a snapshot and in a write transaction alike.
struct TableReads: Sendable {
    let store: NodeStore
    let number: UInt32

    func reference(_ log: LogID) -> LogReference { LogReference(table: self.number, log: log) }

    func state(
        of log: LogID,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> LogState {
        let bytes = try snapshot.value(
            for: self.reference(log).bytes,
            in: self.store.tables.logs
        )
        return try bytes.map { (bytes) throws(StoreError) in try LogState(stored: bytes) }
            ?? LogState()
    }

    func item(
        at index: UInt64,
        of log: LogID,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> LogItem {
        let reference = self.reference(log)
        let key = reference.key(index)
        guard let value = try snapshot.value(for: key, in: self.store.tables.entries) else {
            let hashes = try self.leafHashes(index..<index + 1, of: log, in: snapshot)
            return .leaf(hashes[0])
        }
        return try StoredEntry.decode(value, key: key, store: self.store)
    }

    func header(
        at index: UInt64,
        of log: LogID,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> EntryHeader? {
        try snapshot.withValue(for: self.reference(log).key(index), in: self.store.tables.entries) {
            value throws(StoreError) in
            let end = 1 + EntryHeader.byteCount
            guard value.byteCount >= end else { throw .corrupted(operation: "entry") }
            do throws(HeaderError) {
                return try EntryHeader(decoding: [UInt8](value.extracting(1..<end)))
            } catch {
                throw .corrupted(operation: "entry header")
            }
        }
    }

    func leafHashes(
        _ range: Range<UInt64>,
        of log: LogID,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> [Digest] {
        let hashes = try self.store.tiles.leafHashes(
            range,
            of: self.reference(log).bytes,
            in: snapshot
        )
        guard let hashes else { throw .corrupted(operation: "leaf hash") }
        return hashes
    }

    func subtreeHash(
        _ range: Range<UInt64>,
        of log: LogID,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> Digest {
        let root = try self.store.tiles.root(
            of: range,
            of: self.reference(log).bytes,
            in: snapshot
        )
        guard let root else { throw .corrupted(operation: "tree") }
        return root
    }

    func boundaries(
        of log: LogID,
        above size: UInt64,
        limit: Int,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> [Checkpoint] {
        let reference = self.reference(log)
        var checkpoints: [Checkpoint] = []
        try snapshot.forEach(
            prefix: reference.bytes,
            in: self.store.tables.checkpoints,
            from: reference.key(size + 1)
        ) { _, value throws(StoreError) in
            let bytes = [UInt8](value)
            if bytes.first == 1 { checkpoints.append(try Self.checkpoint(bytes)) }
            return checkpoints.count < limit ? .next : .stop
        }
        return checkpoints
    }

    static func checkpoint(_ stored: [UInt8]) throws(StoreError) -> Checkpoint {
        do throws(CheckpointError) {
            return try Checkpoint(parsing: stored.dropFirst())
        } catch {
            throw .corrupted(operation: "checkpoint")
        }
    }

    func audience(
        _ hash: Digest,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> Audience? {
        guard let bytes = try snapshot.value(for: hash.bytes, in: self.store.tables.audiences)
        else { return nil }
        guard let audience = Audience(stored: bytes) else {
            throw .corrupted(operation: "audience")
        }
        return audience
    }

    /// Status and slot of an entry that is addressed to this node or written by it.
    func opening(
        at index: UInt64,
        of log: LogID,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> (opening: Opening, slot: UInt64)? {
        let value = try snapshot.value(
            for: self.reference(log).key(index),
            in: self.store.tables.openings
        )
        return try value.map { (value) throws(StoreError) in try Self.opening(value) }
    }

    static func opening(
        _ value: [UInt8]
    ) throws(StoreError) -> (opening: Opening, slot: UInt64) {
        guard value.count == 9, let opening = Opening(rawValue: value[0]) else {
            throw .corrupted(operation: "opening")
        }
        return (opening, UInt64(bigEndian: value[1...]))
    }

    func openings(
        of log: LogID,
        _ range: Range<UInt64>,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> [(index: UInt64, opening: Opening)] {
        var openings: [(index: UInt64, opening: Opening)] = []
        try snapshot.forEach(
            prefix: self.reference(log).bytes,
            in: self.store.tables.openings,
            from: self.reference(log).key(range.lowerBound)
        ) { key, value throws(StoreError) in
            let index = key.bigEndian(at: 8, as: UInt64.self)
            guard index < range.upperBound else { return .stop }
            openings.append((index, try Self.opening([UInt8](value)).opening))
            return .next
        }
        return openings
    }

    func unopened(
        of log: LogID,
        limit: Int,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> [UInt64] {
        var indices: [UInt64] = []
        try snapshot.forEach(
            prefix: self.reference(log).bytes,
            in: self.store.tables.unopened
        ) { key, _ throws(StoreError) in
            guard key.byteCount == 16 else { throw .corrupted(operation: "unopened entry") }
            indices.append(key.bigEndian(at: 8, as: UInt64.self))
            return indices.count < limit ? .next : .stop
        }
        return indices
    }

    func contentKey(
        at index: UInt64,
        of log: LogID,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(SlotError) -> SecretKey? {
        let noted = try SlotError.lifting { () throws(StoreError) in
            try self.opening(at: index, of: log, in: snapshot)
        }
        guard noted?.opening == .open else { return nil }
        return try self.positionKey(at: index, of: log, in: snapshot)
    }

    func positionKey(
        at index: UInt64,
        of log: LogID,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(SlotError) -> SecretKey? {
        let noted = try SlotError.lifting { () throws(StoreError) in
            try self.opening(at: index, of: log, in: snapshot)
        }
        guard let noted, noted.slot != .max else { return nil }
        do throws(SlotError) {
            return try self.store.slots.read(noted.slot)
        } catch .destroyed {
            return nil
        } catch {
            throw error
        }
    }
}

/// The stored form of an entry: tag (1), header (148), payload, boxes.
///
/// Tag 1: header alone. Tag 2: payload encrypted by its content key. Tag 3: payload that travels
/// plain, sealed under the store key. Boxes: count (2), then member (2), length (4), bytes of each.
enum StoredEntry {
    static func encode(_ item: LogItem, key: [UInt8], store: NodeStore) -> [UInt8]? {
        switch item {
        case .leaf: return nil
        case .header(let header): return [1] + header.bytes
        case .full(let entry):
            let isEncrypted = entry.header.kind.isEncrypted
            var bytes: [UInt8] = []
            bytes.reserveCapacity(EntryHeader.byteCount + entry.payload.count + 48)
            bytes.append(isEncrypted ? 2 : 3)
            bytes += entry.header.bytes
            bytes += isEncrypted ? entry.payload : store.sealed(entry.payload, for: key)
            bytes.append(bigEndian: UInt16(entry.boxes.count))
            for box in entry.boxes {
                bytes.append(bigEndian: box.member)
                bytes.append(bigEndian: UInt32(box.sealed.count))
                bytes += box.sealed
            }
            return bytes
        }
    }

    static func decode(
        _ bytes: [UInt8],
        key: [UInt8],
        store: NodeStore
    ) throws(StoreError) -> LogItem {
        let headerEnd = 1 + EntryHeader.byteCount
        guard bytes.count >= headerEnd else { throw .corrupted(operation: "entry") }
        let header: EntryHeader
        do throws(HeaderError) {
            header = try EntryHeader(decoding: Array(bytes[1..<headerEnd]))
        } catch {
            throw .corrupted(operation: "entry header")
        }
        if bytes[0] == 1, bytes.count == headerEnd { return .header(header) }
        guard bytes[0] == (header.kind.isEncrypted ? 2 : 3) else {
            throw .corrupted(operation: "entry")
        }
        let isSealed = bytes[0] == 3
        let length =
            Int(header.payloadLength) + (isSealed ? AuthenticatedEncryption.overheadByteCount : 0)
        var offset = headerEnd + length
        guard bytes.count >= offset + 2 else { throw .corrupted(operation: "entry payload") }
        let stored = Array(bytes[headerEnd..<offset])
        let payload = isSealed ? try store.opened(stored, for: key) : stored
        var boxes: [Box] = []
        let count = UInt16(bigEndian: bytes[offset..<(offset + 2)])
        offset += 2
        for _ in 0..<count {
            guard bytes.count >= offset + 6 else { throw .corrupted(operation: "entry boxes") }
            let member = UInt16(bigEndian: bytes[offset..<(offset + 2)])
            let end = offset + 6 + Int(UInt32(bigEndian: bytes[(offset + 2)..<(offset + 6)]))
            guard bytes.count >= end else { throw .corrupted(operation: "entry boxes") }
            boxes.append(Box(member: member, sealed: Array(bytes[(offset + 6)..<end])))
            offset = end
        }
        guard offset == bytes.count else { throw .corrupted(operation: "entry") }
        return .full(Entry(header: header, payload: payload, boxes: boxes))
    }
}

extension Audience {
    /// Reads ``bytes`` again.
    init?(stored bytes: [UInt8]) {
        guard bytes.count >= 2 else { return nil }
        var recipients: [Recipient] = []
        var offset = 2
        for _ in 0..<UInt16(bigEndian: bytes[..<2]) {
            guard bytes.count >= offset + 3 else { return nil }
            let end = offset + 3 + Int(bytes[offset + 2])
            guard bytes.count >= end else { return nil }
            recipients.append(
                Recipient(
                    member: MemberNumber(bigEndian: bytes[offset..<(offset + 2)]),
                    ground: String(decoding: bytes[(offset + 3)..<end], as: UTF8.self)
                )
            )
            offset = end
        }
        guard offset == bytes.count else { return nil }
        self.init(recipients)
    }
}
