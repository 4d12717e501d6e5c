import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NodeInterface
import NodeService

/// What is known of a request's connection.
struct WebContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The peer's address, without its port.
    let address: String

    init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
        self.address = source.channel.remoteAddress?.ipAddress ?? ""
    }
}

/// Answers every request: checks first, then the page, then the headers.
///
/// The order is: name of the server, path, method, who asks, form with its token, right, page.
struct Pages: HTTPResponder {
    let node: Node
    let hosts: HostCheck
    let cookies: Visit.CookieNames
    let sessions: SessionStore
    let limiter: LoginLimiter
    let logins: LoginCheck
    let tokens: TokenKey
    /// Of lists that are sent, for each user.
    let lists = Turns(atOnce: 2)
    /// What the map is made of.
    let map: MapFiles
    /// What an address counts as for the limits on it.
    let addressKey: @Sendable (String) -> String?
    let logger: Logger
    /// Seconds of a clock that does not go back.
    let clock: @Sendable () -> Int

    var isTLS: Bool { self.hosts.scheme == "https" }

    /// The parameter of an address that names a form which is shown again.
    static let shownName = "shown"

    /// Whether an address can be asked for with GET.
    static func canBeRead(_ route: Route, query: Substring) -> Bool {
        route.isPage || route.isShownAgain && query.hasPrefix(self.shownName + "=")
    }

    /// What a request came to before its page is made.
    struct Asked {
        let route: Route
        let visit: Visit
        let query: FormData
        let form: FormData
        let address: String
        /// Path and query.
        let target: String
        /// Whether the client takes answers in gzip's form.
        let takesGzip: Bool

        var words: Words { Words(self.visit.language) }

        /// The target without its query.
        var path: String { String(self.target.prefix { $0 != "?" }) }
    }

    func respond(to request: Request, context: WebContext) async -> Response {
        var response: Response
        do throws(PageError) {
            response = try await self.answer(request, context)
        } catch {
            response =
                error.status == .misdirectedRequest
                ? self.misdirected : self.errorPage(error, request)
        }
        SecurityHeaders.add(
            to: &response.headers,
            isTLS: self.isTLS,
            tiles: self.map.tilesOrigin
        )
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(
        _ request: Request,
        _ context: WebContext
    ) async throws(PageError) -> Response {
        guard self.hosts.accepts(request.head.authority) else {
            throw PageError(.misdirectedRequest, "errorHost")
        }
        let target = request.head.path ?? ""
        guard target.utf8.count <= WebLimits.targetBytesMax else {
            throw PageError(.uriTooLong, "errorForm")
        }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let route = Route(path: String(parts.first ?? "")) else {
            throw PageError(.notFound, "errorNoPage")
        }
        let isRead = request.method == .get || request.method == .head
        let isPost = request.method == .post && route.isForm
        guard isRead ? Self.canBeRead(route, query: parts.count == 2 ? parts[1] : "") : isPost
        else {
            throw PageError(.methodNotAllowed, "errorMethod")
        }
        if let file = self.file(route, request) { return file }
        guard let query = FormData(parts.count == 2 ? Array(parts[1].utf8) : []) else {
            throw PageError(.badRequest, "errorForm")
        }
        let visit = try Visit(
            request,
            names: self.cookies,
            sessions: self.sessions,
            node: self.node,
            at: self.clock()
        )
        // Lists are long: of one user two are taken in at once, and what waits is not read yet.
        let reader = !isRead && route.takesFiles ? visit.logIn?.account.name : nil
        if let reader {
            do throws(Refusal) { try await self.lists.take(reader) } catch {
                throw PageError(error)
            }
        }
        defer { if let reader { self.lists.give(reader) } }
        let form = isRead ? .empty : try await self.form(request, route: route, visit: visit)
        let asked = Asked(
            route: route,
            visit: visit,
            query: query,
            form: form,
            address: context.address,
            target: target,
            takesGzip: Gzip.isAccepted(by: request.headers)
        )
        return try await self.answer(asked, isRead: isRead)
    }

    // MARK: Forms

    /// The form of a request that comes from one of these pages.
    private func form(
        _ request: Request,
        route: Route,
        visit: Visit
    ) async throws(PageError) -> FormData {
        guard self.isFromHere(request) else { throw PageError(.forbidden, "errorToken") }
        let type = request.headers[.contentType]
        let plain = type?.split(separator: ";").first.map { String($0).trimmingBlanks.lowercased() }
        let boundary = route.takesFiles ? FormData.boundary(ofType: type) : nil
        guard boundary != nil || plain == "application/x-www-form-urlencoded" else {
            throw PageError(.unsupportedMediaType, "errorForm")
        }
        // Only who is logged in sends more than a form of words.
        let most =
            route.takesFiles && visit.logIn != nil
            ? WebLimits.listBodyBytesMax : WebLimits.bodyBytesMax
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > most {
            // A list that somebody sends whose log-in ended is not too long.
            guard !route.takesFiles || visit.logIn != nil || length > WebLimits.listBodyBytesMax
            else { throw PageError(.forbidden, "errorEndedList") }
            throw PageError(.contentTooLarge, "errorTooLarge")
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: most)
        } catch is NIOTooManyBytesError {
            throw PageError(.contentTooLarge, "errorTooLarge")
        } catch {
            throw PageError(.badRequest, "errorForm")
        }
        let read = boundary.map {
            FormData(multipart: Array(body.readableBytesView), boundary: $0)
        }
        guard let form = read ?? FormData(body.readableBytesView) else {
            throw PageError(.badRequest, "errorForm")
        }
        guard self.accepts(form["token"], route: route, visit: visit) else {
            throw self.refusal(of: form, visit: visit)
        }
        return form
    }

    private func accepts(_ token: String?, route: Route, visit: Visit) -> Bool {
        if self.tokens.accepts(token, of: visit.cookie) { return true }
        guard route == .login || route == .language, let visitor = visit.visitor else {
            return false
        }
        return self.tokens.accepts(token, of: visitor)
    }

    /// Why a form with a wrong token is refused.
    ///
    /// Whoever typed it gets it back, which stands nowhere else any more where a session ended or the
    /// node started again: no browser says that it is of another origin, as each does that sends
    /// one from there.
    private func refusal(of form: FormData, visit: Visit) -> PageError {
        let typed = form.typed
        guard !typed.isEmpty else { return PageError(.forbidden, "errorToken") }
        var error = PageError(.forbidden, visit.logIn == nil ? "errorEnded" : "errorOtherLogIn")
        error.typed = typed
        return error
    }

    /// The answer under another name than this server's: nothing of this node, and no cookie.
    private var misdirected: Response {
        Response(
            status: .misdirectedRequest,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: "421 Misdirected Request\n"))
        )
    }

    /// Whether the browser says that a form is of this origin, where it says anything.
    private func isFromHere(_ request: Request) -> Bool {
        if let origin = request.headers[.origin], origin != self.origin(request) { return false }
        guard let site = Self.fetchSite.flatMap({ request.headers[$0] }) else { return true }
        return site == "same-origin"
    }

    private func origin(_ request: Request) -> String {
        "\(self.hosts.scheme)://\(request.head.authority ?? "")"
    }

    private static let fetchSite = HTTPField.Name("Sec-Fetch-Site")

    // MARK: Files

    /// The style sheet and the icon, which hold no data and may be kept.
    private func file(_ route: Route, _ request: Request) -> Response? {
        let (text, type): (String, String)
        switch route {
        case .styleSheet: (text, type) = (StyleSheet.text, "text/css; charset=utf-8")
        case .icon: (text, type) = (StyleSheet.icon, "image/svg+xml")
        case .script: (text, type) = (SearchScript.text, "text/javascript; charset=utf-8")
        case .mapScript: (text, type) = (MapScript.text, "text/javascript; charset=utf-8")
        case .mapLibrary(let name):
            guard let file = self.map.file(name) else { return nil }
            (text, type) = (file, name.type)
        default: return nil
        }
        // The library is the machine's own, and changes when that is brought up to date.
        let isOwn = if case .mapLibrary = route { false } else { true }
        let version = isOwn ? StyleSheet.version : StyleSheet.hash(of: text)
        let tag = "\"\(version)\""
        let isNamed = isOwn && request.head.path?.hasSuffix("?\(version)") ?? false
        var headers: HTTPFields = [
            .contentType: type, .eTag: tag,
            .cacheControl: isNamed ? "public, max-age=31536000, immutable" : "no-cache",
        ]
        if request.headers[.ifNoneMatch] == tag {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        var response = Response(status: .ok, headers: headers)
        Gzip.write(text, to: &response, isAccepted: Gzip.isAccepted(by: request.headers))
        return response
    }
}
