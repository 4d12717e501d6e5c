import JSONText
import NodeInterface
import NodeService
import Terminal

/// A request whose answer the command line prints.
protocol PrintedRequest: HandledRequest {
    /// The answer for a person; lines.
    func text(of answer: Answer) -> ShownText
    /// What went wrong although there is an answer: one line, as of a failure; `nil` for nothing.
    func problem(of answer: Answer) -> String?
    /// The command that shows what was done and is not to be asked again; `nil` where nothing was, or
    /// where the same once more changes nothing.
    var shownBy: String? { get }
    /// How to get the file of an answer that could not be written, where more was done than to read;
    /// else `nil`.
    var fileAgain: String? { get }
}

extension PrintedRequest {
    func problem(of answer: Answer) -> String? { nil }
    var shownBy: String? { nil }
    var fileAgain: String? { nil }
}

extension PrintedRequest where Answer == Written {
    func text(of answer: Answer) -> ShownText { "written as entry \(answer.entry.index)" }
}

extension Outcome {
    /// The exit code of the command line's contract.
    var exitCode: Int32 {
        switch self {
        case .done: 0
        case .finding: NodeFailure.Code.finding.rawValue
        case .unavailable: NodeFailure.Code.unavailable.rawValue
        }
    }
}

extension NodeOptions {
    /// Who asks.
    var caller: Caller { .owner(self.user) }

    /// Asks the node and prints its answer; the exit code.
    ///
    /// `bar`: Shows how far it is.
    func print<Asked: PrintedRequest>(
        _ request: Asked,
        bar: SyncBar? = nil
    ) async throws(NodeFailure) -> Int32 {
        defer { bar?.end() }
        var caller = self.caller
        if let bar { caller.progress = { bar.show($0) } }
        return try await self.withNode { [caller] (client) async throws(Refusal) in
            guard !self.json else {
                // As it came: nothing is read to be written again.
                let answer = try await client.document(of: request, for: caller)
                bar?.end()
                Output.noteDone(shownBy: request.shownBy)
                Output.line(parts: answer.document)
                if answer.outcome != .done,
                    let problem = request.problem(of: try answer.read(as: Asked.Answer.self))
                {
                    Output.error(problem)
                }
                return answer.outcome.exitCode
            }
            let answer = try await client.answer(request, for: caller)
            bar?.end()
            Output.noteDone(shownBy: request.shownBy)
            Output.line(request.text(of: answer))
            if let problem = request.problem(of: answer) { Output.error(problem) }
            return answer.outcome.exitCode
        }
    }

    /// Asks the node, writes the answer's file and prints the answer; the exit code.
    ///
    /// `review`: Its answer is shown on a terminal first, and the node asked only on a yes.
    func print<Asked: PrintedRequest>(
        _ request: Asked,
        after review: Review? = nil,
        writing file: OutputFile
    ) async throws(NodeFailure) -> Int32 where Asked.Answer: FileDocument {
        try self.checkOutput(file.path, inputs: file.inputs)
        let typed = TypedPassphrase()
        if let review, review.isPossible {
            // Nothing is held while somebody reads: the node can start meanwhile.
            let shown = try await self.answer(to: review.request, typed)
            try review.ask(showing: review.request.text(of: shown))
        }
        var answer = try await self.answer(to: request, typed)
        Output.noteDone(shownBy: request.shownBy)
        do throws(NodeFailure) {
            try Files.replace(file.path, with: file.contents(Array(answer.file.utf8)))
        } catch {
            guard let again = request.fileAgain else { throw error }
            throw NodeFailure(error.code, "\(error.message). \(again)")
        }
        answer.file = file.path
        self.show(answer, text: request.text(of: answer), file: file.path)
        return answer.outcome.exitCode
    }

    /// Prints an answer; `file`: what was written besides.
    func show(_ answer: some Document, text: ShownText, file: String?) {
        guard !self.json else { return Output.line(own: DocumentText.text(of: answer)) }
        Output.line(text)
        if let file { Output.line("written to \(file)") }
    }

    /// Asks the node.
    func answer<Asked: HandledRequest>(
        to request: Asked,
        _ typed: TypedPassphrase = TypedPassphrase(),
        into sink: ByteSink? = nil
    ) async throws(NodeFailure) -> Asked.Answer {
        var caller = self.caller
        caller.sink = sink
        return try await self.withNode(typed) { [caller] (client) async throws(Refusal) in
            try await client.answer(request, for: caller)
        }
    }

    private func withNode<Result: Sendable>(
        _ typed: TypedPassphrase = TypedPassphrase(),
        _ work: (NodeClient) async throws(Refusal) -> Result
    ) async throws(NodeFailure) -> Result {
        let client = try await self.open(typed)
        do throws(Refusal) {
            let result = try await work(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw NodeFailure(error)
        }
    }
}
