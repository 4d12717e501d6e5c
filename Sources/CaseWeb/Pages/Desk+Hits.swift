import CaseModel
import NodeInterface
import NodeService
import SyncLog
import Vocabulary

/// What a search found, and what was asked.
extension Desk {
    func results(
        _ found: SearchRecords.Answer,
        _ order: ListOrder<HitOrder>,
        address: ListAddress,
        part: ListPart,
        onlyOwn: Bool
    ) -> [String: Any] {
        var model = self.results(found, action: onlyOwn ? address.path : nil)
        model["notes"] = self.notes(found, address: address)
        model["conditions"] = self.conditions(onlyOwn: onlyOwn)
        model["isSorted"] = true
        model["sorts"] = [HitOrder.relevance, .date].map { column in
            [
                "label": self.words("sort_" + column.rawValue),
                "isCurrent": column == order.column && Self.isOfNode(order), "sign": "",
                "directionText": "",
                "href": address.href([
                    ("sort", (column == .date ? "-" : "") + column.rawValue), ("page", nil),
                ]),
            ] as [String: Any]
        }
        model["heads"] = order.heads(
            self.hitColumns,
            turned: [.date],
            name: "sort",
            page: "page",
            address: address,
            words: self.words
        )
        model["hitParts"] = part.model(
            of: found.total,
            shown: found.hits.count,
            name: "page",
            address: address,
            words: self.words
        )
        if !onlyOwn {
            let table = ListAddress("/records/table", self.query, names: Self.searchChoices)
            model["table"] = table.href([("page", nil)])
            if found.circle != nil || found.hits.contains(where: { $0.latitude != nil }) {
                let points = ListAddress("/records/points", self.query, names: Self.searchChoices)
                model["map"] = self.mapModel(points: points.href([("page", nil)]), draws: true)
            }
        }
        return model
    }

    /// Everything that was asked, in a line: on paper no form says it.
    private func conditions(onlyOwn: Bool) -> String {
        let hasDays = self.query.text("from") != nil || self.query.text("until") != nil
        let names = ["q"] + Self.fieldNames + ["type", "partner", "phase", "years"]
        let texts = names.compactMap { name -> String? in
            // Days take the place of years, and what is shared is own.
            guard !(hasDays && name == "years"), !(onlyOwn && name == "partner"),
                let typed = self.query.text(name)
            else { return nil }
            return switch name {
            case "q": self.words("search_text") + ": " + typed
            case "type": self.words("type") + ": " + self.words.term("type", typed)
            case "phase": self.words("search_phase") + ": " + self.words.term("phase", typed)
            case "years":
                self.words("search_years") + ": "
                    + (typed == "0"
                        ? self.words("allYears")
                        : self.words.count("lastYears", Int(typed) ?? SearchRecords.yearsDefault))
            default: self.words("search_" + name) + ": " + typed
            }
        }
        return texts.isEmpty ? "" : self.words("searchedFor", texts.joined(separator: "; "))
    }

    private var hitColumns: [(column: HitOrder, label: String)] {
        [
            (.title, self.words("title")), (.type, self.words("type")),
            (.place, self.words("addressAndPlace")), (.date, self.words("date")),
            (.owner, self.words("owner")),
        ]
    }

    /// `action`: where a hit leads that is to be shared; `nil` for its page.
    func results(_ found: SearchRecords.Answer, action: String?) -> [String: Any] {
        [
            "hasHits": !found.hits.isEmpty,
            "heads": self.hitColumns.map { ["label": $0.label] },
            // Nothing is on a part of a list that ends before it.
            "isNothing": found.hits.isEmpty && found.total == 0,
            "countText": self.words.count("hitCount", found.total),
            "understood": found.understood.map { part in
                let text = self.words("understood_" + part.meaning.rawValue, part.text)
                let isExchanged = part.exchanged == true
                return ["text": isExchanged ? text + " " + self.words("exchanged") : text]
            },
            "hits": found.hits.map { self.row($0, action: action) },
        ]
    }

    /// The beginning of a value, on a line: others write some of any length, and the whole stands on its page.
    static func short(_ text: String) -> String {
        Self.beginning(of: text, WebLimits.gistCharacters)
    }

    /// The beginning of a text that has more than so many scalars: a letter may have any number of marks.
    static func beginning(of text: String, _ most: Int) -> String {
        guard text.utf8.count > most, text.unicodeScalars.count > most else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(most))) + "…"
    }

    func row(_ hit: SearchRecords.Hit, action: String?) -> [String: Any] {
        let isFragment = hit.kind == "fragment"
        let page =
            isFragment
            ? "/cases/\(hit.case ?? "")?fragment=\(hit.id)#fragment-\(hit.id)"
            : "/records/\(hit.id)"
        let place = [
            hit.address, [hit.postcode, hit.place].compactMap(\.self).joined(separator: " "),
        ]
        .compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
        var row: [String: Any] = [
            "href": action.map { "\($0)?record=\(hit.id)" } ?? page,
            "title": Self.short(hit.title), "kvk": hit.kvk ?? "",
            "subject": "\(hit.kind):\(hit.id)",
            "isExpired": hit.expired,
            "type": self.words.term("type", hit.type), "where": Self.short(place),
            "dateText": hit.date.map { self.words.date($0) } ?? "", "owner": hit.owner,
            "isFragment": isFragment,
            "why": hit.why.map { self.reason($0, hit) }.joined(separator: ", "),
            "freshText": self.words("freshOf", self.words.day(hit.fresh)),
        ]
        if hit.stale {
            row["staleText"] = self.words("staleOf", self.words.day(hit.fresh))
        }
        if !hit.cases.isEmpty { row["sharedText"] = self.words.count("inCases", hit.cases.count) }
        return row
    }

    /// Why something was found, in words.
    func reason(_ name: String, _ hit: SearchRecords.Hit) -> String {
        if name == "near", let metres = hit.distance {
            return self.words("why_near", self.words.number(metres))
        }
        guard name.hasSuffix("~") else { return self.words("why_" + name) }
        return self.words("why_like", self.words("why_" + name.dropLast()))
    }

    private func notes(_ found: SearchRecords.Answer, address: ListAddress) -> [[String: Any]] {
        var notes: [[String: Any]] = []
        if found.incomplete { notes.append(["text": self.words("searchIncomplete")]) }
        if !found.unknown_words.isEmpty {
            let words = self.words.list(found.unknown_words)
            notes.append(["text": self.words("searchUnknown", words)])
        }
        if let period = found.period, period.years == nil {
            let (from, until) = (period.from ?? "", period.until ?? "")
            let key = until.isEmpty ? "searchFrom" : from.isEmpty ? "searchUntil" : "searchBetween"
            let days = [from, until].filter { !$0.isEmpty }.map { self.words.date($0) }
            notes.append(["text": self.words(key, arguments: days)])
        }
        if let years = found.period?.years, let from = found.period?.from {
            let text = self.words.count("searchPeriod", years)
            notes.append(["text": text + " " + self.words("searchSince", self.words.date(from))])
        }
        if found.beyond_period > 0 {
            notes.append([
                "text": self.words.count("searchBeyond", found.beyond_period),
                "link": self.words("searchAllYears"),
                "href": address.href([
                    ("years", "0"), ("from", nil), ("until", nil), ("page", nil),
                ]),
            ])
        }
        if found.more { notes.append(["text": self.words("hitsMore")]) }
        return notes
    }
}
