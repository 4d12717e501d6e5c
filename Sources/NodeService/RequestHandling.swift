import Foundation
import JSONText
package import NodeInterface

/// A request that the node carries out.
package protocol HandledRequest: Request {
    /// Does what is asked, at `node`, for `user`.
    ///
    /// By a method of another name than `Node.answer(_:for:)`, which calls this.
    func answer(on node: Node, for user: String) async throws(NodeFailure) -> Answer
}

/// A request as it comes from another process.
package struct NamedRequest: Codable, Sendable {
    /// ``Request/name``.
    let name: String
    /// The request's document.
    let body: String
    /// For whom.
    let user: String

    /// Names a request.
    init(_ request: some Request, user: String) {
        self.name = Swift.type(of: request).name
        self.body = DocumentText.text(of: request)
        self.user = user
    }
}

/// An answer as it goes to another process: its document, and whether it is a finding.
package struct NamedAnswer: Codable, Sendable {
    /// The answer's document, as `--json` prints it.
    package let document: String
    /// ``Document/isFinding``.
    package let isFinding: Bool

    init(_ answer: some Document) {
        self.document = DocumentText.text(of: answer)
        self.isFinding = answer.isFinding
    }

    /// The answer that the document is of.
    package func read<Answer: Document>(as type: Answer.Type) throws(NodeFailure) -> Answer {
        do {
            return try JSONDecoder().decode(type, from: Data(self.document.utf8))
        } catch {
            throw .unavailable(
                "running node: answers in another form. Use the program of the same version as it"
            )
        }
    }
}

extension Node {
    /// Every request there is, by name.
    private static let requests: [String: any HandledRequest.Type] = {
        let all: [any HandledRequest.Type] = [
            AcknowledgeAlarms.self, AddNote.self, LinkSubjects.self, ListCases.self,
            ListDisclosures.self, ListTables.self, OpenCase.self, PreviewAudience.self,
            PreviewOpening.self, PreviewShare.self, SearchRecords.self, SetAudience.self,
            SetCase.self, ShareRecord.self, ShowCanonicalCase.self, ShowCase.self,
            ShowFragmentStatus.self, ShowOffers.self, ShowRecord.self, ShowStatus.self,
            ShowTable.self, ShowTableFile.self,
            ShowSyncStatus.self, TagCase.self, WithdrawFragment.self,
        ]
        return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    }()

    /// Carries out a request; a change is logged with who asked for it.
    package func answer<Asked: HandledRequest>(
        _ request: Asked,
        for user: String
    ) async throws(NodeFailure) -> Asked.Answer {
        let change = request.change
        do throws(NodeFailure) {
            let answer = try await request.answer(on: self, for: user)
            if let change { self.note(change, by: user, answer) }
            return answer
        } catch {
            // Whoever asks next how the node is must be told.
            if error.isOfStore { self.raise(error.message, .store) }
            if let change { self.note(change, by: user, error) }
            throw error
        }
    }

    /// Carries out a request of another process.
    package func answer(_ named: NamedRequest) async throws(NodeFailure) -> NamedAnswer {
        guard let request = Self.request(named) else { throw Self.otherVersion }
        return try await self.document(of: request, for: named.user)
    }

    /// The request that another process names; `nil` for one that is not known here.
    static func request(_ named: NamedRequest) -> (any HandledRequest)? {
        self.requests[named.name].flatMap { type in
            try? JSONDecoder().decode(type, from: Data(named.body.utf8))
        }
    }

    private func document(
        of request: some HandledRequest,
        for user: String
    ) async throws(NodeFailure) -> NamedAnswer {
        NamedAnswer(try await self.answer(request, for: user))
    }

    private static let otherVersion = NodeFailure.unavailable(
        "node: does not know this command. Use the program of the same version as the running node"
    )
}
