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
    ) async throws(Refusal) -> Answer { try await node.set(self) }
}

extension PreviewAudience: ReadRequest {
    /// Asks a reader.
    package func read(with reader: Reader, for caller: Caller) throws(Refusal) -> Answer {
        try reader.preview(self.audience)
    }
}

/// Who is in a case, later on.
extension Reader {
    /// An audience that was checked and not yet written.
    fileprivate struct CheckedAudience {
        let table: TableState
        let counted: CountedCase
        let next: CaseAudience
        let leaving: [MemberNumber]

        var handles: [String] { self.next.members.map { self.counted.handle($0) } }
        var leftOut: [String] { self.leaving.map { self.counted.handle($0) } }
    }

    fileprivate func preview(_ asked: SetAudience) throws(Refusal) -> PreviewAudience.Answer {
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
    fileprivate func check(_ asked: SetAudience) throws(Refusal) -> CheckedAudience {
        let (state, counted) = try self.findCase(asked.case)
        guard counted.owner == state.me else {
            throw .refused(.case(.notOwner(owner: counted.handle(counted.owner))))
        }
        let charter = try self.charter(of: state)
        try self.checkPartner(state, charter)
        try self.checkPeriod(of: charter)
        let now = counted.audience
        var members = Set(try self.members(asked.to, in: charter, everybody: now.members))
        members.insert(state.me)
        let added = members.subtracting(now.members).sorted()
        guard added.isEmpty else {
            throw .refused(.case(.cannotJoin(added.map { counted.handle($0) })))
        }
        let leaving = now.members.filter { !members.contains($0) }
        guard !leaving.isEmpty else {
            throw .refused(.case(.sameAudience))
        }
        guard members.count > 1 else {
            throw .refused(.case(.ownerAlone))
        }
        guard now.version < CaseAudience.versionMax else {
            throw .refused(.case(.lastAudience(max: Int(CaseAudience.versionMax))))
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
            throw Refusal(error)
        } catch let error as WireError {
            throw Refusal(error)
        } catch {
            throw .bug("audience: \(error)")
        }
        return CheckedAudience(table: state, counted: counted, next: next, leaving: leaving)
    }
}

extension Node {
    /// Writes the next version of a case's audience.
    fileprivate func set(_ asked: SetAudience) throws(Refusal) -> SetAudience.Answer {
        let checked = try self.reader.check(asked)
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
}
