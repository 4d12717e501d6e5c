import RecordImport
import Testing

struct InvisibleTests {
    /// Characters with the property Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties),
    /// and controls.
    static let scalars: [UInt32] = [
        0x00, 0x01, 0x08, 0x1B, 0x7F, 0x80, 0x9F, 0xAD, 0x34F, 0x61C, 0x115F, 0x17B4, 0x180E,
        0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202A, 0x202E, 0x2060, 0x2064, 0x2066, 0x2069,
        0x3164, 0xFE0F, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFB, 0xE0001, 0xE0061, 0xE0100,
    ]

    private func mapping() throws -> Mapping {
        try ImportHarness.mapping(fields: [ImportHarness.field("text", "v")])
    }

    @Test(arguments: Self.scalars)
    func `what nobody sees is told of its cell, and the value kept`(value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        let text = "a" + String(scalar) + "b"
        let result = try ImportHarness.run("id,v\n1,\(text)\n2,ab\n", self.mapping())
        #expect(result.found == ["text.invisible warning 2 text"])
        #expect(
            result.records.first?.fields.first?.value.unicodeScalars.map(\.value) == [
                0x61, value, 0x62,
            ]
        )
        let number = String(value, radix: 16, uppercase: true)
        #expect(result.findings.first?.suggestion.hasSuffix(number) == true)
    }

    @Test(arguments: Self.scalars)
    func `what nobody sees never makes two keys of one`(value: UInt32) throws {
        let scalar = String(try #require(Unicode.Scalar(value)))
        let text = "id,v\nZ-1,a\nZ\(scalar)-1,a\n\(scalar)Z-1\(scalar),b\n"
        let result = try ImportHarness.run(text, self.mapping())
        #expect(result.records.map(\.sourceKey) == ["Z-1", "Z-1", "Z-1"])
        #expect(
            result.found == [
                "text.invisible warning 3 key", "key.same info 3 key",
                "text.invisible warning 4 key", "key.repeated warning 4 key",
            ]
        )
    }

    @Test func `a key of nothing that can be seen is missing`() throws {
        let result = try ImportHarness.run("id,v\n\u{200B}\u{0},a\n", self.mapping())
        #expect(result.records.isEmpty)
        #expect(result.rules == ["text.invisible", "key.missing"])
    }

    @Test(arguments: ["tab\there", "é😀", "👩‍👩‍👧", "❤️", "👍🏽", "a\u{A0}b", "„“", "日本"])
    func `what is seen is not told`(text: String) throws {
        let result = try ImportHarness.run("id,v\n1,\(text)\n", self.mapping())
        #expect(result.rules == [])
        #expect(result.records.first?.fields.first?.value == text)
    }

    @Test func `each character is named once, and eight at most`() throws {
        let few = try ImportHarness.run("id,v\n1,a\u{200B}b\u{200B}\u{AD}c\n", self.mapping())
        #expect(few.findings.first?.suggestion == "U+200B, U+00AD")
        let all = String(String.UnicodeScalarView(Self.scalars.compactMap(Unicode.Scalar.init)))
        let many = try ImportHarness.run("id,v\n1,x\(all)x\n", self.mapping())
        let names = "U+0000, U+0001, U+0008, U+001B, U+007F, U+0080, U+009F, U+00AD, and others"
        #expect(many.findings.first?.suggestion == names)
    }

    @Test func `dates, numbers, values and filters are read without it`() throws {
        let mapping = try ImportHarness.mapping(
            fields: [
                ImportHarness.field("date", "d", .date([.init("d-M-yyyy")])),
                ImportHarness.field("amount_eur", "n", .number(.dutch)),
                ImportHarness.field("status", "s", .values(["rood": "bad"], otherwise: .reject)),
            ],
            delimiter: ";",
            filter: .init(column: "f", values: ["ja"])
        )
        let mark = "\u{200E}"
        let text = "id;d;n;s;f\n1;\(mark)1-2-2024;\(mark)1.250,50;ro\u{AD}od;j\u{0}a\n"
        let result = try ImportHarness.run(text, mapping)
        #expect(result.records.first?.fields.map(\.value) == ["1250.5", "2024-02-01", "bad"])
        #expect(Set(result.rules) == ["text.invisible"])
    }

    @Test func `a column is found whose name has it`() throws {
        let result = try ImportHarness.run("i\u{200B}d,v\n1,a\n", self.mapping())
        #expect(result.records.map(\.sourceKey) == ["1"])
        #expect(result.found == ["text.invisible warning 1 "])
    }

    @Test func `of a citizen's number nothing is shown`() throws {
        let mapping = try ImportHarness.mapping(fields: [ImportHarness.field("subject.bsn", "v")])
        let result = try ImportHarness.run("id,v\n1,123\u{200B}456\n", mapping)
        #expect(result.rules.first == "text.invisible")
        #expect(result.findings.allSatisfy { $0.value.isEmpty })
    }
}
