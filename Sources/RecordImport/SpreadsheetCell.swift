/// A text as a cell that spreadsheet programs show and do not calculate.
package enum SpreadsheetCell {
    /// What a formula begins with, also in the wide forms that some programs read the same.
    private static let starts = Set("=+-@＝＋－＠".unicodeScalars)
    /// What ends a cell where a program divides lines otherwise than by commas.
    private static let separators = Set(",;\t\r\n|".unicodeScalars)

    /// Returns the cell with quotes where CSV needs them.
    ///
    /// An apostrophe goes before whatever could begin a formula: at the start, and after a
    /// separator, where a program that expects another one would start a cell.
    ///
    /// - Complexity: O(length).
    package static func quoted(_ text: String) -> String {
        var cell = String.UnicodeScalarView()
        var isStart = true
        for scalar in text.unicodeScalars {
            if isStart, Self.starts.contains(scalar) { cell.append("'") }
            if Self.separators.contains(scalar) {
                isStart = true
            } else if scalar != " ", scalar != "\"", scalar != "'" {
                isStart = false
            }
            if scalar == "\"" { cell.append(scalar) }
            cell.append(scalar)
        }
        let needsQuotes = text.unicodeScalars.contains { scalar in
            scalar == "\"" || Self.separators.contains(scalar) || scalar == " "
        }
        return needsQuotes ? "\"" + String(cell) + "\"" : String(cell)
    }
}
