import NodeInterface
import Terminal

extension CheckReport {
    /// The report for a person; lines.
    var text: ShownText {
        var lines: [ShownText] = self.done.map { "done     \($0)" }
        for finding in self.findings {
            lines.append("DAMAGED  \(finding.file), \(finding.part): \(finding.what)")
            lines.append("         \(finding.means). \(Self.advice(finding.remedy))")
        }
        if self.findings_more > 0 { lines.append("         and \(self.findings_more) more") }
        lines.append(
            "\(self.verdict)    \(self.checked.pages) pages, \(self.checked.records) records, "
                + "\(self.checked.entries) entries read"
                + (self.sealed || self.checked.pages == 0
                    ? "" : "; pages had no seals to compare with")
        )
        return lines.joined(separator: "\n")
    }

    private static func advice(_ remedy: Remedy) -> String {
        switch remedy {
        case .rebuild: "Run 'tafel node check --rebuild'"
        case .fetch: "Run 'tafel node check --rebuild', then 'tafel sync now'"
        case .importAgain: "Run 'tafel node check --rebuild', then import the file again"
        case .backup: "Restore a backup of the data folder"
        case .none: "Nothing brings it back"
        }
    }
}
