import Foundation
import NodeService
import Testing

@testable import CaseWeb

/// Every limit of the pages at its maximum and one past it (`Protocol/web.md` §3).
@Suite(.serialized) struct LimitTests {
    /// A form with a valid token whose body has some length.
    private func fields(_ browser: TestBrowser, byteCount: Int) -> [(String, String)] {
        let rest = "token=\(browser.token)&filler=".utf8.count
        return [("filler", String(repeating: "x", count: byteCount - rest))]
    }

    @Test func `a body of the largest size is taken and one byte more is not`() async throws {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .operator)
            _ = try await browser.get("/node")
            let most = WebLimits.bodyBytesMax
            let taken = try await browser.post("/language", fields(browser, byteCount: most))
            #expect(taken.status == 303)
            let over = try await browser.post("/language", fields(browser, byteCount: most + 1))
            #expect(over.status == 413)
        }
    }

    @Test func `a body without a length is cut off at the same size`() async throws {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .operator)
            _ = try await browser.get("/node")
            for (extra, status) in [(0, 303), (1, 413)] {
                let field = fields(browser, byteCount: WebLimits.bodyBytesMax + extra)[0]
                let body = "token=\(browser.token)&filler=\(field.1)"
                let cookies = browser.cookies.map { "\($0.key)=\($0.value)" }
                let head = """
                    POST /language HTTP/1.1\r
                    Host: 127.0.0.1:\(pages.port)\r
                    Connection: close\r
                    Content-Type: application/x-www-form-urlencoded\r
                    Transfer-Encoding: chunked\r
                    Cookie: \(cookies.joined(separator: "; "))\r
                    \r
                    \(String(body.utf8.count, radix: 16))\r
                    \(body)\r
                    0\r
                    \r

                    """
                let answer = try await TestBrowser.exchange(Array(head.utf8), port: pages.port)
                #expect(answer.status == status)
            }
        }
    }

    @Test func `a form of another kind is refused`() async throws {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .operator)
            _ = try await browser.get("/node")
            for type in ["text/plain", "multipart/form-data; boundary=x", "application/json"] {
                let answer = try await browser.post(
                    "/language",
                    [],
                    headers: ["Content-Type: \(type)"]
                )
                #expect(answer.status == 415, "\(type)")
            }
        }
    }

    @Test func `an address of the largest length is taken and one byte more is not`() async throws {
        try await LivePages.run { pages in
            var browser = pages.browser
            let start = "/login?x="
            for (extra, status) in [(0, 200), (1, 414)] {
                let count = WebLimits.targetBytesMax - start.utf8.count + extra
                let answer = try await browser.get(start + String(repeating: "y", count: count))
                #expect(answer.status == status)
            }
        }
    }

    @Test func `as many header fields as allowed are taken and more are not`() async throws {
        try await LivePages.run { pages in
            var browser = pages.browser
            // Host and Connection are two of them.
            for (extra, status) in [(0, 200), (1, 400)] {
                let headers = (0..<(WebLimits.headersMax - 2 + extra)).map { "X-\($0): y" }
                let answer = try await browser.get("/style.css", headers: headers)
                #expect(answer.status == status)
            }
        }
    }

    @Test func `header fields that are too long are refused`() async throws {
        try await LivePages.run { pages in
            var browser = pages.browser
            let long = "X-Long: " + String(repeating: "y", count: WebLimits.headerBytesMax + 1)
            try await expect(400, of: browser.get("/style.css", headers: [long]))
            let good = "X-Long: " + String(repeating: "y", count: WebLimits.headerBytesMax - 64)
            try await expect(200, of: browser.get("/style.css", headers: [good]))
        }
    }

    @Test func `a request that drips in is cut off`() async throws {
        try await LivePages.run(requestSeconds: 1) { pages in
            let start = ContinuousClock.now
            let drip = Array("GET /login HTTP/1.1\r\nHost: 127.0.0.1:\(pages.port)\r\nX: ".utf8)
            let parts = drip.map { (bytes: [$0], pause: UInt32(100)) }
            let received = await TestBrowser.bytes(of: parts, port: pages.port)
            #expect(received.isEmpty, "there was never a whole request")
            let silent = await TestBrowser.bytes(of: [], port: pages.port)
            #expect(silent.isEmpty)
            #expect(ContinuousClock.now - start < .seconds(20))
            var browser = pages.browser
            try await expect(200, of: browser.get("/login"), "others are served")
        }
    }

    @Test func `after too many failures an account waits even with the right password`()
        async throws
    {
        try await LivePages.run { pages in
            var browser = pages.browser
            for _ in 0..<WebLimits.failuresOfAccountMax {
                try await expect(422, of: browser.logIn("analyst", "wrong password"))
            }
            let refused = try await browser.logIn("analyst", LivePages.password)
            #expect(refused.status == 429)
            #expect(refused["retry-after"] == "\(WebLimits.loginWindowSeconds)")
            try await expect(303, of: browser.logIn("operator", LivePages.password))
            pages.clock.advance(WebLimits.loginWindowSeconds - 1)
            var other = pages.browser
            try await expect(429, of: other.logIn("analyst", LivePages.password))
            pages.clock.advance(1)
            try await expect(303, of: other.logIn("analyst", LivePages.password))
        }
    }

    @Test func `after too many failures an address waits whatever the name`() async throws {
        try await LivePages.run { pages in
            var browser = pages.browser
            for number in 0..<WebLimits.failuresOfAddressMax {
                try await expect(422, of: browser.logIn("name\(number)", "wrong password"))
            }
            try await expect(429, of: browser.logIn("analyst", LivePages.password))
        }
    }

    @Test func `a session ends after its time without use and after its whole time`() async throws {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .operator)
            pages.clock.advance(WebLimits.sessionIdleSecondsMax)
            try await expect(200, of: browser.get("/node"))
            pages.clock.advance(WebLimits.sessionIdleSecondsMax + 1)
            try await expect(303, of: browser.get("/node"))

            browser = try await pages.browser(of: .operator)
            var passed = 0
            while passed + WebLimits.sessionIdleSecondsMax <= WebLimits.sessionSecondsMax {
                pages.clock.advance(WebLimits.sessionIdleSecondsMax)
                passed += WebLimits.sessionIdleSecondsMax
                try await expect(200, of: browser.get("/node"))
            }
            pages.clock.advance(WebLimits.sessionSecondsMax - passed + 1)
            try await expect(303, of: browser.get("/node"))
        }
    }
}
