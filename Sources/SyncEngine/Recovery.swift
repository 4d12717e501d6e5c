package import SyncLog
import Wire

/// A store that was put back, and copies that run beside each other (`Protocol/sync.md` §3.3).
extension SyncEngine {
    /// Takes the own log in from peers from now on; the sessions that stand say so with new heads.
    mutating func recovering(_ table: TableID, _ state: LogState) -> [Effect] {
        guard let held = self.tables[table] else { return [] }
        self.tables[table]?.set(state, of: held.ownLog)
        self.tables[table]?.isRecovering = true
        for session in self.sessions.keys { self.schedule.noteOwnBehind(false, table, session) }
        return self.restartRounds(of: table)
    }

    /// Writes on, or waits as before.
    mutating func recovered(_ table: TableID, _ state: LogState?) -> [Effect] {
        guard let held = self.tables[table] else { return [] }
        self.tables[table]?.isRecovering = false
        if let state {
            self.tables[table]?.set(state, of: held.ownLog)
            self.tables[table]?.isOwnLogAhead = false
            // Earlier ones were fetched back with it.
            for (log, var earlier) in held.logs where log.member == held.me && log < held.ownLog {
                earlier.endRecovery()
                self.tables[table]?.set(earlier, of: log)
            }
        } else {
            self.tables[table]?.isOwnLogAhead = true
        }
        return self.restartRounds(of: table)
    }

    mutating func restartRounds(of table: TableID) -> [Effect] {
        self.sessions.keys.sorted().flatMap { session -> [Effect] in
            guard self.sessions[session]?.tables[table] != nil else { return [] }
            self.sessions[session]?.tables[table]?.forgetHeads()
            return self.startRound(table, with: session) + self.sendHeads(of: table, to: session)
        }
    }
}

extension TableReading where Self: ~Copyable {
    /// Places of a log at which an entry is not held whole, in `range`: in an own log those of entries
    /// that were lost, or of which a header alone came back.
    ///
    /// - Complexity: O(bytes of the entries).
    package func lostIndices(
        of log: LogID,
        in range: Range<UInt64>
    ) throws(Failure) -> [UInt64] {
        var indices: [UInt64] = []
        for index in range {
            if case .full = try self.item(at: index, of: log) { continue }
            indices.append(index)
        }
        return indices
    }
}

extension TableStorage where Self: ~Copyable {
    /// Prepares the own log to be fetched back: what is missing in it counts as not given.
    ///
    /// What was granted before is not written with again, however the recovery ends: entries that
    /// nobody returns may have used positions that are not known here.
    ///
    /// - Returns: The log's state, and how many of its entries are lost.
    /// - Complexity: O(size of the log).
    package mutating func beginRecovery(
        of log: LogID
    ) throws(Failure) -> (state: LogState, lost: UInt64) {
        var state = try self.state(of: log)
        let lost = try self.lostIndices(of: log, in: 0..<state.size)
        state.complete = lost.first ?? state.size
        try self.forgetOwnChains()
        try self.setState(state, of: log)
        return (state, UInt64(lost.count))
    }

    /// Lets the own log go on from what is held of it, after it was fetched back.
    package mutating func endRecovery(of log: LogID) throws(Failure) -> LogState {
        var state = try self.state(of: log)
        state.endRecovery()
        try self.setState(state, of: log)
        return state
    }
}

extension LogState {
    /// Nothing more is asked for of an own log.
    mutating func endRecovery() {
        self.complete = self.size
        self.unreceipted = 0
    }
}

/// The processes that a peer ran as, the newest last.
///
/// A process that ended never comes back, but for a hello that it had sent before and that came after
/// its successor's: so two that came back tell of two that run.
struct Instances: Hashable, Sendable {
    /// Most that are remembered.
    static let countMax = 16

    private var seen: [UInt64] = []
    private var isOneBack = false

    /// Notes the process of a hello, and whether it is the second, or a later one, that comes back
    /// after another.
    mutating func areTwo(_ instance: UInt64) -> Bool {
        guard instance != 0, self.seen.last != instance else { return false }
        let isBack = self.seen.contains(instance)
        defer { self.isOneBack = self.isOneBack || isBack }
        self.seen.removeAll { $0 == instance }
        self.seen.append(instance)
        if self.seen.count > Self.countMax { self.seen.removeFirst() }
        return isBack && self.isOneBack
    }
}
