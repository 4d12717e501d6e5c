import Cryptography
import Foundation
import Glibc
import Logging
import NIOCore
import NIOPosix
import RecordStore

/// Where the running node listens for commands of its own user.
package enum ControlSocket {
    /// Longest path that a Unix socket can have, in bytes.
    package static let pathBytesMax = 107
    /// Longest path that the library takes, in bytes; Linux takes four more.
    private static let libraryPathBytes = 103
    /// Time in which a running node says that it is there.
    static let greetingTime = Duration.seconds(10)

    /// The socket's path: in the data folder, or in `$XDG_RUNTIME_DIR` where that would be too long.
    ///
    /// `nil` when neither will do. A folder that others can write to will not: somebody could wait
    /// there for commands.
    package static func path(folder: String) -> String? {
        let inside = folder + "/" + DataFolder.Name.controlSocket.rawValue
        guard inside.utf8.count > self.pathBytesMax else { return inside }
        guard let runtime = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"],
            runtime.hasPrefix("/")
        else { return nil }
        // Only a short name that is the same in every process.
        let hash = TextEncoding.hex(Digest(hashing: Array(folder.utf8)).bytes.prefix(8))
        let path = "\(runtime)/tafel-\(hash).sock"
        return path.utf8.count > self.pathBytesMax ? nil : path
    }

    /// Lends a path to the same socket that the library takes: through its folder's descriptor.
    static func withShortPath<Result>(
        _ path: String,
        _ body: (String) async throws -> Result
    ) async throws -> Result {
        guard path.utf8.count > self.libraryPathBytes,
            let slash = path.lastIndex(of: "/")
        else { return try await body(path) }
        let folder = open(String(path[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw ControlError.noFolder }
        defer { close(folder) }
        return try await body("/proc/self/fd/\(folder)\(path[slash...])")
    }
}

/// Cuts the byte stream into frames: length in 4 bytes, big-endian, then as many bytes.
private struct ControlFrameDecoder: ByteToMessageDecoder {
    typealias InboundOut = [UInt8]

    mutating func decode(
        context: ChannelHandlerContext,
        buffer: inout ByteBuffer
    ) throws -> DecodingState {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt32.self) else {
            return .needMoreData
        }
        guard length <= NodeRequest.bytesMax else { throw ControlError.tooLarge }
        guard buffer.readableBytes >= 4 + Int(length) else { return .needMoreData }
        buffer.moveReaderIndex(forwardBy: 4)
        guard let bytes = buffer.readBytes(length: Int(length)) else { return .needMoreData }
        context.fireChannelRead(self.wrapInboundOut(bytes))
        return .continue
    }

    mutating func decodeLast(
        context: ChannelHandlerContext,
        buffer: inout ByteBuffer,
        seenEOF: Bool
    ) throws -> DecodingState {
        while try self.decode(context: context, buffer: &buffer) == .continue {}
        return .needMoreData
    }
}

/// Why talking over the control socket failed.
enum ControlError: Error, Hashable, Sendable {
    case tooLarge
    case noAnswer
    case noFolder
    case otherVersion
}

/// What comes back over the control socket: a greeting first, of a node that runs or of a command that
/// has the folder for long; then to each call one answer or
/// failure, after any number of reports of progress where the call asked for them.
private enum ControlReply: Codable, Sendable {
    case greeting
    case hosting
    case progress(SyncProgress)
    case answer(NodeAnswer)
    case failure(code: NodeFailure.Code, message: String)
}

typealias ControlChannel = NIOAsyncChannel<[UInt8], ByteBuffer>

/// A connection that was accepted, and that nobody reads from yet.
///
/// Only who serves it makes it a ``ControlChannel``. One made on accepting would end the process
/// when the listening channel closes before anybody took it: `NIOAsyncChannel` demands that each is
/// used (apple/swift-nio #2813).
struct AcceptedConnection: Sendable {
    private let channel: any Channel

    /// Holds reading back until ``open()``.
    static func accept(_ channel: any Channel) -> EventLoopFuture<AcceptedConnection> {
        channel.setOption(.autoRead, value: false).map { AcceptedConnection(channel: channel) }
    }

    /// Begins to read; the result must be executed.
    func open() async throws -> ControlChannel {
        try await self.channel.eventLoop.submit { [channel] in
            let opened = try configure(channel)
            // Closed meanwhile: who executes it is told.
            _ = channel.setOption(.autoRead, value: true)
            return opened
        }
        .get()
    }
}

private func configure(_ channel: any Channel) throws -> ControlChannel {
    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(ControlFrameDecoder()))
    return try ControlChannel(wrappingChannelSynchronously: channel)
}

private func frame(_ reply: ControlReply) throws -> ByteBuffer {
    let data = try JSONEncoder().encode(reply)
    guard data.count <= NodeRequest.bytesMax else { throw ControlError.tooLarge }
    var buffer = ByteBuffer()
    buffer.reserveCapacity(4 + data.count)
    buffer.writeInteger(UInt32(data.count))
    buffer.writeBytes(data)
    return buffer
}

/// The end of the running node, or of a command that has the folder for long.
struct ControlServer {
    let node: Node
    let path: String
    let logger: Logger
    /// Calls under way, of a command that answers others' while it has the folder.
    var calls: CallCount?

    /// Binds the socket; from then on a command can connect.
    func bind() async throws(NodeFailure) -> NIOAsyncChannel<AcceptedConnection, Never> {
        // A socket left by a process that was killed: the folder's lock says that none runs.
        unlink(self.path)
        let mask = umask(0o077)
        defer { umask(mask) }
        do {
            return try await ControlSocket.withShortPath(self.path) { path in
                try await ServerBootstrap(group: NodeLoops.shared)
                    .bind(unixDomainSocketPath: path) { AcceptedConnection.accept($0) }
            }
        } catch {
            let why =
                (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
            throw .unavailable(
                "control socket \(self.path): \(why). Check the folder's path and rights"
            )
        }
    }

    /// Answers commands until the task is cancelled.
    func run(_ server: NIOAsyncChannel<AcceptedConnection, Never>) async throws {
        defer { unlink(self.path) }
        try await withThrowingDiscardingTaskGroup { group in
            try await server.executeThenClose { connections in
                for try await connection in connections {
                    group.addTask { await self.serve(connection) }
                }
            }
        }
    }

    private func serve(_ connection: AcceptedConnection) async {
        do {
            try await connection.open().executeThenClose { inbound, outbound in
                try await outbound.write(frame(self.calls == nil ? .greeting : .hosting))
                for try await bytes in inbound { try await self.answer(bytes, over: outbound) }
            }
        } catch {
            self.logger.debug("control connection ended: \(error)")
        }
    }

    private func answer(
        _ bytes: [UInt8],
        over outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws {
        self.calls?.begin()
        defer { self.calls?.end() }
        guard let call = try? JSONDecoder().decode(NodeCall.self, from: Data(bytes)) else {
            let reply = ControlReply.failure(
                code: .unavailable,
                message: "node: does not know this command. "
                    + "Use the program of the same version as the running node"
            )
            return try await outbound.write(frame(reply))
        }
        guard call.reportsProgress == true else {
            return try await outbound.write(frame(await self.reply(to: call, progress: nil)))
        }
        // A command that does not read keeps the newest report waiting and no other.
        let (reports, continuation) = AsyncStream.makeStream(
            of: SyncProgress.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let reply = Task {
            defer { continuation.finish() }
            return await self.reply(to: call) { continuation.yield($0) }
        }
        // Whether or not the command is still there to hear of it, the work is done.
        for await report in reports { try? await outbound.write(frame(.progress(report))) }
        try await outbound.write(frame(await reply.value))
    }

    private func reply(to call: NodeCall, progress: ProgressReport?) async -> ControlReply {
        do throws(NodeFailure) {
            return .answer(try await self.node.perform(call, progress: progress))
        } catch {
            return .failure(code: error.code, message: error.message)
        }
    }
}

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
        let progress: ProgressReport?
        let continuation: CheckedContinuation<ControlReply, any Error>
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
                            let reply = try await Self.answer(from: &replies, pending.progress)
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

    /// Hands on reports of progress until the answer comes.
    private static func answer(
        from replies: inout NIOAsyncChannelInboundStream<[UInt8]>.AsyncIterator,
        _ progress: ProgressReport?
    ) async throws -> ControlReply {
        while let bytes = try await replies.next() {
            let reply = try JSONDecoder().decode(ControlReply.self, from: Data(bytes))
            switch reply {
            case .progress(let report): progress?(report)
            case .greeting, .hosting: throw ControlError.otherVersion
            case .answer, .failure: return reply
            }
        }
        throw ControlError.noAnswer
    }

    /// Makes one call; `progress` is told how far a long one is.
    package func perform(
        _ call: NodeCall,
        progress: ProgressReport? = nil
    ) async throws(NodeFailure) -> NodeAnswer {
        var call = call
        call.reportsProgress = progress.map { _ in true }
        let reply: ControlReply
        do {
            let data = try JSONEncoder().encode(call)
            guard data.count <= NodeRequest.bytesMax else { throw ControlError.tooLarge }
            reply = try await withCheckedThrowingContinuation { continuation in
                self.calls.yield(
                    Pending(call: Array(data), progress: progress, continuation: continuation)
                )
            }
        } catch ControlError.tooLarge {
            throw .usage(
                "running node: a command of over \(NodeRequest.bytesMax) bytes goes to no running node. Stop "
                    + "it, and try again"
            )
        } catch {
            throw .unavailable(
                "running node: ended before it answered, and may have done what was asked. "
                    + "See 'tafel node status' and whether it was done before you repeat it"
            )
        }
        switch reply {
        case .answer(let answer): return answer
        case .failure(let code, let message): throw NodeFailure(code, message)
        case .greeting, .hosting, .progress: preconditionFailure("only an answer ends a call")
        }
    }

    /// Ends the connection.
    package func close() async {
        self.calls.finish()
        await self.task.value
    }
}
