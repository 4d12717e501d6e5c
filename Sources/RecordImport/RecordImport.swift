/// The import of one file, from its bytes to records ready to store.
///
/// The caller feeds chunks of the file, takes records out until there are none left, stores them
/// and counts in `report` what became of them. Memory is bounded by one chunk, one row, the
/// report's first findings and 1 MiB for the keys, whatever the size of the file.
package struct RecordImport: Sendable {
    /// What an import needs from its surroundings.
    package struct Context: Sendable {
        /// The day against which dates are judged.
        package let today: ImportDate
        /// Brings text to Unicode NFC.
        package let normalise: @Sendable (String) -> String
        /// A keyed hash of at least 16 bytes.
        package let hash: @Sendable ([UInt8]) -> [UInt8]
        /// Where what is known of many keys goes.
        package let scratch: any ScratchSpace

        /// Gathers them.
        package init(
            today: ImportDate,
            normalise: @escaping @Sendable (String) -> String,
            hash: @escaping @Sendable ([UInt8]) -> [UInt8],
            scratch: any ScratchSpace
        ) {
            self.today = today
            self.normalise = normalise
            self.hash = hash
            self.scratch = scratch
        }
    }

    /// What was read, refused and found so far; complete when `nextRecord` returns nil after
    /// `finish`, but for the counts of `ImportReport.Outcome`, which are the caller's.
    package var report = ImportReport()

    private let mapping: Mapping
    private let context: Context
    private let listsFindings: Bool
    /// The reader of the mapping's format; the other is nil.
    private var csv: CSVReader?
    private var json: JSONRows?
    private var tracker: KeyTracker
    /// The header once it is known.
    private var mapper: RowMapper?
    private var isFinished = false
    private var findings: [ImportFinding] = []

    /// Creates the import of a file that is yet to be read.
    ///
    /// - Parameters:
    ///   - mapping: How the file is mapped.
    ///   - context: What it needs from its surroundings.
    ///   - listsFindings: Whether `takeFindings` gives all findings.
    /// - Throws: `ImportError` when the mapping declares a header that lacks its columns.
    package init(
        mapping: Mapping,
        context: Context,
        listsFindings: Bool = false
    ) throws(ImportError) {
        self.mapping = mapping
        self.context = context
        self.listsFindings = listsFindings
        self.tracker = KeyTracker(
            keysMax: KeyTracker.keysMax,
            scratch: context.scratch,
            hash: context.hash
        )
        switch mapping.format {
        case .csv(let dialect):
            let dropsMark = mapping.encoding == .utf8
            self.csv = CSVReader(delimiter: dialect.delimiter, dropsMark: dropsMark)
            if let header = dialect.header { try self.begin(header: header) }
        case .ndjson:
            let rows = JSONRows(mapping: mapping)
            self.json = rows
            try self.begin(header: rows.header)
        }
    }

    /// Takes the next chunk of the file; `nextRecord` has returned nil since the chunk before.
    package mutating func feed(_ chunk: [UInt8]) {
        self.csv?.feed(chunk)
        self.json?.feed(chunk)
    }

    /// Says that the file has ended; `nextRecord` has returned nil since the last chunk.
    package mutating func finish() {
        self.csv?.finish()
        self.json?.finish()
        self.isFinished = true
    }

    /// The findings since the last call, in the order of the file.
    ///
    /// None where the import does not list them. What is bounded by a chunk stays so when this is called for every chunk.
    package mutating func takeFindings() -> [ImportFinding] {
        defer { self.findings = [] }
        return self.findings
    }

    /// Returns the next record, or nil when more bytes must come first or the file is done.
    ///
    /// A key that came before comes again, with a finding: the later record is the one to keep.
    ///
    /// - Throws: `ImportError`; the import cannot go on then.
    package mutating func nextRecord() throws(ImportError) -> ImportedRecord? {
        while let row = try self.nextRow() {
            guard let mapper = self.mapper else {
                preconditionFailure("rows come after the header")
            }
            self.report.countRead()
            switch row.contents {
            case .filtered: self.report.countFiltered()
            case .rejected(let rule, let value, let suggestion):
                self.reject(row.line, rule, value, suggestion)
            case .cells(let cells):
                if let record = try self.record(line: row.line, cells: cells, mapper: mapper) {
                    return record
                }
            }
        }
        guard self.isFinished else { return nil }
        if self.mapper == nil { throw .headerMissing }
        if let json = self.json.take() {
            for finding in json.findings() { self.add(finding) }
        }
        return nil
    }

    private mutating func nextRow() throws(ImportError) -> SourceRow? {
        if let hides = self.mapper?.hidesRows, self.json != nil {
            return self.json?.nextRow(hides: hides)
        }
        while let row = self.csv?.nextRow() {
            if let mapper = self.mapper { return self.sourceRow(row, mapper: mapper) }
            try self.begin(header: self.header(from: row))
        }
        return nil
    }

    private mutating func begin(header: [String]) throws(ImportError) {
        let mapper = try RowMapper(
            mapping: self.mapping,
            header: header,
            today: self.context.today,
            normalise: self.context.normalise
        )
        self.mapper = mapper
        for finding in mapper.headerFindings { self.add(finding) }
    }

    private func header(from row: CSVRow) throws(ImportError) -> [String] {
        if let defect = row.defect { throw .headerDefective(defect) }
        guard let cells = self.cells(of: row) else { throw .headerNotText(self.mapping.encoding) }
        return cells
    }

    private func sourceRow(_ row: CSVRow, mapper: RowMapper) -> SourceRow {
        func rejected(_ rule: ImportRule, _ value: String, _ suggestion: String) -> SourceRow {
            SourceRow(
                line: row.line,
                contents: .rejected(rule, value: value, suggestion: suggestion)
            )
        }
        if let defect = row.defect {
            return rejected(defect.rule, "", "\(defect.description): check the quotes")
        }
        let beginning = mapper.hidesRows ? "" : Self.beginning(of: row)
        guard row.fieldCount == mapper.columnCount else {
            let counts = "\(row.fieldCount) columns, the header has \(mapper.columnCount)"
            return rejected(.rowColumns, beginning, counts)
        }
        // Before the other columns are read: what is wrong with unwanted rows matters to no one.
        if let index = mapper.filterColumn,
            let text = self.mapping.encoding.text(of: row.field(index)), !mapper.isWanted(text)
        {
            return SourceRow(line: row.line, contents: .filtered)
        }
        guard let cells = self.cells(of: row) else {
            let advice = "not \(self.mapping.encoding.rawValue): check the mapping's encoding"
            return rejected(.encodingInvalid, beginning, advice)
        }
        return SourceRow(line: row.line, contents: .cells(cells))
    }

    private mutating func record(
        line: Int,
        cells: [String],
        mapper: RowMapper
    ) throws(ImportError) -> ImportedRecord? {
        // Lines of JSON are filtered here: only what was read can tell.
        if self.json != nil, let index = mapper.filterColumn, !mapper.isWanted(cells[index]) {
            self.report.countFiltered()
            return nil
        }
        let outcome = mapper.map(line: line, cells: cells)
        for finding in outcome.findings { self.add(finding) }
        guard let record = outcome.record else {
            self.report.countRejected()
            return nil
        }
        try self.noteKey(of: record, line: line, isHidden: mapper.hidesKey)
        return record
    }

    private mutating func noteKey(
        of record: ImportedRecord,
        line: Int,
        isHidden: Bool
    ) throws(ImportError) {
        var notes = RowNotes(line: line)
        let key = isHidden ? "" : record.sourceKey
        switch try self.tracker.note(record, line: line) {
        case .new: break
        case .same(let earlier):
            notes.add(.keySame, .info, "key", key, "the same as on line \(earlier)")
        case .changed(let earlier):
            let advice = "differs from line \(earlier); the last row wins"
            notes.add(.keyRepeated, .warning, "key", key, advice)
        case .full: throw .keysOverMax
        }
        for finding in notes.findings { self.add(finding) }
    }

    private mutating func reject(
        _ line: Int,
        _ rule: ImportRule,
        _ value: String,
        _ suggestion: String
    ) {
        var notes = RowNotes(line: line)
        notes.add(rule, .error, "", value, suggestion)
        for finding in notes.findings { self.add(finding) }
        self.report.countRejected()
    }

    private mutating func add(_ finding: ImportFinding) {
        self.report.add(finding)
        if self.listsFindings { self.findings.append(finding) }
    }

    /// Returns the text of every column, or nil when one of them is not text.
    private func cells(of row: CSVRow) -> [String]? {
        var cells: [String] = []
        cells.reserveCapacity(row.fieldCount)
        for index in 0..<row.fieldCount {
            guard let text = self.mapping.encoding.text(of: row.field(index)) else { return nil }
            cells.append(text)
        }
        return cells
    }

    /// Returns the first column, to recognise a row by; bytes that are not text are replaced.
    private static func beginning(of row: CSVRow) -> String {
        String(decoding: row.field(0).prefix(ImportFinding.valueBytesMax), as: UTF8.self)
    }
}
