package import Cryptography
package import ReplicatedTypes
package import SyncLog
package import Vocabulary

/// One line of `case list`.
package struct CaseSummary: Hashable, Sendable {
    /// The case.
    package let caseID: ObjectID
    /// The table.
    package let table: TableID
    /// Live titles, by dot; several when writers did not see each other.
    package let title: [String]
    /// Live phases, by dot.
    package let phase: [String]
    /// Handle of who opened it.
    package let owner: String
    /// Handles of the newest audience, by member number.
    package let audience: [String]
    /// Category of the case.
    package let category: Category
    /// How many fragments the view shows that have not expired.
    package let fragmentCount: Int
    /// How many it shows that have.
    package let expiredCount: Int
    /// How many facts of subjects and fields of the case are in conflict.
    package let conflictCount: Int
    /// How many of those are variants of one value.
    package let variantCount: Int
    /// When it was opened, by its owner's clock.
    package let opened: HybridTime
    /// When the newest of it was written, by its author's clock.
    package let changed: HybridTime
    /// ``CountedCase/mark``.
    package let mark: Digest
}

extension CountedCase {
    /// The line of `case list` on a day, `YYYY-MM-DD`.
    ///
    /// - Complexity: O(n log n) in what counts.
    package func summary(on today: String) -> CaseSummary {
        let view = self.view(at: nil)
        return CaseSummary(
            caseID: self.caseID,
            table: self.table,
            title: view.title.map(\.value),
            phase: view.phase.map(\.value),
            owner: view.owner,
            audience: view.audience,
            category: self.audience.category,
            fragmentCount: view.fragments.count { !$0.isExpired(on: today) },
            expiredCount: view.fragments.count { $0.isExpired(on: today) },
            conflictCount: view.conflictCount,
            variantCount: view.variantCount,
            opened: self.opened,
            changed: self.changed,
            mark: self.mark
        )
    }
}
