import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Synchronization

@testable import PeerTransport

/// The other end of a socket that keeps no rule of the protocol.
final class RawPeer: Sendable {
    private final class Collector: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        let bytes = Mutex<[UInt8]>([])
        let handshake: EventLoopPromise<Void>

        init(eventLoop: any EventLoop) {
            self.handshake = eventLoop.makePromise()
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let new = Array(Self.unwrapInboundIn(data).readableBytesView)
            self.bytes.withLock { $0 += new }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .handshakeCompleted? = event as? TLSUserEvent { self.handshake.succeed() }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.handshake.fail(ChannelError.eof)
            context.fireChannelInactive()
        }
    }

    private let channel: any Channel
    private let collector: Collector

    private init(channel: any Channel, collector: Collector) {
        self.channel = channel
        self.collector = collector
    }

    /// Connects; with a TLS configuration also speaks TLS, accepting every certificate.
    static func connect(port: Int, tls: TLSConfiguration? = nil) async throws -> RawPeer {
        let context = try tls.map { try NIOSSLContext(configuration: $0) }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let collector = Collector(eventLoop: loop)
        let channel = try await ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(
                                context: context,
                                serverHostname: nil,
                                customVerificationCallback: { _, promise in
                                    promise.succeed(.certificateVerified)
                                }
                            )
                        )
                    }
                    try channel.pipeline.syncOperations.addHandler(collector)
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return RawPeer(channel: channel, collector: collector)
    }

    /// A client configuration that presents these certificates, as a peer would.
    static func configuration(
        certificates: [[UInt8]],
        scalar: [UInt8]
    ) throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates([])
        tls.certificateVerification = .noHostnameVerification
        tls.applicationProtocols = ["tafel/1"]
        tls.certificateChain = try certificates.map {
            .certificate(try NIOSSLCertificate(bytes: $0, format: .der))
        }
        if !certificates.isEmpty {
            tls.privateKey = .privateKey(
                try NIOSSLPrivateKey(
                    bytes: Array(TestKeys.privateKeyDER(scalar: scalar)),
                    format: .der
                )
            )
        }
        return tls
    }

    /// Returns when this side's handshake is complete.
    func handshaken() async throws { try await self.collector.handshake.futureResult.get() }

    /// Returns when the socket is closed.
    func closed() async throws { try await self.channel.closeFuture.get() }

    /// The bytes that arrived, decrypted.
    var received: [UInt8] { self.collector.bytes.withLock { $0 } }

    func write(_ bytes: [UInt8]) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(bytes: bytes))
    }

    /// Stops reading from the socket.
    func stopReading() async throws {
        try await self.channel.setOption(ChannelOptions.autoRead, value: false).get()
    }

    /// Closes, with the TLS notification when it speaks TLS.
    func close() async throws { try await self.channel.close() }

    /// Cuts the socket without a TLS notification.
    func cut() async throws {
        let channel = self.channel
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.context(handlerType: NIOSSLClientHandler.self)
                .close(promise: nil)
        }.get()
        try await channel.closeFuture.get()
    }
}

/// A server of plain bytes: answers every connection with `greeting`, then waits or closes.
enum RawServer {
    static func start(greeting: [UInt8], closes: Bool) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Greeter(greeting: greeting, closes: closes)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    private final class Greeter: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        let greeting: [UInt8]
        let closes: Bool

        init(greeting: [UInt8], closes: Bool) {
            self.greeting = greeting
            self.closes = closes
        }

        // Waits for the first bytes, so that nothing of the peer is lost in a reset.
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if !self.greeting.isEmpty {
                let buffer = ByteBuffer(bytes: self.greeting)
                context.writeAndFlush(Self.wrapOutboundOut(buffer), promise: nil)
            }
            if self.closes { context.close(promise: nil) }
        }
    }
}
