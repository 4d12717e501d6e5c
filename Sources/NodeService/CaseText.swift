import CaseModel
import SyncLog
import Terminal

/// A merged case view as lines for a person.
enum CaseText {
    /// `today`: The reader's day, `YYYY-MM-DD`.
    static func text(of view: CaseView, today: String) -> ShownText {
        var lines: [ShownText] = []
        let marks = self.marks(of: view, today: today)
        lines.append("title     " + self.values(view.title))
        lines.append("case      \(view.caseID.hex)")
        lines.append("phase     " + self.values(view.phase))
        lines.append("owner     \(view.owner)")
        lines.append("audience  \(view.audience.joined(separator: ", "))")
        let summary = self.values(view.summary)
        if summary != "" { lines.append("summary   " + summary) }
        if !view.lead.isEmpty { lines.append("lead      " + self.values(view.lead)) }
        if !view.tags.isEmpty {
            lines.append("tags      \(view.tags.map(\.tag).joined(separator: ", "))")
        }
        for subject in view.subjects {
            lines.append("")
            lines.append("\(subject.key.text)  (\(subject.id.hex.prefix(12)))")
            for fact in subject.facts {
                let mark = subject.conflicts.contains(fact.name) ? "!" : " "
                for value in fact.values {
                    let sources = value.sources.map { source in
                        "\(source.by.handle)\(marks[source.fragment] ?? "")"
                    }.joined(separator: ", ")
                    lines.append("  \(mark) \(fact.name.rawValue): \(value.value)  [\(sources)]")
                }
            }
        }
        if !view.timeline.isEmpty { lines.append("") }
        for item in view.timeline {
            lines.append(
                "\(item.date)  \(item.type.rawValue)  fragment \(item.fragment.hex.prefix(12))"
                    + "\(marks[item.fragment] ?? "")"
            )
        }
        if !view.notes.isEmpty { lines.append("") }
        for note in view.notes {
            let mark = note.by.isOutsidePeriod ? " (\(self.outsidePeriod))" : ""
            lines.append("\(note.by.handle), \(note.by.timeText)\(mark): \(note.text)")
        }
        for link in view.links {
            lines.append(
                "\(link.link.from.hex.prefix(12)) \(link.link.relation) "
                    + "\(link.link.to.hex.prefix(12))  [\(link.by.handle)]"
            )
        }
        if !view.conflicts.isEmpty {
            lines.append("")
            lines.append(
                "\(view.conflicts.count) conflict(s), marked with !: "
                    + "partners say different things, and both stand"
            )
        }
        return lines.joined(separator: "\n")
    }

    private static let outsidePeriod = "outside the charter's period"

    /// What is to be known of fragments beside what they say.
    private static func marks(of view: CaseView, today: String) -> [ObjectID: String] {
        var marks: [ObjectID: String] = [:]
        for fragment in view.fragments {
            var words: [String] = []
            if fragment.isExpired(on: today) {
                words.append("expired, last day \(fragment.payload.expires ?? "")")
            }
            if fragment.by.isOutsidePeriod { words.append(self.outsidePeriod) }
            if !words.isEmpty { marks[fragment.id] = " (\(words.joined(separator: ", ")))" }
        }
        return marks
    }

    private static func values(_ values: [CaseView.Value]) -> ShownText {
        values.filter { !$0.value.isEmpty }
            .map { values.count > 1 ? "\($0.value) [\($0.by.handle)]" : "\($0.value)" }
            .joined(separator: " / ")
    }
}
