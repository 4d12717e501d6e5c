import CaseModel
import Cryptography
import Geodesy
import Matching
package import NodeInterface
import RecordImport
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Vocabulary

extension ShowSubject: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.subject(self, for: caller)
    }
}

/// What is told of a subject.
extension Reader {
    fileprivate func subject(
        _ asked: ShowSubject,
        for caller: Caller
    ) throws(Refusal) -> ShowSubject.Answer {
        let contents = try self.contents(named: asked.subject)
        let statements = try self.statements(about: contents)
        var ends = SubjectEnds(statements.keys)
        let own = self.ownAuthors.union([SubjectStatement.author(user: caller.name)])
        let takeovers = try self.takeovers(of: contents, statements, &ends, own)
        // Of what its owner let end nothing is taken any more but that it was there.
        let lasting = contents.items.filter { !$0.isExpired(on: self.today) }
        let facts = SubjectFacts(lasting, own: self.card.handle)
        var items = contents.items.map { SubjectTimeline.Item($0, predecessor: nil) }
        for earlier in takeovers.earlier {
            items += earlier.contents.items.filter { item in
                item.day.map { $0 < earlier.date } ?? false
            }.map { SubjectTimeline.Item($0, predecessor: earlier.contents.key) }
        }
        items.sort { ($0.item.day ?? "") > ($1.item.day ?? "") }
        let timeline = SubjectTimeline(items, today: self.today)
        let ownCount = contents.items.count(where: \.isOwn)
        var sources = SourceFreshness()
        let listed = ShowSubject.listedMax
        return ShowSubject.Answer(
            id: contents.key.id.hex,
            keys: [contents.key.text] + contents.aliases.map(\.text),
            name: SubjectTitle(of: contents, items: lasting),
            parent: facts.parent(of: contents.key)?.text,
            facts: facts.members,
            records: try self.listed(
                items.filter(\.item.isOwn).prefix(listed),
                &sources
            ),
            records_found: ownCount,
            fragments: try self.listed(
                items.filter { !$0.item.isOwn }.fairly(by: \.item.turn, most: listed)
                    .sorted { ($0.item.day ?? "") > ($1.item.day ?? "") },
                &sources
            ),
            fragments_found: contents.items.count - ownCount,
            establishment_items: contents.establishmentItemCount,
            predecessors_found: items.count { $0.predecessor != nil },
            more: contents.isCut || takeovers.isCut,
            cases: contents.cases.sorted { $0.key < $1.key }.prefix(ShowSubject.partsMax).map {
                id,
                one in
                ShowSubject.CaseReference(
                    case: id.hex,
                    titles: Self.distinct(one.counted.live(.title).map(\.value)),
                    phases: Self.distinct(one.counted.phases),
                    members: one.counted.audience.members.map { one.counted.handle($0) }
                )
            },
            establishments: contents.establishments.sorted { $0.key < $1.key }
                .prefix(ShowSubject.partsMax)
                .map { key, item in
                    SubjectEnd(
                        id: key.id.hex,
                        key: key.text,
                        name: SubjectTitle(of: [item], key: key)
                    )
                },
            sites: SubjectSites(lasting, own: self.card.handle).sites,
            quarters: timeline.quarters,
            undated: timeline.undated,
            outside: timeline.outside,
            relations: try self.relations(of: contents, statements, &ends, own),
            decisions: try self.decisions(about: contents, statements, &ends, own),
            decisions_found: statements.about(contents.ids).count { $0.verdict != nil },
            group: try self.group(of: contents, statements, &ends, own),
            predecessors: takeovers.predecessors,
            successors: takeovers.successors
        )
    }

    private func listed(
        _ items: some Sequence<SubjectTimeline.Item>,
        _ sources: inout SourceFreshness
    ) throws(Refusal) -> [ShowSubject.Item] {
        var listed: [ShowSubject.Item] = []
        for one in items {
            let item = one.item
            var fresh = item.milliseconds
            var isStale = false
            if case .record(_, let held) = item {
                do throws(SlotError) {
                    let freshness = try sources.freshness(of: held, self)
                    (fresh, isStale) = (freshness.at, freshness.isStale(at: self.clock))
                } catch {
                    throw Refusal(error)
                }
            }
            listed.append(
                ShowSubject.Item(
                    id: item.id.hex,
                    owner: item.owner(own: self.card.handle),
                    type: item.type.rawValue,
                    date: item.value(.date),
                    status: item.value(.status),
                    text: item.value(.text).map { String($0.prefix(200)) },
                    source: item.source,
                    case: item.caseID?.hex,
                    fresh: UTCTime.text(milliseconds: fresh),
                    stale: isStale,
                    expired: item.isExpired(on: self.today),
                    predecessor: one.predecessor?.text
                )
            )
        }
        return listed
    }

    // MARK: What people say of it

    private func relations(
        of contents: SubjectContents,
        _ statements: SubjectStatements,
        _ ends: inout SubjectEnds,
        _ own: Set<String>
    ) throws(Refusal) -> [ShowSubject.Relation] {
        let ids = contents.ids
        let all = statements.about(ids).filter { $0.verdict == nil && $0.link.succession == nil }
        var relations: [ShowSubject.Relation] = []
        for statement in all.fairly(most: ShowSubject.partsMax, own: own) {
            guard let caseID = statement.caseID, let other = statement.other(than: ids) else {
                continue
            }
            relations.append(
                ShowSubject.Relation(
                    relation: statement.link.relation,
                    outward: ids.contains(statement.link.from),
                    other: try ends.end(other, self),
                    by: statement.by,
                    at: UTCTime.text(milliseconds: statement.milliseconds),
                    reason: statement.reason,
                    case: caseID.hex
                )
            )
        }
        return relations
    }

    private func decisions(
        about contents: SubjectContents,
        _ statements: SubjectStatements,
        _ ends: inout SubjectEnds,
        _ own: Set<String>
    ) throws(Refusal) -> [ShowSubject.Decision] {
        let (ids, key) = (contents.ids, contents.key.id)
        let all = statements.about(ids).filter { $0.verdict != nil }
        let shown = all.fairly(most: ShowSubject.partsMax, own: own)
        // What is known by several IDs is one: those of whom it is told, and all that is said of them.
        var names: [ObjectID: ObjectID] = [:]
        for statement in shown {
            guard let other = statement.other(than: ids), names[other] == nil else { continue }
            names[other] = try ends.name(other, self)
        }
        let judgements = statements.judgements { ids.contains($0) ? key : names[$0] ?? $0 }
        var decisions: [ShowSubject.Decision] = []
        for statement in shown {
            guard let verdict = statement.verdict, let other = statement.other(than: ids),
                let pair = SubjectPair(key.hex, (names[other] ?? other).hex)
            else { continue }
            decisions.append(
                ShowSubject.Decision(
                    verdict: verdict,
                    other: try ends.end(other, self),
                    by: statement.by,
                    at: UTCTime.text(milliseconds: statement.milliseconds),
                    reason: statement.reason,
                    case: statement.caseID?.hex,
                    state: PairOutcome(judgements.state(of: pair))
                )
            )
        }
        return decisions
    }

    /// What decisions connect it with: a link is as strong as there are authors who say so.
    ///
    /// The nearest are reached first, and of each what own people say first, then what each other says in turn.
    private func group(
        of contents: SubjectContents,
        _ first: SubjectStatements,
        _ ends: inout SubjectEnds,
        _ own: Set<String>
    ) throws(Refusal) -> ShowSubject.Group? {
        let (ids, key) = (contents.ids, contents.key.id)
        var statements = first
        var names: [ObjectID: ObjectID] = [:]
        for id in ids { names[id] = key }
        var reached: Set<ObjectID> = [key]
        // As they were reached: the nearest first, and what own people say before others.
        var inOrder: [ObjectID] = []
        var open = [key][...]
        var isCut = false
        // What users decided about the others, and about theirs.
        while let next = open.popFirst(), !isCut {
            try self.checkGoesOn()
            let alone = Set(names.filter { $0.value == next }.map(\.key) + [next])
            if next != key {
                statements.take(stored: try self.storedStatements(about: alone))
                ends.learn(statements.keys)
            }
            let links = statements.about(alone).filter { $0.verdict == .same }
            for statement in links.fairly(most: links.count, own: own) {
                guard let other = statement.other(than: alone), names[other] == nil else {
                    continue
                }
                guard names.count - ids.count < SubjectEnds.groupMax else {
                    isCut = true
                    break
                }
                let name = try ends.name(other, self)
                names[other] = name
                if reached.insert(name).inserted {
                    open.append(name)
                    inOrder.append(name)
                }
            }
        }
        let judgements = statements.judgements(
            where: { reached.contains(names[$0] ?? $0) },
            { names[$0] ?? $0 }
        )
        let groups = DecisionGroup.groups(of: judgements) { pair in
            Double(judgements.judgements(of: pair).count { $0.verdict == .same })
        }
        guard let group = groups.first(where: { $0.subjects.contains(ByteText(key.hex)) }) else {
            return nil
        }
        ends.learn(statements.keys)
        func all(_ texts: [ByteText]) throws(Refusal) -> [SubjectEnd] {
            var found: [SubjectEnd] = []
            for text in texts {
                guard let bytes = TextEncoding.bytes(hex: text.text), let id = ObjectID(bytes)
                else { continue }
                found.append(try ends.end(id, self))
            }
            return found
        }
        let connected = Set(group.subjects)
        let others = inOrder.map { ByteText($0.hex) }.filter { connected.contains($0) }
        // Where all links are as strong none is the weakest.
        let weakest =
            group.spanning.first?.bits == group.weakest?.bits ? nil : group.weakest
        return ShowSubject.Group(
            others: try all(others),
            weakest: try all(weakest.map { [$0.pair.first, $0.pair.second] } ?? []),
            contradictions: group.contradictions.count,
            more: isCut
        )
    }

    // MARK: What it took over from, and what from it

    /// Fragments that are looked at of each subject that a succession leads to, of each member in turn.
    private static let linkedMax = 1_000

    private struct Takeovers {
        var predecessors: [ShowSubject.Takeover] = []
        var successors: [ShowSubject.Takeover] = []
        /// What is held of each predecessor, and the day on which it ended.
        var earlier: [(contents: SubjectContents, date: String)] = []
        /// What is held of each that was reached, by the ID that it was named by.
        var contents: [ObjectID: SubjectContents] = [:]
        /// Whether there are more than were followed.
        var isCut = false
    }

    private func takeovers(
        of contents: SubjectContents,
        _ statements: SubjectStatements,
        _ ends: inout SubjectEnds,
        _ own: Set<String>
    ) throws(Refusal) -> Takeovers {
        var found = Takeovers()
        for isBack in [true, false] {
            var seen: Set<ObjectID> = []
            // What own people say is followed first, over all steps, and others' beside it.
            for isOwn in [true, false] {
                try self.follow(
                    from: (contents, statements),
                    isBack: isBack,
                    where: { isOwn ? own.contains($0.author) : true },
                    own,
                    &seen,
                    &ends,
                    &found
                )
            }
        }
        found.predecessors.sort { $0.steps < $1.steps }
        found.successors.sort { $0.steps < $1.steps }
        return found
    }

    /// Follows successions from a subject, each subject once, whatever circles are said.
    private func follow(
        from first: (SubjectContents, SubjectStatements),
        isBack: Bool,
        where isWanted: (SubjectStatement) -> Bool,
        _ own: Set<String>,
        _ seen: inout Set<ObjectID>,
        _ ends: inout SubjectEnds,
        _ found: inout Takeovers
    ) throws(Refusal) {
        var count = 0
        var open = [first]
        var followed: Set<ObjectID> = []
        for steps in 1...ShowSubject.stepsMax where !open.isEmpty {
            var next: [(SubjectContents, SubjectStatements)] = []
            for (subject, said) in open {
                try self.checkGoesOn()
                let ids = subject.ids
                let all = said.about(ids).filter { statement in
                    statement.link.succession != nil && isWanted(statement)
                        && ids.contains(isBack ? statement.link.from : statement.link.to)
                }
                if all.count > ShowSubject.takeoversMax { found.isCut = true }
                for statement in all.fairly(most: ShowSubject.takeoversMax, own: own) {
                    guard let succession = statement.link.succession,
                        let other = statement.other(than: ids), followed.insert(other).inserted
                    else { continue }
                    guard count < 2 * ShowSubject.takeoversMax else {
                        found.isCut = true
                        continue
                    }
                    count += 1
                    ends.learn(said.keys)
                    if seen.insert(other).inserted {
                        let takeover = ShowSubject.Takeover(
                            other: try ends.end(other, self),
                            date: succession.date,
                            kind: succession.kind.rawValue,
                            source: succession.source,
                            by: statement.by,
                            at: UTCTime.text(milliseconds: statement.milliseconds),
                            reason: statement.reason,
                            case: statement.caseID?.hex,
                            steps: steps
                        )
                        if isBack {
                            found.predecessors.append(takeover)
                        } else {
                            found.successors.append(takeover)
                        }
                        // A circle is told, and leads no farther.
                        guard !first.0.ids.contains(other), let key = ends.keys[other] else {
                            continue
                        }
                        let contents = try self.contents(of: key, looked: Self.linkedMax)
                        seen.formUnion(contents.ids)
                        // A day that is not there yet moves nothing.
                        if isBack, succession.date <= self.today {
                            found.earlier.append((contents, succession.date))
                        }
                        found.contents[other] = contents
                    }
                    guard let contents = found.contents[other] else { continue }
                    followed.formUnion(contents.ids)
                    next.append((contents, try self.statements(about: contents)))
                }
            }
            open = next
        }
    }
}

extension SubjectStatement {
    /// Why; `nil` where who says so does not say.
    fileprivate var reason: String? { self.link.reason.isEmpty ? nil : self.link.reason }
}
