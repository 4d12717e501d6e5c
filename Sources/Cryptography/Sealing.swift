import CSodium

/// An X25519 public key that boxes are sealed to.
package struct SealingPublicKey: Hashable, Sendable {
    private let digest: Digest

    /// Creates a key from exactly 32 bytes; `nil` for another length.
    package init?(_ bytes: some Collection<UInt8>) {
        guard let digest = Digest(Array(bytes)) else { return nil }
        self.digest = digest
    }

    /// The 32 bytes.
    package var bytes: [UInt8] { self.digest.bytes }

    /// Whether a secret can be agreed with it: it is no point of small order (RFC 7748 §6.1).
    package var isUsable: Bool {
        Sodium.initialise()
        var shared = [UInt8](repeating: 0, count: 32)
        // Any private key will do: with a point of small order all give zeros.
        let key = [UInt8](repeating: 1, count: 32)
        return crypto_scalarmult(&shared, key, self.bytes) == 0
    }

    /// Seals `secret` so that only the holder of the private key can open it.
    ///
    /// libsodium's `crypto_box_seal`; 48 bytes longer than the secret. `nil` when the public key is
    /// one with which no secret can be agreed (a point of small order).
    package func sealing(_ secret: [UInt8]) -> [UInt8]? {
        Sodium.initialise()
        var box = [UInt8](repeating: 0, count: secret.count + crypto_box_sealbytes())
        let code = crypto_box_seal(&box, secret, UInt64(secret.count), self.bytes)
        return code == 0 ? box : nil
    }
}

/// An X25519 private key that opens boxes.
package struct SealingKey: ~Copyable, Sendable {
    /// The public key.
    package let publicKey: SealingPublicKey
    private let secret: SecretKey

    /// Creates a key pair from its private key.
    package init(_ secret: consuming SecretKey) {
        Sodium.initialise()
        var bytes = [UInt8](repeating: 0, count: 32)
        secret.withPointer { _ = crypto_scalarmult_base(&bytes, $0) }
        guard let publicKey = SealingPublicKey(bytes) else {
            preconditionFailure("an X25519 public key has 32 bytes")
        }
        self.publicKey = publicKey
        self.secret = secret
    }

    /// Opens a box; `nil` when it was not sealed to this key or was changed.
    package borrowing func opening(_ box: [UInt8]) -> [UInt8]? {
        guard box.count >= crypto_box_sealbytes() else { return nil }
        var secret = [UInt8](repeating: 0, count: box.count - crypto_box_sealbytes())
        let publicKey = self.publicKey.bytes
        let code = self.secret.withPointer {
            crypto_box_seal_open(&secret, box, UInt64(box.count), publicKey, $0)
        }
        return code == 0 ? secret : nil
    }

    borrowing func exposedSecret() -> [UInt8] { self.secret.exposedBytes() }
}
