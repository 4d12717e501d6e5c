import Testing

@testable import Cryptography

/// `Protocol/keys.md` §8, at the smallest cost it allows.
struct KeyFileTests {
    private static let passphrase = Array("een lang wachtwoord".utf8)
    private static let salt = Array(0..<16 as Range<UInt8>)
    private static let nonce = Array(100..<124 as Range<UInt8>)

    private static func file() throws -> [UInt8] {
        let hashing = try #require(PasswordHashing(passes: 1, memoryKiB: 8_192, salt: self.salt))
        return try KeyFile.encode(
            try self.keys(),
            passphrase: self.passphrase,
            hashing: hashing,
            nonce: self.nonce
        )
    }

    /// Six keys whose bytes count on from 0 to 191.
    private static func keys() throws -> NodeKeys {
        func key(_ number: UInt8) throws -> SecretKey {
            try secretKey(Array(number * 32...number * 32 + 31))
        }
        return NodeKeys(
            storage: try key(0),
            identity: SigningKey(seed: try key(1)),
            log: SigningKey(seed: try key(2)),
            witness: SigningKey(seed: try key(3)),
            sealing: SealingKey(try key(4)),
            tls: try key(5)
        )
    }

    /// Why a file does not open; `nil` when it does.
    private static func refusal(
        _ bytes: [UInt8],
        passphrase: [UInt8] = passphrase
    ) -> KeyFileError? {
        do throws(KeyFileError) {
            _ = try KeyFile.decode(bytes, passphrase: passphrase)
            return nil
        } catch {
            return error
        }
    }

    @Test func `the file has the layout of the specification`() throws {
        let file = try Self.file()
        #expect(file.count == KeyFile.byteCount)
        #expect(file.count == 268)
        let clear = Array("TAFELKEY".utf8) + [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0x20, 0]
        #expect(Array(file[..<60]) == clear + Self.salt + Self.nonce)
        let hashing = try #require(PasswordHashing(passes: 1, memoryKiB: 8_192, salt: Self.salt))
        let derived = hashing.key(passphrase: Self.passphrase)?.exposedBytes()
        let secrets = AuthenticatedEncryption.open(
            Array(file[36...]),
            associatedData: Array(file[..<60]),
            key: try secretKey(try #require(derived))
        )
        #expect(secrets == Array(0..<192 as Range<UInt8>))
    }

    @Test func `what was written is read`() throws {
        let written = try Self.keys()
        let read = try KeyFile.decode(try Self.file(), passphrase: Self.passphrase)
        let storage = (written.storage.exposedBytes(), read.storage.exposedBytes())
        let tls = (written.tls.exposedBytes(), read.tls.exposedBytes())
        let sealing = (written.sealing.publicKey, read.sealing.publicKey)
        let signing = (
            [
                written.identity.verifyingKey, written.log.verifyingKey,
                written.witness.verifyingKey,
            ],
            [read.identity.verifyingKey, read.log.verifyingKey, read.witness.verifyingKey]
        )
        #expect(storage.0 == storage.1)
        #expect(tls.0 == tls.1)
        #expect(sealing.0 == sealing.1)
        #expect(signing.0 == signing.1)
    }

    @Test(arguments: ["", "een lang wachtwoor", "een lang wachtwoord ", "Een lang wachtwoord"])
    func `another passphrase does not open it`(passphrase: String) throws {
        let refusal = Self.refusal(try Self.file(), passphrase: Array(passphrase.utf8))
        #expect(refusal == .wrongPassphrase)
    }

    @Test(arguments: [0, 7, 8, 11, 12, 59, 60, 267, 269, 536])
    func `another length is refused`(count: Int) throws {
        let file = try Self.file() + Self.file()
        #expect(Self.refusal(Array(file.prefix(count))) == .malformed)
    }

    @Test(
        arguments: [
            (12, 0), (12, 17), (12, UInt32.max), (16, 0), (16, 8_191), (16, 4_194_305),
            (16, UInt32.max),
        ] as [(Int, UInt32)]
    )
    func `passes and memory outside their ranges are refused`(
        offset: Int,
        value: UInt32
    ) throws {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: value)
        var file = try Self.file()
        file.replaceSubrange(offset..<offset + 4, with: bytes)
        #expect(Self.refusal(file) == .malformed)
    }

    @Test(arguments: [0, 2, UInt32.max])
    func `another version is named`(version: UInt32) throws {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: version)
        var file = try Self.file()
        file.replaceSubrange(8..<12, with: bytes)
        #expect(Self.refusal(file) == .version(version))
    }

    @Test(arguments: 0..<268)
    func `no bit of the file can be turned`(offset: Int) throws {
        let file = try Self.file()
        for bit in 0..<8 {
            let changed = file.flipping(bit: offset * 8 + bit)
            let memoryKiB = UInt32(bigEndian: changed[16..<20])
            // The largest memories in range would take gigabytes and tell nothing that the smaller
            // ones do not.
            guard !(262_144...4_194_304).contains(memoryKiB) else { continue }
            let refusal = Self.refusal(changed)
            switch offset {
            case ..<8: #expect(refusal == .malformed, "bit \(bit)")
            case ..<12: #expect(refusal == .version(UInt32(bigEndian: changed[8..<12])))
            case ..<20:
                let isInRange =
                    (1...16).contains(UInt32(bigEndian: changed[12..<16]))
                    && (8_192...4_194_304).contains(memoryKiB)
                #expect(refusal == (isInRange ? .wrongPassphrase : .malformed), "bit \(bit)")
            default: #expect(refusal == .wrongPassphrase, "bit \(bit)")
            }
        }
    }

    @Test func `a new node's keys all differ`() {
        let keys = NodeKeys.generate(tls: .random())
        let secrets: Set = [keys.storage.exposedBytes(), keys.tls.exposedBytes()]
        let publicKeys: Set = [
            keys.identity.verifyingKey.bytes, keys.log.verifyingKey.bytes,
            keys.witness.verifyingKey.bytes, keys.sealing.publicKey.bytes,
        ]
        #expect(secrets.count == 2)
        #expect(publicKeys.count == 4)
    }
}
