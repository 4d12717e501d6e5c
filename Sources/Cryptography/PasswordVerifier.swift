import CSodium

/// What is kept of a password: how Argon2id was asked for, and a hash of the key that came of it.
///
/// It tells whether a password is right and opens nothing.
package struct PasswordVerifier: Hashable, Sendable {
    /// Parameters and salt.
    package let hashing: PasswordHashing
    /// `SHA-256("tafel/v1/password", key)`, 32 bytes.
    package let hash: Digest

    /// Takes over what was kept.
    package init(hashing: PasswordHashing, hash: Digest) {
        self.hashing = hashing
        self.hash = hash
    }

    /// Computes what is to be kept of a new password; `nil` when the memory is not to be had.
    ///
    /// - Complexity: 3 passes over 64 MiB, some 0.1 s.
    package init?(password: [UInt8]) {
        let salt = Randomness.bytes(count: PasswordHashing.saltByteCount)
        let hashing = PasswordHashing.recommended(salt: salt)
        guard let hash = Self.hash(password, hashing) else { return nil }
        self.init(hashing: hashing, hash: hash)
    }

    /// Whether a password is the right one; `nil` when the memory is not to be had.
    ///
    /// Takes equally long for right and wrong ones.
    ///
    /// - Complexity: as the parameters say; those of ``init(password:)`` take some 0.1 s.
    package func matches(_ password: [UInt8]) -> Bool? {
        guard let found = Self.hash(password, self.hashing) else { return nil }
        return sodium_memcmp(found.bytes, self.hash.bytes, Digest.byteCount) == 0
    }

    private static func hash(_ password: [UInt8], _ hashing: PasswordHashing) -> Digest? {
        guard let key = hashing.key(passphrase: password) else { return nil }
        var bytes = key.exposedBytes()
        defer { bytes.wipe() }
        return Digest(label: "tafel/v1/password", bytes)
    }
}
