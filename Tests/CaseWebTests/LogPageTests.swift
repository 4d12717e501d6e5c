import Foundation
import NodeInterface
import NodeService
import Testing

@testable import CaseWeb

/// The page of a log.
@Suite(.serialized) struct LogPageTests {
    @Test func `the newest 500 entries of a log are shown, and how many there are`() async throws {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages)
            var browser = try await pages.browser(of: .auditor)
            var size = try await live.kinds.count
            func page(_ query: String = "") async throws -> (rows: Int, text: String, first: String)
            {
                let answer = try await browser.get("/tables/\(live.table)/log\(query)")
                try #require(answer.status == 200)
                let row = "<tr><th scope=\"row\" class=\"number\">"
                let rows = answer.body.components(separatedBy: row)
                return (rows.count - 1, answer.words, String(rows[1].prefix { $0 != "<" }))
            }
            while size < 500 {
                try await pages.ask(AddNote(case: live.id, text: "notitie \(size)"))
                size += 1
            }
            let all = try await page()
            #expect(all.rows == 500 && all.first == "0")
            let turned = try await page("?sort=-index")
            #expect(turned.rows == 500 && turned.first == "499")
            // Entries of one kind stay in the order of the log.
            let byKind = try await page("?sort=kind")
            let kinds = try await live.kinds
            let least = try #require(kinds.min())
            #expect(byKind.first == String(try #require(kinds.firstIndex(of: least))))
            #expect(try await browser.get("/tables/\(live.table)/log?sort=colour").status == 422)
            try await pages.ask(AddNote(case: live.id, text: "nog een"))
            let newest = try await page()
            #expect(newest.rows == 500 && newest.first == "1")
            #expect(newest.text.contains(/500 (of|van) 501/))
            #expect(!all.text.contains(/500 (of|van) [0-9]/))
            let earlier = try await page("?before=1")
            #expect(earlier.rows == 1 && earlier.first == "0")
            #expect(earlier.text.contains(/0 (to|tot en met) 0 (of|van) 501/))
            for (shown, hasEarlier, hasNewest) in [
                (all, false, false), (newest, true, false), (earlier, false, true),
            ] {
                #expect(shown.text.contains(/(Earlier entries|Eerdere regels)/) == hasEarlier)
                let back = /(To the newest entries|Naar de nieuwste regels)/
                #expect(shown.text.contains(back) == hasNewest)
            }
        }
    }

    @Test func `each share and withdrawal says which fragment it is of, and which version`()
        async throws
    {
        try await LiveCase.run { live, browser in
            var auditor = try await live.pages.browser(of: .auditor)
            try await live.share("K-1", [("text", "een")])
            try await live.share("K-2", [("text", "twee")])
            try await live.share("K-1", [("text", "een, verbeterd"), ("date", "2025-03-01")])
            let fragments = try await live.view.fragments
            let first = try #require(fragments.first { $0.fields["text"] == "een, verbeterd" }).id
            let second = try #require(fragments.first { $0.fields["text"] == "twee" }).id
            _ = try await live.pages.ask(WithdrawFragment(fragment: second, reason: "vervallen"))
            let entries = try await live.pages.ask(ShowLog(table: live.table)).entries
            let told = entries.compactMap { entry in
                entry.fragment.map { "\($0) \(entry.version ?? 0)" }
            }
            #expect(told == ["\(first) 1", "\(second) 1", "\(first) 2", "\(second) 0"])
            #expect(
                entries.filter { $0.fragment != nil }.map(\.kind)
                    == ["fragment", "fragment", "fragment", "withdrawal"]
            )
            let page = try await auditor.get("/tables/\(live.table)/log")
            let (one, other) = (String(first.prefix(12)), String(second.prefix(12)))
            #expect(page.body.contains(try Regex("<code>\(one)</code> vers(ie|ion) 2</td>")))
            #expect(page.body.contains("<code>\(other)</code> </td>"))
            // A day in the reader's form.
            let shown = try await browser.get("/cases/\(live.id)")
            #expect(shown.words.contains(/1 (mrt|Mar) 2025/))
            #expect(!shown.words.contains("2025-03-01"))
            // Of what is not for this node nobody can say which it is.
            let others = try await live.atPartner(ShowLog(table: live.table, author: "od-noord"))
            #expect(others.entries.allSatisfy { $0.fragment == nil })
        }
    }

    @Test func `the newest entries of a log are read and no others`() async throws {
        try await LiveCase.run { live, _ in
            for text in ["een", "twee"] {
                try await live.pages.ask(AddNote(case: live.id, text: text))
            }
            func indices(_ last: Int?) async throws -> [Int] {
                try await live.pages.ask(ShowLog(table: live.table, last: last))
                    .entries.map(\.index)
            }
            let all = try await indices(nil)
            #expect(all.count >= 3 && all == Array(0..<all.count))
            #expect(try await indices(2) == all.suffix(2))
            #expect(try await indices(99) == all)
            #expect(try await indices(0) == [])
        }
    }
}
