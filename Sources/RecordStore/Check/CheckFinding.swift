package import StorePages

/// Something in a data folder that is not as it was written: what, what it means, what to do.
package struct CheckFinding: Hashable, Sendable {
    /// What brings the lost part back.
    package enum Remedy: String, CaseIterable, Sendable {
        /// `tafel node check --rebuild` makes it anew from what is sound.
        case rebuild
        /// `tafel node check --rebuild` lets it go, `tafel sync now` fetches it from partners.
        case fetch
        /// `tafel node check --rebuild` lets it go, importing the source's file again brings it back.
        case importAgain = "import"
        /// Only a backup of the data folder has it.
        case backup
        /// Nothing has it; the rest goes on without it.
        case none
    }

    /// The file's name in the data folder.
    package let file: String
    /// The part of it: a table of the store, a log, a slot.
    package let part: String
    /// What is wrong.
    package let what: String
    /// What that means for those who work with the node.
    package let means: String
    /// What brings it back.
    package let remedy: Remedy

    /// Creates a finding.
    package init(file: String, part: String, what: String, means: String, remedy: Remedy) {
        self.file = file
        self.part = part
        self.what = what
        self.means = means
        self.remedy = remedy
    }
}

extension CheckFinding {
    /// What a damaged page of the store means.
    package init(_ damage: StoreDamage) {
        let (means, remedy) = Self.meaning(of: damage)
        self.init(
            file: "store.lmdb",
            part: damage.table,
            what: "page \(damage.page): \(damage.what)",
            means: means,
            remedy: remedy
        )
    }

    /// What is damaged is a table of ours, or what LMDB has besides.
    private static func meaning(of damage: StoreDamage) -> (String, Remedy) {
        if let table = StoreTable(rawValue: damage.table) { return table.loss }
        return damage.isOfFreePages
            ? ("which pages are free; nothing is lost", .rebuild)
            : ("nothing else says what stood there", .backup)
    }
}
