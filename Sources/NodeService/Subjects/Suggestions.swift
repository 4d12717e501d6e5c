import CaseModel
import Foundation
import Geodesy
import Matching
package import NodeInterface
import RecordImport
import RecordStore
import Search
import SyncEngine
import SyncLog
import Vocabulary

extension SuggestSubjects: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.suggest(self, for: caller)
    }

    /// Asks a reader, one at a time for all: it takes a whole processor for seconds.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.readers.suggesting(for: caller) { (reader) throws(Refusal) in
            try self.read(with: reader, for: caller)
        }
    }
}

extension Readers {
    /// Reads what takes a whole processor for seconds: one at a time for all, of whom each waits with one, so that
    /// nobody waits for all of somebody else's.
    func suggesting<Value: Sendable>(
        for caller: Caller,
        _ body: @escaping @Sendable (Reader) throws(Refusal) -> Value
    ) async throws(Refusal) -> Value {
        let begun = self.now
        try await self.callersSuggestions.take(caller.name)
        defer { self.callersSuggestions.give(caller.name) }
        try await self.suggestions.take("")
        defer { self.suggestions.give("") }
        // The node may have been told to stop by the time of its turn, and who asked may be gone.
        try self.checkGoesOn(since: begun)
        guard !Task.isCancelled else { throw .unavailable(.reader) }
        return try await self.read(for: caller, body)
    }
}

/// Pairs of subjects that may be one (`Protocol/subjects.md` §6).
extension Reader {
    fileprivate func suggest(
        _ asked: SuggestSubjects,
        for caller: Caller
    ) throws(Refusal) -> SuggestSubjects.Answer {
        let limit = asked.limit ?? SuggestSubjects.pairsMax
        guard (1...SuggestSubjects.pairsMax).contains(limit) else {
            throw .invalid(.limit, .outside(limit, min: 1, max: SuggestSubjects.pairsMax))
        }
        var pool = SuggestionPool()
        var statements = SubjectStatements()
        var best: [GroupPair: ScoredPair] = [:]
        let weights = try self.weightsInForce
        let matching: Matching
        var subject: SubjectKey?
        if let named = asked.subject {
            let contents = try self.contents(named: named)
            subject = contents.key
            statements = try self.statements(about: contents)
            let own = Set(try self.fill(&pool, around: contents, &statements))
            matching = try self.matching(pool, statements, weights?.model)
            let ids = matching.table.ids
            let found = try matching.suggestions(of: ids.indices.filter { own.contains(ids[$0]) }) {
                () throws(Refusal) in try self.checkGoesOn()
            }
            self.take(found, matching, pool, to: &best)
        } else {
            try self.fill(&pool, &statements)
            matching = try self.matching(pool, statements, weights?.model)
            let result = try matching.run { () throws(Refusal) in try self.checkGoesOn() }
            self.take(result.pairs.filter(matching.isSuggestion), matching, pool, to: &best)
        }
        let own = try self.ownSubjects(ofFragmentsNamedIn: statements, pool)
        let judgements = statements.judgements { own[$0] ?? pool.alone[$0] ?? $0 }
        let author = SubjectStatement.author(user: caller.name)
        var walk = SuggestionWalk(pool)
        let mine = self.ownAuthors
        var others: Set<SubjectPair> = []
        let isSaid = { (pair: SubjectPair) in
            [.same, .different, .conflict].contains(PairOutcome(judgements.state(of: pair)))
        }
        let found = walk.suggestions(
            best,
            of: matching.table.ids,
            most: limit,
            isSaid: isSaid
        ) { one, other, pair in
            guard subject.map({ $0 == one || $0 == other }) ?? true else { return false }
            if judgements.maySuggest(pair, to: author) { return true }
            // What only others decided is hidden too, and told.
            let isOurs = judgements.judgements(of: pair).map(\.author.text).contains { by in
                mine.contains(by) || SubjectStatement.isUser(by)
            }
            guard !isOurs else { return false }
            // Of own records nobody else settles what they are about.
            if pool.ownSubjects.contains(one.id), pool.ownSubjects.contains(other.id) {
                return true
            }
            others.insert(pair)
            return false
        }
        return SuggestSubjects.Answer(
            pairs: try self.told(found.all, pool, matching, judgements),
            total: found.count,
            decided_by_others: others.count,
            compared: pool.recordCount,
            left_out: pool.leftOut,
            configuration: matching.table.configuration.version,
            weights: weights?.version ?? 0,
            prior: matching.priorBits.text(decimals: 1)
        )
    }

    /// Takes in the best pair of items of each two groups.
    private func take(
        _ pairs: [ScoredPair],
        _ matching: Matching,
        _ pool: SuggestionPool,
        to best: inout [GroupPair: ScoredPair]
    ) {
        let ids = matching.table.ids
        for pair in pairs {
            guard let one = pool.group[ids[pair.first]], let other = pool.group[ids[pair.second]]
            else { continue }
            let groups = GroupPair(one, other)
            if let known = best[groups], known.bits >= pair.bits { continue }
            best[groups] = pair
        }
    }

    // MARK: What is compared

    private func matching(
        _ pool: SuggestionPool,
        _ statements: SubjectStatements,
        _ model: MatchModel?
    ) throws(Refusal) -> Matching {
        let successions = statements.all.compactMap { statement -> Succession? in
            guard statement.link.succession != nil,
                let from = statements.keys[statement.link.from]?.number,
                let to = statements.keys[statement.link.to]?.number
            else { return nil }
            return .init(from: to, to: from)
        }
        do throws(MatchingError) {
            let table = try MatchTable(
                pool.items,
                configuration: .ofSubjects,
                successions: successions
            ) { $0.decomposedStringWithCompatibilityMapping }
            let index = CandidateIndex(table)
            if let model { return Matching(table, index, model) }
            // Nobody's many teach what levels say, where own ones can.
            let own = pool.items.filter { $0.source == SubjectContents.Item.ownTurn }
            guard own.count >= LearnWeights.itemsMin, own.count < pool.items.count else {
                return Matching(table, index, ModelLearning.model(table, index))
            }
            let learned = try MatchTable(own, configuration: .ofSubjects, successions: successions)
            {
                $0.decomposedStringWithCompatibilityMapping
            }
            return Matching(table, index, ModelLearning.model(learned, CandidateIndex(learned)))
        } catch {
            throw .bug("suggestions: \(error)")
        }
    }

    /// Learns weights from everything that can be read here.
    func learnedWeights() throws(Refusal) -> LearnedWeights {
        var pool = SuggestionPool()
        var statements = SubjectStatements()
        try self.fill(&pool, &statements)
        guard pool.items.count >= LearnWeights.itemsMin else {
            throw .refused(.tooFewToLearn(count: pool.items.count, min: LearnWeights.itemsMin))
        }
        let matching = try self.matching(pool, statements, nil)
        let areOwnEnough =
            pool.items.count { $0.source == SubjectContents.Item.ownTurn } >= LearnWeights.itemsMin
        return LearnedWeights(
            weights: matching.model.weights(of: .ofSubjects),
            counts: (pool.recordCount, areOwnEnough ? 0 : pool.fragmentCount)
        )
    }

    // MARK: Pairs

    private func told(
        _ suggestions: [SubjectSuggestion],
        _ pool: SuggestionPool,
        _ matching: Matching,
        _ judgements: JudgementSet
    ) throws(Refusal) -> [SuggestSubjects.Pair] {
        let subjects = suggestions.flatMap { [$0.subjects.0, $0.subjects.1] }
        var ends = SubjectEnds(
            Dictionary(subjects.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        )
        let shown = Set(
            suggestions.flatMap { [$0.pair.first, $0.pair.second] }.map { matching.table.ids[$0] }
        )
        let items = Dictionary(
            pool.items.filter { shown.contains($0.id) }.map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let comparisons = matching.table.configuration.comparisons
        /// A value as its owner writes it.
        func value(_ text: String?, _ place: Int, _ item: Int) -> String? {
            text.map { items[matching.table.ids[item]]?.values[comparisons[place].field] ?? $0 }
        }
        var told: [SuggestSubjects.Pair] = []
        for suggestion in suggestions {
            try self.checkGoesOn()
            let (pair, (one, other)) = (suggestion.pair, suggestion.subjects)
            told.append(
                SuggestSubjects.Pair(
                    a: try ends.end(one.id, self),
                    b: try ends.end(other.id, self),
                    score: pair.probability.text(decimals: 3),
                    bits: pair.bits.text(decimals: 1),
                    parts: matching.parts(of: pair).enumerated().map { place, part in
                        SuggestSubjects.Part(
                            comparison: part.comparison,
                            a: value(part.firstValue, place, pair.first),
                            b: value(part.secondValue, place, pair.second),
                            level: part.level,
                            bits: part.bits.text(decimals: 1),
                            rarity: part.rarityBits.text(decimals: 1)
                        )
                    },
                    state: PairOutcome(
                        SubjectPair(one.id.hex, other.id.hex).map { judgements.state(of: $0) }
                            ?? .open
                    ),
                    alike: suggestion.alike.map { [$0.0.text, $0.1.text] },
                    alike_found: suggestion.alikeCount
                )
            )
        }
        return told
    }

    /// The subjects of own records without a number, by those that others know their fragments as.
    private func ownSubjects(
        ofFragmentsNamedIn statements: SubjectStatements,
        _ pool: SuggestionPool
    ) throws(Refusal) -> [ObjectID: ObjectID] {
        let named = Set(statements.all.flatMap { [$0.link.from, $0.link.to] })
        guard !named.isEmpty else { return [:] }
        var own: [ObjectID: ObjectID] = [:]
        for (tableID, _) in self.tables {
            let shares = try self.read(tableID) { (snapshot) throws(SlotError) in
                try snapshot.shares()
            }
            for share in shares {
                guard let alias = SubjectKey("fragment:" + share.fragment.hex),
                    named.contains(alias.id)
                else { continue }
                let alone = SubjectKey(record: share.record) { _ in nil }.id
                own[alias.id] = pool.alone[alone] ?? alone
            }
        }
        return own
    }
}
