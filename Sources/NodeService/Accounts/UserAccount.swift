package import NodeInterface

/// A local account for the pages, without its password.
package struct UserAccount: Hashable, Sendable {
    /// Most accounts of a node.
    package static let usersMax = 1_000
    /// Most bytes of a name.
    package static let nameBytesMax = 32
    /// Fewest bytes of a password.
    package static let passwordBytesMin = 8
    /// Most bytes of a password.
    package static let passwordBytesMax = 1_024

    /// The name, which is the pseudonym in what the user does.
    package let name: String
    /// What the user may do.
    package let role: UserRole
    /// When it was made, in milliseconds since 1970.
    package let created: UInt64
    /// When its password was last set, in milliseconds since 1970.
    package let changed: UInt64

    /// Creates an account.
    package init(name: String, role: UserRole, created: UInt64, changed: UInt64) {
        self.name = name
        self.role = role
        self.created = created
        self.changed = changed
    }

    /// Whether a text is 1 to ``nameBytesMax`` of a-z, 0-9, `.`, `_` and hyphen, beginning with a
    /// letter or digit.
    package static func isName(_ text: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: false
            }
        }
        guard (1...Self.nameBytesMax).contains(text.utf8.count),
            let first = text.utf8.first, isAlphanumeric(first)
        else { return false }
        return text.utf8.allSatisfy {
            isAlphanumeric($0)
                || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")]
                    .contains($0)
        }
    }
}
