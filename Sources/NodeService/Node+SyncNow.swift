import CaseModel
import JSONText
import SyncEngine
import SyncLog
import Terminal

/// `sync now`: rounds with each peer until both hold the same.
extension Node {
    /// Time between reports of how far a round is.
    private static let progressTime = Duration.milliseconds(100)

    /// What came of the rounds with one peer.
    struct Outcome: Sendable {
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
        let outcomes = await self.sync(peers, progress)
        let hasFinding = outcomes.contains(where: \.isFinding)
        let isUnreachable = outcomes.contains { $0.error != nil }
        let lines: [ShownText] = outcomes.map { outcome in
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

    func peersToSync(
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

    /// Rounds with each of some peers, beside each other: none waits for one that is slow.
    func sync(
        _ peers: [(handle: String, node: NodeID)],
        _ progress: ProgressReport?
    ) async -> [Outcome] {
        await withTaskGroup(of: Outcome.self) { group in
            for (handle, node) in peers {
                group.addTask { await self.sync(node, handle: handle, progress) }
            }
            var outcomes: [Outcome] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { $0.handle < $1.handle }
        }
    }

    private func sync(
        _ peer: NodeID,
        handle: String,
        _ progress: ProgressReport?
    ) async -> Outcome {
        let clock = ContinuousClock()
        let start = clock.now
        let reporting = progress.map { self.report(of: peer, handle: handle, to: $0) }
        let wait = await self.round(with: peer)
        reporting?.cancel()
        // A node that does not run keeps no sessions.
        if !self.isRunning { await self.endSessions(with: peer) }
        return Outcome(
            handle: handle,
            error: wait.problem,
            isFinding: wait.finding != nil,
            wait: wait,
            seconds: Int((clock.now - start).components.seconds)
        )
    }

    /// Tells how far the round with a peer is, until cancelled.
    private func report(
        of peer: NodeID,
        handle: String,
        to progress: @escaping ProgressReport
    ) -> Task<Void, any Error> {
        Task {
            while true {
                try await Task.sleep(for: Self.progressTime)
                // The round may have ended between the sleep and here.
                try Task.checkCancellation()
                guard let round = self.rounds[peer]?.progress,
                    round.moved > 0 || round.total != nil
                else { continue }
                progress(SyncProgress(peer: handle, moved: round.moved, total: round.total))
            }
        }
    }
}
