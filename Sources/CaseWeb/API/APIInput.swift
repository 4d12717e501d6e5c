import Foundation
import JSONText
import NodeService

/// Makes a request of what a client sends, and says what is wrong with it otherwise.
enum APIInput {
    /// The request that a query asks for.
    static func request<Asked: HandledRequest>(
        _ type: Asked.Type,
        query: FormData
    ) throws(APIProblem) -> Asked {
        guard case .object(let members) = Schema.of(type) else {
            return try self.decode(type, "{}")
        }
        var values: [JSONValue.Member] = []
        for name in Set(query.fields.map(\.name)).sorted() {
            guard let member = members.first(where: { $0.name == name }) else {
                throw APIProblem(.malformed, "\(self.short(name)): not a parameter of this request")
            }
            let texts = query.fields.filter { $0.name == name }.map(\.value)
            if case .list = member.schema {
                values.append(.init(name, .array(texts.map { .string($0) })))
                continue
            }
            guard texts.count == 1 else { throw APIProblem(.malformed, "\(name): given twice") }
            values.append(.init(name, try self.value(texts[0], of: member)))
        }
        return try self.decode(type, JSONValue.object(values).canonicalText)
    }

    /// What a client made up, as far as it is said back.
    private static func short(_ name: String) -> String { String(name.prefix(64)) }

    private static func value(
        _ text: String,
        of member: Schema.Member
    ) throws(APIProblem) -> JSONValue {
        switch member.schema {
        case .text: return .string(text)
        case .number:
            let most = JSONValue.integerMagnitudeMax
            guard let number = Int(text), (-most...most).contains(number) else {
                throw APIProblem(.malformed, "\(member.name): not a whole number")
            }
            return .integer(number)
        case .truth:
            guard let truth = Bool(text) else {
                throw APIProblem(.malformed, "\(member.name): not true or false")
            }
            return .bool(truth)
        case .list, .object, .values:
            preconditionFailure("what a query asks for has texts, numbers and lists of texts")
        }
    }

    /// The request that a body asks for.
    static func request<Asked: HandledRequest>(
        _ type: Asked.Type,
        body: String
    ) throws(APIProblem) -> Asked {
        do throws(StrictJSON.Fault) {
            try StrictJSON.check(body)
        } catch {
            switch error {
            case .form: throw APIProblem(.malformed, "body: not JSON")
            case .limit:
                throw APIProblem(
                    .malformed,
                    "body: over \(WebLimits.apiValuesMax) values, or over \(WebLimits.apiDepthMax) objects and "
                        + "lists within each other"
                )
            }
        }
        guard let names = try? JSONDecoder().decode(Names.self, from: Data(body.utf8)) else {
            throw APIProblem(.malformed, "body: not JSON")
        }
        guard case .object = names else { throw APIProblem(.malformed, "body: not an object") }
        if let name = names.unknown(to: Schema.of(type)) {
            throw APIProblem(.malformed, "\(self.short(name)): not a member of this request")
        }
        return try self.decode(type, body)
    }

    private static func decode<Asked: HandledRequest>(
        _ type: Asked.Type,
        _ text: String
    ) throws(APIProblem) -> Asked {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch let error as DecodingError {
            throw APIProblem(.malformed, self.words(error))
        } catch {
            throw APIProblem(.malformed, "request: not a JSON document")
        }
    }

    private static func words(_ error: DecodingError) -> String {
        func path(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
            let keys = context.codingPath + (key.map { [$0] } ?? [])
            return keys.isEmpty ? "request" : keys.map(\.stringValue).joined(separator: ".")
        }
        return switch error {
        case .keyNotFound(let key, let context): "\(path(context, key)): missing"
        case .valueNotFound(_, let context): "\(path(context)): null"
        case .typeMismatch(_, let context), .dataCorrupted(let context):
            "\(path(context)): not of the kind that the description says"
        @unknown default: "request: not as the description says"
        }
    }

    /// The names in a document, whatever their values are.
    private indirect enum Names: Decodable {
        case none
        case list([Names])
        case object([String: Names])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let members = try? value.decode([String: Names].self) {
                self = .object(members)
            } else if let elements = try? value.decode([Names].self) {
                self = .list(elements)
            } else {
                self = .none
            }
        }

        /// The first name that a schema does not have; `nil` for none.
        func unknown(to schema: Schema) -> String? {
            switch (self, schema) {
            case (.object(let names), .object(let members)):
                for (name, value) in names.sorted(by: { $0.key < $1.key }) {
                    guard let member = members.first(where: { $0.name == name }) else {
                        return name
                    }
                    if let unknown = value.unknown(to: member.schema) {
                        return "\(name).\(unknown)"
                    }
                }
                return nil
            case (.list(let elements), .list(let schema)):
                return elements.lazy.compactMap { $0.unknown(to: schema) }.first
            default: return nil
            }
        }
    }
}
