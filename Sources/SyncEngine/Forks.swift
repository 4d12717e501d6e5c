import Cryptography
import SyncLog
import Wire

/// Why a peer is asked for proofs of what it holds of a log.
enum TraceReason: Hashable, Sendable {
    /// What it said or sent of the log does not fit what is held here.
    case mismatch
    /// It holds more of this node's own log than the node itself: up to here.
    case ownLogAhead(UInt64)
}

/// A search for the first position at which a peer's history of a log differs.
struct Trace: Hashable, Sendable {
    /// Entries held when it began.
    let size: UInt64
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
    /// own doing.
    mutating func trace(
        _ log: LogID,
        of table: TableID,
        for reason: TraceReason,
        over session: SessionID
    ) -> [Effect] {
        guard let held = self.tables[table], let peer = self.sessions[session]?.tables[table],
            peer.traces[log] == nil, held.logs[log]?.isDisputed != true
        else { return [] }
        guard let size = held.logs[log]?.size, size > 0 else {
            return self.blame(session, for: log)
        }
        self.sessions[session]?.tables[table]?.traces[log] = Trace(
            size: size,
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
        if let size = self.sessions[session]?.tables[proof.table]?.probed.removeValue(forKey: proof.log)
        {
            return self.probed(proof, held: size, over: session)
        }
        guard let held = self.tables[proof.table],
            let trace = self.sessions[session]?.tables[proof.table]?.traces[proof.log],
            proof.index <= trace.index, let author = held.author(of: proof.log)
        else { return [] }
        do throws(ForkError) {
            try proof.branch.verify(
                author: author,
                origin: proof.log.origin(table: proof.table),
                index: proof.index
            )
        } catch {
            return self.blame(session, for: proof.log)
        }
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
        do throws(ForkError) {
            try proof.branch.verify(
                author: author,
                origin: proof.log.origin(table: proof.table),
                index: proof.index
            )
        } catch {
            return self.blame(session, for: proof.log)
        }
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
        guard self.schedule.notePeerBehind(session) else { return [] }
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
        case .fork(let evidence): return self.accept(evidence, from: session)
        case .within(let index):
            // Each step asks for less, so that it ends whatever the answers are.
            guard index < trace.index else { return self.blame(session, for: log) }
            self.sessions[session]?.tables[table]?.traces[log] = Trace(
                size: trace.size,
                index: index,
                reason: trace.reason
            )
            return [.send(.prove(Prove(table: table, log: log, index: index)), session)]
        case .same:
            let held = self.tables[table]?.logs[log]?.size ?? 0
            guard case .ownLogAhead(let offered) = trace.reason else {
                // What came did not fit entries that were on their way to disk when the search began.
                guard held == trace.size, self.pending[table]?[log] == nil else {
                    return self.sendDigest(of: table, to: session)
                }
                return self.blame(session, for: log)
            }
            self.tables[table]?.isOwnLogAhead = true
            return [.report(.ownLogAhead(table, log, held: held, offered: offered), session)]
        }
    }

    /// A peer passes evidence on.
    mutating func evidence(_ evidence: ForkEvidence, from session: SessionID) -> [Effect] {
        guard let held = self.tables[evidence.table], held.isEffective,
            self.sessions[session]?.tables[evidence.table] != nil, held.isKnown(evidence.log),
            held.logs[evidence.log]?.isDisputed != true,
            let author = held.author(of: evidence.log)
        else { return [] }
        do throws(ForkError) {
            try evidence.verify(author: author)
        } catch {
            return self.blame(session, for: evidence.log)
        }
        return self.accept(evidence, from: session)
    }

    /// Holds a log for disputed, durably, and tells everybody connected why.
    private mutating func accept(
        _ evidence: ForkEvidence,
        from source: SessionID
    ) -> [Effect] {
        let (table, log) = (evidence.table, evidence.log)
        guard var held = self.tables[table], held.evidence[log] == nil else { return [] }
        held.evidence[log] = evidence
        held.logs[log, default: LogState()].isDisputed = true
        self.tables[table] = held
        self.pending[table]?[log] = nil
        self.waiting[table]?[log] = nil
        var effects: [Effect] = [.storeEvidence(evidence), .report(.fork(evidence), source)]
        for session in self.sessions.keys.sorted()
        where self.sessions[session]?.tables[table] != nil {
            self.sessions[session]?.tables[table]?.drop(log)
            if session != source { effects.append(.send(.evidence(evidence), session)) }
            guard self.sessions[session]?.tables[table]?.isRound == true else { continue }
            effects += self.sendDigest(of: table, to: session)
        }
        return effects
    }

    /// Sends the evidence for logs that the peer does not refuse yet, once in a session.
    mutating func passOnEvidence(of table: TableID, to session: SessionID) -> [Effect] {
        guard let held = self.tables[table], let peer = self.sessions[session]?.tables[table] else {
            return []
        }
        var effects: [Effect] = []
        for (log, evidence) in held.evidence.sorted(by: { $0.key < $1.key })
        where held.pin(of: log) == nil && !peer.refused.contains(log)
            && !peer.evidenceSent.contains(log)
        {
            self.sessions[session]?.tables[table]?.evidenceSent.insert(log)
            effects.append(.send(.evidence(evidence), session))
        }
        return effects
    }

    // MARK: What heads tell

    /// Looks for histories that differ, and for a store that was put back.
    mutating func examine(_ heads: Heads, with held: TableState, session: SessionID) -> [Effect] {
        var effects: [Effect] = []
        let refused = held.refused
        for head in heads.logs where !refused.contains(head.log) && held.isKnown(head.log) {
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
        guard head.log.member == held.me, !held.isRecovering else { return [] }
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
}
