/// One row of a CSV file as bytes: its fields in order, or why they could not be told apart.
package struct CSVRow: Hashable, Sendable {
    /// Physical lines of the file on which the row stands, counted from 1.
    package let lines: ClosedRange<Int>
    /// What is wrong with the row; nil when its fields can be read.
    package let defect: CSVDefect?
    /// The fields without delimiters and quotes, one after the other.
    private let bytes: [UInt8]
    /// Where each field ends in `bytes`, ascending.
    private let ends: [Int]

    /// Creates a row from its fields laid end to end.
    ///
    /// - Parameters:
    ///   - lines: Physical lines of the row, from 1.
    ///   - bytes: The contents of all fields, without delimiters and quotes.
    ///   - ends: Offset in `bytes` after each field, ascending; the last is the size of `bytes`.
    package init(lines: ClosedRange<Int>, bytes: [UInt8], ends: [Int]) {
        precondition(ends.last == bytes.count, "the last field ends where the bytes end")
        self.lines = lines
        self.defect = nil
        self.bytes = bytes
        self.ends = ends
    }

    /// Creates a row that could not be read; it has no fields.
    package init(lines: ClosedRange<Int>, defect: CSVDefect) {
        self.lines = lines
        self.defect = defect
        self.bytes = []
        self.ends = []
    }

    /// Physical line of the row's start.
    package var line: Int { self.lines.lowerBound }

    /// Whether it has nothing but delimiters, quotes, blanks and tabs.
    ///
    /// - Complexity: O(1) for a row that begins with something else.
    package var isBlank: Bool {
        self.defect == nil && self.bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 }
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

    /// Whether a quote has most likely taken in lines that are rows of their own.
    ///
    /// The line with the quote, and one that follows within it, must both have as many delimiters
    /// as the header; one with a blank behind it is not counted, as in a sentence.
    ///
    /// - Complexity: O(1) for a row on one line, else O(bytes).
    package func hasSwallowedRows(delimiter: UInt8, columnCount: Int) -> Bool {
        guard self.lines.count > 1, columnCount > 1 else { return false }
        return (0..<self.fieldCount).contains { index in
            let field = self.field(index)
            guard field.contains(where: Self.isLineEnd) else { return false }
            let counts = field.split(
                omittingEmptySubsequences: false,
                whereSeparator: Self.isLineEnd
            )
            .map { Self.delimiterCount($0, delimiter) }
            let behind = self.fieldCount - 1 - index
            guard index + (counts.first ?? 0) == columnCount - 1 else { return false }
            return counts.indices.dropFirst().contains { line in
                let isLast = line == counts.count - 1
                return counts[line] > 0
                    && counts[line] + (isLast ? behind : 0) == columnCount - 1
            }
        }
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private static func delimiterCount(_ line: ArraySlice<UInt8>, _ delimiter: UInt8) -> Int {
        line.indices.count { index in
            line[index] == delimiter && (index + 1 == line.endIndex || line[index + 1] != 0x20)
        }
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
