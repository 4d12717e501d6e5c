import JSONText
import NodeInterface

/// What JSON a type reads: found by letting its `Decodable` read one value of each part.
///
/// Takes what requests and documents are made of: texts, whole numbers, truth values, lists, objects,
/// ``NodeInterface/Choice`` and ``NodeInterface/Members``.
indirect enum Schema: Hashable, Sendable {
    /// A text, one of some where that is said.
    case text(choices: [String]?)
    /// A whole number.
    case number
    /// True or false.
    case truth
    /// Any number of one kind.
    case list(Schema)
    /// Members by name.
    case object([Member])
    /// Any names, each with one kind.
    case values(Schema)

    /// A member of an object.
    struct Member: Hashable, Sendable {
        let name: String
        let schema: Schema
        /// Whether it may be missing, or null.
        let isOptional: Bool
    }

    /// The schema of a type.
    static func of(_ type: any Decodable.Type) -> Schema { SchemaProbe.schema(of: type) }

    /// The schema as JSON Schema has it (2020-12).
    ///
    /// `isWhole`: Every member is there, as in a document of a node; in a request what is optional may be
    /// missing, and what is unknown is refused.
    func json(isWhole: Bool, isNullable: Bool = false) -> JSONValue {
        switch self {
        case .text(nil): ["type": Self.type("string", isNullable)]
        case .text(let choices?):
            ["enum": .array(choices.map { .string($0) } + (isNullable ? [.null] : []))]
        case .number: ["type": Self.type("integer", isNullable)]
        case .truth: ["type": Self.type("boolean", isNullable)]
        case .list(let element):
            ["type": Self.type("array", isNullable), "items": element.json(isWhole: isWhole)]
        case .values(let value):
            [
                "type": Self.type("object", isNullable),
                "additionalProperties": value.json(isWhole: isWhole),
            ]
        case .object(let members):
            .object([
                .init("type", Self.type("object", isNullable)),
                .init(
                    "properties",
                    .object(
                        members.map { member in
                            JSONValue.Member(
                                member.name,
                                member.schema.json(
                                    isWhole: isWhole,
                                    isNullable: member.isOptional
                                )
                            )
                        }
                    )
                ),
                .init(
                    "required",
                    .array(
                        members.filter { isWhole || !$0.isOptional }.map { .string($0.name) }
                    )
                ),
                .init("additionalProperties", .bool(false)),
            ])
        }
    }

    private static func type(_ name: String, _ isNullable: Bool) -> JSONValue {
        isNullable ? .array([.string(name), "null"]) : .string(name)
    }
}

/// Reads one value of each part of a type, and keeps what was asked for.
private final class SchemaProbe: Decoder {
    private var found: Schema?
    private var members: [Schema.Member] = []
    /// The member that was asked whether it is null.
    private var optional: String?

    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// The name under which an object that takes any name is asked for one.
    static let anyName = "*"

    static func schema(of type: any Decodable.Type) -> Schema { self.sample(type).schema }

    /// A value of a type, and the type's schema.
    static func sample<Value: Decodable>(_ type: Value.Type) -> (value: Value, schema: Schema) {
        if let choice = type as? any Choice.Type, let (value, words) = self.choice(choice),
            let value = value as? Value
        {
            return (value, .text(choices: words))
        }
        let probe = SchemaProbe()
        do {
            let value = try Value(from: probe)
            return (value, probe.schema)
        } catch {
            preconditionFailure("\(type) reads what a schema tells: \(error)")
        }
    }

    private static func choice<Word: Choice>(_ type: Word.Type) -> (value: Any, words: [String])? {
        type.allCases.first.map { ($0, type.allCases.map(\.rawValue)) }
    }

    private var schema: Schema {
        if let found { return found }
        if let only = self.members.first, only.name == Self.anyName { return .values(only.schema) }
        return .object(self.members)
    }

    func keep(_ schema: Schema) { self.found = schema }

    func noteOptional(_ name: String) { self.optional = name }

    func keep(_ schema: Schema, named name: String) {
        self.members.append(
            Schema.Member(name: name, schema: schema, isOptional: self.optional == name)
        )
        self.optional = nil
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(SchemaObject<Key>(probe: self))
    }
    func unkeyedContainer() -> any UnkeyedDecodingContainer { SchemaList(probe: self) }
    func singleValueContainer() -> any SingleValueDecodingContainer { SchemaScalar(probe: self) }

    static func refuse() -> Never {
        preconditionFailure("requests and documents have no other numbers, nor containers")
    }
}

private struct SchemaObject<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let probe: SchemaProbe
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [Key(stringValue: SchemaProbe.anyName)].compactMap(\.self) }

    func contains(_ key: Key) -> Bool { true }
    func decodeNil(forKey key: Key) -> Bool {
        self.probe.noteOptional(key.stringValue)
        return false
    }

    private func take<Value>(_ value: Value, _ schema: Schema, _ key: Key) -> Value {
        self.probe.keep(schema, named: key.stringValue)
        return value
    }

    func decode(_ type: Bool.Type, forKey key: Key) -> Bool { self.take(false, .truth, key) }
    func decode(_ type: String.Type, forKey key: Key) -> String {
        self.take("", .text(choices: nil), key)
    }
    func decode(_ type: Double.Type, forKey key: Key) -> Double { SchemaProbe.refuse() }
    func decode(_ type: Float.Type, forKey key: Key) -> Float { SchemaProbe.refuse() }
    func decode(_ type: Int.Type, forKey key: Key) -> Int { self.take(0, .number, key) }
    func decode(_ type: Int8.Type, forKey key: Key) -> Int8 { self.take(0, .number, key) }
    func decode(_ type: Int16.Type, forKey key: Key) -> Int16 { self.take(0, .number, key) }
    func decode(_ type: Int32.Type, forKey key: Key) -> Int32 { self.take(0, .number, key) }
    func decode(_ type: Int64.Type, forKey key: Key) -> Int64 { self.take(0, .number, key) }
    func decode(_ type: UInt.Type, forKey key: Key) -> UInt { self.take(0, .number, key) }
    func decode(_ type: UInt8.Type, forKey key: Key) -> UInt8 { self.take(0, .number, key) }
    func decode(_ type: UInt16.Type, forKey key: Key) -> UInt16 { self.take(0, .number, key) }
    func decode(_ type: UInt32.Type, forKey key: Key) -> UInt32 { self.take(0, .number, key) }
    func decode(_ type: UInt64.Type, forKey key: Key) -> UInt64 { self.take(0, .number, key) }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) -> Value {
        let (value, schema) = SchemaProbe.sample(type)
        return self.take(value, schema, key)
    }

    func nestedContainer<Other: CodingKey>(
        keyedBy type: Other.Type,
        forKey key: Key
    ) -> KeyedDecodingContainer<Other> { SchemaProbe.refuse() }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer {
        SchemaProbe.refuse()
    }
    func superDecoder() -> any Decoder { SchemaProbe.refuse() }
    func superDecoder(forKey key: Key) -> any Decoder { SchemaProbe.refuse() }
}

/// A list of one.
private struct SchemaList: UnkeyedDecodingContainer {
    let probe: SchemaProbe
    private(set) var currentIndex = 0
    var codingPath: [any CodingKey] { [] }
    var count: Int? { 1 }
    var isAtEnd: Bool { self.currentIndex > 0 }

    init(probe: SchemaProbe) { self.probe = probe }

    mutating func decodeNil() -> Bool { false }
    mutating func decode<Value: Decodable>(_ type: Value.Type) -> Value {
        self.currentIndex += 1
        let (value, schema) = SchemaProbe.sample(type)
        self.probe.keep(.list(schema))
        return value
    }

    mutating func nestedContainer<Key: CodingKey>(
        keyedBy type: Key.Type
    ) -> KeyedDecodingContainer<Key> { SchemaProbe.refuse() }
    mutating func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer { SchemaProbe.refuse() }
    mutating func superDecoder() -> any Decoder { SchemaProbe.refuse() }
}

private struct SchemaScalar: SingleValueDecodingContainer {
    let probe: SchemaProbe
    var codingPath: [any CodingKey] { [] }

    private func take<Value>(_ value: Value, _ schema: Schema) -> Value {
        self.probe.keep(schema)
        return value
    }

    func decodeNil() -> Bool { false }
    func decode(_ type: Bool.Type) -> Bool { self.take(false, .truth) }
    func decode(_ type: String.Type) -> String { self.take("", .text(choices: nil)) }
    func decode(_ type: Double.Type) -> Double { SchemaProbe.refuse() }
    func decode(_ type: Float.Type) -> Float { SchemaProbe.refuse() }
    func decode(_ type: Int.Type) -> Int { self.take(0, .number) }
    func decode(_ type: Int8.Type) -> Int8 { self.take(0, .number) }
    func decode(_ type: Int16.Type) -> Int16 { self.take(0, .number) }
    func decode(_ type: Int32.Type) -> Int32 { self.take(0, .number) }
    func decode(_ type: Int64.Type) -> Int64 { self.take(0, .number) }
    func decode(_ type: UInt.Type) -> UInt { self.take(0, .number) }
    func decode(_ type: UInt8.Type) -> UInt8 { self.take(0, .number) }
    func decode(_ type: UInt16.Type) -> UInt16 { self.take(0, .number) }
    func decode(_ type: UInt32.Type) -> UInt32 { self.take(0, .number) }
    func decode(_ type: UInt64.Type) -> UInt64 { self.take(0, .number) }
    func decode<Value: Decodable>(_ type: Value.Type) -> Value {
        let (value, schema) = SchemaProbe.sample(type)
        return self.take(value, schema)
    }
}
