import Foundation
import NodeInterface
import NodeService
import Testing

@testable import CaseWeb

/// A case of a partner that this node is left out of, on its pages.
@Suite(.serialized) struct LeftOutTests {
    @Test func `who is left out is offered nothing that is refused, and keeps what it typed`()
        async throws
    {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages)
            let record = try await self.record(pages, live)
            var browser = try await pages.browser(of: .analyst)
            var id = ""
            try await live.withPartner {
                id = try await self.opened(live)
                try await self.retitle(id, pages, live)
            }
            let share = "/cases/\(id)/share?record=\(record)"
            let before = try await browser.get("/cases/\(id)")
            for action in ["note", "set", "tag"] {
                #expect(before.body.contains("action=\"/cases/\(id)/\(action)\""), "\(action)")
            }
            #expect(!before.words.contains("Wat u had getypt"))
            try await expect(200, of: browser.get(share))

            // Neither hears of the other now: the note counts nowhere once they do.
            try await live.atPartner(SetAudience(case: id, to: ["om"]))
            let note = [("text", "nog van voor het weglaten")]
            try await expect(303, of: browser.post("/cases/\(id)/note", note))
            try await live.withPartner { try await live.settle() }
            let after = try await browser.get("/cases/\(id)")
            #expect(after.words.contains("Deze organisatie doet niet meer mee"))
            #expect(after.words.contains("nog van voor het weglaten"))
            #expect(after.words.contains("die nergens meetellen"))
            for action in ["note", "set", "tag", "weigh"] {
                #expect(!after.body.contains("action=\"/cases/\(id)/\(action)\""), "\(action)")
            }
            #expect(!after.body.contains("/cases/\(id)/share"))
            try await expect(422, of: browser.get(share))

            let typed = [("text", "een lang verhaal")]
            let refused = try await browser.post("/cases/\(id)/note", typed)
            #expect(refused.status == 422 && refused.words.contains("een lang verhaal"))
            let other = try await live.atPartner(ShowCase(case: id))
            #expect(!other.notes.map(\.text).contains("nog van voor het weglaten"))
            #expect(other.uncounted_notes.isEmpty)
        }
    }

    private func record(_ pages: LivePages, _ live: LiveCase) async throws -> String {
        try await pages.importRecords([(key: "K-1", fields: [("text", "Granulaat")])])
        return try await live.record("K-1")
    }

    /// A case of the partner for everybody; its ID.
    private func opened(_ live: LiveCase) async throws -> String {
        let opened = try await live.atPartner(
            OpenCase(table: live.table, title: "Van de politie", category: "business")
        )
        try await live.settle()
        return opened.case
    }

    /// Two titles: whoever may write is asked to choose.
    private func retitle(_ id: String, _ pages: LivePages, _ live: LiveCase) async throws {
        // Nothing is superseded that was not seen.
        try await pages.ask(SetCase(case: id, field: "title", value: "Noord", seen: []))
        try await live.settle()
    }
}
