import Cryptography
import SyncLog
import Testing

/// Keys and notes for the tests of this folder.
final class Fixture: Sendable {
    let keys: NodeKeys

    init() { self.keys = .generate(tls: .random()) }

    var identity: NodeID { self.keys.identity.verifyingKey }

    func contents(
        version: UInt32 = 1,
        handle: String = "od-noord",
        name: String = "Omgevingsdienst Noord",
        oin: String = "00000001234567890000",
        endpoints: [Endpoint] = []
    ) -> Card.Contents {
        Card.Contents(
            version: version,
            handle: handle,
            name: name,
            oin: oin,
            memberClass: .odToezicht,
            endpoints: endpoints
        )
    }

    func card(_ contents: Card.Contents) throws -> Card {
        try Card(contents, keys: self.keys, tlsKeyHash: Digest(hashing: []))
    }

    /// A note over a text, signed by the identity key.
    func signed(_ text: String) -> [UInt8] {
        var note = SignedNote(text: text)
        note.sign(with: self.keys.identity, name: NoteKey.identity(self.identity).name)
        return note.encoded
    }
}

extension String {
    /// The text with its one occurrence of `old` replaced.
    func with(_ old: String, _ new: String) throws -> String {
        let parts = self.components(around: old)
        try #require(parts.count == 2, "\(old) occurs \(parts.count - 1) times")
        return parts[0] + new + parts[1]
    }

    private func components(around mark: String) -> [String] {
        self.split(separator: mark, omittingEmptySubsequences: false).map(String.init)
    }
}
