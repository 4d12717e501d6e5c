package import SyncLog

/// Receipts of others about the own logs of one table that are still to be compared with what was
/// given (`Protocol/sync-log.md` §7).
///
/// Whoever floods a node with receipts makes its own wait, and no other work.
package struct ReceiptQueue: Sendable {
    /// Most receipts of one member that are compared in a minute of the clock.
    package static let perMinuteMax = 64
    /// Most receipts of one member that wait; the oldest are passed over, for each says all that the
    /// ones before it said.
    package static let waitingMax = 4_096

    /// Where a receipt stands.
    package struct Place: Hashable, Comparable, Sendable {
        /// Its log.
        package let log: LogID
        /// Its index there.
        package let index: UInt64

        /// Orders as they were written.
        package static func < (lhs: Self, rhs: Self) -> Bool {
            (lhs.log, lhs.index) < (rhs.log, rhs.index)
        }
    }

    private struct Author: Sendable {
        var waiting: [Place] = []
        /// Minutes since 1970 in which the last one was taken.
        var minute: UInt64 = 0
        /// How many were taken in that minute.
        var count = 0
    }

    private var authors: [MemberNumber: Author] = [:]

    /// Starts with nothing waiting.
    package init() {}

    /// How many receipts of a member wait.
    package func waitingCount(of member: MemberNumber) -> Int {
        self.authors[member]?.waiting.count ?? 0
    }

    /// Adds a receipt that came.
    package mutating func add(index: UInt64, of log: LogID) {
        var author = self.authors[log.member] ?? Author()
        author.waiting.append(Place(log: log, index: index))
        // Seldom, so that a flood costs no more than its length.
        if author.waiting.count >= 2 * Self.waitingMax {
            author.waiting.removeFirst(author.waiting.count - Self.waitingMax)
        }
        self.authors[log.member] = author
    }

    /// Takes the receipts that are to be compared now, in the order they came; `milliseconds` is the
    /// clock, since 1970.
    package mutating func due(milliseconds: UInt64) -> [Place] {
        let minute = milliseconds / 60_000
        var due: [Place] = []
        for (member, author) in self.authors.sorted(by: { $0.key < $1.key }) {
            var author = author
            if author.minute != minute { (author.minute, author.count) = (minute, 0) }
            if author.waiting.count > Self.waitingMax {
                author.waiting.removeFirst(author.waiting.count - Self.waitingMax)
            }
            let count = min(Self.perMinuteMax - author.count, author.waiting.count)
            due += author.waiting.prefix(count)
            author.waiting.removeFirst(count)
            author.count += count
            self.authors[member] = author
        }
        return due
    }
}
