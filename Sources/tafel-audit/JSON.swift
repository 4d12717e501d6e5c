/// A JSON document (RFC 8259) whose objects keep the order they were given.
enum JSON: Sendable {
    /// An object; keys differ.
    case object([Member])
    /// An array.
    case array([JSON])
    /// An array of so many values, each made when it is written: for what may be millions.
    case list(count: Int, @Sendable (Int) -> JSON)
    /// A text.
    case string(String)
    /// A number; whole ones are all that is needed.
    case number(UInt64)
    /// `true` or `false`.
    case bool(Bool)
    /// `null`.
    case null

    /// One member of an object.
    struct Member: Sendable {
        /// The name.
        let key: String
        /// The value.
        let value: JSON
    }

    /// An object of pairs.
    static func object(_ members: KeyValuePairs<String, JSON>) -> JSON {
        .object(members.map { Member(key: $0.key, value: $0.value) })
    }

    /// The document on one line.
    var text: String {
        var output = ""
        self.write(to: &output)
        return output
    }

    private func write(to output: inout String) {
        switch self {
        case .object(let members):
            output += "{"
            for (offset, member) in members.enumerated() {
                if offset > 0 { output += "," }
                Self.write(member.key, to: &output)
                output += ":"
                member.value.write(to: &output)
            }
            output += "}"
        case .array(let values):
            output += "["
            for (offset, value) in values.enumerated() {
                if offset > 0 { output += "," }
                value.write(to: &output)
            }
            output += "]"
        case .list(let count, let value):
            output += "["
            for offset in 0..<count {
                if offset > 0 { output += "," }
                value(offset).write(to: &output)
            }
            output += "]"
        case .string(let text): Self.write(text, to: &output)
        case .number(let number): output += String(number)
        case .bool(let value): output += value ? "true" : "false"
        case .null: output += "null"
        }
    }

    private static func write(_ text: String, to output: inout String) {
        output += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case "\n": output += "\\n"
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}":
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
        output += "\""
    }
}
