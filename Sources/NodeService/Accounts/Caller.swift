package import NodeInterface

/// Is told several times a second how far a request is, from any thread.
package typealias ProgressReport = @Sendable (SyncProgress) -> Void

/// Takes the parts of a stream, one after the other; returns when it can take the next.
package typealias ByteSink = @Sendable ([UInt8]) async throws(Refusal) -> Void

/// Who makes a request, and what that may be.
package struct Caller: Sendable {
    /// The user's name, the pseudonym in what is written.
    package let name: String
    /// What is allowed.
    package let rights: Set<Right>
    /// Told how far a request is that takes long.
    package var progress: ProgressReport?
    /// Given the bytes of an answer that is a stream; such a request fails without.
    package var sink: ByteSink?

    /// A user of this node.
    package init(_ account: UserAccount) {
        self.name = account.name
        self.rights = account.role.rights
    }

    init(name: String, rights: Set<Right>) {
        self.name = name
        self.rights = rights
    }

    /// The first right that is missing for a request; `nil` for none.
    package func missing(for asked: (some Request).Type) -> Right? {
        Right.allCases.first { asked.rights.contains($0) && !self.rights.contains($0) }
    }

    /// Who has the data folder, at the command line: may do everything, in a user's name.
    package static func owner(_ name: String) -> Caller {
        Caller(name: name, rights: Set(Right.allCases))
    }
}
