import NodeInterface
import NodeService
import Terminal

extension SearchRecords: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        let shown = answer.hits.count
        var lines: [ShownText] = answer.hits.map { hit in
            "\(hit.id.prefix(12))  \(hit.kind)  \(hit.type)  \(hit.title)  [\(hit.owner), \(hit.why)]"
                + (hit.expired ? "  expired" : "")
        }
        lines.append(
            "\(answer.total) found" + (answer.total > shown ? ", \(shown) shown" : "")
        )
        if answer.total > shown, self.limit < Self.limitMax {
            lines.append("More with --limit, up to \(Self.limitMax).")
        }
        if answer.more {
            lines.append("Others share more that was not looked at. Give a key or another number.")
        }
        return lines.joined(separator: "\n")
    }
}

extension ShowRecord: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        var lines: [ShownText] = [
            "\(answer.type) \(answer.source_key)  (\(answer.source), \(answer.category))",
            "id  \(answer.id)",
        ]
        lines += answer.fields.all.map { "  \($0.name): \($0.value)" }
        for version in answer.history {
            lines.append("until \(version.at)")
            lines += version.fields.all.map { "  \($0.name): \($0.value)" }
        }
        return lines.joined(separator: "\n")
    }
}
