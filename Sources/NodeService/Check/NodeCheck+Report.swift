import CaseModel
import NodeInterface
import RecordStore
import StorePages

extension NodeCheck {
    /// What was found, for who asked.
    var report: CheckReport {
        CheckReport(
            verdict: self.findings.isEmpty ? "sound" : "damaged",
            sealed: self.pages?.isSealed ?? false,
            checked: CheckReport.Checked(
                pages: Int(self.counts.pages),
                records: self.counts.records,
                entries: Int(self.counts.entries)
            ),
            findings: self.shownFindings.prefix(Self.findingsMax).map { finding in
                CheckReport.Finding(
                    file: finding.file,
                    part: finding.part,
                    what: finding.what,
                    means: finding.means,
                    remedy: CheckReport.Remedy(finding.remedy)
                )
            },
            findings_more: max(0, self.findings.count - Self.findingsMax),
            done: self.done
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
}

extension CheckReport.Remedy {
    fileprivate init(_ remedy: CheckFinding.Remedy) {
        self =
            switch remedy {
            case .rebuild: .rebuild
            case .fetch: .fetch
            case .importAgain: .importAgain
            case .backup: .backup
            case .none: .none
            }
    }
}
