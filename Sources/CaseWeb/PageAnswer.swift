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

    /// What the node says of a page that was asked for.
    init(_ failure: NodeFailure) {
        switch failure.code {
        case .usage: self.init(.notFound, "errorNotFound", detail: failure.message)
        case .unavailable, .finding:
            self.init(.serviceUnavailable, "errorUnavailable", detail: failure.message)
        case .bug: self.init(.internalServerError, "errorBug", detail: failure.message)
        }
    }
}

/// What is wrong with what somebody typed: a sentence, and the node's own words when they are its.
struct Problem: Error, Hashable, Sendable {
    let text: String
    let detail: String?

    var model: [String: Any] {
        var model: [String: Any] = ["text": self.text]
        model["detail"] = self.detail
        return model
    }
}
