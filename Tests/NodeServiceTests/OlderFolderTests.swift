import Cryptography
import Foundation
import NodeInterface
import SyncLog
import Testing

@testable import NodeService
@testable import RecordStore
@testable import SyncEngine

/// Folders that older programs wrote are opened, and go on (`Protocol/records.md` §4).
///
/// What is expected was printed by the program that wrote the folder.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct OlderFolderTests {
    @Test(arguments: StoreFixture.all)
    func `a folder of an older program says what that said`(fixture: StoreFixture) async throws {
        let folder = try UnpackedFixture(fixture)
        let expected = try fixture.expected()
        let node = try folder.open("od-noord").node
        var found: Set<String> = []
        for (command, answer) in expected.answers {
            let place = command.prefix(2).joined(separator: " ")
            let document = Data(try await node.document(of: command).utf8)
            let newer = try JSONSerialization.jsonObject(with: document)
            found.formUnion(differences(answer, newer, at: place))
        }
        #expect(found == fixture.differences)
        let request = ShowCanonicalCase(case: expected.caseID)
        let canonical = try await node.ask(request).canonical
        #expect((canonical == expected.canonical) == (fixture.formlessCount == 0))
    }

    @Test(arguments: StoreFixture.all)
    func `the node's log tells that a store is brought up to date, once`(
        fixture: StoreFixture
    ) throws {
        let folder = try UnpackedFixture(fixture)
        var expected = [
            "store: of layout \(fixture.version), is brought up to layout 6",
            "store: brought from layout \(fixture.version) to layout 6",
        ]
        if fixture.formlessCount > 0 {
            expected.append(
                "store: \(fixture.formlessCount) entries have a form that counts for nothing in this "
                    + "version. They stay in their logs"
            )
        }
        expected += [
            "store: what views and searches look up is made anew",
            "store: made anew what views and searches look up",
        ]
        #expect(try folder.open("od-noord").logged == expected)
        #expect(try folder.open("od-noord").logged.isEmpty)
    }

    @Test func `what a command brought up to date is told by the next node that runs, once`()
        async throws
    {
        let fixture = try #require(StoreFixture.all.first { $0.formlessCount > 0 })
        let folder = try UnpackedFixture(fixture)
        // As a command opens it, whose log nobody reads.
        _ = try folder.open("od-noord")
        for isFirst in [true, false] {
            let (node, lines) = try folder.openLogging("od-noord")
            await node.start()
            await node.stop()
            let told = lines().filter { $0.contains("counts for nothing") }
            #expect(told.count == (isFirst ? 1 : 0), "\(lines())")
        }
    }

    @Test(arguments: StoreFixture.all)
    func `a check finds nothing in a folder that was brought up to date`(
        fixture: StoreFixture
    ) throws {
        let folder = try UnpackedFixture(fixture)
        for handle in ["od-noord", "politie"] {
            // Nothing is written by a check, so it says what to do first.
            let refusal = #expect(throws: NodeFailure.self) { try folder.check(handle) }
            #expect(refusal?.message.contains("(layout \(fixture.version))") == true)
            _ = try folder.open(handle)
            let report = try folder.check(handle)
            #expect(report.verdict == "sound" && report.findings.isEmpty, "\(report)")
            #expect(report.sealed)
        }
    }

    @Test(arguments: StoreFixture.all)
    func `a folder that was interrupted between two steps goes on to the same`(
        fixture: StoreFixture
    ) async throws {
        let folder = try UnpackedFixture(fixture)
        let whole = try UnpackedFixture(fixture)
        let stopped = StoreMigrationStep.all.map { step in
            guard step.to == NodeStore.schemaVersion else { return step }
            return StoreMigrationStep(from: step.from, to: step.to) { _, _ throws(SlotError) in
                throw .store(.diskFull)
            }
        }
        do {
            let opened = try DataFolder.open(at: folder.folder(of: "od-noord"))
            let keys = try Node.keys(in: opened, passphrase: folder.passphrase(of: "od-noord"))
            #expect(throws: NodeStoreError.slot(.store(.diskFull))) {
                try NodeStore.open(
                    in: opened,
                    storageKey: keys.storage,
                    steps: stopped,
                    telling: { _ in }
                )
            }
        }
        let (node, logged) = try folder.open("od-noord")
        #expect(logged.first == "store: of layout 5, is brought up to layout 6")
        let other = try whole.open("od-noord").node
        #expect(try node.store.loadTables().map(\.logs) == other.store.loadTables().map(\.logs))
        let request = ShowCanonicalCase(case: try fixture.expected().caseID)
        #expect(try await node.ask(request).canonical == other.ask(request).canonical)
    }

    @Test(arguments: StoreFixture.all)
    func `two nodes that were brought up to date work on together`(
        fixture: StoreFixture
    ) async throws {
        let folder = try UnpackedFixture(fixture)
        let expected = try fixture.expected()
        let nodes = (try folder.open("od-noord").node, try folder.open("politie").node)
        // Where nothing beside the folder says how far the own log was written, the partner does.
        #expect(try await Self.synchronise(nodes, in: folder, round: 1) == .done)
        try await nodes.0.ask(AddNote(case: expected.caseID, text: "na het bijwerken"))
        try await nodes.1.ask(SetCase(case: expected.caseID, field: "title", value: "Nieuw"))
        #expect(try await Self.synchronise(nodes, in: folder, round: 2) == .done)
        for node in [nodes.0, nodes.1] { await node.writeDueReceipts() }
        #expect(try await Self.synchronise(nodes, in: folder, round: 3) == .done)

        let request = ShowCanonicalCase(case: expected.caseID)
        let views = (
            try await nodes.0.ask(request).canonical, try await nodes.1.ask(request).canonical
        )
        #expect(views.0 == views.1)
        #expect(views.0.contains("na het bijwerken") && views.0.contains("\"Nieuw\""))
        // What was given before counts as received again, whatever form the receipt for it had.
        for (command, _) in expected.answers where command[0] == "fragment" {
            let status = try await nodes.0.ask(ShowFragmentStatus(fragment: command[2]))
            #expect(status.confirmations.values.allSatisfy { $0 == true }, "\(status)")
        }
        for node in [nodes.0, nodes.1] {
            #expect(try await node.ask(ShowStatus()).alarms.isEmpty)
        }
    }

    /// A round between two nodes that are open here, over files.
    private static func synchronise(
        _ nodes: (Node, Node),
        in folder: UnpackedFixture,
        round: Int
    ) async throws -> Outcome {
        let files = (1...2).map { URL(filePath: "\(folder.path)/\(round)-\($0)") }
        let cards = (nodes.0.card.identity, nodes.1.card.identity)
        let links = (
            FileLink(peer: cards.1.bytes, incoming: files[0], outgoing: files[1]),
            FileLink(peer: cards.0.bytes, incoming: files[1], outgoing: files[0])
        )
        async let first = nodes.0.serve(links.0, isInitiator: false)
        async let second = nodes.1.serve(links.1, isInitiator: true)
        for _ in 0..<1_000 where await nodes.0.engine.session(with: cards.1) == nil {
            try await Task.sleep(for: .milliseconds(10))
        }
        let outcome = try await nodes.0.ask(SyncNow(peer: "politie")).outcome
        _ = await [first, second]
        return outcome
    }
}

extension Node {
    /// Makes a request as the command line does.
    @discardableResult
    fileprivate func ask<Asked: HandledRequest>(_ request: Asked) async throws -> Asked.Answer {
        try await self.answer(request, for: .owner("tester"))
    }
}
