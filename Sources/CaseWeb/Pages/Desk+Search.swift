import CaseModel
import HTTPTypes
import JSONText
import NodeInterface
import NodeService
import SyncLog
import Vocabulary

/// By what hits can be put in order.
enum HitOrder: String, Choice {
    case relevance, date, title, type, place, owner
}

/// Searching in own records and readable fragments.
extension Desk {
    /// What can be chosen on the page, by name in its address.
    private static let choices =
        ["q", "years", "type", "partner", "phase"] + Self.fieldNames + ["sort", "page"]
    private static let fieldNames = [
        "name", "address", "place", "postcode", "kvk", "vestiging", "key", "source", "near",
        "radius",
        "from", "until",
    ]
    /// Years that a search looks back; 0 for all.
    private static let yearChoices = [1, 2, 5, 10, 0]

    func records() async throws(PageError) -> PageAnswer {
        .page(try await self.recordSearch(action: "/records", onlyOwn: false))
    }

    /// The search form with what was found; hits lead to `action` when they are to be shared.
    func recordSearch(action: String, onlyOwn: Bool) async throws(PageError) -> Page {
        let address = ListAddress(action, self.query, names: Self.choices)
        var page = Page(template: "records", title: self.words("search"), model: [:])
        var model = try await self.form(action: action, onlyOwn: onlyOwn)
        guard let part = ListPart(self.query.text("page"), size: WebLimits.hitsShownMax) else {
            throw PageError(.unprocessableContent, "errorFilter")
        }
        // Nothing is looked for yet.
        if !onlyOwn, address.fields.isEmpty {
            model["start"] = try await self.start()
            page.model = model
            return page
        }
        guard let order = self.hitOrder else {
            throw PageError(.unprocessableContent, "errorFilter")
        }
        do {
            var request = try self.search()
            if onlyOwn { request.partner = self.node.card.handle }
            let found = try await self.hits(&request, order, part)
            model["results"] = self.results(
                found,
                order,
                address: address,
                part: part,
                onlyOwn: onlyOwn
            )
        } catch var problem as Problem {
            // A radius in the one box is wrong there.
            if problem.field == "radius", self.query.text("radius") == nil { problem.field = "q" }
            model["problem"] = problem.model(self.words)
            model[Page.wrongField] = problem.field
            model["isNarrowed"] = true
            page.status = .unprocessableContent
        } catch {
            throw error as? PageError ?? PageError(bug: "\(error)")
        }
        page.model = model
        return page
    }

    /// The hits of a part, in an order: the node's own, or that of a column, for which all are fetched.
    private func hits(
        _ request: inout SearchRecords,
        _ order: ListOrder<HitOrder>,
        _ part: ListPart
    ) async throws -> SearchRecords.Answer {
        let isOfNode = Self.isOfNode(order)
        request.offset = isOfNode ? part.start : nil
        request.limit = isOfNode ? part.size : WebLimits.tableHitsMax
        var found = try await self.submit(request)
        guard !isOfNode else { return found }
        found.hits = Array(
            self.sorted(found.hits, order).dropFirst(part.start).prefix(part.size)
        )
        return found
    }

    /// Whether the node itself gives hits in an order: by relevance, or the newest first.
    private static func isOfNode(_ order: ListOrder<HitOrder>) -> Bool {
        switch order.column {
        case .relevance: !order.isReversed
        case .date: order.isReversed
        case .title, .type, .place, .owner: false
        }
    }

    /// Hits in an order; without a day they come last by date, whatever its direction.
    func sorted(
        _ hits: [SearchRecords.Hit],
        _ order: ListOrder<HitOrder>
    ) -> [SearchRecords.Hit] {
        guard !Self.isOfNode(order) else { return hits }
        return order.sorted(hits) { hit in
            switch order.column {
            case .relevance: ListOrder<HitOrder>.text(100 - hit.score)
            case .date: hit.date ?? "~"
            case .title: hit.title
            case .type: self.words.term("type", hit.type)
            case .place: [hit.place, hit.address].compactMap(\.self).joined(separator: " ")
            case .owner: hit.owner
            }
        }
    }

    /// The order that the address asks for; `nil` where it names none.
    var hitOrder: ListOrder<HitOrder>? {
        ListOrder(
            self.query.text("sort"),
            first: self.asksNothing ? .init(.date, isReversed: true) : .init(.relevance)
        )
    }

    /// Whether nothing is looked for but a kind and a period.
    private var asksNothing: Bool {
        ListAddress("", self.query, names: ["q"] + Self.fieldNames).fields.isEmpty
    }

    /// What the address asks for.
    func search() throws -> SearchRecords {
        func text(_ name: String) -> String? { self.query.text(name) }
        var radius: Int?
        if let typed = text("radius") {
            guard let number = TypedDistance.metres(typed) else {
                throw Problem(field: "radius") { words in
                    words.text(of: .invalid(.radius, .form(typed)))
                }
            }
            radius = number
            // Around nothing it would say nothing.
            guard text("near") != nil else { throw self.problem("problemRadius", field: "near") }
        }
        func day(_ name: String) throws(Problem) -> String? {
            guard let typed = text(name) else { return nil }
            guard let day = TypedDay.read(typed) else {
                throw Problem(field: name) { $0.text(of: .invalid(.day, .notADate(typed))) }
            }
            return day
        }
        let hasDates = text("from") != nil || text("until") != nil
        var search = SearchRecords(
            text: text("q"),
            key: text("key"),
            name: text("name"),
            kvk: text("kvk"),
            vestiging: text("vestiging"),
            postcode: text("postcode"),
            place: text("place"),
            address: text("address"),
            near: text("near"),
            radius: text("near") == nil ? nil : radius,
            type: text("type"),
            source: text("source"),
            partner: text("partner"),
            phase: text("phase"),
            from: try day("from"),
            until: try day("until"),
            sort: self.hitOrder?.column == .date ? "date" : nil
        )
        if !hasDates {
            let typed = text("years") ?? String(SearchRecords.yearsDefault)
            guard let years = Int(typed) else {
                throw Problem(field: "years") { $0.text(of: .invalid(.years, .form(typed))) }
            }
            search.years = years == 0 ? nil : years
        }
        return search
    }

    private func form(action: String, onlyOwn: Bool) async throws(PageError) -> [String: Any] {
        let status = try await self.ask(ShowStatus())
        let handles = [self.node.card.handle] + Set(status.peers.map(\.handle)).sorted()
        let narrowed = ListAddress("", self.query, names: Self.fieldNames)
        return [
            "searchAction": action, "typed": self.query["q"] ?? "", "suggests": !onlyOwn,
            "choosesPartner": !onlyOwn, "isNarrowed": !narrowed.fields.isEmpty,
            "searchFields": self.searchFields,
            "years": self.yearOptions,
            "types": self.options(
                "type",
                RecordType.allCases.map(\.rawValue),
                chosen: self.query.text("type")
            ),
            "phases": self.options(
                "phase",
                CasePhase.allCases.map(\.rawValue),
                chosen: self.query.text("phase")
            ),
            "partners": handles.map { handle in
                [
                    "id": handle, "name": handle, "isChosen": handle == self.query.text("partner"),
                ] as [String: Any]
            },
        ]
    }

    /// The years that can be chosen, with those of the address; where days are given none is chosen.
    private var yearOptions: [[String: Any]] {
        let hasDates = self.query.text("from") != nil || self.query.text("until") != nil
        let typed = self.query.text("years") ?? String(SearchRecords.yearsDefault)
        var choices = Self.yearChoices
        if let number = Int(typed), number > 0, !choices.contains(number) {
            choices.insert(number, at: 0)
        }
        var options: [[String: Any]] = choices.map { number in
            [
                "id": String(number), "isChosen": !hasDates && String(number) == typed,
                "name": number == 0
                    ? self.words("allYears") : self.words.count("lastYears", number),
            ]
        }
        if hasDates {
            options.insert(["id": "", "isChosen": true, "name": self.words("daysBelow")], at: 0)
        }
        return options
    }

    private var searchFields: [[String: Any]] {
        let placeholders = [
            "postcode": "1012AB-1019ZZ; 3511", "place": "Utrecht; Zeist", "near": "52,3731 4,8922",
            "radius": "250",
            "from": self.words("datePlaceholder"), "until": self.words("datePlaceholder"),
        ]
        return Self.fieldNames.map { name in
            var model: [String: Any] = [
                "name": name, "label": self.words("search_" + name),
                "value": self.query[name] ?? "",
                "isNumeric": ["kvk", "vestiging", "radius"].contains(name),
            ]
            model["placeholder"] = placeholders[name]
            return model
        }
    }

    // MARK: What was found

    private func results(
        _ found: SearchRecords.Answer,
        _ order: ListOrder<HitOrder>,
        address: ListAddress,
        part: ListPart,
        onlyOwn: Bool
    ) -> [String: Any] {
        var model = self.results(found, action: onlyOwn ? address.path : nil)
        model["notes"] = self.notes(found, address: address)
        model["conditions"] = self.conditions
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
            let table = ListAddress("/records/table", self.query, names: Self.choices)
            model["table"] = table.href([("page", nil)])
            if found.circle != nil || found.hits.contains(where: { $0.latitude != nil }) {
                let points = ListAddress("/records/points", self.query, names: Self.choices)
                model["map"] = self.mapModel(points: points.href([("page", nil)]), draws: true)
            }
        }
        return model
    }

    /// Everything that was asked, in a line: on paper no form says it.
    private var conditions: String {
        let texts = (["q"] + Self.fieldNames + ["type", "partner", "phase", "years"]).compactMap {
            name -> String? in
            guard let typed = self.query.text(name) else { return nil }
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

    /// The beginning of a value: others write some of any length, and the whole stands on its page.
    static func short(_ text: String) -> String {
        // What is longer in characters is longer in bytes.
        guard text.utf8.count > WebLimits.gistCharacters, text.count > WebLimits.gistCharacters
        else { return text }
        return text.prefix(WebLimits.gistCharacters) + "…"
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
