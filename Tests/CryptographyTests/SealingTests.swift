import Cryptography
import Testing

struct SealingTests {
    /// RFC 7748 §6.1.
    @Test(arguments: [
        [
            "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
        ],
        [
            "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
            "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
        ],
    ])
    func `public keys are those of RFC 7748`(pair: [String]) throws {
        let publicKey = SealingKey(try secretKey(pair[0])).publicKey
        #expect(publicKey.bytes == (try hex(pair[1])))
    }

    @Test(arguments: [0, 1, 32, 32 * 1_024])
    func `a box opens for its key alone`(count: Int) throws {
        let message = Randomness.bytes(count: count)
        let key = SealingKey(.random())
        let stranger = SealingKey(.random())
        let publicKey = key.publicKey
        let box = try #require(publicKey.sealing(message))
        let opened = key.opening(box)
        let stolen = stranger.opening(box)
        let cut = key.opening(box.dropLast())
        let longer = key.opening(box + [0])
        #expect(box.count == count + 48)
        #expect(opened == message)
        #expect(stolen == nil)
        #expect(cut == nil)
        #expect(longer == nil)
        #expect(publicKey.sealing(message) != box)
    }

    @Test func `a box with any bit turned does not open`() throws {
        let key = SealingKey(.random())
        let publicKey = key.publicKey
        let box = try #require(publicKey.sealing([1, 2, 3]))
        for bit in 0..<box.count * 8 {
            // X25519 ignores the highest bit of a public key, but the nonce covers all 32 bytes.
            let opened = key.opening(box.flipping(bit: bit))
            #expect(opened == nil, "bit \(bit)")
        }
        for count in [0, 1, 47] {
            let opened = key.opening(Array(box.prefix(count)))
            #expect(opened == nil, "\(count) bytes")
        }
    }

    /// The public keys of RFC 7748 §6.1's warning, with which the shared secret is all zeros.
    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ])
    func `nothing is sealed to a key of small order`(text: String) throws {
        let key = try #require(SealingPublicKey(try hex(text)))
        #expect(key.sealing([1, 2, 3]) == nil)
    }

    @Test func `a public key has 32 bytes`() {
        #expect(SealingPublicKey([UInt8](repeating: 9, count: 31)) == nil)
        #expect(SealingPublicKey([UInt8](repeating: 9, count: 33)) == nil)
    }
}
