import Foundation
import JSONText
package import NodeInterface

/// A request as it comes from another process.
package struct NamedRequest: Codable, Sendable {
    /// ``Request/name``.
    let name: String
    /// The request's document.
    let body: String
    /// In whose name.
    let user: String
    /// Whether it is to be told how far it is before it is answered.
    let reportsProgress: Bool

    /// Names a request.
    init(_ request: some Request, for caller: Caller) {
        self.name = Swift.type(of: request).name
        self.body = DocumentText.text(of: request)
        self.user = caller.name
        self.reportsProgress = caller.progress != nil
    }

    /// The request; `nil` for one that is not known here.
    var request: (any HandledRequest)? {
        Node.requests[self.name].flatMap { type in
            try? JSONDecoder().decode(type, from: Data(self.body.utf8))
        }
    }
}

/// An answer as it goes to another process: its document, and what came of the request.
package struct NamedAnswer: Sendable {
    /// The answer's document, as `--json` prints it, in parts.
    package let document: [[UInt8]]
    /// ``Document/outcome``.
    package let outcome: Outcome

    init(_ answer: some Document) {
        self.document = DocumentText.parts(of: answer)
        self.outcome = answer.outcome
    }

    init(document: [[UInt8]], outcome: Outcome) {
        self.document = document
        self.outcome = outcome
    }

    /// The answer that the document is of.
    package func read<Answer: Document>(as type: Answer.Type) throws(Refusal) -> Answer {
        do {
            let whole = self.document.reduce(into: Data()) { $0.append(contentsOf: $1) }
            return try JSONDecoder().decode(type, from: whole)
        } catch {
            throw .unavailable(.knownAnswer)
        }
    }
}

extension Node {
    /// Carries out a request of another process.
    nonisolated func answer(
        _ named: NamedRequest,
        for caller: Caller
    ) async throws(Refusal) -> NamedAnswer {
        guard let request = named.request else { throw Self.otherVersion }
        return try await self.document(of: request, for: caller)
    }

    nonisolated private func document(
        of request: some HandledRequest,
        for caller: Caller
    ) async throws(Refusal) -> NamedAnswer {
        NamedAnswer(try await self.answer(request, for: caller))
    }

    /// What is answered to what nobody here knows.
    static let otherVersion = Refusal.unavailable(.knownRequest)
}
