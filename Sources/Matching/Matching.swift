/// A pair of items and what speaks for it.
package struct ScoredPair: Hashable, Sendable {
    /// The place of one item in `MatchTable.ids`.
    package let first: Int
    /// The place of the other, which is greater.
    package let second: Int
    /// Evidence in bits, the prior included; 0 is even odds.
    package let bits: Double
    /// The levels of its comparisons, packed.
    let pattern: UInt64
    /// Whether more than names speaks for it; without that a pair is no suggestion.
    ///
    /// An identifier does, or two kinds of evidence of which something else than names says
    /// `Matching.corroborationBits` or more.
    package let isCorroborated: Bool

    /// The probability that the two are the same, as the model sees it.
    package var probability: Double { Bits.probability(self.bits) }
}

/// What one comparison says about a pair.
package struct ScorePart: Hashable, Sendable {
    /// The comparison's name.
    package let comparison: String
    /// The value of the first item as it was compared: folded, or a place as latitude and longitude.
    package let firstValue: String?
    /// The value of the second item; nil where there is none that can be compared.
    package let secondValue: String?
    /// What its level is called; nil where a side has no value.
    package let level: String?
    /// Evidence in bits: positive for "same".
    package let bits: Double
    /// How much of the bits is due to how rare the value is.
    package let rarityBits: Double
}

/// Compares items: pairs that may be the same subject, each with what speaks for it.
///
/// Nothing is joined: a pair is shown to people, who decide (`Protocol/matching.md` §6).
package struct Matching: Sendable {
    /// Most pairs that are kept: those with most bits.
    package static let pairsMax = 4_000_000

    /// Bits that something else than names has to say for a pair, unless an identifier does.
    package static let corroborationBits = 3.0

    /// The items.
    package let table: MatchTable
    /// Their blocks.
    package let index: CandidateIndex
    /// What levels say.
    package let model: MatchModel
    private let weigher: PatternWeigher
    private let rarity: [[Double]]
    private let families: [EvidenceFamily]
    /// Finds early that a pair will not be kept.
    private let hopeful: HopefulPairs

    /// Reads items, makes blocks and learns what levels say.
    ///
    /// - Parameters:
    ///   - items: The items, in any order.
    ///   - configuration: What is compared.
    ///   - successions: Numbers that took over from others of their register.
    ///   - decompose: Brings text to Unicode NFKD; called only for text with other characters than ASCII.
    /// - Throws: `MatchingError`, where the items are too many or their IDs name no single thing.
    package init(
        _ items: [MatchItem],
        configuration: MatchConfiguration,
        successions: [Succession],
        decompose: @escaping (String) -> String
    ) throws(MatchingError) {
        let table = try MatchTable(
            items,
            configuration: configuration,
            successions: successions,
            decompose: decompose
        )
        let index = CandidateIndex(table)
        self.init(table, index, ModelLearning.model(table, index))
    }

    /// Takes a model that was learned before, for instance from more items.
    package init(_ table: MatchTable, _ index: CandidateIndex, _ model: MatchModel) {
        self.table = table
        self.index = index
        self.model = model
        self.weigher = PatternWeigher(model, table.configuration.comparisons)
        self.families = table.configuration.comparisons.map(\.family)
        self.rarity = model.reference.map { levels in
            levels.map { $0 > 0 ? Bits.log2($0) : .infinity }
        }
        self.hopeful = HopefulPairs(self.weigher, table.configuration, model)
    }

    /// The bits that every pair begins with: those of the odds that any two are the same.
    package var priorBits: Double { self.weigher.priorBits }

    /// The pairs from `keptProbability` on, most bits first, and what was left out.
    ///
    /// - Parameter goesOn: Asked before each item.
    /// - Returns: The pairs, and how many were looked at and left out.
    /// - Throws: What `goesOn` throws, which ends the run.
    /// - Complexity: O(candidates) comparisons; 40 bytes for each pair that is kept.
    package func run<Failure>(
        goesOn: () throws(Failure) -> Void
    ) throws(Failure) -> MatchResult {
        var walk = CandidateWalk(count: self.table.count)
        var caches = self.table.caches()
        var (pairs, comparedCount, droppedCount): ([ScoredPair], Int, Int) = ([], 0, 0)
        let keptBits = self.hopeful.keptBits
        for item in 0..<self.table.count {
            try goesOn()
            walk.find(item, in: self.index, of: self.table)
            comparedCount += walk.found.count
            for other in walk.found {
                let pattern = self.hopeful.pattern(item, other, self.table, &caches)
                guard let pattern else { continue }
                let pair = self.score(item, other, pattern)
                if pair.bits >= keptBits { pairs.append(pair) }
            }
            if pairs.count >= 2 * Self.pairsMax {
                pairs.sort(by: Self.precedes)
                droppedCount += pairs.count - Self.pairsMax
                pairs.removeLast(pairs.count - Self.pairsMax)
            }
        }
        pairs.sort(by: Self.precedes)
        if pairs.count > Self.pairsMax {
            droppedCount += pairs.count - Self.pairsMax
            pairs.removeLast(pairs.count - Self.pairsMax)
        }
        return MatchResult(
            pairs: pairs,
            comparedCount: comparedCount,
            droppedCount: droppedCount,
            cutItemCount: walk.cutCount
        )
    }

    /// As ``run(goesOn:)``, to its end.
    package func run() -> MatchResult { self.run(goesOn: {}) }

    /// The pairs of some items with all others that are suggestions, whether or not they share a block.
    ///
    /// - Parameters:
    ///   - items: Their places.
    ///   - goesOn: Asked before each of them.
    /// - Returns: The pairs, in no order that means anything.
    /// - Throws: What `goesOn` throws.
    /// - Complexity: O(items · all items) comparisons.
    package func suggestions<Failure>(
        of items: [Int],
        goesOn: () throws(Failure) -> Void
    ) throws(Failure) -> [ScoredPair] {
        var caches = self.table.caches()
        var pairs: [ScoredPair] = []
        for item in items {
            try goesOn()
            for other in 0..<self.table.count where other != item {
                let (low, high) = (min(item, other), max(item, other))
                guard let pattern = self.hopeful.pattern(low, high, self.table, &caches) else {
                    continue
                }
                let pair = self.score(low, high, pattern)
                if self.isSuggestion(pair) { pairs.append(pair) }
            }
        }
        return pairs
    }

    /// The score of a pair of items, whether or not they share a block.
    package func score(_ one: Int, _ other: Int) -> ScoredPair {
        var caches = self.table.caches()
        let (low, high) = (min(one, other), max(one, other))
        return self.score(low, high, self.table.pattern(low, high, &caches))
    }

    /// Whether a pair is shown to people as a suggestion: probable, and with more than names to say so.
    package func isSuggestion(_ pair: ScoredPair) -> Bool {
        pair.isCorroborated
            && pair.bits >= Bits.odds(self.table.configuration.suggestionProbability)
    }

    /// What each comparison says about a pair, in the order of the configuration.
    package func parts(of pair: ScoredPair) -> [ScorePart] {
        let comparisons = self.table.configuration.comparisons
        func part(_ index: Int, _ level: String?, _ bits: Double, _ rarityBits: Double) -> ScorePart
        {
            ScorePart(
                comparison: comparisons[index].name,
                firstValue: self.table.columns[index].text(of: pair.first),
                secondValue: self.table.columns[index].text(of: pair.second),
                level: level,
                bits: bits,
                rarityBits: rarityBits
            )
        }
        var parts = comparisons.indices.map { part($0, nil, 0, 0) }
        _ = self.weigher.total(pair.pattern) { index, level in
            self.rarityBits(index, level, pair.first, pair.second)
        } each: { index, level, bits in
            parts[index] = part(
                index,
                comparisons[index].kind.levelNames[level],
                bits,
                self.rarityBits(index, level, pair.first, pair.second)
            )
        }
        return parts
    }

    private func score(_ one: Int, _ other: Int, _ pattern: UInt64) -> ScoredPair {
        let families = self.families
        var (hasIdentifier, hasName, hasLocation) = (false, false, false)
        var (otherCount, besideName) = (0, 0.0)
        let bits = self.weigher.total(pattern) { index, level in
            self.rarityBits(index, level, one, other)
        } each: { index, _, bits in
            guard bits > 0 else { return }
            switch families[index] {
            case .identifier: hasIdentifier = true
            case .name: hasName = true
            case .location:
                hasLocation = true
                besideName += bits
            case .other:
                otherCount += 1
                besideName += bits
            }
        }
        let familyCount = (hasName ? 1 : 0) + (hasLocation ? 1 : 0) + otherCount
        return ScoredPair(
            first: one,
            second: other,
            bits: bits,
            pattern: pattern,
            isCorroborated: hasIdentifier
                || familyCount >= 2 && besideName >= Self.corroborationBits
        )
    }

    /// What the rarity of the value that two items agree on adds.
    private func rarityBits(_ index: Int, _ level: Int, _ one: Int, _ other: Int) -> Double {
        let reference = self.rarity[index][level]
        guard reference.isFinite else { return 0 }
        let part = self.table.columns[index].coincidence(one, other, UInt8(level))
        guard part > 0 else { return 0 }
        let limit = MatchModel.frequencyBitsMax
        return min(max(reference - Bits.log2(part), -limit), limit)
    }

    /// Most bits first; ties by the items' order.
    static func precedes(_ one: ScoredPair, _ other: ScoredPair) -> Bool {
        if one.bits != other.bits { return one.bits > other.bits }
        return (one.first, one.second) < (other.first, other.second)
    }
}

/// What a run found.
package struct MatchResult: Sendable {
    /// The pairs, most bits first.
    package let pairs: [ScoredPair]
    /// How many pairs were compared.
    package let comparedCount: Int
    /// How many pairs were over `Matching.pairsMax`.
    package let droppedCount: Int
    /// How many items had more than `CandidateIndex.candidatesMax` others to be compared with.
    package let cutItemCount: Int

    /// The pairs of a list in which each item stands at most once: of two duplicate-free sources each
    /// item has at most one counterpart.
    ///
    /// Pairs are taken by their bits, so an item gets the best of what its better matches leave.
    ///
    /// - Complexity: O(pairs).
    package static func oneToOne(_ pairs: [ScoredPair]) -> [ScoredPair] {
        var taken: Set<Int> = []
        return pairs.sorted(by: Matching.precedes).filter { pair in
            guard !taken.contains(pair.first), !taken.contains(pair.second) else { return false }
            taken.insert(pair.first)
            taken.insert(pair.second)
            return true
        }
    }
}
