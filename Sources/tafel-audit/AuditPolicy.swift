import Cryptography
import PlainText
import SyncLog

/// Why a text is not a policy.
enum AuditPolicyError: Error, Hashable, Sendable {
    /// Longer than ``AuditPolicy/bytesMax``, or not UTF-8.
    case text
    /// A line, counted from 1, that is no statement.
    case line(Int)
    /// No table and no identity that is trusted.
    case empty
}

/// The keys that an auditor trusts, and what it demands (`Protocol/bundle.md` §3).
struct AuditPolicy: Hashable, Sendable {
    /// Most bytes of a policy.
    static let bytesMax = 1_048_576

    /// SHA-256 of the text.
    let hash: Digest
    /// Tables that are trusted; empty: any.
    private(set) var tables: [TableID] = []
    /// Identities that are trusted; empty: any.
    private(set) var identities: [NodeID] = []
    /// Members whose receipts must confirm all that a window gave them.
    private(set) var receipts: [String] = []
    /// How many other members must have cosigned the end.
    private(set) var witnesses = 0
    /// The day, `YYYY-MM-DD`, up to which each log must be known; `nil` without a demand.
    private(set) var until: String?
    /// Entries that the windows of each log must cover.
    private(set) var windows: [Range<UInt64>] = []

    /// Reads a policy.
    init(parsing bytes: [UInt8]) throws(AuditPolicyError) {
        guard bytes.count <= Self.bytesMax,
            let text = String(validating: TextFile.lines(of: bytes), as: UTF8.self)
        else { throw .text }
        self.hash = Digest(hashing: bytes)
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            let statement = line.prefix { $0 != UInt8(ascii: "#") }
            let words = statement.split { $0 == 0x20 || $0 == 0x09 }
                .map { String(decoding: $0, as: UTF8.self) }
            guard words.isEmpty || self.read(words) else { throw .line(number + 1) }
        }
        guard !(self.tables.isEmpty && self.identities.isEmpty) else { throw .empty }
    }

    /// Takes over a statement.
    ///
    /// - Returns: Whether it is one.
    private mutating func read(_ words: [String]) -> Bool {
        switch (words[0], words.count) {
        case ("charter", 2):
            guard let table = TextEncoding.bytes(hex: words[1]).flatMap({ TableID($0) }) else {
                return false
            }
            self.tables.append(table)
        case ("identity", 2):
            guard let identity = TextEncoding.bytes(hex: words[1]).flatMap({ NodeID($0) }) else {
                return false
            }
            self.identities.append(identity)
        case ("require", 2...): return self.read(demand: words[1], Array(words[2...]))
        default: return false
        }
        return true
    }

    private mutating func read(demand: String, _ values: [String]) -> Bool {
        switch (demand, values.count) {
        case ("receipt", 1):
            guard Card.isHandle(values[0]) else { return false }
            self.receipts.append(values[0])
        case ("witness", 1):
            guard let count = UInt64(canonicalDecimal: values[0]),
                (1...UInt64(Charter.membersMax)).contains(count)
            else { return false }
            self.witnesses = max(self.witnesses, Int(count))
        case ("until", 1):
            guard values[0].isCalendarDate else { return false }
            self.until = max(self.until ?? values[0], values[0])
        case ("window", 2):
            guard let from = UInt64(canonicalDecimal: values[0]),
                let until = UInt64(canonicalDecimal: values[1]),
                from < until, until <= EntryHeader.treeSizeMax
            else { return false }
            self.windows.append(from..<until)
        default: return false
        }
        return true
    }

    /// What this policy has against the keys that a report rests on.
    func findings(against report: BundleReport) -> [Finding] {
        var findings: [Finding] = []
        if !self.tables.isEmpty, !self.tables.contains(report.table) {
            findings.append(
                Finding(
                    .policy,
                    nl: "Het convenant van deze tafel is niet dat van het beleid.",
                    en: "The charter of this table is not one that the policy names."
                )
            )
        }
        if !self.identities.isEmpty {
            for key in report.keys where !self.identities.contains(key.identity) {
                findings.append(
                    Finding(
                        .policy,
                        nl: "Het beleid noemt de identiteit van \(key.handle) niet "
                            + "(\(TextEncoding.hex(key.identity.bytes))).",
                        en: "The policy does not name the identity of \(key.handle) "
                            + "(\(TextEncoding.hex(key.identity.bytes)))."
                    )
                )
            }
        }
        return findings
    }
}
