import Foundation

/// Values that lie in the store as JSON, as the specification says of each.
enum StoredJSON {
    /// The bytes of a value; equal values have equal ones.
    static func bytes(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("what is stored is made of texts, numbers and lists")
        }
        return Array(data)
    }

    /// Reads a value; `nil` for what no version of the program wrote.
    static func read<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) -> Value? {
        try? JSONDecoder().decode(type, from: Data(bytes))
    }
}
