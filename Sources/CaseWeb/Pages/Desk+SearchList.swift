import NodeInterface
import NodeService

/// Searching by a list of KvK numbers, pasted or in a file.
extension Desk {
    /// The page of a list.
    func listPage() -> Page {
        Page(
            template: "searchList",
            title: self.words("searchByList"),
            model: ["list": self.form["list"] ?? ""]
        ).typed(at: "/records/list")
    }

    func searchList() async throws(PageError) -> PageAnswer {
        try await self.answer {
            // A workbook is a folder of files, packed.
            if self.form["file"]?.hasPrefix("PK\u{3}\u{4}") ?? false {
                throw self.problem("problemWorkbook", field: "file")
            }
            // One that is pasted and one in a file are one list.
            let list = [self.form["list"], self.form["file"]].compactMap(\.self)
                .filter { !$0.trimmingBlanks.isEmpty }.joined(separator: "\n")
            let isTable = self.form["as"] == "table"
            let found: SearchRecords.Answer
            do {
                found = try await self.submit(
                    SearchList(
                        list: list,
                        search: SearchRecords(
                            limit: isTable ? WebLimits.tableHitsMax : WebLimits.listHitsMax
                        )
                    )
                )
            } catch var problem as Problem where self.form.text("list") == nil {
                // What was sent as a file is wrong in the file.
                if problem.field == "list" { problem.field = "file" }
                throw problem
            }
            if isTable { return self.table(of: found) }
            var page = self.listPage()
            var results = self.results(found, action: nil)
            var notes = self.listNotes(found)
            if found.total > found.hits.count {
                let text = self.words(
                    "listHitsShown",
                    self.words.number(found.hits.count),
                    self.words.number(found.total)
                )
                notes.append(["text": text])
            }
            results["listNotes"] = notes
            page.model["results"] = results
            return .page(page)
        } otherwise: { _ throws(PageError) in
            self.listPage()
        }
    }

    private func listNotes(_ found: SearchRecords.Answer) -> [[String: Any]] {
        guard let list = found.list else { return [] }
        var notes = [
            self.words("listFound", self.words.number(list.found), self.words.number(list.numbers))
        ]
        if !list.not_found.isEmpty {
            notes.append(self.words("listNotFound", list.not_found.joined(separator: ", ")))
            let rest = list.numbers - list.found - list.not_found.count
            if rest > 0 { notes.append(self.words.count("listMore", rest)) }
        }
        if list.wrong > 0 {
            notes.append(self.words.count("listWrong", list.wrong))
            // Lines of two lists together are nobody's.
            let areTwo = self.form.text("list") != nil && self.form.text("file") != nil
            // What is wrong in one line, as a head with names of columns, is told once.
            let lines = Dictionary(grouping: list.wrong_lines, by: \.line)
                .sorted { $0.key < $1.key }.prefix(10)
            notes += lines.map { line, parts in
                let text = parts.map(\.text).joined(separator: ", ")
                return areTwo
                    ? "“\(text)”" : self.words("listWrongLine", self.words.number(line), text)
            }
            let rest = list.wrong - lines.reduce(0) { $0 + $1.value.count }
            if rest > 0 { notes.append(self.words.count("listWrongMore", rest)) }
        }
        return notes.map { ["text": $0] }
    }
}
