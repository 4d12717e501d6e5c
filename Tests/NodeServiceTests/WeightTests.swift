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
    private static func live() async throws -> LiveNode {
        let live = try LiveNode("od-noord", .odToezicht)
        let records = (0..<30).map { number in
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
        #expect(learned.versions.map(\.records) == [30] && learned.in_force == 1)
        for _ in 0..<LearnWeights.versionsMax {
            _ = try await live.ask(TakeWeights(weights: weights))
        }
        let kept = try await live.ask(ShowWeights())
        #expect(kept.versions.map(\.version) == Array((2...21).reversed()))
        #expect(kept.in_force == 21 && kept.weights == weights)
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
        for text in ["", "x", "nan", "inf", "0", "-0.1", "1.1", "1e999", "1e-16", "5e-324"] {
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

    @Test func `what other programs left is not in force`() throws {
        #expect(KeptWeights(Array("[]".utf8)) == nil)
        let text = #"{"inForce":3,"all":[]}"#
        #expect(try #require(KeptWeights(Array(text.utf8))).inForce == 0)
    }
}
