import HTTPTypes
import JSONText
import NodeInterface
import NodeService
import Terminal

/// Hits as a table for a spreadsheet, and what may be meant while something is typed.
extension Desk {
    /// The hits as a table for a spreadsheet.
    func searchTable() async throws(PageError) -> PageAnswer {
        guard let order = self.hitOrder else {
            throw PageError(.unprocessableContent, "errorFilter")
        }
        do {
            var request = try self.search()
            request.limit = WebLimits.tableHitsMax
            var found = try await self.submit(request)
            found.hits = self.sorted(found.hits, order)
            return self.table(of: found)
        } catch is Problem {
            throw PageError(.unprocessableContent, "errorFilter")
        } catch {
            throw error as? PageError ?? PageError(bug: "\(error)")
        }
    }

    /// Hits as a table; its name says where these are not all.
    func table(of found: SearchRecords.Answer) -> PageAnswer {
        let isCut = found.hits.count < found.total
        return self.table(
            self.readable(found),
            name: isCut ? "tafel-\(found.hits.count)-of-\(found.total).csv" : "tafel.csv"
        )
    }

    /// Hits in the words of the page, with the columns of the command line's table.
    private func readable(_ found: SearchRecords.Answer) -> SpreadsheetTable {
        let table = found.table
        let rows = zip(found.hits, table.rows).map { hit, cells in
            zip(table.columns, cells).map { column, cell in
                switch column {
                case "kind": self.words("tableKind_" + cell)
                case "type": self.words.term("type", cell)
                case "status": cell.isEmpty ? "" : self.words.term("status", cell)
                case "why": hit.why.map { self.reason($0, hit) }.joined(separator: ", ")
                case "stale": cell.isEmpty ? "" : self.words("tableStale")
                case "title", "address", "place":
                    // The whole stands on its page, and fits no cell of a spreadsheet.
                    Desk.beginning(of: cell, WebLimits.cellCharacters)
                case "fresh": String(cell.prefix(10))
                default: cell
                }
            }
        }
        return SpreadsheetTable(
            columns: table.columns.map { self.words("table_" + $0) },
            rows: rows
        )
    }

    /// A table as a spreadsheet here reads it: after a mark of its encoding, in Dutch with semicolons.
    func table(_ table: SpreadsheetTable, name: String) -> PageAnswer {
        let separator: SpreadsheetTable.Separator =
            self.words.language == .dutch ? .semicolon : .comma
        return .text(
            "\u{FEFF}" + table.text(separator),
            type: "text/csv; charset=utf-8",
            fileName: name
        )
    }

    /// What suggests something while it is typed.
    private struct Suggestions: Encodable {
        struct Suggestion: Encodable {
            let title: String
            /// What it is, where, and whose.
            let details: [String]
            let href: String
        }

        let suggestions: [Suggestion]
        let said: String
    }

    func suggestions() async throws(PageError) -> PageAnswer {
        var hits: [SearchRecords.Hit] = []
        do {
            let request = SearchRecords(
                text: self.query.text("q"),
                typing: true,
                type: self.query.text("type"),
                partner: self.query.text("partner"),
                phase: self.query.text("phase"),
                limit: WebLimits.suggestionsMax
            )
            if request.text != nil { hits = try await self.submit(request).hits }
        } catch is Problem {
            // Half of something is not wrong yet.
        } catch {
            throw error as? PageError ?? PageError(bug: "\(error)")
        }
        let suggestions = hits.map { hit in
            let row = self.row(hit, action: nil)
            let details = [row["type"], row["where"], row["owner"]].compactMap { $0 as? String }
            return Suggestions.Suggestion(
                title: VisibleText.text(Self.short(hit.title), in: .line),
                details: details.filter { !$0.isEmpty }.map { VisibleText.text($0, in: .line) },
                href: row["href"] as? String ?? "/records"
            )
        }
        let document = Suggestions(
            suggestions: suggestions,
            said: suggestions.isEmpty
                ? self.words("noSuggestions")
                : self.words.count("suggestionCount", suggestions.count)
        )
        return .text(
            DocumentText.text(of: document),
            type: "application/json",
            fileName: nil
        )
    }
}
