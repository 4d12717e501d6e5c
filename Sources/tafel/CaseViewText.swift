import CaseModel
import NodeInterface
import NodeService
import Terminal

extension ShowCase: PrintedRequest {
    func text(of answer: Answer) -> ShownText { CaseViewText(of: answer).text }
}

/// A merged case view as lines for a person.
private struct CaseViewText {
    private let view: ShowCase.Answer
    /// By ID, what is to be known of fragments beside what they say.
    private let marks: [String: ShownText]

    private static let outsidePeriod: ShownText = "outside the charter's period"

    init(of view: ShowCase.Answer) {
        self.view = view
        var marks: [String: ShownText] = [:]
        for fragment in view.fragments {
            var words: [ShownText] = []
            if fragment.expired { words.append("expired, last day \(fragment.expires ?? "")") }
            if fragment.outside_period { words.append(Self.outsidePeriod) }
            if let lowered = fragment.lowered {
                words.append("category lowered to \(fragment.category): \(lowered)")
            }
            guard !words.isEmpty else { continue }
            marks[fragment.id] = " (" + words.joined(separator: "; ") + ")"
        }
        self.marks = marks
    }

    var text: ShownText {
        let parts = [self.head, self.subjects, self.days, self.notes + self.links, self.conflicts]
        return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
            .joined(separator: "\n\n")
    }

    private var head: [ShownText] {
        let view = self.view
        var lines: [ShownText] = [
            "title     " + Self.text(of: view.title), "case      \(view.case)",
            "phase     " + Self.text(of: view.phase), "owner     \(view.owner)",
            "audience  \(view.audience.joined(separator: ", "))",
        ]
        for former in view.former_readers where former.handle != view.reader {
            lines.append(
                "          \(former.handle) was left out; the newest that it was given is of "
                    + "\(former.last)."
            )
        }
        if !view.audience.contains(view.reader) {
            lines.append(
                "          This node was left out: it keeps what it was given, and what it wrote that the case's "
                    + "owner did not have by then does not count."
            )
        }
        let summary = Self.text(of: view.summary)
        if summary != "" { lines.append("summary   " + summary) }
        if !view.lead.isEmpty { lines.append("lead      " + Self.text(of: view.lead)) }
        if !view.tags.isEmpty {
            let tags = view.tags.map { tag -> ShownText in "\(tag.tag)" }
            lines.append("tags      " + tags.joined(separator: "  "))
        }
        return lines
    }

    /// A line for each value of each fact, a blank line before the next subject.
    private var subjects: [ShownText] {
        let subjects = self.view.subjects.map { subject -> ShownText in
            var lines: [ShownText] = ["\(subject.key)  (\(subject.id.prefix(12)))"]
            for fact in FactName.allCases {
                let isConflict = subject.conflicts.contains(fact.rawValue)
                for claim in subject.facts[fact.rawValue] ?? [] {
                    let sources = claim.sources.map { source -> ShownText in
                        "\(source.by)" + (self.marks[source.fragment] ?? "")
                    }.joined(separator: ", ")
                    lines.append(
                        (isConflict ? "  ! " : "    ") + "\(fact.rawValue): \(claim.value)  ["
                            + sources + "]"
                    )
                }
            }
            return lines.joined(separator: "\n")
        }
        return subjects.isEmpty ? [] : [subjects.joined(separator: "\n\n")]
    }

    private var days: [ShownText] {
        self.view.timeline.map { day in
            "\(day.date)  \(day.type)  fragment \(day.fragment.prefix(12))"
                + (self.marks[day.fragment] ?? "")
        }
    }

    private var notes: [ShownText] {
        let counted = self.view.notes.map { note -> ShownText in
            let mark: ShownText = note.outside_period ? " (" + Self.outsidePeriod + ")" : ""
            return "\(note.by), \(note.at)" + mark + ": \(note.text)"
        }
        let uncounted = self.view.uncounted_notes.map { note -> ShownText in
            "\(self.view.reader), \(note.at) (counts nowhere): \(note.text)"
        }
        return counted + uncounted
    }

    private var links: [ShownText] {
        self.view.links.map { link in
            "\(link.from.prefix(12)) \(link.relation) \(link.to.prefix(12))  [\(link.by)]"
                + (link.date.map { "  since \($0), \(link.kind ?? "") by \(link.source ?? "")" }
                    ?? "")
                + (link.reason.map { "  \($0)" } ?? "")
        }
    }

    private var conflicts: [ShownText] {
        let count = self.view.conflictCount
        guard count > 0 else { return [] }
        return [
            "\(count) conflict(s), marked with !: "
                + "partners say different things, and all of them stand"
        ]
    }

    /// The values of a register; where they differ, each with who wrote it and all marked.
    private static func text(of values: [ShowCase.Value]) -> ShownText {
        let said = values.filter { !$0.value.isEmpty }.map { value -> ShownText in
            values.count > 1 ? "\(value.value)  [\(value.by)]" : "\(value.value)"
        }
        let mark: ShownText = ShowCase.isConflict(values) ? "!  " : ""
        return mark + said.joined(separator: "  /  ")
    }
}
