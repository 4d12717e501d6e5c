import CaseModel
import Cryptography
package import NodeInterface
import RecordStore
import SyncLog
import Synchronization

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
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.write { () throws(Refusal) in try node.accounts.add(self) }
    }
}

extension ListTokens: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.accounts.listTokens()
    }
}

extension RemoveToken: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.write { () throws(Refusal) in try node.accounts.remove(self) }
    }
}

/// The tokens that were read last, with the bytes they were read from: each request of the API comes with one.
final class KeptTokens: Sendable {
    private let newest = Mutex<(bytes: [UInt8], tokens: [StoredToken])?>(nil)

    /// The tokens that some bytes say; `nil` where they say none.
    fileprivate func tokens(in bytes: [UInt8]) -> [StoredToken]? {
        if let kept = self.newest.withLock({ $0 }), kept.bytes == bytes { return kept.tokens }
        guard let tokens = StoredJSON.read([StoredToken].self, bytes) else { return nil }
        self.newest.withLock { $0 = (bytes, tokens) }
        return tokens
    }
}

/// Tokens for the API.
extension Accounts {
    /// Most tokens of a node.
    package static let tokensMax = 1_000
    /// What a token's text begins with, so that one that lies about is known for what it is.
    private static let tokenMark = "tafel_"
    private static let tokensSetting = "tokens"

    /// Who comes with a token, and may what it and its user may; `nil` for one that is not valid.
    ///
    /// What only the owner of the folder may is allowed where the owner gave the token that scope.
    package func caller(bearing token: String) throws(Refusal) -> Caller? {
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
    private func holder(of token: StoredToken) throws(Refusal) -> UserAccount? {
        guard token.until.map({ Reader.today <= $0 }) ?? true,
            let account = try self.account(token.user)?.account,
            account.created == token.accountCreated
        else { return nil }
        return account
    }

    fileprivate func add(_ asked: AddToken) throws(Refusal) -> AddToken.Answer {
        guard let account = try self.account(asked.user)?.account else {
            throw .notFound(.user, typed: asked.user)
        }
        let scopes = try Self.scopes(asked.scopes, of: account)
        if let until = asked.until {
            guard until.isCalendarDate else {
                throw .invalid(.until, .notADate(until))
            }
            guard until >= Reader.today else {
                throw .invalid(.until, .past(until, today: Reader.today))
            }
        }
        var tokens = try self.tokens()
        guard tokens.count < Self.tokensMax else {
            throw .refused(.tokensFull(max: Self.tokensMax))
        }
        let secret =
            Self.tokenMark + TextEncoding.hex(Randomness.bytes(count: SecretKey.byteCount))
        let token = StoredToken(
            id: TextEncoding.hex(Randomness.bytes(count: 8)),
            hash: Self.hash(of: secret),
            user: account.name,
            accountCreated: account.created,
            scopes: scopes,
            created: Node.milliseconds(),
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
    ) throws(Refusal) -> [Right] {
        var scopes: Set<Right> = []
        for name in names {
            guard let right = Right(rawValue: name) else {
                throw .invalid(.scope, .notOneOf(name, allowed: Right.allCases.map(\.rawValue)))
            }
            guard right == .administer || account.role.rights.contains(right) else {
                throw .refused(.scopeBeyondRole(right, user: account.name, account.role))
            }
            scopes.insert(right)
        }
        guard !scopes.isEmpty else {
            throw .invalid(.scope, .empty)
        }
        return Right.allCases.filter(scopes.contains)
    }

    fileprivate func listTokens() throws(Refusal) -> ListTokens.Answer {
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

    fileprivate func remove(_ asked: RemoveToken) throws(Refusal) -> RemoveToken.Answer {
        // A secret that was taken for an ID is not said back.
        guard !asked.id.hasPrefix(Self.tokenMark) else { throw .notFound(.token, typed: "") }
        var tokens = try self.tokens()
        let token = try Reader.unique(
            asked.id,
            among: tokens.map { (hex: $0.id, value: $0) },
            .token
        )
        tokens.removeAll { $0.id == token.id }
        try self.store(tokens)
        return RemoveToken.Answer(id: token.id, user: token.user)
    }

    private static func hash(of token: String) -> String {
        TextEncoding.hex(Digest(hashing: Array(token.utf8)).bytes)
    }

    private func tokens() throws(Refusal) -> [StoredToken] {
        let bytes: [UInt8]?
        do throws(SlotError) { bytes = try self.store.setting(Self.tokensSetting) } catch {
            throw Refusal(error)
        }
        guard let bytes else { return [] }
        guard let tokens = self.kept.tokens(in: bytes) else { throw .unavailable(.tokens) }
        return tokens
    }

    private func store(_ tokens: [StoredToken]) throws(Refusal) {
        do throws(SlotError) {
            try self.store.setSetting(Self.tokensSetting, StoredJSON.bytes(tokens))
        } catch {
            throw Refusal(error)
        }
    }
}
