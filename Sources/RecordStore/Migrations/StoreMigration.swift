import Cryptography
import SyncLog

/// That a store of an older version is brought up to date (`Protocol/records.md` §4).
package enum StoreMigration: Hashable, Sendable {
    /// It is of version `from`, and will be of version `to`.
    case begins(from: UInt32, to: UInt32)
    /// It was of version `from`, and is of version `to` for good.
    case ended(from: UInt32, to: UInt32)

    /// Is told as a store opens; never of one that is up to date.
    package typealias Telling = (StoreMigration) -> Void
}

/// One step of bringing a store up to date: one transaction, which writes the new version too.
///
/// So a store that was interrupted anywhere stands at the beginning or at the end of a step, and
/// opening it again goes on from there. A step changes nothing that was signed: entries,
/// checkpoints and charters stay as they are. It names the form that it writes, and depends on nothing that
/// later versions change: a step is never changed again.
struct StoreMigrationStep: Sendable {
    /// Versions that it begins with; several where one way leads on from all of them.
    let from: ClosedRange<UInt32>
    /// The version that it ends with.
    let to: UInt32
    /// Changes the rows; what it throws leaves the store as it was.
    let run: @Sendable (NodeStore, inout WriteTransaction) throws(SlotError) -> Void

    /// Whether a step begins with a version.
    static func leads(from version: UInt32) -> Bool {
        self.all.contains { $0.from.contains(version) }
    }

    /// Every step there is, in order; the last one ends with ``NodeStore/schemaVersion``.
    static let all = [
        StoreMigrationStep(from: 1...3, to: 4) { (store, transaction) throws(SlotError) in
            try store.carryOverLogs(
                from: [.first, .counted, .keyed, .carded],
                to: .current,
                in: &transaction
            )
            try store.noteClaims(in: &transaction)
        },
        StoreMigrationStep(from: 4...4, to: 5) { (store, transaction) throws(SlotError) in
            try store.carryOverLogs(
                from: [.allowed, .current],
                to: .current,
                in: &transaction
            )
        },
        StoreMigrationStep(from: 5...5, to: 6) { (_, transaction) throws(SlotError) in
            // Terms under keyed hashes; what is found is made anew in segments.
            try SlotError.lifting { () throws(StoreError) in
                for name in ["index", "pending"] {
                    if let table = try transaction.table(ifPresent: name) {
                        try transaction.deleteAll(in: table)
                    }
                }
            }
        },
    ]
}

extension NodeStore {
    /// Name of the setting that says from which version a store was brought up, until that was told.
    package static let upgradeSetting = "upgraded-from"

    private func noteUpgrade(
        from version: UInt32,
        in transaction: inout WriteTransaction
    ) throws(StoreError) {
        // Where it was interrupted the first one counts.
        guard try self.setting(Self.upgradeSetting, in: transaction) == nil else { return }
        let key = Array("setting/\(Self.upgradeSetting)".utf8)
        let value = self.sealed(Array("\(version)".utf8), for: key)
        try transaction.put(value, for: key, in: self.tables.meta)
    }

    /// Brings the store up to date, step by step; nothing happens to one that is.
    ///
    /// - Parameters:
    ///   - version: Which it is of.
    ///   - steps: ``StoreMigrationStep/all``, but in tests.
    ///   - telling: Is told before the first step and after the last.
    /// - Throws: `unknownSchema` where no step begins with a version; what a step met, after which
    ///   the store is of the version that the step before ended with.
    func bringUpToDate(
        from version: UInt32,
        steps: [StoreMigrationStep],
        telling: StoreMigration.Telling
    ) throws(NodeStoreError) {
        guard version < Self.schemaVersion else { return }
        guard steps.contains(where: { $0.from.contains(version) }) else {
            throw .unknownSchema(version)
        }
        telling(.begins(from: version, to: Self.schemaVersion))
        var reached = version
        while reached < Self.schemaVersion {
            guard let step = steps.first(where: { $0.from.contains(reached) }) else {
                throw .unknownSchema(reached)
            }
            precondition(step.to > reached, "a step leads to a newer version")
            do throws(SlotError) {
                try self.write { (transaction) throws(SlotError) in
                    try step.run(self, &transaction)
                    try SlotError.lifting { () throws(StoreError) in
                        try self.noteUpgrade(from: version, in: &transaction)
                        // What is derived may be of other entries by then: it is made anew after the steps.
                        let key = Array("setting/\(Self.projectionsSetting)".utf8)
                        _ = try transaction.delete(key, in: self.tables.meta)
                        try self.setSchema(step.to, in: &transaction)
                    }
                }
            } catch {
                throw .slot(error)
            }
            reached = step.to
        }
        telling(.ended(from: version, to: reached))
    }
}
