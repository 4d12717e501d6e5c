import CaseModel
import NodeInterface
import NodeService
import Vocabulary

/// Turns a page of a merged case view into what the templates ask for, in one language.
struct CaseModelBuilder {
    let words: Words
    let page: ShowCasePage.Answer
    let choice: CaseChoice
    /// Names of the table's organisations, by handle.
    let organisations: [String: String]
    /// Name of the fact and the subject whose weighing is open because something typed was refused.
    let openWeighing: (subject: String, fact: String, reason: String, value: String?)?
    /// The handle of this node.
    let handle: String
    /// Whether conflicts may be weighed: whoever may not write is not asked to.
    let offersWeighing: Bool
    /// Of the page's fragments that have one, their mark.
    let marks: [String: ShowCasePage.Mark]
    /// Fragments that the whole audience has.
    private let open: Set<String>

    init(
        words: Words,
        page: ShowCasePage.Answer,
        choice: CaseChoice,
        organisations: [String: String],
        openWeighing: (subject: String, fact: String, reason: String, value: String?)?,
        handle: String,
        offersWeighing: Bool
    ) {
        self.words = words
        self.page = page
        self.choice = choice
        self.organisations = organisations
        self.openWeighing = openWeighing
        self.handle = handle
        self.offersWeighing = offersWeighing
        self.marks = Dictionary(
            page.marked.map { ($0.fragment, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        self.open = Set(page.open)
    }

    var view: ShowCase.Answer { self.page.view }

    /// What a subject is called; `nil` for one that is not known here.
    func name(ofSubject id: String) -> String? {
        let known = self.view.subjects + self.page.mentioned + self.page.disputed
        return known.first { $0.id == id }.map { SubjectName(words: self.words).text($0) }
    }

    /// Where a subject is: on this page, or on one that shows it alone; nowhere for one that is not in the case.
    func link(toSubject id: String, anchor: String? = nil) -> String? {
        let anchor = anchor ?? "subject-\(id)"
        if self.view.subjects.contains(where: { $0.id == id }) { return "#\(anchor)" }
        guard
            self.page.mentioned.contains(where: { $0.id == id })
                || self.page.disputed.contains(where: { $0.id == id })
        else { return nil }
        return ListAddress(self.choice.address.path, .empty, names: [])
            .href([("subject", id)], anchor: anchor)
    }

    /// A partner with the name of its organisation.
    func partner(_ handle: String) -> [String: Any] {
        ["handle": handle, "organisation": self.organisations[handle] ?? ""]
    }

    /// Says that there is more than is shown; `nil` when there is not.
    func more(_ count: Int, max: Int) -> String? {
        count > max
            ? self.words("moreNotShown", self.words.number(max), self.words.number(count)) : nil
    }

    /// Who wrote a live value of a register, and when.
    func value(_ value: ShowCase.Value, field: String) -> [String: Any] {
        [
            "value": field == "phase" ? self.words.term("phase", value.value) : value.value,
            "raw": value.value, "by": value.by, "at": value.at,
            "atText": self.words.time(value.at),
        ]
    }

    /// The parts of the page with how much is in each: the contents list.
    var contents: [[String: Any]] {
        let counts = self.page.counts
        let parts: [(anchor: String, key: String, count: Int?)] = [
            (
                "conflicts", "conflicts",
                self.conflictCount == 0 ? nil : self.conflictCount - self.closedConflictCount
            ),
            ("subjects", "subjects", counts.subjects),
            ("fragments", "fragments", counts.fragments_current), ("notes", "notes", counts.notes),
            ("about", "aboutCase", nil),
        ]
        return parts.filter { $0.anchor != "conflicts" || $0.count != nil }.map {
            [
                "anchor": $0.anchor, "label": self.words($0.key),
                "count": $0.count.map { self.words.number($0) } ?? "",
            ]
        }
    }

    // MARK: Conflicts

    private var registerConflicts: [Register] { self.registers.filter(\.isConflict) }

    private var conflictCount: Int {
        self.page.counts.conflicts + self.registerConflicts.count
    }

    /// What was decided of a conflict; `nil` for nothing.
    func weighing(of fact: String, _ subject: ShowCase.Subject) -> Weighing? {
        Weighing(
            of: Claims(subject: subject, fact: fact),
            self.open,
            among: self.page.weighings,
            own: self.handle
        )
    }

    /// What was decided, in a few words.
    func text(of weighing: Weighing) -> String {
        switch weighing.decision {
        case .goesBy(let value): self.words("weighedChoice", value)
        case .goesByNarrow: self.words("weighedNarrow")
        case .stands: self.words("weighedStand")
        case .asksFirst: self.words("weighedAsk")
        }
    }

    /// How many conflicts there are, and how many of them are decided.
    private var conflictHeading: String {
        let closed = self.closedConflictCount
        guard closed > 0 else { return self.words.count("conflictCount", self.conflictCount) }
        // Of more than are listed it is not known of all.
        guard self.page.counts.conflicts <= self.view.conflicts.count else {
            return self.words(
                "conflictsSomeWeighed",
                self.words.number(self.conflictCount),
                self.words.number(closed)
            )
        }
        let decided = self.words.count("weighedCount", closed)
        guard closed < self.conflictCount else { return decided }
        return self.words.count("conflictCount", self.conflictCount - closed) + ", " + decided
    }

    /// How many conflicts a note decides.
    var closedConflictCount: Int {
        self.view.conflicts.count { conflict in
            self.page.disputed.first { $0.id == conflict.subject }
                .flatMap { self.weighing(of: conflict.fact, $0) }?.isClosed ?? false
        }
    }

    /// The list of conflicts at the top, with what was decided of each; `nil` without any.
    var conflictBox: [String: Any]? {
        guard self.conflictCount > 0 else { return nil }
        var items: [[String: Any]] = self.registerConflicts.map { register in
            [
                "href": "#register-\(register.field)",
                "text": self.words("conflictInCase", self.words(register.field)),
            ]
        }
        let facts = self.view.conflicts.compactMap { conflict -> [String: Any]? in
            guard let subject = self.page.disputed.first(where: { $0.id == conflict.subject })
            else { return nil }
            var item: [String: Any] = [
                "text": self.words(
                    "conflictOver",
                    self.words.term("fact", conflict.fact),
                    self.name(ofSubject: subject.id) ?? ""
                )
            ]
            item["href"] = self.link(
                toSubject: subject.id,
                anchor: "conflict-\(subject.id)-\(conflict.fact)"
            )
            let weighing = self.weighing(of: conflict.fact, subject)
            item["weighed"] = weighing.map { "\(self.text(of: $0)) (\($0.note.by))" }
            item["isClosed"] = weighing?.isClosed ?? false
            return item
        }
        // What still asks for somebody's attention comes first.
        items += facts.filter { $0["isClosed"] as? Bool != true }
        items += facts.filter { $0["isClosed"] as? Bool == true }
        var model: [String: Any] = [
            "heading": self.conflictHeading,
            "items": Array(items.prefix(WebLimits.conflictsShownMax)),
        ]
        if self.conflictCount > WebLimits.conflictsShownMax {
            model["all"] = self.choice.address.href(
                [("only", "conflicts"), ("subject", nil), ("subjectpage", nil)],
                anchor: "subjects"
            )
        }
        return model
    }

    // MARK: Registers

    struct Register {
        let field: String
        let values: [ShowCase.Value]

        var isConflict: Bool { ShowCase.isConflict(self.values) }
    }

    var registers: [Register] {
        [
            Register(field: "phase", values: self.view.phase),
            Register(field: "lead", values: self.view.lead),
            Register(field: "title", values: self.view.title),
            Register(field: "summary", values: self.view.summary),
        ]
    }

    /// The steps a case goes through; a phase in conflict has several current ones.
    var phaseSteps: [[String: Any]] {
        let current = Set(self.view.phase.map(\.value))
        let phases = CasePhase.allCases.map(\.rawValue)
        let first = phases.firstIndex { current.contains($0) } ?? 0
        return phases.enumerated().map { offset, phase in
            [
                "name": self.words.term("phase", phase), "isCurrent": current.contains(phase),
                "isPast": offset < first,
            ]
        }
    }

    // MARK: Notes and tags

    /// Notes as they were written, whoever wrote them, the newest page of them last.
    var notes: [String: Any] {
        let count = self.page.counts.notes
        let shown = self.view.notes.map { note -> [String: Any] in
            var model: [String: Any] = [
                "id": note.id, "by": self.partner(note.by), "at": note.at,
                "atText": self.words.time(note.at), "isOutside": note.outside_period,
                "text": note.text,
            ]
            // A long one is folded behind its beginning.
            if note.text.utf8.count > WebLimits.noteFoldedBytes {
                model["beginning"] =
                    String(note.text.prefix(WebLimits.gistCharacters))
                    .split(separator: "\n").joined(separator: " ") + "…"
            }
            return model
        }
        var model: [String: Any] = ["hasNotes": !shown.isEmpty, "notes": shown]
        model["noteParts"] = self.noteParts(of: count, shown: shown.count)
        return model
    }

    /// Where older notes and the newest are; `nil` where all are shown.
    private func noteParts(of count: Int, shown: Int) -> [String: Any]? {
        let start = self.choice.noteStart
        guard count > shown else { return nil }
        func href(_ start: Int) -> String {
            let value = start == 0 ? nil : String(start)
            return self.choice.address.href([("notesbefore", value)], anchor: "notes")
        }
        var model: [String: Any] = [
            "text": shown == 0
                ? self.words("partNone", self.words.number(count))
                : self.words(
                    "partOfList",
                    self.words.number(count - start - shown + 1),
                    self.words.number(count - start),
                    self.words.number(count)
                )
        ]
        // As many as fit are on a page, so the page before is known only from here.
        model["older"] = start + shown < count && shown > 0 ? href(start + shown) : nil
        model["newest"] = start > 0 ? href(0) : nil
        return model
    }

    var tags: [String: Any] {
        [
            "hasTags": !self.view.tags.isEmpty,
            "tags": self.view.tags.map {
                [
                    "tag": $0.tag, "by": $0.by.joined(separator: ", "),
                    "seen": $0.seen.joined(separator: ","),
                ]
            },
        ]
    }
}
