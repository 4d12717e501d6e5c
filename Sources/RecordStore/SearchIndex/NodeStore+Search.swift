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
    /// Family of the segments of own records.
    static let recordFamily: UInt32 = 0
    private static let nextSegmentKey = Array("segments/next".utf8)
    private static let removedSection: UInt8 = 16
    /// Bytes of a block of bits, one for each document.
    private static let removedBytesMax = 4_096

    // MARK: Reading

    /// Runs `body` with a searcher of the newest snapshot.
    ///
    /// - Parameter goesOn: Asked now and then; what it throws ends the search, and is thrown.
    package func search<Result>(
        goesOn: @escaping () throws -> Void = {},
        _ body: (Searcher) throws -> Result
    ) throws -> Result {
        // The store's own reading throws nothing but its own errors.
        let outcome = try self.environment.read { (snapshot) throws(SlotError) in
            let view = try self.segments(in: snapshot)
            self.segmentCache.keepOnly(Set(view.held.keys))
            let reader = self.blockReader(of: view, in: snapshot)
            let searcher = Searcher(parts: view.parts, blocks: reader) {
                () throws(SegmentError) in
                do { try goesOn() } catch { throw .unreadable(error) }
            }
            return Swift.Result<Result, any Error> { try body(searcher) }
        }
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
            let removed = head.removedCount > 0
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

    private func segmentRows(
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
    private func held(
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

    private func head(
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

    private static func segmentKey(_ number: UInt64) -> [UInt8] {
        var key: [UInt8] = []
        key.append(bigEndian: number)
        return key
    }

    private static func blockKey(_ address: BlockAddress, of segment: UInt64) -> [UInt8] {
        var key = self.segmentKey(segment)
        key.append(address.section)
        key.append(bigEndian: address.number)
        return key
    }

    /// The nonce of a block: each has another, and each segment another key.
    private static func nonce(_ address: BlockAddress) -> [UInt8] {
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

    // MARK: Adding

    /// Adds documents as a segment.
    ///
    /// - Complexity: O(n log n) in their terms.
    func addSegment(
        _ documents: [SearchDocument],
        family: UInt32,
        in transaction: inout WriteTransaction
    ) throws(SlotError) {
        guard !documents.isEmpty else { return }
        let built = BuiltSegment(documents, family: family)
        let key = SecretKey.random()
        let number = try self.takeSegmentNumber(in: &transaction)
        try self.put(built.blocks, of: number, key, in: &transaction)
        try self.putNewSegment(built.head, number: number, key, in: &transaction)
    }

    private func takeSegmentNumber(
        in transaction: inout WriteTransaction
    ) throws(SlotError) -> UInt64 {
        try SlotError.lifting { () throws(StoreError) in
            let held = try transaction.value(for: Self.nextSegmentKey, in: self.tables.meta)
            let number = held.map { UInt64(bigEndian: $0[...]) } ?? 1
            var next: [UInt8] = []
            next.append(bigEndian: number + 1)
            try transaction.put(next, for: Self.nextSegmentKey, in: self.tables.meta)
            return number
        }
    }

    private func put(
        _ blocks: [SegmentBlock],
        of number: UInt64,
        _ key: borrowing SecretKey,
        in transaction: inout WriteTransaction
    ) throws(SlotError) {
        for block in blocks {
            let name = Self.blockKey(block.address, of: number)
            let sealed = AuthenticatedEncryption.seal(
                block.bytes,
                nonce: Self.nonce(block.address),
                associatedData: name,
                key: key
            )
            let value = Array(sealed[AuthenticatedEncryption.nonceByteCount...])
            try SlotError.lifting { () throws(StoreError) in
                try transaction.put(value, for: name, in: self.tables.blocks)
            }
        }
    }

    /// Puts the row of a segment that is whole, and its key into a slot.
    private func putNewSegment(
        _ head: SegmentHead,
        number: UInt64,
        _ key: borrowing SecretKey,
        in transaction: inout WriteTransaction
    ) throws(SlotError) {
        let slots = try SlotError.lifting { () throws(StoreError) in
            try self.allocator.allocate(count: 1, in: &transaction)
        }
        try self.slots.write(key, to: slots[0])
        try self.putRow(head, number: number, slot: slots[0], key, in: &transaction)
    }

    private func putRow(
        _ head: SegmentHead,
        number: UInt64,
        slot: UInt64,
        _ key: borrowing SecretKey,
        in transaction: inout WriteTransaction
    ) throws(SlotError) {
        let name = Self.segmentKey(number)
        var value: [UInt8] = []
        value.append(bigEndian: slot)
        value += AuthenticatedEncryption.seal(
            head.bytes,
            nonce: Randomness.bytes(count: AuthenticatedEncryption.nonceByteCount),
            associatedData: name,
            key: key
        )
        let row = value
        try SlotError.lifting { () throws(StoreError) in
            try transaction.put(row, for: name, in: self.tables.segments)
        }
    }

    // MARK: Removing

    /// Takes documents away from every segment of a family that has them.
    ///
    /// - Parameter leavesNoTrace: Whether their terms go too: at once from a small segment, which is written
    ///   anew, else with the next merge.
    func removeDocuments(
        _ keys: [DocumentKey],
        family: UInt32,
        leavesNoTrace: Bool,
        in transaction: inout WriteTransaction
    ) throws(SlotError) {
        guard !keys.isEmpty else { return }
        let sorted = keys.sorted()
        let view = try self.segments(in: transaction, family: family)
        let reader = self.blockReader(of: view, in: transaction)
        for part in view.parts {
            let documents = try SlotError.lifting { () throws(SegmentError) in
                var documents: [UInt32] = []
                for key in sorted {
                    if let document = try part.segment.document(key, reader) {
                        documents.append(document)
                    }
                }
                return documents
            }
            guard !documents.isEmpty, let held = view.held[part.segment.number] else { continue }
            try self.remove(
                documents,
                from: part,
                held,
                leavesNoTrace: leavesNoTrace,
                in: &transaction
            )
        }
    }

    private func remove(
        _ documents: [UInt32],
        from part: Searcher.Part,
        _ held: SegmentCache.Held,
        leavesNoTrace: Bool,
        in transaction: inout WriteTransaction
    ) throws(SlotError) {
        let number = part.segment.number
        var bits = try self.removed(number, held.key, in: transaction)
        var changed: Set<Int> = []
        var count: UInt32 = 0
        for document in documents {
            let byte = Int(document >> 3)
            let bit: UInt8 = 0x80 >> UInt8(document & 7)
            if bits.count <= byte {
                bits += [UInt8](repeating: 0, count: byte + 1 - bits.count)
            }
            guard bits[byte] & bit == 0 else { continue }
            bits[byte] |= bit
            count += 1
            changed.insert(byte / Self.removedBytesMax)
        }
        for block in changed.sorted() {
            let start = block * Self.removedBytesMax
            let end = min(start + Self.removedBytesMax, bits.count)
            try self.putRemoved(
                Array(bits[start..<end]),
                block: UInt32(block),
                of: number,
                held.key,
                in: &transaction
            )
        }
        var head = part.head
        head.removedCount += count
        head.mustRewrite = head.mustRewrite || leavesNoTrace
        try self.putRow(head, number: number, slot: held.slot, held.key, in: &transaction)
        if leavesNoTrace, head.count <= MergePolicy.fragmentsMax {
            try self.rewrite(number, in: &transaction)
        }
    }

    private func putRemoved(
        _ bits: [UInt8],
        block: UInt32,
        of number: UInt64,
        _ key: borrowing SecretKey,
        in transaction: inout WriteTransaction
    ) throws(SlotError) {
        let address = BlockAddress(section: Self.removedSection, number: block)
        let name = Self.blockKey(address, of: number)
        let sealed = AuthenticatedEncryption.seal(
            bits,
            nonce: Randomness.bytes(count: AuthenticatedEncryption.nonceByteCount),
            associatedData: name,
            key: key
        )
        try SlotError.lifting { () throws(StoreError) in
            try transaction.put(sealed, for: name, in: self.tables.blocks)
        }
    }

    /// The bits of the documents of a segment that were removed.
    private func removed(
        _ number: UInt64,
        _ key: borrowing SecretKey,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(SlotError) -> [UInt8] {
        let prefix = Self.segmentKey(number) + [Self.removedSection]
        let blocks = try SlotError.lifting { () throws(StoreError) in
            var blocks: [(name: [UInt8], value: [UInt8])] = []
            try snapshot.forEach(prefix: prefix, in: self.tables.blocks) { name, value in
                blocks.append(([UInt8](name), [UInt8](value)))
                return .next
            }
            return blocks
        }
        var bits: [UInt8] = []
        for (name, value) in blocks {
            guard name.count == 13,
                let block = AuthenticatedEncryption.open(value, associatedData: name, key: key)
            else { throw .store(.corrupted(operation: "segment")) }
            let start = Int(UInt32(bigEndian: name[9...])) * Self.removedBytesMax
            guard start >= bits.count, start <= Int(SegmentHead.documentsMax) / 8 else {
                throw .store(.corrupted(operation: "segment"))
            }
            bits += [UInt8](repeating: 0, count: start - bits.count) + block
        }
        return bits
    }

    /// Writes a segment anew, without what was removed from it.
    private func rewrite(
        _ number: UInt64,
        in transaction: inout WriteTransaction
    ) throws(SlotError) {
        let view = try self.segments(in: transaction, numbers: [number])
        var merge = RunningMerge(
            merge: SegmentMerge(view.parts),
            numbers: [number],
            number: try self.takeSegmentNumber(in: &transaction)
        )
        while try self.advance(&merge, in: &transaction) {}
    }

    // MARK: Merging

    /// Begins to merge segments, where some should be.
    ///
    /// One merge at a time: two could take the same segments.
    package func beginMerge() throws(SlotError) -> RunningMerge? {
        let numbers = try self.numbersToMerge()
        guard !numbers.isEmpty else { return nil }
        return try self.write { (transaction) throws(SlotError) in
            let view = try self.segments(in: transaction, numbers: Set(numbers))
            return RunningMerge(
                merge: SegmentMerge(view.parts),
                numbers: view.parts.map(\.segment.number),
                number: try self.takeSegmentNumber(in: &transaction)
            )
        }
    }

    /// Whether segments should be merged.
    package func wantsMerge() throws(SlotError) -> Bool { try !self.numbersToMerge().isEmpty }

    private func numbersToMerge() throws(SlotError) -> [UInt64] {
        let heads = try self.environment.read { (snapshot) throws(SlotError) in
            try self.segments(in: snapshot).parts
                .map { (number: $0.segment.number, head: $0.head) }
        }
        return MergePolicy.next(of: heads)
    }

    /// Goes on with a merge, in one transaction.
    ///
    /// What a crash leaves of one goes when the store opens: nothing names it, and its key was in memory alone.
    ///
    /// - Returns: Whether more is to come.
    package func advance(_ merge: inout RunningMerge) throws(SlotError) -> Bool {
        defer { self.environment.releasePages() }
        var advanced = merge
        let goesOn = try self.write { (transaction) throws(SlotError) in
            try self.advance(&advanced, in: &transaction)
        }
        merge = advanced
        return goesOn
    }

    private func advance(
        _ merge: inout RunningMerge,
        in transaction: inout WriteTransaction
    ) throws(SlotError) -> Bool {
        let view = try self.segments(in: transaction, numbers: Set(merge.numbers))
        let reader = self.blockReader(of: view, in: transaction)
        let step = try SlotError.lifting { () throws(SegmentError) in
            try merge.merge.advance(byteCount: RunningMerge.stepByteCount, reader)
        }
        try self.put(step.blocks, of: merge.number, merge.key.value, in: &transaction)
        guard let head = step.head else { return true }
        try self.replace(view, merge, by: head, in: &transaction)
        return false
    }

    /// Puts a merged segment in the place of those it was made of.
    private func replace(
        _ view: SegmentView,
        _ merge: RunningMerge,
        by head: SegmentHead,
        in transaction: inout WriteTransaction
    ) throws(SlotError) {
        let documents = merge.merge.removed(since: view.parts.map(\.removed))
        let mustRewrite = view.parts.contains(where: \.head.mustRewrite)
        if head.count > 0 {
            try self.putNewSegment(
                head,
                number: merge.number,
                merge.key.value,
                in: &transaction
            )
        } else {
            try self.deleteBlocks(of: merge.number, in: &transaction)
        }
        for number in merge.numbers { try self.deleteSegment(number, in: &transaction) }
        guard !documents.isEmpty else { return }
        let merged = try self.segments(in: transaction, numbers: [merge.number])
        guard let part = merged.parts.first, let held = merged.held[merge.number] else { return }
        try self.remove(documents, from: part, held, leavesNoTrace: mustRewrite, in: &transaction)
    }

    private func deleteSegment(
        _ number: UInt64,
        in transaction: inout WriteTransaction
    ) throws(SlotError) {
        try SlotError.lifting { () throws(StoreError) in
            let key = Self.segmentKey(number)
            if let row = try transaction.value(for: key, in: self.tables.segments), row.count > 8 {
                try self.allocator.doom(UInt64(bigEndian: row[..<8]), in: &transaction)
            }
            try transaction.delete(key, in: self.tables.segments)
        }
        try self.deleteBlocks(of: number, in: &transaction)
    }

    private func deleteBlocks(
        of number: UInt64,
        in transaction: inout WriteTransaction
    ) throws(SlotError) {
        try SlotError.lifting { () throws(StoreError) in
            let prefix = Self.segmentKey(number)
            _ = try transaction.deleteAll(prefix: prefix, in: self.tables.blocks)
        }
    }

    /// Deletes every segment, whatever its rows say: they may be damaged.
    func clearSegments() throws(SlotError) {
        try self.write { (transaction) throws(SlotError) in
            for (number, _) in try self.segmentRows(in: transaction) {
                try self.deleteSegment(number, in: &transaction)
            }
            try SlotError.lifting { () throws(StoreError) in
                try transaction.deleteAll(in: self.tables.blocks)
            }
        }
    }

    /// The first segment, from a number on, that has blocks.
    private func firstBlock(
        from number: UInt64,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(SlotError) -> UInt64? {
        let start = Self.segmentKey(number)
        return try SlotError.lifting { () throws(StoreError) in
            var found: UInt64?
            try snapshot.forEach(prefix: [], in: self.tables.blocks, from: start) {
                key,
                _ throws(StoreError) in
                guard key.byteCount == 13 else { throw .corrupted(operation: "segment") }
                found = key.bigEndian(at: 0, as: UInt64.self)
                return .stop
            }
            return found
        }
    }

    /// Deletes blocks that belong to no segment: what an interrupted merge left.
    func deleteLooseBlocks() throws(SlotError) {
        let loose = try self.environment.read { (snapshot) throws(SlotError) in
            let numbers = Set(try self.segmentRows(in: snapshot).map(\.number))
            var loose: [UInt64] = []
            var next: UInt64 = 0
            while let number = try self.firstBlock(from: next, in: snapshot) {
                if !numbers.contains(number) { loose.append(number) }
                next = number + 1
            }
            return loose
        }
        guard !loose.isEmpty else { return }
        try self.write { (transaction) throws(SlotError) in
            for number in loose { try self.deleteBlocks(of: number, in: &transaction) }
        }
    }
}

/// A merge of segments that goes on in steps.
package struct RunningMerge: Sendable {
    /// Bytes that a step writes, about.
    static let stepByteCount = 1 << 20

    /// Holds a key that is handed on with the merge; it comes into a slot with the last step.
    final class Key: Sendable {
        let value = SecretKey.random()
    }

    var merge: SegmentMerge
    let numbers: [UInt64]
    let number: UInt64
    let key = Key()
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
