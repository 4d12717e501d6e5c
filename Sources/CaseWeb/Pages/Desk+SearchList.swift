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
            let request = SearchList(
                list: list,
                search: SearchRecords(limit: WebLimits.listHitsMax)
            )
            let found = try await self.submit(request)
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
            notes += list.wrong_lines.prefix(10).map {
                areTwo
                    ? "“\($0.text)”"
                    : self.words("listWrongLine", self.words.number($0.line), $0.text)
            }
            if list.wrong > 10 { notes.append(self.words.count("listWrongMore", list.wrong - 10)) }
        }
        return notes.map { ["text": $0] }
    }
}
