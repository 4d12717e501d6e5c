import NodeInterface
import Testing

/// Tables that go to spreadsheets.
@Suite struct SpreadsheetTableTests {
    private func line(_ cell: String, _ separator: SpreadsheetTable.Separator) -> String {
        let table = SpreadsheetTable(columns: ["a"], rows: [[cell]])
        // A line ends in one character of two bytes.
        return String(table.text(separator).dropFirst("a\r\n".count).dropLast())
    }

    @Test(arguments: [
        ("", ""), ("x", "x"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\nb", "\"a\nb\""),
        ("=1", "'=1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"),
        (" =1", " '=1"), ("1-2", "1-2"), ("Jan-Piet", "Jan-Piet"),
        // For who parts cells by the other separator, or lines.
        ("x;=1", "x;'=1"), ("x,=1", "\"x,'=1\""), ("x, =1", "\"x, '=1\""), ("x\n=1", "\"x\n'=1\""),
        ("\"=1\"", "\"\"\"'=1\"\"\""),
        // The wide forms, and behind what is not seen.
        ("\u{FF1D}1", "'\u{FF1D}1"), ("\u{FF0B}1", "'\u{FF0B}1"), ("\u{FF0D}1", "'\u{FF0D}1"),
        ("\u{FF20}x", "'\u{FF20}x"), ("x;\u{FF1D}1", "x;'\u{FF1D}1"), ("\u{200B}=1", "\u{200B}'=1"),
        ("\u{00A0}\u{FF1D}1", "\u{00A0}'\u{FF1D}1"), ("a\u{FF1D}1", "a\u{FF1D}1"),
    ])
    func `a cell is quoted where it must be, and is no formula for any reader`(
        cell: String,
        text: String
    ) {
        #expect(self.line(cell, .comma) == text)
    }

    @Test func `a Dutch table quotes semicolons, and no commas`() {
        #expect(self.line("a;b", .semicolon) == "\"a;b\"")
        #expect(self.line("a,b", .semicolon) == "a,b")
        #expect(self.line("x,=1", .semicolon) == "x,'=1")
    }
}
