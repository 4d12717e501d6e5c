/// A table for a spreadsheet (RFC 4180): a line of names, then one for each row.
package enum SpreadsheetTable {
    /// The table; a value that a spreadsheet would take for a formula has an apostrophe before it.
    ///
    /// - Complexity: O(bytes).
    package static func text(columns: [String], rows: [[String]]) -> String {
        ([columns] + rows).map { $0.map(self.cell).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func cell(_ text: String) -> String {
        let isFormula = text.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) }
        let safe = isFormula == true ? "'" + text : text
        let needsQuotes = safe.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
        guard needsQuotes else { return safe }
        return "\""
            + safe.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}
