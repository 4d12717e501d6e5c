/// Writes JSON documents as bytes, each byte once.
struct JSONWriter {
    /// Bytes after which a part is complete.
    private static let partByteCount = 1 << 20

    private var output: [UInt8] = []
    /// What was written before, in parts: what is large is not moved as it grows.
    private var written: [[UInt8]] = []
    /// A line's end and the indentation of the next, by depth; as deep as was written so far.
    private var lineBreaks: [[UInt8]] = []

    private static let digits = Array("0123456789abcdef".utf8)
    private static let trueBytes = Array("true".utf8)
    private static let falseBytes = Array("false".utf8)
    private static let nullBytes = Array("null".utf8)

    /// What was written.
    var text: String {
        self.written.isEmpty
            ? String(decoding: self.output, as: UTF8.self)
            : String(decoding: self.whole, as: UTF8.self)
    }

    /// What was written, in parts of about a mebibyte, or of one text where that is longer.
    var parts: [[UInt8]] { self.written + [self.output] }

    private var whole: [UInt8] {
        var whole: [UInt8] = []
        whole.reserveCapacity(self.parts.reduce(0) { $0 + $1.count })
        for part in self.parts { whole += part }
        return whole
    }

    /// Ends a part that is large enough.
    mutating func endPart() {
        guard self.output.count >= Self.partByteCount else { return }
        self.written.append(self.output)
        self.output = []
        self.output.reserveCapacity(Self.partByteCount + Self.partByteCount / 8)
    }

    /// Writes one byte as it is.
    mutating func write(byte: UInt8) { self.output.append(byte) }

    /// Writes a document in the form of RFC 8785.
    mutating func write(canonical value: JSONValue) {
        switch value {
        case .object(let members):
            let sorted = members.sorted { Self.precedes($0.name, $1.name) }
            precondition(
                sorted.indices.dropFirst()
                    .allSatisfy { Self.precedes(sorted[$0 - 1].name, sorted[$0].name) },
                "the members of a JSON object have different names"
            )
            self.output.append(UInt8(ascii: "{"))
            for place in sorted.indices {
                if place > 0 { self.output.append(UInt8(ascii: ",")) }
                self.write(sorted[place].name)
                self.output.append(UInt8(ascii: ":"))
                self.write(canonical: sorted[place].value)
            }
            self.output.append(UInt8(ascii: "}"))
        case .array(let items):
            self.output.append(UInt8(ascii: "["))
            for place in items.indices {
                if place > 0 { self.output.append(UInt8(ascii: ",")) }
                self.write(canonical: items[place])
            }
            self.output.append(UInt8(ascii: "]"))
        case .string, .integer, .bool, .null: self.write(scalar: value)
        }
    }

    /// Writes a document on lines, this part of it at `depth`.
    mutating func write(pretty value: JSONValue, depth: Int = 0) {
        switch value {
        case .object(let members) where !members.isEmpty:
            self.output.append(UInt8(ascii: "{"))
            for place in members.indices {
                if place > 0 { self.output.append(UInt8(ascii: ",")) }
                self.breakLine(depth + 1)
                self.write(members[place].name)
                self.output.append(UInt8(ascii: ":"))
                self.output.append(UInt8(ascii: " "))
                self.write(pretty: members[place].value, depth: depth + 1)
            }
            self.breakLine(depth)
            self.output.append(UInt8(ascii: "}"))
        case .array(let items) where !items.isEmpty:
            self.output.append(UInt8(ascii: "["))
            for place in items.indices {
                if place > 0 { self.output.append(UInt8(ascii: ",")) }
                self.breakLine(depth + 1)
                self.write(pretty: items[place], depth: depth + 1)
            }
            self.breakLine(depth)
            self.output.append(UInt8(ascii: "]"))
        case .object, .array: self.write(canonical: value)
        case .string, .integer, .bool, .null: self.write(scalar: value)
        }
    }

    /// Ends a line and indents the next.
    mutating func breakLine(_ depth: Int) {
        while self.lineBreaks.count <= depth {
            let blanks = [UInt8](repeating: UInt8(ascii: " "), count: 2 * self.lineBreaks.count)
            self.lineBreaks.append([UInt8(ascii: "\n")] + blanks)
        }
        self.output.append(contentsOf: self.lineBreaks[depth])
    }

    /// Writes what is neither object nor array.
    mutating func write(scalar value: JSONValue) {
        switch value {
        case .string(let text): self.write(text)
        case .integer(let number):
            // What a liar claims may be larger than any reader holds.
            let most = JSONValue.integerMagnitudeMax
            self.output.append(contentsOf: String(max(-most, min(number, most))).utf8)
        case .bool(let value):
            self.output.append(contentsOf: value ? Self.trueBytes : Self.falseBytes)
        case .null: self.output.append(contentsOf: Self.nullBytes)
        case .object, .array: preconditionFailure("objects and arrays are no scalars")
        }
    }

    /// RFC 8785 §3.2.2.2, which is ECMAScript's `QuoteJSONString`.
    mutating func write(_ text: String) {
        self.output.append(UInt8(ascii: "\""))
        if Self.isPlain(text) {
            self.output.append(contentsOf: text.utf8)
        } else {
            for byte in text.utf8 { self.writeEscaped(byte) }
        }
        self.output.append(UInt8(ascii: "\""))
    }

    /// Whether nothing in a text needs escaping.
    private static func isPlain(_ text: String) -> Bool {
        let bytes = text.utf8.span
        var found: UInt8 = 0
        // Without a way out on the way, so that many bytes are looked at in one step.
        for index in bytes.indices {
            let byte = bytes[index]
            found |= byte < 0x20 ? 1 : 0
            found |= byte == UInt8(ascii: "\"") ? 1 : 0
            found |= byte == UInt8(ascii: "\\") ? 1 : 0
        }
        return found == 0
    }

    private mutating func writeEscaped(_ byte: UInt8) {
        let letter: UInt8
        switch byte {
        case 0x08: letter = UInt8(ascii: "b")
        case 0x09: letter = UInt8(ascii: "t")
        case 0x0A: letter = UInt8(ascii: "n")
        case 0x0C: letter = UInt8(ascii: "f")
        case 0x0D: letter = UInt8(ascii: "r")
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): letter = byte
        case 0..<0x20:
            self.output.append(contentsOf: "\\u00".utf8)
            self.output.append(Self.digits[Int(byte >> 4)])
            self.output.append(Self.digits[Int(byte & 15)])
            return
        default:
            self.output.append(byte)
            return
        }
        self.output.append(UInt8(ascii: "\\"))
        self.output.append(letter)
    }

    /// Orders names by their UTF-16 code units (RFC 8785 §3.2.3).
    ///
    /// UTF-8 bytes order alike, but that characters from U+10000, which begin with a byte from F0,
    /// come before those from U+E000 to U+FFFF, which begin with EE or EF.
    private static func precedes(_ lhs: String, _ rhs: String) -> Bool {
        func isFrom10000(_ byte: UInt8) -> Bool { byte >= 0xF0 }
        func isFromE000(_ byte: UInt8) -> Bool { byte == 0xEE || byte == 0xEF }
        let (left, right) = (lhs.utf8.span, rhs.utf8.span)
        for index in 0..<min(left.count, right.count) where left[index] != right[index] {
            let (one, other) = (left[index], right[index])
            if isFrom10000(one), isFromE000(other) { return true }
            if isFromE000(one), isFrom10000(other) { return false }
            return one < other
        }
        return left.count < right.count
    }
}
