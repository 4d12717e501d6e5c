import CaseModel
import ReplicatedTypes
import SyncLog
import Terminal
import Vocabulary

/// A merged case view as lines for a person.
enum CaseText {
    /// `today`: The reader's day, `YYYY-MM-DD`; `reader`: the own handle; `me`: the own number.
    static func text(
        of view: CaseView,
        today: String,
        reader: String,
        me: MemberNumber
    ) -> ShownText {
        var lines: [ShownText] = []
        let marks = self.marks(of: view, today: today)
        lines.append("title     " + self.values(view.title))
        lines.append("case      \(view.caseID.hex)")
        lines.append("phase     " + self.values(view.phase))
        lines.append("owner     \(view.owner)")
        lines.append("audience  \(view.audience.joined(separator: ", "))")
        for former in view.formerReaders where former.handle != reader {
            let last = UTCTime.text(milliseconds: former.last.milliseconds)
            lines.append(
                "          \(former.handle) was left out; the newest that it was given is of \(last)."
            )
        }
        if !view.audience.contains(reader) {
            lines.append(
                "          This node was left out: it keeps what it was given, and what it wrote that the case's "
                    + "owner did not have by then does not count."
            )
        }
        let summary = self.values(view.summary)
        if summary != "" { lines.append("summary   " + summary) }
        if !view.lead.isEmpty { lines.append("lead      " + self.values(view.lead)) }
        if !view.tags.isEmpty {
            let tags = view.tags.map { tag -> ShownText in "\(tag.tag)" }
            lines.append("tags      " + tags.joined(separator: "  "))
        }
        for subject in view.subjects {
            lines.append("")
            lines.append("\(subject.key.text)  (\(subject.id.hex.prefix(12)))")
            for fact in subject.facts {
                let mark: ShownText = subject.conflicts.contains(fact.name) ? "  ! " : "    "
                for value in fact.values {
                    let sources = value.sources.map { source -> ShownText in
                        "\(source.by.handle)" + (marks[source.fragment] ?? "")
                    }.joined(separator: ", ")
                    lines.append(
                        mark + "\(fact.name.rawValue): \(value.value)  [" + sources + "]"
                    )
                }
            }
        }
        if !view.timeline.isEmpty { lines.append("") }
        for item in view.timeline {
            lines.append(
                "\(item.date)  \(item.type.rawValue)  fragment \(item.fragment.hex.prefix(12))"
                    + (marks[item.fragment] ?? "")
            )
        }
        if !view.notes.isEmpty { lines.append("") }
        for note in view.notes {
            let mark: ShownText = note.by.isOutsidePeriod ? " (\(self.outsidePeriod))" : ""
            lines.append("\(note.by.handle), \(note.by.timeText)" + mark + ": \(note.text)")
        }
        for note in view.cutNotes(of: me) {
            let at = UTCTime.text(milliseconds: note.time.milliseconds)
            lines.append("\(reader), \(at) (counts nowhere): \(note.text)")
        }
        for link in view.links {
            lines.append(
                "\(link.link.from.hex.prefix(12)) \(link.link.relation) "
                    + "\(link.link.to.hex.prefix(12))  [\(link.by.handle)]"
            )
        }
        if view.conflictCount > 0 {
            lines.append("")
            lines.append(
                "\(view.conflictCount) conflict(s), marked with !: "
                    + "partners say different things, and all of them stand"
            )
        }
        return lines.joined(separator: "\n")
    }

    private static let outsidePeriod = "outside the charter's period"

    /// What is to be known of fragments beside what they say.
    private static func marks(of view: CaseView, today: String) -> [ObjectID: ShownText] {
        var marks: [ObjectID: ShownText] = [:]
        for fragment in view.fragments {
            var words: [ShownText] = []
            if fragment.isExpired(on: today) {
                words.append("expired, last day \(fragment.payload.expires ?? "")")
            }
            if fragment.by.isOutsidePeriod { words.append("\(self.outsidePeriod)") }
            if let lowered = fragment.payload.lowered {
                words.append("category lowered to \(fragment.category.name): \(lowered)")
            }
            guard !words.isEmpty else { continue }
            marks[fragment.id] = " (" + words.joined(separator: "; ") + ")"
        }
        return marks
    }

    /// The values of a register; where they differ, each with who wrote it and all marked.
    private static func values(_ values: [CaseView.Value]) -> ShownText {
        let said = values.filter { !$0.value.isEmpty }.map { value -> ShownText in
            values.count > 1 ? "\(value.value)  [\(value.by.handle)]" : "\(value.value)"
        }
        let mark: ShownText = Set(values.map(\.value)).count > 1 ? "!  " : ""
        return mark + said.joined(separator: "  /  ")
    }
}
