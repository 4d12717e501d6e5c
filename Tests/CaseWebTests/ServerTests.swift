import Foundation
import NodeInterface
import NodeService
import Testing

@testable import CaseWeb

/// The pages over real connections: log-in, sessions, tokens, limits, rights (`Protocol/web.md`).
@Suite(.serialized) struct ServerTests {
    private static func session(_ port: UInt16) -> String { "tafel-session-\(port)" }

    @Test func `without a session every page leads to the log-in and back`() async throws {
        try await LivePages.run { pages in
            var browser = pages.browser
            let first = try await browser.get("/cases?phase=analyse")
            #expect(first.status == 303)
            #expect(first["location"] == "/login?next=%2Fcases%3Fphase%3Danalyse")
            let form = try await browser.get("/login?next=%2Fcases%3Fphase%3Danalyse")
            #expect(form.status == 200 && form.body.contains("Inloggen"))
            let done = try await browser.post(
                "/login",
                [
                    ("user", "analyst"), ("password", LivePages.password),
                    ("next", "/cases?phase=analyse"),
                ]
            )
            #expect(done.status == 303 && done["location"] == "/cases?phase=analyse")
            let cookie = try #require(
                done.headers.first { $0.value.hasPrefix("tafel-session-") }?.value
            )
            #expect(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"))
            #expect(cookie.contains("; Path=/") && !cookie.contains("Max-Age"))
            #expect(!cookie.contains("; Secure"), "there is no TLS on this address")
            let secret = try #require(browser.cookies[Self.session(pages.port)])
            #expect(secret.utf8.count == 2 * SessionStore.secretByteCount)
            try await expect(200, of: browser.get("/cases"))
        }
    }

    @Test func `after the log-in nobody is sent to another server`() async throws {
        try await LivePages.run { pages in
            for target in [
                "//evil.example/", "https://evil.example/", "/\\evil.example", "/nothing",
            ] {
                var browser = pages.browser
                _ = try await browser.get("/login")
                let done = try await browser.post(
                    "/login",
                    [("user", "operator"), ("password", LivePages.password), ("next", target)]
                )
                #expect(done.status == 303 && done["location"] == "/", "\(target)")
            }
        }
    }

    @Test func `a wrong password and an unknown name get one answer in the same time`() async throws
    {
        try await LivePages.run { pages in
            var bodies: Set<String> = []
            var times: [Duration] = []
            // Of each the shorter of two, so that what else the machine does counts little.
            for name in ["analyst", "analyst", "stranger", "stranger", "Not A Name", "Not A Name"] {
                var browser = pages.browser
                _ = try await browser.get("/login")
                let start = ContinuousClock.now
                let answer = try await browser.post(
                    "/login",
                    [("user", name), ("password", "a wrong password")],
                    headers: ["Accept-Language: en"]
                )
                times.append(ContinuousClock.now - start)
                #expect(answer.status == 422)
                #expect(browser.cookies[Self.session(pages.port)] == nil)
                // The name typed and the browser's token differ.
                bodies.insert(
                    answer.body.replacingOccurrences(of: name, with: "")
                        .replacingOccurrences(of: browser.token, with: "")
                )
            }
            #expect(bodies.count == 1)
            let shorter = stride(from: 0, to: 6, by: 2).map { min(times[$0], times[$0 + 1]) }
            let (least, most) = (try #require(shorter.min()), try #require(shorter.max()))
            // Without a hash an answer takes a hundredth.
            #expect(least * 20 > most, "each costs one hash: \(times)")
        }
    }

    @Test func `a form without the session's token does nothing`() async throws {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .analyst)
            let page = try await browser.get("/node")
            let token = try #require(page.token)
            var other = try await pages.browser(of: .analyst)
            let foreign = try #require(try await other.get("/node").token)
            #expect(foreign != token)
            var visitor = pages.browser
            let early = try #require(try await visitor.get("/login").token)
            for wrong in [nil, "", "0", foreign, early, token.uppercased() + "0"] {
                let answer = try await browser.post("/logout", [], token: .some(wrong))
                #expect(answer.status == 403, "\(wrong ?? "none")")
            }
            try await expect(200, of: browser.get("/node"), "still logged in")
            try await expect(303, of: browser.post("/logout", [], token: token))
            try await expect(303, of: browser.get("/node"))
        }
    }

    @Test func `a log-in form of another browser is refused`() async throws {
        try await LivePages.run { pages in
            var attacker = pages.browser
            let token = try #require(try await attacker.get("/login").token)
            var victim = pages.browser
            _ = try await victim.get("/login")
            let fields = [("user", "analyst"), ("password", LivePages.password)]
            let answer = try await victim.post("/login", fields, token: token)
            #expect(answer.status == 403 && victim.cookies[Self.session(pages.port)] == nil)
        }
    }

    @Test(arguments: [
        "Origin: http://evil.example", "Origin: null", "Origin: https://127.0.0.1:PORT",
        "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site",
    ])
    func `a form that another site sent is refused`(header: String) async throws {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .analyst)
            _ = try await browser.get("/node")
            let text = header.replacingOccurrences(of: "PORT", with: "\(pages.port)")
            try await expect(403, of: browser.post("/logout", [], headers: [text]))
            let own = ["Origin: http://127.0.0.1:\(pages.port)", "Sec-Fetch-Site: same-origin"]
            try await expect(303, of: browser.post("/logout", [], headers: own))
        }
    }

    @Test func `what was typed comes back where the log-in is another by then`() async throws {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .analyst)
            let token = try #require(try await browser.get("/node").token)
            let own = ["Origin: http://127.0.0.1:\(pages.port)"]
            let text = [("text", "een lang verhaal")]
            try await expect(303, of: browser.post("/logout", []))
            for _ in 0..<2 {
                // Logged out in another window, then logged in again there.
                let path = "/cases/abcdef012345/note"
                let said = try await browser.post(path, text, token: token, headers: own)
                #expect(said.status == 403 && said.words.contains("een lang verhaal"))
                // A browser that sends a form from elsewhere says so; then nothing of it is shown.
                let other = ["Origin: http://evil.example"]
                let foreign = try await browser.post(path, text, token: token, headers: other)
                #expect(foreign.status == 403 && !foreign.words.contains("een lang verhaal"))
                browser = try await pages.browser(of: .analyst)
            }
        }
    }

    @Test func `only this server's names are answered to`() async throws {
        try await LivePages.run { pages in
            var browser = pages.browser
            for host in ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"] {
                let answer = try await browser.get(
                    "/login",
                    headers: ["Host: \(host):\(pages.port)"]
                )
                #expect(answer.status == 200, "\(host)")
            }
            let wrong = [
                "evil.example:\(pages.port)", "127.0.0.1", "127.0.0.1:1", "evil.example",
                "127.0.0.1.evil.example:\(pages.port)", "localhost:\(pages.port).evil.example",
            ]
            for host in wrong {
                let answer = try await browser.get("/login", headers: ["Host: \(host)"])
                #expect(answer.status == 421, "\(host)")
                // Nothing tells a name that leads here by a trick whose node this is.
                #expect(answer.body == "421 Misdirected Request\n", "\(host)")
                #expect(
                    answer["set-cookie"] == nil
                        && answer["content-type"]?.hasPrefix("text/plain") == true
                )
            }
        }
    }

    @Test func `every answer has the security headers and none may be kept`() async throws {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .analyst)
            let paths = [
                "/cases", "/", "/nothing", "/login", "/records", "/style.css", "/icon.svg",
            ]
            for path in paths {
                let answer = try await browser.get(path)
                let policy = try #require(answer["content-security-policy"])
                #expect(policy.hasPrefix("default-src 'none';") && !policy.contains("unsafe"))
                #expect(policy.contains("frame-ancestors 'none'"))
                #expect(policy.contains("base-uri 'none'") && policy.contains("script-src 'self';"))
                #expect(answer["x-content-type-options"] == "nosniff")
                #expect(answer["x-frame-options"] == "DENY")
                #expect(answer["referrer-policy"] == "same-origin")
                #expect(answer["server"] == nil)
                let isFile = path.contains(".")
                #expect((answer["cache-control"] == "no-store") == !isFile, "\(path)")
                for word in ["style=\"", " onclick", "javascript:"] {
                    #expect(!answer.body.contains(word), "\(path): \(word)")
                }
                // Without hits that have a place the one script is a file of this server.
                let scripts = answer.body.matches(of: /<script[^>]*>/).map { String($0.0) }
                #expect(scripts.allSatisfy { $0.hasPrefix("<script src=\"/search.js?") }, "\(path)")
                #expect(scripts.count == (path == "/records" ? 1 : 0), "\(path)")
            }
        }
    }

    @Test func `the style sheet is kept under its hash and asked for again by its tag`()
        async throws
    {
        try await LivePages.run { pages in
            var browser = pages.browser
            let plain = try await browser.get("/style.css")
            let tag = try #require(plain["etag"])
            #expect(plain.status == 200 && plain["content-type"] == "text/css; charset=utf-8")
            #expect(plain["cache-control"] == "no-cache")
            let named = try await browser.get("/style.css?\(StyleSheet.version)")
            #expect(named["cache-control"] == "public, max-age=31536000, immutable")
            let again = try await browser.get("/style.css", headers: ["If-None-Match: \(tag)"])
            #expect(again.status == 304 && again.body.isEmpty)
            let login = try await browser.get("/login")
            #expect(login.body.contains("/style.css?\(StyleSheet.version)"))
        }
    }

    @Test func `methods and paths that are none get no page`() async throws {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .analyst)
            try await expect(405, of: browser.send("PUT", "/cases", body: ""))
            try await expect(405, of: browser.send("DELETE", "/cases/new", body: nil))
            try await expect(405, of: browser.send("POST", "/cases", body: ""))
            try await expect(405, of: browser.get("/logout"))
            try await expect(405, of: browser.get("/node/sync"))
            for path in ["/cases/", "/cases/xyz", "/cases/ABCDEF", "/cases/../node", "//", "/%2e"] {
                try await expect(404, of: browser.get(path), "\(path)")
            }
            try await expect(404, of: browser.get("/cases/abcdef0123"))
            let head = try await browser.send("HEAD", "/cases", body: nil)
            #expect(head.status == 200 && head.body.isEmpty)
        }
    }
}
