import CaseModel
import Geodesy
import Matching
package import NodeInterface
import RecordStore

/// The weights that this node keeps, as they stand in its store (`Protocol/matching.md` §8).
struct KeptWeights: Codable {
    /// The setting that holds them.
    static let setting = "weights"

    /// A version with its weights.
    struct Kept: Codable {
        var version: ShowWeights.Version
        var weights: MatchWeights
    }

    /// The version in force; 0 for none.
    private(set) var inForce = 0
    /// The newest first.
    private(set) var all: [Kept] = []

    /// Its bytes in the store.
    var bytes: [UInt8] { StoredJSON.bytes(self) }

    /// None are kept, and none are in force.
    init() {}

    /// Reads what is kept; `nil` for what no version of the program wrote.
    ///
    /// Weights of what is compared no more are not in force.
    init?(_ bytes: [UInt8]) {
        guard let read = StoredJSON.read(Self.self, bytes) else { return nil }
        self = read
        let used = self.all.first { $0.version.version == self.inForce }
        if used.map({ MatchModel($0.weights, for: .ofSubjects) == nil }) ?? true {
            self.inForce = 0
        }
    }

    /// The weights of a version; `nil` for 0.
    func weights(of version: Int) throws(Refusal) -> MatchWeights? {
        guard version != 0 else { return nil }
        guard let kept = self.all.first(where: { $0.version.version == version }) else {
            throw .notFound(.weights, typed: String(version))
        }
        return kept.weights
    }

    /// Keeps weights as the next version, and puts it in force.
    mutating func keep(
        _ weights: MatchWeights,
        at time: String,
        by user: String,
        learnedFrom counts: (records: Int, fragments: Int)?
    ) {
        // What is in force already is no new version.
        let used = self.all.first { $0.version.version == self.inForce }
        guard used?.weights != weights else { return }
        let number = 1 + (self.all.first?.version.version ?? 0)
        let version = ShowWeights.Version(
            version: number,
            at: time,
            by: user,
            learned: counts != nil,
            records: counts?.records ?? 0,
            fragments: counts?.fragments ?? 0
        )
        self.all.insert(Kept(version: version, weights: weights), at: 0)
        self.inForce = number
        self.all.removeLast(max(0, self.all.count - LearnWeights.versionsMax))
    }

    /// Puts a version in force; 0 for none.
    mutating func use(_ version: Int) throws(Refusal) {
        if let weights = try self.weights(of: version) { _ = try MatchModel(usable: weights) }
        self.inForce = version
    }

    /// What is told of them, with the weights of a version.
    func answer(
        showing version: Int,
        of store: NodeStore
    ) throws(Refusal) -> ShowWeights.Answer {
        let records: Int
        do throws(SlotError) { records = try store.recordCount() } catch { throw Refusal(error) }
        return ShowWeights.Answer(
            in_force: self.inForce,
            shown: version,
            versions: self.all.map(\.version),
            weights: try self.weights(of: version),
            records: records
        )
    }
}

extension NodeStore {
    /// The weights that are kept.
    func weights() throws(Refusal) -> KeptWeights {
        do throws(SlotError) {
            return try self.setting(KeptWeights.setting).flatMap { KeptWeights($0) }
                ?? KeptWeights()
        } catch {
            throw Refusal(error)
        }
    }
}

extension Reader {
    /// The weights in force, with their version; none where each question learns its own.
    var weightsInForce: (version: Int, model: MatchModel)? {
        get throws(Refusal) {
            let kept = try self.store.weights()
            let model = try kept.weights(of: kept.inForce).flatMap {
                MatchModel($0, for: .ofSubjects)
            }
            return model.map { (kept.inForce, $0) }
        }
    }
}

extension Node {
    /// Changes the weights that are kept.
    fileprivate func changeWeights(
        _ body: (inout KeptWeights) throws(Refusal) -> Void
    ) throws(Refusal) -> ShowWeights.Answer {
        var kept = try self.store.weights()
        try body(&kept)
        do throws(SlotError) {
            try self.store.setSetting(KeptWeights.setting, kept.bytes)
        } catch {
            throw Refusal(error)
        }
        return try kept.answer(showing: kept.inForce, of: self.store)
    }
}

extension ShowWeights: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        let kept = try reader.store.weights()
        return try kept.answer(showing: self.version ?? kept.inForce, of: reader.store)
    }
}

extension LearnWeights: HandledRequest {
    /// Learns beside the node's turn, and keeps what was learned in it.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        let learned = try await node.readers.suggesting(for: caller) { (reader) throws(Refusal) in
            try reader.learnedWeights()
        }
        return try await node.keep(learned, by: caller.name)
    }
}

extension UseWeights: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.use(self.version)
    }
}

extension TakeWeights: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        // What is kept is what was read: nothing else of what was sent is shown.
        let model = try MatchModel(usable: self.weights)
        return try await node.keep(
            LearnedWeights(weights: model.weights(of: .ofSubjects), counts: nil),
            by: caller.name
        )
    }
}

/// Weights to keep.
struct LearnedWeights: Sendable {
    let weights: MatchWeights
    /// From how many own records and fragments they were learned; `nil` where they were given.
    let counts: (records: Int, fragments: Int)?
}

extension Node {
    fileprivate func keep(
        _ learned: LearnedWeights,
        by user: String
    ) throws(Refusal) -> ShowWeights.Answer {
        let time = UTCTime.text(milliseconds: Self.milliseconds())
        return try self.changeWeights { kept in
            kept.keep(learned.weights, at: time, by: user, learnedFrom: learned.counts)
        }
    }

    fileprivate func use(_ version: Int) throws(Refusal) -> ShowWeights.Answer {
        try self.changeWeights { (kept) throws(Refusal) in try kept.use(version) }
    }
}

extension MatchConfiguration {
    /// What subjects are compared by.
    static let ofSubjects = MatchConfiguration.organisations(
        scope: .all,
        firstSource: SubjectContents.Item.ownTurn
    )
}

extension MatchModel {
    /// Reads weights that somebody would have in force.
    fileprivate init(usable weights: MatchWeights) throws(Refusal) {
        guard let model = MatchModel(weights, for: .ofSubjects) else {
            throw .invalid(.weights, .malformed)
        }
        self = model
    }

    /// Reads weights; `nil` where they are of another configuration, or a number is out of its range.
    init?(_ weights: MatchWeights, for configuration: MatchConfiguration) {
        func number(_ text: String, _ range: ClosedRange<Double>) -> Double? {
            Double(plainDecimal: text, allowsExponent: true)
                .flatMap { range.contains($0) ? $0 : nil }
        }
        let part = MatchWeights.least...1
        guard weights.configuration == configuration.version,
            weights.comparisons.map(\.comparison) == configuration.comparisons.map(\.name),
            let prior = number(weights.prior, MatchWeights.least...0.5)
        else { return nil }
        var (match, chance, reference): ([[Double]], [[Double]], [[Double]]) = ([], [], [])
        var support: [Double] = []
        for (read, comparison) in zip(weights.comparisons, configuration.comparisons) {
            let same = read.levels.compactMap { number($0.same, part) }
            let others = read.levels.compactMap { number($0.others, part) }
            let common = read.levels.compactMap {
                $0.reference == "0.0" || $0.reference == "0" ? 0 : number($0.reference, part)
            }
            let names = comparison.kind.levelNames
            guard read.levels.map(\.level) == names, same.count == names.count,
                others.count == names.count, common.count == names.count,
                let pairs = number(read.support, 0...MatchWeights.supportMax)
            else { return nil }
            match.append(same)
            chance.append(others)
            reference.append(common)
            support.append(pairs)
        }
        self.init(
            match: match,
            chance: chance,
            reference: reference,
            prior: prior,
            support: support
        )
    }

    /// The weights, as they are kept and given.
    func weights(of configuration: MatchConfiguration) -> MatchWeights {
        let bits = self.bits(configuration.comparisons)
        return MatchWeights(
            configuration: configuration.version,
            prior: "\(self.prior)",
            comparisons: configuration.comparisons.enumerated().map { index, comparison in
                MatchWeights.Comparison(
                    comparison: comparison.name,
                    support: "\(self.support[index])",
                    levels: comparison.kind.levelNames.enumerated().map { level, name in
                        MatchWeights.Level(
                            level: name,
                            same: "\(self.match[index][level])",
                            others: "\(self.chance[index][level])",
                            reference: "\(self.reference[index][level])",
                            bits: comparison.gives(level: level)
                                ? bits[index][level].text(decimals: 1) : ""
                        )
                    }
                )
            }
        )
    }
}
