import HTTPTypes
import Hummingbird
import Logging
import NodeInterface
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
        guard let route = Route(path: String(parts.first ?? "")),
            Self.canBeRead(route, query: parts.count == 2 ? parts[1] : "")
        else { return nil }
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
        let counted = UserAccount.isName(name) ? name : ""
        let key = self.addressKey(asked.address)
        let wait = self.limiter.begin(account: counted, address: key, at: seconds)
        if let wait {
            self.noteRefusal(of: name, asked, "too many failed log-ins")
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
        do throws(Refusal) {
            outcome = try await self.logins.check(
                name: name,
                password: asked.form["password"] ?? "",
                node: self.node
            )
        } catch {
            self.limiter.takeBack(account: counted, address: key, began: seconds)
            throw PageError(error)
        }
        switch outcome {
        case .busy:
            // Nobody looked at the password.
            self.limiter.takeBack(account: counted, address: key, began: seconds)
            throw PageError(.serviceUnavailable, "errorBusy", retryAfter: 5)
        case .refused:
            self.noteRefusal(of: name, asked, "log-in failed")
            return self.login(
                asked,
                next: asked.form["next"],
                problem: words("loginRefused"),
                status: .unprocessableContent
            )
        case .account(let account):
            self.limiter.succeed(account: account.name, address: key, began: seconds)
            if let old = asked.visit.logIn { self.sessions.end(old.key) }
            let secret = self.sessions.begin(Session(account: account, at: self.clock()))
            self.logger.notice("user \(account.name): logged in from \(asked.address)")
            var response = self.redirect(Self.safeTarget(asked.form["next"]) ?? "/", asked)
            response.setCookie(self.cookie(self.cookies.session, secret, maxAge: nil))
            return response
        }
    }

    /// Notes a log-in that was refused, with the name where there is such an account: what else was
    /// typed may be a password.
    private func noteRefusal(of name: String, _ asked: Asked, _ why: String) {
        let isKnown = ((try? self.node.accounts.account(name)) ?? nil) != nil
        let user = isKnown ? "user \(name)" : "an unknown user"
        self.logger.notice("\(user): \(why), from \(asked.address)")
    }

    func logOut(_ logIn: Visit.LogIn, _ asked: Asked) -> Response {
        self.sessions.end(logIn.key)
        self.logger.notice("user \(logIn.account.name): logged out")
        var response = self.redirect("/login", asked)
        response.setCookie(self.cookie(self.cookies.session, "", maxAge: 0))
        return response
    }

    func setLanguage(_ asked: Asked) -> Response {
        let language = Language(rawValue: asked.form["language"] ?? "") ?? asked.visit.language
        var target = Self.safeTarget(asked.form["back"]) ?? "/"
        if let path = asked.query["form"], Route(path: path)?.isShownAgain == true,
            let logIn = asked.visit.logIn
        {
            // What is being typed came along, and is shown again in the language.
            let id = self.sessions.keep(asked.form, sentTo: path, isTyped: true, of: logIn.key)
            target = "\(path)?\(Self.shownName)=\(id)"
        }
        var response = self.redirect(target, asked)
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
