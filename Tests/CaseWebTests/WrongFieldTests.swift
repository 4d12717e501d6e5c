import Foundation
import NodeInterface
import Testing

@testable import CaseWeb

/// What was typed wrongly is marked where it stands.
@Suite(.serialized) struct WrongFieldTests {
    @Test(arguments: [
        ("title", "<input id=\"title\" name=\"title\">", true),
        ("text", "<textarea id=\"note\" name=\"text\" rows=\"4\">a > b</textarea>", true),
        ("phase", "<select id=\"phase\" name=\"phase\"><option></option></select>", true),
        // A hidden one is none, and of two nobody knows which.
        (
            "tag", "<input type=\"hidden\" name=\"tag\" value=\"a\"><input id=\"x\" name=\"tag\">",
            true
        ),
        ("value", "<input id=\"a\" name=\"value\"><input id=\"b\" name=\"value\">", false),
        ("title", "<p>title</p><label for=\"title\">title</label>", false),
    ])
    func `one field is marked, and none where it is not one`(
        field: String,
        page: String,
        isMarked: Bool
    ) {
        let marked = Templates.marking(field, in: page)
        let mark = " aria-describedby=\"problem\" aria-invalid=\"true\" autofocus>"
        #expect(marked.contains(mark) == isMarked)
        #expect(marked.replacing(mark, with: ">") == page)
    }

    @Test func `a hint that describes a field goes on describing it`() {
        let page = "<input id=\"reason\" name=\"reason\" aria-describedby=\"reason-hint\">"
        let marked = Templates.marking("reason", in: page)
        #expect(marked.contains("aria-describedby=\"problem reason-hint\" aria-invalid=\"true\""))
    }

    @Test func `a form that was refused has its field marked and focused`() async throws {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages)
            var browser = try await pages.browser(of: .analyst)
            func wrong(_ body: String) -> [Substring] {
                body.matches(of: /<[^>]*aria-invalid="true"[^>]*>/).map(\.0)
            }
            _ = try await browser.get("/cases/\(live.id)")
            let empty = try await browser.post("/cases/\(live.id)/note", [("text", " ")])
            #expect(empty.status == 422)
            #expect(wrong(empty.body).count == 1)
            #expect(wrong(empty.body).first?.contains("id=\"note\"") == true)
            let long = String(repeating: "x", count: 201)
            let title = try await browser.post(
                "/cases/\(live.id)/set",
                [("field", "title"), ("seen", ""), ("value", long)]
            )
            #expect(wrong(title.body).first?.contains("id=\"set-title\"") == true)
            let search = try await browser.get("/records?postcode=abc")
            #expect(wrong(search.body).first?.contains("id=\"postcode\"") == true)
            let fine = try await browser.get("/cases/\(live.id)")
            #expect(wrong(fine.body).isEmpty)
        }
    }
}
