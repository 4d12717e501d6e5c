import NodeService
import SyncLog
import Testing

/// Limits of `Protocol/limits.md` that no other test meets, exactly and passed by one.
@Suite(.serialized)
struct LimitTests {
    @Test func `a control socket lies in the folder up to 107 bytes of path`() {
        let name = "/control.sock"
        let folder = "/" + String(repeating: "d", count: 107 - name.utf8.count - 1)
        #expect(ControlSocket.path(folder: folder) == folder + name)
        let longer = ControlSocket.path(folder: folder + "d")
        #expect(longer.map { !$0.hasPrefix(folder) && $0.utf8.count <= 107 } ?? true)
    }

    @Test func `a YAML file has at most 100,000 parts`() throws {
        // The list itself is one part.
        func list(_ count: Int) -> [UInt8] {
            Array(String(repeating: "- a\n", count: count).utf8)
        }
        guard case .list(let values) = try YAMLValue.parse(list(99_999)).content else {
            Issue.record("a list is read as one")
            return
        }
        #expect(values.count == 99_999)
        #expect(throws: YAMLFileError.self) { try YAMLValue.parse(list(100_000)) }
    }

    @Test func `a YAML file has at most 1,048,576 bytes`() throws {
        let text = Array("a".utf8) + [UInt8](repeating: UInt8(ascii: "\n"), count: 1_048_575)
        #expect(try YAMLValue.parse(text).content == .text("a"))
        #expect(throws: YAMLFileError.tooLarge(byteCount: 1_048_577)) {
            try YAMLValue.parse(text + [10])
        }
    }

    @Test(arguments: [(1, true), (10_000, true), (0, false), (10_001, false)])
    func `a search shows at most 10,000 hits`(limit: Int, isAllowed: Bool) async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        let call = NodeCall(request: .search(SearchQuery(limit: limit)), user: "operator")
        let node = try await live.node
        do throws(NodeFailure) {
            _ = try await node.perform(call)
            #expect(isAllowed)
        } catch {
            #expect(!isAllowed && error.code == .usage)
        }
    }
}
