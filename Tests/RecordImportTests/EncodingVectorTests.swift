import Foundation
import RecordImport
import Testing

/// `Protocol/vectors/import`, which Python's codecs wrote.
struct EncodingVectorTests {
    private struct File: Decodable {
        let cases: [Case]
    }

    private struct Case: Decodable {
        let name: String
        let scalars: [UInt32?]
    }

    private func cases() throws -> [Case] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Protocol/vectors/import")
        let data = try Data(contentsOf: folder.appending(path: "accept/encodings.json"))
        return try JSONDecoder().decode(File.self, from: data).cases
    }

    @Test func `every byte is the character that Python reads`() throws {
        let cases = try self.cases()
        #expect(cases.map(\.name) == ["latin-1", "windows-1252", "macroman"])
        for item in cases {
            let encoding = try #require(Mapping.Encoding(rawValue: item.name))
            #expect(item.scalars.count == 256)
            for (byte, scalar) in item.scalars.enumerated() {
                let text = encoding.text(of: [UInt8(byte)][...])
                #expect(text?.unicodeScalars.map(\.value) == scalar.map { [$0] }, "\(byte)")
                // Between other bytes too: the way of plain ASCII must not be taken.
                let inside = encoding.text(of: [0x61, UInt8(byte), 0xE9, 0x7A][...])
                #expect((inside == nil) == (scalar == nil))
                #expect(inside.map { Array($0.unicodeScalars)[1].value } == scalar)
            }
        }
    }

    @Test func `what Python calls undefined rejects its row`() throws {
        let item = try #require(try self.cases().first { $0.name == "windows-1252" })
        let undefined = item.scalars.indices.filter { item.scalars[$0] == nil }
        #expect(undefined.count == 5)
        let mapping = try ImportHarness.mapping(
            fields: [ImportHarness.field("text", "t")],
            encoding: .windows1252
        )
        for byte in undefined {
            let bytes = Array("id,t\n1,caf\n2,".utf8) + [UInt8(byte)] + Array("\n3,".utf8) + [0x80]
            let result = try ImportHarness.run(bytes, mapping)
            #expect(result.found == ["encoding.invalid error 3 "])
            #expect(result.records.map { $0.fields.first?.value } == ["caf", "€"])
        }
    }
}
