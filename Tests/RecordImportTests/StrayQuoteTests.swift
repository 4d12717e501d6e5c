import RecordImport
import Testing

/// Quotes that take in rows: each line that is no row of its own is told.
struct StrayQuoteTests {
    private func run(_ text: String, filter: Mapping.Filter? = nil) throws -> ImportHarness.Result {
        let mapping = try ImportHarness.mapping(
            fields: [
                ImportHarness.field("subject.name", "n"), ImportHarness.field("text", "t"),
                ImportHarness.field("extra.d", "d"),
            ],
            delimiter: ";",
            filter: filter
        )
        return try ImportHarness.run(text, mapping)
    }

    private static let header = "id;n;d;t\n"

    @Test(
        arguments: [
            ("2;\"b;1;x\n3;c;1;x\n4;d;1;x\n", "lines 4 to 5 are within its quotes (2 lines)"),
            ("2;\"b;1;x\n3;c;1;x\n4;d;1;x", "lines 4 to 5 are within its quotes (2 lines)"),
            ("2;\"b;1;x\r\n3;c;1;x\r\n", "line 4 is within its quotes (1 line)"),
            ("2;b;1;\"x\n", "the file ends inside its quotes: check"),
        ]
    )
    func `lines up to the end of the file are told`(rows: String, told: String) throws {
        let result = try self.run(Self.header + "1;a;1;x\n" + rows)
        #expect(result.records.map(\.sourceKey) == ["1"])
        #expect(result.found == ["row.quotes error 3 "])
        #expect(result.findings.first?.suggestion.contains(told) == true)
    }

    @Test(
        arguments: [
            // To the end of a line, and to the same column of another.
            ("2;b;1;\"x\n3;c;1;24\"\n4;d;1;x\n", "line 4 is within its quotes (1 line)"),
            ("2;\"b;1;x\n3;c\";1;x\n4;d;1;x\n", "line 4 is within its quotes (1 line)"),
            (
                "2;\"b;1;x\n3;c;1;x\n4;d;1;x\n5;e\";1;x\n6;f;1;x\n",
                "lines 4 to 6 are within its quotes (3 lines)"
            ),
        ]
    )
    func `lines that look like rows are told`(rows: String, told: String) throws {
        let result = try self.run(Self.header + "1;a;1;x\n" + rows)
        #expect(result.found == ["row.swallowed warning 3 "])
        #expect(result.findings.first?.suggestion.contains(told) == true)
        #expect(result.records.count == 3)
    }

    @Test func `lines are told where the columns no longer fit`() throws {
        let result = try self.run(Self.header + "1;\"a;1;x\n2;b;1;\"\n3;c;1;x\n")
        #expect(result.records.map(\.sourceKey) == ["3"])
        #expect(result.found == ["row.columns error 2 "])
        let told = "2 columns, the header has 4; line 3 is within its quotes (1 line)"
        #expect(result.findings.first?.suggestion == told)
    }

    @Test func `lines before text behind a quote are told`() throws {
        let result = try self.run(Self.header + "1;\"a;1;x\n2;\"b;1;x\n3;c;1;x\n")
        #expect(result.records.map(\.sourceKey) == ["3"])
        #expect(result.found == ["row.quotes error 2 "])
        #expect(
            result.findings.first?.suggestion.contains("line 3 is within its quotes (1 line)")
                == true
        )
    }

    @Test func `rows within one that is not wanted are told`() throws {
        let filter = try Mapping.Filter(column: "d", values: ["1"])
        let result = try self.run(Self.header + "1;a;9;\"x\n2;b;1;y\"\n", filter: filter)
        #expect(result.report.filteredCount == 1)
        #expect(result.found == ["row.swallowed warning 2 "])
    }

    @Test(
        arguments: [
            "1;a;1;\"two\nlines\"\n", "1;\"a\nb\";1;x\n", "1;a;1;\"eerst; dan; en; toen\nklaar\"\n",
            "1;a;1;\"een\ntwee; drie; vier; vijf\"\n", "1;a;1;\"een;twee\ndrie\"\n",
            "\"1\nx\";a;1;x\n", "1;a;\"3;5\nmg\";x\n",
        ]
    )
    func `lines of a text are not taken for rows`(row: String) throws {
        let result = try self.run(Self.header + row)
        #expect(result.rules == [])
        #expect(result.records.count == 1)
    }
}
