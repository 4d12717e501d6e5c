import Foundation
import RecordImport
import TestSupport
import Testing

/// Files with a JSON object on each line.
struct JSONLinesTests {
    private func mapping(
        _ columns: [String: String],
        key: String = "{id}",
        encoding: Mapping.Encoding = .utf8,
        filter: Mapping.Filter? = nil
    ) throws -> Mapping {
        try ImportHarness.mapping(
            fields: columns.sorted { $0.key < $1.key }.map {
                try ImportHarness.field("extra.\($0.key)", $0.value)
            },
            key: key,
            encoding: encoding,
            isJSON: true,
            filter: filter
        )
    }

    /// The value at the path `v` in a line, and the rules found but for absent columns.
    private func value(_ json: String) throws -> (value: String?, found: [String]) {
        let result = try ImportHarness.run(
            "{\"id\":1,\"v\":\(json)}\n",
            self.mapping(["v": "v"])
        )
        let rules = result.report.findings.map(\.rule.rawValue)
        return (
            result.records.first?.fields.first?.value,
            rules.filter { !["row.empty", "column.absent"].contains($0) }
        )
    }

    @Test func `columns are dotted paths`() throws {
        let mapping = try self.mapping(
            ["a": "a.b.c", "b": "list.1.x", "c": "flat.name", "d": "a.b.d"],
            key: "{who.id}/{n}"
        )
        let text = """
            {"who":{"id":"x"},"n":7,"a":{"b":{"c":"deep"}},"list":[1,{"x":true}],"flat.name":"f"}

            {"n":8,"who":{"id":"y","z":[]},"a":{"b":{"c":null,"d":-0.50}},"more":{"e":1}}
            """
        let result = try ImportHarness.run(text, mapping)
        #expect(result.records.map(\.sourceKey) == ["x/7", "y/8"])
        #expect(
            result.records.map { $0.fields.map { "\($0.name)=\($0.value)" } } == [
                ["extra.a=deep", "extra.b=true", "extra.c=f"], ["extra.d=-0.50"],
            ]
        )
        #expect(result.found == ["column.unused info 1 "])
        #expect(result.report.findings.first?.value == "more, who.z")
    }

    @Test(arguments: [1_023, 1_024, 1_025])
    func `as many unused columns as a row may have are named, and that there may be more`(
        count: Int
    ) throws {
        // Over two lines: what is known of the first counts with the second.
        func line(_ range: Range<Int>) -> String {
            "{\"id\":1" + range.map { ",\"u\($0)\":1" }.joined() + "}\n"
        }
        let text = line(0..<1_000) + line(500..<count)
        let finding = try ImportHarness.run(text, self.mapping(["v": "v"])).report.findings
            .first { $0.rule == .columnUnused }
        let advice =
            count < 1_024
            ? "1023 columns are not imported" : "1024 or more columns are not imported"
        #expect(finding?.suggestion == advice)
    }

    @Test(
        arguments: [
            ("\"x\"", "x"), ("1", "1"), ("-12.50", "-12.50"), ("1e3", "1e3"), ("1E-2", "1E-2"),
            ("0", "0"), ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("true", "true"), ("false", "false"), ("null", nil), ("\"\"", nil),
            (#""\u00e9\n\"\\\/\b\f\r\tz""#, "é\n\"\\/\u{8}\u{c}\r\tz"),
            (#""\ud83d\ude00""#, "\u{1F600}"), (#""\uD83D\uDE00é""#, "\u{1F600}é"),
        ] as [(String, String?)]
    )
    func `values become text`(json: String, value: String?) throws {
        let read = try self.value(json)
        #expect(read.value == value)
        // A backspace and a form feed are seen by nobody.
        let isVisible = !(value ?? "").contains("\u{8}")
        #expect(read.found == (isVisible ? [] : ["text.invisible"]))
    }

    @Test(
        arguments: [
            "01", "1.", ".5", "+1", "-", "1e", "0x1", "NaN", "Infinity", "tru", "True", "'x'",
            "\"x",
            "\"\t\"", #""\x""#, #""\u12g4""#, #""\ud83d""#, #""\ude00""#, #""\ud83d\u0041""#,
            "[1,]", "{\"a\":1,}", "{a:1}", "[1 2]", "1,", "", "\"a\" \"b\"", "{\"a\" 1}",
        ]
    )
    func `what is not JSON is a rejected row, and the next is read`(json: String) throws {
        // Python is asked as well: both must refuse, or our reading is not JSON's.
        let line = "{\"id\":1,\"v\":\(json)}"
        let result = try ImportHarness.run(line + "\n{\"id\":2}\n", self.mapping(["v": "v"]))
        #expect(result.report.findings.first.map(\.rule) == .rowJSON)
        #expect(result.report.findings.first.map(\.line) == 1)
        #expect(result.report.rejectedCount == 1)
        #expect(result.records.map(\.sourceKey) == ["2"])
    }

    @Test(arguments: ["1", "\"x\"", "null", "[{\"id\":1}]", "true"])
    func `a line that is no object is refused`(line: String) throws {
        let result = try ImportHarness.run(line, self.mapping(["v": "v"]))
        #expect(result.rules.first == "row.json")
        #expect(result.report.findings.first?.suggestion == "a line holds one JSON object")
    }

    @Test func `a column that stands twice or is no value is refused, others may`() throws {
        let mapping = try self.mapping(["v": "v", "w": "a.b"])
        let text = """
            {"id":1,"v":1,"v":2}
            {"id":2,"a":{"b":1},"a.b":2}
            {"id":3,"v":{"x":1}}
            {"id":4,"v":[]}
            {"id":5,"u":1,"u":2,"a":3}
            """
        let result = try ImportHarness.run(text, mapping)
        let rejected = result.report.findings.filter { $0.rule == .rowJSON }
        #expect(rejected.map(\.line) == [1, 2, 3, 4])
        #expect(rejected.first?.suggestion == "v stands there twice")
        #expect(rejected.last?.suggestion.hasPrefix("v is no single value") == true)
        #expect(result.records.map(\.sourceKey) == ["5"])
    }

    @Test func `a line nests as deep as allowed and no deeper`() throws {
        func line(_ depth: Int) -> String {
            let inside =
                String(repeating: "[", count: depth - 1)
                + String(repeating: "]", count: depth - 1)
            return "{\"id\":1,\"u\":\(inside)}"
        }
        let mapping = try self.mapping(["v": "v"])
        #expect(try ImportHarness.run(line(32), mapping).report.rejectedCount == 0)
        let over = try ImportHarness.run(line(33), mapping)
        #expect(over.report.rejectedCount == 1)
        #expect(over.report.findings.first?.suggestion == "it has more than 32 levels")
        let bomb = "{\"id\":1,\"u\":" + String(repeating: "[", count: 1_000_000)
        #expect(try ImportHarness.run(bomb, mapping).report.rejectedCount == 1)
    }

    @Test func `a line is as long as allowed and no longer, wherever chunks are cut`() throws {
        func line(_ byteCount: Int) -> String {
            let frame = "{\"id\":1,\"u\":\"\"}"
            let filler = String(repeating: "x", count: byteCount - frame.utf8.count)
            return "{\"id\":1,\"u\":\"\(filler)\"}"
        }
        let mapping = try self.mapping(["v": "v"])
        let max = CSVReader.rowBytesMax
        for end in ["", "\n", "\r\n"] {
            let good = try ImportHarness.run(line(max) + end, mapping)
            #expect(good.records.count == 1)
            let over = try ImportHarness.run(line(max + 1) + end + "\n{\"id\":2}\n", mapping)
            #expect(over.report.findings.first.map(\.rule) == .rowLength)
            #expect(over.records.map(\.sourceKey) == ["2"])
        }
        let far = try ImportHarness.run(line(3 * max) + "\n{\"id\":2}", mapping)
        #expect(far.report.findings.first.map(\.rule) == .rowLength)
        #expect(far.records.map(\.sourceKey) == ["2"])
    }

    @Test func `line ends, blanks and a mark are no part of the object`() throws {
        let mapping = try self.mapping(["v": "v"])
        let text = "\u{FEFF}{\"id\":1}\r\n \t\r\n\r\n \t{ \"id\" : 2 , \"v\" : [ ] } \n{\"id\":3}"
        let result = try ImportHarness.run(text, mapping)
        #expect(result.records.map(\.sourceKey) == ["1", "3"])
        #expect(result.report.findings.filter { $0.rule == .rowJSON }.map(\.line) == [4])
        #expect(result.report.readCount == 3)
    }

    @Test func `bytes that are no text reject their line, in other encodings they are text`() throws
    {
        var bytes = Array("{\"id\":1,\"v\":\"caf".utf8)
        bytes += [0xE9]
        bytes += Array("\"}\n{\"id\":2,\"v\":\"\\u00e9\"}\n".utf8)
        let result = try ImportHarness.run(bytes, self.mapping(["v": "v"]))
        #expect(result.rules == ["encoding.invalid"])
        #expect(result.records.map(\.sourceKey) == ["2"])
        let latin = try ImportHarness.run(bytes, self.mapping(["v": "v"], encoding: .latin1))
        #expect(latin.records.map { $0.fields.first?.value } == ["café", "é"])
        let mac = try ImportHarness.run(bytes, self.mapping(["v": "v"], encoding: .macRoman))
        #expect(mac.records.map { $0.fields.first?.value } == ["cafÈ", "é"])
    }

    @Test func `rows are filtered, and columns that no line has are told once`() throws {
        let mapping = try self.mapping(
            ["v": "v", "w": "nowhere.at.all"],
            filter: .init(column: "state", values: ["MA"])
        )
        let text = """
            {"id":1,"state":"MA","v":"x"}
            {"id":2,"state":"NY","v":"x"}
            {"id":3,"v":"x"}
            """
        let result = try ImportHarness.run(text, mapping)
        #expect(result.records.map(\.sourceKey) == ["1"])
        #expect(result.report.filteredCount == 2)
        #expect(result.found == ["column.absent warning 1 "])
        #expect(result.report.findings.first?.value == "nowhere.at.all")
    }

    @Test(.enabled(if: Python.isAvailable, "python3 is absent"), arguments: [UInt64(1), 2, 3])
    func `random lines are accepted or refused as Python's json does`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"id\"", "1", "-0", "1.5e2", "01", "true",
            "null", " ", "\"\\u0041\"", "\"\\q\"", "\"", "{\"id\":1", "{\"id\":1}", "nul", "\\",
        ]
        var lines: [String] = []
        for _ in 0..<4_000 {
            let count = Int.random(in: 1...7, using: &random)
            lines.append(
                (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            )
        }
        let script = """
            import json, sys
            def bad(word): raise ValueError(word)
            for line in sys.argv[1].split("\\n"):
                try: print(int(isinstance(json.loads(line, parse_constant=bad), dict)))
                except ValueError: print(0)
            """
        let text = lines.joined(separator: "\n")
        let printed = try Python.run(script, arguments: [text]).split(separator: "\n")
        let mapping = try self.mapping(["v": "no.such.column"], key: "{neither}")
        let result = try ImportHarness.run(text, mapping)
        let refused = Set(result.findings.filter { $0.rule == .rowJSON }.map(\.line))
        for (index, line) in lines.enumerated() where !line.allSatisfy({ $0 == " " }) {
            #expect((printed[index] == "1") == !refused.contains(index + 1), "\(line)")
        }
        #expect(printed.contains("1") && printed.contains("0"))
    }
}
