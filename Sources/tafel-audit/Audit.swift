import Cryptography
import SyncLog
import Wire

/// What an audit comes to.
enum Verdict: String, Sendable {
    /// Everything holds, and the keys are those of the policy.
    case verified
    /// Everything holds, under keys that nobody vouches for.
    case selfConsistent = "self-consistent"
    /// Something is not as it should be.
    case finding
}

/// One or more bundles, checked each by itself, against each other, and against a policy.
struct Audit: Sendable {
    /// What was found out about each bundle, in the order given.
    private(set) var reports: [BundleReport]
    /// What bundles say against each other.
    let consistency: [Finding]
    /// Whether there is a policy and each bundle's keys are those it names.
    let isAnchored: Bool
    private let hasPolicy: Bool

    /// Checks bundles.
    ///
    /// - Complexity: That of ``BundleVerifier/verify(_:)`` for each, plus O(entries).
    init(_ bundles: some Sequence<Bundle>, policy: AuditPolicy?) {
        self.init(bundles.map { BundleVerifier.verify($0) }, policy: policy)
    }

    /// Puts reports of single bundles together.
    init(_ reports: [BundleReport], policy: AuditPolicy?) {
        self.reports = reports
        self.consistency = Self.disagreements(between: reports)
        self.hasPolicy = policy != nil
        var isAnchored = policy != nil
        for (offset, report) in reports.enumerated() {
            guard let policy, !report.keys.isEmpty else {
                // Without keys that hold there is nothing to compare.
                isAnchored = false
                continue
            }
            let findings = policy.findings(against: report)
            if !findings.isEmpty { isAnchored = false }
            self.reports[offset].add(findings)
        }
        self.isAnchored = isAnchored
    }

    /// The verdict on all bundles together.
    var verdict: Verdict {
        guard self.consistency.isEmpty, self.reports.allSatisfy(\.findings.isEmpty) else {
            return .finding
        }
        return self.hasPolicy ? .verified : .selfConsistent
    }

    /// Everything that is wrong, in order of class, then of bundle, each with the place of its
    /// bundle; `nil` for what is between bundles.
    var findings: [(bundle: Int?, finding: Finding)] {
        let all =
            self.reports.enumerated().flatMap { offset, report in
                report.findings.map { (bundle: Int?.some(offset), finding: $0) }
            } + self.consistency.map { (bundle: nil, finding: $0) }
        return Finding.Class.allCases.flatMap { step in all.filter { $0.finding.class == step } }
    }

    /// The verdict on one bundle.
    func verdict(on report: BundleReport) -> Verdict {
        guard report.findings.isEmpty else { return .finding }
        return self.hasPolicy ? .verified : .selfConsistent
    }

    /// Whether bundles of one log agree on every index and root that they share, and bundles of one
    /// table on its charter.
    private static func disagreements(between reports: [BundleReport]) -> [Finding] {
        guard reports.count > 1 else { return [] }
        var roots: [String: [UInt64: Digest]] = [:]
        var leaves: [String: [UInt64: Digest]] = [:]
        var charters: [TableID: [Digest]] = [:]
        var findings: [Finding] = []
        var forked: Set<String> = []
        let signed = reports.compactMap(\.evidence).flatMap(\.signedRoots)
        let sizes = Dictionary(grouping: signed, by: \.origin).mapValues { Set($0.map(\.size)) }
        for root in signed {
            let known = roots[root.origin, default: [:]].updateValue(root.root, forKey: root.size)
            if let known, known != root.root, forked.insert(root.origin).inserted {
                findings.append(self.fork(of: root.origin, at: root.size))
            }
        }
        for report in reports {
            guard let evidence = report.evidence else { continue }
            let origin = report.origin
            for (size, root) in evidence.roots(at: sizes[origin, default: []])
                .sorted(by: { $0.key < $1.key })
            where roots[origin]?[size] != root && forked.insert(origin).inserted {
                findings.append(self.fork(of: origin, at: size))
            }
            let isAlone = reports.count { $0.origin == origin } == 1
            for (offset, leaf) in evidence.leaves.enumerated() where !isAlone {
                let index = report.window.lowerBound + UInt64(offset)
                let known = leaves[origin, default: [:]].updateValue(leaf, forKey: index)
                if let known, known != leaf, forked.insert(origin).inserted {
                    findings.append(self.fork(of: origin, at: index))
                }
            }
            let chain = charters[report.table, default: []]
            if !zip(chain, evidence.charters).allSatisfy({ $0 == $1 }) {
                findings.append(
                    Finding(
                        .consistency,
                        nl: "De bundels hebben van één tafel verschillende convenanten.",
                        en: "The bundles have different charters of one table."
                    )
                )
            }
            if evidence.charters.count > chain.count { charters[report.table] = evidence.charters }
        }
        return findings
    }

    private static func fork(of origin: String, at place: UInt64) -> Finding {
        Finding(
            .consistency,
            index: place,
            nl: "Van logboek \(origin) bestaan twee versies, die uiterlijk vanaf plaats \(place) "
                + "verschillen; de schrijver heeft beide ondertekend.",
            en: "Log \(origin) exists in two versions, which differ from place \(place) at the "
                + "latest; its author signed both."
        )
    }
}
