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
    /// The bundles that stand together as one log, by their places; each bundle is in one.
    let logs: [[Int]]
    /// What bundles say against each other.
    let consistency: [Finding]
    /// Contradictions that pins explain, in order of origin.
    let explained: [Explanation]
    /// Whether there is a policy and each bundle's keys are those it names.
    let isAnchored: Bool
    /// What the keys were compared with.
    let policy: AuditPolicy?

    /// Checks bundles; `now` is the auditor's clock, in seconds since 1970.
    ///
    /// - Complexity: That of ``BundleVerifier/verify(_:)`` for each, plus O(entries).
    init(_ bundles: some Sequence<Bundle>, policy: AuditPolicy?, now: UInt64) {
        self.init(bundles.map { BundleVerifier.verify($0) }, policy: policy, now: now)
    }

    /// Puts reports of single bundles together: each log is held against what every bundle says.
    ///
    /// What is found about an entry of a log stands with a bundle that shows it, the rest with the first.
    init(_ reports: [BundleReport], policy: AuditPolicy?, now: UInt64) {
        let evidence = Evidence(reports)
        var reports = reports
        var explained: Set<Explanation> = []
        var policyFindings: [Int: [Finding]] = [:]
        var isAnchored = policy != nil
        for (number, log) in evidence.logs.enumerated() {
            var settlement = Settlement(evidence, at: number, now: now)
            let findings = Self.placed(&settlement, log, reports)
            for place in log.places {
                reports[place].settle(findings[place, default: []], settlement)
            }
            if let pin = settlement.pin, settlement.isExplained {
                let handle = evidence.handle(of: log.log.log, at: log.log.table)
                explained.insert(Explanation(origin: log.log.origin, handle: handle, pin: pin))
            }
            policyFindings[log.places[0]] = policy?.unmet(settlement, evidence, number) ?? []
        }
        let between = evidence.disagreements()
        self.consistency = between.findings
        self.explained = explained.union(between.explained)
            .sorted { precedesInBytes($0.origin, $1.origin) }
        self.policy = policy
        let alone = reports.indices.filter { reports[$0].proven == nil }.map { [$0] }
        self.logs = (evidence.logs.map(\.places) + alone).sorted { $0[0] < $1[0] }
        for places in self.logs {
            guard let policy, !reports[places[0]].keys.isEmpty else {
                // Without keys that hold there is nothing to compare.
                isAnchored = false
                continue
            }
            let findings = policy.findings(against: reports[places[0]])
            if !findings.isEmpty { isAnchored = false }
            reports[places[0]].add(findings + policyFindings[places[0], default: []])
        }
        let given = Set(reports.map(\.origin))
        for place in reports.indices {
            let missing = evidence.missingGenerations(reports[place], given: given)
            reports[place].missingGenerations = missing
        }
        self.isAnchored = isAnchored
        self.reports = reports
    }

    /// What is found about a log, by the bundle that it stands with (`Protocol/bundle.md` §2, Logs).
    private static func placed(
        _ settlement: inout Settlement,
        _ log: AuditedLog,
        _ reports: [BundleReport]
    ) -> [Int: [Finding]] {
        func first(_ isMeant: (ProvenLog) -> Bool) -> Int? {
            log.places.first { reports[$0].proven.map(isMeant) ?? false }
        }
        let said = Dictionary(grouping: settlement.referenceFindings) { finding in
            first { log in finding.index.map { log.said[$0] != nil } ?? false } ?? log.places[0]
        }
        let found = Dictionary(grouping: settlement.findings()) { finding in
            guard let index = finding.index else { return log.places[0] }
            return first { $0.header(at: index) != nil }
                ?? first { $0.window.contains(index) } ?? log.places[0]
        }
        return said.merging(found) { $0 + $1 }
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

    /// The verdict on the log of the bundle at a place; of the only bundle it is that on the call.
    func verdict(at place: Int) -> Verdict {
        guard self.reports.count > 1 else { return self.verdict }
        let origin = self.reports[place].origin
        let isFound =
            self.reports.contains { $0.origin == origin && !$0.findings.isEmpty }
            || self.consistency.contains { $0.origin.map { $0 == origin } ?? true }
        guard !isFound else { return .finding }
        return self.policy != nil ? .verified : .selfConsistent
    }
}
