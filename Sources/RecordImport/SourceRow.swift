/// One row of a file, whatever its format: its cells as text, or why there are none.
struct SourceRow {
    /// Physical line of the row's start, from 1.
    let line: Int
    /// The row's contents.
    let contents: Contents

    /// What a row holds.
    enum Contents {
        /// The text of each column, and what each cell is; no kinds where all are text.
        case cells([String], kinds: [CellKind])
        /// The mapping's filter does not want it.
        case filtered
        /// It cannot be read: the rule, what to recognise it by, and what to do.
        case rejected(ImportRule, value: String, suggestion: String)
    }
}

/// What a cell of a file is that knows kinds of cells.
package enum CellKind: Hashable, Sendable {
    /// Text, in the style of whoever wrote it.
    case text
    /// A number, as digits with a decimal point.
    case number
    /// A day, as `yyyy-MM-dd`, with or without a time behind it.
    case date
    /// An error of a spreadsheet, by its name; nothing of it is imported.
    case error
}
