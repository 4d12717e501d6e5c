import Vocabulary

/// A mapping of a YAML file whose keys are checked against those a place knows.
struct YAMLObject {
    /// Where it stands, such as `fields.date`; empty for the whole file.
    let path: String
    /// Line on which it begins, from 1.
    let line: Int
    private let entries: [String: YAMLValue.Entry]

    /// Checks the keys of a mapping.
    ///
    /// - Throws: `YAMLFileError.wrongType` when `value` is no mapping, `.unknownKey`,
    ///   `.missingKeys`; a key without a value counts as missing.
    init(
        _ value: YAMLValue,
        path: String,
        required: [String],
        optional: [String]
    ) throws(YAMLFileError) {
        guard case .mapping(let entries) = value.content else {
            throw .wrongType(line: value.line, path: path, expected: "a mapping of keys to values")
        }
        var found: [String: YAMLValue.Entry] = [:]
        for entry in entries {
            guard required.contains(entry.key) || optional.contains(entry.key) else {
                throw .unknownKey(
                    line: entry.line,
                    path: Self.join(path, entry.key),
                    known: required + optional
                )
            }
            found[entry.key] = entry
        }
        let missing = required.filter { (found[$0]?.value.content ?? .null) == .null }
        guard missing.isEmpty else {
            throw .missingKeys(line: value.line, path: path, keys: missing)
        }
        self.path = path
        self.line = value.line
        self.entries = found
    }

    /// Returns the path of `key` below `path`.
    static func join(_ path: String, _ key: String) -> String {
        path.isEmpty ? key : path + "." + key
    }

    /// Returns the path of a key of this mapping.
    func path(of key: String) -> String { Self.join(self.path, key) }

    /// Returns the line of a key, or of the mapping when it lacks the key.
    func line(of key: String) -> Int { self.entries[key]?.line ?? self.line }

    /// Returns what a key stands for; nil when it is not there.
    func value(_ key: String) -> YAMLValue? { self.entries[key]?.value }

    /// Returns the text of an optional key.
    ///
    /// - Throws: `YAMLFileError.wrongType`.
    func text(_ key: String) throws(YAMLFileError) -> String? {
        guard let value = self.value(key) else { return nil }
        guard case .text(let text) = value.content else {
            throw .wrongType(line: value.line, path: self.path(of: key), expected: "text")
        }
        return text
    }

    /// Returns the text of a required key.
    ///
    /// - Throws: `YAMLFileError.wrongType`.
    func requiredText(_ key: String) throws(YAMLFileError) -> String {
        guard let text = try self.text(key) else {
            preconditionFailure("a required key is one that was required when the mapping was read")
        }
        return text
    }

    /// Returns the texts of an optional key, which is one text or a list of them.
    ///
    /// - Throws: `YAMLFileError.wrongType`.
    func texts(_ key: String) throws(YAMLFileError) -> [String]? {
        guard let value = self.value(key) else { return nil }
        if case .text(let text) = value.content { return [text] }
        return try Self.list(value, path: self.path(of: key), expected: "text or a list of text")
    }

    /// Returns the texts of an optional key, which is a list.
    ///
    /// - Throws: `YAMLFileError.wrongType`.
    func list(_ key: String) throws(YAMLFileError) -> [String]? {
        guard let value = self.value(key) else { return nil }
        return try Self.list(value, path: self.path(of: key), expected: "a list of text")
    }

    /// Returns the whole number of an optional key, written in digits.
    ///
    /// - Throws: `YAMLFileError.wrongType`.
    func number(_ key: String) throws(YAMLFileError) -> Int? {
        guard let text = try self.text(key) else { return nil }
        let isNumber = (1...9).contains(text.utf8.count) && text.utf8.allSatisfy(Self.isDigit)
        guard isNumber, let number = Int(text) else {
            let path = self.path(of: key)
            throw .wrongType(line: self.line(of: key), path: path, expected: "a whole number")
        }
        return number
    }

    /// Returns the one of `Choice` that an optional key names.
    ///
    /// - Throws: `YAMLFileError.wrongType`, `.invalid` naming the choices.
    func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ key: String,
        of type: Choice.Type
    ) throws(YAMLFileError) -> Choice? {
        guard let text = try self.text(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw self.invalid(key, "\"\(text)\" is not one of \(known)")
    }

    /// Returns the category of data that an optional key names.
    ///
    /// - Throws: `YAMLFileError.wrongType`, `.invalid` naming the choices.
    func category(_ key: String) throws(YAMLFileError) -> Vocabulary.Category? {
        guard let text = try self.text(key) else { return nil }
        if let category = Vocabulary.Category(name: text) { return category }
        let known = Vocabulary.Category.allCases.map(\.name).joined(separator: ", ")
        throw self.invalid(key, "\"\(text)\" is not one of \(known)")
    }

    /// Returns the error that the value of a key is refused with.
    func invalid(_ key: String, _ reason: String) -> YAMLFileError {
        .invalid(line: self.line(of: key), path: self.path(of: key), reason: reason)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func list(
        _ value: YAMLValue,
        path: String,
        expected: String
    ) throws(YAMLFileError) -> [String] {
        guard case .list(let items) = value.content else {
            throw .wrongType(line: value.line, path: path, expected: expected)
        }
        var texts: [String] = []
        for item in items {
            guard case .text(let text) = item.content else {
                throw .wrongType(line: item.line, path: path, expected: expected)
            }
            texts.append(text)
        }
        return texts
    }
}
