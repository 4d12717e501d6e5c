import CaseModel
package import NodeInterface
import SyncEngine
import SyncLog

extension SyncNow: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.synchronise(self, caller.progress)
    }
}

/// `sync now`: rounds with each peer until both hold the same.
extension Node {
    /// Time between reports of how far a round is.
    private static let progressTime = Duration.milliseconds(100)

    /// What came of the rounds with one peer.
    struct PeerOutcome: Sendable {
        let handle: String
        var error: String?
        var isFinding = false
        var notTaken: [String] = []
        var refused: [String] = []
        var wait: RoundWait
        let seconds: Int
    }

    fileprivate func synchronise(
        _ asked: SyncNow,
        _ progress: ProgressReport?
    ) async throws(Refusal) -> SyncNow.Answer {
        let peers = try self.peersToSync(asked.peer)
        let outcomes = await self.sync(peers, progress)
        return SyncNow.Answer(
            peers: outcomes.map { outcome in
                SyncNow.Peer(
                    handle: outcome.handle,
                    ok: outcome.error == nil,
                    level: outcome.error == nil && outcome.wait.caughtUp.isEmpty
                        && !outcome.refused.contains(self.card.handle),
                    more: outcome.error == nil && !outcome.wait.caughtUp.isEmpty,
                    not_taken: outcome.notTaken,
                    refused: outcome.refused,
                    finding: outcome.isFinding,
                    error: outcome.error,
                    trouble: outcome.wait.problem?.trouble,
                    sent: SyncNow.Amount(
                        entries: outcome.wait.sentEntries,
                        bytes: outcome.wait.sentBytes
                    ),
                    received: SyncNow.Amount(
                        entries: outcome.wait.receivedEntries,
                        bytes: outcome.wait.receivedBytes
                    ),
                    rounds: outcome.wait.rounds,
                    seconds: outcome.seconds
                )
            }
        )
    }

    func peersToSync(
        _ handle: String?
    ) throws(Refusal) -> [(handle: String, node: NodeID)] {
        let all = self.engine.peers.map { (handle: self.handle(of: $0), node: $0) }
            .sorted { $0.handle < $1.handle }
        guard let handle else { return all }
        let found = all.filter { $0.handle == handle }
        guard !found.isEmpty else {
            throw .invalid(.peer, .notOneOf(handle, allowed: all.map(\.handle)))
        }
        return found
    }

    /// Rounds with each of some peers, beside each other: none waits for one that is slow.
    func sync(
        _ peers: [(handle: String, node: NodeID)],
        _ progress: ProgressReport?
    ) async -> [PeerOutcome] {
        await withTaskGroup(of: PeerOutcome.self) { group in
            for (handle, node) in peers {
                group.addTask { await self.sync(node, handle: handle, progress) }
            }
            var outcomes: [PeerOutcome] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { $0.handle < $1.handle }
        }
    }

    private func sync(
        _ peer: NodeID,
        handle: String,
        _ progress: ProgressReport?
    ) async -> PeerOutcome {
        let clock = ContinuousClock()
        let start = clock.now
        let reporting = progress.map { self.report(of: peer, handle: handle, to: $0) }
        let wait = await self.round(with: peer)
        reporting?.cancel()
        let refused = self.handlesRefused(by: peer)
        // A node that does not run keeps no sessions.
        if !self.isRunning { await self.endSessions(with: peer) }
        return PeerOutcome(
            handle: handle,
            error: wait.problem?.text,
            isFinding: wait.finding != nil,
            notTaken: self.handlesNotTaken(with: peer),
            refused: refused,
            wait: wait,
            seconds: Int((clock.now - start).components.seconds)
        )
    }

    /// Whose logs are disputed or put aside at tables that a peer is at.
    private func handlesNotTaken(with peer: NodeID) -> [String] {
        var handles: Set<String> = []
        for state in self.engine.tables.values
        where state.file.effective?.member(identity: peer) != nil {
            for (log, held) in state.logs
            where held.isDisputed && state.pin(of: log) == nil || state.putAside[log] != nil {
                handles.insert(self.author(of: log, in: state.file.table))
            }
        }
        return handles.sorted()
    }

    /// Whose logs a peer takes nothing of, as it says, that are taken here.
    private func handlesRefused(by peer: NodeID) -> [String] {
        guard let session = self.engine.session(with: peer) else { return [] }
        var handles: Set<String> = []
        for (table, state) in self.engine.tables {
            let refused = self.engine.refusedLogs(of: table, over: session)
            for log in refused.subtracting(state.refused) where state.isKnown(log) {
                handles.insert(self.author(of: log, in: table))
            }
        }
        return handles.sorted()
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
