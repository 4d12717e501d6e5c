import Cryptography
import Foundation
package import NodeInterface
package import RecordImport
import RecordStore
import Vocabulary

/// Records of one source as they cross the control socket: what they share once, then row by row.
package struct ImportBatch: Codable, Sendable {
    /// What all records of an import have in common.
    package struct Head: Codable, Hashable, Sendable {
        let source: String
        let type: String
        let category: String
        /// Names of the fields that the mapping fills, ascending.
        let names: [String]
        let neverShare: [String]
        /// How many days after its import the source is old; `nil` where the mapping does not say.
        let refreshDays: Int?

        /// Takes what a mapping says.
        package init(_ mapping: Mapping) {
            self.source = mapping.source
            self.type = mapping.type.rawValue
            self.category = mapping.category.name
            self.names = mapping.fields.map(\.name.text)
            self.neverShare = mapping.neverShare.map(\.text)
            self.refreshDays = mapping.refreshDays
        }

        /// Takes what a record says, for one that came without a mapping.
        package init(_ record: ImportedRecord) {
            self.source = record.source
            self.type = record.type.rawValue
            self.category = record.category.name
            self.names = record.fields.map(\.name)
            self.neverShare = record.neverShare
            self.refreshDays = nil
        }
    }

    /// What the records have in common.
    let head: Head
    /// The rows: key, number of fields, then the place of each name in `head.names` and the value.
    ///
    /// Counts and places have 4 bytes, as have the lengths before key and values.
    ///
    /// As Base64, which costs a tenth of what a list of texts would.
    private let rows: String

    /// Encodes records of one mapping.
    package init(_ records: [ImportedRecord], head: Head) {
        var places: [String: Int] = [:]
        for (place, name) in head.names.enumerated() { places[name] = place }
        var bytes: [UInt8] = []
        func append(_ text: String) {
            bytes.append(bigEndian: UInt32(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
        for record in records {
            append(record.sourceKey)
            bytes.append(bigEndian: UInt32(record.fields.count))
            for field in record.fields {
                guard let place = places[field.name] else {
                    preconditionFailure("a mapping names every field of its records")
                }
                bytes.append(bigEndian: UInt32(place))
                append(field.value)
            }
        }
        self.head = head
        self.rows = Data(bytes).base64EncodedString()
    }

    /// Decodes the records; nil when they were not encoded by this version of the program.
    func records() -> [ImportedRecord]? {
        guard let type = RecordType(rawValue: self.head.type),
            let category = Category(name: self.head.category),
            let rows = Data(base64Encoded: self.rows)
        else { return nil }
        var reader = Reader(bytes: Array(rows))
        var records: [ImportedRecord] = []
        while !reader.isAtEnd {
            guard records.count < NodeStore.batchRecordsMax, let key = reader.text(), !key.isEmpty,
                let count = reader.count(), count <= self.head.names.count
            else { return nil }
            var fields: [ImportedRecord.Field] = []
            fields.reserveCapacity(count)
            var next = 0
            for _ in 0..<count {
                guard let place = reader.count(), place >= next, place < self.head.names.count,
                    let value = reader.text(), !value.isEmpty
                else { return nil }
                fields.append(.init(name: self.head.names[place], value: value))
                next = place + 1
            }
            records.append(
                ImportedRecord(
                    source: self.head.source,
                    sourceKey: key,
                    type: type,
                    category: category,
                    fields: fields,
                    neverShare: self.head.neverShare
                )
            )
        }
        return records
    }

    /// Reads counts and texts.
    private struct Reader {
        let bytes: [UInt8]
        private var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { self.position == self.bytes.count }

        mutating func count() -> Int? {
            guard self.bytes.count - self.position >= 4 else { return nil }
            defer { self.position += 4 }
            return Int(UInt32(bigEndian: self.bytes[self.position..<self.position + 4]))
        }

        mutating func text() -> String? {
            guard let count = self.count(), self.bytes.count - self.position >= count else {
                return nil
            }
            defer { self.position += count }
            return String(
                validating: self.bytes[self.position..<self.position + count],
                as: UTF8.self
            )
        }
    }
}

/// Stores a batch of own records, durable when it is answered.
package struct ImportRecords: HandledRequest {
    /// Its name to other processes.
    package static let name = "import-records"
    /// What it needs.
    package static let rights: Set<Right> = [.administer]

    /// The records.
    let batch: ImportBatch

    /// Hands over a batch.
    package init(_ batch: ImportBatch) { self.batch = batch }

    /// What it would change.
    package var change: Change? { Change("import records") }

    /// What became of them.
    package typealias Answer = ImportCounts

    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        guard let records = self.batch.records() else {
            throw .invalid(.records, .malformed)
        }
        return try await node.importRecords(records, head: self.batch.head)
    }
}

extension SettleIndex: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        do throws(SlotError) { try await node.mergeSegments() } catch { throw Refusal(error) }
        return Answer(settled: true)
    }
}

/// What became of the records of a batch.
package struct ImportCounts: Document, Hashable {
    /// Records that are new.
    package var imported = 0
    /// Records that changed.
    package var updated = 0
    /// Records that stayed the same.
    package var unchanged = 0

    /// Counts nothing yet.
    package init() {}

    /// Counts changes.
    init(_ changes: [RecordChange]) {
        for change in changes {
            switch change {
            case .imported: self.imported += 1
            case .updated: self.updated += 1
            case .unchanged: self.unchanged += 1
            }
        }
    }

    /// All of them.
    package var total: Int { self.imported + self.updated + self.unchanged }
}
