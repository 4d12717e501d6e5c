/// m: what is met among pairs that are the same, from pairs of blocks.
extension ModelLearning {
    /// Pairs of blocks, by the rules that made them.
    func sessions(_ index: CandidateIndex, _ caches: inout [LevelCache]) -> [Session] {
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
    static func counted(_ patterns: [UInt64]) -> [(pattern: UInt64, count: Double)] {
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
    func maximise(_ model: inout MatchModel, _ sessions: [Session]) {
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
