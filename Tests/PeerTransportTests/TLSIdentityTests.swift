import Crypto
import NIOSSL
import Testing
import X509

@testable import PeerTransport

@Suite struct TLSIdentityTests {
    /// The P-256 key of RFC 6979 A.2.5.
    let scalar: [UInt8] = [
        0xC9, 0xAF, 0xA9, 0xD8, 0x45, 0xBA, 0x75, 0x16, 0x6B, 0x5C, 0x21, 0x57, 0x67, 0xB1, 0xD6,
        0x93, 0x4E, 0x50, 0xC3, 0xDB, 0x36, 0xE8, 0x9B, 0x12, 0x7B, 0x8A, 0x62, 0x2B, 0x12, 0x0F,
        0x67, 0x21,
    ]
    /// SHA-256 of its SubjectPublicKeyInfo, from `openssl ec -pubout -outform DER | sha256sum`.
    let hash: [UInt8] = [
        0x5A, 0x7A, 0x78, 0xCC, 0xA4, 0xA0, 0xF4, 0x20, 0xD9, 0xBC, 0x62, 0xBB, 0x66, 0x9C, 0x3C,
        0x27, 0x59, 0xE3, 0x9F, 0x72, 0x3D, 0x3A, 0xE1, 0x0D, 0xCB, 0xE0, 0xF0, 0x81, 0x5A, 0x07,
        0xEC, 0xD4,
    ]

    private func credentials(_ ders: [UInt8]...) throws -> PeerCredentials? {
        PeerCredentials(chain: try ders.map { try NIOSSLCertificate(bytes: $0, format: .der) })
    }

    @Test func `the hash of a key is the one OpenSSL computes`() throws {
        #expect(try TLSIdentity.publicKeyHash(privateScalar: self.scalar) == self.hash)
    }

    @Test(arguments: [1, 4096])
    func `a card of every length comes back out of the certificate`(byteCount: Int) throws {
        let card = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0) }
        let identity = try TLSIdentity(privateScalar: self.scalar, card: card)
        let read = try #require(try self.credentials(identity.certificate))
        #expect(read == PeerCredentials(card: card, publicKeyHash: self.hash))
    }

    @Test func `the extension is an octet string under the OID of the specification`() throws {
        let identity = try TLSIdentity(privateScalar: self.scalar, card: [0xAA, 0xBB, 0xCC])
        // 2.25.1978111711399791466 in DER, worked out by hand; no BOOLEAN: not critical.
        let expected: [UInt8] =
            [0x06, 0x0A, 0x69, 0x9B, 0xB9, 0xEA, 0xC3, 0xEF, 0xE0, 0x99, 0x96, 0x6A]
            + [0x04, 0x05, 0x04, 0x03, 0xAA, 0xBB, 0xCC]
        let windows = identity.certificate.indices.dropLast(expected.count - 1).filter {
            Array(identity.certificate[$0..<$0 + expected.count]) == expected
        }
        #expect(windows.count == 1)
    }

    @Test(arguments: [0, 4097])
    func `a card of another length is refused`(byteCount: Int) {
        #expect(throws: TLSIdentityError.cardLengthInvalid(byteCount)) {
            try TLSIdentity(
                privateScalar: self.scalar,
                card: [UInt8](repeating: 1, count: byteCount)
            )
        }
    }

    @Test(arguments: [
        [], [UInt8](repeating: 1, count: 31), [UInt8](repeating: 1, count: 33),
        [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0xFF, count: 32),
    ])
    func `a scalar that is none is refused`(scalar: [UInt8]) {
        #expect(throws: TLSIdentityError.scalarInvalid) {
            try TLSIdentity(privateScalar: scalar, card: [1])
        }
        #expect(throws: TLSIdentityError.scalarInvalid) {
            try TLSIdentity.publicKeyHash(privateScalar: scalar)
        }
    }

    @Test func `a certificate with one proper card is read`() throws {
        let key = Certificate.PrivateKey(
            try P256.Signing.PrivateKey(rawRepresentation: self.scalar)
        )
        let der = try TestKeys.certificate(
            key: key,
            extensions: [TestKeys.cardExtension(value: [0x04, 0x01, 0x05])]
        )
        #expect(
            try self.credentials(der) == PeerCredentials(card: [5], publicKeyHash: self.hash)
        )
    }

    @Test func `a certificate without a proper card is refused`() throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let card = try TestKeys.cardExtension(value: [0x04, 0x01, 0x05])
        let broken: [[Certificate.Extension]] = [
            [],
            [try TestKeys.cardExtension(value: [0x04, 0x01, 0x05], critical: true)],
            [try TestKeys.cardExtension(value: [0x04, 0x00])],
            [try TestKeys.cardExtension(value: [0x04, 0x01, 0x05, 0x00])],
            [try TestKeys.cardExtension(value: [0x0C, 0x01, 0x41])],
            [
                try TestKeys.cardExtension(
                    value: TestKeys.octetString([UInt8](repeating: 9, count: 4097))
                )
            ],
        ]
        for extensions in broken {
            let der = try TestKeys.certificate(key: key, extensions: extensions)
            #expect(try self.credentials(der) == nil)
        }
        let good = try TestKeys.certificate(key: key, extensions: [card])
        #expect(try self.credentials(good) != nil)
        #expect(try self.credentials(good, good) == nil)
        #expect(try self.credentials() == nil)
    }

    @Test func `a key of another kind is refused`() throws {
        let card = try TestKeys.cardExtension(value: [0x04, 0x01, 0x05])
        let keys = [
            Certificate.PrivateKey(P384.Signing.PrivateKey()),
            Certificate.PrivateKey(Curve25519.Signing.PrivateKey()),
        ]
        for key in keys {
            let der = try TestKeys.certificate(key: key, extensions: [card])
            #expect(try self.credentials(der) == nil)
        }
    }
}
