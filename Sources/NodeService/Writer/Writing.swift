import CaseModel
import Cryptography
import Logging
import NodeInterface
import RecordStore
import SyncEngine
import SyncLog

/// Writing into the own logs.
extension Node {
    /// Appends entries to the own log of a table and tells the engine; durable when this returns.
    ///
    /// Each passes the very code by which readers judge what counts, this node included: what would be
    /// ignored is refused, and nothing is written.
    ///
    /// `note`: Runs in the same transaction, with the entries as written.
    func append(
        _ drafts: [Draft],
        to table: TableID,
        note: (inout TableTransaction, [PlainEntry]) throws(SlotError) -> Void
    ) throws(Refusal) -> [PlainEntry] {
        guard let state = self.engine.tables[table], let number = self.numbers[table] else {
            throw .bug("table: not loaded")
        }
        if let doubt = self.doubts[table] { throw .unavailable(doubt.need) }
        guard self.recoveries[table] == nil else {
            throw .unavailable(.logBeingFetched)
        }
        if let evidence = state.evidence[state.ownLog] {
            throw .unavailable(.ownLog(.forked, words: self.text(of: evidence)))
        }
        // What it wrote with a clock that was far ahead is told before it writes with the right one.
        self.noteOwnClock()
        let context = self.writingContext(of: state)
        self.noteBeginning(of: state)
        let keys = self.keys
        let cases = try self.cases(of: drafts, in: state)
        var refusal: Refusal?
        let written: (state: LogState, entries: [ReadableEntry])
        do throws(SlotError) {
            written = try self.store.write(table: number) { (transaction) throws(SlotError) in
                switch try transaction.write(drafts, context: context, keys: keys.keys) {
                case .success(let written):
                    let entries = written.entries.map { ReadableEntry($0) }
                    if let reason = Self.ignored(entries, in: cases, of: state) {
                        refusal = Refusal(reason)
                        throw .store(.transactionFailed)
                    }
                    for entry in entries {
                        try transaction.apply(entry, at: ProjectedTable(state))
                    }
                    try note(&transaction, written.entries)
                    return (written.state, entries)
                case .failure(let error):
                    // Nothing of a refused batch may be kept: throwing aborts the transaction.
                    refusal = Refusal(error, in: state.file)
                    throw .store(.transactionFailed)
                }
            }
        } catch {
            throw refusal ?? Refusal(error)
        }
        self.readers.cases.note(written.entries, table: table)
        self.noteWritten(written.state.size, of: context.log, in: table)
        self.dispatch(.committed(table: table, log: context.log, state: written.state))
        self.destroyDoomed()
        self.endAlarms { $0.code == .store }
        return written.entries.map(\.entry)
    }

    /// What is held of the cases that entries are about.
    private func cases(
        of drafts: [Draft],
        in table: TableState
    ) throws(Refusal) -> [ObjectID: CaseState] {
        var cases: [ObjectID: CaseState] = [:]
        for draft in drafts {
            guard case .existing(let id) = draft.subject, cases[id] == nil else { continue }
            let key = CaseCache.Key(table: table.file.table, caseID: id)
            if let held = self.readers.cases.state(key, judgement: table.judgementHash) {
                cases[id] = held
            } else {
                cases[id] = try self.reader.state(of: id, in: table)
            }
        }
        return cases
    }

    /// Why one of some written entries would count for nobody; `nil` where all count.
    private static func ignored(
        _ entries: [ReadableEntry],
        in cases: [ObjectID: CaseState],
        of table: TableState
    ) -> IgnoreReason? {
        let opened = Dictionary(
            grouping: entries.compactMap(\.ofCase),
            by: \.header.caseID
        )
        for (id, entries) in opened.sorted(by: { $0.key < $1.key }) {
            let state = cases[id] ?? Reader.emptyCase(id, in: table)
            if let ignored = state.ignored(adding: entries).first { return ignored.reason }
        }
        return nil
    }

    /// What an own log is written with now.
    func writingContext(of state: TableState) -> WritingContext {
        WritingContext(
            file: state.file,
            log: state.ownLog,
            card: self.card,
            clock: self.hybridClock,
            random: { Randomness.bytes(count: $0) }
        )
    }

    /// Keeps beside the folder that a log begins, before its first entry: a folder that says nothing
    /// of a log which has entries is taken for one that was moved or put back.
    func noteBeginning(of state: TableState) {
        guard state.logs[state.ownLog]?.size ?? 0 == 0 else { return }
        self.noteWritten(0, of: state.ownLog, in: state.file.table)
    }

    /// Keeps beside the folder how far an own log is written; `isSeen`: as a peer showed, no less than
    /// is known.
    func noteWritten(_ size: UInt64, of log: LogID, in table: TableID, isSeen: Bool = false) {
        do {
            if isSeen {
                try self.marker.noteSeen(size, of: log, in: table)
            } else {
                try self.marker.note(size, of: log, in: table)
            }
        } catch {
            self.logger.warning("\(self.unprotectedText)")
        }
    }

    /// What is told for as long as the file beside the folder cannot be kept.
    var unprotectedText: String {
        "\(self.marker.path): cannot be written; it tells how far this node wrote. Should the folder be "
            + "put back from a backup, nothing notices that before a partner does, and the log may "
            + "fork. Let the node write that file"
    }

    func destroyDoomed() {
        do throws(SlotError) { try self.store.destroyDoomed() } catch {
            self.raise("slots: not destroyed yet (\(error))", .store)
        }
    }
}

extension Reader {
    /// A table's work has a period: outside of it nothing is begun, shared or said.
    ///
    /// What protects people, withdrawing, stays possible.
    func checkPeriod(of charter: Charter) throws(Refusal) {
        let today = self.today
        let days = Refusal.Days(from: charter.from, until: charter.until, today: today)
        switch Period(of: charter, on: today) {
        case .running: break
        case .notBegun:
            throw .refused(.table(.notBegun(table: charter.name, days)))
        case .over:
            throw .refused(.table(.over(table: charter.name, days)))
        }
    }
}
