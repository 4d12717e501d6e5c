import CaseModel
import Cryptography
package import NodeInterface
import RecordImport
import RecordStore
import Search
import SyncLog
import Vocabulary

extension NoteImport: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.note(self)
    }
}

extension ShowQuality: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.quality(self)
    }
}

extension Node {
    /// Most bytes of the name of a source.
    private static let sourceBytesMax = 1_024

    fileprivate func note(_ asked: NoteImport) throws(Refusal) -> NoteImport.Answer {
        let reader = self.reader
        let rules = Set(ImportRule.allCases.map(\.rawValue))
        guard !asked.source.isEmpty, asked.source.utf8.count <= Self.sourceBytesMax,
            asked.counts.areInRange,
            asked.counts.findings.all.allSatisfy({ rules.contains($0.name) }),
            asked.places.allSatisfy({ place in
                rules.contains(place.rule) && place.field.utf8.count <= 128
                    && (0...ImportedCounts.countMax).contains(place.line)
            })
        else { throw .invalid(.records, .unfit) }
        var history =
            try reader.imports(of: asked.source)
            ?? ImportHistory(source: asked.source, imports: [], places: [])
        history.add(asked, at: Self.milliseconds())
        do throws(SlotError) {
            try reader.store.setSetting(reader.qualitySetting(asked.source), history.bytes)
        } catch {
            throw Refusal(error)
        }
        return NoteImport.Answer(kept: history.imports.count)
    }
}

/// What can be mended in own records (`Protocol/quality.md`).
extension Reader {
    /// Name of the setting that has what imports of a source found.
    fileprivate func qualitySetting(_ source: String) -> String {
        "quality/" + self.store.recordID(source: source, key: "").hex
    }

    fileprivate func imports(of source: String) throws(Refusal) -> ImportHistory? {
        do throws(SlotError) {
            return try self.store.setting(self.qualitySetting(source)).flatMap {
                ImportHistory.read($0)
            }
        } catch {
            throw Refusal(error)
        }
    }

    fileprivate func quality(_ asked: ShowQuality) throws(Refusal) -> ShowQuality.Answer {
        let named = asked.named ?? ShowQuality.namedDefault
        guard (0...ShowQuality.namedMax).contains(named) else {
            throw .invalid(.limit, .outside(named, min: 0, max: ShowQuality.namedMax))
        }
        var sources: [String: SourceQuality] = [:]
        let (ids, total) = try self.looked(asked.source)
        for id in ids {
            try self.checkGoesOn()
            do throws(SlotError) {
                guard let held = try self.store.record(id) else { continue }
                sources[held.record.source, default: SourceQuality()].take(held, id, named: named)
            } catch {
                throw Refusal(error)
            }
        }
        // One of which every row was rejected has no records.
        if let source = asked.source, try self.imports(of: source) != nil {
            sources[source] = sources[source] ?? SourceQuality()
        }
        var told: [ShowQuality.Source] = []
        for (source, quality) in sources.sorted(by: { $0.key < $1.key }) {
            told.append(quality.source(source, try self.imports(of: source), named: named))
        }
        return ShowQuality.Answer(sources: told, left_out: total - ids.count)
    }

    /// The own records that are looked at, of a source or of all, and how many there are.
    private func looked(_ source: String?) throws(Refusal) -> (ids: [ObjectID], total: Int) {
        let most = ShowQuality.recordsMax
        guard let source else {
            do throws(SlotError) {
                return (try self.store.recordIDs(most: most), try self.store.recordCount())
            } catch {
                throw Refusal(error)
            }
        }
        var question = Question()
        question.sources = [source]
        let found = try self.candidates(question, most: most, fragmentsMost: 0, isByDate: true)
        return (found.records.map(\.key.objectID), found.recordCount)
    }
}

/// What is wrong with the records of a source, as they are looked at one by one.
private struct SourceQuality {
    /// Fields that a record should have, whatever it is; a register number stands for three.
    private static let wanted: [FieldName] = [
        .subjectName, .locationAddress, .locationPostcode, .locationPlace, .date,
    ]
    private static let numbers: [FieldName] = [.subjectKvK, .subjectVestiging, .subjectRSIN]
    private static let controlled: Set<RecordType> = [.inspection, .sample, .enforcement]

    private var records = 0
    private var filled: [String: Int] = [:]
    private var statusWanted = 0
    private var withNumber = 0
    private var byNameAndPlace = 0
    private var broken: [ImportRule: (count: Int, records: [ShowQuality.Broken])] = [:]

    mutating func take(_ held: StoredRecord, _ id: ObjectID, named: Int) {
        self.records += 1
        func value(_ name: FieldName) -> String? { held.value(name.text) }
        for name in Self.wanted where value(name) != nil { self.filled[name.text, default: 0] += 1 }
        if Self.controlled.contains(held.record.type) {
            self.statusWanted += 1
            if value(.status) != nil { self.filled[FieldName.status.text, default: 0] += 1 }
        }
        let isNumbered = Self.numbers.contains { name in
            value(name).map {
                FieldCheck.violation($0, in: name, country: .nl) == nil
            } ?? false
        }
        // What suggestions look at beside names (`matching.md` §4).
        let places: [FieldName] = [
            .locationBAG, .locationAddress, .locationPostcode, .locationPlace,
        ]
        let hasPlace =
            places.contains { value($0) != nil }
            || SubjectContents.Item.record(id, held).position != nil
        if isNumbered {
            self.withNumber += 1
        } else if value(.subjectName) != nil, hasPlace {
            self.byNameAndPlace += 1
        }
        for field in held.record.fields {
            guard let name = FieldName(field.name),
                let violation = FieldCheck.violation(field.value, in: name, country: .nl)
            else { continue }
            var known = self.broken[violation.rule] ?? (0, [])
            known.count += 1
            if known.records.count < named {
                known.records.append(
                    ShowQuality.Broken(
                        id: id.hex,
                        key: held.record.sourceKey,
                        field: field.name,
                        // Also where a source has it in another column.
                        value: name == .subjectBSN || field.value == value(.subjectBSN)
                            ? "" : String(field.value.prefix(64)),
                        suggestion: violation.suggestion
                    )
                )
            }
            self.broken[violation.rule] = known
        }
    }

    func source(
        _ name: String,
        _ history: ImportHistory?,
        named: Int
    ) -> ShowQuality.Source {
        let (last, before) = (history?.imports.first?.counts, history?.imports.dropFirst().first)
        var rules = Set(self.broken.keys.map(\.rawValue))
        rules.formUnion(last?.findings.all.map(\.name) ?? [])
        rules.formUnion(before?.counts.findings.all.map(\.name) ?? [])
        var fields = Self.wanted.map { field in
            ShowQuality.Field(
                field: field.text,
                wanted: self.records,
                filled: self.filled[field.text] ?? 0
            )
        }
        fields.insert(
            ShowQuality.Field(field: "number", wanted: self.records, filled: self.withNumber),
            at: 1
        )
        if self.statusWanted > 0 {
            fields.append(
                ShowQuality.Field(
                    field: FieldName.status.text,
                    wanted: self.statusWanted,
                    filled: self.filled[FieldName.status.text] ?? 0
                )
            )
        }
        return ShowQuality.Source(
            source: name,
            records: self.records,
            imports: (history?.imports ?? []).map {
                ShowQuality.Import(at: UTCTime.text(milliseconds: $0.at), counts: $0.counts)
            },
            rules: rules.sorted().map { rule in
                let now = ImportRule(rawValue: rule).flatMap { self.broken[$0] }
                let isOfValues = ImportRule(rawValue: rule).map(Self.ofValues.contains) ?? false
                return ShowQuality.Rule(
                    rule: rule,
                    last: last.map { $0.findings[rule] ?? 0 },
                    before: before.map { $0.counts.findings[rule] ?? 0 },
                    now: isOfValues ? now?.count ?? 0 : nil,
                    records: now?.records ?? [],
                    places: Array((history?.places ?? []).filter { $0.rule == rule }.prefix(named))
                )
            },
            fields: fields,
            with_number: self.withNumber,
            by_name_and_place: self.byNameAndPlace,
            unlinkable: self.records - self.withNumber - self.byNameAndPlace
        )
    }

    /// The rules of single values, which records can be tried by.
    private static let ofValues: Set<ImportRule> = [
        .kvkFormat, .vestigingFormat, .rsinElfproef, .bsnElfproef, .bagFormat, .postcodeFormat,
    ]
}
