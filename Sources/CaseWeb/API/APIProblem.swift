import HTTPTypes
import Hummingbird
import JSONText
import NIOCore
import NodeInterface

/// Why the API does not do what it is asked: a problem document of RFC 9457.
struct APIProblem: Error, Hashable {
    /// Kinds of problems, by what its type is called.
    enum Kind: String, CaseIterable {
        /// The request is malformed, or not what the description says.
        case malformed
        /// No token, or one that is not valid.
        case noToken = "no-token"
        /// The token, or its user, may not do this.
        case notAllowed = "not-allowed"
        /// There is nothing by that name.
        case notFound = "not-found"
        /// It is asked another way.
        case method
        /// What the request goes by is another by now.
        case conflict
        /// The request's body is too large.
        case tooLarge = "too-large"
        /// The request's body is no JSON.
        case mediaType = "media-type"
        /// The node refuses it.
        case refused
        /// Something that is needed is unavailable.
        case unavailable
        /// A mistake of this program.
        case bug

        var status: HTTPResponse.Status {
            switch self {
            case .malformed: .badRequest
            case .noToken: .unauthorized
            case .notAllowed: .forbidden
            case .notFound: .notFound
            case .method: .methodNotAllowed
            case .conflict: .conflict
            case .tooLarge: .contentTooLarge
            case .mediaType: .unsupportedMediaType
            case .refused: .unprocessableContent
            case .unavailable: .serviceUnavailable
            case .bug: .internalServerError
            }
        }

        var title: String {
            switch self {
            case .malformed: "The request is not as the description says"
            case .noToken: "A valid token is needed"
            case .notAllowed: "Not allowed"
            case .notFound: "Not found"
            case .method: "Asked another way"
            case .conflict: "Something changed meanwhile"
            case .tooLarge: "The request is too large"
            case .mediaType: "The request's body is not JSON"
            case .refused: "The node refuses this"
            case .unavailable: "Something is unavailable"
            case .bug: "A mistake of the program"
            }
        }
    }

    let kind: Kind
    var detail: String
    /// The method to use instead.
    var allow: HTTPRequest.Method?

    init(_ kind: Kind, _ detail: String, allow: HTTPRequest.Method? = nil) {
        self.kind = kind
        self.detail = detail
        self.allow = allow
    }

    /// What the node refuses.
    init(_ refusal: Refusal) {
        let kind: Kind =
            switch refusal.kind {
            case .notFound: .notFound
            case .ambiguous, .invalid, .refused: .refused
            case .notAllowed: .notAllowed
            case .conflict: .conflict
            case .unavailable: .unavailable
            case .bug: .bug
            }
        if case .notAllowed(let right, _) = refusal {
            self.init(kind, "needs the scope \(right.rawValue), and a user whose role allows it")
        } else {
            self.init(kind, Words(.english).text(of: refusal))
        }
    }

    /// The answer that says so.
    var response: Response {
        let document: JSONValue = [
            "type": .string("urn:tafel:problem:\(self.kind.rawValue)"),
            "title": .string(self.kind.title), "status": .integer(self.kind.status.code),
            "detail": .string(self.detail),
        ]
        var headers: HTTPFields = [.contentType: "application/problem+json"]
        if self.kind == .noToken { headers[.wwwAuthenticate] = "Bearer" }
        if let allow { headers[.allow] = allow.rawValue }
        return Response(
            status: self.kind.status,
            headers: headers,
            body: .init(byteBuffer: ByteBuffer(string: document.prettyText))
        )
    }
}
