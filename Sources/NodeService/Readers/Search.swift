import CaseModel
import Cryptography
package import NodeInterface
import RecordImport
import RecordStore
import SyncEngine
import SyncLog
import Vocabulary

extension SearchRecords: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.search(self)
    }
}

/// Searching in own records, and in what others share that can be read here.
///
/// A search opens each record and reads each case once, however many of its fragments fit.
extension Reader {
    /// Something that a search found.
    private struct Hit {
        let id: ObjectID
        let kind: String
        let owner: String
        let type: String
        let sourceKey: String?
        let caseID: ObjectID?
        let title: String
        let why: String
        /// Of a fragment: its last day is over, so it says nothing of now.
        var isExpired = false
        let value: (String) -> String?
    }

    /// What a search is to open.
    private struct Candidates {
        var records: Set<ObjectID> = []
        /// By the table's local number; `nil` for all of a table.
        var fragments: [UInt32: Set<ObjectID>?] = [:]
        /// Whether others share more that may fit than may be looked at.
        var hasMore = false
    }

    /// Looks for records and fragments; how many fragments others share costs no more than
    /// ``SearchRecords/candidate_limit``: what is over it is not looked at, and the answer says that there is more.
    fileprivate func search(_ asked: SearchRecords) throws(Refusal) -> SearchRecords.Answer {
        var query = asked
        query.kvk = try Self.number(asked.kvk, digitsMax: 8, .kvk)
        query.vestiging = try Self.number(asked.vestiging, digitsMax: 12, .vestiging)
        try Self.check(query)
        let postcodes = try query.postcode.map { (text) throws(Refusal) in
            try PostcodeRange(text)
        }
        do {
            var candidates = try self.candidates(of: query, postcodes: postcodes)
            var hits = try self.recordHits(candidates, query)
            hits += try self.fragmentHits(&candidates, query)
            hits.removeAll { !self.matches($0, query, postcodes) }
            hits.sort { ($0.kind, $0.id) > ($1.kind, $1.id) }
            return SearchRecords.Answer(
                hits: hits.prefix(query.limit).map { Self.document(of: $0) },
                total: hits.count,
                more: candidates.hasMore
            )
        } catch let error as Refusal {
            throw error
        } catch let error as SlotError {
            throw Refusal(error)
        } catch {
            throw .bug("search: \(error)")
        }
    }

    /// A number without the blanks, dots and hyphens that people write in it; what is none is refused,
    /// for that nothing has it would say nothing.
    private static func number(
        _ text: String?,
        digitsMax: Int,
        _ field: Refusal.Field
    ) throws(Refusal) -> String? {
        guard let text else { return nil }
        let digits = text.filter { !$0.isWhitespace && $0 != "." && $0 != "-" }
        guard (1...digitsMax).contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (48...57).contains($0) })
        else {
            throw .invalid(field, .digits(text, max: digitsMax))
        }
        return digits
    }

    private static func check(_ query: SearchRecords) throws(Refusal) {
        guard (1...SearchRecords.limitMax).contains(query.limit) else {
            throw .invalid(
                .limit,
                .outside(query.limit, min: 1, max: SearchRecords.limitMax)
            )
        }
        if query.key?.typedLine.isEmpty == true {
            throw .invalid(.key, .empty)
        }
        for date in [query.from, query.until].compactMap(\.self) where !date.isCalendarDate {
            throw .invalid(.day, .notADate(date))
        }
        if let from = query.from, let until = query.until, until < from {
            throw .invalid(.day, .order(first: from, last: until))
        }
        if let type = query.type, RecordType(rawValue: type) == nil {
            throw .invalid(
                .recordType,
                .notOneOf(type, allowed: RecordType.allCases.map(\.rawValue))
            )
        }
    }

    private static func document(of hit: Hit) -> SearchRecords.Hit {
        SearchRecords.Hit(
            id: hit.id.hex,
            kind: hit.kind,
            owner: hit.owner,
            type: hit.type,
            source_key: hit.sourceKey,
            case: hit.caseID?.hex,
            title: hit.title,
            score: 100,
            why: hit.why,
            expired: hit.isExpired
        )
    }

    // MARK: What to open

    private func candidates(
        of query: SearchRecords,
        postcodes: PostcodeRange?
    ) throws -> Candidates {
        var groups: [[SearchTerm]] = []
        if let key = query.key { groups.append(Self.keys(key).map { .key($0) }) }
        if let kvk = query.kvk { groups.append(Self.padded(kvk, to: 8).map { .kvk($0) }) }
        if let vestiging = query.vestiging {
            groups.append(Self.padded(vestiging, to: 12).map { .vestiging($0) })
        }
        // What a number found is compared with the postcodes one by one; a range has many terms.
        if let postcodes, groups.isEmpty {
            groups.append(postcodes.areas.map { .postcodeArea($0) })
        }
        guard !groups.isEmpty else { return try self.everything(query) }
        let most = query.candidate_limit ?? .max
        var hasMore = false
        var found: Set<SearchTarget>?
        for group in groups {
            var set: Set<SearchTarget> = []
            var records = 0
            for term in group {
                guard let targets = try self.store.targets(of: term, most: most) else {
                    throw Self.tooMany(query)
                }
                hasMore = hasMore || targets.hasMore
                for target in targets.found {
                    if case .fragment = target, set.count - records >= most {
                        hasMore = true
                        continue
                    }
                    guard set.insert(target).inserted, case .record = target else { continue }
                    records += 1
                    try Self.check(records, query)
                }
            }
            found = found?.intersection(set) ?? set
        }
        var candidates = Candidates(hasMore: hasMore)
        for target in found ?? [] {
            switch target {
            case .record(let id): candidates.records.insert(id)
            case .fragment(let table, let id):
                candidates.fragments[table, default: []]?.insert(id)
            }
        }
        return candidates
    }

    /// A key as it was given, and without blanks around it.
    private static func keys(_ text: String) -> [String] {
        let exact = text.normalised
        let trimmed = text.typedLine
        return trimmed == exact ? [exact] : [exact, trimmed]
    }

    /// The number as given, and with the zeros that spreadsheets take away.
    private static func padded(_ text: String, to count: Int) -> [String] {
        guard text.utf8.count < count, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return [text]
        }
        return [text, String(repeating: "0", count: count - text.utf8.count) + text]
    }

    private static func tooMany(_ query: SearchRecords) -> Refusal {
        .refused(.searchTooWide(max: query.candidate_limit ?? 0))
    }

    private static func check(_ count: Int, _ query: SearchRecords) throws(Refusal) {
        if let most = query.candidate_limit, count > most { throw self.tooMany(query) }
    }

    private func everything(_ query: SearchRecords) throws -> Candidates {
        var candidates = Candidates()
        try self.store.forEachRecord { id, _ in
            candidates.records.insert(id)
            return candidates.records.count <= query.candidate_limit ?? .max
        }
        try Self.check(candidates.records.count, query)
        for number in self.numbers.values { candidates.fragments[number] = .some(nil) }
        return candidates
    }

    // MARK: Opening

    private func why(_ query: SearchRecords) -> String {
        let why = [
            query.key.map { _ in "key" }, query.kvk.map { _ in "kvk" },
            query.vestiging.map { _ in "vestiging" }, query.postcode.map { _ in "postcode" },
        ].compactMap(\.self).joined(separator: ", ")
        return why.isEmpty ? "all" : why
    }

    private func recordHits(_ candidates: Candidates, _ query: SearchRecords) throws -> [Hit] {
        let why = self.why(query)
        return try candidates.records.compactMap { id in
            guard let record = try self.store.record(id) else { return nil }
            return Hit(
                id: id,
                kind: "record",
                owner: self.card.handle,
                type: record.record.type.rawValue,
                sourceKey: record.record.sourceKey,
                caseID: nil,
                title: record.value(FieldName.subjectName.text) ?? record.record.sourceKey,
                why: why,
                value: { record.value($0) }
            )
        }
    }

    /// Reads one case after the other, in order of table and ID.
    private func fragmentHits(_ candidates: inout Candidates, _ query: SearchRecords) throws
        -> [Hit]
    {
        let why = self.why(query)
        var rest = (query.candidate_limit ?? .max) - candidates.records.count
        var hits: [Hit] = []
        for (tableID, table) in self.tables.sorted(by: { $0.key < $1.key }) {
            guard table.file.effective != nil, let number = self.numbers[tableID],
                let wanted = candidates.fragments[number]
            else { continue }
            for caseID in try self.caseIDs(of: wanted, in: tableID) {
                guard let counted = try self.counted(caseID, in: table) else { continue }
                for fragment in counted.fragments
                where fragment.owner != table.me && wanted?.contains(fragment.id) ?? true {
                    guard rest > 0 else {
                        candidates.hasMore = true
                        return hits
                    }
                    rest -= 1
                    guard fragment.withdrawal == nil else { continue }
                    hits.append(
                        Hit(
                            id: fragment.id,
                            kind: "fragment",
                            owner: counted.handle(fragment.owner),
                            type: fragment.payload.type.rawValue,
                            sourceKey: nil,
                            caseID: caseID,
                            title: fragment.payload.value(FieldName.subjectName.text)
                                ?? fragment.id.hex,
                            why: why,
                            isExpired: fragment.isExpired(on: self.today),
                            value: { fragment.payload.value($0) }
                        )
                    )
                }
            }
        }
        return hits
    }

    /// The cases that some fragments are in, each once, or all of a table; in order of ID.
    private func caseIDs(
        of fragments: Set<ObjectID>?,
        in table: TableID
    ) throws(Refusal) -> [ObjectID] {
        try self.read(table) { (snapshot) throws(SlotError) in
            guard let fragments else { return try snapshot.caseIDs(from: .zero, limit: .max) }
            var cases: Set<ObjectID> = []
            for id in fragments {
                cases.formUnion(try snapshot.caseIDs(ofObject: id))
            }
            return cases.sorted()
        }
    }

    private func matches(_ hit: Hit, _ query: SearchRecords, _ postcodes: PostcodeRange?) -> Bool {
        if let type = query.type, hit.type != type { return false }
        if let kvk = query.kvk,
            !Self.padded(kvk, to: 8).contains(hit.value(FieldName.subjectKvK.text) ?? "")
        {
            return false
        }
        if let vestiging = query.vestiging,
            !Self.padded(vestiging, to: 12).contains(
                hit.value(FieldName.subjectVestiging.text) ?? ""
            )
        {
            return false
        }
        if let key = query.key, !Self.keys(key).contains(hit.sourceKey ?? "") { return false }
        if let postcodes, !postcodes.contains(hit.value(FieldName.locationPostcode.text) ?? "") {
            return false
        }
        if query.from != nil || query.until != nil {
            guard let date = hit.value(FieldName.date.text), date.isCalendarDate else {
                return false
            }
            if let from = query.from, date < from { return false }
            if let until = query.until, date > until { return false }
        }
        return true
    }
}
