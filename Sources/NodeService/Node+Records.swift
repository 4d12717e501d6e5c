import CaseModel
import Cryptography
import Foundation
import RecordStore
import SyncEngine
import SyncLog

/// Commands about own records, and searching in what can be read here.
extension Node {
    /// Stores records of one source, durable when this returns.
    func importRecords(
        _ records: [ImportedRecord],
        head: ImportBatch.Head
    ) async throws(NodeFailure) -> ImportCounts {
        guard records.count <= NodeStore.batchRecordsMax else {
            throw .usage("import: more than \(NodeStore.batchRecordsMax) records in one batch")
        }
        do throws(SlotError) {
            if try self.store.pendingCount() >= NodeStore.pendingMax {
                try await self.settleIndex()
            }
            let changes = try self.store.importRecords(records, at: self.clock)
            try self.note(head.names, of: head.source)
            return ImportCounts(changes)
        } catch {
            throw NodeFailure(error)
        }
    }

    /// Brings the terms of imported records into the index; others get their turn in between.
    func settleIndex() async throws(SlotError) {
        // Whoever settles takes this import's runs along, or leaves them to the next.
        guard !self.isSettling, var settling = try self.store.beginSettling() else { return }
        self.isSettling = true
        defer { self.isSettling = false }
        while try self.store.settle(&settling) { await Task.yield() }
    }

    /// Remembers which fields a source's mapping fills, so that an empty one is told from a mistake.
    private func note(_ fields: [String], of source: String) throws(SlotError) {
        let name = self.fieldsSetting(source)
        let text = Array(fields.sorted().joined(separator: "\n").utf8)
        guard try self.store.setting(name) != text else { return }
        try self.store.setSetting(name, text)
    }

    private func fieldsSetting(_ source: String) -> String {
        "fields/" + self.store.recordID(source: source, key: "").hex
    }

    /// The fields that a source's mapping fills.
    func mappedFields(of source: String) throws(NodeFailure) -> Set<String> {
        do throws(SlotError) {
            let bytes = try self.store.setting(self.fieldsSetting(source)) ?? []
            return Set(
                String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            )
        } catch {
            throw NodeFailure(error)
        }
    }

    /// The record with an ID.
    func findRecord(_ prefix: String) throws(NodeFailure) -> (id: ObjectID, record: StoredRecord) {
        do {
            let ids = try self.store.recordIDs(prefix: prefix, limit: 16)
            let id = try self.unique(
                prefix,
                among: ids.map { (hex: $0.hex, value: $0) },
                what: "record",
                advice: "Find it with 'tafel record search'"
            )
            guard let record = try self.store.record(id) else {
                throw NodeFailure.usage("record '\(prefix)': was deleted. Search again")
            }
            return (id, record)
        } catch let error as SlotError {
            throw NodeFailure(error)
        } catch let error as NodeFailure {
            throw error
        } catch {
            throw NodeFailure(.bug, "record: \(error). Report this")
        }
    }

    func showRecord(_ id: String) throws(NodeFailure) -> NodeAnswer {
        let (id, record) = try self.findRecord(id)
        func object(_ fields: [ImportedRecord.Field]) -> JSONValue {
            .object(fields.map { JSONValue.Member($0.name, .string($0.value)) })
        }
        var lines = [
            "\(record.record.type.rawValue) \(record.record.sourceKey)  (\(record.record.source), "
                + "\(record.record.category.rawValue))", "id  \(id.hex)",
        ]
        for field in record.record.fields { lines.append("  \(field.name): \(field.value)") }
        for version in record.history {
            lines.append("until \(UTCTime.text(milliseconds: version.at))")
            for field in version.fields { lines.append("  \(field.name): \(field.value)") }
        }
        return NodeAnswer(
            exitCode: 0,
            json: [
                "id": .string(id.hex), "type": .string(record.record.type.rawValue),
                "source": .string(record.record.source),
                "source_key": .string(record.record.sourceKey),
                "category": .string(record.record.category.rawValue),
                "at": .string(UTCTime.text(milliseconds: record.at)),
                "never_share": .array(record.record.neverShare.map { .string($0) }),
                "fields": object(record.record.fields),
                "history": .array(
                    record.history.map {
                        [
                            "at": .string(UTCTime.text(milliseconds: $0.at)),
                            "fields": object($0.fields),
                        ]
                    }
                ),
            ],
            text: lines.joined(separator: "\n"),
            file: nil
        )
    }

    // MARK: Search

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
        let value: (String) -> String?
    }

    func search(_ query: SearchQuery) throws(NodeFailure) -> NodeAnswer {
        guard (1...SearchQuery.limitMax).contains(query.limit) else {
            throw .usage("--limit \(query.limit): not 1 to \(SearchQuery.limitMax). Choose another")
        }
        for date in [query.from, query.until].compactMap(\.self) where !date.isCalendarDate {
            throw .usage("'\(date)': not a date. Write YYYY-MM-DD")
        }
        if let type = query.type, Mapping.RecordType(rawValue: type) == nil {
            let known = Mapping.RecordType.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("--type '\(type)': not known. Choose from \(known)")
        }
        let postcodes = try query.postcode.map { (text) throws(NodeFailure) in
            try PostcodeRange(text)
        }
        var hits: [Hit] = []
        do {
            for target in try self.targets(of: query, postcodes: postcodes) {
                if let hit = try self.hit(target, query: query), self.matches(hit, query, postcodes)
                {
                    hits.append(hit)
                }
            }
        } catch let error as NodeFailure {
            throw error
        } catch let error as SlotError {
            throw NodeFailure(error)
        } catch {
            throw NodeFailure(.bug, "search: \(error). Report this")
        }
        hits.sort { ($0.kind, $0.id) > ($1.kind, $1.id) }
        return self.answer(hits, limit: query.limit)
    }

    private func answer(_ hits: [Hit], limit: Int) -> NodeAnswer {
        let shown = hits.prefix(limit)
        var lines = shown.map {
            "\($0.id.hex.prefix(12))  \($0.kind)  \($0.type)  \($0.title)  [\($0.owner), \($0.why)]"
        }
        lines.append("\(hits.count) found" + (hits.count > limit ? ", \(limit) shown" : ""))
        return NodeAnswer(
            exitCode: 0,
            json: [
                "hits": .array(
                    shown.map { hit in
                        [
                            "id": .string(hit.id.hex), "kind": .string(hit.kind),
                            "owner": .string(hit.owner), "type": .string(hit.type),
                            "source_key": JSONValue(hit.sourceKey),
                            "case": JSONValue(hit.caseID?.hex), "title": .string(hit.title),
                            "score": .integer(100), "why": .string(hit.why),
                        ]
                    }
                ),
                "total": .integer(hits.count),
            ],
            text: lines.joined(separator: "\n"),
            file: nil
        )
    }

    private func targets(
        of query: SearchQuery,
        postcodes: PostcodeRange?
    ) throws -> Set<SearchTarget> {
        var sets: [Set<SearchTarget>] = []
        func add(_ terms: [SearchTerm]) throws {
            var set: Set<SearchTarget> = []
            for term in terms {
                let most = query.candidateLimit ?? .max
                guard let found = try self.store.targets(of: term, most: most) else {
                    throw Self.tooMany(query)
                }
                set.formUnion(found)
                try Self.check(set.count, query)
            }
            sets.append(set)
        }
        if let key = query.key { try add([.key(key.normalised)]) }
        if let kvk = query.kvk { try add(Self.padded(kvk, to: 8).map { .kvk($0) }) }
        if let vestiging = query.vestiging {
            try add(Self.padded(vestiging, to: 12).map { .vestiging($0) })
        }
        // What a number found is compared with the postcodes one by one; a range has many terms.
        if let postcodes, sets.isEmpty { try add(postcodes.areas.map { .postcodeArea($0) }) }
        guard let first = sets.first else { return try self.everything(query) }
        return sets.dropFirst().reduce(first) { $0.intersection($1) }
    }

    /// The number as given, and with the zeros that spreadsheets take away.
    private static func padded(_ text: String, to count: Int) -> [String] {
        guard text.utf8.count < count, text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return [text]
        }
        return [text, String(repeating: "0", count: count - text.utf8.count) + text]
    }

    private static func tooMany(_ query: SearchQuery) -> NodeFailure {
        .usage(
            "search: more than \(query.candidateLimit ?? 0) records and fragments would have to be "
                + "looked at. Give a number or a key, or fewer postcodes"
        )
    }

    private static func check(_ count: Int, _ query: SearchQuery) throws(NodeFailure) {
        if let most = query.candidateLimit, count > most { throw self.tooMany(query) }
    }

    private func everything(_ query: SearchQuery) throws -> Set<SearchTarget> {
        var targets: Set<SearchTarget> = []
        try self.store.forEachRecord { id, _ in
            targets.insert(.record(id))
            return targets.count <= query.candidateLimit ?? .max
        }
        try Self.check(targets.count, query)
        for (table, counted) in try self.cases() {
            guard let number = self.numbers[table.file.table] else { continue }
            for fragment in counted.fragments where fragment.owner != table.me {
                targets.insert(.fragment(table: number, fragment.id))
            }
            try Self.check(targets.count, query)
        }
        return targets
    }

    private func hit(_ target: SearchTarget, query: SearchQuery) throws -> Hit? {
        let why = [
            query.key.map { _ in "key" }, query.kvk.map { _ in "kvk" },
            query.vestiging.map { _ in "vestiging" }, query.postcode.map { _ in "postcode" },
        ].compactMap(\.self).joined(separator: ", ")
        switch target {
        case .record(let id):
            guard let record = try self.store.record(id) else { return nil }
            return Hit(
                id: id,
                kind: "record",
                owner: self.card.handle,
                type: record.record.type.rawValue,
                sourceKey: record.record.sourceKey,
                caseID: nil,
                title: record.value("subject.name") ?? record.record.sourceKey,
                why: why.isEmpty ? "all" : why,
                value: { record.value($0) }
            )
        case .fragment(let number, let id):
            guard let table = self.engine.tables.first(where: { self.numbers[$0.key] == number })
            else { return nil }
            let caseID = try self.read(table.key) { (snapshot) throws(SlotError) in
                try snapshot.caseID(ofObject: id)
            }
            guard let caseID, let counted = try self.counted(caseID, in: table.value),
                let fragment = counted.fragment(id), fragment.withdrawal == nil
            else { return nil }
            return Hit(
                id: id,
                kind: "fragment",
                owner: counted.handle(fragment.owner),
                type: fragment.payload.type.rawValue,
                sourceKey: nil,
                caseID: caseID,
                title: fragment.payload.value("subject.name") ?? id.hex,
                why: why.isEmpty ? "all" : why,
                value: { fragment.payload.value($0) }
            )
        }
    }

    private func matches(_ hit: Hit, _ query: SearchQuery, _ postcodes: PostcodeRange?) -> Bool {
        if let type = query.type, hit.type != type { return false }
        if let kvk = query.kvk,
            !Self.padded(kvk, to: 8).contains(hit.value("subject.kvk") ?? "")
        {
            return false
        }
        if let vestiging = query.vestiging,
            !Self.padded(vestiging, to: 12).contains(hit.value("subject.vestiging") ?? "")
        {
            return false
        }
        if let key = query.key, hit.sourceKey != key.normalised { return false }
        if let postcodes, !postcodes.contains(hit.value("location.postcode") ?? "") {
            return false
        }
        if query.from != nil || query.until != nil {
            guard let date = hit.value("date"), date.isCalendarDate else { return false }
            if let from = query.from, date < from { return false }
            if let until = query.until, date > until { return false }
        }
        return true
    }
}

/// Postcodes from one to another: `1234`, `1234AB`, `1234-1240`, `1234AB-1240CD`.
struct PostcodeRange {
    private let first: String
    private let last: String

    init(_ text: String) throws(NodeFailure) {
        let parts = text.uppercased().filter { $0 != " " }.split(
            separator: "-",
            omittingEmptySubsequences: false
        ).map(String.init)
        guard (1...2).contains(parts.count), parts.allSatisfy(Self.isPostcode),
            let first = parts.first, let last = parts.last
        else {
            throw .usage(
                "--postcode '\(text)': not a postcode or a range. "
                    + "Write 1012, 1012AB, 1012-1019 or 1012AB-1019ZZ"
            )
        }
        self.first = first.utf8.count == 4 ? first + "AA" : first
        self.last = last.utf8.count == 4 ? last + "ZZ" : last
        guard self.first <= self.last else {
            throw .usage("--postcode '\(text)': ends before it begins. Turn it round")
        }
    }

    private static func isPostcode(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count == 4 || bytes.count == 6, bytes[0] != 48 else { return false }
        return bytes.prefix(4).allSatisfy { (48...57).contains($0) }
            && bytes.dropFirst(4).allSatisfy { (65...90).contains($0) }
    }

    /// The four-digit areas the range touches.
    var areas: [String] {
        guard let low = Int(self.first.prefix(4)), let high = Int(self.last.prefix(4)) else {
            return []
        }
        return (low...high).map { String($0) }
    }

    func contains(_ postcode: String) -> Bool {
        let text = postcode.uppercased().filter { $0 != " " }
        let whole = text.utf8.count == 4 ? text + "AA" : text
        return self.first <= whole && whole <= self.last
    }
}
