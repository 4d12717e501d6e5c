/// A table for a spreadsheet: a line of names, then one for each row (RFC 4180, but for the separator).
package struct SpreadsheetTable: Sendable {
    /// What stands between cells.
    package enum Separator: String, Sendable {
        /// As the RFC has it.
        case comma = ","
        /// Where a comma is a decimal sign, as in Dutch.
        case semicolon = ";"
    }

    /// What columns are called.
    package let columns: [String]
    /// The cells, as many in each row as there are columns.
    package let rows: [[String]]

    /// Creates a table.
    package init(columns: [String], rows: [[String]]) {
        self.columns = columns
        self.rows = rows
    }

    /// Its text; what a spreadsheet would take for a formula has an apostrophe before it, whichever separator it goes by.
    ///
    /// - Complexity: O(bytes).
    package func text(_ separator: Separator = .comma) -> String {
        ([self.columns] + self.rows).map { row in
            row.map { Self.cell($0, separator) }.joined(separator: separator.rawValue) + "\r\n"
        }.joined()
    }

    /// What begins a formula; programs take the wide forms for the others.
    private static let formulas = "=+-@\t\r＝＋－＠".unicodeScalars

    private static func cell(_ text: String, _ separator: Separator) -> String {
        var safe = String.UnicodeScalarView()
        // Where a cell begins: also behind what parts cells or lines for a program that takes another separator.
        var begins = true
        for scalar in text.unicodeScalars {
            if begins, Self.formulas.contains(scalar) { safe.append("'") }
            let isUnseen =
                scalar.properties.isWhitespace || scalar.properties.generalCategory == .format
            begins = ",;\t\r\n\"".unicodeScalars.contains(scalar) || begins && isUnseen
            safe.append(scalar)
        }
        let cell = String(safe)
        let special: [UInt8] = [0x22, 0x0A, 0x0D] + Array(separator.rawValue.utf8)
        guard cell.utf8.contains(where: special.contains) else { return cell }
        return "\""
            + cell.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}
