import CSodium

/// An Ed25519 public key (RFC 8032).
package struct VerifyingKey: Hashable, Comparable, Sendable {
    /// The 32 bytes of the key, as a value that orders as they do.
    package let digest: Digest

    /// Creates a key from exactly 32 bytes; `nil` for another length.
    package init?(_ bytes: some Collection<UInt8>) {
        guard let digest = Digest(Array(bytes)) else { return nil }
        self.digest = digest
    }

    /// The 32 bytes.
    package var bytes: [UInt8] { self.digest.bytes }

    /// Whether `signature` (64 bytes) is by this key over `message`.
    ///
    /// libsodium refuses small-order keys and non-canonical signatures.
    package func isValid(_ signature: some Collection<UInt8>, for message: [UInt8]) -> Bool {
        guard signature.count == SigningKey.signatureByteCount else { return false }
        Sodium.initialise()
        return crypto_sign_verify_detached(
            Array(signature),
            message,
            UInt64(message.count),
            self.bytes
        ) == 0
    }

    /// Orders as the bytes do.
    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.digest < rhs.digest }
}

/// An Ed25519 private key, made from its 32-byte seed.
package struct SigningKey: ~Copyable, Sendable {
    /// Length of a signature, in bytes.
    package static let signatureByteCount = 64

    /// The public key.
    package let verifyingKey: VerifyingKey
    private let seed: SecretKey

    /// Creates a key pair from its seed.
    package init(seed: consuming SecretKey) {
        Sodium.initialise()
        var publicKey = [UInt8](repeating: 0, count: 32)
        var secretKey = [UInt8](repeating: 0, count: 64)
        defer { secretKey.wipe() }
        seed.withPointer { _ = crypto_sign_seed_keypair(&publicKey, &secretKey, $0) }
        guard let verifyingKey = VerifyingKey(publicKey) else {
            preconditionFailure("an Ed25519 public key has 32 bytes")
        }
        self.verifyingKey = verifyingKey
        self.seed = seed
    }

    /// Signs `message`; deterministic, as RFC 8032 has it.
    package borrowing func signature(for message: [UInt8]) -> [UInt8] {
        var secretKey = self.seed.exposedBytes() + self.verifyingKey.bytes
        defer { secretKey.wipe() }
        var signature = [UInt8](repeating: 0, count: Self.signatureByteCount)
        _ = crypto_sign_detached(&signature, nil, message, UInt64(message.count), secretKey)
        return signature
    }

    borrowing func exposedSeed() -> [UInt8] { self.seed.exposedBytes() }
}
