import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Accepts connections from other nodes.
package final class PeerListener: Sendable {
    /// The handshakes under way, and whether new ones are welcome.
    private final class Handshakes: Sendable {
        private struct State {
            var isClosed = false
            var channels: [ObjectIdentifier: any Channel] = [:]
        }

        private let state = Mutex(State())

        /// Remembers a channel; `false` when the listener is closed.
        func add(_ channel: any Channel) -> Bool {
            self.state.withLock { state in
                guard !state.isClosed else { return false }
                state.channels[ObjectIdentifier(channel)] = channel
                return true
            }
        }

        /// Forgets a channel.
        func remove(_ channel: any Channel) {
            self.state.withLock { $0.channels[ObjectIdentifier(channel)] = nil }
        }

        /// Welcomes no more; returns the channels there are.
        func close() -> [any Channel] {
            self.state.withLock { state in
                state.isClosed = true
                let channels = Array(state.channels.values)
                state.channels = [:]
                return channels
            }
        }
    }

    /// The numeric address that is listened on, and the port, which is never 0.
    package let localAddress: (host: String, port: Int)

    /// The admitted connections, each once; iterate in one task.
    ///
    /// Holds no more than ``TransportLimits/sessionsMax`` that were not yet taken. Ends after
    /// ``close()``. A connection taken from it may be spoken on at once: this side speaks first.
    package let connections: AsyncStream<PeerConnection>

    private let channel: any Channel
    private let continuation: AsyncStream<PeerConnection>.Continuation
    private let handshakes: Handshakes

    private init(
        channel: any Channel,
        localAddress: (host: String, port: Int),
        connections: AsyncStream<PeerConnection>,
        continuation: AsyncStream<PeerConnection>.Continuation,
        handshakes: Handshakes
    ) {
        self.channel = channel
        self.localAddress = localAddress
        self.connections = connections
        self.continuation = continuation
        self.handshakes = handshakes
    }

    deinit {
        self.shut()
    }

    /// Listens on an address.
    ///
    /// `host` is a name or a numeric address without brackets, `port` 0 to 65,535, where 0 lets
    /// the operating system choose. `onRefusal` is told the address and the reason of each
    /// connection that came to nothing, for the log; it runs on an event loop and must not block.
    /// A peer refused has received no application byte and none of its own were looked at.
    ///
    /// Throws ``TransportError/addressInUse`` or ``TransportError/cannotListen(_:)``.
    package static func bind(
        host: String,
        port: Int,
        endpoint: LocalEndpoint,
        onRefusal: @escaping @Sendable (String, TransportError) -> Void
    ) async throws(TransportError) -> PeerListener {
        let (connections, continuation) = AsyncStream.makeStream(
            of: PeerConnection.self,
            bufferingPolicy: .bufferingOldest(endpoint.limits.sessionsMax)
        )
        let handshakes = Handshakes()
        let bootstrap = ServerBootstrap(group: endpoint.group)
            .serverChannelOption(ChannelOptions.backlog, value: 128)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try self.accept(channel, endpoint, handshakes, continuation, onRefusal)
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.bind(host: host, port: port).get()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw .addressInUse
        } catch let error as IOError {
            throw .cannotListen(String(cString: strerror(error.errnoCode)))
        } catch is SocketAddressError.UnknownHost {
            throw .cannotListen("its host is not known")
        } catch {
            throw .cannotListen("\(error)")
        }
        guard let address = channel.localAddress, let boundHost = address.ipAddress,
            let boundPort = address.port
        else {
            channel.close(promise: nil)
            throw .cannotListen("not an internet address")
        }
        return PeerListener(
            channel: channel,
            localAddress: (boundHost, boundPort),
            connections: connections,
            continuation: continuation,
            handshakes: handshakes
        )
    }

    /// Stops listening, cuts the handshakes under way and ends ``connections``.
    ///
    /// Returns when the port is free. Connections already admitted stay open. Calling it again is
    /// harmless.
    package func close() async {
        self.shut()
        // The future of a channel's close never fails.
        try? await self.channel.closeFuture.get()
    }

    private func shut() {
        self.channel.close(promise: nil)
        for channel in self.handshakes.close() { channel.close(promise: nil) }
        self.continuation.finish()
    }

    private static func accept(
        _ channel: any Channel,
        _ endpoint: LocalEndpoint,
        _ handshakes: Handshakes,
        _ continuation: AsyncStream<PeerConnection>.Continuation,
        _ onRefusal: @escaping @Sendable (String, TransportError) -> Void
    ) throws {
        let address = channel.remoteAddress?.text ?? "unknown"
        let host = channel.remoteAddress?.ipAddress ?? "unknown"
        let sessions = endpoint.sessions
        let place = sessions.beginHandshake(address: host) { channel.close(promise: nil) }
        guard let place else {
            onRefusal(address, .tooManyHandshakes)
            throw TransportError.tooManyHandshakes
        }
        guard handshakes.add(channel) else {
            sessions.endHandshake(place)
            throw TransportError.closed
        }
        let attempt: EventLoopFuture<PeerConnection>
        do {
            attempt = try PeerPipeline.configure(channel, endpoint: endpoint, expecting: nil) {
                sessions.noteSpoken(place)
            }
        } catch {
            handshakes.remove(channel)
            sessions.endHandshake(place)
            throw error
        }
        channel.eventLoop.scheduleTask(in: TimeAmount(endpoint.limits.firstRecordTime)) {
            guard sessions.isSilent(place) else { return }
            channel.pipeline.fireErrorCaught(TransportError.handshakeTimeout)
        }
        attempt.whenComplete { result in
            handshakes.remove(channel)
            switch result {
            case .success(let connection):
                sessions.endHandshake(place)
                // A connection that is not taken up closes when it is let go of.
                _ = continuation.yield(connection)
            case .failure(let error):
                // The socket can outlive the refusal by the time of an orderly close.
                channel.closeFuture.whenComplete { _ in sessions.endHandshake(place) }
                onRefusal(address, error as? TransportError ?? .closed)
            }
        }
    }
}
