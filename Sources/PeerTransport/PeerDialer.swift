import NIOCore
import NIOPosix
import Synchronization

/// Opens connections to other nodes.
package enum PeerDialer {
    /// The attempts of one dial: a name with several addresses has several channels.
    private final class Attempts: Sendable {
        let byChannel = Mutex<[ObjectIdentifier: EventLoopFuture<PeerConnection>]>([:])
    }

    /// Connects to a node, shakes hands, and admits it.
    ///
    /// `host` is a name or a numeric address without brackets; `nodeID` is the 32-byte ID of the
    /// node that must answer. Connecting and the handshake take at most
    /// ``TransportLimits/handshakeTime`` each; cancelling the task closes what comes of it but
    /// does not shorten that.
    ///
    /// A connection returned is not yet accepted by the peer: with TLS 1.3 this side finishes its
    /// handshake first. When the peer refuses, ``PeerConnection/nextFrame()`` throws
    /// ``TransportError/refused`` before any frame. Send nothing before the first frame has come.
    ///
    /// Throws ``TransportError/unreachable(_:)``, ``TransportError/refused``,
    /// ``TransportError/notAdmitted``, ``TransportError/identityMismatch``,
    /// ``TransportError/handshakeTimeout``, ``TransportError/handshakeFailed(_:)``,
    /// ``TransportError/tooManySessions`` or ``TransportError/cancelled``.
    package static func dial(
        host: String,
        port: Int,
        expecting nodeID: [UInt8],
        from endpoint: LocalEndpoint
    ) async throws(TransportError) -> PeerConnection {
        let attempts = Attempts()
        let channel = try await self.connect(
            host: host,
            port: port,
            expecting: nodeID,
            from: endpoint,
            attempts: attempts
        )
        let attempt = attempts.byChannel.withLock { $0[ObjectIdentifier(channel)] }
        guard let attempt else {
            preconditionFailure("a connected channel has been configured")
        }
        let connection: PeerConnection
        do {
            connection = try await attempt.get()
        } catch let error as TransportError {
            throw error
        } catch {
            throw .handshakeFailed("\(error)")
        }
        guard !Task.isCancelled else {
            await connection.close()
            throw .cancelled
        }
        return connection
    }

    private static func connect(
        host: String,
        port: Int,
        expecting nodeID: [UInt8],
        from endpoint: LocalEndpoint,
        attempts: Attempts
    ) async throws(TransportError) -> any Channel {
        let bootstrap = ClientBootstrap(group: endpoint.group)
            .connectTimeout(TimeAmount(endpoint.limits.handshakeTime))
            .channelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let attempt = try PeerPipeline.configure(
                        channel,
                        endpoint: endpoint,
                        expecting: nodeID
                    )
                    attempts.byChannel.withLock { $0[ObjectIdentifier(channel)] = attempt }
                }
            }
        do {
            return try await bootstrap.connect(host: host, port: port).get()
        } catch {
            throw .unreachable("\(error)")
        }
    }
}
