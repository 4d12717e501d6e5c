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
        let table = try await pages.ask(
            CreateTable(
                theme: "afval",
                name: "Afval",
                purpose: "Aanpak van illegale afvalstromen",
                from: "2026-01-01",
                until: "2099-12-31",
                cards: [partner.card.note.encodedText, other.card.note.encodedText],
                grounds: Self.grounds,
                quorum: 2
            )
        )
        let node = try Node.open(
            at: partner.path,
            passphrase: LivePages.passphrase,
            logger: LivePages.logger
        )
        let signed = try await node.answer(
            AcceptTable(file: table.file),
            for: .owner("test")
        )
        try await pages.ask(AcceptTable(file: signed.file))
        self.partner = node
        let tables = try await pages.ask(ListTables())
        self.table = try #require(tables.tables.first?.table)
        let opened = try await pages.ask(
            OpenCase(table: self.table, title: "Granulaat", category: "business", grounds: grounds)
        )
        self.id = opened.case
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

    /// Runs `body` with a case and an analyst's browser.
    static func run(
        _ body: (LiveCase, inout TestBrowser) async throws -> Void
    ) async throws {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages)
            var browser = try await pages.browser(of: .analyst)
            try await body(live, &browser)
        }
    }

    /// Runs `body` with a case, an analyst's browser and a partner that runs and is in step.
    static func runWithPartner(
        _ body: (LiveCase, inout TestBrowser) async throws -> Void
    ) async throws {
        try await Self.run { live, browser in
            var window = browser
            try await live.withPartner {
                try await live.settle()
                try await body(live, &window)
            }
        }
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
        let done = try await self.pages.ask(SyncNow(peer: "politie"))
        let errors = done.peers.filter { !$0.ok }.map { $0.error ?? "" }
        try #require(errors.isEmpty && !done.peers.isEmpty, "\(errors)")
    }

    /// Asks the partner's node.
    @discardableResult
    func atPartner<Asked: HandledRequest>(_ request: Asked) async throws -> Asked.Answer {
        try await self.partner.answer(request, for: .owner("test"))
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
            ImportRecords(ImportBatch([record], head: ImportBatch.Head(record)))
        )
        let found = try await self.atPartner(SearchRecords(key: key))
        try await self.atPartner(
            ShareRecord(
                case: self.id,
                record: try #require(found.hits.first?.id),
                fields: fields.map(\.0),
                to: to
            )
        )
        try await self.settle()
    }

    /// Opens one more case at a table; its ID.
    static func another(_ pages: LivePages, table: String) async throws -> String {
        let opened = try await pages.ask(
            OpenCase(table: table, title: "Nog een", category: "business")
        )
        return opened.case
    }

    /// The record with a key; imported by ``LivePages/importRecords(_:)``.
    func record(_ key: String) async throws -> String {
        let found = try await self.pages.ask(SearchRecords(key: key))
        return try #require(found.hits.first?.id)
    }

    /// Imports a record and shares all its fields, as the command line does.
    func share(
        _ key: String,
        _ fields: [(String, String)],
        to: [String]? = nil
    ) async throws {
        try await self.pages.importRecords([(key: key, fields: fields)])
        try await self.pages.ask(
            ShareRecord(
                case: self.id,
                record: try await self.record(key),
                fields: fields.map(\.0),
                to: to
            )
        )
    }

    /// The merged view.
    var view: ShowCase.Answer {
        get async throws { try await self.pages.ask(ShowCase(case: self.id)) }
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
            try await self.pages.ask(ShowLog(table: self.table)).entries.compactMap(\.kind)
        }
    }
}
