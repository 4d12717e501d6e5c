import CaseModel
import Cryptography
import Foundation
import NIOCore
import PeerTransport
import SyncEngine
import SyncLog

/// `sync now`: rounds with each peer until both hold the same.
extension Node {
    /// What came of the rounds with one peer.
    private struct Outcome {
        let handle: String
        var error: String?
        var isFinding = false
        var wait: RoundWait
        let seconds: Int
    }

    func syncNow(
        peer handle: String?,
        _ progress: ProgressReport?
    ) async throws(NodeFailure) -> NodeAnswer {
        let peers = try self.peersToSync(handle)
        var outcomes: [Outcome] = []
        for (handle, node) in peers {
            outcomes.append(await self.sync(node, handle: handle, progress))
        }
        let hasFinding = outcomes.contains(where: \.isFinding)
        let isUnreachable = outcomes.contains { $0.error != nil }
        let lines = outcomes.map { outcome in
            outcome.error.map { "\(outcome.handle): \($0)" }
                ?? "\(outcome.handle): sent \(outcome.wait.sentEntries), "
                + "received \(outcome.wait.receivedEntries) entries in \(outcome.wait.rounds) "
                + (outcome.wait.rounds == 1 ? "round" : "rounds")
        }
        return NodeAnswer(
            exitCode: hasFinding ? 1 : isUnreachable ? 3 : 0,
            json: ["peers": .array(outcomes.map { Self.json(of: $0) })],
            text: lines.isEmpty ? "No peers: accept a table first." : lines.joined(separator: "\n"),
            file: nil,
            problem: Self.problem(of: outcomes)
        )
    }

    private static func problem(of outcomes: [Outcome]) -> String? {
        let failed = outcomes.filter { $0.error != nil }
        guard !failed.isEmpty else { return nil }
        let names = failed.map(\.handle).joined(separator: ", ")
        return "sync now: not in step with \(names). "
            + (failed.contains(where: \.isFinding)
                ? "See 'tafel node status' for what was found" : "See why above, and try again")
    }

    private static func json(of outcome: Outcome) -> JSONValue {
        [
            "handle": .string(outcome.handle), "ok": .bool(outcome.error == nil),
            "error": JSONValue(outcome.error),
            "sent": [
                "entries": .integer(outcome.wait.sentEntries),
                "bytes": .integer(outcome.wait.sentBytes),
            ],
            "received": [
                "entries": .integer(outcome.wait.receivedEntries),
                "bytes": .integer(outcome.wait.receivedBytes),
            ],
            "rounds": .integer(outcome.wait.rounds), "seconds": .integer(outcome.seconds),
        ]
    }

    private func peersToSync(
        _ handle: String?
    ) throws(NodeFailure) -> [(handle: String, node: NodeID)] {
        let all = self.engine.peers.map { (handle: self.handle(of: $0), node: $0) }
            .sorted { $0.handle < $1.handle }
        guard let handle else { return all }
        let found = all.filter { $0.handle == handle }
        guard !found.isEmpty else {
            let known = all.map(\.handle).joined(separator: ", ")
            throw .usage(
                "--peer '\(handle)': not a partner of any table here. "
                    + (known.isEmpty ? "Accept a table first" : "Choose from \(known)")
            )
        }
        return found
    }

    private func sync(
        _ peer: NodeID,
        handle: String,
        _ progress: ProgressReport?
    ) async -> Outcome {
        let clock = ContinuousClock()
        let start = clock.now
        func outcome(_ wait: RoundWait, otherwise: String) -> Outcome {
            Outcome(
                handle: handle,
                error: wait.isOver ? wait.problem : otherwise,
                isFinding: wait.finding != nil,
                wait: wait,
                seconds: Int((clock.now - start).components.seconds)
            )
        }
        var earlier = RoundWait(open: Set(self.engine.tables.keys))
        if let session = self.session(with: peer) {
            let wait = await self.round(over: session, handle: handle, progress)
            // A session that the peer's own command opened ends with that command, perhaps just
            // now: that says nothing of the peer, so it is dialled.
            if wait.isOver || self.links[session] != nil {
                return outcome(wait, otherwise: Self.stalled)
            }
            earlier = wait
        }
        switch await self.dial(peer) {
        case .success(let connection):
            let link = self.begin(connection, peer: peer, isInitiator: true)
            let serving = Task { await self.serve(link) }
            var wait = await self.round(over: link.session, handle: handle, progress)
            wait.add(earlier)
            self.links[link.session]?.finish()
            let reason = await serving.value.map { Self.text(of: $0) }
            return outcome(wait, otherwise: reason ?? Self.stalled)
        case .failure(let error):
            return outcome(earlier, otherwise: Self.text(of: error))
        }
    }

    private static let stalled =
        "nothing came for a minute. See that its node is well, and try again"

    /// A round over a session, with reports of how far it is.
    private func round(
        over session: SessionID,
        handle: String,
        _ progress: ProgressReport?
    ) async -> RoundWait {
        let reporting = progress.map { self.report(of: session, handle: handle, to: $0) }
        defer { reporting?.cancel() }
        return await self.round(over: session)
    }

    /// Tells how far the round over a session is, until cancelled.
    private func report(
        of session: SessionID,
        handle: String,
        to progress: @escaping ProgressReport
    ) -> Task<Void, any Error> {
        Task {
            while true {
                try await Task.sleep(for: Self.progressTime)
                // The round may have ended between the sleep and here.
                try Task.checkCancellation()
                guard let round = self.rounds[session]?.progress,
                    round.moved > 0 || round.total != nil
                else { continue }
                progress(SyncProgress(peer: handle, moved: round.moved, total: round.total))
            }
        }
    }

    /// Dials a peer at the endpoints of its newest card, in order.
    func dial(_ peer: NodeID) async -> Result<PeerConnection, TransportError> {
        var endpoints: [Endpoint] = []
        for state in self.engine.tables.values {
            guard let member = state.file.governing.member(identity: peer),
                let card = state.file.cards[member.number]
            else { continue }
            for endpoint in card.endpoints where !endpoints.contains(endpoint) {
                endpoints.append(endpoint)
            }
        }
        var failure = TransportError.unreachable("its card names no endpoint")
        do throws(NodeFailure) {
            let local = try self.localEndpoint(group: NodeLoops.shared)
            for endpoint in endpoints {
                do throws(TransportError) {
                    return .success(
                        try await PeerDialer.dial(
                            host: endpoint.host,
                            port: Int(endpoint.port),
                            expecting: peer.bytes,
                            from: local
                        )
                    )
                } catch .unreachable {
                    // The library's own words name sockets and error numbers.
                    failure = .unreachable("nobody answers at \(endpoint.text)")
                } catch {
                    failure = error
                }
            }
        } catch {
            failure = .unreachable(error.message)
        }
        return .failure(failure)
    }

    static func text(of error: TransportError) -> String {
        switch error {
        case .unreachable(let why): "unreachable: \(why). See that its node runs"
        case .refused: "it refused this node, or closed at once"
        case .notAdmitted: "its certificate is not that of a partner"
        case .identityMismatch: "another partner answers at its address"
        case .handshakeTimeout: "no answer in time"
        case .handshakeFailed(let why): "the handshake failed: \(why)"
        case .tooManySessions, .tooManyHandshakes: "too many connections"
        case .idle: "nothing came for too long"
        case .closed: "the connection was lost"
        case .addressInUse, .cannotListen, .frameEmpty, .frameTooLarge, .cancelled: "\(error)"
        }
    }
}
