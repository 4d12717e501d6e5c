import SyncEngine
import SyncLog

/// The rounds that somebody waits for, one at a time with each peer, and who waits until those are over.
struct RoundWaits {
    private var waits: [NodeID: RoundWait] = [:]
    private var turns: [NodeID: [CheckedContinuation<Void, Never>]] = [:]

    /// The peers with which somebody waits for a round.
    var peers: [NodeID] { Array(self.waits.keys) }

    /// The round with a peer; changing one that nobody waits for changes nothing.
    subscript(peer: NodeID) -> RoundWait? {
        get { self.waits[peer] }
        _modify { yield &self.waits[peer] }
    }

    /// Whether a round with a peer may begin at once: the turn is taken then.
    mutating func takesTurn(_ peer: NodeID) -> Bool {
        guard self.turns[peer] == nil else { return false }
        self.turns[peer] = []
        return true
    }

    /// Waits for the turn of who holds it.
    mutating func wait(for peer: NodeID, _ continuation: CheckedContinuation<Void, Never>) {
        self.turns[peer]?.append(continuation)
    }

    /// Hands the turn on to who waited longest.
    mutating func giveTurn(_ peer: NodeID) {
        guard self.turns[peer]?.isEmpty == false else {
            self.turns[peer] = nil
            return
        }
        self.turns[peer]?.removeFirst().resume()
    }

    /// Begins to wait for a round about some tables.
    mutating func begin(_ peer: NodeID, open tables: Set<TableID>) {
        self.waits[peer] = RoundWait(open: tables)
    }

    /// Ends to wait; what came of it.
    mutating func end(_ peer: NodeID) -> RoundWait? { self.waits.removeValue(forKey: peer) }

    /// Takes a table off a round, which ends with its last.
    mutating func close(_ table: TableID, _ peer: NodeID) {
        self.waits[peer]?.open.remove(table)
        self.resumeIfOver(peer)
    }

    /// A round does not come to its end; the first reason counts.
    mutating func fail(_ peer: NodeID, _ why: RoundFailure) {
        guard self.waits[peer]?.problem == nil else { return }
        self.waits[peer]?.failure = why
        self.resumeIfOver(peer)
    }

    /// Something that came in a round did not verify; the first counts.
    mutating func noteFinding(_ what: String, _ peer: NodeID) {
        guard self.waits[peer]?.finding == nil else { return }
        self.waits[peer]?.finding = what
        self.resumeIfOver(peer)
    }

    /// Lets who waits go on, where the round is over.
    mutating func resumeIfOver(_ peer: NodeID) {
        guard self.waits[peer]?.isOver == true else { return }
        self.waits[peer]?.continuation?.resume()
        self.waits[peer]?.continuation = nil
    }

    /// Has somebody wait until a round is over, which it may be already.
    mutating func awaitEnd(of peer: NodeID, _ continuation: CheckedContinuation<Void, Never>) {
        self.waits[peer]?.continuation = continuation
        guard self.waits[peer] == nil else { return self.resumeIfOver(peer) }
        continuation.resume()
    }
}
