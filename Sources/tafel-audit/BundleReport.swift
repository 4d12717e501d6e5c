import Cryptography
import ReplicatedTypes
import SyncLog

/// One entry with contents: what was given to whom, on which ground.
struct Disclosure: Hashable, Sendable {
    /// A recipient with the ground on which it was given.
    struct Recipient: Hashable, Sendable {
        /// Short name of the member.
        let handle: String
        /// Code of the ground.
        let ground: String
        /// Whether the member's newest receipt confirms it.
        let isConfirmed: Bool
    }

    /// 0-based position in the log.
    let index: UInt64
    /// When, as the author says.
    let time: HybridTime
    /// Who received it, in order of member number; entries with the same share one array.
    let recipients: [Recipient]
    /// Of a grant of history: the earlier entries that are given with it.
    let history: [UInt64]
    /// What the entry is; a key grant stands here for the history it gives.
    let kind: EntryKind
    /// Category of the data.
    let category: Category?
}

/// A witness's signature under a checkpoint of the log.
struct Cosignature: Hashable, Sendable {
    /// Short name of the witness.
    let handle: String
    /// Size of the tree that it signed.
    let size: UInt64
    /// When, in seconds since 1970, as the witness says.
    let seconds: UInt64
}

/// A member whose keys the report rests on.
struct NamedKey: Hashable, Sendable {
    /// Short name.
    let handle: String
    /// The identity key.
    let identity: NodeID
}

/// A size and root of some log that its author has signed.
struct SignedRoot: Hashable, Sendable {
    /// Names the log.
    let origin: String
    /// Number of entries.
    let size: UInt64
    /// Root of the tree of that size.
    let root: Digest
}

/// How many entries a bundle has, and in which form.
struct EntryCounts: Hashable, Sendable {
    /// With header and payload.
    var full: UInt64 = 0
    /// With their header.
    var header: UInt64 = 0
    /// Leaf hash alone.
    var leaf: UInt64 = 0
    /// Lost, as the author says: leaf hash alone.
    var lost: UInt64 = 0
}

/// What was found out about one bundle.
struct BundleReport: Sendable {
    /// The table, as the manifest says.
    let table: TableID
    /// The log, as the manifest says.
    let log: LogID
    /// The indices that the bundle covers.
    let window: Range<UInt64>
    /// The newest charter; `nil` when the chain did not hold.
    var charter: Charter?
    /// The author and every member whose receipt counts, once the cards held.
    var keys: [NamedKey] = []
    /// Short name of the author.
    var author: String?
    /// How many entries are in which form.
    var entries = EntryCounts()
    /// What was given, in order of index; empty while the tree is not proven.
    var disclosures: [Disclosure] = []
    /// Cosignatures of the checkpoints in the bundle, in order of size, then name.
    var cosignatures: [Cosignature] = []
    /// Other members that cosigned a checkpoint of the last one's size, each once.
    var witnesses: [String] = []
    /// Members whose receipts' counts could not be recomputed, since the window starts later than
    /// the log.
    var uncountedReceipts: [String] = []
    /// What is wrong; empty when nothing is.
    var findings: [Finding] = []
    /// Findings beyond ``Finding/reportedMax``.
    var furtherFindings = 0
    /// What other bundles must agree with; `nil` while the tree is not proven.
    var evidence: TreeEvidence?

    /// Adds findings at the end; earlier ones that no longer have a place are counted.
    mutating func add(_ findings: [Finding]) {
        let kept = findings.prefix(Finding.reportedMax)
        let surplus = max(0, self.findings.count + kept.count - Finding.reportedMax)
        self.findings.removeLast(surplus)
        self.findings += kept
        self.furtherFindings += surplus + findings.count - kept.count
    }

    /// Origin of the log.
    var origin: String { self.log.origin(table: self.table) }
}

/// What a bundle proves of trees, for comparison with other bundles.
struct TreeEvidence: Sendable {
    /// The frontier at the start of the window.
    let frontier: MerkleFrontier
    /// The leaf hashes of the window.
    let leaves: [Digest]
    /// Every root under a signature of its log, in this bundle.
    let signedRoots: [SignedRoot]
    /// Text hashes of the charter versions.
    let charters: [Digest]

    /// Roots of the tree at those of `sizes` that lie in the window.
    ///
    /// - Complexity: O(leaves).
    func roots(at sizes: Set<UInt64>) -> [UInt64: Digest] {
        Self.roots(at: sizes, frontier: self.frontier, leaves: self.leaves)
    }

    /// Roots of the tree that begins with `frontier` and goes on with `leaves`, at those of `sizes`
    /// that lie in between.
    ///
    /// - Complexity: O(leaves).
    static func roots(
        at sizes: Set<UInt64>,
        frontier: MerkleFrontier,
        leaves: [Digest]
    ) -> [UInt64: Digest] {
        var tree = frontier
        var roots: [UInt64: Digest] = [:]
        if sizes.contains(tree.size) { roots[tree.size] = tree.root }
        for leaf in leaves {
            tree.append(leaf)
            if sizes.contains(tree.size) { roots[tree.size] = tree.root }
        }
        return roots
    }
}
