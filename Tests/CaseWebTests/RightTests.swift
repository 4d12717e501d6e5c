import Foundation
import NodeInterface
import NodeService
import Testing

@testable import CaseWeb

/// Who may see and do what, and that texts of others stay texts.
@Suite(.serialized) struct RightTests {
    @Test func `roles have no more rights than their work asks for`() {
        #expect(
            UserRole.analyst.rights == [
                .readContents, .writeCases, .readTables, .readStatus, .synchronise,
            ]
        )
        #expect(UserRole.operator.rights == [.readTables, .readStatus, .synchronise])
        #expect(UserRole.auditor.rights == [.readTables, .readLogs, .readStatus])
    }

    @Test func `a right that a role lacks is refused for pages and forms`() async throws {
        try await LivePages.run { pages in
            let reads: [(path: String, right: Right)] = [
                ("/cases", .readContents), ("/cases/abcdef012345", .readContents),
                ("/records", .readContents), ("/records/abcdef012345", .readContents),
                ("/records/table", .readContents), ("/records/suggestions", .readContents),
                ("/records/list", .readContents), ("/records/points", .readContents),
                ("/subjects", .readContents), ("/subjects/kvk:12345678", .readContents),
                ("/subjects/kvk:12345678/pairs", .readContents), ("/quality", .readContents),
                ("/subjects/weights", .readContents),
                ("/quality/table", .readContents), ("/map/layers/x", .readContents),
                ("/cases/new", .writeCases), ("/cases/abcdef012345/share", .writeCases),
                ("/tables", .readTables), ("/tables/abcdef012345", .readTables),
                ("/tables/abcdef012345/log", .readLogs), ("/node", .readStatus),
            ]
            let writes: [(path: String, right: Right)] = [
                ("/cases/new", .writeCases), ("/cases/abcdef012345/note", .writeCases),
                ("/subjects/weights/change", .writeCases),
                ("/cases/abcdef012345/tag", .writeCases),
                ("/cases/abcdef012345/set", .writeCases),
                ("/cases/abcdef012345/weigh", .writeCases),
                ("/cases/abcdef012345/share", .writeCases),
                ("/cases/abcdef012345/share/preview", .writeCases),
                ("/cases/abcdef012345/withdraw/abcdef012345", .writeCases),
                ("/cases/abcdef012345/audience", .writeCases),
                ("/subjects/kvk:12345678/decide", .writeCases),
                ("/subjects/kvk:12345678/succeed", .writeCases),
                ("/node/sync", .synchronise),
            ]
            for role in UserRole.allCases {
                var browser = try await pages.browser(of: role)
                for (path, right) in reads {
                    let isAllowed = role.rights.contains(right)
                    let status = try await browser.get(path).status
                    #expect((status == 403) == !isAllowed, "\(role) at \(path): \(status)")
                }
                _ = try await browser.get("/node")
                for (path, right) in writes {
                    let isAllowed = role.rights.contains(right)
                    let status = try await browser.post(path, [("text", "x")]).status
                    #expect((status == 403) == !isAllowed, "\(role) at \(path): \(status)")
                }
            }
        }
    }

    @Test func `a removed account and a new password end the sessions at once`() async throws {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .analyst)
            try await expect(200, of: browser.get("/cases"))
            let password = Array("another password".utf8)
            try await pages.ask(SetPassword(user: "analyst", password: Secret(password)))
            try await expect(303, of: browser.get("/cases"))
            try await expect(422, of: browser.logIn("analyst", LivePages.password))
            try await expect(303, of: browser.logIn("analyst", "another password"))
            try await pages.ask(RemoveUser(user: "analyst"))
            try await expect(303, of: browser.get("/cases"))
            try await pages.ask(
                AddUser(user: "analyst", role: "auditor", password: Secret(password))
            )
            try await expect(303, of: browser.get("/node"), "it is another account")
        }
    }

    /// A quotation mark with an accent is one character to Swift and two to a browser.
    static let hostile = [
        "<script>alert(1)</script>", "\"\u{301}><img src=x onerror=alert(1)>",
        "'\u{301} onfocus=alert(1) autofocus='", "<\u{301}b>", "&lt;b&gt;", "{{token}}{{{token}}}",
        "</title><b>", "%1%2", "\u{202E}<i>", "<!-- x", "]]>",
    ]

    @Test(arguments: hostile)
    func `a hostile text stays a text on every page that shows it`(text: String) async throws {
        try await LivePages.run { pages in
            try await pages.importRecords([
                (key: "K-1", fields: [("subject.name", text), ("text", text)])
            ])
            var browser = try await pages.browser(of: .analyst)
            let list = try await browser.get("/records?key=\(TestBrowser.encode(text))")
            Self.check(list.body, text, "search field")
            let hits = try await browser.get("/records?sort=date")
            Self.check(hits.body, Self.shown(text), "list")
            let link = try #require(
                hits.body.range(of: "<th scope=\"row\"><a href=\"/records/")?.upperBound
            )
            let id = String(hits.body[link...].prefix { $0 != "\"" })
            let record = try await browser.get("/records/\(id)")
            #expect(record.status == 200)
            Self.check(record.body, Self.shown(text), "record")
            var visitor = pages.browser
            _ = try await visitor.get("/login")
            let refused = try await visitor.post("/login", [("user", text), ("password", "x")])
            Self.check(refused.body, text.trimmingBlanks, "log-in")
        }
    }

    /// As a page shows it: what a form sends back is exact, all else is marked.
    private static func shown(_ text: String) -> String {
        text.replacing("\u{202E}", with: "⟨U+202E⟩")
    }

    /// The text is there with each dangerous byte escaped, and nowhere as it came.
    private static func check(_ body: String, _ text: String, _ place: Comment) {
        var escaped = text
        for (character, entity) in [
            ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;"),
        ] {
            escaped = String(
                decoding: escaped.utf8.flatMap { byte in
                    [byte] == Array(character.utf8) ? Array(entity.utf8) : [byte]
                },
                as: UTF8.self
            )
        }
        func holds(_ part: String) -> Bool {
            Data(body.utf8).range(of: Data(part.utf8)) != nil
        }
        #expect(holds(escaped), place)
        if escaped != text { #expect(!holds(text), place) }
    }
}
