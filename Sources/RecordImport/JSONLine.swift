/// Takes the columns of a mapping out of one line of JSON (RFC 8259).
///
/// Texts lose their escapes, numbers stay as they are written, `true` and `false` are their own
/// names, and `null` is no value. Everything else in the line is read too, so that a line is either
/// JSON or refused.
struct JSONLine {
    /// Most objects and arrays within one another.
    static let depthMax = 32
    /// Most names of unused columns that are remembered for one file.
    static let unusedMax = CSVReader.columnsMax

    private let columns: JSONColumns
    private let bytes: [UInt8]
    private var position = 0
    private var cells: [String]
    private var isFound: [Bool]
    private var path: [String] = []
    private var unused: Set<String>

    /// What a line holds.
    struct Contents {
        /// The text of each column, empty where the line has none.
        let cells: [String]
        /// Which columns the line has, also as `null`.
        let isFound: [Bool]
        /// Names outside the columns that were seen, with those of earlier lines.
        let unused: Set<String>
    }

    /// Reads one line.
    ///
    /// - Parameters:
    ///   - bytes: The line in UTF-8, which it must be.
    ///   - columns: What to take out of it.
    ///   - unused: Names of unused columns that are known.
    /// - Returns: The cells, and the columns that nothing uses.
    /// - Throws: What is wrong with the line.
    /// - Complexity: O(bytes).
    static func read(
        _ bytes: [UInt8],
        columns: JSONColumns,
        unused: Set<String>
    ) throws(JSONDefect) -> Contents {
        var line = JSONLine(bytes, columns: columns, unused: unused)
        line.skipBlanks()
        guard line.peek() == UInt8(ascii: "{") else {
            try line.value(at: nil, depth: 1)
            try line.end()
            throw .notAnObject
        }
        try line.object(at: 0, depth: 1)
        try line.end()
        return Contents(cells: line.cells, isFound: line.isFound, unused: line.unused)
    }

    private init(_ bytes: [UInt8], columns: JSONColumns, unused: Set<String>) {
        self.columns = columns
        self.bytes = bytes
        self.cells = Array(repeating: "", count: columns.names.count)
        self.isFound = Array(repeating: false, count: columns.names.count)
        self.unused = unused
    }

    private func peek() -> UInt8? {
        self.position < self.bytes.count ? self.bytes[self.position] : nil
    }

    private var syntax: JSONDefect { .syntax(column: self.position + 1) }

    private mutating func skipBlanks() {
        while let byte = self.peek(), byte == 0x20 || byte == 0x09 || byte == 0x0D {
            self.position += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard self.peek() == byte else { return false }
        self.position += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(JSONDefect) {
        guard self.take(byte) else { throw self.syntax }
    }

    private mutating func end() throws(JSONDefect) {
        self.skipBlanks()
        guard self.position == self.bytes.count else { throw self.syntax }
    }

    /// Reads a value; `node` is its place among the columns, nil where no column leads.
    private mutating func value(at node: Int?, depth: Int) throws(JSONDefect) {
        guard depth <= Self.depthMax else { throw .depthOverMax }
        let column = node.flatMap { self.columns.nodes[$0].column }
        let isNested = self.peek() == UInt8(ascii: "{") || self.peek() == UInt8(ascii: "[")
        if let column {
            guard !self.isFound[column] else { throw .repeated(self.columns.names[column]) }
            self.isFound[column] = true
            if isNested { throw .nested(self.columns.names[column]) }
        }
        switch self.peek() {
        case UInt8(ascii: "{"): try self.object(at: node, depth: depth)
        case UInt8(ascii: "["): try self.array(at: node, depth: depth)
        default:
            let text = try self.scalar()
            if let column { self.cells[column] = text }
        }
    }

    private mutating func object(at node: Int?, depth: Int) throws(JSONDefect) {
        try self.expect(UInt8(ascii: "{"))
        self.skipBlanks()
        guard !self.take(UInt8(ascii: "}")) else { return }
        repeat {
            self.skipBlanks()
            let name = try self.string()
            self.skipBlanks()
            try self.expect(UInt8(ascii: ":"))
            self.skipBlanks()
            let next = node.flatMap { self.columns.node(after: name, from: $0) }
            if node != nil, next == nil { self.noteUnused(name) }
            self.path.append(name)
            try self.value(at: next, depth: depth + 1)
            self.path.removeLast()
            self.skipBlanks()
        } while self.take(UInt8(ascii: ","))
        try self.expect(UInt8(ascii: "}"))
    }

    private mutating func array(at node: Int?, depth: Int) throws(JSONDefect) {
        try self.expect(UInt8(ascii: "["))
        self.skipBlanks()
        guard !self.take(UInt8(ascii: "]")) else { return }
        let hasColumns = node.map { !self.columns.nodes[$0].children.isEmpty } ?? false
        var index = 0
        repeat {
            self.skipBlanks()
            // Only where a column leads into the array: a name for each element costs time.
            let next =
                hasColumns ? node.flatMap { self.columns.node(after: "\(index)", from: $0) } : nil
            self.path.append("")
            try self.value(at: next, depth: depth + 1)
            self.path.removeLast()
            self.skipBlanks()
            index += 1
        } while self.take(UInt8(ascii: ","))
        try self.expect(UInt8(ascii: "]"))
    }

    private mutating func noteUnused(_ name: String) {
        let full = self.path.isEmpty ? name : (self.path + [name]).joined(separator: ".")
        guard self.unused.count < Self.unusedMax, !self.unused.contains(full) else { return }
        self.unused.insert(full)
    }

    /// Reads a text, a number, a truth value or null, which is empty.
    private mutating func scalar() throws(JSONDefect) -> String {
        guard let byte = self.peek() else { throw self.syntax }
        switch byte {
        case UInt8(ascii: "\""): return try self.string()
        case UInt8(ascii: "t"): return try self.word("true")
        case UInt8(ascii: "f"): return try self.word("false")
        case UInt8(ascii: "n"):
            _ = try self.word("null")
            return ""
        default: return try self.number()
        }
    }

    private mutating func word(_ word: StaticString) throws(JSONDefect) -> String {
        let text = word.description
        for byte in text.utf8 { try self.expect(byte) }
        return text
    }

    private mutating func number() throws(JSONDefect) -> String {
        let start = self.position
        _ = self.take(UInt8(ascii: "-"))
        if !self.take(UInt8(ascii: "0")) { try self.digits() }
        if self.take(UInt8(ascii: ".")) { try self.digits() }
        if self.take(UInt8(ascii: "e")) || self.take(UInt8(ascii: "E")) {
            if !self.take(UInt8(ascii: "+")) { _ = self.take(UInt8(ascii: "-")) }
            try self.digits()
        }
        return String(decoding: self.bytes[start..<self.position], as: UTF8.self)
    }

    private mutating func digits() throws(JSONDefect) {
        let start = self.position
        while let byte = self.peek(), (0x30...0x39).contains(byte) { self.position += 1 }
        guard self.position > start else { throw self.syntax }
    }

    private mutating func string() throws(JSONDefect) -> String {
        try self.expect(UInt8(ascii: "\""))
        var text = ""
        var start = self.position
        while let byte = self.peek() {
            switch byte {
            case UInt8(ascii: "\""):
                text += String(decoding: self.bytes[start..<self.position], as: UTF8.self)
                self.position += 1
                return text
            case UInt8(ascii: "\\"):
                text += String(decoding: self.bytes[start..<self.position], as: UTF8.self)
                self.position += 1
                text.unicodeScalars.append(try self.escape())
                start = self.position
            case ..<0x20: throw self.syntax
            default: self.position += 1
            }
        }
        throw self.syntax
    }

    /// Reads what follows a backslash.
    private mutating func escape() throws(JSONDefect) -> Unicode.Scalar {
        let start = self.position
        guard let byte = self.peek() else { throw self.syntax }
        self.position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default:
            self.position = start
            throw self.syntax
        }
        let first = try self.hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // Half a surrogate pair alone is no character: the text could not be kept as it came.
        guard (0xD800...0xDBFF).contains(first), self.take(UInt8(ascii: "\\")),
            self.take(UInt8(ascii: "u"))
        else { throw .syntax(column: start + 1) }
        let second = try self.hexadecimal()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw .syntax(column: start + 1) }
        return scalar
    }

    private mutating func hexadecimal() throws(JSONDefect) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = self.peek() else { throw self.syntax }
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(byte - 0x41 + 10)
            case 0x61...0x66: value = value << 4 | UInt32(byte - 0x61 + 10)
            default: throw self.syntax
            }
            self.position += 1
        }
        return value
    }
}
