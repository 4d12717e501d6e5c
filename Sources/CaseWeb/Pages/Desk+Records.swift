import CaseModel
import HTTPTypes
import NodeInterface
import NodeService
import RecordImport
import Vocabulary

/// Searching in own records and readable fragments, and one record.
extension Desk {
    func records() async throws(PageError) -> PageAnswer {
        .page(try await self.recordSearch(action: "/records", onlyOwn: false))
    }

    /// The search form with what was found; hits lead to `action` when they are to be shared.
    func recordSearch(action: String, onlyOwn: Bool) async throws(PageError) -> Page {
        let query = SearchRecords(
            key: self.query.text("key"),
            kvk: self.query.text("kvk"),
            vestiging: self.query.text("vestiging"),
            postcode: self.query.text("postcode"),
            type: self.query.text("type"),
            from: self.query.text("from"),
            until: self.query.text("until"),
            limit: WebLimits.hitsShownMax,
            candidate_limit: WebLimits.candidatesMax
        )
        var model: [String: Any] = [
            "searchAction": action, "searchFields": self.searchFields,
            "types": self.options(
                "type",
                RecordType.allCases.map(\.rawValue),
                chosen: query.type
            ),
        ]
        let isNarrowed = [query.key, query.kvk, query.vestiging, query.postcode]
            .contains { $0 != nil }
        let status = try await self.ask(ShowStatus())
        var page = Page(template: "records", title: self.words("records"), model: [:])
        if !isNarrowed, let count = status.store.records, count > WebLimits.browsedRecordsMax {
            model["tooMany"] = self.words(
                "searchFirst",
                self.words.number(count)
            )
        } else {
            do {
                let found = try await self.submit(query)
                model["results"] = self.results(found, action: action, onlyOwn: onlyOwn)
            } catch let problem as Problem {
                model["problem"] = problem.model(self.words)
                model[Page.wrongField] = problem.field
                page.status = .unprocessableContent
            } catch {
                throw error as? PageError ?? PageError(bug: "\(error)")
            }
        }
        page.model = model
        return page
    }

    private var searchFields: [[String: Any]] {
        let fields: [(name: String, isNumeric: Bool, placeholder: String?)] = [
            ("key", false, nil), ("kvk", true, nil), ("vestiging", true, nil),
            ("postcode", false, "1012AB-1019ZZ"),
            ("from", false, self.words("datePlaceholder")),
            ("until", false, self.words("datePlaceholder")),
        ]
        return fields.map { field in
            var model: [String: Any] = [
                "name": field.name, "label": self.words("search_" + field.name),
                "value": self.query[field.name] ?? "", "isNumeric": field.isNumeric,
            ]
            model["placeholder"] = field.placeholder
            return model
        }
    }

    private func results(
        _ found: SearchRecords.Answer,
        action: String,
        onlyOwn: Bool
    ) -> [String: Any] {
        let shown = found.hits.filter { !onlyOwn || $0.kind == "record" }
        // Own records come first: who sees what comes after them sees all.
        let isKnown =
            found.hits.count == found.total || found.hits.contains { $0.kind == "fragment" }
        let count = onlyOwn ? shown.count : found.total
        let countText =
            onlyOwn && !isKnown
            ? self.words.count("ownShown", count)
            : count > shown.count
                ? self.words("hitsShown", self.words.number(count), self.words.number(shown.count))
                : self.words.count("hitCount", count)
        return [
            "hasHits": !shown.isEmpty, "more": found.more,
            "hits": shown.map { hit in
                let isFragment = hit.kind == "fragment"
                let href =
                    onlyOwn
                    ? "\(action)?record=\(hit.id)"
                    : isFragment
                        ? "/cases/\(hit.case ?? "")#fragment-\(hit.id)" : "/records/\(hit.id)"
                return [
                    "href": href, "title": hit.title, "isExpired": hit.expired,
                    "type": self.words.term("type", hit.type),
                    "sourceKey": hit.source_key ?? "", "owner": hit.owner,
                    "isFragment": isFragment,
                ] as [String: Any]
            },
            "countText": countText,
        ]
    }

    // MARK: One record

    func record(_ id: String) async throws(PageError) -> PageAnswer {
        let record = try await self.ask(ShowRecord(record: id))
        let title = Self.title(of: record)
        let findings = record.fields.all.compactMap { field in
            FieldName(field.name).flatMap { name in
                FieldCheck.violation(field.value, in: name, country: .nl)
            }.map { violation in
                [
                    "label": self.words.field(field.name), "rule": violation.rule.rawValue,
                    "suggestion": violation.suggestion,
                ]
            }
        }
        var later = record.fields
        let history: [[String: Any]] = record.history.map { version in
            defer { later = version.fields }
            return [
                "at": version.at, "atText": self.words.time(version.at),
                "caption": self.words("fields"),
                "fields": self.fieldRows(version.fields, comparedWith: later),
            ]
        }
        var model: [String: Any] = [
            "recordID": record.id, "title": title,
            "type": self.words.term("type", record.type), "source": record.source,
            "sourceKey": record.source_key,
            "category": self.words.term("category", record.category),
            "at": record.at, "atText": self.words.time(record.at),
            "caption": self.words("fields"),
            "fields": self.fieldRows(record.fields, comparedWith: nil),
            "findings": findings, "hasFindings": !findings.isEmpty,
            "history": history, "hasHistory": !history.isEmpty,
        ]
        model.merge(try await self.shares(of: record)) { first, _ in first }
        return .page(Page(template: "record", title: title, model: model))
    }

    /// The cases that a record stands in, those it can be shared in, and where others about the same are.
    private func shares(of record: ShowRecord.Answer) async throws(PageError) -> [String: Any] {
        var model: [String: Any] = [
            "hasShares": !record.shares.isEmpty,
            "shares": record.shares.map { share in
                var item: [String: Any] = [
                    "id": share.case, "titles": share.titles.map { ["title": $0] },
                    "phase": share.phases.map { self.words.term("phase", $0) }
                        .joined(separator: " / "),
                    "fragment": share.fragment,
                    "versionText": self.words("versionNumber", self.words.number(share.version)),
                    "at": share.at, "atText": self.words.time(share.at),
                    "to": self.words.list(share.to),
                ]
                item["withdrawn"] = share.withdrawn
                item["withdrawnText"] = share.withdrawn.map { self.words.time($0) }
                return item
            },
            "numbers": [
                ("kvk", FieldName.subjectKvK), ("vestiging", FieldName.subjectVestiging),
            ].compactMap { name, field -> [String: Any]? in
                record.fields[field.text].map { value in
                    [
                        "href": ListAddress("/records", .empty, names: []).href([(name, value)]),
                        "text": self.words("sameNumber", self.words.term("key", name), value),
                    ]
                }
            },
        ]
        if record.share_count > record.shares.count {
            model["moreShares"] = self.words(
                "moreNotShown",
                self.words.number(record.shares.count),
                self.words.number(record.share_count)
            )
        }
        guard self.may(.writeCases) else { return model }
        var request = ListCases()
        request.order = .changed
        request.reversed = true
        request.limit = WebLimits.casesOfferedMax
        let cases = try await self.ask(request).cases.filter {
            $0.period == .running && !CasePhase.isClosed($0.phases)
        }
        model["offersCases"] = !cases.isEmpty
        model["offered"] = cases.map { item in
            ["id": item.case, "titles": item.titles.map { ["title": $0] }] as [String: Any]
        }
        return model
    }

    /// Fields by name; a BSN stays covered.
    private func fieldRows(
        _ fields: Members<String>,
        comparedWith later: Members<String>?
    ) -> [[String: Any]] {
        fields.all.map { field in
            [
                "name": field.name, "label": self.words.field(field.name),
                "value": field.name == FieldName.subjectBSN.text
                    ? "•••••••••" : self.words.value(field.value, of: field.name),
                "isChanged": later.map { $0[field.name] != field.value } ?? false,
            ]
        }
    }
}
