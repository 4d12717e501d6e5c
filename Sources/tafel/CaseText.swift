import NodeInterface
import NodeService
import Terminal

extension ListCases: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        var lines: [ShownText] = answer.cases.map { item in
            "\(item.case.prefix(12))  "
                + item.titles.map { title -> ShownText in "\(title)" }.joined(separator: "  /  ")
                + "  [\(item.phase)]  \(item.owner), "
                + "\(item.fragments) fragment\(item.fragments == 1 ? "" : "s")"
                + (item.expired > 0 ? " and \(item.expired) expired" : "")
                + ", \(item.conflicts) conflicts"
                + (item.period == .running ? "" : " (table" + item.period.note + ")")
        }
        if let next = answer.next {
            lines.append("There are more: add '--after \(next)' for those that follow.")
        }
        guard lines.isEmpty else { return lines.joined(separator: "\n") }
        return self.table == nil && self.phase == nil && self.after == nil
            ? "No cases here. Open one with 'tafel case open', or run 'tafel sync now'."
            : "No cases that fit."
    }
}

extension OpenCase: PrintedRequest {
    var shownBy: String? { "tafel case list" }

    func text(of answer: Answer) -> ShownText { "case \(answer.case)" }
}

extension PreviewOpening: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        var lines: [ShownText] = ["Nothing was written. Each of these would see title and summary:"]
        lines += answer.recipients.map { "  \($0.handle) on \($0.ground)" }
        lines.append("  title: \(answer.title)")
        if !answer.summary.isEmpty { lines.append("  summary: \(answer.summary)") }
        return lines.joined(separator: "\n")
    }
}

extension SetCase: PrintedRequest {
    var shownBy: String? { "tafel case show \(self.case)" }
}

extension AddNote: PrintedRequest {
    var shownBy: String? { "tafel case show \(self.case)" }
}

extension LinkSubjects: PrintedRequest {
    var shownBy: String? { "tafel case show \(self.case)" }
}

extension TagCase: PrintedRequest {
    var shownBy: String? { "tafel case show \(self.case)" }
}

extension SetAudience: PrintedRequest {
    var shownBy: String? { "tafel case show \(self.case)" }

    func text(of answer: Answer) -> ShownText {
        let head: ShownText = "version \(answer.version) of the audience"
        return ([head] + Self.lines(of: answer.left_out)).joined(separator: "\n")
    }

    fileprivate static func lines(of leftOut: [String]) -> [ShownText] {
        leftOut.map { handle in
            "  \(handle): left out, and told so; keeps what it was given, and is given nothing more of "
                + "this case by this node"
        }
    }
}

extension PreviewAudience: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        let head: ShownText = "Nothing was written. This would be version \(answer.version):"
        let members: ShownText = "  in it: \(answer.audience.joined(separator: ", "))"
        return ([head] + SetAudience.lines(of: answer.left_out) + [members])
            .joined(separator: "\n")
    }
}
