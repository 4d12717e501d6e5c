package import JSONText

/// The members of an object of a document that are named by what it says: values by name, in an order.
///
/// Another process reads them by the bytes of their names: an object of JSON has no order.
package struct Members<Value: Codable & Hashable & Sendable>: Codable, Hashable, Sendable {
    /// A value and its name.
    package struct Member: Hashable, Sendable {
        /// By what it is found.
        package let name: String
        /// What is found.
        package let value: Value

        /// Names a value.
        package init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }

    /// All of them; their names differ.
    package let all: [Member]

    /// Creates them; their names differ.
    package init(_ all: [Member]) { self.all = all }

    /// Creates them from names that differ.
    package init(_ all: some Sequence<(name: String, value: Value)>) {
        self.all = all.map { Member(name: $0.name, value: $0.value) }
    }

    /// Reads them from an object.
    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Name.self)
        self.all = try object.allKeys
            .map { Member(name: $0.stringValue, value: try object.decode(Value.self, forKey: $0)) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Writes them as an object.
    package func encode(to encoder: any Encoder) throws {
        var object = encoder.container(keyedBy: Name.self)
        for member in self.all {
            try object.encode(member.value, forKey: Name(stringValue: member.name))
        }
    }

    /// The value of a name; `nil` where there is none.
    ///
    /// - Complexity: O(members); there are few.
    package subscript(name: String) -> Value? {
        self.all.first { $0.name == name }?.value
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension Members: WrittenValue where Value: WrittenValue {
    /// Writes them as an object.
    package func write(to writer: inout DocumentWriter) {
        writer.beginObject()
        for index in self.all.indices {
            writer.member(self.all[index].name, self.all[index].value)
        }
        writer.endObject()
    }
}
