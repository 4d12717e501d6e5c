import Cryptography
import Foundation
import NodeInterface
import SyncLog
import Testing

@testable import NodeService
@testable import SyncEngine

/// Sessions over something else than TLS.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct LinkTests {
    @Test func `two nodes that meet through files alone become level`() async throws {
        let noord = try LiveNode("od-noord", .odToezicht)
        let ilt = try LiveNode("ilt", .rijksinspectieToezicht)
        let table = try await LiveTable([noord, ilt])
        let ours = try await noord.openCase("Van noord", in: table.id, to: nil)
        let theirs = try await ilt.openCase("Van de inspectie", in: table.id, to: nil)
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = (folder.appending(path: "1"), folder.appending(path: "2"))
        let links = (
            FileLink(peer: ilt.card.identity.bytes, incoming: files.0, outgoing: files.1),
            FileLink(peer: noord.card.identity.bytes, incoming: files.1, outgoing: files.0)
        )
        let nodes = (try await noord.node, try await ilt.node)
        async let first = nodes.0.serve(links.0, isInitiator: false)
        async let second = nodes.1.serve(links.1, isInitiator: true)
        for _ in 0..<1_000 where await nodes.0.engine.session(with: ilt.card.identity) == nil {
            try await Task.sleep(for: .milliseconds(10))
        }
        // Nobody dials, for nobody listens. The session ends with the command, as no node runs.
        let told = try await noord.ask(SyncNow(peer: "ilt"))
        #expect(told.outcome == .done, "\(told)")
        for caseID in [ours, theirs] {
            #expect(try await noord.canonical(caseID) == ilt.canonical(caseID))
        }
        let reasons = await [first, second]
        #expect(reasons == [nil, nil])
        #expect(try await noord.alarms().isEmpty)
        #expect(try await ilt.alarms().isEmpty)
    }
}
