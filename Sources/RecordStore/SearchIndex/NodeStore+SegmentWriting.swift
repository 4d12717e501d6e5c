import Cryptography
import Search

/// Documents come into the index, and go out of it.
extension NodeStore {
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

    func takeSegmentNumber(
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

    func put(
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
    func putNewSegment(
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

    func putRow(
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
    /// `leavesNoTrace`: whether their terms go too: at once from a small segment, which is written anew, else with the
    /// next merge.
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

    func remove(
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
            changed.insert(byte / Self.removedByteCount)
        }
        for block in changed.sorted() {
            let start = block * Self.removedByteCount
            let end = min(start + Self.removedByteCount, bits.count)
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

    func putRemoved(
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
    func removed(
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
            let start = Int(UInt32(bigEndian: name[9...])) * Self.removedByteCount
            guard start >= bits.count, start <= Int(SegmentHead.documentsMax) / 8 else {
                throw .store(.corrupted(operation: "segment"))
            }
            bits += [UInt8](repeating: 0, count: start - bits.count) + block
        }
        return bits
    }

    /// Writes a segment anew, without what was removed from it.
    func rewrite(
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
}
