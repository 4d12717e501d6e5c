import CaseModel
import NodeInterface
import Vocabulary

/// The subjects of a page, one line each, and what stands behind it.
extension CaseModelBuilder {
    var subjects: [String: Any] {
        let counts = self.page.counts
        let shown = self.view.subjects
        let labels: [(ShowCasePage.SubjectOrder, String)] = [
            (.key, self.words("sortKey")), (.name, self.words("fact_name")),
            (.conflicts, self.words("conflicts")), (.fragments, self.words("fragments")),
        ]
        var model: [String: Any] = [
            "noSubjects": self.words(counts.subjects == 0 ? "noSubjects" : "noneFits"),
            "hasSubjects": !shown.isEmpty, "subjects": shown.map { self.subject($0) },
            "subjectSorts": counts.subjects_found > 1
                ? self.choice.subjects.heads(
                    labels.map { (column: $0.0, label: $0.1) },
                    name: "subjects",
                    page: "subjectpage",
                    address: self.choice.address,
                    anchor: "subjects",
                    words: self.words
                ) : [],
            "hasSubjectSorts": counts.subjects_found > 1,
            "isNarrowed": self.choice.subject != nil || self.choice.isDisputed,
            "everything": self.choice.address.href(
                [("subject", nil), ("only", nil), ("subjectpage", nil), ("fragmentpage", nil)],
                anchor: "subjects"
            ),
            "hasLinks": !self.view.links.isEmpty, "links": self.view.links.map { self.link($0) },
        ]
        model["subjectParts"] = self.choice.subjectPart.model(
            of: counts.subjects_found,
            shown: shown.count,
            name: "subjectpage",
            address: self.choice.address,
            anchor: "subjects",
            words: self.words
        )
        model["moreLinks"] = self.more(counts.links, max: self.view.links.count)
        return model
    }

    private func link(_ link: ShowCase.Link) -> [String: Any] {
        var model: [String: Any] = [
            "from": self.end(link.from), "to": self.end(link.to),
            "relation": self.words.term("relation", link.relation), "by": self.partner(link.by),
            "at": link.at, "atText": self.words.time(link.at),
        ]
        model["reason"] = link.reason
        if let date = link.date {
            model["succession"] = self.words(
                "sinceBySource",
                self.words.date(date),
                link.kind.map { self.words.term("succession", $0) } ?? "",
                link.source ?? ""
            )
        }
        return model
    }

    /// A subject where another is named that has to do with it.
    private func end(_ id: String) -> [String: Any] {
        var model: [String: Any] = [
            "name": self.name(ofSubject: id) ?? self.words("subjectNotHere")
        ]
        model["href"] = self.link(toSubject: id)
        return model
    }

    private func subject(_ subject: ShowCase.Subject) -> [String: Any] {
        let names = SubjectName(words: self.words)
        let conflicts = subject.conflicts.filter { !subject.variants.contains($0) }
        let decided = conflicts.filter { self.weighing(of: $0, subject)?.isClosed == true }
        var model: [String: Any] = [
            "id": subject.id, "subjectKey": subject.key, "name": names.text(subject),
            "hasFacts": !subject.facts.all.isEmpty,
            "rows": FactName.allCases.flatMap { self.rows(of: $0.rawValue, subject) },
            "badges": (self.page.sources[subject.id] ?? []).map { source in
                ["by": source.by, "count": self.words.number(source.count)]
            },
            "sameAs": subject.same_as.map { link in
                self.end(link.id).merging(["by": link.by]) { first, _ in first }
            },
            "weighings": self.offersWeighing
                ? conflicts.map { self.weighingForm(of: $0, subject) } : [],
            // One that was asked for, alone or by a form that was refused, is open.
            "isOpen": self.choice.subject == subject.id,
            "fragmentsText": self.words.count("fragmentsAbout", subject.fragments.count),
            "fragmentsLink": self.choice.address.href(
                [("subject", subject.id), ("fragmentpage", nil), ("only", nil)],
                anchor: "fragments"
            ),
            "offersFragments": self.choice.subject != subject.id,
        ]
        model["key"] = names.key(subject)
        let open = conflicts.count - decided.count
        model["conflictText"] = open == 0 ? nil : self.words.count("conflictCount", open)
        model["decidedText"] =
            decided.isEmpty ? nil : self.words.count("weighedCount", decided.count)
        model["variantText"] =
            subject.variants.isEmpty
            ? nil : self.words.count("variantCount", subject.variants.count)
        if let parent = subject.parent {
            var company: [String: Any] = [:]
            company["name"] = self.name(ofSubject: parent) ?? names.parent(of: subject)
            company["href"] = self.link(toSubject: parent)
            model["parent"] = company["name"] == nil ? nil : company
        }
        return model
    }

    private func rows(of fact: String, _ subject: ShowCase.Subject) -> [[String: Any]] {
        guard let values = subject.facts[fact] else { return [] }
        let isVariant = subject.variants.contains(fact)
        let isConflict = subject.conflicts.contains(fact) && !isVariant
        let weighing = isConflict ? self.weighing(of: fact, subject) : nil
        let label = self.words.term("fact", fact)
        let shown = values.prefix(WebLimits.valuesShownMax)
        return shown.enumerated().map { offset, value in
            var row: [String: Any] = [
                "value": Self.cut(value.value), "factLabel": label,
                "isConflict": isConflict && weighing?.isClosed != true, "isVariant": isVariant,
                "sources": self.sources(value.sources),
            ]
            if offset == 0 {
                var head: [String: Any] = [
                    "label": label, "rows": shown.count, "isVariant": isVariant,
                ]
                head["more"] = self.more(values.count, max: shown.count)
                head["anchor"] = isConflict ? "conflict-\(subject.id)-\(fact)" : nil
                head["weighed"] = weighing.map { weighing in
                    [
                        "text": self.text(of: weighing), "by": weighing.note.by,
                        "at": weighing.note.at, "day": self.words.day(weighing.note.at),
                    ]
                }
                row["head"] = head
            }
            return row
        }
    }

    /// Who says something: one line for each partner, with how often, and when last.
    private func sources(_ sources: [ShowCase.Source]) -> [[String: Any]] {
        var partners: [String] = []
        var own: [String: [ShowCase.Source]] = [:]
        for source in sources {
            if own[source.by] == nil { partners.append(source.by) }
            own[source.by, default: []].append(source)
        }
        return partners.map { handle in
            let said = own[handle] ?? []
            let newest = said.map(\.at).max() ?? ""
            var model: [String: Any] = [
                "by": handle, "times": said.count > 1 ? self.words.number(said.count) : "",
                "day": self.words.day(newest), "isOwn": handle == self.handle,
            ]
            model["ground"] = Self.distinct(said.compactMap(\.ground)).joined(separator: ", ")
            let marks = said.compactMap { self.mark($0.fragment) }
            // Of several that say so it is no mark of all.
            model["mark"] = marks.count == said.count ? marks.first : nil
            return model
        }
    }

    /// The beginning of a value that is very long; the fragment has the whole.
    static func cut(_ value: String) -> String {
        Desk.beginning(of: value, WebLimits.valueCharacters)
    }

    private static func distinct(_ texts: [String]) -> [String] {
        var distinct: [String] = []
        for text in texts where !distinct.contains(text) { distinct.append(text) }
        return distinct
    }

    /// What is to be known of a fragment beside what it says.
    func mark(_ id: String) -> String? {
        guard let mark = self.marks[id] else { return nil }
        let words = [
            mark.expired ? self.words("expired") : nil,
            mark.outside_period ? self.words("outsidePeriod") : nil,
        ].compactMap(\.self)
        return words.joined(separator: ", ")
    }

    private func weighingForm(of fact: String, _ subject: ShowCase.Subject) -> [String: Any] {
        let claims = Claims(subject: subject, fact: fact)
        let typed = self.openWeighing
        let isOpen = typed?.subject == subject.id && typed?.fact == fact
        return [
            "label": self.words("weigh", self.words.term("fact", fact)), "subject": subject.id,
            "fact": fact, "anchor": "weigh-\(subject.id)-\(fact)", "isOpen": isOpen,
            "seen": claims.seen,
            "isNone": isOpen && typed?.value == Claims.none,
            "isStand": isOpen && typed?.value == Claims.stand,
            "typedReason": isOpen ? typed?.reason ?? "" : "",
            "options": claims.values.prefix(WebLimits.valuesShownMax).enumerated().map {
                index,
                value in
                [
                    "value": Self.cut(value.value), "by": Claims.handles(value.sources),
                    // Not the value: browsers change line ends within one.
                    "index": String(index),
                    "isChosen": isOpen && typed?.value == String(index),
                ] as [String: Any]
            },
        ]
    }
}
