import RecordImport
import Testing

/// What Excel and those who use it leave in CSV files.
struct SpreadsheetHabitTests {
    private func mapping(delimiter: String?) throws -> Mapping {
        try ImportHarness.mapping(
            fields: [ImportHarness.field("text", "t")],
            delimiter: delimiter
        )
    }

    @Test(
        arguments: [
            "sep=;\n", "sep=;\r\n", "SEP=;\r", "\"sep=;\"\r\n", "\u{FEFF}sep=;\n", "sep=;;;;\n",
            "sep=; \n",
        ]
    )
    func `a first line that names the delimiter is no row`(line: String) throws {
        for delimiter in [nil, ";"] {
            let result = try ImportHarness.run(
                line + "id;t\n1;a,b\n2\n",
                self.mapping(delimiter: delimiter)
            )
            #expect(result.records.map(\.sourceKey) == ["1"])
            #expect(result.records.first?.fields.map(\.value) == ["a,b"])
            #expect(result.found == ["line.separator info 1 ", "row.columns error 4 "])
        }
    }

    @Test func `a tab is named too, and the pieces of a file make no difference`() throws {
        let text = Array("sep=\t\r\nid\tt\r\n1\tx\r\n".utf8)
        for size in 1...text.count {
            let result = try ImportHarness.run(text, self.mapping(delimiter: nil), pieces: size)
            #expect(result.records.map(\.sourceKey) == ["1"])
            #expect(result.found == ["line.separator info 1 "])
        }
    }

    @Test func `what the mapping says of the delimiter counts, and the contradiction is told`()
        throws
    {
        let mapping = try self.mapping(delimiter: ";")
        let result = try ImportHarness.run("sep=,\nid;t\n1;a\n", mapping)
        #expect(result.records.map(\.sourceKey) == ["1"])
        #expect(result.found == ["line.separator warning 1 "])
        #expect(throws: ImportError.separatorContradicted(file: ",", mapping: ";")) {
            try ImportHarness.run("sep=,\nid,t\n1,a\n", mapping)
        }
    }

    @Test(arguments: ["sep\n", "sep=\n", "sep=a,b\n", "sep=;x\n", "\"sep=;\n", "separator=;\n"])
    func `another first line is the header`(line: String) throws {
        #expect(throws: ImportError.self) {
            try ImportHarness.run(line + "id,t\n1,a\n", self.mapping(delimiter: ","))
        }
    }

    @Test func `a line that names the delimiter may be so long`() throws {
        func line(_ count: Int) -> String { "sep=," + String(repeating: ",", count: count) + "\n" }
        let most = 1024
        let mapping = try self.mapping(delimiter: nil)
        #expect(try ImportHarness.run(line(most) + "id,t\n1,a\n", mapping).records.count == 1)
        #expect(throws: ImportError.self) {
            // In pieces, for the whole of a small file is looked at anyway.
            try ImportHarness.run(Array((line(most + 1) + "id,t\n1,a\n").utf8), mapping, pieces: 64)
        }
    }

    @Test func `rows of delimiters are told once, with their number`() throws {
        let text = "id,t\n1,a\n,\n , \t\n2,b\n\"\",\"\"\n,,,\n"
        let result = try ImportHarness.run(text, self.mapping(delimiter: ","))
        #expect(result.records.map(\.sourceKey) == ["1", "2"])
        #expect(result.found == ["row.blank info 3 "])
        #expect(
            result.findings.first?.suggestion == "4 rows of nothing but delimiters are passed over"
        )
        #expect(result.report.readCount == 2)
        #expect(result.report.rejectedCount == 0)
    }

    @Test(
        arguments: [
            ("2,02401E+11", true), ("2.02401E+11", true), ("2E+11", true), ("-1,5e-07", true),
            ("1.5E3", true), ("202401000000000000", true), ("12345678901234500", false),
            ("12E3", false), ("2E11", false), ("E+11", false), ("2,E+11", false), ("A1E+11", false),
            ("1E+", false), ("202401000123", false), ("000000000000000000x", false),
        ]
    )
    func `a key that a spreadsheet has changed is doubted`(key: String, isSuspect: Bool) throws {
        let mapping = try ImportHarness.mapping(
            fields: [ImportHarness.field("text", "t")],
            key: "Z-{id}",
            delimiter: ";"
        )
        let result = try ImportHarness.run("id;t\n\(key);a\n", mapping)
        #expect(result.records.map(\.sourceKey) == ["Z-\(key)"])
        #expect(result.found == (isSuspect ? ["key.suspect warning 2 key"] : []))
    }

    @Test func `a doubtful key of a citizen is not shown`() throws {
        let mapping = try ImportHarness.mapping(fields: [ImportHarness.field("subject.bsn", "id")])
        let result = try ImportHarness.run("id\n1.2E+08\n", mapping)
        let found = result.findings.first { $0.rule == .keySuspect }
        #expect(found?.value == "")
    }

    // Made with Python: datetime.date(1899, 12, 30) + timedelta(n), from day 61 on, and
    // date(1904, 1, 1) + timedelta(n); days 1 to 60 as Excel shows them, which knows 1900-02-29.
    @Test(
        arguments: [
            ("excel", "1", "1900-01-01"), ("excel", "59", "1900-02-28"), ("excel", "60", nil),
            ("excel", "61", "1900-03-01"), ("excel", "36526", "2000-01-01"),
            ("excel", "45323", "2024-02-01"), ("excel", "45351", "2024-02-29"),
            ("excel", "45323.75", "2024-02-01"), ("excel", "45323,75", "2024-02-01"),
            ("excel", "2958465", "9999-12-31"), ("excel", "2958466", nil), ("excel", "0", nil),
            ("excel", "-1", nil), ("excel", "45323.", nil), ("excel", "1-2-2024", nil),
            ("excel", "99999999999999999999", nil), ("excel-1904", "0", "1904-01-01"),
            ("excel-1904", "43861", "2024-02-01"), ("excel-1904", "2957003", "9999-12-31"),
            ("excel-1904", "2957004", nil),
        ] as [(String, String, String?)]
    )
    func `the number of a day is read where the mapping says so`(
        format: String,
        value: String,
        date: String?
    ) throws {
        #expect(try DateFormat(format).date(in: value) { _ in 0 }?.text == date)
    }

    @Test func `the number of a day is told where the mapping does not say so`() throws {
        let mapping = try ImportHarness.mapping(
            fields: [ImportHarness.field("date", "v", .date([.init("d-M-yyyy")]))]
        )
        let result = try ImportHarness.run("id,v\n1,45323\n2,12\n", mapping)
        #expect(result.found == ["date.unreadable error 2 date", "date.unreadable error 3 date"])
        #expect(result.findings.first?.suggestion.contains("2024-02-01") == true)
        #expect(result.findings.last?.suggestion == "no date in the form d-M-yyyy")
    }

    @Test(
        arguments: [
            ("d-M-yyyy", "1-2-2024 00:00:00"), ("d-M-yyyy", "1-2-2024 0:00"),
            ("yyyy-MM-dd", "2024-02-01T00:00:00.000"), ("M/d/yyyy", "2/1/2024 12:00:00 AM"),
        ]
    )
    func `midnight behind a day adds nothing`(format: String, value: String) throws {
        #expect(try DateFormat(format).date(in: value) { _ in 0 }?.text == "2024-02-01")
    }

    @Test(
        arguments: [
            "1-2-2024 00:00:01", "1-2-2024 12:00:00", "1-2-2024 00:00:00.5", "1-2-2024 ",
            "1-2-2024 x", "1-2-2024 00", "1-2-2024 00:00:00.",
        ]
    )
    func `another time behind a day is no form of it`(value: String) throws {
        #expect(try DateFormat("d-M-yyyy").date(in: value) { _ in 0 } == nil)
        #expect(try DateFormat("d-M-yyyy H:mm").date(in: "1-2-2024 1:00 00:00") { _ in 0 } == nil)
    }
}
