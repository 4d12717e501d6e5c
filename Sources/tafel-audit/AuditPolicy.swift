import Cryptography
import SyncLog

/// Why a text is not a policy.
enum AuditPolicyError: Error, Hashable, Sendable {
    /// Longer than ``AuditPolicy/bytesMax``, or not UTF-8.
    case text
    /// A line, counted from 1, that is no statement.
    case line(Int)
    /// Not one statement.
    case empty
}

/// The keys that an auditor trusts (`Protocol/bundle.md` §3).
struct AuditPolicy: Hashable, Sendable {
    /// Most bytes of a policy.
    static let bytesMax = 1_048_576

    /// Tables that are trusted; empty: any.
    let tables: [TableID]
    /// Identities that are trusted; empty: any.
    let identities: [NodeID]

    /// Reads a policy.
    init(parsing bytes: [UInt8]) throws(AuditPolicyError) {
        guard bytes.count <= Self.bytesMax, let text = String(validating: bytes, as: UTF8.self)
        else { throw .text }
        var tables: [TableID] = []
        var identities: [NodeID] = []
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            let statement = line.prefix { $0 != UInt8(ascii: "#") }
            let words = statement.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
                .map { String(decoding: $0, as: UTF8.self) }
            if words.isEmpty { continue }
            guard words.count == 2, let value = TextEncoding.bytes(hex: words[1]) else {
                throw .line(number + 1)
            }
            switch words[0] {
            case "charter":
                guard let table = TableID(value) else { throw .line(number + 1) }
                tables.append(table)
            case "identity":
                guard let identity = NodeID(value) else { throw .line(number + 1) }
                identities.append(identity)
            default:
                throw .line(number + 1)
            }
        }
        guard !(tables.isEmpty && identities.isEmpty) else { throw .empty }
        self.tables = tables
        self.identities = identities
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
