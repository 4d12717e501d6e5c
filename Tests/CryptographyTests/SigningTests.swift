import Cryptography
import Testing

struct SigningTests {
    struct Published: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let seed: String
        let publicKey: String
        let message: String
        let signature: String
    }

    /// RFC 8032 §7.1.
    static let published = [
        Published(
            testDescription: "TEST 1",
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            message: "",
            signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        Published(
            testDescription: "TEST 2",
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            message: "72",
            signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        Published(
            testDescription: "TEST 3",
            seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            message: "af82",
            signature: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ]

    @Test(arguments: published)
    func `keys and signatures are those of RFC 8032`(_ item: Published) throws {
        let key = SigningKey(seed: try secretKey(item.seed))
        let verifyingKey = key.verifyingKey
        let message = try hex(item.message)
        let signature = key.signature(for: message)
        #expect(verifyingKey.bytes == (try hex(item.publicKey)))
        #expect(signature == (try hex(item.signature)))
        #expect(verifyingKey.isValid(signature, for: message))
    }

    @Test(arguments: published)
    func `another message, key or signature does not verify`(_ item: Published) throws {
        let message = try hex(item.message)
        let signature = try hex(item.signature)
        let key = try #require(VerifyingKey(try hex(item.publicKey)))
        #expect(!key.isValid(signature, for: message + [0]))
        for bit in 0..<signature.count * 8 {
            #expect(!key.isValid(signature.flipping(bit: bit), for: message), "bit \(bit)")
        }
        for bit in 0..<key.bytes.count * 8 {
            let other = try #require(VerifyingKey(key.bytes.flipping(bit: bit)))
            #expect(!other.isValid(signature, for: message), "bit \(bit)")
        }
        #expect(!key.isValid(signature.dropLast(), for: message))
        #expect(!key.isValid(signature + [0], for: message))
        #expect(!key.isValid([], for: message))
    }

    /// Adding the group's order L (RFC 8032 §5.1) to S gives a second signature to verifiers that
    /// do not look at its range.
    @Test(arguments: published)
    func `a signature whose S is not below L does not verify`(_ item: Published) throws {
        let order = try hex("edd3f55c1a631258d69cf7a2def9de14" + "00000000000000000000000000000010")
        var signature = try hex(item.signature)
        var carry = 0
        for index in order.indices {
            let sum = Int(signature[32 + index]) + Int(order[index]) + carry
            signature[32 + index] = UInt8(sum & 0xFF)
            carry = sum >> 8
        }
        try #require(carry == 0)
        let key = try #require(VerifyingKey(try hex(item.publicKey)))
        #expect(!key.isValid(signature, for: try hex(item.message)))
    }

    /// Under a key of small order one signature would fit every message.
    @Test(arguments: [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ])
    func `nothing verifies under a key of small order`(text: String) throws {
        let key = try #require(VerifyingKey(try hex(text)))
        let neutral = [UInt8](repeating: 0, count: 63)
        for message in 0..<16 as Range<UInt8> {
            #expect(!key.isValid([1] + neutral, for: [message]))
            #expect(!key.isValid(key.bytes + neutral.dropLast(31), for: [message]))
        }
    }

    @Test func `a key has 32 bytes and orders as they do`() throws {
        #expect(VerifyingKey([UInt8](repeating: 1, count: 31)) == nil)
        #expect(VerifyingKey([UInt8](repeating: 1, count: 33)) == nil)
        let low = try #require(VerifyingKey([UInt8](repeating: 0x7F, count: 32)))
        let high = try #require(VerifyingKey([UInt8](repeating: 0x80, count: 32)))
        #expect(low < high)
        #expect(low.bytes == [UInt8](repeating: 0x7F, count: 32))
    }
}
