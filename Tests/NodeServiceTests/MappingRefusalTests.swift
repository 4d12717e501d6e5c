import NodeService
import Testing

/// What a mapping is refused with: the line, and what to do about it.
struct MappingRefusalTests {
    /// Returns what the parser says against a file.
    private func refusal(_ text: String) -> String? {
        do throws(YAMLFileError) {
            _ = try MappingFile.parse(Array(text.utf8))
            return nil
        } catch {
            return error.description
        }
    }

    @Test(
        arguments: [
            (
                "keys: 1",
                "line 6: unknown key \"keys\"; known are source, type, key, fields, "
                    + "format, encoding, delimiter, header, category, country, never_share, only, "
                    + "refresh, sheet, timezone"
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
        #expect(self.refusal(MappingFileTests.small + "\n" + line + "\n") == reason)
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
        #expect(self.refusal(MappingFileTests.small + alias)?.hasPrefix("line 6: anchors") == true)
        // The marks are of no harm where they make no alias.
        let text = "\n  status: { column: a, values: { \"R&D *\": \"& co *\" } }\n"
        #expect(self.refusal(MappingFileTests.small + text) == nil)
    }

    @Test(arguments: ["source", "type", "key", "fields"])
    func `a required key that is absent or empty is named`(key: String) {
        let lines = MappingFileTests.small.split(separator: "\n").filter { line in
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
            #expect(self.refusal(MappingFileTests.small.replacing(old, with: new)) == reason)
        }
    }

    @Test func `what is no YAML, or more than a document, is refused`() {
        #expect(self.refusal("") == "not a text in UTF-8, or empty")
        #expect(self.refusal("# nothing\n") == "not a text in UTF-8, or empty")
        #expect(self.refusal("- a\n") == "line 1: the file is not a mapping of keys to values")
        #expect(self.refusal("a: [b\nc: d\n")?.hasPrefix("line 2: not YAML: ") == true)
        #expect(
            self.refusal(MappingFileTests.small + "\n---\na: b\n")?.contains("another document")
                == true
        )
        #expect(self.refusal("[a]: b\n") == "line 1: a key is not text")
        #expect(throws: YAMLFileError.notText) { try MappingFile.parse([0x61, 0xFF]) }
    }
}
