import Cryptography
import Testing

struct SecretKeyTests {
    private static let bytes = Array(0..<32 as Range<UInt8>)

    /// Values of Python's `hashlib.blake2b(label, key=bytes(range(32)), digest_size=32)`.
    @Test func `keys for other purposes are keyed BLAKE2b of their label`() throws {
        let key = try secretKey(Self.bytes)
        let derived = [
            key.derived("tafel/v1/content-key").exposedBytes(),
            key.derived("tafel/v1/chain-key").exposedBytes(),
            key.derived("tafel/v1/slots").exposedBytes(),
        ]
        let expected = try [
            "80eca67c277b2504645a6224affbe02857d4b9cd8d219e446397ef68aab982f1",
            "01aefa5cc5efe32df08e311e258ebc30bfa02e037e147bd49cbd8fad73d3329f",
            "49c523b01edf76b1549b1759f8ab372f37fec9c52aca6f9700028f04f72929ec",
        ].map(hex)
        #expect(derived == expected)
    }

    /// Value of `hashlib.blake2b(b"x", key=bytes(range(32)), digest_size=16)`.
    @Test func `a keyed name is BLAKE2b cut to 16 bytes`() throws {
        let key = try secretKey(Self.bytes)
        let name = key.keyedHash16([UInt8(ascii: "x")])
        #expect(name == (try hex("f45ba5cb604802a55ababcaafa2f1b8c")))
    }

    /// RFC 8439 §2.5.2; the other values of `cryptography`'s Poly1305, 48.0.0.
    @Test func `a polynomial is Poly1305`() throws {
        let key = try secretKey(
            try hex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b")
        )
        let message = Array("Cryptographic Forum Research Group".utf8)
        #expect(key.polynomialHash(message) == (try hex("a8061dc1305136c6c22b8baf0c0127a9")))
        #expect(key.polynomialHash([]) == (try hex("0103808afb0db2fd4abff6af4149f51b")))
        let page = [UInt8](repeating: 7, count: 4_096)
        #expect(key.polynomialHash(page) == (try hex("59780a6f974e58124b8f7f869e8040c5")))
    }

    /// Value of `hashlib.sha256(b"tafel/v1/key-commitment\0" + bytes(range(32)))`.
    @Test func `a commitment is a labelled hash`() throws {
        let commitment = try secretKey(Self.bytes).commitment()
        let expected = "8f008a912ace76d2aaf5f696dabc37af28415f386ecdd9f184d9b3c9d8c2ec58"
        #expect(commitment.bytes == (try hex(expected)))
    }

    @Test func `a chain moves on by its own label and never back`() throws {
        let first = ChainKey(try secretKey(Self.bytes), position: 6)
        let second = first.next()
        let positions = (first.position, second.position)
        let content = first.contentKey().exposedBytes()
        let next = second.exposedBytes()
        let commitments = (first.commitment(), try secretKey(Self.bytes).commitment())
        let again = first.duplicate()
        let copy = (again.exposedBytes(), again.position)
        #expect(positions == (6, 7))
        #expect(
            content
                == (try hex("80eca67c277b2504645a6224affbe02857d4b9cd8d219e446397ef68aab982f1"))
        )
        #expect(
            next == (try hex("01aefa5cc5efe32df08e311e258ebc30bfa02e037e147bd49cbd8fad73d3329f"))
        )
        #expect(commitments.0 == commitments.1)
        #expect(copy == (Self.bytes, 6))
        let start = ChainKey.random()
        let position = start.position
        #expect(position == 0)
    }

    @Test(arguments: [0, 1, 31, 33, 64])
    func `a key of another length is refused`(count: Int) {
        let isKey = SecretKey([UInt8](repeating: 1, count: count)) != nil
        #expect(!isKey)
    }

    @Test func `a key gives its bytes, lends them and is duplicated`() throws {
        let key = try secretKey(Self.bytes)
        let exposed = key.exposedBytes()
        let lent = key.withBytes { Array($0) }
        let copy = key.duplicate().exposedBytes()
        #expect(exposed == Self.bytes)
        #expect(lent == Self.bytes)
        #expect(copy == Self.bytes)
    }

    @Test func `random keys and bytes differ each time`() {
        let keys = Set((0..<100).map { _ in SecretKey.random().exposedBytes() })
        #expect(keys.count == 100)
        let bytes = Set((0..<100).map { _ in Randomness.bytes(count: 24) })
        #expect(bytes.count == 100)
        #expect(bytes.allSatisfy { $0.count == 24 })
        #expect(Randomness.bytes(count: 0) == [])
    }

    @Test(arguments: [0, 1, 7, 32, 4_097])
    func `wiping leaves zeros`(count: Int) {
        var bytes = [UInt8](repeating: 0xA5, count: count)
        bytes.wipe()
        #expect(bytes == [UInt8](repeating: 0, count: count))
    }

    @Test func `wiping an array leaves its copies alone`() {
        var bytes: [UInt8] = [1, 2, 3]
        let copy = bytes
        bytes.wipe()
        #expect(bytes == [0, 0, 0])
        #expect(copy == [1, 2, 3])
    }
}
