/// Learns what levels say from items alone, without pairs that somebody judged.
///
/// u comes from pairs taken at random, almost all of which differ. m comes from blocks: among the pairs
/// that share one key, expectation-maximisation (Dempster, Laird, Rubin 1977; for linkage Jaro 1989)
/// tells the same from the different by the comparisons that the key does not decide
/// (`Protocol/matching.md` §4).
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

    private let table: MatchTable
    private let comparisons: [Comparison]

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

// MARK: u

extension ModelLearning {
    /// Pairs in scope that are taken at random, or all when there are few.
    private func eachRandomPair(_ body: (Int, Int) -> Void) {
        let count = self.table.count
        guard count > 1 else { return }
        if count * (count - 1) / 2 <= Self.randomPairsMax {
            for one in 0..<count {
                for other in (one + 1)..<count where self.table.isInScope(one, other) {
                    body(one, other)
                }
            }
            return
        }
        var generator = SampleGenerator(seed: self.table.configuration.seed)
        for _ in 0..<Self.randomPairsMax {
            let (one, other) = (generator.index(below: count), generator.index(below: count))
            if one != other, self.table.isInScope(one, other) {
                body(min(one, other), max(one, other))
            }
        }
    }

    /// How often each level is met among random pairs that have one.
    private func met(_ random: [UInt64]) -> [[Double]] {
        let patterns = Self.counted(random)
        return self.comparisons.indices.map { index in
            let levelCount = self.comparisons[index].kind.levelNames.count
            var counts = [Double](repeating: 0, count: levelCount)
            for (pattern, count) in patterns {
                if let level = PatternWeigher.level(pattern, index) { counts[level] += count }
            }
            // Half a pair for each level: what was not met is not impossible.
            let sum = counts.reduce(0, +) + 0.5 * Double(levelCount)
            var parts = counts.map { ($0 + 0.5) / sum }
            let exact = self.table.agreement(index)
            if exact.pairs > sum {
                // Equal values can be counted; a sample misses the rare ones.
                let floor = max(exact.part, 0.5 / exact.pairs)
                parts[0] = self.comparisons[index].kind.isByValue ? floor : max(floor, parts[0])
            }
            let whole = parts.reduce(0, +)
            return parts.map { $0 / whole }
        }
    }

    /// Takes out of what is met at random the pairs that are the same by the prior.
    private func correctChance(_ model: inout MatchModel, _ met: [[Double]]) {
        for index in self.comparisons.indices {
            var parts = zip(met[index], model.match[index]).map { met, match in
                max((met - model.prior * match) / (1 - model.prior), met / 50)
            }
            let whole = parts.reduce(0, +)
            for level in parts.indices { parts[level] /= whole }
            model.chance[index] = parts
        }
    }

    /// Of each level, how common the value is that chance pairs agree on: the harmonic mean, so that
    /// rarity neither adds nor takes evidence on the whole.
    private func references(_ model: MatchModel, _ random: [UInt64]) -> [[Double]] {
        let weigher = PatternWeigher(model, self.comparisons)
        var sums = self.comparisons.map {
            $0.kind.levelNames.map { _ in (weight: 0.0, inverse: 0.0) }
        }
        var place = 0
        self.eachRandomPair { one, other in
            let pattern = random[place]
            place += 1
            var weight: Double?
            for index in self.comparisons.indices where self.comparisons[index].kind.usesFrequencies
            {
                guard let level = PatternWeigher.level(pattern, index) else { continue }
                let part = self.table.columns[index].coincidence(one, other, UInt8(level))
                guard part > 0 else { continue }
                let differs = weight ?? (1 - Bits.probability(weigher.total(pattern)))
                weight = differs
                sums[index][level].weight += differs
                sums[index][level].inverse += differs / part
            }
        }
        return self.comparisons.indices.map { index in
            sums[index].indices.map { level in
                guard self.comparisons[index].kind.usesFrequencies else { return 0 }
                let sum = sums[index][level]
                if level == 0, self.comparisons[index].kind.isByValue {
                    return self.table.agreement(index).part
                }
                // Few pairs say little about how common values are; then rarity is not looked at.
                return sum.weight >= 30 ? sum.weight / sum.inverse : 0
            }
        }
    }
}

// MARK: m

extension ModelLearning {
    /// Pairs of blocks, by the rules that made them.
    private func sessions(_ index: CandidateIndex, _ caches: inout [LevelCache]) -> [Session] {
        var blocks: [UInt32: [Int]] = [:]
        for block in 0..<index.blockCount { blocks[index.rules[block], default: []].append(block) }
        let chosen = blocks.keys.sorted {
            $0.nonzeroBitCount != $1.nonzeroBitCount
                ? $0.nonzeroBitCount < $1.nonzeroBitCount : $0 < $1
        }.prefix(Self.sessionsMax)
        guard !chosen.isEmpty else { return [] }
        let share = Self.blockedPairsMax / chosen.count
        return chosen.map { bits in
            var patterns: [UInt64] = []
            self.eachPair(of: blocks[bits] ?? [], in: index, share) { one, other in
                patterns.append(self.table.pattern(one, other, &caches))
            }
            return Session(isFree: self.free(bits), patterns: Self.counted(patterns))
        }
    }

    /// Patterns and how often each was met, in the order of the patterns: sums depend on it.
    private static func counted(_ patterns: [UInt64]) -> [(pattern: UInt64, count: Double)] {
        var counts: [UInt64: Int] = [:]
        for pattern in patterns { counts[pattern, default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { (pattern: $0.key, count: Double($0.value)) }
    }

    /// Which comparisons the rules do not decide: those of other fields, and of location only where no
    /// rule is of location.
    private func free(_ bits: UInt32) -> [Bool] {
        let rules = self.table.configuration.blocking.enumerated().filter {
            bits & (1 << UInt32($0.offset)) != 0
        }
        let fields = Set(rules.flatMap { $0.element.features.map(\.field) })
        let decided = self.comparisons.filter { fields.contains($0.field) }
        let isLocated =
            fields.contains(.point) || decided.contains { $0.family == .location }
        return self.comparisons.map { comparison in
            !fields.contains(comparison.field)
                && !(isLocated && comparison.family == .location)
        }
    }

    /// At most so many pairs of blocks, at even random steps.
    private func eachPair(
        of blocks: [Int],
        in index: CandidateIndex,
        _ countMax: Int,
        _ body: (Int, Int) -> Void
    ) {
        let total = blocks.reduce(0) { sum, block in
            let count = index.block(block).count
            return sum + count * (count - 1) / 2
        }
        let step = max(1, total / max(1, countMax))
        var generator = SampleGenerator(seed: self.table.configuration.seed &+ UInt64(total))
        var (next, base) = (generator.index(below: step), 0)
        for block in blocks {
            let members = index.block(block)
            let count = members.count
            let end = base + count * (count - 1) / 2
            while next < end {
                var (rest, row) = (next - base, 0)
                while rest >= count - 1 - row {
                    rest -= count - 1 - row
                    row += 1
                }
                let one = Int(index.members[members.lowerBound + row])
                let other = Int(index.members[members.lowerBound + row + 1 + rest])
                if self.table.isInScope(one, other) { body(one, other) }
                next += step == 1 ? 1 : 1 + generator.index(below: 2 * step - 1)
            }
            base = end
        }
    }

    /// Learns m from all sessions, with u as it stands.
    private func maximise(_ model: inout MatchModel, _ sessions: [Session]) {
        var sums = self.comparisons.map { comparison in
            comparison.kind.assumedMatch.map { $0 * Self.assumedPairs }
        }
        var support = self.comparisons.map { _ in 0.0 }
        for session in sessions {
            guard let found = self.expect(session, model) else { continue }
            for index in self.comparisons.indices where session.isFree[index] {
                let assumed = self.comparisons[index].kind.assumedMatch
                for level in found[index].indices {
                    // Again for each session: many pairs are in several, and count in each.
                    sums[index][level] += found[index][level] + assumed[level] * Self.assumedPairs
                    support[index] += found[index][level]
                }
            }
        }
        model.match = sums.map(Self.parts)
        model.support = support
    }

    /// The part of each count in all, with "different" at most `differentMax`.
    private static func parts(_ counts: [Double]) -> [Double] {
        let whole = counts.reduce(0, +)
        var parts = counts.map { max($0 / whole, 1e-6) }
        let last = parts.count - 1
        if parts[last] > Self.differentMax {
            let scale = (1 - Self.differentMax) / (1 - parts[last])
            for level in 0..<last { parts[level] *= scale }
            parts[last] = Self.differentMax
        }
        return parts
    }

    /// Runs expectation and maximisation over one session.
    ///
    /// - Returns: Of each comparison and level, how many pairs that are the same have it; nil where the
    ///   session tells nothing.
    private func expect(_ session: Session, _ start: MatchModel) -> [[Double]]? {
        guard session.isFree.contains(true), !session.patterns.isEmpty else { return nil }
        let total = session.patterns.reduce(0) { $0 + $1.count }
        var model = start
        model.prior = 0.2
        var found: [[Double]] = []
        for _ in 0..<Self.stepsMax {
            let weigher = PatternWeigher(model, self.comparisons)
            found = self.comparisons.map { $0.kind.assumedMatch.map { _ in 0 } }
            var expected = 0.0
            for (pattern, count) in session.patterns {
                let bits = weigher.total(pattern, free: session.isFree)
                let same = Bits.probability(bits) * count
                expected += same
                for index in self.comparisons.indices {
                    if let level = PatternWeigher.level(pattern, index) {
                        found[index][level] += same
                    }
                }
            }
            let prior = min(max(expected / total, 1e-6), 1 - 1e-6)
            let change = abs(prior - model.prior)
            model.prior = prior
            for index in self.comparisons.indices where session.isFree[index] {
                let assumed = self.comparisons[index].kind.assumedMatch
                model.match[index] = Self.parts(
                    zip(found[index], assumed).map { $0 + $1 * Self.assumedPairs }
                )
            }
            if change < 1e-5 { break }
        }
        return found
    }
}

// MARK: prior

extension ModelLearning {
    /// Patterns of the pairs that would be compared: of all items, or of every n-th.
    private func candidatePatterns(
        _ index: CandidateIndex,
        _ caches: inout [LevelCache]
    ) -> [(pattern: UInt64, count: Double)] {
        let count = self.table.count
        var walk = CandidateWalk(count: count)
        var patterns: [UInt64] = []
        // Some hundred pairs for each item are usual.
        let step = max(1, count * 100 / Self.blockedPairsMax)
        for item in stride(from: 0, to: count, by: step) {
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
