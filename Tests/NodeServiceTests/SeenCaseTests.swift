import NodeInterface
import RecordStore
import SyncLog
import Testing

@testable import NodeService

/// What users had seen of cases, also after the node was stopped.
@Suite(.timeLimit(.minutes(2)))
struct SeenCaseTests {
    @Test func `what a user saw of a case is known after a restart, and not to another account`()
        async throws
    {
        let live = try LiveNode("od-noord", .odToezicht)
        let eva = UserAccount(name: "eva", role: .analyst, created: 1, changed: 1)
        let later = UserAccount(name: "eva", role: .analyst, created: 2, changed: 2)
        #expect(try await live.node.accounts.isChanged("c1", mark: "m", for: eva) == nil)
        try await live.node.noteSeen("c1", mark: "m", by: eva)
        try await live.reopen()
        let accounts = try await live.node.accounts
        #expect(accounts.isChanged("c1", mark: "m", for: eva) == false)
        #expect(accounts.isChanged("c1", mark: "n", for: eva) == true)
        #expect(accounts.isChanged("c2", mark: "m", for: eva) == nil)
        #expect(accounts.isChanged("c1", mark: "m", for: later) == nil)
    }

    @Test func `of so many cases half are forgotten, and no other setting`() async throws {
        let live = try LiveNode("od-noord", .odToezicht)
        let accounts = try await live.node.accounts
        let eva = UserAccount(name: "eva", role: .analyst, created: 1, changed: 1)
        try await live.node.store.setSetting("quality/x", [1])
        func known() -> Int {
            (1...11).count { accounts.isChanged("c\($0)", mark: "m", for: eva) != nil }
        }
        for number in 1...10 { accounts.noteSeen("c\(number)", mark: "m", by: eva, most: 10) }
        #expect(known() == 10)
        accounts.noteSeen("c11", mark: "m", by: eva, most: 10)
        #expect(known() == 6)
        #expect(try await live.node.store.setting("quality/x") == [1])
    }
}
