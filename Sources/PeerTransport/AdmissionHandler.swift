import NIOCore
import NIOSSL
import NIOTLS

/// Stands after TLS; turns a completed handshake into a ``PeerConnection`` or an error.
///
/// Nothing passes it to the frames before the peer is admitted.
final class AdmissionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let admission: Admission
    private let sessions: SessionRegistry
    private let handshakeTime: TimeAmount
    private let parts: PeerConnection.Parts
    /// `nil` once it is completed: its future holds the connection, which would otherwise live as
    /// long as the channel that it is to close.
    private var promise: EventLoopPromise<PeerConnection>?
    private var timer: Scheduled<Void>?

    /// Creates a handler that completes `promise`, with a ``TransportError`` when it fails.
    init(
        admission: Admission,
        endpoint: LocalEndpoint,
        parts: PeerConnection.Parts,
        promise: EventLoopPromise<PeerConnection>
    ) {
        self.admission = admission
        self.sessions = endpoint.sessions
        self.handshakeTime = TimeAmount(endpoint.limits.handshakeTime)
        self.parts = parts
        self.promise = promise
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { self.startTimer(on: context.eventLoop) }
    }

    func channelActive(context: ChannelHandlerContext) {
        self.startTimer(on: context.eventLoop)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .success? = self.admission.decision, self.isDecided else { return }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let negotiated)? = event as? TLSUserEvent, !self.isDecided {
            self.handshakeCompleted(context: context, negotiated: negotiated)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.fail(self.meaning(of: error))
        context.fireErrorCaught(error)
        // Most errors have closed the channel already. Not at once: TLS reports some of them
        // before it has changed its own state.
        let channel = context.channel
        context.eventLoop.execute { channel.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.fail(.refused)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // Also reached by a channel that never became active.
        self.fail(.refused)
    }

    private func handshakeCompleted(context: ChannelHandlerContext, negotiated: String?) {
        guard negotiated == TLSIdentity.applicationProtocol else {
            self.fail(.handshakeFailed("the peer does not speak tafel/1"))
            return context.close(promise: nil)
        }
        guard case .success(let peer)? = self.admission.decision else {
            self.fail(.notAdmitted)
            return context.close(promise: nil)
        }
        guard self.sessions.beginSession(peer: peer.nodeID) else {
            self.fail(.tooManySessions)
            return context.close(promise: nil)
        }
        let sessions = self.sessions
        context.channel.closeFuture.whenComplete { _ in sessions.endSession(peer: peer.nodeID) }
        self.decide(
            .success(PeerConnection(peer: peer, channel: context.channel, parts: self.parts))
        )
    }

    private func meaning(of error: any Error) -> TransportError {
        if case .failure(let refusal)? = self.admission.decision { return refusal }
        if let error = error as? TransportError { return error }
        guard case .handshakeFailed(let reason)? = error as? NIOSSLError else { return .refused }
        switch reason {
        case .sslError(let stack):
            // An alert is the peer's answer; anything else is bytes that are not TLS 1.3.
            let isAnswer = stack.allSatisfy { entry in
                entry == .eofDuringHandshake || entry.description.contains("_ALERT_")
            }
            return isAnswer ? .refused : .handshakeFailed("\(reason)")
        case .zeroReturn, .syscallError:
            return .refused
        default:
            return .handshakeFailed("\(reason)")
        }
    }

    private func startTimer(on eventLoop: any EventLoop) {
        guard self.timer == nil, !self.isDecided else { return }
        self.timer = eventLoop.assumeIsolated().scheduleTask(in: self.handshakeTime) {
            self.fail(.handshakeTimeout)
            self.parts.socket.abort()
        }
    }

    private func fail(_ error: TransportError) {
        guard !self.isDecided else { return }
        // No byte that still arrives is for anybody.
        self.parts.frames.end(with: error)
        self.decide(.failure(error))
    }

    private func decide(_ result: Result<PeerConnection, TransportError>) {
        let promise = self.promise
        self.promise = nil
        self.timer?.cancel()
        switch result {
        case .success(let connection): promise?.succeed(connection)
        case .failure(let error): promise?.fail(error)
        }
    }

    private var isDecided: Bool { self.promise == nil }
}
