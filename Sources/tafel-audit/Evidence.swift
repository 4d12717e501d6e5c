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

/// What one receipt says of one log, under signatures that hold.
struct ReceiptStatement: Hashable, Sendable {
    /// Names the log that it is about.
    let origin: String
    /// The log that the receipt stands in.
    let writer: LogID
    /// Its index there.
    let index: UInt64
    /// What it says.
    let item: LogReceipt
    /// Which bundle has it, by its place among those of the evidence.
    var source = 0
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

/// What one bundle says of all logs, under signatures that hold.
struct BundleEvidence: Sendable {
    /// Every root under a signature of its log.
    var roots: [SignedRoot] = []
    /// The key of each log, by origin.
    var logKeys: [String: VerifyingKey] = [:]
    /// Every cosignature.
    var cosignatures: [WitnessedRoot] = []
    /// Every item of every receipt.
    var statements: [ReceiptStatement] = []
}

/// What a pin explains: roots or leaves of one log that contradict each other, and are no finding.
struct Explanation: Hashable, Sendable {
    /// Names the log.
    let origin: String
    /// The pin.
    let pin: AppliedPin
}

/// What all bundles of a call that got behind the tree say (`Protocol/bundle.md` §2, Evidence).
struct Evidence: Sendable {
    /// The bundles' logs with what each bundle says, in the order given.
    let bundles: [(log: ProvenLog, says: BundleEvidence)]
    /// The pins of the longest charter chain of each table, by origin.
    let pins: [String: AppliedPin]

    private let statements: [String: [ReceiptStatement]]
    private let cosignatures: [String: [WitnessedRoot]]

    /// Gathers the evidence of reports.
    init(_ reports: [BundleReport]) {
        let bundles = reports.compactMap { report in
            report.proven.flatMap { log in report.evidence.map { (log: log, says: $0) } }
        }
        var longest: [TableID: ProvenLog] = [:]
        for (log, _) in bundles
        where log.charters.count > longest[log.table]?.charters.count ?? 0 {
            longest[log.table] = log
        }
        var pins: [String: AppliedPin] = [:]
        for (table, log) in longest {
            for (pinned, pin) in log.pins { pins[pinned.origin(table: table)] = pin }
        }
        self.bundles = bundles
        self.pins = pins
        self.statements = Dictionary(
            grouping: bundles.enumerated().flatMap { source, bundle in
                bundle.says.statements.map { statement in
                    var statement = statement
                    statement.source = source
                    return statement
                }
            },
            by: \.origin
        )
        self.cosignatures = Dictionary(
            grouping: bundles.flatMap(\.says.cosignatures),
            by: \.root.origin
        )
    }

    /// Items of receipts about the log of the bundle at `place`, but its author's own, each once; those
    /// of that bundle first.
    func statements(at place: Int) -> [ReceiptStatement] {
        let log = self.bundles[place].log
        var kept: [ReceiptPlace: [LogReceipt]] = [:]
        let all = self.statements[log.origin, default: []].filter {
            $0.writer.member != log.log.member
        }
        let own = all.filter { $0.source == place }
        return (own + all.filter { $0.source != place }).filter { statement in
            let place = ReceiptPlace(log: statement.writer, index: statement.index)
            guard kept[place]?.contains(statement.item) != true else { return false }
            kept[place, default: []].append(statement.item)
            return true
        }
    }

    /// Cosignatures of a log, whatever bundle they are in.
    func cosignatures(of log: ProvenLog) -> [WitnessedRoot] {
        self.cosignatures[log.origin, default: []]
    }
}
