import Foundation
import Logging
import NodeInterface
import NodeService
import Synchronization
import Testing

@testable import CaseWeb

/// Log-ins that must succeed, and what the node's log says of users.
@Suite(.serialized) struct LoginTests {
    @Test func `attempts that nobody looked at do not lock an account`() async throws {
        // No room for one hash.
        let none = WebServer.Limits(hashingsWaiting: -WebLimits.hashingsMax, addressKey: { $0 })
        try await LivePages.run(limits: none) { pages in
            for _ in 0...max(WebLimits.failuresOfAccountMax, WebLimits.failuresOfAddressMax) {
                var browser = pages.browser
                let answer = try await browser.logIn("analyst", LivePages.password)
                #expect(answer.status == 503 && answer["retry-after"] == "5")
            }
        }
    }

    @Test func `an attempt that is taken back was never counted`() {
        let limiter = LoginLimiter()
        for second in 0..<100 {
            #expect(limiter.begin(account: "a", address: "x", at: second) == nil)
            limiter.takeBack(account: "a", address: "x", began: second)
        }
        #expect(limiter.count == 0)
        for second in 0..<WebLimits.failuresOfAccountMax {
            #expect(limiter.begin(account: "a", address: "x", at: second) == nil)
        }
        #expect(limiter.begin(account: "a", address: "x", at: 9) != nil, "failures still count")
    }

    @Test func `a flood of counters is not sorted for each attempt`() {
        let limiter = LoginLimiter()
        let most = WebLimits.failureCountersMax
        for number in 0..<most { _ = limiter.begin(account: "a\(number)", address: nil, at: 0) }
        #expect(limiter.count == most)
        _ = limiter.begin(account: "b", address: nil, at: 1)
        #expect(limiter.count == most / 10 * 9 + 1, "a tenth goes at one time")
    }

    @Test func `programs of the machine do not lock each other's users out`() async throws {
        try await LivePages.run { pages in
            for number in 0...WebLimits.failuresOfAddressMax {
                var browser = pages.browser
                try await expect(422, of: browser.logIn("name\(number)", "wrong password"))
            }
            var browser = pages.browser
            try await expect(303, of: browser.logIn("analyst", LivePages.password))
        }
    }

    @Test func `the log-in that a link from elsewhere leads to can be used`() async throws {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .analyst)
            let session = browser.cookies
            // The browser keeps all cookies back for a link from another site.
            browser.cookies = [:]
            let page = try await browser.get("/login?next=%2Fcases")
            #expect(page.status == 200)
            // For the form of that page it sends both.
            browser.cookies.merge(session) { new, _ in new }
            let language = try await browser.post("/language", [("language", "en")])
            #expect(language.status == 303)
            try await expect(403, of: browser.post("/logout", []), "no other form is taken")
            let done = try await browser.post(
                "/login",
                [("user", "analyst"), ("password", LivePages.password), ("next", "/cases")]
            )
            #expect(done.status == 303 && done["location"] == "/cases")
            try await expect(200, of: browser.get("/cases"))
        }
    }

    // MARK: The node's log

    /// Keeps the lines that a node logs.
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])

        var logger: Logger {
            var logger = Logger(label: "test") { _ in Handler(lines: self) }
            // As `tafel node run` without options.
            logger.logLevel = .notice
            return logger
        }

        func contain(_ text: String) -> Bool {
            self.all.withLock { $0.contains { $0.contains(text) } }
        }
    }

    private struct Handler: LogHandler {
        let lines: Lines
        var logLevel = Logger.Level.notice
        var metadata: Logger.Metadata = [:]

        init(lines: Lines) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            self.lines.all.withLock { $0.append("\(event.level) \(event.message)") }
        }
    }

    @Test func `the log says which user logged in and changed what and no more`() async throws {
        let lines = Lines()
        try await LivePages.run(logger: lines.logger) { pages in
            let live = try await LiveCase(pages)
            var browser = pages.browser
            _ = try await browser.logIn("analyst", "geheim woord")
            _ = try await browser.logIn("mijn wachtwoord", "x")
            try await expect(303, of: browser.logIn("analyst", LivePages.password))
            _ = try await browser.get("/cases/\(live.id)")
            let path = "/cases/\(live.id)"
            try await expect(303, of: browser.post("\(path)/note", [("text", "Kade 1")]))
            try await expect(303, of: browser.post("\(path)/tag", [("tag", "tipgever")]))
            try await expect(
                422,
                of: browser.post(
                    "\(path)/set",
                    [
                        ("field", "phase"), ("value", "nergens"), ("seen", ""),
                    ]
                )
            )
            try await expect(303, of: browser.post("/logout", []))
            let short = live.id.prefix(12)
            for line in [
                "notice user analyst: log-in failed, from 127.0.0.1",
                "notice an unknown user: log-in failed, from 127.0.0.1",
                "notice user analyst: logged in from 127.0.0.1",
                "notice user analyst: add note, case \(short): done, entry ",
                "notice user analyst: add tag, case \(short): done, entry ",
                "notice user analyst: set phase, case \(short): refused",
                "notice user analyst: logged out",
                "notice user test: add user, user operator: done",
            ] {
                #expect(lines.contain(line), "\(line)")
            }
            for secret in ["geheim", "wachtwoord", "Kade", "tipgever", "Granulaat", "nergens"] {
                #expect(!lines.contain(secret), "\(secret)")
            }
        }
    }

    @Test func `a name in the log ends no line`() async throws {
        let lines = Lines()
        try await LivePages.run(logger: lines.logger) { pages in
            _ = try? await pages.node.answer(
                AddNote(case: "x\nnotice user b", text: ""),
                for: .owner("a\nnotice\u{202E} user b" + String(repeating: "x", count: 999))
            )
            let line = try #require(lines.all.withLock { $0.last })
            #expect(line.hasPrefix("notice user a?notice???") && !line.contains("\n"))
            #expect(line.hasSuffix(": add note, case x?notice?use: refused"))
            #expect(line.utf8.count < 150)
        }
    }

    @Test func `an error of the program is told by a reference alone`() {
        let error = PageError(Refusal.bug("store: /secret/path (x)"))
        #expect(error.cause == .text("errorBug") && error.logged == "store: /secret/path (x)")
    }
}
