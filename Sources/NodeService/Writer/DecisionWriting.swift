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

/// Two subjects that somebody says something of.
private struct NamedPair {
    let first: SubjectContents
    let second: SubjectContents

    var ids: (ObjectID, ObjectID) { (self.first.key.id, self.second.key.id) }

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
        let pair = try self.pair(asked.a, asked.b)
        func link(_ one: ObjectID, _ other: ObjectID) throws(Refusal) -> SubjectLink? {
            guard let verdict = asked.verdict else { return nil }
            return try Self.link(one, verdict.relation, other, reason: asked.reason, nil)
        }
        guard let caseID = asked.case else {
            let said = try link(pair.first.key.id, pair.second.key.id)
            try self.keep(said, pair, relation: SubjectLink.sameAs, by: user, most: most)
            return try self.decided(pair, entry: nil)
        }
        let entry = try self.tell(caseID, pair, link) { $0.verdict != nil }
        return try self.decided(pair, entry: entry)
    }

    fileprivate func succeed(
        _ asked: SucceedSubject,
        by user: String
    ) throws(Refusal) -> Decided {
        let pair = try self.pair(asked.from, asked.to)
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
        guard let caseID = asked.case else {
            let said = try link(pair.first.key.id, pair.second.key.id)
            try self.keep(
                said,
                pair,
                relation: SubjectLink.succeeds,
                by: user,
                most: DecideSubjects.decisionsMax
            )
            return try self.decided(pair, entry: nil)
        }
        let successor = pair.first.ids
        let entry = try self.tell(caseID, pair, link) { statement in
            statement.link.succession != nil && successor.contains(statement.link.from)
        }
        return try self.decided(pair, entry: entry)
    }

    private func pair(_ first: String, _ second: String) throws(Refusal) -> NamedPair {
        let pair = NamedPair(
            first: try self.reader.contents(named: first),
            second: try self.reader.contents(named: second)
        )
        guard pair.first.ids.isDisjoint(with: pair.second.ids) else {
            throw .refused(.case(.selfLink))
        }
        return pair
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
        for contents in [pair.first, pair.second] {
            for id in contents.cases.keys.sorted() {
                guard let table = contents.cases[id]?.table,
                    // As it is after what was written.
                    let counted = try reader.counted(id, in: table)
                else { continue }
                statements.take(counted)
            }
            statements.take(stored: try reader.storedStatements(about: contents.ids))
        }
        let (first, second) = (pair.first.key.id, pair.second.key.id)
        let judgements = statements.judgements { id in
            pair.first.ids.contains(id) ? first : pair.second.ids.contains(id) ? second : id
        }
        let state = SubjectPair(first.hex, second.hex).map { judgements.state(of: $0) } ?? .open
        return Decided(a: first.hex, b: second.hex, state: PairOutcome(state), entry: entry)
    }

    // MARK: In a case

    /// Writes a link to a case, in place of those of this node that `isReplaced` says; without one these are removed.
    private func tell(
        _ caseID: String,
        _ pair: NamedPair,
        _ link: (ObjectID, ObjectID) throws(Refusal) -> SubjectLink?,
        isReplaced: (SubjectStatement) -> Bool
    ) throws(Refusal) -> EntryReference {
        let (state, counted) = try self.reader.findCase(caseID)
        let replaced = zip(counted.links.live, counted.statements).filter { add, statement in
            add.dot.member == state.me && pair.joins(statement.link) && isReplaced(statement)
        }.map(\.0.reference)
        var operations = Self.removals(replaced)
        let known = Set(counted.fragments.filter { $0.withdrawal == nil }.map(\.subject.id))
        // An own record without a number is known there by its fragment.
        let ends = [pair.first, pair.second].map { contents in
            contents.ids.sorted().first { known.contains($0) } ?? contents.key.id
        }
        if let link = try link(ends[0], ends[1]) {
            try Self.checkKnown(link, in: counted)
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
        relation: String,
        by user: String,
        most: Int
    ) throws(Refusal) {
        let ends = (pair.first.key.id, pair.second.key.id)
        let stored = StoredStatement(
            from: ends.0.hex,
            from_key: pair.first.key.text,
            relation: link?.relation ?? relation,
            to: ends.1.hex,
            to_key: pair.second.key.text,
            reason: link?.reason ?? "",
            date: link?.succession?.date,
            kind: link?.succession?.kind.rawValue,
            source: link?.succession?.source,
            user: user,
            at: Self.milliseconds()
        )
        let store = self.reader.store
        let isThere = try self.reader.storedStatements(about: [ends.0]).contains {
            StoredStatement.read($0)?.name == stored.name
        }
        do throws(SlotError) {
            if link != nil {
                let isRoom = try store.decisionCount() < most
                if isThere || isRoom {
                    return try store.setDecision(stored.name, about: ends, stored.bytes)
                }
            } else if isThere {
                return try store.removeDecision(stored.name, about: ends)
            }
        } catch {
            throw Refusal(error)
        }
        throw link == nil
            ? .notFound(.decision, typed: "\(ends.0.hex) \(ends.1.hex)")
            : .refused(.decisionsFull(max: most))
    }
}
