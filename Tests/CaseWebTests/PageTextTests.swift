import NodeInterface
import NodeService
import Testing

@testable import CaseWeb

/// What pages show of others' texts, and what their forms send back (`Protocol/web.md` §6).
@Suite(.serialized) struct PageTextTests {
    private static let title = "a\u{202E}b"
    private static let summary = "c\u{200B}\nd"

    @Test func `texts are marked, and form fields hold what was there`() async throws {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages)
            for (field, value) in [("title", Self.title), ("summary", Self.summary)] {
                try await pages.ask(SetCase(case: live.id, field: field, value: value))
            }
            try await pages.ask(AddNote(case: live.id, text: "f\u{2067}g"))
            try await pages.ask(TagCase(case: live.id, tag: "h\u{FEFF}i"))
            var browser = try await pages.browser(of: .analyst)
            let body = try await browser.get("/cases/\(live.id)").body
            for shown in [
                "<h1><bdi class=\"title\">a⟨U+202E⟩b</bdi></h1>",
                "<p class=\"text\">c⟨U+200B⟩\nd</p>",
                "<p class=\"text\">f⟨U+2067⟩g</p>", "<bdi>h⟨U+FEFF⟩i</bdi>",
            ] {
                #expect(body.contains(shown), "\(shown)")
            }
            for kept in [
                "value=\"\(Self.title)\"", ">\(Self.summary)</textarea>", "value=\"h\u{FEFF}i\"",
            ] {
                #expect(body.contains(kept), "\(kept)")
            }
            let list = try await browser.get("/cases").body
            #expect(list.contains("a⟨U+202E⟩b") && !list.unicodeScalars.contains("\u{202E}"))
        }
    }

    @Test func `in every template form fields are exact and all else is not`() {
        for (name, text) in Templates.texts {
            let kept = Templates.keepingForms(text)
            let exact = "{{% CONTENT_TYPE:EXACT}}"
            let shown = "{{% CONTENT_TYPE:SHOWN}}"
            #expect(
                kept.replacing(exact, with: "").replacing(shown, with: "") == text,
                "\(name): nothing else changes"
            )
            #expect(kept.count(of: exact) == kept.count(of: shown), "\(name)")
            #expect(kept.count(of: "value=\"{{") == kept.count(of: "value=\"" + exact))
            let areas = kept.count(of: "<textarea")
            #expect(kept.matches(of: #/<textarea[^>]*>\{\{% CONTENT_TYPE:EXACT/#).count == areas)
        }
    }

    @Test func `why a partner was not reached is told in the page's language alone`() async throws {
        try await LiveCase.run { live, browser in
            _ = try await browser.get("/node")
            let page = try await browser.post("/node/sync", [], headers: ["Accept-Language: nl"])
            #expect(page.status == 200 && page.words.contains("politie: mislukt."))
            let item = try #require(page.body.firstMatch(of: /politie: mislukt\..*/))
            #expect(!item.0.contains("<samp lang=\"en\">"))
            #expect(item.0.contains("antwoordt niemand op tijd"))
        }
    }
}

extension String {
    /// How often something occurs.
    fileprivate func count(of part: String) -> Int { self.ranges(of: part).count }
}
