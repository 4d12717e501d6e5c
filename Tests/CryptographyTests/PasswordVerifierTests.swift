import Cryptography
import Testing

struct PasswordVerifierTests {
    @Test func `the password that was kept is right and every other is wrong`() throws {
        let password = Array("een goed wachtwoord".utf8)
        let verifier = try #require(PasswordVerifier(password: password))
        #expect(verifier.hashing.passes == 3 && verifier.hashing.memoryKiB == 65_536)
        #expect(verifier.matches(password) == true)
        for wrong in [[], password + [0], Array(password.dropLast()), Array("Een".utf8)] {
            #expect(verifier.matches(wrong) == false)
        }
    }

    @Test func `one password is kept differently each time`() throws {
        let password = Array("een goed wachtwoord".utf8)
        let first = try #require(PasswordVerifier(password: password))
        let second = try #require(PasswordVerifier(password: password))
        #expect(first.hashing.salt != second.hashing.salt && first.hash != second.hash)
    }

    /// The hash of another implementation (OpenSSL 3.2 or later).
    ///
    /// This prints it:
    ///
    /// ```
    /// python3 -c '
    /// import hashlib
    /// from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
    /// key = Argon2id(salt=bytes(range(16)), length=32, iterations=3, lanes=1,
    ///                memory_cost=8192).derive(b"correct horse battery staple")
    /// print(hashlib.sha256(b"tafel/v1/password\0" + key).hexdigest())'
    /// ```
    @Test func `what is kept is the hash of the derived key under its label`() throws {
        let hashing = try #require(
            PasswordHashing(passes: 3, memoryKiB: 8_192, salt: Array(0..<16 as Range<UInt8>))
        )
        let bytes = try #require(
            TextEncoding.bytes(
                hex: "a1e6f83ab0158f02967f09f59f5409fe447aa590190a9027e28ad7c134aedd87"
            )
        )
        let hash = try #require(Digest(bytes))
        let verifier = PasswordVerifier(hashing: hashing, hash: hash)
        #expect(verifier.matches(Array("correct horse battery staple".utf8)) == true)
        #expect(verifier.matches(Array("correct horse battery stapl".utf8)) == false)
    }
}
