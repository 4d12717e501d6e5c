import Cryptography

/// Which slots of the slot file are taken, kept in the store.
///
/// A slot is free, taken, or *doomed*: no longer named by anything that is committed, its erase key
/// not yet destroyed. The order is a contract:
///
/// 1. One transaction allocates numbers, writes and syncs their slots, and stores what names them.
/// 2. Another deletes what names a slot and dooms it.
/// 3. A later one calls ``destroyDoomed(slots:countMax:in:)`` first, which zeroes the slots and
///    frees them.
///
/// A crash or an abort anywhere leaves either of two states that need no repair: numbers taken by
/// an aborted transaction are as free as before, and doomed slots are destroyed once more. A reader
/// on a snapshot from before 2. may find another key in a slot, which opens nothing of its record.
package struct SlotAllocator: Sendable {
    private static let nextKey = Array("slots/next".utf8)
    private static let freePrefix: UInt8 = 0x66
    private static let doomedPrefix: UInt8 = 0x64

    private let meta: Table
    private let lists: Table

    /// Creates an allocator; it keeps no state outside the store.
    ///
    /// - Parameters:
    ///   - meta: Holds the next number never used, under the key `slots/next`.
    ///   - lists: Holds the free and the doomed numbers; nothing else may be in it.
    package init(meta: Table, lists: Table) {
        self.meta = meta
        self.lists = lists
    }

    /// Takes `count` numbers, ascending: those freed first, then ones never used.
    package func allocate(
        count: Int,
        in transaction: inout WriteTransaction
    ) throws(StoreError) -> [UInt64] {
        var reserve = SlotReserve()
        var numbers: [UInt64] = []
        numbers.reserveCapacity(count)
        for _ in 0..<count { numbers.append(try self.take(from: &reserve, in: &transaction)) }
        try self.settle(&reserve, in: &transaction)
        return numbers
    }

    /// Takes one number: the lowest of those freed first, then one never used.
    ///
    /// The transaction has this one reserve, and ends with ``settle(_:in:)``.
    func take(
        from reserve: inout SlotReserve,
        in transaction: inout WriteTransaction
    ) throws(StoreError) -> UInt64 {
        if reserve.next == nil, reserve.free.isEmpty { try self.refill(&reserve, in: transaction) }
        if let freed = reserve.free.popLast() {
            try transaction.delete(Self.key(Self.freePrefix, freed), in: self.lists)
            return freed
        }
        guard let next = reserve.next else {
            preconditionFailure("a reserve without freed numbers has the next one")
        }
        precondition(next < SlotFile.numberMax, "slot numbers end at 2^48")
        reserve.next = next + 1
        return next
    }

    private func refill(
        _ reserve: inout SlotReserve,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) {
        var found: [UInt64] = []
        try snapshot.forEach(prefix: [Self.freePrefix], in: self.lists) {
            key,
            _ throws(StoreError) in
            found.append(try Self.number(of: key))
            return found.count < SlotReserve.refillCount ? .next : .stop
        }
        reserve.free = found.reversed()
        if found.isEmpty { reserve.next = try self.next(in: snapshot) }
    }

    /// Writes down up to where numbers were taken from a reserve, and empties it.
    func settle(
        _ reserve: inout SlotReserve,
        in transaction: inout WriteTransaction
    ) throws(StoreError) {
        if let next = reserve.next {
            var value: [UInt8] = []
            value.append(bigEndian: next)
            try transaction.put(value, for: Self.nextKey, in: self.meta)
        }
        reserve = SlotReserve()
    }

    /// Notes that nothing names a slot any more, in the transaction that deletes what named it.
    package func doom(
        _ number: UInt64,
        in transaction: inout WriteTransaction
    ) throws(StoreError) {
        let isFree = try transaction.contains(Self.key(Self.freePrefix, number), in: self.lists)
        precondition(!isFree, "a slot that is doomed was taken before")
        var value: [UInt8] = []
        value.append(bigEndian: transaction.number())
        try transaction.put(value, for: Self.key(Self.doomedPrefix, number), in: self.lists)
    }

    /// Whether slots wait to be destroyed.
    package func hasDoomed(
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> Bool {
        try snapshot.first(prefix: [Self.doomedPrefix], in: self.lists) != nil
    }

    /// Destroys doomed slots on disk and frees their numbers.
    ///
    /// Passes over those that this very transaction doomed: should it abort, they are still named.
    ///
    /// - Parameters:
    ///   - slots: The file they are in.
    ///   - countMax: Most slots to destroy in this transaction.
    ///   - transaction: Frees the numbers when it commits.
    /// - Returns: How many were destroyed; as many as `countMax` means that there may be more.
    /// - Throws: When the file or the store refuses; all are then still doomed.
    package func destroyDoomed(
        slots: SlotFile,
        countMax: Int,
        in transaction: inout WriteTransaction
    ) throws(SlotError) -> Int {
        let current = transaction.number()
        var numbers: [UInt64] = []
        try SlotError.lifting { () throws(StoreError) in
            try transaction.forEach(prefix: [Self.doomedPrefix], in: self.lists) {
                key,
                value throws(StoreError) in
                guard value.byteCount == 8 else { throw .corrupted(operation: "doomed slot") }
                if value.bigEndian(at: 0, as: UInt64.self) != current {
                    numbers.append(try Self.number(of: key))
                }
                return numbers.count < countMax ? .next : .stop
            }
        }
        guard !numbers.isEmpty else { return 0 }
        try slots.destroy(numbers)
        for number in numbers {
            do throws(StoreError) {
                try transaction.delete(Self.key(Self.doomedPrefix, number), in: self.lists)
                try transaction.put([], for: Self.key(Self.freePrefix, number), in: self.lists)
            } catch {
                throw .store(error)
            }
        }
        return numbers.count
    }

    /// The highest number that is taken; `nil` when none is, or none among the last `triesMax`.
    package func highestTaken(
        triesMax: UInt64,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> UInt64? {
        var number = try self.next(in: snapshot)
        let last = number - min(number, triesMax)
        while number > last {
            number -= 1
            let isFree = try snapshot.contains(Self.key(Self.freePrefix, number), in: self.lists)
            let isDoomed = try snapshot.contains(
                Self.key(Self.doomedPrefix, number),
                in: self.lists
            )
            if !isFree, !isDoomed { return number }
        }
        return nil
    }

    private func next(
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> UInt64 {
        try snapshot.withValue(for: Self.nextKey, in: self.meta) { value throws(StoreError) in
            guard value.byteCount == 8 else { throw .corrupted(operation: "next slot") }
            let next = value.bigEndian(at: 0, as: UInt64.self)
            guard next <= SlotFile.numberMax else { throw .corrupted(operation: "next slot") }
            return next
        } ?? 0
    }

    private static func key(_ prefix: UInt8, _ number: UInt64) -> [UInt8] {
        var key = [prefix]
        key.append(bigEndian: number)
        return key
    }

    private static func number(of key: RawSpan) throws(StoreError) -> UInt64 {
        guard key.byteCount == 9 else { throw .corrupted(operation: "slot number") }
        return key.bigEndian(at: 1, as: UInt64.self)
    }
}

/// Numbers that one transaction takes one by one, read and written down many at a time.
struct SlotReserve: Sendable {
    /// Freed numbers that are read at once.
    fileprivate static let refillCount = 256

    /// Freed numbers that were read and not taken, descending.
    fileprivate var free: [UInt64] = []
    /// The next number never used; `nil` while there may be freed ones.
    fileprivate var next: UInt64?
}
