import Cryptography
import SyncLog

/// A root of some log with a member's cosignature.
struct WitnessedRoot: Hashable, Sendable {
    /// What was signed.
    let root: SignedRoot
    /// Who cosigned.
    let witness: NodeID
    /// Its short name.
    let handle: String
    /// When, in seconds since 1970, as the witness says.
    let seconds: UInt64
}

/// A leaf hash under a signature of its log.
struct SignedLeaf: Hashable, Sendable {
    /// Names the log.
    let origin: String
    /// Index of the entry.
    let index: UInt64
    /// Its leaf hash.
    let leaf: Digest
}

/// Which text an identity signed as a version of its card.
struct SignedCard: Hashable, Sendable {
    /// Whose card.
    let identity: NodeID
    /// Its version.
    let version: UInt32
    /// Hash of its text.
    let text: Digest

    /// Takes it from a card.
    init(_ card: Card) {
        self.identity = card.identity
        self.version = card.version
        self.text = Digest(hashing: Array(card.note.text.utf8))
    }
}

/// Where a receipt stands.
struct ReceiptPlace: Hashable, Comparable, Sendable {
    /// The log.
    let log: LogID
    /// The index in it.
    let index: UInt64

    /// Orders by log, then index.
    static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.log, lhs.index) < (rhs.log, rhs.index)
    }
}

/// What a receipt quotes of one log; evidence only where its signatures hold.
struct Quote: Sendable {
    /// What it says.
    let item: LogReceipt
    /// The log that the receipt stands in.
    let writer: LogID
    /// Its author, which must have cosigned.
    let identity: NodeID
    /// Index, time and leaf hash of the receipt.
    let header: EntryHeader
}

/// What one receipt says of one log, under signatures that hold.
struct ReceiptStatement: Sendable {
    /// The log that the receipt stands in, and its index there.
    let place: ReceiptPlace
    /// The receipt's leaf hash: an author can sign two receipts for one place.
    let leaf: Digest
    /// What it says.
    let item: LogReceipt
    /// Which log's bundles have it, by its place among those of the evidence.
    let source: Int

    /// Orders by place, then by leaf hash.
    static func isOlder(_ lhs: Self, _ rhs: Self) -> Bool {
        (lhs.place, lhs.leaf) < (rhs.place, rhs.leaf)
    }
}

/// What one bundle says of all logs.
struct BundleEvidence: Sendable {
    /// Every root under a signature of its log.
    var roots: [SignedRoot] = []
    /// Every leaf of others' logs that a receipt's proof shows.
    var leaves: [SignedLeaf] = []
    /// Every cosignature.
    var cosignatures: [WitnessedRoot] = []
    /// The cards in the bundle and in its log.
    var cards: Set<SignedCard> = []
    /// Every item of every receipt.
    var quotes: [Quote] = []

    /// Adds a checkpoint that was found good.
    mutating func add(_ opened: OpenedCheckpoint, of log: LogID, _ ring: KeyRing) {
        let root = SignedRoot(
            origin: opened.checkpoint.origin,
            log: log,
            table: ring.table,
            size: opened.checkpoint.size,
            root: opened.checkpoint.root
        )
        self.roots.append(root)
        for cosigner in opened.cosigners {
            guard let witness = ring.owner(of: cosigner) else { continue }
            self.cosignatures.append(
                WitnessedRoot(
                    root: root,
                    witness: witness.identity,
                    handle: witness.handle,
                    seconds: cosigner.seconds
                )
            )
        }
    }

    /// Adds what the bundle of another window of the same log says.
    mutating func add(_ other: BundleEvidence) {
        self.roots += other.roots
        self.leaves += other.leaves
        self.cosignatures += other.cosignatures
        self.cards.formUnion(other.cards)
    }
}

/// What a pin explains: roots or leaves of one log that contradict each other, and are no finding.
struct Explanation: Hashable, Sendable {
    /// Names the log.
    let origin: String
    /// Short name of its author.
    let handle: String
    /// The pin.
    let pin: AppliedPin
}

/// One log of a call: the windows of it that join and agree, as one (`Protocol/bundle.md` §2, Logs).
struct AuditedLog: Sendable {
    /// What its bundles prove of it.
    var log: ProvenLog
    /// What they say of this and of other logs.
    var says: BundleEvidence
    /// Its bundles, by their places in the call, ascending.
    var places: [Int]
}

/// What all bundles of a call that got behind the tree say (`Protocol/bundle.md` §2, Evidence).
struct Evidence: Sendable {
    /// The logs, in the order of their first bundles.
    let logs: [AuditedLog]
    /// The keys that bundles tell of each member's logs.
    let keys: ToldKeys
    /// The pins of the longest charter chain of each table, by origin.
    let pins: [String: AppliedPin]
    /// Of each log its receipts that quote what nobody signed.
    let misquotes: [[Finding]]

    private let statements: [String: [ReceiptStatement]]
    private let cosignatures: [String: [WitnessedRoot]]

    /// Gathers the evidence of reports.
    init(_ reports: [BundleReport]) {
        let keys = ToldKeys(reports.compactMap(\.ring))
        var own: [Int: OwnQuotes] = [:]
        var statements: [(place: Int, origin: String, quote: Quote)] = []
        var bundles: [AuditedLog] = []
        for (place, report) in reports.enumerated() {
            guard let log = report.proven, var says = report.evidence, var ring = report.ring
            else { continue }
            for quote in says.quotes {
                let opened = ring.open(quote, keys)
                if let opened {
                    says.add(opened, of: quote.item.log, ring)
                    statements.append((place, opened.checkpoint.origin, quote))
                }
                guard quote.writer == log.log else { continue }
                if opened != nil || ring.isSigned(quote, keys) {
                    own[place, default: OwnQuotes()].good.insert(QuotePlace(quote))
                } else if !keys.all(of: quote.item.log.member, at: log.table).isEmpty {
                    // Where no bundle has a card of that author, nothing can be said.
                    own[place, default: OwnQuotes()].bad[QuotePlace(quote)] = quote
                }
            }
            says.quotes = []
            bundles.append(AuditedLog(log: log, says: says, places: [place]))
        }
        let logs = Self.joined(bundles)
        let sources = Dictionary(
            uniqueKeysWithValues: logs.enumerated().flatMap { source, log in
                log.places.map { ($0, source) }
            }
        )
        self.logs = logs
        self.keys = keys
        self.pins = Self.pins(of: logs)
        self.misquotes = logs.map { log in
            OwnQuotes(log.places.compactMap { own[$0] }).misquoted.map(log.log.misquoted)
        }
        self.statements = Dictionary(grouping: statements) { $0.origin }.mapValues { said in
            said.map { place, _, quote in
                ReceiptStatement(
                    place: ReceiptPlace(log: quote.writer, index: quote.header.index),
                    leaf: quote.header.leafHash,
                    item: quote.item,
                    source: sources[place] ?? 0
                )
            }
        }
        self.cosignatures = Dictionary(
            grouping: logs.flatMap(\.says.cosignatures),
            by: \.root.origin
        )
    }

    private static func pins(of logs: [AuditedLog]) -> [String: AppliedPin] {
        // Of different ones of one length, which are a finding, any will do that does not depend on the
        // order of bundles.
        func isShorter(_ lhs: ProvenLog, _ rhs: ProvenLog) -> Bool {
            (lhs.charters.count, lhs.charters.last ?? .zero)
                < (rhs.charters.count, rhs.charters.last ?? .zero)
        }
        let longest = Dictionary(grouping: logs.map(\.log), by: \.table)
            .compactMapValues { $0.max(by: isShorter) }
        var pins: [String: AppliedPin] = [:]
        for (table, log) in longest {
            for (pinned, pin) in log.pins { pins[pinned.origin(table: table)] = pin }
        }
        return pins
    }

    /// Items of receipts about the log at `place` but its author's own, each once; those that its own
    /// bundles have first.
    func statements(at place: Int) -> [ReceiptStatement] {
        let log = self.logs[place].log
        var kept: [ReceiptPlace: Set<Digest>] = [:]
        let all = self.statements[log.origin, default: []].filter {
            $0.place.log.member != log.log.member
        }
        let own = all.filter { $0.source == place }
        return (own + all.filter { $0.source != place }).filter { statement in
            kept[statement.place, default: []].insert(statement.leaf).inserted
        }
    }

    /// Cosignatures of a log, whatever bundle they are in.
    func cosignatures(of log: ProvenLog) -> [WitnessedRoot] {
        self.cosignatures[log.origin, default: []]
    }
}
