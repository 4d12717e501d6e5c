import RecordStore
import SyncLog

/// What users had seen of cases when they last opened them (`Protocol/web.md` §7).
extension Accounts {
    /// Most cases of all users that are remembered; where there are more, half of them are forgotten, by no order
    /// that means anything.
    package static let seenMax = 20_000
    /// Beginning of the names of the settings that say so.
    static let seenPrefix = "seen/"

    private func seenSetting(_ caseID: String, _ account: UserAccount) -> String {
        // Another account of that name saw nothing.
        let key = "\(account.created) \(account.name) \(caseID)"
        return Self.seenPrefix + self.store.recordID(source: "seen", key: key).hex
    }

    /// Whether a case is another than when a user last opened it; `nil` where that is not known, or cannot be read.
    ///
    /// `mark`: of what the case is.
    package func isChanged(_ caseID: String, mark: String, for account: UserAccount) -> Bool? {
        // A list is worth more than its marks.
        guard let kept = try? self.store.setting(self.seenSetting(caseID, account)) else {
            return nil
        }
        return !kept.elementsEqual(mark.utf8)
    }

    /// Remembers that a user was shown a case.
    func noteSeen(_ caseID: String, mark: String, by account: UserAccount, most: Int) {
        guard self.isChanged(caseID, mark: mark, for: account) != false else { return }
        // A page is worth more than that it is remembered.
        let setting = self.seenSetting(caseID, account)
        try? self.store.setSetting(setting, Array(mark.utf8))
        // Counting is not for every page.
        if setting.hasSuffix("0") || most < 100 {
            try? self.store.trimSettings(Self.seenPrefix, most: most)
        }
    }
}

extension Node {
    /// Remembers that a user was shown a case; `mark`: of what it was then.
    package func noteSeen(_ caseID: String, mark: String, by account: UserAccount) {
        self.accounts.noteSeen(caseID, mark: mark, by: account, most: Accounts.seenMax)
    }
}
