import NodeInterface
import Testing

@testable import CaseWeb

/// What the page of the node says of rounds.
@Suite(.serialized) struct SyncPageTests {
    @Test func `why a round did not end stands in the page's language`() async throws {
        try await LivePages.run { pages in
            _ = try await LiveCase(pages)
            var browser = try await pages.browser(of: .operator)
            _ = try await browser.get("/node")
            for (language, sentence) in [
                ("nl", "Op zijn adres antwoordt niemand op tijd."),
                ("en", "Nobody answers in time at its address."),
            ] {
                _ = try await browser.post(
                    "/language",
                    [("language", language), ("next", "/node")]
                )
                _ = try await browser.get("/node")
                let answer = try await browser.post("/node/sync", [])
                #expect(answer.status == 200)
                #expect(answer.words.contains(sentence), "\(language)")
            }
        }
    }
}
