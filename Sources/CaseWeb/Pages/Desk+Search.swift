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
    static let searchChoices =
        ["q", "years", "type", "partner", "phase"] + Self.fieldNames + ["sort", "page"]
    static let fieldNames = [
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
        let address = ListAddress(action, self.query, names: Self.searchChoices)
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
    static func isOfNode(_ order: ListOrder<HitOrder>) -> Bool {
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
}
