import RecordImport
import Testing
import Vocabulary

struct MappingTests {
    @Test(
        arguments: [
            "subject.name", "location.bag", "date", "end_date", "amount_eur", "extra.a",
            "extra.0", "extra._", "extra.a.b-c_d",
            "extra." + String(repeating: "a", count: FieldName.extraNameMax),
        ]
    )
    func `fields have known names or are extra`(name: String) throws {
        #expect(try Mapping.fieldName(name).text == name)
    }

    @Test(
        arguments: [
            "", "name", "subject.", "subject.Name", "location.foo", "extra", "extra.", "extra.A",
            "extra..a", "extra.-a", "extra.a b", "extra.é", "Date",
            "extra." + String(repeating: "a", count: FieldName.extraNameMax + 1),
        ]
    )
    func `other names are refused`(name: String) {
        #expect(throws: MappingError.fieldNameUnknown(name)) { try Mapping.fieldName(name) }
    }

    @Test func `a source has a name`() throws {
        func source(_ name: String) throws -> String {
            try Mapping(
                source: name,
                format: .csv(.init(delimiter: ",", header: nil)),
                encoding: .utf8,
                type: .signal,
                category: .police,
                country: .any,
                key: .init(column: "id"),
                fields: [ImportHarness.field("text", "t")],
                neverShare: [],
                filter: nil,
                timezone: Mapping.dutchTime
            ).source
        }
        let most = String(repeating: "a", count: 64)
        for name in ["a", "ma-enforcement", "EPA_rmp.2", "9", most] {
            #expect(try source(name) == name)
        }
        for name in ["", "-a", ".a", "_a", "a b", "é", "a/b", most + "a"] {
            #expect(throws: MappingError.sourceMalformed(name)) { try source(name) }
        }
    }

    @Test func `fields are counted and named once`() throws {
        let field = try ImportHarness.field("text", "t")
        #expect(throws: MappingError.fieldCount(0)) { try ImportHarness.mapping(fields: []) }
        #expect(throws: MappingError.fieldRepeated("text")) {
            try ImportHarness.mapping(fields: [field, field])
        }
        let most = try (0..<Mapping.fieldsMax).map { try ImportHarness.field("extra.f\($0)", "t") }
        #expect(try ImportHarness.mapping(fields: most).fields.count == Mapping.fieldsMax)
        #expect(throws: MappingError.fieldCount(Mapping.fieldsMax + 1)) {
            try ImportHarness.mapping(fields: most + [field])
        }
        #expect(throws: MappingError.neverShareUnmapped("extra.x")) {
            try ImportHarness.mapping(fields: [field], neverShare: ["extra.x"])
        }
    }

    @Test func `conversions have limits`() throws {
        func field(_ conversion: Mapping.Conversion) throws {
            _ = try ImportHarness.field("text", "t", conversion)
        }
        try field(.pad(1))
        try field(.pad(Mapping.padMax))
        #expect(throws: MappingError.padOutOfRange(0)) { try field(.pad(0)) }
        #expect(throws: MappingError.padOutOfRange(Mapping.padMax + 1)) {
            try field(.pad(Mapping.padMax + 1))
        }
        let formats = [DateFormat](repeating: .iso, count: Mapping.formatsMax)
        try field(.date(formats))
        #expect(throws: MappingError.formatCount(0)) { try field(.date([])) }
        #expect(throws: MappingError.formatCount(Mapping.formatsMax + 1)) {
            try field(.date(formats + [.iso]))
        }
        var values: [String: String] = [:]
        for index in 0..<Mapping.valuesMax { values["\(index)"] = "x" }
        try field(.values(values, otherwise: .keep))
        values["x"] = "x"
        #expect(throws: MappingError.valueCount(Mapping.valuesMax + 1)) {
            try field(.values(values, otherwise: .keep))
        }
        #expect(throws: MappingError.valueCount(0)) { try field(.values([:], otherwise: .keep)) }
    }

    @Test(arguments: ["", ",,", "\"", "\n", "\r", "é", "\0"])
    func `a delimiter is one plain character`(delimiter: String) {
        #expect(throws: MappingError.delimiterMalformed(delimiter)) {
            try Mapping.CSVDialect(delimiter: delimiter, header: nil)
        }
    }

    @Test func `a declared header names each column once`() throws {
        func header(_ names: [String]) throws {
            _ = try Mapping.CSVDialect(delimiter: ",", header: names)
        }
        let most = (0..<CSVReader.columnsMax).map(String.init)
        try header(most)
        #expect(throws: MappingError.headerMalformed("")) { try header([]) }
        #expect(throws: MappingError.headerMalformed("")) { try header(most + ["x"]) }
        #expect(throws: MappingError.headerMalformed("a")) { try header(["a", "b", "a"]) }
        #expect(throws: MappingError.headerMalformed("")) { try header(["a", ""]) }
        #expect(throws: MappingError.filterEmpty) { try Mapping.Filter(column: "a", values: []) }
        #expect(throws: MappingError.filterEmpty) { try Mapping.Filter(column: "", values: ["a"]) }
    }
}
