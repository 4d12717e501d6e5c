import NodeInterface
import Terminal
import Testing

@testable import tafel

/// What a search says beside its hits.
struct SearchTextTests {
    private func text(shown: Int, of total: Int, more: Bool, limit: Int) -> [String] {
        let hits = (0..<shown).map { number in
            SearchRecords.Hit(
                id: "\(number)",
                kind: "record",
                owner: "od-noord",
                type: "inspection",
                source_key: "K-\(number)",
                title: "Bedrijf",
                score: 100,
                why: ["kvk"],
                fresh: "2026-01-01T00:00:00.000Z",
                stale: false,
                expired: false
            )
        }
        let answer = SearchRecords.Answer(hits: hits, total: total, more: more)
        let text = SearchRecords(limit: limit).text(of: answer).string
        return text.split(separator: "\n").map(String.init)
    }

    @Test func `the words say what is not shown and what was not looked at`() {
        #expect(
            self.text(shown: 1, of: 2, more: true, limit: 1).dropFirst().joined(separator: "|")
                == """
                2 found, 1 shown|More with --limit, up to 10000, or --offset.|Not everything that \
                may fit was looked at. Give more words, a key or a number.
                """
        )
        let whole = self.text(shown: 3, of: 3, more: false, limit: 3)
        #expect(whole.count == 4 && whole.last == "3 found")
    }

    @Test func `no more is offered than there can be`() {
        let text = self.text(shown: 2, of: 3, more: false, limit: SearchRecords.limitMax)
        #expect(text.suffix(2) == ["3 found, 2 shown", "More with --offset."])
    }
}
