/// A register in which concurrent writes all stay visible until someone writes having seen them.
///
/// The state is a function of the *set* of writes applied: order, repetition and gaps do not
/// matter. A write is live when no applied write names it, by dot and hash, and its author has no
/// later write in this register (`Protocol/case-model.md` §2).
///
/// Once written a register never becomes empty. References have no cycles, so some write is always
/// unnamed; only an author that made a later entry of its log before an earlier one can make a ring
/// of references and overtaking in which no write is live, and then each author's last unnamed one
/// is.
package struct MultiValueRegister<Value: Hashable & Sendable>: Hashable, Sendable {
    /// One write.
    package struct Write: Hashable, Sendable {
        /// Names the write.
        package let reference: DotReference
        /// What was written.
        package let value: Value

        /// Where it stands.
        package var dot: Dot { self.reference.dot }

        /// Creates a write.
        package init(_ reference: DotReference, value: Value) {
            self.reference = reference
            self.value = value
        }
    }

    private var writes: [Dot: Write] = [:]
    private var superseded: Set<DotReference> = []

    /// Creates a register that nobody has written.
    package init() {}

    /// Applies a write that supersedes the writes its author had seen.
    ///
    /// A dot names one write: applying another under a dot already applied adds no value.
    ///
    /// - Complexity: O(number of `superseded`).
    package mutating func apply(_ write: Write, superseding superseded: [DotReference]) {
        self.superseded.formUnion(superseded)
        self.writes[write.dot] = self.writes[write.dot] ?? write
    }

    /// The live writes, in order of dot: one of each author at most.
    ///
    /// More than one distinct value is a conflict.
    ///
    /// - Complexity: O(writes applied).
    package var live: [Write] {
        let unnamed = self.writes.values.lazy.filter { !self.superseded.contains($0.reference) }
        let live = Self.latest(of: self.writes.values)
            .filter { !self.superseded.contains($0.reference) }
        return (live.isEmpty ? Self.latest(of: unnamed) : live).sorted { $0.dot < $1.dot }
    }

    /// The last write of each author.
    private static func latest(of writes: some Sequence<Write>) -> [Write] {
        var latest: [UInt16: Write] = [:]
        for write in writes {
            if let other = latest[write.dot.member], other.dot > write.dot { continue }
            latest[write.dot.member] = write
        }
        return Array(latest.values)
    }

    /// Adds everything the other state knows.
    package mutating func merge(_ other: Self) {
        self.superseded.formUnion(other.superseded)
        for write in other.writes.values { self.apply(write, superseding: []) }
    }
}
