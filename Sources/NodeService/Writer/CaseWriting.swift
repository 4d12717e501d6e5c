import CaseModel
import Cryptography
import Foundation
package import NodeInterface
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Vocabulary
import Wire

extension OpenCase: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(Refusal) -> Answer { try await node.open(self) }
}

extension PreviewOpening: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.preview(self.opening)
    }
}

extension SetCase: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(Refusal) -> Answer { try await node.set(self) }
}

extension AddNote: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(Refusal) -> Answer { try await node.add(self) }
}

extension LinkSubjects: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(Refusal) -> Answer { try await node.link(self) }
}

extension TagCase: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(Refusal) -> Answer { try await node.tag(self) }
}

/// What opening a case comes to, and who may write to one.
extension Reader {
    /// A case that was checked and not yet written.
    fileprivate struct CheckedOpening {
        let table: TableState
        let charter: Charter
        let category: Category
        let members: [MemberNumber]
        let audience: Audience
    }

    fileprivate func check(_ asked: OpenCase) throws(Refusal) -> CheckedOpening {
        let (state, charter) = try self.effectiveTable(asked.table)
        try self.checkPartner(state, charter)
        try self.checkPeriod(of: charter)
        let category = try self.category(asked.category)
        let partners = charter.members.filter { $0.role == .partner }.map(\.number)
        var members = Set(try self.members(asked.to, in: charter, everybody: partners))
        members.insert(state.me)
        let all = members.sorted()
        do throws(SharingError) {
            try SharingRules.checkCase(
                members: all,
                category: category,
                preferred: asked.grounds ?? [],
                charter: charter
            )
            return CheckedOpening(
                table: state,
                charter: charter,
                category: category,
                members: all,
                audience: try SharingRules.audience(
                    for: all.filter { $0 != state.me },
                    author: state.me,
                    category: category,
                    preferred: asked.grounds ?? [],
                    charter: charter
                )
            )
        } catch {
            throw Refusal(error)
        }
    }

    fileprivate func payload(
        of asked: OpenCase,
        _ checked: CheckedOpening
    ) throws(Refusal) -> [UInt8] {
        do throws(WireError) {
            let audience = try CaseAudience(
                version: 1,
                members: checked.members,
                category: checked.category,
                grounds: asked.grounds ?? [],
                removed: []
            )
            return
                try OperationsPayload(
                    audienceVersion: 1,
                    operations: [
                        .openCase(
                            title: asked.title.typedLine,
                            summary: asked.summary.normalised,
                            audience: audience
                        )
                    ]
                )
                .payload
        } catch {
            throw Refusal(error)
        }
    }

    /// Who would be told of a case, on which ground, and what.
    fileprivate func preview(_ asked: OpenCase) throws(Refusal) -> PreviewOpening.Answer {
        let checked = try self.check(asked)
        // What cannot be written is not previewed.
        _ = try self.payload(of: asked, checked)
        return PreviewOpening.Answer(
            category: asked.category,
            title: asked.title.typedLine,
            summary: asked.summary.normalised,
            recipients: GroundedRecipient.all(of: checked.audience, in: checked.charter)
        )
    }

    /// Others would ignore what it writes (`Protocol/case-model.md` §2).
    func checkPartner(_ state: TableState, _ charter: Charter) throws(Refusal) {
        let role = charter.member(state.me)?.role
        guard role != .partner else { return }
        throw .refused(.case(.notPartner(role: role?.rawValue)))
    }

    func category(_ name: String) throws(Refusal) -> Vocabulary.Category {
        guard let category = Vocabulary.Category(name: name) else {
            throw .invalid(
                .category,
                .notOneOf(name, allowed: Vocabulary.Category.allCases.map(\.name))
            )
        }
        return category
    }
}

/// Opening cases, and the shared work on them.
extension Node {
    fileprivate func open(_ asked: OpenCase) throws(Refusal) -> OpenCase.Answer {
        let checked = try self.reader.check(asked)
        let bytes = try self.reader.payload(of: asked, checked)
        let entries = try self.append(
            [
                Draft(
                    kind: .operations,
                    subject: .opened,
                    category: checked.category,
                    audience: checked.audience
                ) { _ in bytes }
            ],
            to: checked.table.file.table
        ) { _, _ in }
        guard let entry = entries.first else {
            throw .bug("case: was not written")
        }
        return OpenCase.Answer(
            case: entry.header.caseID.hex,
            entry: EntryReference(entry.header),
            audience: checked.members.map { checked.charter.member($0)?.handle ?? "" }
        )
    }

    /// Writes operations on a case under its newest audience.
    func write(
        _ operations: [CaseOperation],
        to counted: CountedCase,
        in state: TableState
    ) throws(Refusal) -> Written {
        let entry = try self.writeEntry(operations, to: counted, in: state)
        return Written(entry: EntryReference(entry.header))
    }

    /// As ``write(_:to:in:)``; the entry as it was written.
    func writeEntry(
        _ operations: [CaseOperation],
        to counted: CountedCase,
        in state: TableState
    ) throws(Refusal) -> PlainEntry {
        let reader = self.reader
        let charter = try reader.charter(of: state)
        try reader.checkPartner(state, charter)
        try reader.checkPeriod(of: charter)
        let others = counted.audience.members.filter { $0 != state.me }
        guard others.count < counted.audience.members.count else {
            throw .refused(.case(.outside))
        }
        if let limit = counted.limitPassed(by: operations, of: state.me) {
            throw Refusal(limit)
        }
        let audience: Audience
        let payload: OperationsPayload
        do {
            audience = try SharingRules.audience(
                for: others,
                author: state.me,
                category: counted.audience.category,
                preferred: counted.audience.grounds,
                charter: charter
            )
            payload = try OperationsPayload(
                audienceVersion: counted.audienceVersion,
                operations: operations
            )
        } catch let error as SharingError {
            throw Refusal(error)
        } catch let error as WireError {
            throw Refusal(error)
        } catch {
            throw .bug("operation: \(error)")
        }
        let bytes = payload.payload
        let entries = try self.append(
            [
                Draft(
                    kind: .operations,
                    subject: .existing(counted.caseID),
                    category: counted.audience.category,
                    audience: audience
                ) { _ in bytes }
            ],
            to: state.file.table
        ) { _, _ in }
        guard let entry = entries.first else {
            throw .bug("operation: was not written")
        }
        return entry
    }

    fileprivate func set(_ asked: SetCase) throws(Refusal) -> Written {
        guard let register = RegisterName(rawValue: asked.field) else {
            throw .invalid(
                .register,
                .notOneOf(asked.field, allowed: RegisterName.allCases.map(\.rawValue))
            )
        }
        if register == .phase, CasePhase(rawValue: asked.value) == nil {
            throw .invalid(
                .phase,
                .notOneOf(asked.value, allowed: CasePhase.allCases.map(\.rawValue))
            )
        }
        let (state, counted) = try self.reader.findCase(asked.case)
        let live = counted.liveReferences(of: register)
        // What this node wrote before goes with any write, so it must have been seen.
        let own = live.filter { $0.dot.member == state.me }
        guard Self.references(own, seen: asked.seen) == own else {
            throw .conflict(.register(asked.field))
        }
        return try self.write(
            [
                .setRegister(
                    register,
                    value: register == .summary ? asked.value.normalised : asked.value.typedLine,
                    supersedes: Self.references(live, seen: asked.seen)
                )
            ],
            to: counted,
            in: state
        )
    }

    fileprivate func add(_ asked: AddNote) throws(Refusal) -> Written {
        guard asked.text.contains(where: { !$0.isWhitespace }) else {
            throw .invalid(.note, .empty)
        }
        let (state, counted) = try self.reader.findCase(asked.case, isHeadEnough: true)
        return try self.write([.addNote(text: asked.text.normalised)], to: counted, in: state)
    }

    fileprivate func link(_ asked: LinkSubjects) throws(Refusal) -> Written {
        let (state, counted) = try self.reader.findCase(asked.case)
        let view = counted.view(at: nil)
        var subjects = view.subjects.map { (hex: $0.id.hex, value: $0.id) }
        // A link may outlive what was known of its ends.
        var known = Set(subjects.map(\.value))
        for link in view.links {
            for end in [link.link.from, link.link.to] where known.insert(end).inserted {
                subjects.append((end.hex, end))
            }
        }
        let first = try Reader.unique(asked.from, among: subjects, .subject)
        let second = try Reader.unique(asked.to, among: subjects, .subject)
        if asked.removes {
            let added = counted.linkReferences(from: first, relation: asked.relation, to: second)
            guard !added.isEmpty else {
                throw .notFound(.link, typed: "\(asked.from) \(asked.relation) \(asked.to)")
            }
            return try self.write(Self.removals(added), to: counted, in: state)
        }
        guard first != second else {
            throw .refused(.case(.selfLink))
        }
        let link: SubjectLink
        do throws(WireError) {
            link = try SubjectLink(
                from: first,
                relation: asked.relation,
                to: second,
                reason: (asked.reason ?? "").typedLine
            )
        } catch .field("relation") {
            throw .invalid(.relation, .form(asked.relation))
        } catch {
            throw Refusal(error)
        }
        try Self.checkKnown(link, in: counted, by: state.me)
        return try self.write([.addLink(link)], to: counted, in: state)
    }

    /// Who reads a link learns of both its ends: each must know of them already.
    ///
    /// Its author does, but the case must have something of either: others take no notice of it else.
    static func checkKnown(
        _ link: SubjectLink,
        in counted: CountedCase,
        by author: MemberNumber
    ) throws(Refusal) {
        let knowing = [link.from, link.to].map { counted.members(knowing: $0) }
        var untold = counted.audience.members.filter { member in
            member != author && knowing.contains { !$0.contains(member) }
        }
        // Alone in the case.
        if untold.isEmpty, knowing.contains(where: \.isEmpty) { untold = [author] }
        guard untold.isEmpty else {
            throw .refused(.case(.tellsOfSubject(untold.map { counted.handle($0) })))
        }
    }

    fileprivate func tag(_ asked: TagCase) throws(Refusal) -> Written {
        let (state, counted) = try self.reader.findCase(asked.case, isHeadEnough: !asked.removes)
        guard asked.removes else {
            return try self.write([.addTag(asked.tag.typedLine)], to: counted, in: state)
        }
        let live = counted.tagReferences[asked.tag.normalised] ?? []
        let added = Self.references(live, seen: asked.seen)
        guard !added.isEmpty else {
            throw .notFound(.tag, typed: asked.tag)
        }
        return try self.write(Self.removals(added), to: counted, in: state)
    }

    static func removals(_ added: [DotReference]) -> [CaseOperation] {
        stride(from: 0, to: added.count, by: CaseOperation.referencesMax).map {
            .remove(Array(added[$0..<min($0 + CaseOperation.referencesMax, added.count)]))
        }
    }
}
