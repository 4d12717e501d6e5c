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

    private let today: ImportDate
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
    ///   - normalise: Brings text to Unicode NFC.
    /// - Throws: `ImportError.columnsMissing`, `ImportError.columnsRepeated`.
    package init(
        mapping: Mapping,
        header: [String],
        today: ImportDate,
        normalise: @escaping @Sendable (String) -> String
    ) throws(ImportError) {
        let names = header.map { CellText.normalised(CellText.trimmed($0), by: normalise) }
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

    /// Whether the mapping's filter takes a row with this text in `filterColumn`.
    package func isWanted(_ filterText: String) -> Bool {
        guard let filter = self.mapping.filter else { return true }
        let text = CellText.normalised(CellText.trimmed(filterText), by: self.normalise)
        return filter.values.contains(text)
    }

    /// Maps one row.
    ///
    /// - Parameters:
    ///   - line: Physical line of the row's start, from 1.
    ///   - cells: The text of each column, `columnCount` of them, as it stands in the file.
    /// - Returns: The record, unless a finding of severity error rejects the row.
    /// - Complexity: O(bytes of the row).
    package func map(line: Int, cells: [String]) -> Outcome {
        precondition(cells.count == self.columnCount, "a row has the columns of its header")
        var notes = RowNotes(line: line)
        var clean = cells
        for use in self.uses {
            clean[use.column] = self.clean(cells[use.column], use: use, notes: &notes)
        }
        let key = self.key(from: clean, notes: &notes)
        var fields: [ImportedRecord.Field] = []
        for (field, columns) in zip(self.mapping.fields, self.fieldColumns) {
            let text = field.template.text(with: columns.map { clean[$0] })
            guard !text.isEmpty else { continue }
            let isHidden = !self.hiddenColumns.isDisjoint(with: columns)
            let value = self.value(of: field, text: text, isHidden: isHidden, notes: &notes)
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
        let isNormal = CellText.isSurelyNormal(trimmed)
        let text = isNormal ? trimmed : self.normalise(trimmed)
        func note(_ rule: ImportRule, _ severity: ImportFinding.Severity, _ suggestion: String) {
            let shown = use.isHidden ? ("", "") : (cell, suggestion)
            notes.add(rule, severity, use.label, shown.0, shown.1)
        }
        if trimmed.utf8.count != cell.utf8.count { note(.textTrimmed, .info, trimmed) }
        if !isNormal, !text.utf8.elementsEqual(trimmed.utf8) { note(.textNormalised, .info, text) }
        if let repaired = Mojibake.repaired(text) { note(.textMojibake, .warning, repaired) }
        if Markup.isPresent(in: text) {
            note(.textMarkup, .warning, "export plain text, without HTML")
        }
        return text
    }

    private func key(from clean: [String], notes: inout RowNotes) -> String? {
        let parts = self.keyColumns.map { clean[$0] }
        // A key with a part missing would be another record's key, or the same for several.
        let empty = zip(self.mapping.key.columns, parts).filter(\.1.isEmpty).map(\.0)
        guard empty.isEmpty else {
            let columns = empty.joined(separator: ", ")
            notes.add(.keyMissing, .error, "key", "", "fill in \(columns) at the source")
            return nil
        }
        let text = self.tidy(self.mapping.key.text(with: parts))
        guard text.utf8.count <= Self.keyBytesMax else {
            let limit = "a key has at most \(Self.keyBytesMax) bytes"
            notes.add(.valueLength, .error, "key", self.hidesKey ? "" : text, limit)
            return nil
        }
        return text
    }

    /// Returns text put together from several columns without blanks at its ends, and in NFC.
    private func tidy(_ text: String) -> String {
        CellText.normalised(CellText.trimmed(text), by: self.normalise)
    }

    /// Converts and checks the text of one field; empty when it has none or is refused.
    private func value(
        of field: Mapping.Field,
        text: String,
        isHidden: Bool,
        notes: inout RowNotes
    ) -> String {
        let name = field.name.text
        let errorCount = notes.errorCount
        let value = self.tidy(self.converted(field, text: text, isHidden: isHidden, notes: &notes))
        guard notes.errorCount == errorCount, !value.isEmpty else { return "" }
        guard value.utf8.count <= Self.valueBytesMax else {
            let limit = "a value has at most \(Self.valueBytesMax) bytes"
            notes.add(.valueLength, .error, name, isHidden ? "" : value, limit)
            return ""
        }
        let country = self.mapping.country
        if let violation = FieldCheck.violation(value, in: field.name, country: country) {
            let shown = isHidden ? "" : value
            notes.add(violation.rule, .warning, name, shown, violation.suggestion)
        }
        return value
    }

    private func converted(
        _ field: Mapping.Field,
        text: String,
        isHidden: Bool,
        notes: inout RowNotes
    ) -> String {
        let name = field.name.text
        let shown = isHidden ? "" : text
        switch field.conversion {
        case .keep: return text
        case .pad(let width):
            let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            guard isNumber, text.utf8.count < width else { return text }
            let padded = String(repeating: "0", count: width - text.utf8.count) + text
            let rule: ImportRule = field.name == .subjectKvK ? .kvkPadded : .valuePadded
            notes.add(rule, .info, name, shown, shown.isEmpty ? "" : padded)
            return padded
        case .date(let formats):
            guard let date = formats.lazy.compactMap({ $0.date(in: text) }).first else {
                let list = formats.map(\.text).joined(separator: ", ")
                notes.add(.dateUnreadable, .error, name, shown, "no date in the form \(list)")
                return ""
            }
            if !date.isPlausible(today: self.today) {
                let advice = "before 1950 or more than 2 years ahead: check at the source"
                notes.add(.dateImplausible, .warning, name, shown, advice)
            }
            return date.text
        case .number(let style):
            if let number = style.canonical(text) { return number }
            let advice = "no number in the style \(style.rawValue)"
            notes.add(.numberUnreadable, .error, name, shown, advice)
            return ""
        case .values(let values, let otherwise):
            if let value = values[text] { return value }
            let severity: ImportFinding.Severity = otherwise == .keep ? .warning : .error
            notes.add(.valueUnmapped, severity, name, shown, "add it to the mapping's values")
            return text
        }
    }

    private func checkCoordinates(_ fields: [ImportedRecord.Field], notes: inout RowNotes) {
        func value(_ name: FieldName) -> String? { fields.first { $0.name == name.text }?.value }
        let degrees = CoordinateCheck(country: self.mapping.country)
        for (check, first, second) in [
            (degrees, FieldName.locationLatitude, FieldName.locationLongitude),
            (.rijksdriehoek, .locationX, .locationY),
        ] {
            let one = value(first)
            let two = value(second)
            guard let violation = check.violation(one, two) else { continue }
            let shown = [one, two].compactMap(\.self).joined(separator: ", ")
            let label = one == nil ? second.text : first.text
            notes.add(violation.rule, .warning, label, shown, violation.suggestion)
        }
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
