import Cryptography
import Logging
import RecordStore
import SyncEngine
import SyncLog

/// Writing into the own logs.
extension Node {
    /// Appends entries to the own log of a table and tells the engine; durable when this returns.
    ///
    /// `note`: Runs in the same transaction, with the entries as written.
    func append(
        _ drafts: [Draft],
        to table: TableID,
        note: (inout TableTransaction, [PlainEntry]) throws(SlotError) -> Void
    ) throws(NodeFailure) -> [PlainEntry] {
        guard let state = self.engine.tables[table], let number = self.numbers[table] else {
            throw NodeFailure(.bug, "table: not loaded. Report this")
        }
        if let doubt = self.doubts[table] { throw .unavailable(doubt.text) }
        guard self.recoveries[table] == nil else {
            throw .unavailable("table: its own log is being fetched back. Wait until that is over")
        }
        if let evidence = state.evidence[state.ownLog] {
            throw .unavailable(self.text(of: evidence))
        }
        let context = self.writingContext(of: state)
        self.noteBeginning(of: state)
        let keys = self.keys
        var refusal: WritingError?
        let written: (state: LogState, entries: [PlainEntry])
        do throws(SlotError) {
            written = try self.store.write(table: number) { (transaction) throws(SlotError) in
                switch try transaction.write(drafts, context: context, keys: keys.keys) {
                case .success(let written):
                    for entry in written.entries {
                        try EntryIndexing.note(entry, table: state, in: &transaction)
                    }
                    try note(&transaction, written.entries)
                    return written
                case .failure(let error):
                    // Nothing of a refused batch may be kept: throwing aborts the transaction.
                    refusal = error
                    throw .store(.transactionFailed)
                }
            }
        } catch {
            guard let refusal else { throw NodeFailure(error) }
            throw NodeFailure(refusal) { state.file.governing.member($0)?.handle ?? "#\($0)" }
        }
        self.caseCache.note(written.entries, table: table)
        self.noteWritten(written.state.size, of: context.log, in: table)
        self.dispatch(.committed(table: table, log: context.log, state: written.state))
        self.destroyDoomed()
        return written.entries
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
            self.raise("slots: not destroyed yet (\(error))")
        }
    }
}
