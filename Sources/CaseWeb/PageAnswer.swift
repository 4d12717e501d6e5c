import HTTPTypes
import NodeInterface

/// What a page's code gives back.
enum PageAnswer {
    /// A page within the frame.
    case page(Page)
    /// Something was done: the browser asks for another page, which may say so.
    case redirect(to: String, Session.Flash?)
    /// A text of another type, outside the frame.
    case text(String, type: String, fileName: String?)
}

/// A page within the frame.
struct Page {
    /// Name of the member of the model that names the field which is wrong.
    static let wrongField = "wrongField"
    /// The template.
    let template: String
    /// The title, without the node's name.
    let title: String
    /// What the template asks for.
    var model: [String: Any]
    /// The status: other than 200 when something typed was refused.
    var status: HTTPResponse.Status = .ok
    /// What was refused of what was typed.
    var problem: Problem?
    /// The path at which the page's one form, of the ID `typed`, is shown again with what is typed in it: the
    /// buttons of languages send it along.
    var typedForm: String?

    /// The page, whose form is shown again at a path.
    func typed(at path: String) -> Page {
        var page = self
        page.typedForm = path
        return page
    }
}

/// Why a page cannot be had.
struct PageError: Error {
    /// What a page without contents says.
    enum Cause: Hashable, Sendable {
        /// The text with a key.
        case text(String)
        /// What the node refused.
        case refusal(Refusal)
    }

    let status: HTTPResponse.Status
    /// What the page says.
    let cause: Cause
    /// Seconds after which it may be tried again.
    let retryAfter: Int?
    /// What somebody typed into a form that cannot be taken.
    var typed: [String] = []
    /// What the page does not say and the node's log does.
    var logged: String?

    init(
        _ status: HTTPResponse.Status,
        _ key: String,
        retryAfter: Int? = nil
    ) {
        self.init(status, .text(key), retryAfter: retryAfter)
    }

    private init(_ status: HTTPResponse.Status, _ cause: Cause, retryAfter: Int?) {
        self.status = status
        self.cause = cause
        self.retryAfter = retryAfter
    }

    /// An error of this program: the log has its words, the page a reference to them.
    init(bug: String) {
        self.init(.internalServerError, "errorBug")
        self.logged = bug
    }

    /// What the node refused of a page that was asked for.
    init(_ refusal: Refusal) {
        let status: HTTPResponse.Status
        switch refusal {
        // An address with such an ID has no page.
        case .notFound, .ambiguous, .invalid(.id, _): status = .notFound
        case .invalid, .conflict, .refused: status = .unprocessableContent
        case .notAllowed: status = .forbidden
        case .unavailable: status = .serviceUnavailable
        case .bug(let words):
            self.init(bug: words)
            return
        }
        self.init(status, .refusal(refusal), retryAfter: nil)
    }

    /// The sentences of the page.
    func text(_ words: Words) -> String {
        switch self.cause {
        case .text(let key): words(key)
        case .refusal(let refusal): words.text(of: refusal)
        }
    }
}

/// What is wrong with what somebody typed, as a sentence in each language: the page may be shown again in
/// another.
struct Problem: Error, Hashable, Sendable {
    private let texts: [Language: String]
    /// The status of the page that says so.
    let status: HTTPResponse.Status
    /// The form's field that is wrong, by its ID, else its name; `nil` where it is no single one.
    var field: String?

    /// Says what is wrong.
    init(
        status: HTTPResponse.Status = .unprocessableContent,
        field: String? = nil,
        _ text: (Words) -> String
    ) {
        self.texts = Dictionary(
            uniqueKeysWithValues: Language.allCases.map { ($0, text(Words($0))) }
        )
        self.status = status
        self.field = field
    }

    func model(_ words: Words) -> [String: Any] { ["text": self.texts[words.language] ?? ""] }
}
