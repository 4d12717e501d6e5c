import Cryptography
package import NodeInterface
import SyncEngine
import SyncLog

extension AmendTable: HandledRequest {
    /// Asks the node.
    package func answer(on node: Node, for caller: Caller) async throws(NodeFailure) -> Answer {
        try await node.amend(self)
    }
}

/// The next version of a charter.
extension Node {
    /// Drafts the version that pins the logs of members which forked, and signs it.
    ///
    /// Each is cut where its histories begin to differ, so that everybody who holds either has the
    /// entries that count. The member goes on in the next generation.
    fileprivate func amend(_ asked: AmendTable) throws(NodeFailure) -> SignedTable {
        let state = try self.table(asked.table)
        var file = state.file
        guard var charter = file.effective else {
            throw .usage("table: not effective yet. Accept its first version before amending it")
        }
        guard charter.version < .max else {
            throw .usage("table: no version follows \(charter.version). Start a new table")
        }
        for handle in Set(asked.pinning).sorted() {
            guard let member = charter.member(handle: handle) else {
                let known = charter.members.map(\.handle).joined(separator: ", ")
                throw .usage("--pin '\(handle)': nobody at this table. Choose from \(known)")
            }
            let log = state.newestLog(of: member.number)
            guard let evidence = state.evidence[log] else {
                throw .usage(
                    "--pin '\(handle)': no fork of its log \(log.member)/\(log.generation) is known "
                        + "here. See 'tafel node status'"
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
                throw .usage(
                    "table: version \(file.charters.count) is a draft already and says something else, see "
                        + "'tafel table show'. Let the others accept it, or accept another with "
                        + "'tafel table accept --replace'"
                )
            }
            try self.sign(&file)
            try self.adopt(file)
            return try self.signedTable(file.table)
        }
        do {
            try file.propose(try SignedCharter(charter))
        } catch CharterError.field, TableFileError.tooLarge, CharterError.tooLong {
            throw .usage("table: no room for another pin. Start a new table")
        } catch {
            throw NodeFailure(.bug, "charter: \(error). Report this")
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
    static func checkNothingTaken(by file: TableFile) throws(NodeFailure) {
        guard file.charters.count > max(1, file.effectiveVersion) else { return }
        let before = file.charters[file.charters.count - 2].charter
        let after = file.newest
        var taken: [String] = []
        for member in before.members {
            guard let now = after.member(identity: member.identity) else {
                taken.append("leaves out \(member.handle)")
                continue
            }
            if now.number != member.number || now.role != member.role
                || now.memberClass != member.memberClass || now.handle != member.handle
            {
                taken.append("gives \(member.handle) another number, role, class or handle")
            }
        }
        for ground in before.grounds where !after.grounds.contains(ground) {
            taken.append("takes away or changes ground \(ground.code)")
        }
        for pin in before.pins where !after.pins.contains(pin) {
            let handle = before.member(pin.log.member)?.handle ?? "#\(pin.log.member)"
            taken.append("takes away or changes the pin of \(handle)'s log \(pin.log.generation)")
        }
        guard !taken.isEmpty else { return }
        throw .usage(
            "table '\(after.name)': version \(after.version) \(taken.joined(separator: ", ")). This "
                + "version of tafel cannot carry that out, so nothing was signed. Start a new table"
        )
    }

    /// A pin is signed only where it cuts a log at the first difference that this node can prove.
    ///
    /// Else a version could take away what a member wrote that never forked, and nobody would be told
    /// more than the index (`Protocol/sync-log.md` §8).
    func checkPinsProven(in file: TableFile) throws(NodeFailure) {
        guard let why = self.pinUnproven(in: file) else { return }
        let after = file.newest
        throw .usage(
            "table '\(after.name)': nothing was signed: version \(after.version) \(why)"
        )
    }

    /// What is wrong with the first new pin of a draft that this node cannot prove, and what to do;
    /// `nil` where it can prove all.
    private func pinUnproven(in file: TableFile) -> String? {
        guard file.charters.count > max(1, file.effectiveVersion) else { return nil }
        let before = file.charters[file.charters.count - 2].charter
        let after = file.newest
        for pin in after.pins where !before.pins.contains(pin) {
            let handle = after.member(pin.log.member)?.handle ?? "#\(pin.log.member)"
            let cut =
                "cuts log \(pin.log.member)/\(pin.log.generation) of \(handle) at entry \(pin.size)"
            let anew = "Draft it anew with 'tafel table amend --pin \(handle)'"
            guard let evidence = self.engine.tables[file.table]?.evidence[pin.log] else {
                return
                    "\(cut), and no second history of it is known here. Synchronise with a partner that "
                    + "knows the fork, 'tafel sync now', and try again"
            }
            if evidence.index > pin.size {
                return
                    "\(cut), and the first difference that is known here is entry \(evidence.index). "
                    + "Synchronise with who drafted it, 'tafel sync now', and try again"
            }
            if evidence.index < pin.size {
                return
                    "\(cut), and entry \(evidence.index) differs already, as is known here. \(anew)"
            }
            if evidence.rootBefore != pin.root {
                return "\(cut) with another root than both its histories have there. \(anew)"
            }
        }
        return nil
    }
}
