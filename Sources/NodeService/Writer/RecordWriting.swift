import CaseModel
import Cryptography
import Foundation
import NodeInterface
import RecordImport
import RecordStore
import SyncEngine
import SyncLog
import Vocabulary

/// Own records.
extension Node {
    /// Stores records of one source, durable when this returns.
    func importRecords(
        _ records: [ImportedRecord],
        head: ImportBatch.Head
    ) async throws(Refusal) -> ImportCounts {
        guard records.count <= NodeStore.batchRecordsMax else {
            throw .invalid(.records, .tooMany(max: NodeStore.batchRecordsMax))
        }
        do throws(SlotError) {
            if try self.store.pendingCount() >= NodeStore.pendingMax {
                try await self.settleIndex()
            }
            let changes = try self.store.importRecords(records, at: self.clock)
            try self.note(head.names, of: head.source)
            return ImportCounts(changes)
        } catch {
            throw Refusal(error)
        }
    }

    /// Brings the terms of imported records into the index; others get their turn in between.
    func settleIndex() async throws(SlotError) {
        // Whoever settles takes this import's runs along, or leaves them to the next.
        guard !self.isSettling, var settling = try self.store.beginSettling() else { return }
        self.isSettling = true
        defer { self.isSettling = false }
        while try self.store.settle(&settling) { await Task.yield() }
    }

    /// Remembers which fields a source's mapping fills, so that an empty one is told from a mistake.
    private func note(_ fields: [String], of source: String) throws(SlotError) {
        let name = self.reader.fieldsSetting(source)
        let text = Array(fields.sorted().joined(separator: "\n").utf8)
        guard try self.store.setting(name) != text else { return }
        try self.store.setSetting(name, text)
    }
}
