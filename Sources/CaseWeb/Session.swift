import Cryptography
package import NodeService

/// One log-in of one user, as it is kept in memory.
package struct Session: Hashable, Sendable {
    /// What is said once, on the next page.
    package struct Flash: Hashable, Sendable {
        /// Key of the text in the catalogue.
        package let key: String
        /// What is put into it.
        package let arguments: [String]
    }

    /// A form that was sent.
    package struct SentForm: Hashable, Sendable {
        /// By what it is known again.
        let digest: Digest
        /// Where it led when it was carried out, and what was said then; `nil` while it is.
        var outcome: Outcome?

        /// What became of it.
        struct Outcome: Hashable, Sendable {
            let target: String
            let flash: Flash?
        }
    }

    /// The user's name.
    package let user: String
    /// The account's ``UserAccount/changed`` at log-in: a new password ends the session.
    package let accountChanged: UInt64
    /// The account's ``UserAccount/created``: an account of the same name made later is another.
    package let accountCreated: UInt64
    /// When it began, in seconds of a clock that does not go back.
    package let began: Int
    /// When it was last used.
    package var used: Int
    /// What the next page says.
    package var flash: Flash?
    /// The forms that were carried out, oldest first.
    package var forms: [SentForm] = []
    /// The forms that are shown again, as steps or with what was wrong, oldest first.
    var kept: [KeptForm] = []

    /// A form that was sent and led to a page: the page has an address of its own, so that a browser that
    /// goes back, or asks for another language, has it again.
    struct KeptForm: Hashable, Sendable {
        /// Names it in an address.
        let id: String
        /// The path it was sent to.
        let path: String
        /// What was typed.
        let form: FormData
        /// What was wrong with it.
        let problem: Problem?
        /// Whether it was not sent yet, but for choosing a language.
        let isTyped: Bool

        /// Most bytes that one takes, about.
        var byteCount: Int {
            self.form.fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        }
    }

    /// Begins a session.
    package init(account: UserAccount, at seconds: Int) {
        self.user = account.name
        self.accountChanged = account.changed
        self.accountCreated = account.created
        self.began = seconds
        self.used = seconds
    }

    /// Whether it is over by then.
    package func isOver(at seconds: Int) -> Bool {
        seconds - self.used > WebLimits.sessionIdleSecondsMax
            || seconds - self.began > WebLimits.sessionSecondsMax
    }
}
