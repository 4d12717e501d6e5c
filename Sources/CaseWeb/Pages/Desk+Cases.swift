import CaseModel
import Cryptography
import HTTPTypes
import NodeInterface
import NodeService
import SyncLog
import Vocabulary

/// The list of cases, and opening one.
extension Desk {
    func cases() async throws(PageError) -> PageAnswer {
        let tables = try await self.ask(ListTables())
        let table = self.query.text("table")
        let phase = self.query.text("phase")
        let after = self.query.text("after")
        // A filter that were passed over would say of all cases that they are those.
        guard table == nil || tables.tables.contains(where: { $0.table == table }),
            phase.map({ CasePhase(rawValue: $0) != nil }) ?? true,
            after.map({ TextEncoding.bytes(hex: $0).flatMap { ObjectID($0) } != nil }) ?? true
        else { throw PageError(.unprocessableContent, "errorFilter") }
        let list = try await self.ask(ListCases(table: table, phase: phase, after: after))
        let filter = [("table", table), ("phase", phase)]
            .compactMap { name, value in value.map { "\(name)=\($0)&" } }.joined()
        let names = Dictionary(
            tables.tables.map { ($0.table, $0.name) },
            uniquingKeysWith: { first, _ in first }
        )
        let cases: [[String: Any]] = list.cases.map { item in
            [
                "id": item.case, "titles": item.titles.map { ["title": $0] },
                "phase": item.phase.split(separator: " / ")
                    .map { self.words.term("phase", String($0)) }.joined(separator: " / "),
                "owner": item.owner, "table": names[item.table] ?? item.table,
                "fragments": self.words.number(item.fragments),
                "expired": item.expired == 0
                    ? "" : self.words("andExpired", self.words.number(item.expired)),
                "conflicts": self.words.number(item.conflicts),
                "hasConflicts": item.conflicts > 0,
                "period": self.period(item.period),
            ]
        }
        return .page(
            Page(
                template: "cases",
                title: self.words("cases"),
                model: [
                    "mayWrite": self.may(.writeCases),
                    "tables": tables.tables.map {
                        ["id": $0.table, "name": $0.name, "isChosen": $0.table == table]
                            as [String: Any]
                    },
                    "phases": self.options(
                        "phase",
                        CasePhase.allCases.map(\.rawValue),
                        chosen: phase
                    ),
                    "cases": cases, "hasCases": !cases.isEmpty,
                    "more": list.next.map { "/cases?\(filter)after=\($0)" } ?? "",
                    "hasMore": list.next != nil,
                    "countText": self.words.count(
                        after == nil && list.next == nil ? "caseCount" : "casesHere",
                        cases.count
                    ),
                ]
            )
        )
    }

    /// That a table's period has not begun or is over; empty while it runs.
    func period(_ period: Period) -> String {
        period == .running ? "" : self.words.term("period", period.rawValue)
    }

    // MARK: Opening

    func newCase() async throws(PageError) -> PageAnswer {
        let tables = try await self.ask(ListTables())
        let effective = tables.tables.filter(\.effective)
        let open = effective.filter { $0.period == .running }
        let wanted = self.query.text("table")
        guard
            let table = open.first(where: { $0.table == wanted })
                ?? (effective.count == 1 ? open.first : nil)
        else {
            return .page(
                Page(
                    template: "caseNew",
                    title: self.words("openCase"),
                    model: [
                        "chooseTable": true, "hasTables": !effective.isEmpty,
                        "tables": effective.map {
                            [
                                "id": $0.table, "name": $0.name, "period": self.period($0.period),
                                "isOpen": $0.period == .running,
                            ] as [String: Any]
                        },
                    ]
                )
            )
        }
        let shown = try await self.ask(ShowTable(table: table.table))
        return .page(self.newCase(shown, isFirst: true))
    }

    private func newCase(_ table: ShowTable.Answer, isFirst: Bool) -> Page {
        let typed = self.form
        let chosen = Set(typed.all("to"))
        let category = typed["category"] ?? Category.business.name
        let model: [String: Any] = [
            "draft": true, "table": table.table, "tableName": table.name,
            "typedTitle": typed["title"] ?? "", "typedSummary": typed["summary"] ?? "",
            "members": table.members.filter { self.isOther($0) && $0.role == "partner" }.map {
                [
                    "handle": $0.handle, "name": $0.name ?? "",
                    "memberClass": self.words.term("class", $0.class),
                    "isChosen": isFirst || chosen.contains($0.handle),
                ] as [String: Any]
            },
            "categories": self.options(
                "category",
                Category.allCases.map(\.name),
                chosen: category
            ),
        ]
        return Page(template: "caseNew", title: self.words("openCase"), model: model)
            .typed(at: "/cases/new")
    }

    /// Whether a member is not this node itself.
    func isOther(_ member: ShowTable.Member) -> Bool {
        member.handle != self.node.card.handle
    }

    func openCase() async throws(PageError) -> PageAnswer {
        let table = try await self.ask(ShowTable(table: self.form["table"] ?? ""))
        guard self.form["step"] != "edit" else {
            return .page(self.newCase(table, isFirst: false))
        }
        return try await self.answer {
            let title = try self.text("title", label: "title", bytesMax: 200, allowsLines: false)
            let to = self.form.all("to")
            guard !to.isEmpty else { throw self.problem("problemNobody") }
            let opening = OpenCase(
                table: table.table,
                title: title,
                summary: self.form.text("summary") ?? "",
                category: self.form["category"] ?? "",
                to: to
            )
            guard self.form["step"] == "open" else {
                return .page(self.preview(try await self.submit(PreviewOpening(opening)), table))
            }
            let opened = try await self.submit(opening)
            return .redirect(
                to: "/cases/\(opened.case)",
                Session.Flash(key: "doneOpened", arguments: [])
            )
        } otherwise: { _ in
            self.newCase(table, isFirst: false)
        }
    }

    /// Who would be told of a case, on which ground.
    private func preview(_ preview: PreviewOpening.Answer, _ table: ShowTable.Answer) -> Page {
        let hidden = self.form.fields.filter {
            ["table", "title", "summary", "to", "category"].contains($0.name)
        }
        let model: [String: Any] = [
            "recipients": preview.recipients.map { recipient in
                [
                    "handle": recipient.handle, "ground": recipient.ground,
                    "name": table.members.first { $0.handle == recipient.handle }?.name ?? "",
                    "groundText": table.grounds.first { $0.code == recipient.ground }?.text ?? "",
                ] as [String: Any]
            },
            "typedTitle": preview.title, "typedSummary": preview.summary,
            "hasSummary": !preview.summary.isEmpty,
            "category": self.words.term("category", preview.category),
            "hidden": hidden.map { ["name": $0.name, "value": $0.value] },
        ]
        return Page(template: "casePreview", title: self.words("previewTitle"), model: model)
    }
}
