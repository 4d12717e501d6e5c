import NodeInterface
import NodeService
import Terminal

extension ShareRecord: PrintedRequest {
    var shownBy: String? { "tafel case show \(self.case)" }

    func text(of answer: Answer) -> ShownText {
        let head: ShownText = "fragment \(answer.fragment), version \(answer.version)"
        let told = Self.lines(of: answer.recipients) + self.lines(of: answer.left_out)
        return ([head] + told).joined(separator: "\n")
    }

    fileprivate static func lines(of recipients: [GroundedRecipient]) -> [ShownText] {
        recipients.map { "  to \($0.handle) on \($0.ground)" }
    }

    fileprivate func lines(of leftOut: [LeftOut]) -> [ShownText] {
        leftOut.map { left in
            let version = left.version
            let what: ShownText =
                switch self.leaving_out {
                case .keep: "left out, and keeps version \(version)"
                case .takeBack: "left out; version \(version) is withdrawn, from everybody"
                case nil: "left out, and has version \(version): say --keep or --take-back"
                }
            return "  \(left.handle): " + what
        }
    }
}

extension PreviewShare: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        var lines: [ShownText] = ["Nothing was written. Each of these would see:"]
        lines += ShareRecord.lines(of: answer.recipients)
        lines += self.share.lines(of: answer.left_out)
        lines += answer.fields.all.map { "  \($0.name): \($0.value)" }
        lines.append(
            "  category \(answer.category)"
                + (answer.expires.map { ", last day \($0)" } ?? ", no last day")
        )
        if let lowered = answer.lowered {
            lines.append("  the category is lowered, and each is told why: \(lowered)")
        }
        if !answer.omitted.isEmpty {
            lines.append("  empty and left out: \(answer.omitted.joined(separator: ", "))")
        }
        return lines.joined(separator: "\n")
    }
}

extension WithdrawFragment: PrintedRequest {
    var shownBy: String? { "tafel fragment status \(self.fragment)" }

    func text(of answer: Answer) -> ShownText {
        let entries = answer.entries.map { String($0.index) }.joined(separator: ", ")
        let text: ShownText =
            "withdrawn, " + (answer.entries.count == 1 ? "entry " : "entries ")
            + "\(entries); hidden in every view once synchronised"
        guard let fragment = answer.fragment else { return text }
        return text
            + "\nfragment \(fragment), version 1: the same fields, to "
            + "\(answer.recipients.joined(separator: ", "))"
    }
}

extension ShowFragmentStatus: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        let left = "it reached the case's owner after \(answer.owner) had been left out"
        var lines: [ShownText] = [
            "fragment \(answer.fragment), version \(answer.version)"
                + (answer.withdrawn.map { ", withdrawn \($0)" } ?? "")
                + (answer.expired ? ", expired" : "")
                + (answer.counts ? "" : "; in no view: \(left). Who was given it has it")
                + (answer.counts || answer.withdrawn != nil ? "" : ", and it can be withdrawn")
        ]
        if let reason = answer.reason { lines.append("  reason given: \(reason)") }
        for recipient in answer.recipients {
            let head: ShownText = "  \(recipient.handle) on \(recipient.ground): "
            guard let version = recipient.version, let received = recipient.received else {
                lines.append(head + "known to the owner alone")
                continue
            }
            let state = received ? "received" : "not confirmed yet"
            let older: ShownText =
                answer.counts && !recipient.counts
                ? ", and does not count: \(left)"
                : version < answer.version ? ", and nothing later: it was left out" : ""
            lines.append(head + "version \(version) \(state)" + older)
        }
        return lines.joined(separator: "\n")
    }
}
