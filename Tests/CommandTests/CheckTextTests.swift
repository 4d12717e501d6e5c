import NodeInterface
import Terminal
import Testing

@testable import tafel

/// What a check of a data folder says.
struct CheckTextTests {
    private func text(findings: Int, more: Int, sealed: Bool = true, pages: Int = 7) -> String {
        CheckReport(
            verdict: findings == 0 ? "sound" : "damaged",
            sealed: sealed,
            checked: CheckReport.Checked(pages: pages, records: 2, entries: 3),
            findings: (0..<findings).map { number in
                CheckReport.Finding(
                    file: "store.lmdb",
                    part: "part \(number)",
                    what: "gone",
                    means: "nothing",
                    remedy: .fetch
                )
            },
            findings_more: more,
            done: []
        )
        .text.string
    }

    @Test func `each finding has its advice, and what is not shown is counted`() {
        let text = self.text(findings: 2, more: 1)
        #expect(text.contains("DAMAGED  store.lmdb, part 1: gone"))
        #expect(text.contains("nothing. Run 'tafel node check --rebuild', then 'tafel sync now'"))
        #expect(text.contains("and 1 more") && text.hasSuffix("3 entries read"))
        #expect(!self.text(findings: 2, more: 0).contains("more"))
    }

    @Test func `a store without seals is told as that, where its pages were read`() {
        let words = "pages had no seals to compare with"
        #expect(self.text(findings: 0, more: 0, sealed: false).contains(words))
        #expect(!self.text(findings: 0, more: 0, sealed: false, pages: 0).contains(words))
        #expect(self.text(findings: 0, more: 0).hasPrefix("sound    7 pages"))
    }
}
