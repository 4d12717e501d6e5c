import Matching
import TestSupport
import Testing

/// What is suggested, and what never is.
struct MatchingTests {
    @Test func `one name with 60 KvK numbers is 60 companies`() throws {
        let items = (0..<60).map { number in
            MatchingHarness.item(
                "\(number)",
                [.name: "Oosterwijk Puinrecycling B.V.", .kvk: "\(40_000_000 + number)"]
            )
        }
        #expect(try MatchingHarness.suggested(MatchingHarness.matching(items)).isEmpty)
    }

    @Test func `nothing outweighs two KvK numbers but a succession`() throws {
        let point = MatchPoint(latitude: 52.1, longitude: 5.1)
        var items = (0..<40).map { number in
            MatchingHarness.item("other \(number)", Self.company(number))
        }
        let shared: [MatchField: String] = [
            .name: "Oosterwijk Puinrecycling B.V.", .address: "Westerkade 12", .postcode: "3511AA",
            .place: "Utrecht", .rsin: "111222333", .vestiging: "000012345678",
            .bag: "0344010000012345",
        ]
        for (id, kvk) in [("one", "40000001"), ("two", "40000002")] {
            let values = shared.merging([.kvk: kvk]) { $1 }
            items.append(MatchingHarness.item(id, values, point: point))
        }
        #expect(try MatchingHarness.suggested(MatchingHarness.matching(items)).isEmpty)
        let succession = Succession(from: "40000001", to: "40000002")
        let joined = try MatchingHarness.matching(items, successions: [succession])
        #expect(MatchingHarness.suggested(joined) == ["one two"])
    }

    @Test func `names alone suggest nothing`() throws {
        let items = (0..<200).map { number in
            MatchingHarness.item(
                "\(1_000 + number)",
                [.name: Self.company(number % 100)[.name] ?? ""]
            )
        }
        let matching = try MatchingHarness.matching(items)
        #expect(matching.run().pairs.allSatisfy { !$0.isCorroborated })
        #expect(MatchingHarness.suggested(matching).isEmpty)
    }

    @Test(arguments: [nil, "own"])
    func `nobody's many items push those of the first source out of a block`(first: String?) throws
    {
        var items = (0..<100).map {
            MatchItem(id: "\(1_000 + $0)", source: "own", values: Self.company($0), point: nil)
        }
        let values: [MatchField: String] = [
            .name: "Oosterwijk Puinrecycling", .address: "Kade 12", .postcode: "3511AA",
        ]
        items += ["a", "b"].map {
            MatchItem(id: $0, source: "own", values: values, point: nil)
        }
        // In every block that the two are in, and no more like them.
        items += (0..<400).map {
            let word = $0 % 2 == 0 ? "Oosterwijk" : "Puinrecycling"
            let some: [MatchField: String] = [
                .name: "\(word) Woord\($0)", .address: "Straat\($0) 12", .postcode: "3511AA",
            ]
            return MatchItem(id: "x\($0)", source: "other", values: some, point: nil)
        }
        items.append(MatchItem(id: "y", source: "third", values: values, point: nil))
        let matching = try Matching(
            items,
            configuration: .organisations(scope: .all, firstSource: first),
            successions: []
        ) { $0 }
        let ids = matching.table.ids
        let pairs = matching.run().pairs.filter(matching.isSuggestion)
            .map { Set([ids[$0.first], ids[$0.second]]) }
        #expect(pairs.contains(["a", "b"]) == (first != nil))
        #expect(pairs.contains(["a", "y"]) == (first != nil))
    }

    @Test func `what somebody rejected is suggested to nobody`() throws {
        var generator = SeededGenerator(seed: 6)
        let matching = try MatchingHarness.matching(Self.registers(&generator))
        let result = matching.run()
        let ids = matching.table.ids
        func suggested(_ judgements: JudgementSet) -> [ScoredPair] {
            result.pairs.filter { pair in
                let subjects = SubjectPair(ids[pair.first], ids[pair.second])
                return matching.isSuggestion(pair)
                    && subjects.map { judgements.maySuggest($0, to: "ann") } ?? false
            }
        }
        let all = suggested(JudgementSet())
        let first = try #require(all.first)
        let pair = try #require(SubjectPair(ids[first.first], ids[first.second]))
        func judge(_ verdict: Verdict, _ sequence: UInt64) throws -> Judgement {
            try Judgement(
                pair,
                verdict,
                by: "bob",
                sequence: sequence,
                milliseconds: 0,
                reason: "andere eigenaar"
            )
        }
        var judgements = JudgementSet([try judge(.different, 1)])
        #expect(suggested(judgements) == Array(all.dropFirst()))
        judgements.insert(try judge(.withdrawn, 2))
        #expect(suggested(judgements) == all)
    }

    @Test func `companies in one building are not suggested for their place`() throws {
        let point = MatchPoint(latitude: 52.1, longitude: 5.1)
        var items = (0..<100).map { MatchingHarness.item("\(1_000 + $0)", Self.company($0)) }
        for (id, name) in [("a", "Oosterwijk Puinrecycling B.V."), ("b", "Slagerij Hendriks VOF")] {
            let values: [MatchField: String] = [
                .name: name, .address: "Westerkade 12", .postcode: "3511AA", .place: "Utrecht",
                .bag: "0344010000012345",
            ]
            items.append(MatchingHarness.item(id, values, point: point))
        }
        let matching = try MatchingHarness.matching(items)
        #expect(MatchingHarness.suggested(matching).isEmpty)
        let ids = matching.table.ids
        let pair = try matching.score(
            #require(ids.firstIndex(of: "a")),
            #require(ids.firstIndex(of: "b"))
        )
        #expect(!pair.isCorroborated)
    }

    @Test func `two spellings of a company at one address are suggested`() throws {
        var items = (0..<100).map { MatchingHarness.item("\(1_000 + $0)", Self.company($0)) }
        items.append(
            MatchingHarness.item(
                "a",
                [
                    .name: "Oosterwijk Puinrecycling B.V.", .address: "Westerkade 12 A",
                    .postcode: "3511AA",
                ]
            )
        )
        items.append(
            MatchingHarness.item(
                "b",
                [
                    .name: "Oosterwijk Puin-recycling BV", .address: "Westerkade 12a",
                    .postcode: "3511 AA",
                ]
            )
        )
        #expect(try MatchingHarness.suggested(MatchingHarness.matching(items)) == ["a b"])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `the order of the items changes nothing, to the last bit`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let items = Self.registers(&generator)
        let sorted = try MatchingHarness.matching(items)
        let shuffled = try MatchingHarness.matching(items.shuffled(using: &generator))
        #expect(sorted.model == shuffled.model)
        #expect(sorted.run().pairs == shuffled.run().pairs)
        #expect(!sorted.run().pairs.isEmpty)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `no pair is given up that would have been kept`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        // One kind for all hundred: all are in one block, and every pair is looked at.
        let items = Self.registers(&generator).prefix(100).map { item in
            var values = item.values
            values[.kind] = "bedrijf"
            let point = MatchPoint(
                latitude: Double.random(in: 52...52.2, using: &generator),
                longitude: Double.random(in: 5...5.2, using: &generator)
            )
            return MatchingHarness.item(
                item.id,
                values,
                source: item.source,
                point: Bool.random(using: &generator) ? point : nil
            )
        }
        let matching = try MatchingHarness.matching(items)
        let result = matching.run()
        #expect(result.comparedCount == 100 * 99 / 2)
        let kept = matching.table.configuration.keptProbability
        var expected = 0
        for one in items.indices {
            for other in items.indices where one < other {
                let pair = matching.score(one, other)
                guard pair.probability >= kept else { continue }
                expected += 1
                #expect(result.pairs.contains(pair))
            }
        }
        #expect(result.pairs.count == expected)
        #expect(expected >= 40)
    }

    @Test func `the parts of a score add up to it`() throws {
        var generator = SeededGenerator(seed: 4)
        let matching = try MatchingHarness.matching(Self.registers(&generator))
        let prior = matching.model.prior
        for pair in matching.run().pairs {
            let sum = matching.parts(of: pair).reduce(0) { $0 + $1.bits }
            // The prior's bits from its odds by halving, without a logarithm.
            #expect(abs(pair.bits - sum - Self.bits(prior / (1 - prior))) < 1e-6)
            #expect(matching.score(pair.second, pair.first) == pair)
        }
    }

    @Test func `a score shows what was compared`() throws {
        let items = [
            MatchingHarness.item(
                "a",
                [.name: "Kids & Zo B.V.", .postcode: "1018 RL", .kvk: "4000001"],
                point: MatchPoint(latitude: 52.5, longitude: 4.75)
            ),
            MatchingHarness.item(
                "b",
                [.name: "Kids en Zo", .postcode: "1018RM", .kvk: "40000001"]
            ),
        ]
        let matching = try MatchingHarness.matching(items)
        let told = matching.parts(of: matching.score(0, 1)).compactMap { part -> String? in
            guard part.firstValue != nil || part.secondValue != nil else { return nil }
            return [part.comparison, part.firstValue, part.secondValue, part.level].map {
                $0 ?? "-"
            }
            .joined(separator: " | ")
        }
        #expect(
            told == [
                "kvk | - | 40000001 | -", "name | kids en zo bv | kids en zo | same words",
                "postcode | 1018rl | 1018rm | one character off", "distance | 52.5 4.75 | - | -",
            ]
        )
    }

    @Test func `agreement on a rare name counts for more than on a common one`() throws {
        var items = (0..<300).map { number in
            MatchingHarness.item(
                "\(1_000 + number)",
                [
                    .name: number < 100 ? "Jansen" : "Bedrijf \(number) \(number * 7)",
                    .place: "Utrecht",
                ]
            )
        }
        items.append(
            MatchingHarness.item("a", [.name: "Oosterwijk Puinrecycling", .place: "Utrecht"])
        )
        items.append(
            MatchingHarness.item("b", [.name: "Oosterwijk Puinrecycling", .place: "Utrecht"])
        )
        let matching = try MatchingHarness.matching(items)
        let ids = matching.table.ids
        func score(_ one: String, _ other: String) throws -> ScoredPair {
            try matching.score(
                #require(ids.firstIndex(of: one)),
                #require(ids.firstIndex(of: other))
            )
        }
        #expect(try score("a", "b").bits > score("1000", "1001").bits + 4)
        let parts = try matching.parts(of: score("1000", "1001"))
        #expect(parts.first { $0.comparison == "name" }.map { $0.rarityBits < 0 } == true)
    }

    @Test func `of two duplicate-free sources each item has one counterpart`() throws {
        var generator = SeededGenerator(seed: 5)
        let items = Self.registers(&generator)
        let pairs = try MatchingHarness.matching(items, .organisations(scope: .acrossSources)).run()
            .pairs
        let chosen = MatchResult.oneToOne(pairs.shuffled(using: &generator))
        let used = chosen.flatMap { [$0.first, $0.second] }
        #expect(Set(used).count == used.count)
        // What was not chosen has an end that a pair at least as good has taken.
        for pair in pairs where !chosen.contains(pair) {
            #expect(
                chosen.contains { other in
                    other.bits >= pair.bits
                        && ([other.first, other.second].contains(pair.first)
                            || [other.first, other.second].contains(pair.second))
                }
            )
        }
    }

    @Test func `IDs name one thing and have their length`() throws {
        let values: [MatchField: String] = [.name: "Jansen"]
        #expect(throws: MatchingError.repeatedID("a")) {
            try MatchingHarness.matching([
                MatchingHarness.item("a", values), MatchingHarness.item("a", [:]),
            ])
        }
        #expect(throws: MatchingError.badID("")) {
            try MatchingHarness.matching([MatchingHarness.item("", values)])
        }
        let long = String(repeating: "x", count: MatchItem.idBytesMax)
        #expect(try MatchingHarness.matching([MatchingHarness.item(long, values)]).table.count == 1)
        #expect(throws: MatchingError.badID(long + "x")) {
            try MatchingHarness.matching([MatchingHarness.item(long + "x", values)])
        }
    }

    @Test func `a value that is too long counts as absent, and is told`() throws {
        let long = String(repeating: "x", count: MatchItem.valueBytesMax)
        let fits = try MatchingHarness.matching([MatchingHarness.item("a", [.name: long])])
        #expect(fits.table.longValueCount == 0)
        let over = try MatchingHarness.matching([MatchingHarness.item("a", [.name: long + "x"])])
        #expect(over.table.longValueCount == 1)
        let levels = try MatchingHarness.levels([.name: long + "x"], [.name: long + "x"])
        #expect(levels.isEmpty)
    }

    @Test(arguments: [0, 1, 2])
    func `few items are no trouble`(count: Int) throws {
        let items = (0..<count).map {
            MatchingHarness.item("\($0)", Self.company(1))
        }
        let result = try MatchingHarness.matching(items).run()
        #expect(result.pairs.count == (count == 2 ? 1 : 0))
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `whatever stands in the values, scores are numbers and the same both ways`(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        let isOfPersons = seed.isMultiple(of: 2)
        let configuration: MatchConfiguration =
            isOfPersons
            ? .persons(
                scope: .all,
                extra: [Comparison("number", of: MatchField("n"), as: .identifier(.any))]
            )
            : .organisations(scope: .acrossSources)
        let fields = configuration.comparisons.map(\.field).filter { $0 != .point }
        let items = (0..<120).map { number in
            var values: [MatchField: String] = [:]
            for field in fields where Int.random(in: 0..<4, using: &generator) > 0 {
                values[field] = Self.noise(&generator)
            }
            let point = MatchPoint(
                latitude: Double.random(in: -90...90, using: &generator),
                longitude: Double.random(in: -180...180, using: &generator)
            )
            let source = Bool.random(using: &generator) ? "one" : "two"
            return MatchingHarness.item("\(number)", values, source: source, point: point)
        }
        let matching = try MatchingHarness.matching(items, configuration)
        for one in 0..<items.count {
            for other in (one + 1)..<items.count {
                let pair = matching.score(one, other)
                #expect(pair.bits.isFinite)
                #expect((0...1).contains(pair.probability))
                #expect(matching.parts(of: pair).allSatisfy { $0.bits.isFinite })
            }
        }
        _ = matching.run()
    }

    /// A text of pieces that readers of names, dates, numbers and addresses meet.
    private static func noise(_ generator: inout SeededGenerator) -> String {
        let pieces = [
            "a", "B.V.", "'t", "ij", "IJ", "oe", "ö", "e\u{301}", "\u{200D}", "\u{1F469}", " ", "-",
            ".", "..",
            "&", "12", "0", "99999999999", "1853-07-04", "18", "T", "１", "ß", "ﬁ", "Ω", "\u{0}",
            "\t", "van",
            "stichting", "111222333", "40000001", "1018RL", "x.y.z", "\u{FFFD}",
        ]
        return (0..<Int.random(in: 0..<6, using: &generator)).map { _ in
            pieces.randomElement(using: &generator) ?? ""
        }.joined()
    }

    /// The n-th made-up company.
    static func company(_ number: Int) -> [MatchField: String] {
        let words = [
            "Bakker", "Mulder", "Visser", "Smit", "Bos", "Dekker", "Vos", "Prins", "Blom", "Kok",
        ]
        let trades = [
            "Transport", "Sloop", "Groen", "Metaal", "Afval", "Bouw", "Chemie", "Grond", "Verf",
            "Olie",
        ]
        return [
            .name: "\(words[number % 10])\(number / 10) \(trades[number * 7 % 10]) BV",
            .kvk: "\(50_000_000 + number)", .address: "\(trades[number / 3 % 10])weg \(number + 1)",
            .postcode: "\(1_000 + number * 37 % 9_000)AB", .place: words[number * 3 % 10] + "dorp",
        ]
    }

    /// Two registers of the same hundred companies; the second lacks numbers and has slips.
    private static func registers(_ generator: inout SeededGenerator) -> [MatchItem] {
        (0..<100).flatMap { number -> [MatchItem] in
            let values = Self.company(number)
            var other = values
            other[.kvk] = nil
            if Bool.random(using: &generator) {
                other[.name] = (values[.name] ?? "").dropLast(3) + " B.V."
            }
            if Bool.random(using: &generator) { other[.address] = (values[.address] ?? "") + " A" }
            return [
                MatchingHarness.item("a\(number)", values, source: "one"),
                MatchingHarness.item("b\(number)", other, source: "two"),
            ]
        }
    }

    /// The logarithm to base 2 by squaring: slow, and plain.
    private static func bits(_ odds: Double) -> Double {
        var (value, whole) = (odds, 0.0)
        while value < 1 { (value, whole) = (value * 2, whole - 1) }
        while value >= 2 { (value, whole) = (value / 2, whole + 1) }
        var step = 0.5
        for _ in 0..<50 {
            value *= value
            if value >= 2 { (value, whole) = (value / 2, whole + step) }
            step /= 2
        }
        return whole
    }
}
