import CaseModel
import Cryptography
import Geodesy
package import NodeInterface
import RecordImport
import RecordStore
import ReplicatedTypes
import Search
import SyncEngine
import SyncLog
import Vocabulary

extension SearchRecords: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.search(self, list: nil)
    }
}

extension SearchList: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.search(self.search, list: try ListNumbers(self.list))
    }
}

/// Searching in own records, and in what others share that can be read here.
///
/// The index names candidates; whether one is shown, and why, is said by the record or the case as it is.
extension Reader {
    /// Looks for own records and fragments; of others' fragments at most `fragmentsMost` are looked at.
    func search(
        _ asked: SearchRecords,
        list: ListNumbers?,
        fragmentsMost: Int = SearchRecords.fragmentsMax
    ) throws(Refusal) -> SearchRecords.Answer {
        var question = try SearchQuestion(asked, today: self.today)
        if let list { question.ask(list) }
        if let phase = asked.phase {
            question.ask(records: try self.records(inPhase: phase))
        }
        let wanted = asked.limit + (asked.offset ?? 0)
        do {
            let results = try self.store.search(goesOn: { try self.checkGoesOn() }) { searcher in
                try self.results(
                    of: asked,
                    question,
                    list,
                    wanted: wanted,
                    fragmentsMost: fragmentsMost,
                    searcher
                )
            }
            return results
        } catch let error as Refusal {
            throw error
        } catch let error as SlotError {
            throw Refusal(error)
        } catch {
            throw .bug("search: \(error)")
        }
    }

    private func results(
        of asked: SearchRecords,
        _ plan: SearchQuestion,
        _ list: ListNumbers?,
        wanted: Int,
        fragmentsMost: Int,
        _ searcher: Searcher
    ) throws -> SearchRecords.Answer {
        var plan = plan
        try self.checkKnown(asked, sources: searcher.sources)
        if !plan.keys.isEmpty {
            plan.askByKey(self.records(withKeys: plan.keys, of: searcher.sources))
        }
        let isOwnAsked = asked.partner.map { $0 == self.card.handle } ?? true
        let areOthersAsked =
            asked.source == nil && plan.keys.isEmpty && asked.partner != self.card.handle
        let most = Searcher.Most(
            records: isOwnAsked ? wanted : 0,
            fragments: areOthersAsked ? Int.max : 0,
            isByDate: plan.isByDate
        )
        var found = FoundHits(isByDate: plan.isByDate)
        let candidates = try searcher.candidates(for: plan.question, most: most) {
            (candidates) throws(SegmentError) in
            found = FoundHits(isByDate: plan.isByDate)
            guard areOthersAsked else { return found.count(candidates, isOwnAsked: isOwnAsked) }
            do {
                try self.addFragments(candidates, asked, most: fragmentsMost, to: &found)
            } catch {
                throw .unreadable(error)
            }
            return found.count(candidates, isOwnAsked: isOwnAsked)
        }
        if isOwnAsked {
            try self.addByKey(plan, candidates, searcher, to: &found)
            try self.addRecords(candidates, to: &found)
        }
        let ordered = found.ordered
        var sources = SourceFreshness()
        let shown = Array(ordered.dropFirst(asked.offset ?? 0).prefix(asked.limit))
        // What only others have is known as far as it is shown.
        let isKnown =
            found.fragmentCount > 0 || !found.keyRecords.isEmpty || found.byKeyBeyondPeriod > 0
        return SearchRecords.Answer(
            hits: try shown.map { try self.hit($0, &sources) },
            total: (isOwnAsked ? candidates.recordCount : 0) + found.fragmentCount
                + found.byKeyCount,
            more: found.isCut || candidates.evaluation.words.contains(where: \.isCut),
            understood: plan.understood + found.keyUnderstood,
            unknown_words: isKnown ? [] : try Self.unknown(candidates.evaluation, searcher),
            incomplete: candidates.evaluation.missingMax > 0 && !ordered.isEmpty
                && found.keyRecords.isEmpty,
            period: plan.period,
            beyond_period: (isOwnAsked ? candidates.beyondPeriodCount : 0)
                + found.fragmentsBeyondPeriod + found.byKeyBeyondPeriod,
            circle: plan.question.circle.map { circle in
                SearchCircle(
                    latitude: circle.center.latitude.text(decimals: 7),
                    longitude: circle.center.longitude.text(decimals: 7),
                    radius: Int(circle.radius.rounded())
                )
            },
            list: list.map { list in
                let ofFragments = found.fragmentNumbers.intersection(list.numbers)
                return list.reading(
                    found: isOwnAsked ? ofFragments.union(candidates.numbers) : ofFragments
                )
            }
        )
    }

    /// Says of a source or a partner that there is none: that nothing was found would say something else.
    private func checkKnown(_ asked: SearchRecords, sources: Set<String>) throws(Refusal) {
        if let source = asked.source, !sources.isEmpty, !sources.contains(source) {
            throw .invalid(.source, .notOneOf(source, allowed: sources.sorted()))
        }
        guard let partner = asked.partner, partner != self.card.handle else { return }
        let handles = self.tables.values.flatMap { table in
            table.file.charters.flatMap { $0.charter.members.map(\.handle) }
        }
        guard !handles.contains(partner) else { return }
        let known = Set(handles).union([self.card.handle]).sorted()
        throw .invalid(.partner, .notOneOf(partner, allowed: known))
    }

    /// What was asked for and nothing in own records is like, as it was typed.
    private static func unknown(
        _ evaluation: Evaluation,
        _ searcher: Searcher
    ) throws(SegmentError) -> [String] {
        // Legal forms and particles are looked for nowhere but in names that have nothing else.
        evaluation.words.filter { !$0.isOfRecords && !$0.asked.isMarked }
            .map(\.asked.typed)
            + (try searcher.unknownPlaces(of: evaluation))
    }

    // MARK: Own records

    /// The keys of own records that have one of some keys in their source.
    private func records(
        withKeys keys: [String],
        of sources: Set<String>
    ) -> Set<DocumentKey> {
        var records: Set<DocumentKey> = []
        for source in sources {
            for key in keys {
                records.insert(DocumentKey(self.store.recordID(source: source, key: key)))
            }
        }
        return records
    }

    /// Adds the own records whose key was typed into the one box.
    private func addByKey(
        _ plan: SearchQuestion,
        _ candidates: Candidates,
        _ searcher: Searcher,
        to found: inout FoundHits
    ) throws {
        guard let text = plan.keyText else { return }
        // As it was typed, and in the capitals or small letters that keys mostly have.
        let texts = Set([text, text.uppercased(), text.lowercased()]).sorted()
        let keys = self.records(withKeys: texts, of: searcher.sources)
        for key in keys.sorted() {
            guard let held = try self.store.record(key.objectID) else { continue }
            let fields = DocumentFields(held)
            // What was chosen beside the box holds for it too.
            guard plan.question.filters(held.record.type, held.record.source, key) else {
                continue
            }
            // One that is found by the rest of the question too is counted there.
            let isFound = candidates.evaluation.match(held, key, fields) != nil
            guard plan.question.contains(date: fields.date ?? 0) else {
                if !isFound { found.byKeyBeyondPeriod += 1 }
                continue
            }
            found.add(
                FoundHit(
                    item: .record(key.objectID, held),
                    match: .byKey,
                    date: fields.date ?? 0
                )
            )
            found.keyRecords.insert(key)
            if !isFound { found.byKeyCount += 1 }
        }
        if !found.keyRecords.isEmpty {
            found.keyUnderstood = [.init(meaning: .key, text: text)]
        }
    }

    /// Opens the own records that may be shown, and asks each how it fits.
    private func addRecords(_ candidates: Candidates, to found: inout FoundHits) throws {
        for candidate in candidates.records where !found.keyRecords.contains(candidate.key) {
            try self.checkGoesOn()
            let id = candidate.key.objectID
            guard let held = try self.store.record(id) else { continue }
            guard
                let match = candidates.evaluation.match(candidate)
                    ?? candidates.evaluation.match(held, candidate.key, DocumentFields(held))
            else { continue }
            found.add(FoundHit(item: .record(id, held), match: match, date: candidate.date))
        }
    }

    /// The own records that are shared in a case of a phase.
    private func records(inPhase phase: String) throws(Refusal) -> Set<DocumentKey> {
        var records: Set<DocumentKey> = []
        for (id, table) in self.tables where table.file.effective != nil {
            let shares = try self.read(id) { (snapshot) throws(SlotError) in
                try snapshot.shares()
            }
            for (caseID, shared) in Dictionary(grouping: shares, by: \.caseID) {
                try self.checkGoesOn()
                guard let counted = try self.counted(caseID, in: table),
                    counted.phases.contains(phase)
                else { continue }
                for share in shared { records.insert(DocumentKey(share.record)) }
            }
        }
        return records
    }

    // MARK: Fragments of others

    /// Asks of each fragment that may fit how it does.
    private func addFragments(
        _ candidates: Candidates,
        _ asked: SearchRecords,
        most: Int,
        to found: inout FoundHits
    ) throws {
        found.isCut = try self.forEachFragment(of: candidates.fragments, most: most) { shared in
            if let phase = asked.phase, !shared.counted.phases.contains(phase) { return }
            self.add(shared, candidates, asked, to: &found)
        }
    }

    private func add(
        _ shared: SharedFragment,
        _ candidates: Candidates,
        _ asked: SearchRecords,
        to found: inout FoundHits
    ) {
        guard shared.isTold else { return }
        let (fragment, owner) = (shared.fragment, shared.owner)
        if let partner = asked.partner, partner != owner { return }
        let fields = DocumentFields(folding: .unicode) { body in
            for field in fragment.payload.fields { body(field.name, field.value) }
        }
        guard
            let match = candidates.evaluation.match(
                type: fragment.payload.type,
                source: nil,
                key: nil,
                fields: fields
            )
        else { return }
        guard candidates.evaluation.question.contains(date: fields.date ?? 0) else {
            found.fragmentsBeyondPeriod += 1
            return
        }
        found.fragmentCount += 1
        if let number = fields.number(.kvk) { found.fragmentNumbers.insert(number) }
        found.add(
            FoundHit(
                item: .fragment(shared),
                match: match,
                date: fields.date ?? 0
            )
        )
    }

    // MARK: Hits

    private func hit(
        _ found: FoundHit,
        _ sources: inout SourceFreshness
    ) throws -> SearchRecords.Hit {
        let item = found.item
        func value(_ name: FieldName) -> String? { item.value(name) }
        let position = item.position
        var hit = SearchRecords.Hit(
            id: item.id.hex,
            kind: item.isOwn ? "record" : "fragment",
            owner: item.owner(own: self.card.handle),
            type: item.type.rawValue,
            case: item.caseID?.hex,
            title: value(.subjectName) ?? Self.place(value) ?? item.id.hex,
            address: value(.locationAddress),
            postcode: value(.locationPostcode),
            place: value(.locationPlace),
            kvk: value(.subjectKvK),
            latitude: position?.latitude.text(decimals: 7),
            longitude: position?.longitude.text(decimals: 7),
            date: value(.date),
            status: value(.status),
            distance: found.distance,
            score: found.score,
            why: found.why,
            fresh: UTCTime.text(milliseconds: item.milliseconds),
            stale: false,
            expired: item.isExpired(on: self.today)
        )
        guard case .record(let id, let held) = item else { return hit }
        let freshness = try sources.freshness(of: held, self)
        hit.source = held.record.source
        hit.source_key = held.record.sourceKey
        hit.cases = try self.cases(ofRecord: id).map(\.hex)
        hit.title = value(.subjectName) ?? Self.place(value) ?? held.record.sourceKey
        hit.fresh = UTCTime.text(milliseconds: freshness.at)
        hit.stale = freshness.isStale(at: self.clock)
        return hit
    }

    /// Address and place in a line; `nil` where neither is there.
    private static func place(_ value: (FieldName) -> String?) -> String? {
        let parts = [value(.locationAddress), value(.locationPlace)].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// The cases that an own record is shared in, ascending.
    private func cases(ofRecord id: ObjectID) throws(Refusal) -> [ObjectID] {
        var cases: [ObjectID] = []
        for (tableID, table) in self.tables where table.file.effective != nil {
            cases += try self.read(tableID) { (snapshot) throws(SlotError) in
                try snapshot.shares(of: id).map(\.caseID)
            }
        }
        return cases.sorted()
    }
}

extension Evaluation {
    /// How an own record fits.
    fileprivate func match(
        _ held: StoredRecord,
        _ key: DocumentKey,
        _ fields: DocumentFields
    ) -> Match? {
        self.match(type: held.record.type, source: held.record.source, key: key, fields: fields)
    }
}

extension DocumentFields {
    fileprivate init(_ held: StoredRecord) {
        self.init(folding: .unicode) { body in
            for field in held.record.fields { body(field.name, field.value) }
        }
    }
}
