/// Why items cannot be compared.
package enum MatchingError: Error, Hashable, Sendable {
    /// More items than a run takes: compare parts of them.
    case tooManyItems(Int)
    /// Two items have this ID: an ID names one thing.
    case repeatedID(String)
    /// An ID is empty, or longer than `MatchItem.idBytesMax`.
    case badID(String)
}

/// Items read once, in one order whatever order they came in: values folded, checked, and each distinct
/// value kept once.
package struct MatchTable: Sendable {
    /// Most items of a run.
    package static let itemsMax = 4_000_000

    /// What was asked.
    package let configuration: MatchConfiguration
    /// The items' IDs, in the order of their bytes.
    package let ids: [String]
    /// Values that were longer than `MatchItem.valueBytesMax` and count as absent.
    package let longValueCount: Int
    /// The number of each item's source.
    let sources: [Int32]
    /// The number of the source that nobody's many push out of a block.
    let firstSource: Int32?
    /// One column for each comparison.
    let columns: [Column]
    /// What blocking needs beside the columns.
    let features: [BlockingFeature: FeatureColumn]

    /// Reads items.
    ///
    /// - Parameters:
    ///   - items: The items, in any order.
    ///   - configuration: What is compared.
    ///   - successions: Numbers that took over from others of their register.
    ///   - decompose: Brings text to Unicode NFKD; called only for text with other characters than ASCII.
    /// - Throws: `MatchingError`, where the items are too many or their IDs name no single thing.
    /// - Complexity: O(values · log items) time; some 40 bytes for each item and comparison, and the
    ///   distinct values.
    package init(
        _ items: [MatchItem],
        configuration: MatchConfiguration,
        successions: [Succession],
        decompose: @escaping (String) -> String
    ) throws(MatchingError) {
        guard items.count <= Self.itemsMax else { throw .tooManyItems(items.count) }
        let ordered = items.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
        for (index, item) in ordered.enumerated() {
            guard !item.id.isEmpty, item.id.utf8.count <= MatchItem.idBytesMax else {
                throw .badID(item.id)
            }
            if index > 0, ordered[index - 1].id.utf8.elementsEqual(item.id.utf8) {
                throw .repeatedID(item.id)
            }
        }
        var reader = ValueReader(
            items: ordered,
            firstSource: configuration.firstSource,
            decompose: decompose
        )
        self.configuration = configuration
        self.ids = ordered.map(\.id)
        let sources = reader.sources()
        self.sources = sources
        self.firstSource = ordered.firstIndex { $0.source == configuration.firstSource }
            .map { sources[$0] }
        self.columns = configuration.comparisons.map { comparison in
            var column = reader.column(comparison)
            if case .identifier = comparison.kind {
                column.successions = Set(
                    successions.compactMap { succession in
                        guard let a = column.pool.existing(succession.predecessor),
                            let b = column.pool.existing(succession.successor)
                        else { return nil }
                        return Column.pairKey(a, b)
                    }
                )
            }
            return Column(column)
        }
        var features: [BlockingFeature: FeatureColumn] = [:]
        for feature in configuration.blocking.flatMap(\.features) where features[feature] == nil {
            features[feature] = reader.feature(feature)
        }
        self.features = features
        self.longValueCount = reader.longValueCount
    }

    /// How many items there are.
    package var count: Int { self.ids.count }

    /// Whether the scope looks at a pair.
    func isInScope(_ one: Int, _ other: Int) -> Bool {
        self.configuration.scope == .all || self.sources[one] != self.sources[other]
    }

    /// How many pairs the scope looks at.
    package var pairCount: Double {
        let all = Double(self.count) * Double(self.count - 1) / 2
        guard self.configuration.scope == .acrossSources else { return all }
        var counts: [Int32: Int] = [:]
        for source in self.sources { counts[source, default: 0] += 1 }
        return counts.keys.sorted().reduce(all) { rest, source in
            let count = Double(counts[source] ?? 0)
            return rest - count * (count - 1) / 2
        }
    }

    /// Pairs in scope of which both have a value in a column, and the part of them with equal values.
    ///
    /// - Complexity: O(items · log items).
    func agreement(_ index: Int) -> (pairs: Double, part: Double) {
        let numbers = self.columns[index].numbers
        let present = numbers.indices.filter { numbers[$0] >= 0 }
        func pairs(_ items: some Sequence<Int>, by key: (Int) -> UInt64) -> Double {
            var counts: [UInt64: Int] = [:]
            for item in items { counts[key(item), default: 0] += 1 }
            return Double(counts.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 })
        }
        func value(_ item: Int) -> UInt64 { UInt64(UInt32(bitPattern: numbers[item])) }
        var all = Double(present.count) * Double(present.count - 1) / 2
        var equal = pairs(present, by: value)
        if self.configuration.scope == .acrossSources {
            all -= pairs(present) { UInt64(UInt32(bitPattern: self.sources[$0])) }
            equal -= pairs(present) { item in
                value(item) << 32 | UInt64(UInt32(bitPattern: self.sources[item]))
            }
        }
        return all > 0 ? (all, equal / all) : (0, 0)
    }

    /// The levels of a pair, four bits for each comparison, the first lowest.
    func pattern(_ one: Int, _ other: Int, _ caches: inout [LevelCache]) -> UInt64 {
        var pattern: UInt64 = 0
        for index in self.columns.indices {
            let level = self.columns[index].level(one, other, &caches[index])
            pattern |= UInt64(level) << UInt64(4 * index)
        }
        return pattern
    }

    /// Empty caches, one for each comparison.
    func caches() -> [LevelCache] { self.columns.map { _ in LevelCache() } }
}
