import CaseModel
import Cryptography
package import NodeInterface
import RecordStore
import SyncEngine
import SyncLog
import Wire

extension ShowFork: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.show(self)
    }
}

/// Logs of which two histories exist: what is compared, kept, told and handed over.
extension Node {
    func proof(for request: BranchRequest) -> Proof? {
        guard let number = self.numbers[request.table] else { return nil }
        do throws(SlotError) {
            let found = try self.store.read(table: number) { (snapshot) throws(SlotError) in
                try snapshot.branch(request)
            }
            return found.map {
                Proof(
                    table: request.table,
                    log: request.log,
                    index: $0.index,
                    branch: $0.branch
                )
            }
        } catch {
            self.raise("store: a proof for a peer could not be read (\(error))", .store)
            return nil
        }
    }

    func compare(_ proof: Proof, session: SessionID) -> [SyncEngine.Effect] {
        guard let number = self.numbers[proof.table] else { return [] }
        do throws(SlotError) {
            let comparison = try self.store.read(table: number) { (snapshot) throws(SlotError) in
                try snapshot.compare(proof)
            }
            return self.engine.handle(.compared(comparison, proof, session))
        } catch {
            self.raise("store: a peer's proof could not be compared (\(error))", .store)
            return []
        }
    }

    func check(_ head: LogHead, table: TableID, session: SessionID) -> [SyncEngine.Effect] {
        guard let number = self.numbers[table] else { return [] }
        do throws(SlotError) {
            let isHeld = try self.store.read(table: number) { (snapshot) throws(SlotError) in
                try snapshot.holds(head)
            }
            return self.engine.handle(.headChecked(head, table, session, isHeld: isHeld))
        } catch {
            self.raise("store: a peer's head could not be compared (\(error))", .store)
            return []
        }
    }

    func store(_ evidence: ForkEvidence) {
        guard let number = self.numbers[evidence.table],
            let file = self.engine.tables[evidence.table]?.file
        else { return }
        do {
            let kept = try ForkFile(evidence, table: file)
            try self.store.storeEvidence(kept, table: number)
        } catch {
            self.raise("store: the evidence of a fork could not be kept (\(error))", .store)
        }
    }

    /// Lets go of what is held of a log that a charter pins in another history.
    func forget(_ log: LogID, of table: TableID) -> [SyncEngine.Effect] {
        guard let number = self.numbers[table] else { return [] }
        do throws(SlotError) {
            let projected = self.engine.tables[table].map { ProjectedTable($0) }
            try self.store.forget(log, table: number, projected: projected)
            self.destroyDoomed()
            self.readers.cases.forgetAll(of: table)
            return self.engine.handle(.forgotten(table, log))
        } catch {
            self.raise("store: a log could not be let go of (\(error))", .store)
            return []
        }
    }

    /// As ``forgetLogsOfOthers(_:number:)`` on opening: the process may have ended before it was done.
    static func forgetLogsOfOthers(
        _ tables: inout [(table: StoredTable, logs: [LogID: LogState])],
        of node: NodeID,
        in store: NodeStore
    ) throws(SlotError) {
        for (at, (stored, logs)) in tables.enumerated()
        where stored.file.governing.member(identity: node) != nil {
            let held = logs.filter { $0.value.size > 0 }.keys
            for log in try store.logsOfOthers(stored.file, among: held, table: stored.number) {
                let projected = ProjectedTable(file: stored.file, seenBy: node)
                try store.forget(log, table: stored.number, projected: projected)
                tables[at].logs[log] = nil
            }
        }
    }

    /// Lets go of logs that are held under a number which the charter gives to somebody else now: what
    /// stands there is not that member's word.
    ///
    /// A node that the charter leaves out lets go of nothing: its own log is what it gave to others.
    func forgetLogsOfOthers(
        _ file: TableFile,
        number: UInt32
    ) throws(SlotError) -> [SyncEngine.Effect] {
        guard file.governing.member(identity: self.card.identity) != nil else { return [] }
        let logs = self.engine.tables[file.table]?.logs ?? [:]
        let held = logs.filter { $0.value.size > 0 }.keys
        return try self.store.logsOfOthers(file, among: held, table: number)
            .flatMap { self.forget($0, of: file.table) }
    }

    /// What is told of a log that is held in another history than the pinned one.
    private func text(ofOffPin log: LogID, in state: TableState) -> String {
        let name = "\(log.member)/\(log.generation)"
        guard log.member != state.me else {
            return
                "own log \(name): the charter pins another history of it than this folder holds, so "
                + "nothing of it counts here. Use the folder whose history is pinned, or let the "
                + "partners pin it lower"
        }
        return
            "log \(name) of \(self.author(of: log, in: state.file.table)): the charter pins another "
            + "history of it than is held here, so nothing of it counts here. It is fetched anew from "
            + "the first partner that holds another one; keep the node connected"
    }

    /// What is told of a fork for as long as no charter pins the log.
    func text(of evidence: ForkEvidence) -> String {
        let (table, log) = (evidence.table, evidence.log)
        let name = "\(log.member)/\(log.generation)"
        let place = "which differ from entry \(evidence.index) on"
        let state = self.engine.tables[table]
        let handle = self.author(of: log, in: table)
        let command =
            "tafel log fork \(TextEncoding.hex(table.bytes.prefix(6))) --author \(handle) --out FILE"
        if let pin = state?.pin(of: log) {
            return
                "log \(name) of \(handle): its author signed two histories, \(place). The charter "
                + "pins it at \(pin.size) entries: what lies beyond does not count, and its author "
                + "goes on in generation \(log.generation + 1). '\(command)' writes the proof"
        }
        guard log.member != state?.me else {
            return
                "own log \(name): two histories were signed with this node's keys, \(place). Two "
                + "copies of its folder ran, or an old one was put back; nothing is written. "
                + "Stop every copy but one; the partners then pin the log. '\(command)' writes "
                + "the proof"
        }
        return
            "log \(name) of \(handle): its author signed two histories, \(place). Nothing more of "
            + "it is read until a charter pins it; everything else goes on. Ask \(handle) whether "
            + "its folder was copied or put back. '\(command)' writes the proof"
    }

    /// What is told of a log whose author added more than a node takes (`Protocol/sync.md` §3.4).
    func text(ofPutAside log: LogID, in table: TableID) -> String {
        let handle = self.author(of: log, in: table)
        let until = self.engine.tables[table]?.putAside[log]?.until ?? self.clock
        return
            "log \(log.member)/\(log.generation) of \(handle): its author added more than a node takes "
            + "in a day (\(LogIntake.entriesPerDayMax) entries, \(LogIntake.bytesPerDayMax) bytes, "
            + "\(LogIntake.casesPerDayMax) cases). The rest waits until "
            + "\(UTCTime.text(milliseconds: until)); everything else goes on. Ask \(handle) what it is"
    }

    /// What of forks, copies and files beside the folder is so now and must be known.
    var standingAlarms: [(code: AlarmCode, key: String, text: String)] {
        var alarms: [(code: AlarmCode, key: String, text: String)] = []
        for (table, state) in self.engine.tables.sorted(by: { $0.key < $1.key }) {
            func key(_ log: LogID) -> String { log.origin(table: table) }
            for (log, evidence) in state.evidence.sorted(by: { $0.key < $1.key })
            where state.pin(of: log) == nil {
                alarms.append((.fork, key(log), self.text(of: evidence)))
            }
            for (log, aside) in state.putAside.sorted(by: { $0.key < $1.key }) where aside.isOver {
                alarms.append((.putAside, key(log), self.text(ofPutAside: log, in: table)))
            }
            for log in state.offPin.sorted() {
                alarms.append((.fork, key(log) + " off", self.text(ofOffPin: log, in: state)))
            }
        }
        // Written on by a person's word, and not whole for all that.
        for (table, state) in self.engine.tables.sorted(by: { $0.key < $1.key })
        where self.doubts[table] == nil {
            for (pin, held) in state.shortPins {
                let text =
                    "table '\(self.name(of: table))', own log \(pin.log.member)/\(pin.log.generation): the "
                    + "charter counts \(pin.size) entries of it, and the folder holds \(held). The folder was "
                    + "put back, and is written to as a person said. Fetch the rest back from the partners "
                    + "with 'tafel node recover'"
                alarms.append((.putBack, pin.log.origin(table: table), text))
            }
        }
        for (table, doubt) in self.doubts.sorted(by: { $0.key < $1.key }) {
            let code = AlarmCode(rawValue: doubt.reason.rawValue) ?? .putBack
            alarms.append((code, TextEncoding.hex(table.bytes), doubt.text))
        }
        if let damage = self.damage { alarms.append((.damaged, "", damage)) }
        if !self.engine.tables.isEmpty, !self.marker.isWritable {
            alarms.append((.unprotected, "", self.unprotectedText))
        }
        return alarms
    }

    /// The proof that a member signed two histories, as a file for an auditor.
    fileprivate func show(_ asked: ShowFork) throws(Refusal) -> ShowFork.Answer {
        let state = try self.reader.table(asked.table)
        let author = asked.author
        let charter = try self.reader.charter(of: state)
        let found = state.evidence.sorted { $0.key < $1.key }.map(\.value).filter { evidence in
            author == nil || charter.member(evidence.log.member)?.handle == author
        }
        guard let evidence = found.last else {
            throw .notFound(.fork, typed: author ?? "")
        }
        guard author != nil || Set(found.map(\.log.member)).count == 1 else {
            let known = Set(found.map(\.log.member)).sorted().compactMap {
                charter.member($0)?.handle
            }
            throw .ambiguous(.fork, typed: "", candidates: known)
        }
        let file: ForkFile
        do throws(ForkError) {
            file = try ForkFile(evidence, table: state.file)
        } catch {
            throw .bug("evidence: does not verify (\(error))")
        }
        return ShowFork.Answer(
            author: file.author.handle,
            generation: Int(evidence.log.generation),
            index: Int(clamping: evidence.index),
            sizes: [evidence.first, evidence.second].map { Int(clamping: $0.checkpoint.size) },
            text: self.text(of: evidence),
            proof: file.encodedText
        )
    }
}
