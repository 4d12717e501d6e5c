import NodeInterface
import NodeService
import Testing

@testable import CaseWeb

/// Lists: their order, their parts, and what was seen of them.
@Suite(.serialized) struct ListTests {
    @Test func `a column that is chosen again turns the list round`() throws {
        func heads(_ query: String) throws -> [(String, String?)] {
            let form = try #require(FormData(query.utf8))
            let order = try #require(
                ListOrder<ListCases.Order>(form.text("sort"), first: .init(.title))
            )
            return order.heads(
                [(.title, "T"), (.changed, "C")],
                turned: [.changed],
                name: "sort",
                page: "page",
                address: ListAddress("/cases", form, names: ["phase", "sort", "page"]),
                words: Words(.english)
            ).map { ($0["href"] as? String ?? "", $0["direction"] as? String) }
        }
        let first = try heads("phase=analyse&page=3")
        #expect(first[0] == ("/cases?phase=analyse&sort=-title", "ascending"))
        #expect(first[1] == ("/cases?phase=analyse&sort=-changed", nil), "the newest first")
        let second = try heads("sort=-changed")
        #expect(second[0] == ("/cases?sort=title", nil))
        #expect(second[1] == ("/cases?sort=changed", "descending"))
    }

    @Test func `rows that say the same stay as they came, in either direction`() throws {
        let rows = [("b", 1), ("A", 2), ("B", 3), ("a", 4)]
        func sorted(_ text: String?) throws -> [Int] {
            let order = try #require(ListOrder<TableOrder>(text, first: .init(.name)))
            return order.sorted(rows) { $0.0 }.map(\.1)
        }
        #expect(try sorted(nil) == [2, 4, 1, 3] && sorted("-name") == [1, 3, 2, 4])
        let numbers = [10, 9, 100].map { ListOrder<TableOrder>.text($0) }
        #expect(numbers.sorted() == [numbers[1], numbers[0], numbers[2]])
    }

    @Test func `what is chosen is written so that it is read back`() throws {
        let form = try #require(FormData("owner=a%26b%3Dc&x=1".utf8))
        let address = ListAddress("/p", form, names: ["owner"])
        #expect(address.href([("n", "2")], anchor: "z") == "/p?owner=a%26b%3Dc&n=2#z")
        #expect(address.href([("owner", nil)]) == "/p")
    }

    @Test func `a case that changed since a user opened it is marked for that user`() async throws {
        try await LiveCase.run { live, browser in
            let mark = "class=\"unread\""
            try await expect(200, of: browser.get("/cases/\(live.id)"))
            #expect(!(try await browser.get("/cases").body.contains(mark)))
            try await live.pages.ask(AddNote(case: live.id, text: "nieuw"))
            #expect(try await browser.get("/cases").body.contains(mark))
            var other = try await live.pages.browser(of: .manager)
            #expect(!(try await other.get("/cases").body.contains(mark)), "who never opened it")
            try await expect(200, of: browser.get("/cases/\(live.id)"))
            #expect(!(try await browser.get("/cases").body.contains(mark)))
        }
    }

    // MARK: Pages of a case, from the node

    @Test func `a page of a case has the parts that were asked for`() async throws {
        try await LiveCase.runWithPartner { live, _ in
            for number in 0..<5 {
                let fields = [
                    ("date", "2026-0\(5 - number)-01"), ("subject.kvk", "2712345\(number % 2)"),
                    ("subject.name", number % 2 == 0 ? "Zeta" : "Alfa"),
                ]
                try await live.share("K-\(number)", fields)
            }
            try await live.shareAtPartner(
                "P-1",
                [("subject.kvk", "27123450"), ("subject.name", "Zeta B.V.")]
            )
            try await live.shareAtPartner(
                "P-2",
                [("subject.kvk", "27123451"), ("subject.name", "Beta")]
            )
            let all = try await live.view
            var asked = ShowCasePage(case: live.id, limit: 4)
            var page = try await live.pages.ask(asked)
            #expect(page.counts.fragments == 7 && page.counts.fragments_found == 7)
            #expect(page.counts.conflicts == 1, "a spelling is none")
            let days = page.disclosures.compactMap { item in
                all.fragments.first { $0.id == item.fragment }?.fields["date"]
            }
            #expect(days == ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"])
            #expect(Set(page.view.fragments.map(\.id)) == Set(page.disclosures.map(\.fragment)))
            #expect(page.view.subjects == all.subjects && page.view.timeline.isEmpty)
            asked.fragment_start = 4
            page = try await live.pages.ask(asked)
            #expect(page.disclosures.count == 3)
            asked.fragment_start = 0
            asked.fragment_owner = "politie"
            page = try await live.pages.ask(asked)
            #expect(page.disclosures.map(\.owner) == ["politie", "politie"])
            asked.fragment_owner = nil
            asked.subject_order = .name
            asked.subjects_reversed = true
            page = try await live.pages.ask(asked)
            #expect(page.view.subjects.map(\.key) == ["kvk:27123450", "kvk:27123451"])
            asked.disputed = true
            page = try await live.pages.ask(asked)
            #expect(page.view.subjects.map(\.key) == ["kvk:27123451"])
            #expect(page.counts.subjects == 2 && page.counts.subjects_found == 1)
            let subject = try #require(page.view.subjects.first)
            #expect(page.sources[subject.id]?.map(\.count) == [2, 1])
            asked.subject = subject.id
            page = try await live.pages.ask(asked)
            #expect(page.disclosures.count == 3)
        }
    }

    @Test func `what was withdrawn is on the page without its contents`() async throws {
        try await LiveCase.run { live, browser in
            try await live.share("K-1", [("date", "2026-01-01"), ("text", "Geheim")])
            let fragment = try #require(try await live.view.fragments.first?.id)
            try await live.pages.ask(WithdrawFragment(fragment: fragment, reason: "vergissing"))
            let page = try await live.pages.ask(ShowCasePage(case: live.id, limit: 10))
            #expect(page.disclosures.map(\.fragment) == [fragment] && page.view.fragments.isEmpty)
            let shown = try await browser.get("/cases/\(live.id)")
            #expect(shown.body.contains("vergissing") && !shown.body.contains("Geheim"))
        }
    }

    @Test func `notes that are many bytes are on more pages, and none is left out`() async throws {
        try await LiveCase.run { live, _ in
            for number in 0..<4 {
                let text = "\(number)" + String(repeating: "x", count: 60_000)
                try await live.pages.ask(AddNote(case: live.id, text: text))
            }
            var asked = ShowCasePage(case: live.id, limit: 50)
            var found: [Character?] = []
            for _ in 0..<10 where asked.note_start < 4 {
                let notes = try await live.pages.ask(asked).view.notes
                try #require(!notes.isEmpty)
                found = notes.map(\.text.first) + found
                asked.note_start += notes.count
            }
            #expect(found == ["0", "1", "2", "3"])
        }
    }

    @Test func `cases can be put in order, a page at a time`() async throws {
        try await LiveCase.run { live, _ in
            for title in ["Beta", "alfa"] {
                try await live.pages.ask(
                    OpenCase(table: live.table, title: title, category: "business")
                )
            }
            try await live.pages.ask(SetCase(case: live.id, field: "phase", value: "analyse"))
            func titles(
                _ order: ListCases.Order,
                reversed: Bool = false,
                start: Int = 0
            ) async throws -> [String] {
                var asked = ListCases()
                (asked.order, asked.reversed, asked.start) = (order, reversed, start)
                asked.limit = 2
                let list = try await live.pages.ask(asked)
                #expect(list.total == 3 && list.next == nil)
                return list.cases.map(\.title)
            }
            #expect(try await titles(.title) == ["alfa", "Beta"])
            #expect(try await titles(.title, start: 2) == ["Granulaat"])
            #expect(try await titles(.title, reversed: true) == ["Granulaat", "Beta"])
            #expect(try await titles(.phase, reversed: true).first == "Granulaat")
            #expect(try await titles(.opened) == ["Granulaat", "Beta"])
            #expect(try await titles(.changed, reversed: true) == ["Granulaat", "alfa"])
        }
    }

    @Test func `a record tells where it is shared`() async throws {
        try await LiveCase.run { live, browser in
            try await live.share("K-1", [("text", "x")], to: ["politie"])
            let id = try await live.record("K-1")
            let record = try await live.pages.ask(ShowRecord(record: id))
            #expect(record.share_count == 1 && record.shares.map(\.case) == [live.id])
            #expect(record.shares.map(\.to) == [["politie"]])
            let page = try await browser.get("/records/\(id)")
            let fragment = try #require(record.shares.first).fragment
            let target = "/cases/\(live.id)?fragment=\(fragment)#fragment-\(fragment)"
            #expect(page.body.contains("href=\"\(target)\""))
            #expect(record.shares.first?.versions["politie"] == 1)
            #expect(page.body.contains("href=\"/cases/\(live.id)/share?record=\(id)\""))
            try await live.pages.importRecords([(key: "K-2", fields: [("text", "y")])])
            let other = try await live.record("K-2")
            let unshared = try await browser.get("/records/\(other)")
            #expect(unshared.words.contains("in geen zaak gedeeld"))
        }
    }
}
