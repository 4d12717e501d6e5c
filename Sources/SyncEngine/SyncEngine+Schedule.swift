import Cryptography
package import SyncLog
import Wire

/// Dialling, timers, two sessions of one pair (`Protocol/sync.md` §1, §3, §4).
extension SyncEngine {
    /// When the next tick is due; `nil` while nothing is.
    package var nextTick: UInt64? {
        let due = min(self.schedule.nextDue, self.cardRate.nextDue, self.nextResumption)
        return due == .max ? nil : due
    }

    mutating func tick(milliseconds: UInt64, random: UInt64) -> [Effect] {
        let due = self.schedule.tick(milliseconds: milliseconds, random: random)
        var effects = self.takeWaitingCards() + self.takeUpAgain()
        for duty in due {
            switch duty {
            case .dial(let peer, let endpoints): effects.append(.dial(peer, endpoints))
            case .digest(let session): effects += self.digestDue(session)
            case .noHello(let session):
                effects.append(.close(session, .done, "no hello came in time"))
            case .stall(let session): effects.append(.roundStalled(session))
            case .receipts:
                for table in self.tables.keys.sorted() { effects += self.receiptDue(table) }
            }
        }
        return effects
    }

    mutating func running(_ isRunning: Bool) -> [Effect] {
        self.schedule.setRunning(isRunning)
        return []
    }

    mutating func dialFailed(_ peer: NodeID) -> [Effect] {
        self.schedule.dialFailed(peer)
        return []
    }

    /// A round over the session that stands, over the one whose hello is awaited, or over a new one.
    mutating func roundWanted(_ peer: NodeID) -> [Effect] {
        self.wantedRounds.insert(peer)
        if let session = self.schedule.greetedSessions(with: peer).last {
            return self.roundDue(session)
        }
        guard !self.schedule.awaitsHello(of: peer),
            let endpoints = self.schedule.dialNow(peer)
        else { return [] }
        return [.dial(peer, endpoints)]
    }

    mutating func roundLeft(_ peer: NodeID) -> [Effect] {
        self.wantedRounds.remove(peer)
        return []
    }

    func undecodable(_ error: WireError, from session: SessionID) -> [Effect] {
        guard self.sessions[session] != nil else { return [] }
        let close: Effect =
            if case .limit = error {
                .close(session, .limit, "a frame was over a limit")
            } else {
                .close(session, .malformed, "a frame did not decode")
            }
        return [.report(.undecodable(error), session), close]
    }

    /// The session with a peer that rounds go over: the newest with both hellos.
    package func session(with peer: NodeID) -> SessionID? {
        self.schedule.greetedSessions(with: peer).last
    }

    /// The logs of a table of which the peer at the other end takes nothing, as its heads say.
    package func refusedLogs(of table: TableID, over session: SessionID) -> Set<LogID> {
        self.sessions[session]?.tables[table]?.refused ?? []
    }

    /// Why a round over a session does not end, where the peer shows it.
    package func hindrance(of session: SessionID) -> RoundHindrance? {
        self.schedule.hindrance(of: session)
    }

    /// Brings times in step with what an event did, and ends sessions that are too many by it.
    mutating func keepTime(after event: Event, _ effects: [Effect]) -> [Effect] {
        var more: [Effect] = []
        var mayTouchRounds = true
        switch event {
        case .connected(let session, let peer, let isInitiator):
            self.schedule.connected(session, peer: peer, isInitiator: isInitiator)
        case .disconnected(let session): self.schedule.disconnected(session)
        case .received(.hello, let session): more = self.greeted(session)
        case .received(.heads(let heads), let session): more = self.noteBehind(heads, session)
        case .received(.headsDigest(let digest), let session):
            self.schedule.notePeerFailing(digest.isFailing, session)
        case .received(.chunk, let session), .received(.fill, let session),
            .received(.ack, let session), .chunkRead(_, _, let session),
            .fillRead(_, let session):
            let count = self.progress(of: event, effects)
            if count > 0 { self.schedule.moved(session, by: count) }
            mayTouchRounds = false
        case .stored, .storeFailed, .fillStored, .committed, .receipted: mayTouchRounds = false
        // Before every event: mostly nothing is due.
        case .tick: mayTouchRounds = !effects.isEmpty
        case .received, .undecodable, .branchRead, .compared, .headChecked, .tableChanged,
            .quoted, .roundWanted, .roundLeft, .dialFailed,
            .running, .cardChanged, .recovering, .recovered, .pinsCompared, .forgotten:
            break
        }
        self.noteClosesAndTables(in: effects + more, event)
        if mayTouchRounds {
            for (session, state) in self.sessions {
                let isInRound =
                    state.hasHello
                    && (self.wantedRounds.contains(state.peer)
                        || state.named.contains { state.tables[$0]?.isInRound == true })
                self.schedule.setInRound(isInRound, session)
            }
        }
        self.schedule.refresh()
        return more
    }

    /// How many entries came that were new, or left, or were acknowledged: repeating itself keeps no round
    /// alive.
    private mutating func progress(of event: Event, _ effects: [Effect]) -> UInt64 {
        switch event {
        case .received(.chunk(let chunk), let session):
            // Who only gives, and for a minute acknowledges nothing of what it is given, keeps none alive.
            guard let peer = self.sessions[session]?.tables[chunk.table] else { return 0 }
            let isWaited =
                peer.inFlight > 0
                && self.schedule.now - peer.awaitedSince >= SessionSchedule.stallTime
            guard !isWaited else { return 0 }
            return effects.reduce(0) { count, effect in
                if case .store(let new) = effect { count + UInt64(new.items.count) } else { count }
            }
        case .received(.fill(let fill), let session):
            return self.newCount(of: fill, over: session)
        case .received(.ack(let ack), let session):
            // Of what is held here, and was given: what is said of anything else moves nothing.
            let held = self.tables[ack.table]?.logs[ack.log]?.size ?? 0
            let size = min(ack.size, held)
            let before = self.sessions[session]?.tables[ack.table]?.acknowledged[ack.log] ?? 0
            guard size > before else { return 0 }
            self.sessions[session]?.tables[ack.table]?.acknowledged[ack.log] = size
            self.sessions[session]?.tables[ack.table]?.restarts = 0
            self.sessions[session]?.tables[ack.table]?.awaitedSince = self.schedule.now
            return size - before
        case .chunkRead(let chunk, let request, let session):
            // A peer that cannot keep what it is given asks for it again and again.
            let end = request.from + UInt64(chunk?.items.count ?? 0)
            let before = self.sessions[session]?.tables[request.table]?.given[request.log] ?? 0
            guard end > before else { return 0 }
            self.sessions[session]?.tables[request.table]?.given[request.log] = end
            return end - before
        case .fillRead(let fill, _):
            return max(1, UInt64(fill.entries.count))
        default: return 0
        }
    }

    /// How much further a fill goes than those before it: the same again keeps no round alive.
    private mutating func newCount(of fill: Fill, over session: SessionID) -> UInt64 {
        let before = self.sessions[session]?.tables[fill.table]?.filled[fill.log] ?? 0
        guard !fill.entries.isEmpty, self.sessions[session]?.tables[fill.table] != nil,
            fill.until > before,
            fill.until <= self.tables[fill.table]?.logs[fill.log]?.size ?? 0
        else { return 0 }
        self.sessions[session]?.tables[fill.table]?.filled[fill.log] = fill.until
        return min(UInt64(fill.entries.count), fill.until - before)
    }

    private mutating func noteClosesAndTables(in effects: [Effect], _ event: Event) {
        var isTableChanged = if case .tableChanged = event { true } else { false }
        for effect in effects {
            switch effect {
            case .close(let session, _, _): self.schedule.closing(session)
            case .storeTable: isTableChanged = true
            default: break
            }
        }
        if isTableChanged { self.refreshTargets() }
    }

    /// Takes over from the newest cards whom to dial where.
    mutating func refreshTargets() {
        self.schedule.setTargets(
            self.peerCards.compactMapValues { card in
                card.flatMap { $0.endpoints.isEmpty ? nil : $0.endpoints }
            }
        )
    }

    /// Both hellos of a session are in: where it is one too many with this peer, one ends.
    private mutating func greeted(_ session: SessionID) -> [Effect] {
        guard let state = self.sessions[session], state.hasHello else { return [] }
        var effects: [Effect] = []
        for loser in self.schedule.greeted(session, node: self.node) {
            effects.append(.close(loser, .done, "another session with this node goes on"))
            self.schedule.closing(loser)
            _ = self.disconnected(loser)
        }
        // A round over the one that ended goes on over the one that stays; with the hello of a new
        // one its round has just begun.
        if !effects.isEmpty, let kept = self.session(with: state.peer), kept != session {
            effects += self.roundDue(kept)
        }
        return effects
    }

    /// Looks for a peer whose own log is shorter than what it gave before, and asks it once more.
    ///
    /// Of a log that a charter pins, as far as the pin: beyond it its author may hold either history.
    private mutating func noteBehind(_ heads: Heads, _ session: SessionID) -> [Effect] {
        guard let held = self.tables[heads.table], held.isEffective,
            let peer = self.sessions[session]?.tables[heads.table]
        else { return [] }
        // A round in which the peer knows more of the own log than this node writes on from cannot end.
        // Of the others' logs, of which there may be very many, nothing is looked up.
        let isOwnBehind = heads.logs.contains { head in
            guard head.log.member == held.me else { return false }
            let size = held.logs[head.log]?.size ?? 0
            let isShort = held.pin(of: head.log).map { $0.size > size } ?? false
            return head.size > size && (held.isOwnLogAhead || isShort)
        }
        self.schedule.noteOwnBehind(!held.isRecovering && isOwnBehind, heads.table, session)
        var effects: [Effect] = []
        var absent: (log: LogID, held: UInt64)?
        for (log, state) in held.logs.sorted(by: { $0.key < $1.key })
        where log.member == peer.member && !held.refused.contains(log) && state.size > 0 {
            let size = min(state.size, held.pin(of: log)?.size ?? state.size)
            guard let offered = heads.logs.first(where: { $0.log == log })?.size else {
                if size > 0, !heads.refused.contains(log) { absent = (log, size) }
                continue
            }
            guard offered < size, peer.traces[log] == nil, peer.probed[log] == nil else {
                continue
            }
            self.sessions[session]?.tables[heads.table]?.probed[log] = size
            let prove = Prove(table: heads.table, log: log, index: size - 1)
            effects.append(.send(.prove(prove), session))
        }
        // Of nothing there is no proof: what is said again some time later is true.
        if self.schedule.noteBehind(absent != nil, heads.table, session), let absent {
            effects.append(
                .report(
                    .peerBehind(heads.table, absent.log, held: absent.held, offered: 0),
                    session
                )
            )
        }
        return effects
    }
}
