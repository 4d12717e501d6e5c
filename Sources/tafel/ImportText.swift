import JSONText
import RecordImport
import Terminal

extension ImportReport {
    /// The document of `record import --json`.
    var json: JSONValue {
        [
            "read": .integer(self.readCount), "filtered": .integer(self.filteredCount),
            "imported": .integer(self.importedCount), "updated": .integer(self.updatedCount),
            "unchanged": .integer(self.unchangedCount), "rejected": .integer(self.rejectedCount),
            "findings": .array(
                self.findings.map { finding in
                    [
                        "rule": .string(finding.rule.rawValue),
                        "severity": .string(finding.severity.rawValue),
                        "line": .integer(finding.line), "field": .string(finding.field),
                        "value": .string(finding.value),
                        "suggestion": .string(finding.suggestion),
                    ]
                }
            ),
            "findings_by_rule": .object(
                self.findingsByRule.map { JSONValue.Member($0.rule.rawValue, .integer($0.count)) }
            ),
            "findings_more": .integer(self.findingsMore),
        ]
    }
}

/// An import's outcome as lines for a person.
enum ImportText {
    /// Most findings shown; all counts are.
    static let findingsMax = 20

    static func text(of report: ImportReport) -> ShownText {
        var lines: [ShownText] = [
            "\(report.readCount) rows read: \(report.importedCount) imported, "
                + "\(report.updatedCount) updated, \(report.unchangedCount) unchanged, "
                + "\(report.filteredCount) filtered, \(report.rejectedCount) rejected"
        ]
        for (rule, count) in report.findingsByRule { lines.append("  \(rule.rawValue): \(count)") }
        let shown = report.findings.filter { $0.severity != .info }.prefix(self.findingsMax)
        for finding in shown {
            lines.append(
                "  line \(finding.line), \(finding.rule.rawValue): \(finding.field) "
                    + "'\(finding.value)': \(finding.suggestion)"
            )
        }
        let count = report.findingCounts.values.reduce(0, +)
        if count > shown.count { lines.append("  --findings FILE lists all \(count) findings") }
        return lines.joined(separator: "\n")
    }
}
