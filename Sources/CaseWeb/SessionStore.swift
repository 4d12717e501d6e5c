package import Cryptography
import NodeService
import Synchronization

/// The sessions of this process, by the hash of their cookie: who reads the memory cannot log in.
package final class SessionStore: Sendable {
    /// Length of a cookie's secret, in bytes.
    package static let secretByteCount = 32

    private let sessions = Mutex<[Digest: Session]>([:])

    /// Creates a store without sessions.
    package init() {}

    /// What a cookie's text is kept under; `nil` for a text that no session has.
    package static func key(_ cookie: String) -> Digest? {
        guard let secret = TextEncoding.bytes(hex: cookie), secret.count == self.secretByteCount
        else { return nil }
        return Digest(label: "tafel/v1/session", secret)
    }

    /// Begins a session under a new secret and ends what is over or too much.
    ///
    /// - Returns: The cookie's text, which is kept nowhere else.
    package func begin(_ session: Session) -> String {
        let secret = Randomness.bytes(count: Self.secretByteCount)
        let key = Digest(label: "tafel/v1/session", secret)
        self.sessions.withLock { sessions in
            sessions = sessions.filter { !$0.value.isOver(at: session.began) }
            Self.makeRoom(in: &sessions, max: WebLimits.sessionsOfUserMax) {
                $0.user == session.user
            }
            Self.makeRoom(in: &sessions, max: WebLimits.sessionsMax) { _ in true }
            sessions[key] = session
        }
        return TextEncoding.hex(secret)
    }

    /// Ends the session unused longest while there are `max` or more that count.
    private static func makeRoom(
        in sessions: inout [Digest: Session],
        max: Int,
        where counts: (Session) -> Bool
    ) {
        let counted = sessions.filter { counts($0.value) }
            .sorted { ($0.value.used, $0.key) < ($1.value.used, $1.key) }
        for (key, _) in counted.prefix(Swift.max(0, counted.count - max + 1)) {
            sessions[key] = nil
        }
    }

    /// The session of a cookie, marked as used now; `nil` when it is over or was never there.
    package func use(_ key: Digest, at seconds: Int) -> Session? {
        self.sessions.withLock { sessions in
            guard var session = sessions[key] else { return nil }
            guard !session.isOver(at: seconds) else {
                sessions[key] = nil
                return nil
            }
            session.used = seconds
            sessions[key] = session
            return session
        }
    }

    /// Ends a session.
    package func end(_ key: Digest) { self.sessions.withLock { $0[key] = nil } }

    /// Sets what the session's next page says.
    package func setFlash(_ flash: Session.Flash, of key: Digest) {
        self.sessions.withLock { $0[key]?.flash = flash }
    }

    /// Takes what is to be said now.
    package func takeFlash(of key: Digest) -> Session.Flash? {
        self.sessions.withLock { sessions in
            let flash = sessions[key]?.flash
            sessions[key]?.flash = nil
            return flash
        }
    }

    // MARK: Forms

    /// What is known of a form.
    enum FormState: Hashable, Sendable {
        /// Nothing: it is to be carried out, and known as running from now on.
        case new
        /// It is being carried out.
        case running
        /// It was carried out and led there.
        case done(Session.SentForm.Outcome)
    }

    /// Notes that a form is about to be carried out, unless it is known.
    func beginForm(_ digest: Digest, of key: Digest) -> FormState {
        self.sessions.withLock { sessions in
            guard var session = sessions[key] else { return .new }
            if let known = session.forms.first(where: { $0.digest == digest }) {
                return known.outcome.map { .done($0) } ?? .running
            }
            session.forms.append(Session.SentForm(digest: digest))
            session.forms.removeFirst(
                max(0, session.forms.count - WebLimits.formsOfSessionMax)
            )
            sessions[key] = session
            return .new
        }
    }

    /// Notes where a form led that was carried out.
    func endForm(_ digest: Digest, _ outcome: Session.SentForm.Outcome, of key: Digest) {
        self.sessions.withLock { sessions in
            guard let place = sessions[key]?.forms.firstIndex(where: { $0.digest == digest })
            else { return }
            sessions[key]?.forms[place].outcome = outcome
        }
    }

    /// Forgets a form that was not carried out: it may be sent again.
    func forgetForm(_ digest: Digest, of key: Digest) {
        self.sessions.withLock { $0[key]?.forms.removeAll { $0.digest == digest } }
    }

    /// Length of the name of a form that is shown again, in bytes.
    private static let keptIDByteCount = 16

    /// Keeps a form that is shown again; lets go of the oldest that are too many or too long.
    ///
    /// - Returns: Its name.
    func keep(
        _ form: FormData,
        sentTo path: String,
        _ problem: Problem? = nil,
        isTyped: Bool = false,
        of key: Digest
    ) -> String {
        let id = TextEncoding.hex(Randomness.bytes(count: Self.keptIDByteCount))
        self.sessions.withLock { sessions in
            guard var kept = sessions[key]?.kept else { return }
            kept.append(
                Session.KeptForm(
                    id: id,
                    path: path,
                    form: form,
                    problem: problem,
                    isTyped: isTyped
                )
            )
            while kept.count > WebLimits.keptFormsMax
                || kept.count > 1
                    && kept.reduce(0, { $0 + $1.byteCount }) > WebLimits.keptFormBytesMax
            {
                kept.removeFirst()
            }
            sessions[key]?.kept = kept
        }
        return id
    }

    /// A form that is shown again.
    func kept(_ id: String, of key: Digest) -> Session.KeptForm? {
        self.sessions.withLock { $0[key]?.kept.first { $0.id == id } }
    }

    /// Number of sessions kept.
    package var count: Int { self.sessions.withLock(\.count) }
}
