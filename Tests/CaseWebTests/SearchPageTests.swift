import Foundation
import NodeInterface
import Testing

@testable import CaseWeb

/// The search page, what it suggests, and its table.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SearchPageTests {
    private static let english = ["Accept-Language: en"]

    private static func fill(_ pages: LivePages) async throws {
        try await pages.importRecords(
            (1...9).map { number in
                (
                    key: "K-\(number)",
                    fields: [
                        ("date", "2025-0\(number)-01"), ("location.place", "Oosterveen"),
                        ("subject.kvk", "2712345\(number)"),
                        ("subject.name", "Oosterveen Recycling \(number) B.V."),
                    ]
                )
            }
        )
        try await pages.importRecords([
            (key: "OUD", fields: [("date", "1999-01-01"), ("subject.name", "Oosterveen Oud")])
        ])
    }

    @Test func `who logs in stands before the search, and finds with a typing error`() async throws
    {
        try await LivePages.run { pages in
            try await Self.fill(pages)
            var browser = try await pages.browser(of: .analyst)
            let home = try await browser.get("/")
            #expect(home.status == 303 && home["location"] == "/records")
            let path = "/records?q=recyling+oosterven"
            let found = try await browser.get(path, headers: Self.english)
            #expect(found.status == 200 && found.body.contains("9 found"))
            #expect(found.body.contains("Searched in the last 5 years."))
            #expect(found.body.contains("name is like it"))
            let place = try await browser.get("/records?q=oosterveen", headers: Self.english)
            #expect(place.body.contains("1 other is outside that period."))
            let every = "/records?q=oosterveen&years=0"
            let all = try await browser.get(every, headers: Self.english)
            #expect(all.body.contains("10 found") && all.body.contains("Oosterveen Oud"))
        }
    }

    @Test func `hits are put in order by their columns, and a page of them goes on in it`()
        async throws
    {
        try await LivePages.run { pages in
            try await pages.importRecords(
                (0..<60).map { number in
                    let name = "Oosterveen \(number % 10)\(number / 10)"
                    return (
                        key: "K-\(number)",
                        fields: [("date", "2026-01-01"), ("subject.name", name)]
                    )
                }
            )
            var browser = try await pages.browser(of: .analyst)
            func titles(_ query: String) async throws -> [String] {
                let answer = try await browser.get("/records?q=oosterveen&\(query)")
                try #require(answer.status == 200)
                return answer.body.matches(of: #/<bdi>(Oosterveen [0-9]{2})<\/bdi>/#).map {
                    String($0.1)
                }
            }
            let all = (0..<60).map { "Oosterveen \($0 % 10)\($0 / 10)" }.sorted()
            #expect(try await titles("sort=title") == Array(all.prefix(50)))
            #expect(try await titles("sort=title&page=2") == Array(all.dropFirst(50)))
            #expect(try await titles("sort=-title") == Array(all.reversed().prefix(50)))
            #expect(try await browser.get("/records?q=oosterveen&sort=colour").status == 422)
            #expect(try await browser.get("/records?source=geen").status == 422)
            #expect(try await browser.get("/records/table?q=oosterveen&sort=title").status == 200)
        }
    }

    @Test
    func `by date the newest come first, then the oldest, without a date last; the table too`()
        async throws
    {
        try await LivePages.run { pages in
            let days = ["2026-03-01", "2026-01-01", "", "2026-02-01"]
            try await pages.importRecords(
                days.enumerated().map { number, day in
                    let name = ("subject.name", "Oosterveen \(number)")
                    return (
                        key: "K-\(number)", fields: day.isEmpty ? [name] : [("date", day), name]
                    )
                }
            )
            var browser = try await pages.browser(of: .analyst)
            let orders = [
                (sort: "-date", names: ["0", "3", "1", "2"], next: "date", state: "descending"),
                (sort: "date", names: ["1", "3", "0", "2"], next: "-date", state: "ascending"),
            ]
            for order in orders {
                let query = "q=oosterveen&sort=\(order.sort)"
                let page = try await browser.get("/records?\(query)")
                let shown = page.body.matches(of: #/<bdi>Oosterveen ([0-9])<\/bdi>/#)
                #expect(shown.map { String($0.1) } == order.names, "\(order.sort)")
                #expect(page.body.contains("aria-sort=\"\(order.state)\""))
                #expect(page.body.contains("sort=\(order.next)\">"), "another click turns it round")
                let table = try await browser.get("/records/table?\(query)")
                let rows = table.body.matches(of: #/Oosterveen ([0-9])/#)
                #expect(rows.map { String($0.1) } == order.names, "the table has the page's order")
            }
            let first = try await browser.get("/records?q=oosterveen")
            #expect(first.body.contains("sort=-date\""), "a first click shows the newest first")
            #expect(try await browser.get("/records/table?q=x&sort=colour").status == 422)
        }
    }

    @Test func `what is wrong is told at its field`() async throws {
        try await LivePages.run { pages in
            try await Self.fill(pages)
            var browser = try await pages.browser(of: .analyst)
            for (query, field) in [
                ("from=1-3-2025&until=31-2-2025", "until"), ("from=31-2-2025", "from"),
                ("radius=500", "near"), ("near=52,1+5,1&radius=veel", "radius"),
                ("q=53,2+6,5+500+km", "q"), ("q=x&years=NaN", "years"),
                ("kvk=-", "kvk"),
            ] {
                let page = try await browser.get("/records?\(query)")
                #expect(page.status == 422, "\(query)")
                let input = page.body.firstMatch(of: #/<(?:input|select)[^>]*aria-invalid[^>]*>/#)
                #expect(input?.0.contains("name=\"\(field)\"") ?? false, "\(query)")
            }
            for kvk in ["27123451", "KvK+2712+3451", "kvk+nr.+27-123-451", "kvk:27123451"] {
                let page = try await browser.get("/records?kvk=\(kvk)")
                #expect(page.words.contains("1 gevonden"), "\(kvk)")
            }
            let near = try await browser.get("/records?near=52,1+5,1&radius=0,5+km")
            #expect(near.status == 200)
        }
    }

    @Test func `a legal form beside a number is not asked for`() async throws {
        try await LivePages.run { pages in
            try await Self.fill(pages)
            var browser = try await pages.browser(of: .analyst)
            for typed in [
                "27123451 bv", "kvk nr 2712 3451 B.V.", "27123451 en", "handelsregister 27123451",
            ] {
                let page = try await browser.get("/records?q=\(TestBrowser.encode(typed))")
                #expect(page.words.contains("1 gevonden"), "\(typed)")
                #expect(!page.words.contains("Niets lijkt op"), "\(typed)")
            }
            let form = try await browser.get("/records?q=b.v.")
            #expect(!form.words.contains("Niets lijkt op"))
        }
    }

    @Test func `what others write turns round and lengthens nothing that is suggested`()
        async throws
    {
        try await LivePages.run { pages in
            let long = String(repeating: "x", count: 5_000)
            try await pages.importRecords([
                (
                    key: "A",
                    fields: [
                        ("date", "2026-01-01"), ("location.place", "Utrecht \u{202E} · politie"),
                        ("location.latitude", "52.1"), ("location.longitude", "5.1"),
                        ("subject.name", "Oosterveen \(long)"),
                    ]
                )
            ])
            var browser = try await pages.browser(of: .analyst)
            for path in ["/records/suggestions?q=oosterv", "/records/points?q=oosterveen"] {
                let answer = try await browser.get(path)
                #expect(answer.status == 200 && answer.body.contains("Oosterveen"), "\(path)")
                #expect(!answer.body.contains("\u{202E}") && answer.body.utf8.count < 1_500)
            }
            let table = try await browser.get("/records/table?q=oosterveen")
            #expect(table.body.utf8.count < 4_000 && table.body.contains("…"))
            let suggested = try await browser.get("/records/suggestions?q=oosterv")
            #expect(suggested.body.contains("\"details\""))
        }
    }

    @Test func `a case that nobody here opened is new, whoever it is of`() async throws {
        try await LivePages.run { pages in
            let live = try await LiveCase(pages)
            var browser = try await pages.browser(of: .analyst)
            func news() async throws -> String {
                let page = try await browser.get("/records")
                let parts = page.body.components(separatedBy: "id=\"waiting\"")
                return try #require(parts.first)
            }
            #expect(try await news().contains("/cases/\(live.id)"))
            #expect(try await browser.get("/cases/\(live.id)").status == 200)
            #expect(try await !news().contains("/cases/\(live.id)"))
        }
    }

    @Test func `at most 8 things are suggested, and half of something is not wrong`() async throws {
        try await LivePages.run { pages in
            try await Self.fill(pages)
            var browser = try await pages.browser(of: .analyst)
            let found = try await browser.get("/records/suggestions?q=ooster")
            #expect(found.status == 200 && found["content-type"] == "application/json")
            let count = found.body.components(separatedBy: "\"href\"").count - 1
            #expect(count == WebLimits.suggestionsMax)
            for text in ["", "b.v.", "52,37 4,89 0 m", "\u{202E}", "1011-1000"] {
                let nothing = try await browser.get(
                    "/records/suggestions?q=\(TestBrowser.encode(text))"
                )
                #expect(nothing.status == 200 && !nothing.body.contains("href"), "\(text)")
            }
            var visitor = pages.browser
            let refused = try await visitor.get("/records/suggestions?q=ooster")
            #expect(refused.status == 303)
        }
    }

    @Test func `hits are a table that no spreadsheet takes for formulas`() async throws {
        try await LivePages.run { pages in
            try await pages.importRecords([
                (
                    key: "F",
                    fields: [("subject.name", "=SOM(A1;\"x\")"), ("subject.kvk", "27123450")]
                )
            ])
            var browser = try await pages.browser(of: .analyst)
            let table = try await browser.get("/records/table?kvk=27123450")
            #expect(table.status == 200)
            #expect(table["content-type"] == "text/csv; charset=utf-8")
            #expect(table["content-disposition"] == "attachment; filename=\"tafel.csv\"")
            // A Dutch spreadsheet parts cells by semicolons; both look for the mark of the encoding.
            let lines = table.body.components(separatedBy: "\r\n")
            let head = "\u{FEFF}kenmerk;record of fragment;eigenaar;soort;bron;"
            #expect(lines.count == 3 && lines[0].hasPrefix(head))
            #expect(lines[1].contains("\"'=SOM(A1;\"\"x\"\")\""))
            let english = try await browser.get(
                "/records/table?kvk=27123450",
                headers: Self.english
            )
            #expect(english.body.hasPrefix("\u{FEFF}ID,kind,owner,type,source,key in source,"))
            let wrong = try await browser.get("/records/table?kvk=abc")
            #expect(wrong.status == 422)
        }
    }

    @Test func `a list says what was found, what was not, and what is no number`() async throws {
        try await LivePages.run { pages in
            try await Self.fill(pages)
            var browser = try await pages.browser(of: .analyst)
            let asked = try await browser.get("/records/list", headers: Self.english)
            let answer = try await browser.post(
                "/records/list",
                [
                    ("token", try asked.value(of: "token")),
                    ("form", try asked.value(of: "form")),
                    ("list", "kvk\n27123451\n2712345 2;99999999"),
                ]
            )
            expect(200, of: answer)
            #expect(answer.words.contains("2 van 3 nummers gevonden."))
            #expect(answer.words.contains("2 gevonden"))
            #expect(answer.words.contains("Oosterveen Recycling 1"))
            #expect(answer.words.contains("Niet gevonden: 99999999."))
            #expect(answer.words.contains("1 deel van de lijst is geen KvK-nummer: regel 1: kvk"))
            func post(_ fields: [(String, String)]) async throws -> TestAnswer {
                let page = try await browser.get("/records/list")
                return try await browser.post(
                    "/records/list",
                    [
                        ("token", try page.value(of: "token")),
                        ("form", try page.value(of: "form")),
                    ] + fields
                )
            }
            let table = try await post([
                ("list", "nr;naam;plaats\n27123451\n27123452"), ("as", "table"),
            ])
            #expect(table["content-type"] == "text/csv; charset=utf-8")
            #expect(table["content-disposition"] == "attachment; filename=\"tafel.csv\"")
            #expect(table.body.components(separatedBy: "\r\n").count == 4, "a head and two hits")
            let heads = try await post([("list", "nr;naam;plaats\n27123451")])
            #expect(heads.words.contains("regel 1: nr, naam, plaats"), "a line is told once")
            // Of a table whose head names a column of KvK numbers no other number counts.
            let column = try await post([
                (
                    "list",
                    "plaatsen,KvK-nummer,naam\n8,27123451,\"Een, twee 12345678\"\n"
                        + "12345,27123452,x\n3,,y"
                )
            ])
            #expect(column.words.contains("2 van 2 nummers gevonden."))
            // What has a digit is no head; quotes begin a cell or stand for themselves, and a row may have several lines.
            for (list, said) in [
                ("KvK;27123451", "1 van 1 nummers gevonden."),
                ("kvk, 27123451, 27123452\n27123453", "3 van 3 nummers gevonden."),
                (
                    "naam;kvk\nScherm 24\" BV;27123451\n\"Een\nTwee\";27123452\n;\n",
                    "2 van 2 nummers gevonden."
                ),
                (
                    "naam;kvk\nx;27123451\nkort",
                    "1 deel van de lijst is geen KvK-nummer: regel 3: kort"
                ),
                ("27123451\n000027123452\n0612345678\n12.50", "1 van 1 nummers gevonden."),
            ] {
                let answer = try await post([("list", list)])
                #expect(answer.words.contains(said), "\(list)")
            }
            let open =
                "naam;kvk\nx;27123451\n\"" + String(repeating: "y\n", count: 30) + "z;27123452"
            #expect(try await post([("list", open)]).words.contains("2 van 2 nummers gevonden."))
            let short = try await post([("list", "27123451\n8\nkvk nr. 2712 3452\n00000000")])
            #expect(short.words.contains("2 van 2 nummers gevonden."))
            #expect(short.words.contains("2 delen van de lijst zijn geen KvK-nummer:"))
        }
    }

    @Test func `a part past the end says how many there are, and nothing found is not said`()
        async throws
    {
        try await LivePages.run { pages in
            try await Self.fill(pages)
            var browser = try await pages.browser(of: .analyst)
            let last = try await browser.get("/records?q=oosterveen&years=0&page=999")
            expect(200, of: last)
            #expect(!last.words.contains(Words(.dutch)("nothingFound")))
            #expect(last.body.contains("page=") && last.words.contains("gevonden"))
            let nothing = try await browser.get("/records?q=qqqqvvvv&years=0")
            #expect(nothing.words.contains(Words(.dutch)("nothingFound")))
        }
    }

    @Test func `of several numbers in the one box any is found`() async throws {
        try await LivePages.run { pages in
            try await pages.importRecords([
                (key: "A", fields: [("subject.name", "Alfa"), ("subject.kvk", "27123450")]),
                (key: "B", fields: [("subject.name", "Beta"), ("subject.kvk", "27123461")]),
                (key: "C", fields: [("subject.name", "Gamma"), ("subject.kvk", "27123472")]),
            ])
            var browser = try await pages.browser(of: .analyst)
            let found = try await browser.get(
                "/records?years=0&q=\(TestBrowser.encode("27123450 kvk 27123461"))"
            )
            #expect(found.words.contains("Alfa") && found.words.contains("Beta"))
            #expect(!found.words.contains("Gamma"))
        }
    }
}
