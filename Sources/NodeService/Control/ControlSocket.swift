import Cryptography
import Foundation
import Glibc
import Logging
import NodeInterface
import NIOCore
import NIOPosix
import RecordStore

/// Where the running node listens for commands of its own user.
package enum ControlSocket {
    /// Longest path that a Unix socket can have, in bytes.
    package static let pathBytesMax = 107
    /// Longest path that the library takes, in bytes; Linux takes four more.
    private static let libraryPathBytes = 103
    /// Most bytes of a frame: a request, a part of an answer, or a part of a stream.
    package static let frameBytesMax = 67_108_864
    /// Most bytes of a document in one frame.
    static let partMax = 1_048_576
    /// The first byte of a frame that is a part of a stream; no document begins with it.
    static let partMark: UInt8 = 0
    /// The first byte of a frame that is a part of an answer's document.
    static let documentMark: UInt8 = 1
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
        guard length <= ControlSocket.frameBytesMax else { throw ControlError.tooLarge }
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

/// What comes back over the control socket.
///
/// A greeting first, of a node that runs or of a command that has the folder for long; then to each request
/// one document or failure, after any number of reports of progress where it asked for them, and of the parts
/// of a stream where its answer has one. The parts of a document come before the frame that says what came of
/// the request.
enum ControlReply: Codable, Sendable {
    case greeting
    case hosting
    case progress(SyncProgress)
    case document(Outcome)
    case refusal(Refusal)
}

typealias ControlChannel = NIOAsyncChannel<[UInt8], ByteBuffer>

/// A connection that was accepted, and that nobody reads from yet.
///
/// Only who serves it makes it a ``ControlChannel``. One made on accepting would end the process
/// when the listening channel closes before anybody took it: `NIOAsyncChannel` demands that each is
/// used (apple/swift-nio #2813).
struct AcceptedConnection: Sendable {
    private let channel: any Channel

    /// Done when the other side is gone.
    var closed: EventLoopFuture<Void> { self.channel.closeFuture }

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

func configure(_ channel: any Channel) throws -> ControlChannel {
    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(ControlFrameDecoder()))
    return try ControlChannel(wrappingChannelSynchronously: channel)
}

private func frame(_ reply: ControlReply) throws -> ByteBuffer {
    let data = try JSONEncoder().encode(reply)
    guard data.count <= ControlSocket.frameBytesMax else { throw ControlError.tooLarge }
    var buffer = ByteBuffer()
    buffer.reserveCapacity(4 + data.count)
    buffer.writeInteger(UInt32(data.count))
    buffer.writeBytes(data)
    return buffer
}

private func frame(_ mark: UInt8, _ part: some Collection<UInt8>) throws -> ByteBuffer {
    guard part.count < ControlSocket.frameBytesMax else { throw ControlError.tooLarge }
    var buffer = ByteBuffer()
    buffer.reserveCapacity(5 + part.count)
    buffer.writeInteger(UInt32(1 + part.count))
    buffer.writeInteger(mark)
    buffer.writeBytes(part)
    return buffer
}

extension [UInt8] {
    /// Its bytes in order, so many at once.
    fileprivate func chunks(of count: Int) -> [ArraySlice<UInt8>] {
        stride(from: 0, to: self.count, by: count).map {
            self[$0..<Swift.min($0 + count, self.count)]
        }
    }
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
                for try await bytes in inbound {
                    try await self.answer(bytes, over: outbound, until: connection.closed)
                }
            }
        } catch {
            self.logger.debug("control connection ended: \(error)")
        }
    }

    private func answer(
        _ bytes: [UInt8],
        over outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        until closed: EventLoopFuture<Void>
    ) async throws {
        self.calls?.begin()
        defer { self.calls?.end() }
        guard let named = try? JSONDecoder().decode(NamedRequest.self, from: Data(bytes)) else {
            return try await outbound.write(frame(.refusal(Node.otherVersion)))
        }
        // A command that does not read keeps the newest report waiting and no other.
        let (reports, continuation) = AsyncStream.makeStream(
            of: SyncProgress.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        var caller = Caller.owner(named.user)
        if named.reportsProgress { caller.progress = { _ = continuation.yield($0) } }
        caller.sink = { (part: [UInt8]) async throws(Refusal) in
            do {
                try await outbound.write(frame(ControlSocket.partMark, part))
            } catch {
                throw .unavailable(.reader)
            }
        }
        let reply = Task { [caller] in
            defer { continuation.finish() }
            return await self.reply(to: named, for: caller)
        }
        // Whether or not the command is still there to hear of it, what it changes is done; for what only reads
        // nobody waits then.
        if Node.requests[named.name]?.isQuery ?? false {
            closed.whenComplete { _ in reply.cancel() }
        }
        for await report in reports { try? await outbound.write(frame(.progress(report))) }
        switch await reply.value {
        case .success(let answer):
            // A text is in one part, however long it is.
            for slice in answer.document.lazy.flatMap({ $0.chunks(of: ControlSocket.partMax) }) {
                try await outbound.write(frame(ControlSocket.documentMark, slice))
            }
            try await outbound.write(frame(.document(answer.outcome)))
        case .failure(let refusal): try await outbound.write(frame(.refusal(refusal)))
        }
    }

    private func reply(
        to named: NamedRequest,
        for caller: Caller
    ) async -> Result<NamedAnswer, Refusal> {
        do throws(Refusal) {
            return .success(try await self.node.answer(named, for: caller))
        } catch {
            return .failure(error)
        }
    }
}
