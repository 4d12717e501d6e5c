import HTTPTypes
import JSONText
import NodeInterface
import NodeService

/// The description of the API, made of the request types (OpenAPI 3.1).
enum OpenAPIDocument {
    /// Its name in the API.
    static let name = "openapi.json"

    /// The document.
    static let text = Self.document.prettyText

    private static var document: JSONValue {
        .object([
            .init("openapi", "3.1.0"),
            .init(
                "info",
                [
                    "title": "Tafel", "version": .string(Node.version),
                    "description": .string(self.description),
                ]
            ),
            .init(
                "paths",
                .object(API.requests.sorted { $0.key < $1.key }.map { self.path($0.key, $0.value) })
            ),
            .init(
                "components",
                [
                    "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
                    "schemas": ["Problem": self.problem],
                ]
            ),
            .init("security", [["token": []]]),
        ])
    }

    private static let description =
        "Everything that the command line can ask a node, with the same documents as its --json. A token "
        + "is made with 'tafel token add'. Times are RFC 3339 in UTC, dates YYYY-MM-DD, IDs lower-case "
        + "hexadecimal or a beginning of 6 digits and more."

    private static let problem: JSONValue = [
        "type": "object",
        "properties": [
            "type": ["type": "string"], "title": ["type": "string"], "status": ["type": "integer"],
            "detail": ["type": "string"],
        ],
        "required": ["type", "title", "status", "detail"],
    ]

    private static func path(
        _ name: String,
        _ type: any HandledRequest.Type
    ) -> JSONValue.Member {
        .init(
            API.path + name,
            .object([.init(type.isQuery ? "get" : "post", self.operation(name, type))])
        )
    }

    private static func operation<Asked: HandledRequest>(
        _ name: String,
        _ type: Asked.Type
    ) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("operationId", .string(name)),
            .init("description", .string(self.needs(type))),
        ]
        let schema = Schema.of(type)
        if type.isQuery {
            members.append(.init("parameters", .array(self.parameters(schema))))
        } else {
            members.append(
                .init(
                    "requestBody",
                    [
                        "required": true,
                        "content": ["application/json": ["schema": schema.json(isWhole: false)]],
                    ]
                )
            )
        }
        members.append(.init("responses", self.responses(type)))
        return .object(members)
    }

    private static func needs(_ type: (some HandledRequest).Type) -> String {
        let scopes = Right.allCases.filter(type.rights.contains).map(\.rawValue)
        return "Needs the scope\(scopes.count == 1 ? "" : "s") "
            + scopes.joined(separator: " and ") + "."
    }

    private static func parameters(_ schema: Schema) -> [JSONValue] {
        guard case .object(let members) = schema else { return [] }
        return members.map { member in
            [
                "name": .string(member.name), "in": "query", "required": .bool(!member.isOptional),
                "schema": member.schema.json(isWhole: false),
            ]
        }
    }

    private static func responses<Asked: HandledRequest>(_ type: Asked.Type) -> JSONValue {
        let content: JSONValue =
            type is ExportLog.Type
            ? ["application/octet-stream": .object([])]
            : ["application/json": ["schema": Schema.of(Asked.Answer.self).json(isWhole: true)]]
        let problems = APIProblem.Kind.allCases.filter { $0 != .bug && $0 != .method }.map { kind in
            JSONValue.Member(
                String(kind.status.code),
                [
                    "description": .string(kind.title),
                    "content": [
                        "application/problem+json": [
                            "schema": ["$ref": "#/components/schemas/Problem"]
                        ]
                    ],
                ]
            )
        }
        return .object(
            [.init("200", ["description": "Done", "content": content])] + problems
        )
    }
}
