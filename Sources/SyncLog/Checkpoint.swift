package import Cryptography

/// Why a checkpoint was refused.
package enum CheckpointError: Error, Hashable, Sendable {
    /// Not a signed note, or not three lines of origin, size and root.
    case malformed
    /// The origin names another log.
    case wrongOrigin
    /// Not signed by the log's key, or a line by somebody else.
    case notSigned
}

/// A log's size and root, signed by its author (C2SP tlog-checkpoint).
package struct Checkpoint: Hashable, Sendable {
    /// Most bytes of a checkpoint with its cosignatures.
    package static let bytesMax = 65_536

    /// Names the log.
    package let origin: String
    /// Number of entries.
    package let size: UInt64
    /// Root of the tree of that size.
    package let root: Digest
    /// The note with its signatures.
    package private(set) var note: SignedNote

    /// Signs a checkpoint.
    package init(
        origin: String,
        size: UInt64,
        root: Digest,
        signedWith key: borrowing SigningKey
    ) {
        self.origin = origin
        self.size = size
        self.root = root
        self.note = SignedNote(
            text: "\(origin)\n\(size)\n\(TextEncoding.base64(root.bytes))\n"
        )
        self.note.sign(with: key, name: origin)
    }

    /// Reads a checkpoint without checking who signed.
    package init(parsing bytes: some Collection<UInt8>) throws(CheckpointError) {
        let note: SignedNote
        do throws(NoteError) {
            note = try SignedNote(parsing: bytes, bytesMax: Self.bytesMax)
        } catch {
            throw .malformed
        }
        try self.init(note: note)
    }

    private init(note: SignedNote) throws(CheckpointError) {
        let lines = note.text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.count == 4, !lines[0].isEmpty, lines[3].isEmpty,
            let size = UInt64(canonicalDecimal: String(decoding: lines[1], as: UTF8.self)),
            size <= EntryHeader.treeSizeMax,
            let bytes = TextEncoding.bytes(base64: String(decoding: lines[2], as: UTF8.self)),
            let root = Digest(bytes)
        else { throw .malformed }
        self.origin = String(decoding: lines[0], as: UTF8.self)
        self.size = size
        self.root = root
        self.note = note
    }

    /// The key of the log under its origin.
    package static func noteKey(origin: String, logKey: VerifyingKey) -> NoteKey {
        NoteKey(name: origin, algorithm: .ed25519, key: logKey)
    }

    /// Checks that the first line is by the log's key and every other a cosignature by one of
    /// `witnesses`.
    ///
    /// - Returns: The witnesses that cosigned, in order of their lines.
    @discardableResult
    package func verify(
        origin: String,
        logKey: VerifyingKey,
        witnesses: [NoteKey]
    ) throws(CheckpointError) -> [NoteKey] {
        guard self.origin.hasSameBytes(as: origin) else { throw .wrongOrigin }
        let key = Self.noteKey(origin: origin, logKey: logKey)
        guard let first = self.note.signatures.first, self.note.isValid(first, by: key) else {
            throw .notSigned
        }
        var cosigners: [NoteKey] = []
        for signature in self.note.signatures.dropFirst() {
            guard let witness = witnesses.first(where: { signature.names($0) }),
                self.note.isValid(signature, by: witness), !cosigners.contains(witness)
            else { throw .notSigned }
            cosigners.append(witness)
        }
        return cosigners
    }

    /// The checkpoint with the author's line alone.
    package var withoutCosignatures: Checkpoint {
        var checkpoint = self
        checkpoint.note.replaceSignatures(Array(self.note.signatures.prefix(1)))
        return checkpoint
    }

    /// The checkpoint with the author's line and one new cosignature.
    package func cosigned(
        with key: borrowing SigningKey,
        as noteKey: NoteKey,
        seconds: UInt64
    ) -> Checkpoint {
        var checkpoint = self.withoutCosignatures
        checkpoint.note.cosign(with: key, as: noteKey, seconds: seconds)
        return checkpoint
    }

    /// The checkpoint with the author's line and the cosignatures that verify by some keys.
    ///
    /// Names and IDs alone are no proof: an ID has four bytes, and who is ready to search finds another key with it.
    package func cosigned(onlyBy witnesses: [NoteKey]) -> Checkpoint {
        var checkpoint = self
        let lines = self.note.signatures
        checkpoint.note.replaceSignatures(
            lines.prefix(1)
                + lines.dropFirst().filter { line in
                    witnesses.contains { self.note.isValid(line, by: $0) }
                }
        )
        return checkpoint
    }

    /// Adds the cosignatures of another copy of the same checkpoint, in order of key name.
    ///
    /// Of one key the line stays that is there; of another key under its name the other's takes its place: a
    /// witness that has a new key is known by that alone.
    package mutating func addCosignatures(of other: Checkpoint) {
        guard other.note.text.hasSameBytes(as: self.note.text) else { return }
        var byName: [String: NoteSignature] = [:]
        for signature in self.note.signatures.dropFirst() { byName[signature.name] = signature }
        for signature in other.note.signatures.dropFirst()
        where byName[signature.name]?.keyID != signature.keyID {
            byName[signature.name] = signature
        }
        let ordered = byName.sorted { precedesInBytes($0.key, $1.key) }.map(\.value)
        self.note.replaceSignatures(Array(self.note.signatures.prefix(1)) + ordered)
    }
}
