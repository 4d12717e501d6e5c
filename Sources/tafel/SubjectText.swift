import NodeInterface
import NodeService
import Terminal

extension ShowSubject: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        var lines: [ShownText] = [
            answer.name.line, "  \(answer.keys.joined(separator: ", "))  \(answer.id)",
        ]
        if let parent = answer.parent { lines.append("  establishment of \(parent)") }
        for fact in answer.facts.all {
            for value in fact.value {
                let by = value.sources.map(\.by).joined(separator: ", ")
                lines.append("  \(fact.name): \(value.value)  [\(by)]")
            }
        }
        lines += Self.part("establishments", answer.establishments.map(\.line))
        lines += Self.part("sites", answer.sites.map(\.line))
        lines += Self.part("quarters", answer.quarters.filter { !$0.types.all.isEmpty }.map(\.line))
        if answer.undated + answer.outside > 0 {
            lines.append(
                "  \(answer.undated) without a date, \(answer.outside) outside these five years"
            )
        }
        lines += Self.part("records (\(answer.records_found))", answer.records.map(\.line))
        lines += Self.part("fragments (\(answer.fragments_found))", answer.fragments.map(\.line))
        if answer.more {
            lines.append(
                "  there is more: at most \(Self.itemsMax) records, as many fragments and "
                    + "\(Self.partsMax) establishments are read"
            )
        }
        lines += Self.part(
            "cases",
            answer.cases.map { one in
                "  \(one.case.prefix(12))  \(one.titles.joined(separator: " / "))  "
                    + "\(one.phases.joined(separator: " / "))"
            }
        )
        lines += Self.part("predecessors", answer.predecessors.map(\.line))
        lines += Self.part("successors", answer.successors.map(\.line))
        lines += Self.part("relations", answer.relations.map(\.line))
        lines += Self.part("decisions (\(answer.decisions_found))", answer.decisions.map(\.line))
        if let group = answer.group {
            lines += Self.part("decisions connect it with", group.others.map(\.line))
            if group.weakest.count == 2 {
                lines.append(
                    "  weakest link: \(group.weakest[0].short) and \(group.weakest[1].short)"
                )
            }
            if group.more { lines.append("  decisions lead on to more, which are not shown") }
            if group.contradictions > 0 {
                lines.append("  \(group.contradictions) pairs in it are said to be different")
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func part(_ title: ShownText, _ lines: [ShownText]) -> [ShownText] {
        lines.isEmpty ? [] : [title] + lines
    }
}

extension SubjectTitle {
    /// What it is called, in a line: never an ID.
    fileprivate var line: ShownText {
        if !self.names.isEmpty { return "\(self.names.joined(separator: " / "))" }
        if let number { return "\(number)" }
        return
            "\(self.type ?? "subject") \(self.location ?? "of which no name or address is known")"
    }
}

extension SubjectEnd {
    fileprivate var short: ShownText {
        (self.name?.line ?? "(not known here)") + " \(self.key ?? self.id)"
    }

    fileprivate var line: ShownText { "  " + self.short }
}

extension ShowSubject.Site {
    fileprivate var line: ShownText {
        let place = [
            self.address, self.postcode, self.place, self.bag.map { "BAG \($0)" },
        ].compactMap(\.self).joined(separator: ", ")
        var line: ShownText = "  \(place)"
        if let latitude, let longitude { line = line + "  at \(latitude), \(longitude)" }
        return line + "  \(self.items) by \(self.by.joined(separator: ", "))"
    }
}

extension ShowSubject.Quarter {
    fileprivate var line: ShownText {
        let types = self.types.all.map { "\($0.value) \($0.name)" }.joined(separator: ", ")
        return "  \(self.quarter)  \(self.colour.rawValue)  \(types)"
            + (self.of_predecessors > 0
                ? "  (\(self.of_predecessors) of a predecessor: \(self.predecessor_colour.rawValue))"
                : "")
    }
}

extension ShowSubject.Item {
    fileprivate var line: ShownText {
        "  \(self.id.prefix(12))  \(self.date ?? "(no date)")  \(self.type)  \(self.status ?? "")  "
            + "\(self.owner)"
            + (self.case.map { "  case \($0.prefix(12))" } ?? "")
            + (self.predecessor.map { "  of predecessor \($0)" } ?? "")
            + (self.stale ? "  OLDER THAN ITS SOURCE IS REFRESHED" : "")
            + (self.expired ? "  EXPIRED" : "")
    }
}

extension ShowSubject.Takeover {
    fileprivate var line: ShownText {
        self.other.line + "  on \(self.date), \(self.kind), by \(self.source)  [\(self.by)]"
            + (self.steps > 1 ? "  \(self.steps) steps away" : "")
    }
}

extension ShowSubject.Relation {
    fileprivate var line: ShownText {
        let relation: ShownText =
            self.outward ? "  \(self.relation) " : "  is what \(self.relation): "
        return relation + self.other.short + "  [\(self.by)]"
    }
}

extension ShowSubject.Decision {
    fileprivate var line: ShownText {
        "  \(self.verdict.rawValue): " + self.other.short + "  [\(self.by), \(self.at)]"
            + (self.case.map { "  in case \($0.prefix(12))" } ?? "  here")
            + (self.reason.map { "  \($0)" } ?? "")
            + (self.state == .conflict ? "  OTHERS SAY OTHERWISE" : "")
    }
}

extension SuggestSubjects: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        var lines: [ShownText] = []
        for pair in answer.pairs {
            lines.append("\(pair.score)  " + pair.a.short)
            lines.append("       " + pair.b.short)
            if pair.alike_found > 0 {
                lines.append("       and \(pair.alike_found) more pairs with the same values")
            }
            for part in pair.parts where part.level != nil {
                lines.append(
                    "       \(part.bits) bits  \(part.comparison): "
                        + "\(part.level ?? "")"
                )
            }
            lines.append("       \(answer.prior) bits  prior: how rarely any two are one")
            lines.append("       \(pair.bits) bits  together")
        }
        lines.append(
            (answer.total == 1 ? "1 pair may be one" : "\(answer.total) pairs may be one")
                + (answer.total > answer.pairs.count
                    ? ", \(answer.pairs.count) shown. More with --limit" : "")
        )
        if answer.decided_by_others > 0 {
            lines.append(
                "\(answer.decided_by_others) more were decided by others alone. 'tafel subject show' says who said what"
            )
        }
        if answer.left_out > 0 {
            lines.append("\(answer.left_out) records and fragments were not compared: too many")
        }
        return lines.joined(separator: "\n")
    }
}

extension DecideSubjects: PrintedRequest {
    func text(of answer: Answer) -> ShownText { answer.line }
    var shownBy: String? { "tafel subject show" }
}

extension SucceedSubject: PrintedRequest {
    func text(of answer: Answer) -> ShownText {
        let what: ShownText =
            self.removes
            ? "taken back: that \(self.from) took over from \(self.to)"
            : "\(self.from) took over from \(self.to) on \(self.date ?? "") (\(self.kind ?? ""), "
                + "according to \(self.source ?? "")). Turn the two round if it was the other way"
        return what + "\n" + answer.place
    }
    var shownBy: String? { "tafel subject show" }
}

extension Decided {
    fileprivate var place: ShownText {
        self.entry.map { "written as entry \($0.index)" } ?? "kept at this node"
    }

    fileprivate var line: ShownText {
        self.place + ". Together people say: \(self.state.rawValue)"
    }
}
