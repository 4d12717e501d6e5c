import SyncLog

/// Putting aside the logs of authors that add more than they may (`Protocol/sync.md` §3.4).
///
/// Only what an author signed counts, and only against the author's own log.
extension SyncEngine {
    /// Where a log stands that has, or would have, a state.
    func standing(_ state: LogState, of log: LogID, in table: TableID) -> LogStanding {
        // What is fetched back of the own log was written here.
        guard log.member != self.tables[table]?.me else { return .within }
        let beginning = self.tables[table]?.beginning(of: log.member) ?? 0
        return state.standing(beginning: beginning, now: self.schedule.now)
    }

    /// Puts a log aside where its standing asks for that, and tells every peer, so that none waits for
    /// an answer to what it sends of it.
    mutating func putAside(
        _ log: LogID,
        of table: TableID,
        _ standing: LogStanding,
        over source: SessionID
    ) -> [Effect] {
        let aside: PutAside
        switch standing {
        case .within: return []
        case .slowed(let until): aside = PutAside(until: until, isOver: false)
        case .over(let until): aside = PutAside(until: until, isOver: true)
        }
        self.tables[table]?.putAside[log] = aside
        var effects: [Effect] = aside.isOver ? [.report(.putAside(table, log), source)] : []
        for session in self.sessions.keys.sorted()
        where self.sessions[session]?.tables[table] != nil {
            self.sessions[session]?.tables[table]?.awaited[log] = nil
            effects += self.answerWithHeads(of: table, to: session)
        }
        return effects
    }

    /// When the next log is taken up again; `.max` for never.
    var nextResumption: UInt64 {
        self.tables.values.flatMap(\.putAside.values).map(\.until).min() ?? .max
    }

    /// Takes up the logs whose time has come: a digest shows peers what is missing.
    mutating func takeUpAgain() -> [Effect] {
        let now = self.schedule.now
        guard self.nextResumption <= now else { return [] }
        var effects: [Effect] = []
        for table in self.tables.keys.sorted() {
            let due = self.tables[table]?.putAside.filter { $0.value.until <= now } ?? [:]
            guard !due.isEmpty else { continue }
            for log in due.keys { self.tables[table]?.putAside[log] = nil }
            for session in self.sessions.keys.sorted()
            where self.sessions[session]?.tables[table] != nil {
                effects += self.sendDigest(of: table, to: session)
            }
        }
        return effects
    }

    /// Takes note that a member itself, over its own session, says that what is held of its log is all.
    mutating func noteLevel(
        of member: MemberNumber,
        in table: TableID,
        refusing refused: Set<LogID>
    ) {
        guard let held = self.tables[table] else { return }
        let log = held.newestLog(of: member)
        guard held.logs[log] != nil, !held.refused.union(refused).contains(log) else { return }
        self.tables[table]?.logs[log]?.noteLevel(
            beginning: held.beginning(of: member),
            now: self.schedule.now
        )
    }
}
