import NodeInterface
import Testing

@testable import CaseWeb

/// What the page of a case shows, in which order, and that there is more (`Protocol/web.md` §7).
struct ShownPartsTests {
    private static let at = "2026-01-01T00:00:00.000Z"

    // MARK: Names

    @Test(arguments: [
        ([("name", ["Alfa B.V."])], "Alfa B.V."),
        ([("name", ["Alfa B.V.", "Alfa BV", "Beta"])], "Alfa B.V. / Beta"),
        ([("address", ["Loswal 14"]), ("place", ["Oosterveen"])], "locatie Loswal 14, Oosterveen"),
        (
            [("address", ["Loswal 14"]), ("postcode", ["9861KD"]), ("place", ["Oosterveen"])],
            "locatie Loswal 14, Oosterveen"
        ),
        ([("postcode", ["9861KD"])], "locatie 9861KD"),
        ([("bag", ["9901010650254554"])], "locatie 9901010650254554"),
        ([("latitude", ["53.1"]), ("longitude", ["6.4"])], "locatie 53.1, 6.4"),
        ([("kvk", ["27123450"]), ("place", ["Assen"])], "KvK-nummer 27123450"),
        ([], "onderwerp zonder naam of adres"),
    ])
    func `a subject is called by what it has`(facts: [(String, [String])], name: String) {
        let subject = ShowCase.Subject.of(
            "0123456789abcdef",
            key: "fragment:0123456789abcdef",
            facts.map { fact, values in (fact, values.map { ($0, "o", "f") }) }
        )
        let names = SubjectName(words: Words(.dutch))
        #expect(names.text(subject) == name)
        #expect(names.key(subject) == nil, "no ID of the program passes for a number")
    }

    @Test func `a company that is no subject itself is named by its number`() throws {
        var subject = ShowCase.Subject.of(
            "s",
            key: "vestiging:000091402255",
            [("name", [("Hoogkade", "o", "f")]), ("kvk", [("00232180", "o", "f")])]
        )
        subject.parent = "c25ce0d3be11ff486b6f6e34356fab49"
        let page = ShowCasePage.Answer.of(.of(subjects: [subject]))
        let model = try CaseModelBuilder(page).subjects
        let shown = try #require((model["subjects"] as? [[String: Any]])?.first)
        #expect((shown["parent"] as? [String: Any])?["name"] as? String == "KvK 00232180")
        #expect(shown["key"] as? String == "vestiging 000091402255")
    }

    // MARK: Parts

    @Test func `lists of a page lead to their other parts, and keep what else is chosen`() throws {
        let view = ShowCase.Answer.of(subjects: [.of("s", [])])
        let page = ShowCasePage.Answer.of(view, subjects: 120, fragments: 7)
        let query = "subjects=-name&subjectpage=2&fragments=owner&owner=o"
        let model = try CaseModelBuilder(page, query: query).subjects
        let parts = try #require(model["subjectParts"] as? [String: Any])
        #expect(parts["text"] as? String == "36 to 36 of 120")
        let kept = "subjects=-name&owner=o&fragments=owner"
        #expect(parts["previous"] as? String == "/cases/c?\(kept)#subjects")
        #expect(parts["next"] as? String == "/cases/c?\(kept)&subjectpage=3#subjects")
        let sorts = try #require(model["subjectSorts"] as? [[String: Any]])
        #expect(
            sorts.compactMap { $0["href"] as? String } == [
                "/cases/c?owner=o&fragments=owner&subjects=key#subjects",
                "/cases/c?owner=o&fragments=owner&subjects=name#subjects",
                "/cases/c?owner=o&fragments=owner&subjects=conflicts#subjects",
                "/cases/c?owner=o&fragments=owner&subjects=fragments#subjects",
            ]
        )
        #expect(sorts[1]["direction"] as? String == "descending")
    }

    @Test(arguments: [
        "subjects=size", "fragments=-", "subjectpage=0", "fragmentpage=x", "only=x",
        "notesbefore=-1", "subjectpage=1000001",
    ])
    func `what is no choice is none`(query: String) {
        #expect(throws: CaseChoice.NoChoice.self) { try CaseChoice.of(query) }
    }

    @Test func `a list that is on one page has no others`() throws {
        let page = ShowCasePage.Answer.of(.of(subjects: [.of("s", [])]))
        #expect(try CaseModelBuilder(page).subjects["subjectParts"] == nil)
        let past = ShowCasePage.Answer.of(.of(), subjects: 3)
        let model = try CaseModelBuilder(past, query: "subjectpage=9").subjects["subjectParts"]
        let parts = try #require(model as? [String: Any])
        #expect(parts["next"] == nil && parts["previous"] != nil)
    }

    @Test func `notes go back from the newest, however many fit`() throws {
        let notes = (0..<3).map {
            ShowCase.Note(id: "n\($0)", by: "o", at: Self.at, text: "t", outside_period: false)
        }
        let page = ShowCasePage.Answer.of(.of(notes: notes), notes: 10)
        let first = try CaseModelBuilder(page).notes["noteParts"] as? [String: Any]
        #expect(first?["text"] as? String == "8 to 10 of 10" && first?["newest"] == nil)
        #expect(first?["older"] as? String == "/cases/c?notesbefore=3#notes")
        let query = "notesbefore=7"
        let last = try CaseModelBuilder(page, query: query).notes["noteParts"] as? [String: Any]
        #expect(last?["text"] as? String == "1 to 3 of 10" && last?["older"] == nil)
        #expect(last?["newest"] as? String == "/cases/c#notes")
    }

    @Test(arguments: [0, 1])
    func `a long note is folded behind its beginning`(extra: Int) throws {
        let text = String(repeating: "x", count: WebLimits.noteFoldedBytes + extra)
        let note = ShowCase.Note(id: "n", by: "o", at: Self.at, text: text, outside_period: false)
        let model = try CaseModelBuilder(.of(.of(notes: [note]), notes: 1)).notes
        let shown = try #require((model["notes"] as? [[String: Any]])?.first)
        #expect((shown["beginning"] != nil) == (extra == 1) && shown["text"] as? String == text)
    }

    @Test func `who says something stands once, with how often and when last`() throws {
        var subject = ShowCase.Subject.of("s", [("name", [("Alfa", "o", "f1")])])
        let sources = [("o", "1"), ("p", "2"), ("o", "3")].map { by, day in
            ShowCase.Source(by: by, at: "2026-01-0\(day)T12:00:00.000Z", fragment: day, ground: "G")
        }
        subject.facts = Members([
            (name: "name", value: [ShowCase.Claim(value: "Alfa", sources: sources)])
        ])
        let model = try CaseModelBuilder(.of(.of(subjects: [subject]))).subjects
        let shown = try #require((model["subjects"] as? [[String: Any]])?.first)
        let row = try #require((shown["rows"] as? [[String: Any]])?.first)
        let told = try #require(row["sources"] as? [[String: Any]])
        #expect(told.map { $0["by"] as? String } == ["o", "p"])
        #expect(told.map { $0["times"] as? String } == ["2", ""])
        #expect(told.map { $0["day"] as? String } == ["3 Jan 2026", "2 Jan 2026"])
    }

    // MARK: Conflicts

    private static let disputed = ShowCase.Subject.of(
        "s",
        [("name", [("Alfa", "o", "f1"), ("Beta", "p", "f2")])],
        conflicts: ["name"]
    )

    private static func page(
        _ weighings: [String],
        open: [String] = ["f1", "f2"],
        by authors: [String] = []
    ) -> ShowCasePage.Answer {
        let notes = weighings.enumerated().map { place, text in
            ShowCase.Note(
                id: "n\(place)",
                by: authors.indices.contains(place) ? authors[place] : "p",
                at: "2026-01-0\(place + 1)T00:00:00.000Z",
                text: text,
                outside_period: false
            )
        }
        return .of(
            .of(
                subjects: [Self.disputed],
                conflicts: [ShowCase.Conflict(subject: "s", fact: "name")]
            ),
            disputed: [Self.disputed],
            open: open,
            weighings: notes,
            conflicts: 1
        )
    }

    /// What the list of conflicts says was decided of the only one.
    private static func decided(_ page: ShowCasePage.Answer) throws -> [String: Any] {
        let box = try #require(try CaseModelBuilder(page).conflictBox)
        return try #require((box["items"] as? [[String: Any]])?.first)
    }

    private static let quoted = """
        Tegenspraak over naam van "KvK 27123450":
        - "Alfa" (o)
        - "Beta" (p)
        """

    @Test(arguments: [
        ("Wij gaan uit van: \"Beta\"", "going by Beta (p)", true),
        ("Wij laten alle waarden staan.", "all values stand (p)", true),
        ("Nog geen keuze; eerst navragen.", "ask first (p)", false),
    ])
    func `a conflict is closed by a note that quotes its claims`(
        line: String,
        text: String,
        isClosed: Bool
    ) throws {
        let item = try Self.decided(Self.page(["\(Self.quoted)\n\(line)\nomdat"]))
        #expect(item["weighed"] as? String == text && item["isClosed"] as? Bool == isClosed)
    }

    @Test func `the newest weighing counts, and one in other words is none`() throws {
        let first = "\(Self.quoted)\nWij gaan uit van: \"Beta\"\nomdat"
        let second = "\(Self.quoted)\nNog geen keuze; eerst navragen.\ntoch niet"
        let item = try Self.decided(Self.page([first, second]))
        #expect(item["isClosed"] as? Bool == false)
        for other in [
            first.replacing("\"Beta\" (p)", with: "\"Beta\" (o)"),
            first.replacing("\"Alfa\"", with: "\"Alfa \""),
            first.replacing("Wij gaan uit van: \"Beta\"", with: "Wij gaan uit van: \"Gamma\""),
            "Zie:\n" + first,
        ] {
            #expect(try Self.decided(Self.page([other]))["weighed"] == nil, "\(other)")
        }
    }

    @Test func `who claims nothing settles nothing, and takes no decision's place`() throws {
        func note(_ value: String) -> String {
            "\(Self.quoted)\nWij gaan uit van: \"\(value)\"\nomdat"
        }
        let (alfa, beta) = (note("Alfa"), note("Beta"))
        let liar = try Self.decided(Self.page([beta], by: ["liar"]))
        #expect(liar["weighed"] as? String == "going by Beta (liar)")
        #expect(liar["isClosed"] as? Bool == false)
        // A later note of somebody else, and one of another that makes a claim.
        for other in ["liar", "p"] {
            let own = try Self.decided(Self.page([alfa, beta], by: ["o", other]))
            #expect(own["weighed"] as? String == "going by Alfa (o)", "\(other)")
            #expect(own["isClosed"] as? Bool == true)
        }
        let party = try Self.decided(Self.page([alfa, beta], by: ["p", "liar"]))
        #expect(party["weighed"] as? String == "going by Alfa (p)")
    }

    @Test func `of conflicts the heading says how many are open, and how many weighed`() throws {
        let note = "\(Self.quoted)\nWij gaan uit van: \"Beta\"\nomdat"
        for (notes, heading) in [([note], "1 weighed"), ([], "1 conflict")] {
            let box = try #require(try CaseModelBuilder(Self.page(notes)).conflictBox)
            #expect(box["heading"] as? String == heading)
        }
    }

    @Test func `a weighing of other claims closes nothing`() throws {
        let note = "\(Self.quoted)\nWij gaan uit van: \"Beta\"\nomdat"
        // Not all know what politie says: a note that all read does not quote it.
        #expect(try Self.decided(Self.page([note], open: ["f1"]))["weighed"] == nil)
    }

    @Test func `ten conflicts are listed, and all of them a page away`() throws {
        let most = WebLimits.conflictsShownMax
        for count in [most, most + 1] {
            let subjects = (0..<count).map {
                ShowCase.Subject.of("s\($0)", [("name", [])], conflicts: ["name"])
            }
            let page = ShowCasePage.Answer.of(
                .of(conflicts: subjects.map { ShowCase.Conflict(subject: $0.id, fact: "name") }),
                disputed: subjects,
                conflicts: count
            )
            let box = try #require(try CaseModelBuilder(page).conflictBox)
            #expect((box["items"] as? [Any])?.count == most)
            let all = count > most ? "/cases/c?only=conflicts#subjects" : nil
            #expect(box["all"] as? String == all)
        }
    }
}
