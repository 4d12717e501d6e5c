import Cryptography
import Testing

/// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
struct AuthenticatedEncryptionTests {
    private let key = Array(0x80...0x9F as ClosedRange<UInt8>)
    private let nonce = Array(0x40...0x57 as ClosedRange<UInt8>)
    private let plaintext = Array(
        ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip "
            + "for the future, sunscreen would be it.").utf8
    )
    private let associatedData: [UInt8]
    private let sealed: [UInt8]

    init() throws {
        self.associatedData = try hex("50515253c0c1c2c3c4c5c6c7")
        self.sealed =
            self.nonce
            + (try hex(
                "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
                    + "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
                    + "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
                    + "21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49"
            ))
    }

    private func open(_ sealed: [UInt8], associatedData: [UInt8]) throws -> [UInt8]? {
        AuthenticatedEncryption.open(
            sealed,
            associatedData: associatedData,
            key: try secretKey(self.key)
        )
    }

    @Test func `sealing gives the published ciphertext and tag`() throws {
        let sealed = AuthenticatedEncryption.seal(
            self.plaintext,
            nonce: self.nonce,
            associatedData: self.associatedData,
            key: try secretKey(self.key)
        )
        #expect(sealed == self.sealed)
        #expect(sealed.count == self.plaintext.count + AuthenticatedEncryption.overheadByteCount)
        #expect(AuthenticatedEncryption.overheadByteCount == 40)
    }

    @Test func `opening gives the published plaintext`() throws {
        #expect(
            try self.open(self.sealed, associatedData: self.associatedData) == self.plaintext
        )
    }

    @Test func `nothing opens with any bit turned`() throws {
        for bit in 0..<self.sealed.count * 8 {
            let changed = self.sealed.flipping(bit: bit)
            #expect(
                try self.open(changed, associatedData: self.associatedData) == nil,
                "bit \(bit) of what was sealed"
            )
        }
        for bit in 0..<self.associatedData.count * 8 {
            let changed = self.associatedData.flipping(bit: bit)
            #expect(
                try self.open(self.sealed, associatedData: changed) == nil,
                "bit \(bit) of the associated data"
            )
        }
        for bit in 0..<self.key.count * 8 {
            let opened = AuthenticatedEncryption.open(
                self.sealed,
                associatedData: self.associatedData,
                key: try secretKey(self.key.flipping(bit: bit))
            )
            #expect(opened == nil, "bit \(bit) of the key")
        }
    }

    @Test func `nothing opens at another length`() throws {
        for count in 0..<self.sealed.count {
            let cut = Array(self.sealed.prefix(count))
            #expect(
                try self.open(cut, associatedData: self.associatedData) == nil,
                "\(count) bytes"
            )
        }
        #expect(try self.open(self.sealed + [0], associatedData: self.associatedData) == nil)
        #expect(try self.open(self.sealed, associatedData: self.associatedData + [0]) == nil)
        #expect(try self.open(self.sealed, associatedData: []) == nil)
    }

    @Test func `nothing at all can be sealed too`() throws {
        let sealed = AuthenticatedEncryption.seal(
            [],
            nonce: self.nonce,
            associatedData: [],
            key: try secretKey(self.key)
        )
        #expect(sealed.count == AuthenticatedEncryption.overheadByteCount)
        #expect(try self.open(sealed, associatedData: []) == [])
    }
}
