import Cryptography
import Foundation
import Logging
import NodeInterface
import PeerTransport
import RecordStore
import SyncEngine
import Synchronization
import SyncLog
import Wire

/// The identities that may connect, with the newest card known of each; read by the TLS callbacks
/// on their own threads.
final class AdmittedPeers: Sendable {
    private let cards = Mutex<[NodeID: Card?]>([:])

    func replace(_ cards: [NodeID: Card?]) { self.cards.withLock { $0 = cards } }

    /// The node ID of a peer whose card is genuine, names the certificate's key and is known here.
    ///
    /// An older card than the newest known is good only with the TLS key that the newest names: a
    /// key that was replaced opens nothing any more, and a folder that was put back can be told so.
    func admit(_ credentials: PeerCredentials) -> [UInt8]? {
        guard let card = try? Card(parsing: credentials.card),
            card.tlsKeyHash.bytes == credentials.publicKeyHash,
            let known = self.cards.withLock({ $0[card.identity] })
        else { return nil }
        if let known, card.version < known.version, card.tlsKeyHash != known.tlsKeyHash {
            return nil
        }
        return card.identity.bytes
    }
}

/// Connections: taking them up and serving them.
extension Node {
    /// Takes up a link and serves it until it ends.
    func serve(_ link: any Link, isInitiator: Bool) async -> TransportError? {
        guard let peer = NodeID(link.peer) else { return .notAdmitted }
        return await self.serve(self.begin(link, peer: peer, isInitiator: isInitiator))
    }

    /// Serves a link that was taken up until it ends.
    @discardableResult
    func serve(_ link: PeerLink) async -> TransportError? {
        let reason = await link.run(node: self)
        switch reason {
        case .frameTooLarge(let byteCount):
            self.raise(
                "\(self.handle(of: link.peer)): sent a frame of \(byteCount) bytes",
                by: link.peer
            )
        case .frameEmpty:
            self.raise("\(self.handle(of: link.peer)): sent an empty frame", by: link.peer)
        default: break
        }
        self.end(link, reason)
        return reason
    }

    func begin(
        _ link: any Link,
        peer: NodeID,
        isInitiator: Bool
    ) -> PeerLink {
        let (link, isFirst) = self.links.open(link, peer: peer)
        if isFirst {
            self.peers.noteConnectionChange(of: peer, at: self.clock)
            self.logger.notice("partner \(self.handle(of: peer)): connected")
        }
        self.dispatch(.connected(link.session, peer: peer, isInitiator: isInitiator))
        return link
    }

    private func end(_ link: PeerLink, _ reason: TransportError?) {
        if self.links.close(link) {
            self.peers.noteConnectionChange(of: link.peer, at: self.clock)
            self.logger.notice("partner \(self.handle(of: link.peer)): not connected any more")
        }
        self.dispatch(.disconnected(link.session))
        self.goOnWaiting(for: link, reason)
        self.keepPeers()
        // Who is gone is noticed now, not when a timer comes.
        self.checkAlarms(isForced: true)
    }

    /// Keeps what is known of peers for the next run; without room for it the next run knows less.
    private func keepPeers() {
        guard let bytes = self.peers.unkept else { return }
        do throws(SlotError) {
            try self.store.setSetting(PeerStatus.setting, bytes)
            self.peers.noteKept()
        } catch {
            self.logger.debug("what is known of peers was not kept: \(error)")
        }
    }

    /// Handles a message; `false` when the session is over and nothing more is read.
    func didReceive(_ message: PeerMessage, byteCount: Int, session: SessionID) -> Bool {
        guard let link = self.links[session], !link.isFinished else { return false }
        let peer = link.peer
        self.rounds[peer]?.receivedBytes += byteCount
        switch message {
        case .chunk(let chunk): self.rounds[peer]?.receivedEntries += chunk.items.count
        case .fill(let fill): self.rounds[peer]?.receivedEntries += fill.entries.count
        case .ack(let ack):
            self.noteAcknowledged(ack, by: peer)
            self.rounds[peer]?.progress.noteAcknowledged(ack)
        case .heads(let heads): self.noteHeads(heads, link)
        case .headsDigest: self.rounds[peer]?.rounds += 1
        case .goodbye(let code, let text): self.noteGoodbye(code, text, link)
        case .hello: self.peers.noteDialProblem(nil, of: peer)
        case .tableFile, .ask, .prove, .proof, .evidence: break
        }
        self.dispatch(.received(message, session))
        if case .hello = message { self.noteReached(peer) }
        self.noteMoved(message, link)
        self.noteTables(message, link)
        return !link.isFinished
    }

    private func noteGoodbye(_ code: GoodbyeCode, _ text: String, _ link: PeerLink) {
        switch code {
        case .done: break
        case .shutdown:
            self.rounds[link.peer]?.reason = RoundFailure(
                .stopping,
                "its node stops. Try again when it runs"
            )
        default:
            self.raise(
                "\(self.handle(of: link.peer)): closed the session (\(text))",
                by: link.peer
            )
            self.rounds[link.peer]?.reason = RoundFailure(
                .ended,
                "it ended the session (\(text)). Ask its operator what its node found"
            )
        }
    }

    /// Handles a frame that is no message; the session is over.
    func didReceive(_ error: WireError, session: SessionID) {
        guard let link = self.links[session], !link.isFinished else { return }
        self.dispatch(.undecodable(error, session))
    }

    /// Takes tables off a round that have no entries to compare: those the peer does not know, and
    /// those whose charter does not count yet, once their files were compared.
    private func noteTables(_ message: PeerMessage, _ link: PeerLink) {
        guard self.rounds[link.peer] != nil else { return }
        switch message {
        case .hello(let hello):
            // The round goes on over the session that this one gave way to.
            guard let shared = self.engine.sharedTables(of: link.session) else { return }
            self.rounds[link.peer]?.open = shared.filter { table in
                guard let file = self.engine.tables[table]?.file else { return false }
                return file.effective != nil || hello.tables[table] != file.fileHash
            }
        case .tableFile(let file) where self.engine.tables[file.table]?.file.effective == nil:
            self.rounds.close(file.table, link.peer)
        // The peer may have accepted it just now.
        case .tableFile(let file) where self.engine.isInRound(file.table, over: link.session):
            self.rounds[link.peer]?.open.insert(file.table)
        default: return
        }
        self.rounds.resumeIfOver(link.peer)
    }

    /// Before they are acted on: what either side lacks is what this round is to move.
    private func noteHeads(_ heads: Heads, _ link: PeerLink) {
        guard let state = self.engine.tables[heads.table],
            let peer = state.file.effective?.member(identity: link.peer)?.number
        else { return }
        // Of logs that cannot exist here nothing is missing.
        let claimed = heads.logs.filter { $0.log.member == peer && state.isKnown($0.log) }
            .map { ($0.log, $0.size) }
        self.peers.noteClaimed(
            Dictionary(claimed, uniquingKeysWith: max),
            in: heads.table,
            by: link.peer
        )
        self.rounds[link.peer]?.progress.compare(heads, with: state, peer: peer)
    }

    /// After it was acted on: what came counts as far as it is durable.
    private func noteMoved(_ message: PeerMessage, _ link: PeerLink) {
        switch message {
        case .chunk(let chunk):
            let size = self.engine.tables[chunk.table]?.logs[chunk.log]?.size ?? 0
            self.rounds[link.peer]?.progress.noteHeld(size, of: chunk.log, in: chunk.table)
        case .fill(let fill):
            self.rounds[link.peer]?.progress.noteFilled(fill.entries.count)
        case .hello, .tableFile, .headsDigest, .heads, .ack, .ask, .prove, .proof, .evidence,
            .goodbye:
            break
        }
    }

    private func noteAcknowledged(_ ack: Ack, by peer: NodeID) {
        guard let state = self.engine.tables[ack.table], ack.log == state.ownLog else { return }
        self.peers.acknowledge(ack.size, in: ack.table, by: peer)
    }

    func didSend(_ message: PeerMessage, byteCount: Int, session: SessionID) {
        self.resumeReads(for: session)
        guard let peer = self.links[session]?.peer else { return }
        self.rounds[peer]?.sentBytes += byteCount
        switch message {
        case .chunk(let chunk): self.rounds[peer]?.sentEntries += chunk.items.count
        case .fill(let fill):
            self.rounds[peer]?.sentEntries += fill.entries.count
            self.rounds[peer]?.progress.noteFilled(fill.entries.count)
        case .hello, .tableFile, .headsDigest, .heads, .ack, .ask, .prove, .proof, .evidence,
            .goodbye:
            break
        }
    }

    /// Says goodbye to every peer.
    func closeSessions() {
        for link in self.links.all {
            link.send(.goodbye(.shutdown, "the node stops"))
            link.cut()
        }
    }

    /// Says goodbye to one peer, and returns when the connections that were dialled have ended.
    func endSessions(with peer: NodeID) async {
        let links = self.links.with(peer)
        let serving = links.compactMap { self.links.task(of: $0) }
        for link in links {
            link.send(.goodbye(.done, "in step"))
            link.cut()
        }
        for task in serving { await task.value }
    }
}
