import Cryptography
package import Search

/// A snapshot that is lent to what reads blocks for the length of a call.
private struct LentSnapshot: Snapshot {
    let handle: TransactionHandle
}

/// The segments of a snapshot.
struct SegmentView {
    /// Ascending by number, with what was removed from them.
    private(set) var parts: [Searcher.Part] = []
    /// Their keys; held here, for the cache lets go of them when it likes.
    private(set) var held: [UInt64: SegmentCache.Held] = [:]

    mutating func add(_ part: Searcher.Part, _ held: SegmentCache.Held) {
        self.parts.append(part)
        self.held[part.segment.number] = held
    }
}

extension NodeStore {
    /// How often a search is begun whose segments were merged away meanwhile.
    private static let searchTries = 4
    /// Family of the segments of own records.
    static let recordFamily: UInt32 = 0
    static let nextSegmentKey = Array("segments/next".utf8)
    static let removedSection: UInt8 = 16
    /// Bytes of a block of bits, one for each document.
    static let removedByteCount = 4_096

    // MARK: Reading

    /// Runs `body` with a searcher of the newest snapshot.
    ///
    /// - Parameters:
    ///   - goesOn: Asked now and then; what it throws ends the search, and is thrown.
    ///   - body: Searches.
    /// - Returns: What it returns.
    /// - Throws: What it throws, and `SlotError` for an index that cannot be read.
    package func search<Result>(
        goesOn: @escaping () throws -> Void = {},
        _ body: (Searcher) throws -> Result
    ) throws -> Result {
        // A merge that ends between the snapshot and the look at its segments destroys their keys: the next
        // snapshot has the merged one.
        for _ in 1..<Self.searchTries {
            if let outcome = try? self.searchOnce(goesOn, body) { return try Self.result(outcome) }
        }
        return try Self.result(try self.searchOnce(goesOn, body))
    }

    /// Searches one snapshot; throws where its segments cannot be opened.
    private func searchOnce<Result>(
        _ goesOn: @escaping () throws -> Void,
        _ body: (Searcher) throws -> Result
    ) throws(SlotError) -> Swift.Result<Result, any Error> {
        try self.environment.read { (snapshot) throws(SlotError) in
            let view = try self.segments(in: snapshot)
            self.segmentCache.keepOnly(Set(view.held.keys))
            let reader = self.blockReader(of: view, in: snapshot)
            let searcher = Searcher(parts: view.parts, blocks: reader) {
                () throws(SegmentError) in
                do { try goesOn() } catch { throw .unreadable(error) }
            }
            return Swift.Result { try body(searcher) }
        }
    }

    private static func result<Result>(
        _ outcome: Swift.Result<Result, any Error>
    ) throws -> Result {
        do {
            return try outcome.get()
        } catch let error as SegmentError {
            if case .unreadable(let reason) = error { throw reason }
            throw SlotError(error)
        }
    }

    /// The segments of a snapshot: all, those of a family, or some by their numbers.
    func segments(
        in snapshot: borrowing some Snapshot & ~Copyable,
        family: UInt32? = nil,
        numbers: Set<UInt64>? = nil
    ) throws(SlotError) -> SegmentView {
        var view = SegmentView()
        for (number, row) in try self.segmentRows(in: snapshot) {
            if let numbers, !numbers.contains(number) { continue }
            let held = try self.held(number, row)
            guard let head = self.head(of: row, held.key, number: number) else {
                throw .store(.corrupted(operation: "segment"))
            }
            if let family, head.family != family { continue }
            let removed =
                head.removedCount > 0
                ? try self.removed(number, held.key, in: snapshot) : []
            let part = Searcher.Part(
                segment: held.segment,
                head: head,
                removed: RemovedDocuments(bits: removed)
            )
            view.add(part, held)
        }
        return view
    }

    func segmentRows(
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(SlotError) -> [(number: UInt64, row: [UInt8])] {
        try SlotError.lifting { () throws(StoreError) in
            var rows: [(number: UInt64, row: [UInt8])] = []
            try snapshot.forEach(prefix: [], in: self.tables.segments) {
                key,
                value throws(StoreError) in
                guard key.byteCount == 8, value.byteCount > 8 else {
                    throw .corrupted(operation: "segment")
                }
                rows.append((key.bigEndian(at: 0, as: UInt64.self), [UInt8](value)))
                return .next
            }
            return rows
        }
    }

    /// The open segment of a row; opened once.
    func held(
        _ number: UInt64,
        _ row: [UInt8]
    ) throws(SlotError) -> SegmentCache.Held {
        // What of it does not change was read when it was opened.
        if let held = self.segmentCache.segment(number) { return held }
        let slot = UInt64(bigEndian: row[..<8])
        let key = try self.slots.read(slot)
        guard let head = self.head(of: row, key, number: number) else {
            throw .store(.corrupted(operation: "segment"))
        }
        let segment = OpenSegment(number: number, head: head)
        let held = SegmentCache.Held(slot: slot, key: key, segment: segment)
        self.segmentCache.keep(held)
        return held
    }

    func head(
        of row: [UInt8],
        _ key: borrowing SecretKey,
        number: UInt64
    ) -> SegmentHead? {
        AuthenticatedEncryption.open(
            Array(row[8...]),
            associatedData: Self.segmentKey(number),
            key: key
        ).flatMap { SegmentHead($0) }
    }

    static func segmentKey(_ number: UInt64) -> [UInt8] {
        var key: [UInt8] = []
        key.append(bigEndian: number)
        return key
    }

    static func blockKey(_ address: BlockAddress, of segment: UInt64) -> [UInt8] {
        var key = self.segmentKey(segment)
        key.append(address.section)
        key.append(bigEndian: address.number)
        return key
    }

    /// The nonce of a block: each has another, and each segment another key.
    static func nonce(_ address: BlockAddress) -> [UInt8] {
        var nonce = [address.section]
        nonce.append(bigEndian: address.number)
        return nonce
            + [UInt8](
                repeating: 0,
                count: AuthenticatedEncryption.nonceByteCount - nonce.count
            )
    }

    /// Reads blocks of a snapshot for the length of the call that it is lent to.
    func blockReader(
        of view: SegmentView,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) -> BlockReader {
        let lent = LentSnapshot(handle: snapshot.handle)
        return BlockReader { (number, address) throws(SegmentError) in
            if let block = self.segmentCache.block(address, of: number) { return block }
            guard let held = view.held[number] else { throw .malformed }
            let block: [UInt8]
            do throws(StoreError) {
                let key = Self.blockKey(address, of: number)
                let opened = try lent.withValue(for: key, in: self.tables.blocks) { value in
                    AuthenticatedEncryption.open(
                        Self.nonce(address) + [UInt8](value),
                        associatedData: key,
                        key: held.key
                    )
                }
                guard let opened, let opened else { throw .corrupted(operation: "segment") }
                block = opened
            } catch {
                throw .unreadable(SlotError.store(error))
            }
            self.segmentCache.keep(block, address, of: number)
            return block
        }
    }
}

extension SlotError {
    init(_ error: SegmentError) {
        switch error {
        case .malformed: self = .store(.corrupted(operation: "segment"))
        case .unreadable(let reason):
            self = reason as? SlotError ?? .store(.corrupted(operation: "segment"))
        }
    }

    /// Runs what reads segments.
    static func lifting<Result>(
        _ body: () throws(SegmentError) -> Result
    ) throws(SlotError) -> Result {
        do throws(SegmentError) { return try body() } catch { throw SlotError(error) }
    }
}
