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

extension ListTables: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        let lines: [ShownText] = answer.tables.map { table in
            "\(table.table.prefix(16))  \(table.name) (\(table.theme)), version \(table.version), "
                + (table.effective ? "effective" : "not effective yet") + table.period.note
        }
        return lines.isEmpty
            ? "No tables yet. Draft one with 'tafel table create', or accept a file with "
                + "'tafel table accept'."
            : lines.joined(separator: "\n")
    }
}
