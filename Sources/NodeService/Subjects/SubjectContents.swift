import CaseModel
import Cryptography
import NodeInterface
import RecordImport
import RecordStore
import ReplicatedTypes
import Search
import SyncEngine
import SyncLog
import Vocabulary

/// What is held of a subject, own and others' (`Protocol/subjects.md` §1, §2).
struct SubjectContents {
    /// An own record or a fragment of another.
    enum Item {
        case record(ObjectID, StoredRecord)
        case fragment(SharedFragment)
    }

    /// A case in which something of it stands.
    struct Case {
        let table: TableState
        let counted: CountedCase
    }

    /// Its key.
    let key: SubjectKey
    /// The keys of the fragments that were made of an own record without a number.
    private(set) var aliases: [SubjectKey] = []
    /// The IDs by which others may know the fragments that were made of its own records.
    private var sharedIDs: Set<ObjectID> = []
    /// Records and fragments about it, the newest first.
    private(set) var items: [Item] = []
    /// Of a company, the keys of records and fragments that name its number beside one of their own; the first
    /// ``ShowSubject/partsMax`` of what was taken in.
    private(set) var establishments: [SubjectKey: Item] = [:]
    /// How many records and fragments are about those.
    private(set) var establishmentItemCount = 0
    /// Whether there are more than were read.
    private(set) var isCut = false
    /// The cases in which something of it stands, by ID.
    private(set) var cases: [ObjectID: Case] = [:]

    /// All IDs by which it is named, or was before its records and fragments had a number.
    var ids: Set<ObjectID> {
        var ids = Set([self.key.id] + self.aliases.map(\.id))
        for item in self.items { ids.insert(item.alone.id) }
        return ids.union(self.sharedIDs)
    }

    /// Whether nothing that can be read here is about it.
    var isEmpty: Bool { self.items.isEmpty && self.establishments.isEmpty }

    init(_ key: SubjectKey) { self.key = key }

    /// Takes in what is about it, or about an establishment of it.
    mutating func take(_ item: Item) {
        let key = item.key
        if key == self.key || self.aliases.contains(key) {
            self.items.append(item)
        } else if key.isVestiging {
            self.establishmentItemCount += 1
            if self.establishments[key] != nil { return }
            guard self.establishments.count < ShowSubject.partsMax else { return self.cut() }
            self.establishments[key] = item
        }
    }

    /// Takes in that an own record of it became a fragment.
    mutating func take(ownFragment id: ObjectID) {
        guard let alone = SubjectKey("fragment:" + id.hex) else { return }
        // One with a number is known by that to all.
        if case .record = self.key.basis { self.aliases.append(alone) }
        self.sharedIDs.insert(alone.id)
    }

    /// Takes in a case where something of it stands; the first ``ShowSubject/partsMax``.
    mutating func take(_ counted: CountedCase, of table: TableState) {
        guard self.cases.count < ShowSubject.partsMax else { return }
        self.cases[counted.caseID] = Case(table: table, counted: counted)
    }

    mutating func cut() { self.isCut = true }

    /// Puts the newest first; what has no day of the calendar comes last.
    mutating func sort() {
        self.items.sort {
            ($0.day ?? "", $0.milliseconds, $0.id) > ($1.day ?? "", $1.milliseconds, $1.id)
        }
    }
}

extension SubjectContents.Item {
    /// Its ID.
    var id: ObjectID {
        switch self {
        case .record(let id, _): id
        case .fragment(let shared): shared.fragment.id
        }
    }

    /// The subject that it is about.
    var key: SubjectKey {
        switch self {
        case .record(let id, let held):
            SubjectKey(record: id) { held.value($0.fieldName.text) }
        case .fragment(let shared): shared.fragment.subject
        }
    }

    /// The key that it would have without a number.
    var alone: SubjectKey {
        switch self {
        case .record(let id, _): SubjectKey(record: id) { _ in nil }
        case .fragment(let shared):
            SubjectKey("fragment:" + shared.fragment.id.hex) ?? shared.fragment.subject
        }
    }

    /// What it is.
    var type: RecordType {
        switch self {
        case .record(_, let held): held.record.type
        case .fragment(let shared): shared.fragment.payload.type
        }
    }

    /// When it was imported or written, in milliseconds since 1970.
    var milliseconds: UInt64 {
        switch self {
        case .record(_, let held): held.at
        case .fragment(let shared): shared.fragment.time.milliseconds
        }
    }

    /// Its date, where that is a day of the calendar: others write what they like.
    var day: String? { self.value(.date).flatMap { $0.isCalendarDate ? $0 : nil } }

    /// The value of a field.
    func value(_ name: FieldName) -> String? {
        switch self {
        case .record(_, let held): held.value(name.text)
        case .fragment(let shared): shared.fragment.payload.value(name.text)
        }
    }
}

/// Finding what a subject's name means, and what is held of it.
extension Reader {
    /// Most characters of what was typed that a refusal says again.
    static let typedShown = 64

    /// What is held of the subject that is named.
    ///
    /// - Throws: `notFound` where nothing that can be read here is about it.
    func contents(named text: String) throws(Refusal) -> SubjectContents {
        let key = try self.subjectKey(text)
        let contents = try self.contents(of: key)
        guard !contents.isEmpty else {
            throw .notFound(.subject, typed: String(text.prefix(Self.typedShown)))
        }
        return contents
    }

    /// What is held of a subject, at most so many records and so many fragments, of which `looked` are looked at.
    ///
    /// - Complexity: O(records and fragments about it + entries of the cases that these are in).
    func contents(
        of key: SubjectKey,
        most: Int = ShowSubject.itemsMax,
        looked: Int = SuggestSubjects.fragmentsMax
    ) throws(Refusal) -> SubjectContents {
        var contents = SubjectContents(key)
        switch key.basis {
        case .kvk(let number): try self.add(.kvk, number, most: most, looked: looked, to: &contents)
        case .vestiging(let number):
            try self.add(.vestiging, number, most: most, looked: looked, to: &contents)
        case .rsin(let number):
            try self.add(.rsin, number, most: most, looked: looked, to: &contents)
        case .record(let id):
            guard let held = try self.contents(ofRecord: id) else { break }
            let item = SubjectContents.Item.record(id, held)
            // One with a number is about the subject of that.
            if item.key != key {
                return try self.contents(of: item.key, most: most, looked: looked)
            }
            contents.take(item)
        case .fragment(let id):
            // A fragment of the own is about what its record is about.
            if let record = try self.record(ofFragment: id),
                try self.contents(ofRecord: record) != nil
            {
                return try self.contents(
                    of: SubjectKey(record: record) { _ in nil },
                    most: most,
                    looked: looked
                )
            }
            guard let shared = try self.fragment(id) else { break }
            let item = SubjectContents.Item.fragment(shared)
            if item.key != key {
                return try self.contents(of: item.key, most: most, looked: looked)
            }
            contents.take(item)
        }
        contents.sort()
        // Cases of what is own first, so that nobody's many push them away.
        for item in contents.items {
            guard case .record(let id, _) = item else { continue }
            try self.addShares(of: id, to: &contents)
        }
        for item in contents.items.fairly() {
            guard case .fragment(let shared) = item else { continue }
            contents.take(shared.counted, of: shared.table)
        }
        return contents
    }

    private func contents(ofRecord id: ObjectID) throws(Refusal) -> StoredRecord? {
        do throws(SlotError) { return try self.store.record(id) } catch { throw Refusal(error) }
    }

    private func record(ofFragment id: ObjectID) throws(Refusal) -> ObjectID? {
        for (table, _) in self.tables.sorted(by: { $0.key < $1.key }) {
            let record = try self.read(table) { (snapshot) throws(SlotError) in
                try snapshot.record(ofFragment: id)
            }
            if let record { return record }
        }
        return nil
    }

    /// A fragment that is told, in the first case that has it.
    private func fragment(_ id: ObjectID) throws(Refusal) -> SharedFragment? {
        for (tableID, table) in self.tables.sorted(by: { $0.key < $1.key })
        where table.file.effective != nil {
            let cases = try self.read(tableID) { (snapshot) throws(SlotError) in
                try snapshot.caseIDs(ofObject: id)
            }
            for caseID in cases.sorted() {
                guard let counted = try self.counted(caseID, in: table),
                    let fragment = counted.fragment(id)
                else { continue }
                let shared = SharedFragment(fragment: fragment, counted: counted, table: table)
                if shared.isTold { return shared }
            }
        }
        return nil
    }

    private func addShares(
        of record: ObjectID,
        to contents: inout SubjectContents
    ) throws(Refusal) {
        for (tableID, table) in self.tables.sorted(by: { $0.key < $1.key })
        where table.file.effective != nil {
            let shares = try self.read(tableID) { (snapshot) throws(SlotError) in
                try snapshot.shares(of: record)
            }
            for share in shares {
                contents.take(ownFragment: share.fragment)
                guard contents.cases[share.caseID] == nil,
                    contents.cases.count < ShowSubject.partsMax
                else { continue }
                try self.checkGoesOn()
                if let counted = try self.counted(share.caseID, in: table) {
                    contents.take(counted, of: table)
                }
            }
        }
    }

    /// Adds what has a number.
    private func add(
        _ kind: IdentifierKind,
        _ number: String,
        most: Int,
        looked: Int,
        to contents: inout SubjectContents
    ) throws(Refusal) {
        guard let number = IdentifierKind.number(number) else { return }
        var question = Question()
        question.identifiers = [.init(kind, [number])]
        let found = try self.candidates(
            question,
            most: most,
            fragmentsMost: .max,
            isByDate: true
        )
        for candidate in found.records {
            try self.checkGoesOn()
            let id = candidate.key.objectID
            if let held = try self.contents(ofRecord: id) { contents.take(.record(id, held)) }
        }
        var told: [SubjectContents.Item] = []
        let isCut = try self.forEachFragment(
            of: found.fragments,
            most: looked
        ) { shared in
            if shared.isTold { told.append(.fragment(shared)) }
        }
        told.sort { ($0.day ?? "", $0.id) > ($1.day ?? "", $1.id) }
        for item in told.fairly(most: most) { contents.take(item) }
        if isCut || found.recordCount > most || told.count > most { contents.cut() }
    }

    /// What the index finds.
    func candidates(
        _ question: Question,
        most: Int,
        fragmentsMost: Int? = nil,
        isByDate: Bool
    ) throws(Refusal) -> Candidates {
        do {
            return try self.store.search(goesOn: { try self.checkGoesOn() }) { searcher in
                try searcher.candidates(
                    for: question,
                    most: .init(
                        records: most,
                        fragments: fragmentsMost ?? most,
                        isByDate: isByDate
                    )
                ) { CountedHits(own: nil, all: $0.recordCount + $0.fragmentCount) }
            }
        } catch let error as Refusal {
            throw error
        } catch let error as SlotError {
            throw Refusal(error)
        } catch {
            throw .bug("subject: \(error)")
        }
    }
}
