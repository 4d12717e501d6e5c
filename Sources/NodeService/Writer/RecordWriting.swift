import CaseModel
import Cryptography
import Foundation
import Logging
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
            let freshness = Freshness(at: self.clock, refreshDays: head.refreshDays)
            let changes = try self.store.importRecords(
                records,
                at: freshness.at,
                settings: [(Freshness.setting(head.source, in: self.store), freshness.bytes)]
            )
            try self.note(head.names, of: head.source)
            try await self.mergeSegments()
            return ImportCounts(changes)
        } catch {
            throw Refusal(error)
        }
    }

    /// Merges segments of the index where there are many; others get their turn in between.
    func mergeSegments() async throws(SlotError) {
        // Whoever merges takes what comes meanwhile along.
        guard !self.isMerging else { return }
        self.isMerging = true
        defer { self.isMerging = false }
        while var merge = try self.store.beginMerge() {
            while try self.store.advance(&merge) { await Task.yield() }
            self.destroyDoomed()
        }
    }

    /// Merges segments in turns of their own, after one that made some.
    func mergeSoon() {
        guard !self.isMerging else { return }
        Task { [weak self] in
            // What is found does not depend on it, and the next change tries again.
            do throws(SlotError) { try await self?.mergeSegments() } catch {
                self?.logger.warning("index: segments are not merged (\(error))")
            }
        }
    }

    /// Remembers which fields a source's mapping fills, so that an empty one is told from a mistake.
    private func note(_ fields: [String], of source: String) throws(SlotError) {
        let name = self.reader.fieldsSetting(source)
        let text = Array(fields.sorted().joined(separator: "\n").utf8)
        guard try self.store.setting(name) != text else { return }
        try self.store.setSetting(name, text)
    }
}
