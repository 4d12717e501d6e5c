import NodeInterface

@testable import CaseWeb

extension ShowCase.Answer {
    /// A view of which some parts alone are given.
    static func of(
        subjects: [ShowCase.Subject] = [],
        fragments: [ShowCase.Fragment] = [],
        links: [ShowCase.Link] = [],
        notes: [ShowCase.Note] = [],
        conflicts: [ShowCase.Conflict] = []
    ) -> ShowCase.Answer {
        ShowCase.Answer(
            case: "c",
            table: "t",
            owner: "o",
            reader: "o",
            audience: ["o", "p"],
            title: [],
            phase: [],
            summary: [],
            lead: [],
            subjects: subjects,
            fragments: fragments,
            links: links,
            notes: notes,
            tags: [],
            timeline: [],
            conflicts: conflicts,
            former_readers: [],
            uncounted_notes: [],
            seen: Members([])
        )
    }
}

extension ShowCasePage.Answer {
    /// A page of a view of which some parts alone are given; `notes`, `conflicts`: how many there are in all.
    static func of(
        _ view: ShowCase.Answer,
        disclosures: [ListDisclosures.Item] = [],
        disputed: [ShowCase.Subject] = [],
        sources: [(name: String, value: [ShowCasePage.SourceCount])] = [],
        open: [String] = [],
        weighings: [ShowCase.Note] = [],
        notes: Int = 0,
        conflicts: Int = 0,
        subjects: Int? = nil,
        fragments: Int? = nil
    ) -> ShowCasePage.Answer {
        ShowCasePage.Answer(
            view: view,
            disclosures: disclosures,
            mentioned: [],
            disputed: disputed,
            sources: Members(sources),
            open: open,
            marked: [],
            weighings: weighings,
            fragment_start: 0,
            counts: ShowCasePage.Counts(
                subjects: subjects ?? view.subjects.count,
                subjects_found: subjects ?? view.subjects.count,
                fragments: fragments ?? disclosures.count,
                fragments_current: fragments ?? disclosures.count,
                fragments_found: fragments ?? disclosures.count,
                notes: notes,
                links: view.links.count,
                conflicts: conflicts
            ),
            mark: ""
        )
    }
}

extension CaseModelBuilder {
    /// A builder of a page, as an address asks for it.
    init(_ page: ShowCasePage.Answer, query: String = "", language: Language = .english) throws {
        self.init(
            words: Words(language),
            page: page,
            choice: try .of(query),
            organisations: ["o": "Organisatie"],
            openWeighing: nil,
            handle: "o",
            offersWeighing: true
        )
    }
}

extension CaseChoice {
    struct NoChoice: Error {}

    static func of(_ query: String) throws -> CaseChoice {
        guard let form = FormData(query.utf8), let choice = CaseChoice("/cases/c", form) else {
            throw NoChoice()
        }
        return choice
    }
}

extension ShowCase.Subject {
    /// A subject of which nothing is said but its facts, each with who says what in which fragment.
    static func of(
        _ id: String,
        key: String = "kvk:27123450",
        _ facts: [(String, [(value: String, by: String, fragment: String)])],
        conflicts: [String] = []
    ) -> ShowCase.Subject {
        ShowCase.Subject(
            id: id,
            key: key,
            parent: nil,
            facts: Members(
                facts.map { name, claims in
                    (
                        name: name,
                        value: claims.map { claim in
                            ShowCase.Claim(
                                value: claim.value,
                                sources: [
                                    ShowCase.Source(
                                        by: claim.by,
                                        at: "2026-01-01T00:00:00.000Z",
                                        fragment: claim.fragment,
                                        ground: nil
                                    )
                                ]
                            )
                        }
                    )
                }
            ),
            conflicts: conflicts,
            variants: [],
            fragments: [],
            same_as: []
        )
    }
}
