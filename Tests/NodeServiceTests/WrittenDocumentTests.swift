import JSONText
import NodeInterface
import Testing

/// A merged view is the same document whether it writes itself or is asked member by member.
struct WrittenDocumentTests {
    /// Asks a value member by member, though it could write itself.
    private struct Asked<Value: Encodable>: Encodable {
        let value: Value

        func encode(to encoder: any Encoder) throws { try self.value.encode(to: encoder) }
    }

    private static func source(_ fragment: String, _ ground: String?) -> ShowCase.Source {
        ShowCase.Source(
            by: "om",
            at: "2026-01-01T00:00:00.000Z",
            fragment: fragment,
            ground: ground
        )
    }

    private static let fragment = ShowCase.Fragment(
        id: "f1",
        owner: "om",
        version: 3,
        type: "inspection",
        fields: Members([
            (name: "date", value: "2026-01-01"),
            (name: "text", value: "regel\nmet \"aanhaling\"\u{1}"),
        ]),
        category: "business",
        at: "2026-01-01T00:00:00.000Z",
        expires: nil,
        withdrawn: nil,
        audience: [GroundedRecipient(handle: "politie", ground: "WABO")],
        expired: true,
        outside_period: false,
        lowered: "reden"
    )

    private static let subject = ShowCase.Subject(
        id: "s1",
        key: "kvk 12345678",
        parent: "s0",
        facts: Members([
            (
                name: "name",
                value: [
                    ShowCase.Claim(value: "é", sources: [source("f1", nil), source("f2", "AVG")])
                ]
            ),
            (name: "place", value: []),
        ]),
        conflicts: ["name"],
        variants: ["name"],
        fragments: ["f1", "f2"],
        same_as: [ShowCase.SameAs(id: "s2", by: "ilt", at: "t")]
    )

    private static let full = ShowCase.Answer(
        case: "c",
        table: "t",
        owner: "om",
        reader: "ilt",
        audience: ["om", "ilt"],
        title: [ShowCase.Value(value: "Titel", by: "om", at: "t")],
        phase: [],
        summary: [],
        lead: [ShowCase.Value(value: "", by: "om", at: "t")],
        subjects: [subject, subject],
        fragments: [fragment],
        links: [
            ShowCase.Link(
                from: "s1",
                relation: "owns",
                to: "s2",
                by: "om",
                at: "t",
                reason: nil,
                date: nil,
                kind: nil,
                source: nil
            ),
            ShowCase.Link(
                from: "s2",
                relation: "succeeds",
                to: "s1",
                by: "om",
                at: "t",
                reason: "r",
                date: "2025-02-28",
                kind: "fusie",
                source: "KvK"
            ),
        ],
        notes: [ShowCase.Note(id: "n", by: "om", at: "t", text: "x", outside_period: true)],
        tags: [ShowCase.Tag(tag: "asbest", by: ["om"], seen: ["1/2"])],
        timeline: [ShowCase.Day(date: "2026-01-01", type: "inspection", fragment: "f1")],
        conflicts: [ShowCase.Conflict(subject: "s1", fact: "name")],
        former_readers: [ShowCase.FormerReader(handle: "p", last: "t")],
        uncounted_notes: [ShowCase.UncountedNote(at: "t", text: "y")],
        seen: Members([(name: "title", value: ["a", "b"]), (name: "phase", value: [])])
    )

    @Test func `the bytes are the same`() {
        var empty = Self.full
        empty.subjects = []
        empty.fragments = []
        empty.audience = []
        empty.seen = Members([(name: String, value: [String])]())
        for view in [Self.full, empty] {
            #expect(DocumentText.text(of: view) == DocumentText.text(of: Asked(value: view)))
        }
        #expect(DocumentText.text(of: Self.full).contains("\\u0001"))
    }
}
