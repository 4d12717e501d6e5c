import ArgumentParser
import Foundation
import JSONText
import Matching

/// `tafel-bench link`: which items of public sets of data are the same, beside the truth the sets carry.
struct LinkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "link",
        abstract: "Match a set of data and compare with its truth."
    )

    @Option(help: "The set: \(LinkSet.names.joined(separator: ", ")).") var set: String?
    @Option(help: "The folder with the sets.") var data = "."
    @Option(help: "Other files instead: CSV, of two the pairs between them are looked for.")
    var file: [String] = []
    @Option(help: "With --file: persons or organisations.") var of = "persons"
    @Option(help: ArgumentHelp(LinkSet.columnHelp, valueName: "field=column"))
    var column: [String] = []
    @Option(help: "With --file: the column that is equal where the subject is.")
    var truth = "cluster"
    @Option(help: "How many items the set sample has.") var items = 1_000_000
    @Option(help: "Write every pair that is kept to this file: two row numbers and bits.")
    var pairs: String?
    @Flag(help: "Print what the model learned.") var model = false

    func run() throws {
        let set =
            if let name = self.set {
                try LinkSet(named: name, in: self.data, sampleCount: self.items)
            } else {
                try LinkSet(files: self.file, of: self.of, columns: self.column, truth: self.truth)
            }
        let clock = ContinuousClock()
        let start = clock.now
        let matching = try Matching(
            set.items,
            configuration: set.configuration,
            successions: [],
            decompose: \.decomposedStringWithCompatibilityMapping
        )
        let learned = clock.now
        let result = matching.run()
        let end = clock.now
        let figures = LinkFigures(matching, result, set)
        if let path = self.pairs { try figures.write(result, to: path) }
        if self.model { Self.print(matching) }
        Timing.print(
            figures.values(result),
            [("learning_seconds", learned - start), ("seconds", end - start)]
        )
    }

    private static func print(_ matching: Matching) {
        let comparisons = matching.table.configuration.comparisons
        var text = "prior \(matching.model.prior)\n"
        for (index, comparison) in comparisons.enumerated() {
            text += "\(comparison.name), support \(Int(matching.model.support[index]))\n"
            for (level, name) in comparison.kind.levelNames.enumerated() {
                let (m, u) = (
                    matching.model.match[index][level], matching.model.chance[index][level]
                )
                let bits = String(format: "%.2f", Foundation.log2(m / u))
                let reference = matching.model.reference[index][level]
                text += "    \(name): m \(m), u \(u), \(bits) bits, reference \(reference)\n"
            }
        }
        for large in matching.index.large {
            let rules = large.rules.joined(separator: " and ")
            text += "too large: \(rules): \(large.blockCount) blocks, \(large.itemCount) items\n"
        }
        FileHandle.standardError.write(Data(text.utf8))
    }
}

/// What is right of the pairs that were found.
struct LinkFigures {
    private let matching: Matching
    private let set: LinkSet
    /// What each item truly is, by its place in the table.
    private let truth: [String]
    private let trueCount: Int

    init(_ matching: Matching, _ result: MatchResult, _ set: LinkSet) {
        self.matching = matching
        self.set = set
        let truths = Dictionary(uniqueKeysWithValues: zip(set.items.map(\.id), set.truth))
        let sources = Dictionary(uniqueKeysWithValues: set.items.map { ($0.id, $0.source) })
        self.truth = matching.table.ids.map { truths[$0] ?? "" }
        var groups: [String: [String: Int]] = [:]
        for (id, truth) in zip(matching.table.ids, self.truth) where !truth.isEmpty {
            groups[truth, default: [:]][sources[id] ?? "", default: 0] += 1
        }
        let isAcross = set.configuration.scope == .acrossSources
        self.trueCount = groups.values.reduce(0) { sum, counts in
            let all = counts.values.reduce(0, +)
            let within = counts.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
            return sum + all * (all - 1) / 2 - (isAcross ? within : 0)
        }
    }

    private func isTrue(_ pair: ScoredPair) -> Bool {
        let (one, other) = (self.truth[pair.first], self.truth[pair.second])
        return !one.isEmpty && one == other
    }

    /// F1, precision and recall of pairs.
    private func quality(_ pairs: [ScoredPair]) -> (f1: Double, precision: Double, recall: Double) {
        let right = Double(pairs.count(where: self.isTrue))
        let precision = pairs.isEmpty ? 1 : right / Double(pairs.count)
        let recall = self.trueCount == 0 ? 1 : right / Double(self.trueCount)
        let sum = precision + recall
        return (sum > 0 ? 2 * precision * recall / sum : 0, precision, recall)
    }

    /// The best F1 over all thresholds, and the probability it is reached at.
    private func best(_ pairs: [ScoredPair]) -> (f1: Double, probability: Double) {
        var (right, best, probability) = (0.0, 0.0, 1.0)
        for (index, pair) in pairs.enumerated() {
            if self.isTrue(pair) { right += 1 }
            let f1 = 2 * right / Double(index + 1 + self.trueCount)
            if f1 > best { (best, probability) = (f1, pair.probability) }
        }
        return (best, probability)
    }

    /// The figures by name.
    func values(_ result: MatchResult) -> [(String, JSONValue)] {
        let suggested = result.pairs.filter(self.matching.isSuggestion)
        let assigned = MatchResult.oneToOne(suggested)
        let (plain, one) = (self.quality(suggested), self.quality(assigned))
        let best = self.best(result.pairs)
        func text(_ value: Double) -> JSONValue { .string(String(format: "%.5f", value)) }
        return [
            ("items", .integer(self.matching.table.count)),
            ("true_pairs", .integer(self.trueCount)),
            ("compared", .integer(result.comparedCount)),
            ("kept", .integer(result.pairs.count)),
            ("kept_recall", text(self.quality(result.pairs).recall)),
            ("suggested", .integer(suggested.count)),
            ("wrong", .integer(suggested.count { !self.isTrue($0) })),
            ("f1", text(plain.f1)), ("precision", text(plain.precision)),
            ("recall", text(plain.recall)),
            ("one_to_one_f1", text(one.f1)), ("one_to_one_precision", text(one.precision)),
            ("one_to_one_recall", text(one.recall)),
            ("best_f1", text(best.f1)), ("best_probability", text(best.probability)),
            ("f1_at_0.9", text(self.quality(suggested.filter { $0.probability >= 0.9 }).f1)),
            ("cut_items", .integer(result.cutItemCount)),
        ]
    }

    /// Writes the pairs as lines: IDs, bits, whether true, whether suggested.
    func write(_ result: MatchResult, to path: String) throws {
        let ids = self.matching.table.ids
        var lines = ""
        for pair in result.pairs {
            let parts = self.matching.parts(of: pair).map {
                "\($0.comparison):\($0.level ?? "-")=\(String(format: "%.1f", $0.bits))"
            }.joined(separator: "; ")
            lines += "\(ids[pair.first])\t\(ids[pair.second])\t\(String(format: "%.2f", pair.bits))"
            lines += "\t\(self.isTrue(pair))\t\(self.matching.isSuggestion(pair))\t\(parts)\n"
        }
        try Data(lines.utf8).write(to: URL(filePath: path))
    }
}
