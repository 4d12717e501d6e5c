import NodeInterface

/// Which parts of a case its page shows, in which order, as its address says.
struct CaseChoice {
    /// What can be chosen, by name in the address.
    static let names = [
        "subject", "only", "subjects", "subjectpage", "owner", "fragments", "fragmentpage",
        "notesbefore",
    ]

    let address: ListAddress
    /// ID of the only subject that is shown; `nil` for all.
    var subject: String?
    /// Whether subjects in conflict alone are shown.
    let isDisputed: Bool
    let subjects: ListOrder<ShowCasePage.SubjectOrder>
    let subjectPart: ListPart
    /// Whose fragments alone are shown; `nil` for everybody's.
    let owner: String?
    let fragments: ListOrder<ShowCasePage.FragmentOrder>
    var fragmentPart: ListPart
    /// ID of a fragment that the page is to have; `nil` for any page.
    let fragment: String?
    /// How many notes are newer than those that are shown.
    let noteStart: Int

    /// Reads the query of a case's page; `nil` where something in it is no choice.
    init?(_ path: String, _ query: FormData) {
        let size = WebLimits.caseRowsMax
        let only = query.text("only")
        guard only == nil || only == "conflicts",
            let subjects = ListOrder<ShowCasePage.SubjectOrder>(
                query.text("subjects"),
                first: .init(.key)
            ),
            let fragments = ListOrder<ShowCasePage.FragmentOrder>(
                query.text("fragments"),
                first: .init(.date)
            ),
            let subjectPart = ListPart(query.text("subjectpage"), size: size),
            let fragmentPart = ListPart(query.text("fragmentpage"), size: size),
            let noteStart = Int(query.text("notesbefore") ?? "0"), noteStart >= 0
        else { return nil }
        self.address = ListAddress(path, query, names: Self.names)
        self.subject = query.text("subject")
        self.isDisputed = only != nil
        self.subjects = subjects
        self.subjectPart = subjectPart
        self.owner = query.text("owner")
        self.fragments = fragments
        self.fragmentPart = fragmentPart
        self.fragment = query.text("fragment")
        self.noteStart = noteStart
    }

    /// What the node is asked for by who only looks whether something waits there.
    func glance(at id: String) -> ShowCasePage {
        var request = self.request(id)
        request.glances = true
        return request
    }

    /// What the node is asked for.
    func request(_ id: String) -> ShowCasePage {
        var request = ShowCasePage(case: id, limit: WebLimits.caseRowsMax)
        request.subject = self.subject
        request.disputed = self.isDisputed
        request.subject_order = self.subjects.column
        request.subjects_reversed = self.subjects.isReversed
        request.subject_start = self.subjectPart.start
        request.fragment_order = self.fragments.column
        request.fragments_reversed = self.fragments.isReversed
        request.fragment_start = self.fragmentPart.start
        request.fragment = self.fragment
        request.fragment_owner = self.owner
        request.note_start = self.noteStart
        return request
    }
}
