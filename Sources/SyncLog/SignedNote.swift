package import Cryptography

/// Why bytes are not a signed note of the form we keep.
package enum NoteError: Error, Hashable, Sendable {
    /// Longer than the kind of note may be.
    case tooLong(bytesMax: Int)
    /// Not UTF-8, not in normal form, or with a control character.
    case text
    /// No blank line before the signatures, or the last line has no newline.
    case noSignatures
    /// A signature line that does not parse.
    case signatureLine(Int)
    /// One key signed twice, or a key signed that has no business here.
    case unexpectedSignature(name: String)
    /// A signature that had to be there is not, or is wrong.
    case notSigned(name: String)
}

/// A key that signs notes (C2SP signed-note).
package struct NoteKey: Hashable, Sendable {
    /// Kind of signature; the raw value is the C2SP algorithm byte.
    package enum Algorithm: UInt8, Hashable, Sendable {
        /// Ed25519 over the note's text.
        case ed25519 = 1
        /// `cosignature/v1`: Ed25519 over a time and the text (C2SP tlog-cosignature).
        case cosignature = 4
    }

    /// Name of the key; not empty, without blanks and `+`.
    package let name: String
    /// Kind of signature.
    package let algorithm: Algorithm
    /// The public key.
    package let key: VerifyingKey

    /// Creates a key.
    package init(name: String, algorithm: Algorithm, key: VerifyingKey) {
        self.name = name
        self.algorithm = algorithm
        self.key = key
    }

    /// The identity key of a node.
    package static func identity(_ node: NodeID) -> NoteKey {
        NoteKey(
            name: "tafel/v1/node/" + TextEncoding.hex(node.bytes),
            algorithm: .ed25519,
            key: node
        )
    }

    /// The witness key of a node.
    package static func witness(_ key: VerifyingKey, of node: NodeID) -> NoteKey {
        NoteKey(
            name: "tafel/v1/witness/" + TextEncoding.hex(node.bytes),
            algorithm: .cosignature,
            key: key
        )
    }

    /// First 4 bytes of `SHA-256(name ‖ 0x0A ‖ algorithm ‖ key)`.
    package var keyID: UInt32 {
        var bytes = Array(self.name.utf8)
        bytes.append(0x0A)
        bytes.append(self.algorithm.rawValue)
        bytes += self.key.bytes
        return UInt32(bigEndian: Digest(hashing: bytes).bytes[..<4])
    }

    /// The key as one line of text (a C2SP vkey): `name+id+base64`.
    package var verifierText: String {
        var id: [UInt8] = []
        id.append(bigEndian: self.keyID)
        let key = TextEncoding.base64([self.algorithm.rawValue] + self.key.bytes)
        return "\(self.name)+\(TextEncoding.hex(id))+\(key)"
    }

    /// Reads a vkey; `nil` when a part is malformed or the ID is not that of the key.
    package init?(verifierText text: some StringProtocol) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, SignedNote.isKeyName(parts[0]),
            let id = TextEncoding.bytes(hex: parts[1]), id.count == 4,
            let bytes = TextEncoding.bytes(base64: parts[2]), let first = bytes.first,
            let algorithm = Algorithm(rawValue: first), let key = VerifyingKey(bytes.dropFirst())
        else { return nil }
        self.init(name: String(parts[0]), algorithm: algorithm, key: key)
        guard self.keyID == UInt32(bigEndian: id) else { return nil }
    }
}

/// One signature line of a note.
package struct NoteSignature: Hashable, Sendable {
    /// Name of the key.
    package let name: String
    /// ID of the key.
    package let keyID: UInt32
    /// What follows the ID: an Ed25519 signature, or a time and one.
    package let bytes: [UInt8]

    /// Creates a signature line.
    package init(name: String, keyID: UInt32, bytes: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.bytes = bytes
    }

    /// The time that a cosignature says, in seconds since 1970; `nil` where it is no such line.
    package var cosignedSeconds: UInt64? {
        self.bytes.count == 8 + SigningKey.signatureByteCount
            ? UInt64(bigEndian: self.bytes[..<8]) : nil
    }

    /// Whether this line says it is by `key`.
    package func names(_ key: NoteKey) -> Bool {
        self.keyID == key.keyID && self.name.hasSameBytes(as: key.name)
    }
}

/// A text with signatures, to the letter of C2SP signed-note, and stricter: base64 has one form and
/// no key signs twice.
package struct SignedNote: Hashable, Sendable {
    /// Most signature lines of a note.
    package static let signaturesMax = 256
    /// Latest time of a cosignature, in seconds since 1970 (C2SP tlog-cosignature).
    package static let cosignatureSecondsMax: UInt64 = .max >> 1

    /// Bytes of a signature line by an identity key: dash, name, ID and signature, newline.
    static let identityLineByteCount = 176

    /// What is signed; ends with a newline.
    package let text: String
    /// The signature lines, in order.
    package private(set) var signatures: [NoteSignature]

    /// Creates a note without signatures.
    package init(text: String) {
        precondition(text.utf8.last == 0x0A, "the text of a note ends with a newline")
        self.text = text
        self.signatures = []
    }

    /// Reads a note.
    ///
    /// - Complexity: O(bytes).
    package init(parsing bytes: some Collection<UInt8>, bytesMax: Int) throws(NoteError) {
        guard bytes.count <= bytesMax else { throw .tooLong(bytesMax: bytesMax) }
        guard let note = String(validating: bytes, as: UTF8.self),
            note.isSpecificationText(bytesMax: bytesMax, allowsLines: true)
        else { throw .text }
        let all = Array(note.utf8)
        guard all.last == 0x0A, let split = Self.separator(in: all) else { throw .noSignatures }
        self.text = String(decoding: all[...split], as: UTF8.self)
        self.signatures = []
        let lines = all[(split + 2)..<(all.count - 1)].split(
            separator: 0x0A,
            omittingEmptySubsequences: false
        )
        guard lines.count <= Self.signaturesMax else { throw .signatureLine(Self.signaturesMax) }
        for (number, line) in lines.enumerated() {
            guard let signature = Self.signature(line: line) else { throw .signatureLine(number) }
            guard !self.signatures.contains(where: { $0.isSameKey(as: signature) }) else {
                throw .unexpectedSignature(name: signature.name)
            }
            self.signatures.append(signature)
        }
    }

    /// Index of the newline that ends the text: the first of the last two newlines in a row.
    private static func separator(in bytes: [UInt8]) -> Int? {
        guard bytes.count > 2 else { return nil }
        for index in stride(from: bytes.count - 3, through: 0, by: -1)
        where bytes[index] == 0x0A && bytes[index + 1] == 0x0A {
            return index
        }
        return nil
    }

    private static func signature(line: ArraySlice<UInt8>) -> NoteSignature? {
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("—".utf8) else { return nil }
        let name = String(decoding: parts[1], as: UTF8.self)
        guard self.isKeyName(name),
            let bytes = TextEncoding.bytes(base64: String(decoding: parts[2], as: UTF8.self)),
            bytes.count > 4
        else { return nil }
        return NoteSignature(
            name: name,
            keyID: UInt32(bigEndian: bytes[..<4]),
            bytes: Array(bytes[4...])
        )
    }

    static func isKeyName(_ name: some StringProtocol) -> Bool {
        !name.isEmpty
            && !name.unicodeScalars.contains { scalar in
                // Nearly all are ASCII, of which the look-up in Unicode's tables is spared.
                scalar.isASCII
                    ? scalar == "+" || scalar == " " || ("\t"..."\r").contains(scalar)
                    : scalar.properties.isWhitespace
            }
    }

    /// The note as it is stored and sent.
    package var encoded: [UInt8] { Array(self.encodedText.utf8) }

    /// The note as text.
    package var encodedText: String {
        self.signatures.reduce(into: self.text + "\n") { output, signature in
            var bytes: [UInt8] = []
            bytes.append(bigEndian: signature.keyID)
            bytes += signature.bytes
            output += "— \(signature.name) \(TextEncoding.base64(bytes))\n"
        }
    }

    /// Adds a signature as the last line.
    package mutating func append(_ signature: NoteSignature) {
        precondition(
            !self.signatures.contains { $0.isSameKey(as: signature) },
            "a key signs a note once"
        )
        self.signatures.append(signature)
    }

    /// Puts the signature lines in another order, or keeps only some.
    package mutating func replaceSignatures(_ signatures: [NoteSignature]) {
        self.signatures = signatures
    }

    /// Signs with an Ed25519 key and adds the line.
    package mutating func sign(with key: borrowing SigningKey, name: String) {
        let noteKey = NoteKey(name: name, algorithm: .ed25519, key: key.verifyingKey)
        self.append(
            NoteSignature(
                name: name,
                keyID: noteKey.keyID,
                bytes: key.signature(for: Array(self.text.utf8))
            )
        )
    }

    /// The line that names `key`, whether or not it verifies.
    package func signature(naming key: NoteKey) -> NoteSignature? {
        self.signatures.first { $0.names(key) }
    }

    /// Whether the note has a valid signature by `key`.
    package func isSigned(by key: NoteKey) -> Bool {
        self.signature(naming: key).map { self.isValid($0, by: key) } ?? false
    }

    /// Whether `signature` is by `key` over this note's text.
    package func isValid(_ signature: NoteSignature, by key: NoteKey) -> Bool {
        guard signature.names(key) else { return false }
        switch key.algorithm {
        case .ed25519:
            return key.key.isValid(signature.bytes, for: Array(self.text.utf8))
        case .cosignature:
            guard let seconds = signature.cosignedSeconds else { return false }
            return seconds <= Self.cosignatureSecondsMax
                && key.key.isValid(
                    signature.bytes[8...],
                    for: Self.cosigned(text: self.text, seconds: seconds)
                )
        }
    }

    /// What a cosignature signs (C2SP tlog-cosignature).
    private static func cosigned(text: String, seconds: UInt64) -> [UInt8] {
        Array("cosignature/v1\ntime \(seconds)\n\(text)".utf8)
    }

    /// Adds a `cosignature/v1` line.
    ///
    /// - Parameters:
    ///   - key: The witness key.
    ///   - noteKey: The same key under its name.
    ///   - seconds: Time of the cosignature, in seconds since 1970, at most
    ///     ``cosignatureSecondsMax``.
    package mutating func cosign(
        with key: borrowing SigningKey,
        as noteKey: NoteKey,
        seconds: UInt64
    ) {
        precondition(seconds <= Self.cosignatureSecondsMax, "a cosignature's time fits 63 bits")
        var bytes: [UInt8] = []
        bytes.append(bigEndian: seconds)
        bytes += key.signature(for: Self.cosigned(text: self.text, seconds: seconds))
        self.append(NoteSignature(name: noteKey.name, keyID: noteKey.keyID, bytes: bytes))
    }
}

extension NoteSignature {
    fileprivate func isSameKey(as other: NoteSignature) -> Bool {
        self.keyID == other.keyID && self.name.hasSameBytes(as: other.name)
    }
}
