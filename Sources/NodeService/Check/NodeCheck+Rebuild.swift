import CaseModel
import Cryptography
package import NodeInterface
import RecordStore
import StorePages
import SyncEngine
import SyncLog

extension NodeCheck {
    /// Checks the node in a folder and makes anew what sound parts and partners can give back.
    ///
    /// Where a part is damaged that only a backup has, nothing is changed. Own records that do not
    /// open are let go of, partners' logs that are damaged too: importing and synchronising bring
    /// them back.
    ///
    /// - Returns: What the folder holds afterwards, and what was done.
    package static func rebuild(
        at path: String,
        passphrase: [UInt8],
        progress: Progress
    ) throws(NodeFailure) -> CheckReport {
        let before = try self.checked(at: path, passphrase: passphrase, progress: progress)
        guard !before.findings.isEmpty, !before.isBeyondRepair else { return before.report }
        guard let done = try before.repair(at: path, passphrase: passphrase) else {
            var left = before
            left.findings.append(
                CheckFinding(
                    file: "store.lmdb",
                    part: "own log",
                    what: "not whole without the damaged parts, so nothing was changed",
                    means: "what this node wrote; no partner can give it back as its own",
                    remedy: .backup
                )
            )
            return left.report
        }
        var after = try self.checked(at: path, passphrase: passphrase, progress: progress)
        after.done = done
        return after.report
    }

    /// Whether a part is damaged that only a backup has.
    var isBeyondRepair: Bool {
        self.findings.contains { $0.remedy == .backup && $0.file != "node.json" }
    }

    /// Gives what was done, or `nil` when it turned out that only a backup helps.
    private func repair(at path: String, passphrase: [UInt8]) throws(NodeFailure) -> [String]? {
        let folder = try NodeFailure.lifting { () throws(FolderError) in
            try DataFolder.open(at: path)
        }
        let keys = try Node.keys(in: folder, passphrase: passphrase)
        let identity = keys.identity.verifyingKey
        let hit = Set((self.pages?.damages ?? []).map(\.table))
        var done: [String] = []
        if !hit.isEmpty {
            let count: Int
            do throws(StoreError) {
                count = try StoreSalvage.run(in: folder, storageKey: keys.storage)
            } catch {
                throw NodeFailure(.store(error))
            }
            done.append("store.lmdb: \(count) rows of sound pages taken over")
        } else if self.pages?.sealDamage != nil {
            StoreSalvage.removeSeals(in: folder)
            done.append("store.lmdb-seals: made anew")
        }
        do throws(NodeStoreError) {
            // What LMDB kept of its free pages is read once more, by the program that writes.
            let store = try NodeStore.open(in: folder, storageKey: keys.storage) { _ in }
            var check = NodeCheck()
            check.checkContents(store, identity: identity) { _, _, _ in }
            if check.isBeyondRepair || check.lacksOwnLog(hit, in: store, identity: identity) {
                if !hit.isEmpty { StoreSalvage.undo(in: folder) }
                return nil
            }
            do throws(SlotError) {
                done += try check.repair(store, hit: hit, identity: identity)
                try store.destroyDoomed()
            } catch {
                throw .slot(error)
            }
        } catch {
            throw NodeFailure(error)
        }
        return done
    }

    /// Whether an own log may have been lost whole.
    private func lacksOwnLog(
        _ hit: Set<String>,
        in store: NodeStore,
        identity: VerifyingKey
    ) -> Bool {
        guard !hit.isDisjoint(with: [StoreTable.logs.rawValue, StoreTable.entries.rawValue]) else {
            return false
        }
        do throws(SlotError) {
            for table in try store.storedTables() {
                guard let me = table.file.newest.member(identity: identity)?.number else {
                    continue
                }
                guard try store.logIDs(of: table.number).contains(where: { $0.member == me })
                else { return true }
            }
            return false
        } catch {
            return true
        }
    }

    private func repair(
        _ store: NodeStore,
        hit: Set<String>,
        identity: VerifyingKey
    ) throws(SlotError) -> [String] {
        var done: [String] = []
        let lostRecords = self.records.lostKeys.count + self.records.unreadable.count
        if lostRecords > 0 {
            try store.repairRecords(self.records)
            done.append("records: \(lostRecords) let go of")
        }
        // What opened partners' entries may be among what was lost: they are all fetched again.
        let forgetsPartners = hit.contains { StoreTable(rawValue: $0)?.opensEntries == true }
        // So may entries themselves, and a hash does not tell whether more was held.
        let lostEntries = hit.contains(StoreTable.entries.rawValue)
        for table in try store.storedTables() {
            let me = table.file.newest.member(identity: identity)?.number
            let checks = Dictionary(
                uniqueKeysWithValues: self.logs.filter { $0.table.number == table.number }
                    .map { ($0.log, $0.check) }
            )
            for log in try store.logIDs(of: table.number) {
                let check = checks[log]
                let isWrong = check.map { !$0.wrongs.isEmpty || $0.lostKeyCount > 0 } ?? false
                let mayLack = lostEntries && check?.hashOnlyCount != 0
                if log.member == me {
                    if isWrong { try store.forgetLostChainKeys(of: log, table: table.number) }
                } else if forgetsPartners || isWrong || mayLack {
                    try store.forget(log, table: table.number, projected: nil)
                    done.append("log \(log.member)/\(log.generation): let go of, fetch it again")
                    continue
                }
                if check?.isTreeWrong == true {
                    try store.rebuildTree(of: log, table: table.number)
                    done.append("log \(log.member)/\(log.generation): hashes computed anew")
                }
            }
        }
        try store.rebuildProjections(seenBy: identity)
        done.append("cases, objects, receipts, segments: made anew")
        return done
    }
}
