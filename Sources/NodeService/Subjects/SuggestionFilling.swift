import CaseModel
import Geodesy
import NodeInterface
import RecordStore
import Search
import SyncEngine
import SyncLog
import Vocabulary

/// What is compared in suggestions (`Protocol/subjects.md` §6).
extension Reader {
    /// Items of a subject that are compared with others: of each owner in turn, beginning with own ones.
    private static let ownItemsMax = 50
    /// Around a place of a subject, in metres.
    private static let nearMetres = 100.0
    /// Fills a pool for one subject; the names of its own items.
    func fill(
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
    func fill(
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
}
