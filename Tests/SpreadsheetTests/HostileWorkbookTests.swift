import Spreadsheet
import TestSupport
import Testing

/// Archives and XML that no program writes.
struct HostileWorkbookTests {
    private func error(_ archive: ZipBuilder) -> WorkbookError? {
        do {
            _ = try rows(of: archive.bytes)
            return nil
        } catch {
            return error as? WorkbookError
        }
    }

    private func sheet(_ rows: String) -> WorkbookError? { self.error(.workbook(rows: rows)) }

    private static let good = "<row><c><v>1</v></c></row>"

    @Test func `entries do not share bytes, and stand there once`() {
        var archive = ZipBuilder.workbook(rows: Self.good)
        #expect(self.error(archive) == nil)
        archive.gap = 3
        #expect(self.error(archive) == nil)
        archive = .workbook(rows: Self.good)
        archive.entries.append(archive.entries[0])
        archive.entries[archive.entries.count - 1].name = "_RELS/.rels"
        let twice = WorkbookError.damaged(
            part: "the archive",
            problem: "\"_RELS/.rels\" stands there twice"
        )
        #expect(self.error(archive) == twice)
        // Each header begins within the entry before it.
        archive = .workbook(rows: Self.good)
        archive.gap = -1
        archive.entries[0].data += [0]
        #expect(self.error(archive) != nil)
    }

    @Test func `an entry within another is refused`() {
        var inner = ZipBuilder.workbook(rows: Self.good)
        let outer = ZipBuilder.Entry("outer", ZipBuilder([inner.entries[0]]).bytes)
        inner.entries.append(outer)
        var bytes = inner.bytes
        // The directory's first offset is moved to where the copy begins.
        let copy =
            inner.entries.dropLast().reduce(0) { $0 + 30 + $1.name.utf8.count + $1.data.count } + 35
        let directory = bytes.count - 22 - inner.entries.reduce(0) { $0 + 46 + $1.name.utf8.count }
        for shift in 0..<4 {
            bytes[directory + 42 + shift] = UInt8(truncatingIfNeeded: copy >> (8 * shift))
        }
        let shared = WorkbookError.damaged(part: "the archive", problem: "its entries share bytes")
        #expect(throws: shared) { try rows(of: bytes) }
    }

    @Test func `encrypted parts and old workbooks are named`() {
        var archive = ZipBuilder.workbook(rows: Self.good)
        archive.entries[1].flags = 1
        #expect(self.error(archive) == .locked)
        #expect(throws: WorkbookError.locked) { try rows(of: [0xD0, 0xCF, 0x11, 0xE0, 1, 2]) }
        #expect(throws: WorkbookError.notWorkbook) { try rows(of: Array("id,v\n1,2\n".utf8)) }
        #expect(throws: WorkbookError.notWorkbook) { try rows(of: []) }
        #expect(self.error(ZipBuilder([.init("readme.txt", [1])])) == .notWorkbook)
    }

    @Test(
        arguments: [
            "<!DOCTYPE x [<!ENTITY a \"b\">]>",
            "<!DOCTYPE worksheet SYSTEM \"file:///etc/passwd\">",
            "<!ENTITY a \"b\">", "<row><c t=\"str\"><v>&a;</v></c></row>",
            "<row><c t=\"str\"><v>&nbsp;</v></c></row>",
        ]
    )
    func `document types and entities are refused`(rows: String) {
        let refused = WorkbookError.damaged(
            part: "xl/sheet.xml",
            problem: "XML with a document type or entities of its own"
        )
        #expect(self.sheet(rows) == refused)
    }

    @Test(
        arguments: [
            "<row>", "</row>", "<row></c>", "<row a></row>", "<row a=b/>", "<row a=\"b/>",
            "<row a=\"1\"b=\"2\"/>",
            "< row/>", "<row><c t=\"str\"><v>&#xD800;</v></c></row>",
            "<row><c t=\"str\"><v>&amp</v></c></row>",
            "<row><c t=\"str\"><v>&#x110000;</v></c></row>",
            "<row><c t=\"str\"><v>&#+65;</v></c></row>",
            "<row/></sheetData></worksheet><worksheet><sheetData>",
            "<row/></sheetData></worksheet>x<!--",
            "<!-- no end", "<row", "<![CDATA[x",
        ]
    )
    func `what is not well-formed is refused`(rows: String) {
        #expect(self.sheet(rows) == .damaged(part: "xl/sheet.xml", problem: "no XML"))
    }

    @Test func `another encoding is refused`() throws {
        for (declaration, isRead) in [
            ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", true), ("<?xml version='1.0'?>", true),
            ("<?xml version=\"1.0\" encoding='us-ascii' ?>", true),
            ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", false),
            ("<?xml version=\"1.0\" encoding=\"UTF-16\"?>", false),
        ] {
            var archive = ZipBuilder.workbook(rows: Self.good)
            let index = try #require(archive.entries.firstIndex { $0.name == "xl/sheet.xml" })
            let data = Array(declaration.utf8) + archive.entries[index].data
            archive.entries[index] = .init("xl/sheet.xml", data)
            #expect((self.error(archive) == nil) == isRead, "\(declaration)")
        }
    }

    @Test(
        arguments: [
            "<row r=\"2\"/><row r=\"2\"/>", "<row r=\"2\"/><row r=\"1\"/>", "<row r=\"0\"/>",
            "<row r=\"x\"/>",
            "<row r=\"1\"><c r=\"B1\"/><c r=\"B1\"/></row>",
            "<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>",
            "<row r=\"1\"><c r=\"A2\"/></row>", "<row r=\"1\"><c r=\"XFE1\"/></row>",
            "<row r=\"1\"><c r=\"AAAA1\"/></row>", "<row r=\"1\"><c r=\"a1\"/></row>",
            "<row><c t=\"s\"><v>0</v></c></row>", "<row><c t=\"s\"><v>-1</v></c></row>",
            "<row><c><v>abc</v></c></row>", "<row><c><v>1e999</v></c></row>",
            "<row><c><v>nan</v></c></row>",
            "<row><c t=\"zz\"><v>1</v></c></row>",
        ]
    )
    func `rows and cells in disorder, and values that are none, are refused`(rows: String) {
        guard case .damaged(part: "xl/sheet.xml", _)? = self.sheet(rows) else {
            Issue.record("read, or refused for another reason: \(rows)")
            return
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `any change of the XML is read or refused`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var xml = Array(
            "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a&amp;_x000D_</t></is></c><c t=\"d\"><v>T</v></c></row>"
                .utf8
        )
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0..<xml.count, using: &generator)
            xml[place] = Array("<>/\"'&;=! T-_x\u{0}".utf8).randomElement(using: &generator) ?? 0
        }
        _ = self.sheet(String(decoding: xml, as: UTF8.self))
    }
}
