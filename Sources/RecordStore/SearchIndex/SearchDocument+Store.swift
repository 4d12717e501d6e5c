import CaseModel
import Cryptography
import Foundation
import RecordImport
package import Search
import SyncEngine
package import SyncLog

extension TextFolding {
    /// Reads texts with the tables of Unicode that the system has.
    package static let unicode = TextFolding { $0.decomposedStringWithCompatibilityMapping }
}

extension DocumentKey {
    /// The key of an own record.
    package init(_ record: ObjectID) {
        let bytes = record.bytes
        self.init(high: UInt64(bigEndian: bytes[..<8]), low: UInt64(bigEndian: bytes[8...]))
    }

    /// The ID that it is of.
    package var objectID: ObjectID { ObjectID(high: self.high, low: self.low) }
}

extension SearchDocument {
    /// Grows when other terms come of the same fields, or segments have another form: the index of an older
    /// one is made anew.
    static let version = 1

    /// What is kept of an own record.
    init(_ record: ImportedRecord, id: ObjectID) {
        self.init(
            key: DocumentKey(id),
            reference: nil,
            type: record.type,
            source: record.source,
            content: SearchContent(folding: .unicode) { body in
                for field in record.fields { body(field.name, field.value) }
            }
        )
    }
}

extension ReadableEntry {
    /// What is kept of a version of a fragment that another member shares; `nil` for any other entry.
    func document(at table: ProjectedTable, _ reads: TableReads) -> SearchDocument? {
        let log = self.entry.log
        guard log.member != table.me, let (id, opened) = self.fragment(in: table.file.table),
            case .fragment(let payload) = opened.contents
        else { return nil }
        let place = reads.reference(log).key(self.entry.header.index)
        return SearchDocument(
            key: DocumentKey(
                high: UInt64(bigEndian: place[..<8]),
                low: UInt64(bigEndian: place[8...])
            ),
            reference: FragmentReference(
                fragment: DocumentKey(id),
                caseID: DocumentKey(opened.header.caseID)
            ),
            type: payload.type,
            source: "",
            content: SearchContent(folding: .unicode) { body in
                for field in payload.fields { body(field.name, field.value) }
            }
        )
    }
}

extension NodeStore {
    /// Own records that are indexed in one transaction.
    private static let indexedAtOnce = 10_000

    /// Makes the segments of all own records; there are none.
    func indexRecords() throws(SlotError) {
        var from: [UInt8]? = []
        while let start = from {
            from = try self.write { (transaction) throws(SlotError) in
                var ids: [ObjectID] = []
                try SlotError.lifting { () throws(StoreError) in
                    try transaction.forEach(prefix: [], in: self.tables.records, from: start) {
                        key,
                        _ throws(StoreError) in
                        guard let id = ObjectID([UInt8](key)) else {
                            throw .corrupted(operation: "record")
                        }
                        ids.append(id)
                        return ids.count < Self.indexedAtOnce ? .next : .stop
                    }
                }
                var documents: [SearchDocument] = []
                for id in ids {
                    // One that does not open is told by a check, and found by nobody.
                    if let record = try? self.storedRecord(id, in: transaction)?.record {
                        documents.append(SearchDocument(record, id: id))
                    }
                }
                try self.addSegment(documents, family: Self.recordFamily, in: &transaction)
                return ids.count < Self.indexedAtOnce ? nil : ids.last.map { $0.bytes + [0] }
            }
            self.environment.releasePages()
        }
    }

    /// What the index has of each document of a family, as ``SearchDocument/digest``.
    ///
    /// - Complexity: O(what the index has of the family).
    func digests(
        family: UInt32,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(SlotError) -> [DocumentKey: UInt64] {
        let view = try self.segments(in: snapshot, family: family)
        let reader = self.blockReader(of: view, in: snapshot)
        return try SlotError.lifting { () throws(SegmentError) in
            var digests: [DocumentKey: UInt64] = [:]
            for part in view.parts {
                try part.segment.forEachDigest(without: part.removed, reader) { key, digest in
                    // One that stands twice is as well as its last.
                    digests[key] = digest
                }
            }
            return digests
        }
    }
}
