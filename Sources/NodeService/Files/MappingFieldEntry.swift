package import RecordImport
import Vocabulary

/// One entry under `fields:` of a mapping file.
package enum MappingFieldEntry {
    /// Keys of which at most one says what is done with the text.
    private static let conversions = ["pad", "format", "number", "values"]

    /// Reads an entry: the name of a column, or a mapping with `column` or `template` and at most
    /// one of `pad`, `format`, `number` and `values`; `none` names texts that stand for no value.
    ///
    /// - Throws: `YAMLFileError`, with the line.
    package static func field(_ entry: YAMLValue.Entry) throws(YAMLFileError) -> Mapping.Field {
        let path = YAMLObject.join("fields", entry.key)
        let name: FieldName
        do throws(MappingError) {
            name = try Mapping.fieldName(entry.key)
        } catch {
            throw .invalid(line: entry.line, path: "fields", reason: "\(error)")
        }
        if case .text(let column) = entry.value.content {
            guard !column.isEmpty else {
                throw .invalid(line: entry.line, path: path, reason: "names no column")
            }
            return try Self.checked(line: entry.line, path: path) { () throws(MappingError) in
                try Mapping.Field(
                    name: name,
                    template: .init(column: column),
                    conversion: nil,
                    none: []
                )
            }
        }
        guard case .mapping = entry.value.content else {
            throw .wrongType(
                line: entry.line,
                path: path,
                expected: "a column, or a mapping with column or template"
            )
        }
        let object = try YAMLObject(
            entry.value,
            path: path,
            required: [],
            optional: ["column", "template"] + Self.conversions + ["otherwise", "none"]
        )
        let template = try Self.template(object, line: entry.line)
        let conversion = try Self.conversion(object)
        let none = Set(try object.texts("none") ?? [])
        return try Self.checked(line: entry.line, path: path) { () throws(MappingError) in
            try Mapping.Field(name: name, template: template, conversion: conversion, none: none)
        }
    }

    private static func template(
        _ object: YAMLObject,
        line: Int
    ) throws(YAMLFileError) -> Mapping.Template {
        switch (try object.text("column"), try object.text("template")) {
        case (let column?, nil):
            guard !column.isEmpty else { throw object.invalid("column", "names no column") }
            return Mapping.Template(column: column)
        case (nil, let template?):
            let line = object.line(of: "template")
            let path = object.path(of: "template")
            return try Self.checked(line: line, path: path) { () throws(MappingError) in
                try Mapping.Template(template)
            }
        case (nil, nil):
            throw .missingKeys(line: line, path: object.path, keys: ["column or template"])
        case (_?, _?):
            throw object.invalid("template", "give column or template, not both")
        }
    }

    private static func conversion(
        _ object: YAMLObject
    ) throws(YAMLFileError) -> Mapping.Conversion? {
        let given = Self.conversions.filter { object.value($0) != nil }
        guard given.count <= 1 else {
            let list = given.joined(separator: " and ")
            throw object.invalid(given[1], "\(list) do not go together; give one of them")
        }
        if object.value("otherwise") != nil, object.value("values") == nil {
            throw object.invalid("otherwise", "stands only beside values")
        }
        switch given.first {
        case "pad": return try object.number("pad").map(Mapping.Conversion.pad)
        case "number": return try Self.number(object)
        case "format":
            var formats: [DateFormat] = []
            for text in try object.texts("format") ?? [] {
                let line = object.line(of: "format")
                let path = object.path(of: "format")
                formats.append(
                    try Self.checked(line: line, path: path) { () throws(MappingError) in
                        try DateFormat(text)
                    }
                )
            }
            return .date(formats)
        case "values": return try Self.values(object)
        default: return nil
        }
    }

    private static func number(_ object: YAMLObject) throws(YAMLFileError) -> Mapping.Conversion? {
        try object.choice("number", of: NumberStyle.self).map(Mapping.Conversion.number)
    }

    private static func values(_ object: YAMLObject) throws(YAMLFileError) -> Mapping.Conversion {
        let path = object.path(of: "values")
        guard let value = object.value("values"), case .mapping(let entries) = value.content else {
            throw .wrongType(
                line: object.line(of: "values"),
                path: path,
                expected: "a mapping of texts to texts"
            )
        }
        var values: [String: String] = [:]
        for entry in entries {
            guard case .text(let text) = entry.value.content else {
                let place = YAMLObject.join(path, entry.key)
                throw .wrongType(line: entry.line, path: place, expected: "text")
            }
            // Keys that differ only in Unicode form would be one key here.
            guard values.updateValue(text, forKey: entry.key) == nil else {
                throw .duplicateKey(line: entry.line, key: entry.key)
            }
        }
        let otherwise = try object.choice("otherwise", of: Mapping.Otherwise.self)
        return .values(values, otherwise: otherwise ?? .keep)
    }

    private static func checked<Value>(
        line: Int,
        path: String,
        _ body: () throws(MappingError) -> Value
    ) throws(YAMLFileError) -> Value {
        do throws(MappingError) {
            return try body()
        } catch {
            throw .invalid(line: line, path: path, reason: "\(error)")
        }
    }
}
