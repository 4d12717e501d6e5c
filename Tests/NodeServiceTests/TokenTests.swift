import Foundation
import NodeInterface
import RecordStore
import SyncLog
import Testing

@testable import NodeService

/// Tokens for the API.
@Suite(.serialized) struct TokenTests {
    private let live: LiveNode

    init() throws { self.live = try LiveNode("od-noord", .odToezicht) }

    private func addUser(_ name: String, _ role: UserRole) async throws {
        try await self.live.ask(
            AddUser(
                user: name,
                role: role.rawValue,
                password: Secret(Array("een lang wachtwoord".utf8))
            )
        )
    }

    private func rights(of token: String) async throws -> Set<Right>? {
        try await self.live.node.accounts.caller(bearing: token)?.rights
    }

    @Test func `a token may what its scopes and its user's role both allow`() async throws {
        try await self.addUser("eva", .analyst)
        let given = try await self.live.ask(
            AddToken(user: "eva", scopes: ["read-contents", "administer", "read-contents"])
        )
        #expect(given.scopes == [.readContents, .administer] && given.token.count == 70)
        #expect(try await self.rights(of: given.token) == [.readContents, .administer])
        #expect(try await self.rights(of: given.token + "0") == nil)
        #expect(try await self.rights(of: "") == nil)
        // Another account of the same name, with a role that allows less.
        try await self.live.ask(RemoveUser(user: "eva"))
        #expect(try await self.rights(of: given.token) == nil)
        try await self.addUser("eva", .auditor)
        #expect(try await self.rights(of: given.token) == nil)
        #expect(try await self.live.ask(ListTokens()).tokens.map(\.valid) == [false])
    }

    @Test func `a token is good on its last day and not after`() async throws {
        try await self.addUser("eva", .analyst)
        let today = Reader.today
        let given = try await self.live.ask(
            AddToken(user: "eva", scopes: ["read-tables"], until: today)
        )
        #expect(try await self.rights(of: given.token) == [.readTables])
        let error = await #expect(throws: Refusal.self) {
            _ = try await self.live.ask(
                AddToken(user: "eva", scopes: ["read-tables"], until: "2020-01-01")
            )
        }
        guard case .invalid(.until, .past("2020-01-01", _)) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `a node has at most 1,000 tokens`() async throws {
        try await self.addUser("eva", .analyst)
        let node = try await self.live.node
        let first = try await self.live.ask(AddToken(user: "eva", scopes: ["read-tables"]))
        let bytes = try #require(try node.store.setting("tokens"))
        let stored = try JSONDecoder().decode([StoredToken].self, from: Data(bytes))
        let many = Array(repeating: stored[0], count: Accounts.tokensMax - 1)
        try node.store.setSetting("tokens", Array(try JSONEncoder().encode(many)))
        let last = try await self.live.ask(AddToken(user: "eva", scopes: ["read-tables"]))
        await #expect(throws: Refusal.self) {
            _ = try await self.live.ask(AddToken(user: "eva", scopes: ["read-tables"]))
        }
        try await self.live.ask(RemoveToken(id: last.id))
        try await self.live.ask(AddToken(user: "eva", scopes: ["read-tables"]))
        #expect(try await self.rights(of: first.token) == [.readTables])
    }
}
