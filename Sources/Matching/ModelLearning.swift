/// Learns what levels say from items alone, without pairs that somebody judged.
///
/// u comes from pairs taken at random, almost all of which differ. m comes from blocks: among the pairs
/// that share one key, expectation-maximisation (Dempster, Laird, Rubin 1977; for linkage Jaro 1989)
/// tells the same from the different by the comparisons that the key does not decide
/// (`Protocol/matching.md` §5).
package struct ModelLearning {
    /// Most pairs taken at random.
    package static let randomPairsMax = 1_000_000
    /// Most pairs of blocks that are looked at, shared evenly by the combinations of rules.
    package static let blockedPairsMax = 1_000_000
    /// Most combinations of rules that are learned from: single rules first.
    package static let sessionsMax = 48
    /// Most steps of expectation and maximisation.
    package static let stepsMax = 40
    /// How many pairs that are the same the assumptions of `ComparisonKind.assumedMatch` count for, beside
    /// those of each combination of rules.
    static let assumedPairs = 20.0
    /// The largest part of pairs that are the same in which a comparison says "different": more, and the
    /// learning has found something else than pairs that are the same, such as neighbours.
    package static let differentMax = 0.5
    /// Rounds of learning, each with a better prior and chance.
    static let rounds = 3

    /// Pairs that share a key, by their levels.
    struct Session {
        /// The comparisons that the key does not decide.
        var isFree: [Bool]
        /// How many pairs have each pattern of levels.
        var patterns: [(pattern: UInt64, count: Double)]
    }

    let table: MatchTable
    let comparisons: [Comparison]

    private init(_ table: MatchTable) {
        self.table = table
        self.comparisons = table.configuration.comparisons
    }

    /// Learns a model.
    ///
    /// - Parameters:
    ///   - table: The items.
    ///   - index: Their blocks.
    /// - Returns: The model; for few items it is close to what is assumed.
    /// - Complexity: O(pairs looked at): at most `randomPairsMax` + 2 · `blockedPairsMax` comparisons.
    package static func model(_ table: MatchTable, _ index: CandidateIndex) -> MatchModel {
        Self(table).learn(index)
    }

    private func learn(_ index: CandidateIndex) -> MatchModel {
        var caches = self.table.caches()
        var random: [UInt64] = []
        self.eachRandomPair { random.append(self.table.pattern($0, $1, &caches)) }
        let met = self.met(random)
        let sessions = self.sessions(index, &caches)
        let candidates = self.candidatePatterns(index, &caches)
        var model = MatchModel(
            match: self.comparisons.map(\.kind.assumedMatch),
            chance: met,
            reference: self.comparisons.map { $0.kind.levelNames.map { _ in 0 } },
            prior: self.assumedPrior,
            support: self.comparisons.map { _ in 0 }
        )
        for _ in 0..<Self.rounds {
            self.maximise(&model, sessions)
            self.estimatePrior(&model, candidates)
            self.correctChance(&model, met)
        }
        model.reference = self.references(model, random)
        return model
    }

    /// One pair for each item of the smaller side, over all pairs: what two lists of the same things have.
    private var assumedPrior: Double {
        min(0.1, max(1, Double(self.table.count) / 2) / max(1, self.table.pairCount))
    }
}

/// The prior: how many of the pairs that would be compared are the same.
extension ModelLearning {
    /// Patterns of the pairs that would be compared: those of all items, or of one item in so many.
    private func candidatePatterns(
        _ index: CandidateIndex,
        _ caches: inout [LevelCache]
    ) -> [(pattern: UInt64, count: Double)] {
        let count = self.table.count
        var walk = CandidateWalk(count: count)
        var patterns: [UInt64] = []
        // Pairs in several blocks count in each, so that at most `blockedPairsMax` are to be expected.
        let total = (0..<index.blockCount).reduce(0) { sum, block in
            let count = index.block(block).count
            return sum + count * (count - 1) / 2
        }
        let step = UInt64(max(1, total / Self.blockedPairsMax))
        let seed = self.table.configuration.seed
        for item in 0..<count where SampleGenerator.mix(seed &+ UInt64(item)) % step == 0 {
            walk.find(item, in: index, of: self.table)
            for other in walk.found {
                patterns.append(self.table.pattern(item, other, &caches))
            }
        }
        return Self.counted(patterns).map { ($0.pattern, $0.count * Double(step)) }
    }

    /// The prior under which the candidates hold as many pairs that are the same as it says.
    private func estimatePrior(
        _ model: inout MatchModel,
        _ candidates: [(pattern: UInt64, count: Double)]
    ) {
        let pairs = max(1, self.table.pairCount)
        let weigher = PatternWeigher(model, self.comparisons)
        let weighed = candidates.map {
            (bits: weigher.total($0.pattern) - weigher.priorBits, count: $0.count)
        }
        for _ in 0..<Self.stepsMax {
            let odds = Bits.odds(model.prior)
            let same = weighed.reduce(0) { $0 + $1.count * Bits.probability($1.bits + odds) }
            let next = min(max(same, 0.5) / pairs, 0.5)
            let isSettled = abs(next - model.prior) < model.prior * 1e-4
            model.prior = next
            if isSettled { break }
        }
    }
}
