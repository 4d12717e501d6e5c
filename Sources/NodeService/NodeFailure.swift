import NodeInterface
package import RecordStore

/// Why the program could not do what it was to: an exit code and one line for a person.
///
/// What a node answers to a request is a `Refusal` instead.
package struct NodeFailure: Error, Hashable, Sendable {
    /// The exit codes of the command line's contract.
    package enum Code: Int32, Codable, Hashable, Sendable {
        /// A finding.
        case finding = 1
        /// Wrong use or bad input.
        case usage = 2
        /// Something needed is unavailable.
        case unavailable = 3
        /// A bug of this program.
        case bug = 70
    }

    /// The exit code.
    package let code: Code
    /// `WHAT: WHY. WHAT TO DO`.
    package let message: String
    /// Creates a failure.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Wrong use or bad input.
    package static func usage(_ message: String) -> NodeFailure { NodeFailure(.usage, message) }

    /// Something needed is unavailable.
    package static func unavailable(_ message: String) -> NodeFailure {
        NodeFailure(.unavailable, message)
    }

    /// The data folder.
    package init(_ error: FolderError) { self.init(.unavailable, "data folder: \(error)") }

    /// The store or the slot file.
    package init(_ error: SlotError) { self.init(.unavailable, "store: \(error)") }

    /// The store as a whole.
    package init(_ error: NodeStoreError) {
        switch error {
        case .slot(let error): self.init(error)
        case .newerSchema(let version):
            self.init(
                .unavailable,
                "store: written by a newer version of tafel (layout \(version)). "
                    + "Install that version"
            )
        case .unknownSchema(let version):
            self.init(
                .unavailable,
                "store: of layout \(version), which no version of tafel writes. Restore a backup"
            )
        case .olderSchema(let version):
            self.init(
                .unavailable,
                "store: written by an older version of tafel (layout \(version)). "
                    + "Bring it up to date first: any command that opens the node does, as 'tafel node status'"
            )
        }
    }
}
