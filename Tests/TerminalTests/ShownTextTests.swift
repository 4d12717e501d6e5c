import Foundation
import Terminal
import Testing

/// Lines in which nothing of somebody's passes for the program's.
@Suite struct ShownTextTests {
    private static let somebody = "x\nowner    politie\u{202E}"
    private static let shown =
        "x\n  | owner ⟨U+0020⟩⟨U+0020⟩⟨U+0020⟩politie⟨U+202E⟩"

    @Test func `what is interpolated is marked, and what is literal is not`() {
        let text: ShownText = "note\t\(Self.somebody)\n\(Self.somebody.suffix(3)) \(7)"
        #expect(text.string == "note\t\(Self.shown)\nie⟨U+202E⟩ 7")
    }

    @Test func `what is put together stays as it was shown`() {
        let part: ShownText = "[\(Self.somebody)]"
        #expect(part.string == "[\(Self.shown)]")
        let nested: ShownText = "a \(part)"
        #expect(nested.string == "a [\(Self.shown)]")
        #expect((part + "\n" + part).string == "[\(Self.shown)]\n[\(Self.shown)]")
        #expect([part, "b"].joined(separator: "\n").string == "[\(Self.shown)]\nb")
        #expect(ShownText(own: Self.somebody).string == Self.somebody)
    }

    @Test func `it goes to another process as it is`() throws {
        let part: ShownText = "[\(Self.somebody)]"
        let data = try JSONEncoder().encode([part])
        #expect(try JSONDecoder().decode([String].self, from: data) == ["[\(Self.shown)]"])
        #expect(try JSONDecoder().decode([ShownText].self, from: data) == [part])
    }
}
