package import Cryptography

/// One version of a charter with the signatures it has.
package struct SignedCharter: Hashable, Sendable {
    /// What it says.
    package let charter: Charter
    /// The note, signatures in order of member number.
    package private(set) var note: SignedNote
    /// SHA-256 of the text: the table's ID in version 1, the `previous` of the next version.
    package let textHash: Digest

    /// Wraps a new charter without signatures.
    ///
    /// - Throws: As ``Charter/init(text:)``, and ``CharterError/tooLong``.
    package init(_ charter: Charter) throws(CharterError) {
        self.charter = try Charter(text: charter.text)
        guard charter.text.utf8.count <= Charter.newTextBytesMax else { throw .tooLong }
        self.note = SignedNote(text: charter.text)
        self.textHash = Digest(hashing: Array(charter.text.utf8))
    }

    /// Reads a charter note; signatures are checked by ``verifySignatures(by:)``.
    package init(parsing bytes: some Collection<UInt8>) throws(CharterError) {
        do throws(NoteError) {
            self.note = try SignedNote(parsing: bytes, bytesMax: Charter.bytesMax)
        } catch {
            throw .malformed
        }
        self.charter = try Charter(text: self.note.text)
        self.textHash = Digest(hashing: Array(self.note.text.utf8))
    }

    /// Checks every signature; refuses one by anybody but `members`.
    ///
    /// - Returns: Numbers of the members that signed, ascending.
    package func verifySignatures(by members: [Member]) throws(CharterError) -> [MemberNumber] {
        var signers: [MemberNumber] = []
        for signature in self.note.signatures {
            guard
                let member = members.first(where: { signature.names(.identity($0.identity)) }),
                self.note.isValid(signature, by: .identity(member.identity)),
                member.number > signers.last ?? 0
            else { throw .signature(name: signature.name) }
            signers.append(member.number)
        }
        return signers
    }

    /// Adds a member's signature, unless it has signed, and keeps the order of numbers.
    package mutating func sign(with key: borrowing SigningKey, members: [Member]) {
        let noteKey = NoteKey.identity(key.verifyingKey)
        guard self.note.signature(naming: noteKey) == nil else { return }
        self.note.sign(with: key, name: noteKey.name)
        self.order(by: members)
    }

    /// Adds the signatures of another copy of the same text.
    mutating func addSignatures(of other: SignedCharter, members: [Member]) {
        for signature in other.note.signatures
        where !self.note.signatures.contains(where: { $0.name.hasSameBytes(as: signature.name) }) {
            self.note.append(signature)
        }
        self.order(by: members)
    }

    private mutating func order(by members: [Member]) {
        let names = members.map { NoteKey.identity($0.identity).name }
        let ordered = names.compactMap { name in
            self.note.signatures.first { $0.name.hasSameBytes(as: name) }
        }
        self.note.replaceSignatures(ordered)
    }
}
