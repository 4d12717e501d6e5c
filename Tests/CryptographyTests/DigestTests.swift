import Cryptography
import Testing

struct DigestTests {
    struct Published: Sendable {
        let message: String
        let hash: String
    }

    /// FIPS 180-4 examples of NIST (one block, two blocks) and the hash of nothing.
    static let published = [
        Published(
            message: "",
            hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        ),
        Published(
            message: "abc",
            hash: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        ),
        Published(
            message: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            hash: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        Published(
            message: "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                + "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            hash: "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
    ]

    @Test(arguments: published)
    func `hashes are the published ones`(_ item: Published) throws {
        let bytes = Array(item.message.utf8)
        let expected = try hex(item.hash)
        #expect(Digest(hashing: bytes).bytes == expected)
        var hasher = DigestHasher()
        for byte in bytes { hasher.update(CollectionOfOne(byte)) }
        #expect(hasher.finish().bytes == expected)
        #expect(hasher.finish().bytes == expected)
    }

    @Test func `the hash of a million letters is the published one`() throws {
        var hasher = DigestHasher()
        // A lazy sequence has no storage of its own, an array has.
        hasher.update((0..<400_000).lazy.map { _ in UInt8(ascii: "a") })
        hasher.update([UInt8](repeating: UInt8(ascii: "a"), count: 600_000))
        let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        #expect(hasher.finish().bytes == (try hex(expected)))
    }

    @Test func `a label is divided from the bytes by a zero`() {
        let label = Digest(label: "tafel/v1/object", [1, 2])
        #expect(label == Digest(hashing: Array("tafel/v1/object".utf8) + [0, 1, 2]))
        #expect(Digest(label: "ab", [UInt8(ascii: "c")]) != Digest(label: "a", Array("bc".utf8)))
    }

    @Test func `a hash holds exactly 32 bytes and gives them back`() throws {
        let bytes = Array(0xE0...0xFF as ClosedRange<UInt8>)
        let digest = try #require(Digest(bytes))
        #expect(digest.bytes == bytes)
        var joined: [UInt8] = [7]
        digest.append(to: &joined)
        #expect(joined == [7] + bytes)
        #expect(Digest(bytes.dropLast()) == nil)
        #expect(Digest(bytes + [0]) == nil)
        #expect(Digest([UInt8]()) == nil)
        #expect(Digest.zero.bytes == [UInt8](repeating: 0, count: 32))
        var hasher = DigestHasher()
        hasher.update(digest)
        #expect(hasher.finish() == Digest(hashing: bytes))
    }

    @Test(arguments: 0..<32)
    func `hashes order as their bytes`(place: Int) throws {
        var low = [UInt8](repeating: 0x7F, count: 32)
        var high = low
        high[place] = 0x80
        // What follows the first byte that differs does not count.
        if place < 31 { low[31] = 0xFF }
        let (lower, higher) = (try #require(Digest(low)), try #require(Digest(high)))
        #expect(lower < higher)
        #expect(!(higher < lower))
        #expect(!(lower < lower))
    }
}
