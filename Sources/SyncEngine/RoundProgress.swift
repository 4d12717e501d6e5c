package import SyncLog
package import Wire

/// How far the rounds with one peer are.
///
/// The total is what either side lacked when heads were compared, log by log. An entry counts as
/// moved when the side that lacked it has it: here when it is durable, at the peer when the peer
/// acknowledged it. So what is sent twice, or comes from somebody else meanwhile, counts once.
package struct RoundProgress: Hashable, Sendable {
    /// A log in one of the two directions.
    private struct Way: Hashable {
        let table: TableID
        let log: LogID
        let isToPeer: Bool

        init(_ table: TableID, _ log: LogID, isToPeer: Bool) {
            self.table = table
            self.log = log
            self.isToPeer = isToPeer
        }
    }

    /// Sizes of a log where it was missing: at first, by now, in the end.
    private struct Stretch: Hashable {
        let start: UInt64
        var reached: UInt64
        var target: UInt64

        var moved: UInt64 { self.reached - self.start }
        var missing: UInt64 { self.target - self.start }

        mutating func reach(_ size: UInt64) {
            self.reached = max(self.reached, size)
            // What was written after heads were compared moves too.
            self.target = max(self.target, self.reached)
        }
    }

    private var stretches: [Way: Stretch] = [:]
    private var filled: UInt64 = 0

    /// Nothing is known yet.
    package init() {}

    /// Takes note of a peer's heads; where they came before, of what they say beyond that.
    ///
    /// - Parameters:
    ///   - heads: What the peer holds.
    ///   - state: What is held here.
    ///   - peer: The peer's number at the table: its own log comes from the peer.
    package mutating func compare(
        _ heads: Heads,
        with state: TableState,
        peer: MemberNumber
    ) {
        var sizes: [LogID: UInt64] = [:]
        for head in heads.logs { sizes[head.log] = head.size }
        let refused = state.refused.union(heads.refused)
        for (log, theirs) in sizes where log.member != state.me && !refused.contains(log) {
            let held = state.logs[log]?.size ?? 0
            self.note(theirs, missingFrom: held, Way(heads.table, log, isToPeer: false))
        }
        for (log, held) in state.logs where log.member != peer && !refused.contains(log) {
            self.note(
                held.size,
                missingFrom: sizes[log] ?? 0,
                Way(heads.table, log, isToPeer: true)
            )
        }
    }

    private mutating func note(_ target: UInt64, missingFrom size: UInt64, _ way: Way) {
        guard var stretch = self.stretches[way] else {
            guard target > size else { return }
            self.stretches[way] = Stretch(start: size, reached: size, target: target)
            return
        }
        stretch.target = max(stretch.target, target)
        stretch.reach(size)
        self.stretches[way] = stretch
    }

    /// A log is durable here up to `size`.
    package mutating func noteHeld(_ size: UInt64, of log: LogID, in table: TableID) {
        self.stretches[Way(table, log, isToPeer: false)]?.reach(size)
    }

    /// The peer says that it holds a log up to a size.
    package mutating func noteAcknowledged(_ ack: Ack) {
        self.stretches[Way(ack.table, ack.log, isToPeer: true)]?.reach(ack.size)
    }

    /// So many entries were sent or came in fills: nobody knows beforehand how many there will be.
    package mutating func noteFilled(_ count: Int) { self.filled += UInt64(count) }

    /// Entries that moved, in both directions.
    package var moved: Int { Int(self.stretches.values.reduce(self.filled) { $0 + $1.moved }) }

    /// Entries that are to move; `nil` while that is not known: before heads were compared, and as
    /// soon as fills come.
    package var total: Int? {
        guard !self.stretches.isEmpty, self.filled == 0 else { return nil }
        return Int(self.stretches.values.reduce(0) { $0 + $1.missing })
    }
}
