import Spreadsheet
import TestSupport
import Testing

/// Each limit is met, and passed by one.
struct WorkbookLimitTests {
    /// Whether a workbook is read under limits; what is refused otherwise is refused for a limit.
    private func isRead(_ archive: ZipBuilder, _ change: (inout WorkbookLimits) -> Void) throws
        -> Bool
    {
        var limits = WorkbookLimits()
        change(&limits)
        do {
            _ = try rows(of: archive.bytes, limits: limits)
            return true
        } catch WorkbookError.overLimit {
            return false
        }
    }

    private let small = ZipBuilder.workbook(rows: "<row><c><v>1</v></c></row>")

    @Test
    func `a file has so many bytes, and its archive so many entries and a directory so large`()
        throws
    {
        let size = self.small.bytes.count
        #expect(try self.isRead(self.small) { $0.fileBytes = size })
        #expect(try !self.isRead(self.small) { $0.fileBytes = size - 1 })
        #expect(try self.isRead(self.small) { $0.entries = 4 })
        #expect(try !self.isRead(self.small) { $0.entries = 3 })
        let directory = self.small.entries.reduce(0) { $0 + 46 + $1.name.utf8.count }
        #expect(try self.isRead(self.small) { $0.directoryBytes = directory })
        #expect(try !self.isRead(self.small) { $0.directoryBytes = directory - 1 })
    }

    @Test func `parts, texts and sheets have so many bytes`() throws {
        let archive = ZipBuilder.workbook(
            rows: "<row/>",
            strings: "<si><t>abc</t></si><si><t>de</t></si>"
        )
        func size(_ name: String) -> Int {
            archive.entries.first { $0.name == name }?.byteCount ?? 0
        }
        let relations = size("xl/_rels/workbook.xml.rels")
        #expect(try self.isRead(archive) { $0.partBytes = relations })
        #expect(try !self.isRead(archive) { $0.partBytes = relations - 1 })
        #expect(try self.isRead(archive) { $0.stringsPartBytes = size("xl/strings.xml") })
        #expect(try !self.isRead(archive) { $0.stringsPartBytes = size("xl/strings.xml") - 1 })
        #expect(try self.isRead(archive) { $0.sheetBytes = size("xl/sheet.xml") })
        #expect(try !self.isRead(archive) { $0.sheetBytes = size("xl/sheet.xml") - 1 })
        #expect(try self.isRead(archive) { $0.stringBytes = 5 })
        #expect(try !self.isRead(archive) { $0.stringBytes = 4 })
        #expect(try self.isRead(archive) { $0.strings = 2 })
        #expect(try !self.isRead(archive) { $0.strings = 1 })
    }

    @Test func `a part grows so many times, and a small one as it likes`() throws {
        // A sheet of blanks before its end, which is what a bomb is made of.
        var archive = self.small
        let matches = 1_000
        let data = ZipBuilder.bomb(0x20, matches: matches)
        let index = try #require(archive.entries.firstIndex { $0.name == "xl/sheet.xml" })
        archive.entries[index].data = data
        archive.entries[index].method = 8
        archive.entries[index].byteCount = 1 + 258 * matches
        archive.entries[index].checksum = ZipBuilder.checksum(
            [UInt8](repeating: 0x20, count: 1 + 258 * matches)
        )
        let grown = (1 + 258 * matches) / data.count
        // Blanks are no XML: that is found when they have been expanded.
        func refusal(_ change: (inout WorkbookLimits) -> Void) -> WorkbookError? {
            var limits = WorkbookLimits()
            change(&limits)
            do {
                _ = try rows(of: archive.bytes, limits: limits)
                return nil
            } catch {
                return error as? WorkbookError
            }
        }
        let expanded = WorkbookError.damaged(part: "xl/sheet.xml", problem: "no XML")
        let refused = WorkbookError.overLimit(
            part: "xl/sheet.xml",
            limit: "\(grown) times its size"
        )
        #expect(refusal { ($0.anyExpansionBytes, $0.expansion) = (0, grown + 1) } == expanded)
        #expect(refusal { ($0.anyExpansionBytes, $0.expansion) = (0, grown) } == refused)
        let size = archive.entries[index].byteCount
        #expect(refusal { ($0.anyExpansionBytes, $0.expansion) = (size, grown) } == expanded)
        #expect(refusal { ($0.anyExpansionBytes, $0.expansion) = (size - 1, grown) } == refused)
        #expect(grown < WorkbookLimits.expansionMax)
    }

    @Test func `a bomb is refused before it is expanded`() throws {
        var archive = self.small
        let index = try #require(archive.entries.firstIndex { $0.name == "xl/sheet.xml" })
        archive.entries[index].method = 8
        archive.entries[index].data = [UInt8](repeating: 0, count: 10_000)
        archive.entries[index].byteCount = 10_000 * WorkbookLimits.expansionMax
        #expect(try self.isRead(self.small) { _ in })
        archive.entries[index].byteCount = 17_000_000
        #expect(try !self.isRead(archive) { _ in })
    }

    @Test func `what grows beyond what the archive says is refused`() throws {
        var archive = self.small
        let index = try #require(archive.entries.firstIndex { $0.name == "xl/sheet.xml" })
        archive.entries[index].method = 8
        archive.entries[index].data = ZipBuilder.bomb(0x20, matches: 1_000)
        archive.entries[index].byteCount = 100
        #expect(
            throws: WorkbookError.damaged(
                part: "xl/sheet.xml",
                problem: "it has more bytes than the archive says"
            )
        ) {
            try rows(of: archive.bytes)
        }
    }

    @Test func `there are so many sheets and formats`() throws {
        let sheets = ZipBuilder.workbook(rows: "<row/>", sheets: ["a", "b", "c"])
        #expect(try self.isRead(sheets) { $0.sheets = 3 })
        #expect(try !self.isRead(sheets) { $0.sheets = 2 })
        let formats =
            "<cellXfs>" + String(repeating: "<xf numFmtId=\"14\"/>", count: 5) + "</cellXfs>"
        let styled = ZipBuilder.workbook(rows: "<row/>", styles: formats)
        #expect(try self.isRead(styled) { $0.formats = 5 })
        #expect(try !self.isRead(styled) { $0.formats = 4 })
        let codes = (1...3).map { "<numFmt numFmtId=\"\($0)\" formatCode=\"0\"/>" }.joined()
        let coded = ZipBuilder.workbook(rows: "<row/>", styles: codes)
        #expect(try self.isRead(coded) { $0.formats = 3 })
        #expect(try !self.isRead(coded) { $0.formats = 2 })
    }

    @Test func `tags and texts are so long, and elements so deep`() throws {
        let text = String(repeating: "x", count: 2_000)
        let archive = ZipBuilder.workbook(
            rows: "<row><c t=\"str\"><v>\(text)</v></c></row>",
            sheets: [String(repeating: "n", count: 1_000)]
        )
        #expect(try self.isRead(archive) { $0.tokenBytes = 2_000 })
        #expect(try !self.isRead(archive) { $0.tokenBytes = 1_999 })
        let tag = ZipBuilder.workbook(rows: "<row a=\"\(text)\"/>")
        #expect(try self.isRead(tag) { $0.tokenBytes = 2_009 })
        #expect(try !self.isRead(tag) { $0.tokenBytes = 2_008 })
        #expect(try self.isRead(archive) { $0.depth = 5 })
        #expect(try !self.isRead(archive) { $0.depth = 4 })
    }

    @Test func `a text without end is refused before it is read`() throws {
        let archive = ZipBuilder.workbook(
            rows: "<row><c t=\"str\"><v>" + String(repeating: "x", count: 300_000)
        )
        #expect(try !self.isRead(archive) { $0.tokenBytes = 100_000 })
    }

    @Test func `a sheet has so many rows and cells`() throws {
        let archive = ZipBuilder.workbook(
            rows: "<row r=\"6\"><c/><c/></row><row r=\"7\"><c r=\"C7\"><v>1</v></c></row>"
        )
        #expect(try self.isRead(archive) { $0.rows = 7 })
        #expect(try !self.isRead(archive) { $0.rows = 6 })
        #expect(try self.isRead(archive) { $0.cells = 3 })
        #expect(try !self.isRead(archive) { $0.cells = 2 })
        let last = ZipBuilder.workbook(rows: "<row r=\"\(WorkbookLimits.rowsMax)\"/>")
        #expect(try self.isRead(last) { _ in })
        let more = ZipBuilder.workbook(rows: "<row r=\"\(WorkbookLimits.rowsMax + 1)\"/>")
        #expect(try !self.isRead(more) { _ in })
    }

    @Test func `a row with too much is told, and the next one is read`() throws {
        let archive = ZipBuilder.workbook(
            rows: "<row><c r=\"AMJ1\"><v>1</v></c></row><row><c r=\"AMK2\"><v>1</v></c></row>"
                + "<row><c r=\"XFD3\" s=\"1\"/></row><row><c><v>4</v></c></row>"
        )
        let read = try rows(of: archive.bytes)
        #expect(read.map(\.cells.count) == [WorkbookLimits.columnsMax, 0, 0, 1])
        #expect(read.map(\.excess) == [nil, .columns, nil, nil])
        var limits = WorkbookLimits()
        limits.rowBytes = 5
        let long = ZipBuilder.workbook(
            rows: ["abcde", "abcdef", "a"].map { "<row><c t=\"str\"><v>\($0)</v></c></row>" }
                .joined()
        )
        #expect(try rows(of: long.bytes, limits: limits).map(\.excess) == [nil, .bytes, nil])
    }
}
