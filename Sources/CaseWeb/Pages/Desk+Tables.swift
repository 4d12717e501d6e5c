import HTTPTypes
import NodeInterface
import NodeService
import SyncLog

/// By what the list of tables can be put in order.
enum TableOrder: String, Choice {
    case name, theme, version, state
}

/// By what the entries of a log that are shown can be put in order.
enum EntryOrder: String, Choice {
    case index, kind, at, `case`, category
}

/// Tables, their charters in words, and their logs.
extension Desk {
    func tables() async throws(PageError) -> PageAnswer {
        let list = try await self.ask(ListTables())
        guard let order = ListOrder<TableOrder>(self.query.text("sort"), first: .init(.name)) else {
            throw PageError(.unprocessableContent, "errorFilter")
        }
        let ordered = order.sorted(list.tables) { table in
            switch order.column {
            case .name: table.name
            case .theme: table.theme
            case .version: ListOrder<TableOrder>.text(table.version)
            case .state: table.effective ? "0" : "1"
            }
        }
        return .page(
            Page(
                template: "tables",
                title: self.words("tables"),
                model: [
                    "hasTables": !list.tables.isEmpty,
                    "heads": order.heads(
                        [
                            (.name, self.words("name")), (.theme, self.words("theme")),
                            (.version, self.words("version")), (.state, self.words("state")),
                        ],
                        name: "sort",
                        page: "page",
                        address: ListAddress("/tables", self.query, names: ["sort"]),
                        words: self.words
                    ).enumerated().map { place, head in
                        head.merging(["isNumber": place == 2]) { first, _ in first }
                    },
                    "tables": ordered.map { table in
                        [
                            "id": table.table, "name": table.name, "theme": table.theme,
                            "version": self.words.number(table.version),
                            "state": self.words(table.effective ? "effective" : "notEffective"),
                            "period": self.period(table.period),
                        ]
                    },
                ]
            )
        )
    }

    func table(_ id: String) async throws(PageError) -> PageAnswer {
        let table = try await self.ask(ShowTable(table: id))
        let isSigned = Set(table.signatures)
        let members: [[String: Any]] = table.members.map { member in
            [
                "handle": member.handle, "organisation": member.name ?? "",
                "memberClass": self.words.term("class", member.class),
                "memberRole": self.words.term("memberRole", member.role),
                "isSelf": !self.isOther(member), "hasSigned": isSigned.contains(member.handle),
            ]
        }
        let grounds = table.grounds.map { ground in
            [
                "code": ground.code, "groundText": ground.text,
                "from": self.classes(ground.from), "to": self.classes(ground.to),
                "categories": ground.categories.map { self.words.term("category", $0) }
                    .joined(separator: ", "),
            ]
        }
        return .page(
            Page(
                template: "table",
                title: table.name,
                model: [
                    "id": table.table, "name": table.name, "purpose": table.purpose,
                    "mayReadLogs": self.may(.readLogs),
                    "period": self.period(table.period),
                    "inWords": self.words(
                        "charterInWords",
                        self.words.number(table.members.count),
                        table.theme,
                        self.words.date(table.from),
                        self.words.date(table.until)
                    ),
                    "signedWords": self.words(
                        table.effective ? "charterSigned" : "charterWaiting",
                        self.words.number(table.version),
                        self.words.number(table.signatures.count),
                        self.words.number(table.quorum)
                    ),
                    "members": members, "grounds": grounds,
                ]
            )
        )
    }

    private func classes(_ classes: [String]) -> String {
        classes.map { $0 == "*" ? self.words("everyClass") : self.words.term("class", $0) }
            .joined(separator: ", ")
    }

    func log(_ id: String) async throws(PageError) -> PageAnswer {
        let table = try await self.ask(ShowTable(table: id))
        let handles = table.members.map(\.handle)
        guard
            let order = ListOrder<EntryOrder>(self.query.text("sort"), first: .init(.index))
        else { throw PageError(.unprocessableContent, "errorFilter") }
        let wanted = self.query.text("author")
        let author = wanted.flatMap { handles.contains($0) ? $0 : nil } ?? self.node.card.handle
        let log = try await self.ask(
            ShowLog(
                table: id,
                author: author,
                last: WebLimits.entriesShownMax,
                before: self.query.text("before").flatMap { Int($0) }.map { max(0, $0) }
            )
        )
        let shown = log.entries
        let path = "/tables/\(table.table)/log"
        let address = ListAddress(path, self.query, names: ["author", "before", "sort"])
        let ordered = order.sorted(shown) { entry in
            switch order.column {
            case .index: ListOrder<EntryOrder>.text(entry.index)
            case .kind: entry.kind ?? ""
            case .at: entry.time ?? ""
            case .case: entry.case ?? ""
            case .category: entry.category ?? ""
            }
        }
        var model: [String: Any] = [
            "id": table.table, "name": table.name, "heading": self.words("logOf", author),
            "authors": handles.map {
                [
                    "handle": $0, "isCurrent": $0 == author,
                    "href": address.href([("author", $0), ("before", nil)]),
                ] as [String: Any]
            },
            "heads": self.heads(of: order, address),
            "hasEntries": !shown.isEmpty, "entries": ordered.map { self.entry($0) },
            "countText": self.countText(of: shown, size: log.size),
            "hasEarlier": log.earlier != nil,
            "earlier": address.href([("before", String(log.earlier ?? 0))]),
            "hasLater": shown.last.map { $0.index + 1 < log.size } ?? (log.size > 0),
            "newest": address.href([("before", nil)]),
        ]
        model["checkpoint"] = log.checkpoint
        return .page(Page(template: "log", title: self.words("logOf", author), model: model))
    }

    /// The heads of a log's columns; who gets an entry is no order.
    private func heads(
        of order: ListOrder<EntryOrder>,
        _ address: ListAddress
    ) -> [[String: Any]] {
        let columns: [(column: EntryOrder, label: String)] = [
            (.index, self.words("index")), (.kind, self.words("kind")),
            (.at, self.words("when")), (.case, self.words("caseID")),
        ]
        func heads(_ columns: [(column: EntryOrder, label: String)]) -> [[String: Any]] {
            order.heads(
                columns,
                name: "sort",
                page: "page",
                address: address,
                words: self.words
            )
        }
        var all = heads(columns)
        all[0]["isNumber"] = true
        all += [["label": self.words("fragment")], ["label": self.words("toWhom")]]
        return all + heads([(.category, self.words("category"))])
    }

    /// Which entries of a log are shown.
    private func countText(of shown: [ShowLog.Entry], size: Int) -> String {
        guard let first = shown.first, let last = shown.last, shown.count < size else {
            return self.words.count("entryCount", shown.count)
        }
        guard last.index + 1 < size else {
            return self.words("newestOf", self.words.number(shown.count), self.words.number(size))
        }
        return self.words(
            "entriesOf",
            self.words.number(first.index),
            self.words.number(last.index),
            self.words.number(size)
        )
    }

    private func entry(_ entry: ShowLog.Entry) -> [String: Any] {
        var model: [String: Any] = [
            "index": self.words.number(entry.index),
            "kind": entry.kind.map { self.words.term("kind", $0) } ?? self.words("notForThisNode"),
            "category": entry.category.map { self.words.term("category", $0) } ?? "",
            "hasRecipients": !entry.to.isEmpty,
            "recipients": entry.to.map { ["handle": $0.handle, "ground": $0.ground] },
        ]
        model["at"] = entry.time
        model["atText"] = entry.time.map { self.words.time($0) }
        model["caseID"] = entry.case.map { String($0.prefix(12)) }
        switch entry.state {
        case "unopened": model["obstacle"] = self.words("entryUnopened")
        case "lost": model["obstacle"] = self.words("entryLost")
        default: break
        }
        if let fragment = entry.fragment {
            model["fragmentID"] = String(fragment.prefix(12))
            model["version"] = entry.version.map {
                self.words("versionNumber", self.words.number($0))
            }
        }
        return model
    }
}
