import CSodium

/// Argon2id (RFC 9106) with one lane, as libsodium has it.
package struct PasswordHashing: Hashable, Sendable {
    /// Number of passes, 1 to ``passesMax``.
    package let passes: UInt32
    /// Memory in KiB, ``memoryKiBMin`` to ``memoryKiBMax``.
    package let memoryKiB: UInt32
    /// 16 bytes of salt.
    package let salt: [UInt8]

    /// Most passes that a file may ask for; more would let a changed file hang the program.
    package static let passesMax: UInt32 = 16
    /// Least memory in KiB.
    package static let memoryKiBMin: UInt32 = 8_192
    /// Most memory in KiB that a file may ask for.
    package static let memoryKiBMax: UInt32 = 4_194_304
    /// Length of a salt, in bytes.
    package static let saltByteCount = Int(crypto_pwhash_SALTBYTES)

    /// Creates parameters; `nil` when one is out of its range.
    package init?(passes: UInt32, memoryKiB: UInt32, salt: [UInt8]) {
        guard (1...Self.passesMax).contains(passes),
            (Self.memoryKiBMin...Self.memoryKiBMax).contains(memoryKiB),
            salt.count == Self.saltByteCount
        else { return nil }
        self.passes = passes
        self.memoryKiB = memoryKiB
        self.salt = salt
    }

    /// Parameters for a new file: 3 passes, 64 MiB (RFC 9106 §4, second recommended option).
    package static func recommended(salt: [UInt8]) -> PasswordHashing {
        guard let parameters = PasswordHashing(passes: 3, memoryKiB: 65_536, salt: salt) else {
            preconditionFailure("a salt has 16 bytes")
        }
        return parameters
    }

    /// Derives a key; `nil` when the memory is not to be had.
    package func key(passphrase: [UInt8]) -> SecretKey? {
        Sodium.initialise()
        var key = [UInt8](repeating: 0, count: SecretKey.byteCount)
        defer { key.wipe() }
        var characters = passphrase.map { CChar(bitPattern: $0) }
        defer {
            characters.withUnsafeMutableBytes { buffer in
                guard let address = buffer.baseAddress else { return }
                sodium_memzero(address, buffer.count)
            }
        }
        let code = crypto_pwhash(
            &key,
            UInt64(key.count),
            characters,
            UInt64(characters.count),
            self.salt,
            UInt64(self.passes),
            Int(self.memoryKiB) * 1_024,
            crypto_pwhash_ALG_ARGON2ID13
        )
        return code == 0 ? SecretKey(key) : nil
    }
}
