import Cryptography
import ReplicatedTypes
import SyncLog
import Vocabulary

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
    /// The charter version under which it was given.
    let charterVersion: UInt16
    /// Who received it, in order of member number; entries with the same share one array.
    let recipients: [Recipient]
    /// Of a grant of history: the earlier entries that are given with it.
    let history: [UInt64]
    /// What the entry is; a key grant stands here for the history it gives.
    let kind: EntryKind
    /// Category of the data.
    let category: Category?
    /// The case; zero where the entry is about none.
    let caseID: ObjectID
    /// Of a fragment or withdrawal which fragment it is about, as the author says.
    let fragment: NamedFragment?

    /// Whether it is about a fragment that the author does not name.
    var isUnnamed: Bool {
        self.fragment == nil && (self.kind == .fragment || self.kind == .withdrawal)
    }
}

/// A fragment as an author names it beside an entry.
struct NamedFragment: Hashable, Sendable {
    /// The table.
    let table: TableID
    /// Where its version 1 stands.
    let first: Dot
    /// The version that the entry holds; 0 of a withdrawal.
    let version: UInt32

    /// Its ID, which follows from where its version 1 stands.
    var id: ObjectID { ObjectID(table: self.table, dot: self.first) }
}

/// A witness's signature under a checkpoint of the log.
struct Cosignature: Hashable, Sendable {
    /// Short name of the witness.
    let handle: String
    /// Size of the tree that it signed.
    let size: UInt64
    /// Root of that tree: another one of the same size is of another history.
    let root: Digest
    /// When, in seconds since 1970, as the witness says.
    let seconds: UInt64
}

/// An organisation at the table, as its newest card in the bundle says.
struct Organisation: Hashable, Sendable {
    /// Short name.
    let handle: String
    /// Full name.
    let name: String
    /// Organisation identification number (OIN), 20 digits.
    let oin: String
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
    /// The log.
    let log: LogID
    /// Its table.
    let table: TableID
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
    /// SHA-256 of the file; `nil` where it came from no file.
    var fileHash: Digest?
    /// The organisations that have a card in the bundle, in order of member number.
    var organisations: [Organisation] = []
    /// The latest time that the end of the window is known to be later than, in seconds since 1970;
    /// `nil` while the tree is not proven.
    var laterThan: UInt64?
    /// The charter chain, from version 1 on; empty when it did not hold.
    var charters: [Charter] = []
    /// Generations of the author's log that a charter pins and no bundle of the call proves.
    var missingGenerations: [KnownGeneration] = []
    /// The author and every member whose receipt counts, once the cards held.
    var keys: [NamedKey] = []
    /// Short name of the author.
    var author: String?
    /// How many entries are in which form.
    var entries = EntryCounts()
    /// What was given, in order of index; empty while the tree is not proven.
    var disclosures = Disclosures()
    /// How many entries of the window no bundle of the log shows, or not for whom they are.
    var unseenCount = 0
    /// Cosignatures of the checkpoints in the bundle, in order of size, then name.
    var cosignatures: [Cosignature] = []
    /// Other members that cosigned the tree at the end of the window, in any bundle of the call, each
    /// once.
    var witnesses: [String] = []
    /// Members whose receipts' counts could not be recomputed, since not every entry below is shown.
    var uncountedReceipts: [String] = []
    /// What is wrong; empty when nothing is.
    var findings: [Finding] = []
    /// Findings beyond ``Finding/reportedMax``.
    var furtherFindings = 0
    /// What is proven of the log; `nil` while the tree is not.
    var proven: ProvenLog?
    /// What the bundle says of all logs; `nil` while the tree is not proven.
    var evidence: BundleEvidence?
    /// Its cards; `nil` while the tree is not proven.
    var ring: KeyRing?

    /// Adds findings at the end; earlier ones that no longer have a place are counted.
    mutating func add(_ findings: [Finding]) {
        let kept = findings.prefix(Finding.reportedMax)
        let surplus = max(0, self.findings.count + kept.count - Finding.reportedMax)
        self.findings.removeLast(surplus)
        self.findings += kept
        self.furtherFindings += surplus + findings.count - kept.count
    }

    /// Keeps the first findings of all, by class and then by index, and counts the others.
    mutating func cut() {
        let ordered = Finding.Class.allCases.flatMap { step in
            let found = self.findings.filter { $0.class == step }
            // What is of the bundle and what is of the log stands together, by index.
            guard step == .entry || step == .audience else { return found }
            return found.enumerated().sorted {
                ($0.element.index ?? 0, $0.offset) < ($1.element.index ?? 0, $1.offset)
            }.map(\.element)
        }
        self.findings = Array(ordered.prefix(Finding.reportedMax))
        self.furtherFindings += ordered.count - self.findings.count
    }

    /// Takes over what is found about this log and stands with this bundle, and what all bundles show of
    /// it; puts the findings in order.
    mutating func settle(_ findings: [Finding], _ settlement: Settlement) {
        self.findings += findings
        self.cut()
        for member in settlement.agreeing {
            guard let named = settlement.log.members[member] else { continue }
            let key = NamedKey(handle: named.handle, identity: named.identity)
            if !self.keys.contains(key) { self.keys.append(key) }
        }
        self.uncountedReceipts = settlement.uncounted.map { settlement.handle($0) }
        self.laterThan = settlement.laterThan(self.window.upperBound)
        self.witnesses = settlement.witnesses(at: self.window.upperBound)
        self.disclosures = settlement.disclosures(in: self.window)
        self.unseenCount = settlement.unseenCount(in: self.window)
    }

    /// The newest charter; `nil` when the chain did not hold.
    var charter: Charter? { self.charters.last }

    /// Origin of the log.
    var origin: String { self.log.origin(table: self.table) }
}
