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
        try await node.decide(self, by: caller.name, most: Self.decisionsMax)
    }
}

extension SucceedSubject: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.succeed(self, by: caller.name)
    }
}

/// A subject that somebody says something of.
private struct NamedEnd {
    /// The ID that is written.
    let id: ObjectID
    /// All IDs by which it is known, or was.
    let ids: Set<ObjectID>
    /// Its key; empty where only its ID is known.
    let key: String
    /// The cases in which something of it stands.
    let cases: [ObjectID: SubjectContents.Case]
}

/// Two subjects that somebody says something of.
private struct NamedPair {
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
extension Node {
    /// Writes what a user decides; at most `most` decisions stand at this node.
    func decide(
        _ asked: DecideSubjects,
        by user: String,
        most: Int
    ) throws(Refusal) -> Decided {
        let isUndone = asked.verdict == .undo
        let pair = try self.pair(asked.a, asked.b, isUndone: isUndone, in: asked.case)
        func link(_ one: ObjectID, _ other: ObjectID) throws(Refusal) -> SubjectLink? {
            guard let verdict = asked.verdict.verdict else { return nil }
            return try Self.link(one, verdict.relation, other, reason: asked.reason, nil)
        }
        guard let caseID = asked.case else {
            let said = try link(pair.first.id, pair.second.id)
            try self.keep(said, pair, by: user, most: most, seen: isUndone ? asked.seen : nil) {
                $0.verdict != nil
            }
            return try self.decided(pair, entry: nil)
        }
        let entry = try self.tell(caseID, pair, seen: isUndone ? asked.seen : nil, link) {
            $0.verdict != nil
        }
        return try self.decided(pair, entry: entry)
    }

    fileprivate func succeed(
        _ asked: SucceedSubject,
        by user: String
    ) throws(Refusal) -> Decided {
        let pair = try self.pair(asked.from, asked.to, isUndone: asked.removes, in: asked.case)
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
                isReplaced: isThis
            )
            return try self.decided(pair, entry: nil)
        }
        let entry = try self.tell(caseID, pair, seen: nil, link, isReplaced: isThis)
        return try self.decided(pair, entry: entry)
    }

    private func pair(
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
        let reader = self.reader
        do throws(Refusal) {
            let contents = try reader.contents(named: text)
            return NamedEnd(
                id: contents.key.id,
                ids: contents.ids,
                key: contents.key.text,
                cases: contents.cases
            )
        } catch {
            guard isUndone, case .notFound = error else { throw error }
            let typed = text.typedLine
            if let key = SubjectKey(typed) {
                return NamedEnd(id: key.id, ids: [key.id], key: key.text, cases: [:])
            }
            var said = SubjectStatements()
            said.take(stored: try reader.storedStatements())
            var links = said.all.map(\.link)
            if let caseID {
                links += try reader.findCase(caseID).counted.allStatements.map(\.link)
            }
            let ends = Set(links.flatMap { [$0.from, $0.to] }).sorted()
            let id = try Reader.unique(typed, among: ends.map { ($0.hex, $0) }, .subject)
            return NamedEnd(id: id, ids: [id], key: said.keys[id]?.text ?? "", cases: [:])
        }
    }

    private static func succession(_ asked: SucceedSubject) throws(Refusal) -> SubjectSuccession {
        let typed = (asked.kind ?? "").typedLine
        guard let kind = SuccessionKind(rawValue: typed) else {
            let allowed = SuccessionKind.allCases.map(\.rawValue)
            throw .invalid(.successionKind, .notOneOf(typed, allowed: allowed))
        }
        let date = (asked.date ?? "").typedLine
        guard date.isCalendarDate else { throw .invalid(.day, .notADate(date)) }
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

    /// What the pair comes to, by what is known where both stand.
    private func decided(
        _ pair: NamedPair,
        entry: EntryReference?
    ) throws(Refusal) -> Decided {
        let reader = self.reader
        var statements = SubjectStatements()
        for end in [pair.first, pair.second] {
            for id in end.cases.keys.sorted() {
                guard let table = end.cases[id]?.table,
                    // As it is after what was written.
                    let counted = try reader.counted(id, in: table)
                else { continue }
                statements.take(counted)
            }
            statements.take(stored: try reader.storedStatements(about: end.ids))
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
