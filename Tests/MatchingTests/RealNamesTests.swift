import Foundation
import Matching
import Testing

/// Where the real files lie beside the checkout; the tests that need them are skipped without it.
private let file = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/data/nl-organisations/kvk-names-homonyms.csv")

private let hasData = FileManager.default.fileExists(atPath: file.path())

/// 206 names that together have 2,895 KvK numbers.
@Suite(.enabled(if: hasData, "the real files of ../shared/data are absent"))
struct RealNamesTests {
    @Test(arguments: [true, false])
    func `no two numbers of a name are suggested`(withNumbers: Bool) throws {
        var seen: Set<String> = []
        var numbers: [String: String] = [:]
        var items: [MatchItem] = []
        for line in try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
        {
            guard seen.insert(String(line)).inserted else { continue }
            let cells = line.dropFirst().dropLast().components(separatedBy: "\",\"")
            try #require(cells.count == 2)
            let number = String(repeating: "0", count: max(0, 8 - cells[1].count)) + cells[1]
            let id = "\(items.count)"
            numbers[id] = number
            let values: [MatchField: String] =
                withNumbers ? [.name: cells[0], .kvk: number] : [.name: cells[0]]
            items.append(MatchingHarness.item(id, values))
        }
        #expect(items.count > 2_800)
        let matching = try MatchingHarness.matching(items)
        let ids = matching.table.ids
        for pair in matching.run().pairs where matching.isSuggestion(pair) {
            #expect(numbers[ids[pair.first]] == numbers[ids[pair.second]])
        }
    }
}
