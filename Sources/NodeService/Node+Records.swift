import CaseModel
import Cryptography
import Foundation
import JSONText
import RecordImport
import RecordStore
import SyncEngine
import SyncLog
import Terminal
import Vocabulary

/// Commands about own records.
extension Node {
    /// Stores records of one source, durable when this returns.
    func importRecords(
        _ records: [ImportedRecord],
        head: ImportBatch.Head
    ) async throws(NodeFailure) -> ImportCounts {
        guard records.count <= NodeStore.batchRecordsMax else {
            throw .usage("import: more than \(NodeStore.batchRecordsMax) records in one batch")
        }
        do throws(SlotError) {
            if try self.store.pendingCount() >= NodeStore.pendingMax {
                try await self.settleIndex()
            }
            let changes = try self.store.importRecords(records, at: self.clock)
            try self.note(head.names, of: head.source)
            return ImportCounts(changes)
        } catch {
            throw NodeFailure(error)
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
    func mappedFields(of source: String) throws(NodeFailure) -> Set<String> {
        do throws(SlotError) {
            let bytes = try self.store.setting(self.fieldsSetting(source)) ?? []
            return Set(
                String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            )
        } catch {
            throw NodeFailure(error)
        }
    }

    /// The record with an ID.
    func findRecord(_ prefix: String) throws(NodeFailure) -> (id: ObjectID, record: StoredRecord) {
        do {
            let ids = try self.store.recordIDs(prefix: prefix, limit: 16)
            let id = try self.unique(
                prefix,
                among: ids.map { (hex: $0.hex, value: $0) },
                what: "record",
                advice: "Find it with 'tafel record search'"
            )
            guard let record = try self.store.record(id) else {
                throw NodeFailure.usage("record '\(prefix)': was deleted. Search again")
            }
            return (id, record)
        } catch let error as SlotError {
            throw NodeFailure(error)
        } catch let error as NodeFailure {
            throw error
        } catch {
            throw NodeFailure(.bug, "record: \(error). Report this")
        }
    }

    func showRecord(_ id: String) throws(NodeFailure) -> NodeAnswer {
        let (id, record) = try self.findRecord(id)
        func object(_ fields: [ImportedRecord.Field]) -> JSONValue {
            .object(fields.map { JSONValue.Member($0.name, .string($0.value)) })
        }
        var lines: [ShownText] = [
            "\(record.record.type.rawValue) \(record.record.sourceKey)  (\(record.record.source), "
                + "\(record.record.category.name))", "id  \(id.hex)",
        ]
        for field in record.record.fields { lines.append("  \(field.name): \(field.value)") }
        for version in record.history {
            lines.append("until \(UTCTime.text(milliseconds: version.at))")
            for field in version.fields { lines.append("  \(field.name): \(field.value)") }
        }
        return NodeAnswer(
            exitCode: 0,
            json: [
                "id": .string(id.hex), "type": .string(record.record.type.rawValue),
                "source": .string(record.record.source),
                "source_key": .string(record.record.sourceKey),
                "category": .string(record.record.category.name),
                "at": .string(UTCTime.text(milliseconds: record.at)),
                "never_share": .array(record.record.neverShare.map { .string($0) }),
                "fields": object(record.record.fields),
                "history": .array(
                    record.history.map {
                        [
                            "at": .string(UTCTime.text(milliseconds: $0.at)),
                            "fields": object($0.fields),
                        ]
                    }
                ),
            ],
            text: lines.joined(separator: "\n"),
            file: nil
        )
    }
}
