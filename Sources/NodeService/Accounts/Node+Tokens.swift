import CaseModel
import Cryptography
import Foundation
package import NodeInterface
import RecordStore
import SyncLog

/// A token as it is stored: of its secret the hash alone (`Protocol/api.md` §2).
struct StoredToken: Codable, Hashable, Sendable {
    let id: String
    /// SHA-256 of the token's text, in hex.
    ///
    /// It has 256 random bits, so that no slow hash is needed.
    let hash: String
    let user: String
    /// When the account was made: another one of the same name has none of its tokens.
    let accountCreated: UInt64
    let scopes: [Right]
    let created: UInt64
    let until: String?
}

extension AddToken: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(NodeFailure) -> Answer {
        try await node.add(self)
    }
}

extension ListTokens: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(NodeFailure) -> Answer {
        try await node.listTokens()
    }
}

extension RemoveToken: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(NodeFailure) -> Answer {
        try await node.remove(self)
    }
}

/// Tokens for the API.
extension Node {
    /// Most tokens of a node.
    package static let tokensMax = 1_000
    /// What a token's text begins with, so that one that lies about is known for what it is.
    private static let tokenMark = "tafel_"
    private static let tokensSetting = "tokens"

    /// Who comes with a token, and may what it and its user may; `nil` for one that is not valid.
    ///
    /// What only the owner of the folder may is allowed where the owner gave the token that scope.
    package func caller(bearing token: String) throws(NodeFailure) -> Caller? {
        let hash = Self.hash(of: token)
        guard let stored = try self.tokens().first(where: { $0.hash == hash }),
            let account = try self.holder(of: stored)
        else { return nil }
        let scopes = Set(stored.scopes)
        return Caller(
            name: account.name,
            rights: scopes.intersection(account.role.rights.union([.administer]))
        )
    }

    /// The account of a token that may be used; `nil` for one that may not.
    private func holder(of token: StoredToken) throws(NodeFailure) -> UserAccount? {
        guard token.until.map({ self.today <= $0 }) ?? true,
            let account = try self.account(token.user)?.account,
            account.created == token.accountCreated
        else { return nil }
        return account
    }

    fileprivate func add(_ asked: AddToken) throws(NodeFailure) -> AddToken.Answer {
        guard let account = try self.account(asked.user)?.account else {
            throw .usage("user '\(asked.user)': there is none. See 'tafel user list'")
        }
        let scopes = try Self.scopes(asked.scopes, of: account)
        if let until = asked.until {
            guard until.isCalendarDate else {
                throw .usage("--until '\(until)': not a date. Write YYYY-MM-DD")
            }
            guard until >= self.today else {
                throw .usage("--until '\(until)': is over. Write today, \(self.today), or later")
            }
        }
        var tokens = try self.tokens()
        guard tokens.count < Self.tokensMax else {
            throw .usage("tokens: \(Self.tokensMax) are there already. Remove some first")
        }
        let secret =
            Self.tokenMark + TextEncoding.hex(Randomness.bytes(count: SecretKey.byteCount))
        let token = StoredToken(
            id: TextEncoding.hex(Randomness.bytes(count: 8)),
            hash: Self.hash(of: secret),
            user: account.name,
            accountCreated: account.created,
            scopes: scopes,
            created: self.clock,
            until: asked.until
        )
        tokens.append(token)
        try self.store(tokens)
        return AddToken.Answer(
            id: token.id,
            token: secret,
            user: token.user,
            scopes: token.scopes,
            until: token.until
        )
    }

    private static func scopes(
        _ names: [String],
        of account: UserAccount
    ) throws(NodeFailure) -> [Right] {
        var scopes: Set<Right> = []
        for name in names {
            guard let right = Right(rawValue: name) else {
                let known = Right.allCases.map(\.rawValue).joined(separator: ", ")
                throw .usage("--scope '\(name)': not known. Choose from \(known)")
            }
            guard right == .administer || account.role.rights.contains(right) else {
                let known = Right.allCases.filter(account.role.rights.contains).map(\.rawValue)
                throw .usage(
                    "--scope '\(name)': \(account.name) may not do that as \(account.role.rawValue). "
                        + "Choose from \(known.joined(separator: ", "))"
                )
            }
            scopes.insert(right)
        }
        guard !scopes.isEmpty else {
            throw .usage("--scope: names nothing. Say what the token may be used for")
        }
        return Right.allCases.filter(scopes.contains)
    }

    fileprivate func listTokens() throws(NodeFailure) -> ListTokens.Answer {
        var items: [ListTokens.Item] = []
        for token in try self.tokens() {
            items.append(
                ListTokens.Item(
                    id: token.id,
                    user: token.user,
                    scopes: token.scopes,
                    created: UTCTime.text(milliseconds: token.created),
                    until: token.until,
                    valid: try self.holder(of: token) != nil
                )
            )
        }
        return ListTokens.Answer(tokens: items)
    }

    fileprivate func remove(_ asked: RemoveToken) throws(NodeFailure) -> RemoveToken.Answer {
        var tokens = try self.tokens()
        let token = try self.unique(
            asked.id,
            among: tokens.map { (hex: $0.id, value: $0) },
            what: "token",
            advice: "See 'tafel token list'"
        )
        tokens.removeAll { $0.id == token.id }
        try self.store(tokens)
        return RemoveToken.Answer(id: token.id, user: token.user)
    }

    private static func hash(of token: String) -> String {
        TextEncoding.hex(Digest(hashing: Array(token.utf8)).bytes)
    }

    private func tokens() throws(NodeFailure) -> [StoredToken] {
        let bytes: [UInt8]?
        do throws(SlotError) { bytes = try self.store.setting(Self.tokensSetting) } catch {
            throw NodeFailure(error)
        }
        guard let bytes else { return [] }
        // Read once for as long as nobody changes them: each request of the API comes with one.
        if let kept = self.keptTokens, kept.bytes == bytes { return kept.tokens }
        guard let tokens = try? JSONDecoder().decode([StoredToken].self, from: Data(bytes)) else {
            throw .unavailable("tokens: damaged in the store. Restore a backup")
        }
        self.keptTokens = (bytes, tokens)
        return tokens
    }

    private func store(_ tokens: [StoredToken]) throws(NodeFailure) {
        guard let data = try? JSONEncoder().encode(tokens) else {
            throw NodeFailure(.bug, "tokens: cannot be written. Report this")
        }
        do throws(SlotError) {
            try self.store.setSetting(Self.tokensSetting, Array(data))
        } catch {
            throw NodeFailure(error)
        }
    }
}
