import NodeInterface
import NodeService
import Terminal

extension ShowLog: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        // A checkpoint's lines: each has a form that is checked, and none reads as another's.
        let checkpoint: [ShownText] =
            answer.checkpoint.map { text in
                text.split(separator: "\n", omittingEmptySubsequences: false).map { "\($0)" }
            } ?? ["No entries yet."]
        let cut = cutLines(
            pinned: answer.pinned,
            isKnown: answer.known,
            generation: answer.generation
        )
        let earlier: [ShownText] =
            answer.earlier.map { ["There are earlier entries: add '--before \($0)' for those."] }
            ?? []
        return (checkpoint + cut + earlier + answer.entries.map(\.line)).joined(separator: "\n")
    }
}

extension ShowLog.Entry {
    fileprivate var line: ShownText {
        let recipients = self.to.map { "\($0.handle) on \($0.ground)" }.joined(separator: ", ")
        return
            "\(self.index)  \(self.kind ?? "(not for this node)")  \(self.time ?? "")  \(recipients)"
            + (self.fragment.map { "  fragment \($0)" } ?? "")
            + (self.version.map { " version \($0)" } ?? "")
            + self.obstacle
    }

    /// Why what it holds cannot be read here, in words.
    private var obstacle: ShownText {
        switch self.state {
        case "unopened": "  CANNOT BE OPENED"
        case "lost": "  KEY LOST: run 'tafel node check'"
        default: ""
        }
    }
}

/// What there is to know of a log that a charter cut, or that goes on after one.
private func cutLines(pinned: Int?, isKnown: Bool, generation: Int) -> [ShownText] {
    var lines: [ShownText] = []
    if let pinned {
        lines.append(
            "The charter cuts this log: \(pinned) entries count, and it goes on in generation "
                + "\(generation + 1)."
        )
    }
    if !isKnown {
        lines.append("By the charter that counts this log does not exist: nothing of it counts.")
    }
    if generation > 0 {
        lines.append(
            "This log goes on after one that forked. What came before: --generation "
                + "\(generation - 1)."
        )
    }
    return lines
}

extension ExportLog {
    /// The answer for a person; lines.
    func text(of answer: Answer) -> ShownText {
        let head: ShownText = "\(answer.entries) entries"
        let cut = cutLines(
            pinned: answer.pinned,
            isKnown: answer.known,
            generation: answer.generation
        )
        return ([head] + cut).joined(separator: "\n")
    }
}

extension ShowFork: PrintedRequest {
    func text(of answer: Answer) -> ShownText { "\(answer.text)" }
}

// What other tools read is printed as it is: each of its lines has a form that is checked.

extension ShowCheckpoint: PrintedRequest {
    func text(of answer: Answer) -> ShownText { ShownText(own: answer.checkpoint) }
}

extension ShowLogKeys: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        ShownText(own: answer.keys.joined(separator: "\n"))
    }
}

extension ShowProof: PrintedRequest {
    func text(of answer: Answer) -> ShownText { ShownText(own: answer.proof) }
}
