import Cryptography
package import RecordImport
import Vocabulary

/// An own record as it is kept: what the source last said, and what it said before.
package struct StoredRecord: Hashable, Sendable {
    /// Most earlier versions kept; the oldest go first.
    package static let historyMax = 100

    /// An earlier state of the fields.
    package struct Version: Hashable, Sendable {
        /// Until when it was the newest, in milliseconds since 1970.
        package let at: UInt64
        /// The fields, by name.
        package let fields: [ImportedRecord.Field]
    }

    /// The newest state.
    package let record: ImportedRecord
    /// When it was imported, in milliseconds since 1970.
    package let at: UInt64
    /// Earlier states, newest first.
    package let history: [Version]

    /// The value of a field.
    package func value(_ name: String) -> String? {
        self.record.fields.first { $0.name == name }?.value
    }

    /// The record after the source said something else.
    func replaced(by record: ImportedRecord, at milliseconds: UInt64) -> StoredRecord {
        let version = Version(at: milliseconds, fields: self.record.fields)
        return StoredRecord(
            record: record,
            at: milliseconds,
            history: Array(([version] + self.history).prefix(Self.historyMax))
        )
    }
}

extension StoredRecord {
    /// The stored form: counts and lengths in 4 bytes, texts in UTF-8.
    var storedBytes: [UInt8] {
        var writer = ByteWriter(bytes: self.record.storedBytes)
        writer.append(milliseconds: self.at)
        writer.append(count: self.history.count)
        for version in self.history {
            writer.append(milliseconds: version.at)
            writer.append(fields: version.fields)
        }
        return writer.bytes
    }

    /// Reads the stored form.
    init(stored bytes: [UInt8]) throws(StoreError) {
        var reader = ByteReader(bytes)
        let source = try reader.text()
        let sourceKey = try reader.text()
        guard let type = RecordType(rawValue: try reader.text()),
            let category = Category(name: try reader.text())
        else { throw .corrupted(operation: "record") }
        let fields = try reader.fields()
        var neverShare: [String] = []
        for _ in 0..<(try reader.count()) { neverShare.append(try reader.text()) }
        self.record = ImportedRecord(
            source: source,
            sourceKey: sourceKey,
            type: type,
            category: category,
            fields: fields,
            neverShare: neverShare
        )
        self.at = try reader.milliseconds()
        var history: [Version] = []
        for _ in 0..<(try reader.count()) {
            history.append(
                Version(at: try reader.milliseconds(), fields: try reader.fields())
            )
        }
        self.history = history
        guard reader.isAtEnd else { throw .corrupted(operation: "record") }
    }
}

extension ImportedRecord {
    /// How the stored form of a record begins: everything but when it came and what was before.
    var storedBytes: [UInt8] {
        var writer = ByteWriter(bytes: [])
        writer.reserve(
            self.fields.reduce(256) { $0 + 8 + $1.name.utf8.count + $1.value.utf8.count }
        )
        writer.append(text: self.source)
        writer.append(text: self.sourceKey)
        writer.append(text: self.type.rawValue)
        writer.append(text: self.category.name)
        writer.append(fields: self.fields)
        writer.append(count: self.neverShare.count)
        for name in self.neverShare { writer.append(text: name) }
        return writer.bytes
    }
}

/// Writes counts, lengths and texts.
struct ByteWriter {
    private(set) var bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func reserve(_ byteCount: Int) { self.bytes.reserveCapacity(byteCount) }

    mutating func append(count: Int) { self.bytes.append(bigEndian: UInt32(count)) }

    mutating func append(milliseconds: UInt64) { self.bytes.append(bigEndian: milliseconds) }

    mutating func append(text: String) {
        self.append(count: text.utf8.count)
        self.bytes.append(contentsOf: text.utf8)
    }

    mutating func append(fields: [ImportedRecord.Field]) {
        self.append(count: fields.count)
        for field in fields {
            self.append(text: field.name)
            self.append(text: field.value)
        }
    }
}

/// Reads what a ``ByteWriter`` wrote.
struct ByteReader {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    var isAtEnd: Bool { self.bytes.isEmpty }

    private mutating func take(_ count: Int) throws(StoreError) -> ArraySlice<UInt8> {
        guard self.bytes.count >= count else { throw .corrupted(operation: "record") }
        defer { self.bytes = self.bytes.dropFirst(count) }
        return self.bytes.prefix(count)
    }

    mutating func count() throws(StoreError) -> Int {
        Int(UInt32(bigEndian: try self.take(4)))
    }

    mutating func milliseconds() throws(StoreError) -> UInt64 {
        UInt64(bigEndian: try self.take(8))
    }

    mutating func text() throws(StoreError) -> String {
        String(decoding: try self.take(try self.count()), as: UTF8.self)
    }

    mutating func fields() throws(StoreError) -> [ImportedRecord.Field] {
        var fields: [ImportedRecord.Field] = []
        for _ in 0..<(try self.count()) {
            let name = try self.text()
            let value = try self.text()
            guard !value.isEmpty else { throw .corrupted(operation: "record") }
            fields.append(ImportedRecord.Field(name: name, value: value))
        }
        return fields
    }
}
