import Foundation
package import RecordImport
import Vocabulary

/// The file in which a person writes how a source's files become records.
///
/// The form is that of the command line's contract, with more keys (`Protocol/records.md` §3):
/// `country`, `nl` (the default), `us` or `any`, says where coordinates and postcodes lie, `timezone`
/// whose days count for times with an offset. `category` is `business`, `encoding` `utf-8` and
/// `format` `csv` when they are left out.
package enum MappingFile {
    /// Keys that every mapping has.
    private static let required = ["source", "type", "key", "fields"]
    /// Keys that a mapping may have.
    private static let optional = [
        "format", "encoding", "delimiter", "header", "category", "country", "never_share", "only",
        "refresh", "sheet", "timezone",
    ]

    /// Reads a mapping.
    ///
    /// - Parameter bytes: The whole file.
    /// - Returns: A mapping that is valid in itself.
    /// - Throws: `YAMLFileError`, with the line.
    /// - Complexity: O(size of the file).
    package static func parse(_ bytes: [UInt8]) throws(YAMLFileError) -> Mapping {
        let root = try YAMLValue.parse(bytes)
        let file = try YAMLObject(
            root,
            path: "",
            required: Self.required,
            optional: Self.optional
        )
        let format = try Self.format(file)
        let encoding = try file.choice("encoding", of: Mapping.Encoding.self) ?? .utf8
        let type = try file.choice("type", of: RecordType.self)
        let category = try file.category("category")
        let country = try file.choice("country", of: Mapping.Country.self)
        guard let type else { preconditionFailure("type is a required key") }
        let source = try file.requiredText("source")
        let key = try Self.key(file)
        let fields = try Self.fields(file)
        var neverShare: [FieldName] = []
        for name in try file.list("never_share") ?? [] {
            let checked = try Self.checked(file, "never_share") { () throws(MappingError) in
                try Mapping.fieldName(name)
            }
            neverShare.append(checked)
        }
        let filter = try Self.filter(file)
        let timezone = try Self.timezone(file)
        let refreshDays = try Self.refreshDays(file)
        do throws(MappingError) {
            return try Mapping(
                source: source,
                format: format,
                encoding: encoding,
                type: type,
                category: category ?? .business,
                country: country ?? .nl,
                key: key,
                fields: fields,
                neverShare: neverShare,
                filter: filter,
                timezone: timezone,
                refreshDays: refreshDays
            )
        } catch {
            throw Self.refusal(of: error, file)
        }
    }

    private static func format(_ file: YAMLObject) throws(YAMLFileError) -> Mapping.Format {
        let name = try file.text("format") ?? "csv"
        func refuse(_ keys: [String], _ reason: String) throws(YAMLFileError) {
            for key in keys where file.value(key) != nil { throw file.invalid(key, reason) }
        }
        switch name {
        case "csv": try refuse(["sheet"], "goes with xlsx")
        case "ndjson":
            try refuse(
                ["delimiter", "header"],
                "goes with csv; a line of JSON names its columns itself"
            )
            try refuse(["sheet"], "goes with xlsx")
            return .ndjson
        case "xlsx":
            try refuse(["delimiter", "encoding"], "goes with text; a workbook says it itself")
            return .xlsx(try Self.sheet(file))
        default: throw file.invalid("format", "\"\(name)\" is not one of csv, ndjson, xlsx")
        }
        let delimiter = try file.text("delimiter")
        let header = try file.list("header")
        do throws(MappingError) {
            return .csv(try Mapping.CSVDialect(delimiter: delimiter, header: header))
        } catch .headerMalformed(let name) {
            throw file.invalid("header", "\(MappingError.headerMalformed(name))")
        } catch {
            throw file.invalid("delimiter", "\(error)")
        }
    }

    /// Reads which sheet of a workbook, and what names its columns: a list of names, or the number of a row.
    private static func sheet(_ file: YAMLObject) throws(YAMLFileError) -> Mapping.SheetDialect {
        let header: Mapping.SheetDialect.Header
        if case .text = file.value("header")?.content, let number = try file.number("header") {
            guard number > 0 else { throw file.invalid("header", "rows are counted from 1") }
            header = .row(number)
        } else {
            header = try file.list("header").map { .names($0) } ?? .found
        }
        let sheet = try file.text("sheet")
        do throws(MappingError) {
            return try Mapping.SheetDialect(sheet: sheet, header: header)
        } catch {
            throw file.invalid("header", "\(error)")
        }
    }

    /// Reads after how many days the source is old.
    private static func refreshDays(_ file: YAMLObject) throws(YAMLFileError) -> Int? {
        guard let text = try file.text("refresh") else { return nil }
        guard let days = Int(text), (1...Mapping.refreshDaysMax).contains(days) else {
            throw file.invalid(
                "refresh",
                "\"\(text)\" is no number of days from 1 to \(Mapping.refreshDaysMax)"
            )
        }
        return days
    }

    /// Reads the name of a time zone, of the database that the system has.
    private static func timezone(_ file: YAMLObject) throws(YAMLFileError) -> String {
        guard let name = try file.text("timezone") else { return Mapping.dutchTime }
        guard TimeZone(identifier: name) != nil else {
            throw file.invalid(
                "timezone",
                "\"\(name)\" is no time zone such as \(Mapping.dutchTime)"
            )
        }
        return name
    }

    /// Reads the key: a template, or the name of a column when there are no braces.
    private static func key(_ file: YAMLObject) throws(YAMLFileError) -> Mapping.Template {
        let text = try file.requiredText("key")
        guard text.contains(where: { $0 == "{" || $0 == "}" }) else {
            guard !text.isEmpty else { throw file.invalid("key", "names no column") }
            return Mapping.Template(column: text)
        }
        return try Self.checked(file, "key") { () throws(MappingError) in
            try Mapping.Template(text)
        }
    }

    private static func filter(_ file: YAMLObject) throws(YAMLFileError) -> Mapping.Filter? {
        guard let value = file.value("only") else { return nil }
        let only = try YAMLObject(
            value,
            path: "only",
            required: ["column", "equals"],
            optional: []
        )
        let column = try only.requiredText("column")
        let values = Set(try only.texts("equals") ?? [])
        return try Self.checked(only, "equals") { () throws(MappingError) in
            try Mapping.Filter(column: column, values: values)
        }
    }

    private static func fields(_ file: YAMLObject) throws(YAMLFileError) -> [Mapping.Field] {
        guard let value = file.value("fields"), case .mapping(let entries) = value.content else {
            throw .wrongType(
                line: file.line(of: "fields"),
                path: "fields",
                expected: "a mapping of field names to columns"
            )
        }
        var fields: [Mapping.Field] = []
        for entry in entries { fields.append(try MappingFieldEntry.field(entry)) }
        return fields
    }

    /// Runs a check of the mapping's own, and says where in the file it failed.
    private static func checked<Value>(
        _ object: YAMLObject,
        _ key: String,
        _ body: () throws(MappingError) -> Value
    ) throws(YAMLFileError) -> Value {
        do throws(MappingError) {
            return try body()
        } catch {
            throw object.invalid(key, "\(error)")
        }
    }

    private static func refusal(of error: MappingError, _ file: YAMLObject) -> YAMLFileError {
        switch error {
        case .sourceMalformed: file.invalid("source", "\(error)")
        case .neverShareUnmapped: file.invalid("never_share", "\(error)")
        default: file.invalid("fields", "\(error)")
        }
    }
}
