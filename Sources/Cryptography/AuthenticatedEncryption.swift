import CSodium

/// XChaCha20-Poly1305 with a 24-byte nonce (draft-irtf-cfrg-xchacha, IETF construction).
package enum AuthenticatedEncryption {
    /// Length of a nonce, in bytes.
    package static let nonceByteCount = Int(crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
    /// Length of a tag, in bytes.
    package static let tagByteCount = Int(crypto_aead_xchacha20poly1305_ietf_ABYTES)
    /// How much longer `nonce ‖ ciphertext ‖ tag` is than the plaintext: 40 bytes.
    package static let overheadByteCount = nonceByteCount + tagByteCount

    /// Encrypts `plaintext` and returns `nonce ‖ ciphertext ‖ tag`.
    ///
    /// A nonce must be random or never used before with this key.
    package static func seal(
        _ plaintext: [UInt8],
        nonce: [UInt8],
        associatedData: [UInt8],
        key: borrowing SecretKey
    ) -> [UInt8] {
        precondition(nonce.count == self.nonceByteCount, "a nonce has 24 bytes")
        Sodium.initialise()
        var sealed = nonce
        sealed.append(contentsOf: repeatElement(0, count: plaintext.count + self.tagByteCount))
        sealed.withUnsafeMutableBufferPointer { output in
            guard let address = output.baseAddress else { return }
            key.withPointer { key in
                _ = crypto_aead_xchacha20poly1305_ietf_encrypt(
                    address + self.nonceByteCount,
                    nil,
                    plaintext,
                    UInt64(plaintext.count),
                    associatedData,
                    UInt64(associatedData.count),
                    nil,
                    nonce,
                    key
                )
            }
        }
        return sealed
    }

    /// Opens `nonce ‖ ciphertext ‖ tag`; `nil` when the key, the associated data or any byte differs.
    package static func open(
        _ sealed: [UInt8],
        associatedData: [UInt8],
        key: borrowing SecretKey
    ) -> [UInt8]? {
        guard sealed.count >= self.overheadByteCount else { return nil }
        Sodium.initialise()
        var plaintext = [UInt8](repeating: 0, count: sealed.count - self.overheadByteCount)
        let code = sealed.withUnsafeBufferPointer { input -> Int32 in
            guard let address = input.baseAddress else { return -1 }
            return key.withPointer { key in
                crypto_aead_xchacha20poly1305_ietf_decrypt(
                    &plaintext,
                    nil,
                    nil,
                    address + self.nonceByteCount,
                    UInt64(sealed.count - self.nonceByteCount),
                    associatedData,
                    UInt64(associatedData.count),
                    address,
                    key
                )
            }
        }
        return code == 0 ? plaintext : nil
    }
}
