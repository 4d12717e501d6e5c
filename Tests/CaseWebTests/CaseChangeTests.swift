import Cryptography
import Foundation
import NodeInterface
import NodeService
import SyncLog
import Testing

@testable import CaseWeb

/// Changes of a case: nothing is written over that was not seen, and nothing is done twice.
@Suite(.serialized) struct CaseChangeTests {
    @Test func `a partner's value that was not seen is not superseded`() async throws {
        try await LiveCase.runWithPartner { live, browser in
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
        try await LiveCase.run { live, browser in
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
        try await LiveCase.run { live, browser in
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

    // MARK: Once

    @Test func `a form that is sent twice is carried out once`() async throws {
        try await LiveCase.run { live, browser in
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
        try await LiveCase.run { live, browser in
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
        try await LiveCase.run { live, browser in
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
        try await LiveCase.run { live, browser in
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
}
