import CaseModel
import Cryptography
import JSONText
import SyncEngine
import SyncLog
import Terminal
import Wire

/// Who is in a case, later on.
extension Node {
    /// Writes the next version of a case's audience, without those that `draft` does not name.
    ///
    /// Nobody comes in later: a member that is let in is given nothing of what was written before
    /// (`Protocol/keys.md` §6, History), so nothing of the case would count at its node.
    func setAudience(_ draft: AudienceDraft) throws(NodeFailure) -> NodeAnswer {
        let (state, counted) = try self.findCase(draft.caseID)
        guard counted.owner == state.me else {
            throw .usage(
                "case: belongs to \(counted.handle(counted.owner)). Only its owner says who is in it"
            )
        }
        let charter = try self.charter(of: state)
        try self.checkPartner(state, charter)
        try self.checkPeriod(of: charter)
        let now = counted.audience
        var members = Set(try self.members(draft.to, in: charter, everybody: now.members))
        members.insert(state.me)
        let added = members.subtracting(now.members).sorted()
        guard added.isEmpty else {
            let who = added.map { counted.handle($0) }.joined(separator: ", ")
            throw .usage(
                "case: \(who) is not in it, and cannot come in later: what was written before is not given "
                    + "to who comes later. Open a case with \(who) in it"
            )
        }
        let leaving = now.members.filter { !members.contains($0) }
        guard !leaving.isEmpty else {
            throw .usage("case: these are who is in it now. Name fewer to leave somebody out")
        }
        guard members.count > 1 else {
            throw .usage("case: is not left with its owner alone. Name who stays")
        }
        guard now.version < CaseAudience.versionMax else {
            throw .usage(
                "case: its audience has \(CaseAudience.versionMax) versions, and no more are taken. "
                    + "Open another case"
            )
        }
        let next: CaseAudience
        do {
            try SharingRules.checkCase(
                members: members.sorted(),
                category: now.category,
                preferred: now.grounds,
                charter: charter
            )
            next = try CaseAudience(
                version: now.version + 1,
                members: members.sorted(),
                category: now.category,
                grounds: now.grounds,
                // All that is held here of who leaves goes on counting.
                removed: leaving.map { member in
                    let held = state.logs.filter { $0.key.member == member }
                        .max { $0.key < $1.key }
                    return try CaseRemoval(
                        member: member,
                        generation: held?.key.generation ?? 0,
                        size: held?.value.size ?? 0
                    )
                }
            )
        } catch let error as SharingError {
            throw NodeFailure(error)
        } catch let error as WireError {
            throw NodeFailure(error)
        } catch {
            throw NodeFailure(.bug, "audience: \(error). Report this")
        }
        return try self.write(next, leaving: leaving, isPreview: draft.isPreview, counted, state)
    }

    private func write(
        _ next: CaseAudience,
        leaving: [MemberNumber],
        isPreview: Bool,
        _ counted: CountedCase,
        _ state: TableState
    ) throws(NodeFailure) -> NodeAnswer {
        var members: [JSONValue.Member] = [
            .init("case", .string(counted.caseID.hex)),
            .init("version", .integer(Int(next.version))),
            .init("audience", .array(next.members.map { .string(counted.handle($0)) })),
            .init("left_out", .array(leaving.map { .string(counted.handle($0)) })),
        ]
        var lines: [ShownText] = leaving.map { member in
            "  \(counted.handle(member)): left out, and told so; keeps what it was given, and is given "
                + "nothing more of this case by this node"
        }
        guard !isPreview else {
            lines.insert("Nothing was written. This would be version \(next.version):", at: 0)
            lines.append(
                "  in it: \(next.members.map { counted.handle($0) }.joined(separator: ", "))"
            )
            members.append(.init("entry", .null))
            return NodeAnswer(
                exitCode: 0,
                json: .object(members),
                text: lines.joined(separator: "\n"),
                file: nil
            )
        }
        let entry = try self.writeEntry([.setAudience(next)], to: counted, in: state)
        members.append(.init("entry", Self.json(of: entry.header)))
        lines.insert("version \(next.version) of the audience", at: 0)
        return NodeAnswer(
            exitCode: 0,
            json: .object(members),
            text: lines.joined(separator: "\n"),
            file: nil
        )
    }
}
