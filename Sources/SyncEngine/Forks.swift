import Cryptography
import SyncLog
import Wire

/// Why a peer is asked for proofs of what it holds of a log.
enum TraceReason: Hashable, Sendable {
    /// What it said or sent of the log does not fit what is held here.
    case mismatch
    /// It holds more of this node's own log than the node itself: up to here.
    case ownLogAhead(UInt64)
    /// Two histories are known, and what is held here may be a third, or the peer may hold another.
    case otherHistory
}

/// A search for the first position at which a peer's history of a log differs.
struct Trace: Hashable, Sendable {
    /// Entries held when it began.
    let size: UInt64
    /// More of the log was on its way to disk when it began: what did not fit that may fit what is held.
    let isSettled: Bool
    /// The index asked for last.
    var index: UInt64
    let reason: TraceReason
}

/// Histories that contradict each other: finding the first difference, keeping and passing on the
/// evidence (`Protocol/sync.md` §3, `Protocol/sync-log.md` §8).
///
/// Whatever an author can cause through somebody who relays its log costs that log, never the
/// session: a peer is blamed only for what it alone can have said.
extension SyncEngine {
    /// Asks the peer for proofs of a log, unless that is under way.
    ///
    /// Of a log of which nothing is held there is nothing to compare: then what came is the peer's
    /// own doing, unless a pin is what it does not fit.
    mutating func trace(
        _ log: LogID,
        of table: TableID,
        for reason: TraceReason,
        over session: SessionID
    ) -> [Effect] {
        guard let held = self.tables[table], let peer = self.sessions[session]?.tables[table],
            // One that somebody asked for who knows of another history may never be answered.
            peer.traces[log] == nil || peer.traces[log]?.reason == .otherHistory,
            !held.isClosed(log),
            held.logs[log]?.isDisputed != true || held.pin(of: log) != nil
                || reason == .otherHistory
        else { return [] }
        let isSettled = self.pending[table]?[log] == nil
        guard let size = held.logs[log]?.size, size > 0 else {
            // What is on its way to disk may be another history that its author signed.
            return isSettled && held.pin(of: log) == nil ? self.blame(session, for: log) : []
        }
        self.sessions[session]?.tables[table]?.traces[log] = Trace(
            size: size,
            isSettled: isSettled,
            index: size - 1,
            reason: reason
        )
        return [.send(.prove(Prove(table: table, log: log, index: size - 1)), session)]
    }

    private func blame(_ session: SessionID, for log: LogID) -> [Effect] {
        [
            .report(.untrue(log), session),
            .close(session, .verification, "what came of a log is not what its author signed"),
        ]
    }

    /// A peer asks for a proof: of a disputed log too, for that is what it is for.
    mutating func prove(_ prove: Prove, from session: SessionID) -> [Effect] {
        guard let held = self.tables[prove.table], held.isEffective,
            let size = held.logs[prove.log]?.size, size > 0
        else { return [] }
        // One answer at a time for each log.
        let isNew = self.sessions[session]?.tables[prove.table]?.proving.insert(prove.log).inserted
        guard isNew == true else { return [] }
        let request = BranchRequest(table: prove.table, log: prove.log, index: prove.index)
        return [.readBranch(request, session)]
    }

    mutating func branchRead(
        _ proof: Proof?,
        for request: BranchRequest,
        to session: SessionID
    ) -> [Effect] {
        self.sessions[session]?.tables[request.table]?.proving.remove(request.log)
        guard let proof, self.sessions[session] != nil else { return [] }
        return [.send(.proof(proof), session)]
    }

    mutating func proof(_ proof: Proof, from session: SessionID) -> [Effect] {
        if let size = self.sessions[session]?.tables[proof.table]?.probed.removeValue(
            forKey: proof.log
        ) {
            return self.probed(proof, held: size, over: session)
        }
        guard let held = self.tables[proof.table],
            let trace = self.sessions[session]?.tables[proof.table]?.traces[proof.log],
            proof.index <= trace.index, let author = held.author(of: proof.log)
        else { return [] }
        guard proof.isSigned(by: author) else { return self.blame(session, for: proof.log) }
        return [.compare(proof, session)]
    }

    /// A peer's answer about its own log, which its heads showed shorter than it is held here.
    ///
    /// Heads may have waited behind much else while entries came from elsewhere; what was asked for
    /// after them tells how it is now.
    private mutating func probed(
        _ proof: Proof,
        held size: UInt64,
        over session: SessionID
    ) -> [Effect] {
        guard let author = self.tables[proof.table]?.author(of: proof.log) else { return [] }
        guard proof.isSigned(by: author) else { return self.blame(session, for: proof.log) }
        let offered = proof.branch.checkpoint.size
        guard offered < size else { return [] }
        return self.peerBehind(proof.log, of: proof.table, held: size, offered: offered, session)
    }

    /// The peer's own store was put back: it will write no receipt, and its round comes to nothing.
    mutating func peerBehind(
        _ log: LogID,
        of table: TableID,
        held: UInt64,
        offered: UInt64,
        _ session: SessionID
    ) -> [Effect] {
        guard self.schedule.notePeerBehind(table, session) else { return [] }
        return [.report(.peerBehind(table, log, held: held, offered: offered), session)]
    }

    mutating func compared(
        _ comparison: ForkComparison,
        with proof: Proof,
        over session: SessionID
    ) -> [Effect] {
        let (table, log) = (proof.table, proof.log)
        guard let trace = self.sessions[session]?.tables[table]?.traces[log] else { return [] }
        self.sessions[session]?.tables[table]?.traces[log] = nil
        switch comparison {
        case .fork(let evidence):
            return self.letGo(evidence, over: session)
                + self.accept(evidence, from: session, isFound: true)
        case .within(let index):
            // Each step asks for less, so that it ends whatever the answers are.
            guard index < trace.index else { return self.blame(session, for: log) }
            self.sessions[session]?.tables[table]?.traces[log] = Trace(
                size: trace.size,
                isSettled: trace.isSettled,
                index: index,
                reason: trace.reason
            )
            return [.send(.prove(Prove(table: table, log: log, index: index)), session)]
        case .same:
            let held = self.tables[table]?.logs[log]?.size ?? 0
            switch trace.reason {
            case .otherHistory: return []
            case .ownLogAhead(let offered):
                self.tables[table]?.isOwnLogAhead = true
                return [.report(.ownLogAhead(table, log, held: held, offered: offered), session)]
            case .mismatch:
                // The peer may hold the same part of another history than the pinned one.
                guard self.tables[table]?.pin(of: log) == nil else { return [] }
                // What came did not fit entries that were on their way to disk when the search began.
                guard trace.isSettled, held == trace.size, self.pending[table]?[log] == nil else {
                    return self.sendDigest(of: table, to: session)
                }
                return self.blame(session, for: log)
            }
        }
    }

    /// Lets go of a pinned log that a peer holds in another history below the pin.
    ///
    /// What is held never counts, or cannot be told from what does not. Once in a session, so that it
    /// comes to an end.
    private mutating func letGo(_ evidence: ForkEvidence, over session: SessionID) -> [Effect] {
        let (table, log) = (evidence.table, evidence.log)
        guard let held = self.tables[table], let pin = held.pin(of: log),
            evidence.index < pin.size, held.isTakenIn(log),
            self.sessions[session]?.tables[table]?.letGo.insert(log).inserted == true
        else { return [] }
        return [.forget(table, log)]
    }

    /// A peer passes evidence on.
    mutating func evidence(_ evidence: ForkEvidence, from session: SessionID) -> [Effect] {
        guard let held = self.tables[evidence.table], held.isEffective,
            self.sessions[session]?.tables[evidence.table] != nil, held.isKnown(evidence.log),
            held.pin(of: evidence.log) == nil, held.isNews(evidence),
            let author = held.author(of: evidence.log)
        else { return [] }
        do throws(ForkError) {
            try evidence.verify(author: author)
        } catch {
            return self.blame(session, for: evidence.log)
        }
        self.sessions[session]?.tables[evidence.table]?.evidenceKnown[evidence.log] = evidence.index
        let effects = self.accept(evidence, from: session, isFound: false)
        // What is held here may differ from both, and before them.
        guard held.logs[evidence.log]?.size ?? 0 > 0 else { return effects }
        return effects
            + self.trace(evidence.log, of: evidence.table, for: .otherHistory, over: session)
    }

    /// Holds a log for disputed, durably, and tells everybody connected why.
    private mutating func accept(
        _ evidence: ForkEvidence,
        from source: SessionID,
        isFound: Bool
    ) -> [Effect] {
        let (table, log) = (evidence.table, evidence.log)
        guard var held = self.tables[table], held.isNews(evidence) else { return [] }
        let isPinned = held.pin(of: log) != nil
        held.keep(evidence)
        self.tables[table] = held
        self.pending[table]?[log] = nil
        self.waiting[table]?[log] = nil
        var effects: [Effect] = [.storeEvidence(evidence)]
        // Of a pinned log it is told no more: all know, and how far it counts is settled.
        guard !isPinned else { return effects }
        effects.append(.report(.fork(evidence), source))
        for session in self.sessions.keys.sorted()
        where self.sessions[session]?.tables[table] != nil {
            self.sessions[session]?.tables[table]?.drop(log)
            if session != source || isFound {
                self.sessions[session]?.tables[table]?.evidenceKnown[log] = evidence.index
                effects.append(.send(.evidence(evidence), session))
            }
            guard self.sessions[session]?.tables[table]?.isRound == true else { continue }
            effects += self.sendDigest(of: table, to: session)
        }
        return effects
    }

    /// Sends the evidence of disputed logs, once in a session: the peer may hold none, or of a later
    /// entry.
    mutating func passOnEvidence(of table: TableID, to session: SessionID) -> [Effect] {
        guard let held = self.tables[table], let peer = self.sessions[session]?.tables[table] else {
            return []
        }
        var effects: [Effect] = []
        for (log, evidence) in held.evidence.sorted(by: { $0.key < $1.key })
        where held.pin(of: log) == nil && peer.evidenceKnown[log] ?? .max > evidence.index {
            self.sessions[session]?.tables[table]?.evidenceKnown[log] = evidence.index
            effects.append(.send(.evidence(evidence), session))
        }
        return effects
    }

    // MARK: What heads tell

    /// Looks for histories that differ, and for a store that was put back.
    mutating func examine(_ heads: Heads, with held: TableState, session: SessionID) -> [Effect] {
        var effects: [Effect] = []
        let refused = held.refused
        for head in heads.logs where !held.isClosed(head.log) && held.isKnown(head.log) {
            if held.offPin.contains(head.log) {
                effects += self.trace(head.log, of: heads.table, for: .mismatch, over: session)
            }
            guard !refused.contains(head.log) else { continue }
            guard let state = held.logs[head.log], state.size > 0 else {
                effects += self.noteOwnHead(head, held: 0, of: heads.table, held, session)
                continue
            }
            if head.size == state.size {
                guard head.checkpoint.root != state.frontier.root else { continue }
                effects += self.trace(head.log, of: heads.table, for: .mismatch, over: session)
            } else if head.size < state.size {
                effects.append(.checkHead(head, heads.table, session))
            } else {
                effects += self.noteOwnHead(head, held: state.size, of: heads.table, held, session)
            }
        }
        return effects
    }

    /// A peer that holds more of the own log shows that the store was put back, or copied.
    private mutating func noteOwnHead(
        _ head: LogHead,
        held size: UInt64,
        of table: TableID,
        _ held: TableState,
        _ session: SessionID
    ) -> [Effect] {
        // While it is fetched back, what comes of it tells whether it fits.
        guard head.log == held.ownLog, !held.isRecovering else { return [] }
        // Signed with the own key: nobody else can say so.
        do throws(CheckpointError) {
            try head.checkpoint.verify(
                origin: head.log.origin(table: table),
                logKey: held.logs[head.log]?.logKey ?? self.card.logKey,
                witnesses: []
            )
        } catch {
            return []
        }
        guard size > 0 else {
            self.tables[table]?.isOwnLogAhead = true
            return [.report(.ownLogAhead(table, head.log, held: 0, offered: head.size), session)]
        }
        return self.trace(head.log, of: table, for: .ownLogAhead(head.size), over: session)
    }

    /// A peer's head lies below what is held, and was compared with it.
    mutating func headChecked(
        _ head: LogHead,
        of table: TableID,
        isHeld: Bool,
        over session: SessionID
    ) -> [Effect] {
        isHeld ? [] : self.trace(head.log, of: table, for: .mismatch, over: session)
    }

    /// A receipt quotes a tree of a third member's log that is not the one held, of no larger size.
    ///
    /// Whose word it is does not matter where the log's author signed it: it has two histories.
    mutating func quoted(
        _ head: LogHead,
        of table: TableID,
        by member: MemberNumber
    ) -> [Effect] {
        guard let held = self.tables[table], held.author(of: head.log) != nil,
            let state = held.logs[head.log], state.size >= head.size, !state.isDisputed,
            held.pin(of: head.log) == nil, let logKey = state.logKey
        else { return [] }
        do throws(CheckpointError) {
            try head.checkpoint.withoutCosignatures.verify(
                origin: head.log.origin(table: table),
                logKey: logKey,
                witnesses: []
            )
        } catch {
            return []
        }
        var effects: [Effect] = [.report(.otherHistory(table, head.log, by: member), nil)]
        for session in self.sessions.keys.sorted() {
            effects += self.trace(head.log, of: table, for: .otherHistory, over: session)
        }
        return effects
    }
}

/// Pinned logs that are held in another history than the pinned one.
extension SyncEngine {
    /// The shell compared what is held with the pins of the table's file.
    mutating func pinsCompared(_ table: TableID, off: Set<LogID>) -> [Effect] {
        guard let held = self.tables[table], held.offPin != off else { return [] }
        self.tables[table]?.offPin = off
        return off.subtracting(held.offPin).sorted().map { .report(.offPin(table, $0), nil) }
            + self.restartRounds(of: table)
    }

    /// A log was let go of: it is taken in anew.
    mutating func forgotten(_ table: TableID, _ log: LogID) -> [Effect] {
        guard self.tables[table] != nil else { return [] }
        self.tables[table]?.set(LogState(), of: log)
        self.tables[table]?.offPin.remove(log)
        self.pending[table]?[log] = nil
        self.waiting[table]?[log] = nil
        // Searches over other sessions ask for places that are not held any more.
        for session in self.sessions.keys { self.sessions[session]?.tables[table]?.drop(log) }
        return self.restartRounds(of: table)
    }
}

extension Proof {
    /// Whether the author signed the tree in which the leaf stands at the index.
    fileprivate func isSigned(by author: NodeID) -> Bool {
        let origin = self.log.origin(table: self.table)
        do throws(ForkError) {
            try self.branch.verify(author: author, origin: origin, index: self.index)
            return true
        } catch {
            return false
        }
    }
}
