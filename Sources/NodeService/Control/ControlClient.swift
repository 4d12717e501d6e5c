import Foundation
import NIOCore
import NIOPosix
import NodeInterface

/// A command's end: one connection for as many calls as it makes.
package actor ControlClient {
    /// Who is at the other end.
    private enum Greeter {
        case node
        case command
    }

    /// A call that waits for its answer.
    private struct Pending: Sendable {
        let call: [UInt8]
        let caller: Caller
        let continuation: CheckedContinuation<Result<NamedAnswer, Refusal>, any Error>
    }

    private var calls: AsyncStream<Pending>.Continuation
    private let task: Task<Void, Never>
    /// Whether a node that runs is at the other end, and no command that has the folder for long.
    nonisolated let isNode: Bool

    private init(calls: AsyncStream<Pending>.Continuation, task: Task<Void, Never>, isNode: Bool) {
        self.calls = calls
        self.task = task
        self.isNode = isNode
    }

    /// Connects to a running node; `nil` when none listens, or it stops just then.
    ///
    /// - Throws: `.unavailable` when one listens and says nothing for ``ControlSocket/greetingTime``.
    package static func connect(folder: String) async throws(NodeFailure) -> ControlClient? {
        guard let path = ControlSocket.path(folder: folder),
            let channel = try? await ControlSocket.withShortPath(
                path,
                { path in
                    try await ClientBootstrap(group: NodeLoops.shared)
                        .connect(
                            unixDomainSocketPath: path,
                            channelInitializer: { channel in
                                channel.eventLoop.makeCompletedFuture { try configure(channel) }
                            }
                        )
                }
            )
        else { return nil }
        let (stream, calls) = AsyncStream.makeStream(of: Pending.self)
        let (greetings, greeting) = AsyncStream.makeStream(of: Greeter?.self)
        let task = Task {
            defer { greeting.finish() }
            do {
                try await channel.executeThenClose { inbound, outbound in
                    var replies = inbound.makeAsyncIterator()
                    let first = try await replies.next()
                    let reply = try first.map {
                        try JSONDecoder().decode(ControlReply.self, from: Data($0))
                    }
                    switch reply {
                    case .greeting: greeting.yield(.node)
                    case .hosting: greeting.yield(.command)
                    default: throw ControlError.noAnswer
                    }
                    for await pending in stream {
                        do {
                            var buffer = ByteBuffer()
                            buffer.writeInteger(UInt32(pending.call.count))
                            buffer.writeBytes(pending.call)
                            try await outbound.write(buffer)
                            let reply = try await Self.answer(from: &replies, pending.caller)
                            pending.continuation.resume(returning: reply)
                        } catch {
                            pending.continuation.resume(throwing: error)
                        }
                    }
                }
            } catch {
                // Every call has been answered or failed; the connection is gone.
            }
        }
        let timeout = Task {
            try await Task.sleep(for: ControlSocket.greetingTime)
            greeting.yield(nil)
        }
        defer { timeout.cancel() }
        for await greeter in greetings {
            if let greeter {
                return ControlClient(calls: calls, task: task, isNode: greeter == .node)
            }
            task.cancel()
            throw .unavailable(
                "running node: listens and does not answer. "
                    + "See whether its process is held up, or stop it"
            )
        }
        // It ended before it greeted.
        return nil
    }

    /// Hands on reports of progress and the parts of a stream until the answer comes.
    private static func answer(
        from replies: inout NIOAsyncChannelInboundStream<[UInt8]>.AsyncIterator,
        _ caller: Caller
    ) async throws -> Result<NamedAnswer, Refusal> {
        var loss: Refusal?
        var document: [[UInt8]] = []
        while let bytes = try await replies.next() {
            switch bytes.first {
            case ControlSocket.documentMark: document.append(Array(bytes.dropFirst()))
            case ControlSocket.partMark:
                // What cannot be kept is read all the same: the answer stands behind it.
                guard loss == nil, let sink = caller.sink else { continue }
                do throws(Refusal) {
                    try await sink(Array(bytes.dropFirst()))
                } catch {
                    loss = error
                }
            default:
                switch try JSONDecoder().decode(ControlReply.self, from: Data(bytes)) {
                case .progress(let report): caller.progress?(report)
                case .greeting, .hosting: throw ControlError.otherVersion
                case .refusal(let refusal): return .failure(loss ?? refusal)
                case .document(let outcome):
                    let answer = NamedAnswer(document: document, outcome: outcome)
                    return loss.map { .failure($0) } ?? .success(answer)
                }
            }
        }
        throw ControlError.noAnswer
    }

    /// Carries out a request; its answer as it came.
    func answer(
        _ request: some HandledRequest,
        for caller: Caller
    ) async throws(Refusal) -> NamedAnswer {
        try await self.reply(to: NamedRequest(request, for: caller), caller).get()
    }

    private func reply(
        to named: NamedRequest,
        _ caller: Caller
    ) async throws(Refusal) -> Result<NamedAnswer, Refusal> {
        do {
            let data = try JSONEncoder().encode(named)
            guard data.count <= ControlSocket.frameBytesMax else { throw ControlError.tooLarge }
            return try await withCheckedThrowingContinuation { continuation in
                self.calls.yield(
                    Pending(call: Array(data), caller: caller, continuation: continuation)
                )
            }
        } catch ControlError.tooLarge {
            throw .refused(.requestTooLarge(bytesMax: ControlSocket.frameBytesMax))
        } catch is DecodingError {
            // Such as a refusal that a newer node has and this program does not know.
            throw .unavailable(.knownAnswer)
        } catch {
            throw .unavailable(.runningNode)
        }
    }

    /// Ends the connection.
    package func close() async {
        self.calls.finish()
        await self.task.value
    }
}
