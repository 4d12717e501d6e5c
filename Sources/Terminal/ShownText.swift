/// Lines for a person, in which nothing of somebody else's passes for the program's own.
///
/// Written as a string with interpolations: what stands there literally is the program's; every
/// text that is interpolated is somebody's, and goes through ``VisibleText``. So a line cannot be
/// printed without a decision on each of its parts, and what is forgotten is marked.
package struct ShownText: Hashable, Sendable, ExpressibleByStringInterpolation {
    /// The characters that are printed.
    package let string: String

    /// Takes a text of the program's own, such as a JSON document, as it is.
    package init(own text: String) { self.string = text }

    /// Takes a literal of the program.
    package init(stringLiteral text: String) { self.string = text }

    /// Takes what was put together.
    package init(stringInterpolation parts: StringInterpolation) { self.string = parts.text }

    /// Parts of the program and parts of somebody, put together.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        /// Starts without any part.
        package init(literalCapacity: Int, interpolationCount: Int) {
            self.text.reserveCapacity(literalCapacity)
        }

        /// Adds words of the program.
        package mutating func appendLiteral(_ literal: String) { self.text += literal }

        /// Adds somebody's text; its lines but the first begin with ``VisibleText/lineMark``.
        package mutating func appendInterpolation(_ text: some StringProtocol) {
            self.text += VisibleText.text(text, in: .lines)
        }

        /// Adds a number.
        package mutating func appendInterpolation(_ number: some BinaryInteger) {
            self.text += String(number)
        }

        /// Adds what is fit to be shown already.
        package mutating func appendInterpolation(_ text: ShownText) { self.text += text.string }
    }

    /// One text after the other.
    package static func + (first: ShownText, second: ShownText) -> ShownText {
        ShownText(own: first.string + second.string)
    }
}

extension Sequence<ShownText> {
    /// All of them in order, with something of the program's in between.
    package func joined(separator: ShownText) -> ShownText {
        ShownText(own: self.map(\.string).joined(separator: separator.string))
    }
}

extension ShownText: Codable {
    /// Reads what ``encode(to:)`` wrote: it was made visible where it was put together.
    package init(from decoder: any Decoder) throws {
        self.string = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the characters.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.string)
    }
}
