/// JSON documents of typed values: an object of the names and values of a type's stored properties,
/// as `Encodable` makes them, on indented lines (``JSONValue/prettyText``).
///
/// A property without a value is null: readers of a document find every name. Takes what documents
/// are made of: objects, arrays, texts, truth values and whole numbers, which are written as
/// ``JSONValue/integer(_:)`` is; other numbers, nested containers and super-encoders are a mistake of
/// this program.
package enum DocumentText {
    /// The document of a value.
    ///
    /// - Complexity: O(bytes written); each is written once.
    package static func text(of value: some Encodable) -> String { self.writer(of: value).text }

    /// The document of a value as UTF-8, in parts of about a mebibyte, or of one text where that is longer.
    ///
    /// For what may be large: it is never in memory twice.
    package static func parts(of value: some Encodable) -> [[UInt8]] {
        self.writer(of: value).parts
    }

    private static func writer(of value: some Encodable) -> JSONWriter {
        if let value = value as? any WrittenValue { return self.writer(written: value) }
        let sink = DocumentSink()
        do {
            try sink.write(value)
        } catch {
            preconditionFailure("a document's values are encodable: \(error)")
        }
        return sink.writer
    }

    /// Of a value that writes itself.
    private static func writer(written value: some WrittenValue) -> JSONWriter {
        var writer = DocumentWriter()
        value.write(to: &writer)
        return writer.writer
    }
}

/// What is written so far, and which objects and arrays are open.
private final class DocumentSink {
    var writer = JSONWriter()
    private var open: [(close: UInt8, count: Int)] = []

    /// Writes a value, and closes what it opened.
    func write<Value: Encodable>(_ value: Value) throws {
        // Elements of arrays and values of dictionaries come here, and are mostly texts.
        if let text = value as? String { return self.writer.write(text) }
        let depth = self.open.count
        try value.encode(to: DocumentEncoder(sink: self))
        while self.open.count > depth { self.end() }
    }

    func begin(_ first: UInt8, _ last: UInt8) {
        self.writer.write(byte: first)
        self.open.append((last, 0))
    }

    /// Goes to where the next element of what was opened last stands.
    func next() {
        let place = self.open.count - 1
        self.writer.endPart()
        if self.open[place].count > 0 { self.writer.write(byte: UInt8(ascii: ",")) }
        self.open[place].count += 1
        self.writer.breakLine(self.open.count)
    }

    func next(_ name: String) {
        self.next()
        self.writer.write(name)
        self.writer.write(byte: UInt8(ascii: ":"))
        self.writer.write(byte: UInt8(ascii: " "))
    }

    private func end() {
        let (close, count) = self.open.removeLast()
        if count > 0 { self.writer.breakLine(self.open.count) }
        self.writer.write(byte: close)
    }

    func write(number: some BinaryInteger) {
        self.writer.write(scalar: .integer(Int(clamping: number)))
    }

    static func refuse() -> Never {
        preconditionFailure("a document has whole numbers, and containers of values alone")
    }
}

private struct DocumentEncoder: Encoder {
    let sink: DocumentSink
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        self.sink.begin(UInt8(ascii: "{"), UInt8(ascii: "}"))
        return KeyedEncodingContainer(DocumentObject<Key>(sink: self.sink))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        self.sink.begin(UInt8(ascii: "["), UInt8(ascii: "]"))
        return DocumentArray(sink: self.sink)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        DocumentScalar(sink: self.sink)
    }
}

private struct DocumentObject<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let sink: DocumentSink
    var codingPath: [any CodingKey] { [] }

    private func writeNull(_ key: Key) {
        self.sink.next(key.stringValue)
        self.sink.writer.write(scalar: .null)
    }

    private func write(_ number: some BinaryInteger, _ key: Key) {
        self.sink.next(key.stringValue)
        self.sink.write(number: number)
    }

    func encodeNil(forKey key: Key) { self.writeNull(key) }
    func encode(_ value: Bool, forKey key: Key) {
        self.sink.next(key.stringValue)
        self.sink.writer.write(scalar: .bool(value))
    }
    func encode(_ value: String, forKey key: Key) {
        self.sink.next(key.stringValue)
        self.sink.writer.write(value)
    }
    func encode(_ value: Int, forKey key: Key) { self.write(value, key) }
    func encode(_ value: Int8, forKey key: Key) { self.write(value, key) }
    func encode(_ value: Int16, forKey key: Key) { self.write(value, key) }
    func encode(_ value: Int32, forKey key: Key) { self.write(value, key) }
    func encode(_ value: Int64, forKey key: Key) { self.write(value, key) }
    func encode(_ value: UInt, forKey key: Key) { self.write(value, key) }
    func encode(_ value: UInt8, forKey key: Key) { self.write(value, key) }
    func encode(_ value: UInt16, forKey key: Key) { self.write(value, key) }
    func encode(_ value: UInt32, forKey key: Key) { self.write(value, key) }
    func encode(_ value: UInt64, forKey key: Key) { self.write(value, key) }
    func encode(_ value: Double, forKey key: Key) { DocumentSink.refuse() }
    func encode(_ value: Float, forKey key: Key) { DocumentSink.refuse() }
    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        self.sink.next(key.stringValue)
        try self.sink.write(value)
    }

    func encodeIfPresent(_ value: Bool?, forKey key: Key) throws {
        if let value { self.encode(value, forKey: key) } else { self.writeNull(key) }
    }
    func encodeIfPresent(_ value: String?, forKey key: Key) throws {
        if let value { self.encode(value, forKey: key) } else { self.writeNull(key) }
    }
    private func writeIfPresent(_ number: (some BinaryInteger)?, _ key: Key) {
        if let number { self.write(number, key) } else { self.writeNull(key) }
    }

    func encodeIfPresent(_ value: Int?, forKey key: Key) { self.writeIfPresent(value, key) }
    func encodeIfPresent(_ value: Int8?, forKey key: Key) { self.writeIfPresent(value, key) }
    func encodeIfPresent(_ value: Int16?, forKey key: Key) { self.writeIfPresent(value, key) }
    func encodeIfPresent(_ value: Int32?, forKey key: Key) { self.writeIfPresent(value, key) }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) { self.writeIfPresent(value, key) }
    func encodeIfPresent(_ value: UInt?, forKey key: Key) { self.writeIfPresent(value, key) }
    func encodeIfPresent(_ value: UInt8?, forKey key: Key) { self.writeIfPresent(value, key) }
    func encodeIfPresent(_ value: UInt16?, forKey key: Key) { self.writeIfPresent(value, key) }
    func encodeIfPresent(_ value: UInt32?, forKey key: Key) { self.writeIfPresent(value, key) }
    func encodeIfPresent(_ value: UInt64?, forKey key: Key) { self.writeIfPresent(value, key) }
    func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
        if let value { try self.encode(value, forKey: key) } else { self.writeNull(key) }
    }

    func nestedContainer<Other: CodingKey>(
        keyedBy keyType: Other.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Other> { DocumentSink.refuse() }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        DocumentSink.refuse()
    }
    func superEncoder() -> any Encoder { DocumentSink.refuse() }
    func superEncoder(forKey key: Key) -> any Encoder { DocumentSink.refuse() }
}

private struct DocumentArray: UnkeyedEncodingContainer {
    let sink: DocumentSink
    private(set) var count = 0
    var codingPath: [any CodingKey] { [] }

    init(sink: DocumentSink) { self.sink = sink }

    mutating func encodeNil() {
        self.step()
        self.sink.writer.write(scalar: .null)
    }
    mutating func encode<Value: Encodable>(_ value: Value) throws {
        self.step()
        try self.sink.write(value)
    }

    private mutating func step() {
        self.count += 1
        self.sink.next()
    }

    func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        DocumentSink.refuse()
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { DocumentSink.refuse() }
    func superEncoder() -> any Encoder { DocumentSink.refuse() }
}

private struct DocumentScalar: SingleValueEncodingContainer {
    let sink: DocumentSink
    var codingPath: [any CodingKey] { [] }

    func encodeNil() { self.sink.writer.write(scalar: .null) }
    func encode(_ value: Bool) { self.sink.writer.write(scalar: .bool(value)) }
    func encode(_ value: String) { self.sink.writer.write(value) }
    func encode(_ value: Double) { DocumentSink.refuse() }
    func encode(_ value: Float) { DocumentSink.refuse() }
    func encode(_ value: Int) { self.sink.write(number: value) }
    func encode(_ value: Int8) { self.sink.write(number: value) }
    func encode(_ value: Int16) { self.sink.write(number: value) }
    func encode(_ value: Int32) { self.sink.write(number: value) }
    func encode(_ value: Int64) { self.sink.write(number: value) }
    func encode(_ value: UInt) { self.sink.write(number: value) }
    func encode(_ value: UInt8) { self.sink.write(number: value) }
    func encode(_ value: UInt16) { self.sink.write(number: value) }
    func encode(_ value: UInt32) { self.sink.write(number: value) }
    func encode(_ value: UInt64) { self.sink.write(number: value) }
    func encode<Value: Encodable>(_ value: Value) throws { try self.sink.write(value) }
}
