import NodeInterface
import Testing

@testable import CaseWeb

/// How much a page of a case is, however many parts the case has (`Protocol/web.md` §3).
struct PageWeightTests {
    private static let at = "2026-01-01T00:00:00.000Z"
    private static let owners = ["od-noord", "politie", "om", "ilt"]
    private static let text = String(repeating: "Waarneming aan de kade. ", count: 20)

    private static func subject(_ number: Int) -> ShowCase.Subject {
        func claim(_ value: String, _ owners: [String]) -> ShowCase.Claim {
            ShowCase.Claim(
                value: value,
                sources: owners.map {
                    ShowCase.Source(
                        by: $0,
                        at: Self.at,
                        fragment: "f\(number)-\($0)",
                        ground: "WABO-5.3"
                    )
                }
            )
        }
        let facts: [(name: String, value: [ShowCase.Claim])] = [
            "name", "kvk", "address", "postcode", "place", "bag", "latitude", "longitude",
        ].map { ($0, [claim("Waarde van \($0) bij \(number)", Self.owners)]) }
        // Every second one is in conflict over its name.
        let isDisputed = number.isMultiple(of: 2)
        return ShowCase.Subject(
            id: "0123456789abcdef0123456789ab\(1_000 + number)",
            key: "kvk:\(10_000_000 + number)",
            parent: nil,
            facts: Members(
                isDisputed
                    ? [
                        (
                            name: "name",
                            value: [claim("Eerste naam", ["om"]), claim("Tweede", ["politie"])]
                        )
                    ] + facts.dropFirst() : facts
            ),
            conflicts: isDisputed ? ["name"] : [],
            variants: [],
            fragments: [],
            same_as: []
        )
    }

    private static func fragment(_ number: Int) -> ShowCase.Fragment {
        ShowCase.Fragment(
            id: "f\(number)",
            owner: "om",
            version: 1,
            type: "inspection",
            fields: Members([
                (name: "date", value: "2026-01-01"), (name: "location.address", value: "Kade 1"),
                (name: "location.place", value: "Oosterveen"),
                (name: "location.postcode", value: "9861KD"), (name: "status", value: "violation"),
                (name: "subject.kvk", value: "27123450"), (name: "subject.name", value: "Alfa"),
                (name: "text", value: Self.text),
            ]),
            category: "business",
            at: Self.at,
            expires: nil,
            withdrawn: nil,
            audience: [],
            expired: false,
            outside_period: false,
            lowered: nil
        )
    }

    private static func disclosure(_ number: Int) -> ListDisclosures.Item {
        ListDisclosures.Item(
            fragment: "f\(number)",
            owner: "om",
            own: true,
            version: 1,
            type: "inspection",
            category: "business",
            lowered: nil,
            at: Self.at,
            expires: nil,
            expired: false,
            counts: true,
            withdrawn: nil,
            reason: nil,
            may_stay: nil,
            recipients: Self.owners.map {
                ListDisclosures.Recipient(
                    handle: $0,
                    ground: "WABO-5.3",
                    version: 1,
                    received: true
                )
            }
        )
    }

    /// A full page of subjects of four partners, half of them in conflict, and of fragments with long texts.
    @Test func `a page of a case of 10,000 fragments has at most 300 kB`() throws {
        let places = 0..<WebLimits.caseRowsMax
        let subjects = places.map { Self.subject($0) }
        let page = ShowCasePage.Answer.of(
            .of(
                subjects: subjects,
                fragments: places.map { Self.fragment($0) },
                conflicts: subjects.filter { !$0.conflicts.isEmpty }.map {
                    ShowCase.Conflict(subject: $0.id, fact: "name")
                }
            ),
            disclosures: places.map { Self.disclosure($0) },
            disputed: subjects.filter { !$0.conflicts.isEmpty },
            sources: subjects.map { subject in
                (
                    name: subject.id,
                    value: Self.owners.map { ShowCasePage.SourceCount(by: $0, count: 1) }
                )
            },
            conflicts: 1_250,
            subjects: 2_500,
            fragments: 10_000
        )
        let builder = try CaseModelBuilder(page, language: .dutch)
        var model: [String: Any] = [
            "t": Words(.dutch).catalogue, "page": "case", "title": "Zaak", "language": "nl",
            "contents": builder.contents, "id": "c", "caseID": "c",
            "token": "00000000000000000000000000000000",
            "form": "00000000000000000000000000000000",
            "audienceText": "Zichtbaar voor od-noord, politie, om en ilt.",
        ]
        model["conflictBox"] = builder.conflictBox
        for part in [builder.subjects, builder.fragments(mayWithdraw: true), builder.notes] {
            model.merge(part) { first, _ in first }
        }
        let text = Templates.render(model)
        #expect(text.utf8.count <= 300_000, "\(text.utf8.count) bytes")
        // All of it is there.
        #expect(text.matches(of: /class="fold subject"/).count == places.count)
        #expect(text.matches(of: /class="fold fragment"/).count == places.count)
        #expect(text.matches(of: /action="\/cases\/c\/weigh"/).count == (places.count + 1) / 2)
    }
}
