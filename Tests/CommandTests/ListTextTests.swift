import NodeInterface
import Terminal
import Testing

@testable import tafel

/// What lists say to a person.
struct ListTextTests {
    private func item(
        _ titles: [String],
        fragments: Int = 1,
        expired: Int = 0,
        period: Period = .running
    ) -> ListCases.Item {
        ListCases.Item(
            case: "0123456789abcdef0123456789abcdef",
            table: String(repeating: "ab", count: 32),
            titles: titles,
            phases: ["signaal"],
            owner: "om",
            fragments: fragments,
            expired: expired,
            conflicts: 2,
            variants: 1,
            period: period,
            opened: "2026-01-01T00:00:00.000Z",
            changed: "2026-01-02T00:00:00.000Z",
            mark: "ab"
        )
    }

    @Test func `a list of cases has a line for each, and says where it goes on`() {
        let items = [
            self.item(["Een", "Twee"], fragments: 2, expired: 3, period: .over),
            self.item(["Drie"]),
        ]
        let text = ListCases().text(of: ListCases.Answer(cases: items, next: "0f"))
        #expect(
            text.string.split(separator: "\n") == [
                "0123456789ab  Een  /  Twee  [signaal]  om, 2 fragments and 3 expired, 2 conflicts "
                    + "(table, its period is over)",
                "0123456789ab  Drie  [signaal]  om, 1 fragment, 2 conflicts",
                "There are more: add '--after 0f' for those that follow.",
            ]
        )
    }

    @Test func `an empty list says of what it is empty`() {
        let none = ListCases.Answer(cases: [], next: nil)
        #expect(ListCases().text(of: none).string.contains("tafel case open"))
        #expect(ListCases(phase: "analyse").text(of: none).string == "No cases that fit.")
        #expect(
            ListTables().text(of: ListTables.Answer(tables: [])).string.contains("table create")
        )
    }

    @Test func `a table is listed with its period where that does not run`() {
        func text(_ effective: Bool, _ period: Period) -> String {
            let item = ListTables.Item(
                table: String(repeating: "0", count: 64),
                name: "Afval",
                theme: "afval",
                version: 2,
                effective: effective,
                period: period
            )
            return ListTables().text(of: ListTables.Answer(tables: [item])).string
        }
        #expect(text(true, .running) == "0000000000000000  Afval (afval), version 2, effective")
        #expect(text(false, .notBegun).hasSuffix("not effective yet, its period has not begun"))
    }
}
