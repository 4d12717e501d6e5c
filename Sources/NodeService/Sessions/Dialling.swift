import Cryptography
import Logging
import NIOCore
import NodeInterface
import PeerTransport
import SyncEngine
import SyncLog

/// Why dialling a peer came to nothing.
struct DialFailure: Error, Sendable {
    let error: TransportError
    /// Where it was tried; `nil` when the card names no endpoint.
    let endpoint: Endpoint?
}

/// Time, dialling: what the engine asks of the shell besides sending and storing.
extension Node {
    // MARK: Time

    /// Milliseconds since 1970: the clock when this node was opened, going on by one that never goes
    /// back.
    var steadyClock: UInt64 {
        let (seconds, attoseconds) = (ContinuousClock.now - self.openedAt).components
        return self.clockAtOpening
            + UInt64(seconds) * 1_000 + UInt64(attoseconds) / 1_000_000_000_000_000
    }

    /// Tells the engine the time, then what happened, and carries out what follows.
    func dispatch(_ event: SyncEngine.Event) {
        self.publishing {
            self.carryOut(self.engine.handle(self.moment))
            self.carryOut(self.engine.handle(event))
        }
        self.armTimer()
    }

    private var moment: SyncEngine.Event {
        .tick(milliseconds: self.steadyClock, random: .random(in: .min ... .max))
    }

    /// Sleeps until the engine wants its next tick, instead of until what it wanted before.
    private func armTimer() {
        let due = self.engine.nextTick
        guard due != self.tickDue else { return }
        self.tickDue = due
        self.timer?.cancel()
        self.timer = due.map { due in
            let wait = Duration.milliseconds(Int64(due - min(due, self.steadyClock)) + 1)
            // It must not hold the node: its folder is free when the last one lets go of it.
            return Task { [weak self] in
                guard (try? await Task.sleep(for: wait)) != nil else { return }
                await self?.tick()
            }
        }
    }

    private func tick() {
        self.tickDue = nil
        self.dispatch(self.moment)
        self.checkDueReceipts()
        self.checkAlarms()
    }

    // MARK: Dialling

    /// What connections are made with; made once.
    func localEndpoint(group: any EventLoopGroup) throws(NodeFailure) -> LocalEndpoint {
        if let endpoint = self.endpoint { return endpoint }
        let admitted = self.admitted
        admitted.replace(self.engine.peerCards)
        let endpoint = LocalEndpoint(
            identity: try self.makeIdentity(of: self.card),
            limits: .standard,
            group: group
        ) { admitted.admit($0) }
        self.endpoint = endpoint
        return endpoint
    }

    /// The TLS certificate that carries a card of this node.
    func makeIdentity(of card: Card) throws(NodeFailure) -> TLSIdentity {
        do throws(TLSIdentityError) {
            return try TLSIdentity(
                privateScalar: self.keys.keys.tls.exposedBytes(),
                card: card.note.encoded
            )
        } catch {
            throw NodeFailure(.bug, "TLS certificate: \(error). Report this")
        }
    }

    /// Dials a peer; what comes of it is told to the engine.
    func startDial(_ peer: NodeID, _ endpoints: [Endpoint]) {
        let local: LocalEndpoint
        do throws(NodeFailure) {
            local = try self.localEndpoint(group: NodeLoops.shared)
        } catch {
            self.raise(error.message)
            // Not within the effect that is carried out now.
            Task { self.didDial(peer, nil) }
            return
        }
        // Not held while it dials, which may take a minute.
        Task { [weak self] in
            var failure = DialFailure(error: .unreachable(""), endpoint: nil)
            for endpoint in endpoints {
                guard await self?.isUnmet(peer) == true else { break }
                do throws(TransportError) {
                    let connection = try await PeerDialer.dial(
                        host: endpoint.host,
                        port: Int(endpoint.port),
                        expecting: peer.bytes,
                        from: local
                    )
                    guard let self else { return await connection.close() }
                    return await self.didDial(peer, connection, at: endpoint)
                } catch {
                    failure = failure.joined(DialFailure(error: error, endpoint: endpoint))
                }
            }
            await self?.didDial(peer, failure)
        }
    }

    /// Whether a peer is still without a session that has both hellos.
    private func isUnmet(_ peer: NodeID) -> Bool { self.engine.session(with: peer) == nil }

    private func didDial(_ peer: NodeID, _ connection: PeerConnection, at endpoint: Endpoint) {
        let link = self.begin(connection, peer: peer, isInitiator: true)
        link.endpoint = endpoint
        self.links.serve(link, by: Task { await self.serve(link) })
    }

    private func didDial(_ peer: NodeID, _ failure: DialFailure?) {
        self.dispatch(.dialFailed(peer))
        guard self.isUnmet(peer) else { return }
        let text =
            failure.map { self.text(of: $0.error, peer: peer, at: $0.endpoint) }
            ?? "this node's certificate cannot be made. See 'tafel node status'"
        self.peers.noteDialProblem(text, of: peer)
        self.rounds.fail(
            peer,
            failure.map { RoundFailure($0, text) } ?? RoundFailure(.certificate, text)
        )
        switch failure?.error {
        // Somebody else is where a card says that a partner is: its owner should know.
        case .notAdmitted, .identityMismatch, .handshakeFailed:
            self.raise("\(self.handle(of: peer)): \(text)", by: peer)
        default:
            self.logger.info("not connected", metadata: ["peer": "\(self.handle(of: peer))"])
        }
    }

    /// What a failed connection means, for a person: what was tried, and whose card said so.
    func text(of error: TransportError, peer: NodeID, at endpoint: Endpoint?) -> String {
        let version = (self.engine.peerCards[peer] ?? nil).map { " (version \($0.version))" } ?? ""
        let place = endpoint.map { "\($0.text), which its card\(version) names" }
        switch error {
        case .unreachable:
            guard let place else {
                return "unreachable: its card names no endpoint. Wait until it connects"
            }
            return "unreachable: nobody answers at \(place). See that its node runs"
        case .refused:
            return
                "refused: \(place.map { $0 + "," } ?? "it") closed at once. It does not know this node as a "
                + "partner, or has too many connections. "
                + "Compare 'tafel table show' with its operator"
        case .notAdmitted:
            return "at \(place ?? "its address"), somebody answers who is no partner, or with a "
                + "card that was replaced. Ask its operator for its address"
        case .identityMismatch:
            return "at \(place ?? "its address"), another partner answers. "
                + "Ask its operator for its address"
        case .handshakeTimeout:
            return "no answer in time at \(place ?? "its address"). See that its node is well"
        case .handshakeFailed(let why):
            return "at \(place ?? "its address"), no node of tafel answers (\(why)). "
                + "Ask its operator for its address"
        case .tooManySessions, .tooManyHandshakes:
            return "too many connections with it already. Try again"
        case .idle: return "the connection was idle for too long. Try again"
        case .closed: return "the connection was lost. Try again"
        case .addressInUse, .cannotListen, .frameEmpty, .frameTooLarge, .cancelled:
            return "\(error)"
        }
    }
}

extension DialFailure {
    /// The one that says more: an answer before none, else the later.
    fileprivate func joined(_ later: DialFailure) -> DialFailure {
        if case .unreachable = self.error { later } else { self }
    }
}
