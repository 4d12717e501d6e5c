/// u: what is met among pairs that are not the same, from pairs taken at random.
extension ModelLearning {
    /// Pairs in scope that are taken at random, or all when there are few.
    func eachRandomPair(_ body: (Int, Int) -> Void) {
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
    func met(_ random: [UInt64]) -> [[Double]] {
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
    func correctChance(_ model: inout MatchModel, _ met: [[Double]]) {
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
    func references(_ model: MatchModel, _ random: [UInt64]) -> [[Double]] {
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
