import CaseModel
import Cryptography
import HTTPTypes
import NodeInterface
import NodeService
import SyncLog
import Vocabulary

/// The list of cases, and opening one.
extension Desk {
    /// What can be chosen in the list, by name in its address.
    private static let choices = ["table", "phase", "sort", "page", "after"]

    func cases() async throws(PageError) -> PageAnswer {
        let tables = try await self.ask(ListTables())
        let table = self.query.text("table")
        let phase = self.query.text("phase")
        let after = self.query.text("after")
        // A filter that were passed over would say of all cases that they are those.
        guard table == nil || tables.tables.contains(where: { $0.table == table }),
            phase.map({ CasePhase(rawValue: $0) != nil }) ?? true,
            after.map({ TextEncoding.bytes(hex: $0).flatMap { ObjectID($0) } != nil }) ?? true,
            let order = ListOrder<ListCases.Order>(
                self.query.text("sort"),
                first: .init(.changed, isReversed: true)
            ),
            let part = ListPart(self.query.text("page"), size: WebLimits.caseRowsMax)
        else { throw PageError(.unprocessableContent, "errorFilter") }
        var request = ListCases(table: table, phase: phase, after: after)
        request.order = order.column
        request.reversed = order.isReversed
        request.start = part.start
        request.limit = part.size
        let list = try await self.ask(request)
        let address = ListAddress("/cases", self.query, names: Self.choices)
        var model: [String: Any] = [
            "mayWrite": self.may(.writeCases),
            "tables": tables.tables.map {
                ["id": $0.table, "name": $0.name, "isChosen": $0.table == table] as [String: Any]
            },
            "phases": self.options("phase", CasePhase.allCases.map(\.rawValue), chosen: phase),
            "hidden": address.hidden(without: ["table", "phase", "page", "after"]),
            "cases": try await self.lines(of: list.cases, tables: tables),
            "hasCases": !list.cases.isEmpty,
            "isFiltered": table != nil || phase != nil,
            "heads": self.heads(order, address: address, isSorted: list.total != nil),
            "more": list.next.map { address.href([("after", $0), ("page", nil)]) } ?? "",
            "isUnsorted": list.total == nil,
            "countText": list.total.map { self.words.count("caseCount", $0) }
                ?? self.words.count("casesHere", list.cases.count),
        ]
        model["caseParts"] = list.total.flatMap { total in
            part.model(
                of: total,
                shown: list.cases.count,
                name: "page",
                address: address,
                words: self.words
            )
        }
        return .page(Page(template: "cases", title: self.words("cases"), model: model))
    }

    /// The heads of the list's columns.
    private func heads(
        _ order: ListOrder<ListCases.Order>,
        address: ListAddress,
        isSorted: Bool
    ) -> [[String: Any]] {
        let columns: [(column: ListCases.Order, label: String)] = [
            (.title, self.words("title")), (.phase, self.words("phase")),
            (.owner, self.words("owner")), (.table, self.words("table")),
            (.fragments, self.words("fragments")), (.conflicts, self.words("conflicts")),
            (.opened, self.words("openedOn")), (.changed, self.words("changedOn")),
        ]
        guard isSorted else { return columns.map { ["label": $0.label] } }
        return order.heads(
            columns,
            turned: [.fragments, .conflicts, .opened, .changed],
            name: "sort",
            page: "page",
            address: address,
            words: self.words
        ).enumerated().map { place, head in
            let isNumber = [.fragments, .conflicts].contains(columns[place].column)
            return head.merging(["isNumber": isNumber]) { first, _ in first }
        }
    }

    private func lines(
        of cases: [ListCases.Item],
        tables: ListTables.Answer
    ) async throws(PageError) -> [[String: Any]] {
        let names = Dictionary(
            tables.tables.map { ($0.table, $0.name) },
            uniquingKeysWith: { first, _ in first }
        )
        var organisations: [String: [ShowTable.Member]] = [:]
        for table in Set(cases.map(\.table)) {
            organisations[table] = try await self.ask(ShowTable(table: table)).members
        }
        return cases.map { item in
            let conflicts = item.conflicts - item.variants
            let owner = organisations[item.table]?.first { $0.handle == item.owner }
            return [
                "id": item.case, "titles": item.titles.map { ["title": $0] },
                "phase": item.phases.map { self.words.term("phase", $0) }
                    .joined(separator: " / "),
                "owner": item.owner, "organisation": owner?.name ?? "",
                "table": names[item.table] ?? item.table,
                "fragments": self.words.number(item.fragments),
                "expired": item.expired == 0
                    ? "" : self.words("andExpired", self.words.number(item.expired)),
                "conflicts": self.words.number(conflicts), "hasConflicts": conflicts > 0,
                "period": self.period(item.period),
                "opened": item.opened, "openedText": self.words.day(item.opened),
                "changed": item.changed, "changedText": self.words.time(item.changed),
                "isChanged": self.node.accounts.isChanged(
                    item.case,
                    mark: item.mark,
                    for: self.account
                ) == true,
            ]
        }
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
