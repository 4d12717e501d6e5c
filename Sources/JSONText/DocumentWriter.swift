/// A value that writes itself into a document.
///
/// It is what `Encodable` would make of it, without asking it member by member at run time: for documents
/// of millions of values.
@usableFromInline package protocol WrittenValue {
    /// Writes it where the writer stands.
    func write(to writer: inout DocumentWriter)
}

/// Writes a document of values in order, on indented lines (``JSONValue/prettyText``).
@usableFromInline package struct DocumentWriter {
    private(set) var writer = JSONWriter()
    private var depth = 0
    /// Whether the object or list that is open has a member already.
    private var hasMember = false

    // What is generic is inlinable: where the type is not known, each value is copied before it is written.

    /// Begins a document.
    init() {}

    /// Opens an object.
    package mutating func beginObject() { self.begin(UInt8(ascii: "{")) }

    /// Closes the object opened last.
    package mutating func endObject() { self.end(UInt8(ascii: "}")) }

    private mutating func begin(_ byte: UInt8) {
        self.writer.write(byte: byte)
        self.depth += 1
        self.hasMember = false
    }

    private mutating func end(_ byte: UInt8) {
        self.depth -= 1
        if self.hasMember { self.writer.breakLine(self.depth) }
        self.writer.write(byte: byte)
        self.hasMember = true
    }

    @usableFromInline mutating func next() {
        self.writer.endPart()
        if self.hasMember { self.writer.write(byte: UInt8(ascii: ",")) }
        self.writer.breakLine(self.depth)
        self.hasMember = true
    }

    @usableFromInline mutating func next(_ name: String) {
        self.next()
        self.writer.write(name)
        self.writer.write(byte: UInt8(ascii: ":"))
        self.writer.write(byte: UInt8(ascii: " "))
    }

    /// Writes a member.
    @inlinable package mutating func member(_ name: String, _ value: some WrittenValue) {
        self.next(name)
        value.write(to: &self)
    }

    /// Writes a list.
    @inlinable package mutating func write(_ values: [some WrittenValue]) {
        self.beginList()
        // In its place: a copy would count references to all that a value holds.
        for index in values.indices {
            self.next()
            values[index].write(to: &self)
        }
        self.endList()
    }

    @usableFromInline mutating func beginList() { self.begin(UInt8(ascii: "[")) }

    @usableFromInline mutating func endList() { self.end(UInt8(ascii: "]")) }

    @usableFromInline mutating func writeNull() { self.writer.write(scalar: .null) }

    /// Writes a text.
    package mutating func write(_ text: String) { self.writer.write(text) }

    /// Writes what is neither object, list nor text.
    package mutating func write(scalar value: JSONValue) { self.writer.write(scalar: value) }
}

extension String: WrittenValue {
    /// Writes a text.
    @usableFromInline package func write(to writer: inout DocumentWriter) { writer.write(self) }
}

extension Int: WrittenValue {
    /// Writes a whole number.
    @usableFromInline package func write(to writer: inout DocumentWriter) {
        writer.write(scalar: .integer(self))
    }
}

extension Bool: WrittenValue {
    /// Writes a truth value.
    @usableFromInline package func write(to writer: inout DocumentWriter) {
        writer.write(scalar: .bool(self))
    }
}

extension Optional: WrittenValue where Wrapped: WrittenValue {
    /// Writes a value, or null.
    @inlinable package func write(to writer: inout DocumentWriter) {
        if let self { self.write(to: &writer) } else { writer.writeNull() }
    }
}

extension Array: WrittenValue where Element: WrittenValue {
    /// Writes a list.
    @inlinable package func write(to writer: inout DocumentWriter) { writer.write(self) }
}
