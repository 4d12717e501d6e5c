import CaseModel
import Cryptography
import SyncLog

/// A term of an own record that comes into the index or goes out of it.
struct IndexChange: Comparable {
    let term: ObjectID
    let record: ObjectID
    let adds: Bool

    /// The key under which the index has it.
    var indexKey: [UInt8] { self.term.bytes + SearchTarget.record(self.record).bytes }

    /// Orders as the keys of the index do.
    static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.term == rhs.term ? lhs.record < rhs.record : lhs.term < rhs.term
    }

    /// Whether both are about the same key of the index.
    func isSameKey(as other: Self) -> Bool {
        self.term == other.term && self.record == other.record
    }
}

/// How far the bringing of runs into the index has come.
package struct IndexSettling: Sendable {
    /// The runs it brings in, ascending; runs that are appended meanwhile wait for the next.
    fileprivate let runs: [UInt64]
    /// The last key that was brought in.
    fileprivate var position: IndexPosition?
}

/// A key within a run.
private struct IndexPosition: Sendable {
    let term: ObjectID
    let record: ObjectID
}

extension NodeStore {
    /// Most changes that are brought into the index in one transaction.
    static let settledMax = 4_096
    /// Changes after which the pages that were read are let go of.
    private static let pagesKeptCount = 256
    /// Runs after which the same is done: each lies elsewhere.
    private static let runsKeptCount = 16
    /// Most changes that wait in runs before an import brings them in.
    package static let pendingMax = 1 << 21

    /// The 16 bytes under which the index has a term.
    func hash(of term: SearchTerm) -> ObjectID {
        guard let hash = ObjectID(self.indexKey.keyedHash16(term.bytes)) else {
            preconditionFailure("a hash of 16 bytes is an ID")
        }
        return hash
    }

    /// Notes changes as one run, in the order of the index: they are appended, and so cheap.
    func appendRun(
        _ changes: [IndexChange],
        in transaction: inout WriteTransaction
    ) throws(StoreError) {
        guard !changes.isEmpty else { return }
        let last = try transaction.last(prefix: [], in: self.tables.pending)
        let number =
            try last.map { (entry) throws(StoreError) in
                try Self.runNumber(of: entry.key) + 1
            } ?? 0
        var prefix: [UInt8] = []
        prefix.append(bigEndian: number)
        for change in changes.sorted() {
            try transaction.putAppending(
                [change.adds ? 1 : 0],
                for: prefix + change.term.bytes + change.record.bytes,
                in: self.tables.pending
            )
        }
    }

    /// Number of changes that wait in runs.
    package func pendingCount() throws(SlotError) -> Int {
        try self.read { (snapshot) throws(StoreError) in
            try snapshot.count(in: self.tables.pending)
        }
    }

    /// Begins to bring into the index what waits in runs; nil when nothing does.
    ///
    /// One settling at a time: a later one could be overtaken by an earlier.
    package func beginSettling() throws(SlotError) -> IndexSettling? {
        let runs = try self.read { (snapshot) throws(StoreError) in
            try self.runs(in: snapshot)
        }
        return runs.isEmpty ? nil : IndexSettling(runs: runs, position: nil)
    }

    /// Brings the next part into the index, in one transaction.
    ///
    /// What a crash leaves half-way is found as before, and brought in again by the next settling.
    ///
    /// - Returns: Whether more is to come.
    /// - Complexity: O(n log n) in ``settledMax``.
    package func settle(_ settling: inout IndexSettling) throws(SlotError) -> Bool {
        let current = settling
        let next = try self.write { (transaction) throws(SlotError) in
            try SlotError.lifting { () throws(StoreError) in
                let (changes, isLast) = try self.part(of: current, in: transaction)
                for (place, change) in changes.enumerated() {
                    if place.isMultiple(of: Self.pagesKeptCount) { self.environment.releasePages() }
                    if change.adds {
                        try transaction.put([], for: change.indexKey, in: self.tables.index)
                    } else {
                        _ = try transaction.delete(change.indexKey, in: self.tables.index)
                    }
                }
                guard isLast else {
                    return changes.last.map { IndexPosition(term: $0.term, record: $0.record) }
                }
                try self.deleteRuns(current.runs, in: &transaction)
                return nil
            }
        }
        self.environment.releasePages()
        settling.position = next
        return next != nil
    }

    /// The next changes of all runs in the order of the index, the newest for each key.
    private func part(
        of settling: IndexSettling,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> (changes: [IndexChange], isLast: Bool) {
        let share = max(1, Self.settledMax / settling.runs.count)
        var found: [(change: IndexChange, run: Int)] = []
        // Every run is read up to here: the smallest of the keys at which one had more.
        var bound: IndexChange?
        for (run, number) in settling.runs.enumerated() {
            if run.isMultiple(of: Self.runsKeptCount) { self.environment.releasePages() }
            let taken = try self.changes(
                of: number,
                after: settling.position,
                countMax: share,
                in: snapshot
            )
            found += taken.map { ($0, run) }
            if taken.count == share, let last = taken.last {
                bound = bound.map { min($0, last) } ?? last
            }
        }
        if let bound { found.removeAll { bound < $0.change } }
        found.sort { $0.change.isSameKey(as: $1.change) ? $0.run < $1.run : $0.change < $1.change }
        var changes: [IndexChange] = []
        changes.reserveCapacity(found.count)
        for (change, _) in found {
            if let last = changes.last, last.isSameKey(as: change) { changes.removeLast() }
            changes.append(change)
        }
        return (changes, bound == nil)
    }

    private func changes(
        of run: UInt64,
        after position: IndexPosition?,
        countMax: Int,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> [IndexChange] {
        var prefix: [UInt8] = []
        prefix.append(bigEndian: run)
        let from = position.map { prefix + $0.term.bytes + $0.record.bytes + [0] }
        var changes: [IndexChange] = []
        try snapshot.forEach(prefix: prefix, in: self.tables.pending, from: from) {
            key,
            value throws(StoreError) in
            changes.append(try Self.change(key, value))
            return changes.count < countMax ? .next : .stop
        }
        return changes
    }

    /// Whether a search for a term finds a record: what the newest of `runs` says, else the index.
    func isIndexed(
        _ term: ObjectID,
        _ record: ObjectID,
        runs: [UInt64],
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> Bool {
        let change = IndexChange(term: term, record: record, adds: true)
        for run in runs.reversed() {
            var key: [UInt8] = []
            key.append(bigEndian: run)
            key += term.bytes + record.bytes
            if let value = try snapshot.value(for: key, in: self.tables.pending) {
                return value == [1]
            }
        }
        return try snapshot.contains(change.indexKey, in: self.tables.index)
    }

    /// The numbers of the runs, ascending.
    func runs(
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> [UInt64] {
        var runs: [UInt64] = []
        var from: [UInt8] = []
        while true {
            var found: UInt64?
            try snapshot.forEach(prefix: [], in: self.tables.pending, from: from) {
                key,
                _ throws(StoreError) in
                found = try Self.runNumber(of: [UInt8](key))
                return .stop
            }
            guard let found else { return runs }
            runs.append(found)
            from = []
            from.append(bigEndian: found + 1)
        }
    }

    private func deleteRuns(
        _ runs: [UInt64],
        in transaction: inout WriteTransaction
    ) throws(StoreError) {
        guard try self.runs(in: transaction) != runs else {
            self.environment.releasePages()
            return try transaction.deleteAll(in: self.tables.pending)
        }
        for run in runs {
            var prefix: [UInt8] = []
            prefix.append(bigEndian: run)
            try transaction.deleteAll(prefix: prefix, in: self.tables.pending)
        }
    }

    /// What a term leads to.
    package struct TermTargets: Sendable {
        /// Own records, then fragments of others, each in order of ID.
        package var found: [SearchTarget]
        /// Whether there are more fragments than were asked for.
        package var hasMore: Bool
    }

    /// Everything found under a term: in the index, and what the runs change about it.
    package func targets(of term: SearchTerm) throws(SlotError) -> [SearchTarget] {
        try self.targets(of: term, most: .max)?.found ?? []
    }

    /// As ``targets(of:)``, of at most `most`: others' fragments over it are left out, which ends
    /// the reading.
    ///
    /// - Returns: `nil` when there are more own records than `most`; what the runs take away again
    ///   counts too.
    package func targets(of term: SearchTerm, most: Int) throws(SlotError) -> TermTargets? {
        try self.read { (snapshot) throws(StoreError) in
            let prefix = self.hash(of: term).bytes
            var records: [ObjectID] = []
            var fragments: [SearchTarget] = []
            // Keys of own records come first.
            try snapshot.forEach(prefix: prefix, in: self.tables.index) {
                key,
                _ throws(StoreError) in
                switch SearchTarget(bytes: Array([UInt8](key).dropFirst(16))) {
                case .record(let id): records.append(id)
                case .fragment(let table, let id):
                    // One key for each version.
                    let target = SearchTarget.fragment(table: table, id)
                    if fragments.last != target { fragments.append(target) }
                case nil: throw .corrupted(operation: "index")
                }
                return records.count <= most && fragments.count <= most ? .next : .stop
            }
            let changes = try self.pendingChanges(of: prefix, in: snapshot, most: most)
            guard records.count <= most, changes.count <= most else { return nil }
            if !changes.isEmpty {
                records.removeAll { changes[$0] != nil }
                records += changes.filter(\.value).keys.sorted()
                guard records.count <= most else { return nil }
            }
            let room = most - records.count
            return TermTargets(
                found: records.map { .record($0) } + fragments.prefix(room),
                hasMore: fragments.count > room
            )
        }
    }

    /// What the runs say about a term, by record: whether it is added; the newest run decides.
    private func pendingChanges(
        of term: [UInt8],
        in snapshot: borrowing some Snapshot & ~Copyable,
        most: Int
    ) throws(StoreError) -> [ObjectID: Bool] {
        var changes: [ObjectID: Bool] = [:]
        for run in try self.runs(in: snapshot) {
            var prefix: [UInt8] = []
            prefix.append(bigEndian: run)
            try snapshot.forEach(prefix: prefix + term, in: self.tables.pending) {
                key,
                value throws(StoreError) in
                let change = try Self.change(key, value)
                changes[change.record] = change.adds
                return changes.count <= most ? .next : .stop
            }
        }
        return changes
    }

    private static func change(
        _ key: RawSpan,
        _ value: RawSpan
    ) throws(StoreError) -> IndexChange {
        guard key.byteCount == 40, value.byteCount == 1 else {
            throw .corrupted(operation: "run of the index")
        }
        func id(at offset: Int) -> ObjectID {
            ObjectID(
                high: key.bigEndian(at: offset, as: UInt64.self),
                low: key.bigEndian(at: offset + 8, as: UInt64.self)
            )
        }
        let adds = value.bigEndian(at: 0, as: UInt8.self)
        guard adds <= 1 else { throw .corrupted(operation: "run of the index") }
        return IndexChange(term: id(at: 8), record: id(at: 24), adds: adds == 1)
    }

    private static func runNumber(of key: [UInt8]) throws(StoreError) -> UInt64 {
        guard key.count == 40 else { throw .corrupted(operation: "run of the index") }
        return UInt64(bigEndian: key[..<8])
    }
}
