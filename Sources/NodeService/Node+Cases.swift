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
    ) async throws(NodeFailure) -> Answer { try await node.open(self) }
}

extension PreviewOpening: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(NodeFailure) -> Answer { try await node.preview(self.opening) }
}

extension SetCase: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(NodeFailure) -> Answer { try await node.set(self) }
}

extension AddNote: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(NodeFailure) -> Answer { try await node.add(self) }
}

extension LinkSubjects: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(NodeFailure) -> Answer { try await node.link(self) }
}

extension TagCase: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(NodeFailure) -> Answer { try await node.tag(self) }
}

/// Opening cases, and the shared work on them.
extension Node {
    /// A case that was checked and not yet written.
    private struct CheckedOpening {
        let table: TableState
        let charter: Charter
        let category: Category
        let members: [MemberNumber]
        let audience: Audience
    }

    private func check(_ asked: OpenCase) throws(NodeFailure) -> CheckedOpening {
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
            throw NodeFailure(error)
        }
    }

    private func payload(
        of asked: OpenCase,
        _ checked: CheckedOpening
    ) throws(NodeFailure) -> [UInt8] {
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
            throw NodeFailure(error)
        }
    }

    fileprivate func open(_ asked: OpenCase) throws(NodeFailure) -> OpenCase.Answer {
        let checked = try self.check(asked)
        let bytes = try self.payload(of: asked, checked)
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
            throw NodeFailure(.bug, "case: was not written. Report this")
        }
        return OpenCase.Answer(
            case: entry.header.caseID.hex,
            entry: EntryReference(entry.header),
            audience: checked.members.map { checked.charter.member($0)?.handle ?? "" }
        )
    }

    /// Who would be told of a case, on which ground, and what.
    fileprivate func preview(_ asked: OpenCase) throws(NodeFailure) -> PreviewOpening.Answer {
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
    func checkPartner(_ state: TableState, _ charter: Charter) throws(NodeFailure) {
        let role = charter.member(state.me)?.role
        guard role != .partner else { return }
        throw .usage(
            "case: this node is \(role.map { "\($0.rawValue)" } ?? "no member") at this table, "
                + "and only partners write on cases. "
                + (role == .contributor ? "Use 'tafel fragment share'" : "Ask a partner")
        )
    }

    func category(_ name: String) throws(NodeFailure) -> Vocabulary.Category {
        guard let category = Vocabulary.Category(name: name) else {
            let known = Vocabulary.Category.allCases.map(\.name).joined(separator: ", ")
            throw .usage("category '\(name)': not known. Choose from \(known)")
        }
        return category
    }

    /// Writes operations on a case under its newest audience.
    func write(
        _ operations: [CaseOperation],
        to counted: CountedCase,
        in state: TableState
    ) throws(NodeFailure) -> Written {
        let entry = try self.writeEntry(operations, to: counted, in: state)
        return Written(entry: EntryReference(entry.header))
    }

    /// As ``write(_:to:in:)``; the entry as it was written.
    func writeEntry(
        _ operations: [CaseOperation],
        to counted: CountedCase,
        in state: TableState
    ) throws(NodeFailure) -> PlainEntry {
        let charter = try self.charter(of: state)
        try self.checkPartner(state, charter)
        try self.checkPeriod(of: charter)
        let others = counted.audience.members.filter { $0 != state.me }
        guard others.count < counted.audience.members.count else {
            throw .usage("case: this node is not in its audience. Ask its owner")
        }
        if let limit = counted.limitPassed(by: operations, of: state.me) {
            throw NodeFailure(limit)
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
            throw NodeFailure(error)
        } catch let error as WireError {
            throw NodeFailure(error)
        } catch {
            throw NodeFailure(.bug, "operation: \(error). Report this")
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
            throw NodeFailure(.bug, "operation: was not written. Report this")
        }
        return entry
    }

    fileprivate func set(_ asked: SetCase) throws(NodeFailure) -> Written {
        guard let register = RegisterName(rawValue: asked.field) else {
            let known = RegisterName.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("field '\(asked.field)': not one of a case. Choose from \(known)")
        }
        if register == .phase, CasePhase(rawValue: asked.value) == nil {
            let known = CasePhase.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("phase '\(asked.value)': not known. Choose from \(known)")
        }
        let (state, counted) = try self.findCase(asked.case)
        let live = counted.liveReferences(of: register)
        // What this node wrote before goes with any write, so it must have been seen.
        let own = live.filter { $0.dot.member == state.me }
        guard Self.references(own, seen: asked.seen) == own else {
            throw .conflict(
                "\(asked.field): was changed meanwhile. See 'tafel case show', and write it again"
            )
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

    fileprivate func add(_ asked: AddNote) throws(NodeFailure) -> Written {
        guard asked.text.contains(where: { !$0.isWhitespace }) else {
            throw .usage("note: has no text. Write something")
        }
        let (state, counted) = try self.findCase(asked.case, isHeadEnough: true)
        return try self.write([.addNote(text: asked.text.normalised)], to: counted, in: state)
    }

    fileprivate func link(_ asked: LinkSubjects) throws(NodeFailure) -> Written {
        let (state, counted) = try self.findCase(asked.case)
        let view = counted.view(at: nil)
        var subjects = view.subjects.map { (hex: $0.id.hex, value: $0.id) }
        // A link may outlive what was known of its ends.
        var known = Set(subjects.map(\.value))
        for link in view.links {
            for end in [link.link.from, link.link.to] where known.insert(end).inserted {
                subjects.append((end.hex, end))
            }
        }
        let advice = "See the subjects of 'tafel case show'"
        let first = try self.unique(asked.from, among: subjects, what: "subject", advice: advice)
        let second = try self.unique(asked.to, among: subjects, what: "subject", advice: advice)
        if asked.removes {
            let added = counted.linkReferences(from: first, relation: asked.relation, to: second)
            guard !added.isEmpty else {
                throw .usage("link: there is none like that. See 'tafel case show'")
            }
            return try self.write(Self.removals(added), to: counted, in: state)
        }
        guard first != second else {
            throw .usage("link: from a subject to itself. Name two subjects")
        }
        let link: SubjectLink
        do throws(WireError) {
            link = try SubjectLink(from: first, relation: asked.relation, to: second)
        } catch {
            throw .usage(
                "relation '\(asked.relation)': not 1 to 32 of a-z and hyphen, beginning with a letter. "
                    + "For instance same-as, owns, works-for"
            )
        }
        return try self.write([.addLink(link)], to: counted, in: state)
    }

    fileprivate func tag(_ asked: TagCase) throws(NodeFailure) -> Written {
        let (state, counted) = try self.findCase(asked.case, isHeadEnough: !asked.removes)
        guard asked.removes else {
            return try self.write([.addTag(asked.tag.typedLine)], to: counted, in: state)
        }
        let live = counted.tagReferences[asked.tag.normalised] ?? []
        let added = Self.references(live, seen: asked.seen)
        guard !added.isEmpty else {
            throw .usage("tag '\(asked.tag)': the case does not have it. See 'tafel case show'")
        }
        return try self.write(Self.removals(added), to: counted, in: state)
    }

    private static func removals(_ added: [DotReference]) -> [CaseOperation] {
        stride(from: 0, to: added.count, by: CaseOperation.referencesMax).map {
            .remove(Array(added[$0..<min($0 + CaseOperation.referencesMax, added.count)]))
        }
    }
}
