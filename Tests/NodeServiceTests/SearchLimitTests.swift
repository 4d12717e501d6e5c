import NodeInterface
import RecordImport
import Search
import Testing

@testable import NodeService

/// Limits of what a search is asked, met and passed.
struct SearchLimitTests {
    private static func isAllowed(_ search: SearchRecords) -> Bool {
        (try? SearchQuestion(search, today: "2026-11-29")) != nil
    }

    @Test func `numbers of a search are within their limits`() {
        #expect(Self.isAllowed(SearchRecords(limit: 1, offset: 100_000)))
        #expect(!Self.isAllowed(SearchRecords(limit: 1, offset: 100_001)))
        #expect(!Self.isAllowed(SearchRecords(limit: 1, offset: -1)))
        #expect(Self.isAllowed(SearchRecords(years: 1_000)))
        #expect(Self.isAllowed(SearchRecords(years: 1)))
        #expect(!Self.isAllowed(SearchRecords(years: 1_001)))
        #expect(!Self.isAllowed(SearchRecords(years: 0)))
        #expect(Self.isAllowed(SearchRecords(near: "52, 5", radius: 100_000)))
        #expect(!Self.isAllowed(SearchRecords(near: "52, 5", radius: 100_001)))
        #expect(!Self.isAllowed(SearchRecords(near: "52, 5", radius: 0)))
        #expect(!Self.isAllowed(SearchRecords(radius: 5)))
    }

    @Test func `a text has 1,024 bytes and 24 words at most`() {
        let most = String(repeating: "ab ", count: 341) + "a"
        #expect(most.utf8.count == 1_024)
        #expect(Self.isAllowed(SearchRecords(text: most)))
        #expect(!Self.isAllowed(SearchRecords(text: most + "b")))
        let words = (0..<25).map { "kr" + String(UnicodeScalar(UInt8(0x61 + $0))) }
        #expect(Self.isAllowed(SearchRecords(text: words.prefix(24).joined(separator: " "))))
        #expect(!Self.isAllowed(SearchRecords(text: words.joined(separator: " "))))
        #expect(Question.wordsMax == 24)
    }

    @Test func `a list has 4 MiB and 100,000 numbers at most, and 100 wrong parts are named`()
        throws
    {
        let numbers = (0..<100_000).map { String(10_000_000 + $0) }
        #expect(try ListNumbers(numbers.joined(separator: "\n")).numbers.count == 100_000)
        #expect(throws: Refusal.invalid(.list, .tooMany(max: 100_000))) {
            _ = try ListNumbers((numbers + ["99999999"]).joined(separator: "\n"))
        }
        let rest = String(repeating: " ", count: SearchList.listMax - 8)
        #expect(try ListNumbers("12345678" + rest).numbers == [12_345_678])
        #expect(throws: Refusal.invalid(.list, .tooLong(bytesMax: SearchList.listMax))) {
            _ = try ListNumbers("12345678" + rest + " ")
        }
        let wrong = try ListNumbers("kvk\n12345678\n" + String(repeating: "x,", count: 100))
        let reading = wrong.reading(found: [])
        #expect(reading.wrong == 101 && reading.wrong_lines.count == 100)
        #expect(reading.wrong_lines.first?.line == 1 && reading.not_found == ["12345678"])
        #expect(throws: Refusal.invalid(.list, .empty)) { _ = try ListNumbers(" \n;") }
        #expect(throws: Refusal.invalid(.list, .form("geen"))) {
            _ = try ListNumbers("geen\nnummer")
        }
    }

    @Test(arguments: [
        ("1", true), ("3650", true), ("3651", false), ("0", false), ("wekelijks", false),
    ])
    func `a source is old after 1 to 3,650 days`(text: String, isAllowed: Bool) throws {
        let file = """
            source: bron
            type: inspection
            key: ID
            refresh: \(text)
            fields:
              text: Tekst
            """
        let mapping = try? MappingFile.parse(Array(file.utf8))
        #expect((mapping != nil) == isAllowed)
        #expect(mapping?.refreshDays == (isAllowed ? Int(text) : nil))
    }
}
