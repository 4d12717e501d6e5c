import CaseModel
import Cryptography
import ReplicatedTypes
import Search
package import SyncEngine
package import SyncLog

/// What became readable, and what no longer counts, each decoded once.
package struct ReadableChanges: Sendable {
    /// Every entry that became readable.
    package let opened: [ReadableEntry]
    /// Those that were readable, and do not count.
    package let closed: [ReadableEntry]

    /// Decodes what came of storing entries.
    package init(_ stored: StoredEntries) {
        self.opened = stored.opened.map { ReadableEntry($0) }
        self.closed = stored.closed.map { ReadableEntry($0) }
    }
}

/// The one way into everything that is derived from entries.
extension TableTransaction {
    /// Takes in what became readable, and lets go of what no longer counts.
    package mutating func project(
        _ changes: ReadableChanges,
        at table: ProjectedTable
    ) throws(SlotError) {
        for item in changes.opened { try self.apply(item, at: table) }
        for item in changes.closed { try self.remove(item, at: table) }
    }

    /// Takes in an entry that can be read; one that was taken in before changes nothing.
    package mutating func apply(
        _ item: ReadableEntry,
        at table: ProjectedTable
    ) throws(SlotError) {
        for projection in Projection.allCases {
            for row in projection.rows(of: item, at: table, self.reads) {
                try self.note(row.value, for: row.key, in: self.store.tables[row.table])
            }
        }
        if let document = item.document(at: table, self.reads) { self.find(document) }
        try self.keepCosignatures(in: item, at: table)
    }

    /// Lets go of an entry that was taken in by an earlier transaction.
    package mutating func remove(
        _ item: ReadableEntry,
        at table: ProjectedTable
    ) throws(SlotError) {
        for projection in Projection.allCases {
            for row in projection.rows(of: item, at: table, self.reads) {
                try self.lift { () throws(StoreError) in
                    _ = try self.transaction.pointee.delete(
                        row.key,
                        in: self.store.tables[row.table]
                    )
                }
            }
        }
        if let document = item.document(at: table, self.reads) { self.lose(document.key) }
    }

    /// Keeps the cosignatures of own checkpoints that a receipt brings.
    private mutating func keepCosignatures(
        in item: ReadableEntry,
        at table: ProjectedTable
    ) throws(SlotError) {
        let member = item.entry.log.member
        guard let witness = table.witness(member) else { return }
        for quoted in item.quotes(of: table.me) {
            // Of each witness one line is kept: the same once more would cost two signature checks.
            let held = try self.kept(size: quoted.checkpoint.size, of: quoted.log)?.0
            guard held?.note.signature(naming: witness) == nil,
                item.entry.header.mayHold(cosignaturesOf: quoted.checkpoint)
            else { continue }
            let state = try self.state(of: quoted.log)
            guard quoted.checkpoint.size <= state.size,
                try self.subtreeRoot(of: quoted.log, size: quoted.checkpoint.size)
                    == quoted.checkpoint.root,
                table.isGenuine(quoted, by: member)
            else { continue }
            try self.keep(quoted.checkpoint, of: quoted.log, isBoundary: false)
        }
    }
}

extension EntryHeader {
    /// Whether a receipt with this header is not dated before what it cosigns, as an auditor asks
    /// (`Protocol/bundle.md` §2): a line dated ahead would keep the right one out.
    fileprivate func mayHold(cosignaturesOf checkpoint: Checkpoint) -> Bool {
        let latest = (self.time.milliseconds + HybridTime.aheadMillisecondsMax) / 1_000
        return checkpoint.note.signatures.dropFirst()
            .allSatisfy { $0.cosignedSeconds.map { $0 <= latest } ?? false }
    }
}

extension TableReading where Self: ~Copyable, Failure == SlotError {
    /// An entry as it can be read; `nil` also where its key is lost, which opens nothing any more.
    package func readable(
        at index: UInt64,
        of log: LogID
    ) throws(SlotError) -> ReadableEntry? {
        do throws(SlotError) {
            return try self.plaintext(at: index, of: log).map { ReadableEntry($0) }
        } catch {
            switch error {
            case .damaged, .absent, .destroyed: return nil
            case .notASlotFile, .version, .file, .store: throw error
            }
        }
    }
}

/// What a check finds of the rows of the entries of a log.
package struct ProjectedRows: Sendable {
    /// How many entries that can be read have rows missing.
    package var unprojected: UInt64 = 0
    /// How many rows all of them have.
    package var rowCount: UInt64 = 0

    /// Creates the sum of none.
    package init() {}
}

/// What the index has of the fragments of a table.
package struct FoundFragments: Sendable {
    fileprivate var digests: [DocumentKey: UInt64]

    /// How many there are that no entry was looked at of.
    package var restCount: Int { self.digests.count }

    /// Takes a document out; whether the index has of it what it should, which is true of none.
    fileprivate mutating func takeOut(_ document: SearchDocument?) -> Bool {
        guard let document else { return true }
        return self.digests.removeValue(forKey: document.key) == document.digest
    }
}

extension TableSnapshot {
    /// What the index has of the table's fragments.
    package func foundFragments() throws(SlotError) -> FoundFragments {
        FoundFragments(
            digests: try self.reads.store.digests(
                family: self.reads.number,
                in: self.transaction.pointee
            )
        )
    }

    /// Looks for the rows of every entry of a log that can be read.
    ///
    /// `found`: what the index has of the table's fragments; what the entries say themselves is taken out.
    package func projectedRows(
        of log: LogID,
        at table: ProjectedTable,
        found: inout FoundFragments?,
        progress: CheckProgress
    ) throws(SlotError) -> ProjectedRows {
        var rows = ProjectedRows()
        let size = try self.state(of: log).size
        for index in 0..<size {
            progress(index, size)
            guard let item = try self.readable(at: index, of: log) else { continue }
            let isFound = found?.takeOut(item.document(at: table, self.reads)) ?? true
            if try !self.isProjected(item, at: table, &rows.rowCount) || !isFound {
                rows.unprojected += 1
            }
        }
        return rows
    }

    private func isProjected(
        _ item: ReadableEntry,
        at table: ProjectedTable,
        _ rowCount: inout UInt64
    ) throws(SlotError) -> Bool {
        var isWhole = true
        for projection in Projection.allCases {
            for row in projection.rows(of: item, at: table, self.reads) {
                rowCount += 1
                let value = try SlotError.lifting { () throws(StoreError) in
                    try self.transaction.pointee.value(
                        for: row.key,
                        in: self.reads.store.tables[row.table]
                    )
                }
                isWhole = isWhole && value == row.value
            }
        }
        return isWhole
    }
}

extension NodeStore {
    static let projectionsSetting = "projections"
    /// Entries that are replayed in one transaction.
    private static let replayedAtOnce: UInt64 = 1_024

    /// Whether all projections are of the versions that this program makes.
    package func hasCurrentProjections() throws(SlotError) -> Bool {
        do throws(SlotError) {
            return try self.setting(Self.projectionsSetting) == Self.currentProjections
        } catch {
            // One that does not open says nothing.
            guard case .store(.corrupted) = error else { throw error }
            return false
        }
    }

    /// The versions, a line each.
    private static var currentProjections: [UInt8] {
        Array(
            (Projection.allCases.map { "\($0.rawValue) \($0.version)\n" }
                + ["search \(SearchDocument.version)\n"]).joined().utf8
        )
    }

    /// Says that the projections of a store without entries are current.
    func noteCurrentProjections() throws(SlotError) {
        try self.setSetting(Self.projectionsSetting, Self.currentProjections)
    }

    /// Makes all projections anew: their rows go, and what can be read of every log is replayed.
    ///
    /// Where it is interrupted, the store has them made anew when it opens again.
    ///
    /// - Complexity: O(entries that can be read, and own records).
    package func rebuildProjections(seenBy identity: NodeID) throws(SlotError) {
        try self.removeSetting(Self.projectionsSetting)
        try self.clearProjections()
        try self.indexRecords()
        for stored in try self.storedTables() {
            let table = ProjectedTable(file: stored.file, seenBy: identity)
            try self.replay(table: stored.number, table)
        }
        while var merge = try self.beginMerge() { while try self.advance(&merge) {} }
        try self.noteCurrentProjections()
    }

    /// Takes in every entry of a table that can be read once more.
    package func replay(table number: UInt32, _ table: ProjectedTable) throws(SlotError) {
        for log in try self.logIDs(of: number) {
            try self.replay(log, of: table, number: number)
        }
    }

    private func replay(
        _ log: LogID,
        of table: ProjectedTable,
        number: UInt32
    ) throws(SlotError) {
        var first: UInt64 = 0
        var size = UInt64.max
        while first < size {
            let from = first
            size = try self.write(table: number) { (transaction) throws(SlotError) in
                let size = try transaction.state(of: log).size
                for index in from..<min(size, from + Self.replayedAtOnce) {
                    if let item = try transaction.readable(at: index, of: log) {
                        try transaction.apply(item, at: table)
                    }
                }
                return size
            }
            first += Self.replayedAtOnce
        }
    }

    /// How many rows there are in tables that hold those of entries and nothing else.
    package func projectedRowCount() throws(SlotError) -> UInt64 {
        try self.read { (snapshot) throws(StoreError) in
            var count = 0
            for projection in Projection.allCases {
                count += try snapshot.count(in: self.tables[projection.table])
            }
            return UInt64(count)
        }
    }

    private func clearProjections() throws(SlotError) {
        try self.write { (transaction) throws(SlotError) in
            try SlotError.lifting { () throws(StoreError) in
                for projection in Projection.allCases {
                    try transaction.deleteAll(in: self.tables[projection.table])
                }
            }
        }
        try self.clearSegments()
    }
}
