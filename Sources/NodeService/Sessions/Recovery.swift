import CaseModel
import Cryptography
package import NodeInterface
import RecordStore
import SyncEngine
import SyncLog

extension Recover: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.recover(self, caller.progress)
    }
}

/// `node recover`: the own logs of a store that was put back, fetched back from partners
/// (`Protocol/sync.md` §3.3).
extension Node {
    /// What is held of an own log: entries, and those of them of which the leaf hash alone is.
    ///
    /// `all`: Entries of all own logs of the table.
    private typealias Held = (log: LogID, size: UInt64, lost: UInt64, all: UInt64)

    /// Fetches the own log of each table back, as far as partners hold it, and writes on.
    ///
    /// `progress`: Told how far the rounds are.
    ///
    /// - Throws: That it is under way already, or that the store refused.
    fileprivate func recover(
        _ asked: Recover,
        _ progress: ProgressReport?
    ) async throws(Refusal) -> Recover.Answer {
        let isOffline = asked.offline
        guard self.recoveries.isEmpty else {
            throw .unavailable(.recovering)
        }
        let tables = self.engine.tables.filter { $0.value.isEffective }.keys.sorted()
        let peers = isOffline ? [] : try self.peersToSync(nil)
        var before: [TableID: Held] = [:]
        do throws(SlotError) {
            for table in tables { before[table] = try self.beginRecovery(of: table) }
        } catch {
            self.endRecoveries()
            throw Refusal(error)
        }
        let problems = await self.sync(peers, progress).reduce(into: [:]) { problems, outcome in
            problems[outcome.handle] = outcome.error
        }
        var recoveries: [Recover.Table] = []
        do throws(SlotError) {
            for table in tables {
                guard let before = before[table],
                    let recovery = try self.endRecovery(
                        of: table,
                        before: before,
                        isOffline: isOffline,
                        problems: problems
                    )
                else { continue }
                recoveries.append(recovery)
            }
        } catch {
            self.endRecoveries()
            throw Refusal(error)
        }
        return Recover.Answer(tables: recoveries, drafts: 0)
    }

    private func beginRecovery(of table: TableID) throws(SlotError) -> Held? {
        guard let state = self.engine.tables[table], let number = self.numbers[table] else {
            return nil
        }
        self.recoveries[table] = []
        let log = state.ownLog
        let (own, lost) = try self.store.write(table: number) {
            (transaction) throws(SlotError) -> (LogState, UInt64) in
            try transaction.beginRecovery(of: log)
        }
        self.dispatch(.recovering(table, own))
        return (log, own.size, lost, Self.ownSize(in: state))
    }

    /// Entries that are held of all own logs.
    private static func ownSize(in state: TableState) -> UInt64 {
        state.logs.filter { $0.key.member == state.me }.map(\.value.size).reduce(0, +)
    }

    /// Ends what an error stopped: nothing is written where nothing was before.
    private func endRecoveries() {
        for table in self.recoveries.keys {
            self.recoveries[table] = nil
            // Without a doubt before, the log was whole, and only what was lost was asked for.
            let own = self.engine.tables[table].flatMap { state in
                self.doubts[table] == nil ? state.logs[state.ownLog] : nil
            }
            self.dispatch(.recovered(table, own))
        }
    }

    /// Writes on where that is safe, or says why not.
    private func endRecovery(
        of table: TableID,
        before: Held,
        isOffline: Bool,
        problems: [String: String]
    ) throws(SlotError) -> Recover.Table? {
        let confirmers = self.recoveries.removeValue(forKey: table) ?? []
        guard let state = self.engine.tables[table], let number = self.numbers[table] else {
            return nil
        }
        let log = state.ownLog
        let size = state.logs[log]?.size ?? 0
        let lost = try self.store.read(table: number) { (snapshot) throws(SlotError) in
            UInt64(try snapshot.lostIndices(of: log, in: 0..<size).count)
        }
        let missing = self.missing(of: log, size: size, in: table)
        let unreached = state.file.governing.members.compactMap { member in
            problems[member.handle].map { "\(member.handle) (\($0))" }
        }
        // What came of earlier logs of its own, which a charter cut, came back too.
        var fetched = Int64(Self.ownSize(in: state)) - Int64(lost) - Int64(before.all)
        if before.log == log { fetched += Int64(before.lost) }
        let gone =
            lost + missing.count + state.shortPins.reduce(0) { $0 + $1.pin.size - $1.held }
        // Who was not asked may hold them.
        let isKnown = isOffline || !confirmers.isEmpty
        var recovery = Recover.Table(
            table: TextEncoding.hex(table.bytes),
            name: state.file.governing.name,
            // What was lost before may be back, and what came may be no more than a leaf hash.
            fetched: max(0, Int(fetched)),
            lost: isKnown ? Int(gone) : 0,
            missing: isKnown ? 0 : Int(gone),
            generation: Int(log.generation),
            cut: Int(Self.cut(before: log, in: state)),
            problem: nil,
            unreached: unreached
        )
        if let evidence = state.evidence[log] {
            recovery.problem = self.text(of: evidence)
        } else if let later = missing.later {
            recovery.problem =
                "\(self.marker.path) says that this node wrote log \(later.member)/"
                + "\(later.generation), which no charter in this folder begins. Reach a partner, "
                + "which gives the charter, and try again"
        } else if !isOffline {
            recovery.problem = self.doubtLeft(
                of: state,
                unheld: missing.count,
                confirmers: confirmers,
                unreached: unreached
            )
        }
        guard recovery.problem == nil else {
            // What was not in doubt before is not now, unless more came than was held.
            if self.doubts[table] == nil, before.log == log, before.size == size {
                self.dispatch(.recovered(table, state.logs[log]))
            } else {
                // Where nobody was reached nothing is known that was not before.
                let isTold = !confirmers.isEmpty || missing.count > 0 || state.evidence[log] != nil
                if let problem = recovery.problem, isTold || self.doubts[table] == nil {
                    self.keepDoubt(OwnLogDoubt(reason: .ahead, text: problem), table)
                }
                self.dispatch(.recovered(table, nil))
            }
            return recovery
        }
        try self.note(isLossy: lost > 0, table)
        try self.goOn(with: log, of: state, number: number, isChanged: recovery.fetched > 0)
        return recovery
    }

    /// How many entries of the own log before one lie beyond the charter's cut.
    private static func cut(before log: LogID, in state: TableState) -> UInt64 {
        guard log.generation > 0 else { return 0 }
        let earlier = LogID(member: log.member, generation: log.generation - 1)
        guard let pin = state.pin(of: earlier), let held = state.logs[earlier] else { return 0 }
        return held.size - min(pin.size, held.size)
    }

    /// How many entries more were written, as the file beside the folder says, or in which later log.
    private func missing(
        of log: LogID,
        size: UInt64,
        in table: TableID
    ) -> (count: UInt64, later: LogID?) {
        guard
            case .behind(let written, let count) = self.marker.verdict(
                on: log,
                size: size,
                in: table
            )
        else { return (0, nil) }
        return written == log ? (count - size, nil) : (count, written)
    }

    /// Why an own log still may go on elsewhere; `nil` when it does not.
    private func doubtLeft(
        of state: TableState,
        unheld: UInt64,
        confirmers: Set<NodeID>,
        unreached: [String]
    ) -> String? {
        let offline =
            "'tafel node recover --offline' goes on without; should a partner hold more, the log "
            + "forks"
        let isAlone = state.file.governing.members.allSatisfy { $0.identity == self.engine.node }
        guard !confirmers.isEmpty || isAlone else {
            let why = unreached.isEmpty ? "" : ": \(unreached.joined(separator: "; "))"
            return
                "No round with a partner came to its end\(why). Mend that and try again. "
                + offline
        }
        let partners = state.file.governing.members.map(\.identity)
            .filter { $0 != self.engine.node }
        guard unheld > 0, !confirmers.isSuperset(of: partners) else { return nil }
        // A round that somebody else ended says no reason.
        let others = partners.filter { !confirmers.contains($0) }.map { self.handle(of: $0) }
        let why = unreached.isEmpty ? others.sorted() : unreached
        return
            "\(self.marker.path) says that \(unheld) entries more were written, which no partner "
            + "that was reached holds. Not reached: \(why.joined(separator: "; ")). Try again when "
            + "they run. \(offline)"
    }

    /// Keeps whether entries of the own log are lost.
    private func note(isLossy: Bool, _ table: TableID) throws(SlotError) {
        if isLossy {
            self.lossyTables.insert(table)
            try self.store.setSetting(Self.lossSetting(table), [1])
        } else if self.lossyTables.remove(table) != nil {
            try self.store.removeSetting(Self.lossSetting(table))
        }
    }

    /// Lets the own log go on from what is held.
    private func goOn(
        with log: LogID,
        of state: TableState,
        number: UInt32,
        isChanged: Bool
    ) throws(SlotError) {
        let table = state.file.table
        let own = try self.store.write(table: number) {
            (transaction) throws(SlotError) -> LogState in
            for earlier in state.logs.keys where earlier.member == log.member && earlier < log {
                _ = try transaction.endRecovery(of: earlier)
            }
            return try transaction.endRecovery(of: log)
        }
        // What others wrote about entries that were not held then is taken in now.
        if isChanged { try self.store.replay(table: number, ProjectedTable(state)) }
        try self.dropDoubt(of: table)
        self.noteWritten(own.size, of: log, in: table)
        // What was counted before lacked what came back.
        self.givenEntries = self.givenEntries.filter { $0.key.table != table }
        self.judged = JudgedReceipts()
        self.dispatch(.recovered(table, own))
        self.checkDueReceipts()
    }

    /// A peer holds the same of a table, or at least of the own log.
    func confirmOwnLog(
        of table: TableID,
        by peer: NodeID,
        over session: SessionID
    ) -> [SyncEngine.Effect] {
        // Who takes nothing of it says nothing about it.
        guard let state = self.engine.tables[table],
            !self.engine.refusedLogs(of: table, over: session).contains(state.ownLog)
        else { return [] }
        self.recoveries[table]?.insert(peer)
        guard self.recoveries[table] == nil, self.doubts[table]?.reason == .unconfirmed,
            !state.refused.contains(state.ownLog), !state.isRecovering
        else { return [] }
        let own = state.logs[state.ownLog] ?? LogState()
        do throws(SlotError) {
            try self.dropDoubt(of: table)
            self.noteWritten(own.size, of: state.ownLog, in: table)
            self.checkDueReceipts()
            return self.engine.handle(.recovered(table, own))
        } catch {
            self.raise("store: that the own log is whole could not be kept (\(error))", .store)
            return []
        }
    }

    /// A charter may begin a generation in which another copy of the folder wrote already: a partner
    /// confirms first how far it goes.
    func doubtGeneration(of table: TableID) -> [SyncEngine.Effect] {
        guard self.doubts[table] == nil, self.recoveries[table] == nil,
            let state = self.engine.tables[table], state.ownLog.generation > 0,
            let doubt = OwnLogDoubt(state: state, marker: self.marker)
        else { return [] }
        self.doubts[table] = doubt
        return self.engine.handle(.recovered(table, nil))
    }

    /// Nothing is written to a log that goes on elsewhere, also after a restart: it would fork it.
    func keepDoubt(_ doubt: OwnLogDoubt, _ table: TableID) {
        guard self.doubts[table]?.reason != .ahead else { return }
        self.doubts[table] = doubt
        do throws(SlotError) {
            try self.store.setSetting(Self.aheadSetting(table), Array(doubt.text.utf8))
        } catch {
            self.raise(
                "store: that the own log is ahead elsewhere could not be kept (\(error))",
                .store
            )
        }
    }

    private func dropDoubt(of table: TableID) throws(SlotError) {
        guard self.doubts.removeValue(forKey: table) != nil else { return }
        try self.store.removeSetting(Self.aheadSetting(table))
    }
}
