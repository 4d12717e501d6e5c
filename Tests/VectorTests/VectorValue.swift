/// A value of JSON, for the messages that frames are compared with.
enum VectorValue: Decodable, Hashable, Sendable {
    case bool(Bool)
    case number(UInt64)
    case text(String)
    case list([VectorValue])
    case object([String: VectorValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(UInt64.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([VectorValue].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: VectorValue].self))
        }
    }
}

extension VectorValue: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, VectorValue)...) {
        self = .object([String: VectorValue](elements) { $1 })
    }
}
