import Foundation
import NodeInterface
import NodeService
import Testing

@testable import CaseWeb

/// Pages that a form led to have an address: going back, another language and asking anew keep what was typed.
@Suite(.serialized) struct ShownAgainTests {
    /// Sends a form and does not go where it leads.
    private func send(
        _ path: String,
        _ fields: [(String, String)],
        by browser: inout TestBrowser
    ) async throws -> (status: Int, location: String) {
        let form = UUID().uuidString.replacing("-", with: "").lowercased()
        let all = [("token", browser.token), ("form", form)] + fields
        let body = all.map { "\(TestBrowser.encode($0.0))=\(TestBrowser.encode($0.1))" }
        let answer = try await browser.send("POST", path, body: body.joined(separator: "&"))
        return (answer.status, answer.headers.first { $0.name == "location" }?.value ?? "")
    }

    @Test func `what was refused is there again, in either language, and nothing is written`()
        async throws
    {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages)
            var browser = try await pages.browser(of: .analyst)
            _ = try await browser.get("/cases/\(live.id)")
            let long = "begin " + String(repeating: "x", count: 65_536)
            let sent = try await self.send("/cases/\(live.id)/note", [("text", long)], by: &browser)
            #expect(sent.status == 303)
            #expect(sent.location.hasPrefix("/cases/\(live.id)/note?shown="))
            for (language, words) in [("nl", "te lang"), ("en", "too long"), ("nl", "te lang")] {
                let fields = [("language", language), ("back", sent.location)]
                let switched = try await self.send("/language", fields, by: &browser)
                #expect(switched.location == sent.location)
                let page = try await browser.get(sent.location)
                expect(422, of: page)
                #expect(page.body.contains(long) && page.words.contains(words), "\(language)")
            }
            let shorter = try await self.send(
                "/cases/\(live.id)/note",
                [("text", "kort")],
                by: &browser
            )
            #expect(shorter.status == 303 && !shorter.location.contains("shown="))
            // Back to the first: it says what it said, and does nothing.
            expect(422, of: try await browser.get(sent.location))
            let view = try await pages.ask(ShowCase(case: live.id))
            #expect(view.notes.map(\.text).filter { $0 == "kort" }.count == 1)
        }
    }

    @Test func `a preview is there again, also after what it showed was done`() async throws {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages)
            var browser = try await pages.browser(of: .analyst)
            _ = try await browser.get("/cases/new")
            let fields = [
                ("table", live.table), ("title", "Nog een zaak"), ("category", "business"),
                ("to", "politie"),
            ]
            let preview = try await self.send("/cases/new", fields, by: &browser)
            #expect(preview.location.hasPrefix("/cases/new?shown="))
            let page = try await browser.get(preview.location)
            expect(200, of: page)
            #expect(page.words.contains("Nog een zaak"))
            let opened = try await self.send(
                "/cases/new",
                fields + [("step", "open")],
                by: &browser
            )
            #expect(opened.status == 303 && !opened.location.contains("shown="))
            expect(200, of: try await browser.get(preview.location))
        }
    }

    @Test func `whatever would write is refused where a form is only shown again`() async throws {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages)
            _ = try await pages.browser(of: .analyst)
            let account = try #require(
                try pages.node.accounts.account(UserRole.analyst.rawValue)?.account
            )
            func desk(_ shownAgain: Desk.ShownAgain?) -> Desk {
                Desk(
                    node: pages.node,
                    account: account,
                    words: Words(.dutch),
                    query: .empty,
                    form: .empty,
                    shownAgain: shownAgain
                )
            }
            let again = desk(Desk.ShownAgain(problem: nil, isTyped: false))
            await #expect(throws: Desk.Conflict.self) {
                try await again.submit(AddNote(case: live.id, text: "a"))
            }
            await #expect(throws: Desk.Conflict.self) {
                try await again.submit(SetCase(case: live.id, field: "phase", value: "analyse"))
            }
            #expect(try await again.submit(ShowCase(case: live.id)).notes.isEmpty)
            try await desk(nil).submit(AddNote(case: live.id, text: "b"))
            #expect(try await again.submit(ShowCase(case: live.id)).notes.map(\.text) == ["b"])
        }
    }

    @Test func `what is being typed comes along when another language is chosen`() async throws {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages)
            var browser = try await pages.browser(of: .analyst)
            let form = try await browser.get("/cases/new?table=\(live.table)")
            #expect(form.body.contains("form=\"typed\" formaction=\"/language?form=/cases/new\""))
            #expect(form.body.contains("id=\"typed\""))
            let typed = [("table", live.table), ("title", "Half getyp"), ("summary", "nog bezig")]
            for (language, words) in [("en", "Open a case"), ("nl", "Zaak openen")] {
                let sent = try await self.send(
                    "/language?form=/cases/new",
                    typed + [("language", language)],
                    by: &browser
                )
                #expect(sent.location.hasPrefix("/cases/new?shown="))
                let page = try await browser.get(sent.location)
                expect(200, of: page)
                #expect(page.body.contains("Half getyp") && page.body.contains("nog bezig"))
                #expect(page.words.contains(words), "\(language)")
            }
            // To nowhere else, and of what has no such form.
            for path in ["//example.org", "/node", "/cases/new?x=1", "https://example.org/"] {
                let target = path.replacing("?", with: "%3F")
                let sent = try await self.send(
                    "/language?form=\(target)",
                    typed + [("language", "nl")],
                    by: &browser
                )
                #expect(sent.status == 303 && sent.location == "/", "\(path)")
            }
            let cases = try await pages.ask(ListCases())
            #expect(cases.cases.count == 1)
        }
    }

    @Test func `another's session has none of it, and the oldest give way`() async throws {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages)
            var browser = try await pages.browser(of: .analyst)
            var other = try await pages.browser(of: .manager)
            _ = try await browser.get("/cases/\(live.id)")
            var locations: [String] = []
            for _ in 0...WebLimits.keptFormsMax {
                let sent = try await self.send(
                    "/cases/\(live.id)/note",
                    [("text", " ")],
                    by: &browser
                )
                locations.append(sent.location)
            }
            for (place, location) in locations.enumerated() {
                expect(place == 0 ? 303 : 422, of: try await browser.get(location))
            }
            let last = try #require(locations.last)
            let strange = try await other.get(last)
            expect(303, of: strange)
            #expect(strange.headers.contains { $0.value == "/cases/\(live.id)" })
            // Of another form, and of nothing.
            let id = last.suffix(32)
            for path in ["/cases/\(live.id)/tag?shown=\(id)", "/cases/\(live.id)/tag?shown=0"] {
                expect(303, of: try await browser.get(path))
            }
            expect(405, of: try await browser.get("/cases/\(live.id)/tag"))
            expect(405, of: try await browser.get("/node/sync?shown=\(id)"))
            // Long ones take each other's place, but for the newest.
            let half = String(repeating: "y", count: WebLimits.keptFormBytesMax / 3)
            for _ in 0..<3 {
                let sent = try await self.send(
                    "/cases/\(live.id)/note",
                    [("text", half)],
                    by: &browser
                )
                locations.append(sent.location)
            }
            expect(422, of: try await browser.get(try #require(locations.last)))
            expect(303, of: try await browser.get(last))
        }
    }

    @Test func `a closed case takes no new fragment, and offers none`() async throws {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages)
            var browser = try await pages.browser(of: .analyst)
            let open = try await browser.get("/cases/\(live.id)")
            #expect(open.body.contains("href=\"/cases/\(live.id)/share\""))
            let seen = try await pages.ask(ShowCase(case: live.id)).seen["phase"] ?? []
            try await pages.ask(
                SetCase(case: live.id, field: "phase", value: "afgesloten", seen: seen)
            )
            let page = try await browser.get("/cases/\(live.id)")
            #expect(!page.body.contains("href=\"/cases/\(live.id)/share\""))
            let share = try await browser.get("/cases/\(live.id)/share")
            expect(422, of: share)
            #expect(share.words.contains("afgesloten"))
        }
    }

    @Test func `a list that cannot be asked for is no list of all`() async throws {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages)
            var browser = try await pages.browser(of: .analyst)
            for query in ["phase=interventiecoördinatie", "phase=x", "table=zz", "after=zz"] {
                let path = "/cases?" + query.replacing("ö", with: "%C3%B6")
                expect(422, of: try await browser.get(path), "\(query)")
            }
            let page = try await browser.get("/cases?phase=signaal&table=\(live.table)")
            expect(200, of: page)
        }
    }
}
