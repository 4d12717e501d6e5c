import Cryptography
import SyncEngine
import SyncLog

/// What of versions before 4 is carried over of chains: which entries name which positions.
///
/// They noted the entries that waited for a position, and before that the keys of positions that
/// were passed over. Now every entry of another's log notes the position that it names, for good,
/// and entries that are not open are listed (`Protocol/keys.md` §6).
extension NodeStore {
    /// The tables of those notes.
    private static let skipped = "skipped"
    private static let waiting = "waiting"
    /// Rows that are read before what they lead to is written.
    private static let batchCount = 4_096

    /// A log of another's.
    private struct OthersLog {
        let log: LogID
        /// The node's own number at the table.
        let me: MemberNumber?
        let reads: TableReads

        var reference: [UInt8] { self.reads.reference(self.log).bytes }
    }

    /// A row of `openings`.
    private struct OpeningRow {
        let key: [UInt8]
        let opening: Opening
        let slot: UInt64
    }

    /// A position of a chain.
    private struct Position {
        /// Log reference, audience and epoch: the key of the chain.
        let chain: [UInt8]
        let position: UInt32

        init(_ header: EntryHeader, reference: [UInt8]) {
            var chain = reference
            header.audience.append(to: &chain)
            chain.append(bigEndian: header.epoch)
            self.chain = chain
            self.position = header.position
        }

        /// How keys of the claims to it begin.
        var prefix: [UInt8] {
            var prefix = self.chain
            prefix.append(bigEndian: self.position)
            return prefix
        }
    }

    /// Notes the claims of all logs of others from their entries, and lists what is not open.
    ///
    /// Where an author used one position twice, the entry with the lowest index uses it, as in
    /// every node; the others are told as double.
    func noteClaims(in transaction: inout WriteTransaction) throws(SlotError) {
        try SlotError.lifting { () throws(StoreError) in
            let identity = try self.storedIdentity(in: transaction)
            for table in try self.storedTables(in: transaction) {
                let me = identity.flatMap { table.file.newest.member(identity: $0)?.number }
                var prefix: [UInt8] = []
                prefix.append(bigEndian: table.number)
                var logs: [LogID] = []
                try transaction.forEach(prefix: prefix, in: self.tables.logs) { key, _ in
                    logs.append(LogID(key: key, at: 4))
                    return .next
                }
                let reads = TableReads(store: self, number: table.number)
                for log in logs where log.member != me {
                    let log = OthersLog(log: log, me: me, reads: reads)
                    try self.noteClaims(of: log.reference, in: &transaction)
                    try self.listUnopened(of: log, in: &transaction)
                }
            }
            try self.forgetOlderNotes(in: &transaction)
        }
    }

    private func noteClaims(
        of reference: [UInt8],
        in transaction: inout WriteTransaction
    ) throws(StoreError) {
        var from: [UInt8]? = nil
        while true {
            var claims: [[UInt8]] = []
            var last: [UInt8]?
            try transaction.forEach(prefix: reference, in: self.tables.entries, from: from) {
                key,
                value throws(StoreError) in
                last = [UInt8](key)
                if let header = try Self.contentHeader(value) {
                    var claim = Position(header, reference: reference).prefix
                    claim.append(bigEndian: header.index)
                    claims.append(claim)
                }
                return claims.count < Self.batchCount ? .next : .stop
            }
            for claim in claims { try transaction.put([], for: claim, in: self.tables.claims) }
            guard claims.count == Self.batchCount, let last else { return }
            from = last + [0]
        }
    }

    /// The header of an entry that is held whole and names a position; `nil` of all others.
    private static func contentHeader(_ value: RawSpan) throws(StoreError) -> EntryHeader? {
        let end = 1 + EntryHeader.byteCount
        guard value.byteCount >= end else { throw .corrupted(operation: "entry") }
        // Encrypted, and held whole.
        guard value.bigEndian(at: 0, as: UInt8.self) == 2 else { return nil }
        let header: EntryHeader
        do throws(HeaderError) {
            header = try EntryHeader(decoding: [UInt8](value.extracting(1..<end)))
        } catch {
            throw .corrupted(operation: "entry header")
        }
        return UInt64(header.epoch) < header.index ? header : nil
    }

    private func listUnopened(
        of log: OthersLog,
        in transaction: inout WriteTransaction
    ) throws(StoreError) {
        var from: [UInt8]? = nil
        while true {
            var rows: [OpeningRow] = []
            try transaction.forEach(prefix: log.reference, in: self.tables.openings, from: from) {
                key,
                value throws(StoreError) in
                let row = try TableReads.opening([UInt8](value))
                rows.append(OpeningRow(key: [UInt8](key), opening: row.opening, slot: row.slot))
                return rows.count < Self.batchCount ? .next : .stop
            }
            for row in rows { try self.carryOver(row, of: log, in: &transaction) }
            guard rows.count == Self.batchCount, let last = rows.last else { return }
            from = last.key + [0]
        }
    }

    private func carryOver(
        _ row: OpeningRow,
        of log: OthersLog,
        in transaction: inout WriteTransaction
    ) throws(StoreError) {
        let index = UInt64(bigEndian: row.key[8...])
        let item = try log.reads.item(at: index, of: log.log, in: transaction)
        let isAddressed = try self.isAddressed(item, of: log, in: transaction)
        guard isAddressed || row.opening == .open else {
            // It waited, although nothing says that it is addressed to this node.
            try transaction.delete(row.key, in: self.tables.openings)
            return
        }
        var opening = row.opening
        if let header = item.header, header.kind.isEncrypted,
            try self.user(of: header, log.reference, in: transaction) != index
        {
            opening = .double
            if row.slot != .max { try self.allocator.doom(row.slot, in: &transaction) }
            var value = [opening.rawValue]
            value.append(bigEndian: UInt64.max)
            try transaction.put(value, for: row.key, in: self.tables.openings)
        }
        guard opening != .open else { return }
        try transaction.put([], for: row.key, in: self.tables.unopened)
    }

    /// Index of the entry that uses the position which a header names: the lowest that names it.
    private func user(
        of header: EntryHeader,
        _ reference: [UInt8],
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> UInt64? {
        let prefix = Position(header, reference: reference).prefix
        let claim = try snapshot.first(prefix: prefix, in: self.tables.claims)
        return claim.map { UInt64(bigEndian: $0.key[prefix.count...]) }
    }

    /// Whether the grant that begins an entry's chain, or is the entry, names this node.
    private func isAddressed(
        _ item: LogItem,
        of log: OthersLog,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> Bool {
        guard case .full(let entry) = item, let me = log.me else { return false }
        let header = entry.header
        guard header.kind.isEncrypted else {
            return entry.addressedGrant(to: me, in: log.log) != nil
        }
        let index = UInt64(header.epoch)
        guard index < header.index,
            case .full(let grant) = try log.reads.item(at: index, of: log.log, in: snapshot)
        else { return false }
        return grant.header.kind == .keyGrant && grant.header.audience == header.audience
            && grant.header.epoch == header.epoch
            && grant.addressedGrant(to: me, in: log.log) != nil
    }

    /// Empties the tables of older notes; the keys of positions that were passed over are
    /// destroyed.
    private func forgetOlderNotes(
        in transaction: inout WriteTransaction
    ) throws(StoreError) {
        if let skipped = try transaction.table(ifPresent: Self.skipped) {
            var slots: [UInt64] = []
            try transaction.forEach(prefix: [], in: skipped) { _, value throws(StoreError) in
                guard value.byteCount == 8 else { throw .corrupted(operation: "skipped key") }
                slots.append(value.bigEndian(at: 0, as: UInt64.self))
                return .next
            }
            for slot in slots { try self.allocator.doom(slot, in: &transaction) }
            try transaction.deleteAll(in: skipped)
        }
        if let waiting = try transaction.table(ifPresent: Self.waiting) {
            try transaction.deleteAll(in: waiting)
        }
    }
}
