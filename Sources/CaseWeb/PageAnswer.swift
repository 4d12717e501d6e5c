import HTTPTypes
import NodeService

/// What a page's code gives back.
enum PageAnswer {
    /// A page within the frame.
    case page(Page)
    /// Something was done: the browser asks for another page, which may say so.
    case redirect(to: String, Session.Flash?)
}

/// A page within the frame.
struct Page {
    /// The template.
    let template: String
    /// The title, without the node's name.
    let title: String
    /// What the template asks for.
    var model: [String: Any]
    /// The status: other than 200 when something typed was refused.
    var status: HTTPResponse.Status = .ok
}

/// Why a page cannot be had.
struct PageError: Error {
    let status: HTTPResponse.Status
    /// Key of the text in the catalogue.
    let key: String
    /// The node's own words, in English.
    let detail: String?
    /// Seconds after which it may be tried again.
    let retryAfter: Int?
    /// What somebody typed into a form that cannot be taken.
    var typed: [String] = []
    /// What the page does not say and the node's log does.
    var logged: String?

    init(
        _ status: HTTPResponse.Status,
        _ key: String,
        detail: String? = nil,
        retryAfter: Int? = nil
    ) {
        self.status = status
        self.key = key
        self.detail = detail
        self.retryAfter = retryAfter
    }

    /// An error of this program: the log has its words, the page a reference to them.
    init(bug: String) {
        self.init(.internalServerError, "errorBug")
        self.logged = bug
    }

    /// What the node says of a page that was asked for.
    init(_ failure: NodeFailure) {
        guard failure.kind != .notAllowed else {
            self.init(.forbidden, "errorRight")
            return
        }
        switch failure.code {
        case .usage: self.init(.notFound, "errorNotFound", detail: failure.message)
        case .unavailable, .finding:
            self.init(.serviceUnavailable, "errorUnavailable", detail: failure.message)
        case .bug: self.init(bug: failure.message)
        }
    }
}

/// What is wrong with what somebody typed: a sentence, and the node's own words when they are its.
struct Problem: Error, Hashable, Sendable {
    let text: String
    let detail: String?
    /// The status of the page that says so.
    var status: HTTPResponse.Status = .unprocessableContent

    var model: [String: Any] {
        var model: [String: Any] = ["text": self.text]
        model["detail"] = self.detail
        return model
    }
}
