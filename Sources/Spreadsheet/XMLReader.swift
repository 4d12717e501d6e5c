/// The beginning of an element.
struct XMLTag: Hashable, Sendable {
    /// Its name, without a prefix.
    let name: String
    /// Its attributes as they stand there.
    fileprivate let attributes: [UInt8]

    /// Returns the value of an attribute by its name without a prefix; nil when there is none.
    ///
    /// - Throws: `XMLError`.
    func attribute(_ name: String) throws(XMLError) -> String? {
        var place = 0
        while let (found, value) = try XMLReader.attribute(self.attributes, at: &place) {
            if found.elementsEqual(name.utf8) { return try XMLReader.text(of: value) }
        }
        return nil
    }
}

/// What comes next in a document.
enum XMLEvent: Hashable, Sendable {
    /// An element begins; one without contents ends at once.
    case start(XMLTag)
    /// The element of that name ends.
    case end(String)
    /// Text, or a part of it.
    case text(String)
}

/// Why a document is refused.
enum XMLError: Error, Hashable {
    /// It is not well-formed.
    case malformed
    /// It declares a document type, or names an entity that XML itself does not have.
    case declaration
    /// It is in another encoding than UTF-8.
    case encoding
    /// A tag or text is longer than is read.
    case tokenOverMax
    /// Elements nest deeper than is read.
    case depthOverMax
}

/// Reads XML 1.0 in UTF-8 piece by piece, without document types and entities of its own.
///
/// Memory is bounded by one piece and one tag or text.
struct XMLReader: Sendable {
    private static let less = UInt8(ascii: "<")
    private static let greater = UInt8(ascii: ">")

    private let tokenBytesMax: Int
    private let depthMax: Int
    private var buffer: [UInt8] = []
    private var position = 0
    private var isFinished = false
    private var open: [String] = []
    private var hasRoot = false
    /// The end of an element without contents, which comes next.
    private var pendingEnd: String?

    init(tokenBytesMax: Int, depthMax: Int) {
        self.tokenBytesMax = tokenBytesMax
        self.depthMax = depthMax
    }

    /// Takes the next piece of the document.
    mutating func feed(_ bytes: [UInt8]) {
        self.buffer.removeFirst(self.position)
        self.buffer += bytes
        self.position = 0
    }

    /// Says that the document has ended.
    mutating func finish() { self.isFinished = true }

    /// Returns the next event, or nil when more bytes, or the end, must come first.
    ///
    /// - Throws: `XMLError`.
    mutating func next() throws(XMLError) -> XMLEvent? {
        if let name = self.pendingEnd.take() {
            self.open.removeLast()
            return .end(name)
        }
        while self.position < self.buffer.count {
            let before = self.position
            let event =
                self.buffer[self.position] == Self.less ? try self.markup() : try self.characters()
            if let event { return event }
            guard self.position > before else { break }
        }
        guard self.isFinished else {
            guard self.buffer.count - self.position <= self.tokenBytesMax else {
                throw .tokenOverMax
            }
            return nil
        }
        guard self.position == self.buffer.count, self.open.isEmpty, self.hasRoot else {
            throw .malformed
        }
        return nil
    }

    /// Reads text up to the next tag.
    private mutating func characters() throws(XMLError) -> XMLEvent? {
        let rest = self.buffer[self.position...]
        guard let end = rest.firstIndex(of: Self.less) ?? (self.isFinished ? rest.endIndex : nil)
        else {
            return nil
        }
        let text = rest[..<end]
        guard text.count <= self.tokenBytesMax else { throw .tokenOverMax }
        self.position = end
        guard self.open.isEmpty else { return .text(try Self.text(of: text)) }
        // Outside the element that holds all, nothing but blanks and the mark of UTF-8.
        let isMark = !self.hasRoot && text.elementsEqual([0xEF, 0xBB, 0xBF])
        guard isMark || text.allSatisfy(Self.isBlank) else { throw .malformed }
        return nil
    }

    private mutating func markup() throws(XMLError) -> XMLEvent? {
        let rest = self.buffer[self.position...].dropFirst()
        guard let first = rest.first else { return nil }
        switch first {
        case UInt8(ascii: "?"): return try self.instruction()
        case UInt8(ascii: "!"): return try self.declaration()
        case UInt8(ascii: "/"):
            guard let end = rest.firstIndex(of: Self.greater) else { return nil }
            let name = try Self.name(rest[(rest.startIndex + 1)..<end])
            guard self.open.popLast() == name else { throw .malformed }
            self.position = end + 1
            return .end(name)
        default:
            guard let end = Self.tagEnd(rest) else { return nil }
            return try self.start(rest[..<end], end: end)
        }
    }

    private mutating func start(
        _ body: ArraySlice<UInt8>,
        end: Int
    ) throws(XMLError) -> XMLEvent? {
        guard body.count <= self.tokenBytesMax else { throw .tokenOverMax }
        let isEmpty = body.last == UInt8(ascii: "/")
        let inner = isEmpty ? body.dropLast() : body
        let raw = inner.prefix { !Self.isBlank($0) }
        let name = try Self.name(raw)
        guard self.open.count < self.depthMax else { throw .depthOverMax }
        guard !self.open.isEmpty || !self.hasRoot else { throw .malformed }
        self.hasRoot = true
        self.open.append(name)
        if isEmpty { self.pendingEnd = name }
        self.position = end + 1
        let attributes = Array(inner[raw.endIndex...])
        // What is not asked for must be well-formed too.
        var place = 0
        while try Self.attribute(attributes, at: &place) != nil {}
        return .start(XMLTag(name: name, attributes: attributes))
    }

    /// Passes over `<?…?>`; one at the start says the encoding.
    private mutating func instruction() throws(XMLError) -> XMLEvent? {
        guard let end = self.end(of: "?>", from: self.position + 2) else { return nil }
        let body = self.buffer[(self.position + 2)..<end]
        if body.starts(with: "xml ".utf8) {
            let text = String(decoding: body, as: UTF8.self).lowercased()
            let known = ["\"utf-8\"", "'utf-8'", "\"us-ascii\"", "'us-ascii'"]
            guard !text.contains("encoding") || known.contains(where: text.contains) else {
                throw .encoding
            }
        }
        self.position = end + 2
        return nil
    }

    /// Passes over a comment, and takes the text of a CDATA section; nothing else is declared.
    private mutating func declaration() throws(XMLError) -> XMLEvent? {
        let rest = self.buffer[self.position...]
        let comment = Array("<!--".utf8)
        let section = Array("<![CDATA[".utf8)
        if rest.starts(with: comment) {
            guard let end = self.end(of: "-->", from: self.position + comment.count) else {
                return nil
            }
            self.position = end + 3
            return nil
        }
        if rest.starts(with: section) {
            let start = self.position + section.count
            guard let end = self.end(of: "]]>", from: start) else { return nil }
            guard !self.open.isEmpty,
                let text = String(validating: self.buffer[start..<end], as: UTF8.self)
            else { throw .malformed }
            self.position = end + 3
            return .text(text)
        }
        let isCut = !self.isFinished && rest.count < section.count
        guard isCut, comment.starts(with: rest.prefix(comment.count)) || section.starts(with: rest)
        else { throw .declaration }
        return nil
    }

    /// Where `mark` begins, from a place on; nil when it has not come.
    private func end(of mark: StaticString, from start: Int) -> Int? {
        let mark = Array(mark.description.utf8)
        guard start + mark.count <= self.buffer.count else { return nil }
        return (start...self.buffer.count - mark.count).first { place in
            self.buffer[place] == mark[0]
                && self.buffer[place..<place + mark.count].elementsEqual(mark)
        }
    }

    /// Where the `>` of a tag stands, which values may have too.
    private static func tagEnd(_ rest: ArraySlice<UInt8>) -> Int? {
        var quote: UInt8 = 0
        for place in rest.indices {
            let byte = rest[place]
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == self.greater {
                return place
            }
        }
        return nil
    }
}

extension XMLReader {
    /// Returns a name without its prefix.
    private static func name(_ bytes: ArraySlice<UInt8>) throws(XMLError) -> String {
        let whole = bytes.prefix { !self.isBlank($0) }
        let isName = !whole.contains {
            $0 == self.less || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "=")
        }
        guard isName, bytes[whole.endIndex...].allSatisfy(self.isBlank) else { throw .malformed }
        let local = whole.lastIndex(of: UInt8(ascii: ":")).map { whole[($0 + 1)...] } ?? whole
        guard !local.isEmpty, let name = String(validating: local, as: UTF8.self) else {
            throw .malformed
        }
        return name
    }

    /// Returns the next attribute from `place` on, its name without a prefix; nil when there is none.
    fileprivate static func attribute(
        _ bytes: [UInt8],
        at place: inout Int
    ) throws(XMLError) -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)? {
        let start = place
        while place < bytes.count, self.isBlank(bytes[place]) { place += 1 }
        guard place < bytes.count else { return nil }
        guard place > start, let equals = bytes[place...].firstIndex(of: UInt8(ascii: "=")) else {
            throw .malformed
        }
        let whole = bytes[place..<equals].filter { !self.isBlank($0) }
        let colon = whole.lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? 0
        var open = equals + 1
        while open < bytes.count, self.isBlank(bytes[open]) { open += 1 }
        guard open < bytes.count,
            bytes[open] == UInt8(ascii: "\"") || bytes[open] == UInt8(ascii: "'"),
            let close = bytes[(open + 1)...].firstIndex(of: bytes[open]), colon < whole.count
        else { throw .malformed }
        place = close + 1
        return (whole[colon...], bytes[(open + 1)..<close])
    }

    /// Returns text with what its references stand for.
    fileprivate static func text(of bytes: ArraySlice<UInt8>) throws(XMLError) -> String {
        guard let raw = String(validating: bytes, as: UTF8.self) else { throw .malformed }
        guard bytes.contains(UInt8(ascii: "&")) else { return raw }
        var text = String.UnicodeScalarView()
        var rest = raw.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            guard scalar == "&" else {
                text.append(scalar)
                continue
            }
            guard let end = rest.firstIndex(of: ";") else { throw .malformed }
            text.append(try self.scalar(of: String(rest[..<end])))
            rest = rest[rest.index(after: end)...]
        }
        return String(text)
    }

    private static func scalar(of name: String) throws(XMLError) -> Unicode.Scalar {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        guard name.hasPrefix("#") else { throw .declaration }
        let isHex = name.hasPrefix("#x")
        let digits = name.dropFirst(isHex ? 2 : 1)
        guard digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: isHex ? 16 : 10),
            let scalar = Unicode.Scalar(value)
        else { throw .malformed }
        return scalar
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
