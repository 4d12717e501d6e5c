package import Vocabulary

/// One record as an import made it, before storage.
package struct ImportedRecord: Hashable, Sendable {
    /// One field with its value.
    package struct Field: Hashable, Sendable {
        /// The name, as `FieldName` allows it.
        package let name: String
        /// The value: 1 to `RowMapper.valueBytesMax` bytes of UTF-8 in Unicode NFC.
        package let value: String

        /// Creates a field.
        package init(name: String, value: String) {
            precondition(!value.isEmpty, "an empty value is no field")
            self.name = name
            self.value = value
        }
    }

    /// Name of the source system; with `sourceKey` it identifies the record for ever.
    package let source: String
    /// Key in the source system: 1 to `RowMapper.keyBytesMax` bytes.
    package let sourceKey: String
    /// What kind of record it is.
    package let type: RecordType
    /// What kind of data it holds.
    package let category: Category
    /// The fields with a value, ascending by the bytes of their names, each name once.
    package let fields: [Field]
    /// Names of fields that may never be shared, ascending by bytes, also those without a value.
    package let neverShare: [String]

    /// Creates a record from its parts, in the orders stated at each.
    package init(
        source: String,
        sourceKey: String,
        type: RecordType,
        category: Category,
        fields: [Field],
        neverShare: [String]
    ) {
        self.source = source
        self.sourceKey = sourceKey
        self.type = type
        self.category = category
        self.fields = fields
        self.neverShare = neverShare
    }

    /// Returns everything but source and key in a form in which different contents differ.
    ///
    /// For comparing rows within one run; it is not a stored format.
    ///
    /// - Complexity: O(bytes of the record).
    package func contentBytes() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(self.fields.reduce(256) { $0 + 64 + $1.value.utf8.count })
        func append(_ count: Int) {
            for shift in stride(from: 0, to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: count >> shift))
            }
        }
        func append(_ text: String) {
            append(text.utf8.count)
            bytes.append(contentsOf: text.utf8)
        }
        append(self.type.rawValue)
        append(self.category.name)
        append(self.fields.count)
        for field in self.fields {
            append(field.name)
            append(field.value)
        }
        append(self.neverShare.count)
        for name in self.neverShare { append(name) }
        return bytes
    }
}
