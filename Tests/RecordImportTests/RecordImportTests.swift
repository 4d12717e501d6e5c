import RecordImport
import Testing
import Vocabulary

struct RecordImportTests {
    @Test func `a row becomes a record with its fields in order`() throws {
        let mapping = try ImportHarness.mapping(
            fields: [
                ImportHarness.field("text", "c"), ImportHarness.field("extra.z", "a"),
                ImportHarness.field("date", "b"), ImportHarness.field("extra.empty", "d"),
            ],
            key: "{id}/{a}",
            neverShare: ["extra.z", "extra.empty"]
        )
        let result = try ImportHarness.run("id,a,b,c,d\n7,x,2020-01-02,\"p,\nq\",\n", mapping)
        let record = ImportedRecord(
            source: "test",
            sourceKey: "7/x",
            type: .inspection,
            category: .business,
            fields: [
                .init(name: "date", value: "2020-01-02"), .init(name: "extra.z", value: "x"),
                .init(name: "text", value: "p,\nq"),
            ],
            neverShare: ["extra.empty", "extra.z"]
        )
        #expect(result.records == [record])
        #expect(result.found == [])
        #expect(result.report.readCount == 1)
    }

    @Test func `rows are counted and each rejected one has an error`() throws {
        let mapping = try ImportHarness.mapping(
            fields: [ImportHarness.field("date", "d")],
            filter: .init(column: "s", values: ["MA", "NY"])
        )
        let text = """
            id,d,s,unused
            1,2020-01-01,MA,
            2,soon,MA,
            ,2020-01-01, NY ,
            4,never,CA,
            5,2020-01-01,MA

            6,2020-01-01,MA,,
            7,2020-01-01,NY,"x"y

            """
        let result = try ImportHarness.run(text, mapping)
        #expect(
            result.found == [
                "column.unused info 1 ", "date.unreadable error 3 date", "key.missing error 4 key",
                "row.columns error 6 ", "row.columns error 8 ", "row.quotes error 9 ",
            ]
        )
        #expect(result.report.findings.first?.value == "unused")
        #expect(result.report.readCount == 7)
        #expect(result.report.filteredCount == 1)
        #expect(result.report.rejectedCount == 5)
        #expect(result.records.map(\.sourceKey) == ["1"])
    }

    @Test func `a key is missing when any of its columns is empty`() throws {
        let mapping = try ImportHarness.mapping(
            fields: [ImportHarness.field("text", "t")],
            key: "{a}-{b}"
        )
        let result = try ImportHarness.run("a,b,t\n1,,x\n,2,x\n,,x\n , ,x\n1,2,x\n", mapping)
        #expect(result.records.map(\.sourceKey) == ["1-2"])
        #expect(result.rules.filter { $0 == "key.missing" }.count == 4)
        #expect(result.report.rejectedCount == 4)
    }

    @Test func `keys that come again are told apart by their contents`() throws {
        let mapping = try ImportHarness.mapping(fields: [ImportHarness.field("text", "t")])
        let text = "id,t,u\n1,a,1\n2,a,1\n1,a,2\n1,b,1\n1,a,1\n"
        let result = try ImportHarness.run(text, mapping)
        #expect(
            result.found == [
                "column.unused info 1 ", "key.same info 4 key", "key.repeated warning 5 key",
                "key.repeated warning 6 key",
            ]
        )
        let advice = result.report.findings.dropFirst().map(\.suggestion)
        #expect(advice.first == "the same as on line 2")
        #expect(advice.last == "differs from line 5; the last row wins")
        #expect(result.records.count == 5)
        #expect(result.report.rejectedCount == 0)
    }

    @Test func `a tracker holds as many keys as allowed`() throws {
        let scratch = MemoryScratch()
        var tracker = KeyTracker(keysMax: 2, scratch: scratch, hash: ImportHarness.hash)
        func note(_ key: String, line: Int) throws -> KeyTracker.Verdict {
            try tracker.note(Self.record(key), line: line)
        }
        #expect(try note("a", line: 1) == .new)
        #expect(try note("b", line: 2) == .new)
        #expect(try note("c", line: 3) == .full)
        #expect(try note("a", line: 4) == .same(line: 1))
        #expect(try note("a", line: 5) == .same(line: 4))
        #expect(scratch.byteCount == 0)
    }

    @Test func `keys far apart are known from the scratch space`() throws {
        let scratch = MemoryScratch()
        var tracker = KeyTracker(keysMax: 100_000, scratch: scratch, hash: ImportHarness.hash)
        for line in 1...60_000 {
            #expect(try tracker.note(Self.record("\(line)"), line: line) == .new)
        }
        // 32 bytes a key at least: they are not in memory.
        #expect(scratch.byteCount > 60_000 * 32)
        for line in 60_001...70_000 {
            let key = line - 60_000
            let isSame = key.isMultiple(of: 2)
            let verdict = try tracker.note(Self.record("\(key)", isSame ? "" : "x"), line: line)
            #expect(verdict == (isSame ? .same(line: key) : .changed(line: key)))
        }
        #expect(try tracker.note(Self.record("1", "x"), line: 70_001) == .same(line: 60_001))
    }

    private static func record(_ key: String, _ text: String = "") -> ImportedRecord {
        ImportedRecord(
            source: "s",
            sourceKey: key,
            type: .permit,
            category: .public,
            fields: text.isEmpty ? [] : [.init(name: "text", value: text)],
            neverShare: []
        )
    }

    @Test func `different contents have different bytes`() {
        func bytes(_ fields: [(String, String)], _ never: [String]) -> [UInt8] {
            ImportedRecord(
                source: "s",
                sourceKey: "k",
                type: .permit,
                category: .public,
                fields: fields.map { .init(name: $0.0, value: $0.1) },
                neverShare: never
            ).contentBytes()
        }
        let all = [
            bytes([], []), bytes([("a", "bc")], []), bytes([("ab", "c")], []),
            bytes([], ["a", "bc"]), bytes([("a", "b")], ["c"]), bytes([], ["abc"]),
            bytes([("a", "b"), ("c", "d")], []), bytes([("a", "b")], ["c", "d"]),
        ]
        #expect(Set(all).count == all.count)
    }

    @Test func `bytes that are no text reject their row and no other`() throws {
        let mapping = try ImportHarness.mapping(fields: [ImportHarness.field("text", "t")])
        var bytes = Array("id,t,u\n1,caf".utf8)
        bytes.append(0xE9)
        bytes.append(contentsOf: ",\n2,b,\n3,c,".utf8)
        bytes.append(0xC3)
        bytes.append(contentsOf: "\n4,é,\n".utf8)
        let result = try ImportHarness.run(bytes, mapping)
        #expect(result.rules == ["encoding.invalid", "encoding.invalid"])
        #expect(result.report.findings.dropFirst().map(\.line) == [2, 4])
        #expect(result.records.map(\.sourceKey) == ["2", "4"])
    }

    @Test func `what is wrong with an unwanted row matters to no one`() throws {
        let mapping = try ImportHarness.mapping(
            fields: [ImportHarness.field("text", "t")],
            filter: .init(column: "s", values: ["a"])
        )
        var bytes = Array("id,t,s\n1,caf".utf8)
        bytes.append(0xE9)
        bytes.append(contentsOf: ",b\n2,x,a\n".utf8)
        let result = try ImportHarness.run(bytes, mapping)
        #expect(result.report.filteredCount == 1)
        #expect(result.report.rejectedCount == 0)
        #expect(result.records.map(\.sourceKey) == ["2"])
    }

    @Test func `values and keys are as long as allowed and no longer`() throws {
        let most = String(repeating: "x", count: RowMapper.valueBytesMax)
        #expect(try ImportHarness.one(most, "text").value == most)
        let over = try ImportHarness.one(most + "x", "text")
        #expect(over.value == nil)
        #expect(over.rules == ["value.length"])
        #expect(over.severities == ["error"])
        let mapping = try ImportHarness.mapping(fields: [ImportHarness.field("text", "t")])
        let key = String(repeating: "k", count: RowMapper.keyBytesMax)
        let result = try ImportHarness.run("id,t\n\(key),a\n\(key)k,a\n", mapping)
        #expect(result.records.map(\.sourceKey) == [key])
        #expect(result.rules == ["value.length"])
    }

    @Test func `a record without any value is kept with a warning`() throws {
        let mapping = try ImportHarness.mapping(fields: [ImportHarness.field("text", "t")])
        let result = try ImportHarness.run("id,t\n1,\n", mapping)
        #expect(result.found == ["row.empty warning 2 "])
        #expect(result.records.first?.fields == [])
    }

    @Test func `a header is missing, broken, or lacks columns`() throws {
        let mapping = try ImportHarness.mapping(
            fields: [ImportHarness.field("text", "t"), ImportHarness.field("status", "s")]
        )
        #expect(throws: ImportError.headerMissing) { try ImportHarness.run("", mapping) }
        #expect(throws: ImportError.headerMissing) { try ImportHarness.run("\n\r\n", mapping) }
        #expect(throws: ImportError.columnsMissing(["s", "t"])) {
            try ImportHarness.run("id,T\n", mapping)
        }
        #expect(throws: ImportError.columnsRepeated(["t"])) {
            try ImportHarness.run("id,t,s,t\n", mapping)
        }
        #expect(throws: ImportError.headerDefective(.quoteUnterminated)) {
            try ImportHarness.run("id,\"t,s\n", mapping)
        }
        #expect(throws: ImportError.headerNotText(.utf8)) {
            try ImportHarness.run(Array("id,t,s,".utf8) + [0xFF, 0x0A], mapping)
        }
        #expect(try ImportHarness.run("id,t,s\n", mapping).records == [])
    }

    @Test func `names of columns are read without blanks, and unused ones are listed once`() throws
    {
        let mapping = try ImportHarness.mapping(fields: [ImportHarness.field("text", "t")])
        let result = try ImportHarness.run("id, t,,x,x\n1,a,,,\n", mapping)
        #expect(result.found == ["text.trimmed info 1 ", "column.unused info 1 "])
        #expect(result.report.findings.last?.value == "column 3, x, x")
        #expect(result.records.count == 1)
    }

    @Test func `a file without header row has the columns of the mapping`() throws {
        let fields = [try ImportHarness.field("text", "t")]
        let mapping = try ImportHarness.mapping(
            fields: fields,
            delimiter: ";",
            header: ["id", "t"]
        )
        let result = try ImportHarness.run("1;a\n2;b\n", mapping)
        #expect(result.records.map(\.sourceKey) == ["1", "2"])
        #expect(try ImportHarness.run("", mapping).records == [])
        let lacking = try ImportHarness.mapping(fields: fields, header: ["id"])
        #expect(throws: ImportError.columnsMissing(["t"])) {
            try ImportHarness.run("1\n", lacking)
        }
    }

    @Test func `the first thousand findings are kept and all are counted`() throws {
        let mapping = try ImportHarness.mapping(fields: [ImportHarness.field("subject.kvk", "k")])
        let count = ImportReport.findingsMax + 1
        let text = (1...count).map { "\($0),x\n" }.joined()
        let report = try ImportHarness.run("id,k\n" + text, mapping).report
        let all = try ImportHarness.run("id,k\n" + text, mapping).findings
        #expect(all.map(\.line) == Array(2...count + 1))
        #expect(report.findings.count == ImportReport.findingsMax)
        #expect(report.findingsMore == 1 && report.rareFindings.isEmpty)
        #expect(report.findingsByRule.map(\.rule) == [.kvkFormat])
        #expect(report.findingsByRule.map(\.count) == [count])
    }

    @Test func `the first of a rule are kept behind a thousand of another`() {
        var report = ImportReport()
        func add(_ rule: ImportRule, _ line: Int) {
            report.add(
                ImportFinding(
                    rule: rule,
                    severity: .info,
                    line: line,
                    field: "",
                    value: "",
                    suggestion: ""
                )
            )
        }
        for line in 0..<ImportReport.findingsMax + 50 { add(.textTrimmed, line) }
        for line in 0..<ImportReport.findingsOfRuleMin + 5 { add(.keyMissing, 5_000 + line) }
        #expect(report.findings.count == ImportReport.findingsMax)
        #expect(
            report.rareFindings.map(\.line) == Array(5_000..<5_000 + ImportReport.findingsOfRuleMin)
        )
        #expect(report.findingsMore == 75)
    }

    @Test func `what became of records is counted by the caller`() {
        var report = ImportReport()
        for outcome in [ImportReport.Outcome.imported, .updated, .updated, .unchanged] {
            report.count(outcome)
        }
        #expect(report.importedCount == 1)
        #expect(report.updatedCount == 2)
        #expect(report.unchangedCount == 1)
    }

    @Test func `a finding shows so much of a value and no more`() {
        func shown(_ value: String) -> String {
            ImportFinding(
                rule: .dateUnreadable,
                severity: .error,
                line: 1,
                field: "date",
                value: value,
                suggestion: ""
            ).value
        }
        let most = String(repeating: "x", count: ImportFinding.valueBytesMax)
        #expect(shown(most) == most)
        #expect(shown(most + "x") == most + "…")
        #expect(shown(most.dropLast() + "éé") == most.dropLast() + "…")
    }
}
