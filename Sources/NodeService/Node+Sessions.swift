import CaseModel
import Cryptography
import Foundation
import Logging
import NIOCore
import PeerTransport
import RecordStore
import SyncEngine
import SyncLog
import Synchronization
import Wire

/// The identities that may connect; read by the TLS callbacks on their own threads.
final class AdmittedPeers: Sendable {
    private let peers = Mutex<Set<NodeID>>([])

    func replace(_ peers: Set<NodeID>) { self.peers.withLock { $0 = peers } }

    /// The node ID of a peer whose card is genuine, names the certificate's key and is known here.
    func admit(_ credentials: PeerCredentials) -> [UInt8]? {
        guard let card = try? Card(parsing: credentials.card),
            card.tlsKeyHash.bytes == credentials.publicKeyHash,
            self.peers.withLock({ $0.contains(card.identity) })
        else { return nil }
        return card.identity.bytes
    }
}

/// Connections: taking them up, dialling, rounds.
extension Node {
    /// Time after which a round in which nothing moves ends.
    static let stallTime = Duration.seconds(60)
    /// Time between digests of a live session.
    static let digestTime = Duration.seconds(30)
    /// Time between receipts of a live session.
    static let receiptTime = Duration.seconds(300)
    /// Time between reports of how far a round is.
    static let progressTime = Duration.milliseconds(100)
    /// Time between dialling attempts: it doubles up to the second, with half of it at random.
    static let reconnectTimes = (Duration.seconds(1), Duration.seconds(60))

    /// What connections are made with; made once.
    func localEndpoint(group: any EventLoopGroup) throws(NodeFailure) -> LocalEndpoint {
        if let endpoint = self.endpoint { return endpoint }
        let identity: TLSIdentity
        do throws(TLSIdentityError) {
            identity = try TLSIdentity(
                privateScalar: self.keys.keys.tls.exposedBytes(),
                card: self.card.note.encoded
            )
        } catch {
            throw NodeFailure(.bug, "TLS certificate: \(error). Report this")
        }
        let admitted = self.admitted
        admitted.replace(self.engine.peers)
        let endpoint = LocalEndpoint(identity: identity, limits: .standard, group: group) {
            admitted.admit($0)
        }
        self.endpoint = endpoint
        return endpoint
    }

    /// Takes up a connection and serves it until it ends.
    func serve(_ connection: PeerConnection, isInitiator: Bool) async -> TransportError? {
        guard let peer = NodeID(connection.peer) else { return .notAdmitted }
        return await self.serve(self.begin(connection, peer: peer, isInitiator: isInitiator))
    }

    /// Serves a connection that was taken up until it ends; returns why, `nil` for in order.
    func serve(_ link: PeerLink) async -> TransportError? {
        let reason = await link.run(node: self)
        switch reason {
        case .frameTooLarge(let byteCount):
            self.raise("\(self.handle(of: link.peer)): sent a frame of \(byteCount) bytes")
        case .frameEmpty: self.raise("\(self.handle(of: link.peer)): sent an empty frame")
        default: break
        }
        self.end(link)
        return reason
    }

    func begin(
        _ connection: PeerConnection,
        peer: NodeID,
        isInitiator: Bool
    ) -> PeerLink {
        self.nextSession += 1
        let session = SessionID(self.nextSession)
        let link = PeerLink(session: session, peer: peer, connection: connection)
        self.links[session] = link
        self.logger.info("connected", metadata: ["peer": "\(self.handle(of: peer))"])
        self.dispatch(.connected(session, peer: peer, isInitiator: isInitiator))
        return link
    }

    private func end(_ link: PeerLink) {
        self.links[link.session] = nil
        self.deferredReads[link.session] = nil
        self.logger.info("disconnected", metadata: ["peer": "\(self.handle(of: link.peer))"])
        self.dispatch(.disconnected(link.session))
        self.endWait(link.session)
        self.keepPeers()
    }

    /// Keeps what is known of peers for the next run; without room for it the next run knows less.
    private func keepPeers() {
        // A peer that comes and goes without a round costs no write.
        guard self.peers != self.keptPeers else { return }
        do throws(SlotError) {
            try self.store.setSetting(PeerStatus.setting, PeerStatus.bytes(of: self.peers))
            self.keptPeers = self.peers
        } catch {
            self.logger.debug("what is known of peers was not kept: \(error)")
        }
    }

    /// Handles a message; `false` when the session is over and nothing more is read.
    func didReceive(_ message: PeerMessage, byteCount: Int, session: SessionID) -> Bool {
        guard let link = self.links[session], !link.isFinished else { return false }
        self.rounds[session]?.receivedBytes += byteCount
        switch message {
        case .chunk(let chunk): self.rounds[session]?.receivedEntries += chunk.items.count
        case .fill(let fill): self.rounds[session]?.receivedEntries += fill.entries.count
        case .ack(let ack):
            self.noteAcknowledged(ack, by: link.peer)
            self.rounds[session]?.progress.noteAcknowledged(ack)
        case .heads(let heads): self.noteHeads(heads, link)
        case .headsDigest: self.rounds[session]?.rounds += 1
        case .goodbye(let code, let text) where code != .done && code != .shutdown:
            self.raise("\(self.handle(of: link.peer)): closed the session (\(text))")
        case .hello, .tableFile, .ask, .prove, .proof, .evidence, .goodbye: break
        }
        self.dispatch(.received(message, session))
        self.noteMoved(message, session: session)
        self.admitted.replace(self.engine.peers)
        self.noteTables(message, session: session)
        return !link.isFinished
    }

    /// Takes tables off a round that have no entries to compare: those the peer does not know, and
    /// those whose charter does not count yet, once their files were compared.
    private func noteTables(_ message: PeerMessage, session: SessionID) {
        guard self.rounds[session] != nil else { return }
        switch message {
        case .hello(let hello):
            let shared = self.engine.sharedTables(of: session)
            self.rounds[session]?.open = shared.filter { table in
                guard let file = self.engine.tables[table]?.file else { return false }
                return file.effective != nil || hello.tables[table] != file.fileHash
            }
        case .tableFile(let file) where self.engine.tables[file.table]?.file.effective == nil:
            self.rounds[session]?.open.remove(file.table)
        default: return
        }
        if self.rounds[session]?.open.isEmpty == true { self.endWait(session) }
    }

    /// Before they are acted on: what either side lacks is what this round is to move.
    private func noteHeads(_ heads: Heads, _ link: PeerLink) {
        guard let state = self.engine.tables[heads.table],
            let peer = state.file.effective?.member(identity: link.peer)?.number
        else { return }
        self.rounds[link.session]?.progress.compare(heads, with: state, peer: peer)
    }

    /// After it was acted on: what came counts as far as it is durable.
    private func noteMoved(_ message: PeerMessage, session: SessionID) {
        switch message {
        case .chunk(let chunk):
            let size = self.engine.tables[chunk.table]?.logs[chunk.log]?.size ?? 0
            self.rounds[session]?.progress.noteHeld(size, of: chunk.log, in: chunk.table)
        case .fill(let fill): self.rounds[session]?.progress.noteFilled(fill.entries.count)
        case .hello, .tableFile, .headsDigest, .heads, .ack, .ask, .prove, .proof, .evidence,
            .goodbye:
            break
        }
    }

    private func noteAcknowledged(_ ack: Ack, by peer: NodeID) {
        guard let state = self.engine.tables[ack.table], ack.log == state.ownLog else { return }
        self.peers[peer, default: PeerStatus()].acknowledge(ack.size, in: ack.table)
    }

    func didReceiveGarbage(_ error: WireError, session: SessionID) {
        guard let link = self.links[session] else { return }
        self.raise("\(self.handle(of: link.peer)): sent a frame that does not decode (\(error))")
        link.send(.goodbye(.malformed, "a frame did not decode"))
        self.rounds[session]?.finding = "a frame did not decode (\(error))"
        self.endWait(session)
    }

    func didSend(_ message: PeerMessage, byteCount: Int, session: SessionID) {
        self.resumeReads(for: session)
        self.rounds[session]?.sentBytes += byteCount
        switch message {
        case .chunk(let chunk): self.rounds[session]?.sentEntries += chunk.items.count
        case .fill(let fill):
            self.rounds[session]?.sentEntries += fill.entries.count
            self.rounds[session]?.progress.noteFilled(fill.entries.count)
        case .hello, .tableFile, .headsDigest, .heads, .ack, .ask, .prove, .proof, .evidence,
            .goodbye:
            break
        }
    }

    func roundEnded(_ session: SessionID, _ table: TableID) {
        guard let link = self.links[session] else { return }
        self.peers[link.peer, default: PeerStatus()].lastSync = self.clock
        if let state = self.engine.tables[table] {
            let size = state.logs[state.ownLog]?.size ?? 0
            self.peers[link.peer]?.acknowledge(size, in: table)
        }
        self.rounds[session]?.open.remove(table)
        if self.rounds[session]?.open.isEmpty == true { self.endWait(session) }
    }

    func endWait(_ session: SessionID) {
        self.rounds[session]?.continuation?.resume()
        self.rounds[session]?.continuation = nil
    }

    // MARK: Rounds that a person waits for

    /// Rounds with one peer over a session until both hold the same, or the time is over.
    ///
    /// A round may be under way: it counts, and so does the one that starts with the first hello.
    func round(over session: SessionID) async -> RoundWait {
        guard let link = self.links[session] else {
            return RoundWait(open: Set(self.engine.tables.keys))
        }
        // One at a time over a session; each ends when nothing moves for `stallTime`.
        while self.rounds[session] != nil { try? await Task.sleep(for: .milliseconds(20)) }
        // Before the hello nobody knows which tables both have; the hello tells.
        let hasHello = self.engine.hasHello(session)
        let open = Set(
            self.engine.tables.filter { table, state in
                state.file.governing.member(identity: link.peer) != nil
                    && (!hasHello || state.file.effective != nil)
            }.keys
        ).intersection(
            hasHello ? self.engine.sharedTables(of: session) : Set(self.engine.tables.keys)
        )
        self.rounds[session] = RoundWait(open: open)
        defer { self.rounds[session] = nil }
        let timeout = Task {
            // A first round may bring years of entries: it goes on while some come.
            var (moved, since) = (0, ContinuousClock.now)
            while ContinuousClock.now - since < Self.stallTime {
                try await Task.sleep(for: .seconds(1))
                let now = self.rounds[session]?.movedEntries ?? 0
                if now != moved { (moved, since) = (now, .now) }
            }
            self.endWait(session)
        }
        defer { timeout.cancel() }
        if hasHello { self.dispatch(.roundDue(session)) }
        await withCheckedContinuation { continuation in
            // The round may have ended, or the session, within the dispatch above.
            if self.links[session] == nil || self.rounds[session]?.open.isEmpty != false
                || self.rounds[session]?.finding != nil
            {
                continuation.resume()
            } else {
                self.rounds[session]?.continuation = continuation
            }
        }
        return self.rounds[session] ?? RoundWait(open: open)
    }

    /// The session with a peer, if one stands.
    func session(with peer: NodeID) -> SessionID? {
        self.engine.openSessions.first { $0.peer == peer }?.session
    }
}
