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
    /// Reads what takes a whole processor for seconds: one at a time for all.
    func suggesting<Value: Sendable>(
        for caller: Caller,
        _ body: @escaping @Sendable (Reader) throws(Refusal) -> Value
    ) async throws(Refusal) -> Value {
        try await self.suggestions.take("")
        defer { self.suggestions.give("") }
        // Who asked may be gone by the time of its turn.
        guard !Task.isCancelled else { throw .unavailable(.reader) }
        return try await self.read(for: caller, body)
    }
}

/// Pairs of subjects that may be one (`Protocol/subjects.md` §6).
extension Reader {
    /// Items of a subject that are compared with others: of each owner in turn, beginning with own ones.
    private static let ownItemsMax = 50
    /// Around a place of a subject, in metres.
    private static let nearMetres = 100.0

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
        let pairs: [SubjectSuggestion]
        let matching: Matching
        let weights = try self.weightsInForce
        if let named = asked.subject {
            let contents = try self.contents(named: named)
            statements = try self.statements(about: contents)
            let own = try self.fill(&pool, around: contents, &statements)
            matching = try self.matching(pool, statements, weights?.model)
            pairs = self.pairs(of: own, matching, pool)
        } else {
            try self.fill(&pool, &statements)
            matching = try self.matching(pool, statements, weights?.model)
            pairs = self.pairs(matching, pool)
        }
        var answer = try self.answer(
            pairs,
            matching,
            pool,
            statements,
            limit: limit,
            for: caller
        )
        answer.weights = weights?.version ?? 0
        return answer
    }

    // MARK: What is compared

    /// Fills a pool for one subject; the names of its own items.
    private func fill(
        _ pool: inout SuggestionPool,
        around contents: SubjectContents,
        _ statements: inout SubjectStatements
    ) throws(Refusal) -> [String] {
        var names: [String] = []
        let items = contents.items.fairly()
        for item in items.prefix(Self.ownItemsMax) {
            names.append(pool.take(item, about: contents.key))
        }
        for item in items.dropFirst(Self.ownItemsMax) {
            pool.take(item, about: contents.key)
        }
        var found = pool
        var said = statements
        for question in Self.questions(about: contents) {
            try self.checkGoesOn()
            let candidates = try self.candidates(
                question,
                most: SuggestSubjects.foundMax,
                isByDate: false
            )
            for candidate in candidates.records {
                try self.take(record: candidate.key.objectID, to: &found)
            }
            _ = try self.forEachFragment(
                of: candidates.fragments,
                most: SuggestSubjects.foundMax
            ) { shared in
                guard shared.isTold else { return }
                found.take(.fragment(shared))
                said.take(shared.counted)
            }
        }
        // What rarity and levels are learned from.
        for id in try self.lowestRecords(SuggestSubjects.backgroundMax) {
            try self.checkGoesOn()
            try self.take(record: id, to: &found)
        }
        (pool, statements) = (found, said)
        return names
    }

    /// What the index is asked for a subject: its names, its places.
    private static func questions(about contents: SubjectContents) -> [Question] {
        var questions: [Question] = []
        let items = contents.items.fairly()
        func values(_ name: FieldName) -> [String] {
            Array(
                Self.distinct(items.compactMap { $0.value(name) })
                    .prefix(ShowSubject.valuesMax)
            )
        }
        func ask(_ text: String, _ field: WordField, _ postcodes: [PostcodeRange] = []) {
            var question = Question()
            question.ask(
                String(text.prefix(SearchRecords.textMax)),
                in: [field],
                isTyping: false,
                folding: .unicode
            )
            question.postcodes = postcodes
            guard !question.words.isEmpty, question.words.count <= Question.wordsMax else { return }
            questions.append(question)
        }
        for name in values(.subjectName) { ask(name, .name) }
        for address in values(.locationAddress) { ask(address, .address) }
        for postcode in values(.locationPostcode) {
            guard let range = try? PostcodeRange(postcode) else { continue }
            var question = Question()
            question.postcodes = [range]
            questions.append(question)
        }
        var seen: Set<WGS84Position> = []
        for position in items.compactMap(\.position)
        where seen.count < ShowSubject.valuesMax && seen.insert(position).inserted {
            var question = Question()
            question.circle = Question.Circle(center: position, radius: Self.nearMetres)
            questions.append(question)
        }
        return questions
    }

    /// Fills a pool with everything.
    private func fill(
        _ pool: inout SuggestionPool,
        _ statements: inout SubjectStatements
    ) throws(Refusal) {
        do throws(SlotError) {
            statements.take(stored: try self.store.decisions())
            let total = try self.store.recordCount()
            pool.leftOut += max(0, total - SuggestSubjects.itemsMax)
        } catch {
            throw Refusal(error)
        }
        for id in try self.lowestRecords(SuggestSubjects.itemsMax) {
            try self.checkGoesOn()
            try self.take(record: id, to: &pool)
        }
        var fragmentCount = 0
        for (_, table) in self.tables.sorted(by: { $0.key < $1.key })
        where table.file.effective != nil {
            for caseID in try self.caseIDs(of: table, from: .zero, limit: .max) {
                try self.checkGoesOn()
                guard let counted = try self.counted(caseID, in: table) else { continue }
                statements.take(counted)
                for fragment in counted.fragments where fragment.owner != table.me {
                    let shared = SharedFragment(fragment: fragment, counted: counted, table: table)
                    guard shared.isTold else { continue }
                    guard fragmentCount < SuggestSubjects.fragmentsMax else {
                        pool.leftOut += 1
                        continue
                    }
                    fragmentCount += 1
                    pool.take(.fragment(shared))
                }
            }
        }
    }

    private func lowestRecords(_ most: Int) throws(Refusal) -> [ObjectID] {
        do throws(SlotError) { return try self.store.recordIDs(most: most) } catch {
            throw Refusal(error)
        }
    }

    private func take(record id: ObjectID, to pool: inout SuggestionPool) throws(Refusal) {
        do throws(SlotError) {
            if let held = try self.store.record(id) { pool.take(.record(id, held)) }
        } catch {
            throw Refusal(error)
        }
    }

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
            return Matching(table, index, model ?? ModelLearning.model(table, index))
        } catch {
            throw .bug("suggestions: \(error)")
        }
    }

    /// Learns weights from everything that can be read here.
    func learnedWeights() throws(Refusal) -> LearnedWeights {
        var pool = SuggestionPool()
        var statements = SubjectStatements()
        try self.fill(&pool, &statements)
        let matching = try self.matching(pool, statements, nil)
        return LearnedWeights(
            weights: matching.model.weights(of: .ofSubjects),
            counts: (pool.recordCount, pool.items.count - pool.recordCount)
        )
    }

    // MARK: Pairs

    /// The best pair of items of each pair of subjects with one whose items are given.
    private func pairs(
        of own: [String],
        _ matching: Matching,
        _ pool: SuggestionPool
    ) -> [SubjectSuggestion] {
        var best: [SubjectPair: ScoredPair] = [:]
        let wanted = Set(own)
        let places = matching.table.ids.indices.filter { wanted.contains(matching.table.ids[$0]) }
        for place in places {
            for other in matching.table.ids.indices where other != place {
                let pair = matching.score(place, other)
                guard matching.isSuggestion(pair) else { continue }
                Self.take(pair, matching, pool, to: &best)
            }
        }
        return SubjectSuggestion.ordered(best)
    }

    /// The best pair of items of each pair of subjects.
    private func pairs(_ matching: Matching, _ pool: SuggestionPool) -> [SubjectSuggestion] {
        var best: [SubjectPair: ScoredPair] = [:]
        for pair in matching.run().pairs where matching.isSuggestion(pair) {
            Self.take(pair, matching, pool, to: &best)
        }
        return SubjectSuggestion.ordered(best)
    }

    private static func take(
        _ pair: ScoredPair,
        _ matching: Matching,
        _ pool: SuggestionPool,
        to best: inout [SubjectPair: ScoredPair]
    ) {
        let ids = matching.table.ids
        guard let one = pool.subjects[ids[pair.first]], let other = pool.subjects[ids[pair.second]],
            let subjects = SubjectPair(one.id.hex, other.id.hex)
        else { return }
        if let known = best[subjects], known.bits >= pair.bits { return }
        best[subjects] = pair
    }

    private func answer(
        _ pairs: [SubjectSuggestion],
        _ matching: Matching,
        _ pool: SuggestionPool,
        _ statements: SubjectStatements,
        limit: Int,
        for caller: Caller
    ) throws(Refusal) -> SuggestSubjects.Answer {
        let own = try self.ownSubjects(ofFragmentsNamedIn: statements, pool)
        let judgements = statements.judgements { own[$0] ?? pool.alone[$0] ?? $0 }
        let author = SubjectStatement.author(user: caller.name)
        let all = pairs.filter { judgements.maySuggest($0.subjects, to: author) }
        // Copies of one record ask one question.
        let open = SubjectSuggestion.folded(all) { place in
            pool.contents[matching.table.ids[place]] ?? ""
        }
        var ends = SubjectEnds(
            Dictionary(
                open.prefix(limit).flatMap { [$0.first.pair.first, $0.first.pair.second] }
                    .compactMap { pool.subjects[matching.table.ids[$0]] }.map { ($0.id, $0) },
                uniquingKeysWith: { first, _ in first }
            )
        )
        func end(_ place: Int) throws(Refusal) -> SubjectEnd {
            guard let key = pool.subjects[matching.table.ids[place]] else {
                preconditionFailure("what is compared is in the pool")
            }
            return try ends.end(key.id, self)
        }
        var told: [SuggestSubjects.Pair] = []
        func key(_ place: Int) -> String { pool.subjects[matching.table.ids[place]]?.text ?? "" }
        for (suggestion, alike) in open.prefix(limit) {
            try self.checkGoesOn()
            let pair = suggestion.pair
            told.append(
                SuggestSubjects.Pair(
                    a: try end(pair.first),
                    b: try end(pair.second),
                    score: pair.probability.text(decimals: 3),
                    bits: pair.bits.text(decimals: 1),
                    parts: matching.parts(of: pair).map { part in
                        SuggestSubjects.Part(
                            comparison: part.comparison,
                            a: part.firstValue,
                            b: part.secondValue,
                            level: part.level,
                            bits: part.bits.text(decimals: 1),
                            rarity: part.rarityBits.text(decimals: 1)
                        )
                    },
                    state: PairOutcome(judgements.state(of: suggestion.subjects)),
                    alike: alike.prefix(SuggestSubjects.alikeMax).map {
                        [key($0.pair.first), key($0.pair.second)]
                    },
                    alike_found: alike.count
                )
            )
        }
        return SuggestSubjects.Answer(
            pairs: told,
            total: open.count,
            compared: pool.recordCount,
            left_out: pool.leftOut,
            configuration: matching.table.configuration.version,
            weights: 0,
            prior: matching.priorBits.text(decimals: 1)
        )
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
