/// What an import did, as counts and findings.
package struct ImportReport: Hashable, Sendable {
    /// What became of a record in the store.
    package enum Outcome: Hashable, Sendable {
        /// The record is new.
        case imported
        /// The record was there with other contents.
        case updated
        /// The record was there with the same contents.
        case unchanged
    }

    /// Most findings kept; later ones are only counted, but for ``rareFindings``.
    package static let findingsMax = 1000
    /// So many findings of each rule are kept however many others there are.
    package static let findingsOfRuleMin = 20

    /// Rows of the file, without its header.
    package private(set) var readCount = 0
    /// Rows the mapping's `only` left out.
    package private(set) var filteredCount = 0
    /// Records that are new.
    package private(set) var importedCount = 0
    /// Records that changed.
    package private(set) var updatedCount = 0
    /// Records that stayed the same.
    package private(set) var unchangedCount = 0
    /// Rows that gave no record because of an error.
    package private(set) var rejectedCount = 0
    /// The first of each rule that are not among ``findings``.
    package private(set) var rareFindings: [ImportFinding] = []
    /// The first findings in the order of the file, at most `findingsMax`.
    package private(set) var findings: [ImportFinding] = []
    /// Findings that are counted but not kept.
    package private(set) var findingsMore = 0
    /// Number of findings of each rule that has any.
    package private(set) var findingCounts: [ImportRule: Int] = [:]

    /// Creates an empty report.
    package init() {}

    /// The number of findings per rule, ascending by the rule's name.
    package var findingsByRule: [(rule: ImportRule, count: Int)] {
        self.findingCounts.map { ($0.key, $0.value) }
            .sorted { $0.rule.rawValue < $1.rule.rawValue }
    }

    /// Counts what became of records; the caller does this once they are durable.
    package mutating func count(_ outcome: Outcome, _ recordCount: Int = 1) {
        switch outcome {
        case .imported: self.importedCount += recordCount
        case .updated: self.updatedCount += recordCount
        case .unchanged: self.unchangedCount += recordCount
        }
    }

    /// Counts a row that was read.
    package mutating func countRead() { self.readCount += 1 }

    /// Counts a row that was left out on purpose.
    package mutating func countFiltered() { self.filteredCount += 1 }

    /// Counts a row that was refused.
    package mutating func countRejected() { self.rejectedCount += 1 }

    /// Adds a finding.
    package mutating func add(_ finding: ImportFinding) {
        self.findingCounts[finding.rule, default: 0] += 1
        if self.findings.count < Self.findingsMax {
            self.findings.append(finding)
            return
        }
        self.findingsMore += 1
        if self.findingCounts[finding.rule, default: 0] <= Self.findingsOfRuleMin {
            self.rareFindings.append(finding)
        }
    }
}
