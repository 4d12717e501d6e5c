import CaseModel
import Matching
package import NodeInterface
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Wire

extension DecideSubjects: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.decide(self, for: caller, most: Self.decisionsMax)
    }
}

extension SucceedSubject: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.succeed(self, for: caller)
    }
}

/// A subject that somebody says something of.
private struct NamedEnd: Sendable {
    /// The ID that is written.
    let id: ObjectID
    /// All IDs by which it is known, or was.
    let ids: Set<ObjectID>
    /// Its key; empty where only its ID is known.
    let key: String
    /// The cases in which something of it stands, by table.
    let cases: [TableID: [ObjectID]]
}

/// Two subjects that somebody says something of.
private struct NamedPair: Sendable {
    let first: NamedEnd
    let second: NamedEnd

    /// Whether a link is between them, in either direction, by whatever IDs.
    func joins(_ link: SubjectLink) -> Bool {
        let (one, other) = (self.first.ids, self.second.ids)
        return one.contains(link.from) && other.contains(link.to)
            || one.contains(link.to) && other.contains(link.from)
    }
}

/// What people decide about subjects: at this node, or in a case (`Protocol/subjects.md` §4, §5).
///
/// What is named is looked up, and what it comes to is worked out, beside the node's turn; in it is only written.
extension Node {
    /// Writes what a user decides; at most `most` decisions stand at this node.
    nonisolated func decide(
        _ asked: DecideSubjects,
        for caller: Caller,
        most: Int
    ) async throws(Refusal) -> Decided {
        let isUndone = asked.verdict == .undo
        let pair = try await self.pair(asked.a, asked.b, isUndone, in: asked.case, for: caller)
        let entry = try await self.write(asked, pair, by: caller.name, most: most)
        return try await self.decided(pair, in: asked.case, entry: entry, for: caller)
    }

    nonisolated fileprivate func succeed(
        _ asked: SucceedSubject,
        for caller: Caller
    ) async throws(Refusal) -> Decided {
        let isUndone = asked.removes
        let pair = try await self.pair(asked.from, asked.to, isUndone, in: asked.case, for: caller)
        let entry = try await self.write(asked, pair, by: caller.name)
        return try await self.decided(pair, in: asked.case, entry: entry, for: caller)
    }

    nonisolated private func pair(
        _ first: String,
        _ second: String,
        _ isUndone: Bool,
        in caseID: String?,
        for caller: Caller
    ) async throws(Refusal) -> NamedPair {
        try await self.readers.read(for: caller) { (reader) throws(Refusal) in
            try reader.pair(first, second, isUndone: isUndone, in: caseID)
        }
    }

    nonisolated private func decided(
        _ pair: NamedPair,
        in caseID: String?,
        entry: EntryReference?,
        for caller: Caller
    ) async throws(Refusal) -> Decided {
        try await self.readers.read(for: caller) { (reader) throws(Refusal) in
            try reader.decided(pair, in: caseID, entry: entry)
        }
    }

    /// Writes what a user decides; the entry, where it is one.
    private func write(
        _ asked: DecideSubjects,
        _ pair: NamedPair,
        by user: String,
        most: Int
    ) throws(Refusal) -> EntryReference? {
        let isUndone = asked.verdict == .undo
        func link(_ one: ObjectID, _ other: ObjectID) throws(Refusal) -> SubjectLink? {
            guard let verdict = asked.verdict.verdict else { return nil }
            return try Self.link(one, verdict.relation, other, reason: asked.reason, nil)
        }
        guard let caseID = asked.case else {
            let said = try link(pair.first.id, pair.second.id)
            try self.keep(
                said,
                pair,
                by: user,
                most: most,
                seen: isUndone ? asked.seen : nil,
                isFresh: asked.fresh ?? false
            ) {
                $0.verdict != nil
            }
            return nil
        }
        return try self.tell(caseID, pair, seen: isUndone ? asked.seen : nil, link) {
            $0.verdict != nil
        }
    }

    private func write(
        _ asked: SucceedSubject,
        _ pair: NamedPair,
        by user: String
    ) throws(Refusal) -> EntryReference? {
        let succession = asked.removes ? nil : try Self.succession(asked)
        func link(_ one: ObjectID, _ other: ObjectID) throws(Refusal) -> SubjectLink? {
            guard let succession else { return nil }
            return try Self.link(
                one,
                SubjectLink.succeeds,
                other,
                reason: asked.reason,
                succession
            )
        }
        let successor = pair.first.ids
        func isThis(_ statement: SubjectStatement) -> Bool {
            statement.link.succession != nil && successor.contains(statement.link.from)
        }
        guard let caseID = asked.case else {
            let said = try link(pair.first.id, pair.second.id)
            try self.keep(
                said,
                pair,
                by: user,
                most: DecideSubjects.decisionsMax,
                seen: nil,
                isFresh: false,
                isReplaced: isThis
            )
            return nil
        }
        return try self.tell(caseID, pair, seen: nil, link, isReplaced: isThis)
    }
}

/// The subjects that somebody decides about.
extension Reader {
    fileprivate func pair(
        _ first: String,
        _ second: String,
        isUndone: Bool,
        in caseID: String?
    ) throws(Refusal) -> NamedPair {
        let pair = NamedPair(
            first: try self.end(first, isUndone: isUndone, in: caseID),
            second: try self.end(second, isUndone: isUndone, in: caseID)
        )
        guard pair.first.ids.isDisjoint(with: pair.second.ids) else {
            throw .refused(.case(.selfLink))
        }
        return pair
    }

    /// A subject that is named.
    ///
    /// What was said can be taken back also where nothing can be read of it any more.
    private func end(
        _ text: String,
        isUndone: Bool,
        in caseID: String?
    ) throws(Refusal) -> NamedEnd {
        do throws(Refusal) {
            let contents = try self.contents(named: text)
            return NamedEnd(
                id: contents.key.id,
                ids: contents.ids,
                key: contents.key.text,
                cases: Dictionary(grouping: contents.cases.sorted { $0.key < $1.key }) {
                    $0.value.table.file.table
                }.mapValues { $0.map(\.key) }
            )
        } catch {
            guard isUndone, case .notFound = error else { throw error }
            let typed = text.typedLine
            if let key = SubjectKey(typed) {
                return NamedEnd(id: key.id, ids: [key.id], key: key.text, cases: [:])
            }
            var said = SubjectStatements()
            said.take(stored: try self.storedStatements())
            var links = said.all.map(\.link)
            if let caseID {
                links += try self.findCase(caseID).counted.allStatements.map(\.link)
            }
            let ends = Set(links.flatMap { [$0.from, $0.to] }).sorted()
            let id = try Reader.unique(typed, among: ends.map { ($0.hex, $0) }, .subject)
            return NamedEnd(id: id, ids: [id], key: said.keys[id]?.text ?? "", cases: [:])
        }
    }

    /// What the pair comes to, by what is known where both stand, and in the case in which it was said.
    fileprivate func decided(
        _ pair: NamedPair,
        in caseID: String?,
        entry: EntryReference?
    ) throws(Refusal) -> Decided {
        var statements = SubjectStatements()
        if let caseID { statements.take(try self.findCase(caseID).counted) }
        for end in [pair.first, pair.second] {
            for (tableID, cases) in end.cases.sorted(by: { $0.key < $1.key }) {
                guard let table = self.tables[tableID] else { continue }
                for id in cases {
                    // As it is after what was written.
                    if let counted = try self.counted(id, in: table) { statements.take(counted) }
                }
            }
            statements.take(stored: try self.storedStatements(about: end.ids))
        }
        let (first, second) = (pair.first, pair.second)
        let judgements = statements.judgements { id in
            first.ids.contains(id) ? first.id : second.ids.contains(id) ? second.id : id
        }
        let state =
            SubjectPair(first.id.hex, second.id.hex).map { judgements.state(of: $0) } ?? .open
        return Decided(
            a: first.id.hex,
            b: second.id.hex,
            state: PairOutcome(state),
            entry: entry
        )
    }
}

/// Writing what was decided.
extension Node {
    private static func succession(_ asked: SucceedSubject) throws(Refusal) -> SubjectSuccession {
        let typed = (asked.kind ?? "").typedLine
        guard let kind = SuccessionKind(rawValue: typed) else {
            let allowed = SuccessionKind.allCases.map(\.rawValue)
            throw .invalid(.successionKind, .notOneOf(typed, allowed: allowed))
        }
        let date = (asked.date ?? "").typedLine
        guard date.isCalendarDate else { throw .invalid(.day, .notADate(date)) }
        let today = Reader.today
        let year = (Int(today.prefix(4)) ?? 0) + SucceedSubject.yearsAhead
        let last = "\(year)-12-31"
        guard (SucceedSubject.firstDay...last).contains(date) else {
            throw .invalid(.day, .outsideDays(date, first: SucceedSubject.firstDay, last: last))
        }
        do throws(WireError) {
            return try SubjectSuccession(
                date: date,
                kind: kind,
                source: (asked.source ?? "").typedLine
            )
        } catch {
            throw .invalid(
                .successionSource,
                .line(bytesMax: SubjectSuccession.sourceBytesMax)
            )
        }
    }

    private static func link(
        _ from: ObjectID,
        _ relation: String,
        _ to: ObjectID,
        reason: String?,
        _ succession: SubjectSuccession?
    ) throws(Refusal) -> SubjectLink {
        do throws(WireError) {
            return try SubjectLink(
                from: from,
                relation: relation,
                to: to,
                reason: (reason ?? "").typedLine,
                succession: succession
            )
        } catch {
            throw .invalid(.reason, .line(bytesMax: SubjectLink.reasonBytesMax))
        }
    }

    // MARK: In a case

    /// Writes a link to a case, in place of those of this node that `isReplaced` says; without one these are removed.
    private func tell(
        _ caseID: String,
        _ pair: NamedPair,
        seen: SubjectVerdict?,
        _ link: (ObjectID, ObjectID) throws(Refusal) -> SubjectLink?,
        isReplaced: (SubjectStatement) -> Bool
    ) throws(Refusal) -> EntryReference {
        let (state, counted) = try self.reader.findCase(caseID)
        var replaced = zip(counted.links.live, counted.allStatements).filter { add, statement in
            add.dot.member == state.me && pair.joins(statement.link) && isReplaced(statement)
        }
        // What was seen is taken back, and nothing else of what may stand beside it.
        if let seen, !replaced.isEmpty {
            replaced.removeAll { $0.1.verdict != seen }
            guard !replaced.isEmpty else { throw .conflict(.decision) }
        }
        var operations = Self.removals(replaced.map(\.0.reference))
        let known = counted.knownSubjects
        // An own record without a number is known there by its fragment.
        let ends = [pair.first, pair.second].map { end in
            known.contains(end.id)
                ? end.id : end.ids.sorted().first { known.contains($0) } ?? end.id
        }
        if let link = try link(ends[0], ends[1]) {
            try Self.checkKnown(link, in: counted, by: state.me)
            operations.append(.addLink(link))
        }
        guard !operations.isEmpty else {
            throw .notFound(.decision, typed: "\(ends[0].hex) \(ends[1].hex)")
        }
        return try self.write(operations, to: counted, in: state).entry
    }

    // MARK: At this node

    /// Keeps what a user says, in place of what that user said of the same; without it that is deleted.
    private func keep(
        _ link: SubjectLink?,
        _ pair: NamedPair,
        by user: String,
        most: Int,
        seen: SubjectVerdict?,
        isFresh: Bool,
        isReplaced: (SubjectStatement) -> Bool
    ) throws(Refusal) {
        let reader = self.reader
        // Also what was said of them by other IDs: before a record had its number.
        var replaced = try reader.storedStatements(about: pair.first.ids)
            .compactMap(StoredStatement.read)
            .filter { stored in
                guard stored.user == user, let statement = stored.statement else { return false }
                return pair.joins(statement.link) && isReplaced(statement)
            }
        // Who saw nothing replaces nothing.
        guard !isFresh || replaced.isEmpty else { throw .conflict(.decision) }
        // What was seen is taken back, and nothing else of what may stand beside it.
        if let seen, !replaced.isEmpty {
            replaced.removeAll { $0.statement?.verdict != seen }
            guard !replaced.isEmpty else { throw .conflict(.decision) }
        }
        guard link != nil || !replaced.isEmpty else {
            throw .notFound(.decision, typed: "\(pair.first.id.hex) \(pair.second.id.hex)")
        }
        do throws(SlotError) {
            let count = try reader.store.decisionCount()
            if !replaced.isEmpty || count < most {
                let added = link.map { link in
                    StoredStatement(
                        link,
                        keys: (pair.first.key, pair.second.key),
                        by: user,
                        at: Self.milliseconds()
                    )
                }
                return try reader.store.changeDecisions(
                    removing: replaced.compactMap(\.kept),
                    adding: [added?.kept].compactMap(\.self)
                )
            }
        } catch {
            throw Refusal(error)
        }
        throw .refused(.decisionsFull(max: most))
    }
}
