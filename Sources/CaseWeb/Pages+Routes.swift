import CaseModel
import Cryptography
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NodeInterface
import NodeService
import SyncLog

/// From a checked request to its page.
extension Pages {
    func answer(_ asked: Asked, isRead: Bool) async throws(PageError) -> Response {
        switch asked.route {
        case .login: return try await isRead ? self.showLogin(asked) : self.logIn(asked)
        case .language: return self.setLanguage(asked)
        default: break
        }
        guard let logIn = asked.visit.logIn else {
            guard isRead else { throw PageError(.forbidden, "errorToken") }
            let next = asked.route == .home ? "" : "?next=\(asked.target.percentEncoded)"
            return self.redirect("/login\(next)", asked)
        }
        if asked.route == .logout { return self.logOut(logIn, asked) }
        let shown = isRead && asked.route.isShownAgain ? asked.query[Self.shownName] : nil
        let kept = shown.flatMap { self.sessions.kept($0, of: logIn.key) }
        if shown != nil, kept?.path != asked.path {
            return self.redirect(asked.route.beginning, asked)
        }
        let desk = Desk(
            node: self.node,
            account: logIn.account,
            words: asked.words,
            query: asked.query,
            form: kept?.form ?? asked.form,
            map: self.map,
            shownAgain: kept.map { Desk.ShownAgain(problem: $0.problem, isTyped: $0.isTyped) }
        )
        if let right = asked.route.right, !desk.may(right) {
            throw PageError(.forbidden, "errorRight")
        }
        let answer: PageAnswer
        if kept != nil {
            answer = try await self.act(asked.route, desk)
        } else {
            answer =
                try await isRead ? self.page(asked.route, desk) : self.actOnce(asked, desk, logIn)
        }
        switch answer {
        case .redirect(let target, let flash):
            if let flash { self.sessions.setFlash(flash, of: logIn.key) }
            return self.redirect(target, asked)
        case .text(let text, let type, let fileName):
            return self.file(text, type: type, name: fileName, asked)
        case .page(let page):
            guard !isRead, asked.route.isShownAgain else { return self.render(page, asked) }
            // A browser that goes back would have to send the form again; an address it just asks for.
            let id = self.sessions.keep(
                asked.form,
                sentTo: asked.path,
                page.problem,
                of: logIn.key
            )
            return self.redirect("\(asked.path)?\(Self.shownName)=\(id)", asked)
        }
    }

    /// What GET shows.
    private func page(_ route: Route, _ desk: Desk) async throws(PageError) -> PageAnswer {
        switch route {
        case .home:
            .redirect(
                to: desk.may(.readContents)
                    ? "/records" : desk.may(.readLogs) ? "/tables" : "/node",
                nil
            )
        case .cases: try await desk.cases()
        case .newCase: try await desk.newCase()
        case .showCase(let id): try await desk.showCase(id)
        case .audience(let id): try await desk.audiencePage(id)
        case .share(let id): try await desk.share(id)
        case .withdraw(let id, let fragment): try await desk.withdrawPage(id, fragment)
        case .records: try await desk.records()
        case .searchTable: try await desk.searchTable()
        case .suggestions: try await desk.suggestions()
        case .points: try await desk.points()
        case .mapLayer(let name): try desk.mapLayer(name)
        case .searchList: .page(desk.listPage())
        case .record(let id): try await desk.record(id)
        case .quality: try await desk.quality()
        case .qualityTable: try await desk.qualityTable()
        case .pairs: .page(try await desk.pairs(of: nil))
        case .subject(let name): .page(try await desk.subject(name))
        case .subjectPairs(let name): .page(try await desk.pairs(of: name))
        case .weights: .page(try await desk.weights())
        case .tables: try await desk.tables()
        case .table(let id): try await desk.table(id)
        case .log(let id): try await desk.log(id)
        case .node: try await desk.nodeStatus()
        case .styleSheet, .icon, .script, .mapScript, .mapLibrary, .login, .logout, .language, .act,
            .shareStep, .decide, .succeed, .changeWeights, .synchronise:
            throw PageError(.methodNotAllowed, "errorMethod")
        }
    }

    /// Does what a form asks for, unless this session had the same form carried out already: who
    /// presses twice means one thing.
    private func actOnce(
        _ asked: Asked,
        _ desk: Desk,
        _ logIn: Visit.LogIn
    ) async throws(PageError) -> PageAnswer {
        guard let repeated = asked.route.repeated else {
            return try await self.act(asked.route, desk)
        }
        guard asked.form["form"] != nil else { throw PageError(.badRequest, "errorForm") }
        let form = asked.form.digest(path: asked.target)
        switch self.sessions.beginForm(form, of: logIn.key) {
        case .new: break
        // What the first said is still to be said, on the page that this leads to.
        case .running: return .redirect(to: repeated, nil)
        case .done(let outcome):
            // It is said again, as what was done before: it need not be so any more.
            let said = outcome.flash.map { asked.words($0.key, arguments: $0.arguments) }
            let flash = said.map { Session.Flash(key: "doneAlready", arguments: [$0]) }
            return .redirect(to: outcome.target, flash)
        }
        do throws(PageError) {
            let answer = try await self.act(asked.route, desk)
            guard case .redirect(let target, let flash) = answer else {
                self.sessions.forgetForm(form, of: logIn.key)
                return answer
            }
            let outcome = Session.SentForm.Outcome(target: target, flash: flash)
            self.sessions.endForm(form, outcome, of: logIn.key)
            return answer
        } catch {
            self.sessions.forgetForm(form, of: logIn.key)
            throw error
        }
    }

    /// What POST does.
    private func act(_ route: Route, _ desk: Desk) async throws(PageError) -> PageAnswer {
        switch route {
        case .newCase: try await desk.openCase()
        case .act(let id, let action): try await desk.act(id, action)
        case .audience(let id): try await desk.setAudience(id)
        case .share(let id): try await desk.confirmShare(id)
        case .shareStep(let id, let step): try await desk.shareStep(id, step)
        case .withdraw(let id, let fragment): try await desk.withdraw(id, fragment)
        case .synchronise: try await desk.synchronise()
        case .searchList: try await desk.searchList()
        case .decide(let name): try await desk.decide(name)
        case .succeed(let name): try await desk.succeed(name)
        case .changeWeights: try await desk.changeWeights()
        case .home, .styleSheet, .icon, .script, .mapScript, .mapLibrary, .mapLayer, .login,
            .logout, .language, .cases, .showCase, .records, .searchTable, .suggestions, .points,
            .record, .quality, .qualityTable, .pairs, .subject, .subjectPairs, .weights, .tables,
            .table, .log, .node:
            throw PageError(.methodNotAllowed, "errorMethod")
        }
    }

    // MARK: Answers

    private func file(_ text: String, type: String, name: String?, _ asked: Asked) -> Response {
        var response = Response(status: .ok, headers: [.contentType: type])
        if let name { response.headers[.contentDisposition] = "attachment; filename=\"\(name)\"" }
        self.setVisitor(asked.visit, in: &response)
        Gzip.write(text, to: &response, isAccepted: asked.takesGzip)
        return response
    }

    func redirect(_ target: String, _ asked: Asked) -> Response {
        var response = Response(status: .seeOther, headers: [.location: target])
        self.setVisitor(asked.visit, in: &response)
        return response
    }

    func setVisitor(_ visit: Visit, in response: inout Response) {
        guard let visitor = visit.newVisitor else { return }
        response.setCookie(self.cookie(self.cookies.visitor, visitor, maxAge: nil))
    }

    func cookie(_ name: String, _ value: String, maxAge: Int?) -> Cookie {
        Cookie(
            name: name,
            value: value,
            maxAge: maxAge,
            path: "/",
            secure: self.isTLS,
            httpOnly: true,
            sameSite: .strict
        )
    }

    func render(_ page: Page, _ asked: Asked) -> Response {
        let words = asked.words
        var model = page.model
        self.addFrame(to: &model, page, visit: asked.visit, words: words)
        // A page that answered a form is asked for again by its address without the form.
        model["back"] = page.model["back"] ?? (asked.route.isPage ? asked.target : "/")
        if let shown = asked.query[Self.shownName] {
            model["back"] = asked.target
            // Who goes back to it and sends it once more means what was done already.
            model["form"] = shown
        }
        model["typedForm"] = page.typedForm
        if let logIn = asked.visit.logIn {
            let route = asked.route
            model["user"] = Self.user(logIn.account, words)
            model["printed"] = words(
                "printedBy",
                self.node.card.name,
                logIn.account.name,
                words.time(
                    UTCTime.text(milliseconds: UInt64(Date.now.timeIntervalSince1970 * 1_000))
                )
            )
            model["sections"] = self.sections(of: logIn.account.role, route: route, words: words)
            if page.status == .ok, let flash = self.sessions.takeFlash(of: logIn.key) {
                model["flash"] = words(flash.key, arguments: flash.arguments)
            }
        }
        var response = self.html(model, status: page.status, takesGzip: asked.takesGzip)
        self.setVisitor(asked.visit, in: &response)
        return response
    }

    /// Who is logged in; a role that the name says already is not said again.
    private static func user(_ account: UserAccount, _ words: Words) -> [String: Any] {
        var user: [String: Any] = ["name": account.name]
        let role = words.term("role", account.role.rawValue)
        user["role"] = account.name == role || account.name == account.role.rawValue ? nil : role
        return user
    }

    private func addFrame(
        to model: inout [String: Any],
        _ page: Page,
        visit: Visit?,
        words: Words
    ) {
        model["t"] = words.catalogue
        model["page"] = page.template
        if model["title"] == nil { model["title"] = page.title }
        model["language"] = words.language.rawValue
        model["isDutch"] = words.language == .dutch
        model["handle"] = self.node.card.handle
        model["styleVersion"] = StyleSheet.version
        model["token"] = visit.map { self.tokens.token($0.cookie) } ?? ""
        model["form"] = TextEncoding.hex(Randomness.bytes(count: FormData.idByteCount))
        model["back"] = "/"
    }

    private func sections(of role: UserRole, route: Route, words: Words) -> [[String: Any]] {
        let all: [(href: String, key: String, right: Right)] = [
            ("/records", "search", .readContents), ("/cases", "cases", .readContents),
            ("/tables", "tables", .readTables), ("/node", "node", .readStatus),
        ]
        let current: String? =
            switch route {
            case .cases, .newCase, .showCase, .act, .audience, .share, .shareStep, .withdraw:
                "cases"
            case .records, .record, .searchTable, .suggestions, .points, .searchList, .pairs,
                .subject, .subjectPairs, .decide, .succeed, .weights, .changeWeights, .mapLayer,
                .quality, .qualityTable:
                "search"
            case .tables, .table, .log: "tables"
            case .node, .synchronise: "node"
            case .home, .styleSheet, .icon, .script, .mapScript, .mapLibrary, .login, .logout,
                .language:
                nil
            }
        return all.filter { role.rights.contains($0.right) }.map {
            ["href": $0.href, "label": words($0.key), "isCurrent": $0.key == current]
        }
    }

    private func html(
        _ model: [String: Any],
        status: HTTPResponse.Status,
        takesGzip: Bool
    ) -> Response {
        var response = Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8"]
        )
        Gzip.write(Templates.render(model), to: &response, isAccepted: takesGzip)
        return response
    }

    /// The page that says why there is none; it shows nothing of the request.
    func errorPage(_ error: PageError, _ request: Request) -> Response {
        let language =
            request.cookies[self.cookies.language].flatMap { Language(rawValue: $0.value) }
            ?? Language(accepting: request.headers[.acceptLanguage])
        let words = Words(language)
        let visit = try? Visit(
            request,
            names: self.cookies,
            sessions: self.sessions,
            node: self.node,
            at: self.clock()
        )
        let isEnded = [.text("errorEnded"), .text("errorEndedList")].contains(error.cause)
        let title = words(isEnded ? "endedTitle" : "error\(error.status.code)")
        var model: [String: Any] = [
            "heading": title, "text": error.text(words), "isEnded": isEnded,
        ]
        if let logged = error.logged {
            let reference = TextEncoding.hex(Randomness.bytes(count: 4))
            self.logger.error("pages: reference \(reference): \(logged)")
            model["reference"] = words("errorReference", reference)
        }
        model["hasTyped"] = !error.typed.isEmpty
        model["typed"] = error.typed
        let page = Page(template: "message", title: title, model: model)
        self.addFrame(to: &model, page, visit: visit, words: words)
        if let logIn = visit?.logIn {
            model["user"] = Self.user(logIn.account, words)
            model["sections"] = self.sections(
                of: logIn.account.role,
                route: .home,
                words: words
            )
        }
        var response = self.html(
            model,
            status: error.status,
            takesGzip: Gzip.isAccepted(by: request.headers)
        )
        if let visit { self.setVisitor(visit, in: &response) }
        if let seconds = error.retryAfter { response.headers[.retryAfter] = String(seconds) }
        return response
    }
}
