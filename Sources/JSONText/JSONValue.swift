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
    /// A whole number; one farther than ``integerMagnitudeMax`` from zero is written as that.
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
        var writer = JSONWriter()
        writer.write(canonical: self)
        return writer.text
    }

    /// The document on indented lines, two spaces a level, members in the order given.
    package var prettyText: String {
        var writer = JSONWriter()
        writer.write(pretty: self)
        return writer.text
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
