import Cryptography
import NodeInterface
import NodeService
import Testing

@testable import CaseWeb

@Suite struct SessionTests {
    private func session(_ user: String, at seconds: Int) -> Session {
        Session(
            account: UserAccount(name: user, role: .analyst, created: 1, changed: 1),
            at: seconds
        )
    }

    @Test func `a session is found by its cookie and by no other`() throws {
        let store = SessionStore()
        let cookie = store.begin(self.session("a", at: 0))
        let key = try #require(SessionStore.key(cookie))
        #expect(store.use(key, at: 1)?.user == "a")
        #expect(cookie.utf8.count == 64)
        for wrong in [
            "", "00", String(cookie.dropLast()), cookie + "00", "zz" + cookie.dropFirst(2),
        ] {
            #expect(SessionStore.key(wrong) == nil, "\(wrong)")
        }
        let other = String(cookie.dropLast()) + (cookie.last == "0" ? "1" : "0")
        #expect(store.use(try #require(SessionStore.key(other)), at: 1) == nil)
        store.end(key)
        #expect(store.use(key, at: 1) == nil && store.count == 0)
    }

    @Test func `the session unused longest makes room for the one past the most of a user`() throws
    {
        let store = SessionStore()
        var keys: [Digest] = []
        for number in 0..<WebLimits.sessionsOfUserMax {
            keys.append(try #require(SessionStore.key(store.begin(self.session("a", at: number)))))
        }
        let other = try #require(SessionStore.key(store.begin(self.session("b", at: 0))))
        #expect(store.count == WebLimits.sessionsOfUserMax + 1)
        // The first was used since; the second is the one unused longest.
        #expect(store.use(keys[0], at: 20) != nil)
        _ = store.begin(self.session("a", at: 21))
        #expect(store.count == WebLimits.sessionsOfUserMax + 1)
        #expect(store.use(keys[1], at: 22) == nil)
        #expect(store.use(keys[0], at: 22) != nil && store.use(other, at: 22) != nil)
    }

    @Test func `there are never more sessions than the most`() {
        let store = SessionStore()
        for number in 0..<(WebLimits.sessionsMax + 1) {
            _ = store.begin(self.session("user\(number)", at: 0))
            #expect(store.count == min(number + 1, WebLimits.sessionsMax))
        }
    }

    @Test func `what is said once is said once`() throws {
        let store = SessionStore()
        let key = try #require(SessionStore.key(store.begin(self.session("a", at: 0))))
        store.setFlash(Session.Flash(key: "doneNote", arguments: []), of: key)
        #expect(store.takeFlash(of: key)?.key == "doneNote")
        #expect(store.takeFlash(of: key) == nil)
    }

    @Test func `failures count for the window and a success takes the account's back`() {
        let limiter = LoginLimiter()
        let most = WebLimits.failuresOfAccountMax
        for second in 0..<most {
            #expect(limiter.begin(account: "a", address: "x", at: second) == nil)
        }
        #expect(
            limiter.begin(account: "a", address: "y", at: most)
                == WebLimits.loginWindowSeconds - most
        )
        #expect(limiter.begin(account: "b", address: "x", at: most) == nil)
        limiter.succeed(account: "a", address: "x", began: 0)
        #expect(limiter.begin(account: "a", address: "y", at: most) == nil)
    }

    @Test func `the counters never grow past their most`() {
        let limiter = LoginLimiter()
        for number in 0..<(WebLimits.failureCountersMax) {
            _ = limiter.begin(account: "a\(number)", address: "x\(number)", at: number)
            guard limiter.count > WebLimits.failureCountersMax else { continue }
            Issue.record("\(limiter.count) counters")
            return
        }
        #expect(limiter.count <= WebLimits.failureCountersMax)
    }
}
