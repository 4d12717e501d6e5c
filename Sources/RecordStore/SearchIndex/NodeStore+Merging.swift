import Cryptography
import Search

/// Segments become fewer, and go.
extension NodeStore {
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

    func numbersToMerge() throws(SlotError) -> [UInt64] {
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

    func advance(
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
    func replace(
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

    func deleteSegment(
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

    func deleteBlocks(
        of number: UInt64,
        in transaction: inout WriteTransaction
    ) throws(SlotError) {
        try SlotError.lifting { () throws(StoreError) in
            let prefix = Self.segmentKey(number)
            // Each delete looks at the block's first page, with which the system maps those around it.
            try transaction.deleteAll(prefix: prefix, in: self.tables.blocks) { count in
                if count.isMultiple(of: Self.pagesKeptCount) { self.environment.releasePages() }
            }
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
    func firstBlock(
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
