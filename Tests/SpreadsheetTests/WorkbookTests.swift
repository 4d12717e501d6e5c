import Foundation
import Spreadsheet
import Testing

/// `workbooks.json`, which `make_workbooks.py` writes with openpyxl, zipfile and zlib.
struct WorkbookFixtures: Decodable {
    struct Workbook: Decodable {
        let name: String
        let file: Data
        let sheet: String
        let rows: [Row]
    }

    struct Row: Decodable {
        let number: Int
        let cells: [[String]]
    }

    struct Deflated: Decodable {
        let name: String
        let data: Data
        let byteCount: Int
        let checksum: Int
    }

    let workbooks: [Workbook]
    let deflated: [Deflated]

    static func read() throws -> WorkbookFixtures {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "workbooks.json"
        )
        return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
    }
}

/// A file in memory.
struct Bytes: RandomBytes {
    let bytes: [UInt8]

    var byteCount: Int { self.bytes.count }

    func read(count: Int, at offset: Int) -> [UInt8] { Array(self.bytes[offset..<offset + count]) }
}

/// All rows of a sheet.
func rows(
    of bytes: [UInt8],
    sheet: String? = nil,
    limits: WorkbookLimits = WorkbookLimits()
) throws -> [SheetRow] {
    var reader = try Workbook(Bytes(bytes: bytes), limits: limits).sheet(sheet)
    var rows: [SheetRow] = []
    repeat {
        while let row = try reader.nextRow() { rows.append(row) }
    } while try reader.advance()
    return rows
}

struct WorkbookTests {
    private static func words(_ cell: SheetCell) -> [String] {
        switch cell {
        case .empty: ["empty", ""]
        case .text(let text): ["text", text]
        case .number(let text): ["number", text]
        case .date(let text): ["date", text]
        case .error(let text): ["error", text]
        case .formula: ["formula", ""]
        }
    }

    @Test func `every cell is the one that was written`() throws {
        let fixtures = try WorkbookFixtures.read()
        #expect(fixtures.workbooks.count == 5)
        for item in fixtures.workbooks {
            let read = try rows(of: [UInt8](item.file), sheet: item.sheet)
            #expect(read.map(\.number) == item.rows.map(\.number), "\(item.name)")
            for (row, expected) in zip(read, item.rows) {
                #expect(
                    row.cells.map(Self.words) == expected.cells,
                    "\(item.name), row \(row.number)"
                )
                #expect(row.excess == nil)
            }
        }
    }

    @Test func `the first sheet is read where none is named, and others are named`() throws {
        let file = [UInt8](try #require(try WorkbookFixtures.read().workbooks.first).file)
        let workbook = try Workbook(Bytes(bytes: file), limits: WorkbookLimits())
        #expect(workbook.sheetNames == ["Controles & co", "Tweede"])
        #expect(try rows(of: file).count == 6)
        #expect(try rows(of: file, sheet: "TWEEDE").count == 1)
        #expect(
            throws: WorkbookError.sheetMissing(name: "Derde", known: ["Controles & co", "Tweede"])
        ) {
            try rows(of: file, sheet: "Derde")
        }
    }

    @Test func `a changed byte is found`() throws {
        // What no checksum covers is in the directory and the headers: times, versions, attributes.
        let whole = [UInt8](try #require(try WorkbookFixtures.read().workbooks.last).file)
        let expected = try rows(of: whole)
        var refusals = 0
        for place in stride(from: 0, to: whole.count, by: 3) {
            var bytes = whole
            bytes[place] ^= 0x55
            guard let read = try? rows(of: bytes) else {
                refusals += 1
                continue
            }
            #expect(read == expected, "byte \(place)")
        }
        #expect(refusals > whole.count / 5)
    }

    @Test func `a cut file is refused`() throws {
        let whole = [UInt8](try #require(try WorkbookFixtures.read().workbooks.last).file)
        for count in stride(from: 0, to: whole.count, by: 7) {
            #expect(throws: WorkbookError.self) { try rows(of: Array(whole[..<count])) }
        }
    }
}
