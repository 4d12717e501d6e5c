import HTTPTypes
import NodeInterface
import NodeService

/// What the owner of a source can mend (`Protocol/quality.md`).
extension Desk {
    func quality() async throws(PageError) -> PageAnswer {
        let found = try await self.ask(ShowQuality(source: self.query.text("source")))
        var model: [String: Any] = [
            "sources": found.sources.enumerated().map { self.quality(of: $0.element, $0.offset) },
            "hasSources": !found.sources.isEmpty,
        ]
        if found.left_out > 0 {
            model["leftOut"] = self.words.count("qualityLeftOut", found.left_out)
        }
        return .page(Page(template: "quality", title: self.words("qualityTitle"), model: model))
    }

    /// The records that break rules now, for the owner of a source.
    func qualityTable() async throws(PageError) -> PageAnswer {
        let found = try await self.ask(
            ShowQuality(source: self.query.text("source"), named: ShowQuality.namedMax)
        )
        // The owner of a source reads it: rules and advice are in the language of the page.
        let table = found.table
        let rows = table.rows.map { row in
            zip(table.columns, row).map { column, cell in
                switch column {
                case "field": self.words.field(cell)
                case "rule": self.words.term("rule", cell)
                case "suggestion": self.words.term("advice", cell)
                default: cell
                }
            }
        }
        return self.table(
            SpreadsheetTable(columns: table.columns.map { self.words("table_" + $0) }, rows: rows),
            name: "tafel-quality.csv"
        )
    }

    private func quality(of source: ShowQuality.Source, _ place: Int) -> [String: Any] {
        func share(_ part: Int, of all: Int) -> String {
            all == 0 ? "" : self.words("percentOf", self.words.number(part * 100 / all))
        }
        return [
            "source": source.source, "anchor": "source-\(place)",
            "recordsText": self.words.count("recordCount", source.records),
            "table": ListAddress("/quality/table", .empty, names: []).href([
                ("source", source.source)
            ]),
            "fields": source.fields.map { field in
                [
                    "label": field.field == "number"
                        ? self.words("registerNumber") : self.words.field(field.field),
                    "filled": self.words.number(field.filled),
                    "wanted": self.words.number(field.wanted),
                    "share": share(field.filled, of: field.wanted),
                    "isShort": field.filled < field.wanted,
                ] as [String: Any]
            },
            "links": self.words(
                "qualityLinks",
                self.words.number(source.with_number),
                self.words.number(source.by_name_and_place),
                self.words.number(source.unlinkable)
            ),
            "imports": source.imports.prefix(10).map { one in
                [
                    "at": one.at, "atText": self.words.time(one.at),
                    "read": self.words.number(one.counts.read),
                    "rejected": self.words.number(one.counts.rejected),
                    "findings": self.words.number(
                        one.counts.findings.all.reduce(0) { $0 + $1.value }
                    ),
                ] as [String: Any]
            },
            "hasImports": !source.imports.isEmpty,
            "rules": source.rules.map { self.rule($0) }, "hasRules": !source.rules.isEmpty,
        ]
    }

    private func rule(_ rule: ShowQuality.Rule) -> [String: Any] {
        func text(_ number: Int?) -> String { number.map { self.words.number($0) } ?? "" }
        return [
            "rule": rule.rule, "ruleText": self.words.term("rule", rule.rule),
            "now": rule.now.map { self.words.number($0) } ?? self.words("notChecked"),
            "last": text(rule.last),
            "before": text(rule.before),
            "hasDetails": !rule.records.isEmpty || !rule.places.isEmpty,
            "records": rule.records.map { broken in
                [
                    "id": broken.id, "key": broken.key,
                    "label": self.words.field(broken.field), "value": broken.value,
                    "suggestion": self.words.term("advice", broken.suggestion),
                ]
            },
            "placesText": rule.places.isEmpty
                ? ""
                : self.words(
                    "qualityLines",
                    self.words.list(rule.places.map { self.words.number($0.line) })
                )
                    + ((rule.last ?? 0) > rule.places.count
                        ? " "
                            + self.words.count(
                                "qualityMoreLines",
                                (rule.last ?? 0) - rule.places.count
                            ) : "")
                ,
        ]
    }
}
