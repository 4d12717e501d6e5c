import RecordImport
import Testing

/// Dates that mean none, and other values that a mapping takes for none.
struct NoneTests {
    private static let ends = ["31-12-9999", "0000-00-00", "00-00-0000", "n.v.t.", "onbekend", "-"]

    private func file() -> String {
        "id,v\n" + Self.ends.enumerated().map { "\($0),\($1)\n" }.joined()
    }

    private func mapping(_ name: String, none: Set<String>) throws -> Mapping {
        let conversion = try Mapping.Conversion.date([.init("d-M-yyyy"), .init("yyyy-MM-dd")])
        return try ImportHarness.mapping(
            fields: [
                ImportHarness.field(name, "v", conversion, none: none),
                ImportHarness.field("extra.n", "id"),
            ]
        )
    }

    @Test func `what the mapping takes for none is left out, and nothing is told`() throws {
        for name in ["end_date", "date"] {
            let result = try ImportHarness.run(
                self.file(),
                self.mapping(name, none: Set(Self.ends))
            )
            #expect(result.records.count == Self.ends.count)
            #expect(result.records.allSatisfy { $0.fields.map(\.name) == ["extra.n"] })
            #expect(result.found == [])
        }
    }

    @Test func `an end that means none is doubted, and the record kept`() throws {
        let result = try ImportHarness.run(self.file(), self.mapping("end_date", none: []))
        #expect(result.records.count == Self.ends.count)
        #expect(result.records.first?.fields.first?.value == "9999-12-31")
        let rules = ["date.implausible"] + [String](repeating: "date.none", count: 5)
        #expect(result.rules == rules)
        #expect(result.findings.allSatisfy { $0.severity == .warning })
    }

    @Test func `a beginning that cannot be read rejects its row`() throws {
        let result = try ImportHarness.run(self.file(), self.mapping("date", none: []))
        #expect(result.records.count == 1)
        #expect(result.report.rejectedCount == 5)
    }

    @Test func `an end that is a day, but none of the calendar, rejects its row`() throws {
        let result = try ImportHarness.run(
            "id,v\n1,31-11-2024\n",
            self.mapping("end_date", none: [])
        )
        #expect(result.found == ["date.unreadable error 2 end_date"])
    }

    @Test func `none is the whole text, without blanks and what nobody sees`() throws {
        let mapping = try ImportHarness.mapping(
            fields: [ImportHarness.field("text", "v", none: ["geen"])]
        )
        let result = try ImportHarness.run(
            "id,v\n1, geen \n2,geen idee\n3,ge\u{AD}en\n4,Geen\n",
            mapping
        )
        #expect(result.records.map { $0.fields.map(\.value) } == [[], ["geen idee"], [], ["Geen"]])
    }

    @Test func `as many texts may mean none as a list of values has`() throws {
        func none(_ count: Int) -> Set<String> { Set((0..<count).map(String.init)) }
        let most = Mapping.valuesMax
        #expect(try ImportHarness.field("text", "v", none: none(most)).none.count == most)
        #expect(throws: MappingError.valueCount(most + 1)) {
            try ImportHarness.field("text", "v", none: none(most + 1))
        }
    }
}
