import Matching
import TestSupport
import Testing

/// Which pairs are looked at.
struct CandidateTests {
    private static let a = MatchField("a")
    private static let b = MatchField("b")
    private static let comparisons = [
        Comparison("a", of: Self.a, as: .category), Comparison("b", of: Self.b, as: .category),
    ]

    private static func compared(_ items: [MatchItem], _ scope: PairScope = .all) throws -> Int {
        let configuration = MatchingHarness.configuration(Self.comparisons, scope: scope)
        return try MatchingHarness.matching(items, configuration).run().comparedCount
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64], [PairScope.all, .acrossSources])
    func `pairs that share a key are looked at, each once, and no others`(
        seed: UInt64,
        scope: PairScope
    ) throws {
        var generator = SeededGenerator(seed: seed)
        let items = (0..<300).map { number in
            let values = [
                Self.a: "\(Int.random(in: 0..<80, using: &generator))",
                Self.b: "\(Int.random(in: 0..<50, using: &generator))",
            ]
            let source = Bool.random(using: &generator) ? "one" : "two"
            return MatchingHarness.item("\(number)", values, source: source)
        }
        var count = 0
        for (index, one) in items.enumerated() {
            for other in items[(index + 1)...] {
                let isShared =
                    one.values[Self.a] == other.values[Self.a]
                    || one.values[Self.b] == other.values[Self.b]
                if isShared, scope == .all || one.source != other.source { count += 1 }
            }
        }
        #expect(try Self.compared(items, scope) == count)
    }

    @Test func `a block of 100 is used and one of 101 is not`() throws {
        #expect(CandidateIndex.blockPairsMax == 100 * 99 / 2)
        for (count, pairs) in [(100, 4_950), (101, 0)] {
            let items = (0..<count).map { MatchingHarness.item("\($0)", [Self.a: "x"]) }
            #expect(try Self.compared(items) == pairs)
        }
    }

    @Test func `a block that is too large is used where another key makes it finer`() throws {
        // 1,000 items in one block of a and ten blocks of 100 of b; with 202 of b those are too large too,
        // and so is every block of both.
        let fine = (0..<1_000).map {
            MatchingHarness.item("\($0)", [Self.a: "x", Self.b: "\($0 % 10)"])
        }
        #expect(try Self.compared(fine) == 10 * 4_950)
        let coarse = (0..<1_010).map {
            MatchingHarness.item("\($0)", [Self.a: "x", Self.b: "\($0 % 5)"])
        }
        #expect(try Self.compared(coarse) == 0)
        // Blocks of 200 in a and in b meet in blocks of 20.
        let crossed = (0..<2_000).map {
            MatchingHarness.item("\($0)", [Self.a: "\($0 % 10)", Self.b: "\($0 / 10 % 10)"])
        }
        #expect(try Self.compared(crossed) == 100 * 20 * 19 / 2)
    }

    @Test func `what was too large is told`() throws {
        let items = (0..<1_010).map {
            MatchingHarness.item("\($0)", [Self.a: "x", Self.b: "\($0 % 5)"])
        }
        let matching = try MatchingHarness.matching(
            items,
            MatchingHarness.configuration(Self.comparisons)
        )
        let told = matching.index.large.map {
            "\($0.rules.joined(separator: "+")) \($0.blockCount) \($0.itemCount)"
        }
        #expect(told == ["a 1 1010", "b 5 1010", "a+b 5 1010"])
    }

    @Test func `an item is compared with at most 1,000 after it, those of its smallest blocks`()
        throws
    {
        #expect(CandidateIndex.candidatesMax == 1_000)
        // The first item shares a block of its own with each 99 others: 12 · 99 is 1,188.
        let fields = (0..<12).map { MatchField("f\($0)") }
        let configuration = MatchingHarness.configuration(
            fields.map { Comparison($0.text, of: $0, as: .category) }
        )
        func items(_ fieldCount: Int) -> [MatchItem] {
            let first = MatchingHarness.item(
                "0000",
                Dictionary(uniqueKeysWithValues: fields.prefix(fieldCount).map { ($0, "x") })
            )
            return [first]
                + (0..<fieldCount).flatMap { field in
                    (0..<99).map {
                        MatchingHarness.item("\(1_000 + field * 99 + $0)", [fields[field]: "x"])
                    }
                }
        }
        let within = try MatchingHarness.matching(items(10), configuration).run()
        #expect(within.cutItemCount == 0)
        #expect(within.comparedCount == 10 * 4_950)
        let over = try MatchingHarness.matching(items(12), configuration).run()
        #expect(over.cutItemCount == 1)
        #expect(over.comparedCount == 12 * 4_950 - 188)
    }
}
