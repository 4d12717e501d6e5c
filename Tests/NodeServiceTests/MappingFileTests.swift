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

    private static let small = """
        source: s
        type: signal
        key: id
        fields:
          text: t
        """

    private func parse(_ text: String) throws -> Mapping {
        try MappingFile.parse(Array(text.utf8))
    }

    /// Returns what the parser says against a file.
    private func refusal(_ text: String) -> String? {
        do throws(YAMLFileError) {
            _ = try MappingFile.parse(Array(text.utf8))
            return nil
        } catch {
            return error.description
        }
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

    @Test(
        arguments: [
            (
                "keys: 1",
                "line 6: unknown key \"keys\"; known are source, type, key, fields, "
                    + "format, encoding, delimiter, header, category, country, never_share, only, "
                    + "sheet, timezone"
            ),
            ("source: x", "line 1: \"source\" stands here twice"),
            ("sheet: a", "line 6: sheet: goes with xlsx"),
            ("format: ndjson\nsheet: a", "line 7: sheet: goes with xlsx"),
            (
                "format: xlsx\ndelimiter: \";\"",
                "line 7: delimiter: goes with text; a workbook says it itself"
            ),
            (
                "format: xlsx\nencoding: utf-8",
                "line 7: encoding: goes with text; a workbook says it itself"
            ),
            ("format: xlsx\nheader: 0", "line 7: header: rows are counted from 1"),
            ("format: xlsx\nheader: a", "line 7: header is not a whole number"),
            (
                "format: xlsx\nheader: [a, a]",
                "line 7: header: header is empty, too long, or has the column \"a\" twice or without a name"
            ),
            (
                "timezone: Amsterdam",
                "line 6: timezone: \"Amsterdam\" is no time zone such as Europe/Amsterdam"
            ),
            (
                "format: ndjson\ndelimiter: ;",
                "line 7: delimiter: goes with csv; a line of JSON names its columns itself"
            ),
            (
                "format: ndjson\nheader: [id, t]",
                "line 7: header: goes with csv; a line of JSON names its columns itself"
            ),
            ("format: xml", "line 6: format: \"xml\" is not one of csv, ndjson, xlsx"),
            (
                "encoding: utf8",
                "line 6: encoding: \"utf8\" is not one of utf-8, utf-16, utf-16le, "
                    + "utf-16be, latin-1, windows-1252, macroman"
            ),
            (
                "category: secret",
                "line 6: category: \"secret\" is not one of public, "
                    + "environmental, business, personal, police, criminal-justice"
            ),
            ("country: be", "line 6: country: \"be\" is not one of nl, us, any"),
            (
                "delimiter: ab",
                "line 6: delimiter: delimiter \"ab\" is not one ASCII character "
                    + "other than a quote or a line end"
            ),
            ("delimiter: [a]", "line 6: delimiter is not text"),
            ("header: id", "line 6: header is not a list of text"),
            (
                "header: [id, id]",
                "line 6: header: header is empty, too long, or has the column "
                    + "\"id\" twice or without a name"
            ),
            (
                "never_share: [status]",
                "line 6: never_share: never_share names \"status\", which is not mapped"
            ),
            ("only: x", "line 6: only is not a mapping of keys to values"),
            ("only: { column: a }", "line 6: only lacks equals"),
            (
                "only: { column: a, equals: [] }",
                "line 6: only.equals: only needs a column and at least one value"
            ),
            (
                "only: { column: a, equals: { b: c } }",
                "line 6: only.equals is not text or a list of text"
            ),
            (
                "only: { column: a, equals: b, not: c }",
                "line 6: unknown key \"only.not\"; known are column, equals"
            ),
            (
                "  foo: a",
                "line 6: fields: \"foo\" is not a field; other fields go under "
                    + "extra.NAME, NAME of a-z, 0-9, dot, hyphen and underscore, at most 64"
            ),
            (
                "  date: ",
                "line 6: fields.date is not a column, or a mapping with column or "
                    + "template"
            ),
            ("  date: { format: d-M-yy }", "line 6: fields.date lacks column or template"),
            (
                "  date: { column: a, template: \"{b}\" }",
                "line 6: fields.date.template: give column or template, not both"
            ),
            (
                "  date: { column: a, pad: 8, number: en }",
                "line 6: fields.date.number: "
                    + "pad and number do not go together; give one of them"
            ),
            (
                "  date: { column: a, otherwise: keep }",
                "line 6: fields.date.otherwise: stands only beside values"
            ),
            ("  date: { column: a, pad: -1 }", "line 6: fields.date.pad is not a whole number"),
            ("  date: { column: a, pad: 65 }", "line 6: fields.date: pad 65 is not 1 to 64"),
            (
                "  date: { column: a, number: de }",
                "line 6: fields.date.number: \"de\" is not one of en, nl, plain"
            ),
            (
                "  date: { column: a, format: [] }",
                "line 6: fields.date: 0 date formats; give 1 to 16"
            ),
            (
                "  date: { column: a, values: [] }",
                "line 6: fields.date.values is not a mapping of texts to texts"
            ),
            (
                "  date: { column: a, values: { b: [c] } }",
                "line 6: fields.date.values.b is not text"
            ),
            (
                "  date: { column: a, values: { 1: x, \"1\": y } }",
                "line 6: \"1\" stands here twice"
            ),
            (
                "  date: { column: a, values: { b: c }, otherwise: drop }",
                "line 6: fields.date.otherwise: \"drop\" is not one of keep, reject"
            ),
            (
                "  date: { column: a, round: 2 }",
                "line 6: unknown key \"fields.date.round\"; "
                    + "known are column, template, pad, format, number, values, otherwise, none"
            ),
            (
                "  date: { template: \"{a\" }",
                "line 6: fields.date.template: template \"{a\" has "
                    + "a brace that does not pair; {{ and }} stand for braces"
            ),
            (
                "  date: { template: a }",
                "line 6: fields.date.template: template \"a\" names no "
                    + "column; write {COLUMN}"
            ),
            ("  date: &a x", "line 6: anchors and aliases are not used in this file"),
            ("  text: b", "line 5: \"text\" stands here twice"),
        ]
    )
    func `one line more is refused with its line and the reason`(line: String, reason: String) {
        #expect(self.refusal(Self.small + "\n" + line + "\n") == reason)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a few lines that stand for more than can be counted are refused at once`() {
        var lines = ["a0: &a0 [x, x]"]
        for level in 1...60 {
            lines.append("a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]")
        }
        // The library would look through 2^61 texts to compare this key with others.
        lines += ["? *a60", ": y"]
        let reason = "line 1: anchors and aliases are not used in this file"
        #expect(self.refusal(lines.joined(separator: "\n") + "\n") == reason)
        let alias = "\n  date: &a x\n  status: *a\n"
        #expect(self.refusal(Self.small + alias)?.hasPrefix("line 6: anchors") == true)
        // The marks are of no harm where they make no alias.
        let text = "\n  status: { column: a, values: { \"R&D *\": \"& co *\" } }\n"
        #expect(self.refusal(Self.small + text) == nil)
    }

    @Test(arguments: ["source", "type", "key", "fields"])
    func `a required key that is absent or empty is named`(key: String) {
        let lines = Self.small.split(separator: "\n").filter { line in
            !line.hasPrefix(key) && !(key == "fields" && line.hasPrefix(" "))
        }
        let text = lines.joined(separator: "\n")
        #expect(self.refusal(text) == "line 1: the file lacks \(key)")
        #expect(self.refusal(text + "\n\(key):\n") == "line 1: the file lacks \(key)")
        #expect(self.refusal(text + "\n\(key): ~\n") == "line 1: the file lacks \(key)")
    }

    @Test func `wrong values of required keys are refused`() {
        let cases = [
            (
                "source: s", "source: a b",
                "line 1: source: source \"a b\" is not 1 to 64 letters, "
                    + "digits, dots, hyphens and underscores, beginning with a letter or digit"
            ),
            (
                "type: signal", "type: visit",
                "line 2: type: \"visit\" is not one of subject, "
                    + "location, inspection, permit, signal, enforcement, incident, sample, document"
            ),
            (
                "key: id", "key: \"{id\"",
                "line 3: key: template \"{id\" has a brace that does not "
                    + "pair; {{ and }} stand for braces"
            ),
            ("key: id", "key: \"\"", "line 3: key: names no column"),
            ("fields:\n  text: t", "fields: {}", "line 4: fields: 0 fields; a record has 1 to 256"),
            (
                "fields:\n  text: t", "fields: [a]",
                "line 4: fields is not a mapping of field names to columns"
            ),
        ]
        for (old, new, reason) in cases {
            #expect(self.refusal(Self.small.replacing(old, with: new)) == reason)
        }
    }

    @Test func `what is no YAML, or more than a document, is refused`() {
        #expect(self.refusal("") == "not a text in UTF-8, or empty")
        #expect(self.refusal("# nothing\n") == "not a text in UTF-8, or empty")
        #expect(self.refusal("- a\n") == "line 1: the file is not a mapping of keys to values")
        #expect(self.refusal("a: [b\nc: d\n")?.hasPrefix("line 2: not YAML: ") == true)
        #expect(self.refusal(Self.small + "\n---\na: b\n")?.contains("another document") == true)
        #expect(self.refusal("[a]: b\n") == "line 1: a key is not text")
        #expect(throws: YAMLFileError.notText) { try MappingFile.parse([0x61, 0xFF]) }
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
