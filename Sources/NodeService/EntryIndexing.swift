import CaseModel
import Cryptography
import RecordStore
import SyncEngine
import SyncLog
import Wire

/// Notes where an entry that became readable is found again: by case, fragment, term, receipt.
enum EntryIndexing {
    /// Notes what became readable, and lets go of what no longer counts.
    ///
    /// Terms and fragments that pointed at such an entry stay: what they lead to is looked for in what
    /// counts of its case.
    static func note(
        _ stored: StoredEntries,
        table: TableState,
        in transaction: inout TableTransaction
    ) throws(SlotError) {
        for entry in stored.opened { try self.note(entry, table: table, in: &transaction) }
        for entry in stored.closed {
            try transaction.forgetCase(
                entry.header.caseID,
                log: entry.log,
                index: entry.header.index
            )
        }
    }

    static func note(
        _ entry: PlainEntry,
        table: TableState,
        in transaction: inout TableTransaction
    ) throws(SlotError) {
        switch entry.header.kind {
        case .operations, .withdrawal:
            try transaction.noteCase(
                entry.header.caseID,
                log: entry.log,
                index: entry.header.index
            )
        case .fragment:
            try transaction.noteCase(
                entry.header.caseID,
                log: entry.log,
                index: entry.header.index
            )
            // An author can write anything; what has no form is kept and not found.
            guard let payload = try? FragmentPayload(payload: entry.plaintext) else { return }
            let id = payload.id(table: table.file.table, log: entry.log)
            try transaction.noteObject(id, in: entry.header.caseID)
            if entry.log.member != table.me {
                try transaction.noteTerms(
                    SearchTerm.terms(sourceKey: nil) { payload.value($0) },
                    of: id
                )
            }
        case .receipt:
            guard entry.log.member != table.me,
                let receipt = try? Receipt(payload: entry.plaintext)
            else { return }
            for item in receipt.logs where item.log.member == table.me {
                try self.note(item, of: entry, table: table, in: &transaction)
            }
        case .keyGrant, .consultation, .destruction, .card, .charterAdopted, .forkEvidence, .hold,
            .export, .closing:
            break
        }
    }

    /// Notes a receipt that quotes the own log, when everything about it verifies, and keeps its
    /// cosignature of the own checkpoint.
    private static func note(
        _ item: LogReceipt,
        of entry: PlainEntry,
        table: TableState,
        in transaction: inout TableTransaction
    ) throws(SlotError) {
        guard let own = table.file.cards[table.me], let peer = table.file.cards[entry.log.member]
        else { return }
        let origin = item.log.origin(table: table.file.table)
        let witness = NoteKey.witness(peer.witnessKey, of: peer.identity)
        guard
            let cosigners = try? item.checkpoint.verify(
                origin: origin,
                logKey: own.logKey,
                witnesses: [witness]
            ), cosigners == [witness]
        else { return }
        // One that quotes what the own tree does not have is evidence, which an export must carry.
        try transaction.noteReceipt(
            quoting: item.log,
            log: entry.log,
            index: entry.header.index
        )
        let state = try transaction.state(of: item.log)
        guard item.checkpoint.size <= state.size,
            try transaction.subtreeRoot(of: item.log, size: item.checkpoint.size)
                == item.checkpoint.root
        else { return }
        try transaction.keep(item.checkpoint, of: item.log, isBoundary: false)
    }

    /// How many readable entries of a log are not noted where they would be found.
    static func unnotedCount(
        of log: LogID,
        table: StoredTable,
        me: MemberNumber?,
        store: NodeStore,
        progress: CheckProgress
    ) -> UInt64 {
        var count: UInt64 = 0
        do throws(SlotError) {
            try store.read(table: table.number) { (snapshot) throws(SlotError) in
                let size = try snapshot.state(of: log).size
                for (index, opening) in try snapshot.openings(of: log, in: 0..<size)
                where opening == .open {
                    progress(index, size)
                    guard let entry = try snapshot.plaintext(at: index, of: log) else { continue }
                    if try !self.isNoted(entry, table: table, me: me, in: snapshot) { count += 1 }
                }
            }
        } catch {
            // Told of the log itself.
        }
        return count
    }

    private static func isNoted(
        _ entry: PlainEntry,
        table: StoredTable,
        me: MemberNumber?,
        in snapshot: borrowing TableSnapshot
    ) throws(SlotError) -> Bool {
        var fragment: (id: ObjectID, terms: Set<SearchTerm>)?
        switch entry.header.kind {
        case .operations, .withdrawal: break
        case .fragment:
            if let payload = try? FragmentPayload(payload: entry.plaintext) {
                let terms = SearchTerm.terms(sourceKey: nil) { payload.value($0) }
                fragment = (
                    payload.id(table: table.file.table, log: entry.log),
                    entry.log.member == me ? [] : terms
                )
            }
        default: return true
        }
        return try snapshot.isNoted(
            caseID: entry.header.caseID,
            log: entry.log,
            index: entry.header.index,
            fragment: fragment
        )
    }

    /// Notes every readable entry of a table once more.
    static func noteAll(of table: TableState, number: UInt32, store: NodeStore) throws(SlotError) {
        for log in table.logs.keys.sorted() {
            try store.write(table: number) { (transaction) throws(SlotError) in
                let size = try transaction.state(of: log).size
                for index in 0..<size {
                    if let entry = try transaction.plaintext(at: index, of: log) {
                        try self.note(entry, table: table, in: &transaction)
                    }
                }
            }
        }
    }
}
