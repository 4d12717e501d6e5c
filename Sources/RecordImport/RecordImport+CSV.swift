extension RecordImport {
    /// Reads the names of the columns.
    func header(from row: CSVRow) throws(ImportError) -> [String] {
        if let defect = row.defect { throw .headerDefective(defect) }
        guard let cells = self.cells(of: row) else { throw .headerNotText(self.mapping.encoding) }
        return cells
    }

    /// Reads the cells of a row, and says which lines its quotes have taken in.
    mutating func sourceRow(_ row: CSVRow, mapper: RowMapper) -> SourceRow {
        func rejected(_ rule: ImportRule, _ value: String, _ suggestion: String) -> SourceRow {
            SourceRow(
                line: row.line,
                contents: .rejected(rule, value: value, suggestion: suggestion)
            )
        }
        if let defect = row.defect {
            let advice = "\(defect.description)\(Self.linesWithin(row)): check the quotes"
            return rejected(defect.rule, "", advice)
        }
        func beginning() -> String { mapper.hidesRows ? "" : Self.beginning(of: row) }
        guard row.fieldCount == mapper.columnCount else {
            let counts = "\(row.fieldCount) columns, the header has \(mapper.columnCount)"
            return rejected(.rowColumns, beginning(), counts + Self.linesWithin(row))
        }
        // Also where the row is not wanted: the rows within it may be.
        if let delimiter = self.csv?.delimiter,
            row.hasSwallowedRows(delimiter: delimiter, columnCount: mapper.columnCount)
        {
            let advice = "a quote has most likely taken in rows\(Self.linesWithin(row))"
            self.note(.rowSwallowed, .warning, line: row.line, advice)
        }
        // Before the other columns are read: what is wrong with unwanted rows matters to no one.
        if let index = mapper.filterColumn,
            let text = self.encoding.text(of: row.field(index)), !mapper.isWanted(text)
        {
            return SourceRow(line: row.line, contents: .filtered)
        }
        guard let cells = self.cells(of: row) else {
            let advice = "not \(self.encodingName): check the mapping's encoding"
            return rejected(.encodingInvalid, beginning(), advice)
        }
        return SourceRow(line: row.line, contents: .cells(cells, kinds: []))
    }

    /// Returns the text of every column, or nil when one of them is not text.
    private func cells(of row: CSVRow) -> [String]? {
        var cells: [String] = []
        cells.reserveCapacity(row.fieldCount)
        for index in 0..<row.fieldCount {
            guard let text = self.encoding.text(of: row.field(index)) else { return nil }
            cells.append(text)
        }
        return cells
    }

    /// Returns the first column, to recognise a row by; bytes that are not text are replaced.
    private static func beginning(of row: CSVRow) -> String {
        String(decoding: row.field(0).prefix(ImportFinding.valueBytesMax), as: UTF8.self)
    }

    /// The lines behind the first that a row stands on, to be added to a sentence.
    private static func linesWithin(_ row: CSVRow) -> String {
        let count = row.lines.count - 1
        guard count > 0 else { return "" }
        let first = row.line + 1
        return count == 1
            ? "; line \(first) is within its quotes (1 line)"
            : "; lines \(first) to \(row.lines.upperBound) are within its quotes (\(count) lines)"
    }
}
