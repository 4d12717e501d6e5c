import NodeInterface
import NodeService
import SyncLog

/// Tables, their charters in words, and their logs.
extension Desk {
    func tables() async throws(PageError) -> PageAnswer {
        let list = try await self.ask(ListTables())
        return .page(
            Page(
                template: "tables",
                title: self.words("tables"),
                model: [
                    "hasTables": !list.tables.isEmpty,
                    "tables": list.tables.map { table in
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
        let path = "/tables/\(table.table)/log?author=\(author)"
        var model: [String: Any] = [
            "id": table.table, "name": table.name, "heading": self.words("logOf", author),
            "authors": handles.map {
                ["handle": $0, "isCurrent": $0 == author] as [String: Any]
            },
            "hasEntries": !shown.isEmpty, "entries": shown.map { self.entry($0) },
            "countText": self.countText(of: shown, size: log.size),
            "hasEarlier": log.earlier != nil,
            "earlier": "\(path)&before=\(log.earlier ?? 0)",
            "hasLater": shown.last.map { $0.index + 1 < log.size } ?? (log.size > 0),
            "newest": path,
        ]
        model["checkpoint"] = log.checkpoint
        return .page(Page(template: "log", title: self.words("logOf", author), model: model))
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
