import Vocabulary

/// Turns the rows of one file into records, by a mapping and the file's header.
///
/// The same row gives the same outcome every time; nothing is remembered between rows.
package struct RowMapper: Sendable {
    /// Most bytes of a value.
    package static let valueBytesMax = FieldValue.bytesMax
    /// Most bytes of a key.
    package static let keyBytesMax = 1024

    /// What became of a row, and what was noticed on the way.
    package struct Outcome: Hashable, Sendable {
        /// The record; nil when the row was rejected, and then a finding says why.
        package let record: ImportedRecord?
        /// The findings, in the order in which they were made.
        package let findings: [ImportFinding]
    }

    /// A column that the mapping uses, and how its findings are labelled.
    private struct Use {
        let column: Int
        let label: String
        let isHidden: Bool
    }

    /// How the file is mapped.
    package let mapping: Mapping
    /// Number of columns of every row.
    package let columnCount: Int
    /// Index of the column that decides whether a row is wanted; nil when all are.
    package let filterColumn: Int?
    /// What was noticed about the header; on line 1.
    package let headerFindings: [ImportFinding]
    /// Whether the mapping reads a BSN, so that no unread part of a row may be shown.
    package let hidesRows: Bool
    /// Whether a column of the key is one that must not be shown.
    package let hidesKey: Bool

    let today: ImportDate
    /// Seconds east of Greenwich of the mapping's time zone, at a moment.
    let offset: @Sendable (Int) -> Int
    private let normalise: @Sendable (String) -> String
    private let uses: [Use]
    private let keyColumns: [Int]
    private let neverShare: [String]
    private let fieldColumns: [[Int]]
    /// Columns with a BSN: nothing of them may be shown, whatever else they are used for.
    private let hiddenColumns: Set<Int>

    /// Finds the mapping's columns in a header.
    ///
    /// Names are compared without blanks at their ends and in Unicode NFC.
    ///
    /// - Parameters:
    ///   - mapping: How the file is mapped.
    ///   - header: Names of the columns, in order.
    ///   - today: The day against which dates are judged.
    ///   - offset: Seconds east of Greenwich of the mapping's time zone at a moment in seconds since
    ///     1970.
    ///   - normalise: Brings text to Unicode NFC.
    /// - Throws: `ImportError.columnsMissing`, `ImportError.columnsRepeated`.
    package init(
        mapping: Mapping,
        header: [String],
        today: ImportDate,
        offset: @escaping @Sendable (Int) -> Int,
        normalise: @escaping @Sendable (String) -> String
    ) throws(ImportError) {
        let names = Self.names(header, normalise: normalise)
        let indexes = try Self.indexes(of: Self.columns(of: mapping), in: names)
        func column(_ name: String) -> Int {
            guard let index = indexes[name] else {
                preconditionFailure("every column of a mapping is looked up before it is used")
            }
            return index
        }
        self.mapping = mapping
        self.columnCount = header.count
        self.filterColumn = mapping.filter.map { column($0.column) }
        self.today = today
        self.offset = offset
        self.normalise = normalise
        self.neverShare = mapping.neverShare.map(\.text)
        self.keyColumns = mapping.key.columns.map(column)
        self.fieldColumns = mapping.fields.map { $0.template.columns.map(column) }
        let hidden = Set(
            zip(mapping.fields, self.fieldColumns)
                .filter { $0.0.name == .subjectBSN }.flatMap(\.1)
        )
        self.hiddenColumns = hidden
        self.hidesRows = !hidden.isEmpty
        self.hidesKey = !hidden.isDisjoint(with: self.keyColumns)
        var uses: [Use] = []
        var seen: Set<Int> = []
        let labelled = zip(mapping.fields.map(\.name.text), self.fieldColumns)
        for (label, columns) in Array(labelled) + [("key", self.keyColumns)] {
            for index in columns where seen.insert(index).inserted {
                let isHidden = hidden.contains(index)
                uses.append(Use(column: index, label: label, isHidden: isHidden))
            }
        }
        self.uses = uses
        self.headerFindings = Self.headerFindings(
            header,
            names: names,
            used: seen.union([self.filterColumn].compactMap(\.self))
        )
    }

    /// The names of columns as they are compared.
    static func names(_ header: [String], normalise: (String) -> String) -> [String] {
        header.map { name in
            CellText.normalised(CellText.trimmed(CellText.visible(name)), by: normalise)
        }
    }

    /// Whether the mapping's filter takes a row with this text in `filterColumn`.
    package func isWanted(_ filterText: String) -> Bool {
        guard let filter = self.mapping.filter else { return true }
        let text = self.tidy(filterText)
        return filter.values.contains(text)
            || filter.values.contains(self.tidy(CellText.visible(text)))
    }

    /// Maps one row.
    ///
    /// - Parameters:
    ///   - line: Physical line of the row's start, from 1.
    ///   - cells: The text of each column, `columnCount` of them, as it stands in the file.
    ///   - kinds: What each cell is; empty where all are text.
    /// - Returns: The record, unless a finding of severity error rejects the row.
    /// - Complexity: O(bytes of the row).
    package func map(line: Int, cells: [String], kinds: [CellKind]) -> Outcome {
        precondition(cells.count == self.columnCount, "a row has the columns of its header")
        precondition(kinds.isEmpty || kinds.count == cells.count, "every cell has a kind, or none")
        var notes = RowNotes(line: line)
        var clean = cells
        for use in self.uses {
            let isError = !kinds.isEmpty && kinds[use.column] == .error
            clean[use.column] =
                isError
                ? Self.error(cells[use.column], use: use, notes: &notes)
                : self.clean(cells[use.column], use: use, notes: &notes)
        }
        let key = self.key(from: clean, kinds: kinds, notes: &notes)
        var fields: [ImportedRecord.Field] = []
        for (field, columns) in zip(self.mapping.fields, self.fieldColumns) {
            let text = field.template.text(with: columns.map { clean[$0] })
            guard !text.isEmpty, field.none.isEmpty || !self.means(none: field, text) else {
                continue
            }
            let isHidden = !self.hiddenColumns.isDisjoint(with: columns)
            let isOneCell = !kinds.isEmpty && field.template.isColumn
            let kind = isOneCell ? kinds[columns[0]] : .text
            let value = self.value(
                of: field,
                text: text,
                kind: kind,
                isHidden: isHidden,
                notes: &notes
            )
            guard !value.isEmpty else { continue }
            fields.append(.init(name: field.name.text, value: value))
        }
        self.checkCoordinates(fields, notes: &notes)
        guard notes.errorCount == 0, let key else {
            return Outcome(record: nil, findings: notes.findings)
        }
        if fields.isEmpty {
            notes.add(.rowEmpty, .warning, "", "", "no field of the mapping has a value here")
        }
        let record = ImportedRecord(
            source: self.mapping.source,
            sourceKey: key,
            type: self.mapping.type,
            category: self.mapping.category,
            fields: fields,
            neverShare: self.neverShare
        )
        return Outcome(record: record, findings: notes.findings)
    }

    /// Trims and normalises a cell, and looks at its text.
    private func clean(_ cell: String, use: Use, notes: inout RowNotes) -> String {
        let trimmed = CellText.trimmed(cell)
        func note(_ rule: ImportRule, _ severity: ImportFinding.Severity, _ suggestion: String) {
            let shown = use.isHidden ? ("", "") : (cell, suggestion)
            notes.add(rule, severity, use.label, shown.0, shown.1)
        }
        if trimmed.utf8.count != cell.utf8.count { note(.textTrimmed, .info, trimmed) }
        // Most cells are, and one look at each is all that they cost.
        guard !CellText.isPlain(trimmed) else { return trimmed }
        let text = CellText.normalised(trimmed, by: self.normalise)
        if !text.utf8.elementsEqual(trimmed.utf8) { note(.textNormalised, .info, text) }
        let invisible = CellText.invisible(in: text)
        if !invisible.isEmpty { note(.textInvisible, .warning, Self.list(invisible)) }
        if let repaired = Mojibake.repaired(text) { note(.textMojibake, .warning, repaired) }
        if Markup.isPresent(in: text) {
            note(.textMarkup, .warning, "export plain text, without HTML")
        }
        return text
    }

    /// Tells of a cell that holds an error, and takes it for empty.
    private static func error(_ cell: String, use: Use, notes: inout RowNotes) -> String {
        let advice =
            cell.isEmpty
            ? "a formula without a value: open the workbook in a spreadsheet program and save it"
            : "an error of the spreadsheet: left out"
        notes.add(.cellError, .warning, use.label, use.isHidden ? "" : cell, advice)
        return ""
    }

    private func key(
        from clean: [String],
        kinds: [CellKind],
        notes: inout RowNotes
    ) -> String? {
        // What nobody sees makes no other key, and no difference between two.
        let visible = self.keyColumns.map { column in
            CellText.isPlain(clean[column])
                ? clean[column] : self.tidy(CellText.visible(clean[column]))
        }
        // A key with a part missing would be another record's key, or the same for several.
        let empty = zip(self.mapping.key.columns, visible).filter(\.1.isEmpty).map(\.0)
        guard empty.isEmpty else {
            let columns = empty.joined(separator: ", ")
            notes.add(.keyMissing, .error, "key", "", "fill in \(columns) at the source")
            return nil
        }
        let text = self.tidy(self.mapping.key.text(with: visible))
        guard text.utf8.count <= Self.keyBytesMax else {
            let limit = "a key has at most \(Self.keyBytesMax) bytes"
            notes.add(.valueLength, .error, "key", self.hidesKey ? "" : text, limit)
            return nil
        }
        let isNumber = !kinds.isEmpty && self.keyColumns.contains { kinds[$0] == .number }
        if let doubt = visible.lazy.compactMap({ KeyDoubt.advice($0, isNumber: isNumber) }).first {
            notes.add(.keySuspect, .warning, "key", self.hidesKey ? "" : text, doubt)
        }
        return text
    }

    /// Whether the mapping takes the text of a field for none.
    private func means(none field: Mapping.Field, _ text: String) -> Bool {
        field.none.contains(text)
            || !CellText.isPlain(text) && field.none.contains(self.tidy(CellText.visible(text)))
    }

    /// Returns text without blanks at its ends, and in NFC.
    func tidy(_ text: String) -> String {
        CellText.normalised(CellText.trimmed(text), by: self.normalise)
    }

    /// The characters by their numbers, as nobody would see them.
    private static func list(_ scalars: [Unicode.Scalar]) -> String {
        let names = scalars.prefix(8).map { scalar in
            let number = String(scalar.value, radix: 16, uppercase: true)
            return "U+" + String(repeating: "0", count: max(0, 4 - number.utf8.count)) + number
        }
        return names.joined(separator: ", ") + (scalars.count > 8 ? ", and others" : "")
    }
}

extension RowMapper {
    /// All columns a mapping names.
    static func columns(of mapping: Mapping) -> Set<String> {
        var columns = Set(mapping.key.columns)
        for field in mapping.fields { columns.formUnion(field.template.columns) }
        if let filter = mapping.filter { columns.insert(filter.column) }
        return columns
    }

    private static func indexes(
        of columns: Set<String>,
        in names: [String]
    ) throws(ImportError) -> [String: Int] {
        var found: [String: [Int]] = [:]
        for (index, name) in names.enumerated() { found[name, default: []].append(index) }
        let missing = columns.filter { found[$0] == nil }
        guard missing.isEmpty else { throw .columnsMissing(missing.sorted()) }
        let repeated = columns.filter { (found[$0] ?? []).count > 1 }
        guard repeated.isEmpty else { throw .columnsRepeated(repeated.sorted()) }
        return found.compactMapValues(\.first)
    }

    private static func headerFindings(
        _ header: [String],
        names: [String],
        used: Set<Int>
    ) -> [ImportFinding] {
        var notes = RowNotes(line: 1)
        let invisible = zip(header, names).filter { CellText.visible($0.0) != $0.0 }.map(\.1)
        if !invisible.isEmpty {
            let list = invisible.joined(separator: ", ")
            notes.add(
                .textInvisible,
                .warning,
                "",
                list,
                "column names with characters that nobody sees"
            )
        }
        let trimmed = zip(header, names).filter { CellText.trimmed($0.0) != $0.0 }.map(\.1)
        if !trimmed.isEmpty {
            let list = trimmed.joined(separator: ", ")
            notes.add(.textTrimmed, .info, "", list, "column names without blanks at their ends")
        }
        let unused = names.indices.filter { !used.contains($0) }
            .map { names[$0].isEmpty ? "column \($0 + 1)" : names[$0] }
        if !unused.isEmpty {
            let list = unused.joined(separator: ", ")
            notes.add(.columnUnused, .info, "", list, "\(unused.count) columns are not imported")
        }
        return notes.findings
    }
}
