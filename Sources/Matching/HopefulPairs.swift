/// Compares a pair as long as it can still be kept: what is quick first, names last.
///
/// Most pairs of blocks differ, and most of these are seen to by a number, a date or a distance.
struct HopefulPairs: Sendable {
    /// From how many bits on a pair is kept.
    let keptBits: Double
    /// The comparisons, quick ones first.
    private let order: [Int]
    /// Of each comparison and level, the most bits that it may count.
    private let most: [[Double]]
    /// Bits of the prior and the most of all comparisons.
    private let start: Double
    /// Of each comparison, the most bits of any level, or 0 for none.
    private let best: [Double]

    init(_ weigher: PatternWeigher, _ configuration: MatchConfiguration, _ model: MatchModel) {
        let comparisons = configuration.comparisons
        self.keptBits = Bits.odds(configuration.keptProbability)
        self.order = comparisons.indices.sorted { one, other in
            let (a, b) = (Self.cost(comparisons[one].kind), Self.cost(comparisons[other].kind))
            return a == b ? one < other : a < b
        }
        self.most = comparisons.indices.map { index in
            weigher.bits[index].indices.map { level in
                let isRare = model.reference[index][level] > 0
                let bits = weigher.bits[index][level] + (isRare ? MatchModel.frequencyBitsMax : 0)
                // Evidence of location may count a quarter, so what is against may be little.
                let isDamped = bits < 0 && comparisons[index].family == .location
                return isDamped ? bits * MatchModel.furtherLocation : bits
            }
        }
        self.best = self.most.map { $0.reduce(0, max) }
        self.start = self.best.reduce(weigher.priorBits, +)
    }

    /// The levels of a pair, as `MatchTable.pattern`; nil where its bits cannot reach `keptBits`.
    func pattern(
        _ one: Int,
        _ other: Int,
        _ table: MatchTable,
        _ caches: inout [LevelCache]
    ) -> UInt64? {
        var (pattern, bits): (UInt64, Double) = (0, self.start)
        for index in self.order {
            let level = table.columns[index].level(one, other, &caches[index])
            pattern |= UInt64(level) << UInt64(4 * index)
            bits -= self.best[index]
            if level != Column.noLevel { bits += self.most[index][Int(level)] }
            // A hair is left for rounding.
            if bits < self.keptBits - 1e-6 { return nil }
        }
        return pattern
    }

    /// How long a comparison takes, roughly.
    private static func cost(_ kind: ComparisonKind) -> Int {
        switch kind {
        case .category: 0
        case .identifier, .date: 1
        case .distance, .postcode: 2
        case .text, .address: 3
        case .personName: 4
        case .organisationName: 5
        }
    }
}
