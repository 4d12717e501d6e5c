import CaseModel
import NodeInterface
import RecordImport
import RecordStore
import SyncLog
import Testing
import Vocabulary

@testable import NodeService

/// What tests of subjects store and share.
protocol SubjectSuite {}

extension SubjectSuite {
    /// The KvK number of most of them.
    static var company: String { "40000016" }

    func record(
        _ key: String,
        _ fields: [String: String],
        type: RecordType = .inspection
    ) -> ImportedRecord {
        ImportedRecord(
            source: "bron",
            sourceKey: key,
            type: type,
            category: .business,
            fields: fields.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) },
            neverShare: []
        )
    }

    func store(_ records: [ImportedRecord], at node: LiveNode) async throws {
        for start in stride(from: 0, to: records.count, by: 1_000) {
            _ = try await node.node.store.importRecords(
                Array(records[start...].prefix(1_000)),
                at: 1
            )
        }
    }

    /// Shares all fields of a record with everybody; the fragment's ID.
    @discardableResult
    func share(
        _ key: String,
        of node: LiveNode,
        in caseID: ObjectID
    ) async throws -> String {
        let id = try await node.node.store.recordID(source: "bron", key: key)
        let record = try #require(try await node.node.store.record(id))
        return try await node.ask(
            ShareRecord(
                case: caseID.hex,
                record: id.hex,
                fields: record.record.fields.map(\.name),
                to: nil
            )
        ).fragment
    }

    /// Records of companies that share nothing with anybody: what is rare is learned from them.
    func strangers(_ count: Int = 120) -> [ImportedRecord] {
        (0..<count).map { number in
            self.record(
                "V\(number)",
                [
                    "subject.name": "Woord\(number) Naam\(number * 7)",
                    "location.address": "Weg\(number) \(number)",
                    "location.postcode": "\(1_000 + number)ZZ",
                ]
            )
        }
    }
}
