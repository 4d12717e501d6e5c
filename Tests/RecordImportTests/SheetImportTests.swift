import RecordImport
import Spreadsheet
import TestSupport
import Testing

/// Rows of a workbook become records by the same rules as those of a text.
struct SheetImportTests {
    private struct Bytes: RandomBytes {
        let bytes: [UInt8]

        var byteCount: Int { self.bytes.count }

        func read(count: Int, at offset: Int) -> [UInt8] {
            Array(self.bytes[offset..<offset + count])
        }
    }

    /// A row of cells, each as its type and its value; an empty type is a number, `D` one with a date.
    private static func row(_ number: Int, _ cells: [(String, String)]) -> String {
        let contents = cells.map { type, value in
            switch type {
            case "": "<c><v>\(value)</v></c>"
            case "D": "<c s=\"1\"><v>\(value)</v></c>"
            case "f": "<c><f>1/0</f></c>"
            default: "<c t=\"\(type)\"><v>\(value)</v></c>"
            }
        }
        return "<row r=\"\(number)\">\(contents.joined())</row>"
    }

    private static func texts(_ number: Int, _ values: [String]) -> String {
        self.row(number, values.map { ("str", $0) })
    }

    private func run(
        _ rows: String,
        fields: [Mapping.Field],
        sheet: String? = nil,
        header: Mapping.SheetDialect.Header = .found,
        sheets: [String] = ["Blad1"],
        filter: Mapping.Filter? = nil
    ) throws -> ImportHarness.Result {
        let mapping = try ImportHarness.mapping(
            fields: fields,
            filter: filter,
            format: .xlsx(.init(sheet: sheet, header: header))
        )
        let archive = ZipBuilder.workbook(
            rows: rows,
            styles: "<cellXfs><xf/><xf numFmtId=\"14\"/></cellXfs>",
            sheets: sheets
        )
        return try ImportHarness.run(workbook: Bytes(bytes: archive.bytes), mapping)
    }

    @Test func `numbers, dates and truth are what they are, whatever the mapping's style`() throws {
        let rows =
            Self.texts(1, ["id", "n", "d", "b", "t"])
            + Self.row(
                2,
                [
                    ("", "2.02401000123E+11"), ("", "1234.5"), ("D", "45323"), ("b", "1"),
                    ("", "12.5"),
                ]
            )
            + Self.row(
                3,
                [
                    ("str", "Z-3"), ("str", "1.250,-"), ("str", "1-2-2024"), ("b", "0"),
                    ("D", "45323.5"),
                ]
            )
        let result = try self.run(
            rows,
            fields: [
                ImportHarness.field("amount_eur", "n", .number(.dutch)),
                ImportHarness.field("date", "d", .date([.init("d-M-yyyy")])),
                ImportHarness.field("extra.b", "b"), ImportHarness.field("text", "t"),
            ]
        )
        #expect(result.records.map(\.sourceKey) == ["202401000123", "Z-3"])
        #expect(
            result.records.map { $0.fields.map(\.value) } == [
                ["1234.5", "2024-02-01", "true", "12.5"],
                ["1250", "2024-02-01", "false", "2024-02-01 12:00:00"],
            ]
        )
        #expect(result.found == [])
        #expect(result.report.readCount == 2)
    }

    @Test func `errors, formulas without a value and numbers that are too long are told`() throws {
        let rows =
            Self.texts(1, ["id", "v"]) + Self.row(2, [("str", "1"), ("e", "#N/A")])
            + Self.row(3, [("str", "2"), ("f", "")]) + Self.row(4, [("e", "#REF!"), ("str", "x")])
            + Self.row(5, [("", "1234567890123456"), ("str", "x")])
            + Self.row(6, [("str", "1234567890123456"), ("str", "x")])
            + Self.row(7, [("", "123456789012345"), ("str", "x")])
        let result = try self.run(rows, fields: [ImportHarness.field("text", "v")])
        #expect(
            result.found == [
                "cell.error warning 2 text", "row.empty warning 2 ", "cell.error warning 3 text",
                "row.empty warning 3 ", "cell.error warning 4 key", "key.missing error 4 key",
                "key.suspect warning 5 key", "key.same info 6 key",
            ]
        )
        #expect(result.findings.map(\.value)[0] == "#N/A")
        #expect(
            result.records.map(\.sourceKey) == [
                "1", "2", "1234567890123456", "1234567890123456", "123456789012345",
            ]
        )
    }

    @Test func `the header is the first row that has the mapping's columns`() throws {
        let rows =
            Self.texts(2, ["Overzicht"]) + Self.texts(3, ["id", "x"]) + "<row r=\"4\"/>"
            + Self.texts(5, [" id ", "extra", "v"]) + Self.texts(6, ["1", "", "a"])
            + "<row r=\"7\"><c s=\"1\"/></row>"
            + Self.texts(8, ["2", "", "b", "", "rechts"]) + Self.texts(9, ["3", "", "c", "ook"])
        let result = try self.run(rows, fields: [ImportHarness.field("text", "v")])
        #expect(result.records.map(\.sourceKey) == ["1", "2", "3"])
        #expect(
            result.found == [
                "header.row info 1 ", "text.trimmed info 1 ", "column.unused info 1 ",
                "column.unused info 8 ",
            ]
        )
        #expect(
            result.findings.first?.suggestion
                == "row 5 names the columns; 2 above it are passed over"
        )
        let told = "values right of the named columns, in 2 rows, are not imported"
        #expect(result.findings.last?.suggestion == told)
    }

    @Test func `the header is looked for among so many rows`() throws {
        func rows(_ before: Int) -> String {
            (1...before).map { Self.texts($0, ["titel"]) }.joined()
                + Self.texts(before + 1, ["id", "v"])
                + Self.texts(before + 2, ["1", "a"])
        }
        let fields = [try ImportHarness.field("text", "v")]
        let most = Mapping.SheetDialect.headerRowsMax
        #expect(try self.run(rows(most - 1), fields: fields).records.count == 1)
        #expect(throws: ImportError.columnsMissing(["id", "v"])) {
            try self.run(rows(most), fields: fields)
        }
        #expect(throws: ImportError.columnsMissing(["v"])) {
            try self.run(Self.texts(1, ["titel"]) + Self.texts(2, ["id"]), fields: fields)
        }
        #expect(throws: ImportError.headerMissing) { try self.run("<row/>", fields: fields) }
    }

    @Test func `the mapping names the row of the header, or the columns`() throws {
        let rows =
            Self.texts(1, ["id", "v"]) + Self.texts(3, ["v", "id"]) + Self.texts(4, ["a", "1"])
        let fields = [try ImportHarness.field("text", "v")]
        #expect(
            try self.run(rows, fields: fields, header: .row(3)).records.map(\.sourceKey) == ["1"]
        )
        #expect(throws: ImportError.headerMissing) {
            try self.run(rows, fields: fields, header: .row(2))
        }
        #expect(throws: ImportError.headerMissing) {
            try self.run(rows, fields: fields, header: .row(5))
        }
        let named = try self.run(rows, fields: fields, header: .names(["id", "v"]))
        #expect(named.records.map(\.sourceKey) == ["id", "v", "a"])
        #expect(throws: MappingError.headerMalformed("a")) {
            try Mapping.SheetDialect(sheet: nil, header: .names(["a", "a"]))
        }
    }

    @Test func `which sheet is read of several is told`() throws {
        let rows = Self.texts(1, ["id", "v"]) + Self.texts(2, ["1", "a"])
        let fields = [try ImportHarness.field("text", "v")]
        let first = try self.run(rows, fields: fields, sheets: ["Een", "Twee"])
        #expect(first.found == ["sheet.first info 1 "])
        #expect(first.findings.first?.value == "Een")
        #expect(
            try self.run(rows, fields: fields, sheet: "twee", sheets: ["Een", "Twee"]).found == []
        )
        let missing = WorkbookError.sheetMissing(name: "Drie", known: ["Een", "Twee"])
        #expect(throws: ImportError.workbook(missing)) {
            try self.run(rows, fields: fields, sheet: "Drie", sheets: ["Een", "Twee"])
        }
    }

    @Test func `rows with too much are rejected, and unwanted ones filtered`() throws {
        let rows =
            Self.texts(1, ["id", "v"]) + "<row r=\"2\"><c r=\"AMK2\"><v>1</v></c></row>"
            + Self.texts(3, ["3", "nee"])
            + Self.texts(4, ["4", "ja"])
        let result = try self.run(
            rows,
            fields: [ImportHarness.field("text", "v")],
            filter: .init(column: "v", values: ["ja"])
        )
        #expect(result.records.map(\.sourceKey) == ["4"])
        #expect(result.found == ["row.columns error 2 "])
        #expect(result.report.filteredCount == 1)
    }

    @Test func `what is no workbook is refused`() throws {
        let mapping = try ImportHarness.mapping(
            fields: [ImportHarness.field("text", "v")],
            format: .xlsx(.init(sheet: nil, header: .found))
        )
        #expect(throws: ImportError.workbook(.notWorkbook)) {
            try ImportHarness.run(workbook: Bytes(bytes: Array("id,v\n1,a\n".utf8)), mapping)
        }
    }
}
