import HTTPTypes
import Hummingbird
import Logging
import NodeService

/// Logging in and out, and the language.
extension Pages {
    /// How long the choice of a language lasts, in seconds.
    private static let languageSeconds = 31_536_000

    /// A path of these pages that a browser may be sent on to; `nil` for anything else.
    ///
    /// `//host` and `/\host` are paths to people and other servers to browsers.
    static func safeTarget(_ text: String?) -> String? {
        guard let text, text.utf8.count <= WebLimits.targetBytesMax,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return nil }
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        guard let route = Route(path: String(parts.first ?? "")), route.isPage else { return nil }
        return text
    }

    func showLogin(_ asked: Asked) throws(PageError) -> Response {
        if asked.visit.logIn != nil {
            return self.redirect(Self.safeTarget(asked.query["next"]) ?? "/", asked)
        }
        return self.login(asked, next: asked.query["next"], problem: nil, status: .ok)
    }

    private func login(
        _ asked: Asked,
        next: String?,
        problem: String?,
        status: HTTPResponse.Status
    ) -> Response {
        var model: [String: Any] = ["typedUser": asked.form["user"] ?? ""]
        let next = Self.safeTarget(next)
        model["next"] = next
        // Who changes the language goes on to the same page.
        model["back"] = "/login" + (next.map { "?next=\($0.percentEncoded)" } ?? "")
        model["problem"] = problem
        return self.render(
            Page(
                template: "login",
                title: asked.words("logIn"),
                model: model,
                status: status
            ),
            asked
        )
    }

    func logIn(_ asked: Asked) async throws(PageError) -> Response {
        let words = asked.words
        let name = asked.form.text("user") ?? ""
        let seconds = self.clock()
        let wait = self.limiter.begin(
            account: UserAccount.isName(name) ? name : "",
            address: asked.address,
            at: seconds
        )
        if let wait {
            self.logger.warning("pages: too many failed log-ins from \(asked.address)")
            var response = self.login(
                asked,
                next: asked.form["next"],
                problem: words("loginWait", words.number((wait + 59) / 60)),
                status: .tooManyRequests
            )
            response.headers[.retryAfter] = String(wait)
            return response
        }
        let outcome: LoginCheck.Outcome
        do throws(NodeFailure) {
            outcome = try await self.logins.check(
                name: name,
                password: asked.form["password"] ?? "",
                node: self.node
            )
        } catch {
            throw PageError(error)
        }
        switch outcome {
        case .busy: throw PageError(.serviceUnavailable, "errorBusy", retryAfter: 5)
        case .refused:
            self.logger.notice("pages: a log-in failed from \(asked.address)")
            return self.login(
                asked,
                next: asked.form["next"],
                problem: words("loginRefused"),
                status: .unprocessableContent
            )
        case .account(let account):
            self.limiter.succeed(account: account.name, address: asked.address, began: seconds)
            if let old = asked.visit.logIn { self.sessions.end(old.key) }
            let secret = self.sessions.begin(Session(account: account, at: self.clock()))
            self.logger.info("pages: \(account.name) logged in")
            var response = self.redirect(Self.safeTarget(asked.form["next"]) ?? "/", asked)
            response.setCookie(self.cookie(self.cookies.session, secret, maxAge: nil))
            return response
        }
    }

    func logOut(_ logIn: Visit.LogIn, _ asked: Asked) -> Response {
        self.sessions.end(logIn.key)
        var response = self.redirect("/login", asked)
        response.setCookie(self.cookie(self.cookies.session, "", maxAge: 0))
        return response
    }

    func setLanguage(_ asked: Asked) -> Response {
        let language = Language(rawValue: asked.form["language"] ?? "") ?? asked.visit.language
        var response = self.redirect(Self.safeTarget(asked.form["back"]) ?? "/", asked)
        response.setCookie(
            self.cookie(
                self.cookies.language,
                language.rawValue,
                maxAge: Self.languageSeconds
            )
        )
        return response
    }
}
