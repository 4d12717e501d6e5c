import NodeInterface
import NodeService
import Terminal

/// A request whose answer the command line prints.
protocol PrintedRequest: HandledRequest {
    /// The answer for a person; lines.
    func text(of answer: Answer) -> ShownText
    /// The command that shows what was done and is not to be asked again; `nil` where nothing was, or
    /// where the same once more changes nothing.
    var shownBy: String? { get }
}

extension PrintedRequest {
    var shownBy: String? { nil }
}

extension PrintedRequest where Answer == Written {
    func text(of answer: Answer) -> ShownText { "written as entry \(answer.entry.index)" }
}

extension NodeOptions {
    /// Asks the node and prints its answer; the exit code.
    func print(_ request: some PrintedRequest) async throws(NodeFailure) -> Int32 {
        try await self.withNode { (client) async throws(NodeFailure) in
            guard !self.json else {
                // As it came: nothing is read to be written again.
                let answer = try await client.document(of: request, for: self.user)
                Output.noteDone(shownBy: request.shownBy)
                Output.line(own: answer.document)
                return answer.isFinding ? 1 : 0
            }
            let answer = try await client.answer(request, for: self.user)
            Output.noteDone(shownBy: request.shownBy)
            Output.line(request.text(of: answer))
            return answer.isFinding ? 1 : 0
        }
    }

    /// Asks the node.
    func answer<Asked: HandledRequest>(
        to request: Asked,
        _ typed: TypedPassphrase = TypedPassphrase()
    ) async throws(NodeFailure) -> Asked.Answer {
        try await self.withNode(typed) { (client) async throws(NodeFailure) in
            try await client.answer(request, for: self.user)
        }
    }

    private func withNode<Result: Sendable>(
        _ typed: TypedPassphrase = TypedPassphrase(),
        _ work: (NodeClient) async throws(NodeFailure) -> Result
    ) async throws(NodeFailure) -> Result {
        let client = try await self.open(typed)
        do throws(NodeFailure) {
            let result = try await work(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }
}
