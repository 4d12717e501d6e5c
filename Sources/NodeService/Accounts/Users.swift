import CaseModel
package import Cryptography
package import NodeInterface
import RecordStore
import SyncLog

/// An account as it is stored: one JSON object, sealed (`Protocol/records.md` §4).
struct StoredUser: Codable {
    let name: String
    var role: UserRole
    let created: UInt64
    var changed: UInt64
    var passes: UInt32
    var memoryKiB: UInt32
    var salt: [UInt8]
    var hash: [UInt8]

    enum CodingKeys: String, CodingKey {
        case name, role, created, changed, passes, salt, hash
        case memoryKiB = "memory_kib"
    }

    var account: UserAccount {
        UserAccount(
            name: self.name,
            role: self.role,
            created: self.created,
            changed: self.changed
        )
    }

    var verifier: PasswordVerifier? {
        guard
            let hashing = PasswordHashing(
                passes: self.passes,
                memoryKiB: self.memoryKiB,
                salt: self.salt
            ), let hash = Digest(self.hash)
        else { return nil }
        return PasswordVerifier(hashing: hashing, hash: hash)
    }

    mutating func set(_ verifier: PasswordVerifier, at milliseconds: UInt64) {
        self.changed = max(milliseconds, self.changed + 1)
        self.passes = verifier.hashing.passes
        self.memoryKiB = verifier.hashing.memoryKiB
        self.salt = verifier.hashing.salt
        self.hash = verifier.hash.bytes
    }
}

extension AddUser: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        // A hash takes its time: the node goes on meanwhile.
        _ = try node.accounts.check(self)
        let verifier = try Accounts.verifier(self.password.bytes)
        return try await node.write { () throws(Refusal) in
            try node.accounts.add(self, verifier)
        }
    }
}

extension ListUsers: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.accounts.listUsers()
    }
}

extension RemoveUser: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.write { () throws(Refusal) in try node.accounts.remove(self) }
    }
}

extension SetPassword: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        _ = try node.accounts.existingUser(self.user)
        let verifier = try Accounts.verifier(self.password.bytes)
        return try await node.write { () throws(Refusal) in
            try node.accounts.set(self, verifier)
        }
    }
}

/// The accounts of a node, and the tokens of its API; from any thread.
///
/// What changes them goes through ``Node/write(_:)``, one at a time.
package struct Accounts: Sendable {
    let store: NodeStore
    let kept = KeptTokens()
    /// The account with a name, and what its password is checked against; `nil` when there is none.
    package func account(
        _ name: String
    ) throws(Refusal) -> (account: UserAccount, verifier: PasswordVerifier)? {
        guard UserAccount.isName(name), let stored = try self.storedUser(name) else { return nil }
        guard let verifier = stored.verifier else { throw Self.damaged }
        return (stored.account, verifier)
    }

    private static var damaged: Refusal {
        .unavailable(.accounts)
    }

    private func storedUser(_ name: String) throws(Refusal) -> StoredUser? {
        let bytes: [UInt8]?
        do throws(SlotError) { bytes = try self.store.user(name) } catch {
            throw Refusal(error)
        }
        return try bytes.map { (bytes) throws(Refusal) in try Self.user(bytes) }
    }

    private static func user(_ bytes: [UInt8]) throws(Refusal) -> StoredUser {
        guard let user = StoredJSON.read(StoredUser.self, bytes) else { throw self.damaged }
        return user
    }

    private func users() throws(Refusal) -> [StoredUser] {
        let values: [[UInt8]]
        do throws(SlotError) { values = try self.store.users() } catch {
            throw Refusal(error)
        }
        var users: [StoredUser] = []
        for value in values { users.append(try Self.user(value)) }
        return users.sorted { precedesInBytes($0.name, $1.name) }
    }

    private func store(_ user: StoredUser) throws(Refusal) {
        do throws(SlotError) { try self.store.setUser(user.name, StoredJSON.bytes(user)) } catch {
            throw Refusal(error)
        }
    }

    fileprivate func existingUser(_ name: String) throws(Refusal) -> StoredUser {
        guard UserAccount.isName(name), let user = try self.storedUser(name) else {
            throw .notFound(.user, typed: name)
        }
        return user
    }

    static func verifier(_ password: [UInt8]) throws(Refusal) -> PasswordVerifier {
        let text = Array(String(decoding: password, as: UTF8.self).normalised.utf8)
        guard text.count >= UserAccount.passwordBytesMin else {
            throw .invalid(.password, .tooShort(bytesMin: UserAccount.passwordBytesMin))
        }
        guard text.count <= UserAccount.passwordBytesMax else {
            throw .invalid(.password, .tooLong(bytesMax: UserAccount.passwordBytesMax))
        }
        guard let verifier = PasswordVerifier(password: text) else {
            throw .unavailable(.memory)
        }
        return verifier
    }

    /// The role that a new account would have.
    fileprivate func check(_ asked: AddUser) throws(Refusal) -> UserRole {
        let name = asked.user
        guard UserAccount.isName(name) else {
            throw .invalid(.userName, .form(name))
        }
        guard let role = UserRole(rawValue: asked.role) else {
            throw .invalid(
                .userRole,
                .notOneOf(asked.role, allowed: UserRole.allCases.map(\.rawValue))
            )
        }
        guard try self.storedUser(name) == nil else {
            throw .refused(.userExists(name))
        }
        guard try self.users().count < UserAccount.usersMax else {
            throw .refused(.usersFull(max: UserAccount.usersMax))
        }
        return role
    }

    fileprivate func add(
        _ asked: AddUser,
        _ verifier: PasswordVerifier
    ) throws(Refusal) -> UserDocument {
        let role = try self.check(asked)
        let name = asked.user
        let clock = Node.milliseconds()
        var user = StoredUser(
            name: name,
            role: role,
            created: clock,
            changed: 0,
            passes: 0,
            memoryKiB: 0,
            salt: [],
            hash: []
        )
        user.set(verifier, at: clock)
        try self.store(user)
        return UserDocument(user: name, role: role)
    }

    fileprivate func listUsers() throws(Refusal) -> ListUsers.Answer {
        ListUsers.Answer(
            users: try self.users().map { user in
                ListUsers.Item(
                    user: user.name,
                    role: user.role,
                    created: UTCTime.text(milliseconds: user.created),
                    password_set: UTCTime.text(milliseconds: user.changed)
                )
            }
        )
    }

    fileprivate func remove(_ asked: RemoveUser) throws(Refusal) -> UserDocument {
        let user = try self.existingUser(asked.user)
        do throws(SlotError) { try self.store.removeUser(user.name) } catch {
            throw Refusal(error)
        }
        return UserDocument(user: user.name, role: user.role)
    }

    fileprivate func set(
        _ asked: SetPassword,
        _ verifier: PasswordVerifier
    ) throws(Refusal) -> UserDocument {
        var user = try self.existingUser(asked.user)
        user.set(verifier, at: Node.milliseconds())
        try self.store(user)
        return UserDocument(user: user.name, role: user.role)
    }
}
