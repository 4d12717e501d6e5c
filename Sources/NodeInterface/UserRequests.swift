/// What only its owner knows: text in a document, and in no description.
package struct Secret: Codable, Hashable, Sendable, CustomStringConvertible,
    CustomDebugStringConvertible
{
    /// Its bytes in UTF-8.
    package var bytes: [UInt8]

    /// Creates a secret.
    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads a text.
    package init(from decoder: any Decoder) throws {
        self.bytes = Array(try decoder.singleValueContainer().decode(String.self).utf8)
    }

    /// Writes a text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(String(decoding: self.bytes, as: UTF8.self))
    }

    /// That it is one.
    package var description: String { "(secret)" }
    /// That it is one.
    package var debugDescription: String { "(secret)" }
}

/// A local account.
package struct UserDocument: Document {
    /// Its name.
    package var user: String
    /// What it may do.
    package var role: UserRole

    /// Creates an answer.
    package init(user: String, role: UserRole) {
        self.user = user
        self.role = role
    }
}

/// Adds a local account for the pages.
package struct AddUser: Request {
    /// Its name to other processes.
    package static let name = "add-user"
    /// What it needs.
    package static let rights: Set<Right> = [.administer]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// Its name.
    package var user: String
    /// What it may do.
    package var role: String
    /// Its password.
    package var password: Secret

    /// Asks for an account.
    package init(user: String, role: String, password: Secret) {
        self.user = user
        self.role = role
        self.password = password
    }

    /// What it would change.
    package var change: Change? { Change("add user", "user \(Change.word(self.user))") }

    /// The account.
    package typealias Answer = UserDocument
}

/// The local accounts.
package struct ListUsers: Request {
    /// Its name to other processes.
    package static let name = "list-users"
    /// What it needs.
    package static let rights: Set<Right> = [.administer]

    /// Asks for all.
    package init() {}

    /// All of them, by name.
    package struct Answer: Document {
        /// The accounts.
        package var users: [Item]

        /// Creates the list.
        package init(users: [Item]) {
            self.users = users
        }
    }

    /// An account in the list.
    package struct Item: Codable, Hashable, Sendable {
        /// Its name.
        package var user: String
        /// What it may do.
        package var role: UserRole
        /// When it was made.
        package var created: String
        /// When its password was last set.
        package var password_set: String

        /// Creates an item.
        package init(user: String, role: UserRole, created: String, password_set: String) {
            self.user = user
            self.role = role
            self.created = created
            self.password_set = password_set
        }
    }
}

/// Removes an account; its sessions end at once.
package struct RemoveUser: Request {
    /// Its name to other processes.
    package static let name = "remove-user"
    /// What it needs.
    package static let rights: Set<Right> = [.administer]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// Its name.
    package var user: String

    /// Asks for its end.
    package init(user: String) {
        self.user = user
    }

    /// What it would change.
    package var change: Change? { Change("remove user", "user \(Change.word(self.user))") }

    /// The account that was.
    package typealias Answer = UserDocument
}

/// Sets the password of an account; its sessions end at once.
package struct SetPassword: Request {
    /// Its name to other processes.
    package static let name = "set-password"
    /// What it needs.
    package static let rights: Set<Right> = [.administer]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// Its name.
    package var user: String
    /// Its new password.
    package var password: Secret

    /// Asks for another password.
    package init(user: String, password: Secret) {
        self.user = user
        self.password = password
    }

    /// What it would change.
    package var change: Change? { Change("set password", "user \(Change.word(self.user))") }

    /// The account.
    package typealias Answer = UserDocument
}
