import CaseModel
import Cryptography
import Foundation
package import NodeInterface
import RecordImport
import RecordStore
import SyncEngine
import SyncLog
import Vocabulary

extension ShowRecord: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(Refusal) -> Answer { try await node.record(self) }
}

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
        let name = self.fieldsSetting(source)
        let text = Array(fields.sorted().joined(separator: "\n").utf8)
        guard try self.store.setting(name) != text else { return }
        try self.store.setSetting(name, text)
    }

    private func fieldsSetting(_ source: String) -> String {
        "fields/" + self.store.recordID(source: source, key: "").hex
    }

    /// The fields that a source's mapping fills.
    func mappedFields(of source: String) throws(Refusal) -> Set<String> {
        do throws(SlotError) {
            let bytes = try self.store.setting(self.fieldsSetting(source)) ?? []
            return Set(
                String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            )
        } catch {
            throw Refusal(error)
        }
    }

    /// The record with an ID.
    func findRecord(_ prefix: String) throws(Refusal) -> (id: ObjectID, record: StoredRecord) {
        do {
            let ids = try self.store.recordIDs(prefix: prefix, limit: 16)
            let id = try self.unique(
                prefix,
                among: ids.map { (hex: $0.hex, value: $0) },
                .record
            )
            guard let record = try self.store.record(id) else {
                throw Refusal.notFound(.deletedRecord, typed: prefix)
            }
            return (id, record)
        } catch let error as SlotError {
            throw Refusal(error)
        } catch let error as Refusal {
            throw error
        } catch {
            throw .bug("record: \(error)")
        }
    }

    fileprivate func record(_ asked: ShowRecord) throws(Refusal) -> ShowRecord.Answer {
        let (id, record) = try self.findRecord(asked.record)
        func members(_ fields: [ImportedRecord.Field]) -> Members<String> {
            Members(fields.lazy.map { ($0.name, $0.value) })
        }
        return ShowRecord.Answer(
            id: id.hex,
            type: record.record.type.rawValue,
            source: record.record.source,
            source_key: record.record.sourceKey,
            category: record.record.category.name,
            at: UTCTime.text(milliseconds: record.at),
            never_share: record.record.neverShare,
            fields: members(record.record.fields),
            history: record.history.map { version in
                ShowRecord.Version(
                    at: UTCTime.text(milliseconds: version.at),
                    fields: members(version.fields)
                )
            }
        )
    }
}
