import CaseModel
import Cryptography
package import NodeInterface
import SyncEngine
import SyncLog
import Wire

extension SetAudience: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(NodeFailure) -> Answer { try await node.set(self) }
}

extension PreviewAudience: HandledRequest {
    /// Asks the node.
    package func answer(
        on node: Node,
        for caller: Caller
    ) async throws(NodeFailure) -> Answer { try await node.preview(self.audience) }
}

/// Who is in a case, later on.
extension Node {
    /// An audience that was checked and not yet written.
    private struct CheckedAudience {
        let table: TableState
        let counted: CountedCase
        let next: CaseAudience
        let leaving: [MemberNumber]

        var handles: [String] { self.next.members.map { self.counted.handle($0) } }
        var leftOut: [String] { self.leaving.map { self.counted.handle($0) } }
    }

    /// Writes the next version of a case's audience.
    fileprivate func set(_ asked: SetAudience) throws(NodeFailure) -> SetAudience.Answer {
        let checked = try self.check(asked)
        let entry = try self.writeEntry(
            [.setAudience(checked.next)],
            to: checked.counted,
            in: checked.table
        )
        return SetAudience.Answer(
            case: checked.counted.caseID.hex,
            entry: EntryReference(entry.header),
            version: Int(checked.next.version),
            audience: checked.handles,
            left_out: checked.leftOut
        )
    }

    fileprivate func preview(_ asked: SetAudience) throws(NodeFailure) -> PreviewAudience.Answer {
        let checked = try self.check(asked)
        return PreviewAudience.Answer(
            case: checked.counted.caseID.hex,
            version: Int(checked.next.version),
            audience: checked.handles,
            left_out: checked.leftOut
        )
    }

    /// The next version of a case's audience, without those that are not named.
    ///
    /// Nobody comes in later: a member that is let in is given nothing of what was written before
    /// (`Protocol/keys.md` §6, History), so nothing of the case would count at its node.
    private func check(_ asked: SetAudience) throws(NodeFailure) -> CheckedAudience {
        let (state, counted) = try self.findCase(asked.case)
        guard counted.owner == state.me else {
            throw .usage(
                "case: belongs to \(counted.handle(counted.owner)). Only its owner says who is in it"
            )
        }
        let charter = try self.charter(of: state)
        try self.checkPartner(state, charter)
        try self.checkPeriod(of: charter)
        let now = counted.audience
        var members = Set(try self.members(asked.to, in: charter, everybody: now.members))
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
        return CheckedAudience(table: state, counted: counted, next: next, leaving: leaving)
    }
}
