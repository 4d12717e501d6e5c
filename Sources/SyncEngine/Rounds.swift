import Cryptography
import SyncLog
import Wire

/// Comparing heads: when a round starts, goes on and ends.
extension SyncEngine {
    mutating func roundDue(_ session: SessionID) -> [Effect] {
        let tables = self.sessions[session]?.tables.keys.sorted() ?? []
        return tables.flatMap { self.startRound($0, with: session) }
    }

    mutating func digestDue(_ session: SessionID) -> [Effect] {
        let tables = self.sessions[session]?.tables.keys.sorted() ?? []
        return tables.flatMap { self.sendDigest(of: $0, to: session) }
    }

    mutating func startRound(_ table: TableID, with session: SessionID) -> [Effect] {
        guard self.tables[table]?.isEffective == true else { return [] }
        self.sessions[session]?.tables[table]?.isInRound = true
        self.sessions[session]?.tables[table]?.beginRound()
        // What was asked in an earlier round may have been lost.
        self.sessions[session]?.tables[table]?.asked = [:]
        return self.sendDigest(of: table, to: session)
    }

    /// The state of a table, once its charter counts and the peer is at it.
    private func effectiveTable(
        _ table: TableID,
        _ session: SessionID
    ) -> (held: TableState, peer: SessionTable)? {
        guard let held = self.tables[table], held.isEffective,
            let peer = self.sessions[session]?.tables[table]
        else { return nil }
        return (held, peer)
    }

    /// Goes on with a round: at once at first, then after a pause that grows.
    ///
    /// Every comparison has what is on its way sent once more, from each side that has it. While
    /// others write on and on there is always something, and comparing at once would never stop.
    mutating func continueRound(_ table: TableID, with session: SessionID) -> [Effect] {
        let digests = self.sessions[session]?.tables[table]?.digests ?? 0
        guard digests >= Self.promptDigestsMax else {
            return self.sendDigest(of: table, to: session)
        }
        let doublings = min(digests - Self.promptDigestsMax, 5)
        self.schedule.digestWithin(Self.roundPauseMin << UInt64(doublings), session)
        return []
    }

    /// Whether what a peer was given may be given once more.
    ///
    /// So often until it acknowledges more, and then after pauses that grow: a peer that only asks would
    /// have megabytes sent for a few bytes.
    mutating func mayRestart(_ table: TableID, _ session: SessionID) -> Bool {
        guard let peer = self.sessions[session]?.tables[table] else { return false }
        if peer.restarts >= Self.restartsMax {
            let doublings = UInt64(min(peer.restarts - Self.restartsMax, 5))
            let pause = Self.roundPauseMin << (doublings + 3)
            guard self.schedule.now >= peer.restartedAt + pause else {
                // Asked again then, should nothing else come.
                self.schedule.digestWithin(pause, session)
                return false
            }
        }
        self.sessions[session]?.tables[table]?.restarts += 1
        self.sessions[session]?.tables[table]?.restartedAt = self.schedule.now
        return true
    }

    /// Sends a digest; a new exchange of heads may follow it.
    mutating func sendDigest(of table: TableID, to session: SessionID) -> [Effect] {
        guard let (held, peer) = self.effectiveTable(table, session) else { return [] }
        self.sessions[session]?.tables[table]?.forgetHeads()
        if peer.isRound { self.sessions[session]?.tables[table]?.digests += 1 }
        let theirs = held.logs[held.newestLog(of: peer.member)]
        let digest = HeadsDigest(
            table: table,
            digest: held.digest(without: peer.refused),
            complete: theirs?.complete ?? 0,
            isSettled: !held.owesReceipt,
            isRound: peer.isInRound,
            isFailing: self.isStoreFailing
        )
        return [.send(.headsDigest(digest), session)]
    }

    mutating func headsDigest(_ digest: HeadsDigest, from session: SessionID) -> [Effect] {
        let table = digest.table
        guard let (held, peer) = self.effectiveTable(table, session) else { return [] }
        if digest.isRound, !peer.isRound {
            self.sessions[session]?.tables[table]?.beginRound()
        }
        self.sessions[session]?.tables[table]?.isPeerInRound = digest.isRound
        self.sessions[session]?.tables[table]?.peerComplete = digest.complete
        let isGiven = !held.refused.union(peer.refused).contains(held.ownLog)
        guard digest.digest == held.digest(without: peer.refused) else {
            self.sessions[session]?.tables[table]?.forgetHeads()
            let effects = self.sendHeads(of: table, to: session)
            // What the peer holds of the own log is filled, whatever others write meanwhile.
            let known = min(peer.next[held.ownLog] ?? 0, peer.acknowledged[held.ownLog] ?? 0)
            guard isGiven, digest.complete < known else { return effects }
            return effects
                + self.fillOwnLog(from: digest.complete, until: known, table, session)
        }
        self.noteEqualHeads(held, table, session)
        self.noteLevel(of: peer.member, in: table, refusing: peer.refused)
        let mine = held.logs[held.ownLog]?.size ?? 0
        if isGiven, digest.complete < mine {
            return self.fillOwnLog(from: digest.complete, until: mine, table, session)
        }
        return self.settle(held, digest, session)
    }

    /// Both hold the same: nothing is to be sent until something new commits.
    private mutating func noteEqualHeads(
        _ held: TableState,
        _ table: TableID,
        _ session: SessionID
    ) {
        let sizes = held.logs.mapValues(\.size)
        self.sessions[session]?.tables[table]?.next = sizes
        self.sessions[session]?.tables[table]?.target = sizes
        self.sessions[session]?.tables[table]?.knowsHeads = true
        self.sessions[session]?.tables[table]?.inFlight = 0
        // What comes from here on begins anew, also in a round of which the end is not heard of.
        self.sessions[session]?.tables[table]?.digests = 0
    }

    /// Heads are equal and the peer has all that is addressed to it: receipts, asks, the end.
    private mutating func settle(
        _ held: TableState,
        _ digest: HeadsDigest,
        _ session: SessionID
    ) -> [Effect] {
        let table = digest.table
        self.sessions[session]?.tables[table]?.restarts = 0
        guard let peer = self.sessions[session]?.tables[table], peer.isRound else { return [] }
        var effects = self.askForMissing(of: table, from: session)
        if held.owesReceipt { return effects + self.writeReceipt(table) }
        let theirs = held.newestLog(of: peer.member)
        let isRefused = held.refused.union(peer.refused).contains(theirs)
        let isComplete =
            isRefused || held.logs[theirs].map { $0.complete == $0.size } ?? true
        let isAwaited = self.sessions[session]?.tables[table]?.awaits(held.me) ?? false
        if peer.isInRound, digest.isSettled, isComplete, !isAwaited {
            self.sessions[session]?.tables[table]?.isInRound = false
            self.schedule.noteLevel(table, session)
            effects.append(.roundEnded(session, table))
        }
        // The other side's round ends with this answer; one that owes a receipt writes it then.
        let isOwed = peer.isInRound && !digest.isSettled
        if digest.isRound || isOwed { effects += self.sendDigest(of: table, to: session) }
        return effects
    }

    mutating func writeReceipt(_ table: TableID) -> [Effect] {
        guard self.writingReceipts.insert(table).inserted else { return [] }
        return [.writeReceipt(table)]
    }

    mutating func receiptDue(_ table: TableID) -> [Effect] {
        guard self.tables[table]?.owesReceipt == true else { return [] }
        return self.writeReceipt(table)
    }

    mutating func receipted(table: TableID, states: [LogID: LogState]) -> [Effect] {
        self.writingReceipts.remove(table)
        for (log, state) in states { self.tables[table]?.set(state, of: log) }
        return []
    }

    /// Asks a peer for entries that only their author, who is not this peer, said nothing about.
    mutating func askForMissing(of table: TableID, from session: SessionID) -> [Effect] {
        guard let (held, peer) = self.effectiveTable(table, session) else { return [] }
        var effects: [Effect] = []
        let refused = held.refused.union(peer.refused)
        for (log, state) in held.logs.sorted(by: { $0.key < $1.key })
        where held.isTakenIn(log) && log.member != peer.member && state.complete < state.size
            && !refused.contains(log) && !held.isClosed(log)
            && peer.asked[log, default: 0] < state.size
        {
            self.sessions[session]?.tables[table]?.asked[log] = state.size
            self.sessions[session]?.tables[table]?.awaited[log] = state.complete
            let ask = Ask(table: table, log: log, from: state.complete, until: state.size)
            effects.append(.send(.ask(ask), session))
        }
        return effects
    }

    /// Sends the own heads, once in an exchange for each state they can be in, and not for ever while
    /// that changes: each starts the sending anew.
    mutating func sendHeads(of table: TableID, to session: SessionID) -> [Effect] {
        guard let (held, peer) = self.effectiveTable(table, session) else { return [] }
        let heads = held.heads(of: table, foreign: peer.foreign)
        guard peer.headsSent != heads else { return [] }
        guard peer.headsCount < Self.headsInExchangeMax else {
            // Nobody goes on otherwise: who is ahead waits for these heads.
            return peer.isRound ? self.continueRound(table, with: session) : []
        }
        self.sessions[session]?.tables[table]?.headsSent = heads
        self.sessions[session]?.tables[table]?.headsCount += 1
        return [.send(.heads(heads), session)]
    }

    mutating func heads(_ heads: Heads, from session: SessionID) -> [Effect] {
        let table = heads.table
        guard let (held, _) = self.effectiveTable(table, session) else { return [] }
        self.sessions[session]?.tables[table]?.refused = Set(heads.refused)
        self.sessions[session]?.tables[table]?.isPeerRecovering = heads.isRecovering
        let foreign = Set(heads.logs.lazy.map(\.log).filter { !held.isKnown($0) })
        self.sessions[session]?.tables[table]?.foreign = foreign
        self.sessions[session]?.tables[table]?.noteShown(heads, with: held)
        var effects = self.passOnEvidence(of: table, to: session)
        effects += self.examine(heads, with: held, session: session)
        let refused = held.refused.union(heads.refused).union(foreign)
        let sizes = held.logs.filter { !refused.contains($0.key) }.mapValues(\.size)
        var next = sizes.mapValues { _ in UInt64(0) }
        var isBehind = false
        for head in heads.logs where !refused.contains(head.log) {
            let size = sizes[head.log] ?? 0
            // Of a pinned log more than counts is nothing that anybody lacks.
            if let pin = held.pin(of: head.log), head.size >= pin.size {
                next[head.log] = size
                isBehind = isBehind || size < pin.size
            } else {
                next[head.log] = head.size
                isBehind = isBehind || held.isTakenIn(head.log) && head.size > size
            }
        }
        let isAgain =
            self.sessions[session]?.tables[table]?.given
            .contains { log, size in (next[log] ?? size) < size } ?? false
        // What was given already is given again so often, and then now and then.
        let isGiven = !isAgain || self.mayRestart(table, session)
        if isGiven {
            self.sessions[session]?.tables[table]?.next = next
            self.sessions[session]?.tables[table]?.target = sizes
            self.sessions[session]?.tables[table]?.knowsHeads = true
            self.sessions[session]?.tables[table]?.inFlight = 0
        }
        // A peer that does not know what is refused here would compare it for ever.
        let isUnknown =
            !foreign.isEmpty || heads.logs.contains { held.refused.contains($0.log) }
        if isBehind || isUnknown { effects += self.sendHeads(of: table, to: session) }
        guard isGiven else { return effects }
        effects += self.pump(table, session)
        // What differed came over another session meanwhile: nothing is sent here and acknowledged, so
        // the round goes on with a digest.
        guard self.sessions[session]?.tables[table]?.isRound == true, next == sizes else {
            return effects
        }
        return effects + self.continueRound(table, with: session)
    }
}
