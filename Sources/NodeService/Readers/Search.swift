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
            var found = Found(limit: query.limit)
            try self.addRecords(of: candidates, query, postcodes, to: &found)
            try self.addFragments(of: &candidates, query, postcodes, to: &found)
            return SearchRecords.Answer(
                hits: found.hits,
                total: found.total,
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
                try self.checkGoesOn()
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
        let most = query.candidate_limit.map { $0 + 1 } ?? .max
        candidates.records = Set(try self.store.recordIDs(most: most))
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

    /// What is found: the hits that are shown, and how many there are.
    private struct Found {
        let limit: Int
        var hits: [SearchRecords.Hit] = []
        var total = 0

        /// Whether no more hits are shown.
        var isFull: Bool { self.hits.count >= self.limit }

        /// Counts a hit, and keeps it where it is shown.
        mutating func add(_ hit: @autoclosure () -> SearchRecords.Hit) {
            self.total += 1
            if !self.isFull { self.hits.append(hit()) }
        }
    }

    /// Opens own records in order of ID, from the last, one after the other.
    ///
    /// Those beyond the hits that are shown are opened where the index alone does not say whether they fit.
    private func addRecords(
        of candidates: Candidates,
        _ query: SearchRecords,
        _ postcodes: PostcodeRange?,
        to found: inout Found
    ) throws {
        let why = self.why(query)
        let isSure = query.isSaidByIndex && postcodes?.isOfWholeAreas ?? true
        for id in candidates.records.sorted(by: >) {
            try self.checkGoesOn()
            if isSure, found.isFull {
                found.total += 1
                continue
            }
            guard let held = try self.store.record(id) else { continue }
            let (type, key) = (held.record.type.rawValue, held.record.sourceKey)
            guard Self.fits(query, postcodes, type: type, key: key, value: { held.value($0) })
            else { continue }
            found.add(
                SearchRecords.Hit(
                    id: id.hex,
                    kind: "record",
                    owner: self.card.handle,
                    type: type,
                    source_key: key,
                    case: nil,
                    title: held.value(FieldName.subjectName.text) ?? key,
                    score: 100,
                    why: why,
                    expired: false
                )
            )
        }
    }

    /// Reads one case after the other, in order of table and ID.
    private func addFragments(
        of candidates: inout Candidates,
        _ query: SearchRecords,
        _ postcodes: PostcodeRange?,
        to found: inout Found
    ) throws {
        let why = self.why(query)
        var rest = (query.candidate_limit ?? .max) - candidates.records.count
        var hits: [SearchRecords.Hit] = []
        defer {
            hits.sort { $0.id > $1.id }
            for hit in hits { found.add(hit) }
        }
        for (tableID, table) in self.tables.sorted(by: { $0.key < $1.key }) {
            guard table.file.effective != nil, let number = self.numbers[tableID],
                let wanted = candidates.fragments[number]
            else { continue }
            for caseID in try self.caseIDs(of: wanted, in: tableID) {
                try self.checkGoesOn()
                guard let counted = try self.counted(caseID, in: table) else { continue }
                for fragment in counted.fragments
                where fragment.owner != table.me && wanted?.contains(fragment.id) ?? true {
                    guard rest > 0 else {
                        candidates.hasMore = true
                        return
                    }
                    rest -= 1
                    let type = fragment.payload.type.rawValue
                    guard fragment.withdrawal == nil,
                        Self.fits(
                            query,
                            postcodes,
                            type: type,
                            key: nil,
                            value: { fragment.payload.value($0) }
                        )
                    else { continue }
                    hits.append(
                        SearchRecords.Hit(
                            id: fragment.id.hex,
                            kind: "fragment",
                            owner: counted.handle(fragment.owner),
                            type: type,
                            source_key: nil,
                            case: caseID.hex,
                            title: fragment.payload.value(FieldName.subjectName.text)
                                ?? fragment.id.hex,
                            score: 100,
                            why: why,
                            expired: fragment.isExpired(on: self.today)
                        )
                    )
                }
            }
        }
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

    private static func fits(
        _ query: SearchRecords,
        _ postcodes: PostcodeRange?,
        type: String,
        key: String?,
        value: (String) -> String?
    ) -> Bool {
        if let wanted = query.type, type != wanted { return false }
        if let kvk = query.kvk,
            !Self.padded(kvk, to: 8).contains(value(FieldName.subjectKvK.text) ?? "")
        {
            return false
        }
        if let vestiging = query.vestiging,
            !Self.padded(vestiging, to: 12).contains(
                value(FieldName.subjectVestiging.text) ?? ""
            )
        {
            return false
        }
        if let wanted = query.key, !Self.keys(wanted).contains(key ?? "") { return false }
        if let postcodes, !postcodes.contains(value(FieldName.locationPostcode.text) ?? "") {
            return false
        }
        if query.from != nil || query.until != nil {
            guard let date = value(FieldName.date.text), date.isCalendarDate else {
                return false
            }
            if let from = query.from, date < from { return false }
            if let until = query.until, date > until { return false }
        }
        return true
    }
}

extension SearchRecords {
    /// Whether the index says of each own record by itself that it fits, whole areas of postcodes included.
    fileprivate var isSaidByIndex: Bool {
        self.type == nil && self.from == nil && self.until == nil
            && (self.postcode == nil || self.key == nil && self.kvk == nil && self.vestiging == nil)
    }
}
