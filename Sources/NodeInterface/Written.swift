/// An entry of this node's log.
package struct EntryReference: Codable, Hashable, Sendable {
    /// Its place in the log, from 0.
    package var index: Int
    /// Its hash.
    package var leaf: String

    /// Names an entry.
    package init(index: Int, leaf: String) {
        self.index = index
        self.leaf = leaf
    }
}

/// The answer to what writes an entry.
package protocol WrittenDocument: Document {
    /// The entry, or the first of several.
    var entry: EntryReference { get }
}

/// What a change wrote.
package struct Written: WrittenDocument {
    /// The entry.
    package var entry: EntryReference

    /// Creates an answer.
    package init(entry: EntryReference) {
        self.entry = entry
    }
}

/// Who is given something, and on which ground.
package struct GroundedRecipient: Codable, Hashable, Sendable {
    /// Handle of the member.
    package var handle: String
    /// Code of the ground.
    package var ground: String

    /// Creates a recipient.
    package init(handle: String, ground: String) {
        self.handle = handle
        self.ground = ground
    }
}
