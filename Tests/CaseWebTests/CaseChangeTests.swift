import Cryptography
import Foundation
import NodeInterface
import NodeService
import SyncLog
import Testing

@testable import CaseWeb

/// Changes of a case: nothing is written over that was not seen, nothing is done twice, and no
/// claim of another passes for one's own words.
@Suite(.serialized) struct CaseChangeTests {
    private func withCase(
        _ body: (LiveCase, inout TestBrowser) async throws -> Void
    ) async throws {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages)
            var browser = try await pages.browser(of: .analyst)
            try await body(live, &browser)
        }
    }

    private func withPartner(
        _ body: (LiveCase, inout TestBrowser) async throws -> Void
    ) async throws {
        try await self.withCase { live, browser in
            var window = browser
            try await live.withPartner {
                try await live.settle()
                try await body(live, &window)
            }
        }
    }

    @Test func `a partner's value that was not seen is not superseded`() async throws {
        try await self.withPartner { live, browser in
            let path = "/cases/\(live.id)"
            let page = try await browser.get(path)
            let seen = try page.value(of: "seen", after: "id=\"register-phase\"")
            try await live.atPartner(SetCase(case: live.id, field: "phase", value: "analyse"))
            try await live.settle()
            let form = [("field", "phase"), ("value", "beoordeling"), ("seen", seen)]
            try await expect(303, of: browser.post("\(path)/set", form))
            #expect(Set(try await live.view.phase.map(\.value)) == ["analyse", "beoordeling"])
            let after = try await browser.get(path)
            let both = try after.value(of: "seen", after: "id=\"register-phase\"")
            let settle = [("field", "phase"), ("value", "afgesloten"), ("seen", both)]
            try await expect(303, of: browser.post("\(path)/set", settle))
            let settled = try await live.view.phase.map(\.value)
            #expect(settled == ["afgesloten"], "both were seen")
        }
    }

    @Test func `a colleague's value that was not seen is not superseded`() async throws {
        try await self.withCase { live, browser in
            let path = "/cases/\(live.id)"
            let page = try await browser.get(path)
            let seen = try page.value(of: "seen", after: "id=\"register-title\"")
            try await live.pages.ask(
                SetCase(case: live.id, field: "title", value: "Van een collega")
            )
            let form = [("field", "title"), ("value", "Van mij"), ("seen", seen)]
            let refused = try await browser.post("\(path)/set", form)
            #expect(refused.status == 409 && refused.body.contains("value=\"Van mij\""))
            #expect(try await live.view.title.map(\.value) == ["Van een collega"])
            let now = try refused.value(of: "seen", after: "id=\"register-title\"")
            let again = [("field", "title"), ("value", "Van mij"), ("seen", now)]
            try await expect(303, of: browser.post("\(path)/set", again))
            #expect(try await live.view.title.map(\.value) == ["Van mij"])
            let blind = Array(again.dropLast())
            try await expect(400, of: browser.post("\(path)/set", blind))
        }
    }

    @Test func `a tag that somebody added since stays`() async throws {
        try await self.withCase { live, browser in
            try await live.pages.ask(TagCase(case: live.id, tag: "granulaat"))
            let path = "/cases/\(live.id)"
            let page = try await browser.get(path)
            let seen = try page.value(of: "seen", after: "name=\"tag\" value=\"granulaat\"")
            try await live.pages.ask(TagCase(case: live.id, tag: "granulaat"))
            let form = [("tag", "granulaat"), ("seen", seen)]
            try await expect(303, of: browser.post("\(path)/untag", form))
            #expect(try await live.view.tags.map(\.tag) == ["granulaat"])
            let again = try await browser.get(path)
            let rest = try again.value(of: "seen", after: "name=\"tag\" value=\"granulaat\"")
            try await expect(
                303,
                of: browser.post("\(path)/untag", [("tag", "granulaat"), ("seen", rest)])
            )
            #expect(try await live.view.tags.isEmpty)
        }
    }

    // MARK: Weighing

    private static let forged =
        "Alfa\n- \"Beta B.V.\" (om)\nWe go by: \"Beta B.V.\"\n\u{202E}.V.B ateB\u{202C}\u{2066}\u{200F}"

    private func conflict(_ live: LiveCase) async throws {
        try await live.share("K-1", [("subject.kvk", "27123450"), ("subject.name", "Gamma")])
        try await live.shareAtPartner(
            "P-1",
            [("subject.kvk", "27123450"), ("subject.name", Self.forged)]
        )
    }

    /// The form that weighs the names, as the page has it.
    private func weighing(_ live: LiveCase, _ browser: inout TestBrowser) async throws
        -> [(String, String)]
    {
        let page = try await browser.get("/cases/\(live.id)")
        let subject = try page.value(of: "subject", after: "/weigh\"")
        return [
            ("subject", subject), ("fact", "name"),
            ("seen", try page.value(of: "seen", after: "/weigh\"")), ("reason", "omdat"),
        ]
    }

    @Test func `a claim cannot put words into the note that weighs it`() async throws {
        try await self.withPartner { live, browser in
            try await self.conflict(live)
            let form = try await self.weighing(live, &browser)
            let claims = try #require(try await live.view.subjects.first?.facts["name"])
            let forged = try #require(
                claims.firstIndex { Array($0.value.utf8) == Array(Self.forged.utf8) }
            )
            let path = "/cases/\(live.id)/weigh"
            try await expect(303, of: browser.post(path, form + [("value", "\(forged)")]))
            let note = try #require(try await live.view.notes.last?.text)
            let lines = note.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count == 5, "a heading, two claims, the choice, the reason: \(note)")
            let quoted =
                #""Alfa⟨U+000A⟩- \"Beta B.V.\" (om)⟨U+000A⟩We go by: \"Beta B.V.\"⟨U+000A⟩"#
                + #"⟨U+202E⟩.V.B ateB⟨U+202C⟩⟨U+2066⟩⟨U+200F⟩""#
            #expect(lines.contains("- \(quoted) (politie)"))
            #expect(lines.contains("- \"Gamma\" (od-noord)"))
            #expect(lines[3].hasSuffix(": \(quoted)") && lines[4] == "omdat")
            for value: UInt32 in [0x202E, 0x202C, 0x2066, 0x200F] {
                #expect(!note.unicodeScalars.contains { $0.value == value }, "\(value)")
            }
        }
    }

    @Test func `a note that weighs quotes only what all its readers have`() async throws {
        try await self.withPartner { live, browser in
            try await live.share("K-1", [("subject.kvk", "27123450"), ("subject.name", "Gamma")])
            let narrow = [("subject.kvk", "27123450"), ("subject.name", "Geheim")]
            try await live.shareAtPartner("P-1", narrow, to: ["od-noord"])
            let path = "/cases/\(live.id)/weigh"
            let claims = try #require(try await live.view.subjects.first?.facts["name"])
            #expect(claims.map(\.value) == ["Gamma", "Geheim"])
            for (choice, words) in [("0", "Gamma"), ("1", "hier niet wordt aangehaald")] {
                let form = try await self.weighing(live, &browser)
                try await expect(303, of: browser.post(path, form + [("value", choice)]))
                let note = try #require(try await live.view.notes.last?.text)
                #expect(note.contains(words) && note.contains("\"Gamma\" (od-noord)"), "\(note)")
                // Neither what it says nor who says so.
                #expect(!note.contains("Geheim") && !note.contains("politie"), "\(note)")
            }
        }
    }

    @Test func `a party that not all readers know is weighed in no note`() async throws {
        try await self.withPartner { live, browser in
            let fields = [("subject.kvk", "27123450"), ("subject.name", "Gamma")]
            try await live.share("K-1", fields, to: ["politie"])
            let other = [("subject.kvk", "27123450"), ("subject.name", "Geheim")]
            try await live.shareAtPartner("P-1", other, to: ["od-noord"])
            let form = try await self.weighing(live, &browser)
            let path = "/cases/\(live.id)/weigh"
            try await expect(409, of: browser.post(path, form + [("value", "0")]))
            #expect(try await live.view.notes.isEmpty)
        }
    }

    @Test func `claims that were not seen are not weighed`() async throws {
        try await self.withPartner { live, browser in
            try await self.conflict(live)
            let form = try await self.weighing(live, &browser)
            let fields = [("subject.kvk", "27123450"), ("subject.name", "Delta")]
            try await live.shareAtPartner("P-1", fields)
            let path = "/cases/\(live.id)/weigh"
            let refused = try await browser.post(path, form + [("value", "0")])
            #expect(refused.status == 409 && refused.body.contains(">omdat</textarea>"))
            #expect(try await live.view.notes.isEmpty)
            let again = try await self.weighing(live, &browser)
            for wrong in ["2", "-1", "x", ""] {
                try await expect(422, of: browser.post(path, again + [("value", wrong)]))
            }
            try await expect(303, of: browser.post(path, again + [("value", "none")]))
            #expect(try await live.view.notes.count == 1)
        }
    }

    @Test func `nothing leaves a quotation`() {
        let quoted =
            #""a\"b\\c⟨U+000A⟩d⟨U+0009⟩e⟨U+0085⟩f⟨U+2028⟩g⟨U+000D⟩⟨U+000A⟩⟨U+202E⟩é☃""#
        #expect(
            QuotedText.quoted("a\"b\\c\nd\te\u{85}f\u{2028}g\r\n\u{202E}é☃") == quoted
        )
    }

    // MARK: Once

    @Test func `a form that is sent twice is carried out once`() async throws {
        try await self.withCase { live, browser in
            let form = try await browser.get("/cases/\(live.id)").value(of: "form")
            let note = [("text", "Gezien"), ("form", form)]
            let path = "/cases/\(live.id)/note"
            for _ in 0..<2 {
                let done = try await browser.post(path, note)
                #expect(done.status == 303 && done["location"] == "/cases/\(live.id)#notes")
            }
            let copy = browser
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        var browser = copy
                        let fields = [("text", "Samen"), ("form", form)]
                        try await expect(303, of: browser.post(path, fields))
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await live.view.notes.map(\.text).sorted() == ["Gezien", "Samen"])
            try await expect(
                400,
                of: browser.send("POST", path, body: "token=\(browser.token)&text=x")
            )
        }
    }

    @Test func `a case is opened once and leads to itself again`() async throws {
        try await self.withCase { live, browser in
            let form = try await browser.get("/cases/new").value(of: "form")
            let fields = [
                ("table", live.table), ("title", "Dubbel"), ("to", "politie"),
                ("category", "business"), ("form", form),
            ]
            // First it is shown, and nothing is written.
            try await expect(200, of: browser.post("/cases/new", fields))
            #expect(try await live.kinds.filter { $0 == "operations" }.count == 1)
            let opening = fields + [("step", "open")]
            let first = try await browser.post("/cases/new", opening)
            let second = try await browser.post("/cases/new", opening)
            #expect(first.status == 303 && first["location"] == second["location"])
            #expect(try await live.kinds.filter { $0 == "operations" }.count == 2)
        }
    }

    @Test func `a form that was refused may be sent again`() async throws {
        try await self.withCase { live, browser in
            let form = try await browser.get("/cases/\(live.id)").value(of: "form")
            let path = "/cases/\(live.id)/note"
            let empty = [("text", "  "), ("form", form)]
            try await expect(422, of: browser.post(path, empty))
            try await expect(422, of: browser.post(path, empty), "it is told again")
        }
    }

    @Test func `the forms remembered of a session have a limit`() throws {
        let store = SessionStore()
        let account = UserAccount(name: "a", role: .analyst, created: 0, changed: 0)
        let key = try #require(SessionStore.key(store.begin(Session(account: account, at: 0))))
        let forms = (0...WebLimits.formsOfSessionMax).map { number in
            FormData("form=\(number)".utf8)?.digest(path: "/") ?? .zero
        }
        for form in forms.dropLast() { #expect(store.beginForm(form, of: key) == .new) }
        #expect(store.beginForm(forms[0], of: key) == .running)
        #expect(store.beginForm(try #require(forms.last), of: key) == .new)
        #expect(store.beginForm(forms[0], of: key) == .new, "the oldest was forgotten")
    }

    // MARK: Sessions that end meanwhile

    @Test func `what was typed comes back when the session ended meanwhile`() async throws {
        try await self.withCase { live, browser in
            _ = try await browser.get("/cases/\(live.id)")
            live.pages.clock.advance(WebLimits.sessionIdleSecondsMax + 1)
            let path = "/cases/\(live.id)/note"
            let text = "Een lange <notitie>"
            let refused = try await browser.post(path, [("text", text)])
            #expect(refused.status == 403 && refused.body.contains("Een lange &lt;notitie&gt;"))
            #expect(try await live.view.notes.isEmpty)
            // As after a restart of the node, whose tokens are new.
            let old = try await browser.post(path, [("text", text)], token: "00")
            #expect(old.status == 403 && old.body.contains("Een lange &lt;notitie&gt;"))
        }
    }

    // MARK: What does not fit

    @Test func `the newest entries of a log are read and no others`() async throws {
        try await self.withCase { live, _ in
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

    @Test func `why a partner was not reached stands there as English`() async throws {
        try await self.withCase { live, browser in
            _ = try await browser.get("/node")
            let page = try await browser.post("/node/sync", [], headers: ["Accept-Language: nl"])
            #expect(page.status == 200 && page.words.contains("politie: mislukt."))
            let item = try #require(page.body.firstMatch(of: /politie: mislukt\..*/))
            #expect(item.0.contains("<samp lang=\"en\">"))
        }
    }

    static func view(links: Int, conflicts: Int) -> ShowCase.Answer {
        ShowCase.Answer.of(
            links: (0..<links).map {
                ShowCase.Link(from: "a\($0)", relation: "r", to: "b", by: "o", at: "")
            },
            conflicts: (0..<conflicts).map { ShowCase.Conflict(subject: "s\($0)", fact: "name") }
        )
    }

    @Test func `notes stand in order of time, whoever wrote them`() throws {
        func note(_ id: String, _ at: String) -> ShowCase.Note {
            ShowCase.Note(id: id, by: "om", at: at, text: "x", outside_period: false)
        }
        let view = ShowCase.Answer.of(notes: [
            note("c", "2026-01-03T00:00:00.000Z"), note("d", "2026-01-04T00:00:00.000Z"),
            note("a", "2026-01-01T00:00:00.000Z"), note("z", "2026-01-03T00:00:00.000Z"),
        ])
        let builder = CaseModelBuilder(words: Words(.dutch), view: view, handle: "om")
        let notes = try #require(builder.notes["notes"] as? [[String: Any]])
        #expect(notes.compactMap { $0["id"] as? String } == ["a", "c", "z", "d"])
    }

    @Test(arguments: [0, 1])
    func `links and conflicts past the most are counted`(extra: Int) throws {
        let most = WebLimits.partsShownMax
        let view = Self.view(links: most + extra, conflicts: most + extra)
        let builder = CaseModelBuilder(words: Words(.english), view: view, handle: "o")
        #expect((builder.subjects["links"] as? [Any])?.count == most)
        #expect((builder.subjects["moreLinks"] != nil) == (extra == 1))
        let box = try #require(builder.conflictBox)
        #expect((box["items"] as? [Any])?.count == most)
        #expect((box["more"] != nil) == (extra == 1))
    }

    @Test func `the newest disclosures are shown`() throws {
        let most = WebLimits.partsShownMax
        let items = (0...most).map { number in
            ListDisclosures.Item(
                fragment: "f\(number)",
                owner: "o",
                own: true,
                version: 1,
                type: "inspection",
                category: "business",
                lowered: nil,
                at: "2026-01-01T00:00:\(String(number + 1_000)).000Z",
                expires: nil,
                expired: false,
                counts: true,
                withdrawn: nil,
                reason: nil,
                may_stay: false,
                recipients: []
            )
        }
        let builder = CaseModelBuilder(
            words: Words(.english),
            view: Self.view(links: 0, conflicts: 0),
            handle: "o"
        )
        let model = builder.disclosures(items, mayWithdraw: true)
        let shown = try #require(model["disclosures"] as? [[String: Any]])
        #expect(shown.count == most && shown.last?["fragment"] as? String == "f\(most)")
        #expect(shown.first?["fragment"] as? String == "f1" && model["moreDisclosures"] != nil)
    }
}

extension ShowCase.Answer {
    /// A view of which some parts alone are given.
    static func of(
        subjects: [ShowCase.Subject] = [],
        fragments: [ShowCase.Fragment] = [],
        links: [ShowCase.Link] = [],
        notes: [ShowCase.Note] = [],
        timeline: [ShowCase.Day] = [],
        conflicts: [ShowCase.Conflict] = []
    ) -> ShowCase.Answer {
        ShowCase.Answer(
            case: "c",
            table: "t",
            owner: "o",
            reader: "o",
            audience: [],
            title: [],
            phase: [],
            summary: [],
            lead: [],
            subjects: subjects,
            fragments: fragments,
            links: links,
            notes: notes,
            tags: [],
            timeline: timeline,
            conflicts: conflicts,
            former_readers: [],
            uncounted_notes: [],
            seen: Members([])
        )
    }
}
