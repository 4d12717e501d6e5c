/// Names one operation by its dot and by what was written there.
///
/// The hash cannot be known before the entry exists: so nothing can be superseded or removed that
/// was not written yet, and references have no cycles (`Protocol/case-model.md` §2).
package struct DotReference: Hashable, Comparable, Sendable {
    /// Bytes of ``entry``.
    package static let entryByteCount = 16

    /// The operation.
    package let dot: Dot
    /// First 16 bytes of the leaf hash of the entry that holds it, as a big-endian number.
    package let entry: UInt128

    /// Creates a reference.
    package init(dot: Dot, entry: UInt128) {
        self.dot = dot
        self.entry = entry
    }

    /// Orders by dot; two of one dot, of which one at most matches, by their hashes.
    package static func < (lhs: Self, rhs: Self) -> Bool {
        lhs.dot == rhs.dot ? lhs.entry < rhs.entry : lhs.dot < rhs.dot
    }
}
