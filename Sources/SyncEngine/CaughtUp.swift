import SyncLog
import Wire

/// Rounds that nobody need wait for any more although others write on and on (`Protocol/sync.md` §3).
extension SyncEngine {
    /// Tells of the own rounds in which more came, long after both sides had what either held at first.
    ///
    /// They go on, until both hold the same.
    /// Where nothing comes any more a round ends so, or stalls.
    mutating func tellCaughtUp(after event: Event) -> [Effect] {
        guard let (table, log, size) = Self.moved(event) else { return [] }
        var effects: [Effect] = []
        for session in self.sessions.keys.sorted() {
            guard let held = self.tables[table],
                let peer = self.sessions[session]?.tables[table], peer.isInRound,
                !peer.isCaughtUp, peer.isGoalReached(by: held)
            else { continue }
            guard let reachedAt = peer.goalReachedAt else {
                self.sessions[session]?.tables[table]?.goalReachedAt = self.schedule.now
                continue
            }
            // What a peer says it holds beyond what there is here shows nothing of others who write.
            let reached = min(size, held.logs[log]?.size ?? 0)
            guard self.schedule.now - reachedAt >= Self.caughtUpTime,
                reached > peer.goal[log] ?? 0
            else { continue }
            if held.isRecovering {
                // What is lacking of the own log is asked for first, and waited for.
                effects += self.askForMissing(of: table, from: session)
                guard self.sessions[session]?.tables[table]?.awaits(held.me) == false else {
                    continue
                }
            }
            self.sessions[session]?.tables[table]?.isCaughtUp = true
            effects.append(.roundCaughtUp(session, table))
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
