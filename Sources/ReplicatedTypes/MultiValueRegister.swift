/// A register in which concurrent writes all stay visible until someone writes having seen them.
///
/// The state is a function of the *set* of writes applied: order, repetition and gaps do not
/// matter. A write is live when no applied write names its dot and its author has no later write
/// in this register (`Protocol/case-model.md` §2).
package struct MultiValueRegister<Value: Hashable & Sendable>: Hashable, Sendable {
    /// One write.
    package struct Write: Hashable, Sendable {
        /// Names the write.
        package let dot: Dot
        /// What was written.
        package let value: Value

        /// Creates a write.
        package init(dot: Dot, value: Value) {
            self.dot = dot
            self.value = value
        }
    }

    private var writes: [Dot: Value] = [:]
    private var superseded: Set<Dot> = []
    private var newest: [UInt16: Dot] = [:]

    /// Creates a register that nobody has written.
    package init() {}

    /// Applies a write that supersedes the dots its author had seen.
    ///
    /// A dot names one write: applying another value under a dot already applied changes nothing.
    ///
    /// - Complexity: O(number of `superseded`).
    package mutating func apply(_ write: Write, superseding superseded: [Dot]) {
        self.superseded.formUnion(superseded)
        if let newest = self.newest[write.dot.member], newest > write.dot { return }
        if let newest = self.newest[write.dot.member], newest != write.dot {
            self.writes[newest] = nil
        }
        self.newest[write.dot.member] = write.dot
        self.writes[write.dot] = self.writes[write.dot] ?? write.value
    }

    /// The live writes, in order of dot.
    ///
    /// More than one distinct value is a conflict.
    package var live: [Write] {
        self.writes.lazy.filter { !self.superseded.contains($0.key) }
            .map { Write(dot: $0.key, value: $0.value) }
            .sorted { $0.dot < $1.dot }
    }

    /// Adds everything the other state knows.
    package mutating func merge(_ other: Self) {
        self.superseded.formUnion(other.superseded)
        for (dot, value) in other.writes {
            self.apply(Write(dot: dot, value: value), superseding: [])
        }
    }
}
