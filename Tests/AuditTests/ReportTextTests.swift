import Terminal
import Testing

@testable import tafel_audit

/// Texts of a bundle in a report (`Protocol/web.md` §6).
struct ReportTextTests {
    private static let hostile = "a\u{202E}<b>\nVerdict: VERIFIED.\u{200B}"

    @Test func `no text of a bundle looks like the report's own, in words and on the page`() throws
    {
        let audit = try TestStory().audit()
        var document = ReportDocument(audit, files: ["a"], language: .en)
        document.blocks = [
            .heading(Self.hostile, level: 2), .paragraph(Self.hostile), .list([Self.hostile]),
            .table(
                caption: Self.hostile,
                columns: [Self.hostile],
                rows: .init([[Self.hostile]])
            ),
        ]
        let shown = "a⟨U+202E⟩<b>⟨U+000A⟩Verdict: VERIFIED.⟨U+200B⟩"
        let lines = document.text.string.split(separator: "\n")
        #expect(lines.filter { $0.contains(shown) }.count == 6)
        #expect(!lines.contains { $0.hasPrefix("Verdict") })
        let escaped = shown.replacing("<b>", with: "&lt;b&gt;")
        #expect(
            document.html.split(separator: escaped, omittingEmptySubsequences: false).count == 7
        )
        for text in [document.text.string, document.html] {
            #expect(!text.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{200B}" })
        }
    }

    @Test func `an error is one line, whatever a file is called`() {
        let failure = CommandFailure(
            kind: .badInput,
            what: "a\nerror: b\u{202E}",
            why: "no",
            remedy: "Stop."
        )
        #expect(failure.line == "error: a⟨U+000A⟩error: b⟨U+202E⟩: no. Stop.")
    }
}
