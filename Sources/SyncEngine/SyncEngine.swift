package import Cryptography
package import SyncLog
package import Wire

/// Names one connection to a peer for as long as it lasts.
package struct SessionID: Hashable, Comparable, Sendable {
    /// Counts the connections of a node.
    package let rawValue: UInt64

    /// Wraps a number that the shell has not used before.
    package init(_ rawValue: UInt64) { self.rawValue = rawValue }

    /// Orders by age.
    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
}

/// One node's side of synchronisation, without I/O, clock or randomness (`Protocol/sync.md`).
///
/// The shell reports events and carries out the effects in the order given. The same state and
/// event always give the same effects, so a run can be replayed from its events alone. Any message
/// may be lost, repeated or reordered: the next round repairs it.
package struct SyncEngine: Sendable {
    /// What happened outside.
    package enum Event: Sendable {
        /// A table was created, accepted or signed here; it is durable.
        case tableChanged(TableState)
        /// Own entries were committed and are durable; the state of the own log after that.
        case committed(table: TableID, log: LogID, state: LogState)
        /// An own receipt was committed and is durable; the states of the logs it covers. Empty when
        /// there was nothing to confirm after all.
        case receipted(table: TableID, states: [LogID: LogState])
        /// A connection with an admitted peer stands.
        case connected(SessionID, peer: NodeID, isInitiator: Bool)
        /// A frame came.
        case received(PeerMessage, SessionID)
        /// A frame came that is not the canonical form of a message within its limits.
        case undecodable(WireError, SessionID)
        /// The connection is gone.
        case disconnected(SessionID)
        /// A chunk is durable; the log's state with it.
        case stored(VerifiedChunk, state: LogState)
        /// A chunk could not be stored and was dropped, or with `nil` a fill or an own receipt.
        case storeFailed(VerifiedChunk?)
        /// A fill is durable; the log's state with it, or `nil` when the fill was refused.
        case fillStored(Fill, SessionID, state: LogState?)
        /// The items asked for were read; `nil` when nothing can be given.
        case chunkRead(Chunk?, ChunkRequest, SessionID)
        /// The entries asked for were read.
        case fillRead(Fill, SessionID)
        /// What is held at an index was read; `nil` when nothing is.
        case branchRead(Proof?, BranchRequest, SessionID)
        /// A peer's proof was compared with what is held.
        case compared(ForkComparison, Proof, SessionID)
        /// Whether a peer's head below the size held has the root held.
        case headChecked(LogHead, TableID, SessionID, isHeld: Bool)
        /// A receipt quotes a tree of a third member's log that is not the one held.
        case quoted(LogHead, TableID, by: MemberNumber)
        /// A person wants a round with this peer, until ``Event/roundLeft(_:)``.
        case roundWanted(NodeID)
        /// Nobody waits for a round with this peer any more.
        case roundLeft(NodeID)
        /// What ``Effect/dial(_:_:)`` asked for came to nothing.
        case dialFailed(NodeID)
        /// The node listens and keeps itself connected from now on, or does so no more.
        case running(Bool)
        /// This node has a new card; it is durable.
        case cardChanged(Card)
        /// The own log of a table is to be fetched back from peers, from this state on, until
        /// ``Event/recovered(_:_:)``.
        case recovering(TableID, LogState)
        /// The own log of a table was fetched back, or confirmed by a peer or a person: it goes on
        /// from this state. `nil`: it was given up, or begins anew, and nothing may be written yet.
        case recovered(TableID, LogState?)
        /// The pinned logs that are held beyond their pin in another history, after
        /// ``Effect/storeTable(_:)``.
        case pinsCompared(TableID, off: Set<LogID>)
        /// What ``Effect/forget(_:_:)`` asked for is done, durably.
        case forgotten(TableID, LogID)
        /// Time went on: milliseconds since 1970 by a clock that never goes back, and fresh random bits.
        ///
        /// Due at ``SyncEngine/nextTick``; before any other event it tells when that happens.
        case tick(milliseconds: UInt64, random: UInt64)
    }

    /// What the shell must do now, in order.
    package enum Effect: Hashable, Sendable {
        /// Make the table's charters and cards durable, then report
        /// ``Event/pinsCompared(_:off:)``.
        case storeTable(TableFile)
        /// Let go of all that is held of a log, then report ``Event/forgotten(_:_:)``.
        case forget(TableID, LogID)
        /// Make a chunk durable, then report ``Event/stored(_:)``.
        case store(VerifiedChunk)
        /// Check a fill against the stored leaf hashes, make it durable, report ``Event/fillStored``.
        case storeFill(Fill, SessionID, isByAuthor: Bool)
        /// Read items for a peer, then report ``Event/chunkRead``.
        case readChunk(ChunkRequest, SessionID)
        /// Read entries addressed to a peer, then report ``Event/fillRead``.
        case readFill(FillRequest, SessionID)
        /// Read what is held at an index, then report ``Event/branchRead``.
        case readBranch(BranchRequest, SessionID)
        /// Compare a peer's proof with what is held, then report ``Event/compared``.
        case compare(Proof, SessionID)
        /// Compare a peer's head with the tree held, then report ``Event/headChecked``.
        case checkHead(LogHead, TableID, SessionID)
        /// Make the evidence of a fork durable, and that its log is disputed.
        case storeEvidence(ForkEvidence)
        /// Send a frame.
        case send(PeerMessage, SessionID)
        /// Say goodbye and close.
        case close(SessionID, GoodbyeCode, String)
        /// Append a receipt to the own log, then report ``Event/receipted`` and ``Event/committed``.
        case writeReceipt(TableID)
        /// A round ended: both sides hold the same.
        case roundEnded(SessionID, TableID)
        /// Nobody need wait for an own round any more: others write on and on, and both sides have what
        /// either held when it began. It goes on.
        case roundCaughtUp(SessionID, TableID)
        /// Nothing moved in a round for too long.
        case roundStalled(SessionID)
        /// Connect to a peer, at the first of its endpoints that answers; then report
        /// ``Event/connected(_:peer:isInitiator:)`` or ``Event/dialFailed(_:)``.
        case dial(NodeID, [Endpoint])
        /// Something an operator must know.
        case report(SyncFinding, SessionID?)
    }

    /// Most chunks that are sent and not acknowledged, per session and table.
    package static let chunksInFlightMax = 4
    /// Most chunks of one peer that wait to be durable, per session and table; more are dropped.
    ///
    /// More than a sender has in flight, because heads let it start anew.
    package static let chunksUndurableMax = 4 * chunksInFlightMax
    /// Milliseconds for which a round is waited for after both sides have what either held when it
    /// began, while more comes.
    static let caughtUpTime: UInt64 = 3_000
    /// Digests of a round that are sent at once; between further ones there are pauses.
    static let promptDigestsMax = 8
    /// Heads that are sent between two digests, but those that answer a gap.
    static let headsInExchangeMax = 3
    /// How often what a peer was given is given again at once, until it acknowledges more.
    static let restartsMax = 16
    /// The first pause, in milliseconds; each is twice the one before, 32 times this at most.
    static let roundPauseMin: UInt64 = 100
    /// Entries after which a receipt is written without waiting for the end of a round.
    package static let unreceiptedMax: UInt64 = 1_024

    /// The node's ID.
    package let node: NodeID
    /// The node's card, sent in every hello.
    package internal(set) var card: Card
    /// Everything held, by table.
    package internal(set) var tables: [TableID: TableState]

    var sessions: [SessionID: Session] = [:]
    /// Chunks that were verified and are not durable yet: the newest state, per table and log.
    var pending: [TableID: [LogID: LogState]] = [:]
    /// Who waits for an acknowledgement, per table and log.
    var waiting: [TableID: [LogID: [(session: SessionID, size: UInt64)]]] = [:]
    /// Tables for which a receipt is being written.
    var writingReceipts: Set<TableID> = []
    /// Whom to dial when, and what is due on each session.
    var schedule = SessionSchedule()
    /// The store refused the last that it was to keep.
    var isStoreFailing = false
    /// Which new cards are taken over when.
    var cardRate = CardRate()
    /// Peers with which somebody waits for a round.
    var wantedRounds: Set<NodeID> = []
    /// The processes that peers ran as.
    var instances: [NodeID: Instances] = [:]
    /// Names this process in hellos; random.
    let instance: UInt64

    /// Creates the engine of a node that holds `tables`, in a process of this name.
    package init(card: Card, tables: [TableID: TableState], instance: UInt64 = 0) {
        self.node = card.identity
        self.card = card
        self.tables = tables
        self.instance = instance
        self.refreshTargets()
    }

    /// Advances the engine by one event and returns what must be done.
    package mutating func handle(_ event: Event) -> [Effect] {
        let effects = self.act(on: event)
        return effects + self.keepTime(after: event, effects) + self.tellCaughtUp(after: event)
    }

    private mutating func act(on event: Event) -> [Effect] {
        switch event {
        case .tableChanged(let state): self.tableChanged(state)
        case .committed(let table, let log, let state):
            self.committed(table: table, log: log, state: state)
        case .receipted(let table, let states): self.receipted(table: table, states: states)
        case .connected(let session, let peer, let isInitiator):
            self.connected(session, peer: peer, isInitiator: isInitiator)
        case .received(let message, let session): self.received(message, from: session)
        case .undecodable(let error, let session): self.undecodable(error, from: session)
        case .disconnected(let session): self.disconnected(session)
        case .stored(let chunk, let state): self.stored(chunk, state: state)
        case .storeFailed(let chunk): self.storeFailed(chunk)
        case .fillStored(let fill, let session, let state):
            self.fillStored(fill, from: session, state: state)
        case .chunkRead(let chunk, let request, let session):
            self.chunkRead(chunk, for: request, to: session)
        case .fillRead(let fill, let session): self.fillRead(fill, to: session)
        case .branchRead(let proof, let request, let session):
            self.branchRead(proof, for: request, to: session)
        case .compared(let comparison, let proof, let session):
            self.compared(comparison, with: proof, over: session)
        case .headChecked(let head, let table, let session, let isHeld):
            self.headChecked(head, of: table, isHeld: isHeld, over: session)
        case .quoted(let head, let table, let member):
            self.quoted(head, of: table, by: member)
        case .roundWanted(let peer): self.roundWanted(peer)
        case .roundLeft(let peer): self.roundLeft(peer)
        case .dialFailed(let peer): self.dialFailed(peer)
        case .running(let isRunning): self.running(isRunning)
        case .cardChanged(let card): self.cardChanged(card)
        case .recovering(let table, let state): self.recovering(table, state)
        case .recovered(let table, let state): self.recovered(table, state)
        case .pinsCompared(let table, let off): self.pinsCompared(table, off: off)
        case .forgotten(let table, let log): self.forgotten(table, log)
        case .tick(let milliseconds, let random):
            self.tick(milliseconds: milliseconds, random: random)
        }
    }

    /// The members a node may talk to: everybody in a governing charter but itself.
    package var peers: Set<NodeID> {
        var peers: Set<NodeID> = []
        for table in self.tables.values {
            peers.formUnion(table.file.governing.members.map(\.identity))
        }
        peers.remove(self.node)
        return peers
    }

    /// The tables that both sides of a session named; `nil` once it has ended, as one that gave way
    /// to another with its very hello.
    package func sharedTables(of session: SessionID) -> Set<TableID>? {
        self.sessions[session].map { $0.named.intersection($0.tables.keys) }
    }

    /// Whether a round of a table goes on over a session, as far as this side is concerned.
    package func isInRound(_ table: TableID, over session: SessionID) -> Bool {
        self.sessions[session]?.tables[table]?.isInRound ?? false
    }

    private mutating func received(_ message: PeerMessage, from session: SessionID) -> [Effect] {
        guard let state = self.sessions[session] else { return [] }
        if case .hello(let hello) = message { return self.hello(hello, from: session) }
        if case .goodbye = message { return [] }
        guard state.hasHello else {
            return [.close(session, .malformed, "a hello comes first")]
        }
        switch message {
        case .hello, .goodbye: return []
        case .tableFile(let file): return self.tableFile(file, from: session)
        case .headsDigest(let digest): return self.headsDigest(digest, from: session)
        case .heads(let heads): return self.heads(heads, from: session)
        case .chunk(let chunk): return self.chunk(chunk, from: session)
        case .ack(let ack): return self.ack(ack, from: session)
        case .ask(let ask): return self.ask(ask, from: session)
        case .fill(let fill): return self.fill(fill, from: session)
        case .prove(let prove): return self.prove(prove, from: session)
        case .proof(let proof): return self.proof(proof, from: session)
        case .evidence(let evidence): return self.evidence(evidence, from: session)
        }
    }
}

/// Items of a log to be read for a peer.
package struct ChunkRequest: Hashable, Sendable {
    /// The table.
    package let table: TableID
    /// The log.
    package let log: LogID
    /// Index of the first item.
    package let from: UInt64
    /// Number of the member they are for.
    package let reader: MemberNumber
}

/// Entries of a log that are addressed to a peer, to be read for it.
package struct FillRequest: Hashable, Sendable {
    /// The table.
    package let table: TableID
    /// The log.
    package let log: LogID
    /// First index.
    package let from: UInt64
    /// Index after the last.
    package let until: UInt64
    /// Number of the member they are for.
    package let reader: MemberNumber
}

/// Something that an operator must know.
package enum SyncFinding: Error, Hashable, Sendable {
    /// A chunk did not verify and was dropped.
    case chunk(LogID, ChunkError)
    /// What a peer said or sent of a log is not what it can prove itself.
    case untrue(LogID)
    /// The author of a log signed two histories.
    case fork(ForkEvidence)
    /// The author of a log signed another history than the one held, as a member's receipt quotes it.
    case otherHistory(TableID, LogID, by: MemberNumber)
    /// The author of a log added more than it may: nothing of it is taken for a while.
    case putAside(TableID, LogID)
    /// What is held of a log is not the history that the charter pins: nothing of it counts.
    case offPin(TableID, LogID)
    /// A peer holds more of this node's own log than the node itself: the store was put back.
    case ownLogAhead(TableID, LogID, held: UInt64, offered: UInt64)
    /// A quorum signed two texts of one charter version.
    case rivalCharters(TableID, RivalCharters)
    /// A peer holds another card of the version that is this node's: the store was put back before it
    /// was signed, and another was.
    case otherCard(TableID, Card)
    /// A peer spoke of a table it is not a member of.
    case notAMember
    /// A frame that is not the canonical form of a message within its limits.
    case undecodable(WireError)
    /// Two processes with this peer's keys take turns: two copies of its folder run.
    case twoCopies(NodeID)
    /// A peer's own log is shorter there than what is held of it here: its store was put back.
    case peerBehind(TableID, LogID, held: UInt64, offered: UInt64)
}

/// Two texts of one charter version that a quorum signed each.
package struct RivalCharters: Hashable, Sendable {
    /// One of the two.
    package struct Text: Hashable, Sendable {
        /// Its hash.
        package let hash: Digest
        /// Who signed it, ascending.
        package let signers: [MemberNumber]
    }

    /// The version.
    package let version: Int
    /// The text that counts.
    package let counting: Text
    /// The text that gave way.
    package let other: Text

    /// The members that signed both; never none, for a quorum is a majority.
    package var signersOfBoth: [MemberNumber] {
        self.counting.signers.filter(self.other.signers.contains)
    }

    /// Compares two files of which ``TableFile/rivalVersion(in:)`` is `version`.
    package init(version: Int, one: TableFile, other: TableFile) {
        func text(_ file: TableFile) -> Text {
            Text(
                hash: file.charters[version - 1].textHash,
                signers: file.signers(version: version).sorted()
            )
        }
        let isFirst = !one.givesWay(to: other, at: version)
        self.version = version
        self.counting = text(isFirst ? one : other)
        self.other = text(isFirst ? other : one)
    }
}
