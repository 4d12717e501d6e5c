/// What each level of each comparison says: how often it is met among pairs that are the same (m), and
/// among pairs that are not (u).
///
/// Source: Fellegi and Sunter 1969, "A theory for record linkage". The evidence of a level is
/// log2(m / u) bits; those of all comparisons and of the prior are added.
package struct MatchModel: Hashable, Sendable {
    /// Bits that one comparison counts at most, either way; conflicts count more.
    package static let bitsMax = 24.0
    /// Bits that a rare or common value adds or takes at most.
    package static let frequencyBitsMax = 8.0
    /// What further evidence of location counts beside the strongest: a place that has one address has one
    /// postcode and lies at one point.
    static let furtherLocation = 0.25

    /// Of each comparison and level, the part of pairs that are the same.
    package var match: [[Double]]
    /// Of each comparison and level, the part of pairs that are not the same.
    package var chance: [[Double]]
    /// Of each comparison and level, how common a value is on which such a pair agrees, as evidence sees
    /// it; 0 where that is not looked at.
    package var reference: [[Double]]
    /// The probability that two items taken at random are the same.
    package var prior: Double
    /// Of each comparison, how many pairs that are the same were expected among those learned from.
    ///
    /// Where it is small the assumptions still weigh.
    package var support: [Double]

    /// Takes what was learned before; a list has one for each comparison, and in that one for each level.
    package init(
        match: [[Double]],
        chance: [[Double]],
        reference: [[Double]],
        prior: Double,
        support: [Double]
    ) {
        self.match = match
        self.chance = chance
        self.reference = reference
        self.prior = prior
        self.support = support
    }

    /// Evidence of each comparison and level in bits, `conflictBits` where a comparison has them.
    package func bits(_ comparisons: [Comparison]) -> [[Double]] {
        comparisons.indices.map { index in
            var bits = zip(self.match[index], self.chance[index]).map { m, u in
                min(max(Bits.log2(m / u), -Self.bitsMax), Self.bitsMax)
            }
            if let conflict = comparisons[index].conflictBits {
                bits[bits.count - 1] = conflict
            }
            // The closest level never speaks against, the last one never for.
            bits[0] = max(bits[0], 0)
            bits[bits.count - 1] = min(bits[bits.count - 1], 0)
            return bits
        }
    }
}

/// Adds up the evidence of a pair.
struct PatternWeigher: Sendable {
    /// Bits of each comparison and level.
    let bits: [[Double]]
    /// Bits of the prior.
    let priorBits: Double
    private let isLocation: [Bool]

    init(_ model: MatchModel, _ comparisons: [Comparison]) {
        self.bits = model.bits(comparisons)
        self.priorBits = Bits.odds(model.prior)
        self.isLocation = comparisons.map { $0.family == .location }
    }

    /// The level of a comparison in a pattern; nil for none.
    static func level(_ pattern: UInt64, _ index: Int) -> Int? {
        let level = Int(pattern >> UInt64(4 * index) & 15)
        return level == Int(Column.noLevel) ? nil : level
    }

    /// The bits of a pattern, with the prior.
    ///
    /// - Parameters:
    ///   - pattern: The levels of the pair.
    ///   - extra: Bits to add to a comparison that has a level: what rarity says.
    ///   - each: Called with each comparison that has a level and the bits it counts.
    /// - Returns: The bits, the prior's included.
    func total(
        _ pattern: UInt64,
        extra: (Int, Int) -> Double,
        each: (Int, Int, Double) -> Void
    ) -> Double {
        var total = self.priorBits
        var (strongest, weakest) = (0.0, 0.0)
        for index in self.bits.indices where self.isLocation[index] {
            guard let level = Self.level(pattern, index) else { continue }
            let bits = self.bits[index][level] + extra(index, level)
            strongest = max(strongest, bits)
            weakest = min(weakest, bits)
        }
        var (hasStrongest, hasWeakest) = (false, false)
        for index in self.bits.indices {
            guard let level = Self.level(pattern, index) else { continue }
            var bits = self.bits[index][level] + extra(index, level)
            if self.isLocation[index] {
                if bits == strongest, !hasStrongest {
                    hasStrongest = true
                } else if bits == weakest, !hasWeakest {
                    hasWeakest = true
                } else {
                    bits *= MatchModel.furtherLocation
                }
            }
            each(index, level, bits)
            total += bits
        }
        return total
    }

    /// The bits of the comparisons that are free, without what rarity says.
    func total(_ pattern: UInt64, free: [Bool]) -> Double {
        var decided: UInt64 = 0
        for index in free.indices where !free[index] { decided |= 15 << UInt64(4 * index) }
        return self.total(pattern | decided)
    }

    /// The bits of a pattern without what rarity says.
    func total(_ pattern: UInt64) -> Double {
        self.total(pattern, extra: { _, _ in 0 }, each: { _, _, _ in })
    }
}
