import CaseModel
import Foundation

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

    static func text(of report: ImportReport) -> String {
        var lines = [
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
        if count > shown.count { lines.append("  --json shows more of the \(count) findings") }
        return lines.joined(separator: "\n")
    }
}

/// A bar with rate and time left, on a terminal only.
struct ImportProgress {
    private let total: Int
    private let start = ContinuousClock.now
    private var done = 0
    private var shown = ContinuousClock.now
    private var isShown = false

    init(file: String) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        self.total = (attributes?[.size] as? Int) ?? 0
    }

    mutating func advance(_ byteCount: Int) {
        self.done += byteCount
        let now = ContinuousClock.now
        guard now - self.shown > .milliseconds(200), self.total > 0 else { return }
        self.shown = now
        self.isShown = true
        let share = min(Double(self.done) / Double(self.total), 1)
        let seconds = Double((now - self.start).components.seconds) + 0.001
        let rate = Double(self.done) / seconds
        let left = Int(Double(self.total - min(self.done, self.total)) / max(rate, 1))
        let filled = Int(share * 30)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 30 - filled)
        Output.progress(
            "\r[\(bar)] \(Int(share * 100))%  \(Int(rate / 1_024)) KiB/s  \(left) s left   "
        )
    }

    mutating func end() {
        if self.isShown { Output.progress("\r" + String(repeating: " ", count: 70) + "\r") }
    }
}
