import NodeInterface
import NodeService
import Terminal

extension ShowWeights: PrintedRequest {
    func text(of answer: Answer) -> ShownText { answer.text }
}

extension LearnWeights: PrintedRequest {
    func text(of answer: Answer) -> ShownText { answer.text }
}

extension UseWeights: PrintedRequest {
    func text(of answer: Answer) -> ShownText { answer.text }
}

extension TakeWeights: PrintedRequest {
    func text(of answer: Answer) -> ShownText { answer.text }
}

extension ShowWeights.Answer {
    fileprivate var text: ShownText {
        var lines: [ShownText] = []
        if let weights {
            lines.append(
                "version \(self.shown)\(self.shown == self.in_force ? ", in force" : "")"
            )
            for comparison in weights.comparisons {
                lines.append(
                    "  \(comparison.comparison)"
                        + (comparison.isAssumed ? "  assumed: too little data" : "")
                )
                for level in comparison.levels where !level.bits.isEmpty {
                    lines.append("    \(level.bits) bits  \(level.level)")
                }
            }
        }
        if self.in_force == 0 {
            lines.append(
                "No version is in force: each question learns its own weights. "
                    + "Learn with 'tafel subject weights --learn'"
                    + (self.versions.isEmpty ? "" : ", or put one in force with --use")
            )
        }
        if self.isOutgrown {
            lines.append("There are \(self.records) own records now: learn anew with --learn")
        }
        for version in self.versions {
            let origin: ShownText =
                version.learned
                ? "learned from \(version.records) records and \(version.fragments) fragments"
                : "taken from elsewhere"
            lines.append("version \(version.version): " + origin + ", \(version.at), \(version.by)")
        }
        return lines.joined(separator: "\n")
    }
}
