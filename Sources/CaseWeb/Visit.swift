import Cryptography
import HTTPTypes
import Hummingbird
import NodeInterface
import NodeService
import SyncLog

/// The key of this process under which form tokens are made.
final class TokenKey: Sendable {
    private let key = SecretKey.random()

    /// The token that a form of a cookie's holder must carry: 16 bytes in hex.
    func token(_ cookie: String) -> String {
        TextEncoding.hex(self.key.keyedHash16(Array("form:\(cookie)".utf8)))
    }

    /// Whether a token is the right one; takes equally long for every wrong one.
    func accepts(_ token: String?, of cookie: String) -> Bool {
        Digest(hashing: Array((token ?? "").utf8))
            == Digest(hashing: Array(self.token(cookie).utf8))
    }
}

/// Who asks: what a request's cookies say, checked.
struct Visit: Sendable {
    /// A session with the account it is of, as the account is now.
    struct LogIn: Sendable {
        let key: Digest
        let account: UserAccount
    }

    /// Names of the cookies; browsers share them among all ports of a host, so the port is in them.
    struct CookieNames: Sendable {
        let session: String
        let visitor: String
        let language: String

        init(_ address: PagesAddress) {
            let port = address.endpoint.port
            // Browsers take a name with this prefix from this host alone, over TLS alone.
            let prefix = address.certificate == nil ? "" : "__Host-"
            self.session = "\(prefix)tafel-session-\(port)"
            self.visitor = "\(prefix)tafel-visitor-\(port)"
            self.language = "\(prefix)tafel-language-\(port)"
        }
    }

    /// Length of a visitor's cookie, in bytes.
    static let visitorByteCount = 16

    /// The log-in; `nil` for somebody who is not logged in.
    let logIn: LogIn?
    /// The text that form tokens go with: the session's cookie, else the visitor's.
    let cookie: String
    /// The cookie that a browser has from before a log-in.
    ///
    /// A link from another site shows only the
    /// visitor's forms, for browsers keep the session's cookie back there, and sends both with them.
    let visitor: String?
    /// The visitor's cookie when it is to be set now.
    let newVisitor: String?
    /// The language.
    let language: Language

    init(
        _ request: Request,
        names: CookieNames,
        sessions: SessionStore,
        node: Node,
        at seconds: Int
    ) throws(PageError) {
        let cookies = request.cookies
        self.language =
            cookies[names.language].flatMap { Language(rawValue: $0.value) }
            ?? Language(accepting: request.headers[.acceptLanguage])
        let visitor = cookies[names.visitor]?.value
        self.visitor = visitor.flatMap { text in
            TextEncoding.bytes(hex: text)?.count == Self.visitorByteCount ? text : nil
        }
        if let text = cookies[names.session]?.value, let key = SessionStore.key(text) {
            if let session = sessions.use(key, at: seconds) {
                if let account = try Self.account(of: session, node: node) {
                    self.logIn = LogIn(key: key, account: account)
                    self.cookie = text
                    self.newVisitor = nil
                    return
                }
                sessions.end(key)
            }
        }
        self.logIn = nil
        if let visitor = self.visitor {
            self.cookie = visitor
            self.newVisitor = nil
        } else {
            let text = TextEncoding.hex(Randomness.bytes(count: Self.visitorByteCount))
            self.cookie = text
            self.newVisitor = text
        }
    }

    /// The account of a session, unless it went or got another password since.
    private static func account(
        of session: Session,
        node: Node
    ) throws(PageError) -> UserAccount? {
        do throws(Refusal) {
            guard let account = try node.accounts.account(session.user)?.account,
                account.changed == session.accountChanged,
                account.created == session.accountCreated
            else { return nil }
            return account
        } catch {
            throw PageError(error)
        }
    }
}
