import Cryptography
import Foundation
import Logging
import NIOCore
import NIOPosix
import RecordStore

/// Where the running node listens for commands of its own user.
package enum ControlSocket {
    /// Longest path that a Unix socket can have, in bytes.
    package static let pathBytesMax = 107

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
    case otherVersion
}

/// What comes back over the control socket.
private enum ControlReply: Codable, Sendable {
    case answer(NodeAnswer)
    case failure(code: NodeFailure.Code, message: String)
}

typealias ControlChannel = NIOAsyncChannel<[UInt8], ByteBuffer>

private func configure(_ channel: any Channel) throws -> ControlChannel {
    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(ControlFrameDecoder()))
    return try ControlChannel(wrappingChannelSynchronously: channel)
}

private func frame(_ value: some Encodable) throws -> ByteBuffer {
    let data = try JSONEncoder().encode(value)
    guard data.count <= NodeRequest.bytesMax else { throw ControlError.tooLarge }
    var buffer = ByteBuffer()
    buffer.reserveCapacity(4 + data.count)
    buffer.writeInteger(UInt32(data.count))
    buffer.writeBytes(data)
    return buffer
}

/// The running node's end.
struct ControlServer {
    let node: Node
    let path: String
    let logger: Logger

    /// Binds the socket; from then on a command can connect.
    func bind() async throws(NodeFailure) -> NIOAsyncChannel<ControlChannel, Never> {
        // A socket left by a process that was killed: the folder's lock says that none runs.
        unlink(self.path)
        let mask = umask(0o077)
        defer { umask(mask) }
        do {
            return try await ServerBootstrap(group: NodeLoops.shared)
                .bind(unixDomainSocketPath: self.path) { channel in
                    channel.eventLoop.makeCompletedFuture { try configure(channel) }
                }
        } catch {
            throw .unavailable(
                "control socket \(self.path): \(error). Check the folder's path and rights"
            )
        }
    }

    /// Answers commands until the task is cancelled.
    func run(_ server: NIOAsyncChannel<ControlChannel, Never>) async throws {
        defer { unlink(self.path) }
        try await withThrowingDiscardingTaskGroup { group in
            try await server.executeThenClose { connections in
                for try await connection in connections {
                    group.addTask { await self.serve(connection) }
                }
            }
        }
    }

    private func serve(_ connection: ControlChannel) async {
        do {
            try await connection.executeThenClose { inbound, outbound in
                for try await bytes in inbound {
                    try await outbound.write(frame(await self.reply(to: bytes)))
                }
            }
        } catch {
            self.logger.debug("control connection ended: \(error)")
        }
    }

    private func reply(to bytes: [UInt8]) async -> ControlReply {
        guard let call = try? JSONDecoder().decode(NodeCall.self, from: Data(bytes)) else {
            return .failure(
                code: .unavailable,
                message: "node: does not know this command. "
                    + "Use the program of the same version as the running node"
            )
        }
        do throws(NodeFailure) {
            return .answer(try await self.node.perform(call))
        } catch {
            return .failure(code: error.code, message: error.message)
        }
    }
}

/// A command's end: one connection for as many calls as it makes.
package actor ControlClient {
    private var calls: AsyncStream<([UInt8], CheckedContinuation<[UInt8], any Error>)>.Continuation
    private let task: Task<Void, Never>

    private init(
        calls: AsyncStream<([UInt8], CheckedContinuation<[UInt8], any Error>)>.Continuation,
        task: Task<Void, Never>
    ) {
        self.calls = calls
        self.task = task
    }

    /// Connects to a running node; `nil` when none answers.
    package static func connect(folder: String) async -> ControlClient? {
        guard let path = ControlSocket.path(folder: folder),
            let channel = try? await ClientBootstrap(group: NodeLoops.shared)
                .connect(
                    unixDomainSocketPath: path,
                    channelInitializer: { channel in
                        channel.eventLoop.makeCompletedFuture { try configure(channel) }
                    }
                )
        else { return nil }
        let (stream, calls) = AsyncStream.makeStream(
            of: ([UInt8], CheckedContinuation<[UInt8], any Error>).self
        )
        let task = Task {
            do {
                try await channel.executeThenClose { inbound, outbound in
                    var replies = inbound.makeAsyncIterator()
                    for await (bytes, continuation) in stream {
                        do {
                            var buffer = ByteBuffer()
                            buffer.writeInteger(UInt32(bytes.count))
                            buffer.writeBytes(bytes)
                            try await outbound.write(buffer)
                            guard let reply = try await replies.next() else {
                                throw ControlError.noAnswer
                            }
                            continuation.resume(returning: reply)
                        } catch {
                            continuation.resume(throwing: error)
                        }
                    }
                }
            } catch {
                // Every call has been answered or failed; the connection is gone.
            }
        }
        return ControlClient(calls: calls, task: task)
    }

    /// Makes one call.
    package func perform(_ call: NodeCall) async throws(NodeFailure) -> NodeAnswer {
        let reply: ControlReply
        do {
            let data = try JSONEncoder().encode(call)
            guard data.count <= NodeRequest.bytesMax else { throw ControlError.tooLarge }
            let bytes = try await withCheckedThrowingContinuation { continuation in
                self.calls.yield((Array(data), continuation))
            }
            reply = try JSONDecoder().decode(ControlReply.self, from: Data(bytes))
        } catch {
            throw .unavailable(
                "running node: gave no answer (\(error)). See whether it stopped, and try again"
            )
        }
        switch reply {
        case .answer(let answer): return answer
        case .failure(let code, let message): throw NodeFailure(code, message)
        }
    }

    /// Ends the connection.
    package func close() async {
        self.calls.finish()
        await self.task.value
    }
}
