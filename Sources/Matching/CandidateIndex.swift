/// Which items are looked at together: blocks of items that share a key.
///
/// A block with more pairs than `blockPairsMax` is not used as it is: its items meet in the blocks of two,
/// then three keys that each are such a block. What is too large is told, with the rules it is of: its
/// items met only where a finer block held both.
package struct CandidateIndex: Sendable {
    /// Most pairs of a block: 100 items of one source.
    package static let blockPairsMax = 4_950
    /// Most items of a block that is too large and keeps some: its pairs are ``blockPairsMax``.
    static let keptItemsMax = 100
    /// Most items after it that one item is compared with: those of its smallest blocks.
    package static let candidatesMax = 1_000
    /// Most keys that are combined.
    static let combinedMax = 3
    /// Most combined keys of one item for one combination of rules.
    static let combinationsMax = 64

    /// Blocks that were too large to be used.
    package struct LargeBlocks: Hashable, Sendable {
        /// The rules whose keys were combined.
        package let rules: [String]
        /// How many blocks.
        package let blockCount: Int
        /// How many items they have, each as often as it is in one.
        package let itemCount: Int
    }

    /// The blocks' items, each block in the order of the items.
    private(set) var members: [UInt32] = []
    /// Where each block begins; one more than blocks.
    private(set) var starts: [Int] = [0]
    /// The first rule of each block, by its place in the configuration, as bits: several where combined.
    private(set) var rules: [UInt32] = []
    /// Blocks of each item, smallest first.
    private var itemBlocks: [UInt32] = []
    private var itemStarts: [Int] = []
    /// What was too large, by rules, with one key first.
    package private(set) var large: [LargeBlocks] = []

    private struct Keyed {
        var key: UInt64
        var item: UInt32
    }

    /// Makes the blocks of a table.
    ///
    /// - Complexity: O(keys · log keys) time; some 16 bytes for each key at a time, and 8 for each that
    ///   makes a block.
    package init(_ table: MatchTable) {
        let rules = table.configuration.blocking
        // Of each rule, the keys whose blocks are too large, with their items.
        var open: [[Keyed]] = []
        for (index, rule) in rules.enumerated() {
            var keyed = Self.keys(of: rule, in: table)
            open.append(self.takeBlocks(&keyed, bits: 1 << UInt32(index), table))
        }
        self.combine(open, table)
        self.linkItems(count: table.count)
    }

    /// How many blocks there are.
    package var blockCount: Int { self.rules.count }

    /// The items of a block.
    func block(_ index: Int) -> Range<Int> { self.starts[index]..<self.starts[index + 1] }

    /// The blocks of an item, smallest first.
    func blocks(of item: Int) -> Range<Int> { self.itemStarts[item]..<self.itemStarts[item + 1] }

    /// The number of the block at a place of `blocks(of:)`.
    func blockNumber(_ place: Int) -> Int { Int(self.itemBlocks[place]) }

    /// All keys of a rule.
    private static func keys(of rule: BlockingRule, in table: MatchTable) -> [Keyed] {
        let columns = rule.features.compactMap { table.features[$0] }
        var keyed: [Keyed] = []
        var row: [UInt64] = []
        for item in 0..<table.count {
            row = [0x9E37_79B9_7F4A_7C15]
            for column in columns {
                var next: [UInt64] = []
                for one in row {
                    for place in column.row(item) where next.count < BlockingRule.keysMax {
                        next.append(SampleGenerator.mix(one) &+ column.keys[place])
                    }
                }
                row = next
            }
            for key in row { keyed.append(Keyed(key: key, item: UInt32(item))) }
        }
        return keyed
    }

    /// Keeps the blocks that are small enough and returns the others.
    private mutating func takeBlocks(
        _ keyed: inout [Keyed],
        bits: UInt32,
        _ table: MatchTable
    ) -> [Keyed] {
        keyed.sort { $0.key != $1.key ? $0.key < $1.key : $0.item < $1.item }
        var open: [Keyed] = []
        var start = 0
        while start < keyed.count {
            var end = start + 1
            while end < keyed.count, keyed[end].key == keyed[start].key { end += 1 }
            defer { start = end }
            guard end - start > 1 else { continue }
            let pairs = Self.pairCount(keyed[start..<end], table)
            if pairs == 0 { continue }
            var items = keyed[start..<end].map(\.item)
            if pairs > Self.blockPairsMax {
                open += keyed[start..<end]
                items = Self.kept(of: items, in: table)
            }
            guard items.count > 1 else { continue }
            self.members += items
            self.starts.append(self.members.count)
            self.rules.append(bits)
        }
        return open
    }

    /// What is kept of a block that is too large: all of the first source, and of each other in turn; nothing where
    /// the first alone is too many, or where all are alike.
    private static func kept(of items: [UInt32], in table: MatchTable) -> [UInt32] {
        guard let first = table.firstSource else { return [] }
        var kept: [UInt32] = []
        var others: [Int32: ArraySlice<UInt32>] = [:]
        for item in items {
            let source = table.sources[Int(item)]
            if source == first {
                kept.append(item)
            } else {
                others[source, default: []].append(item)
            }
        }
        guard kept.count < self.keptItemsMax else { return [] }
        let order = others.keys.sorted()
        while kept.count < self.keptItemsMax {
            let before = kept.count
            for source in order where kept.count < self.keptItemsMax {
                if let next = others[source]?.popFirst() { kept.append(next) }
            }
            if kept.count == before { break }
        }
        return kept.sorted()
    }

    /// How many pairs of a block the scope looks at.
    private static func pairCount(_ block: ArraySlice<Keyed>, _ table: MatchTable) -> Int {
        let all = block.count * (block.count - 1) / 2
        guard table.configuration.scope == .acrossSources else { return all }
        var counts: [Int32: Int] = [:]
        for keyed in block { counts[table.sources[Int(keyed.item)], default: 0] += 1 }
        return counts.values.reduce(all) { $0 - $1 * ($1 - 1) / 2 }
    }

    /// Makes blocks of two and three keys that are too large alone.
    private mutating func combine(_ open: [[Keyed]], _ table: MatchTable) {
        let rules = table.configuration.blocking
        let rows = open.map { Self.rows($0, count: table.count) }
        var level: [(rules: [Int], open: [Keyed])] = open.enumerated().map {
            ([$0.offset], $0.element)
        }
        self.note(level, rules)
        for _ in 1..<Self.combinedMax {
            var next: [(rules: [Int], open: [Keyed])] = []
            for one in level where !one.open.isEmpty {
                guard let last = one.rules.last else { continue }
                for other in (last + 1)..<max(last + 1, rules.count) where !open[other].isEmpty {
                    let chosen = one.rules + [other]
                    guard Self.areApart(chosen, rules) else { continue }
                    var keyed = Self.combined(one.open, rows[other])
                    let bits = chosen.reduce(UInt32(0)) { $0 | 1 << UInt32($1) }
                    next.append((chosen, self.takeBlocks(&keyed, bits: bits, table)))
                }
            }
            level = next
            self.note(level, rules)
        }
    }

    /// Notes which blocks were too large.
    private mutating func note(_ level: [(rules: [Int], open: [Keyed])], _ rules: [BlockingRule]) {
        for one in level where !one.open.isEmpty {
            self.large.append(
                LargeBlocks(
                    rules: one.rules.map { rules[$0].name },
                    blockCount: Set(one.open.map(\.key)).count,
                    itemCount: one.open.count
                )
            )
        }
    }

    /// Whether rules read different fields: two keys of one field together are no finer.
    private static func areApart(_ chosen: [Int], _ rules: [BlockingRule]) -> Bool {
        var seen: Set<MatchField> = []
        for rule in chosen {
            for field in Set(rules[rule].features.map(\.field)) {
                guard seen.insert(field).inserted else { return false }
            }
        }
        return true
    }

    /// Keys by item.
    private static func rows(_ keyed: [Keyed], count: Int) -> FeatureColumn {
        var column = FeatureColumn()
        guard !keyed.isEmpty else { return column }
        let sorted = keyed.sorted { $0.item != $1.item ? $0.item < $1.item : $0.key < $1.key }
        column.keys = sorted.map(\.key)
        column.starts = [Int](repeating: 0, count: count + 1)
        for keyed in sorted { column.starts[Int(keyed.item) + 1] += 1 }
        for item in 0..<count { column.starts[item + 1] += column.starts[item] }
        return column
    }

    /// Each key together with each of the item's keys of another rule.
    private static func combined(_ keyed: [Keyed], _ rows: FeatureColumn) -> [Keyed] {
        var result: [Keyed] = []
        for one in keyed {
            for place in rows.row(Int(one.item)).prefix(Self.combinationsMax) {
                let key = SampleGenerator.mix(one.key) &+ rows.keys[place]
                result.append(Keyed(key: key, item: one.item))
            }
        }
        return result
    }

    /// Notes for each item which blocks it is in.
    private mutating func linkItems(count: Int) {
        self.itemStarts = [Int](repeating: 0, count: count + 1)
        for item in self.members { self.itemStarts[Int(item) + 1] += 1 }
        for item in 0..<count { self.itemStarts[item + 1] += self.itemStarts[item] }
        var places = self.itemStarts
        self.itemBlocks = [UInt32](repeating: 0, count: self.members.count)
        let order = (0..<self.blockCount).sorted { one, other in
            let (a, b) = (self.block(one).count, self.block(other).count)
            return a == b ? one < other : a < b
        }
        for block in order {
            for place in self.block(block) {
                let item = Int(self.members[place])
                self.itemBlocks[places[item]] = UInt32(block)
                places[item] += 1
            }
        }
    }
}
