import Cryptography
import NodeInterface
import PeerTransport
import RecordStore
import SyncEngine
import SyncLog

/// Rounds that a person waits for: with a peer, over whatever session there is.
extension Node {
    /// Rounds with a peer until both hold the same, or it is known why not.
    ///
    /// A round may be under way: it counts, and so does the one that starts with the first hello.
    func round(with peer: NodeID) async -> RoundWait {
        await self.takeTurn(peer)
        defer { self.rounds.giveTurn(peer) }
        self.rounds.begin(peer, open: self.openTables(with: peer))
        self.dispatch(.roundWanted(peer))
        // It may have ended within that already.
        await withCheckedContinuation { self.rounds.awaitEnd(of: peer, $0) }
        self.dispatch(.roundLeft(peer))
        var wait = self.rounds.end(peer) ?? RoundWait(open: [])
        if wait.problem == nil, !wait.isCompared { wait.failure = self.tablesLacking(at: peer) }
        return wait
    }

    /// Waits until no other command waits for a round with a peer.
    private func takeTurn(_ peer: NodeID) async {
        guard !self.rounds.takesTurn(peer) else { return }
        await withCheckedContinuation { self.rounds.wait(for: peer, $0) }
    }

    /// The tables that a round with a peer is about; before its hello nobody knows which both have.
    private func openTables(with peer: NodeID) -> Set<TableID> {
        let session = self.engine.session(with: peer)
        let shared = session.flatMap { self.engine.sharedTables(of: $0) }
        return Set(
            self.engine.tables.filter { table, state in
                state.file.governing.member(identity: peer) != nil
                    && shared.map { $0.contains(table) && state.file.effective != nil } ?? true
            }.keys
        )
    }

    /// That a peer does not hold tables that both are at, as far as it named any over the session.
    private func tablesLacking(at peer: NodeID) -> RoundFailure? {
        guard let session = self.engine.session(with: peer),
            let shared = self.engine.sharedTables(of: session)
        else { return nil }
        let names = self.engine.tables.filter { table, state in
            state.file.effective?.member(identity: peer) != nil && !shared.contains(table)
        }.map { self.name(of: $0.key) }.sorted()
        guard !names.isEmpty else { return nil }
        let held = names.joined(separator: "', '")
        return RoundFailure(
            .lacksTable,
            "does not hold '\(held)' yet. Its operator accepts it with 'tafel table accept'"
        )
    }

    func roundEnded(_ session: SessionID, _ table: TableID) -> [SyncEngine.Effect] {
        guard let peer = self.links[session]?.peer else { return [] }
        self.noteLevel(peer, in: table)
        let name = TextEncoding.hex(table.bytes)
        self.endAlarms {
            // One that an older program kept names no table.
            $0.code == .partnerPutBack && $0.source == peer.bytes
                && ($0.subject == name || $0.subject == nil)
        }
        self.rounds[peer]?.caughtUp.remove(table)
        self.rounds[peer]?.isCompared = true
        self.rounds.close(table, peer)
        return self.confirmOwnLog(of: table, by: peer, over: session)
    }

    /// Notes that a peer and this node hold the same of a table.
    func noteLevel(_ peer: NodeID, in table: TableID) {
        self.peers.noteLevel(
            peer,
            in: table,
            ownSize: self.engine.tables[table].map { $0.logs[$0.ownLog]?.size ?? 0 },
            marks: self.levelMarks(of: peer, in: table),
            at: self.clock
        )
    }

    /// Both have what either held when the round began; of what came since nothing is said.
    func roundCaughtUp(_ session: SessionID, _ table: TableID) -> [SyncEngine.Effect] {
        guard let peer = self.links[session]?.peer else { return [] }
        self.rounds[peer]?.caughtUp.insert(table)
        self.rounds[peer]?.isCompared = true
        self.rounds.close(table, peer)
        // Of the own log both hold the same: nobody else writes there.
        return self.confirmOwnLog(of: table, by: peer, over: session)
    }

    func roundStalled(_ session: SessionID) {
        guard let peer = self.links[session]?.peer else { return }
        self.rounds.fail(peer, self.rounds[peer]?.reason ?? self.failure(of: peer, over: session))
    }

    /// What is known of why a round over a session comes to nothing.
    private func failure(of peer: NodeID, over session: SessionID) -> RoundFailure {
        switch self.engine.hindrance(of: session) {
        case .putBack:
            return RoundFailure(
                .putBack,
                "its own log is shorter there than here: its folder was put back, or two copies of it "
                    + "run. Its operator must stop all but the newest copy, and fetch the log back with "
                    + "'tafel node recover'"
            )
        case .ownPutBack:
            let doubts = self.rounds[peer]?.open.compactMap { self.doubts[$0]?.text } ?? []
            return RoundFailure(
                .ownPutBack,
                doubts.sorted().first
                    ?? "it holds more of this node's own log than this node: the folder was put back. Fetch "
                    + "the log back with 'tafel node recover'"
            )
        case .storeFails:
            return RoundFailure(
                .storeFails,
                "its store does not keep what it is given, as with a full disk or a damaged folder; its "
                    + "operator sees which with 'tafel node status'. What it holds came"
            )
        case nil:
            return RoundFailure(
                .stalled,
                "nothing, or hardly anything, moved for a minute or more. See that its node is well, and try "
                    + "again"
            )
        }
    }

    /// After a session ended under a round: it goes on over another one, at most twice over a new one.
    func goOnWaiting(for link: PeerLink, _ reason: TransportError?) {
        let peer = link.peer
        guard let wait = self.rounds[peer], !wait.isOver,
            !self.links.with(peer).contains(where: { !$0.isFinished })
        else { return }
        // A session that the peer's own command opened ends with that command, perhaps just now: that
        // says nothing of the peer, so it is dialled.
        guard reason != .refused, wait.lostSessions < RoundWait.lostSessionsMax,
            wait.reason == nil
        else {
            let lost = reason.map { error in
                RoundFailure(error, self.text(of: error, peer: peer, at: link.endpoint))
            }
            let ended = RoundFailure(.ended, "it ended the session. Try again")
            return self.rounds.fail(peer, wait.reason ?? lost ?? ended)
        }
        self.rounds[peer]?.lostSessions += 1
        self.rounds[peer]?.open = self.openTables(with: peer)
        self.dispatch(.roundWanted(peer))
    }

    /// Rounds end when the own store refuses: waiting would change nothing.
    func noteFailure(_ error: SlotError) {
        let failure = RoundFailure(.ownStoreFails, NodeFailure(error).message)
        for peer in self.rounds.peers { self.rounds.fail(peer, failure) }
    }

    func noteFinding(_ text: String, session: SessionID) {
        guard let peer = self.links[session]?.peer else { return }
        self.rounds.noteFinding(text, peer)
    }
}

/// Why a round comes to nothing.
struct RoundFailure: Hashable, Sendable {
    let trouble: SyncNow.Trouble
    /// For a person.
    let text: String

    init(_ trouble: SyncNow.Trouble, _ text: String) {
        self.trouble = trouble
        self.text = text
    }

    /// What an attempt to dial that came to nothing means.
    init(_ failure: DialFailure, _ text: String) {
        switch failure.error {
        case .unreachable where failure.endpoint == nil: self.init(.noAddress, text)
        default: self.init(failure.error, text)
        }
    }

    /// What a connection that failed, or was lost, means.
    init(_ error: TransportError, _ text: String) {
        let trouble: SyncNow.Trouble =
            switch error {
            case .unreachable, .handshakeTimeout: .unreachable
            case .refused, .tooManySessions, .tooManyHandshakes: .refused
            case .notAdmitted, .identityMismatch, .handshakeFailed: .stranger
            case .idle, .closed, .addressInUse, .cannotListen, .frameEmpty, .frameTooLarge,
                .cancelled:
                .ended
            }
        self.init(trouble, text)
    }
}

/// A round that a person waits for.
struct RoundWait: Sendable {
    /// Most sessions that may end under a round before it is given up.
    static let lostSessionsMax = 2

    /// Tables of which the round has not ended.
    var open: Set<TableID>
    /// Whether the round of any table has ended.
    var isCompared = false
    /// Tables of which nobody waits any more although others write on.
    var caughtUp: Set<TableID> = []
    var sentEntries = 0
    var sentBytes = 0
    var receivedEntries = 0
    var receivedBytes = 0
    var rounds = 0
    var lostSessions = 0
    var progress = RoundProgress()
    /// What did not verify.
    var finding: String?
    /// Why it came to nothing.
    var failure: RoundFailure?
    /// What is known of the peer that may keep the round from its end.
    var reason: RoundFailure?
    var continuation: CheckedContinuation<Void, Never>?

    /// What went wrong.
    var problem: RoundFailure? {
        self.finding.map { RoundFailure(.finding, $0) } ?? self.failure
    }
    /// Whether the round came to an end, good or bad.
    var isOver: Bool { self.open.isEmpty || self.problem != nil }

    init(open: Set<TableID>) { self.open = open }
}
