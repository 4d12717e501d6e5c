/// How far a call that takes long is with one peer; what a bar shows.
package struct SyncProgress: Codable, Hashable, Sendable {
    /// The peer's handle.
    package let peer: String
    /// Entries that moved, in both directions.
    package let moved: Int
    /// Entries that are to move; `nil` while nobody knows.
    package let total: Int?
}

/// Is told several times a second how far a call is, from any thread.
package typealias ProgressReport = @Sendable (SyncProgress) -> Void
