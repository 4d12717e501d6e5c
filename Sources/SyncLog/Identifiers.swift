package import Cryptography
package import ReplicatedTypes

/// A node's identity: its Ed25519 identity public key.
package typealias NodeID = VerifyingKey

/// A table's identity: SHA-256 of the text of its charter's version 1.
package typealias TableID = Digest

/// A member's number at a table, 1 to 65,535, never used again.
package typealias MemberNumber = UInt16

/// Names one log of a table: whose, and which generation of it.
package struct LogID: Hashable, Comparable, Sendable {
    /// The author's number.
    package let member: MemberNumber
    /// 0 for the first log of a member; a later one follows a fork.
    package let generation: UInt16

    /// Creates a log's name.
    package init(member: MemberNumber, generation: UInt16) {
        self.member = member
        self.generation = generation
    }

    /// The origin of the log's checkpoints (`Protocol/sync-log.md` §2).
    package func origin(table: TableID) -> String {
        "tafel/v1/log/\(TextEncoding.hex(table.bytes))/\(self.member)/\(self.generation)"
    }

    /// Orders by member, then generation.
    package static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.member, lhs.generation) < (rhs.member, rhs.generation)
    }
}

/// A 16-byte name of a case, fragment, note, subject or record.
///
/// Ordered as its bytes.
package struct ObjectID: Hashable, Comparable, Sendable {
    /// Length in bytes.
    @inlinable package static var byteCount: Int { 16 }
    /// The ID of nothing: what a header says that is not about a case.
    package static let zero = ObjectID(high: 0, low: 0)

    @usableFromInline let high: UInt64
    @usableFromInline let low: UInt64

    /// Creates an ID from its two halves, as big-endian numbers.
    @inlinable
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Creates an ID from exactly 16 bytes; `nil` for another length.
    ///
    /// For arrays of their own: an import makes millions.
    @inlinable
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in 0..<8 {
            high = high << 8 | UInt64(bytes[index])
            low = low << 8 | UInt64(bytes[index + 8])
        }
        self.init(high: high, low: low)
    }

    /// Creates an ID from exactly 16 bytes; `nil` for another length.
    @inlinable
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init(
            high: UInt64(bigEndian: bytes.prefix(8)),
            low: UInt64(bigEndian: bytes.dropFirst(8))
        )
    }

    /// The first 16 bytes of a hash.
    package init(prefixOf digest: Digest) {
        let (high, low) = digest.prefix16
        self.init(high: high, low: low)
    }

    /// The ID of the object that `dot` created at `table`: who owns it is syntax.
    package init(table: TableID, dot: Dot) {
        var bytes = table.bytes
        bytes += dot.bytes
        self.init(prefixOf: Digest(label: "tafel/v1/object", bytes))
    }

    /// The 16 bytes.
    @inlinable package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        bytes.append(bigEndian: self.high)
        bytes.append(bigEndian: self.low)
        return bytes
    }

    /// Lower-case hexadecimal.
    package var hex: String { TextEncoding.hex(self.bytes) }

    /// Orders as the bytes do.
    @inlinable
    package static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.high == rhs.high ? lhs.low < rhs.low : lhs.high < rhs.high
    }

    /// Whether the bytes are the same.
    @inlinable
    package static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.high == rhs.high && lhs.low == rhs.low
    }
}
