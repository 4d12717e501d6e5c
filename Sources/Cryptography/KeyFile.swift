/// Why a key file did not open.
package enum KeyFileError: Error, Hashable, Sendable {
    /// Not a key file, another length, or parameters outside their ranges.
    case malformed
    /// A key file of a newer version of the program.
    case version(UInt32)
    /// The passphrase is wrong, or a byte of the file was changed; the two cannot be told apart.
    case wrongPassphrase
    /// The memory for Argon2id is not to be had.
    case outOfMemory
}

/// The key file: 268 bytes that a passphrase opens (`Protocol/keys.md` §8).
package enum KeyFile {
    /// Length of a key file, in bytes.
    package static let byteCount = 268

    private static let magic = Array("TAFELKEY".utf8)
    private static let version: UInt32 = 1
    private static let clearByteCount = 60

    /// The bytes of a key file.
    ///
    /// - Parameters:
    ///   - keys: What it holds.
    ///   - passphrase: Opens it.
    ///   - hashing: Cost and salt; the salt must be fresh.
    ///   - nonce: 24 fresh random bytes.
    /// - Returns: 268 bytes.
    /// - Throws: ``KeyFileError/outOfMemory`` only.
    package static func encode(
        _ keys: borrowing NodeKeys,
        passphrase: [UInt8],
        hashing: PasswordHashing,
        nonce: [UInt8]
    ) throws(KeyFileError) -> [UInt8] {
        guard let key = hashing.key(passphrase: passphrase) else { throw .outOfMemory }
        var clear = self.magic
        clear.append(bigEndian: self.version)
        clear.append(bigEndian: hashing.passes)
        clear.append(bigEndian: hashing.memoryKiB)
        clear += hashing.salt + nonce
        var secrets =
            keys.storage.exposedBytes() + keys.identity.exposedSeed() + keys.log.exposedSeed()
            + keys.witness.exposedSeed() + keys.sealing.exposedSecret() + keys.tls.exposedBytes()
        defer { secrets.wipe() }
        let sealed = AuthenticatedEncryption.seal(
            secrets,
            nonce: nonce,
            associatedData: clear,
            key: key
        )
        return clear + sealed.dropFirst(AuthenticatedEncryption.nonceByteCount)
    }

    /// Opens a key file.
    package static func decode(
        _ bytes: [UInt8],
        passphrase: [UInt8]
    ) throws(KeyFileError) -> NodeKeys {
        let hashing = try self.hashing(of: bytes)
        guard let key = hashing.key(passphrase: passphrase) else { throw .outOfMemory }
        return try self.decode(bytes, key: key)
    }

    /// Checks the form of a key file, and says how its key comes from the passphrase: that costs
    /// up to 4 GiB, this nothing.
    ///
    /// - Throws: ``KeyFileError/malformed`` and ``KeyFileError/version(_:)``.
    static func hashing(of bytes: [UInt8]) throws(KeyFileError) -> PasswordHashing {
        guard bytes.count >= 12, bytes.starts(with: self.magic) else { throw .malformed }
        let version = UInt32(bigEndian: bytes[8..<12])
        guard version == self.version else { throw .version(version) }
        guard bytes.count == self.byteCount,
            let hashing = PasswordHashing(
                passes: UInt32(bigEndian: bytes[12..<16]),
                memoryKiB: UInt32(bigEndian: bytes[16..<20]),
                salt: Array(bytes[20..<36])
            )
        else { throw .malformed }
        return hashing
    }

    /// Opens a key file of the right form with the key of its passphrase.
    ///
    /// - Throws: ``KeyFileError/wrongPassphrase`` only.
    static func decode(
        _ bytes: [UInt8],
        key: borrowing SecretKey
    ) throws(KeyFileError) -> NodeKeys {
        let sealed = Array(bytes[36...])
        let clear = Array(bytes[..<self.clearByteCount])
        guard
            var secrets = AuthenticatedEncryption.open(sealed, associatedData: clear, key: key)
        else { throw .wrongPassphrase }
        defer { secrets.wipe() }
        guard let storage = SecretKey(secrets[0..<32]), let identity = SecretKey(secrets[32..<64]),
            let log = SecretKey(secrets[64..<96]), let witness = SecretKey(secrets[96..<128]),
            let sealing = SecretKey(secrets[128..<160]), let tls = SecretKey(secrets[160..<192])
        else { preconditionFailure("a key file holds six keys of 32 bytes") }
        return NodeKeys(
            storage: storage,
            identity: SigningKey(seed: identity),
            log: SigningKey(seed: log),
            witness: SigningKey(seed: witness),
            sealing: SealingKey(sealing),
            tls: tls
        )
    }
}
