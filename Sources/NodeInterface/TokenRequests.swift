/// Gives a user a token for the API; its secret is told once.
package struct AddToken: Request {
    /// Its name to other processes.
    package static let name = "add-token"
    /// What it needs.
    package static let rights: Set<Right> = [.administer]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// The user's name.
    package var user: String
    /// What it may be used for: names of rights.
    package var scopes: [String]
    /// Its last day; `nil` for none.
    package var until: String?

    /// Asks for a token.
    package init(user: String, scopes: [String], until: String? = nil) {
        self.user = user
        self.scopes = scopes
        self.until = until
    }

    /// What it would change.
    package var change: Change? { Change("add token", "user \(Change.word(self.user))") }

    /// The token.
    package struct Answer: Document {
        /// By what it is listed and removed.
        package var id: String
        /// The secret.
        package var token: String
        /// The user's name.
        package var user: String
        /// What it may be used for.
        package var scopes: [Right]
        /// Its last day; `nil` for none.
        package var until: String?

        /// Creates an answer.
        package init(id: String, token: String, user: String, scopes: [Right], until: String?) {
            self.id = id
            self.token = token
            self.user = user
            self.scopes = scopes
            self.until = until
        }
    }
}

/// The tokens for the API, without their secrets.
package struct ListTokens: Request {
    /// Its name to other processes.
    package static let name = "list-tokens"
    /// What it needs.
    package static let rights: Set<Right> = [.administer]

    /// Asks for all.
    package init() {}

    /// All of them, oldest first.
    package struct Answer: Document {
        /// The tokens.
        package var tokens: [Item]

        /// Creates the list.
        package init(tokens: [Item]) {
            self.tokens = tokens
        }
    }

    /// A token in the list.
    package struct Item: Codable, Hashable, Sendable {
        /// By what it is removed.
        package var id: String
        /// The user's name.
        package var user: String
        /// What it may be used for.
        package var scopes: [Right]
        /// When it was made.
        package var created: String
        /// Its last day; `nil` for none.
        package var until: String?
        /// Whether it may still be used: its last day is not over, and its user is there.
        package var valid: Bool

        /// Creates an item.
        package init(
            id: String,
            user: String,
            scopes: [Right],
            created: String,
            until: String?,
            valid: Bool
        ) {
            self.id = id
            self.user = user
            self.scopes = scopes
            self.created = created
            self.until = until
            self.valid = valid
        }
    }
}

/// Removes a token: it is taken no more.
package struct RemoveToken: Request {
    /// Its name to other processes.
    package static let name = "remove-token"
    /// What it needs.
    package static let rights: Set<Right> = [.administer]
    /// Whether it is asked by a query.
    package static let isQuery = false

    /// Its ID, or the beginning of it.
    package var id: String

    /// Asks for its end.
    package init(id: String) {
        self.id = id
    }

    /// What it would change.
    package var change: Change? {
        // Somebody may give the secret in its place.
        Change("remove token", self.id.hasPrefix("tafel_") ? "" : "token \(Change.id(self.id))")
    }

    /// What was removed.
    package struct Answer: Document {
        /// Its ID.
        package var id: String
        /// The user's name.
        package var user: String

        /// Creates an answer.
        package init(id: String, user: String) {
            self.id = id
            self.user = user
        }
    }
}
