import CaseModel
@testable import CaseWeb
import Foundation
import NodeInterface
import NodeService
import RecordImport
import ServiceLifecycle
import SyncLog
import Testing
import Vocabulary

/// A case at a table of this node and two partners that do not run.
struct LiveCase {
    let pages: LivePages
    /// A partner that signed; it runs within ``withPartner(_:)``.
    let partner: Node
    let table: String
    let id: String

    /// Every ground for everybody: the first by the charter's order is not the first the case asks
    /// for.
    private static let grounds = """
        grounds:
          - code: ALL-1
            text: "Artikel 1"
            from: "*"
            to: "*"
            categories: [public, environmental, business, personal]
          - code: ALL-2
            text: "Artikel 2"
            from: "*"
            to: "*"
            categories: [public, environmental, business, personal]

        """

    /// Opens a case; `grounds` are those it prefers.
    init(_ pages: LivePages, grounds: [String]? = nil) async throws {
        self.pages = pages
        let partner = try Self.partner("politie", within: pages)
        let other = try Self.partner("om", within: pages)
        let draft = TableDraft(
            theme: "afval",
            name: "Afval",
            purpose: "Aanpak van illegale afvalstromen",
            from: "2026-01-01",
            until: "2099-12-31",
            cards: [partner.card.note.encodedText, other.card.note.encodedText],
            roles: [],
            grounds: Array(Self.grounds.utf8),
            quorum: 2,
            witnessQuorum: nil
        )
        let table = try await pages.perform(.createTable(draft))
        let node = try Node.open(
            at: partner.path,
            passphrase: LivePages.passphrase,
            logger: LivePages.logger
        )
        let signed = try await node.perform(
            NodeCall(request: .acceptTable(file: Self.text(table)), user: "test")
        )
        try await pages.perform(.acceptTable(file: Self.text(signed)))
        self.partner = node
        let tables = try await pages.ask(ListTables())
        self.table = try #require(tables.tables.first?.table)
        let opened: Documents.Opened = try await pages.ask(
            .openCase(
                CaseDraft(
                    table: self.table,
                    title: "Granulaat",
                    summary: "",
                    to: nil,
                    grounds: grounds,
                    category: "business"
                )
            )
        )
        self.id = opened.case
    }

    private static func text(_ answer: NodeAnswer) -> String {
        String(decoding: answer.file ?? [], as: UTF8.self)
    }

    /// The node of a partner; its folder goes with that of the pages' node.
    private static func partner(
        _ handle: String,
        within pages: LivePages
    ) throws -> (path: String, card: Card) {
        let path = "\(pages.path)/\(handle)"
        let endpoint = try #require(Endpoint("127.0.0.1:\(try LivePages.freePort())"))
        let card = try Node.create(
            at: path,
            identity: .init(
                contents: Card.Contents(
                    version: 1,
                    handle: handle,
                    name: "Partner \(handle)",
                    oin: "00000001234567890000",
                    memberClass: .politie,
                    endpoints: [endpoint]
                ),
                configuration: NodeConfiguration(listen: endpoint.text, http: nil)
            ),
            passphrase: LivePages.passphrase
        )
        return (path, card)
    }

    /// Runs both nodes for each other, so that ``settle()`` can synchronise them.
    func withPartner(_ body: () async throws -> Void) async throws {
        let (started, continuation) = AsyncStream.makeStream(of: Void.self)
        let services = [self.pages.node, self.partner].map { node in
            NodeServer(node: node, logger: LivePages.logger) { _ in continuation.yield() }
        }
        let group = ServiceGroup(
            configuration: .init(services: services, logger: LivePages.logger)
        )
        let task = Task {
            defer { continuation.finish() }
            try await group.run()
        }
        var count = 0
        for await _ in started {
            count += 1
            if count == services.count { break }
        }
        var failure: (any Error)?
        do { try await body() } catch { failure = error }
        await group.triggerGracefulShutdown()
        try await task.value
        if let failure { throw failure }
    }

    /// Synchronises this node and the partner.
    func settle() async throws {
        let done: Documents.Sync = try await self.pages.ask(.syncNow(peer: "politie"))
        let errors = done.peers.filter { !$0.ok }.map { $0.error ?? "" }
        try #require(errors.isEmpty && !done.peers.isEmpty, "\(errors)")
    }

    /// Makes a call at the partner.
    @discardableResult
    func atPartner(_ request: NodeRequest) async throws -> NodeAnswer {
        try await self.partner.perform(NodeCall(request: request, user: "test"))
    }

    /// Lets the partner share a record of its own, which this node sees after ``settle()``.
    ///
    /// `to`: With whom; `nil` for the case's audience.
    func shareAtPartner(
        _ key: String,
        _ fields: [(String, String)],
        to: [String]? = nil
    ) async throws {
        let record = ImportedRecord(
            source: "bron",
            sourceKey: key,
            type: .inspection,
            category: .business,
            fields: fields.map { ImportedRecord.Field(name: $0.0, value: $0.1) },
            neverShare: []
        )
        try await self.atPartner(
            .importRecords(ImportBatch([record], head: ImportBatch.Head(record)))
        )
        var query = SearchQuery(limit: 1)
        query.key = key
        let found = try await self.atPartner(.search(query))
        let hits = try JSONDecoder().decode(Documents.Hits.self, from: Data(found.json.utf8))
        let draft = ShareDraft(
            caseID: self.id,
            record: try #require(hits.hits.first?.id),
            fields: fields.map(\.0),
            to: to,
            grounds: nil,
            category: nil,
            expires: nil,
            isPreview: false
        )
        try await self.atPartner(.share(draft))
        try await self.settle()
    }

    /// Opens one more case at a table; its ID.
    static func another(_ pages: LivePages, table: String) async throws -> String {
        let opened: Documents.Opened = try await pages.ask(
            .openCase(
                CaseDraft(
                    table: table,
                    title: "Nog een",
                    summary: "",
                    to: nil,
                    grounds: nil,
                    category: "business"
                )
            )
        )
        return opened.case
    }

    /// The record with a key; imported by ``LivePages/importRecords(_:)``.
    func record(_ key: String) async throws -> String {
        var query = SearchQuery(limit: 1)
        query.key = key
        let hits: Documents.Hits = try await self.pages.ask(.search(query))
        return try #require(hits.hits.first?.id)
    }

    /// Imports a record and shares all its fields, as the command line does.
    func share(
        _ key: String,
        _ fields: [(String, String)],
        to: [String]? = nil
    ) async throws {
        try await self.pages.importRecords([(key: key, fields: fields)])
        let draft = ShareDraft(
            caseID: self.id,
            record: try await self.record(key),
            fields: fields.map(\.0),
            to: to,
            grounds: nil,
            category: nil,
            expires: nil,
            isPreview: false
        )
        try await self.pages.perform(.share(draft))
    }

    /// The merged view.
    var view: Documents.View {
        get async throws {
            try await self.pages.ask(.showCase(id: self.id, canonical: false, at: nil))
        }
    }

    /// What was shared.
    var disclosures: [ListDisclosures.Item] {
        get async throws {
            try await self.pages.ask(ListDisclosures(case: self.id)).disclosures
        }
    }

    /// Kinds of the entries of the own log, oldest first.
    var kinds: [String] {
        get async throws {
            let log: Documents.LogEntries = try await self.pages.ask(
                .showLog(table: self.table, author: nil)
            )
            return log.entries.compactMap(\.kind)
        }
    }
}

extension LivePages {
    /// Makes a call and reads its document.
    func ask<Document: Decodable>(
        _ request: NodeRequest,
        as type: Document.Type = Document.self
    ) async throws -> Document {
        let answer = try await self.perform(request)
        return try JSONDecoder().decode(Document.self, from: Data(answer.json.utf8))
    }
}
