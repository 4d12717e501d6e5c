import Cryptography
import SyncEngine
import SyncLog

/// What of older versions is carried over of each log: its state.
extension NodeStore {
    /// A log whose state is carried over.
    private struct CarriedLog {
        let table: StoredTable
        let log: LogID
        /// Whether this node writes it.
        let isOwn: Bool
    }

    /// Stores the state of every log in another form.
    ///
    /// What a form lacks is taken from the entries: the log's key from the card that it begins
    /// with, the version of the newest own card from the own log, what came in from what is held.
    /// What receipts counted before version 4 was what is open, where it is now what is held: they
    /// count once more. A dispute without evidence, as versions before 3 had it, is dropped: the
    /// fork is found again, and proven then, as soon as a partner holds the other history.
    func carryOverLogs(
        from forms: [LogStateForm],
        to form: LogStateForm,
        in transaction: inout WriteTransaction
    ) throws(SlotError) {
        try SlotError.lifting { () throws(StoreError) in
            var carried: [(key: [UInt8], value: [UInt8])] = []
            let logs = try self.storedLogs(in: transaction)
            for (log, bytes) in logs {
                let older = try OlderLogState(stored: bytes, forms: forms)
                let state = try self.today(older, of: log, in: transaction)
                let reference = LogReference(table: log.table.number, log: log.log)
                carried.append((reference.bytes, state.storedBytes(in: form)))
            }
            for (key, value) in carried {
                try transaction.put(value, for: key, in: self.tables.logs)
            }
        }
    }

    /// Every log with the row of its state.
    private func storedLogs(
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> [(log: CarriedLog, row: [UInt8])] {
        let identity = try self.storedIdentity(in: snapshot)
        var logs: [(log: CarriedLog, row: [UInt8])] = []
        for table in try self.storedTables(in: snapshot) {
            let me = identity.flatMap { table.file.newest.member(identity: $0)?.number }
            var prefix: [UInt8] = []
            prefix.append(bigEndian: table.number)
            try snapshot.forEach(prefix: prefix, in: self.tables.logs) {
                key,
                value throws(StoreError) in
                guard key.byteCount == 8 else { throw .corrupted(operation: "log") }
                let log = LogID(key: key, at: 4)
                let carried = CarriedLog(table: table, log: log, isOwn: log.member == me)
                logs.append((carried, [UInt8](value)))
                return .next
            }
        }
        guard try snapshot.count(in: self.tables.logs) == logs.count else {
            throw .corrupted(operation: "log of no table")
        }
        return logs
    }

    private func today(
        _ older: OlderLogState,
        of log: CarriedLog,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> LogState {
        var state = older.state
        state.logKey = try self.logKey(of: log, state, in: snapshot)
        if !older.form.hasCardVersion, log.isOwn {
            state.cardVersion = try self.newestCardVersion(of: log, state, in: snapshot)
        }
        if older.form.intakePlace == nil {
            state.heldSize = 0
            state.held = HeldEntries()
            if !log.isOwn { state.intake = try self.intake(of: log, state, in: snapshot) }
            if state.isDisputed {
                state.isDisputed = try self.hasEvidence(of: log, in: snapshot)
            }
        }
        return state
    }

    private func reads(of log: CarriedLog) -> TableReads {
        TableReads(store: self, number: log.table.number)
    }

    /// The key of the card that a log begins with; where that entry is not held whole, the one that
    /// was held with its state, or in the table's file.
    private func logKey(
        of log: CarriedLog,
        _ state: LogState,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> VerifyingKey? {
        guard state.size > 0 else { return nil }
        let first = try self.reads(of: log).item(at: 0, of: log.log, in: snapshot)
        if case .full(let entry) = first, entry.header.kind == .card,
            let card = try? Card(parsing: entry.payload)
        {
            return card.logKey
        }
        guard let key = state.logKey ?? log.table.file.cards[log.log.member]?.logKey else {
            throw .corrupted(operation: "card of a log")
        }
        return key
    }

    private func newestCardVersion(
        of log: CarriedLog,
        _ state: LogState,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> UInt32 {
        let reads = self.reads(of: log)
        for index in (0..<state.size).reversed() {
            guard try reads.header(at: index, of: log.log, in: snapshot)?.kind == .card else {
                continue
            }
            guard case .full(let entry) = try reads.item(at: index, of: log.log, in: snapshot),
                let card = try? Card(parsing: entry.payload)
            else { throw .corrupted(operation: "own card") }
            return card.version
        }
        return 0
    }

    private func intake(
        of log: CarriedLog,
        _ state: LogState,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> LogIntake {
        let reads = self.reads(of: log)
        var intake = LogIntake()
        for index in 0..<state.size {
            let item = try reads.item(at: index, of: log.log, in: snapshot)
            intake.noteHeld(item, of: log.log, in: log.table.file.table)
        }
        return intake
    }

    private func hasEvidence(
        of log: CarriedLog,
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> Bool {
        let name = Self.evidenceSetting(log.log, of: log.table.file.table)
        guard let bytes = try self.setting(name, in: snapshot) else { return false }
        let file = try? ForkFile(parsing: bytes)
        return file != nil
    }

    /// Who this node is, by its card; `nil` where it has none yet.
    func storedIdentity(
        in snapshot: borrowing some Snapshot & ~Copyable
    ) throws(StoreError) -> NodeID? {
        guard let bytes = try self.setting("card", in: snapshot) else { return nil }
        guard let card = try? Card(parsing: bytes) else { throw .corrupted(operation: "card") }
        return card.identity
    }
}
