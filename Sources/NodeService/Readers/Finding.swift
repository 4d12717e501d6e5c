import CaseModel
import Cryptography
import NodeInterface
import RecordStore
import SyncEngine
import SyncLog

/// Finding what a person names: by handle, or by any unique beginning of an ID.
extension Reader {
    /// Fewest digits of an ID that are accepted.
    static let prefixDigitsMin = 6
    /// Most fragments that an ID's beginning is tried on.
    static let fragmentsTriedMax = 64
    /// Most cases that one list looks at.
    static let casesListedMax = 200

    /// The one of `candidates` that begins with some digits.
    static func unique<Candidate>(
        _ prefix: String,
        among candidates: [(hex: String, value: Candidate)],
        _ thing: Refusal.Thing
    ) throws(Refusal) -> Candidate {
        guard prefix.utf8.count >= Self.prefixDigitsMin,
            prefix.utf8.allSatisfy({ TextEncoding.bytes(hex: "0\(UnicodeScalar($0))") != nil })
        else {
            throw .invalid(.id(thing), .form(prefix))
        }
        let found = candidates.filter { $0.hex.hasPrefix(prefix) }
        guard let first = found.first else {
            throw .notFound(thing, typed: prefix)
        }
        guard found.count == 1 else {
            throw .ambiguous(
                thing,
                typed: prefix,
                candidates: found.prefix(Refusal.candidatesMax).map(\.hex)
            )
        }
        return first.value
    }

    /// The table with an ID.
    func table(_ prefix: String) throws(Refusal) -> TableState {
        let candidates = self.tables.sorted { $0.key < $1.key }.map {
            (hex: TextEncoding.hex($0.key.bytes), value: $0.value)
        }
        return try Self.unique(
            prefix,
            among: candidates,
            .table
        )
    }

    /// A table whose charter counts.
    func effectiveTable(
        _ prefix: String
    ) throws(Refusal) -> (state: TableState, charter: Charter) {
        let state = try self.table(prefix)
        return (state, try self.charter(of: state))
    }

    func charter(of state: TableState) throws(Refusal) -> Charter {
        guard let charter = state.file.effective else {
            throw Refusal(notEffective: state.file)
        }
        return charter
    }

    /// The state of a case that is open here; `nil` when it is not.
    func counted(_ caseID: ObjectID, in table: TableState) throws(Refusal) -> CountedCase? {
        let key = CaseCache.Key(table: table.file.table, caseID: caseID)
        let judgement = table.judgementHash
        if let held = self.readers.cases.counted(
            key,
            judgement: judgement,
            isHeadEnough: false,
            isMet: true
        ) {
            return held
        }
        if let read = self.casesRead.counted(key) { return read }
        let counted = try self.readers.cases.alone(key) { () throws(Refusal) in
            // Who waited finds it.
            if let held = self.readers.cases.counted(
                key,
                judgement: judgement,
                isHeadEnough: false,
                isMet: true
            ) {
                return held as CountedCase?
            }
            let reading = self.readers.cases.begin(key)
            var state: CaseState?
            defer {
                // Of small ones many are read for one answer, and none of those is asked for again.
                let isLarge = (state?.count ?? 0) >= CaseCache.largeMin
                self.readers.cases.end(
                    reading,
                    with: isLarge ? state : nil,
                    judgement: judgement,
                    isMet: true
                )
            }
            state = try self.state(of: caseID, in: table)
            return state?.counted()
        }
        self.casesRead.keep(key, counted)
        return counted
    }

    /// As ``counted(_:in:)`` for a case that commands are about: kept for the next.
    ///
    /// `isHeadEnough`: Whether all but audience and owner may be older.
    private func keptCase(
        _ caseID: ObjectID,
        in table: TableState,
        isHeadEnough: Bool
    ) throws(Refusal) -> CountedCase? {
        let key = CaseCache.Key(table: table.file.table, caseID: caseID)
        let judgement = table.judgementHash
        // What counts of this node is known exactly where one more entry might be too much.
        let isHeadEnough = isHeadEnough && !self.readers.cases.isNearLimit(key, of: table.me)
        if let held = self.readers.cases.counted(
            key,
            judgement: judgement,
            isHeadEnough: isHeadEnough
        ) {
            return held
        }
        let reading = self.readers.cases.begin(key)
        var state: CaseState?
        // Also where it cannot be read.
        defer { self.readers.cases.end(reading, with: state, judgement: judgement) }
        state = try self.state(of: caseID, in: table)
        return state?.counted()
    }

    /// A case of which nothing is known yet, as entries of it are judged here.
    static func emptyCase(_ caseID: ObjectID, in table: TableState) -> CaseState {
        let file = table.file
        return CaseState(table: file.table, caseID: caseID, pins: table.pins) {
            file.charter(version: $0)
        }
    }

    func state(of caseID: ObjectID, in table: TableState) throws(Refusal) -> CaseState {
        try self.read(table.file.table) { (snapshot) throws(SlotError) in
            var state = Self.emptyCase(caseID, in: table)
            for place in try snapshot.entries(of: caseID) {
                if let entry = try snapshot.plaintext(at: place.index, of: place.log),
                    let opened = OpenedEntry(entry)
                {
                    state.insert(opened)
                }
            }
            for place in state.missing() {
                if let entry = try snapshot.plaintext(at: place.index, of: place.log),
                    let opened = OpenedEntry(entry)
                {
                    state.fill(opened)
                }
            }
            return state
        }
    }

    /// The first `limit` cases that were opened here, from an ID on, ascending.
    func caseIDs(
        of table: TableState,
        from first: ObjectID,
        limit: Int
    ) throws(Refusal) -> [ObjectID] {
        try self.read(table.file.table) { (snapshot) throws(SlotError) in
            try snapshot.caseIDs(from: first, limit: limit)
        }
    }

    /// The cases whose IDs begin with some digits, with their tables; none where these are no digits.
    private func caseIDs(
        beginning prefix: String
    ) throws(Refusal) -> [(hex: String, value: (TableState, ObjectID))] {
        guard let first = Self.first(beginning: prefix) else { return [] }
        var found: [(hex: String, value: (TableState, ObjectID))] = []
        for (_, table) in self.tables.sorted(by: { $0.key < $1.key }) {
            // Two tell already that the digits are too few.
            for id in try self.caseIDs(of: table, from: first, limit: 2)
            where id.hex.hasPrefix(prefix) {
                found.append((id.hex, (table, id)))
            }
        }
        return found
    }

    /// The case with an ID.
    ///
    /// `isHeadEnough`: Whether all but audience and owner may be older, for who only adds to it.
    func findCase(
        _ prefix: String,
        isHeadEnough: Bool = false,
        isMet: Bool = false
    ) throws(Refusal) -> (table: TableState, counted: CountedCase) {
        let (table, id) = try Self.unique(
            prefix,
            among: self.caseIDs(beginning: prefix),
            .case
        )
        let found =
            isMet
            ? try self.counted(id, in: table)
            : try self.keptCase(id, in: table, isHeadEnough: isHeadEnough)
        guard let counted = found else {
            throw .notFound(.caseContents, typed: prefix)
        }
        return (table, counted)
    }

    /// The case with an ID, and what a view of it shows.
    ///
    /// `isMet`: whether it is only looked at in passing.
    func findShown(
        _ prefix: String,
        isMet: Bool = false
    ) throws(Refusal) -> (table: TableState, shown: CaseCache.Shown) {
        let (table, counted) = try self.findCase(prefix, isMet: isMet)
        let key = CaseCache.Key(table: table.file.table, caseID: counted.caseID)
        return (
            table,
            self.readers.cases.shown(key, judgement: table.judgementHash, counted)
        )
    }

    /// The fragment with an ID, with its case.
    ///
    /// - Complexity: O(entries of the cases of what begins so), however many cases there are.
    func findFragment(
        _ prefix: String
    ) throws(Refusal) -> (table: TableState, counted: CountedCase, fragment: CaseFragment) {
        var candidates: [(hex: String, value: (TableState, CountedCase, CaseFragment))] = []
        let (tried, hasMore) = try self.fragmentIDs(beginning: prefix)
        for (table, id) in tried {
            let cases = try self.read(table.file.table) { (snapshot) throws(SlotError) in
                try snapshot.caseIDs(ofObject: id)
            }
            for caseID in cases.sorted() {
                guard let counted = try self.keptCase(caseID, in: table, isHeadEnough: false)
                else { continue }
                let own = counted.cutFragments.filter { $0.owner == table.me }
                // Its author may have put it in several: it is shown in the first that counts it.
                guard let fragment = (counted.fragments + own).first(where: { $0.id == id })
                else { continue }
                candidates.append((id.hex, (table, counted, fragment)))
                break
            }
        }
        // Behind these there may be the one that is meant.
        guard !hasMore || candidates.count > 1 else {
            throw .ambiguous(
                .fragment,
                typed: prefix,
                candidates: tried.prefix(Refusal.candidatesMax).map(\.id.hex)
            )
        }
        return try Self.unique(
            prefix,
            among: candidates,
            .fragment
        )
    }

    /// The fragments whose IDs begin with some digits, with their tables, and whether there are more than are
    /// tried; none where these are no digits.
    private func fragmentIDs(
        beginning prefix: String
    ) throws(Refusal) -> (found: [(table: TableState, id: ObjectID)], hasMore: Bool) {
        guard let first = Self.first(beginning: prefix) else { return ([], false) }
        var found: [(table: TableState, id: ObjectID)] = []
        var hasMore = false
        for (_, table) in self.tables.sorted(by: { $0.key < $1.key })
        where table.file.effective != nil {
            let ids = try self.read(table.file.table) { (snapshot) throws(SlotError) in
                // Versions that do not count may stand between those that do.
                try snapshot.fragmentIDs(from: first, limit: Self.fragmentsTriedMax + 1)
            }
            let fitting = ids.prefix { $0.hex.hasPrefix(prefix) }
            hasMore = hasMore || fitting.count > Self.fragmentsTriedMax
            found += fitting.prefix(Self.fragmentsTriedMax).map { (table, $0) }
        }
        return (found, hasMore)
    }

    /// The lowest ID that begins with some digits; `nil` where these are no digits, or too few.
    private static func first(beginning prefix: String) -> ObjectID? {
        guard prefix.utf8.count >= Self.prefixDigitsMin else { return nil }
        let digits = prefix + String(repeating: "0", count: max(0, 32 - prefix.utf8.count))
        return TextEncoding.bytes(hex: digits).flatMap { ObjectID($0) }
    }

    /// The numbers of members named by handle; `nil` or `all` means `everybody`.
    func members(
        _ handles: [String]?,
        in charter: Charter,
        everybody: [MemberNumber]
    ) throws(Refusal) -> [MemberNumber] {
        guard let handles, handles != ["all"] else { return everybody }
        var numbers: [MemberNumber] = []
        for handle in handles {
            guard let member = charter.member(handle: handle) else {
                throw .invalid(
                    .recipients,
                    .notOneOf(handle, allowed: charter.members.map(\.handle))
                )
            }
            numbers.append(member.number)
        }
        return numbers
    }
}
