import Cryptography
import SyncLog
import Wire

/// What a node knows of one connection.
struct Session: Sendable {
    let peer: NodeID
    let isInitiator: Bool
    var hasHello = false
    /// Tables that the own hello named.
    var offered: Set<TableID> = []
    /// Tables that the peer named in its hello or in a table file, held here or not.
    var named: Set<TableID> = []
    /// Tables that both are at; the peer may not hold one that it did not name.
    var tables: [TableID: SessionTable] = [:]
}

/// What a node knows of one table over one connection.
struct SessionTable: Sendable {
    /// The peer's number at the table.
    let member: MemberNumber
    /// Where the next chunk of each log starts; absent before heads were compared.
    var next: [LogID: UInt64] = [:]
    /// How far each log is to be sent.
    var target: [LogID: UInt64] = [:]
    /// Whether the peer's sizes are known.
    var knowsHeads = false
    /// Logs that are being read for the peer.
    var reading: Set<LogID> = []
    /// The log that was read for the peer last.
    var readLast: LogID?
    /// Chunks sent and not acknowledged.
    var inFlight = 0
    /// When the first of them was sent, or the peer last acknowledged more.
    var awaitedSince: UInt64 = 0
    /// A fill is being read for the peer.
    var isFilling = false
    /// The own heads as they were last sent.
    var headsSent: Heads?
    /// How often they were sent since the last digest.
    var headsCount = 0
    /// The own heads as they were last sent because a chunk could not be taken.
    var gapHeadsSent: Heads?
    /// This side wants the round to end with everything settled.
    var isInRound = false
    /// So does the other side.
    var isPeerInRound = false
    /// Digests sent in this round.
    var digests = 0
    /// What either side held of each log when heads were first compared in this round.
    var goal: [LogID: UInt64] = [:]
    /// When both sides had that.
    var goalReachedAt: UInt64?
    /// Whether it was told that they have, although the round goes on.
    var isCaughtUp = false
    /// How far the peer showed to hold each log.
    var shown: [LogID: UInt64] = [:]
    /// How far the peer said that all of the own log that is for it was given.
    var peerComplete: UInt64 = 0
    /// Ranges that the peer was asked for in this round, by log: index after the last.
    var asked: [LogID: UInt64] = [:]
    /// Where the peer's next answer must start, by log.
    var awaited: [LogID: UInt64] = [:]
    /// Logs of others of which entries are being read because the peer asked.
    var answering: Set<LogID> = []
    /// Logs of which the peer takes and gives nothing, as its heads say.
    var refused: Set<LogID> = []
    /// Logs in the peer's heads that cannot exist here: it knows another charter.
    var foreign: Set<LogID> = []
    /// Disputed logs of which the peer sent or was sent the evidence: the index it is of.
    var evidenceKnown: [LogID: UInt64] = [:]
    /// Pinned logs that were let go of because of what the peer holds.
    var letGo: Set<LogID> = []
    /// Searches for the first difference, by log.
    var traces: [LogID: Trace] = [:]
    /// Logs of which a proof is being read because the peer asked.
    var proving: Set<LogID> = []
    /// How far the peer acknowledged a log over this session.
    var acknowledged: [LogID: UInt64] = [:]
    /// How far fills of the own log were given over this session.
    var ownFilled: UInt64 = 0
    /// How far fills of a log came over this session.
    var filled: [LogID: UInt64] = [:]
    /// How often what was given already was to be given again, since the peer last acknowledged more.
    var restarts = 0
    /// When that was last.
    var restartedAt: UInt64 = 0
    /// How far a log was given over this session.
    var given: [LogID: UInt64] = [:]
    /// Own logs of the peer that its heads showed shorter than they are held here: it was asked for a
    /// proof, which shows how long they are by then.
    var probed: [LogID: UInt64] = [:]
    /// The peer fetches its own log back, as its heads say.
    var isPeerRecovering = false

    init(member: MemberNumber) { self.member = member }

    /// A new exchange: heads may be sent again.
    mutating func forgetHeads() {
        self.headsSent = nil
        self.headsCount = 0
        self.gapHeadsSent = nil
    }

    /// Whether the peer is still to answer what it has of a member's logs.
    func awaits(_ member: MemberNumber) -> Bool {
        self.awaited.keys.contains { $0.member == member }
    }

    /// Nothing more of a log is sent, asked or compared.
    mutating func drop(_ log: LogID) {
        self.target[log] = nil
        self.traces[log] = nil
        self.awaited[log] = nil
        self.asked[log] = nil
    }

    /// A round begins, of this side or of the other.
    mutating func beginRound() {
        self.digests = 0
        self.goal = [:]
        self.goalReachedAt = nil
        self.isCaughtUp = false
    }

    /// Notes that the peer holds a log up to a size.
    mutating func noteShown(_ size: UInt64, of log: LogID) {
        self.shown[log] = max(self.shown[log] ?? 0, size)
    }

    /// Notes what the peer's heads show; the first ones of a round say what it is to come to.
    mutating func noteShown(_ heads: Heads, with held: TableState) {
        // In place of what it showed before: its store may have been put back.
        self.shown = [:]
        for head in heads.logs where held.isKnown(head.log) {
            self.noteShown(head.size, of: head.log)
        }
        guard self.isInRound, self.goal.isEmpty else { return }
        self.goal = held.logs.mapValues(\.size).merging(self.shown) { max($0, $1) }
    }

    /// Whether both sides have what either held when heads were first compared in this round.
    func isGoalReached(by held: TableState) -> Bool {
        let refused = held.refused.union(self.refused).union(self.foreign)
        let theirs = held.newestLog(of: self.member)
        // Who holds more of the own log knows what this node does not.
        let isAhead = self.shown[held.ownLog] ?? 0 > held.logs[held.ownLog]?.size ?? 0
        return !self.goal.isEmpty && !isAhead
            && self.goal.allSatisfy { log, size in
                guard !refused.contains(log) else { return true }
                let goal = held.pin(of: log).map { min($0.size, size) } ?? size
                let own = held.logs[log]
                guard own?.size ?? 0 >= goal, self.shown[log] ?? 0 >= goal else { return false }
                if log == theirs { return own?.complete ?? 0 >= goal }
                guard log == held.ownLog else { return true }
                return max(self.peerComplete, self.acknowledged[log] ?? 0) >= goal
            }
    }

    var isRound: Bool { self.isInRound || self.isPeerInRound }

    /// Nothing is being sent, read or waited for.
    var isIdle: Bool {
        self.inFlight == 0 && self.reading.isEmpty && !self.isFilling
            && self.target.allSatisfy { log, size in
                !self.isGiven(log) || self.next[log, default: 0] >= size
            }
    }

    /// Whether the peer takes entries of a log: its own come from it, but while it fetches them back.
    func isGiven(_ log: LogID) -> Bool {
        (log.member != self.member || self.isPeerRecovering) && !self.refused.contains(log)
    }
}

extension SyncEngine {
    mutating func connected(
        _ session: SessionID,
        peer: NodeID,
        isInitiator: Bool
    ) -> [Effect] {
        self.sessions[session] = Session(peer: peer, isInitiator: isInitiator)
        // The server speaks first: a client's TLS handshake may end before the server refuses it.
        guard !isInitiator else { return [] }
        let hello = self.hello(for: peer)
        self.sessions[session]?.offered = Set(hello.tables.keys)
        return [.send(.hello(hello), session)]
    }

    mutating func disconnected(_ session: SessionID) -> [Effect] {
        self.sessions[session] = nil
        for table in self.waiting.keys {
            for log in self.waiting[table, default: [:]].keys {
                self.waiting[table]?[log]?.removeAll { $0.session == session }
            }
        }
        return []
    }

    private func hello(for peer: NodeID) -> Hello {
        var tables: [TableID: Digest] = [:]
        for (table, state) in self.tables.sorted(by: { $0.key < $1.key })
        where state.file.governing.member(identity: peer) != nil
            && tables.count < PeerMessage.tablesMax
        {
            tables[table] = state.file.fileHash
        }
        return Hello(version: 1, card: self.card, tables: tables, instance: self.instance)
    }

    mutating func hello(_ hello: Hello, from session: SessionID) -> [Effect] {
        guard var state = self.sessions[session] else { return [] }
        guard !state.hasHello else { return [] }
        guard hello.version == 1 else {
            return [.close(session, .version, "this node speaks protocol version 1")]
        }
        guard hello.card.identity == state.peer else {
            return [.close(session, .verification, "the hello's card is not the certificate's")]
        }
        state.hasHello = true
        state.named = Set(hello.tables.keys)
        var effects: [Effect] = []
        if self.instances[state.peer, default: Instances()].areTwo(hello.instance) {
            effects.append(.report(.twoCopies(state.peer), session))
        }
        var changed: [TableID] = []
        if state.isInitiator {
            let answer = self.hello(for: state.peer)
            state.offered = Set(answer.tables.keys)
            effects.append(.send(.hello(answer), session))
        }
        for (table, hash) in hello.tables.sorted(by: { $0.key < $1.key }) {
            guard var held = self.tables[table],
                let member = held.file.governing.member(identity: state.peer)
            else { continue }
            state.tables[table] = SessionTable(member: member.number)
            let before = held.file
            self.update(&held.file, with: hello.card)
            if held.file != before {
                self.tables[table] = held
                effects.append(.storeTable(held.file))
                changed.append(table)
            }
            // A charter that came after a server's hello: its client does not know yet that both are at
            // the table, whatever its hash.
            if held.file.fileHash != hash || !state.offered.contains(table) {
                effects.append(.send(.tableFile(held.file), session))
            }
        }
        self.sessions[session] = state
        for table in state.tables.keys.sorted() { effects += self.startRound(table, with: session) }
        for table in changed { effects += self.announce(table, except: session) }
        return effects
    }

    mutating func tableFile(_ file: TableFile, from session: SessionID) -> [Effect] {
        let table = file.table
        // What it accepted before this node does counts once this one does too.
        if self.tables[table] != nil
            || self.sessions[session]?.named.count ?? 0 < PeerMessage.tablesMax
        {
            self.sessions[session]?.named.insert(table)
        }
        // A table that no operator accepted here is not ours to take from the network.
        guard var held = self.tables[table], let peer = self.sessions[session]?.peer else {
            return []
        }
        let before = held.file
        // One that does not fit in is left.
        _ = try? held.file.merge(self.timely(file, held: held.file))
        // Whoever is not at the table is neither believed nor answered.
        guard let member = held.file.governing.member(identity: peer) else { return [] }
        var effects: [Effect] = []
        if let version = before.rivalVersion(in: file) {
            let rival = RivalCharters(version: version, one: before, other: file)
            effects.append(.report(.rivalCharters(table, rival), session))
        }
        if let own = file.member(identity: self.node)?.number, let theirs = file.cards[own],
            theirs.version == self.card.version, theirs != self.card
        {
            effects.append(.report(.otherCard(table, theirs), session))
        }
        let isNew = held.file != before
        if isNew {
            self.tables[table] = held
            self.leave(table)
            effects.append(.storeTable(held.file))
        }
        if self.sessions[session]?.tables[table] == nil {
            self.sessions[session]?.tables[table] = SessionTable(member: member.number)
        }
        // Two cards of one version would be sent to and fro for ever: only news is an answer.
        var theirs = file
        if (try? theirs.merge(held.file)) == true {
            effects.append(.send(.tableFile(held.file), session))
        }
        guard isNew else { return effects }
        effects += self.startRound(table, with: session)
        return effects + self.announce(table, except: session)
    }

    mutating func tableChanged(_ state: TableState) -> [Effect] {
        let table = state.file.table
        if var held = self.tables[table] {
            held.file = state.file
            self.tables[table] = held
        } else {
            self.tables[table] = state
        }
        self.leave(table)
        return self.announce(table, except: nil)
    }

    /// Ends a table's part of the sessions with nodes that are not at it any more.
    private mutating func leave(_ table: TableID) {
        guard let charter = self.tables[table]?.file.governing else { return }
        for (session, state) in self.sessions where charter.member(identity: state.peer) == nil {
            self.sessions[session]?.tables[table] = nil
        }
    }

    /// Sends the table's file to every session with a member, and starts rounds where it counts now.
    mutating func announce(_ table: TableID, except source: SessionID?) -> [Effect] {
        guard let held = self.tables[table] else { return [] }
        var effects: [Effect] = []
        for session in self.sessions.keys.sorted() {
            guard let state = self.sessions[session], state.hasHello,
                let member = held.file.governing.member(identity: state.peer)
            else { continue }
            if state.tables[table] == nil {
                self.sessions[session]?.tables[table] = SessionTable(member: member.number)
            }
            guard session != source else { continue }
            effects.append(.send(.tableFile(held.file), session))
            effects += self.startRound(table, with: session)
        }
        return effects
    }
}
