import CaseModel
import Cryptography
import Foundation
import NodeInterface
@testable import NodeService
import RecordImport
import RecordStore
import SyncLog
import Testing
import Vocabulary

/// A table that live nodes made and signed.
struct LiveTable {
    let file: TableFile

    var id: TableID { self.file.table }

    /// Lets the first node draft a table of all `nodes` and of those whose `cards` are given, in this
    /// order, and every node sign it.
    ///
    /// `period`: First and last day.
    init(
        _ nodes: [LiveNode],
        cards: [Card] = [],
        quorum: Int? = nil,
        grounds: String = Self.grounds,
        period: (from: String, until: String) = ("2026-01-01", "2028-12-31")
    ) async throws {
        let others = nodes.dropFirst().map(\.card) + cards
        let first = try #require(nodes.first)
        let drafted = try await first.ask(
            CreateTable(
                theme: "afval",
                name: "Afval",
                purpose: "Aanpak van illegale afvalstromen",
                from: period.from,
                until: period.until,
                cards: others.map(\.note.encodedText),
                grounds: grounds,
                quorum: quorum ?? nodes.count
            )
        )
        var text = drafted.file
        for node in nodes.dropFirst() { text = try await node.ask(AcceptTable(file: text)).file }
        for node in nodes.dropLast() { try await node.ask(AcceptTable(file: text)) }
        self.file = try TableFile(parsing: Array(text.utf8))
    }

    /// One ground on which everybody gives everything to everybody, and one for nobody here.
    static let grounds = """
        grounds:
          - code: ALL-1
            text: "Artikel 1"
            from: "*"
            to: "*"
            categories: [public, environmental, business, personal]
          - code: FIU-1
            text: "Artikel 2"
            from: [fiu]
            to: [fiu]
            categories: [public]

        """
}

extension LiveNode {
    /// Opens a case for some members; `nil` means all.
    func openCase(_ title: String, in table: TableID, to handles: [String]?) async throws
        -> ObjectID
    {
        let opened = try await self.ask(
            OpenCase(
                table: TextEncoding.hex(table.bytes),
                title: title,
                category: "business",
                to: handles
            )
        )
        return try #require(TextEncoding.bytes(hex: opened.case).flatMap { ObjectID($0) })
    }

    /// Imports one record; its ID.
    func importRecord(
        key: String,
        name: String,
        kvk: String,
        category: Category = .business
    ) async throws -> String {
        let record = ImportedRecord(
            source: "inspecties",
            sourceKey: key,
            type: .inspection,
            category: category,
            fields: [
                .init(name: "date", value: "2026-02-03"), .init(name: "subject.kvk", value: kvk),
                .init(name: "subject.name", value: name),
            ],
            neverShare: []
        )
        try await self.ask(ImportRecords(ImportBatch([record], head: .init(record))))
        return try self.node.store.recordID(source: "inspecties", key: key).hex
    }

    /// Shares a record's fields in a case.
    func share(
        _ record: String,
        in caseID: ObjectID,
        to handles: [String]?
    ) async throws -> ShareRecord.Answer {
        try await self.ask(
            ShareRecord(
                case: caseID.hex,
                record: record,
                fields: ["date", "subject.kvk", "subject.name"],
                to: handles
            )
        )
    }
}

/// Asks again, up to 20 seconds, until something is so.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    for _ in 0..<400 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("not within 20 seconds: \(what)")
}
