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
        let begun = self.now
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
        let found = walk.suggestions(best, of: matching.table.ids, most: limit) {
            one,
            other,
            pair in
            (subject.map { $0 == one || $0 == other } ?? true)
                && !pool.isEstablishment(one, of: other)
                && !pool.isEstablishment(other, of: one)
                && judgements.maySuggest(pair, to: author)
        }
        return SuggestSubjects.Answer(
            pairs: try self.told(found.all, pool, matching, judgements),
            total: found.count,
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

    /// Fills a pool for one subject; the names of its own items.
    private func fill(
        _ pool: inout SuggestionPool,
        around contents: SubjectContents,
        _ statements: inout SubjectStatements
    ) throws(Refusal) -> [String] {
        var names: [String] = []
        let items = contents.items.fairly()
        for item in items.prefix(Self.ownItemsMax) {
            if let name = pool.take(item, about: contents.key) { names.append(name) }
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
                // Which versions of fragments count is not the index's to say.
                fragmentsMost: .max,
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
        let handles = self.tables.values.flatMap { table in
            table.file.charters.flatMap { $0.charter.members.map(\.handle) }
        }
        var room = FairRoom(
            most: SuggestSubjects.fragmentsMax,
            ownerCount: Set(handles).subtracting([self.card.handle]).count
        )
        for (_, table) in self.tables.sorted(by: { $0.key < $1.key })
        where table.file.effective != nil {
            for caseID in try self.caseIDs(of: table, from: .zero, limit: .max) {
                try self.checkGoesOn()
                guard let counted = try self.counted(caseID, in: table) else { continue }
                statements.take(counted)
                for fragment in counted.fragments where fragment.owner != table.me {
                    let shared = SharedFragment(fragment: fragment, counted: counted, table: table)
                    guard shared.isTold else { continue }
                    // One may stand in several cases.
                    guard !pool.contains(.fragment(shared)) else { continue }
                    guard room.take(shared.owner) else {
                        pool.leftOut += 1
                        continue
                    }
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
        guard pool.items.count >= LearnWeights.itemsMin else {
            throw .refused(.tooFewToLearn(count: pool.items.count, min: LearnWeights.itemsMin))
        }
        let matching = try self.matching(pool, statements, nil)
        return LearnedWeights(
            weights: matching.model.weights(of: .ofSubjects),
            counts: (pool.recordCount, pool.fragmentCount)
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
                    alike: suggestion.alike.prefix(SuggestSubjects.alikeMax).map {
                        [$0.0.text, $0.1.text]
                    },
                    alike_found: suggestion.alike.count
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
