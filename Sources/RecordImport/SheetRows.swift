import Spreadsheet

/// Reads the rows of a sheet as rows of the mapping's columns.
struct SheetRows: Sendable {
    private let dialect: Mapping.SheetDialect
    private let columns: Set<String>
    private let normalise: @Sendable (String) -> String
    private var reader: SheetReader
    /// Number of the columns; nil until the header is known.
    private var width: Int?
    /// Rows that were looked at for the header.
    private var lookedAt = 0
    /// The columns that the row with most of them lacks.
    private var missing: [String]?
    /// Rows with values right of the columns: the first, and how many.
    private var wide: (first: Int, count: Int)?
    /// What is to be said once the header is known.
    private var notes: RowNotes

    /// What comes next of a sheet.
    enum Step {
        /// The names of the columns.
        case header([String])
        /// A row of cells.
        case row(SourceRow)
    }

    /// Opens the sheet that the mapping names.
    ///
    /// - Throws: `ImportError.workbook`.
    init(
        _ file: any RandomBytes,
        mapping: Mapping,
        dialect: Mapping.SheetDialect,
        normalise: @escaping @Sendable (String) -> String
    ) throws(ImportError) {
        self.dialect = dialect
        self.columns = RowMapper.columns(of: mapping)
        self.normalise = normalise
        self.notes = RowNotes(line: 1)
        do throws(WorkbookError) {
            let workbook = try Workbook(file, limits: WorkbookLimits())
            self.reader = try workbook.sheet(dialect.sheet)
            if dialect.sheet == nil, workbook.sheetNames.count > 1 {
                let name = workbook.sheetNames[0]
                let advice =
                    "the first of \(workbook.sheetNames.count) sheets; sheet: names another"
                self.notes.add(.sheetFirst, .info, "", name, advice)
            }
        } catch {
            throw .workbook(error)
        }
        if case .names(let names) = dialect.header { self.width = names.count }
    }

    /// Where in the file it is read by now.
    var position: Int { self.reader.position }

    /// Reads on in the file; false at the end.
    ///
    /// - Throws: `ImportError.workbook`.
    mutating func advance() throws(ImportError) -> Bool {
        do throws(WorkbookError) { return try self.reader.advance() } catch {
            throw .workbook(error)
        }
    }

    /// Returns what comes next of what was read by now; nil when more must be read, or there is no more.
    ///
    /// - Throws: `ImportError.workbook`, `.columnsMissing`.
    mutating func next() throws(ImportError) -> Step? {
        while let row = try self.nextRow() {
            guard !Self.isBlank(row) else { continue }
            if let width = self.width { return .row(self.sourceRow(row, width: width)) }
            if let header = try self.header(row) {
                self.width = header.count
                return .header(header)
            }
        }
        return nil
    }

    /// Says that the file has ended.
    ///
    /// - Throws: `ImportError.columnsMissing` when no row named the columns.
    func finish() throws(ImportError) {
        guard self.width == nil else { return }
        guard let missing = self.missing else { throw .headerMissing }
        throw .columnsMissing(missing)
    }

    /// What is remarkable about the sheet and where its columns have their names; once.
    mutating func takeFindings() -> [ImportFinding] {
        defer { self.notes = RowNotes(line: 1) }
        return self.notes.findings
    }

    /// What is to be said once the sheet is read.
    func endFindings() -> [ImportFinding] {
        guard let wide = self.wide else { return [] }
        var notes = RowNotes(line: wide.first)
        let advice = "values right of the named columns, in \(wide.count) rows, are not imported"
        notes.add(.columnUnused, .info, "", "", advice)
        return notes.findings
    }

    private mutating func nextRow() throws(ImportError) -> SheetRow? {
        do throws(WorkbookError) { return try self.reader.nextRow() } catch {
            throw .workbook(error)
        }
    }

    private static func isBlank(_ row: SheetRow) -> Bool {
        row.excess == nil
            && row.cells.allSatisfy { cell in
                switch cell {
                case .empty: true
                case .text(let text): CellText.trimmed(text).isEmpty
                case .number, .date, .error, .formula: false
                }
            }
    }

    /// Returns the names of the columns where the row is the one that has them.
    private mutating func header(_ row: SheetRow) throws(ImportError) -> [String]? {
        let names = row.cells.map { Self.text(of: $0).text }
        switch self.dialect.header {
        case .names: return nil
        case .row(let number):
            guard row.number >= number else { return nil }
            guard row.number == number else { throw .headerMissing }
            return names
        case .found: break
        }
        self.lookedAt += 1
        let missing = self.columns.subtracting(RowMapper.names(names, normalise: self.normalise))
        guard !missing.isEmpty else {
            if self.lookedAt > 1 {
                let count = self.lookedAt - 1
                self.notes.add(
                    .headerRow,
                    .info,
                    "",
                    "\(row.number)",
                    "row \(row.number) names the columns; \(count) above it are passed over"
                )
            }
            return names
        }
        if missing.count < self.missing?.count ?? .max { self.missing = missing.sorted() }
        guard self.lookedAt < Mapping.SheetDialect.headerRowsMax else {
            throw .columnsMissing(self.missing ?? [])
        }
        return nil
    }

    private mutating func sourceRow(_ row: SheetRow, width: Int) -> SourceRow {
        func rejected(_ rule: ImportRule, _ limit: String) -> SourceRow {
            let contents = SourceRow.Contents.rejected(rule, value: "", suggestion: limit)
            return SourceRow(line: row.number, contents: contents)
        }
        switch row.excess {
        case .columns: return rejected(.rowColumns, CSVDefect.columnsOverMax.description)
        case .bytes: return rejected(.rowLength, CSVDefect.rowBytesOverMax.description)
        case nil: break
        }
        if row.cells.count > width {
            self.wide = (self.wide?.first ?? row.number, (self.wide?.count ?? 0) + 1)
        }
        var texts: [String] = []
        var kinds: [CellKind] = []
        texts.reserveCapacity(width)
        kinds.reserveCapacity(width)
        for cell in row.cells.prefix(width) {
            let (text, kind) = Self.text(of: cell)
            texts.append(text)
            kinds.append(kind)
        }
        while texts.count < width {
            texts.append("")
            kinds.append(.text)
        }
        return SourceRow(line: row.number, contents: .cells(texts, kinds: kinds))
    }

    private static func text(of cell: SheetCell) -> (text: String, kind: CellKind) {
        switch cell {
        case .empty: ("", .text)
        case .text(let text): (text, .text)
        case .number(let text): (text, .number)
        case .date(let text): (text, .date)
        case .error(let name): (name, .error)
        case .formula: ("", .error)
        }
    }
}
