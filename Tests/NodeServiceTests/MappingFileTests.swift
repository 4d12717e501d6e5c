import CaseModel
import NodeService
import RecordImport
import Testing
import Vocabulary

struct MappingFileTests {
    /// The mapping of the command line's contract, with what is not built yet left out.
    private static let whole = """
        source: ma-enforcement          # names the source system
        format: csv
        encoding: utf-8
        delimiter: ","
        type: enforcement
        category: environmental
        country: us
        key: "{ID}"
        fields:
          subject.name: Company
          subject.kvk: { column: kvk, pad: 8 }
          date: { column: Date, format: ["M/d/yyyy", "yyyy-MM-dd"] }
          amount_eur: { column: Fine, number: en }
          location.latitude: Lat
          location.longitude: Lon
          text: { template: "{Type}: {Text}" }
          status: { column: kleur, values: { groen: compliant, rood: violation }, otherwise: reject }
          extra.internal_note: Note
        never_share: [extra.internal_note]
        only: { column: State, equals: MA }
        """

    /// The least that a mapping has.
    static let small = """
        source: s
        type: signal
        key: id
        fields:
          text: t
        """

    private func parse(_ text: String) throws -> Mapping {
        try MappingFile.parse(Array(text.utf8))
    }

    @Test func `the mapping of the contract is read`() throws {
        let mapping = try self.parse(Self.whole)
        func field(
            _ name: String,
            _ template: String,
            _ conversion: Mapping.Conversion? = nil
        ) throws -> Mapping.Field {
            try .init(
                name: Mapping.fieldName(name),
                template: .init(template),
                conversion: conversion,
                none: []
            )
        }
        let expected = try Mapping(
            source: "ma-enforcement",
            format: .csv(.init(delimiter: ",", header: nil)),
            encoding: .utf8,
            type: .enforcement,
            category: .environmental,
            country: .us,
            key: .init(column: "ID"),
            fields: [
                field("subject.name", "{Company}"), field("subject.kvk", "{kvk}", .pad(8)),
                field("date", "{Date}", .date([.init("M/d/yyyy"), .init("yyyy-MM-dd")])),
                field("amount_eur", "{Fine}", .number(.english)),
                field("location.latitude", "{Lat}"), field("location.longitude", "{Lon}"),
                field("text", "{Type}: {Text}"), field("extra.internal_note", "{Note}"),
                field(
                    "status",
                    "{kleur}",
                    .values(["groen": "compliant", "rood": "violation"], otherwise: .reject)
                ),
            ],
            neverShare: [Mapping.fieldName("extra.internal_note")],
            filter: .init(column: "State", values: ["MA"]),
            timezone: Mapping.dutchTime
        )
        #expect(mapping == expected)
    }

    @Test func `a byte order mark in front means nothing`() throws {
        let marked = try MappingFile.parse([0xEF, 0xBB, 0xBF] + Array(Self.small.utf8))
        #expect(marked == (try self.parse(Self.small)))
    }

    @Test func `what is left out has a default`() throws {
        let mapping = try self.parse(Self.small)
        #expect(try mapping.format == .csv(.init(delimiter: nil, header: nil)))
        #expect(mapping.timezone == "Europe/Amsterdam")
        #expect(mapping.fields.map(\.none) == [[]])
        #expect(mapping.encoding == .utf8)
        #expect(mapping.category == .business)
        #expect(mapping.country == .nl)
        #expect(mapping.key == Mapping.Template(column: "id"))
        #expect(mapping.filter == nil)
    }

    @Test(
        arguments: [
            ("latin-1", Mapping.Encoding.latin1), ("windows-1252", .windows1252),
            ("macroman", .macRoman), ("utf-8", .utf8), ("utf-16", .utf16),
            ("utf-16le", .utf16LittleEndian), ("utf-16be", .utf16BigEndian),
        ]
    )
    func `formats and encodings go by their names`(
        name: String,
        encoding: Mapping.Encoding
    ) throws {
        let mapping = try self.parse(Self.small + "\nformat: ndjson\nencoding: \(name)")
        #expect(mapping.format == .ndjson)
        #expect(mapping.encoding == encoding)
    }

    @Test(
        arguments: [
            ("", nil, .found), ("header: 3", nil, .row(3)), ("sheet: Blad 2", "Blad 2", .found),
            ("header: [id, a]\nsheet: B", "B", .names(["id", "a"])),
        ] as [(String, String?, Mapping.SheetDialect.Header)]
    )
    func `a workbook has a sheet, and a header that is found, a row or named`(
        lines: String,
        sheet: String?,
        header: Mapping.SheetDialect.Header
    ) throws {
        let mapping = try self.parse(Self.small + "\nformat: xlsx\n" + lines)
        #expect(try mapping.format == .xlsx(.init(sheet: sheet, header: header)))
    }

    @Test func `a time zone and texts for none are read`() throws {
        let text =
            Self.small
            + "\n  end_date: { column: b, none: [n.v.t., 31-12-9999] }\ntimezone: America/New_York"
        let mapping = try self.parse(text)
        #expect(mapping.timezone == "America/New_York")
        #expect(
            mapping.fields.first { $0.name.text == "end_date" }?.none == ["n.v.t.", "31-12-9999"]
        )
    }

    @Test func `a mapping in UTF-16 with CR LF is the same`() throws {
        let text = Self.whole.replacing("\n", with: "\r\n")
        let bytes: [UInt8] =
            [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(try MappingFile.parse(bytes) == self.parse(Self.whole))
    }

    @Test func `headers, tabs, lists and values keep their text`() throws {
        let mapping = try self.parse(
            Self.small
                + """

                  status: { column: s, values: { 01: "", no: "~" } }
                  date: { column: d, format: d-M-yy }
                header: [id, t, s, d, 007, null ]
                delimiter: "\\t"
                only: { column: 007, equals: [01, yes] }
                """.replacing("null", with: "\"null\"")
        )
        #expect(
            try mapping.format
                == .csv(
                    .init(delimiter: "\t", header: ["id", "t", "s", "d", "007", "null"])
                )
        )
        #expect(try mapping.filter == .init(column: "007", values: ["01", "yes"]))
        let conversions = mapping.fields.map(\.conversion)
        #expect(conversions.contains(.values(["01": "", "no": "~"], otherwise: .keep)))
        #expect(try conversions.contains(.date([DateFormat("d-M-yy")])))
    }

    @Test func `a file is as large as allowed and no larger`() throws {
        let filler = YAMLValue.bytesMax - Self.small.utf8.count - 2
        let most = Self.small + "\n#" + String(repeating: "x", count: filler)
        #expect(try self.parse(most) == self.parse(Self.small))
        #expect(throws: YAMLFileError.tooLarge(byteCount: YAMLValue.bytesMax + 1)) {
            try MappingFile.parse(Array((most + "x").utf8))
        }
    }

    @Test func `a file nests as deep as allowed and no deeper`() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(
                (String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8
            )
        }
        #expect(try YAMLValue.parse(nested(YAMLValue.depthMax)).line == 1)
        #expect(throws: YAMLFileError.tooComplex(line: 1)) {
            try YAMLValue.parse(nested(YAMLValue.depthMax + 1))
        }
        // The parser below gives up by itself before its recursion hurts.
        #expect(throws: YAMLFileError.self) { try YAMLValue.parse(nested(100_000)) }
        let flat = Array(("[" + String(repeating: "a,", count: 99_999) + "]").utf8)
        #expect(try YAMLValue.parse(flat).line == 1)
        #expect(throws: YAMLFileError.tooComplex(line: 1)) {
            try YAMLValue.parse(
                [UInt8(ascii: "["), UInt8(ascii: "b"), UInt8(ascii: ",")]
                    + flat.dropFirst()
            )
        }
    }
}
