import SyncLog
import Wire

/// Rounds that end although others write on and on (`Protocol/sync.md` §3).
extension SyncEngine {
    /// Ends the own rounds in which more came, long after both sides had what either held when they
    /// began.
    ///
    /// Where nothing comes any more a round ends otherwise, or stalls.
    mutating func endCaughtUp(after event: Event) -> [Effect] {
        guard let (table, log, size) = Self.moved(event) else { return [] }
        var effects: [Effect] = []
        for session in self.sessions.keys.sorted() {
            guard let held = self.tables[table],
                let peer = self.sessions[session]?.tables[table], peer.isInRound,
                peer.isGoalReached(by: held)
            else { continue }
            guard let reachedAt = peer.goalReachedAt else {
                self.sessions[session]?.tables[table]?.goalReachedAt = self.schedule.now
                continue
            }
            guard self.schedule.now - reachedAt >= Self.caughtUpTime,
                size > peer.goal[log] ?? 0
            else { continue }
            self.sessions[session]?.tables[table]?.isInRound = false
            effects.append(.roundCaughtUp(session, table))
            // It tells the other side that nobody waits here any more.
            effects += self.sendDigest(of: table, to: session)
        }
        return effects
    }

    /// The log that an event moved, here or at a peer, and how far.
    private static func moved(_ event: Event) -> (TableID, LogID, UInt64)? {
        switch event {
        case .received(.ack(let ack), _): (ack.table, ack.log, ack.size)
        case .stored(let chunk, let state): (chunk.table, chunk.log, state.size)
        case .fillStored(let fill, _, _): (fill.table, fill.log, fill.until)
        case .received, .undecodable, .connected, .disconnected, .storeFailed, .chunkRead,
            .fillRead, .branchRead, .compared, .headChecked, .tableChanged, .committed,
            .receipted, .quoted, .roundWanted, .roundLeft, .dialFailed, .running, .cardChanged,
            .recovering, .recovered, .pinsCompared, .forgotten, .tick:
            nil
        }
    }
}
