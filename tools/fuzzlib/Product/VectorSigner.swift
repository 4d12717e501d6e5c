import Cryptography
import SyncLog

/// Signs changed texts anew with the keys of the vectors' nodes, which everybody can compute
/// (`Protocol/vectors/README.md`): without it no changed note would come past its signatures.
enum VectorSigner {
    private static let handles = ["od-noord", "od-oost", "politie-west", "od-zuid"]
    private static let numbers: [MemberNumber] = [1, 2, 3, 9]

    /// 32 bytes that the vectors use as a secret.
    static func secret(_ label: String) -> SecretKey {
        let bytes = Digest(hashing: Array("tafel/v1/test-vector/\(label)".utf8)).bytes
        guard let key = SecretKey(bytes) else { preconditionFailure("a hash has 32 bytes") }
        return key
    }

    /// Seeds of the identity keys, by the name under which they sign.
    private static let identities: [String: String] = Dictionary(
        uniqueKeysWithValues: handles.map { handle in
            let label = "\(handle)/identity"
            let key = SigningKey(seed: secret(label))
            return (NoteKey.identity(key.verifyingKey).name, label)
        }
    )

    /// Label of the key that signs under a name; `nil` when it is not a node's of the vectors.
    private static func label(of name: String) -> String? {
        if let label = self.identities[name] { return label }
        let parts = name.split(separator: "/")
        guard parts.count == 6, name.hasPrefix("tafel/v1/log/"), let member = UInt16(parts[4]),
            let place = self.numbers.firstIndex(of: member)
        else { return nil }
        return "\(self.handles[place])/log"
    }

    /// The log key of a member of the vectors' table; `nil` for another number.
    static func logKey(of member: MemberNumber) -> SigningKey? {
        guard let place = self.numbers.firstIndex(of: member) else { return nil }
        return SigningKey(seed: self.secret("\(self.handles[place])/log"))
    }

    /// The note with every signature by a key of the vectors made anew; `nil` when it is no note,
    /// or has none of theirs.
    static func note(_ bytes: [UInt8]) -> [UInt8]? {
        guard let note = try? SignedNote(parsing: bytes, bytesMax: .max) else { return nil }
        let text = Array(note.text.utf8)
        var lines: [NoteSignature] = []
        for line in note.signatures {
            guard let label = self.label(of: line.name) else {
                lines.append(line)
                continue
            }
            let key = SigningKey(seed: self.secret(label))
            let noteKey = NoteKey(
                name: line.name,
                algorithm: .ed25519,
                key: key.verifyingKey
            )
            lines.append(
                NoteSignature(
                    name: line.name,
                    keyID: noteKey.keyID,
                    bytes: key.signature(for: text)
                )
            )
        }
        guard lines != note.signatures else { return nil }
        var signed = SignedNote(text: note.text)
        signed.replaceSignatures(lines)
        return signed.encoded
    }

    /// A table file with the notes in it signed anew and its versions joined again; `nil` when
    /// nothing of it can be.
    static func tableFile(_ bytes: [UInt8]) -> [UInt8]? {
        let mark = Array("=== ".utf8)
        var starts = bytes.indices.filter { place in
            (place == 0 || bytes[place - 1] == 0x0A) && bytes[place...].starts(with: mark)
        }
        guard let first = starts.first else { return nil }
        starts.append(bytes.count)
        var file = Array(bytes[..<first])
        var previous: Digest?
        for (start, end) in zip(starts, starts.dropFirst()) {
            let body = (bytes[start..<end].firstIndex(of: 0x0A) ?? end - 1) + 1
            file += bytes[start..<body]
            let joined = self.joined(Array(bytes[body..<end]), to: previous)
            let note = self.note(joined) ?? joined
            file += note
            previous = (try? SignedCharter(parsing: note)).map(\.textHash) ?? previous
        }
        return file == bytes ? nil : file
    }

    /// A charter note that names the version before it, where there is one.
    private static func joined(_ note: [UInt8], to previous: Digest?) -> [UInt8] {
        guard let previous, let text = String(validating: note, as: UTF8.self) else { return note }
        let key = "previous "
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix(key) ? key + TextEncoding.base64(previous.bytes) : String(line)
        }
        return Array(lines.joined(separator: "\n").utf8)
    }
}
