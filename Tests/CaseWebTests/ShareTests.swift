import Foundation
import NodeInterface
import NodeService
import Testing

@testable import CaseWeb

/// Sharing through the pages: what was previewed leaves, once, and nothing else.
@Suite(.serialized) struct ShareTests {
    private static let fields = [
        ("subject.kvk", "27123450"), ("subject.name", "Alfa B.V."), ("text", "Granulaat"),
    ]

    /// Asks for a preview of the record `K-1` and returns the form that confirms it.
    private func preview(
        _ live: LiveCase,
        _ browser: inout TestBrowser,
        _ more: [(String, String)] = []
    ) async throws -> [(String, String)] {
        let record = try await live.record("K-1")
        var form = [("record", record), ("to", "politie"), ("category", "business")] + more
        form += Self.fields.map { ("field", $0.0) }
        _ = try await browser.get("/cases/\(live.id)/share?record=\(record)")
        let page = try await browser.post("/cases/\(live.id)/share/preview", form)
        try #require(page.status == 200)
        return form + [("seen", try page.value(of: "seen"))]
    }

    private func withCase(
        _ body: (LiveCase, inout TestBrowser) async throws -> Void
    ) async throws {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages)
            try await pages.importRecords([(key: "K-1", fields: Self.fields)])
            var browser = try await pages.browser(of: .analyst)
            try await body(live, &browser)
        }
    }

    @Test func `a preview that is confirmed many times at once is shared once`() async throws {
        try await self.withCase { live, browser in
            let form = try await self.preview(live, &browser)
            let browser = browser
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        var browser = browser
                        return try await browser.post("/cases/\(live.id)/share", form).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }.sorted()
            }
            #expect(statuses == [303] + [Int](repeating: 409, count: 7))
            #expect(try await live.kinds.filter { $0 == "fragment" }.count == 1)
            #expect(try await live.disclosures.map(\.version) == [1])
        }
    }

    @Test func `who presses twice shares once, and is told that it was shared`() async throws {
        try await self.withCase { live, browser in
            let record = try await live.record("K-1")
            let preview = try await self.preview(live, &browser)
            let form = preview + [("form", "0011")]
            for _ in 0..<2 {
                let answer = try await browser.post("/cases/\(live.id)/share", form)
                #expect(answer.status == 303)
            }
            let page = try await browser.get("/cases/\(live.id)")
            #expect(page.words.contains("al verzonden. Toen gezegd: Gedeeld met politie"))
            #expect(try await live.disclosures.map(\.version) == [1])
            #expect(
                try await browser.get("/cases/\(live.id)/share?record=\(record)").words
                    .contains("versie 1, met politie")
            )
        }
    }

    @Test func `a preview does not hold again after its fragment was withdrawn`() async throws {
        try await self.withCase { live, browser in
            let form = try await self.preview(live, &browser)
            try await expect(303, of: browser.post("/cases/\(live.id)/share", form))
            try await expect(409, of: browser.post("/cases/\(live.id)/share", form))
            let fragment = try #require(try await live.disclosures.first?.fragment)
            try await live.pages.ask(WithdrawFragment(fragment: fragment, reason: "fout"))
            try await expect(409, of: browser.post("/cases/\(live.id)/share", form))
            let again = try await self.preview(live, &browser)
            try await expect(303, of: browser.post("/cases/\(live.id)/share", again))
            #expect(try await live.disclosures.count == 2)
        }
    }

    @Test func `what was not in the preview is not shared`() async throws {
        try await self.withCase { live, browser in
            let form = try await self.preview(live, &browser)
            var changes: [[(String, String)]] = [
                form + [("expires", "2099-01-01")], form + [("to", "om")],
                form + [("ground", "ALL-2")], form.filter { $0.0 != "seen" },
                form.filter { $0.1 != "text" },
            ]
            changes.append(form.map { $0.0 == "seen" ? ("seen", "00") : $0 })
            for change in changes {
                let answer = try await browser.post("/cases/\(live.id)/share", change)
                #expect(answer.status == 409, "\(change)")
            }
            let other = try await LiveCase.another(live.pages, table: live.table)
            try await expect(409, of: browser.post("/cases/\(other)/share", form))
            #expect(try await live.disclosures.isEmpty)
            // The new preview is right there and can be confirmed.
            let page = try await browser.post(
                "/cases/\(live.id)/share",
                form + [("expires", "2099-01-01")]
            )
            let seen = try page.value(of: "seen")
            let confirmed =
                form.filter { $0.0 != "seen" } + [("expires", "2099-01-01"), ("seen", seen)]
            try await expect(303, of: browser.post("/cases/\(live.id)/share", confirmed))
            #expect(try await live.disclosures.map(\.expires) == ["2099-01-01"])
        }
    }

    @Test func `the ground on the choice page is the one that will be used`() async throws {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages, grounds: ["ALL-2"])
            try await pages.importRecords([(key: "K-1", fields: Self.fields)])
            var browser = try await pages.browser(of: .analyst)
            let record = try await live.record("K-1")
            let page = try await browser.get("/cases/\(live.id)/share?record=\(record)")
            #expect(page.words.contains("politie ALL-2") && page.words.contains("om ALL-2"))
            let form = try await self.preview(live, &browser)
            try await expect(303, of: browser.post("/cases/\(live.id)/share", form))
            #expect(try await live.disclosures.flatMap(\.recipients).map(\.ground) == ["ALL-2"])
        }
    }

    @Test func `fields that may be about a person start without a tick`() async throws {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages)
            try await pages.importRecords([
                (key: "K-1", fields: Self.fields + [("extra.memo", "x")]),
                (key: "K-2", fields: [("subject.name", "J. Jansen"), ("status", "x")]),
            ])
            var browser = try await pages.browser(of: .analyst)
            let ticks = [
                ("K-1", ["subject.kvk", "subject.name", "text"], ["extra.memo"]),
                ("K-2", ["status"], ["subject.name"]),
            ]
            for (key, on, off) in ticks {
                let record = try await live.record(key)
                let page = try await browser.get("/cases/\(live.id)/share?record=\(record)")
                for name in on {
                    #expect(page.body.contains("value=\"\(name)\" checked"), "\(name)")
                }
                for name in off { #expect(page.body.contains("value=\"\(name)\">"), "\(name)") }
            }
        }
    }

    @Test(arguments: [
        ("business", ["subject.kvk"], false), ("business", [], true),
        ("personal", ["subject.kvk"], true), ("police", ["subject.kvk"], true),
        ("environmental", ["subject.vestiging"], false), ("criminal-justice", [], true),
    ])
    func `whose data it is decides`(category: String, numbers: [String], isPersonal: Bool) throws {
        var fields = ["subject.name": "x", "location.address": "x", "text": "x", "date": "x"]
        for number in numbers { fields[number] = "1" }
        let record = ShowRecord.Answer(
            id: "",
            type: "",
            source: "",
            source_key: "",
            category: category,
            at: "",
            never_share: [],
            fields: Members(fields.map { ($0.key, $0.value) }),
            history: [],
            shares: [],
            share_count: 0
        )
        for name in ["subject.name", "location.address", "text"] {
            #expect(PersonalFields.mayBe(name, in: record) == isPersonal, "\(name)")
        }
        #expect(!PersonalFields.mayBe("date", in: record))
        #expect(PersonalFields.mayBe("extra.x", in: record))
    }

    @Test func `a fragment is withdrawn by any beginning of its ID`() async throws {
        try await self.withCase { live, browser in
            let form = try await self.preview(live, &browser)
            try await expect(303, of: browser.post("/cases/\(live.id)/share", form))
            let fragment = try #require(try await live.disclosures.first?.fragment)
            let path = "/cases/\(live.id)/withdraw/\(fragment.prefix(6))"
            try await expect(200, of: browser.get(path))
            let asked = try await browser.get(path)
            let known = ("all", try asked.value(of: "all"))
            try await expect(422, of: browser.post(path, [known, ("reason", "fout")]))
            let stale = [("all", ""), ("from", "politie"), ("reason", "fout")]
            try await expect(422, of: browser.post(path, stale))
            let all = [known, ("from", "politie"), ("reason", "fout")]
            try await expect(303, of: browser.post(path, all))
            #expect(try await live.disclosures.first?.reason == "fout")
            try await expect(404, of: browser.get(path))
        }
    }

    @Test func `who shares again begins with what is shared`() async throws {
        try await self.withCase { live, browser in
            let form = try await self.preview(live, &browser).filter { $0.1 != "subject.name" }
            let record = try await live.record("K-1")
            let page = try await browser.post("/cases/\(live.id)/share/preview", form)
            let seen = form.filter { $0.0 != "seen" } + [("seen", try page.value(of: "seen"))]
            try await expect(303, of: browser.post("/cases/\(live.id)/share", seen))
            let again = try await browser.get("/cases/\(live.id)/share?record=\(record)")
            for name in ["subject.kvk", "text", "politie"] {
                #expect(again.body.contains("value=\"\(name)\" checked"), "\(name)")
            }
            for name in ["subject.name", "om"] {
                #expect(again.body.contains("value=\"\(name)\">"), "\(name)")
            }
            #expect(again.words.contains("versie 1, met politie"))
        }
    }

    @Test func `a manager lowers a category, says why, and nobody else does`() async throws {
        try await self.withCase { live, browser in
            let record = try await live.record("K-1")
            let form = [
                ("record", record), ("to", "politie"), ("field", "text"), ("category", "public"),
                ("lowering", "Staat in de krant"),
            ]
            let path = "/cases/\(live.id)/share/preview"
            var page = try await browser.get("/cases/\(live.id)/share?record=\(record)")
            #expect(!page.body.contains("name=\"lowering\""))
            try await expect(422, of: browser.post(path, form))
            var manager = try await live.pages.browser(of: .manager)
            page = try await manager.get("/cases/\(live.id)/share?record=\(record)")
            #expect(page.body.contains("name=\"lowering\""))
            page = try await manager.post(path, form.dropLast())
            #expect(page.status == 422)
            page = try await manager.post(path, form)
            #expect(page.status == 200 && page.words.contains("Staat in de krant"))
            let confirmed = form + [("seen", try page.value(of: "seen"))]
            try await expect(303, of: manager.post("/cases/\(live.id)/share", confirmed))
            #expect(try await live.disclosures.map(\.lowered) == ["Staat in de krant"])
            page = try await browser.get("/cases/\(live.id)")
            #expect(page.words.contains("Staat in de krant"))
            // Who may not lower it is told, and does not begin with it.
            let again = "/cases/\(live.id)/share?record=\(record)"
            page = try await browser.get(again)
            #expect(page.words.contains("Die versie is gedeeld als openbaar"))
            // The record's own category needs no reason, whatever stands there.
            page = try await manager.get(again)
            let before = [("before", try page.value(of: "before"))]
            let own = form.map { $0.0 == "category" ? ("category", "business") : $0 }
            page = try await manager.post(path, own + before)
            #expect(page.status == 200)
            #expect(!page.words.contains("Categorie verlaagd"))
            #expect(try await manager.post(path, form + before).status == 200)
            // Giving it anew to some is a manager's as well.
            let fragment = try #require(try await live.disclosures.first?.fragment)
            let withdraw = "/cases/\(live.id)/withdraw/\(fragment)"
            #expect(try await !browser.get(withdraw).body.contains("type=\"checkbox\""))
            #expect(try await manager.get(withdraw).body.contains("type=\"checkbox\""))
        }
    }

    @Test func `a fragment is withdrawn from some, and a partner is left out of a case`()
        async throws
    {
        try await self.withCase { live, browser in
            let form = try await self.preview(live, &browser, [("to", "om")])
            try await expect(303, of: browser.post("/cases/\(live.id)/share", form))
            let fragment = try #require(try await live.disclosures.first?.fragment)
            let path = "/cases/\(live.id)/withdraw/\(fragment)"
            let asked = try await browser.get(path)
            #expect(asked.body.contains("value=\"om\" checked"))
            #expect(asked.words.contains("gekregen: politie en om"))
            let known = ("all", try asked.value(of: "all"))
            let some = [known, ("from", "om"), ("reason", "niet voor om")]
            try await expect(303, of: browser.post(path, some))
            let shown = try await live.disclosures.filter { $0.withdrawn == nil }
            #expect(shown.map { $0.recipients.map(\.handle) } == [["politie"]])
            let audience = "/cases/\(live.id)/audience"
            try await expect(200, of: browser.get(audience))
            try await expect(422, of: browser.post(audience, []))
            try await expect(422, of: browser.post(audience, [("to", "politie"), ("to", "om")]))
            try await expect(303, of: browser.post(audience, [("to", "politie")]))
            #expect(try await live.view.audience == ["od-noord", "politie"])
            #expect(
                try await browser.get("/cases/\(live.id)").words.contains("om doet niet meer mee")
            )
            let left = try await browser.get(audience)
            #expect(left.words.contains("Er is één partner") && !left.body.contains("name=\"to\""))
        }
    }

    @Test func `the withdrawal offers what can be, and no more`() async throws {
        try await self.withCase { live, browser in
            var form = try await self.preview(live, &browser, [("to", "om")])
            try await expect(303, of: browser.post("/cases/\(live.id)/share", form))
            form = try await self.preview(live, &browser, [("ground", "ALL-2")])
            let keep = form + [("leaving", "keep")]
            try await expect(303, of: browser.post("/cases/\(live.id)/share", keep))
            let record = try await live.record("K-1")
            let again = try await browser.get("/cases/\(live.id)/share?record=\(record)")
            #expect(again.words.contains("om heeft nog versie 1"))
            let fragment = try #require(try await live.disclosures.first?.fragment)
            let path = "/cases/\(live.id)/withdraw/\(fragment)"
            let asked = try await browser.get(path)
            #expect(asked.words.contains("Bij om wordt het in elk geval ingetrokken"))
            #expect(asked.body.contains("type=\"checkbox\" name=\"from\" value=\"politie\""))
            #expect(!asked.body.contains("type=\"checkbox\" name=\"from\" value=\"om\""))
            let some = [
                ("all", try asked.value(of: "all")), ("from", "om"), ("reason", "niet voor om"),
            ]
            try await expect(303, of: browser.post(path, some))
            let shown = try await live.disclosures.filter { $0.withdrawn == nil }
            #expect(shown.map { $0.recipients.map(\.handle) } == [["politie"]])
        }
    }

    @Test func `what is taken back says so and no more`() async throws {
        try await self.withCase { live, browser in
            var form = try await self.preview(live, &browser, [("to", "om")])
            try await expect(303, of: browser.post("/cases/\(live.id)/share", form))
            form = try await self.preview(live, &browser)
            let taken = form + [("leaving", "take-back")]
            try await expect(303, of: browser.post("/cases/\(live.id)/share", taken))
            let reasons = try await live.disclosures.compactMap(\.reason)
            #expect(reasons == [WithdrawalReason.takenBack])
            let page = try await browser.get("/cases/\(live.id)")
            #expect(page.words.contains("door de eigenaar teruggenomen"))
            #expect(!page.words.contains("taken back"))
        }
    }
}
