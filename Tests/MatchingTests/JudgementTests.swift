import Matching
import TestSupport
import Testing

/// What people decide about pairs.
struct JudgementTests {
    private static func pair(_ one: String, _ other: String) throws -> SubjectPair {
        try #require(SubjectPair(one, other))
    }

    private static func judgement(
        _ one: String,
        _ other: String,
        _ verdict: Verdict,
        by author: String = "ann",
        sequence: UInt64 = 1
    ) throws -> Judgement {
        try Judgement(
            Self.pair(one, other),
            verdict,
            by: author,
            sequence: sequence,
            milliseconds: 1_767_225_600_000,
            reason: ""
        )
    }

    @Test func `a pair has no order, and no subject is a pair with itself`() throws {
        #expect(try Self.pair("a", "b") == Self.pair("b", "a"))
        #expect(SubjectPair("a", "a") == nil)
        // One text in two forms is two IDs.
        #expect(SubjectPair("\u{E9}", "e\u{301}") != nil)
    }

    @Test(
        arguments: [
            ([], .open), ([("ann", .same)], .same), ([("ann", .different)], .different),
            ([("ann", .unsure)], .unsure), ([("ann", .same), ("bob", .same)], .same),
            ([("ann", .same), ("bob", .different)], .conflict),
            ([("ann", .same), ("bob", .unsure)], .same),
            ([("ann", .different), ("bob", .withdrawn)], .different),
            ([("ann", .withdrawn)], .open),
            ([("ann", .same), ("bob", .different), ("cas", .unsure)], .conflict),
        ] as [([(String, Verdict)], PairState)]
    )
    func `what judgements come to`(verdicts: [(String, Verdict)], state: PairState) throws {
        let set = JudgementSet(try verdicts.map { try Self.judgement("a", "b", $0.1, by: $0.0) })
        #expect(try set.state(of: Self.pair("a", "b")) == state)
    }

    @Test func `a pair that was rejected does not come back, until that is undone`() throws {
        let pair = try Self.pair("a", "b")
        var set = JudgementSet([try Self.judgement("a", "b", .different)])
        #expect(!set.maySuggest(pair, to: "ann"))
        #expect(!set.maySuggest(pair, to: "bob"))
        set.insert(try Self.judgement("a", "b", .withdrawn, sequence: 2))
        #expect(set.maySuggest(pair, to: "ann"))
        #expect(set.maySuggest(pair, to: "bob"))
    }

    @Test func `who could not tell is not asked again, others are`() throws {
        let set = JudgementSet([try Self.judgement("a", "b", .unsure)])
        #expect(try !set.maySuggest(Self.pair("a", "b"), to: "ann"))
        #expect(try set.maySuggest(Self.pair("a", "b"), to: "bob"))
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `the state is of the set: any order, with repeats, in parts`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let all = try (0..<60).map { _ in
            try Judgement(
                Self.pair("a", "bcd".map(String.init).randomElement(using: &generator) ?? "b"),
                [.same, .different, .unsure, .withdrawn].randomElement(using: &generator) ?? .same,
                by: ["ann", "bob", "cas"].randomElement(using: &generator) ?? "ann",
                // Repeats of a sequence are what a liar writes.
                sequence: UInt64.random(in: 0..<6, using: &generator),
                milliseconds: UInt64.random(in: 0..<3, using: &generator),
                reason: Bool.random(using: &generator) ? "" : "reden"
            )
        }
        let once = JudgementSet(all)
        #expect(JudgementSet((all + all).shuffled(using: &generator)) == once)
        var parts = JudgementSet(all.shuffled(using: &generator).prefix(40))
        parts.merge(JudgementSet(all.shuffled(using: &generator)))
        #expect(parts == once)
        // By hand: of each author and pair the highest sequence.
        for pair in Set(all.map(\.pair)) {
            for judgement in once.judgements(of: pair) {
                let own = all.filter { $0.pair == pair && $0.author == judgement.author }
                #expect(own.allSatisfy { $0.sequence <= judgement.sequence })
            }
        }
    }

    @Test func `authors and reasons have their length`() throws {
        let pair = try Self.pair("a", "b")
        func judge(_ author: Int, _ reason: Int) throws(Judgement.Refusal) -> Judgement {
            try Judgement(
                pair,
                .same,
                by: String(repeating: "x", count: author),
                sequence: 1,
                milliseconds: 0,
                reason: String(repeating: "y", count: reason)
            )
        }
        _ = try judge(Judgement.authorBytesMax, Judgement.reasonBytesMax)
        #expect(throws: Judgement.Refusal.author) { try judge(Judgement.authorBytesMax + 1, 0) }
        #expect(throws: Judgement.Refusal.author) { try judge(0, 0) }
        #expect(throws: Judgement.Refusal.reason) { try judge(1, Judgement.reasonBytesMax + 1) }
    }

    @Test func `256 authors of a pair are kept, whatever order they come in`() throws {
        let names = (0...JudgementSet.authorsMax).map { String(10_000 + $0) }
        let all = try names.map { try Self.judgement("a", "b", .same, by: $0) }
        let pair = try Self.pair("a", "b")
        #expect(JudgementSet(all.dropLast()).judgements(of: pair).count == JudgementSet.authorsMax)
        let over = JudgementSet(all)
        #expect(over.judgements(of: pair).map(\.author.text) == names.dropLast())
        #expect(JudgementSet(all.reversed()) == over)
    }

    @Test func `decisions show what they connect, and their weakest link`() throws {
        // a - b - c - d in a chain with a detour a - c; e - f apart; g - h rejected.
        let links: [(String, String, Double)] = [
            ("a", "b", 20), ("b", "c", 3), ("a", "c", 8), ("c", "d", 12), ("e", "f", 5),
        ]
        var set = JudgementSet(try links.map { try Self.judgement($0.0, $0.1, .same) })
        set.insert(try Self.judgement("g", "h", .different))
        set.insert(try Self.judgement("b", "d", .different))
        let bits = try Dictionary(
            uniqueKeysWithValues: links.map { (try Self.pair($0.0, $0.1), $0.2) }
        )
        let groups = DecisionGroup.groups(of: set) { bits[$0] }
        #expect(groups.map { $0.subjects.map(\.text) } == [["a", "b", "c", "d"], ["e", "f"]])
        #expect(groups[0].spanning.map(\.bits) == [20, 12, 8])
        #expect(try groups[0].weakest?.pair == Self.pair("a", "c"))
        #expect(try groups[0].contradictions == [Self.pair("b", "d")])
        #expect(groups[1].weakest?.bits == 5)
        #expect(groups[1].contradictions.isEmpty)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `the weakest link is the one without which the strong ones do not connect`(seed: UInt64)
        throws
    {
        var generator = SeededGenerator(seed: seed)
        let names = (0..<12).map { String(100 + $0) }
        var bits: [SubjectPair: Double] = [:]
        for _ in 0..<18 {
            let chosen = names.shuffled(using: &generator)
            bits[try Self.pair(chosen[0], chosen[1])] = Double(
                Int.random(in: 0..<100, using: &generator)
            )
        }
        let set = JudgementSet(
            try bits.keys.map { try Self.judgement($0.first.text, $0.second.text, .same) }
        )
        for group in DecisionGroup.groups(of: set, bits: { bits[$0] }) {
            let weakest = try #require(group.weakest?.bits)
            let subjects = Set(group.subjects.map(\.text))
            // With links as good as the weakest all hang together, with better ones alone they do not.
            #expect(Self.reached(from: group.subjects[0].text, bits) { $0 >= weakest } == subjects)
            #expect(Self.reached(from: group.subjects[0].text, bits) { $0 > weakest } != subjects)
        }
    }

    private static func reached(
        from start: String,
        _ links: [SubjectPair: Double],
        _ isGood: (Double) -> Bool
    ) -> Set<String> {
        var reached: Set<String> = [start]
        for _ in links {
            for (pair, bits) in links where isGood(bits) {
                let ends = [pair.first.text, pair.second.text]
                if ends.contains(where: reached.contains) { reached.formUnion(ends) }
            }
        }
        return reached
    }
}
