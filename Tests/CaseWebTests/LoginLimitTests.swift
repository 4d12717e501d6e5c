import NodeInterface
import NodeService
import Testing

@testable import CaseWeb

/// The limits of log-ins and sessions at their maximum and one past it (`Protocol/web.md` §3).
@Suite(.serialized) struct LoginLimitTests {
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
        try await LivePages.run(limits: WebServer.Limits(addressKey: { $0 })) { pages in
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

    @Test func `as many log-ins wait as allowed and one more is refused`() async throws {
        try await LivePages.run { pages in
            let logins = LoginCheck()
            let count = WebLimits.hashingsMax + WebLimits.hashingsWaitingMax + 1
            let outcomes = try await withThrowingTaskGroup(of: LoginCheck.Outcome.self) { group in
                for number in 0..<count {
                    group.addTask {
                        try await logins.check(
                            name: "name\(number)",
                            password: "wrong password",
                            node: pages.node
                        )
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == .refused } == count - 1)
            #expect(outcomes.count { $0 == .busy } == 1)
            await logins.stop()
        }
    }
}
