import Foundation
import RecordImport
import Testing

/// Encodings that the first bytes leave no doubt about, and those that they do.
struct FileStartTests {
    private static let text = "id,v\n1,café 😀\n2,Łódź\r\n"

    private func mapping(_ encoding: Mapping.Encoding, isJSON: Bool = false) throws -> Mapping {
        try ImportHarness.mapping(
            fields: [ImportHarness.field("text", "v")],
            encoding: encoding,
            isJSON: isJSON
        )
    }

    private func bytes(_ text: String, _ encoding: String.Encoding, mark: [UInt8] = []) throws
        -> [UInt8]
    {
        mark + [UInt8](try #require(text.data(using: encoding)))
    }

    @Test(
        arguments: [
            ([0xFF, 0xFE], String.Encoding.utf16LittleEndian), ([], .utf16LittleEndian),
            ([0xFE, 0xFF], .utf16BigEndian), ([], .utf16BigEndian),
        ] as [([UInt8], String.Encoding)],
        [Mapping.Encoding.utf8, .utf16, .windows1252, .utf16LittleEndian]
    )
    func `UTF-16 is read, and told where the mapping says otherwise`(
        form: ([UInt8], String.Encoding),
        declared: Mapping.Encoding
    ) throws {
        let bytes = try self.bytes(Self.text, form.1, mark: form.0)
        let isExpected =
            declared == .utf16 || declared == .utf16LittleEndian && form.1 == .utf16LittleEndian
        for pieces in [1, 3, 4096] {
            let result = try ImportHarness.run(bytes, self.mapping(declared), pieces: pieces)
            #expect(result.records.map { $0.fields.map(\.value) } == [["café 😀"], ["Łódź"]])
            #expect(result.found == (isExpected ? [] : ["encoding.detected info 1 "]))
        }
    }

    @Test func `lines of JSON in UTF-16 are read`() throws {
        let text = "{\"id\":1,\"v\":\"é\"}\n"
        let bytes = try self.bytes(text, .utf16BigEndian, mark: [0xFE, 0xFF])
        let result = try ImportHarness.run(bytes, self.mapping(.utf8, isJSON: true))
        #expect(result.records.map { $0.fields.map(\.value) } == [["é"]])
        #expect(result.found == ["encoding.detected info 1 "])
    }

    @Test func `a mark of UTF-8 is dropped, and counts before what the mapping says`() throws {
        let bytes = try self.bytes("\u{FEFF}" + Self.text, .utf8)
        for pieces in [1, 4096] {
            let own = try ImportHarness.run(bytes, self.mapping(.utf8), pieces: pieces)
            #expect(own.records.count == 2)
            #expect(own.found == [])
            let other = try ImportHarness.run(bytes, self.mapping(.latin1), pieces: pieces)
            #expect(other.records.map { $0.fields.map(\.value) } == [["café 😀"], ["Łódź"]])
            #expect(other.found == ["encoding.detected info 1 "])
        }
    }

    @Test func `UTF-16 that leaves a doubt is read as the mapping says, or refused`() throws {
        // The first character is none of Latin-1.
        let bytes = try self.bytes("Łid,id,v\nx,1,a\n", .utf16BigEndian)
        #expect(throws: ImportError.encodingUncertain) {
            try ImportHarness.run(bytes, self.mapping(.utf16))
        }
        let result = try ImportHarness.run(bytes, self.mapping(.utf16BigEndian))
        #expect(result.records.map(\.sourceKey) == ["1"])
    }

    @Test func `half a pair is no text of its row, and the others are read`() throws {
        var bytes = try self.bytes("id,v\n1,a", .utf16LittleEndian)
        bytes += [0x3D, 0xD8]
        bytes += try self.bytes("\n2,b\n", .utf16LittleEndian)
        let result = try ImportHarness.run(bytes, self.mapping(.utf16))
        #expect(result.records.map(\.sourceKey) == ["2"])
        #expect(result.found == ["encoding.invalid error 2 "])
        #expect(result.findings.first?.suggestion == "not utf-16: check the mapping's encoding")
        let cut = try ImportHarness.run(bytes.dropLast(), self.mapping(.utf8))
        #expect(
            cut.found == [
                "encoding.detected info 1 ", "encoding.invalid error 2 ",
                "encoding.invalid error 3 ",
            ]
        )
        #expect(cut.findings.last?.suggestion == "not utf-16le: check the mapping's encoding")
    }

    @Test(arguments: [[0x50, 0x4B, 3, 4], [0xD0, 0xCF, 0x11, 0xE0]] as [[UInt8]])
    func `a workbook is no text`(start: [UInt8]) throws {
        let isOld = start[0] == 0xD0
        #expect(throws: ImportError.isWorkbook(isOld: isOld)) {
            try ImportHarness.run(start + [1, 2, 3], self.mapping(.utf8), pieces: 1)
        }
    }

    @Test(arguments: ["", "i", "id", "id,", "id,v"])
    func `a file of a few bytes is read to its end`(text: String) throws {
        guard text == "id,v" else {
            #expect(throws: ImportError.self) {
                try ImportHarness.run(text, self.mapping(.utf8))
            }
            return
        }
        #expect(try ImportHarness.run(text, self.mapping(.utf8)).records.isEmpty)
    }
}
