import Cryptography
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
        if let alarm = self.ownLogsAhead[table] { throw .unavailable(alarm) }
        if let evidence = state.evidence[state.ownLog] {
            throw .unavailable(self.text(of: evidence))
        }
        let context = WritingContext(
            file: state.file,
            log: state.ownLog,
            card: self.card,
            clock: self.hybridClock,
            random: { Randomness.bytes(count: $0) }
        )
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
        self.marker.note(written.state.size, of: context.log, in: table)
        self.dispatch(.committed(table: table, log: context.log, state: written.state))
        self.destroyDoomed()
        return written.entries
    }

    func destroyDoomed() {
        do throws(SlotError) { try self.store.destroyDoomed() } catch {
            self.raise("slots: not destroyed yet (\(error))")
        }
    }
}
