import CaseModel
import HTTPTypes
import NodeInterface
import NodeService
import RecordImport
import Vocabulary

/// One own record.
extension Desk {
    func record(_ id: String) async throws(PageError) -> PageAnswer {
        let record = try await self.ask(ShowRecord(record: id))
        let title = Self.title(of: record)
        let findings = record.fields.all.compactMap { field in
            FieldName(field.name).flatMap { name in
                FieldCheck.violation(field.value, in: name, country: .nl)
            }.map { violation in
                [
                    "label": self.words.field(field.name),
                    "rule": self.words.term("rule", violation.rule.rawValue),
                    "suggestion": self.words.term("advice", violation.suggestion),
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
                    "to": self.words.list(
                        share.to.map { handle in
                            // Who was left out of a later version has an earlier one.
                            let version = share.versions[handle] ?? share.version
                            return version == share.version
                                ? handle
                                : self.words("hasVersion", handle, self.words.number(version))
                        }
                    ),
                    "isOlder": share.withdrawn == nil && record.at > share.at,
                    "maySend": share.takes && self.may(.writeCases),
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
                "someShown",
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
