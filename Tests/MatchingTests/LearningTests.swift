import Matching
import TestSupport
import Testing

/// What is learned without labels, beside what the data was made with.
struct LearningTests {
    private static let fields = (0..<4).map { MatchField("f\($0)") }
    /// How often each field is right in the second of two files.
    private static let right = [0.95, 0.9, 0.8, 0.7]
    /// How many values each field has, all met as often.
    private static let valueCounts = [400, 300, 200, 50]

    /// Two files of the same things; the second has another value of a field now and then.
    private static func items(_ count: Int, _ generator: inout SeededGenerator) -> [MatchItem] {
        (0..<count).flatMap { number -> [MatchItem] in
            var (one, other): ([MatchField: String], [MatchField: String]) = ([:], [:])
            for (index, field) in Self.fields.enumerated() {
                let values = Self.valueCounts[index]
                one[field] = "\(Int.random(in: 0..<values, using: &generator))"
                let isRight = Double.random(in: 0..<1, using: &generator) < Self.right[index]
                other[field] =
                    isRight ? one[field] : "\(Int.random(in: 0..<values, using: &generator))"
            }
            return [
                MatchingHarness.item("a\(number)", one, source: "one"),
                MatchingHarness.item("b\(number)", other, source: "two"),
            ]
        }
    }

    private static let configuration = MatchingHarness.configuration(
        Self.fields.map { Comparison($0.text, of: $0, as: .category) },
        scope: .acrossSources
    )

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `m, u and the prior are those the data was made with`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let count = 500
        let matching = try MatchingHarness.matching(
            Self.items(count, &generator),
            Self.configuration
        )
        for index in Self.fields.indices {
            // A wrong value is right by chance one time in so many.
            let chance = 1 / Double(Self.valueCounts[index])
            let expected = Self.right[index] + (1 - Self.right[index]) * chance
            #expect(abs(matching.model.match[index][0] - expected) < 0.08, "field \(index)")
            #expect(abs(matching.model.chance[index][0] - chance) < 0.25 * chance, "field \(index)")
        }
        let prior = 1 / Double(count)
        #expect(abs(matching.model.prior - prior) < 0.15 * prior)
    }

    @Test func `what is probable is as often right as it says`() throws {
        var generator = SeededGenerator(seed: 9)
        let matching = try MatchingHarness.matching(Self.items(500, &generator), Self.configuration)
        let ids = matching.table.ids
        var bins = [(count: Int, right: Int, expected: Double)](repeating: (0, 0, 0), count: 4)
        for pair in matching.run().pairs {
            let bin = min(3, Int(pair.probability * 4))
            bins[bin].count += 1
            bins[bin].expected += pair.probability
            if ids[pair.first].dropFirst() == ids[pair.second].dropFirst() { bins[bin].right += 1 }
        }
        for bin in bins where bin.count >= 40 {
            let (said, was) = (
                bin.expected / Double(bin.count), Double(bin.right) / Double(bin.count)
            )
            #expect(abs(said - was) < 0.15, "said \(said), was \(was) of \(bin.count)")
        }
    }

    @Test func `with few items the assumptions stand`() throws {
        var generator = SeededGenerator(seed: 3)
        let matching = try MatchingHarness.matching(Self.items(5, &generator), Self.configuration)
        for index in Self.fields.indices {
            #expect(
                abs(matching.model.match[index][0] - ComparisonKind.category.assumedMatch[0]) < 0.15
            )
        }
    }

    @Test func `neighbours are not taken for the same`() throws {
        // Items of one street share street, quarter and town, and nothing else; nothing is the same.
        let fields = [MatchField.name, .address, .postcode, .place]
        var generator = SeededGenerator(seed: 8)
        let items = (0..<800).map { number in
            let street = number / 40
            return MatchingHarness.item(
                "\(10_000 + number)",
                [
                    fields[0]: Self.word(&generator) + " " + Self.word(&generator),
                    fields[1]: "Straat \(Self.word(street)) \(number % 40 + 1)",
                    fields[2]: "\(1_000 + street)AB", fields[3]: "Dorp \(street / 5)",
                ]
            )
        }
        let matching = try MatchingHarness.matching(items)
        let name = 4
        #expect(matching.table.configuration.comparisons[name].name == "name")
        #expect(matching.model.match[name].last.map { $0 <= ModelLearning.differentMax } == true)
        #expect(MatchingHarness.suggested(matching).isEmpty)
    }

    @Test(arguments: [
        ComparisonKind.text, .date, .postcode, .address, .distance, .category,
        .organisationName, .personName(crossed: nil), .identifier(.kvk),
    ])
    func `what is assumed adds up, level by level`(kind: ComparisonKind) {
        #expect(kind.assumedMatch.count == kind.levelNames.count)
        #expect(abs(kind.assumedMatch.reduce(0, +) - 1) < 1e-9)
        #expect(kind.levelNames.count <= MatchConfiguration.comparisonsMax)
    }

    private static func word(_ generator: inout SeededGenerator) -> String {
        Self.word(Int.random(in: 0..<100_000, using: &generator))
    }

    private static func word(_ number: Int) -> String {
        let syllables = ["ba", "de", "gi", "ko", "lu", "ma", "ne", "pi", "ro", "su"]
        var (rest, text) = (number, "")
        for _ in 0..<5 {
            text += syllables[rest % 10]
            rest /= 10
        }
        return text
    }
}
