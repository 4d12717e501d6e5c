import CaseModel
import NodeInterface
import NodeService
import Vocabulary

/// Turns the merged case view into what the templates ask for, in one language.
struct CaseModelBuilder {
    let words: Words
    let view: ShowCase.Answer
    /// Name of the fact and the subject whose weighing is open because something typed was refused.
    var openWeighing: (subject: String, fact: String, reason: String, value: String?)?
    /// The handle of this node.
    let handle: String
    /// Whether conflicts may be weighed: whoever may not write is not asked to.
    var offersWeighing = true

    private var shownMax: Int { WebLimits.partsShownMax }

    /// What a subject is called: its names, else its key.
    func name(ofSubject id: String) -> String {
        guard let subject = self.view.subjects.first(where: { $0.id == id }) else {
            return String(id.prefix(12))
        }
        return Self.name(of: subject)
    }

    static func name(of subject: ShowCase.Subject) -> String {
        let names = (subject.facts["name"] ?? []).map(\.value)
        return names.isEmpty ? subject.key : names.joined(separator: " / ")
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

    // MARK: Subjects

    var subjects: [String: Any] {
        let shown = self.view.subjects.prefix(self.shownMax)
        var model: [String: Any] = [
            "hasSubjects": !shown.isEmpty, "subjects": shown.map { self.subject($0) },
            "hasLinks": !self.view.links.isEmpty,
            "links": self.view.links.prefix(self.shownMax).map { link in
                [
                    "from": self.name(ofSubject: link.from), "fromID": link.from,
                    "to": self.name(ofSubject: link.to), "toID": link.to,
                    "relation": self.words.term("relation", link.relation), "by": link.by,
                    "at": link.at, "atText": self.words.time(link.at),
                ]
            },
        ]
        model["moreLinks"] = self.more(self.view.links.count, max: self.shownMax)
        model["moreSubjects"] = self.more(self.view.subjects.count, max: self.shownMax)
        return model
    }

    private func subject(_ subject: ShowCase.Subject) -> [String: Any] {
        let name = Self.name(of: subject)
        var model: [String: Any] = [
            "id": subject.id, "name": name, "key": subject.key,
            "hasFacts": !subject.facts.all.isEmpty,
            "rows": FactName.allCases.flatMap { self.rows(of: $0.rawValue, subject) },
            "sameAs": subject.same_as.map {
                ["id": $0.id, "name": self.name(ofSubject: $0.id), "by": $0.by]
            },
            "weighings": self.offersWeighing
                ? subject.conflicts.map { self.weighing(of: $0, subject) } : [],
        ]
        if let parent = subject.parent {
            model["parent"] = ["id": parent, "name": self.name(ofSubject: parent)]
        }
        return model
    }

    private func rows(of fact: String, _ subject: ShowCase.Subject) -> [[String: Any]] {
        guard let values = subject.facts[fact] else { return [] }
        let isConflict = subject.conflicts.contains(fact)
        let label = self.words.term("fact", fact)
        return values.enumerated().map { offset, value in
            var row: [String: Any] = [
                "value": value.value, "factLabel": label, "isConflict": isConflict,
                "sources": value.sources.map { self.source($0) },
            ]
            if offset == 0 {
                var head: [String: Any] = ["label": label, "rows": values.count]
                head["anchor"] = isConflict ? "conflict-\(subject.id)-\(fact)" : nil
                row["head"] = head
            }
            return row
        }
    }

    /// What is to be known of a fragment beside what it says.
    private func mark(_ id: String) -> String? {
        guard let fragment = self.marked[id] else { return nil }
        let words = [
            fragment.expired ? self.words("expired") : nil,
            fragment.outside_period ? self.words("outsidePeriod") : nil,
        ].compactMap(\.self)
        return words.joined(separator: ", ")
    }

    /// The fragments of which more is to be known than what they say.
    private var marked: [String: ShowCase.Fragment] {
        Dictionary(
            self.view.fragments.filter { $0.expired || $0.outside_period }.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private func source(_ source: ShowCase.Source) -> [String: Any] {
        var model: [String: Any] = [
            "by": source.by, "at": source.at, "day": self.words.day(source.at),
            "isOwn": source.by == self.handle,
        ]
        model["ground"] = source.ground
        model["mark"] = self.mark(source.fragment)
        return model
    }

    private func weighing(
        of fact: String,
        _ subject: ShowCase.Subject
    ) -> [String: Any] {
        let label = self.words.term("fact", fact)
        let isOpen = self.openWeighing?.subject == subject.id && self.openWeighing?.fact == fact
        return [
            "label": self.words("weigh", label), "subject": subject.id, "fact": fact,
            "anchor": "weigh-\(subject.id)-\(fact)", "isOpen": isOpen,
            "seen": Claims(subject: subject, fact: fact).seen,
            "isNone": isOpen && self.openWeighing?.value == Claims.none,
            "typedReason": isOpen ? self.openWeighing?.reason ?? "" : "",
            "options": (subject.facts[fact] ?? []).enumerated().map { index, value in
                [
                    "value": value.value, "by": Claims.handles(value.sources),
                    // Not the value: browsers change line ends within one.
                    "index": String(index),
                    "isChosen": isOpen && self.openWeighing?.value == String(index),
                ] as [String: Any]
            },
        ]
    }

    /// The list of conflicts at the top; `nil` without any.
    var conflictBox: [String: Any]? {
        var items: [[String: Any]] = self.registers.filter(\.isConflict).map { register in
            [
                "anchor": "register-\(register.field)",
                "text": self.words("conflictInCase", self.words(register.field)),
            ]
        }
        items += self.view.conflicts.map { conflict in
            [
                "anchor": "conflict-\(conflict.subject)-\(conflict.fact)",
                "text": self.words(
                    "conflictOver",
                    self.words.term("fact", conflict.fact),
                    self.name(ofSubject: conflict.subject)
                ),
            ]
        }
        guard !items.isEmpty else { return nil }
        var model: [String: Any] = [
            "heading": self.words.count("conflictCount", items.count),
            "items": Array(items.prefix(self.shownMax)),
        ]
        model["more"] = self.more(items.count, max: self.shownMax)
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

    // MARK: Parts of fragments

    var timeline: [String: Any] {
        let fragments = Dictionary(
            self.view.fragments.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let days = self.view.timeline.prefix(self.shownMax).map { day in
            let fragment = fragments[day.fragment]
            let what = [fragment?.fields["status"], fragment?.fields["text"]]
                .compactMap(\.self).joined(separator: ": ")
            var model: [String: Any] = [
                "date": day.date, "dateText": self.words.date(day.date),
                "type": self.words.term("type", day.type), "by": fragment?.owner ?? "",
                "fragment": day.fragment,
            ]
            model["what"] = what.isEmpty ? nil : what
            model["about"] = fragment?.fields[FieldName.subjectName.text]
            model["mark"] = self.mark(day.fragment)
            return model
        }
        var model: [String: Any] = ["hasTimeline": !days.isEmpty, "timeline": days]
        model["moreTimeline"] = self.more(self.view.timeline.count, max: self.shownMax)
        return model
    }

    var fragments: [String: Any] {
        let shown = self.view.fragments.prefix(self.shownMax).map { fragment in
            var model: [String: Any] = [
                "id": fragment.id, "type": self.words.term("type", fragment.type),
                "owner": fragment.owner, "at": fragment.at,
                "atText": self.words.time(fragment.at),
                "fields": self.fields(fragment.fields),
            ]
            model["about"] = fragment.fields[FieldName.subjectName.text]
            model["mark"] = self.mark(fragment.id)
            return model
        }
        var model: [String: Any] = ["hasFragments": !shown.isEmpty, "fragments": shown]
        model["moreFragments"] = self.more(self.view.fragments.count, max: self.shownMax)
        return model
    }

    private func fields(_ fields: Members<String>) -> [[String: Any]] {
        fields.all.map {
            ["label": self.words.field($0.name), "value": self.words.value($0.value, of: $0.name)]
        }
    }

    var notes: [String: Any] {
        // As they were written, whoever wrote them; the view has each author's together.
        let all = self.view.notes.sorted { $0.at < $1.at }
        let shown = all.suffix(WebLimits.notesShownMax).map { note in
            [
                "id": note.id, "by": note.by, "at": note.at,
                "atText": self.words.time(note.at), "text": note.text,
                "isOutside": note.outside_period,
            ] as [String: Any]
        }
        var model: [String: Any] = ["hasNotes": !shown.isEmpty, "notes": shown]
        model["moreNotes"] = self.more(all.count, max: WebLimits.notesShownMax)
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

    func disclosures(_ items: [ListDisclosures.Item], mayWithdraw: Bool) -> [String: Any] {
        let sorted = items.sorted { ($0.at, $0.fragment) < ($1.at, $1.fragment) }
        let shown = sorted.suffix(self.shownMax).map {
            self.disclosure($0, mayWithdraw: mayWithdraw)
        }
        var model: [String: Any] = ["hasDisclosures": !shown.isEmpty, "disclosures": shown]
        model["moreDisclosures"] = self.more(items.count, max: self.shownMax)
        return model
    }

    /// The type of a fragment, and whom it is about while its contents are there.
    func what(_ item: ListDisclosures.Item) -> String {
        let fragment = self.view.fragments.first { $0.id == item.fragment }
        let name = fragment?.fields[FieldName.subjectName.text].map { " \($0)" } ?? ""
        return self.words.term("type", item.type) + name
    }

    /// Which version somebody was given, where it is not the newest or not known here.
    private func versionText(
        of recipient: ListDisclosures.Recipient,
        _ item: ListDisclosures.Item
    ) -> String {
        guard let version = recipient.version else { return self.words("versionOwnerKnows") }
        guard version != item.version else { return "" }
        let text = self.words("versionNumber", self.words.number(version))
        // A later one is known to who gave it, and was cut.
        return version < item.version ? text : "\(text), \(self.words("versionCut"))"
    }

    private func disclosure(
        _ item: ListDisclosures.Item,
        mayWithdraw: Bool
    ) -> [String: Any] {
        var model: [String: Any] = [
            "fragment": item.fragment, "short": String(item.fragment.prefix(8)),
            "what": self.what(item), "owner": item.owner,
            "category": self.words.term("category", item.category),
            "versionText": self.words("versionNumber", self.words.number(item.version)),
            "at": item.at, "atText": self.words.time(item.at),
            "recipients": item.recipients.map { recipient in
                [
                    "handle": recipient.handle, "ground": recipient.ground,
                    "versionText": self.versionText(of: recipient, item),
                    "received": recipient.received == true,
                    "waiting": recipient.received == false,
                ] as [String: Any]
            },
            "isShown": item.withdrawn == nil, "isExpired": item.expired,
            "isCut": !item.counts,
            // Also of a case that this node was left out of.
            "mayWithdraw": item.own && mayWithdraw,
        ]
        model["lowered"] = item.lowered
        model["expires"] = item.expires
        model["expiresText"] = item.expires.map { self.words.date($0) }
        if let withdrawn = item.withdrawn {
            var gone: [String: Any] = ["at": withdrawn, "atText": self.words.time(withdrawn)]
            // What the node itself writes when no person gave a reason is told in words of the page.
            gone["reason"] = item.reason.map {
                $0 == WithdrawalReason.takenBack ? self.words("reasonTakenBack") : $0
            }
            model["withdrawn"] = gone
        }
        return model
    }
}
