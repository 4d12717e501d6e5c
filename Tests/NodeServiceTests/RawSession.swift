import Cryptography
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

@testable import NodeService
@testable import PeerTransport

/// A TLS connection of a hostile peer without frames: bytes as they are.
final class RawSession: Sendable {
    private final class Collector: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        let bytes = Mutex<[UInt8]>([])

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let new = Array(Self.unwrapInboundIn(data).readableBytesView)
            self.bytes.withLock { $0 += new }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }

    private let channel: any Channel
    private let collector = Collector()

    /// Connects with the peer's certificate and accepts every other.
    init(_ peer: HostilePeer, to node: LiveNode) async throws {
        let (context, collector) = (peer.identity.clientContext, self.collector)
        self.channel = try await ClientBootstrap(group: NodeLoops.shared)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        NIOSSLClientHandler(
                            context: context,
                            serverHostname: nil,
                            customVerificationCallback: { _, promise in
                                promise.succeed(.certificateVerified)
                            }
                        ), collector,
                    ])
                }
            }
            .connect(host: "127.0.0.1", port: Int(node.port)).get()
    }

    /// A frame with its length before it.
    static func framed(_ frame: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: UInt32(frame.count))
        return bytes + frame
    }

    /// The bytes that arrived, decrypted.
    var received: [UInt8] { self.collector.bytes.withLock { $0 } }

    func write(_ bytes: [UInt8]) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    /// Returns when the node has closed.
    func closed() async throws { try await self.channel.closeFuture.get() }

    func close() async throws {
        self.channel.close(promise: nil)
        try await self.channel.closeFuture.get()
    }
}
