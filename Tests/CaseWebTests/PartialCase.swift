import NodeInterface

@testable import CaseWeb

extension ShowCase.Answer {
    /// A view of which some parts alone are given.
    static func of(
        subjects: [ShowCase.Subject] = [],
        fragments: [ShowCase.Fragment] = [],
        links: [ShowCase.Link] = [],
        notes: [ShowCase.Note] = [],
        timeline: [ShowCase.Day] = [],
        conflicts: [ShowCase.Conflict] = []
    ) -> ShowCase.Answer {
        ShowCase.Answer(
            case: "c",
            table: "t",
            owner: "o",
            reader: "o",
            audience: [],
            title: [],
            phase: [],
            summary: [],
            lead: [],
            subjects: subjects,
            fragments: fragments,
            links: links,
            notes: notes,
            tags: [],
            timeline: timeline,
            conflicts: conflicts,
            former_readers: [],
            uncounted_notes: [],
            seen: Members([])
        )
    }
}
