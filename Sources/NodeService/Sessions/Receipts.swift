import Cryptography
import Logging
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Wire

/// Whose receipts about which own log.
struct ReceiptKey: Hashable, Sendable {
    let table: TableID
    let log: LogID
    let member: MemberNumber
}

/// Receipts: writing them, and comparing those of others with what was given to them.
extension Node {
    /// Makes known what came of storing entries of others, once they are durable.
    func noteStored(
        _ stored: StoredEntries,
        _ changes: ReadableChanges,
        log: LogID,
        table: TableState
    ) {
        let id = table.file.table
        self.readers.cases.forget(changes.closed, table: id)
        self.readers.cases.note(changes.opened, table: id)
        if !stored.doubles.isEmpty {
            self.raise(
                "log \(log.member)/\(log.generation) of \(self.author(of: log, in: id)): its author "
                    + "used one key for two entries; the later one does not count",
                by: self.identity(of: log, in: id)
            )
        }
        for entry in stored.opened
        where entry.header.kind == .receipt && entry.log.member != table.me {
            self.receiptQueues[id, default: ReceiptQueue()].add(
                index: entry.header.index,
                of: entry.log
            )
        }
        self.checkDueReceipts()
    }

    func writeReceipt(_ table: TableID) -> [SyncEngine.Effect] {
        guard let state = self.engine.tables[table], let number = self.numbers[table],
            self.doubts[table] == nil, state.evidence[state.ownLog] == nil
        else { return self.engine.handle(.receipted(table: table, states: [:])) }
        let context = self.writingContext(of: state)
        self.noteBeginning(of: state)
        do throws(SlotError) {
            let written = try self.writeReceipts(of: state, number: number, context: context)
            for log in written?.passedOver ?? [] {
                self.raise(
                    "log \(log.member)/\(log.generation) of \(self.author(of: log, in: table)): more "
                        + "than \(LogReceipt.unopenedMax) of its entries that are addressed to this "
                        + "node do not open; no receipt confirms this log until they do",
                    by: self.identity(of: log, in: table)
                )
            }
            var effects = self.engine.handle(
                .receipted(table: table, states: written?.states ?? [:])
            )
            if let own = written?.own {
                self.noteWritten(own.size, of: context.log, in: table)
                effects += self.engine.handle(
                    .committed(table: table, log: context.log, state: own)
                )
            }
            return effects
        } catch {
            self.raise("store: a receipt could not be written (\(error))", .store)
            self.noteFailure(error)
            return self.engine.handle(.receipted(table: table, states: [:]))
                + self.engine.handle(.storeFailed(nil))
        }
    }

    /// - Returns: The state of the own log when receipts were written, those of the logs that were
    ///   due, and the logs that were passed over; `nil` when nothing was due.
    private func writeReceipts(
        of state: TableState,
        number: UInt32,
        context: WritingContext
    ) throws(SlotError) -> (own: LogState?, states: [LogID: LogState], passedOver: [LogID])? {
        let keys = self.keys
        let seconds = self.clock / 1_000
        let node = self.engine.node
        return try self.store.write(table: number) {
            (transaction) throws(SlotError) -> (LogState?, [LogID: LogState], [LogID])? in
            let composed = try transaction.composeReceipts(
                logs: state.logs.keys.filter { !state.refused.contains($0) },
                me: state.me,
                keys: keys.keys,
                node: node,
                seconds: seconds
            )
            guard let composed else { return nil }
            let drafts = composed.receipts.map { receipt in
                let payload = receipt.payload
                return Draft(kind: .receipt, subject: .none, category: nil, audience: nil) { _ in
                    payload
                }
            }
            guard !drafts.isEmpty else { return (nil, composed.states, composed.passedOver) }
            switch try transaction.write(drafts, context: context, keys: keys.keys) {
            case .success(let written):
                return (written.state, composed.states, composed.passedOver)
            case .failure: throw .store(.transactionFailed)
            }
        }
    }

    /// Compares the receipts of others that are due; those over a member's rate wait for a later call.
    func checkDueReceipts() {
        // While the own log may go on elsewhere, nothing is known that a receipt could contradict.
        for (table, state) in self.engine.tables.sorted(by: { $0.key < $1.key })
        where self.doubts[table] == nil && self.recoveries[table] == nil {
            guard let number = self.numbers[table] else { continue }
            for place in self.receiptQueues[table]?.due(milliseconds: self.clock) ?? [] {
                do throws(SlotError) {
                    try self.checkReceipt(at: place, table: state, number: number)
                } catch {
                    self.raise("store: a receipt could not be compared (\(error))", .store)
                }
            }
        }
    }

    private func checkReceipt(
        at place: ReceiptQueue.Place,
        table: TableState,
        number: UInt32
    ) throws(SlotError) {
        let member = place.log.member
        let author = self.identity(of: place.log, in: table.file.table)
        let handle = self.author(of: place.log, in: table.file.table)
        let item = try self.store.read(table: number) { (snapshot) throws(SlotError) in
            try snapshot.item(at: place.index, of: place.log)
        }
        guard case .full(let entry) = item, let receipt = try? Receipt(payload: entry.payload)
        else {
            return self.raise("\(handle): wrote a receipt that has no form", .receipt, by: author)
        }
        let others = try self.store.read(table: number) { (snapshot) throws(SlotError) in
            try snapshot.contradictions(in: receipt, with: table)
        }
        for head in others { self.dispatch(.quoted(head, table.file.table, by: member)) }
        for item in receipt.logs where item.log.member == table.me {
            let key = ReceiptKey(table: table.file.table, log: item.log, member: member)
            var given = self.givenEntries[key] ?? GivenEntries()
            // One that was written before and came after, as through a relay, says nothing new.
            guard given.newest.map({ $0 < place }) ?? true else { continue }
            defer { self.givenEntries[key] = given }
            let verdict = try self.store.read(table: number) { (snapshot) throws(SlotError) in
                try snapshot.verdict(on: item, by: member, given: &given)
            }
            self.logger.debug("receipt \(place.index) of \(handle): \(verdict)")
            given.newest = place
            if case .confirmed = verdict {
                guard let seconds = Self.cosignedSeconds(item, in: table, by: member) else {
                    let text = "its receipt is not signed by its witness key"
                    self.raise("\(handle): \(text)", .receipt, by: author)
                    continue
                }
                guard Self.isPast(seconds) else {
                    let text =
                        "its receipt is dated ahead of the clock here, and confirms nothing until then: one "
                        + "of both clocks is wrong"
                    self.raise("\(handle): \(text)", .receipt, by: author)
                    continue
                }
            }
            guard self.isWriters(verdict, item, of: table) else {
                self.noteOwnOtherTree(verdict, quotedBy: handle, item, author, in: table)
                continue
            }
            if let text = Self.text(of: verdict) {
                self.raise("\(handle): \(text)", .receipt, by: author)
            } else {
                self.endAlarms { $0.code == .receipt && $0.source == author?.bytes }
            }
        }
    }

    /// When the writer of a receipt cosigned what it quotes of the own log, in seconds since 1970; `nil`
    /// where its line is missing or wrong: an auditor takes that for no confirmation.
    static func cosignedSeconds(
        _ item: LogReceipt,
        in table: TableState,
        by member: MemberNumber
    ) -> UInt64? {
        guard let card = table.file.cards[member] else { return nil }
        let key = NoteKey.witness(card.witnessKey, of: card.identity)
        let note = item.checkpoint.note
        return note.signatures.dropFirst()
            .first { $0.names(key) && note.isValid($0, by: key) }?.cosignedSeconds
    }

    /// Whether a time is not ahead of the clock; no receipt of a time that is not yet confirms anything.
    static func isPast(_ seconds: UInt64) -> Bool {
        seconds <= (Self.milliseconds() + HybridTime.aheadMillisecondsMax) / 1_000
    }

    /// Tells that the own key signed a history which this node does not have, as a receipt proves: heads
    /// may never show it, where who holds it passes nothing on.
    private func noteOwnOtherTree(
        _ verdict: ReceiptVerdict,
        quotedBy handle: String,
        _ item: LogReceipt,
        _ source: NodeID?,
        in table: TableState
    ) {
        // A size beyond the own one may be of the same history: heads tell of a store put back.
        guard case .otherTree = verdict,
            item.checkpoint.size <= table.logs[item.log]?.size ?? 0
        else { return }
        let name = "\(item.log.member)/\(item.log.generation)"
        self.raise(
            "own log \(name): a receipt of \(handle) quotes another history of it, signed with this "
                + "node's key. A copy of its folder ran, or an old one was put back and written to: see that "
                + "only one runs, and ask "
                + "\(handle) with whom it synchronised",
            .twoCopies,
            by: source
        )
    }

    /// Whether what is wrong with a receipt is its writer's doing, and not this node's own.
    ///
    /// Another tree that was signed here is the doing of a second copy, or of a store that was put back;
    /// and of what was lost nobody knows here to whom it was given.
    private func isWriters(
        _ verdict: ReceiptVerdict,
        _ item: LogReceipt,
        of table: TableState
    ) -> Bool {
        switch verdict {
        case .confirmed, .smallerSize: return true
        case .otherTree:
            do throws(CheckpointError) {
                try item.checkpoint.withoutCosignatures.verify(
                    origin: item.log.origin(table: table.file.table),
                    logKey: self.card.logKey,
                    witnesses: []
                )
                return false
            } catch {
                return true
            }
        case .otherEntries, .notGiven:
            return !self.lossyTables.contains(table.file.table)
        }
    }

    /// What an operator is told; without numbers that a member could vary to push out other alarms.
    private static func text(of verdict: ReceiptVerdict) -> String? {
        switch verdict {
        case .confirmed(unopened: 0): nil
        case .confirmed: "cannot open entries that were given to it; its newest receipt lists them"
        case .otherTree: "its receipt quotes a log of this node that this node does not have"
        case .smallerSize: "its receipt quotes fewer entries than its receipt before"
        case .otherEntries: "confirms other entries than were given to it"
        case .notGiven: "its receipt lists as unopened what was not given to it"
        }
    }
}
