import HTTPTypes
import NodeInterface
import NodeService

/// Where one request of one user is worked on: reads and writes in that user's name.
struct Desk: Sendable {
    let node: Node
    let account: UserAccount
    let words: Words
    let query: FormData
    let form: FormData
    /// What the map is made of; `nil` for no map.
    var map: MapFiles?
    /// What came of the form before, where it is only shown again: nothing is done.
    var shownAgain: ShownAgain?

    /// A form that was sent is shown again, with what was wrong with it; `nil` where nothing was.
    struct ShownAgain: Sendable {
        let problem: Problem?
        /// Whether it is being typed still: the form is shown, and no step.
        let isTyped: Bool
    }

    /// Whether the user may do something.
    func may(_ right: Right) -> Bool { self.account.role.rights.contains(right) }

    /// Asks for what a page needs.
    func ask<Asked: HandledRequest>(
        _ request: Asked
    ) async throws(PageError) -> Asked.Answer {
        do throws(Refusal) {
            return try await self.node.answer(request, for: Caller(self.account))
        } catch {
            throw PageError(error)
        }
    }

    /// Does what a form asks for; throws a ``Problem`` for what the node refuses, which is the user's to
    /// mend, ``Conflict`` where what the form goes by is another by now, else a ``PageError``.
    @discardableResult
    func submit<Asked: HandledRequest>(_ request: Asked) async throws -> Asked.Answer {
        // Showing again reads, as things are now; whatever writes finds it done or changed.
        guard self.shownAgain == nil || Asked.self is any ReadRequest.Type else { throw Conflict() }
        do throws(Refusal) {
            return try await self.node.answer(request, for: Caller(self.account))
        } catch {
            switch error.kind {
            case .conflict: throw Conflict(refusal: error)
            case .notAllowed, .unavailable, .bug: throw PageError(error)
            case .notFound, .ambiguous, .invalid, .refused:
                throw Problem(field: error.formField) { $0.text(of: error) }
            }
        }
    }

    /// What a form goes by is another by now: nothing was done.
    struct Conflict: Error {
        /// What the node says of it; `nil` where it was not asked.
        var refusal: Refusal?
    }

    /// Does what a form asks for, or shows it again with what is wrong and what was typed.
    func answer(
        _ work: () async throws -> PageAnswer,
        otherwise page: (Problem) async throws(PageError) -> Page
    ) async throws(PageError) -> PageAnswer {
        if self.shownAgain?.isTyped == true { return .page(try await page(Problem { _ in "" })) }
        func shown(_ problem: Problem) async throws(PageError) -> PageAnswer {
            var page = try await page(problem)
            page.status = problem.status
            page.problem = problem
            page.model["problem"] = problem.model(self.words)
            page.model[Page.wrongField] = problem.field
            return .page(page)
        }
        do {
            if let problem = self.shownAgain?.problem { throw problem }
            return try await work()
        } catch let problem as Problem {
            return try await shown(problem)
        } catch let conflict as Conflict {
            return try await shown(
                Problem(status: .conflict, field: nil) { words in
                    conflict.refusal.map { words.text(of: $0) } ?? words("problemDone")
                }
            )
        } catch let error as PageError {
            throw error
        } catch {
            throw PageError(bug: "\(error)")
        }
    }

    func problem(
        _ key: String,
        _ arguments: String...,
        status: HTTPResponse.Status = .unprocessableContent,
        field: String? = nil
    ) -> Problem {
        Problem(status: status, field: field) { $0(key, arguments: arguments) }
    }

    /// The text of a form's field; throws what is wrong with it.
    ///
    /// `id`: of the field, where that is not its name.
    func text(
        _ name: String,
        id: String? = nil,
        label: String,
        bytesMax: Int,
        allowsLines: Bool
    ) throws(Problem) -> String {
        let field = id ?? name
        guard let text = self.form.text(name) else {
            throw Problem(field: field) { $0("problemEmpty", $0(label)) }
        }
        guard text.utf8.count <= bytesMax else {
            throw Problem(field: field) { words in
                words(
                    "problemLong",
                    words(label),
                    words.number(bytesMax),
                    words.number(text.utf8.count)
                )
            }
        }
        guard allowsLines || !text.utf8.contains(0x0A) else {
            throw Problem(field: field) { $0("problemLines", $0(label)) }
        }
        return text
    }

    /// Every option of a choice with its name in this language.
    func options(_ family: String, _ words: [String], chosen: String?) -> [[String: Any]] {
        words.map { word in
            [
                "id": word, "name": self.words.term(family, word), "isChosen": word == chosen,
            ]
        }
    }
}

extension Refusal {
    private static let keyName = "key"

    /// The field of a form in which something was typed that is refused, by its name; `nil` for none.
    fileprivate var formField: String? {
        // What is wrong with it a manager mends at the reason, anybody at the category.
        if case .refused(.fragment(.lower)) = self { return "category" }
        if case .notFound(.subject, _) = self { return "other" }
        guard case .invalid(let field, _) = self else { return nil }
        return switch field {
        case .content(let name): name
        case .note: "text"
        case .category: "category"
        case .reason: "reason"
        case .lowering: "lowering"
        case .expires: "expires"
        case .key: Self.keyName
        case .kvk: "kvk"
        case .vestiging: "vestiging"
        case .postcode: "postcode"
        case .day: "from"
        case .point: "near"
        case .radius: "radius"
        case .years: "years"
        case .list: "list"
        case .searchText: "q"
        case .recordType: "type"
        case .id(.subject): "other"
        case .successionKind: "kind"
        case .successionSource, .source: "source"
        case .partner: "partner"
        default: nil
        }
    }
}
