import Cryptography
import HTTPTypes
import Hummingbird
import JSONText
import Logging
import NIOCore
import NodeInterface
import NodeService

/// Everything that a node can be asked, for programs: `/api/v1/NAME` (`Protocol/api.md`).
///
/// Requests and documents are those of ``NodeInterface``, by the same names; nothing here knows any one
/// of them.
struct API {
    /// Where it is.
    static let path = "/api/v1/"

    let node: Node
    let hosts: HostCheck
    let logger: Logger
    private let room = DocumentRoom()

    init(node: Node, hosts: HostCheck, logger: Logger) {
        self.node = node
        self.hosts = hosts
        self.logger = logger
    }

    /// What the API answers; a problem is an answer.
    func respond(to request: Request) async -> Response {
        do throws(APIProblem) {
            return try await self.answer(request)
        } catch {
            return error.response
        }
    }

    private func answer(_ request: Request) async throws(APIProblem) -> Response {
        guard self.hosts.accepts(request.head.authority) else {
            throw APIProblem(.notFound, "host: not a name of this server")
        }
        let target = request.head.path ?? ""
        guard target.utf8.count <= WebLimits.targetBytesMax else {
            throw APIProblem(.tooLarge, "path: over \(WebLimits.targetBytesMax) bytes")
        }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0].dropFirst(Self.path.count))
        if name == OpenAPIDocument.name {
            guard request.method == .get else {
                throw APIProblem(.method, "\(name): asked with GET", allow: .get)
            }
            return Self.response([Array(OpenAPIDocument.text.utf8)])
        }
        guard let type = Self.requests[name] else {
            throw APIProblem(.notFound, "\(name): no request has this name")
        }
        let method: HTTPRequest.Method = type.isQuery ? .get : .post
        guard request.method == method else {
            throw APIProblem(.method, "\(name): asked with \(method.rawValue)", allow: method)
        }
        // Of who may not ask no member is looked at.
        let caller = try await self.caller(of: request)
        if let right = caller.missing(for: type) {
            throw APIProblem(.notAllowed(right, user: caller.name))
        }
        guard let query = FormData(parts.count == 2 ? Array(parts[1].utf8) : []) else {
            throw APIProblem(.malformed, "query: not in the form name=value&name=value")
        }
        guard type.isQuery || query.fields.isEmpty else {
            throw APIProblem(.malformed, "query: this request has its members in its body")
        }
        let body = type.isQuery ? nil : try await Self.body(of: request)
        return try await self.answer(type, query: query, body: body, for: caller)
    }

    /// What can be asked here, by name: all but what the command line's import alone makes.
    static let requests: [String: any HandledRequest.Type] = Node.requests.filter {
        $0.key != ImportRecords.name
    }

    private func answer<Asked: HandledRequest>(
        _ type: Asked.Type,
        query: FormData,
        body: String?,
        for caller: Caller
    ) async throws(APIProblem) -> Response {
        let request: Asked
        if let body {
            request = try APIInput.request(type, body: body)
        } else {
            request = try APIInput.request(type, query: query)
        }
        if let export = request as? ExportLog { return try await self.stream(export, for: caller) }
        let answer: Asked.Answer
        do throws(Refusal) {
            answer = try await self.node.answer(request, for: caller)
        } catch {
            throw self.problem(error)
        }
        let document = DocumentText.parts(of: answer)
        let byteCount = document.reduce(0) { $0 + $1.count }
        guard let taken = self.room.take(byteCount, for: caller.name) else {
            throw APIProblem(
                .unavailable,
                "answer: \(byteCount) bytes, and as much as may wait for '\(caller.name)' was not read yet. Read "
                    + "that first"
            )
        }
        return Self.response(document, taken)
    }

    /// A document that is sent part by part, and takes room until it was.
    private static func response(
        _ document: [[UInt8]],
        _ taken: DocumentRoom.Taken? = nil
    ) -> Response {
        let byteCount = document.reduce(0) { $0 + $1.count }
        return Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody(contentLength: byteCount) { writer in
                for part in document { try await writer.write(ByteBuffer(bytes: part)) }
                try await writer.finish(nil)
                withExtendedLifetime(taken) {}
            }
        )
    }

    /// What a refusal comes to; of an error of this program the log has the words, under a reference.
    private func problem(_ refusal: Refusal) -> APIProblem {
        var problem = APIProblem(refusal)
        if case .bug(let words) = refusal {
            let reference = TextEncoding.hex(Randomness.bytes(count: 4))
            self.logger.error("api: reference \(reference): \(words)")
            problem.detail += " (\(reference))"
        }
        return problem
    }

    // MARK: Streams

    /// An answer that is sent while it is made.
    private func stream(
        _ request: ExportLog,
        for caller: Caller
    ) async throws(APIProblem) -> Response {
        let handover = Handover()
        var caller = caller
        caller.sink = { (part) async throws(Refusal) in try await handover.give(part) }
        Task { [node, caller] in
            do throws(Refusal) {
                _ = try await node.answer(request, for: caller)
                await handover.end()
            } catch {
                await handover.end(error)
            }
        }
        // What is refused is refused before there is a part.
        let first: [UInt8]
        switch await handover.take() {
        case .bytes(let bytes): first = bytes
        case .end: first = []
        case .refusal(let refusal): throw self.problem(refusal)
        }
        return Response(
            status: .ok,
            headers: [.contentType: "application/octet-stream"],
            body: ResponseBody { [taker = Handover.Taker(handover)] writer in
                try await writer.write(ByteBuffer(bytes: first))
                while true {
                    switch await taker.handover.take() {
                    case .bytes(let bytes): try await writer.write(ByteBuffer(bytes: bytes))
                    case .end: return try await writer.finish(nil)
                    // The connection ends before the body does, which says that it is not whole.
                    case .refusal(let refusal): throw refusal
                    }
                }
            }
        )
    }

    // MARK: Who asks, and what

    private func caller(of request: Request) async throws(APIProblem) -> Caller {
        let parts = (request.headers[.authorization] ?? "").split(separator: " ")
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw APIProblem(.noToken, "authorization: not 'Bearer TOKEN'")
        }
        let caller: Caller?
        do throws(Refusal) {
            caller = try self.node.accounts.caller(bearing: String(parts[1]))
        } catch {
            throw self.problem(error)
        }
        guard let caller else {
            throw APIProblem(.noToken, "authorization: the token is not valid, or not any more")
        }
        return caller
    }

    private static func body(of request: Request) async throws(APIProblem) -> String {
        let type = request.headers[.contentType]?.split(separator: ";").first.map(String.init)
        guard type?.trimmingBlanks.lowercased() == "application/json" else {
            throw APIProblem(.mediaType, "content-type: not application/json")
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: WebLimits.apiBodyBytesMax)
        } catch is NIOTooManyBytesError {
            throw APIProblem(.tooLarge, "body: over \(WebLimits.apiBodyBytesMax) bytes")
        } catch {
            throw APIProblem(.malformed, "body: did not come whole")
        }
        guard let text = String(validating: body.readableBytesView, as: UTF8.self) else {
            throw APIProblem(.malformed, "body: not UTF-8")
        }
        return text
    }
}

/// Answers a request: the API, else the pages.
struct WebResponder: HTTPResponder {
    let pages: Pages
    let api: API

    func respond(to request: Request, context: WebContext) async -> Response {
        guard request.head.path?.hasPrefix(API.path) == true else {
            return await self.pages.respond(to: request, context: context)
        }
        var response = await self.api.respond(to: request)
        SecurityHeaders.add(to: &response.headers, isTLS: self.pages.isTLS, tiles: nil)
        return request.method == .head ? response.createHeadResponse() : response
    }
}
