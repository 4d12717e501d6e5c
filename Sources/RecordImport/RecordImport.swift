import PlainText
package import Spreadsheet

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
        /// Seconds east of Greenwich of the mapping's time zone, at a moment in seconds since 1970.
        package let offset: @Sendable (Int) -> Int
        /// Brings text to Unicode NFC.
        package let normalise: @Sendable (String) -> String
        /// A keyed hash of at least 16 bytes.
        package let hash: @Sendable ([UInt8]) -> [UInt8]
        /// Where what is known of many keys goes.
        package let scratch: any ScratchSpace

        /// Gathers them.
        package init(
            today: ImportDate,
            offset: @escaping @Sendable (Int) -> Int,
            normalise: @escaping @Sendable (String) -> String,
            hash: @escaping @Sendable ([UInt8]) -> [UInt8],
            scratch: any ScratchSpace
        ) {
            self.today = today
            self.offset = offset
            self.normalise = normalise
            self.hash = hash
            self.scratch = scratch
        }
    }

    /// What was read, refused and found so far; complete when `nextRecord` returns nil after
    /// `finish`, but for the counts of `ImportReport.Outcome`, which are the caller's.
    package var report = ImportReport()

    let mapping: Mapping
    let context: Context
    private let listsFindings: Bool
    /// What the start of a text file tells.
    private var start: FileStart
    /// The reader of the mapping's format, once it can read; the others are nil.
    var csv: CSVReader?
    var json: JSONRows?
    private var sheet: SheetRows?
    /// The encoding of the rows as they come.
    var encoding: Mapping.Encoding
    /// What the encoding of the file is called.
    var encodingName: String
    private var hasStarted = false
    /// The delimiter that the file's first line names and the mapping contradicts.
    private var contradiction: UInt8?
    /// Rows of nothing but delimiters: the first, and how many.
    private var blankRows: (first: Int, count: Int)?
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
        self.encoding = mapping.encoding
        self.encodingName = mapping.encoding.rawValue
        switch mapping.format {
        case .csv(let dialect):
            self.start = FileStart(declared: mapping.encoding, hasSeparatorLine: true)
            if let header = dialect.header { try self.begin(header: header) }
        case .ndjson:
            self.start = FileStart(declared: mapping.encoding, hasSeparatorLine: false)
            let rows = JSONRows(mapping: mapping)
            self.json = rows
            try self.begin(header: rows.header)
        case .xlsx(let dialect):
            self.start = FileStart(declared: mapping.encoding, hasSeparatorLine: false)
            if case .names(let header) = dialect.header { try self.begin(header: header) }
        }
    }

    /// Opens a workbook, in place of chunks of a file; then comes `advance`.
    ///
    /// - Throws: `ImportError.workbook`.
    package mutating func open(_ file: any RandomBytes) throws(ImportError) {
        guard case .xlsx(let dialect) = self.mapping.format else {
            preconditionFailure("only a workbook is opened")
        }
        self.sheet = try SheetRows(
            file,
            mapping: self.mapping,
            dialect: dialect,
            normalise: self.context.normalise
        )
        for finding in self.sheet?.takeFindings() ?? [] { self.add(finding) }
    }

    /// Reads on in a workbook; `nextRecord` has returned nil since the time before.
    ///
    /// - Returns: Where in the file it is read; nil at its end, and then there is no more to come.
    /// - Throws: `ImportError`.
    package mutating func advance() throws(ImportError) -> Int? {
        if try self.sheet?.advance() == true { return self.sheet?.position }
        try self.sheet?.finish()
        self.isFinished = true
        return nil
    }

    /// Takes the next chunk of the file; `nextRecord` has returned nil since the chunk before.
    ///
    /// - Throws: `ImportError.encodingUncertain`, `.isWorkbook`.
    package mutating func feed(_ chunk: [UInt8]) throws(ImportError) {
        self.read(try self.start.feed(chunk))
    }

    /// Says that the file has ended; `nextRecord` has returned nil since the last chunk.
    ///
    /// - Throws: `ImportError.encodingUncertain`.
    package mutating func finish() throws(ImportError) {
        self.read(try self.start.finish())
        self.csv?.finish()
        self.json?.finish()
        self.isFinished = true
    }

    /// Hands text on to the reader, which the first of it makes.
    private mutating func read(_ text: [UInt8]) {
        if !self.hasStarted, let verdict = self.start.verdict { self.begin(verdict) }
        guard !text.isEmpty else { return }
        self.csv?.feed(text)
        self.json?.feed(text)
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
            case .cells(let cells, let kinds):
                let record = try self.record(row.line, cells, kinds, mapper: mapper)
                if let record { return record }
            }
        }
        guard self.isFinished else { return nil }
        if self.mapper == nil { throw .headerMissing }
        self.tellEnd()
        return nil
    }

    /// Says what can be said once the file is read; once.
    private mutating func tellEnd() {
        if let json = self.json.take() {
            for finding in json.findings() { self.add(finding) }
        }
        if let sheet = self.sheet.take() {
            for finding in sheet.endFindings() { self.add(finding) }
        }
        if let blank = self.blankRows.take() {
            let advice = "\(blank.count) rows of nothing but delimiters are passed over"
            self.note(.rowBlank, .info, line: blank.first, advice)
        }
    }

    private mutating func nextRow() throws(ImportError) -> SourceRow? {
        if let hides = self.mapper?.hidesRows, self.json != nil {
            return self.json?.nextRow(hides: hides)
        }
        while let step = try self.sheet?.next() {
            switch step {
            case .row(let row): return row
            case .header(let names):
                for finding in self.sheet?.takeFindings() ?? [] { self.add(finding) }
                try self.begin(header: names)
            }
        }
        while let row = self.csv?.nextRow() {
            if row.isBlank {
                self.blankRows = (
                    self.blankRows?.first ?? row.line, (self.blankRows?.count ?? 0) + 1
                )
            } else if let mapper = self.mapper {
                return self.sourceRow(row, mapper: mapper)
            } else {
                try self.begin(header: self.header(from: row))
            }
        }
        return nil
    }

    private mutating func begin(header: [String]) throws(ImportError) {
        let mapper: RowMapper
        do throws(ImportError) {
            mapper = try RowMapper(
                mapping: self.mapping,
                header: header,
                today: self.context.today,
                offset: self.context.offset,
                normalise: self.context.normalise
            )
        } catch .columnsMissing(let names) {
            guard let file = self.contradiction, let own = self.csv?.delimiter else {
                throw .columnsMissing(names)
            }
            throw .separatorContradicted(file: Self.text(of: file), mapping: Self.text(of: own))
        }
        self.mapper = mapper
        for finding in mapper.headerFindings { self.add(finding) }
    }

    /// Makes the reader, and says what is remarkable about the start of the file.
    private mutating func begin(_ verdict: FileStart.Verdict) {
        self.hasStarted = true
        self.encoding = verdict.encoding
        self.json?.encoding = verdict.encoding
        if let detected = verdict.detected {
            self.encodingName = detected.rawValue
            self.json?.encodingName = detected.rawValue
            let advice =
                "its first bytes say \(detected.rawValue), and so it is read, "
                + "not as \(self.mapping.encoding.rawValue)"
            self.note(.encodingDetected, .info, line: 1, advice)
        }
        guard case .csv(let dialect) = self.mapping.format else { return }
        let comma = UInt8(ascii: ",")
        let delimiter = dialect.delimiter ?? verdict.separator ?? comma
        self.csv = CSVReader(delimiter: delimiter, firstLine: verdict.separator == nil ? 1 : 2)
        guard let separator = verdict.separator else { return }
        let said = "the line sep=\(Self.text(of: separator))"
        if separator == delimiter {
            self.note(.lineSeparator, .info, line: 1, "\(said) names the delimiter and is no row")
        } else {
            self.contradiction = separator
            let own = Self.text(of: delimiter)
            self.note(
                .lineSeparator,
                .warning,
                line: 1,
                "\(said) is passed over: the mapping says \(own)"
            )
        }
    }

    private mutating func record(
        _ line: Int,
        _ cells: [String],
        _ kinds: [CellKind],
        mapper: RowMapper
    ) throws(ImportError) -> ImportedRecord? {
        // All but CSV is filtered here: only what was read can tell.
        if self.csv == nil, let index = mapper.filterColumn, !mapper.isWanted(cells[index]) {
            self.report.countFiltered()
            return nil
        }
        let outcome = mapper.map(line: line, cells: cells, kinds: kinds)
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

    /// Adds a finding about no field.
    mutating func note(
        _ rule: ImportRule,
        _ severity: ImportFinding.Severity,
        line: Int,
        _ suggestion: String
    ) {
        var notes = RowNotes(line: line)
        notes.add(rule, severity, "", "", suggestion)
        for finding in notes.findings { self.add(finding) }
    }

    private mutating func add(_ finding: ImportFinding) {
        self.report.add(finding)
        if self.listsFindings { self.findings.append(finding) }
    }

    private static func text(of byte: UInt8) -> String {
        byte == 0x09 ? "\\t" : String(Character(Unicode.Scalar(byte)))
    }
}
