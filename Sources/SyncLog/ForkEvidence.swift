package import Cryptography

/// Why evidence of a fork proves nothing.
package enum ForkError: Error, Hashable, Sendable {
    /// Not the lines of a file of evidence, or a note in it that does not parse.
    case malformed
    /// The charters are not a chain whose versions count, or name no such member.
    case charter
    /// A card that is not the author's.
    case card
    /// A checkpoint of another log, or one that the card's log key did not sign.
    case checkpoint
    /// A path that does not lead from the leaf to the checkpoint's root.
    case path
    /// Both histories are the same at the index, or differ before it, or are in the wrong order.
    case noDifference
}

/// What somebody holds of a log at one index: the leaf hash and its path to a root that the author
/// signed (`Protocol/sync-log.md` §8).
package struct ForkBranch: Hashable, Sendable {
    /// The card whose log key signed the checkpoint.
    package let card: Card
    /// The checkpoint, with the author's line alone.
    package let checkpoint: Checkpoint
    /// The leaf hash at the index.
    package let leaf: Digest
    /// Its inclusion proof, lowest sibling first.
    package let path: [Digest]

    /// Joins the parts; ``verify(author:origin:index:)`` tells whether they fit.
    package init(card: Card, checkpoint: Checkpoint, leaf: Digest, path: [Digest]) {
        self.card = card
        self.checkpoint = checkpoint
        self.leaf = leaf
        self.path = path
    }

    /// Checks that the author signed a history that has the leaf at the index.
    ///
    /// - Complexity: O(log size) hashes, one signature.
    package func verify(
        author: NodeID,
        origin: String,
        index: UInt64
    ) throws(ForkError) {
        guard self.card.identity == author else { throw .card }
        do throws(CheckpointError) {
            try self.checkpoint.verify(origin: origin, logKey: self.card.logKey, witnesses: [])
        } catch {
            throw .checkpoint
        }
        guard self.proof(at: index).proves(leafHash: self.leaf) else { throw .path }
    }

    /// The leaf's proof in the form of C2SP.
    func proof(at index: UInt64) -> TlogProof {
        TlogProof(index: index, hashes: self.path, checkpoint: self.checkpoint)
    }

    /// The hashes of the subtrees that cover everything before the index.
    fileprivate func before(_ index: UInt64) -> [Digest] {
        let siblings = MerkleProof.siblings(of: index, size: self.checkpoint.size)
        return zip(siblings, self.path).filter(\.0.isLeft).map(\.1)
    }
}

/// Two histories of one log, both signed by its author, that differ at `index` and nowhere before.
///
/// It accuses nobody but the author: every part of it is under the author's own signatures.
package struct ForkEvidence: Hashable, Sendable {
    /// The table.
    package let table: TableID
    /// The log.
    package let log: LogID
    /// The first position at which the histories differ.
    package let index: UInt64
    /// The history with the lower leaf hash at the index.
    package let first: ForkBranch
    /// The other.
    package let second: ForkBranch

    /// Joins two histories in the order of their leaf hashes; ``verify(author:)`` tells whether they
    /// prove anything.
    package init(table: TableID, log: LogID, index: UInt64, _ one: ForkBranch, _ other: ForkBranch)
    {
        self.table = table
        self.log = log
        self.index = index
        (self.first, self.second) = other.leaf < one.leaf ? (other, one) : (one, other)
    }

    /// The root of the tree of all entries before the index, which both histories share.
    ///
    /// - Complexity: O(log index) hashes.
    package var rootBefore: Digest {
        guard
            let frontier = MerkleFrontier(
                size: self.index,
                hashes: self.first.before(self.index).reversed()
            )
        else { preconditionFailure("evidence that verifies covers all leaves before its index") }
        return frontier.root
    }

    /// Checks that the member whose identity is `author` signed both histories, and that the index is
    /// the first at which they differ.
    ///
    /// - Complexity: O(log size) hashes, two signatures.
    package func verify(author: NodeID) throws(ForkError) {
        let origin = self.log.origin(table: self.table)
        for branch in [self.first, self.second] {
            try branch.verify(author: author, origin: origin, index: self.index)
        }
        // What lies left of the index is covered by the same complete subtrees in both trees.
        guard self.first.leaf < self.second.leaf,
            self.first.before(self.index) == self.second.before(self.index)
        else { throw .noDifference }
    }
}
