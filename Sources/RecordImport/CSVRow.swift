/// One row of a CSV file as bytes: its fields in order, or why they could not be told apart.
package struct CSVRow: Hashable, Sendable {
    /// Physical line of the file on which the row starts, counted from 1.
    package let line: Int
    /// What is wrong with the row; nil when its fields can be read.
    package let defect: CSVDefect?
    /// The fields without delimiters and quotes, one after the other.
    private let bytes: [UInt8]
    /// Where each field ends in `bytes`, ascending.
    private let ends: [Int]

    /// Creates a row from its fields laid end to end.
    ///
    /// - Parameters:
    ///   - line: Physical line of the row's start, from 1.
    ///   - bytes: The contents of all fields, without delimiters and quotes.
    ///   - ends: Offset in `bytes` after each field, ascending; the last is the size of `bytes`.
    package init(line: Int, bytes: [UInt8], ends: [Int]) {
        precondition(ends.last == bytes.count, "the last field ends where the bytes end")
        self.line = line
        self.defect = nil
        self.bytes = bytes
        self.ends = ends
    }

    /// Creates a row that could not be read; it has no fields.
    package init(line: Int, defect: CSVDefect) {
        self.line = line
        self.defect = defect
        self.bytes = []
        self.ends = []
    }

    /// Number of fields: 0 for a defective row, else 1 to `CSVReader.columnsMax`.
    package var fieldCount: Int { self.ends.count }

    /// Returns the contents of the field at `index`, without quotes.
    ///
    /// - Complexity: O(1).
    package func field(_ index: Int) -> ArraySlice<UInt8> {
        let start = index == 0 ? 0 : self.ends[index - 1]
        return self.bytes[start..<self.ends[index]]
    }
}

/// Why the fields of a row could not be told apart.
package enum CSVDefect: Hashable, Sendable {
    /// The row has more than `CSVReader.rowBytesMax` bytes.
    case rowBytesOverMax
    /// The row has more than `CSVReader.columnsMax` fields.
    case columnsOverMax
    /// The file ends inside a quoted field that began in this row.
    case quoteUnterminated
    /// Something other than a delimiter or a line end follows a closing quote.
    case textAfterQuote
}
