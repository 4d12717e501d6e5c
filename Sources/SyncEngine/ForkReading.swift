package import SyncLog
package import Wire

/// A question for what is held of a log at an index.
package struct BranchRequest: Hashable, Sendable {
    /// The table.
    package let table: TableID
    /// The log.
    package let log: LogID
    /// The index; the log's last one where that is lower.
    package let index: UInt64

    /// Creates a question.
    package init(table: TableID, log: LogID, index: UInt64) {
        self.table = table
        self.log = log
        self.index = index
    }
}

/// What a peer's proof says beside what is held here.
package enum ForkComparison: Hashable, Sendable {
    /// The same up to the index.
    case same
    /// The first difference lies at this index or before it.
    case within(UInt64)
    /// Two histories.
    case fork(ForkEvidence)
}

/// Finding the first position at which two histories of a log differ (`Protocol/sync.md` §3).
extension TableReading where Self: ~Copyable {
    /// What is held of a log at an index, with its path to the newest checkpoint; `nil` when nothing
    /// is held of the log, or not its card.
    ///
    /// - Complexity: O(log size) hashes.
    package func branch(
        _ request: BranchRequest
    ) throws(Failure) -> (index: UInt64, branch: ForkBranch)? {
        let log = request.log
        let state = try self.state(of: log)
        guard state.size > 0, let checkpoint = state.checkpoint,
            case .full(let entry) = try self.item(at: 0, of: log),
            let card = try? Card(parsing: entry.payload)
        else { return nil }
        let index = min(request.index, state.size - 1)
        let path = try MerkleProof.inclusion(index: index, size: state.size) {
            (range) throws(Failure) in try self.subtreeHash(range, of: log)
        }
        let leaf = try self.leafHashes(index..<(index + 1), of: log)[0]
        return (index, ForkBranch(card: card, checkpoint: checkpoint, leaf: leaf, path: path))
    }

    /// Compares a proof that verifies, of an index below the size held, with what is held.
    ///
    /// What lies before the index is covered by complete subtrees that are the same in both trees, so
    /// the first of these that differs holds the first difference; asking for its last leaf halves
    /// what is left at least.
    ///
    /// - Complexity: O(log size) hashes.
    package func compare(_ proof: Proof) throws(Failure) -> ForkComparison {
        let siblings = MerkleProof.siblings(of: proof.index, size: proof.branch.checkpoint.size)
        for (sibling, hash) in zip(siblings, proof.branch.path).reversed() where sibling.isLeft {
            guard try self.subtreeHash(sibling.range, of: proof.log) != hash else { continue }
            return .within(sibling.range.upperBound - 1)
        }
        let request = BranchRequest(table: proof.table, log: proof.log, index: proof.index)
        guard let (index, own) = try self.branch(request), index == proof.index,
            own.leaf != proof.branch.leaf
        else { return .same }
        return .fork(
            ForkEvidence(table: proof.table, log: proof.log, index: index, own, proof.branch)
        )
    }

    /// The pinned logs that are held to their pin's size, in another history than the pinned one.
    ///
    /// - Complexity: O(pins · log size) hashes.
    package func logsOff(_ pins: [Pin]) throws(Failure) -> Set<LogID> {
        var off: Set<LogID> = []
        for pin in pins where try self.state(of: pin.log).size >= pin.size {
            if try self.subtreeRoot(of: pin.log, size: pin.size) != pin.root { off.insert(pin.log) }
        }
        return off
    }

    /// What a receipt quotes of third members' logs, of a size that is held, that is not what is held.
    ///
    /// Of a log that is disputed or pinned all is known.
    ///
    /// - Complexity: O(log size) hashes for each log.
    package func contradictions(
        in receipt: Receipt,
        with table: TableState
    ) throws(Failure) -> [LogHead] {
        var heads: [LogHead] = []
        for item in receipt.logs
        where item.log.member != table.me && table.evidence[item.log] == nil
            && table.pin(of: item.log) == nil
        {
            let head = LogHead(log: item.log, checkpoint: item.checkpoint)
            guard try head.size <= self.state(of: item.log).size, try !self.holds(head) else {
                continue
            }
            heads.append(head)
        }
        return heads
    }

    /// Whether a checkpoint of a size that is held has the root held.
    package func holds(_ head: LogHead) throws(Failure) -> Bool {
        try self.subtreeRoot(of: head.log, size: head.size) == head.checkpoint.root
    }
}
