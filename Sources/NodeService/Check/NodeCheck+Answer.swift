import CaseModel
import JSONText
import RecordStore
import Terminal

extension NodeCheck {
    /// The document, and the same for a person; a finding is exit code 1.
    var answer: NodeAnswer {
        let isSound = self.findings.isEmpty
        let findings = self.shownFindings
        return NodeAnswer(
            exitCode: isSound ? 0 : 1,
            json: [
                "verdict": .string(isSound ? "sound" : "damaged"),
                "sealed": .bool(self.pages?.isSealed ?? false),
                "checked": [
                    "pages": .integer(Int(self.counts.pages)),
                    "records": .integer(self.counts.records),
                    "entries": .integer(Int(self.counts.entries)),
                ],
                "findings": .array(
                    findings.prefix(Self.findingsMax).map { finding in
                        [
                            "file": .string(finding.file), "part": .string(finding.part),
                            "what": .string(finding.what), "means": .string(finding.means),
                            "remedy": .string(finding.remedy.rawValue),
                        ]
                    }
                ),
                "findings_more": .integer(max(0, self.findings.count - Self.findingsMax)),
                "done": .array(self.done.map { .string($0) }),
            ],
            text: self.lines.joined(separator: "\n"),
            file: nil
        )
    }

    /// Most findings that are shown.
    static let findingsMax = 1_000

    /// The findings; where a part is damaged that only a backup has, nothing is rebuilt, and nothing but
    /// the backup helps with the others.
    private var shownFindings: [CheckFinding] {
        guard self.isBeyondRepair else { return self.findings }
        return self.findings.map { finding in
            CheckFinding(
                file: finding.file,
                part: finding.part,
                what: finding.what,
                means: finding.means,
                remedy: finding.remedy == .none ? .none : .backup
            )
        }
    }

    private var lines: [ShownText] {
        var lines: [ShownText] = self.done.map { "done     \($0)" }
        for finding in self.shownFindings.prefix(Self.findingsMax) {
            lines.append("DAMAGED  \(finding.file), \(finding.part): \(finding.what)")
            lines.append("         \(finding.means). \(Self.advice(finding.remedy))")
        }
        if self.findings.count > Self.findingsMax {
            lines.append("         and \(self.findings.count - Self.findingsMax) more")
        }
        lines.append(
            "\(self.findings.isEmpty ? "sound" : "damaged")    \(self.counts.pages) pages, "
                + "\(self.counts.records) records, \(self.counts.entries) entries read"
                + (self.pages?.isSealed == false ? "; pages had no seals to compare with" : "")
        )
        return lines
    }

    private static func advice(_ remedy: CheckFinding.Remedy) -> String {
        switch remedy {
        case .rebuild: "Run 'tafel node check --rebuild'"
        case .fetch: "Run 'tafel node check --rebuild', then 'tafel sync now'"
        case .importAgain: "Run 'tafel node check --rebuild', then import the file again"
        case .backup: "Restore a backup of the data folder"
        case .none: "Nothing brings it back"
        }
    }
}
