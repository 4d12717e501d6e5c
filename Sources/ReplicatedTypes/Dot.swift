/// Names one operation for ever: who wrote it, where in its log.
///
/// Ordered as its 13 bytes: member, generation, index, operation.
package struct Dot: Hashable, Comparable, Sendable {
    /// Number of the author at the table.
    package let member: UInt16
    /// Generation of the author's log.
    package let generation: UInt16
    /// 0-based index of the entry in that log.
    package let index: UInt64
    /// 0-based place of the operation in the entry.
    package let operation: UInt8

    /// Creates a dot.
    package init(member: UInt16, generation: UInt16, index: UInt64, operation: UInt8) {
        self.member = member
        self.generation = generation
        self.index = index
        self.operation = operation
    }

    /// The 13 bytes of `Protocol/sync-log.md` §2.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(13)
        for number in [self.member, self.generation] {
            bytes.append(UInt8(number >> 8))
            bytes.append(UInt8(truncatingIfNeeded: number))
        }
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: self.index >> shift))
        }
        bytes.append(self.operation)
        return bytes
    }

    /// Orders as the bytes do.
    package static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.member, lhs.generation, lhs.index, lhs.operation)
            < (rhs.member, rhs.generation, rhs.index, rhs.operation)
    }
}
