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
    /// Contradictions that pins explain, in order of origin.
    let explained: [Explanation]
    /// Whether there is a policy and each bundle's keys are those it names.
    let isAnchored: Bool
    /// What the keys were compared with.
    let policy: AuditPolicy?

    /// Checks bundles.
    ///
    /// - Complexity: That of ``BundleVerifier/verify(_:)`` for each, plus O(entries).
    init(_ bundles: some Sequence<Bundle>, policy: AuditPolicy?) {
        self.init(bundles.map { BundleVerifier.verify($0) }, policy: policy)
    }

    /// Puts reports of single bundles together: each log is held against what every bundle says.
    init(_ reports: [BundleReport], policy: AuditPolicy?) {
        let evidence = Evidence(reports)
        var reports = reports
        var explained: Set<Explanation> = []
        var settlements: [Settlement?] = []
        var place = 0
        for (offset, report) in reports.enumerated() {
            guard report.proven != nil else {
                settlements.append(nil)
                continue
            }
            var settlement = Settlement(evidence, at: place)
            place += 1
            reports[offset].settle(settlement.findings(), settlement)
            if let pin = settlement.pin, settlement.isExplained {
                explained.insert(Explanation(origin: report.origin, pin: pin))
            }
            settlements.append(settlement)
        }
        let between = evidence.disagreements()
        self.consistency = between.findings
        self.explained = explained.union(between.explained)
            .sorted { precedesInBytes($0.origin, $1.origin) }
        self.policy = policy
        var isAnchored = policy != nil
        for (offset, report) in reports.enumerated() {
            guard let policy, !report.keys.isEmpty else {
                // Without keys that hold there is nothing to compare.
                isAnchored = false
                continue
            }
            var findings = policy.findings(against: report)
            if !findings.isEmpty { isAnchored = false }
            if let settlement = settlements[offset] {
                let origin = report.origin
                let isFirst = !settlements[..<offset].contains { $0?.log.origin == origin }
                let windows = settlements.compactMap { $0?.log }.filter { $0.origin == origin }
                findings += policy.unmet(settlement, windows: isFirst ? windows.map(\.window) : nil)
            }
            reports[offset].add(findings)
        }
        self.isAnchored = isAnchored
        self.reports = reports
    }

    /// The verdict on all bundles together.
    var verdict: Verdict {
        guard self.consistency.isEmpty, self.reports.allSatisfy(\.findings.isEmpty) else {
            return .finding
        }
        return self.policy != nil ? .verified : .selfConsistent
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

    /// The verdict on one bundle; on the only one it is that on the call.
    func verdict(on report: BundleReport) -> Verdict {
        guard self.reports.count > 1 else { return self.verdict }
        guard report.findings.isEmpty else { return .finding }
        return self.policy != nil ? .verified : .selfConsistent
    }
}
