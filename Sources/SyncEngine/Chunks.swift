import Cryptography
import SyncLog
import Wire

/// Sending and taking in chunks and fills.
extension SyncEngine {
    /// Has items read for the peer while it lacks some and not too many are on their way.
    mutating func pump(_ table: TableID, _ session: SessionID) -> [Effect] {
        guard let peer = self.sessions[session]?.tables[table], peer.knowsHeads else { return [] }
        var effects: [Effect] = []
        var room = Self.chunksInFlightMax - peer.inFlight - peer.reading.count
        // In turn, so that a long log keeps no other waiting.
        let targets = peer.target.sorted { $0.key < $1.key }
        let place = targets.firstIndex { log, _ in peer.readLast.map { log > $0 } ?? true }
        for (log, size) in targets[(place ?? 0)...] + targets[..<(place ?? 0)] {
            let next = peer.next[log, default: 0]
            guard room > 0, next < size, peer.isGiven(log), !peer.reading.contains(log) else {
                continue
            }
            room -= 1
            self.sessions[session]?.tables[table]?.reading.insert(log)
            self.sessions[session]?.tables[table]?.readLast = log
            effects.append(
                .readChunk(
                    ChunkRequest(table: table, log: log, from: next, reader: peer.member),
                    session
                )
            )
        }
        return effects
    }

    mutating func chunkRead(
        _ chunk: Chunk?,
        for request: ChunkRequest,
        to session: SessionID
    ) -> [Effect] {
        let table = request.table
        guard var peer = self.sessions[session]?.tables[table] else { return [] }
        peer.reading.remove(request.log)
        var effects: [Effect] = []
        if let chunk, peer.next[request.log, default: 0] == request.from {
            peer.next[request.log] = request.from + UInt64(chunk.items.count)
            // What is given once more was awaited before.
            if peer.inFlight == 0, peer.restarts == 0 { peer.awaitedSince = self.schedule.now }
            peer.inFlight += 1
            effects.append(.send(.chunk(chunk), session))
        } else if chunk == nil {
            peer.target[request.log] = peer.next[request.log, default: 0]
        }
        self.sessions[session]?.tables[table] = peer
        return effects + self.pump(table, session)
    }

    mutating func ack(_ ack: Ack, from session: SessionID) -> [Effect] {
        guard var peer = self.sessions[session]?.tables[ack.table],
            self.tables[ack.table]?.logs[ack.log] != nil
        else { return [] }
        peer.inFlight = max(peer.inFlight - 1, 0)
        peer.next[ack.log] = max(peer.next[ack.log, default: 0], ack.size)
        // No more than there is: a liar shows nothing by it.
        let held = self.tables[ack.table]?.logs[ack.log]?.size ?? 0
        peer.noteShown(min(ack.size, held), of: ack.log)
        self.sessions[session]?.tables[ack.table] = peer
        let effects = self.pump(ack.table, session)
        guard peer.isRound, self.sessions[session]?.tables[ack.table]?.isIdle == true else {
            return effects
        }
        return effects + self.continueRound(ack.table, with: session)
    }

    mutating func chunk(_ chunk: Chunk, from session: SessionID) -> [Effect] {
        guard let held = self.tables[chunk.table], held.isEffective,
            let peer = self.sessions[session]?.tables[chunk.table]
        else { return [.report(.notAMember, session)] }
        // The own log is written here and nowhere else.
        guard held.isTakenIn(chunk.log) else { return [] }
        // More than that no honest sender has on its way: dropped as if lost.
        guard self.undurableCount(chunk.table, session) < Self.chunksUndurableMax else { return [] }
        let end = chunk.from + UInt64(chunk.items.count)
        let durable = held.logs[chunk.log] ?? LogState()
        let newest = self.pending[chunk.table]?[chunk.log] ?? durable
        let verified: VerifiedChunk?
        do throws(ChunkError) {
            verified = try held.verify(chunk, from: peer.member, held: newest)
        } catch {
            return self.refuse(chunk, error, from: session)
        }
        // What the peer sent it has.
        self.sessions[session]?.tables[chunk.table]?.noteShown(end, of: chunk.log)
        self.sessions[session]?.tables[chunk.table]?.next[chunk.log] = max(
            peer.next[chunk.log, default: 0],
            end
        )
        let isByAuthor = peer.member == chunk.log.member
        let fill = isByAuthor ? chunk.fill(for: durable) : nil
        let effects = fill.map { [Effect.storeFill($0, session, isByAuthor: true)] } ?? []
        guard let verified else {
            guard end > durable.size else {
                let ack = Ack(table: chunk.table, log: chunk.log, size: durable.size)
                return effects + [.send(.ack(ack), session)]
            }
            self.noteWaiting(chunk, until: end, from: session)
            return effects
        }
        let standing = self.standing(verified.state, of: chunk.log, in: chunk.table)
        if case .over = standing {
            return self.putAside(chunk.log, of: chunk.table, standing, over: session)
        }
        self.pending[chunk.table, default: [:]][chunk.log] = verified.state
        self.noteWaiting(chunk, until: end, from: session)
        return effects + [.store(verified)]
            + self.putAside(chunk.log, of: chunk.table, standing, over: session)
    }

    /// Notes that the peer is to hear when a log is durable up to `end`; once, however often it sent.
    private mutating func noteWaiting(_ chunk: Chunk, until end: UInt64, from session: SessionID) {
        let waiting = self.waiting[chunk.table]?[chunk.log] ?? []
        guard !waiting.contains(where: { $0.session == session && $0.size == end }) else { return }
        self.waiting[chunk.table, default: [:]][chunk.log, default: []].append((session, end))
    }

    /// Chunks of a session that are verified, or overtaken by such, and not durable yet.
    private func undurableCount(_ table: TableID, _ session: SessionID) -> Int {
        self.waiting[table, default: [:]].values.reduce(0) { count, waiting in
            count + waiting.count { $0.session == session }
        }
    }

    private mutating func refuse(
        _ chunk: Chunk,
        _ error: ChunkError,
        from session: SessionID
    ) -> [Effect] {
        let (table, log) = (chunk.table, chunk.log)
        switch error {
        case .gap:
            // Something was lost on the way; heads start the sending anew.
            return self.answerWithHeads(of: table, to: session)
        case .refused, .unknownLog:
            // The sender does not know yet that nothing of this log is taken, or knows another charter;
            // heads tell.
            return self.answerWithHeads(of: table, to: session)
        case .root, .checkpointSignature:
            // The author may have signed two histories, or the sender has changed what it sends: proofs
            // tell, and before they do nobody is blamed.
            return self.trace(log, of: table, for: .mismatch, over: session)
        case .index, .payload, .checkpointSize, .card:
            // Whoever holds the log has checked the same: this is the sender's own doing.
            return [
                .report(.chunk(log, error), session),
                .close(session, .verification, "a chunk did not verify"),
            ]
        }
    }

    /// Sends heads because a chunk cannot be taken, once in this state: what else was on its way
    /// cannot either.
    mutating func answerWithHeads(
        of table: TableID,
        to session: SessionID
    ) -> [Effect] {
        guard let held = self.tables[table], let peer = self.sessions[session]?.tables[table] else {
            return []
        }
        let heads = held.heads(of: table, foreign: peer.foreign)
        guard self.sessions[session]?.tables[table]?.gapHeadsSent != heads else { return [] }
        self.sessions[session]?.tables[table]?.gapHeadsSent = heads
        return [.send(.heads(heads), session)]
    }

    mutating func stored(_ chunk: VerifiedChunk, state: LogState) -> [Effect] {
        let table = chunk.table
        self.isStoreFailing = false
        self.tables[table]?.set(state, of: chunk.log)
        if self.pending[table]?[chunk.log]?.size == state.size {
            self.pending[table]?[chunk.log] = nil
        }
        var effects: [Effect] = []
        let waiting = self.waiting[table]?[chunk.log] ?? []
        for waiter in waiting where waiter.size <= state.size {
            effects.append(
                .send(.ack(Ack(table: table, log: chunk.log, size: state.size)), waiter.session)
            )
        }
        self.waiting[table]?[chunk.log] = waiting.filter { $0.size > state.size }
        if state.isReceiptDue, state.unreceipted >= Self.unreceiptedMax,
            self.tables[table]?.owesReceipt == true
        {
            effects += self.writeReceipt(table)
        }
        return effects
    }

    /// Peers are told once that what they give is not kept; what was dropped they send again after the
    /// next digests, each of which says whether it is so still.
    mutating func storeFailed(_ chunk: VerifiedChunk?) -> [Effect] {
        if let chunk {
            self.pending[chunk.table]?[chunk.log] = nil
            self.waiting[chunk.table]?[chunk.log] = nil
        }
        guard !self.isStoreFailing else { return [] }
        self.isStoreFailing = true
        return self.sessions.keys.sorted().flatMap { self.digestDue($0) }
    }

    mutating func committed(table: TableID, log: LogID, state: LogState) -> [Effect] {
        guard self.tables[table] != nil else { return [] }
        self.isStoreFailing = false
        self.tables[table]?.set(state, of: log)
        guard self.tables[table]?.refused.contains(log) == false else { return [] }
        var effects: [Effect] = []
        for session in self.sessions.keys.sorted()
        where self.sessions[session]?.tables[table] != nil {
            self.sessions[session]?.tables[table]?.target[log] = state.size
            effects += self.pump(table, session)
        }
        return effects
    }

    // MARK: Fills

    mutating func fillOwnLog(
        from: UInt64,
        until: UInt64,
        _ table: TableID,
        _ session: SessionID
    ) -> [Effect] {
        guard let held = self.tables[table], let peer = self.sessions[session]?.tables[table],
            !peer.isFilling
        else { return [] }
        // What was filled already is filled again so often, and then now and then.
        let isAgain = from < peer.ownFilled
        guard !isAgain || self.mayRestart(table, session) else { return [] }
        self.sessions[session]?.tables[table]?.ownFilled = max(peer.ownFilled, until)
        self.sessions[session]?.tables[table]?.isFilling = true
        let request = FillRequest(
            table: table,
            log: held.ownLog,
            from: from,
            until: until,
            reader: peer.member
        )
        return [.readFill(request, session)]
    }

    mutating func ask(_ ask: Ask, from session: SessionID) -> [Effect] {
        guard let held = self.tables[ask.table], held.isEffective,
            let peer = self.sessions[session]?.tables[ask.table],
            let state = held.logs[ask.log], ask.from < state.size
        else { return [] }
        guard ask.log != held.ownLog else {
            return self.fillOwnLog(
                from: ask.from,
                until: min(ask.until, state.size),
                ask.table,
                session
            )
        }
        // One answer at a time: a question is a few bytes, an answer megabytes.
        let isNew = self.sessions[session]?.tables[ask.table]?.answering.insert(ask.log).inserted
        guard isNew == true else { return [] }
        let request = FillRequest(
            table: ask.table,
            log: ask.log,
            from: ask.from,
            until: min(ask.until, state.size),
            reader: peer.member
        )
        return [.readFill(request, session)]
    }

    mutating func fillRead(_ fill: Fill, to session: SessionID) -> [Effect] {
        guard self.sessions[session]?.tables[fill.table] != nil else { return [] }
        if fill.log == self.tables[fill.table]?.ownLog {
            self.sessions[session]?.tables[fill.table]?.isFilling = false
        } else {
            self.sessions[session]?.tables[fill.table]?.answering.remove(fill.log)
        }
        return [.send(.fill(fill), session)]
    }

    mutating func fill(_ fill: Fill, from session: SessionID) -> [Effect] {
        guard let held = self.tables[fill.table], let state = held.logs[fill.log],
            held.isTakenIn(fill.log), !held.refused.contains(fill.log), fill.until <= state.size,
            let peer = self.sessions[session]?.tables[fill.table]
        else { return [] }
        let isByAuthor = peer.member == fill.log.member
        // Nothing to store: an answer costs a write only where it brings something.
        guard !fill.entries.isEmpty || isByAuthor && fill.completes(state) else {
            return self.fillStored(fill, from: session, state: state)
        }
        return [.storeFill(fill, session, isByAuthor: isByAuthor)]
    }

    mutating func fillStored(
        _ fill: Fill,
        from session: SessionID,
        state: LogState?
    ) -> [Effect] {
        // Another entry than the one whose leaf is held: of another history, or changed on the way.
        guard let state else {
            return self.trace(fill.log, of: fill.table, for: .mismatch, over: session)
        }
        self.isStoreFailing = false
        self.tables[fill.table]?.set(state, of: fill.log)
        // What a fill holds is known to be the author's once it is stored: one may be too much.
        let standing = self.standing(state, of: fill.log, in: fill.table)
        let effects = self.putAside(fill.log, of: fill.table, standing, over: session)
        guard let peer = self.sessions[session]?.tables[fill.table] else { return effects }
        if peer.member == fill.log.member {
            // The author goes on from what the digest says.
            if peer.isRound { return effects + self.continueRound(fill.table, with: session) }
            guard state.complete < state.size else { return effects }
            return effects + self.sendDigest(of: fill.table, to: session)
        }
        guard effects.isEmpty, peer.awaited[fill.log] == fill.from else { return effects }
        let isOver = fill.until >= state.size
        self.sessions[session]?.tables[fill.table]?.awaited[fill.log] = isOver ? nil : fill.until
        // A round that recovers waits for the answers about the own log.
        guard !isOver else {
            return fill.log.member == self.tables[fill.table]?.me
                ? self.sendDigest(of: fill.table, to: session) : []
        }
        let ask = Ask(table: fill.table, log: fill.log, from: fill.until, until: state.size)
        return [.send(.ask(ask), session)]
    }
}

extension Chunk {
    /// The entries of an author's chunk whose places a relay filled with leaf hashes before it, as a
    /// fill; `nil` where the author had given all of that.
    fileprivate func fill(for held: LogState) -> Fill? {
        let until = min(self.from + UInt64(self.items.count), held.size)
        guard self.from < until, held.complete < until else { return nil }
        let entries = zip(self.from..<until, self.items).compactMap { index, item -> Entry? in
            guard case .full(let entry) = item, entry.header.index == index else { return nil }
            return entry
        }
        return Fill(
            table: self.table,
            log: self.log,
            from: self.from,
            until: until,
            entries: entries,
            // The author's own fill says that all was given.
            isComplete: false
        )
    }
}
