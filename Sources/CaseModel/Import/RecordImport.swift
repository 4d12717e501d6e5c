/// The import of one file, from its bytes to records ready to store.
///
/// The caller feeds chunks of the file, takes records out until there are none left, stores them
/// and counts in `report` what became of them. Memory is bounded by one chunk, one row, the
/// report's first findings and the digests of the keys.
package struct RecordImport: Sendable {
    /// What was read, refused and found so far; complete when `nextRecord` returns nil after
    /// `finish`, but for the counts of `ImportReport.Outcome`, which are the caller's.
    package var report = ImportReport()

    private let mapping: Mapping
    private let today: ImportDate
    private let normalise: @Sendable (String) -> String
    private var reader: CSVReader
    private var tracker: KeyTracker
    /// The header once it is known.
    private var mapper: RowMapper?
    private var isFinished = false

    /// Creates the import of a file that is yet to be read.
    ///
    /// - Parameters:
    ///   - mapping: How the file is mapped.
    ///   - today: The day against which dates are judged.
    ///   - normalise: Brings text to Unicode NFC.
    ///   - hash: A cryptographic hash of at least 16 bytes, such as SHA-256.
    /// - Throws: `ImportError` when the mapping declares a header that lacks its columns.
    package init(
        mapping: Mapping,
        today: ImportDate,
        normalise: @escaping @Sendable (String) -> String,
        hash: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) throws(ImportError) {
        self.mapping = mapping
        self.today = today
        self.normalise = normalise
        self.tracker = KeyTracker(keysMax: KeyTracker.keysMax, hash: hash)
        switch mapping.format {
        case .csv(let dialect):
            self.reader = CSVReader(delimiter: dialect.delimiter)
            if let header = dialect.header { try self.begin(header: header) }
        }
    }

    /// Takes the next chunk of the file; `nextRecord` has returned nil since the chunk before.
    package mutating func feed(_ chunk: [UInt8]) {
        self.reader.feed(chunk)
    }

    /// Says that the file has ended; `nextRecord` has returned nil since the last chunk.
    package mutating func finish() {
        self.reader.finish()
        self.isFinished = true
    }

    /// Returns the next record, or nil when more bytes must come first or the file is done.
    ///
    /// A key that came before comes again, with a finding: the later record is the one to keep.
    ///
    /// - Throws: `ImportError`; the import cannot go on then.
    package mutating func nextRecord() throws(ImportError) -> ImportedRecord? {
        while let row = self.reader.nextRow() {
            guard let mapper = self.mapper else {
                try self.begin(header: self.header(from: row))
                continue
            }
            if let record = try self.record(from: row, mapper: mapper) { return record }
        }
        if self.isFinished, self.mapper == nil { throw .headerMissing }
        return nil
    }

    private mutating func begin(header: [String]) throws(ImportError) {
        let mapper = try RowMapper(
            mapping: self.mapping,
            header: header,
            today: self.today,
            normalise: self.normalise
        )
        self.mapper = mapper
        for finding in mapper.headerFindings { self.report.add(finding) }
    }

    private func header(from row: CSVRow) throws(ImportError) -> [String] {
        if let defect = row.defect { throw .headerDefective(defect) }
        guard let cells = self.cells(of: row) else { throw .headerNotText(self.mapping.encoding) }
        return cells
    }

    private mutating func record(
        from row: CSVRow,
        mapper: RowMapper
    ) throws(ImportError) -> ImportedRecord? {
        self.report.countRead()
        if let defect = row.defect {
            self.reject(row, defect.rule, "", "\(defect.description): check the quotes")
            return nil
        }
        guard row.fieldCount == mapper.columnCount else {
            let counts = "\(row.fieldCount) columns, the header has \(mapper.columnCount)"
            self.reject(row, .rowColumns, self.beginning(of: row), counts)
            return nil
        }
        // Before the other columns are read: what is wrong with unwanted rows matters to no one.
        if let index = mapper.filterColumn,
            let text = self.mapping.encoding.text(of: row.field(index)), !mapper.isWanted(text)
        {
            self.report.countFiltered()
            return nil
        }
        guard let cells = self.cells(of: row) else {
            let advice = "not \(self.mapping.encoding.rawValue): check the mapping's encoding"
            self.reject(row, .encodingInvalid, self.beginning(of: row), advice)
            return nil
        }
        let outcome = mapper.map(line: row.line, cells: cells)
        for finding in outcome.findings { self.report.add(finding) }
        guard let record = outcome.record else {
            self.report.countRejected()
            return nil
        }
        try self.noteKey(of: record, line: row.line)
        return record
    }

    private mutating func noteKey(of record: ImportedRecord, line: Int) throws(ImportError) {
        var notes = RowNotes(line: line)
        let key = record.sourceKey
        switch self.tracker.note(record, line: line) {
        case .new: break
        case .same(let earlier):
            notes.add(.keySame, .info, "key", key, "the same as on line \(earlier)")
        case .changed(let earlier):
            let advice = "differs from line \(earlier); the last row wins"
            notes.add(.keyRepeated, .warning, "key", key, advice)
        case .full: throw .keysOverMax
        }
        for finding in notes.findings { self.report.add(finding) }
    }

    private mutating func reject(
        _ row: CSVRow,
        _ rule: ImportRule,
        _ value: String,
        _ suggestion: String
    ) {
        var notes = RowNotes(line: row.line)
        notes.add(rule, .error, "", value, suggestion)
        for finding in notes.findings { self.report.add(finding) }
        self.report.countRejected()
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
    private func beginning(of row: CSVRow) -> String {
        String(decoding: row.field(0).prefix(ImportFinding.valueBytesMax), as: UTF8.self)
    }
}
