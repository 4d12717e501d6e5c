import CaseModel
import Cryptography
import Foundation
import Logging
import NodeInterface
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Wire

/// Carrying out what the engine decides, in its order.
extension Node {
    /// Carries out the reads that waited for a peer, as far as it takes them.
    func resumeReads(for session: SessionID) {
        self.carryOut(self.links.takeDeferredReads(of: session))
    }

    func carryOut(_ effects: [SyncEngine.Effect]) {
        var effects = effects[...]
        while let effect = effects.popFirst() {
            // What follows from an effect comes before the effects after it would show it.
            effects = self.carryOut(effect)[...] + effects
        }
    }

    private func carryOut(_ effect: SyncEngine.Effect) -> [SyncEngine.Effect] {
        switch effect {
        case .storeTable(let file): return self.storeTable(file)
        case .forget(let table, let log): return self.forget(log, of: table)
        case .store(let chunk): return self.store(chunk)
        case .storeFill(let fill, let session, let isByAuthor):
            return self.store(fill, session: session, isByAuthor: isByAuthor)
        case .readChunk(let request, let session):
            guard !self.links.defers(effect, of: session) else { return [] }
            return self.engine.handle(.chunkRead(self.read(request), request, session))
        case .readFill(let request, let session):
            guard !self.links.defers(effect, of: session) else { return [] }
            return self.engine.handle(.fillRead(self.read(request), session))
        case .readBranch(let request, let session):
            let proof = self.proof(for: request)
            return self.engine.handle(.branchRead(proof, request, session))
        case .compare(let proof, let session): return self.compare(proof, session: session)
        case .checkHead(let head, let table, let session):
            return self.check(head, table: table, session: session)
        case .storeEvidence(let evidence):
            self.store(evidence)
            return []
        case .send(let message, let session):
            self.links[session]?.send(message)
            return []
        case .close(let session, let code, let text):
            self.close(session, code, text)
            return []
        case .writeReceipt(let table): return self.writeReceipt(table)
        case .roundEnded(let session, let table):
            return self.roundEnded(session, table)
        case .roundCaughtUp(let session, let table):
            return self.roundCaughtUp(session, table)
        case .roundStalled(let session):
            self.roundStalled(session)
            return []
        case .dial(let peer, let endpoints):
            self.startDial(peer, endpoints)
            return []
        case .report(let finding, let session):
            self.report(finding, session: session)
            return []
        }
    }

    private func close(_ session: SessionID, _ code: GoodbyeCode, _ text: String) {
        guard let link = self.links[session] else { return }
        link.send(.goodbye(code, text))
        link.cut()
        // One session too many, or a peer that was slow: nobody did wrong. What was found was told.
        guard code != .done, !self.links.takeTold(session) else { return }
        self.raise(
            "\(self.handle(of: link.peer)): its session was ended (\(text))",
            by: link.peer
        )
        self.noteFinding(text, session: session)
    }

    private func storeTable(_ file: TableFile) -> [SyncEngine.Effect] {
        do throws(SlotError) {
            let number = try self.store.storeTable(file).number
            self.numbers[file.table] = number
            self.admitted.replace(self.engine.peerCards)
            self.takeBackCard(from: file)
            let effects = try self.forgetLogsOfOthers(file, number: number)
            let off = try self.store.logsOff(file, table: number)
            return effects + self.engine.handle(.pinsCompared(file.table, off: off))
                + self.doubtGeneration(of: file.table)
        } catch {
            self.raise("table: not stored (\(error))", .store)
            return []
        }
    }

    private func store(_ chunk: VerifiedChunk) -> [SyncEngine.Effect] {
        guard let state = self.engine.tables[chunk.table], let number = self.numbers[chunk.table]
        else { return self.engine.handle(.storeFailed(chunk)) }
        let keys = self.keys
        do throws(SlotError) {
            let (stored, changes) = try self.store.write(table: number) {
                (transaction) throws(SlotError) in
                let stored = try transaction.store(
                    chunk,
                    me: state.me,
                    sealingKey: keys.keys.sealing
                )
                let changes = ReadableChanges(stored)
                try transaction.project(changes, at: ProjectedTable(state))
                return (stored, changes)
            }
            self.destroyDoomed()
            self.observe(stored.state.time)
            self.noteClock(of: chunk)
            self.endAlarms { $0.code == .store }
            self.noteStored(stored, changes, log: chunk.log, table: state)
            if !changes.opened.isEmpty { self.mergeSoon() }
            return self.engine.handle(.stored(chunk, state: stored.state))
        } catch {
            self.raise("store: entries of a peer were not kept (\(error))", .store)
            self.noteFailure(error)
            return self.engine.handle(.storeFailed(chunk))
        }
    }

    private func store(
        _ fill: Fill,
        session: SessionID,
        isByAuthor: Bool
    ) -> [SyncEngine.Effect] {
        guard let state = self.engine.tables[fill.table], let number = self.numbers[fill.table]
        else { return [] }
        let keys = self.keys
        var isRefused = false
        do throws(SlotError) {
            let (stored, changes) = try self.store.write(table: number) {
                (transaction) throws(SlotError) -> (StoredEntries, ReadableChanges) in
                let stored = try transaction.store(
                    fill,
                    isByAuthor: isByAuthor,
                    me: state.me,
                    sealingKey: keys.keys.sealing
                )
                guard let stored else {
                    isRefused = true
                    throw .store(.transactionFailed)
                }
                let changes = ReadableChanges(stored)
                try transaction.project(changes, at: ProjectedTable(state))
                return (stored, changes)
            }
            self.destroyDoomed()
            self.noteStored(stored, changes, log: fill.log, table: state)
            if !changes.opened.isEmpty { self.mergeSoon() }
            return self.engine.handle(.fillStored(fill, session, state: stored.state))
        } catch {
            guard !isRefused else {
                return self.engine.handle(.fillStored(fill, session, state: nil))
            }
            self.raise("store: entries of a peer were not kept (\(error))", .store)
            self.noteFailure(error)
            return self.engine.handle(.storeFailed(nil))
        }
    }

    private func read(_ request: ChunkRequest) -> Chunk? {
        guard let state = self.engine.tables[request.table],
            let number = self.numbers[request.table], let charter = state.file.effective
        else { return nil }
        do throws(SlotError) {
            return try self.store.read(table: number) { (snapshot) throws(SlotError) in
                try snapshot.readChunk(request, charter: charter, me: state.me)
            }
        } catch {
            self.raise("store: entries for a peer could not be read (\(error))", .store)
            return nil
        }
    }

    private func read(_ request: FillRequest) -> Fill {
        // Nothing, and nothing said about what else there is: the peer asks again.
        let nothing = Fill(
            table: request.table,
            log: request.log,
            from: request.from,
            until: request.from + 1,
            entries: [],
            isComplete: false
        )
        guard let state = self.engine.tables[request.table],
            let number = self.numbers[request.table],
            let charter = state.file.effective
        else { return nothing }
        do throws(SlotError) {
            return try self.store.read(table: number) { (snapshot) throws(SlotError) in
                try snapshot.readFill(request, charter: charter, me: state.me)
            }
        } catch {
            self.raise("store: entries for a peer could not be read (\(error))", .store)
            return nothing
        }
    }

    private func report(_ finding: SyncFinding, session: SessionID?) {
        let peer = session.flatMap { self.links[$0]?.peer }
        let handle = peer.map { self.handle(of: $0) } ?? "a peer"
        let text: String
        switch finding {
        case .chunk(let log, let error):
            text =
                "\(handle): sent entries of log \(log.member)/\(log.generation) "
                + "that do not verify (\(error))"
        case .untrue(let log):
            text =
                "\(handle): what it sent of log \(log.member)/\(log.generation) is not what "
                + "it can prove"
        case .fork(let evidence):
            // What was only quoted is proven now.
            let quoted = evidence.log.origin(table: evidence.table)
            self.endAlarms { $0.code == .event && $0.subject == quoted }
            // An alarm stands until a charter pins the log.
            return self.logger.warning("\(self.text(of: evidence))")
        case .otherHistory(let table, let log, let member):
            let author = self.author(of: log, in: table)
            let quoter = LogID(member: member, generation: 0)
            text =
                "table '\(self.name(of: table))', log \(log.member)/\(log.generation) of \(author): its author "
                + "signed another history of it than the one held here, as a receipt of \(self.author(of: quoter, in: table)) "
                + "quotes it. The partners that are connected are asked for it; once one shows it there is "
                + "proof. Ask \(author) whether a copy of its folder runs"
            return self.raise(
                text,
                by: self.identity(of: log, in: table),
                about: log.origin(table: table)
            )
        case .putAside(let table, let log):
            // An alarm stands for as long as it is put aside.
            return self.logger.warning("\(self.text(ofPutAside: log, in: table))")
        case .offPin:
            // A standing alarm tells.
            return
        case .ownLogAhead(let table, let log, let held, let offered):
            return self.noteAhead(log, in: table, held: held, offered: offered, session: session)
        case .twoCopies:
            text =
                "\(handle): two processes with its keys took turns; two copies of its folder ran. "
                + "Its log forks as soon as both write. Its operator must see that only one runs"
        case .rivalCharters(let table, let rival):
            // What two members hold, and no lie of the one who sent it.
            return self.raise(rival, in: table)
        case .otherCard(_, let card): return self.noteOtherCard(card)
        case .notAMember: text = "\(handle): spoke of a table that it is not at"
        case .undecodable(let error):
            if let session { self.links.noteTold(session) }
            text =
                "\(handle): sent a frame that \(Self.words(for: error)), so its session was ended and "
                + "nothing of it kept. Ask its operator which version its node runs"
        case .peerBehind(let table, let log, let held, let offered):
            text =
                "\(handle): table '\(self.name(of: table))': its own log "
                + "\(log.member)/\(log.generation) has \(offered) entries there, and this node holds \(held): its folder was put back, or two copies "
                + "of it run. Its operator must stop all but the newest copy"
            // No finding of the round: what can be given is given.
            if let peer { self.rounds[peer]?.reason = RoundFailure(.putBack, text) }
            return self.raise(
                text,
                .partnerPutBack,
                by: peer,
                about: TextEncoding.hex(table.bytes)
            )
        }
        self.raise(text, AlarmCode(of: finding), by: peer)
        // A fork costs its author's log: the round with who told of it goes on.
        switch finding {
        case .fork, .offPin, .chunk, .peerBehind, .twoCopies, .putAside, .otherHistory: break
        case .untrue, .ownLogAhead, .rivalCharters, .otherCard, .notAMember, .undecodable:
            if let session { self.noteFinding(text, session: session) }
        }
    }

    /// A peer holds more of the own log than this node: nothing is written until it was fetched back.
    private func noteAhead(
        _ log: LogID,
        in table: TableID,
        held: UInt64,
        offered: UInt64,
        session: SessionID?
    ) {
        let handle =
            session.flatMap { self.links[$0]?.peer }.map { self.handle(of: $0) } ?? "a peer"
        let text =
            "table '\(self.name(of: table))', own log \(log.member)/\(log.generation): \(handle) holds "
            + "\(offered) entries, "
            + "this node \(held). The folder was put back, or a copy of it runs elsewhere; "
            + "nothing is written. Stop every other copy, then fetch the log back with "
            + "'tafel node recover'"
        // Told for as long as it is so.
        self.keepDoubt(OwnLogDoubt(reason: .ahead, text: text), table)
        // Signed by this node, and traced: a recovery must reach it, whoever is there then.
        self.noteWritten(offered, of: log, in: table, isSeen: true)
        self.logger.warning("\(text)")
        if let session { self.noteFinding(text, session: session) }
    }

    private static func words(for error: WireError) -> String {
        switch error {
        case .malformed, .notCanonical: "is no message of this protocol"
        case .field(let name): "is no message of this protocol ('\(name)' is not what it may be)"
        case .limit(let name): "is over a limit ('\(name)')"
        }
    }

    func identity(of log: LogID, in table: TableID) -> NodeID? {
        self.engine.tables[table]?.file.governing.member(log.member)?.identity
    }

    /// The name that a charter gives a table.
    func name(of table: TableID) -> String {
        self.engine.tables[table]?.file.governing.name ?? TextEncoding.hex(table.bytes.prefix(6))
    }

    func author(of log: LogID, in table: TableID) -> String {
        self.engine.tables[table]?.file.governing.member(log.member)?.handle ?? "#\(log.member)"
    }

    /// The handle of a node in any table, or the beginning of its ID.
    func handle(of node: NodeID) -> String {
        for state in self.engine.tables.values {
            if let member = state.file.governing.member(identity: node) { return member.handle }
        }
        return TextEncoding.hex(node.bytes.prefix(6))
    }
}
