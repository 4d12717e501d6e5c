import Cryptography
import Testing

struct PasswordHashingTests {
    private static let salt = Array(0..<16 as Range<UInt8>)

    /// Values of another implementation (OpenSSL 3.2 or later).
    ///
    /// This prints them:
    ///
    /// ```
    /// python3 -c '
    /// from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
    /// for passes, phrase in (3, b"correct horse battery staple"), (1, b""):
    ///     print(Argon2id(salt=bytes(range(16)), length=32, iterations=passes, lanes=1,
    ///                    memory_cost=8192).derive(phrase).hex())'
    /// ```
    @Test(arguments: [
        (
            UInt32(3), "correct horse battery staple",
            "947312f62e4ac86f63c9b622f147b0061846739f53dd00f2d2236cd03db413ac"
        ),
        (UInt32(1), "", "50445b64a362cf432d175b0fbd484f23f51d3f1f797b60bd490532c2add1d65a"),
    ])
    func `keys are those of another implementation of RFC 9106`(
        passes: UInt32,
        passphrase: String,
        expected: String
    ) throws {
        let hashing = try #require(
            PasswordHashing(passes: passes, memoryKiB: 8_192, salt: Self.salt)
        )
        let key = hashing.key(passphrase: Array(passphrase.utf8))?.exposedBytes()
        #expect(key == (try hex(expected)))
    }

    @Test func `parameters at the ends of their ranges are taken`() throws {
        for (passes, memoryKiB) in [(1, 8_192), (16, 4_194_304)] as [(UInt32, UInt32)] {
            let hashing = try #require(
                PasswordHashing(passes: passes, memoryKiB: memoryKiB, salt: Self.salt)
            )
            #expect(hashing.passes == passes)
            #expect(hashing.memoryKiB == memoryKiB)
            #expect(hashing.salt == Self.salt)
        }
    }

    @Test(
        arguments: [
            (0, 8_192, 16), (17, 8_192, 16), (UInt32.max, 8_192, 16), (1, 8_191, 16), (1, 0, 16),
            (1, 4_194_305, 16), (1, UInt32.max, 16), (1, 8_192, 15), (1, 8_192, 17), (1, 8_192, 0),
        ] as [(UInt32, UInt32, Int)]
    )
    func `parameters outside their ranges are refused`(
        passes: UInt32,
        memoryKiB: UInt32,
        saltByteCount: Int
    ) {
        let salt = [UInt8](repeating: 1, count: saltByteCount)
        #expect(PasswordHashing(passes: passes, memoryKiB: memoryKiB, salt: salt) == nil)
    }

    @Test func `a new file takes 3 passes over 64 MiB`() {
        let hashing = PasswordHashing.recommended(salt: Self.salt)
        #expect(hashing.passes == 3)
        #expect(hashing.memoryKiB == 65_536)
    }

    @Test func `salt, passes and passphrase all count`() throws {
        let other = Array(1..<17 as Range<UInt8>)
        var keys: Set<[UInt8]> = []
        for (passes, salt, passphrase) in [
            (1, Self.salt, "a"), (2, Self.salt, "a"), (1, other, "a"), (1, Self.salt, "b"),
            (1, Self.salt, "a\0"),
        ] as [(UInt32, [UInt8], String)] {
            let hashing = try #require(
                PasswordHashing(passes: passes, memoryKiB: 8_192, salt: salt)
            )
            let key = hashing.key(passphrase: Array(passphrase.utf8))?.exposedBytes()
            keys.insert(try #require(key))
        }
        #expect(keys.count == 5)
    }
}
