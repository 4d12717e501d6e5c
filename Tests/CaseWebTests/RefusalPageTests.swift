import NodeInterface
import Testing

@testable import CaseWeb

/// What pages say of what the node refuses: sentences in the page's language, no command.
@Suite(.serialized) struct RefusalPageTests {
    @Test(arguments: [
        ("/records?kvk=abc", 422, "KvK-nummer: “abc” is geen nummer van hoogstens 8 cijfers."),
        ("/records?from=morgen", 422, "Datum: “morgen” is geen datum."),
        ("/records?postcode=2000-1000", 422, "Postcode of reeks: 2000 komt na 1000."),
        ("/records?type=brief", 422, "Soort record: “brief” kan hier niet. Kies uit "),
        ("/cases/ffffffff", 404, "Zaak “ffffffff” is hier niet bekend."),
        ("/records/ffffffff", 404, "Record “ffffffff” is hier niet bekend."),
        ("/tables/ffffffff", 404, "Tafel “ffffffff” is hier niet bekend."),
    ])
    func `a Dutch page shows no English refusal`(
        path: String,
        status: Int,
        sentence: String
    ) async throws {
        try await LivePages.run { pages in
            var browser = try await pages.browser(of: .analyst)
            let page = try await browser.get(path)
            #expect(page.status == status && page.words.contains(sentence), "\(page.words)")
            #expect(!page.body.contains("<samp lang"))
            let english = try await browser.get(path, headers: ["Accept-Language: en"])
            #expect(english.status == status && !english.words.contains(sentence))
        }
    }
}
