import Foundation
import NodeInterface
import Testing

@testable import CaseWeb

/// What a case page says of who was given what.
@Suite struct DisclosureTests {
    @Test func `which version others were given its owner alone knows`() throws {
        let item = try JSONDecoder().decode(
            ListDisclosures.Item.self,
            from: Data(
                #"""
                {"fragment":"f","owner":"o","own":false,"version":3,"type":"inspection","category":"business",
                 "at":"2026-01-01T00:00:00.000Z","expires":null,"expired":false,"counts":true,"lowered":null,"withdrawn":null,
                 "reason":null,"may_stay":false,"recipients":[
                  {"handle":"me","ground":"G","version":3,"received":null},
                  {"handle":"other","ground":"G","version":null,"received":null}]}
                """#.utf8
            )
        )
        let builder = try CaseModelBuilder(.of(.of(), disclosures: [item]))
        let model = builder.fragments(mayWithdraw: true)
        let shown = try #require(model["fragments"] as? [[String: Any]])
        let recipients = try #require(shown.first?["recipients"] as? [[String: Any]])
        #expect(
            recipients.map { $0["versionText"] as? String } == [
                "", "which version, its owner knows",
            ]
        )
    }
}
