import NodeInterface
import NodeService
import Terminal

/// A request whose answer the command line prints.
protocol PrintedRequest: HandledRequest {
    /// The answer for a person; lines.
    func text(of answer: Answer) -> ShownText
}

extension NodeOptions {
    /// Asks the node and prints its answer; the exit code.
    func print(_ request: some PrintedRequest) async throws(NodeFailure) -> Int32 {
        let client = try await self.open()
        do throws(NodeFailure) {
            let code = try await self.print(request, of: client)
            await client.close()
            return code
        } catch {
            await client.close()
            throw error
        }
    }

    private func print(
        _ request: some PrintedRequest,
        of client: NodeClient
    ) async throws(NodeFailure) -> Int32 {
        // None of these does anything twice that it does once.
        Output.noteDone(shownBy: nil)
        guard !self.json else {
            // As it came: nothing is read to be written again.
            let answer = try await client.document(of: request, for: self.user)
            Output.line(own: answer.document)
            return answer.isFinding ? 1 : 0
        }
        let answer = try await client.answer(request, for: self.user)
        Output.line(request.text(of: answer))
        return answer.isFinding ? 1 : 0
    }
}
