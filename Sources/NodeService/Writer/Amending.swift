import Cryptography
package import NodeInterface
import SyncEngine
import SyncLog

extension AmendTable: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(Refusal) -> Answer {
        try await node.amend(self)
    }
}

/// The next version of a charter.
extension Node {
    /// Drafts the version that pins the logs of members which forked, and signs it.
    ///
    /// Each is cut where its histories begin to differ, so that everybody who holds either has the
    /// entries that count. The member goes on in the next generation.
    fileprivate func amend(_ asked: AmendTable) throws(Refusal) -> SignedTable {
        let state = try self.reader.table(asked.table)
        var file = state.file
        var charter = try self.reader.charter(of: state)
        guard charter.version < .max else {
            throw .refused(.table(.lastVersion(Int(charter.version))))
        }
        for handle in Set(asked.pinning).sorted() {
            guard let member = charter.member(handle: handle) else {
                throw .invalid(
                    .pinned,
                    .notOneOf(handle, allowed: charter.members.map(\.handle))
                )
            }
            let log = state.newestLog(of: member.number)
            guard let evidence = state.evidence[log] else {
                throw .refused(
                    .table(
                        .noFork(handle: handle, log: "\(log.member)/\(log.generation)")
                    )
                )
            }
            charter.pins.append(
                Pin(log: log, size: evidence.index, root: evidence.rootBefore)
            )
        }
        charter.pins.sort { $0.log < $1.log }
        charter.version += 1
        charter.previous = file.governingHash
        // A draft whose pins nobody here can sign any more, as since an earlier difference is known, must
        // not stand in the way: its author could show one difference after another.
        if file.charters.count > file.effectiveVersion, self.pinUnproven(in: file) != nil {
            file.dropDrafts()
        }
        guard file.charters.count == file.effectiveVersion else {
            // The same once more, as where its file was lost.
            guard charter == file.newest else {
                throw .refused(.table(.otherDraft(version: file.charters.count)))
            }
            try self.sign(&file)
            try self.adopt(file)
            return try self.signedTable(file.table)
        }
        do {
            try file.propose(try SignedCharter(charter))
        } catch CharterError.field, TableFileError.tooLarge, CharterError.tooLong {
            throw .refused(.table(.noRoomForPin))
        } catch {
            throw .bug("charter: \(error)")
        }
        try self.sign(&file)
        try self.adopt(file)
        return try self.signedTable(file.table)
    }

    // MARK: Drafts of others

    /// A draft is not signed that takes from what was agreed on.
    ///
    /// That is a member that goes, or has another
    /// number, role or class, and a ground that goes or says something else. What such a member or
    /// ground did would count differently from node to node, or could no more be withdrawn
    /// (`Protocol/keys.md` §3).
    static func checkNothingTaken(by file: TableFile) throws(Refusal) {
        guard file.charters.count > max(1, file.effectiveVersion) else { return }
        let before = file.charters[file.charters.count - 2].charter
        let after = file.newest
        var taken: [Refusal.Taken] = []
        for member in before.members {
            guard let now = after.member(identity: member.identity) else {
                taken.append(.member(handle: member.handle))
                continue
            }
            if now.number != member.number || now.role != member.role
                || now.memberClass != member.memberClass || now.handle != member.handle
            {
                taken.append(.memberLine(handle: member.handle))
            }
        }
        for ground in before.grounds where !after.grounds.contains(ground) {
            taken.append(.ground(code: ground.code))
        }
        for pin in before.pins where !after.pins.contains(pin) {
            let handle = before.member(pin.log.member)?.handle ?? "#\(pin.log.member)"
            taken.append(.pin(handle: handle, generation: Int(pin.log.generation)))
        }
        guard !taken.isEmpty else { return }
        throw .refused(
            .table(.takesAway(table: after.name, version: Int(after.version), taken))
        )
    }

    /// A pin is signed only where it cuts a log at the first difference that this node can prove.
    ///
    /// Else a version could take away what a member wrote that never forked, and nobody would be told
    /// more than the index (`Protocol/sync-log.md` §8).
    func checkPinsProven(in file: TableFile) throws(Refusal) {
        guard let (cut, fault) = self.pinUnproven(in: file) else { return }
        let after = file.newest
        throw .refused(
            .table(.unproven(table: after.name, version: Int(after.version), cut, fault))
        )
    }

    /// What is wrong with the first new pin of a draft that this node cannot prove; `nil` where it can
    /// prove all.
    private func pinUnproven(in file: TableFile) -> (Refusal.Cut, Refusal.CutFault)? {
        guard file.charters.count > max(1, file.effectiveVersion) else { return nil }
        let before = file.charters[file.charters.count - 2].charter
        let after = file.newest
        for pin in after.pins where !before.pins.contains(pin) {
            let cut = Refusal.Cut(
                handle: after.member(pin.log.member)?.handle ?? "#\(pin.log.member)",
                log: "\(pin.log.member)/\(pin.log.generation)",
                size: Int(clamping: pin.size)
            )
            guard let evidence = self.engine.tables[file.table]?.evidence[pin.log] else {
                return (cut, .noFork)
            }
            let index = Int(clamping: evidence.index)
            if evidence.index > pin.size { return (cut, .early(index: index)) }
            if evidence.index < pin.size { return (cut, .late(index: index)) }
            if evidence.rootBefore != pin.root { return (cut, .otherRoot) }
        }
        return nil
    }
}
