import CaseModel
import Cryptography
import Foundation
import JSONText
import RecordStore
import ReplicatedTypes
import SyncEngine
import SyncLog
import Terminal
import Vocabulary
import Wire

/// Commands about cases and the shared work on them.
extension Node {
    func openCase(_ draft: CaseDraft) throws(NodeFailure) -> NodeAnswer {
        let (state, charter) = try self.effectiveTable(draft.table)
        try self.checkPartner(state, charter)
        try self.checkPeriod(of: charter)
        let category = try self.category(draft.category)
        let partners = charter.members.filter { $0.role == .partner }.map(\.number)
        var members = Set(try self.members(draft.to, in: charter, everybody: partners))
        members.insert(state.me)
        let all = members.sorted()
        let grounds = draft.grounds ?? []
        let audience: Audience
        do throws(SharingError) {
            try SharingRules.checkCase(
                members: all,
                category: category,
                preferred: grounds,
                charter: charter
            )
            audience = try SharingRules.audience(
                for: all.filter { $0 != state.me },
                author: state.me,
                category: category,
                preferred: grounds,
                charter: charter
            )
        } catch {
            throw NodeFailure(error)
        }
        let payload: OperationsPayload
        do throws(WireError) {
            let caseAudience = try CaseAudience(
                version: 1,
                members: all,
                category: category,
                grounds: grounds,
                removed: []
            )
            payload = try OperationsPayload(
                audienceVersion: 1,
                operations: [
                    .openCase(
                        title: draft.title.typedLine,
                        summary: draft.summary.normalised,
                        audience: caseAudience
                    )
                ]
            )
        } catch {
            throw NodeFailure(error)
        }
        if draft.isPreview { return Self.preview(draft, audience, charter) }
        let bytes = payload.payload
        let entries = try self.append(
            [
                Draft(
                    kind: .operations,
                    subject: .opened,
                    category: category,
                    audience: audience
                ) { _ in bytes }
            ],
            to: state.file.table
        ) { _, _ in }
        guard let entry = entries.first else {
            throw NodeFailure(.bug, "case: was not written. Report this")
        }
        return NodeAnswer(
            exitCode: 0,
            json: [
                "case": .string(entry.header.caseID.hex), "entry": Self.json(of: entry.header),
                "audience": .array(all.map { .string(charter.member($0)?.handle ?? "") }),
            ],
            text: "case \(entry.header.caseID.hex)",
            file: nil
        )
    }

    /// Who would be told of a case, on which ground, and what.
    private static func preview(
        _ draft: CaseDraft,
        _ audience: Audience,
        _ charter: Charter
    ) -> NodeAnswer {
        let recipients = audience.recipients.map { recipient in
            (handle: charter.member(recipient.member)?.handle ?? "", ground: recipient.ground)
        }
        var lines: [ShownText] = ["Nothing was written. Each of these would see title and summary:"]
        for (handle, ground) in recipients { lines.append("  \(handle) on \(ground)") }
        lines.append("  title: \(draft.title.typedLine)")
        if !draft.summary.isEmpty { lines.append("  summary: \(draft.summary.normalised)") }
        return NodeAnswer(
            exitCode: 0,
            json: [
                "case": .null, "category": .string(draft.category),
                "title": .string(draft.title.typedLine),
                "summary": .string(draft.summary.normalised),
                "recipients": .array(
                    recipients.map { ["handle": .string($0.handle), "ground": .string($0.ground)] }
                ),
            ],
            text: lines.joined(separator: "\n"),
            file: nil
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

    static func json(of header: EntryHeader) -> JSONValue {
        [
            "index": .integer(Int(header.index)),
            "leaf": .string(TextEncoding.hex(header.leafHash.bytes)),
        ]
    }

    /// Writes operations on a case under its newest audience.
    func write(
        _ operations: [CaseOperation],
        to counted: CountedCase,
        in state: TableState
    ) throws(NodeFailure) -> NodeAnswer {
        let entry = try self.writeEntry(operations, to: counted, in: state)
        return NodeAnswer(
            exitCode: 0,
            json: ["entry": Self.json(of: entry.header)],
            text: "written as entry \(entry.header.index)",
            file: nil
        )
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

    func setCase(
        _ id: String,
        field: String,
        value: String,
        seen: [String]?
    ) throws(NodeFailure) -> NodeAnswer {
        guard let register = RegisterName(rawValue: field) else {
            let known = RegisterName.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("field '\(field)': not one of a case. Choose from \(known)")
        }
        if register == .phase, CasePhase(rawValue: value) == nil {
            let known = CasePhase.allCases.map(\.rawValue).joined(separator: ", ")
            throw .usage("phase '\(value)': not known. Choose from \(known)")
        }
        let (state, counted) = try self.findCase(id)
        // What this node wrote before goes with any write, so it must have been seen.
        let own = counted.liveReferences(of: register).filter { $0.dot.member == state.me }
        guard Self.references(own, seen: seen) == own else {
            return NodeAnswer(
                exitCode: 1,
                json: ["entry": .null],
                text: "not written: \(field) was changed meanwhile",
                file: nil
            )
        }
        return try self.write(
            [
                .setRegister(
                    register,
                    value: register == .summary ? value.normalised : value.typedLine,
                    supersedes: Self.references(counted.liveReferences(of: register), seen: seen)
                )
            ],
            to: counted,
            in: state
        )
    }

    func addNote(_ id: String, text: String) throws(NodeFailure) -> NodeAnswer {
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw .usage("note: has no text. Write something")
        }
        let (state, counted) = try self.findCase(id, isHeadEnough: true)
        return try self.write([.addNote(text: text.normalised)], to: counted, in: state)
    }

    func link(
        _ id: String,
        from: String,
        relation: String,
        to: String,
        removes: Bool
    ) throws(NodeFailure) -> NodeAnswer {
        let (state, counted) = try self.findCase(id)
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
        let first = try self.unique(from, among: subjects, what: "subject", advice: advice)
        let second = try self.unique(to, among: subjects, what: "subject", advice: advice)
        if removes {
            let added = counted.linkReferences(from: first, relation: relation, to: second)
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
            link = try SubjectLink(from: first, relation: relation, to: second)
        } catch {
            throw .usage(
                "relation '\(relation)': not 1 to 32 of a-z and hyphen, beginning with a letter. "
                    + "For instance same-as, owns, works-for"
            )
        }
        return try self.write([.addLink(link)], to: counted, in: state)
    }

    func tag(
        _ id: String,
        tag: String,
        removes: Bool,
        seen: [String]?
    ) throws(NodeFailure) -> NodeAnswer {
        let (state, counted) = try self.findCase(id, isHeadEnough: !removes)
        guard removes else {
            return try self.write([.addTag(tag.typedLine)], to: counted, in: state)
        }
        let added = Self.references(counted.tagReferences[tag.normalised] ?? [], seen: seen)
        guard !added.isEmpty else {
            throw .usage("tag '\(tag)': the case does not have it. See 'tafel case show'")
        }
        return try self.write(Self.removals(added), to: counted, in: state)
    }

    private static func removals(_ added: [DotReference]) -> [CaseOperation] {
        stride(from: 0, to: added.count, by: CaseOperation.referencesMax).map {
            .remove(Array(added[$0..<min($0 + CaseOperation.referencesMax, added.count)]))
        }
    }

    func showCase(_ id: String, canonical: Bool, at: UInt64?) throws(NodeFailure) -> NodeAnswer {
        let (state, counted) = try self.findCase(id)
        if canonical { return NodeAnswer(canonical: counted.canonicalJSON(at: at)) }
        let view = counted.view(at: at)
        return NodeAnswer(
            exitCode: 0,
            json: view.json(for: CaseView.Reader(state.me, today: self.today)),
            text: CaseText.text(
                of: view,
                today: self.today,
                reader: self.card.handle,
                me: state.me
            ),
            file: nil
        )
    }
}
