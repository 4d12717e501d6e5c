import CaseModel
import Foundation
import NodeInterface
import RecordImport
import RecordStore
import SyncLog
import Testing
import Vocabulary

@testable import NodeService

/// The weights of comparisons that a node keeps (`Protocol/matching.md` §8).
@Suite struct WeightTests {
    private static func live(_ count: Int = LearnWeights.itemsMin) async throws -> LiveNode {
        let live = try LiveNode("od-noord", .odToezicht)
        let records = (0..<count).map { number in
            let fields = [
                ("location.address", "Kade \(number / 2)"), ("location.postcode", "3511AA"),
                ("subject.name", "Bedrijf \(number / 2) Transport"),
            ]
            return ImportedRecord(
                source: "bron",
                sourceKey: "R\(number)",
                type: .inspection,
                category: .business,
                fields: fields.map { .init(name: $0.0, value: $0.1) },
                neverShare: []
            )
        }
        _ = try await live.node.store.importRecords(records, at: 1)
        return live
    }

    @Test func `so many versions are kept, numbers go on, and the newest is in force`() async throws
    {
        let live = try await Self.live()
        #expect(try await live.ask(ShowWeights()).in_force == 0)
        let learned = try await live.ask(LearnWeights())
        let weights = try #require(learned.weights)
        #expect(learned.versions.map(\.records) == [LearnWeights.itemsMin] && learned.in_force == 1)
        var other = weights
        for number in 0..<LearnWeights.versionsMax {
            other.prior = "0.\(100 + number)"
            for _ in 0..<2 { _ = try await live.ask(TakeWeights(weights: other)) }
        }
        let kept = try await live.ask(ShowWeights())
        #expect(kept.versions.map(\.version) == Array((2...21).reversed()))
        #expect(kept.in_force == 21 && kept.weights == other)
        await #expect(throws: Refusal.notFound(.weights, typed: "1")) {
            try await live.ask(UseWeights(version: 1))
        }
        #expect(try await live.ask(UseWeights(version: 2)).in_force == 2)
        #expect(try await live.ask(SuggestSubjects()).weights == 2)
        #expect(try await live.ask(UseWeights(version: 0)).weights == nil)
        #expect(try await live.ask(SuggestSubjects()).weights == 0)
    }

    @Test func `weights of another form or out of their range are refused whole`() async throws {
        let live = try await Self.live()
        let weights = try #require(try await live.ask(LearnWeights()).weights)
        func refuses(_ change: (inout MatchWeights) -> Void) async {
            var changed = weights
            change(&changed)
            await #expect(throws: Refusal.invalid(.weights, .malformed)) {
                try await live.ask(TakeWeights(weights: changed))
            }
        }
        await refuses { $0.configuration += 1 }
        await refuses { $0.comparisons.removeLast() }
        await refuses { $0.comparisons.swapAt(0, 1) }
        await refuses { $0.comparisons[0].levels.removeLast() }
        await refuses { $0.comparisons[0].levels[0].level = "anders" }
        for text in [
            "", "x", "nan", "0x1p-3", "+0.5", ".5", "0.5\u{0}", "inf", "0", "-0.1", "1.1", "1e999",
            "1e-16", "5e-324",
        ] {
            await refuses { $0.comparisons[0].levels[0].same = text }
            await refuses { $0.comparisons[0].levels[0].others = text }
        }
        for text in ["nan", "-1", "inf", "1.1e15"] {
            await refuses { $0.comparisons[1].support = text }
        }
        for text in ["nan", "-0.1", "1.1", "1e-16"] {
            await refuses { $0.comparisons[1].levels[0].reference = text }
        }
        for text in ["0", "0.6", "nan", "1e-16"] { await refuses { $0.prior = text } }
        // What is in its range counts, however odd: nothing ends.
        var odd = weights
        odd.prior = "1e-15"
        for index in odd.comparisons.indices {
            odd.comparisons[index].support = "1e15"
            for level in odd.comparisons[index].levels.indices {
                odd.comparisons[index].levels[level].same = level == 0 ? "1" : "1e-15"
                odd.comparisons[index].levels[level].others = level == 0 ? "1e-15" : "1"
                odd.comparisons[index].levels[level].reference = level == 0 ? "1e-15" : "0"
            }
        }
        #expect(try await live.ask(TakeWeights(weights: odd)).in_force == 2)
        #expect(try await live.ask(SuggestSubjects()).weights == 2)
        #expect(try await live.ask(UseWeights(version: 1)).in_force == 1)
        #expect(try await live.ask(ShowWeights()).versions.count == 2)
    }

    @Test func `of too few nothing is learned, and of many others something else`() async throws {
        let live = try await Self.live(LearnWeights.itemsMin - 1)
        let few = Refusal.refused(
            .tooFewToLearn(count: LearnWeights.itemsMin - 1, min: LearnWeights.itemsMin)
        )
        await #expect(throws: few) { try await live.ask(LearnWeights()) }
        #expect(try await live.ask(ShowWeights()).versions.isEmpty)
        let other = try await Self.live()
        #expect(try await !other.ask(LearnWeights()).isOutgrown)
        func answer(_ now: Int, learned: Bool = true) -> ShowWeights.Answer {
            let version = ShowWeights.Version(
                version: 1,
                at: "",
                by: "",
                learned: learned,
                records: 100,
                fragments: 0
            )
            return .init(in_force: 1, shown: 1, versions: [version], weights: nil, records: now)
        }
        #expect([49, 201].allSatisfy { answer($0).isOutgrown })
        #expect([50, 200].allSatisfy { !answer($0).isOutgrown })
        #expect(!answer(1_000, learned: false).isOutgrown)
    }

    @Test func `what is kept was read, and nothing else of what was sent`() async throws {
        let live = try await Self.live()
        let weights = try #require(try await live.ask(LearnWeights()).weights)
        var sent = weights
        sent.comparisons[0].levels[0].bits = "99.9 <b>zeker</b>"
        sent.comparisons[0].support = "0.1250"
        let kept = try #require(try await live.ask(TakeWeights(weights: sent)).weights)
        #expect(kept.comparisons[0].support == "0.125")
        #expect(kept.comparisons.map(\.levels) == weights.comparisons.map(\.levels))
    }

    @Test func `weights of another configuration are kept and not in force`() async throws {
        #expect(KeptWeights(Array("[]".utf8)) == nil)
        let live = try await Self.live()
        var kept = KeptWeights()
        let weights = try #require(try await live.ask(LearnWeights()).weights)
        kept.keep(weights, at: "", by: "eva", learnedFrom: (1, 0))
        #expect(try #require(KeptWeights(kept.bytes)).inForce == 1)
        var other = weights
        other.configuration += 1
        kept.keep(other, at: "", by: "eva", learnedFrom: (1, 0))
        var read = try #require(KeptWeights(kept.bytes))
        #expect(read.inForce == 0)
        let store = try await live.node.store
        let shown = try read.answer(showing: 2, of: store).weights
        #expect(shown == other)
        #expect(throws: Refusal.invalid(.weights, .malformed)) {
            var refused = read
            try refused.use(2)
        }
        try read.use(1)
        #expect(read.inForce == 1)
    }
}
