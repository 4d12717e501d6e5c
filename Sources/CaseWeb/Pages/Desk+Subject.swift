import CaseModel
import HTTPTypes
import NodeInterface
import NodeService
import SyncLog

/// One subject over all cases (`Protocol/subjects.md`).
extension Desk {
    /// Items of a subject on one page.
    static let itemsShown = 35

    func subject(_ name: String) async throws(PageError) -> Page {
        let subject = try await self.ask(ShowSubject(subject: name))
        let key = subject.keys[0]
        let title = self.title(of: subject.name)
        let address = ListAddress("/subjects/\(key)", self.query, names: ["page"])
        var model: [String: Any] = [
            "subjectKey": key, "subjectID": subject.id, "title": title,
            "facts": self.facts(of: subject), "hasFacts": !subject.facts.all.isEmpty,
            "quarters": subject.quarters.map { self.quarter($0) },
            "colours": ShowSubject.Colour.allCases.map { colour in
                ["colour": colour.rawValue, "name": self.words.term("colour", colour.rawValue)]
            },
            "sites": subject.sites.map { self.site($0) }, "hasSites": !subject.sites.isEmpty,
            "cases": subject.cases.map { one in
                [
                    "id": one.case, "titles": one.titles.map { ["title": $0] },
                    "phase": one.phases.map { self.words.term("phase", $0) }
                        .joined(separator: " / "),
                ] as [String: Any]
            },
            "hasCases": !subject.cases.isEmpty,
            "establishments": subject.establishments.map { self.end($0) },
            "hasEstablishments": !subject.establishments.isEmpty,
            "mayWrite": self.may(.writeCases),
        ]
        if let number = self.number(of: subject.name), !subject.name.names.isEmpty {
            model["number"] = number
        }
        model["parent"] = subject.parent
        model["parentText"] = subject.parent.map { text in
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            return parts.count == 2 ? "\(self.words.term("key", parts[0])) \(parts[1])" : text
        }
        let outside = [
            subject.establishment_items > 0
                ? self.words.count("itemsOfEstablishments", subject.establishment_items) : nil,
            subject.undated > 0 ? self.words.count("itemsUndated", subject.undated) : nil,
            subject.outside > 0 ? self.words.count("itemsOutside", subject.outside) : nil,
            subject.more ? self.words("itemsMore") : nil,
        ].compactMap(\.self)
        if subject.sites.contains(where: { $0.latitude != nil }) {
            model["map"] = self.mapModel(points: nil, draws: false)
        }
        model["outsideText"] = outside.joined(separator: " ")
        model.merge(try self.items(of: subject, address)) { first, _ in first }
        model.merge(self.said(of: subject)) { first, _ in first }
        model.merge(self.typed(for: subject)) { first, _ in first }
        return Page(template: "subject", title: title, model: model)
    }

    // MARK: What is known

    private func facts(of subject: ShowSubject.Answer) -> [[String: Any]] {
        subject.facts.all.flatMap { fact in
            fact.value.enumerated().map { place, value in
                var row: [String: Any] = [
                    "factLabel": self.words.term("fact", fact.name), "value": value.value,
                    "sources": value.sources.map { source in
                        [
                            "by": source.by, "day": self.words.day(source.at),
                            "isOwn": source.by == self.node.card.handle,
                        ] as [String: Any]
                    },
                ]
                if place == 0 {
                    row["head"] = [
                        "label": self.words.term("fact", fact.name), "rows": fact.value.count,
                    ]
                }
                return row
            }
        }
    }

    private func quarter(_ quarter: ShowSubject.Quarter) -> [String: Any] {
        let types = quarter.types.all.map { type in
            "\(self.words.number(type.value)) × \(self.words.term("type", type.name))"
        }
        var model: [String: Any] = [
            "quarter": self.words("quarterName", quarter.quarter.replacing("-Q", with: " ")),
            "colour": quarter.colour.rawValue,
            "colourText": quarter.colour == .none && quarter.of_predecessors > 0
                ? self.words("noneOfOwn")
                : self.words.term("colour", quarter.colour.rawValue),
            "types": types.joined(separator: ", "),
        ]
        let parts = quarter.quarter.split(separator: "-").map(String.init)
        model["year"] = parts.first
        model["short"] = parts.last
        model["earlier"] =
            quarter.of_predecessors > 0
            ? self.words(
                "ofPredecessors",
                self.words.number(quarter.of_predecessors),
                self.words.term("colour", quarter.predecessor_colour.rawValue)
            ) : ""
        return model
    }

    private func site(_ site: ShowSubject.Site) -> [String: Any] {
        let place = [
            site.address, [site.postcode, site.place].compactMap(\.self).joined(separator: " "),
        ].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
        var model: [String: Any] = [
            "where": place.isEmpty ? self.words("siteByNumber") : place,
            "by": self.words.list(site.by),
            "itemsText": self.words.count("siteItems", site.items),
        ]
        model["bag"] = site.bag ?? ""
        // A site is no company's: what else lies there is found by where it is.
        let searched: [(name: String, value: String?)] =
            if let bag = site.bag {
                [("q", "BAG " + bag)]
            } else if site.address != nil {
                [("address", site.address), ("postcode", site.postcode), ("place", site.place)]
            } else {
                []
            }
        model["here"] =
            searched.isEmpty
            ? "" : ListAddress("/records", .empty, names: []).href(searched + [("years", "0")])
        model["near"] = ""
        model["point"] = ""
        if let latitude = site.latitude, let longitude = site.longitude {
            model["point"] = "\(latitude), \(longitude)"
            model["latitude"] = latitude
            model["longitude"] = longitude
            model["near"] = ListAddress("/records", .empty, names: []).href([
                ("near", "\(latitude) \(longitude)"), ("radius", "250"), ("years", "0"),
            ])
        }
        return model
    }

    private func items(
        of subject: ShowSubject.Answer,
        _ address: ListAddress
    ) throws(PageError) -> [String: Any] {
        guard let part = ListPart(self.query.text("page"), size: Self.itemsShown) else {
            throw PageError(.unprocessableContent, "errorFilter")
        }
        // What is no day of the calendar comes last: others write what they like.
        func day(_ item: ShowSubject.Item) -> String {
            item.date.flatMap { $0.isCalendarDate ? $0 : nil } ?? ""
        }
        let all = (subject.records + subject.fragments).sorted { day($0) > day($1) }
        let shown = all.dropFirst(part.start).prefix(part.size)
        // In which case it stands: its owner may share one thing in several.
        let titles = Dictionary(
            subject.cases.map { ($0.case, $0.titles.joined(separator: " / ")) },
            uniquingKeysWith: { first, _ in first }
        )
        let found = subject.records_found + subject.fragments_found
        var model: [String: Any] = [
            "hasItems": !all.isEmpty, "itemsText": self.words.count("itemCount", found),
            "items": shown.map { self.item($0, titles) },
        ]
        model["itemParts"] = part.model(
            of: all.count,
            shown: shown.count,
            name: "page",
            address: address,
            anchor: "items",
            words: self.words
        )
        if subject.predecessors_found > 0 {
            model["earlierItems"] = self.words.count(
                "itemsOfPredecessors",
                subject.predecessors_found
            )
        }
        if subject.more || found + subject.predecessors_found > all.count {
            model["moreItems"] = self.words("itemsMore")
        }
        return model
    }

    private func item(_ item: ShowSubject.Item, _ titles: [String: String]) -> [String: Any] {
        var model: [String: Any] = [
            "type": self.words.term("type", item.type), "owner": item.owner,
            "href": item.case.map { "/cases/\($0)?fragment=\(item.id)#fragment-\(item.id)" }
                ?? "/records/\(item.id)",
            "dateText": item.date.map { self.words.date($0) } ?? self.words("noDate"),
            "status": item.status.map { self.words.term("status", $0) } ?? "",
            "text": item.text ?? "", "staleText": "", "predecessor": item.predecessor ?? "",
            "isFragment": item.case != nil, "isExpired": item.expired,
        ]
        model["inCase"] = item.case.flatMap { titles[$0] }.map { Self.short($0) }
        if item.stale { model["staleText"] = self.words("staleOf", self.words.day(item.fresh)) }
        return model
    }

    // MARK: What people say

    private func said(of subject: ShowSubject.Answer) -> [String: Any] {
        let titles = Dictionary(
            subject.cases.map { ($0.case, $0.titles.joined(separator: " / ")) },
            uniquingKeysWith: { first, _ in first }
        )
        let same = Set(subject.decisions.filter { $0.verdict == .same }.map(\.other.id))
        var model: [String: Any] = [
            "predecessors": subject.predecessors.map {
                self.takeover($0, titles, same: same, isPredecessor: true)
            },
            "successors": subject.successors.map {
                self.takeover($0, titles, same: same, isPredecessor: false)
            },
            "hasTakeovers": !subject.predecessors.isEmpty || !subject.successors.isEmpty,
            "relations": subject.relations.map { relation in
                var line = self.end(relation.other)
                line["relation"] = self.words.term("relation", relation.relation)
                line["isOutward"] = relation.outward
                line["by"] = relation.by
                line["at"] = relation.at
                line["atText"] = self.words.time(relation.at)
                line["reason"] = relation.reason ?? ""
                line["caseID"] = relation.case
                line["caseTitle"] = titles[relation.case] ?? self.words("inACase")
                return line
            },
            "hasRelations": !subject.relations.isEmpty,
            "decisions": subject.decisions.map { self.decision($0, titles) },
            "hasDecisions": !subject.decisions.isEmpty,
            "moreDecisions": subject.decisions_found > subject.decisions.count
                ? self.words(
                    "someShown",
                    self.words.number(subject.decisions.count),
                    self.words.number(subject.decisions_found)
                ) : "",
        ]
        if let group = subject.group {
            var connected: [String: Any] = ["others": group.others.map { self.end($0) }]
            // A number that differs is what a wrong decision shows first.
            let numbers = ([subject.name] + group.others.compactMap(\.name)).compactMap(\.kvk)
            let distinct = Set(numbers).sorted()
            connected["numbers"] =
                distinct.count > 1
                ? self.words(
                    "groupNumbers",
                    self.words.number(distinct.count),
                    self.words.list(distinct)
                ) : ""
            if group.weakest.count == 2 {
                let names = group.weakest.map { end in
                    end.name.map { self.title(of: $0) } ?? self.words("subjectNotHere")
                }
                connected["weakest"] = self.words("groupWeakest", names[0], names[1])
            }
            connected["leadsOn"] = group.more ? self.words("groupMore") : ""
            if group.contradictions > 0 {
                connected["against"] = self.words.count("groupAgainst", group.contradictions)
            }
            model["group"] = connected
        }
        return model
    }

    private func takeover(
        _ takeover: ShowSubject.Takeover,
        _ titles: [String: String],
        same: Set<String>,
        isPredecessor: Bool
    ) -> [String: Any] {
        var line = self.end(takeover.other)
        line["text"] = self.words(
            "sinceBySource",
            self.words.date(takeover.date),
            self.words.term("succession", takeover.kind),
            takeover.source
        )
        line["by"] = takeover.by
        line["at"] = takeover.at
        line["atText"] = self.words.time(takeover.at)
        line["reason"] = takeover.reason ?? ""
        line["caseID"] = takeover.case ?? ""
        line["caseTitle"] = takeover.case.flatMap { titles[$0] } ?? self.words("inACase")
        line["isFar"] = takeover.steps > 1
        line["isSame"] = same.contains(takeover.other.id)
        line["stepsText"] = self.words.count("stepsAway", takeover.steps)
        let own = takeover.case == nil ? self.account.name : self.node.card.handle
        line["otherKey"] = takeover.other.key ?? takeover.other.id
        // What stands at the predecessor's page is undone at the successor's.
        line["mayTakeBack"] =
            self.may(.writeCases) && isPredecessor && takeover.steps == 1 && takeover.by == own
        return line
    }

    private func decision(
        _ decision: ShowSubject.Decision,
        _ titles: [String: String]
    ) -> [String: Any] {
        var line = self.end(decision.other)
        line["verdict"] = self.words.term("verdict", decision.verdict.rawValue)
        line["by"] = decision.by
        line["at"] = decision.at
        line["atText"] = self.words.time(decision.at)
        line["reason"] = decision.reason ?? ""
        line["caseID"] = decision.case ?? ""
        line["caseTitle"] = decision.case.flatMap { titles[$0] } ?? self.words("inACase")
        line["isConflict"] = decision.state == .conflict
        let own = decision.case == nil ? self.account.name : self.node.card.handle
        line["otherKey"] = decision.other.key ?? decision.other.id
        line["seen"] = decision.verdict.rawValue
        line["mayUndo"] = self.may(.writeCases) && decision.by == own
        return line
    }

    /// What was typed into the page's forms, where that is shown again.
    private func typed(for subject: ShowSubject.Answer) -> [String: Any] {
        func text(_ name: String) -> String { self.form[name] ?? "" }
        let isSuccession = self.form["kind"] != nil
        return [
            "isDeciding": self.form["other"] != nil && !isSuccession,
            "isSucceeding": isSuccession,
            "typedOther": isSuccession ? "" : text("other"),
            "typedReason": isSuccession ? "" : text("reason"),
            "typedPredecessor": isSuccession ? text("other") : "", "typedDate": text("date"),
            "typedSource": text("source"), "typedWhy": isSuccession ? text("reason") : "",
            "verdicts": self.options(
                "verdict",
                SubjectVerdict.allCases.map(\.rawValue),
                chosen: self.form["verdict"]
            ),
            "kinds": self.options(
                "succession",
                SuccessionKind.allCases.map(\.rawValue),
                chosen: self.form["kind"]
            ),
            "offeredCases": subject.cases.map { one in
                [
                    "id": one.case,
                    "name": self.words(
                        "caseReadBy",
                        one.titles.joined(separator: " / "),
                        self.words.list(one.members)
                    ),
                    "isChosen": one.case == self.form["case"],
                ] as [String: Any]
            },
        ]
    }
}
