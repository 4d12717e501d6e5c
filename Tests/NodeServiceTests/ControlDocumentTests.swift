import JSONText
import NodeInterface
import SyncLog
import Testing

@testable import NodeService

/// Documents of any length over the control socket.
struct ControlDocumentTests {
    @Test func `a document in many parts, and one long text, come as they were made`() async throws
    {
        let nodes = [
            try LiveNode("od-noord", .odToezicht), try LiveNode("politie", .politie),
        ]
        for node in nodes { try await node.start() }
        let table = try await LiveTable(nodes)
        let node = nodes[0]
        let id = try await node.openCase("Groot", in: table.id, to: nil).hex
        // 50 notes of 64 KB: some 3 MiB, of which the canonical view is one text.
        for number in 0..<50 {
            let text = String(repeating: "é\(number % 10)\n", count: 13_000)
            try await node.ask(AddNote(case: id, text: text))
        }
        let client = try #require(await ControlClient.connect(folder: node.path))
        let owner = Caller.owner("operator")
        let shown = try await client.answer(ShowCase(case: id), for: owner)
        #expect(shown.document.count > 2)
        #expect(shown.document.allSatisfy { $0.count <= ControlSocket.partMax })
        let view = try await node.ask(ShowCase(case: id))
        let bytes = shown.document.reduce([], +)
        #expect((bytes == Array(DocumentText.text(of: view).utf8)) as Bool)
        #expect(view.notes.count == 50)
        let canonical = try await client.answer(ShowCanonicalCase(case: id), for: owner)
        #expect(canonical.document.count > 2)
        let whole = try await node.ask(ShowCanonicalCase(case: id))
        let read = try canonical.read(as: ShowCanonicalCase.Answer.self)
        #expect(DocumentText.text(of: read) == DocumentText.text(of: whole))
        await client.close()
        for node in nodes { try await node.stop() }
    }
}
