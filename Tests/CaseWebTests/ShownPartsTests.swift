import NodeInterface
import Testing

@testable import CaseWeb

/// What the page of a case shows of many parts, in which order, and that there are more
/// (`Protocol/web.md` §3).
struct ShownPartsTests {
    private static func view(_ count: Int) -> ShowCase.Answer {
        let at = "2026-01-01T00:00:00Z"
        let places = 0..<count
        return ShowCase.Answer.of(
            subjects: places.map {
                ShowCase.Subject(
                    id: "s\($0)",
                    key: "k\($0)",
                    parent: nil,
                    facts: Members([]),
                    conflicts: [],
                    fragments: [],
                    same_as: []
                )
            },
            fragments: places.map {
                ShowCase.Fragment(
                    id: "f\($0)",
                    owner: "o",
                    version: 1,
                    type: "inspection",
                    fields: Members([]),
                    category: "business",
                    at: at,
                    expires: nil,
                    withdrawn: nil,
                    audience: [],
                    expired: false,
                    outside_period: false,
                    lowered: nil
                )
            },
            links: places.map {
                ShowCase.Link(from: "s\($0)", relation: "r", to: "s\($0)", by: "o", at: at)
            },
            notes: places.map {
                ShowCase.Note(id: "n\($0)", by: "o", at: at, text: "t", outside_period: false)
            },
            timeline: places.map {
                ShowCase.Day(date: "2026-01-01", type: "inspection", fragment: "f\($0)")
            },
            conflicts: places.map { ShowCase.Conflict(subject: "s\($0)", fact: "name") }
        )
    }

    private static func builder(_ count: Int) throws -> CaseModelBuilder {
        CaseModelBuilder(
            words: Words(.english),
            view: Self.view(count),
            openWeighing: nil,
            handle: "o"
        )
    }

    @Test func `so many parts of a case are shown, and that there are more`() throws {
        for (count, hasMore) in [(500, false), (501, true)] {
            let builder = try Self.builder(count)
            for (model, list, more) in [
                (builder.subjects, "subjects", "moreSubjects"),
                (builder.subjects, "links", "moreLinks"),
                (builder.fragments, "fragments", "moreFragments"),
                (builder.timeline, "timeline", "moreTimeline"),
            ] {
                #expect((model[list] as? [[String: Any]])?.count == 500, "\(list)")
                #expect((model[more] != nil) == hasMore, "\(list)")
            }
        }
    }

    @Test func `so many notes of a case are shown, the newest, and that there are more`() throws {
        for (count, hasMore) in [(200, false), (201, true)] {
            let model = try Self.builder(count).notes
            let notes = try #require(model["notes"] as? [[String: Any]])
            #expect(notes.count == 200 && notes.last?["id"] as? String == "n\(count - 1)")
            #expect((model["moreNotes"] != nil) == hasMore)
        }
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
    func `conflicts past the most are counted`(extra: Int) throws {
        let most = WebLimits.partsShownMax
        let box = try #require(try Self.builder(most + extra).conflictBox)
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
            view: ShowCase.Answer.of(),
            handle: "o"
        )
        let model = builder.disclosures(items, mayWithdraw: true)
        let shown = try #require(model["disclosures"] as? [[String: Any]])
        #expect(shown.count == most && shown.last?["fragment"] as? String == "f\(most)")
        #expect(shown.first?["fragment"] as? String == "f1" && model["moreDisclosures"] != nil)
    }
}
