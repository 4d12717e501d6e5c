/// One row of a file, whatever its format: its cells as text, or why there are none.
struct SourceRow {
    /// Physical line of the row's start, from 1.
    let line: Int
    /// The row's contents.
    let contents: Contents

    /// What a row holds.
    enum Contents {
        /// The text of each column.
        case cells([String])
        /// The mapping's filter does not want it.
        case filtered
        /// It cannot be read: the rule, what to recognise it by, and what to do.
        case rejected(ImportRule, value: String, suggestion: String)
    }
}
