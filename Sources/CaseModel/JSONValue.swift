/// A JSON document (RFC 8259) without fractions: what every `--json` prints.
///
/// ``canonicalText`` is RFC 8785, so equal documents have equal bytes; ``prettyText`` is for people
/// and keeps the order in which members were given.
package enum JSONValue: Hashable, Sendable {
    /// Members of an object. Their names differ.
    case object([Member])
    /// An array.
    case array([JSONValue])
    /// A text.
    case string(String)
    /// A whole number, at most ``integerMagnitudeMax`` either side of zero.
    case integer(Int)
    /// A truth value.
    case bool(Bool)
    /// Nothing.
    case null

    /// One member of an object.
    package struct Member: Hashable, Sendable {
        /// Its name.
        package let name: String
        /// Its value.
        package let value: JSONValue

        /// Creates a member.
        package init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// Largest number that every reader of JSON holds exactly: 2^53 - 1 (RFC 8785 §3.2.2.3).
    package static let integerMagnitudeMax = (1 << 53) - 1

    /// A text, or null.
    package init(_ text: String?) { self = text.map { .string($0) } ?? .null }

    /// The value of the first member with a name; `nil` when there is none or this is no object.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The document in the form of RFC 8785: no blanks, members by the UTF-16 code units of their
    /// names.
    ///
    /// - Complexity: O(n log n) in the members of each object.
    package var canonicalText: String {
        var output: [UInt8] = []
        self.append(to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// The document on indented lines, two spaces a level, members in the order given.
    package var prettyText: String {
        var output: [UInt8] = []
        self.appendPretty(to: &output, depth: 0)
        return String(decoding: output, as: UTF8.self)
    }

    private func append(to output: inout [UInt8]) {
        switch self {
        case .object(let members):
            let sorted = members.sorted {
                $0.name.utf16.lexicographicallyPrecedes($1.name.utf16)
            }
            precondition(
                zip(sorted, sorted.dropFirst())
                    .allSatisfy { !$0.name.utf8.elementsEqual($1.name.utf8) },
                "the members of a JSON object have different names"
            )
            output.append(UInt8(ascii: "{"))
            for (place, member) in sorted.enumerated() {
                if place > 0 { output.append(UInt8(ascii: ",")) }
                Self.append(member.name, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.append(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        case .array(let items):
            output.append(UInt8(ascii: "["))
            for (place, item) in items.enumerated() {
                if place > 0 { output.append(UInt8(ascii: ",")) }
                item.append(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .string, .integer, .bool, .null: self.appendScalar(to: &output)
        }
    }

    private func appendPretty(to output: inout [UInt8], depth: Int) {
        func newLine(_ depth: Int) {
            output.append(UInt8(ascii: "\n"))
            output += [UInt8](repeating: UInt8(ascii: " "), count: 2 * depth)
        }
        switch self {
        case .object(let members) where !members.isEmpty:
            output.append(UInt8(ascii: "{"))
            for (place, member) in members.enumerated() {
                if place > 0 { output.append(UInt8(ascii: ",")) }
                newLine(depth + 1)
                Self.append(member.name, to: &output)
                output += Array(": ".utf8)
                member.value.appendPretty(to: &output, depth: depth + 1)
            }
            newLine(depth)
            output.append(UInt8(ascii: "}"))
        case .array(let items) where !items.isEmpty:
            output.append(UInt8(ascii: "["))
            for (place, item) in items.enumerated() {
                if place > 0 { output.append(UInt8(ascii: ",")) }
                newLine(depth + 1)
                item.appendPretty(to: &output, depth: depth + 1)
            }
            newLine(depth)
            output.append(UInt8(ascii: "]"))
        case .object, .array: self.append(to: &output)
        case .string, .integer, .bool, .null: self.appendScalar(to: &output)
        }
    }

    private func appendScalar(to output: inout [UInt8]) {
        switch self {
        case .string(let text): Self.append(text, to: &output)
        case .integer(let number):
            precondition(
                number.magnitude <= Self.integerMagnitudeMax.magnitude,
                "a number in JSON lies within 2^53 of zero"
            )
            output += Array(String(number).utf8)
        case .bool(let value): output += Array((value ? "true" : "false").utf8)
        case .null: output += Array("null".utf8)
        case .object, .array: preconditionFailure("objects and arrays are no scalars")
        }
    }

    /// RFC 8785 §3.2.2.2, which is ECMAScript's `QuoteJSONString`.
    private static func append(_ text: String, to output: inout [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case 0x08: output += [UInt8(ascii: "\\"), UInt8(ascii: "b")]
            case 0x09: output += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            case 0x0A: output += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case 0x0C: output += [UInt8(ascii: "\\"), UInt8(ascii: "f")]
            case 0x0D: output += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                output += Array("\\u00".utf8)
                output += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
    ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral
{
    /// An object, members in the order written.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }

    /// An array.
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// A text.
    package init(stringLiteral value: String) { self = .string(value) }

    /// A number.
    package init(integerLiteral value: Int) { self = .integer(value) }

    /// A truth value.
    package init(booleanLiteral value: Bool) { self = .bool(value) }

    /// Null.
    package init(nilLiteral: ()) { self = .null }
}
