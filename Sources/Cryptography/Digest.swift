import Crypto

/// A 32-byte value: a SHA-256 hash or the like, held without a heap allocation.
///
/// Ordered as its bytes.
package struct Digest: Hashable, Comparable, Sendable {
    /// Length in bytes.
    package static let byteCount = 32
    /// The value whose bytes are all zero.
    package static let zero = Digest(words: (0, 0, 0, 0))

    private let word0: UInt64
    private let word1: UInt64
    private let word2: UInt64
    private let word3: UInt64

    init(words: (UInt64, UInt64, UInt64, UInt64)) {
        (self.word0, self.word1, self.word2, self.word3) = words
    }

    /// Creates a value from exactly 32 bytes; `nil` for another length.
    package init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        func word(_ place: Int) -> UInt64 {
            var word: UInt64 = 0
            for offset in (8 * place)..<(8 * place + 8) {
                word = word << 8 | UInt64(bytes[bytes.startIndex + offset])
            }
            return word
        }
        self.init(words: (word(0), word(1), word(2), word(3)))
    }

    /// Creates a value from exactly 32 bytes; `nil` for another length.
    package init?(_ bytes: [UInt8]) { self.init(bytes[...]) }

    /// SHA-256 of `bytes`.
    package init(hashing bytes: [UInt8]) {
        var hasher = DigestHasher()
        hasher.update(bytes)
        self = hasher.finish()
    }

    /// `SHA-256(label ‖ 0x00 ‖ bytes)`: a hash that cannot be mistaken for one of another purpose
    /// (`Protocol/sync-log.md` §1).
    package init(label: StaticString, _ bytes: [UInt8]) {
        var hasher = DigestHasher()
        label.withUTF8Buffer { hasher.update($0) }
        hasher.update(CollectionOfOne(0))
        hasher.update(bytes)
        self = hasher.finish()
    }

    init(_ digest: SHA256.Digest) {
        self = digest.withUnsafeBytes { buffer in
            Digest(
                words: (
                    UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                    UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                    UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
                    UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
                )
            )
        }
    }

    /// The first 16 bytes, as two big-endian numbers.
    package var prefix16: (high: UInt64, low: UInt64) { (self.word0, self.word1) }

    /// The 32 bytes.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        self.append(to: &bytes)
        return bytes
    }

    /// Appends the 32 bytes to `bytes`.
    package func append(to bytes: inout [UInt8]) {
        bytes.append(bigEndian: self.word0)
        bytes.append(bigEndian: self.word1)
        bytes.append(bigEndian: self.word2)
        bytes.append(bigEndian: self.word3)
    }

    /// Orders as the bytes do.
    package static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.word0, lhs.word1, lhs.word2, lhs.word3)
            < (rhs.word0, rhs.word1, rhs.word2, rhs.word3)
    }
}

/// SHA-256 fed in parts.
///
/// swift-crypto uses the processor's SHA instructions: 4 to 5 times libsodium's speed.
package struct DigestHasher {
    private var hasher = SHA256()

    /// Starts an empty hash.
    package init() {}

    /// Adds `bytes`.
    package mutating func update(_ bytes: some Sequence<UInt8>) {
        let fed: Void? = bytes.withContiguousStorageIfAvailable {
            self.hasher.update(bufferPointer: UnsafeRawBufferPointer($0))
        }
        guard fed == nil else { return }
        Array(bytes).withUnsafeBytes { self.hasher.update(bufferPointer: $0) }
    }

    /// Adds the 32 bytes of `digest`.
    package mutating func update(_ digest: Digest) {
        self.update(digest.bytes)
    }

    /// Ends the hash; the hasher may be fed on afterwards, which does not change what was returned.
    package func finish() -> Digest { Digest(self.hasher.finalize()) }
}
